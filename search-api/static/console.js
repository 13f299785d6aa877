// What a page can do once scripts run: keys, counting a pasted list, printing. Everything works without it.

const box = document.querySelector("#global-search");

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const own = document.querySelector("[data-search]");
    event.preventDefault();
    (own || box).focus();
    (own || box).select();
  }
  if (event.key === "Escape" && typing === box) box.blur();
});

// In the search page's box, Enter asks and Shift+Enter begins another line, as in a chat.
for (const area of document.querySelectorAll("[data-enter-submits]")) {
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      area.form.requestSubmit ? area.form.requestSubmit() : area.form.submit();
    }
  });
}

// A pasted list says at once how many rows it has.
for (const area of document.querySelectorAll("[data-count]")) {
  const out = document.getElementById(area.dataset.count);
  const count = () => {
    const rows = area.value.split("\n").filter((line) => line.trim() !== "").length;
    out.textContent = rows === 0 ? "" : `${rows} 人`;
  };
  area.addEventListener("input", count);
  count();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Folded evidence belongs on paper too.
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details:not([open])")) {
    fold.open = true;
    fold.dataset.unfolded = "yes";
  }
});
window.addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("details[data-unfolded]")) {
    fold.open = false;
    delete fold.dataset.unfolded;
  }
});

// A form is sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
