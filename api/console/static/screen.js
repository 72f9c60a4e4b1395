// Showing and hiding: views, lights, problems. Texts are on the page already, in its language.

const zh = document.documentElement.lang.startsWith("zh");
const texts = document.getElementById("text").content;

export function language() {
  return zh ? "zh" : "en";
}

// A text of the page's template, by its key.
export function text(key) {
  return texts.querySelector(`[data-key="${key}"]`)?.textContent ?? "";
}

// Show one view and hide the others. *choices* (reader -> interface) become its buttons.
export function showView(name, { focus = false, choices = new Map() } = {}) {
  for (const view of document.querySelectorAll("[data-view]")) {
    view.hidden = view.dataset.view !== name;
    if (view.hidden) continue;
    const place = view.querySelector("ul[data-list]");
    place?.replaceChildren(...[...choices].map(([reader, how]) => choice(reader, how)));
    if (focus) view.querySelector("h2")?.focus();
  }
}

// A light of the desk: true, false or null for not known; *more* says which.
export function showLight(name, good, more = "") {
  const light = document.querySelector(`[data-light="${name}"]`);
  const state = good === null ? "unknown" : good ? "good" : "bad";
  light.dataset.state = state;
  const words = light.querySelector("[data-good]");
  words.textContent = words.dataset[state];
  light.querySelector("[data-more]").textContent = good ? more : "";
}

// An error with cause and remedy; null takes it away.
export function showProblem(error, place = document.querySelector('[data-view="problem"]')) {
  if (place === null) return;
  const told = error?.cause
    ? error
    : { cause: { en: text("server-cause"), zh: text("server-cause") }, remedy: { en: text("server-remedy"), zh: text("server-remedy") } };
  for (const part of place.querySelectorAll("[data-text]")) {
    part.textContent = error === null ? "" : (told[part.dataset.text]?.[language()] ?? "");
  }
  if (place.dataset.view === undefined) place.hidden = error === null;
}

// What the card says of itself, before anybody has judged it; null takes it away.
export function showBasics(basics) {
  const place = document.querySelector('[data-list="basics"]');
  place.replaceChildren();
  if (basics === null) return;
  const shown = { name: basics.name, number: basics.social_security_number, card: basics.card_number };
  for (const [key, value] of Object.entries(shown)) {
    if (value) place.append(element("dt", text(key)), element("dd", String(value)));
  }
}

export function announce(words) {
  document.getElementById("announce").textContent = words.trim();
}

function choice(reader, how) {
  const button = element("button", `${reader} (${text(how)})`);
  button.type = "button";
  button.value = reader;
  button.dataset.press = "choose";
  const line = document.createElement("li");
  line.append(button);
  return line;
}

function element(name, words) {
  const made = document.createElement(name);
  made.textContent = words;
  return made;
}
