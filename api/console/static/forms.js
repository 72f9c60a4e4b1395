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

// A file that is too large is told before it is sent.
document.addEventListener("change", (event) => {
  const { most, tooLarge } = event.target.dataset;
  if (most === undefined) return;
  const large = [...event.target.files].some((file) => file.size > Number(most));
  event.target.setCustomValidity(large ? tooLarge : "");
  event.target.reportValidity();
});

// The page came back out of the browser's memory: its forms may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});
