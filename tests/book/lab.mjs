// The notebooks in JupyterLab, as a reader opens them; prints what was seen, one JSON object a page.
// Called by test_home.py: node lab.mjs CHROMIUM ADDRESS PAGE…
import { chromium } from "playwright-core";

const [executablePath, address, ...names] = process.argv.slice(2);
const LONG = 180_000;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
page.setDefaultTimeout(LONG);
let first = "";
for (const name of names) {
  if (!first) {
    await page.goto(`${address}/`);
    await page.waitForURL("**/lab/tree/**");
    first = page.url();
  } else {
    await page.goto(`${address}/lab/tree/${name}.ipynb?reset`);
  }
  const notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)");
  await notebook.locator(".jp-Cell").first().waitFor();
  // The kernel is there, every Markdown cell is set, and so is its mathematics.
  await page.waitForFunction(() => /Python 3/.test(document.querySelector(".jp-Toolbar-kernelName")?.textContent ?? ""));
  await page.waitForFunction(() => {
    const cells = [...document.querySelectorAll(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-MarkdownCell")];
    return cells.every((cell) => {
      const shown = cell.querySelector(".jp-MarkdownOutput");
      return shown?.childElementCount && !/\$/.test(shown.innerText);
    });
  }, undefined, { timeout: 60_000 }).catch(() => {}); // what is left is seen in the text
  const seen = await notebook.evaluate(async (panel) => {
    const all = (selector) => [...panel.querySelectorAll(selector)];
    const texts = all(".jp-MarkdownOutput").map((e) => {
      const copy = e.cloneNode(true);
      copy.querySelectorAll("code, mjx-container").forEach((inner) => inner.remove());
      return copy.textContent;
    });
    const decoded = await Promise.allSettled(all(".jp-RenderedHTMLCommon img, .jp-RenderedImage img, .jp-RenderedSVG img").map((image) => image.decode()));
    return {
      cells: all(".jp-Cell").length,
      text: texts.join("\n"),
      errors: all("mjx-merror, .jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").map((e) => e.textContent),
      outputs: all(".jp-OutputArea-output").length,
      broken: all(".jp-RenderedHTMLCommon img, .jp-RenderedImage img, .jp-RenderedSVG img").filter((_, i) => decoded[i].status === "rejected").map((image) => image.outerHTML.slice(0, 300)),
    };
  });
  const asked = await page.locator(".jp-Dialog").allInnerTexts();
  const kernel = await notebook.locator(".jp-Toolbar-kernelName").innerText();
  console.log(JSON.stringify({ name, first, asked, kernel, ...seen }));
}
await browser.close();
