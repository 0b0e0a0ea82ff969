/** Combobox after the WAI-ARIA pattern: the list comes from the server as options, the focus stays in the input. */
import { announce } from "./notify.js";

const WAIT = 120; // milliseconds after the last key

/**
 * Make `input` ask `address` while typing, from `data-least` letters on (two). Enter follows the chosen option's data-url, or sends the form;
 * where an option has none, the input says by the event "chosen" which one it is.
 */
export function wake(input, address) {
  const list = document.getElementById(input.getAttribute("aria-controls"));
  let chosen = -1;
  let timer;
  let asking;
  let asked = null;
  const least = Number(input.dataset.least ?? 2);

  const options = () => [...list.querySelectorAll("[role=option]")];

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    chosen = -1;
  }

  function follow(option) {
    if (option.dataset.url) return location.assign(option.dataset.url);
    close();
    return input.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: option }));
  }

  function choose(index) {
    const all = options();
    if (!all.length) return;
    chosen = (index + all.length + 1) % (all.length + 1); // one place more than options: back in the text
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    if (chosen < all.length) {
      input.setAttribute("aria-activedescendant", all[chosen].id);
      all[chosen].scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
      chosen = -1;
    }
  }

  async function ask() {
    const query = input.value.trim();
    if (query === asked && !list.hidden) return;
    asking?.abort();
    if (query.length < least) return close();
    asking = new AbortController();
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(query)}`, { signal: asking.signal, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) return close();
      list.innerHTML = await answer.text(); // our own server's escaped fragment
    } catch {
      return undefined; // replaced by a newer question, or no network: the form still works
    }
    asked = query;
    list.dataset.answers = query; // who acts on the list can tell whether it answers what stands in the input by now
    chosen = -1;
    const count = options().length;
    list.hidden = !count || document.activeElement !== input;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
    if (!list.hidden) announce(`${count} ${list.getAttribute("aria-label")}`);
    return undefined;
  }

  input.addEventListener("input", () => {
    if (chosen >= 0) choose(options().length); // typing goes on: Enter must not follow what was marked for other words
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else choose(event.key === "ArrowDown" ? chosen + 1 : chosen === -1 ? options().length - 1 : chosen - 1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      follow(options()[chosen]);
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the focus in the input
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) follow(option);
  });
  input.addEventListener("blur", close);
  if (input.value) ask();
}
