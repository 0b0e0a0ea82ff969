/** What every page needs: dialogs, guarded forms, the look, and a search box that wakes up when it is used. */
import { announce, csrfToken } from "./notify.js";
import "./shortcuts.js";

const root = document.documentElement;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    document.querySelectorAll("[popover]:popover-open").forEach((menu) => menu.hidePopover());
    document.getElementById(opener.dataset.dialog)?.showModal();
  }
  const dialog = event.target.closest("dialog");
  if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
});

// Menus that hang on their button: placed by the button's position, kept inside the window.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (event.newState !== "open" || !menu.matches?.(".menu--here")) return;
  const button = document.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
  menu.style.top = `${Math.min(button.bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
  menu.style.left = `${Math.max(8, Math.min(button.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8))}px`;
}, true);

// The look changes at once and is saved on the account.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-preferences]");
  if (!form) return;
  const chosen = new FormData(form);
  root.dataset.theme = chosen.get("theme");
  root.dataset.density = chosen.get("density");
  if (chosen.get("theme") === "system") delete root.dataset.kernTheme;
  else root.dataset.kernTheme = chosen.get("theme");
  document.body.dataset.shortcuts = chosen.has("shortcuts") ? "on" : "off";
  fetch(form.action, { method: "POST", body: chosen, headers: { "X-CSRFToken": csrfToken() }, redirect: "manual" }).catch(() => {});
});

// An announcement is put away or brought back where one is: the page, and what was typed on it, stays.
document.addEventListener("click", (event) => {
  const button = event.target.closest("form[data-banner] button");
  if (!button) return;
  event.preventDefault();
  import("./banner.js").then((module) => module.turn(button));
});

// Forms with unsaved entries ask before the page is left; a second click sends nothing twice.
const changed = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) changed.add(form);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-practice]")) { // the page stays, and what is typed on it
    event.preventDefault();
    import("./exercises.js").then((module) => module.check(form));
    return;
  }
  if (form.dataset.sent) return event.preventDefault();
  changed.delete(form);
  if (form.method !== "post" || form.matches("[hx-post], [data-download]") || event.submitter?.formTarget === "_blank") return; // the page stays
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
}));
addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });

document.querySelector("[data-focus]")?.focus();

// What htmx has put in says by itself what it is: "35 hits".
document.addEventListener("htmx:afterSettle", (event) => {
  const sentence = event.target.querySelector?.("[data-announce]")?.textContent;
  if (sentence) announce(sentence);
});

document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });

// The combobox is fetched when somebody goes to a search box.
document.addEventListener("focusin", (event) => {
  const input = event.target;
  const form = input.closest?.("[data-combobox]");
  if (!form || form.dataset.awake || !input.matches("[role=combobox]")) return;
  form.dataset.awake = "1";
  let early = null; // an arrow pressed while it is on its way opens the list as soon as it is there
  const keep = (pressed) => { if (pressed.key === "ArrowDown" || pressed.key === "ArrowUp") early = pressed.key; };
  input.addEventListener("keydown", keep);
  import("./combobox.js").then((module) => {
    input.removeEventListener("keydown", keep);
    module.wake(input, form.dataset.combobox);
    if (early) input.dispatchEvent(new KeyboardEvent("keydown", { key: early, bubbles: true, cancelable: true }));
  });
});
