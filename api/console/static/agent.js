// The line to the agent of this machine: calls, events, and coming back when the line was cut.
//
// It keeps nothing of a card: what comes in is handed on and forgotten.

import { agentAddress } from "./agent_address.js";

const WAITS = [300, 600, 1000, 2000]; // milliseconds before the next try; the last one again and again
const LONGEST_CALL = 240_000; // the agent has shorter limits of its own

// Why a call was not carried out; cause and remedy are in both languages.
export class CallError extends Error {
  constructor({ code, cause, remedy }) {
    super(code);
    this.code = code;
    this.cause = cause;
    this.remedy = remedy;
  }
}

const LINE_CUT = {
  code: "agent-lost",
  cause: { en: "The agent of this machine does not answer.", zh: "本机柜台代理没有应答。" },
  remedy: {
    en: "See whether it runs: onecard counter agent",
    zh: "请确认它正在运行：onecard counter agent",
  },
};

const GIVEN_UP = {
  code: "given-up",
  cause: { en: "The card has gone.", zh: "卡片已取走。" },
  remedy: { en: "Put the card back.", zh: "请放回卡片。" },
};

export class Agent extends EventTarget {
  #socket = null;
  #calls = new Map();
  #last = 0;
  #queue = Promise.resolve();
  #failures = 0;
  #timer = null;

  // Connect, and go on connecting whenever the line is cut. Events: "open"; "lost" (detail: how many
  // tries failed in a row); "told" (detail: an event of the agent).
  start() {
    clearTimeout(this.#timer);
    const address = agentAddress();
    if (address === null) {
      this.#tell("lost", 0);
      return;
    }
    const socket = new WebSocket(address);
    this.#socket?.close();
    this.#socket = socket;
    socket.addEventListener("open", () => this.#opened(socket));
    socket.addEventListener("message", (event) => this.#heard(socket, event.data));
    socket.addEventListener("close", () => this.#cut(socket));
  }

  stop() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#giveUp();
  }

  // The result of a call, when those before it are done: the agent works on one at a time. Rejects
  // with CallError.
  call(name, parameters = {}, { wanted = () => true, limit = LONGEST_CALL } = {}) {
    const result = this.#queue.then(() => {
      if (!wanted()) throw new CallError(GIVEN_UP);
      return this.#send(name, parameters, limit);
    });
    this.#queue = result.catch(() => {});
    return result;
  }

  #send(name, parameters, longest) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return Promise.reject(new CallError(LINE_CUT));
    const id = ++this.#last;
    return new Promise((done, failed) => {
      const limit = setTimeout(() => this.#end(id, { error: LINE_CUT }), longest);
      this.#calls.set(id, { done, failed, limit });
      this.#socket.send(JSON.stringify({ id, call: name, with: parameters }));
    });
  }

  #opened(socket) {
    if (socket !== this.#socket) return;
    this.#failures = 0;
    this.#tell("open");
  }

  #heard(socket, text) {
    if (socket !== this.#socket) return;
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (typeof message.event === "string") this.#tell("told", message);
    else if (this.#calls.has(message.id)) this.#end(message.id, message);
    else if (message.error) this.#tell("refused", message.error);
  }

  #end(id, { result, error }) {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    clearTimeout(call.limit);
    if (error) call.failed(new CallError(error));
    else call.done(result ?? {});
  }

  #cut(socket) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#giveUp();
    this.#failures += 1;
    this.#tell("lost", this.#failures);
    const wait = WAITS[Math.min(this.#failures, WAITS.length) - 1];
    this.#timer = setTimeout(() => this.start(), wait);
  }

  #giveUp() {
    for (const id of [...this.#calls.keys()]) this.#end(id, { error: LINE_CUT });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
