// One process for a whole build: reads requests, one JSON object a line, and answers each with one line.
import readline from "node:readline";
import { pathToFileURL } from "node:url";
import { build, transform } from "esbuild";
import { PurgeCSS } from "purgecss";
import temml from "temml";
import { markup } from "../_figures/kit.js";

const operations = {
  figure: async ({ module, identifier, documents }) => {
    const figure = await import(pathToFileURL(module));
    return markup(figure, identifier, figure.read?.(documents));
  },
  mathematics: ({ tex, display }) => temml.renderToString(tex, { displayMode: display, throwOnError: true }),
  // Modules with what they import, minified: those that several import in a file of its own.
  bundle: async ({ entries, folder, define }) => {
    const names = { entryNames: "[name]", chunkNames: "[name]-[hash]" };
    const form = { bundle: true, splitting: true, minify: true, format: "esm", target: "es2022", legalComments: "linked" };
    await build({ entryPoints: entries, outdir: folder, define, logLevel: "silent", ...names, ...form });
    return "";
  },
  // Scripts that share their names, as they stand one after the other.
  script: async ({ text }) => (await transform(text, { minify: true, target: "es2022", legalComments: "inline" })).code,
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
