/**
 * What is put into an answer by its name: "::" and some letters offer text modules, "??" and some words articles; Enter puts one in.
 * Text modules are fetched once; articles are asked for each time, because who may read them depends on what is being written.
 */
import { announce } from "./notify.js";

const form = document.querySelector("form[data-modules]");
const text = form?.querySelector("textarea");
const list = document.getElementById("modules");
const MOST = 8;
const PAUSE = 200; // milliseconds without a key, before the server is asked
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
let known = null;
let chosen = 0;
let asking = 0;

async function modules(word) {
  known ??= fetch(form.dataset.modules).then((answer) => (answer.ok ? answer.json() : { modules: [] })).catch(() => ({ modules: [] }));
  const all = (await known).modules;
  return all.filter((one) => one.key.includes(word) || one.title.toLowerCase().includes(word)).slice(0, MOST)
    .map((one) => ({ mark: `::${one.key}`, ...one }));
}

async function articles(words) {
  await wait(PAUSE);
  if (asked()?.words !== words) return null; // typed on
  const kind = form.querySelector('input[name="kind"]:checked')?.value ?? "";
  const answer = await fetch(`${form.dataset.articles}?${new URLSearchParams({ q: words, art: kind })}`).catch(() => null);
  if (!answer?.ok || answer.redirected) return [];
  return (await answer.json()).articles.map((one) => ({ mark: one.topic, note: one.internal ? list.dataset.internalWord : "", ...one }));
}

/** What is typed right before the cursor behind "::" or, at the beginning of a word, "??"; or null. */
function asked() {
  const before = text.value.slice(0, text.selectionStart);
  const module = /::([\p{L}\d-]*)$/u.exec(before);
  if (module) return { from: modules, words: module[1].toLowerCase(), length: module[0].length, label: list.dataset.modulesWord };
  const article = /(?<!\S)\?\?((?:[\p{L}\d§][\p{L}\d§ -]{0,60})?)$/u.exec(before);
  return article && { from: articles, words: article[1], length: article[0].length, label: list.dataset.articlesWord };
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
  text.setRangeText(option.dataset.text, end - asked().length, end, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  close();
  text.focus();
}

function optionOf(one, place) {
  const option = document.createElement("div");
  option.id = `module-${place}`;
  option.setAttribute("role", "option");
  option.dataset.text = one.text;
  const mark = document.createElement("kbd");
  mark.textContent = one.mark;
  option.append(mark, ` ${one.title}`);
  if (one.note) {
    const note = document.createElement("span");
    note.className = "pill";
    note.textContent = one.note;
    option.append(" ", note);
  }
  return option;
}

async function offer() {
  const wanted = asked();
  asking += 1;
  const turn = asking;
  if (wanted === null) return close();
  const fitting = await wanted.from(wanted.words);
  if (turn !== asking || fitting === null) return undefined;
  list.replaceChildren(...fitting.map(optionOf));
  list.setAttribute("aria-label", wanted.label);
  list.hidden = fitting.length === 0;
  if (!fitting.length) return close();
  choose(0);
  return announce(`${wanted.label}: ${fitting[0].title} (${fitting.length})`);
}

if (text && list) {
  text.setAttribute("aria-controls", list.id);
  text.setAttribute("aria-autocomplete", "list");
  text.addEventListener("input", offer);
  text.addEventListener("blur", () => setTimeout(close, 150));
  // What was offered for a note is not there for an answer.
  form.addEventListener("change", (event) => { if (event.target.name === "kind") close(); });
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
