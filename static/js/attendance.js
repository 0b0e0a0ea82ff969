/** The tick list: all others are present with one click; late means present. And the sheets of certificates, which are asked for until they are made. */
import { announce } from "./notify.js";

const form = document.querySelector("form[data-attendance]");

form?.addEventListener("click", (event) => {
  if (!event.target.closest("[data-all-present]")) return;
  const open = [...form.querySelectorAll("fieldset:not([disabled])")].filter((row) => !row.querySelector("input[type=radio]:checked"));
  open.forEach((row) => { row.querySelector("input[value=present]").checked = true; });
  if (open.length) form.dispatchEvent(new Event("input", { bubbles: true }));
  form.querySelector("button[type=submit]")?.focus();
});

form?.addEventListener("input", (event) => {
  if (event.target.type !== "number" || !event.target.value) return;
  const row = event.target.closest("fieldset");
  if (!row.querySelector("input[type=radio]:checked")) row.querySelector("input[value=present]").checked = true;
});

const SOONEST = 1500; // milliseconds
const LATEST = 10000;

/** Ask how far the sheets are, ever more slowly; what was said by then is said once more when all is done. */
async function follow(wait) {
  const old = document.querySelector("[data-progress]");
  if (old?.dataset.busy !== "1") return;
  await new Promise((resolve) => { setTimeout(resolve, wait); });
  if (!document.hidden) {
    const answer = await fetch(old.dataset.progress).catch(() => null);
    const fresh = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-progress]");
    if (fresh) {
      old.replaceWith(fresh);
      const done = fresh.querySelector("[data-announce]");
      if (done) announce(done.textContent);
    }
  }
  follow(Math.min(LATEST, wait * 1.3));
}

follow(SOONEST);
