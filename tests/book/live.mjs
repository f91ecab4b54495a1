// Exercises in Chromium, as a reader goes through them; prints what was seen, one JSON object a step.
// Called by test_live.py: node live.mjs CHROMIUM ADDRESS STEPS, with STEPS the file of what is typed and asked, perhaps of
// the catalogue only.
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import axe from "axe-core";
import { chromium } from "playwright-core";

const [executablePath, address, steps] = process.argv.slice(2);
const { right, wrong, others, endless, endlessCall, catalogue, solutions, cells, only } = JSON.parse(readFileSync(steps, "utf-8"));
const LONG = 180_000; // Python starts in seconds, and on a busy machine in a minute
const say = (step, seen) => console.log(JSON.stringify({ step, ...seen }));

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const open = async (options, name = "rnn/cell") => {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const [requests, errors] = [[], []];
  context.on("request", (request) => requests.push(request.url()));
  const visit = async (page, path) => {
    page.setDefaultTimeout(LONG);
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("crash", () => errors.push("crashed"));
    await page.goto(`${address}/${path}${path.includes(".") ? "" : ".html"}`);
    return page;
  };
  const tab = async (path = name) => visit(await context.newPage(), path);
  return { context, requests, errors, tab, page: await tab() };
};
const asked = (page, name = "rnn.cell") => page.locator(`[data-exercise="${name}"]`);
const editor = async (page, name) => {
  await asked(page, name).scrollIntoViewIfNeeded();
  await asked(page, name).locator(".cm-content").waitFor();
  return asked(page, name).locator(".cm-content");
};
const typed = (page, name) => asked(page, name).locator(".cm-content").evaluate((e) => e.cmTile?.view.state.doc.toString() ?? e.innerText);
// What has just been typed is in the browser's store a moment later: no hand leaves the page before that.
const kept = (page, code, name = "rnn.cell") => page.waitForFunction(([name, code]) => new Promise((done) => {
  const opened = indexedDB.open("rnncourse", 1);
  opened.onsuccess = () => {
    const found = opened.result.transaction("answers").objectStore("answers").get(name);
    found.onsuccess = () => { opened.result.close(); done(found.result?.code.trim() === code.trim()); };
  };
}), [name, code]);
const answered = async (page, name) => {
  const section = asked(page, name);
  await section.locator(".exercise-report > p").or(section.locator(".exercise-report > section")).first().waitFor();
  await section.locator(".exercise-report:not([aria-busy])").waitFor();
  return section.locator(".exercise-report").innerText();
};
const report = async (page, code, name) => {
  if (code) await (await editor(page, name)).fill(code);
  await asked(page, name).locator(".exercise-check").click();
  return answered(page, name);
};
// By the keyboard alone: a key until the focus is where it is wanted. Each stop on the way has to be in sight, and marked.
const lost = [];
const press = async (page, selector, key = "Tab") => {
  for (let presses = 0; presses < 300; presses++) {
    await page.keyboard.press(key);
    const [there, fault] = await page.evaluate(async (selector) => {
      const moves = document.getAnimations().filter((animation) => animation.effect.getComputedTiming().endTime < Infinity);
      await Promise.all(moves.map((animation) => animation.finished.catch(() => {})));
      const on = document.activeElement;
      const shown = on.querySelector(".toctree-toggle") ?? on; // the sign of what unfolds lies beside its element
      const box = shown.getBoundingClientRect();
      const top = document.elementFromPoint(box.left + Math.min(box.width, 40) / 2, Math.max(0, box.top) + Math.min(box.height, 24) / 2);
      const styles = [on, shown, on.closest(".exercise-editor, .cell-editor")].map((element) => element && getComputedStyle(element));
      const marked = styles.some((style) => style && (style.boxShadow !== "none" || (style.outlineStyle !== "none" && style.outlineWidth !== "0px")));
      const fault = !top || !(on.contains(top) || top.contains(on)) ? "out of sight" : marked ? "" : "not marked";
      return [on.matches(selector), fault && `${fault}: ${location.pathname}: ${on.tagName} ${on.className} ${on.innerText?.slice(0, 40)}`];
    }, selector);
    if (fault) lost.push(fault);
    if (there) return;
  }
  throw new Error(`no ${key} leads to ${selector} on ${page.url()}`);
};
// An answer is typed as people do: the editor indents.
const type = async (page, code) => {
  await page.keyboard.press("Control+a");
  await page.keyboard.type(code.trim().replace(/\n +/g, "\n"));
};
const violations = async (page, of = ".exercise") => {
  await page.evaluate(axe.source);
  const found = await page.evaluate((of) => window.axe.run(of, { resultTypes: ["violations"] }), of);
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, any }) => `${id}: ${target} ${any.map((a) => a.message)}`));
};
// What a page has got through so far: whoever waits for the whole sees that it goes on.
const tell = (page) => page.exposeFunction("tell", (what) => say("so far", { what }));
const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

// 1. A reader: nothing before the click, wrong answers, the next page, Back, reload, the right one, loops without end. As
// far as the first report, and where answers go out and in, by the keyboard alone.
if (!only) {
  const { page, requests, errors, context, tab } = await open({ viewport: { width: 1350, height: 940 } }, "preface");
  const section = asked(page);
  await page.waitForFunction(() => window.Turbo); // before that a link is a link
  const inside = () => page.waitForFunction(() => document.activeElement.tagName === "MAIN"); // a screen reader goes on there
  await press(page, "#pst-skip-link a");
  await page.keyboard.press("Enter");
  await inside();
  for (const link of ["rnn/index.html", "cell.html"]) {
    await press(page, `main a[href="${link}"]`);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/${link}`);
    await inside();
  }
  await press(page, `[data-exercise="rnn.cell"] :is(.cm-content, textarea)`);
  await section.locator(".cm-content:focus").waitFor(); // the editor takes the place of the text area, and its focus
  const leave = await page.evaluate(() => document.getElementById(document.activeElement.getAttribute("aria-describedby"))?.innerText);
  const note = await section.locator(".exercise-note").innerText();
  const before = requests.filter((url) => url.includes("/live/python/"));
  const reports = [];
  const live = () => section.locator(".exercise-report").getAttribute("aria-live");
  const silent = await live();
  await page.evaluate(() => {
    window.notes = [];
    const note = document.querySelector('[data-exercise="rnn.cell"] .exercise-note');
    new MutationObserver(() => window.notes.push(note.closest("[aria-busy]") ? "unheard" : note.textContent)).observe(note, { childList: true });
  });
  for (const code of [...others, wrong]) {
    await type(page, code);
    if (reports.length) await page.keyboard.press("Control+Enter");
    else {
      await page.keyboard.press("Escape");
      await press(page, ".exercise-check");
      await page.keyboard.press("Enter");
    }
    reports.push(await answered(page));
    if (reports.length === 1) await press(page, ".cm-content", "Shift+Tab");
  }
  const first = reports.at(-1);
  const runtime = () => requests.filter((url) => url.includes("/runtime.json")).length;
  say("first", { note, before, report: first, loads: runtime(), violations: await violations(page) });
  await page.keyboard.press("Escape");
  const hints = [];
  for (const hint of await section.locator(".exercise-report summary").all()) {
    await press(page, ".exercise-report summary");
    await page.keyboard.press("Enter");
    hints.push(await hint.locator("xpath=..").innerText());
  }
  say("walk", { leave, reports, hints, lost, notes: await page.evaluate(() => window.notes), live: [silent, await live()] });

  await page.evaluate(() => { window.same = true; });
  await page.locator(".right-next").click();
  await page.waitForURL("**/outputs.html");
  await page.locator('[data-exercise="rnn.bits_per_character"]').waitFor();
  await page.waitForFunction(() => document.activeElement.tagName === "MAIN"); // so that a screen reader goes on there
  const next = await report(page, "def bits_per_character(nll):\n    return nll / np.log(2)\n", "rnn.bits_per_character");
  say("next", { same: await page.evaluate(() => window.same), report: next, loads: runtime(), title: await page.title() });
  const place = await page.evaluate(() => ({
    current: document.querySelector(".bd-docs-nav a.current:not(.has-children > a)")?.innerText,
    logo: document.querySelector("a.logo").href, copies: document.querySelectorAll(".copybtn").length,
    cells: document.querySelectorAll("div.highlight pre").length, download: document.querySelector(".dropdown-download-buttons a").href,
    formulas: [...document.querySelectorAll("math")].every((m) => m.namespaceURI.endsWith("MathML")),
  }));
  await page.locator(".theme-switch-button").first().click();
  const theme = await page.evaluate(() => document.documentElement.dataset.mode);
  await page.keyboard.press("Control+k");
  say("swapped", { ...place, theme, search: await page.locator("#pst-search-dialog").isVisible() });
  await page.keyboard.press("Escape");

  await page.goBack();
  await page.waitForURL("**/cell.html");
  await section.locator(".exercise-report > section").waitFor();
  await page.locator("#why-tanh h2").evaluate((heading) => heading.scrollIntoView({ behavior: "instant" }));
  await page.locator("#pst-page-toc-nav a.active").filter({ hasText: "Why tanh" }).waitFor({ state: "attached" });
  await editor(page);
  say("back", { same: await page.evaluate(() => window.same), code: await typed(page), report: await section.locator(".exercise-report").innerText() });

  await page.reload();
  await section.locator(".exercise-report > section").waitFor();
  await editor(page);
  say("reload", { code: await typed(page), report: await section.locator(".exercise-report").innerText() });

  const other = await tab("rnn/cell");
  await editor(other);
  const solved = await report(other, right);
  await section.locator(".exercise-mark").waitFor(); // the first tab hears of it
  say("tabs", { report: solved, code: await typed(page), mark: await section.locator(".exercise-mark").isVisible() });
  await other.close();

  await report(page); // Python is there, and the first loop's time is its own
  for (const [step, code] of Object.entries({ endless, endlessCall })) {
    await (await editor(page)).fill(code);
    const started = performance.now();
    const ended = await report(page);
    say(step, { report: ended, code: await typed(page), seconds: (performance.now() - started) / 1000 });
  }
  say("afterwards", { report: await report(page, right) });
  const stops = await report(page, right.replace("+ b_hh)", "+ b_hh + nothing)"));
  say("error", { report: stops, line: await section.locator(".code-fault").innerText() });

  // The report of which the last hint speaks.
  await report(page, wrong);
  await page.reload();
  say("told", { report: await report(page, `${wrong}\nprint(cell(*report.arguments()).shape)\n`) });

  // Tab indents until Escape, and again after a letter.
  await (await editor(page)).focus();
  for (const key of ["Control+End", "Escape", "x", "Tab"]) await page.keyboard.press(key);
  const indented = await page.evaluate(() => document.activeElement.className);
  for (const key of ["Escape", "Tab"]) await page.keyboard.press(key);
  say("keyboard", { indented, focus: await page.evaluate(() => document.activeElement.className) });

  await section.locator(".exercise-reset").click();
  say("reset", { code: await typed(page), mark: await section.locator(".exercise-mark").isVisible() });
  await (await editor(page)).fill(right);
  await kept(page, right);

  // Answers go out as the assignment's notebook, and into another browser, which has one that an earlier release kept.
  await page.goto(`${address}/rnn/exercises.html`);
  await press(page, ".answers-out");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  const file = await download.path();
  const fresh = await open({}, "live/exercises.json");
  await fresh.page.evaluate((code) => new Promise((done) => {
    const opened = indexedDB.open("rnncourse", 1);
    opened.onupgradeneeded = () => opened.result.createObjectStore("answers", { keyPath: "name" });
    opened.onsuccess = () => {
      const written = opened.result.transaction("answers", "readwrite");
      written.objectStore("answers").put({ name: "rnn.forward", code });
      written.oncomplete = () => { opened.result.close(); done(); };
    };
  }), "# of an earlier release");
  const taken = async () => {
    await fresh.page.locator(".answers-said:not(:empty)").waitFor();
    return fresh.page.locator(".answers-said").innerText();
  };
  await fresh.page.goto(`${address}/rnn/exercises.html`);
  fresh.page.once("filechooser", (chooser) => chooser.setFiles(file)); // before the keys: a dialog waits for nobody
  await press(fresh.page, ".answers-in");
  await fresh.page.keyboard.press("Enter");
  const many = await taken();
  await fresh.page.goto(`${address}/rnn/cell.html`);
  await editor(fresh.page);
  const code = await typed(fresh.page);
  await editor(fresh.page, "rnn.forward");
  say("release", { code: await typed(fresh.page, "rnn.forward") });

  // An exercise beside the buttons takes its answer at once.
  const released = await (await fetch(`${address}/live/bptt.ipynb`)).json();
  released.cells.find((cell) => cell.id === "truncated-pair-answer").source = "# taken in";
  writeFileSync(`${file}-bptt`, JSON.stringify(released));
  await fresh.page.goto(`${address}/bptt/exercises.html`);
  await editor(fresh.page, "bptt.truncated_pair");
  await fresh.page.locator(".answers-in").setInputFiles(`${file}-bptt`);
  say("beside", { taken: await taken(), code: await typed(fresh.page, "bptt.truncated_pair") });
  say("exchange", {
    notebook: JSON.parse(readFileSync(file, "utf-8")), name: download.suggestedFilename(), taken: many, code,
    progress: await page.locator("[data-progress]").innerText(),
  });
  await fresh.context.close();
  say("all", { foreign: requests.filter((url) => !url.startsWith(address) && !url.startsWith("blob:") && !url.startsWith("data:")), errors });
  await context.close();
}

// 2. On a phone in the dark, with a report shown. At first a file comes that is not the one that the book was built with.
if (!only) {
  const { page, errors, context } = await open({ colorScheme: "dark", viewport: { width: 390, height: 844 } });
  await context.route("**/live/python/pyodide.mjs*", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: gzipSync(`${gunzipSync(await answer.body())}\n`) });
  });
  const spoilt = await report(page, wrong);
  await context.unroute("**/live/python/pyodide.mjs*");
  say("spoilt", { report: spoilt, again: await report(page) });
  const phone = { violations: await violations(page), sideways: await sideways(page), errors };
  await page.emulateMedia({ colorScheme: "light" });
  await page.waitForFunction(() => document.documentElement.dataset.theme === "light");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  phone.violations.push(...(await violations(page)));
  say("phone", phone);
  await context.close();
}

// 3. Cells of a page: Run, what ran before, an edit, an error, a loop without end, Reset, a figure.
const said = (box) => box.locator(".cell_output").innerText();
const ran = async (page, number, code) => {
  const box = page.locator(`.cell[data-cell="${number}"]`);
  if (code) {
    if (!(await box.locator(".cm-content").count())) await box.locator("pre").first().click();
    await box.locator(".cm-content").fill(code);
  }
  await box.locator(".cell-run").click();
  await box.locator(".cell-run[aria-busy]").waitFor({ timeout: 2000 }).catch(() => {});
  await box.locator(".cell-run:not([aria-busy])").waitFor();
  return box;
};
if (!only) {
  const { page, requests, errors, context } = await open({ viewport: { width: 1280, height: 900 } });
  const runtime = () => requests.filter((url) => url.includes("/live/python/"));
  const notes = await page.locator(".cell-note").allTextContents();
  const stored = await said(page.locator('.cell[data-cell="3"]'));
  const before = runtime();
  const box = await ran(page, 3);
  say("cells", { notes, before, stored, printed: await said(box), drawn: runtime().filter((url) => url.includes("matplotlib")) });
  await ran(page, 3, "print('edited', h.shape)\nh.sum() * 0");
  say("cellEdited", { printed: await said(box) });
  await ran(page, 3, "print(1)\nnothing");
  say("cellError", { printed: await said(box), line: await box.locator(".code-fault").innerText() });
  const endless = await ran(page, 3, "while True:\n    pass");
  say("cellEndless", { printed: await said(endless), code: await box.locator(".cm-content").innerText(), violations: await violations(page, ".cell") });
  await box.locator(".cell-reset").click();
  say("cellReset", { printed: await said(box), code: await box.locator("pre").first().innerText(), editors: await page.locator(".cell-editor").count() });
  await ran(page, 3);
  say("cellAgain", { printed: await said(box), note: await box.locator(".cell-note").innerText() });
  const [elsewhere, draws] = [await page.locator(".cell-elsewhere").allTextContents(), await page.locator(".cell[data-draws]").count()];
  const figure = draws && page.locator(".cell[data-draws]").first();
  const caption = figure && (await figure.locator("figcaption").innerText());
  if (figure) await ran(page, await figure.getAttribute("data-cell"));
  const drawn = figure && (await figure.locator("img").evaluateAll((images) => Promise.all(images.map(async ({ src, alt, complete, naturalWidth }) =>
    ({ src, alt, shown: complete && naturalWidth > 100, svg: (await (await fetch(src)).text()).slice(0, 400) })))));
  say("cellDraws", { elsewhere, draws, caption, after: figure && (await figure.locator("figcaption").innerText()), drawn });
  await page.locator(".right-next").click();
  await page.waitForURL("**/outputs.html");
  await page.locator('.cell[data-cell="2"] .cell-run:not([disabled])').waitFor();
  const next = await ran(page, 2);
  say("cellNext", { printed: await said(next), loads: requests.filter((url) => url.includes("/runtime.json")).length, errors });
  await context.close();
}
if (!only) {
  const { page, errors, context } = await open({ colorScheme: "dark", viewport: { width: 390, height: 844 } });
  await ran(page, 2);
  say("cellPhone", { violations: await violations(page, ".cell"), sideways: await sideways(page), errors });
  await context.close();
}

// 4. Every cell that runs in its page, in one worker.
if (!only) {
  const { page, context } = await open({});
  await tell(page);
  const answers = await page.evaluate(async (asked) => {
    const worker = new Worker("../live/worker.js", { type: "module" });
    const found = [];
    for (const [id, { page, text, draws, results }] of asked.entries()) {
      await window.tell(page);
      found.push(await new Promise((done, fail) => {
        worker.onmessage = ({ data }) => {
          if (data.problem) fail(new Error(data.problem));
          if (data.id === id && data.result) done(JSON.parse(data.result));
        };
        worker.postMessage({ id, call: "cell", args: [text, page], draws, results });
      }));
    }
    worker.terminate();
    return found.map(({ figures, ...answer }) => ({ ...answer, figures: figures?.length ?? 0 }));
  }, cells);
  say("allCells", { answers });
  await context.close();
}

// 5. The whole catalogue and all solutions, in one worker.
{
  const { page, context } = await open({});
  await tell(page);
  const seen = await page.evaluate(
    async ([text, answers]) => {
      const worker = new Worker("../live/worker.js", { type: "module" });
      let id = 0;
      const ask = (call, ...args) =>
        new Promise((done, fail) => {
          const mine = ++id;
          worker.onmessage = ({ data }) => {
            if (data.problem) fail(new Error(data.problem));
            if (data.id === mine && data.result) done(JSON.parse(data.result));
          };
          worker.postMessage({ id: mine, call, args });
        });
      const started = performance.now();
      const [passed, known] = [{}, {}];
      for (const [name, [code, setup]] of Object.entries(answers)) {
        await window.tell(name);
        passed[name] = (await ask("examine", name, code, setup)).report;
      }
      const ready = performance.now();
      for (const name of Object.keys(answers)) {
        await window.tell(name);
        known[name] = await ask("cell", text.replace("EXERCISE", JSON.stringify(name)), "catalogue");
      }
      worker.terminate();
      return { known, passed, seconds: [ready - started, performance.now() - ready].map((ms) => ms / 1000) };
    },
    [catalogue, solutions],
  );
  say("catalogue", seen);
  await context.close();
}
await browser.close();
