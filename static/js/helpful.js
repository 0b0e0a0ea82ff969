/** The link in the mail was the click: press the button that it asks for, once somebody really sees the page (not in advance, not in the background). */
const form = document.querySelector("form[data-at-once]");

function press() {
  if (!form || form.dataset.sent || document.prerendering || document.hidden) return;
  form.requestSubmit(form.querySelector(`button[value="${CSS.escape(form.dataset.atOnce)}"]`));
}

document.addEventListener("visibilitychange", press);
document.addEventListener("prerenderingchange", press);
press();
