/** Keywords as chips: each can be taken away by its button; the field itself stays plain text. */
for (const input of document.querySelectorAll("[data-chips]")) {
  const list = document.createElement("ul");
  list.className = "chips";
  input.after(list);
  const words = () => input.value.split(/[,;]/).map((word) => word.trim()).filter(Boolean);
  const draw = () => {
    list.hidden = !words().length;
    list.replaceChildren(...words().map((word, place) => {
      const chip = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", `${word} ×`);
      button.textContent = "×";
      button.addEventListener("click", () => {
        input.value = words().filter((_word, other) => other !== place).join(", ");
        input.dispatchEvent(new Event("input", { bubbles: true }));
        (list.querySelectorAll("button")[Math.min(place, words().length - 1)] ?? input).focus();
      });
      chip.append(word, button);
      return chip;
    }));
  };
  input.addEventListener("input", draw);
  draw();
}
