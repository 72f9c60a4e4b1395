// Parts of pages from the server, as it renders them. A login that has ended leads to the login.

export class Pages {
  #data;
  #asking = new AbortController();

  constructor(data) {
    this.#data = data;
  }

  // Whatever is under way is of an earlier card.
  giveUp() {
    this.#asking.abort();
    this.#asking = new AbortController();
  }

  async openVisit(purpose) {
    const answer = await this.#ask(this.#data.visits, {
      method: "POST",
      body: new URLSearchParams({ purpose }),
    });
    if (!answer.ok) throw await problem(answer);
    return answer.json();
  }

  // Whether the server answers; this lengthens no login, and one that has ended leads to the login.
  async isAlive() {
    try {
      const headers = { "X-Fragment": "yes", "X-Background": "yes" };
      const answer = await fetch(this.#data.alive, { headers, cache: "no-store" });
      if (answer.status === 401) location.assign(this.#data.login);
      return answer.ok;
    } catch {
      return false;
    }
  }

  // The card has gone: nothing more is begun in its visit. Nobody waits for the answer.
  closeVisit(address) {
    const headers = { "X-Fragment": "yes", "X-Form-Token": this.#data.formToken };
    fetch(`${address}/close`, { method: "POST", headers, keepalive: true }).catch(() => {});
  }

  async get(address) {
    return part(await this.#ask(address, {}));
  }

  async send(form, button) {
    const data = new FormData(form, button);
    const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
    return part(await this.#ask(form.action, { method: "POST", body }));
  }

  async #ask(address, options) {
    const answer = await fetch(address, {
      ...options,
      headers: { "X-Fragment": "yes", "X-Form-Token": this.#data.formToken },
      cache: "no-store",
      signal: this.#asking.signal,
    });
    if (answer.status === 401) location.assign(this.#data.login);
    return answer;
  }
}

// A problem is shown where the answer would have been: the server made a part of a page of it.
async function part(answer) {
  const made = document.createElement("template");
  made.innerHTML = await answer.text();
  return made.content;
}

async function problem(answer) {
  const page = await part(answer);
  const cause = page.querySelector("h2")?.textContent ?? "";
  const remedy = [...page.querySelectorAll("p")].map((one) => one.textContent.trim()).join(" ");
  const error = new Error(cause);
  error.cause = { en: cause, zh: cause };
  error.remedy = { en: remedy, zh: remedy };
  return error;
}
