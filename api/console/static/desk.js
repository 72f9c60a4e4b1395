// The clerk's desk: the card on the reader becomes a visit on the page, and leaves nothing behind.
//
// Whatever is shown of a card is shown under the number of the present turn. A card that goes, a line
// that is cut or another card begins a new turn: the screen is emptied at once, and what still comes
// in for an earlier turn is thrown away.

import { Agent } from "./agent.js";
import { followAddressForm } from "./agent_address.js";
import { compareContent, fillContent } from "./content.js";
import { drawPhoto } from "./photo.js";
import { Pages } from "./pages.js";
import { announce, language, showBasics, showLight, showProblem, showView, text } from "./screen.js";

const desk = document.getElementById("desk");
const visitPlace = document.getElementById("visit");
const pane = document.getElementById("pane");
const pinEntry = document.getElementById("pin-entry");

const agent = new Agent();
const pages = new Pages(desk.dataset);

let turn = 0; // of the card: what belongs to an earlier one is not shown any more
let visit = null; // the address of the visit that is open
let readers = new Set();
let cards = new Map(); // reader -> interface
let chosen = null; // the reader that is served where several have cards
let serviceRuns = true;

// ── emptying the screen ───────────────────────────────────────────────────────────────────────

function clear() {
  turn += 1;
  pages.giveUp();
  if (visit !== null) pages.closeVisit(visit);
  visit = null;
  visitPlace.replaceChildren();
  pane.replaceChildren();
  pinEntry.hidden = true;
  showBasics(null);
  showProblem(null);
  announce("");
}

function rest() {
  clear();
  if (!serviceRuns) showView("no-service");
  else if (readers.size === 0) showView("no-reader");
  else showView("empty");
}

function fail(error) {
  clear();
  showProblem(error);
  showView("problem", { focus: true });
}

// ── a card comes ──────────────────────────────────────────────────────────────────────────────

async function serve() {
  clear();
  if (!cards.has(chosen)) chosen = null;
  if (cards.size > 1 && chosen === null) {
    showView("several", { choices: cards, focus: true });
    return;
  }
  const named = chosen === null ? {} : { reader: chosen };
  const mine = turn;
  showView("reading");
  try {
    const { ticket, address } = await pages.openVisit(document.getElementById("purpose").value);
    if (mine !== turn) {
      pages.closeVisit(address);
      return;
    }
    visit = address;
    const { verification } = await agent.call("card.present", { ticket, ...named }, { wanted: () => mine === turn });
    if (mine !== turn) return;
    const page = await pages.get(`${address}?verdict=${encodeURIComponent(verification.verdict)}`);
    if (mine !== turn) return;
    visitPlace.replaceChildren(page);
    showView("visit");
    focusOn(visitPlace, { unlessTyping: true });
    announceSign();
    await showPhoto(mine);
  } catch (error) {
    if (mine === turn) fail(error);
  }
}

async function showPhoto(mine) {
  const place = visitPlace.querySelector("canvas.photo");
  if (place === null) return;
  let photo;
  try {
    photo = await agent.call("card.photo", {}, { wanted: () => mine === turn });
  } catch {
    return; // a card without a photo is served all the same
  }
  if (mine === turn && photo.base64) await drawPhoto(place, photo, () => mine === turn);
}

// ── what is done in a visit ───────────────────────────────────────────────────────────────────

async function open(link) {
  const mine = turn;
  const page = await pages.get(link.href);
  if (mine !== turn) return;
  pane.replaceChildren(page);
  pane.dataset.from = link.id;
  focusOn(pane);
  pane.scrollIntoView({ block: "nearest" });
  const content = pane.querySelector("[data-content]");
  if (content !== null) await readEverything(content, mine);
}

async function readEverything(place, mine) {
  try {
    const content = await agent.call("card.everything", {}, { wanted: () => mine === turn });
    if (mine !== turn) return;
    fillContent(place, content);
    compareContent(place, content);
  } catch (error) {
    if (mine !== turn) return;
    place.querySelector("[data-waiting]").hidden = true;
    showProblem(error, place.querySelector("[data-failure]"));
  }
}

async function send(form, button) {
  if (form.dataset.sent === "yes") return;
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  const mine = turn;
  const page = await pages.send(form, button);
  if (mine !== turn) return;
  const further = page.querySelector("[data-go]");
  if (further !== null) {
    location.assign(further.dataset.go);
    return;
  }
  await show(page, mine);
  const work = pane.querySelector("[data-do]");
  if (work !== null) await carryOut(work.dataset.do, work.dataset.outcome, mine);
}

// The agent does on the card what the ticket says; how it ended is the server's to tell, and whether
// something else is to be done then.
async function carryOut(ticket, outcome, mine) {
  announce(text("working"));
  let failure = null;
  try {
    await agent.call("card.do", { ticket }, { wanted: () => mine === turn });
  } catch (error) {
    failure = error;
  }
  if (mine !== turn) return;
  pinEntry.hidden = true;
  await show(await pages.get(outcome), mine);
  if (mine !== turn) return;
  const told = pane.querySelector("[data-failure]");
  if (failure !== null && told !== null) {
    showProblem(failure, told);
    told.hidden = false;
    for (const button of pane.querySelectorAll('[data-press="do"]')) button.hidden = false;
  }
  const next = pane.querySelector("[data-do]");
  if (failure === null && next !== null && next.dataset.do !== ticket) {
    await carryOut(next.dataset.do, next.dataset.outcome, mine);
  }
}

// What has ended may have changed the card: its sign and state come from the server again, first.
async function show(page, mine) {
  const place = visitPlace.querySelector("[data-again]");
  if (place !== null && page.querySelector("[data-ended]") !== null) {
    const fresh = await pages.get(place.dataset.again);
    if (mine !== turn) return;
    const photo = visitPlace.querySelector("canvas.photo");
    visitPlace.replaceChildren(fresh);
    if (photo !== null) visitPlace.querySelector("canvas.photo")?.replaceWith(photo);
    announceSign();
  }
  if (mine !== turn) return;
  pane.replaceChildren(page);
  focusOn(pane);
  pane.scrollIntoView({ block: "nearest" });
}

function announceSign() {
  announce(visitPlace.querySelector("[data-announce]")?.textContent ?? "");
}

function shut() {
  const from = document.getElementById(pane.dataset.from ?? "");
  pane.replaceChildren();
  from?.focus();
}

function focusOn(place, { unlessTyping = false } = {}) {
  const active = document.activeElement;
  if (unlessTyping && active !== null && active.matches("input, select, textarea")) return;
  place.querySelector("[data-focus], [autofocus], h2[tabindex]")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-open]");
  const press = event.target.closest("[data-press]");
  if (link !== null) {
    event.preventDefault();
    guarded(open(link));
  } else if (press?.dataset.press === "again") guarded(serve());
  else if (press?.dataset.press === "choose") {
    chosen = press.value;
    guarded(serve());
  }
  else if (press?.dataset.press === "shut") shut();
  else if (press?.dataset.press === "do") {
    const work = press.closest("[data-do]");
    guarded(carryOut(work.dataset.do, work.dataset.outcome, turn));
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && pane.childElementCount > 0 && !pane.querySelector("[aria-busy]")) shut();
});

document.addEventListener(
  "submit",
  (event) => {
    if (!pane.contains(event.target) && !visitPlace.contains(event.target)) return;
    if (event.target.dataset.plain !== undefined) return;
    event.preventDefault();
    event.stopPropagation();
    guarded(send(event.target, event.submitter));
  },
  { capture: true },
);

function guarded(work) {
  const mine = turn;
  work.catch((error) => {
    if (mine === turn) fail(error);
  });
}

// ── what the agent tells ──────────────────────────────────────────────────────────────────────

const EVENTS = {
  "card-inserted": ({ reader, interface: how }) => {
    readers.add(reader);
    cards.set(reader, how);
    chosen = null; // another card is there: ask again
    showReaders();
    guarded(serve());
  },
  "card-removed": ({ reader }) => cardLeft(reader),
  "reader-added": ({ reader }) => {
    readers.add(reader);
    if (cards.size === 0) rest();
    showReaders();
  },
  "reader-removed": ({ reader }) => {
    readers.delete(reader);
    if (cards.has(reader)) cardLeft(reader);
    else if (cards.size === 0) rest();
    showReaders();
  },
  "service-lost": () => {
    serviceRuns = false;
    readers = new Set();
    cards = new Map();
    rest();
    showReaders();
  },
  "service-found": () => {
    serviceRuns = true;
    rest();
  },
  "pin-entry": ({ state }) => {
    pinEntry.hidden = state !== "waiting";
  },
  basics: (basics) => {
    showBasics(basics);
  },
};

function cardLeft(reader) {
  cards.delete(reader);
  showReaders();
  if (chosen !== null && chosen !== reader) return; // the one that is served stays
  chosen = null;
  if (cards.size > 0) {
    guarded(serve());
    return;
  }
  rest();
  announce(text("removed"));
}

function showReaders() {
  const names = cards.size > 0 ? [...cards.keys()] : [...readers];
  const more = names.length > 2 ? `${names[0]} … (${names.length})` : names.join(", ");
  showLight("reader", serviceRuns && readers.size > 0, more);
}

agent.addEventListener("told", ({ detail }) => EVENTS[detail.event]?.(detail));

let refusal = null; // why the agent closed the line, if it said

agent.addEventListener("refused", ({ detail }) => {
  refusal = detail;
});

agent.addEventListener("open", async () => {
  showLight("agent", true);
  serviceRuns = true;
  const mine = turn;
  try {
    const status = await agent.call("desk.status");
    if (status.server?.connected === false) showLight("server", false);
    else await feelPulse();
    for (const reader of status.readers ?? []) readers.add(reader.name ?? reader);
    showReaders();
    if (mine === turn && cards.size === 0) rest();
  } catch (error) {
    if (mine === turn) fail(error);
  }
});

agent.addEventListener("lost", ({ detail: failures }) => {
  readers = new Set();
  cards = new Map();
  clear();
  showLight("agent", false);
  showLight("reader", null);
  showLight("server", null);
  reached = null;
  if (refusal !== null) fail(refusal);
  else showView(failures === 0 || failures > 1 ? "no-agent" : "connecting");
  refusal = null;
});

// ── whether the server is there, and the login still holds ────────────────────────────────────

let reached = null;

async function feelPulse() {
  const now = await pages.isAlive();
  if (now === reached) return;
  reached = now;
  showLight("server", now);
  if (!now && (visit !== null || visitPlace.childElementCount > 0)) fail(new Error("server"));
  else if (now && cards.size > 0 && visit === null) guarded(serve());
}

setInterval(feelPulse, Number(desk.dataset.pulse) * 1000);
for (const event of ["online", "offline", "focus"]) addEventListener(event, feelPulse);

// ── the page itself ───────────────────────────────────────────────────────────────────────────

followAddressForm(() => agent.start());

// A page that is put aside keeps nothing of a card, nor the reader from another page.
addEventListener("pagehide", () => {
  agent.stop();
  clear();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

language();
agent.start();
