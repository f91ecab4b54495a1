// What figures share in which one types a text: its symbols, and the counts of three in a row beside a network.
import { range, unpack } from "./kit.js";

export const PRINTABLE = `\n${range(95)
  .map((i) => String.fromCharCode(32 + i))
  .join("")}`;

// A field holds no line break: there, as in the drawing, a sign stands for it.
export const encode = (text) =>
  [...text.replaceAll("↵", "\n")].map((c) => PRINTABLE.indexOf(c)).filter((id) => id >= 0);
export const sign = (id) => ({ "\n": "↵", " ": "␣" })[PRINTABLE[id]] ?? PRINTABLE[id];
export const typed = (text) => (encode(text).length ? encode(text) : [PRINTABLE.indexOf(" ")]);

// How often what followed what, of the text to learn from.
export const read = (documents) => {
  const { weights } = documents["rnn/text_counts"];
  const [{ shape, values }, first] = [unpack(weights.triples), unpack(weights.first).values];
  const followers = [new Map(), new Map(), new Map()]; // by how many symbols before
  const add = (context, next, often) => {
    const known = followers[context.length];
    const key = context.join();
    if (!known.has(key)) known.set(key, new Map());
    known.get(key).set(next, (known.get(key).get(next) ?? 0) + often);
  };
  const K = PRINTABLE.length;
  let code = 0; // of three symbols; a row goes on by so much, and adds so many
  for (const row of range(shape[0])) {
    code += values[2 * row];
    const [a, b, c, often] = [Math.floor(code / K / K), Math.floor(code / K) % K, code % K, values[2 * row + 1]];
    if (often) for (const context of [[a, b], [b], []]) add(context, c, often);
  }
  add([first[0]], first[1], 1); // what the text begins with ends no triple
  for (const id of first) add([], id, 1);
  return { followers };
};

// As `counted_log_probabilities`, n = 3: a context gives its counts, and as many as it has followers to a shorter one.
export const counted = (ids, { followers }) => {
  let p = Array(PRINTABLE.length).fill(1 / PRINTABLE.length);
  for (const length of range(Math.min(3, ids.length + 1))) {
    const after = followers[length].get(ids.slice(ids.length - length).join());
    if (!after) continue;
    const total = [...after.values()].reduce((a, b) => a + b, 0);
    p = p.map((q, k) => ((after.get(k) ?? 0) + after.size * q) / (total + after.size));
  }
  return p;
};
