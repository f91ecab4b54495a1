// A scan: eight steps of a linear recurrence put together in three rounds, pair by pair: the first figure of book/after/index.md.
import { axes, el, line, number, path, range, signed, text } from "./kit.js";

export const T = 8;
const x = [1, 0, 0, -1, 0, 1, 0, 0];

export const controls = [
  { name: "a", label: "factor a", min: -1, max: 1, step: 0.1, value: 0.8, digits: 1 },
  { name: "r", label: "rounds", min: 0, max: 3, step: 1, value: 1, plays: true },
];

const combine = ([a, b], [a2, b2]) => [a2 * a, a2 * b + b2];

export const compute = ({ a, r }) => {
  const h = [];
  for (const x_t of x) h.push(a * (h.at(-1) ?? 0) + x_t);
  let pairs = x.map((x_t) => [a, x_t]);
  for (const round of range(r))
    pairs = pairs.map((pair, t) => (t < 2 ** round ? pair : combine(pairs[t - 2 ** round], pair)));
  const from = range(T).map((t) => Math.max(0, t + 1 - 2 ** r));
  return { x, h, a: pairs.map(([factor]) => factor), b: pairs.map(([, sum]) => sum), from };
};

const X = (t) => 28 + 40.5 * t;
const Y = (round) => 60 + 56 * round;

const tree = ({ r }, { b, from }) => {
  const middle = { "text-anchor": "middle" };
  const drawn = [text(170, 14, "step", middle)];
  for (const t of range(T)) drawn.push(text(X(t), 34, String(t + 1), middle));
  for (const round of range(4))
    for (const t of range(T)) {
      const done = round <= r;
      if (round > 0 && done) {
        const back = t - 2 ** (round - 1);
        drawn.push(line(X(t), Y(round - 1) + 13, X(t), Y(round) - 13, { class: "moving-axis" }));
        if (back >= 0)
          drawn.push(line(X(back), Y(round - 1) + 13, X(t) - 4, Y(round) - 13, { class: "moving-forward" }));
      }
      drawn.push(el("circle", { cx: X(t), cy: Y(round), r: done ? 12 : 5, class: "moving-node" }));
      if (done) drawn.push(text(X(t), Y(round) + 4, String(Math.min(t + 1, 2 ** round)), middle));
    }
  const whole = from.filter((first) => first === 0).length;
  return {
    width: 340,
    height: 250,
    drawn: drawn.join(""),
    alt: `Four rows of eight steps. After ${r} of three rounds a step stands for up to ${2 ** r} steps; ${whole} of eight stand for all steps up to themselves. Their sums are ${b.map((v) => number(v)).join(", ")}.`,
  };
};

const states = ({ a, r }, { h, b, from }) => {
  const most = Math.max(1, ...h.map(Math.abs), ...b.map(Math.abs));
  const plot = axes({
    height: 250,
    x: [0.5, T + 0.5],
    y: [-most, most],
    xticks: range(T).map((t) => t + 1),
    yticks: [-1, 0, 1],
    xname: "step t",
    yname: "state",
    tick: (v) => number(v, 0),
  });
  const drawn = [
    plot.drawn,
    path(
      h.map((v, t) => [plot.X(t + 1), plot.Y(v)]),
      { class: "moving-forward" },
    ),
    ...b.map((v, t) =>
      from[t] === 0
        ? el("circle", { cx: plot.X(t + 1), cy: plot.Y(v), r: 5, class: "moving-node" })
        : el("rect", { x: plot.X(t + 1) - 4, y: plot.Y(v) - 4, width: 8, height: 8, class: "moving-fill-back" }),
    ),
  ];
  return {
    width: 340,
    height: 250,
    drawn: drawn.join(""),
    alt: `The states for a = ${number(a, 1)} as a line, and what the scan has after ${r} rounds: discs on the line where a step knows all before it, orange squares elsewhere.`,
  };
};

export const panels = (settings, numbers) => [tree(settings, numbers), states(settings, numbers)];

export const words = ({ a, r }, { h, a: factors, b, from }) => {
  const right = from.filter((first) => first === 0).length;
  const last = T - 1;
  return [
    `After ${r} of 3 rounds the states of ${right} of 8 steps are there. Step 8 stands for ` +
      `${r === 0 ? "itself alone" : `steps ${from[last] + 1} to 8`}: h becomes ${number(factors[last], 3)} h ${b[last] < 0 ? "−" : "+"} ${number(Math.abs(b[last]), 3)}.`,
    [
      ["factor a", number(a, 1)],
      ["state after step 8", signed(h[last], 3)],
      ["multiplications so far", String(2 * range(r).reduce((sum, k) => sum + T - 2 ** k, 0))],
    ],
  ];
};
