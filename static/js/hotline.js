/** The hotline's desk by keyboard: through the list, and one letter for each act. Single letters obey the person's setting (shortcuts.js). */
import { singleKeys } from "./shortcuts.js";

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** Go through the list's links; from anywhere else to the one that is shown, else to the first. */
function step(by) {
  const links = [...document.querySelectorAll("[data-rows] a")].filter((link) => link.checkVisibility());
  if (!links.length) return false;
  const here = links.indexOf(document.activeElement);
  const shown = links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = here >= 0 ? links[here + by] : shown >= 0 ? links[shown + by] ?? links[shown] : links[0];
  next?.focus();
  return true;
}

/** Choose what is written, and go to the text. */
function write(kind) {
  const choice = document.querySelector(`input[name=kind][value="${kind}"]`);
  const text = document.getElementById("id_body");
  if (!choice || !text) return false;
  choice.click();
  text.focus();
  return true;
}

/** To the field of the tags. */
function tag() {
  const input = document.getElementById("tag-input");
  input?.focus();
  return Boolean(input);
}

/** Press the button of a letter; what stands in a closed menu is pressed all the same. */
function press(letter) {
  const button = document.querySelector(`[data-stroke="${CSS.escape(letter)}"]`);
  button?.click();
  return Boolean(button);
}

/** Arrows go through the list where it is all there is; beside a ticket only once somebody is in it, because they scroll what was said. */
const arrowsAreForTheList = (target) => target.closest("[data-rows]") || (!document.querySelector(".ticket") && !target.closest("[popover], summary"));

function act(event) {
  if (event.key in STEPS) return (event.key.length === 1 || arrowsAreForTheList(event.target)) && step(STEPS[event.key]);
  if (event.key === "r") return write("reply");
  if (event.key === "i") return write("note");
  if (event.key === "s") return tag();
  return event.key.length === 1 && press(event.key);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  } else if (singleKeys(event) && act(event)) {
    event.preventDefault();
  }
});
