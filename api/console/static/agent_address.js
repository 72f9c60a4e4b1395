// Where the agent of this machine listens, and the token of its launch.
//
// They come in the page's own fragment (#agent=PORT.TOKEN), which no server sees, and stay with this
// tab until it is closed.

const KEY = "onecard-agent";
const FORM = /^([0-9]{1,5})\.([A-Za-z0-9_-]{8,128})$/;

// The address as a URL of a WebSocket; null where it is not known.
export function agentAddress() {
  const found = FORM.exec(sessionStorage.getItem(KEY) ?? "");
  return found === null ? null : `ws://127.0.0.1:${found[1]}/v1/${found[2]}`;
}

// Keep what was typed in, as PORT.TOKEN or as the whole address that the agent prints; false where
// it is neither.
export function keepAgentAddress(text) {
  const short = text.trim().replace(/^.*#agent=/, "").replace(/^wss?:\/\/[^/]*:([0-9]+)\/v1\//, "$1.");
  if (!FORM.test(short)) return false;
  sessionStorage.setItem(KEY, short);
  return true;
}

// The form that takes the address where it is not known; *found* is called when it is.
export function followAddressForm(found) {
  const form = document.getElementById("agent-address");
  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      const known = keepAgentAddress(form.elements.address.value);
      document.getElementById("address-wrong").hidden = known;
      if (known) found();
    },
    { capture: true },
  );
}

export function forgetAgentAddress() {
  sessionStorage.removeItem(KEY);
}

if (location.hash.startsWith("#agent=")) {
  keepAgentAddress(location.hash);
  history.replaceState(null, "", location.pathname + location.search);
}
