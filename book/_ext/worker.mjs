// One process for a whole build: reads requests, one JSON object a line, and answers each with one line.
import readline from "node:readline";
import { pathToFileURL } from "node:url";
import { PurgeCSS } from "purgecss";
import temml from "temml";
import { markup } from "../_figures/kit.js";

const operations = {
  figure: async ({ module, identifier, documents }) => {
    const figure = await import(pathToFileURL(module));
    return markup(figure, identifier, figure.read?.(documents));
  },
  mathematics: ({ tex, display }) => temml.renderToString(tex, { displayMode: display, throwOnError: true }),
  purge: async ({ css, html, safelist }) => {
    const content = [{ raw: html, extension: "html" }];
    const options = { content, css: [{ raw: css }], safelist: { greedy: safelist.map((name) => new RegExp(name)) } };
    return (await new PurgeCSS().purge({ ...options, fontFace: false, variables: false, keyframes: true }))[0].css;
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { operation, ...request } = JSON.parse(line);
  let answer;
  try {
    answer = { result: await operations[operation](request) };
  } catch (error) {
    // Temml underlines the place with combining characters, which terminals draw badly.
    answer = { error: String(error.message).normalize("NFC").replace(/\u0332/g, "").trim() };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
