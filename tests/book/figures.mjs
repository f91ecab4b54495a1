// Opens pages with figures that move in Chromium, uses each figure, and prints what happened: one JSON object a figure.
// Called by test_figures.py: node figures.mjs CHROMIUM ADDRESS PAGE …
import { availableParallelism } from "node:os";
import { chromium } from "playwright-core";

const [executablePath, address, ...pages] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

// In the page: how small and how pale the text of a figure's drawings is.
const look = (figure) => {
  const luminance = (colour) => {
    const [r, g, b] = colour
      .match(/[\d.]+/g)
      .slice(0, 3)
      .map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = luminance(getComputedStyle(document.body).backgroundColor);
  const contrast = (colour) => {
    const [low, high] = [luminance(colour), ground].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const texts = [...figure.querySelectorAll("svg text")].map((text) => {
    const svg = text.ownerSVGElement;
    return [parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM().a, contrast(getComputedStyle(text).fill)];
  });
  return { smallest: Math.min(...texts.map(([size]) => size)), palest: Math.min(...texts.map(([, c]) => c)) };
};

const said = (figure) => figure.locator(".moving-words").innerText();
const heights = (page) =>
  page.locator("[data-module]").evaluateAll((all) => all.map((figure) => figure.getBoundingClientRect().height));
const drawn = (figure) => figure.locator("[data-panel]").evaluateAll((all) => all.map((svg) => svg.innerHTML).join());

const open = async (options, name) => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const errors = [];
  const requests = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await page.goto(`${address}/${name}`);
  return { page, errors, requests, still: await heights(page), figures: page.locator("[data-module]") };
};

const scroll = async (page) => {
  await page.evaluate(async () => {
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
      scrollTo({ top, behavior: "instant" });
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
  });
  const all = () => !document.querySelector("[data-module]:not([data-moves])");
  await page.waitForFunction(all, null, { timeout: 5000 }).catch(() => {}); // one that is broken never moves
};

// How much higher or lower a figure is, now that it moves, than its first frame was.
const growth = async ({ page, still }) => Math.max(...(await heights(page)).map((now, i) => Math.abs(now - still[i])));

const visit = async (name) => {
  const seen = new Map();
  const note = (module, what) => seen.set(module, { page: name, ...seen.get(module), ...what });
  const each = async (opened, use) => {
    for (const figure of await opened.figures.all()) {
      const module = await figure.getAttribute("data-module");
      await use(figure, (what) => note(module, what));
    }
    await opened.page.context().close();
  };

  // Without scripts: the first frame, and words that say so.
  await each(await open({ javaScriptEnabled: false }, name), async (figure, tell) => {
    const frame = await figure
      .locator("[data-panel]")
      .evaluateAll((all) => all.map((svg) => svg.querySelectorAll("*").length));
    tell({
      frame,
      still: await figure.locator("noscript").innerText(),
      off: await figure.locator("input:enabled, select:enabled, button:enabled").count(),
      first: await said(figure),
    });
  });

  // With a keyboard, on a wide and light page.
  const wide = await open({ viewport: { width: 1350, height: 940 }, colorScheme: "light" }, name);
  await wide.page.waitForLoadState("networkidle");
  const early = await wide.page.evaluate(
    () =>
      [...document.querySelectorAll("[data-moves]")].filter((f) => f.getBoundingClientRect().top > innerHeight + 300)
        .length,
  );
  await scroll(wide.page);
  const requests = [...wide.requests];
  const grown = await growth(wide);
  await wide.page.evaluate(() => document.dispatchEvent(new Event("turbo:load"))); // takes up nothing twice
  await each(wide, async (figure, tell) => {
    await figure.scrollIntoViewIfNeeded();
    const [same, unmoved] = [await said(figure), await drawn(figure)];
    const answers = {};
    for (const input of await figure.locator("input, select").all()) {
      const [control, type, words, picture] = [
        await input.getAttribute("data-name"),
        await input.getAttribute("type"),
        await said(figure),
        await drawn(figure),
      ];
      await input.focus();
      const focused = await input.evaluate((own) => own === document.activeElement);
      if (type === "text") await input.press("a");
      else if (type === "checkbox") await input.press("Space");
      else {
        // From one end to the other: a value alone may leave the numbers as they are.
        if (type === "range")
          await input.press((await input.evaluate((own) => own.value === own.max)) ? "Home" : "End");
        else await input.press("ArrowDown");
      }
      await wide.page.waitForTimeout(60);
      const named = await input.evaluate((own) => Boolean(own.labels[0]?.textContent.trim()));
      const on = await input.isEnabled();
      answers[control] = {
        on,
        focused: focused && (await input.evaluate((own) => own.tabIndex >= 0)),
        named,
        moved: (await said(figure)) !== words || (await drawn(figure)) !== picture,
        told: (await said(figure)) !== words,
      };
    }
    const handle = figure.locator("[data-handle]").first();
    let dragged = null;
    if (await handle.count()) {
      await handle.scrollIntoViewIfNeeded();
      const [words, box] = [await said(figure), await handle.boundingBox()];
      await wide.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await wide.page.mouse.down();
      await wide.page.mouse.move(box.x - 35, box.y + 20, { steps: 3 });
      await wide.page.mouse.up();
      await wide.page.waitForTimeout(60);
      dragged = (await said(figure)) !== words;
    }
    const play = figure.locator("[data-plays]").first();
    const plays = (await play.count()) ? await play.isVisible() : null;
    tell({
      early,
      requests,
      grown,
      same,
      unmoved: unmoved.length > 0,
      answers,
      dragged,
      plays,
      errors: wide.errors,
      light: await figure.evaluate(look),
    });
  });

  // Narrow and dark, for somebody who asked for less motion.
  for (const width of [320, 390]) {
    const narrow = await open({ viewport: { width, height: 844 }, colorScheme: "dark", reducedMotion: "reduce" }, name);
    await scroll(narrow.page);
    const moves = !(await narrow.page.locator("[data-module]:not([data-moves])").count());
    await each(narrow, async (figure, tell) => {
      const play = figure.locator("[data-plays]").first();
      const plays = (await play.count()) ? await play.isVisible() : null;
      const [words, picture] = [await said(figure), await drawn(figure)];
      await narrow.page.waitForTimeout(400);
      const still = (await said(figure)) === words && (await drawn(figure)) === picture;
      tell({
        [width]: {
          sideways: await figure.evaluate(
            (own) =>
              Math.max(...[...own.querySelectorAll("*")].map((e) => e.getBoundingClientRect().right)) - innerWidth,
          ),
          moves,
          plays,
          still,
          errors: narrow.errors,
          grown: await growth(narrow),
          ...(await figure.evaluate(look)),
        },
      });
    });
  }

  for (const [module, what] of seen) console.log(JSON.stringify({ module, ...what }));
};

// Twice as many at once as there are cores: much of a visit is waiting.
const left = [...pages];
const visitor = async () => {
  while (left.length) await visit(left.shift());
};
await Promise.all(Array.from({ length: 2 * availableParallelism() }, visitor));
await browser.close();
