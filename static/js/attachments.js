/** Files of a message: listed, dropped, and pasted screenshots, which go through the black-out tool before anything is sent. */
import { announce, words } from "./notify.js";

const MIB = 1024 ** 2;
const PICTURES = /^image\/(png|jpeg|webp|gif|bmp|avif)$/;

const field = document.querySelector("input[type=file][data-attach]");
const say = words("attachment-words");
const list = document.createElement("ul");
const fault = document.createElement("p");
let files = [];

const sizeOf = (bytes) => (bytes < MIB ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / MIB).toLocaleString("de", { maximumFractionDigits: 1 })} MB`);

/** Why a file cannot be attached, or "". The server looks again. */
function unfit(file) {
  if (!file.size) return say("empty", { name: file.name });
  if (file.size > Number(field.dataset.most)) return say("tooLarge", { name: file.name, most: Number(field.dataset.most) / MIB });
  return files.length >= Number(field.dataset.attach) ? say("tooMany", { name: file.name, most: field.dataset.attach }) : "";
}

function complain(sentences) {
  fault.textContent = sentences.join(" ");
  fault.hidden = !sentences.length;
}

/** What the list says is what the form sends. */
function write() {
  const carrier = new DataTransfer();
  files.forEach((file) => carrier.items.add(file));
  field.files = carrier.files;
  list.replaceChildren(...files.map(row));
  list.hidden = !files.length;
  field.dispatchEvent(new Event("input", { bubbles: true })); // the page asks before it is left
}

function add(more) {
  const faults = [];
  for (const file of more) {
    const why = unfit(file);
    if (why) faults.push(why);
    else files.push(file);
  }
  complain(faults);
  write();
  if (!faults.length && more.length) announce(say("attached", { name: more.map((file) => file.name).join(", ") }));
}

function row(file, place) {
  const line = document.createElement("li");
  const name = document.createElement("span");
  name.className = "chosen__name";
  const size = document.createElement("small");
  size.className = "muted";
  size.textContent = ` (${sizeOf(file.size)})`;
  name.append(file.name, size);
  if (PICTURES.test(file.type)) line.append(preview(file));
  line.append(name);
  if (PICTURES.test(file.type)) line.append(button("blackOut", file, () => blackOutChosen(place)));
  line.append(button("remove", file, () => remove(place)));
  return line;
}

function preview(file) {
  const image = document.createElement("img");
  image.alt = "";
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
  image.addEventListener("error", () => { URL.revokeObjectURL(image.src); image.remove(); }, { once: true });
  return image;
}

function button(key, file, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "kern-btn kern-btn--secondary kern-btn--small";
  made.dataset.act = key;
  const whose = document.createElement("span");
  whose.className = "sr-only";
  whose.textContent = ` (${file.name})`;
  made.append(say(key), whose);
  made.addEventListener("click", act);
  return made;
}

function remove(place) {
  const [gone] = files.splice(place, 1);
  complain([]);
  write();
  (list.children[Math.min(place, files.length - 1)]?.querySelector("[data-act=remove]") ?? field).focus();
  announce(say("removed", { name: gone.name }));
}

/** The picture drawn anew under a name, or null; what went wrong is said. */
async function drawnAnew(file, plain, name) {
  try {
    const { blackOut } = await import("./blackout.js");
    const made = await blackOut(file, { plain, most: Number(field.dataset.most) });
    return made && new File([made], name, { type: "image/png" });
  } catch (trouble) {
    complain([say(trouble.reason ?? "failed", { name: file.name })]);
    return null;
  }
}

async function blackOutChosen(place) {
  const [name, suffix] = [files[place].name.replace(/\.[^.]*$/, ""), say("madeOf", { name: "" })];
  const made = await drawnAnew(files[place], false, `${name.endsWith(suffix) ? name : name + suffix}.png`);
  if (made) {
    files[place] = made;
    complain([]);
    write();
    announce(say("blackedOut", { name: made.name }));
  }
  list.children[place]?.querySelector("[data-act=blackOut]")?.focus();
}

/** The moment in a screenshot's name, as 2026-11-26 15.04.09. */
function moment() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(".")}`;
}

async function takePasted(pasted) {
  const others = pasted.filter((file) => !PICTURES.test(file.type));
  if (others.length) add(others);
  for (const file of pasted.filter((one) => PICTURES.test(one.type))) {
    const made = await drawnAnew(file, true, `${say("screenshot", { moment: moment() })}.png`);
    if (made) add([made]);
    else announce(fault.hidden ? say("notAttached") : fault.textContent);
  }
}

/** What was dropped; a folder is shown as an empty file, and refused as one. */
const dropped = (items) => [...items].filter((item) => item.kind === "file").map((item) => {
  const file = item.getAsFile();
  return item.webkitGetAsEntry?.()?.isDirectory ? new File([], file?.name ?? "?") : file;
}).filter(Boolean);

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
const light = (on) => field.closest(".field").toggleAttribute("data-over", on);

function listen() {
  field.addEventListener("change", () => add([...field.files])); // to what is there already
  document.addEventListener("paste", (event) => {
    const elsewhere = event.target.closest("dialog") || (event.target.matches("input, textarea, select") && event.target.form !== field.form);
    const pasted = [...(event.clipboardData?.files ?? [])];
    // Cells of a table or a paragraph come as a text and as a picture of it: the text is meant.
    if (elsewhere || !pasted.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    takePasted(pasted);
  });
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault(); // a file that is dropped beside the field must not replace the page
    light(!document.querySelector("dialog[open]"));
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) light(false); });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    light(false);
    if (!document.querySelector("dialog[open]")) add(dropped(event.dataTransfer.items));
  });
}

if (field) {
  const hint = document.createElement("p");
  hint.className = "kern-hint";
  hint.textContent = say("hint");
  fault.className = "kern-error";
  fault.setAttribute("role", "alert");
  fault.hidden = true;
  list.className = "chosen";
  list.setAttribute("aria-label", say("chosen"));
  list.hidden = true;
  field.after(hint, fault, list);
  if (field.files.length) add([...field.files]); // a page that was loaded again keeps them in some browsers
  listen();
}
