// One step of an LSTM with one unit and one input, one line of its equations at a time: book/lstm_gru/lstm.md.
import { arrow, el, number, path, range, text } from "./kit.js";

const LAST = 6;
const next = ({ step }) => ({ step: (step % LAST) + 1 });

export const controls = [
  { name: "step", label: "line", min: 1, max: LAST, step: 1, value: 1 },
  { label: "Next line", does: next },
  { name: "x_t", label: "input xₜ", min: -2, max: 2, step: 0.1, value: 1, digits: 1 },
  { name: "h_prev", label: "last state hₜ₋₁", min: -1, max: 1, step: 0.1, value: 0.4, digits: 1 },
  { name: "c_prev", label: "last cell cₜ₋₁", min: -3, max: 3, step: 0.1, value: 0.8, digits: 1 },
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
const written = ({ x_t, h_prev, c_prev }, { bias, a, i_t, f_t, g_t, o_t, tanh_c, c_t, h_t }) => {
  const read = ["i", "f", "g", "o"].map((name, j) => {
    const added = bias[j] ? (bias[j] < 0 ? ` − ${given(-bias[j])}` : ` + ${given(bias[j])}`) : "";
    const last = `${W_hh[j] < 0 ? "−" : "+"} ${times(given(h_prev))}`;
    const first = { 1: "", 2: "2 · ", [-1]: "−" }[W_ih[j]];
    return [1, `a${"ⁱᶠᵍᵒ"[j]}`, `${first}${first ? times(given(x_t)) : given(x_t)} ${last}${added}`, given(a[j])];
  });
  const layer = (step, name, squash, j, value) => [
    step,
    `${name}ₜ = ${squash}(a${"ⁱᶠᵍᵒ"[j]})`,
    `${squash}(${given(a[j])})`,
    found(value),
  ];
  return [
    ...read,
    layer(2, "f", "σ", 1, f_t),
    layer(3, "i", "σ", 0, i_t),
    layer(3, "g", "tanh", 2, g_t),
    [4, "cₜ = fₜ cₜ₋₁ + iₜ gₜ", `${found(f_t)} · ${times(given(c_prev))} + ${found(i_t)} · ${times(found(g_t))}`, found(c_t)],
    layer(5, "o", "σ", 3, o_t),
    [6, "hₜ = oₜ tanh(cₜ)", `${found(o_t)} · tanh(${found(c_t)})`, found(h_t)],
  ];
};

// What is computed now is lit, what comes later is pale; a number is there once it is computed.
const look = (part, now, thick = 1.2) =>
  part === now
    ? { class: "moving-forward", style: `stroke-width:${thick + 1.6}px` }
    : { class: part < now ? "moving-axis" : "moving-quiet", style: `stroke-width:${thick}px` };
const said = (part, now) => (part === now ? { class: "moving-forward-text", "font-weight": "bold" } : {});

const way = (points, style) =>
  (points.length > 2 ? path(points.slice(0, -1), style) : "") + arrow(...points.at(-2), ...points.at(-1), style);

const [CELL, GATE, BUS] = [48, 212, 252];
const X = { f: 78, i: 138, plus: 168, g: 198, o: 262, tanh: 294 };

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
    wire(4, [[4, CELL], [X.f - 12, CELL]], thick), // prettier-ignore
    wire(4, [[X.f + 12, CELL], [X.plus - 12, CELL]], thick), // prettier-ignore
    wire(4, [[X.plus + 12, CELL], [336, CELL]], thick), // prettier-ignore
    // what the layers read
    path([[4, BUS], [X.o, BUS]], look(1, now)), // prettier-ignore
    ["f", "i", "g", "o"].map((name) => wire(1, [[X[name], BUS], [X[name], GATE + 15]])),
    ["i", "f", "g", "o"].map((name, j) => value(1, X[name] + 6, BUS - 9, given(a[j]))),
    text(4, BUS + 20, `xₜ = ${given(x_t)},  hₜ₋₁ = ${given(h_prev)}`, said(1, now)),
    // what they give
    wire(2, [[X.f, GATE - 15], [X.f, CELL + 13]]), // prettier-ignore
    wire(3, [[X.i, GATE - 15], [X.i, 124], [X.plus - 12, 124]]), // prettier-ignore
    wire(3, [[X.g, GATE - 15], [X.g, 124], [X.plus + 12, 124]]), // prettier-ignore
    wire(4, [[X.plus, 112], [X.plus, CELL + 13]]), // prettier-ignore
    wire(5, [[X.o, GATE - 15], [X.o, 156], [X.tanh - 12, 156]]), // prettier-ignore
    wire(6, [[X.tanh, CELL + 2], [X.tanh, 85]]), // prettier-ignore
    wire(6, [[X.tanh, 114], [X.tanh, 143]]), // prettier-ignore
    wire(6, [[X.tanh + 12, 156], [336, 156]]), // prettier-ignore
    node(4, X.f, CELL, "×"),
    node(4, X.plus, CELL, "+"),
    node(4, X.plus, 124, "×"),
    node(6, X.tanh, 156, "×"),
    layer(2, X.f, GATE, "f: σ"),
    layer(3, X.i, GATE, "i: σ"),
    layer(3, X.g, GATE, "g: tanh", 29),
    layer(5, X.o, GATE, "o: σ"),
    layer(6, X.tanh, 100, "tanh", 22),
    text(4, CELL - 12, "cₜ₋₁", said(4, now)),
    text(4, CELL + 20, given(c_prev), said(4, now)),
    value(2, X.f - 6, 140, found(f_t), "end"),
    value(3, X.i - 6, 170, found(i_t), "end"),
    value(3, X.g + 6, 170, found(g_t)),
    value(4, (X.f + X.plus) / 2, CELL - 9, found(kept), "middle"),
    value(4, X.plus + 6, 92, found(stored)),
    text(336, CELL - 12, "cₜ", { "text-anchor": "end", ...said(4, now) }),
    value(4, 338, CELL + 20, found(c_t), "end"),
    value(5, X.o + 6, 190, found(o_t)),
    value(6, X.tanh + 6, 132, found(tanh_c)),
    text(336, 176, "hₜ", { "text-anchor": "end", ...said(6, now) }),
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

const SYMBOLS = "aₜ = Wᵢₕ xₜ + bᵢₕ + Wₕₕ hₜ₋₁ + bₕₕ";

const equations = (settings, numbers) => {
  const now = settings.step;
  let y = 0;
  const row = (part, left, words) => text(left, (y += 20), words, said(part, now));
  const head = (part, words) => text(6, y + 20, part, said(part, now)) + row(part, 24, words);
  const result = ([part, , sum, value]) => row(part, 24, part <= now ? `   = ${sum} = ${value}` : "");
  const all = written(settings, numbers);
  const drawn = [
    head(1, SYMBOLS),
    all.slice(0, 4).map(([part, name, sum, value]) => row(part, 24, `${name} = ${sum} = ${value}`)),
  ];
  let last = 1;
  for (const line of all.slice(4)) {
    const [part, name, sum, value] = line;
    const short = part !== 4;
    const words = short && part <= now ? `${name} = ${sum} = ${value}` : name;
    drawn.push(part === last ? row(part, 24, words) : head(part, words));
    if (!short) drawn.push(result(line));
    last = part;
  }
  return {
    width: 340,
    height: 284,
    drawn: drawn.flat().join(""),
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
