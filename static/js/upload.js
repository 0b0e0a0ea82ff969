/** Filing by drag and drop or by button: each file has its own request, progress bar, key against doubles, and its own sentence when it fails. */
import { announce, csrfToken, toast, words } from "./notify.js";

const AT_ONCE = 2;

const say = words("binder-words");
const panel = document.getElementById("uploads");
const list = panel.querySelector(".uploads__list");
const picker = document.getElementById("upload-files");
const waiting = [];
let running = 0;
let register = "";

const open = () => waiting.length + running;

/** Read the reason out of an answer: the sentence of a problem+json, or none. */
function reasonOf(request) {
  try {
    const problem = JSON.parse(request.responseText);
    return Object.values(problem.errors ?? {}).flat()[0] ?? problem.detail ?? problem.title;
  } catch {
    return "";
  }
}

function rowFor(upload) {
  const row = document.createElement("li");
  row.className = "upload";
  const name = document.createElement("span");
  name.className = "upload__name truncate";
  name.textContent = upload.file.name;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", say("uploading", { name: upload.file.name }));
  row.append(name, bar);
  list.append(row);
  panel.hidden = false;
  return row;
}

function leave(upload) {
  upload.row.remove();
  panel.hidden = !list.childElementCount;
}

/** Say why a file was not filed; `again` if a second try could help (no network, a busy server), not if the file itself is refused. */
function fail(upload, reason, again = false) {
  const { row, file } = upload;
  row.classList.add("upload--failed");
  row.querySelector("progress").hidden = true;
  row.querySelectorAll(".upload__reason, button").forEach((old) => old.remove());
  const sentence = document.createElement("p");
  sentence.className = "upload__reason";
  sentence.textContent = reason;
  const button = (key, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "kern-btn kern-btn--tertiary kern-btn--small";
    made.textContent = say(key);
    made.addEventListener("click", act, { once: true });
    return made;
  };
  row.append(sentence);
  if (again) row.append(button("tryAgain", () => { row.classList.remove("upload--failed"); queue(upload); }));
  row.append(button("remove", () => leave(upload)));
  announce(say("uploadFailed", { name: file.name, reason }));
}

/** Documents with the same bytes that this clerk may see. */
function twinsIn(request) {
  try {
    return JSON.parse(request.responseText).duplicates ?? [];
  } catch {
    return [];
  }
}

function arrived(upload, [twin] = []) {
  if (twin) toast(say("duplicate", { name: upload.file.name, title: twin.title, reference: twin.file_reference }), { seconds: 12 });
  else announce(say("uploaded", { name: upload.file.name }));
  setTimeout(() => leave(upload), 1200);
  document.dispatchEvent(new CustomEvent("documents:changed"));
}

function send(upload) {
  const { file, row } = upload;
  const bar = row.querySelector("progress");
  row.querySelectorAll(".upload__reason, button").forEach((old) => old.remove());
  bar.hidden = false;
  bar.value = 0;
  const form = new FormData();
  form.append("file", panel.dataset.file);
  if (upload.register) form.append("register", upload.register);
  else form.append("directly_in_file", "false"); // dropped beside the registers: still to be placed
  if (panel.dataset.case) form.append("case", panel.dataset.case); // only that case is shown: what is filed here belongs to it
  form.append("content", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", panel.dataset.uploadUrl);
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.setRequestHeader("Idempotency-Key", upload.key); // the same key on every try: a lost answer files nothing twice
  request.setRequestHeader("Accept", "application/json, application/problem+json");
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100; });
  request.upload.addEventListener("load", () => bar.removeAttribute("value")); // all is sent; the server is putting it away
  request.addEventListener("loadend", () => {
    running -= 1;
    if (request.status >= 200 && request.status < 300) arrived(upload, twinsIn(request));
    else fail(upload, reasonOf(request) || say("noConnection"), request.status < 400 || request.status >= 500 || [408, 409, 429].includes(request.status));
    pump();
  });
  running += 1;
  request.send(form);
}

function pump() {
  while (running < AT_ONCE && waiting.length) send(waiting.shift());
}

function queue(upload) {
  waiting.push(upload);
  pump();
}

/** File these files in a register (its id, or "" for none). */
export function upload(files, into) {
  const limit = Number(panel.dataset.limit);
  for (const file of files) {
    const item = { file, register: into, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
    item.row = rowFor(item);
    if (!file.size) fail(item, say("isFolder"));
    else if (file.size > limit * 1024 * 1024) fail(item, say("tooLarge", { limit }));
    else queue(item);
  }
  if (files.length !== 1) return;
  const sentence = say("uploading", { name: files[0].name });
  if (panel.checkVisibility()) announce(sentence); // its own line says it to the eyes
  else toast(sentence, { seconds: 2.5 }); // on a narrow screen the list is on the other pane
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-upload]");
  if (!button) return;
  register = button.dataset.upload || currentRegister();
  picker.value = "";
  picker.click();
});
picker.addEventListener("change", () => upload([...picker.files], register));

/** The register in view: where the general upload button and a drop on the desk go. */
function currentRegister() {
  return document.querySelector(".binder-tab[aria-current]")?.dataset.register ?? document.querySelector("[data-drop][data-register]")?.dataset.register ?? "";
}

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
const target = (event) => event.target.closest?.("[data-drop]");
let lit = null;

function light(place) {
  if (lit === place) return;
  lit?.removeAttribute("data-over");
  lit = place;
  lit?.setAttribute("data-over", "");
}

addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault(); // a file dropped beside the register must not replace the page
  document.body.toggleAttribute("data-dragging", true);
  event.dataTransfer.dropEffect = target(event) || event.target.closest?.("#binder") ? "copy" : "none";
  light(target(event));
});
addEventListener("dragleave", (event) => {
  if (event.relatedTarget) return;
  light(null);
  document.body.removeAttribute("data-dragging");
});
addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  const place = target(event);
  const { files } = event.dataTransfer;
  const row = files.length === 1 && files[0].size && event.target.closest?.("li[data-state]");
  light(null);
  document.body.removeAttribute("data-dragging");
  // One file dropped on a document: a new version of it, or a document of its own? That is asked.
  if (row) import("./binder/papers.js").then((module) => module.askVersion(row, files[0], () => upload([files[0]], place.dataset.register)));
  else if (place) upload([...event.dataTransfer.files], place.dataset.register);
  else if (event.target.closest?.("#binder")) upload([...event.dataTransfer.files], currentRegister());
});
addEventListener("beforeunload", (event) => { if (open()) event.preventDefault(); });
