/** The list at the left and the dividers at the right follow the leaf in view. */

/** Mark the current document and register; keep them in sight without moving the focus. */
export function follow(binder, leaf) {
  const mark = (selector, chosen, value) => {
    const old = binder.querySelector(`${selector}[aria-current]`);
    if (old === chosen) return;
    old?.removeAttribute("aria-current");
    chosen?.setAttribute("aria-current", value);
    chosen?.scrollIntoView({ block: "nearest" });
  };
  const link = binder.querySelector(leaf.stand ? `[data-stand-in="${leaf.stand.id}"]` : `.contents__link[data-document="${leaf.document?.id}"]`);
  mark(".contents__rows a", link, "true");
  mark(".binder-tab", leaf.register ? binder.querySelector(`.binder-tab[data-register="${leaf.register.id}"]`) : null, "true");
}

/** The grip between contents and desk: by mouse and by arrow keys; the width is remembered on this machine. */
export function grip(binder) {
  const handle = binder.querySelector(".binder-grip");
  const set = (width) => {
    const kept = Math.round(Math.max(200, Math.min(600, width)));
    binder.style.setProperty("--contents", `${kept}px`);
    handle.setAttribute("aria-valuenow", kept);
    try { localStorage.setItem("binder-contents", kept); } catch { /* private window: not remembered */ }
  };
  const now = () => Number(handle.getAttribute("aria-valuenow"));
  let remembered = null;
  try { remembered = Number(localStorage.getItem("binder-contents")); } catch { /* private window */ }
  if (remembered) set(remembered);
  handle.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -20, ArrowRight: 20 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    set(now() + way);
  });
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    const offset = now() - event.clientX;
    const move = (moved) => set(moved.clientX + offset);
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", () => handle.removeEventListener("pointermove", move), { once: true });
  });
}
