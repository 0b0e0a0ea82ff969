/** The exercise at hand: checked without leaving the screen, so that nothing that is typed there gets lost. */
import { announce, csrfToken } from "./notify.js";

const bar = () => document.getElementById("practice-bar");

/** Ask whether the exercise is done, and show what was found in the bar. Where that fails, the form is sent as without scripts. */
export async function check(form) {
  if (form.dataset.sent) return;
  form.dataset.sent = "1";
  const open = bar().querySelector("details").open;
  try {
    const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers, redirect: "error" });
    if (answer.status !== 200 && answer.status !== 422) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("practice-bar");
    bar().replaceWith(fresh);
  } catch {
    delete form.dataset.sent;
    form.submit();
    return;
  }
  bar().querySelector("details").open = open;
  bar().querySelector(".practice-bar__check button, .practice-bar__row > a").focus({ preventScroll: true }); // it is in view, the work shall be, too
  announce([...bar().querySelectorAll(".practice-bar__said .notice, .practice-finding")].map((line) => line.textContent.trim()).join(" "));
}
