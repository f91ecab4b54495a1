// Type a name, and see what the network that tells languages makes of it, letter by letter.
import { number, range, unpack } from "./kit.js";
import { bars, best, mattered, network, output, percent, softmax, states, strip } from "./letters.js";

export const LETTERS = "abcdefghijklmnopqrstuvwxyz '-";
export const LANGUAGES = [
  "Dutch",
  "English",
  "Finnish",
  "French",
  "German",
  "Irish",
  "Italian",
  "Polish",
  "Spanish",
  "Zulu",
];
const SYMBOLS = `${LETTERS}^$`; // the marks of both ends, where letters are counted
const UNDECOMPOSED = { ß: "ss", ø: "o", æ: "ae", œ: "oe", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", "’": "'" };
const LONGEST = 16;

export const controls = [
  { name: "name", label: "A surname", text: LONGEST, value: "virtanen" },
  {
    name: "t",
    label: "after letter",
    min: 1,
    max: LONGEST,
    step: 1,
    value: LONGEST,
    limit: ({ name }) => letters(name).length,
    plays: true,
  },
  { name: "tau", label: "temperature τ", min: 0.2, max: 3, step: 0.1, value: 1, digits: 1 },
];

// As `rnncourse.data.names.fold`; what has no letter here is left out.
export const fold = (name) =>
  [
    ...[...name.toLowerCase()]
      .map((c) => UNDECOMPOSED[c] ?? c)
      .join("")
      .normalize("NFD"),
  ]
    .filter((c) => LETTERS.includes(c))
    .join("")
    .trim();

const letters = (name) => fold(name) || "a"; // something has to be read

export const read = (documents) => {
  const document = documents["rnn/names_weights"];
  const { shape, values } = unpack(document.weights.triples);
  const counts = new Map();
  const totals = LANGUAGES.map(() => 0);
  for (const row of range(shape[0])) {
    const [a, b, c, k, often] = values.subarray(5 * row, 5 * row + 5);
    const key = SYMBOLS[a] + SYMBOLS[b] + SYMBOLS[c];
    if (!counts.has(key))
      counts.set(
        key,
        LANGUAGES.map(() => 0),
      );
    counts.get(key)[k] = often;
    totals[k] += often;
  }
  return { weights: network(document), counts, totals };
};

// Naive Bayes on three letters in a row, each count plus one: logarithms, up to what all languages have in common.
export const counted = (name, { counts, totals }) => {
  const marked = `^^${name}$$`;
  const scores = LANGUAGES.map(() => 0);
  for (const i of range(marked.length - 2)) {
    const often = counts.get(marked.slice(i, i + 3));
    if (often) for (const k of range(scores.length)) scores[k] += Math.log((often[k] + 1) / (totals[k] + counts.size));
  }
  return scores;
};

export const compute = ({ name, t, tau }, data) => {
  const folded = letters(name);
  const read_ = folded.slice(0, t);
  const ids = [...folded].map((c) => LETTERS.indexOf(c));
  const h = states(ids, data.weights);
  const o = h.map((h_t) => output(h_t, data.weights));
  const now = read_.length - 1;
  const p = softmax(o[now], tau);
  const [answer] = best(p);
  const plain = softmax(o[now])[answer]; // what a letter changes is said without temperature
  const weight = mattered(ids.slice(0, now + 1), data.weights, h.slice(0, now + 1), answer);
  return {
    folded,
    read: read_,
    h,
    o,
    p,
    answer,
    plain,
    weight,
    after: o.map((o_t) => softmax(o_t, tau)[answer]),
    counts: softmax(counted(read_, data), tau),
  };
};

export const panels = (_, { folded, read: read_, h, p, answer, plain, weight, after, counts }) => {
  const left = strip({
    letters: [...folded].map((c) => (c === " " ? "␣" : c)),
    h,
    weight,
    chosen: read_.length - 1,
    probabilities: after,
    what: LANGUAGES[answer],
  });
  const right = bars(
    LANGUAGES.map((language, k) => [language, p[k], counts[k]]),
    "network | counts of 3 letters",
  );
  const size = { width: 340, height: 350 };
  return [
    {
      ...size,
      drawn: left.drawn,
      alt:
        `The letters of ${folded}; below each the state after it, how much it mattered, ` +
        `and the probability of ${LANGUAGES[answer]}.`,
    },
    {
      ...size,
      drawn: right.drawn,
      alt: `Probabilities of ten languages after ${read_}: the network says ${LANGUAGES[answer]}, ${percent(p[answer])}.`,
    },
  ];
};

export const words = ({ tau }, { read: read_, p, answer, plain, weight, counts }) => {
  const most = best(weight)[0];
  const list = (q) =>
    best(q, 2)
      .map((k) => `${LANGUAGES[k]} ${percent(q[k])}`)
      .join(", ");
  return [
    `After “${read_}” the network says ${LANGUAGES[answer]} (${percent(p[answer])}), counts of three letters say ` +
      `${LANGUAGES[best(counts)[0]]}. To the network the “${read_[most]}” in place ${most + 1} mattered most.`,
    [
      [`network, τ = ${number(tau, 1)}`, list(p)],
      ["counts", list(counts)],
      ["without that letter, at τ = 1", `${percent(plain * Math.exp(-weight[most]))} for ${percent(plain)}`],
    ],
  ];
};
