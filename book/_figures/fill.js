// Type a sentence with a blank, and see which animal three networks put there: one that reads there, one back, one both ways.
import { affine, gru } from "./cells.js";
import { el, line, number, range, text as label, unpack } from "./kit.js";
import { bars, best, percent, softmax } from "./letters.js";

export const NAMES = "penguin ostrich emu rhea petrel stork cockatoo condor seal hippo platypus otter".split(" ");
export const WORDS =
  "_ a africa also always america and antarctica australia bird called cockatoo condor emu flightless flying here hippo in indeed is lives mammal now often once ostrich otter penguin perhaps petrel platypus rhea seal still stork surely swimming that the truly well which".split(
    " ",
  );
const KINDS = ["flightless flying swimming", "bird mammal", "antarctica africa australia america"].map((kind) => kind.split(" "));
const [LONGEST, MOST] = [120, 24]; // letters of the field, words that are read

const READERS = {
  there: { name: "forward", ways: ["there"] },
  back: { name: "backward", ways: ["back"] },
  both: { name: "both", ways: ["there", "back"] },
};
const each = (gives) => Object.fromEntries(Object.keys(READERS).map((reader) => [reader, gives(reader)]));

const AFTER = "the _ is a flightless bird that lives in antarctica";
const BEFORE = "a flightless bird that lives in antarctica is called the _";
const TWO = "in africa lives the stork which is a flying bird and the _ is a swimming mammal that lives in america";

export const controls = [
  { name: "text", label: "Your sentence", text: LONGEST, value: AFTER },
  { label: "The blank at the end", does: () => ({ text: BEFORE }) },
  { label: "Two clauses", does: () => ({ text: TWO }) },
  {
    name: "reader",
    label: "probabilities of",
    choices: ["both", "there", "back"].map((reader) => [reader, READERS[reader].name]),
    value: "both",
  },
];

export const read = (documents) => {
  const { weights, numbers } = documents["bidirectional/penguin_weights"];
  const [reach] = numbers.reach;
  return { ...Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, unpack(w)])), reach };
};

// The words that are known, by number, and those that are not; one blank, at the end where none is written.
export const typed = (text) => {
  const said = text.toLowerCase().replace(/_+/g, " _ ").match(/[a-z]+|_/g) ?? [];
  const unknown = said.filter((word) => !WORDS.includes(word));
  const blanks = new Set(said.flatMap((word, i) => (word === "_" ? [i] : [])).slice(1));
  const known = said.filter((word, i) => WORDS.includes(word) && !blanks.has(i)).slice(0, MOST);
  if (!known.includes("_")) known.splice(MOST - 1, 1, "_");
  return { ids: known.map((word) => WORDS.indexOf(word)), blank: known.indexOf("_"), unknown };
};

// What one direction knows at the blank.
const state = (ids, blank, weights, layer) => {
  const seen = layer.endsWith("back.") ? ids.slice(blank).reverse() : ids.slice(0, blank + 1);
  let step = { h: new Float64Array(weights[`${layer}weight_hh_l0`].shape[1]) };
  for (const id of seen) step = gru(id, step, weights, layer);
  return step.h;
};

const probabilities = ({ ids, blank }, reader, weights) => {
  const h = READERS[reader].ways.flatMap((way) => [...state(ids, blank, weights, `${reader}.${way}.`)]);
  return softmax(affine(weights[`${reader}.out.weight`], h, weights[`${reader}.out.bias`]));
};

// The sentence with each other word of its kind in place t, or without that word where it is of no kind.
const changed = ({ ids, blank }, t) => {
  if (t === blank) return [];
  const kind = KINDS.find((words) => words.includes(WORDS[ids[t]]));
  if (!kind) return [{ ids: ids.toSpliced(t, 1), blank: blank - (t < blank) }];
  const others = kind.map((word) => WORDS.indexOf(word)).filter((id) => id !== ids[t]);
  return others.map((id) => ({ ids: ids.with(t, id), blank }));
};

// Naive Bayes: which words stand near the blank on the left, which on the right.
const counted = ({ ids, blank }, { words, reach }) => {
  const [, K] = words.shape;
  const scores = new Float64Array(K);
  for (const t of range(ids.length)) {
    if (t === blank || Math.abs(t - blank) > reach) continue;
    const row = ids[t] + (t > blank ? WORDS.length : 0);
    for (const k of range(K)) scores[k] += words.values[row * K + k];
  }
  return softmax([...scores]);
};

export const compute = ({ text }, data) => {
  const sentence = typed(text);
  const p = each((reader) => probabilities(sentence, reader, data));
  const weight = each((reader) => {
    const [answer] = best(p[reader]);
    const fall = (other) => Math.log(p[reader][answer] / probabilities(other, reader, data)[answer]);
    const falls = (t) => changed(sentence, t).map(fall);
    return sentence.ids.map((_, t) => (t === sentence.blank ? 0 : Math.max(...falls(t))));
  });
  return { ...sentence, p, weight, counts: counted(sentence, data) };
};

// The words below each other, beside each how much it mattered to each network.
const [TOP, HEIGHT, FROM, HALF] = [34, 406, 92, 36];
const MIDDLES = { there: FROM + 42, back: FROM + 124, both: FROM + 206 };

const words_ = ({ ids, blank, weight }) => {
  const row = Math.min(22, (HEIGHT - TOP - 6) / ids.length);
  const y = (t) => TOP + row * (t + 0.5);
  const largest = Math.max(0.5, ...Object.values(weight).flat().map(Math.abs));
  const stems = Object.entries(MIDDLES).flatMap(([reader, x]) => [
    label(x, 20, READERS[reader].name, { "text-anchor": "middle" }),
    line(x, TOP, x, TOP + row * ids.length, { class: "moving-axis" }),
    ...weight[reader].map((v, t) =>
      Math.abs(v) * HALF < 0.3 * largest
        ? ""
        : line(x, y(t), x + (HALF * v) / largest, y(t), {
            class: v < 0 ? "moving-back" : "moving-forward",
            style: `stroke-width:${Math.max(3, row - 7)}px`,
          }),
    ),
  ]);
  return [
    ...ids.map((id, t) =>
      label(FROM - 8, y(t) + 4, t === blank ? "___" : WORDS[id], { "text-anchor": "end", class: "moving-letter" }),
    ),
    ...stems,
    el("rect", { x: 4, y: y(blank) - row / 2, width: 332, height: row, fill: "none", class: "moving-back" }),
  ].join("");
};

export const panels = ({ reader }, numbers) => {
  const { p, counts } = numbers;
  const { name } = READERS[reader];
  const [answer] = best(p[reader]);
  const right = bars(
    NAMES.map((animal, k) => [animal, p[reader][k], counts[k]]),
    `${name} | counts of words`,
  );
  return [
    {
      width: 340,
      height: HEIGHT,
      drawn: words_(numbers),
      alt:
        "The words of the sentence below each other, the blank marked; beside each how much it mattered to the network " +
        "that reads forward, to the one that reads backward, and to the one that reads both ways.",
    },
    {
      width: 340,
      height: HEIGHT,
      drawn: right.drawn,
      alt: `Probabilities of twelve animals; the network that reads ${name === "both" ? "both ways" : name} says ${NAMES[answer]}, ${percent(p[reader][answer])}.`,
    },
  ];
};

export const words = (_, { ids, p, weight, counts, unknown, blank }) => {
  const list = (q) =>
    best(q, 3)
      .map((k) => `${NAMES[k]} ${percent(q[k])}`)
      .join(", ");
  const says = ([reader, { name }]) => `${name} says ${NAMES[best(p[reader])[0]]} (${percent(Math.max(...p[reader]))})`;
  const others = range(ids.length).filter((t) => t !== blank);
  const most = others.length ? others.reduce((a, b) => (weight.both[b] > weight.both[a] ? b : a)) : -1;
  const said = Object.entries(READERS).map(says).join(", ");
  return [
    `${said[0].toUpperCase()}${said.slice(1)}, counts of words say ${NAMES[best(counts)[0]]}.` +
      (most < 0 ? "" : ` To both, “${WORDS[ids[most]]}” mattered most: ${number(weight.both[most], 1)} nats.`),
    [
      ...Object.entries(READERS).map(([reader, { name }]) => [name, list(p[reader])]),
      ["counts", list(counts)],
      ["words it does not know", unknown.length ? unknown.slice(0, 4).join(", ") : "none"],
    ],
  ];
};
