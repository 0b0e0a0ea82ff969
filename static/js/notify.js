/** Toasts for the eyes, one polite live region for the ears. */

const region = () => document.getElementById("announcer");
let clearing;
let last = 0;

/** Say a sentence to screen readers, once; a newer one replaces it. */
export function announce(sentence) {
  const place = region();
  if (!place) return;
  clearTimeout(clearing);
  last = performance.now();
  place.textContent = "";
  clearing = setTimeout(() => { place.textContent = sentence; }, 60);
}

/** Whether something has been said since a moment of performance.now(): what comes of itself, and later, must not drown it. */
export const saidSince = (moment) => last > moment;

/** Show a quiet line for `seconds`; with `action` it has a button {label, run} (undo, for example) and stays longer. */
export function toast(sentence, { action, seconds = action ? 12 : 5 } = {}) {
  const line = document.createElement("div");
  line.className = "toast";
  const text = document.createElement("span");
  text.textContent = sentence;
  line.append(text);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action.label;
    let before = null; // whoever came here from a row of the list goes on there
    button.addEventListener("focus", (event) => { before = event.relatedTarget ?? before; });
    button.addEventListener("click", () => {
      line.remove();
      (before?.isConnected ? before : document.getElementById("main"))?.focus({ preventScroll: true });
      action.run();
    });
    line.append(button);
  }
  document.getElementById("toasts")?.append(line);
  announce(sentence);
  const leave = () => (line.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : line.remove());
  setTimeout(leave, seconds * 1000);
}

/** Text of the page's JSON block of words, with {placeholders} filled in. */
export function words(id) {
  const texts = JSON.parse(document.getElementById(id)?.textContent || "{}");
  return (key, values = {}) => (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The token that Django wants with every POST. */
export const csrfToken = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
