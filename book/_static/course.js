// What scrolls sideways must be reachable by keyboard; what does not scroll must not be a stop.
const scrollers = () => {
  for (const box of document.querySelectorAll(".formula, .cell_output pre, .cell_output > div, .pst-scrollable-table-container")) {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
};
addEventListener("load", scrollers);
addEventListener("resize", scrollers);

// Solutions are printed open.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("article details:not([open])")];
  for (const box of opened) box.open = true;
});
addEventListener("afterprint", () => {
  for (const box of opened) box.open = false;
});
