/** Tags beside a ticket: put on and taken off without leaving the page, so that an answer that is being written stays as it is. */
import { announce } from "./notify.js";

/** What she has seen is what her own act made of it: her reply is not stale because of it, and nobody tells her that something is new. */
function follow(before, now) {
  document.querySelectorAll('input[name="seen"]').forEach((field) => { if (field.value === before) field.value = now; });
  const presence = document.getElementById("presence");
  if (presence?.dataset.revision === before) presence.dataset.revision = now;
}

document.addEventListener("chosen", (event) => {
  if (!event.target.closest("[data-tags]")) return;
  event.target.value = event.detail.dataset.value;
  event.target.form.requestSubmit();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const card = form.closest("[data-tags]");
  if (!card || event.defaultPrevented) return;
  event.preventDefault();
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer || answer.redirected || ![200, 422].includes(answer.status)) return form.submit(); // the plain way tells what is wrong
  const made = document.createElement("template");
  made.innerHTML = await answer.text(); // our own server's escaped fragment
  const fresh = made.content.querySelector("[data-tags]");
  card.replaceWith(fresh);
  document.getElementById("tag-input").focus();
  follow(card.dataset.tags, fresh.dataset.tags);
  if (fresh.dataset.said) announce(fresh.dataset.said);
  return undefined;
});
