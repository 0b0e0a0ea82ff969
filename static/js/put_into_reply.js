/** Puts a line that stands ready beside a request (a course with its address) into the reply, where the cursor is. Without this module it is a link only. */
import { announce } from "./notify.js";

const text = document.querySelector("form.answer textarea");

function put(button) {
  const [from, to] = [text.selectionStart, text.selectionEnd];
  const before = text.value.slice(0, from);
  const line = `${before && !before.endsWith("\n") ? "\n" : ""}${button.dataset.put}\n`;
  text.setRangeText(line, from, to, "end");
  text.dispatchEvent(new Event("input", { bubbles: true })); // drafts are kept, and what was typed is guarded
  text.focus();
  announce(button.dataset.put);
}

if (text) {
  for (const button of document.querySelectorAll("[data-put]")) {
    button.hidden = false;
    button.addEventListener("click", () => put(button));
  }
}
