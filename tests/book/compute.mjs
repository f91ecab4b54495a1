// The mathematics of figures, without a browser: reads [{ module, call, given, documents }, …], prints what each gives.
// `call` is an export of book/_figures/MODULE.js, mostly `compute(given, data)`. Packed weights are unpacked.
import fs from "node:fs";
import { unpack } from "../../book/_figures/kit.js";

const found = [];
for (const { module, call, given, documents } of JSON.parse(fs.readFileSync(0, "utf-8"))) {
  const figure = await import(new URL(`../../book/_figures/${module}.js`, import.meta.url));
  const data = documents && figure.read(documents);
  for (const [name, w] of Object.entries(given.weights ?? {})) if (w.float16) given.weights[name] = unpack(w);
  found.push(typeof figure[call] === "function" ? figure[call](given, data) : figure[call]);
}
process.stdout.write(JSON.stringify(found, (_, value) => (ArrayBuffer.isView(value) ? [...value] : value)));
