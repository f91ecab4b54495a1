// What scrolls sideways must show where more of it is, and be reachable by keyboard; what does not must be no stop.
const SCROLLS = ".formula, .cell_output, .text_html, article pre, .pst-scrollable-table-container";
const mark = (boxes) => {
  // All sizes are read before anything is written: the other way round the page is laid out anew for each box.
  const sizes = boxes.map((box) => [box, box.scrollWidth - box.clientWidth, box.scrollLeft]);
  for (const [box, hidden, left] of sizes) {
    const sides = hidden > 1 ? [left > 1 && "left", left < hidden - 1 && "right"].filter(Boolean).join(" ") : "";
    if (sides !== (box.dataset.more ?? "")) {
      if (sides) box.dataset.more = sides;
      else delete box.dataset.more;
    }
    if (hidden > 1) box.tabIndex = 0;
    else if (box.hasAttribute("tabindex")) box.removeAttribute("tabindex");
  }
};
// What is out of sight has no size yet, and is not laid out for being asked; it reports when it comes near.
const scrollers = new ResizeObserver((entries) =>
  mark(entries.filter(({ contentRect }) => contentRect.width > 0).map(({ target }) => target)));
const observe = () => document.querySelectorAll(SCROLLS).forEach((box) => scrollers.observe(box));
document.addEventListener("scroll", ({ target }) => target.matches?.(SCROLLS) && mark([target]), true);
document.addEventListener("turbo:load", observe); // the content of a page may change in place
observe();

// A term of the glossary says what it means when it is pointed at or focused; Escape closes.
let shown = null;
const close = () => {
  shown?.removeAttribute("aria-describedby");
  document.getElementById("definition")?.remove();
  shown = null;
};
const show = (term) => {
  if (shown === term) return;
  close();
  const words = document.getElementById("definitions")?.content.querySelector(`[data-term="${CSS.escape(term.hash.slice(1))}"]`);
  if (!words) return;
  const box = Object.assign(document.createElement("div"), { id: "definition", innerHTML: words.innerHTML });
  box.setAttribute("role", "tooltip");
  document.body.append(box);
  const [at, size] = [term.getBoundingClientRect(), box.getBoundingClientRect()];
  const below = at.bottom + size.height + 8 < innerHeight || at.top < size.height + 8;
  box.style.left = `${scrollX + Math.max(16, Math.min(at.left, document.documentElement.clientWidth - size.width - 16))}px`;
  box.style.top = `${scrollY + (below ? at.bottom + 4 : at.top - size.height - 4)}px`;
  term.setAttribute("aria-describedby", "definition");
  shown = term;
};
const over = ({ target }) => {
  const term = target.closest?.("a.term");
  if (term) show(term);
  else if (shown && !target.closest?.("#definition") && shown !== document.activeElement) close();
};
document.addEventListener("pointerover", over);
document.addEventListener("focusin", ({ target }) => (target.matches("a.term") ? show(target) : close()));
document.addEventListener("focusout", close);
document.addEventListener("keydown", ({ key }) => key === "Escape" && close());
document.addEventListener("turbo:load", () => {
  if (!document.querySelector(".copybtn")) addCopyButtonToCodeCells();
});

// No browser runs modules from a file: an exercise can be read there, and says where it is checked.
if (location.protocol === "file:") {
  for (const note of document.querySelectorAll(".exercise-note")) {
    note.textContent = "Answers are checked where the book is served: make serve, or python -m http.server in its folder.";
  }
}

// Solutions are printed open.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("article details:not([open])")];
  for (const box of opened) box.open = true;
});
addEventListener("afterprint", () => {
  for (const box of opened) box.open = false;
});

// A notebook that is saved from here knows where the package is that it needs: beside this page. A JupyterHub's address
// the reader knows.
const save = async (link) => {
  const [book] = link.href.split("_sources/");
  const text = (await (await fetch(link.href)).text()).replace('BOOK = \\"\\"', `BOOK = \\"${book}\\"`);
  const url = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
  Object.assign(document.createElement("a"), { href: url, download: link.href.split("/").pop() }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
};
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[download][href$=".ipynb"]');
  if (link && location.protocol.startsWith("http")) {
    event.preventDefault();
    save(link);
  }
  const hub = event.target.closest?.("[data-hub]");
  const address = hub && prompt("The address of your JupyterHub", localStorage.getItem("hub") ?? "https://");
  if (address) {
    localStorage.setItem("hub", address);
    location.href = address.replace(/\/+$/, "") + hub.dataset.hub;
  }
});
