/** What is typed into a form[data-keep] outlives a reload and a session that has ended: kept in this tab until it was sent. */
import { announce } from "./notify.js";

const form = document.querySelector("form [data-keep]")?.form;
const fields = form ? [...form.querySelectorAll("[data-keep]")] : [];
const key = `typed ${location.pathname}`;

function kept() {
  try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
}

function keep(sent = false) {
  try { sessionStorage.setItem(key, JSON.stringify({ sent, values: fields.map((field) => field.value) })); } catch { /* private window: the form itself keeps it on refusals */ }
}

const old = kept();
const untouched = fields.every((field) => !field.value); // else the server has sent it back with a refusal
// Sent, and then asked to sign in again: the server has not seen it.
if (old && untouched && (!old.sent || document.referrer.includes("/anmelden/"))) {
  fields.forEach((field, place) => { field.value = old.values[place] ?? ""; });
  if (!fields.every((field) => !field.value)) announce(form.querySelector("[data-kept]")?.textContent ?? "");
  form.querySelector("[data-kept]")?.toggleAttribute("hidden", fields.every((field) => !field.value));
}
form?.addEventListener("input", () => keep());
form?.addEventListener("submit", () => keep(true));
