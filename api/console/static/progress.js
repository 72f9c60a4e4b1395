// The numbers of a batch are asked for again while the page is looked at; without this, reload it.

const place = document.getElementById("progress");
const live = document.getElementById("live");
const LEAST = 3000; // ms between two questions
const MOST = 60000;
let tag = "";
let wait = LEAST;

function show(facts) {
  for (const element of place.querySelectorAll("[data-fact]")) {
    element.textContent = facts[element.dataset.fact];
  }
  for (const element of place.querySelectorAll("[data-plot]")) {
    draw(element, facts[element.dataset.plot]);
  }
  for (const cell of document.querySelectorAll("[data-card]")) {
    cell.textContent = facts.cards[cell.dataset.card] ?? 0;
  }
}

// As a picture, never as a piece of page: what is no SVG is left out.
function draw(element, text) {
  const picture = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (picture.localName === "svg") element.replaceChildren(document.adoptNode(picture));
}

async function ask() {
  const headers = { "X-Background": "yes", "X-Fragment": "yes" };
  if (tag) headers["If-None-Match"] = tag;
  const began = performance.now();
  const answer = await fetch(place.dataset.from, { headers, cache: "no-store" });
  if (answer.status === 401) return ended();
  if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
  tag = answer.headers.get("ETag") ?? "";
  live.textContent = live.dataset.live;
  // A service that is busy is asked less often.
  wait = Math.min(MOST, Math.max(LEAST, 20 * (performance.now() - began)));
  if (answer.status === 304) return true;
  const facts = await answer.json();
  show(facts);
  return facts.moving;
}

function ended() {
  live.textContent = live.dataset.ended;
  return false;
}

async function run() {
  live.textContent = live.dataset.live;
  for (;;) {
    await new Promise((done) => setTimeout(done, wait));
    if (document.hidden) continue;
    try {
      if (!(await ask())) return;
    } catch {
      live.textContent = live.dataset.lost;
      wait = Math.min(MOST, 2 * wait);
    }
  }
}

run();
