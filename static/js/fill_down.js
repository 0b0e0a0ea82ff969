/** A table of fields: Ctrl+D takes the entry of the row above, Alt with arrows goes to the row above or below. */
const table = document.querySelector(".entry-table");
document.querySelector("[data-fill-hint]")?.removeAttribute("hidden");

/** The same field so many rows further. */
function near(field, rows) {
  const [name, place] = field.name.split("-");
  return table.querySelector(`[name="${name}-${Number(place) + rows}"]`);
}

table?.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.ctrlKey && event.key.toLowerCase() === "d") {
    event.preventDefault(); // the browser would make a bookmark
    const above = near(field, -1);
    if (!above || field.name.startsWith("title-")) return;
    field.value = above.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (event.altKey && ["ArrowDown", "ArrowUp"].includes(event.key) && field.tagName !== "SELECT") {
    event.preventDefault();
    near(field, event.key === "ArrowDown" ? 1 : -1)?.focus();
  }
});
