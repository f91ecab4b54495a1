// An exercise in the page: the editor, Check, the report as `check` gives it, Reset, what is kept.
import { announce, ask, coming, megabytes, watch } from "./python.js";
import { follow, load, save } from "./store.js";

const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const pre = (text) => `<pre class="exercise-printed">${escape(text.trimEnd())}</pre>`;

// What Check costs, what is under way.
const state = ({ started, ready, progress }) => {
  if (!megabytes) return "This copy of the book was built without Python: answers are kept, and cannot be checked.";
  if (ready) return "";
  if (!started) return `Check loads Python into this page: ${megabytes} MB, once.`;
  return coming(progress) || "Python starts …";
};

const line = (text) => Number(/ in line (\d+), `/.exec(text ?? "")?.[1]);

// Gives life to one exercise; returns a function that ends it and keeps what is typed.
export const exercise = (section, described, changed) => {
  const { name, stub, setup, stopped } = described;
  const find = (kind) => section.querySelector(`.exercise-${kind}`);
  const [area, check, reset, wrong] = ["code", "check", "reset", "wrong"].map(find);
  const [note, report, mark] = ["note", "report", "mark"].map(find);
  const solution = section.querySelector("details[data-when]");
  const plain = {
    get value() { return area.value; },
    set value(text) { area.value = text; },
    get focused() { return document.activeElement === area; },
    fault: () => {},
    close: () => {},
  };
  let editor = plain;
  let kept = { name, code: stub };
  let [busy, gone, touched] = [false, false, false];

  const keep = () => save(kept);
  const typed = () => {
    if (editor.value === kept.code) return;
    touched = true;
    kept = { ...kept, code: editor.value };
    keep(); // at each letter: who leaves the page gives no time for it
  };
  const show = () => {
    mark.hidden = !kept.solved;
    section.classList.toggle("solved", Boolean(kept.solved));
    if (solution?.dataset.when === "after") solution.hidden = !kept.checked;
    report.innerHTML = kept.html ?? "";
    wrong.hidden = !(kept.report && !kept.report.passed);
  };
  const run = async () => {
    if (busy || !megabytes) return;
    busy = true;
    check.setAttribute("aria-disabled", "true");
    report.setAttribute("aria-busy", "true"); // the report alone: the note beside the button is heard meanwhile
    typed();
    const code = editor.value;
    report.setAttribute("aria-live", "polite"); // from now on: what an earlier visit left is not read out
    report.innerHTML = "<p>Checking …</p>";
    wrong.hidden = true;
    const answer = await ask("examine", name, code, setup, kept.told ?? "");
    const result = answer.stopped ? stopped : (answer.result ?? {});
    let html = "";
    if (answer.problem) html = `<p>Python could not be loaded (${escape(answer.problem)}). Check again to try once more.</p>`;
    if (result.printed) html += pre(result.printed);
    if (result.error) html += `<p><strong>Your answer stops before it can be checked.</strong></p>${pre(result.error)}`;
    if (result.html) html += result.html;
    kept = { ...kept, html, text: result.text ?? result.error ?? "", report: result.report ?? null, asked: code };
    if (result.report?.case.name) kept.told = JSON.stringify(result.report);
    if (!answer.problem) kept.checked = Date.now();
    if (result.report?.passed) kept.solved ??= Date.now();
    await keep();
    busy = false;
    changed();
    if (gone) return;
    check.removeAttribute("aria-disabled");
    report.removeAttribute("aria-busy");
    show();
    editor.fault(result.line ?? line(result.text));
  };
  const copy = async () => {
    const text = `${name}\n\n\`\`\`python\n${kept.asked}\n\`\`\`\n\n\`\`\`text\n${kept.text}\n\`\`\`\n\nWhat is wrong with the hint: `;
    await navigator.clipboard.writeText(text).then(
      () => { wrong.textContent = "Copied: answer and report, to be put into an issue"; },
      () => { wrong.textContent = "The browser does not allow copying"; },
    );
    setTimeout(() => { wrong.textContent = "This hint is wrong"; }, 4000);
  };
  const again = () => {
    editor.value = stub;
    kept = { name, code: stub, solved: kept.solved, checked: kept.checked };
    keep();
    show();
  };
  const take = async (first) => {
    const found = await load(name);
    if (gone || !found || (first && touched)) return;
    kept = found;
    if (editor.value !== kept.code) editor.value = kept.code;
    show();
  };

  area.addEventListener("input", typed);
  check.addEventListener("click", run);
  reset.addEventListener("click", again);
  wrong.addEventListener("click", copy);
  for (const button of [check, reset]) button.disabled = false;
  const ends = [
    watch((now) => announce(note, state(now))),
    follow((other) => other === name && !editor.focused && take(false)),
  ];
  const first = take(true);
  const near = new IntersectionObserver(async ([seen]) => {
    if (!seen.isIntersecting) return;
    near.disconnect();
    const [{ edit }] = await Promise.all([import("./editor.js"), first]);
    if (!gone) editor = edit(area, { check: run, changed: typed });
  }, { rootMargin: "0px 0px -15% 0px" }); // it weighs as much as a page, which begins with 250 KB at most
  near.observe(area);
  return () => {
    gone = true;
    near.disconnect();
    for (const end of ends) end();
    editor.close();
  };
};
