// Python for this document: one worker, asked one thing after the other. It outlives a change of page, since links inside
// the book swap the content; whatever takes too long ends with it, and another one starts from what is kept.
const address = new URL(`worker.js?v=${VERSION}`, import.meta.url);
export const megabytes = Math.round(BYTES / 1e6); // none: the book was built without

let worker = null;
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
  worker = new Worker(address, { type: "module" });
  worker.addEventListener("message", ({ data }) => {
    if (data.loading) progress = data.loading;
    if (data.ready) [ready, progress] = [true, null];
    if (data.loading || data.ready) tell();
  });
  worker.postMessage({});
  tell();
};

const one = (call, args) =>
  new Promise((done) => {
    start();
    const id = ++questions;
    const mine = worker;
    let clock = 0;
    const finish = (answer) => {
      clearTimeout(clock);
      mine.removeEventListener("message", hear);
      mine.removeEventListener("error", fail);
      done(answer);
    };
    const hear = ({ data }) => {
      if (data.problem && (data.id === id || data.id === undefined)) {
        end(); // what failed to load may come when it is asked for again
        tell();
        finish({ problem: data.problem });
      }
      if (data.id !== id) return;
      if (data.began)
        clock = setTimeout(() => {
          end();
          start();
          finish({ stopped: true });
        }, LIMIT * 1000);
      if (data.result !== undefined) finish({ result: JSON.parse(data.result) });
    };
    const fail = (event) => {
      end();
      tell();
      finish({ problem: event.message || "the worker did not start" });
    };
    mine.addEventListener("message", hear);
    mine.addEventListener("error", fail);
    mine.postMessage({ id, call, args });
  });

// A function of `rnncourse.checks.page`: its {result}, or {stopped: true} after the limit, or {problem}.
export const ask = (call, ...args) => {
  last = last.then(() => one(call, args));
  return last;
};
