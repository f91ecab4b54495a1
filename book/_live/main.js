// What every page starts: links inside the book that swap the content, so that Python lives on; cells and exercises.
import * as Turbo from "@hotwired/turbo";

const base = new URL(".", import.meta.url);
const SWAPPED = [".bd-article", ".prev-next-footer", "#pst-secondary-sidebar", ".bd-docs-nav", ".dropdown-download-buttons .dropdown-menu"];
const LED = ["a.logo", "#pst-search-dialog form", "form.bd-search"]; // what stays and has an address, relative to the page

let ends = [];

const startCells = async () => {
  const [boxes, here] = [[...document.querySelectorAll(".cell[data-cell]")], document.querySelector("article")];
  if (!boxes.length) return;
  const { cells } = await import("./cell.js");
  if (document.querySelector("article") === here) ends.push(cells(boxes)); // else the reader has gone on
};

const startExercises = async () => {
  const [sections, places, counts] = [".exercise", ".answers", "[data-progress]"].map((s) => [...document.querySelectorAll(s)]);
  if (!sections.length && !places.length && !counts.length) return;
  const here = document.querySelector("article");
  const [{ exercise }, { exchange, progress }, described] = await Promise.all([
    import("./exercise.js"),
    import("./answers.js"),
    fetch(new URL(`exercises.json?v=${VERSION}`, base)).then((answer) => answer.json()),
  ]);
  if (document.querySelector("article") !== here) return; // the reader has gone on
  const changed = () => progress(described);
  const by = new Map(described.map((each) => [each.name, each]));
  ends.push(...sections.map((section) => exercise(section, by.get(section.dataset.exercise), changed)));
  for (const place of places) exchange(place, described, changed);
  changed();
};

const start = () => {
  startCells();
  startExercises();
};

// "Contents" follows the reader: the theme's own script knows the headings of the first page alone.
let headings = null;
const followContents = () => {
  headings?.disconnect();
  const links = new Map();
  for (const link of document.querySelectorAll("#pst-page-toc-nav a[href^='#']")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)))?.querySelector("h1, h2, h3, h4");
    if (heading) links.set(heading, link);
  }
  headings = new IntersectionObserver(
    (entries) => {
      const now = links.get(entries.filter(({ isIntersecting }) => isIntersecting).at(-1)?.target);
      if (!now) return;
      for (const link of links.values()) {
        link.classList.toggle("active", link === now);
        if (link === now) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
      for (const entry of document.querySelectorAll("#pst-page-toc-nav .toc-entry")) entry.classList.toggle("active", entry.contains(now));
    },
    { rootMargin: "0px 0px -70% 0px" },
  );
  for (const heading of links.keys()) headings.observe(heading);
};

// The address of a page changes before its head does: what is relative there would be asked for where nothing is.
const pin = () => {
  for (const icon of document.querySelectorAll("link[rel~='icon']")) icon.href = icon.href;
};

// The content of the page that was asked for comes into this one; the theme's scripts are bound to what stays.
const swap = (current, next) => {
  for (const end of ends) end();
  ends = [];
  for (const dialog of current.querySelectorAll("dialog[open]")) dialog.close();
  for (const selector of SWAPPED) {
    const [old, fresh] = [current.querySelector(selector), next.querySelector(selector)];
    if (old && fresh) old.replaceChildren(...fresh.childNodes);
    else if (old) old.replaceChildren();
  }
  for (const selector of LED)
    for (const [i, old] of [...current.querySelectorAll(selector)].entries())
      for (const name of ["href", "action"]) {
        const value = next.querySelectorAll(selector)[i]?.getAttribute(name);
        if (value) old.setAttribute(name, value);
      }
};

const served = location.protocol.startsWith("http"); // a page that was opened as a file may not read another one
if (!served || !document.querySelector(".bd-article") || document.querySelector("#search-results")) Turbo.session.drive = false;
Turbo.config.forms.mode = "off";
Turbo.cache.exemptPageFromCache();
addEventListener("turbo:before-render", (event) => {
  const { newBody } = event.detail;
  if (!newBody.querySelector(".bd-article")) return; // a page of another make: as a whole
  event.detail.render = async (current) => swap(current, newBody);
});
addEventListener("turbo:render", () => {
  Turbo.cache.exemptPageFromCache();
  pin();
  const main = document.querySelector("main");
  main.tabIndex = -1;
  followContents();
  if (!location.hash) main.focus({ preventScroll: true });
  start();
});
pin();
start();
