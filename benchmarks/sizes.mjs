// What a browser loads of each page: node sizes.mjs CHROMIUM ADDRESS PAGE …; one JSON object a page, in bytes sent.
import { chromium } from "playwright-core";

const [executablePath, address, ...names] = process.argv.slice(2);
const scroll = async () => {
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
    scrollTo({ top, behavior: "instant" });
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
};

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
for (const name of names) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } }); // keeps nothing of other pages
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => { bytes += encodedDataLength; });
  await session.send("Network.enable");
  // Until nothing more comes: scripts ask for scripts, and what comes near the window for its data.
  const quiet = async () => {
    for (let still = 0, before = bytes; still < 5; before = bytes) {
      await page.waitForTimeout(200);
      still = bytes === before ? still + 1 : 0;
    }
    return bytes;
  };
  await page.goto(`${address}/${name}.html`);
  const first = await quiet();
  await page.evaluate(scroll);
  const whole = await quiet();
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  console.log(JSON.stringify({ name, first, whole, nodes }));
  await context.close();
}
await browser.close();
