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

// What the book says beside it: a row where the card holds something else is marked.
export function compareContent(page, content) {
  const rows = [...page.querySelectorAll("[data-book]")];
  if (rows.length === 0) return;
  const differing = rows.filter((row) => !compared(row, content[row.dataset.of]));
  page.querySelector(differing.length > 0 ? "[data-different]" : "[data-same]").hidden = false;
}

function compared(row, given) {
  const place = row.querySelector("[data-held]");
  const { book, name, there } = row.dataset;
  const held = name === "" ? [given].flat().find((one) => JSON.stringify(one) === book) : (given?.[name] ?? null);
  const same = JSON.stringify(held) === book;
  place.textContent = name === "" && same ? there : shown(held, place) || "–";
  row.querySelector("[data-differs]").hidden = same;
  return same;
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
