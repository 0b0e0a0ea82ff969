/** Announcements of disturbances: put away for the session, or brought back. */
import { csrfToken } from "./notify.js";

/** Do what a banner's button says, at once on the page, and tell the server for the next one. */
export function turn(button) {
  const banner = button.closest(".banner");
  const away = button.value === "1";
  banner.toggleAttribute("data-hidden", away);
  banner.querySelector(away ? ".banner__show" : ".banner__hide").focus();
  const chosen = new FormData(button.form, button);
  fetch(button.form.action, { method: "POST", body: chosen, headers: { "X-CSRFToken": csrfToken() }, redirect: "manual" }).catch(() => {});
}
