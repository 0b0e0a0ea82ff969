/**
 * The picture of the sheet that is seen first, asked for before the page itself is read: no module, because modules wait for the whole page.
 * It knows nothing of its own: the sheet is written on its element, room.js has kept the rest. pictures.js takes the picture over.
 */
{
  const { sheet, width, picture } = document.currentScript.dataset;
  let room = null;
  try { room = JSON.parse(localStorage.getItem("binder-room")); } catch { /* private window, or not ours */ }
  // The address may name another sheet, and another window wants another picture: then the binder asks when it has been laid out.
  if (room?.window === innerWidth && (!location.hash || location.hash.split("&")[0] === `#blatt=${sheet}`)) {
    const pixels = Math.round(Math.min(room.across, Number(width) * room.largest)) * devicePixelRatio;
    const url = picture.replace("{width}", room.steps.find(([most]) => pixels <= most)?.[1] ?? room.steps.at(-1)[1]);
    const controller = new AbortController();
    const bitmap = fetch(url, { signal: controller.signal, priority: "high" })
      .then((answer) => (answer.ok ? answer.blob() : Promise.reject(new Error(String(answer.status)))))
      .then((blob) => createImageBitmap(blob));
    bitmap.catch(() => {}); // whoever wants the picture hears of it
    window.firstPicture = { url, controller, bitmap };
  }
}
