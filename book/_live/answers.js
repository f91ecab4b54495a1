// A chapter's answers as the assignment's notebook, out and in; and how many are right, wherever a page asks for it.
import { all, everybody, load, save } from "./store.js";

const base = new URL(".", import.meta.url);

const lines = (text) => text.split(/(?<=\n)/);

// The assignment as students get it, with the answers that are kept.
export const notebook = async (chapter, described) => {
  const found = await (await fetch(new URL(`${chapter}.ipynb?v=${VERSION}`, base))).json();
  const cells = new Map(found.cells.map((cell) => [cell.metadata.nbgrader?.grade_id, cell]));
  for (const { name, cell } of described.filter((each) => each.chapter === chapter)) {
    const answer = await load(name);
    if (answer) cells.get(cell).source = lines(answer.code);
  }
  return found;
};

// Keeps the answers of a notebook; how many there were. What is as the stub has it is none.
export const takeIn = async (text, described) => {
  const cells = new Map(JSON.parse(text).cells.map((cell) => [cell.metadata?.nbgrader?.grade_id, cell]));
  let taken = 0;
  for (const { name, cell, stub, chapter } of described) {
    const source = cells.get(cell)?.source;
    const code = Array.isArray(source) ? source.join("") : source;
    const asked = [...cells.values()].some(({ source: s }) => String(Array.isArray(s) ? s.join("") : s).includes(`"${name}"`));
    if (!code || code.trim() === stub.trim() || !asked) continue;
    await save({ ...(await load(name)), name, code, report: null, html: "", chapter }, everybody);
    taken++;
  }
  return taken;
};

export const progress = async (described) => {
  const solved = new Set((await all()).filter((answer) => answer.solved).map(({ name }) => name));
  for (const place of document.querySelectorAll("[data-progress]")) {
    const asked = described.filter(({ chapter }) => chapter === place.dataset.progress);
    const done = asked.filter(({ name }) => solved.has(name)).length;
    place.textContent = done ? `${done} of ${asked.length} exercises solved` : "";
  }
};

// The two buttons of a chapter.
export const exchange = (place, described, changed) => {
  const { chapter } = place.dataset;
  const [out, into, said] = ["out", "in", "said"].map((kind) => place.querySelector(`.answers-${kind}`));
  out.disabled = into.disabled = false;
  out.addEventListener("click", async () => {
    const text = JSON.stringify(await notebook(chapter, described), null, 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
    link.download = `${chapter}.ipynb`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  into.addEventListener("change", async () => {
    try {
      const taken = await takeIn(await into.files[0].text(), described.filter((each) => each.chapter === chapter));
      const [are, them] = taken === 1 ? ["One answer is", "it"] : [`${taken} answers are`, "them"];
      said.textContent = taken ? `${are} taken from the notebook; check ${them} once more.` : "It has no answers.";
      changed();
    } catch {
      said.textContent = "This file cannot be read as a notebook.";
    }
    into.value = "";
  });
};
