/** A file's facts: their forms open in a dialog, another value gets a row at once, and known values are offered while somebody types. */

import { toast } from "./notify.js";

let dialog;

/** The dialog all forms are shown in; made when the first one is opened. */
function stage() {
  if (dialog) return dialog;
  dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "fact-form-title");
  document.body.append(dialog);
  return dialog;
}

/** Fetch a page with a form and show the form; false if there is none, then the link is followed. */
async function open(address) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return false;
  const form = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("fact-form");
  if (!form) return false;
  const title = document.createElement("h2");
  title.id = "fact-form-title";
  title.textContent = form.dataset.title;
  const head = document.createElement("div");
  head.className = "dialog__head";
  head.append(title);
  form.classList.add("in-dialog");
  delete form.dataset.guard; // closing the dialog is leaving it
  if (!form.hasAttribute("action")) form.setAttribute("action", answer.url);
  stage().replaceChildren(head, document.adoptNode(form));
  dialog.showModal();
  form.querySelector("input:not([type=hidden], [type=radio]), select, textarea")?.focus();
  return true;
}

document.addEventListener("click", async (event) => {
  if (event.target.closest("dialog [data-cancel]")) {
    event.preventDefault();
    dialog.close();
    return;
  }
  const link = event.target.closest("a[data-form]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (!(await open(link.href))) location.assign(link.href);
});

// A row more, without asking the server: a copy of the last one, empty.
document.addEventListener("click", (event) => {
  const more = event.target.closest(".index-more");
  if (!more) return;
  event.preventDefault();
  const rows = more.parentElement.querySelectorAll(".index-row");
  const last = rows[rows.length - 1];
  const place = rows.length + 1;
  const row = last.cloneNode(true);
  row.setAttribute("aria-label", last.getAttribute("aria-label").replace(/\d+$/, place));
  row.querySelector(".kern-error")?.remove();
  row.querySelectorAll("input").forEach((input) => {
    const name = input.name.replace(/-\d+(-[a-z_]+)$/, `-${place}$1`);
    input.nextElementSibling?.remove();
    row.querySelector(`label[for="${input.id}"]`)?.setAttribute("for", `id_${name}`);
    Object.assign(input, { name, id: `id_${name}`, value: "" });
    input.setAttribute("value", "");
    for (const attribute of ["aria-invalid", "list", "autofocus", "data-focus"]) input.removeAttribute(attribute);
  });
  last.after(row);
  row.querySelector("input").focus();
});

// Known values: the browser's own list under the field; an address or a parcel that was chosen fills its other parts, too.
const known = new Map();
let asked;

document.addEventListener("input", (event) => {
  const input = event.target;
  const field = input.closest?.(".index-field");
  const form = input.closest?.("[data-suggestions]");
  if (!field || !form || field.dataset.kind === "date" || field.dataset.kind === "number") return;
  const parts = known.get(`${field.dataset.field} ${input.value}`);
  if (parts && fill(input, parts)) return;
  clearTimeout(asked);
  if (input.value.trim().length >= 2) asked = setTimeout(() => offer(input, field, form), 200);
});

function fill(input, parts) {
  const names = Object.keys(parts);
  if (!names.length) return false;
  const stem = input.name.replace(/[a-z_]+$/, "");
  for (const name of names) document.getElementsByName(stem + name)[0].value = parts[name];
  return true;
}

async function offer(input, field, form) {
  const query = new URLSearchParams({ feld: field.dataset.field, q: input.value });
  const answer = await fetch(`${form.dataset.suggestions}?${query}`).catch(() => null);
  if (!answer?.ok) return;
  const list = document.createElement("datalist");
  list.id = `known-${input.id}`;
  for (const { text, parts } of await answer.json()) {
    known.set(`${field.dataset.field} ${text}`, parts);
    list.append(new Option(text, text));
  }
  document.getElementById(list.id)?.remove();
  input.after(list);
  input.setAttribute("list", list.id);
}

// Back at a section far down the page, what was done is said there, too.
const said = document.querySelector(".messages .notice");
if (location.hash && said) toast(said.textContent.trim());
