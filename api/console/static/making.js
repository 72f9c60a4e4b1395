// A card that is made at this desk: the agent lends the reader, the server works the card.
//
// Which step comes next is the server's to tell; this page calls the agent and shows that it works.

import { Agent } from "./agent.js";
import { followAddressForm } from "./agent_address.js";
import { Pages } from "./pages.js";
import { showLight, showProblem, text } from "./screen.js";

const LONGEST = 660_000; // milliseconds; the agent's own limit is shorter
const GREETING = 1000; // in which the agent tells how things stand

const making = document.getElementById("making");
const step = document.getElementById("step");
const working = document.getElementById("working");
const failure = document.getElementById("failure");
const choice = document.getElementById("readers");

const agent = new Agent();
const pages = new Pages(making.dataset);
const cards = new Map(); // reader -> interface
let busy = false;
let inserted = false; // whether a card that is told of was put in just now, or lay there before

// ── the work ──────────────────────────────────────────────────────────────────────────────────

async function work() {
  if (busy) return;
  busy = true;
  fail(null);
  showOrders(0);
  working.hidden = false;
  step.hidden = true;
  let problem = null;
  try {
    const result = await agent.call("card.do", parameters(), { limit: LONGEST });
    problem = result.error ?? null;
  } catch (error) {
    problem = error;
  }
  busy = false;
  try {
    show(await pages.get(making.dataset.step));
  } catch (error) {
    problem ??= error;
  }
  working.hidden = true;
  step.hidden = false;
  if (problem !== null && step.querySelector("[data-ended]") === null) fail(problem);
  else focus();
}

function parameters() {
  const chosen = choice.querySelector("input:checked")?.value;
  const named = cards.size > 1 && chosen !== undefined ? { reader: chosen } : {};
  return { ticket: making.dataset.ticket, ...named };
}

async function scanned(form, button) {
  if (form.dataset.sent === "yes") return;
  form.dataset.sent = "yes";
  fail(null);
  try {
    const page = await pages.send(form, button);
    if (page.querySelector("[data-code]") !== null) {
      delete form.dataset.sent;
      failure.after(page);
      return;
    }
    show(page);
    if (waitsForCard() && cards.size > 0) await work();
    else focus();
  } catch (error) {
    delete form.dataset.sent;
    fail(error);
  }
}

// Printed and scanned: what is missing is the card in the reader.
function waitsForCard() {
  return step.querySelector("[data-scanned]") !== null && failure.hidden;
}

// ── what is shown ─────────────────────────────────────────────────────────────────────────────

function show(page) {
  for (const old of document.querySelectorAll("#making > [data-code]")) old.remove();
  step.replaceChildren(page);
}

function focus() {
  step.querySelector("[data-focus]")?.focus();
}

function showOrders(count) {
  working.querySelector("[data-orders]").textContent = String(count);
}

// null takes it away; a fault of the service has a number instead of a cause.
function fail(problem) {
  const incident = failure.querySelector("[data-incident]");
  incident.hidden = problem?.incident === undefined;
  incident.querySelector("code").textContent = problem?.incident ?? "";
  showProblem(incident.hidden ? problem : fault(), failure);
  if (problem !== null) failure.querySelector("h2").focus();
}

function fault() {
  const both = (key) => ({ en: text(key), zh: text(key) });
  return { cause: both("fault-cause"), remedy: both("fault-remedy") };
}

function showCards() {
  showLight("reader", cards.size > 0, [...cards.keys()].join(", "));
  choice.hidden = cards.size < 2;
  const lines = [...cards].map(([reader, how], place) => {
    const line = document.createElement("label");
    line.className = "choice";
    const button = document.createElement("input");
    Object.assign(button, { type: "radio", name: "reader", value: reader, checked: place === 0 });
    line.append(button, `${reader} (${text(how)})`);
    return line;
  });
  choice.querySelector("[data-list]").replaceChildren(...lines);
}

// ── events ────────────────────────────────────────────────────────────────────────────────────

const EVENTS = {
  "card-inserted": ({ reader, interface: how }) => {
    cards.set(reader, how);
    if (cards.size === 1 && inserted && waitsForCard()) work();
  },
  "card-removed": ({ reader }) => cards.delete(reader),
  "reader-removed": ({ reader }) => cards.delete(reader),
  "service-lost": () => cards.clear(),
  progress: ({ orders }) => showOrders(orders),
};

agent.addEventListener("told", ({ detail }) => {
  EVENTS[detail.event]?.(detail);
  if (detail.event !== "progress") showCards();
});

agent.addEventListener("open", () => {
  setTimeout(() => (inserted = true), GREETING);
  document.getElementById("no-agent").hidden = true;
  showLight("agent", true);
  showCards();
});

agent.addEventListener("refused", ({ detail }) => fail(detail));

agent.addEventListener("lost", ({ detail: failures }) => {
  inserted = false;
  cards.clear();
  showCards();
  showLight("agent", false);
  showLight("reader", null);
  document.getElementById("no-agent").hidden = failures === 1;
});

document.addEventListener("click", (event) => {
  if (event.target.closest('[data-press="do"]') !== null) work();
});

document.addEventListener(
  "submit",
  (event) => {
    if (!step.contains(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    scanned(event.target, event.submitter);
  },
  { capture: true },
);

followAddressForm(() => agent.start());

addEventListener("pagehide", () => agent.stop());
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

focus();
agent.start();
