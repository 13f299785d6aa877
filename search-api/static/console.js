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

// An answer to a posted question has no address of its own. The question is kept with the entry of the history,
// so that "back" and "reload" ask it again instead of stopping at the browser's own page.
const again = document.querySelector("form[data-again]");
if (again) {
  const fields = [...new FormData(again)].filter(([name]) => name !== "form_token");
  history.replaceState({ again: again.getAttribute("action"), fields }, "");
  // A link to the page's own address begins afresh; a browser takes it for a reload and keeps the state.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const stays = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey;
    if (link && !stays && link.getAttribute("href") === location.pathname) history.replaceState(null, "");
  });
} else if (history.state && history.state.again === location.pathname) {
  const token = document.querySelector("input[name=form_token]");
  const form = document.createElement("form");
  form.method = "post";
  form.action = location.pathname;
  form.hidden = true;
  for (const [name, value] of [...history.state.fields, ...(token ? [[token.name, token.value]] : [])]) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

// #c120-123,140-142: places of a text in code points of the text as stored. They are marked and shown.
function show(prose) {
  for (const old of prose.querySelectorAll("mark.here")) old.replaceWith(...old.childNodes);
  prose.normalize();
  const wanted = /^#c(\d+-\d+(?:,\d+-\d+)*)$/.exec(location.hash);
  if (!wanted) return;
  const spans = wanted[1].split(",").map((span) => span.split("-").map(Number));
  const dropped = new Set(prose.dataset.places.split(",").filter(Boolean).map(Number));
  const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
  const pieces = [];
  let at = 0;
  while (walker.nextNode()) {
    let unit = 0;
    for (const character of walker.currentNode.data) {
      if (dropped.has(at)) at += 1;
      if (spans.some(([start, end]) => start <= at && at < end)) {
        const last = pieces[pieces.length - 1];
        if (last && last.node === walker.currentNode && last.to === unit) last.to += character.length;
        else pieces.push({ node: walker.currentNode, from: unit, to: unit + character.length });
      }
      unit += character.length;
      at += 1;
    }
  }
  for (const { node, from, to } of pieces.reverse()) {
    const place = document.createRange();
    place.setStart(node, from);
    place.setEnd(node, to);
    const mark = document.createElement("mark");
    mark.className = "here";
    place.surroundContents(mark);
  }
  const first = prose.querySelector("mark.here");
  if (first) first.scrollIntoView({ block: "center" });
}
const prose = document.querySelector("[data-places]");
if (prose) {
  show(prose);
  window.addEventListener("hashchange", () => show(prose));
}
