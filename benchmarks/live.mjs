// How long a reader waits for Python in the page: node live.mjs CHROMIUM ADDRESS ROUNDS ANSWERS; JSON, milliseconds.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [executablePath, address, rounds, file] = process.argv.slice(2);
const answers = Object.entries(JSON.parse(readFileSync(file, "utf-8")));

// From a new worker to Python's readiness and to the first report, then each answer of the list.
const measure = async (answers) => {
  const worker = new Worker("../live/worker.js", { type: "module" });
  let [id, ready] = [0, 0];
  const started = performance.now();
  const ask = (name, [code, setup]) =>
    new Promise((done, fail) => {
      const mine = ++id;
      worker.onmessage = ({ data }) => {
        if (data.problem) fail(new Error(data.problem));
        if (data.ready && !ready) ready = performance.now() - started;
        if (data.id === mine && data.result) done();
      };
      worker.postMessage({ id: mine, call: "examine", args: [name.trim(), code, setup] });
    });
  await ask(...answers[0]);
  const first = performance.now() - started;
  const checks = [];
  for (const [name, answer] of answers) {
    const before = performance.now();
    await ask(name, answer);
    checks.push(performance.now() - before);
  }
  worker.terminate();
  return { ready, first, checks };
};

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
for (let round = 0; round < Number(rounds); round++) {
  const context = await browser.newContext();
  for (const kind of ["cold", "warm"]) {
    const page = await context.newPage();
    await page.goto(`${address}/rnn/cell.html`);
    console.log(JSON.stringify({ kind, ...(await page.evaluate(measure, answers)) }));
    await page.close();
  }
  await context.close();
}
await browser.close();
