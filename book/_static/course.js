// What scrolls sideways must be reachable by keyboard; what does not scroll must not be a stop.
const scrollers = new ResizeObserver((boxes) => {
  for (const { target } of boxes) {
    if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
const watchScrollers = () => {
  scrollers.disconnect();
  for (const box of document.querySelectorAll(".formula, .cell_output, .cell_output pre, .pst-scrollable-table-container")) {
    scrollers.observe(box);
  }
};
watchScrollers();
// A link inside the book swaps the content: what was bound to the old one is bound to the new.
document.addEventListener("turbo:load", () => {
  watchScrollers();
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
