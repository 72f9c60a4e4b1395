// Everything on the card, put into the places that the page has for it.

// *content* is the agent's answer: by file, an object of items, or a list of them.
export function fillContent(page, content) {
  page.querySelector("[data-waiting]").hidden = true;
  for (const place of page.querySelectorAll("[data-group]")) {
    const given = content[place.dataset.group];
    const groups = (Array.isArray(given) ? given : [given]).filter((one) => one && typeof one === "object");
    const form = place.querySelector("dl");
    for (const group of groups) {
      const list = form.cloneNode(true);
      if (fill(list, group)) form.before(list);
    }
    form.remove();
    place.hidden = place.querySelector("dl") === null;
  }
}

// Whether anything stands in it.
function fill(list, group) {
  for (const place of list.querySelectorAll("[data-item]")) {
    const words = shown(group[place.dataset.item], place);
    if (words === "") {
      place.previousElementSibling.remove();
      place.remove();
    } else place.textContent = words;
  }
  return list.childElementCount > 0;
}

function shown(value, place) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map((one) => shown(one, place)).filter(Boolean).join("; ");
  if (typeof value === "object") return Object.values(value).map((one) => shown(one, place)).filter(Boolean).join(", ");
  const text = String(value);
  const meaning = place.getAttribute(`data-code-${text.toLowerCase()}`);
  return meaning === null ? text : `${meaning} (${text})`;
}
