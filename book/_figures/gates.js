// Type a text, and see what the gates of an LSTM or a GRU do at each letter, and what their memory holds of it later.
import { gru, lstm } from "./cells.js";
import { counted, read as counts, sign, typed } from "./characters.js";
import { el, line, number, range, signed, text as label } from "./kit.js";
import { bars, best, network, output, percent, softmax } from "./letters.js";

const [LONGEST, H] = [40, 64];

// Of each cell: a step, what is drawn of it, the gate that keeps the memory, and what a step writes into that.
const CELLS = {
  lstm: {
    name: "LSTM",
    step: lstm,
    gates: [
      ["i", "input gate i"],
      ["f", "forget gate f (1 keeps)"],
      ["o", "output gate o"],
    ],
    states: [
      ["c", "cell c"],
      ["h", "state h"],
    ],
    keeps: "f",
    memory: "c",
    wrote: ({ i, g }) => i.map((i_j, j) => i_j * g[j]),
  },
  gru: {
    name: "GRU",
    step: gru,
    gates: [
      ["r", "reset gate r"],
      ["z", "update gate z (1 keeps)"],
    ],
    states: [["h", "state h"]],
    keeps: "z",
    memory: "h",
    wrote: ({ z, n }) => z.map((z_j, j) => (1 - z_j) * n[j]),
  },
};
const each = (gives) => Object.fromEntries(Object.keys(CELLS).map((cell) => [cell, gives(cell)]));

export const read = (documents) => ({
  ...each((cell) => network(documents[`lstm_gru/text_${cell}`])),
  ...counts(documents),
});

const steps = (ids, cell, data) => {
  let step = { h: new Float64Array(H), c: new Float64Array(H) };
  return ids.map((id) => (step = CELLS[cell].step(id, step, data[cell], "rnn.")));
};

// What the last of some steps holds of what each wrote, by units: added up, it is the memory.
const remaining = (taken, { keeps, wrote }) => {
  const left = [];
  let kept = new Float64Array(H).fill(1);
  for (const step of [...taken].reverse()) {
    left.unshift(wrote(step).map((w_j, j) => w_j * kept[j]));
    kept = kept.map((k_j, j) => k_j * step[keeps][j]);
  }
  return left;
};

// How many letters back what a unit holds was written, on average.
const ages = (left) =>
  range(H).map((j) => {
    const sizes = left.map((l) => Math.abs(l[j]));
    const all = sizes.reduce((a, b) => a + b);
    return sizes.reduce((sum, v, s) => sum + v * (left.length - 1 - s), 0) / (all || 1);
  });

const oldest = ({ text, cell, t }, data) => {
  const left = remaining(steps(typed(text).slice(0, t), cell, data), CELLS[cell]);
  return { unit: best(ages(left))[0] + 1 };
};

export const controls = [
  { name: "text", label: "Your text", text: LONGEST, value: "The value of the attribut" },
  {
    name: "cell",
    label: "cell",
    choices: Object.entries(CELLS).map(([cell, { name }]) => [cell, name]),
    value: "lstm",
  },
  { name: "unit", label: "unit (0: all)", min: 0, max: H, step: 1, value: 0 },
  { label: "The unit with the oldest memory", does: oldest },
  {
    name: "t",
    label: "after letter",
    min: 1,
    max: LONGEST,
    step: 1,
    value: LONGEST,
    limit: ({ text }) => typed(text).length,
    plays: true,
  },
];

export const compute = ({ text, cell, t }, data) => {
  const ids = typed(text);
  const taken = each((name) => steps(ids, name, data));
  const now = Math.min(t, ids.length) - 1;
  const left = remaining(taken[cell].slice(0, now + 1), CELLS[cell]);
  return {
    ids,
    now,
    steps: taken[cell],
    left,
    age: ages(left),
    p: each((name) => softmax(output(taken[name][now].h, data[name]))),
    counts: counted(ids.slice(0, now + 1), data),
  };
};

// Of one unit its value, of all the mean size.
const mean = (values) => values.reduce((a, b) => a + Math.abs(b), 0) / values.length;
const shown = (values, unit) => (unit ? values[unit - 1] : mean(values));

const [LEFT, TOP, BOTTOM] = [8, 28, 322];

const letters = ({ cell, unit }, { ids, now, steps: taken, left }) => {
  const { gates, states, memory } = CELLS[cell];
  const width = Math.min(24, 324 / ids.length);
  const middle = (i) => LEFT + width * (i + 0.5);
  const style = `stroke-width:${Math.max(3, Math.min(width - 2, 14))}px`;
  const end = LEFT + width * ids.length;
  const height = (BOTTOM - TOP) / (gates.length + states.length + 1);

  const rows = [];
  const row = (name, values, [low, high]) => {
    const [top, bottom] = [TOP + rows.length * height + 18, TOP + (rows.length + 1) * height - 4];
    const size = (bottom - top) / (high - low);
    const zero = top + high * size;
    const stems = (sign_) =>
      values
        .map((v, i) =>
          v * sign_ * size > 0.3 ? `M${middle(i).toFixed(1)} ${zero.toFixed(1)}v${(-v * size).toFixed(1)}` : "",
        )
        .join("");
    rows.push([
      label(LEFT, top - 5, name),
      line(LEFT, zero, end, zero, { class: "moving-axis" }),
      el("path", { d: stems(1), class: "moving-forward", fill: "none", style }),
      el("path", { d: stems(-1), class: "moving-back", fill: "none", style }),
    ]);
  };
  const scaled = (name, values) => {
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    row(`${name}: ${low < 0 ? `${number(low)} to ` : "up to "}${number(high)}`, values, [low, high || (low ? 0 : 1)]);
  };
  const of = (name) => taken.map((step) => shown(step[name], unit));
  for (const [gate, name] of gates) row(name, of(gate), [0, 1]);
  for (const [state, name] of states) scaled(unit ? name : `${name}, mean size`, of(state));
  scaled(
    `${memory} at the mark, by letter`,
    left.map((l) => shown(l, unit)),
  );
  const drawn = [
    ...ids.map((id, i) => label(middle(i), 20, sign(id), { "text-anchor": "middle", class: "moving-letter" })),
    ...rows.flat(),
  ];
  drawn.push(
    el("rect", {
      x: middle(now) - width / 2,
      y: 5,
      width,
      height: BOTTOM - 3,
      fill: "none",
      class: "moving-back",
      "stroke-width": 2,
    }),
  );
  return {
    width: 340,
    height: 328,
    drawn: drawn.join(""),
    hover: (px) => {
      const i = Math.floor((px - LEFT) / width);
      return i >= 0 && i < ids.length ? { t: i + 1 } : null;
    },
    alt:
      `The letters of the text; below each ${gates.map(([, said]) => said).join(", ")}, ` +
      `${states.map(([, said]) => said).join(", ")} ${unit ? `of unit ${unit}` : "on average"}, and what of it the memory ` +
      `holds at the marked letter.`,
  };
};

export const panels = (settings, numbers) => {
  const p = numbers.p[settings.cell];
  const { name } = CELLS[settings.cell];
  const right = bars(
    best(p, 8).map((k) => [sign(k), p[k], numbers.counts[k]]),
    `${name} | counts of 3 characters`,
  );
  const [answer] = best(p);
  return [
    letters(settings, numbers),
    {
      width: 340,
      height: 328,
      drawn: right.drawn,
      alt: `The eight characters that the ${name} expects most after the marked letter; first ${sign(answer)}, ${percent(p[answer])}.`,
    },
  ];
};

export const words = ({ cell, unit }, { ids, now, steps: taken, left, age, p, counts: q }) => {
  const { name, gates, memory } = CELLS[cell];
  const list = (of) =>
    best(of, 3)
      .map((k) => `“${sign(k)}” ${percent(of[k])}`)
      .join(", ");
  const held = left.map((l) => Math.abs(shown(l, unit)));
  const [most] = best(held);
  const old = number(unit ? age[unit - 1] : mean(age), 1);
  const who = unit ? `unit ${unit} holds` : "the units hold";
  return [
    `After “${sign(ids[now])}” the ${name} expects “${sign(best(p[cell])[0])}”, counts of three characters ` +
      `“${sign(best(q)[0])}”. What ${who} was written ${old} letters back on average, most of it at ` +
      `“${sign(ids[most])}”, ${now - most} back.`,
    [
      ...Object.entries(p).map(([other, values]) => [CELLS[other].name, list(values)]),
      ["counts", list(q)],
      [`at “${sign(ids[now])}”`, gates.map(([gate]) => `${gate} ${number(shown(taken[now][gate], unit))}`).join(", ")],
      [`${memory} there`, unit ? signed(taken[now][memory][unit - 1]) : `size ${number(mean(taken[now][memory]))}`],
    ],
  ];
};
