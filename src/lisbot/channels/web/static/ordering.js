// Moves a form's things without loading the page: by the buttons, or by dragging. Without this script the buttons send
// the form, and the numbers may be typed.
(() => {
  "use strict";
  const rows = () => [...document.querySelectorAll(".form-row.ordered")];
  const status = document.getElementById("moved");
  const place = (row) => row.querySelector("input[name$='.place']");

  const number = (moved) => {
    const all = rows();
    all.forEach((row, at) => {
      place(row).value = at + 1;
      row.querySelector("button[value$=':up']").disabled = at === 0;
      row.querySelector("button[value$=':down']").disabled = at === all.length - 1;
      row.querySelector(".beside")?.replaceChildren(); // its hour was that of its former place
    });
    status.textContent = status.dataset.words.replace("{place}", place(moved).value).replace("{count}", all.length);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name='_move']");
    if (!button) return;
    event.preventDefault();
    const all = rows();
    const row = button.closest(".form-row");
    const at = all.indexOf(row);
    if (button.value.endsWith(":up")) {
      if (at > 0) all[at - 1].before(row);
    } else if (at < all.length - 1) {
      all[at + 1].after(row);
    }
    number(row);
    (button.disabled ? row.querySelector("button[name='_move']:not(:disabled)") : button)?.focus();
    row.scrollIntoView({ block: "nearest" });
  });

  let dragged = null;
  for (const row of rows()) {
    const handle = document.createElement("span");
    handle.className = "handle";
    handle.textContent = "⠿";
    handle.setAttribute("aria-hidden", "true"); // the buttons and the numbers say the same
    row.querySelector(".moves").prepend(handle);
    handle.addEventListener("pointerdown", (event) => {
      dragged = row;
      row.classList.add("dragged");
      event.preventDefault();
    });
  }
  document.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    for (const over of rows()) {
      const box = over.getBoundingClientRect();
      if (over === dragged || event.clientY < box.top || event.clientY > box.bottom) continue;
      if (event.clientY < box.top + box.height / 2) over.before(dragged);
      else over.after(dragged);
      return;
    }
  });
  const drop = () => {
    if (!dragged) return;
    dragged.classList.remove("dragged");
    number(dragged);
    dragged = null;
  };
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", drop);
})();
