// The cells of a page: Run and an editor in the place of the code, what was printed and drawn in the place of the stored
// output. One namespace a page lives in the worker; what stands above a cell runs before it, once.
import { announce, asking, coming, drawing, life, megabytes, start, stop, watch } from "./python.js";

const LINE = /^\n|\n$/g;
const LONGEST = 120; // seconds for a cell as it stands, which is known to end; what a reader changed has the limit
const done = new Map(); // the cells of a page that have run, and in which life of the worker

const ran = (name) => {
  const known = done.get(name);
  if (known?.life === life() && life()) return known.cells;
  done.set(name, { life: life(), cells: new Set() });
  return done.get(name).cells;
};

const element = (tag, className, text) => {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const state = ({ started, ready, progress }, draws, seconds) => {
  const size = megabytes + (draws ? drawing : 0);
  if (!started) return `Run loads Python into this page: ${size} MB, once.`;
  const files = coming(progress);
  if (files) return files;
  const long = 5 * Math.floor(seconds / 5); // a screen reader says it: not every second
  return ready ? `Running …${long ? ` ${long} s` : ""}` : "Python starts …";
};

// Figures in the place of the stored ones: caption and number stay.
const redraw = (stored, figures) => {
  const pictures = figures.map((pair) => pair.map((svg) => URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }))));
  const copies = stored.filter((node) => node.querySelector?.("img") || node.matches?.("img")).map((node) => node.cloneNode(true));
  const images = copies.flatMap((node) => (node.matches("img") ? [node] : [...node.querySelectorAll("img")]));
  if (images.length === 2 * pictures.length) {
    images.forEach((image, i) => { image.src = pictures[i >> 1][i % 2]; });
    return copies;
  }
  return pictures.map((pair) => {
    const box = element("div", "cell-drawn");
    for (const [i, scheme] of ["light", "dark"].entries()) {
      const image = element("img", `dark-light for-${scheme}`);
      [image.src, image.alt] = [pair[i], "What this cell draws."];
      box.append(image);
    }
    return box;
  });
};

class Cell {
  constructor(box, page) {
    this.box = box;
    this.page = page;
    this.draws = box.hasAttribute("data-draws");
    this.needs = { draws: this.draws, results: (box.dataset.results ?? "").split(" ").filter(Boolean) };
    [this.input, this.run, this.reset, this.note] = [".cell_input", ".cell-run", ".cell-reset", ".cell-note"].map((s) => box.querySelector(s));
    this.first = this.input.querySelector("pre").textContent.replace(LINE, "");
    this.output = box.querySelector(".cell_output");
    this.stored = this.output ? [...this.output.childNodes] : [];
    this.editor = null;
    this.run.disabled = false;
    this.took = 0; // seconds, as it stands
    this.run.addEventListener("click", () => (page.busy === this ? stop() : page.run(this)));
    this.reset.addEventListener("click", () => this.again());
    this.pressed = () => this.edit(true);
    this.input.addEventListener("click", this.pressed);
  }

  get code() { return this.editor ? this.editor.value : this.first; }

  // The editor in the place of the code; asked twice, one comes.
  async edit(focus) {
    if (this.opening) return;
    this.opening = true;
    const { edit } = await import("./editor.js").catch(() => ({})); // offline: it runs as it stands
    this.opening = Boolean(edit);
    if (!edit || this.page.gone) return;
    const place = element("div", "cell-editor");
    const area = element("textarea", "cell-code");
    area.value = this.first;
    area.setAttribute("aria-label", `Code of cell ${Number(this.box.dataset.cell) + 1}`);
    place.append(area);
    this.shown = [...this.input.children];
    for (const child of this.shown) child.hidden = true;
    this.input.append(place);
    this.editor = edit(area, { check: () => this.page.run(this), changed: () => { this.reset.hidden = false; } });
    this.input.removeEventListener("click", this.pressed);
    if (focus) place.querySelector(".cm-content").focus();
  }

  close() {
    this.editor?.close();
    this.input.querySelector(".cell-editor")?.remove();
    for (const child of this.shown ?? []) child.hidden = false;
    [this.editor, this.opening] = [null, false];
  }

  again() {
    this.close();
    this.input.addEventListener("click", this.pressed);
    this.page.forget(this);
    this.output?.replaceChildren(...this.stored);
    if (!this.stored.length) this.output?.remove();
    if (!this.stored.length) this.output = null;
    this.reset.hidden = true;
    this.page.say(this, "");
    this.run.focus();
  }

  show({ result, stopped, problem, seconds }) {
    if (!this.output) this.box.append((this.output = element("div", "cell_output docutils container")));
    const parts = [];
    if (problem) parts.push(element("p", "cell-said", `Python could not be loaded (${problem}). Run again to try once more.`));
    const why = seconds ? `This takes longer than ${Math.round(seconds)} s, and was stopped.` : "Stopped.";
    if (stopped) parts.push(element("p", "cell-said", `${why} Python starts anew: what is above will run again.`));
    if (result?.printed) parts.push(element("pre", "cell-printed", result.printed.trimEnd()));
    if (result?.html) {
      const made = element("div", "output text_html");
      made.innerHTML = result.html;
      parts.push(made);
    }
    if (result?.figures) parts.push(...redraw(this.stored, result.figures));
    if (result?.error) parts.push(element("pre", "cell-printed cell-error", result.error));
    this.output.replaceChildren(...parts);
    this.reset.hidden = false;
    this.editor?.fault(result?.line);
  }
}

class Page {
  constructor(name, boxes) {
    this.name = name;
    this.gone = this.busy = false;
    this.cells = boxes.map((box) => new Cell(box, this));
    this.end = watch((now) => this.tell(now));
  }

  tell(now) {
    this.now = now;
    this.since = now.ready ? this.since ?? performance.now() : null;
    const seconds = Math.round((performance.now() - this.since) / 1000);
    for (const cell of this.cells) {
      const asks = cell === this.busy || (!now.started && !this.busy);
      announce(cell.note, asks ? state(now, cell.draws, seconds) : cell.note.dataset.said ?? "");
    }
  }

  say(cell, text) {
    cell.note.dataset.said = text;
    announce(cell.note, text);
  }

  forget(cell) { ran(this.name).delete(cell.box.dataset.cell); }

  async run(cell) {
    if (this.busy) return;
    this.busy = cell;
    for (const each of this.cells) if (each !== cell) each.run.setAttribute("aria-disabled", "true");
    cell.run.textContent = "Stop";
    cell.run.setAttribute("aria-busy", "true"); // not its note, which is heard meanwhile
    this.say(cell, "");
    this.since = null;
    start();
    const clock = setInterval(() => this.tell(this.now), 1000);
    this.tell(this.now);
    await cell.edit(false);
    const above = this.cells.slice(0, this.cells.indexOf(cell)).filter(({ draws }) => cell.draws || !draws);
    let said = "";
    for (const each of [...above, cell]) {
      const number = each.box.dataset.cell;
      if (each !== cell && ran(this.name).has(number)) continue;
      const { code } = each;
      const itself = code === each.first;
      const limit = itself ? LONGEST : Math.max(LIMIT, 2 * each.took);
      const answer = await asking({ ...each.needs, limit }, "cell", code, this.name);
      if (itself) each.took = answer.took ?? each.took;
      const failed = answer.problem || answer.stopped || answer.result?.error;
      if (!failed) ran(this.name).add(number);
      if (this.gone) break;
      if (each === cell || failed || !itself) each.show(answer);
      said = !failed ? "Done." : each === cell ? "It stops: see below." : "A cell above stops, and is run first.";
      if (failed) break;
    }
    clearInterval(clock);
    for (const { run } of this.cells) run.removeAttribute("aria-disabled");
    cell.run.textContent = "Run";
    cell.run.removeAttribute("aria-busy");
    this.busy = false;
    this.say(cell, said);
  }

  close() {
    this.gone = true;
    this.end();
    for (const cell of this.cells) cell.close();
  }
}

// Gives life to the cells of a page; returns a function that ends it.
export const cells = (boxes) => {
  if (!megabytes) return () => {};
  const lacking = drawing ? [] : boxes.filter((box) => box.hasAttribute("data-draws")); // a page of an earlier build
  for (const box of lacking) box.querySelector(".cell-bar").textContent = "Drawing runs in JupyterLab and Colab.";
  const page = new Page(location.pathname, boxes.filter((box) => !lacking.includes(box)));
  return () => page.close();
};
