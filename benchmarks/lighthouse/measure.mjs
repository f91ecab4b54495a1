// Lighthouse's scores of one page: node measure.mjs CHROMIUM ADDRESS desktop|mobile RUNS → one JSON object, a list a category.
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const [chromePath, address, size, runs] = process.argv.slice(2);
const scores = {};
for (let run = 0; run < Number(runs); run++) {
  const chrome = await launch({ chromePath, chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
  const onlyCategories = ["performance", "accessibility", "best-practices", "seo"];
  const { lhr } = await lighthouse(address, { port: chrome.port, onlyCategories }, size === "desktop" ? desktopConfig : undefined);
  for (const [name, { score }] of Object.entries(lhr.categories)) (scores[name] ??= []).push(Math.round(100 * score));
  for (const { id, score, scoreDisplayMode } of Object.values(lhr.audits))
    if (score !== null && score < 0.9 && ["binary", "numeric"].includes(scoreDisplayMode)) ((scores.failed ??= {})[id] ??= []).push(score);
  chrome.kill();
}
console.log(JSON.stringify(scores));
process.exit(0); // the launcher keeps the process alive
