// Alt and a letter, in every browser: some keep accesskey for Alt and Shift, or for their menus.

addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase();
  if (letter === undefined) return;
  const wanted = [...document.querySelectorAll(`[accesskey="${letter}"]`)].find((one) => one.checkVisibility());
  if (wanted === undefined) return;
  event.preventDefault();
  wanted.focus();
  wanted.click();
});
