// Opens every page in Chromium, light and dark, wide and narrow, and prints what happened: one JSON object a page and mode.
// Called by test_pages.py and test_report.py: node browser.mjs CHROMIUM ADDRESS PAGE …
//
// A page is loaded twice, wide and light, narrow and dark, so that each width and each scheme is that of a load. The
// other scheme is then switched to in place, as a reader's system does in the evening: there the colours are looked at
// again. Pages of the reference, of one template and without figures, are looked at as they are loaded alone.
import { availableParallelism } from "node:os";
import axe from "axe-core";
import { chromium } from "playwright-core";

const [executablePath, address, ...names] = process.argv.slice(2);
const loads = [
  { schemes: ["light", "dark"], size: "desktop", viewport: { width: 1280, height: 900 } },
  { schemes: ["dark", "light"], size: "phone", viewport: { width: 390, height: 844 } },
];

const MOVES = 0.005; // half of what is too much: worth another look
const MOST = 110; // seconds of a visit, on a machine that does much else
const within = (seconds, work) => {
  let timer;
  const late = new Promise((_, fail) => (timer = setTimeout(() => fail(new Error(`nothing in ${seconds} s`)), 1000 * seconds)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

const shifts = () => {
  [window.shifted, window.moved] = [0, []];
  const told = ({ node, previousRect: before, currentRect: after }) => {
    const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const what = element ? `${element.localName}.${element.className} "${element.textContent?.trim().slice(0, 30)}"` : "what is gone";
    return `${what} from ${Math.round(before.y)} to ${Math.round(after.y)}`;
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      window.shifted += entry.value;
      window.moved.push(...entry.sources.map(told));
    }
  }).observe({ type: "layout-shift", buffered: true });
};

const scroll = async () => {
  for (const image of document.images) image.loading = "eager";
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await document.fonts.ready;
  for (let top = 0; top < document.documentElement.scrollHeight; top += window.innerHeight) {
    window.scrollTo({ top, behavior: "instant" });
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
  window.scrollBy({ top: -50, behavior: "instant" }); // on a step upwards the way back to the top is offered
};

// Colours are looked at once they are there: in sections that are out of sight a transition does not go on.
const AT_ONCE = "*, ::before, ::after { transition: none !important; }";
const settle = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

const look = () => ({
  shifted: window.shifted,
  moved: window.moved.slice(0, 4),
  sideways: document.documentElement.scrollWidth - window.innerWidth,
  theme: document.documentElement.dataset.theme,
  mathematicsFont: [...document.fonts].some((face) => face.family === "STIX2" && face.status === "loaded"),
  found: document.querySelectorAll("#search-results li").length,
  formulas: document.querySelectorAll("math").length,
  unreadFormulas: [...document.querySelectorAll("math")].filter((m) => m.namespaceURI !== "http://www.w3.org/1998/Math/MathML")
    .length,
});

// What does not fit: with all that is folded or far away laid out, at the widths of a size.
const WIDTHS = { desktop: [1280], phone: [390, 360, 320] };
const fit = async () => {
  const folded = [...document.querySelectorAll("details:not([open])")];
  for (const box of folded) box.open = true;
  for (const section of document.querySelectorAll(".deferred")) section.style.contentVisibility = "visible";
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const words = (box) => box.textContent.trim().replace(/\s+/g, " ").slice(0, 50);
  const scrolls = [...document.querySelectorAll("article *")].filter(
    (box) => box.scrollWidth > box.clientWidth + 1 && /auto|scroll|hidden/.test(getComputedStyle(box).overflowX) && box.checkVisibility(),
  );
  const cut = (selector) => scrolls.filter((box) => box.matches(selector)).map(words);
  const seen = {
    sideways: document.documentElement.scrollWidth - window.innerWidth,
    formulas: cut(".formula"),
    code: cut("pre"),
    unmarked: scrolls.filter((box) => !box.matches(".visually-hidden, table *") && getComputedStyle(box).maskImage === "none").map(words),
    empty: [...document.querySelectorAll(".cell_output, .output")].filter(
      (box) => box.offsetHeight && !box.textContent.trim() && !box.querySelector("img, svg, canvas, table, [data-result]"),
    ).length,
    small: [],
  };
  for (const image of document.querySelectorAll('article img[src$=".svg"]')) {
    if (!image.checkVisibility() || new URL(image.src).origin !== location.origin) continue;
    const svg = await (await fetch(image.src)).text();
    const points = [...svg.matchAll(/<!-- .* -->\s*<g [^>]*scale\(([\d.]+) -/g)].map(([, scale]) => 100 * scale);
    const width = Number(svg.match(/viewBox="0 0 ([\d.]+)/)?.[1]);
    const smallest = (Math.min(...points) * image.clientWidth) / width;
    if (smallest < 11) seen.small.push(`${smallest.toFixed(1)} px: ${image.alt.slice(0, 50)}`);
  }
  for (const box of folded) box.open = false;
  return seen;
};

// What axe finds. Contrast, most of its time, is computed of one element for each way that text looks: its colour, size
// and weight on the backgrounds below it; and once for all pages: what was said of a way is said of it again. What is
// taken out of the flow may lie on anything: unless it has a ground of its own, it is always computed. A way of which axe
// can say nothing, such as that of a link out of sight, it is asked of on three pages in each mode. Of a phone, where the
// article is the same, the rules are asked on what stands around it; on the article only those that depend on the width.
const TRIES = 3;
const [judged, silent] = [new Map(), new Map()];
const check = async ([coloursAlone, size, mode, before]) => {
  // The bar of the page, which stays while it scrolls, lies over whatever is there: what else obscures a target is a fault.
  const underTheBar = (selector) => {
    const [over, under] = [".bd-header-article", selector].map((s) => document.querySelector(s)?.getBoundingClientRect());
    return over && over.left < under.right && over.right > under.left && over.top < under.bottom && over.bottom > under.top;
  };
  const [known, grounds, examples, found] = [new Map(before), new Map(), new Map(), []];
  const APART = "apart ";
  const ground = (element) => {
    if (!element) return "";
    if (!grounds.has(element)) {
      const style = getComputedStyle(element);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode].join();
      const alone = /^rgb\(.*,none,1,none,normal$/.test(own); // nothing below shows
      const apart = ["absolute", "fixed"].includes(style.position) && !alone ? APART + grounds.size : "";
      grounds.set(element, ground(element.parentElement) + (own === "rgba(0, 0, 0, 0),none,1,none,normal" ? "" : own) + apart);
    }
    return grounds.get(element);
  };
  // Does a link stand among other words? There it has to look unlike them.
  const amongWords = (link) => {
    let block = link.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    const length = (element) => element.textContent.replace(/\s+/g, "").length;
    return length(block) > [...block.querySelectorAll("a")].reduce((sum, a) => sum + length(a), 0);
  };
  for (const element of document.querySelectorAll("body *")) {
    const speaks = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!(speaks || element.matches("a, input, select, textarea"))) continue;
    if (!element.checkVisibility({ visibilityProperty: true }) || element.matches(".visually-hidden")) continue;
    const style = getComputedStyle(element);
    const outside = element.matches("a") && getComputedStyle(element.parentElement);
    const around = outside ? outside.color + style.textDecorationLine + amongWords(element) : "";
    const way = [style.color, style.fontSize, style.fontWeight, style.textShadow, around, ground(element)].join();
    if (!examples.has(way)) examples.set(way, element);
  }
  for (const way of [...examples.keys()]) {
    const said = known.get(way) ?? known.get(mode + way);
    found.push(...(said ?? []));
    if (said) examples.delete(way);
  }
  const told = ({ id, help }, { target, any }) =>
    `${id} (${help}): ${target.join(" ")} ${any.map(({ message }) => message).join("; ")}`;
  const [fresh, open] = [[], []];
  if (examples.size) {
    const { passes, violations, incomplete } = await window.axe.run(
      { include: [...examples.values()] },
      { runOnly: ["color-contrast", "link-in-text-block"], resultTypes: ["passes", "violations", "incomplete"], elementRef: true },
    );
    const seen = [passes, violations, incomplete].map((rules) => rules.flatMap((rule) => rule.nodes.map((node) => [rule, node])));
    found.push(...seen[1].map(([rule, node]) => told(rule, node)));
    for (const [way, element] of examples) {
      if (way.includes(APART)) continue;
      const [good, bad, unknown] = seen.map((all) => all.filter(([, node]) => node.element === element));
      const contrast = [...good, ...bad].some(([rule]) => rule.id === "color-contrast") && !unknown.length;
      if (contrast || bad.length) fresh.push([way, bad.map(([rule, node]) => told(rule, node))]);
      else open.push(mode + way);
    }
  }
  const others = { rules: { "color-contrast": { enabled: false }, "link-in-text-block": { enabled: false } } };
  const runs = coloursAlone ? [] : [[size === "desktop" ? document : { exclude: ["article"] }, others]];
  if (!coloursAlone && size === "phone") runs.push([document, { runOnly: ["target-size", "scrollable-region-focusable"] }]);
  for (const [context, options] of runs) {
    const { violations } = await window.axe.run(context, { resultTypes: ["violations"], ...options });
    for (const rule of violations)
      for (const node of rule.nodes)
        if (!(node.any.some(({ message }) => message.includes("partially obscured")) && underTheBar(node.target[0])))
          found.push(told(rule, node));
  }
  return { violations: found, fresh, open };
};

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
for (const { schemes, size, viewport } of loads) {
  const left = [...names];
  const arrive = async () => {
    // A window of its own: of several tabs in one, those behind draw a frame a second. One page for many addresses:
    // what it has compiled of scripts and of axe it keeps.
    const context = await browser.newContext({ colorScheme: schemes[0], viewport });
    await context.addInitScript(shifts);
    const page = await context.newPage();
    const place = { context, page, requests: [], errors: [] };
    page.on("request", (request) => place.requests.push(request.url()));
    page.on("requestfailed", (request) => place.errors.push(`not loaded: ${request.url()}`));
    page.on("response", (response) => {
      const fetched = response.ok() || response.status() === 304; // 304: the copy from an earlier page is as it was
      if (!fetched) place.errors.push(`${response.status()}: ${response.url()}`);
    });
    page.on("pageerror", (error) => place.errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && place.errors.push(message.text()));
    return place;
  };
  const visit = async (place, name) => {
    const { page } = place;
    const lines = [];
    [place.requests, place.errors] = [[], []];
    let first = 0; // so many of the requests came before anything was done
    for (const scheme of name.startsWith("api/") ? schemes.slice(0, 1) : schemes) {
      const started = performance.now();
      await page.emulateMedia({ colorScheme: scheme });
      if (scheme === schemes[0]) {
        await page.goto(`${address}/${name}`, { waitUntil: size === "desktop" ? "networkidle" : "load" });
        first = size === "desktop" ? place.requests.length : 0;
        await page.evaluate(scroll);
        await page.waitForLoadState("networkidle");
        await page.evaluate(axe.source);
        await page.addStyleTag({ content: AT_ONCE });
      }
      await page.evaluate(settle);
      const mode = `${scheme} ${size}`;
      const { violations, fresh, open } = await page.evaluate(check, [scheme !== schemes[0], size, mode, [...judged]]);
      for (const [way, said] of fresh) judged.set(way, said);
      for (const way of open) {
        silent.set(way, (silent.get(way) ?? 0) + 1);
        if (silent.get(way) === TRIES) judged.set(way, []);
      }
      const seen = { ...(await page.evaluate(look)), fits: {} };
      for (const width of scheme === schemes[0] ? WIDTHS[size] : []) {
        await page.setViewportSize({ ...viewport, width });
        seen.fits[width] = await page.evaluate(fit);
      }
      await page.setViewportSize(viewport);
      const seconds = (performance.now() - started) / 1000;
      const { requests, errors } = place;
      lines.push({ name, mode, seconds, requests, first, errors, violations, ...seen });
    }
    return lines;
  };
  const visitor = async () => {
    let place = await arrive();
    while (left.length) {
      const name = left.shift();
      for (let tries = 1; ; tries++) {
        const lines = await within(MOST, visit(place, name)).catch((error) => error);
        // What moves moves at each visit; once in a thousand a busy machine paints the parts of a page one by one.
        if (Array.isArray(lines) && (tries === 2 || lines[0].shifted < MOVES)) {
          lines.forEach((line) => console.log(JSON.stringify(line)));
          break;
        }
        if (tries === 2) throw new Error(`${name}, ${size}: ${lines.message}`);
        await within(5, place.context.close()).catch(() => {}); // once in a thousand visits a window stands still
        place = await arrive();
      }
    }
    await within(5, place.context.close()).catch(() => {});
  };
  // Twice as many as there are cores: much of a visit is waiting for the page to be quiet.
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, visitor)).catch((error) => {
    console.error(error.message);
    process.exit(1); // a window that stands still would keep the browser, and that this program
  });
}
await browser.close();
