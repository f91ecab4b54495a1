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
// A link inside the book has swapped the content: what was bound to the old one is bound to the new.
document.addEventListener("course:page", () => {
  watchScrollers();
  addCopyButtonToCodeCells();
});

// Solutions are printed open.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("article details:not([open])")];
  for (const box of opened) box.open = true;
});
addEventListener("afterprint", () => {
  for (const box of opened) box.open = false;
});
