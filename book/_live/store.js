// The reader's answers, in this browser alone. Kept by the exercise's name, so that they survive another release.
const opened = new Promise((done, fail) => {
  const request = indexedDB.open("rnncourse", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("answers", { keyPath: "name" });
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});
opened.catch(() => {}); // no storage, in some private windows: answers live as long as the page

// One who speaks does not hear itself: an exercise tells the other tabs, who takes answers in tells this page too.
const others = new BroadcastChannel("rnncourse");
export const everybody = new BroadcastChannel("rnncourse");

const use = async (mode, act) => {
  const transaction = (await opened).transaction("answers", mode);
  const request = act(transaction.objectStore("answers"));
  return new Promise((done, fail) => {
    transaction.oncomplete = () => done(request.result);
    transaction.onerror = transaction.onabort = () => fail(transaction.error);
  });
};

// What is kept of an exercise: {name, code, report, html, text, checked, solved, told}; nothing where there is none.
export const load = (name) => use("readonly", (answers) => answers.get(name)).catch(() => undefined);

export const all = () => use("readonly", (answers) => answers.getAll()).catch(() => []);

// The whole record is written at once: what was typed last, in whichever tab, counts.
export const save = async (answer, hearers = others) => {
  await use("readwrite", (answers) => answers.put(answer)).catch(() => {});
  hearers.postMessage(answer.name);
};

// Calls back with the name of an exercise that was answered in another tab, or came out of a notebook.
export const follow = (callback) => {
  const hear = ({ data }) => callback(data);
  others.addEventListener("message", hear);
  return () => others.removeEventListener("message", hear);
};
