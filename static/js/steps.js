/** Steps of an article: one more, up, down. The place is a number in the form, so that all of it works without this, too. */
import { announce } from "./notify.js";

const list = document.querySelector("[data-steps]");
const total = document.querySelector("[name=step-TOTAL_FORMS]");
const more = document.querySelector("[data-add-step]");
const all = () => [...list.querySelectorAll("[data-step]")];

/** Number the steps as they stand. */
function number() {
  all().forEach((step, place) => {
    step.querySelector("[data-step-word]").textContent = `${list.dataset.word} ${place + 1}`;
    step.querySelector("[name$=-ORDER]").value = place + 1;
    step.querySelector("[data-step-up]").disabled = place === 0;
    step.querySelector("[data-step-down]").disabled = place === all().length - 1;
  });
  more.disabled = all().length >= Number(list.dataset.most);
}

function begin(step) {
  step.querySelector(".step__moves").hidden = false;
  step.querySelector("[name$=-ORDER]").closest(".field").hidden = true;
}

function move(step, up) {
  const other = up ? step.previousElementSibling : step.nextElementSibling;
  if (!other) return;
  if (up) other.before(step);
  else other.after(step);
  number();
  const button = step.querySelector(up ? "[data-step-up]" : "[data-step-down]");
  (button.disabled ? step.querySelector(up ? "[data-step-down]" : "[data-step-up]") : button).focus();
  announce(step.querySelector("[data-step-word]").textContent);
}

if (list) {
  all().forEach(begin);
  more.hidden = false;
  more.addEventListener("click", () => {
    const place = Number(total.value);
    list.insertAdjacentHTML("beforeend", document.querySelector("[data-step-template]").innerHTML.replaceAll("__prefix__", place));
    total.value = place + 1;
    begin(list.lastElementChild);
    number();
    list.lastElementChild.querySelector("textarea").focus();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step-up], [data-step-down]");
    if (button) move(button.closest("[data-step]"), button.hasAttribute("data-step-up"));
  });
  number();
}
