/** What first.js has to know before this page is laid out, kept in this browser since a binder was last open. */
import { CSS_PIXELS_PER_POINT, LARGEST_FIT, roomOf } from "./leaves.js";
import { steps } from "./pictures.js";

/** Note how wide a sheet may be in a window of this width, and which picture is sharp at which width. */
export function rememberRoom(desk) {
  const { width, margin } = roomOf(desk);
  const room = JSON.stringify({ window: innerWidth, across: width - 2 * margin, largest: CSS_PIXELS_PER_POINT * LARGEST_FIT, steps });
  try { localStorage.setItem("binder-room", room); } catch { /* private window: not remembered */ }
}
