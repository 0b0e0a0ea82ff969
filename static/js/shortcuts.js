/** Keys for people who do not want the mouse. Single keys can be switched off; keys with Ctrl stay. */

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], [role=combobox]");
let going = 0;

function toSearch() {
  const input = document.getElementById("q");
  if (!input) return false;
  input.focus();
  input.select();
  return true;
}

function follow(letter) {
  const link = document.querySelector(`[data-key="${CSS.escape(letter)}"]`);
  link?.click();
  return Boolean(link);
}

/** May a single letter act now? Not while typing, not in a dialog, not when switched off. */
export function singleKeys(event) {
  return !event.ctrlKey && !event.altKey && !event.metaKey && document.body.dataset.shortcuts !== "off"
    && !typing(event.target) && !document.querySelector("dialog[open]");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    if (toSearch()) event.preventDefault();
    return;
  }
  if (!singleKeys(event) || event.target.closest("[role=tree]")) return;
  const followsG = Date.now() - going < 1500;
  going = 0;
  if (followsG && follow(event.key.toLowerCase())) event.preventDefault();
  else if (event.key === "g") going = Date.now();
  else if (event.key === "/" && toSearch()) event.preventDefault();
  else if (event.key === "?") document.getElementById("shortcuts-help")?.showModal();
});
