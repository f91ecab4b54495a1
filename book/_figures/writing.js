// Type a text, and see which character the network expects next, and which earlier ones that hangs on.
import { counted, PRINTABLE, read as counts, sign, typed } from "./characters.js";
import { number, range } from "./kit.js";
import { bars, best, mattered, network, output, percent, softmax, states, strip } from "./letters.js";

const [LONGEST, SHOWN, WRITTEN] = [160, 30, 20];

export const read = (documents) => ({
  weights: network(documents["rnn/text_weights"]),
  ...counts(documents),
});

const temper = (p, tau) => softmax(p.map(Math.log), tau);

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
