// Type a text, and see which character the network expects next, and which earlier ones that hangs on.
import { number, range, unpack } from "./kit.js";
import { bars, best, mattered, network, output, percent, softmax, states, strip } from "./letters.js";

export const PRINTABLE = `\n${range(95)
  .map((i) => String.fromCharCode(32 + i))
  .join("")}`;
const [LONGEST, SHOWN, WRITTEN] = [160, 30, 20];

// A field holds no line break: there, as in the drawing, a sign stands for it.
const encode = (text) => [...text.replaceAll("↵", "\n")].map((c) => PRINTABLE.indexOf(c)).filter((id) => id >= 0);
const sign = (id) => ({ "\n": "↵", " ": "␣" })[PRINTABLE[id]] ?? PRINTABLE[id];

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
  return { weights: network(documents["rnn/text_weights"]), followers };
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

const temper = (p, tau) => softmax(p.map(Math.log), tau);
const typed = (text) => (encode(text).length ? encode(text) : [PRINTABLE.indexOf(" ")]);

const write = ({ text, tau }, { weights }) => {
  const ids = typed(text);
  for (const _ of range(WRITTEN)) {
    const p = softmax(output(states(ids, weights).at(-1), weights), tau);
    let u = Math.random();
    const drawn = p.findIndex((p_k) => (u -= p_k) < 0);
    ids.push(drawn < 0 ? best(p)[0] : drawn);
  }
  return {
    text: ids
      .slice(-LONGEST)
      .map((id) => PRINTABLE[id].replace("\n", "↵"))
      .join(""),
  };
};

export const controls = [
  { name: "text", label: "Your text", text: LONGEST, value: "Return the numb" },
  { name: "tau", label: "temperature τ", min: 0.2, max: 3, step: 0.1, value: 1, digits: 1 },
  { label: `Let it write ${WRITTEN} characters`, does: write },
];

export const compute = ({ text, tau }, data) => {
  const ids = typed(text);
  const h = states(ids, data.weights);
  const o = output(h.at(-1), data.weights);
  const p = softmax(o, tau);
  const [answer] = best(p);
  return {
    ids,
    h,
    o,
    p,
    answer,
    weight: mattered(ids, data.weights, h, answer, SHOWN),
    counts: temper(counted(ids, data), tau),
  };
};

export const panels = (_, { ids, h, p, answer, weight, counts }) => {
  const left = strip({ letters: ids.slice(-SHOWN).map(sign), h: h.slice(-SHOWN), weight });
  const right = bars(
    best(p, 7).map((k) => [sign(k), p[k], counts[k]]),
    "network | counts of 3 characters",
  );
  const size = { width: 340, height: 270 };
  return [
    {
      ...size,
      drawn: left.drawn,
      alt: `The last ${weight.length} characters; below each the state after it, and how much it mattered for the next.`,
    },
    {
      ...size,
      drawn: right.drawn,
      alt: `The seven characters that the network expects most; first ${sign(answer)}, ${percent(p[answer])}.`,
    },
  ];
};

export const words = ({ tau }, { ids, p, answer, weight, counts }) => {
  const most = best(weight)[0];
  const list = (q) =>
    best(q, 3)
      .map((k) => `“${sign(k)}” ${percent(q[k])}`)
      .join(", ");
  const shown = ids.slice(-weight.length);
  return [
    `Next the network expects “${sign(answer)}” (${percent(p[answer])}), counts of three characters ` +
      `“${sign(best(counts)[0])}”. The “${sign(shown[most])}”, ${shown.length - most} back, mattered most for it.`,
    [
      [`network, τ = ${number(tau, 1)}`, list(p)],
      ["counts", list(counts)],
    ],
  ];
};
