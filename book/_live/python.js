// Python for this document: one worker, asked one thing after the other. It outlives a change of page, since links inside
// the book swap the content; whatever takes too long ends with it, and another one starts from what is kept.
const address = new URL(`worker.js?v=${VERSION}`, import.meta.url);
export const megabytes = Math.round(BYTES / 1e6); // none: the book was built without
export const drawing = Math.round(MORE / 1e6); // as much more for cells that draw

let worker = null;
let lives = 0;
let ready = false;
let progress = null; // {got, all} of the files, while they come
let last = Promise.resolve();
let questions = 0;
const watchers = new Set();

const tell = () => {
  for (const watch of watchers) watch({ started: worker !== null, ready, progress });
};

// Calls back whenever the state changes, and once at first; gives a function that ends it.
export const watch = (callback) => {
  watchers.add(callback);
  callback({ started: worker !== null, ready, progress });
  return () => watchers.delete(callback);
};

const end = () => {
  worker?.terminate();
  [worker, ready, progress] = [null, false, null];
};

// Loads Python if it is not there.
export const start = () => {
  if (worker) return;
  lives++;
  worker = new Worker(address, { type: "module" });
  worker.addEventListener("message", ({ data }) => {
    if (data.loading) progress = data.loading;
    if (data.ready) [ready, progress] = [true, null];
    if (data.loading || data.ready) tell();
  });
  worker.postMessage({});
  tell();
};

// How often Python has been started: what was defined in another life is gone.
export const life = () => lives;

// How far the files have come, in tens of per cent, for a screen reader says each; empty where none are on the way.
export const coming = (progress) => {
  if (!progress || progress.got >= progress.all) return "";
  return `Python is loaded: ${10 * Math.floor((10 * progress.got) / progress.all)} % of ${Math.round(progress.all / 1e6)} MB`;
};

// A note beside a button: a screen reader says it anew whenever it is written.
export const announce = (note, text) => {
  if (note.textContent !== text) note.textContent = text;
};

let current = null; // ends what is under way, and Python with it
export const stop = () => current?.();

const one = (call, args, { limit = LIMIT, ...needs }) =>
  new Promise((done) => {
    start();
    const id = ++questions;
    const mine = worker;
    let [clock, since] = [0, 0];
    const finish = (answer) => {
      clearTimeout(clock);
      mine.removeEventListener("message", hear);
      mine.removeEventListener("error", fail);
      current = null;
      done(answer);
    };
    const halt = (seconds) => {
      end();
      start();
      finish({ stopped: true, seconds });
    };
    current = () => halt(0);
    const hear = ({ data }) => {
      if (data.problem && (data.id === id || data.id === undefined)) {
        end(); // what failed to load may come when it is asked for again
        tell();
        finish({ problem: data.problem });
      }
      if (data.id !== id) return;
      if (data.began) [clock, since] = [setTimeout(() => halt(limit), limit * 1000), performance.now()];
      if (data.result !== undefined) finish({ result: JSON.parse(data.result), took: (performance.now() - since) / 1000 });
    };
    const fail = (event) => {
      end();
      tell();
      finish({ problem: event.message || "the worker did not start" });
    };
    mine.addEventListener("message", hear);
    mine.addEventListener("error", fail);
    mine.postMessage({ id, call, args, ...needs });
  });

// A function of `rnncourse.checks.page`: its {result} and how many seconds it took, or {stopped: true} after the limit, or {problem}.
export const ask = (call, ...args) => asking({}, call, ...args);

// The same, after what it needs has come: {draws, results}; with a limit of its own, in seconds.
export const asking = (needs, call, ...args) => {
  last = last.then(() => one(call, args, needs));
  return last;
};
