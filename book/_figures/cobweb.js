// The logistic map iterated: its cobweb, the slope of the iterate, and the Lyapunov exponent for every r.
import { axes, el, line, number, path, range, rough, text } from "./kit.js";

const STEPS = 60;
const [SKIP, MEAN] = [500, 1000]; // steps that the exponent leaves out, and those that it is the mean of
const [LOW, HIGH] = [2.4, 4];

export const controls = [
  { name: "r", label: "r", min: LOW, max: HIGH, step: 0.01, value: 3.5, digits: 2 },
  { name: "x0", label: "start x₀", min: 0, max: 1, step: 0.01, value: 0.2, digits: 2 },
  { name: "n", label: "step n", min: 0, max: STEPS, step: 1, value: 24, plays: true },
];

const orbit = (r, x0, n) => {
  const x = [x0];
  for (const _ of range(n)) x.push(r * x.at(-1) * (1 - x.at(-1)));
  return x;
};
const exponent = (r, x0, skip, mean) => {
  let [x, sum] = [orbit(r, x0, skip).at(-1), 0];
  for (let k = 0; k < mean; k++) {
    sum += Math.log(Math.abs(r * (1 - 2 * x)));
    x = r * x * (1 - x);
  }
  return sum / mean;
};

let kept; // the curve is the same for all settings
const curve = () => (kept ??= range(321).map((i) => [LOW + i / 200, exponent(LOW + i / 200, 0.3, 200, 400)]));

export const compute = ({ r, x0 }) => {
  const x = orbit(r, x0, STEPS);
  const slope = [1]; // of the n-th iterate at x0
  for (const k of range(STEPS)) slope.push(slope.at(-1) * r * (1 - 2 * x[k]));
  return { x, slope, exponent: exponent(r, x0, SKIP, MEAN), curve: curve() };
};

const unit = { x: [0, 1], xticks: [0, 0.5, 1], y: [0, 1], yticks: [0, 0.5, 1] };
const tenths = (v) => number(v, v % 1 ? 1 : 0);

const web = ({ r, n }, { x }) => {
  const a = axes({ ...unit, height: 336, tick: tenths, xname: "x", yname: "f(x)" });
  const parabola = range(101).map((i) => [a.X(i / 100), a.Y(r * (i / 100) * (1 - i / 100))]);
  const steps = range(n).flatMap((k) => [
    [a.X(x[k]), a.Y(x[k + 1])],
    [a.X(x[k + 1]), a.Y(x[k + 1])],
  ]);
  const drawn = [
    a.drawn,
    line(a.X(0), a.Y(0), a.X(1), a.Y(1), { class: "moving-grid" }),
    path(parabola, { class: "moving-quiet" }),
    path([[a.X(x[0]), a.Y(0)], ...steps], { class: "moving-forward" }),
    el("circle", { cx: a.X(x[n]), cy: a.Y(x[n]), r: 5, class: "moving-fill-forward" }),
    el("circle", { cx: a.X(x[0]), cy: a.Y(0), r: 9, class: "moving-handle", "data-handle": "x0" }),
  ];
  return {
    width: 340,
    height: 336,
    drawn: drawn.join(""),
    drag: (_, px, py) => ({ x0: Math.round(Math.min(Math.max(a.value(px, py)[0], 0), 1) * 100) / 100 }),
    alt: `The parabola of r = ${number(r)}, and the staircase between it and the diagonal from x₀ = ${number(x[0])} over ${n} steps.`,
  };
};

const [SMALL, LARGE] = [1e-12, 1e12];
const growth = ({ n }, { slope }) => {
  const a = axes({
    height: 200,
    x: [0, STEPS],
    xticks: [0, 20, 40, 60],
    y: [SMALL, LARGE],
    ylog: true,
    yticks: [1e-10, 1e-5, 1, 1e5, 1e10],
    tick: (v) => ({ 1e-10: "10⁻¹⁰", 1e-5: "10⁻⁵", 1e5: "10⁵", 1e10: "10¹⁰" })[v] ?? String(v),
    xname: "step n",
    yname: "|slope|",
    left: 56,
  });
  const points = slope.map((v, k) => [a.X(k), a.Y(Math.max(Math.abs(v), SMALL))]);
  const drawn = [
    a.drawn,
    line(a.X(0), a.Y(1), a.X(STEPS), a.Y(1), { class: "moving-grid" }),
    path(points, { class: "moving-back" }),
    el("circle", { cx: points[n][0], cy: points[n][1], r: 6, class: "moving-fill-back" }),
    text(a.X(STEPS), 24, "slope of the n-th iterate", { "text-anchor": "end" }),
  ];
  return {
    width: 340,
    height: 200,
    drawn: drawn.join(""),
    alt: `The absolute slope of the n-th iterate at x₀ on a logarithmic axis: ${rough(Math.abs(slope[n]))} at step ${n}.`,
  };
};

const FLOOR = -2;
const spectrum = ({ r }, { exponent: at, curve: all }) => {
  const a = axes({
    height: 200,
    x: [LOW, HIGH],
    xticks: [2.5, 3, 3.5, 4],
    y: [FLOOR, 1],
    yticks: [-2, -1, 0, 1],
    tick: (v) => number(v, v % 1 ? 1 : 0),
    xname: "r",
    yname: "λ",
    left: 56,
  });
  const y = (v) => a.Y(Math.max(v, FLOOR));
  const drawn = [
    a.drawn,
    line(a.X(LOW), a.Y(0), a.X(HIGH), a.Y(0), { class: "moving-grid" }),
    path(
      all.map(([each, v]) => [a.X(each), y(v)]),
      { class: "moving-quiet" },
    ),
    el("circle", { cx: a.X(r), cy: y(at), r: 6, class: "moving-fill-back" }),
    text(a.X(LOW) + 8, 24, "Lyapunov exponent λ"),
  ];
  return {
    width: 340,
    height: 200,
    drawn: drawn.join(""),
    alt: `The Lyapunov exponent against r; at r = ${number(r)} it is ${shown(at)}.`,
  };
};
const shown = (v) => (Number.isFinite(v) ? number(v, 3) : "−∞");

export const panels = (settings, numbers) => [
  web(settings, numbers),
  growth(settings, numbers),
  spectrum(settings, numbers),
];

export const words = ({ r, n }, { x, slope, exponent: at }) => [
  `At r = ${number(r)} the Lyapunov exponent is ${shown(at)}: ` +
    (at > 0
      ? "neighbours part, and the slope of the iterates grows without end."
      : "neighbours meet, and the slope of the iterates goes to nothing."),
  [
    [`x after ${n} steps`, number(x[n], 6)],
    [`slope of iterate ${n}`, rough(slope[n])],
    [`one factor, e to the λ`, Number.isFinite(at) ? number(Math.exp(at), 3) : "0"],
  ],
];
