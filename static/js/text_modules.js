/** Text modules: "::" and some letters in an answer offer those that fit; Enter puts one in. The list is fetched once, when it is first asked for. */
import { announce } from "./notify.js";

const form = document.querySelector("form[data-modules]");
const text = form?.querySelector("textarea");
const list = document.getElementById("modules");
const MOST = 8;
let known = null;
let chosen = 0;

async function modules() {
  known ??= fetch(form.dataset.modules).then((answer) => (answer.ok ? answer.json() : { modules: [] })).catch(() => ({ modules: [] }));
  return (await known).modules;
}

/** What is typed behind "::" right before the cursor, or null. */
function asked() {
  return /::([\p{L}\d-]*)$/u.exec(text.value.slice(0, text.selectionStart))?.[1].toLowerCase() ?? null;
}

function close() {
  list.hidden = true;
  text.removeAttribute("aria-activedescendant");
}

function choose(place) {
  const options = [...list.children];
  chosen = (place + options.length) % options.length;
  options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
  text.setAttribute("aria-activedescendant", options[chosen].id);
  options[chosen].scrollIntoView({ block: "nearest" });
}

function put(option) {
  const end = text.selectionStart;
  text.setRangeText(option.dataset.text, end - asked().length - 2, end, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  close();
  text.focus();
}

async function offer() {
  if (asked() === null) return close();
  const all = await modules();
  const word = asked();
  if (word === null) return close();
  const fitting = all.filter((one) => one.key.includes(word) || one.title.toLowerCase().includes(word)).slice(0, MOST);
  list.replaceChildren(...fitting.map((one, place) => {
    const option = document.createElement("div");
    option.id = `module-${place}`;
    option.setAttribute("role", "option");
    option.dataset.text = one.text;
    const key = document.createElement("kbd");
    key.textContent = `::${one.key}`;
    option.append(key, ` ${one.title}`);
    return option;
  }));
  list.hidden = fitting.length === 0;
  if (!fitting.length) return close();
  choose(0);
  return announce(`${fitting[0].title} (${fitting.length})`);
}

if (text && list) {
  text.setAttribute("aria-controls", list.id);
  text.setAttribute("aria-autocomplete", "list");
  text.addEventListener("input", offer);
  text.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) put(option);
  });
  text.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(chosen + step);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") put(list.children[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}
