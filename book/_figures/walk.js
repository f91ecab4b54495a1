// One step of an LSTM with one unit and one input, one line of its equations at a time: book/lstm_gru/lstm.md.
import { arrow, el, escape, line, number, path, range, text } from "./kit.js";

const LAST = 6;
const next = ({ step }) => ({ step: (step % LAST) + 1 });

export const controls = [
  { name: "step", label: "line", min: 1, max: LAST, step: 1, value: 1 },
  { label: "Next line", does: next },
  { name: "x_t", label: "input xₜ", min: -2, max: 2, step: 0.1, value: 1, digits: 1 },
  { name: "h_prev", label: "state hₜ₋₁", min: -1, max: 1, step: 0.1, value: 0.4, digits: 1 },
  { name: "c_prev", label: "cell cₜ₋₁", min: -3, max: 3, step: 0.1, value: 0.8, digits: 1 },
  { name: "b_f", label: "forget bias", min: -4, max: 6, step: 0.1, value: 1, digits: 1 },
];

// Rows of i, f, g, o, as in the package: W_ih, W_hh, and the two biases added up, without that of f. They are whole, so
// that what reaches a layer has one digit after the point, as what a reader sets.
const [W_ih, W_hh, b] = [
  [2, -1, 1, 1],
  [1, 1, -1, -1],
  [-1, 0, 0, 0],
];
export const WEIGHTS = [W_ih, W_hh, b];

const sigmoid = (v) => 1 / (1 + Math.exp(-v));

export const compute = ({ x_t, h_prev, c_prev, b_f }) => {
  const bias = b.map((b_j, j) => (j === 1 ? b_f : b_j));
  const a = range(4).map((j) => W_ih[j] * x_t + W_hh[j] * h_prev + bias[j]);
  const [i_t, f_t, g_t, o_t] = [sigmoid(a[0]), sigmoid(a[1]), Math.tanh(a[2]), sigmoid(a[3])];
  const [kept, stored] = [f_t * c_prev, i_t * g_t];
  const c_t = kept + stored;
  const tanh_c = Math.tanh(c_t);
  return { bias, a, i_t, f_t, g_t, o_t, kept, stored, c_t, tanh_c, h_t: o_t * tanh_c };
};

const given = (value) => number(value, 1);
const found = (value) => number(value, 3);
const times = (shown) => (shown.startsWith("−") ? `(${shown})` : shown);

// The lines of a step: [when, its left side and what it is, the same in numbers, the result].
export const lines = (settings) => written(settings, compute(settings));
const written = ({ x_t, h_prev, c_prev }, { bias, a, i_t, f_t, g_t, o_t, c_t, h_t }) => {
  const read = ["i", "f", "g", "o"].map((name, j) => {
    const added = bias[j] ? (bias[j] < 0 ? ` − ${given(-bias[j])}` : ` + ${given(bias[j])}`) : "";
    const last = `${W_hh[j] < 0 ? "−" : "+"} ${times(given(h_prev))}`;
    const first = { 1: "", 2: "2 · ", [-1]: "−" }[W_ih[j]];
    return [1, `a^${name}`, `${first}${first ? times(given(x_t)) : given(x_t)} ${last}${added}`, given(a[j])];
  });
  const layer = (step, name, squash, a_j, value) => [
    step,
    `${name}_t = ${squash}(a^${name})`,
    `${squash}(${given(a_j)})`,
    found(value),
  ];
  return [
    ...read,
    layer(2, "f", "σ", a[1], f_t),
    layer(3, "i", "σ", a[0], i_t),
    layer(3, "g", "tanh", a[2], g_t),
    [
      4,
      "c_t = f_t c_{t−1} + i_t g_t",
      `${found(f_t)} · ${times(given(c_prev))} + ${found(i_t)} · ${times(found(g_t))}`,
      found(c_t),
    ],
    layer(5, "o", "σ", a[3], o_t),
    [6, "h_t = o_t tanh(c_t)", `${found(o_t)} · tanh(${found(c_t)})`, found(h_t)],
  ];
};

// What is computed now is lit, what comes later is pale; a number is there once it is computed.
const look = (part, now, thick = 1.2) =>
  part === now
    ? { class: "moving-forward", style: `stroke-width:${thick + 1.6}px` }
    : { class: part < now ? "moving-axis" : "moving-quiet", style: `stroke-width:${thick}px` };
const said = (part, now) => (part === now ? { class: "moving-forward-text", "font-weight": "bold" } : {});

// A text with indices below and above, as _t, _{t−1} and ^f.
const formula = (x, y, words, attributes = {}) => {
  const parts = words.split(/([_^](?:\{[^}]*\}|.))/).map((part) => {
    const shift = { _: 4, "^": -5 }[part[0]];
    if (!shift) return escape(part);
    // The way back is taken by a letter without a width.
    return (
      el("tspan", { dy: shift, "font-size": "11px" }, escape(part.slice(1).replace(/[{}]/g, ""))) +
      el("tspan", { dy: -shift }, "\u200b")
    );
  });
  return el("text", { x, y, ...attributes }, parts);
};

const way = (points, style) =>
  (points.length > 2 ? path(points.slice(0, -1), style) : "") + arrow(...points.at(-2), ...points.at(-1), style);

const [CELL, GATE, BUS] = [48, 212, 252];
const X = { f: 70, i: 126, plus: 155, g: 184, o: 242, tanh: 280 };

const wiring = ({ step: now, x_t, h_prev, c_prev }, numbers) => {
  const { a, i_t, f_t, g_t, o_t, kept, stored, c_t, tanh_c, h_t } = numbers;
  const wire = (part, points, thick) => way(points, look(part, now, thick));
  const value = (part, x, y, shown, anchor = "start") =>
    part <= now ? text(x, y, shown, { "text-anchor": anchor, ...said(part, now) }) : "";
  const ground = (part) => (part === now ? { class: "moving-fill-forward", "fill-opacity": 0.2 } : { fill: "none" });
  const node = (part, x, y, sign) => [
    el("circle", { cx: x, cy: y, r: 11, stroke: "none", ...ground(part) }),
    el("circle", { cx: x, cy: y, r: 11, fill: "none", ...look(part, now) }),
    text(x, y + 4.5, sign, { "text-anchor": "middle" }),
  ];
  const layer = (part, x, y, name, half = 22) => {
    const box = { x: x - half, y: y - 14, width: 2 * half, height: 28, rx: 4 };
    return [
      el("rect", { ...box, stroke: "none", ...ground(part) }),
      el("rect", { ...box, fill: "none", ...look(part, now) }),
      text(x, y + 4.5, name, { "text-anchor": "middle" }),
    ];
  };
  const thick = 3;
  const drawn = [
    // the cell, from left to right
    wire(4, [[4, CELL], [X.f - 12, CELL]], thick),
    wire(4, [[X.f + 12, CELL], [X.plus - 12, CELL]], thick),
    wire(4, [[X.plus + 12, CELL], [336, CELL]], thick),
    // what the layers read
    path([[4, BUS], [X.o, BUS]], look(1, now)),
    ["f", "i", "g", "o"].map((name) => wire(1, [[X[name], BUS], [X[name], GATE + 15]])),
    ["i", "f", "g", "o"].map((name, j) => value(1, X[name] + 6, BUS - 9, given(a[j]))),
    formula(4, BUS + 20, `x_t = ${given(x_t)},  h_{t−1} = ${given(h_prev)}`, said(1, now)),
    // what they give
    wire(2, [[X.f, GATE - 15], [X.f, CELL + 13]]),
    wire(3, [[X.i, GATE - 15], [X.i, 124], [X.plus - 12, 124]]),
    wire(3, [[X.g, GATE - 15], [X.g, 124], [X.plus + 12, 124]]),
    wire(4, [[X.plus, 112], [X.plus, CELL + 13]]),
    wire(5, [[X.o, GATE - 15], [X.o, 156], [X.tanh - 12, 156]]),
    wire(6, [[X.tanh, CELL + 2], [X.tanh, 85]]),
    wire(6, [[X.tanh, 114], [X.tanh, 143]]),
    wire(6, [[X.tanh + 12, 156], [336, 156]]),
    node(4, X.f, CELL, "×"),
    node(4, X.plus, CELL, "+"),
    node(4, X.plus, 124, "×"),
    node(6, X.tanh, 156, "×"),
    layer(2, X.f, GATE, "f: σ"),
    layer(3, X.i, GATE, "i: σ"),
    layer(3, X.g, GATE, "g: tanh", 29),
    layer(5, X.o, GATE, "o: σ"),
    layer(6, X.tanh, 100, "tanh", 22),
    formula(4, CELL - 14, "c_{t−1}", said(4, now)),
    text(4, CELL + 20, given(c_prev), said(4, now)),
    value(2, X.f - 6, 140, found(f_t), "end"),
    value(3, X.i - 6, 170, found(i_t), "end"),
    value(3, X.g + 6, 170, found(g_t)),
    value(4, (X.f + X.plus) / 2, CELL - 9, found(kept), "middle"),
    value(4, X.plus + 6, 92, found(stored)),
    formula(336, CELL - 14, "c_t", { "text-anchor": "end", ...said(4, now) }),
    value(4, 338, CELL + 20, found(c_t), "end"),
    value(5, X.o - 6, 190, found(o_t), "end"),
    value(6, X.tanh + 6, 132, found(tanh_c)),
    formula(336, 174, "h_t", { "text-anchor": "end", ...said(6, now) }),
    value(6, 338, 194, found(h_t), "end"),
  ];
  return {
    width: 340,
    height: 284,
    drawn: drawn.flat(2).join(""),
    alt:
      `The wiring of the cell, line ${now} of ${LAST} lit: ${NAMES[now - 1]}. Below, input and last state reach the layers f, ` +
      `i, g and o; above, the cell runs from left to right through a product and a sum, and goes down to the state.`,
  };
};
const NAMES = [
  "what the layers read",
  "the forget gate",
  "the input gate and the candidate",
  "the new cell",
  "the output gate",
  "the new state",
];

const equations = (settings, numbers) => {
  const now = settings.step;
  const drawn = [];
  let y = 0;
  const row = (part, words, first) => {
    y += 20;
    const style = part === now ? { class: "moving-forward-text" } : {};
    if (part === now) drawn.push(line(2, y - 15, 2, y + 5, look(part, now)));
    drawn.push(first ? text(10, y, part, style) : "", formula(28, y, words, style));
  };
  row(1, "a_t = W_{ih} x_t + b_{ih} + W_{hh} h_{t−1} + b_{hh}", true);
  let last = 1;
  for (const [part, name, sum, value] of written(settings, numbers)) {
    const result = part <= now ? ` = ${sum} = ${value}` : "";
    const long = part === 4 || part === 6; // too long for one row
    row(part, long ? name : name + result, part !== last);
    if (long) row(part, result.trim());
    last = part;
  }
  return {
    width: 340,
    height: 284,
    drawn: drawn.join(""),
    alt: `The equations of a step in six lines, and up to line ${now} their numbers.`,
  };
};

export const panels = (settings, numbers) => [wiring(settings, numbers), equations(settings, numbers)];

export const words = ({ step, x_t, h_prev, c_prev }, { i_t, f_t, g_t, o_t, kept, stored, c_t, tanh_c, h_t }) => [
  [
    `All four layers read the same two numbers, xₜ = ${given(x_t)} and hₜ₋₁ = ${given(h_prev)}; none sees the cell.`,
    `The forget gate is ${found(f_t)}: so much of the old cell, ${given(c_prev)}, will be kept.`,
    `The candidate ${found(g_t)} is what might be stored; the input gate, ${found(i_t)}, says how much of it will be.`,
    `The new cell is what is kept of the old one, ${found(kept)}, plus what is let in, ${found(stored)}.`,
    `The output gate is ${found(o_t)}: so much of the squashed cell will be shown.`,
    `The state shows ${found(o_t)} of tanh(cₜ) = ${found(tanh_c)}; it goes on to the next step, beside the cell itself.`,
  ][step - 1],
  [
    ["gates iₜ, fₜ, oₜ", [i_t, f_t, o_t].map(found).join(", ")],
    ["candidate gₜ", found(g_t)],
    ["cell, from cₜ₋₁ to cₜ", `${given(c_prev)} → ${found(c_t)}`],
    ["state, from hₜ₋₁ to hₜ", `${given(h_prev)} → ${found(h_t)}`],
  ],
];
