// Python in a worker of its own: the page asks, one question after the other; a loop without end ends with the worker.
//
// In:  {id, call, args}: a function of `rnncourse.checks.page`; without a call, Python is made ready and no more. With
//      `draws` matplotlib comes first, and with `results` the kept results of these names.
// Out: {loading: {got, all}} while files come, {ready: true}, then {id, began: true} and {id, result} or {id, problem}.
const base = new URL("python/", self.location.href);
const asked = new URL(self.location.href).searchParams.get("v");
const plainFetch = self.fetch.bind(self);
let manifest;
let kept = null; // what came once, by its hash; needs a secure context
let got = 0;

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// A file of the runtime: from what is kept, or from the server, with its progress; unpacked, and with the right hash.
const take = async (name) => {
  const file = manifest.files[name];
  const address = new URL(`${file.stored}?${file.sha256}`, base).href;
  let packed = await (await kept?.match(address).catch(() => null))?.arrayBuffer();
  const isNew = packed === undefined;
  if (isNew) {
    const answer = await plainFetch(address);
    if (!answer.ok) throw new Error(`${file.stored}: ${answer.status}`);
    const pieces = [];
    const reader = answer.body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      pieces.push(piece.value);
      got += piece.value.length;
      self.postMessage({ loading: { got, all } });
    }
    packed = await new Blob(pieces).arrayBuffer();
  }
  const stream = new Blob([packed]).stream();
  const data = await new Response(file.packed ? stream.pipeThrough(new DecompressionStream("gzip")) : stream).arrayBuffer();
  if (self.crypto.subtle && isNew && hex(await crypto.subtle.digest("SHA-256", data)) !== file.sha256)
    throw new Error(`${file.stored} is not the file that the book was built with`);
  if (isNew) await kept?.put(address, new Response(packed)).catch(() => {}); // a full disk: it comes again next time
  return data;
};

let all = 0;
const coming = new Map();
const types = { wasm: "application/wasm", json: "application/json", mjs: "text/javascript", js: "text/javascript" };
const load = async () => {
  manifest = await (await plainFetch(new URL(`runtime.json?v=${asked}`, base))).json();
  kept = self.caches ? await self.caches.open("rnncourse-python").catch(() => null) : null;
  const first = Object.entries(manifest.files).filter(([, file]) => !file.for);
  const addresses = Object.values(manifest.files).map((file) => new URL(`${file.stored}?${file.sha256}`, base).href);
  const there = new Set(kept ? (await kept.keys()).map((request) => request.url) : []);
  for (const url of there) if (url.startsWith(base.href) && !addresses.includes(url)) await kept.delete(url); // of an older book
  const come = (files) => {
    [got, all] = [0, 0];
    for (const [name, file] of files) {
      if (!there.has(new URL(`${file.stored}?${file.sha256}`, base).href)) all += file.bytes;
      coming.set(name, take(name));
      coming.get(name).catch(() => {}); // whoever waits for it says so
    }
  };
  come(first);
  self.fetch = async (request, options) => {
    const url = new URL(request.url ?? request, base);
    const name = url.pathname.split("/").at(-1);
    if (!coming.has(name)) return plainFetch(request, options);
    const data = await coming.get(name);
    coming.delete(name); // each is asked for once, and memory is short on a phone
    return new Response(data, { headers: { "content-type": types[name.split(".").at(-1)] ?? "application/octet-stream" } });
  };
  const module = async (name) => {
    const url = URL.createObjectURL(new Blob([await coming.get(name)], { type: "text/javascript" }));
    coming.delete(name);
    return import(/* webpackIgnore: true */ url);
  };
  const [{ loadPyodide }] = await Promise.all([module("pyodide.mjs"), module("pyodide.asm.js")]);
  const python = await loadPyodide({ indexURL: base.href, packages: ["numpy", "rnncourse"], checkIntegrity: false });
  const page = python.runPython("from rnncourse.checks import page; import numpy as np; page.prepare(False); page");
  const folder = python.runPython("from rnncourse.results import kept; str(kept.FOLDER)");
  const once = new Map(); // what came on demand
  const bring = (name, how) => once.get(name) ?? once.set(name, how().catch((error) => { once.delete(name); throw error; })).get(name);
  const matplotlib = async () => {
    come(Object.entries(manifest.files).filter(([, file]) => file.for === "matplotlib"));
    await python.loadPackage("matplotlib", { checkIntegrity: false, messageCallback: () => {} });
    page.prepare(true);
    python.runPython("from rnncourse import plots; plots.use_style()"); // a page does not show this line
  };
  const result = async (name) => {
    const answer = await plainFetch(new URL(`../results-${name.replace("/", "-")}.json?v=${asked}`, base));
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    python.FS.mkdirTree(`${folder}/${name.split("/")[0]}`);
    python.FS.writeFile(`${folder}/${name}.json`, await answer.text());
  };
  const prepare = async (draws, results) => {
    if (draws) await bring("matplotlib", matplotlib);
    for (const name of results) await bring(name, () => result(name));
  };
  return { page, prepare };
};

let ready = null;
self.onmessage = async ({ data: { id, call, args, draws = false, results = [] } }) => {
  try {
    ready ??= load();
    const { page, prepare } = await ready;
    await prepare(draws, results);
    self.postMessage({ ready: true });
    if (!call) return;
    self.postMessage({ id, began: true });
    self.postMessage({ id, result: page[call](...args) });
  } catch (error) {
    self.postMessage({ id, problem: String(error.message ?? error).slice(-2000) });
  }
};
