// Opens every page in Chromium, light and dark, wide and narrow, and prints what happened: one JSON object a page and mode.
// Called by test_pages.py: node browser.mjs CHROMIUM ADDRESS PAGE …
import axe from "axe-core";
import { chromium } from "playwright-core";

const [executablePath, address, ...names] = process.argv.slice(2);
const sizes = { desktop: { width: 1350, height: 940 }, phone: { width: 390, height: 844 } };

const shifts = () => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
};

const look = async () => {
  for (const image of document.images) image.loading = "eager";
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await document.fonts.ready;
  for (let top = 0; top < document.documentElement.scrollHeight; top += window.innerHeight / 2) {
    window.scrollTo({ top, behavior: "instant" });
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
  return {
    shifted: window.shifted,
    sideways: document.documentElement.scrollWidth - window.innerWidth,
    theme: document.documentElement.dataset.theme,
    mathematicsFont: [...document.fonts].some((face) => face.family === "STIX2" && face.status === "loaded"),
    found: document.querySelectorAll("#search-results li").length,
    formulas: document.querySelectorAll("math").length,
    unreadFormulas: [...document.querySelectorAll("math")].filter((m) => m.namespaceURI !== "http://www.w3.org/1998/Math/MathML")
      .length,
  };
};

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
for (const colorScheme of ["light", "dark"]) {
  for (const [size, viewport] of Object.entries(sizes)) {
    const context = await browser.newContext({ colorScheme, viewport });
    await context.addInitScript(shifts);
    const visit = async (name) => {
      const page = await context.newPage();
      const [requests, errors] = [[], []];
      page.on("request", (request) => requests.push(request.url()));
      page.on("requestfailed", (request) => errors.push(`not loaded: ${request.url()}`));
      page.on("response", (response) => response.ok() || errors.push(`${response.status()}: ${response.url()}`));
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      await page.goto(`${address}/${name}`, { waitUntil: "networkidle" });
      const seen = await page.evaluate(look);
      await page.evaluate(axe.source);
      const options = { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } };
      const { violations } = await page.evaluate((options) => window.axe.run(document, options), options);
      const found = violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => `${id} (${help}): ${node.target.join(" ")} ${node.any.map((check) => check.message).join("; ")}`)
      );
      console.log(JSON.stringify({ name, mode: `${colorScheme} ${size}`, requests, errors, violations: found, ...seen }));
      await page.close();
    };
    const left = [...names]; // several at a time: much of a visit is waiting for the page to be quiet
    const visitor = async () => {
      while (left.length) await visit(left.shift());
    };
    await Promise.all(Array.from({ length: 4 }, visitor));
    await context.close();
  }
}
await browser.close();
