/** Who is calling: looked for while a number, a name or a town is typed; one key chooses her, and the subject is next. */
import { announce } from "./notify.js";
import { wake } from "./combobox.js";

const who = document.getElementById("id_who");
const choices = document.getElementById("caller-choices");
const shape = document.getElementById("caller-template");

/** Somebody new: what was typed is her number or her name, unless something stands there. */
function takeIn(typed) {
  choices.querySelector('input[value="neu"]').click();
  const number = typed.replace(/\D/g, "").length > typed.length / 2;
  const field = document.getElementById(number ? "id_new_telephone" : "id_new_name");
  if (!field.value) field.value = typed;
  const next = [...document.querySelectorAll(".caller__new input, .caller__new select")].find((one) => !one.value);
  next?.focus();
}

/** Somebody known: she stands there alone, and is chosen. */
function choose({ id, name, about }) {
  choices.querySelectorAll(".caller__one").forEach((one) => one.remove());
  const one = shape.content.firstElementChild.cloneNode(true);
  one.querySelector("input").value = id;
  one.querySelector("strong").textContent = name;
  one.querySelector("small").textContent = about;
  choices.prepend(one);
  who.value = name;
  announce(`${name}, ${about}`);
  document.getElementById("id_subject").focus();
}

/** Enter before anybody was chosen: who is found alone is meant; of several the first one is gone to. Faster than the answer: the button looks. */
function enter(event) {
  const list = document.getElementById("callers");
  if (event.key !== "Enter" || event.defaultPrevented || list.hidden || list.dataset.answers !== who.value.trim()) return;
  event.preventDefault();
  const options = [...list.querySelectorAll("[role=option]")];
  if (options.length > 2) who.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
  else options[0].click();
}

if (who) {
  wake(who, who.dataset.callers);
  who.addEventListener("keydown", enter);
  who.addEventListener("chosen", (event) => {
    const { id, name, about } = event.detail.dataset;
    if (id === "neu") takeIn(name);
    else choose({ id, name, about });
  });
}
