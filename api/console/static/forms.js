// A form is sent once: a second click while the first is under way does nothing.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.plain !== undefined) return; // a file to save: the page stays
  if (form.dataset.sent === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});

// The page came back out of the browser's memory: its forms may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});
