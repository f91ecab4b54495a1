// One number multiplied many times: what is left of a gradient after L steps through one linear unit.
import { axes, el, line, number, path, range, rough, text } from "./kit.js";

const LONGEST = 100;
const [SMALL, LARGE] = [1e-10, 1e10];

export const controls = [
  { name: "w", label: "w", min: 0.5, max: 1.5, step: 0.01, value: 0.9, digits: 2 },
  { name: "L", label: "steps L", min: 0, max: LONGEST, step: 1, value: 50, plays: true },
];

export const compute = ({ w, L }) => ({ left: range(LONGEST + 1).map((k) => w ** k), needed: w ** -L });

export const panels = ({ w, L }, { left }) => {
  const a = axes({
    height: 240,
    x: [0, LONGEST],
    xticks: [0, 25, 50, 75, 100],
    y: [SMALL, LARGE],
    ylog: true,
    yticks: [1e-10, 1e-5, 1, 1e5, 1e10],
    tick: (v) => ({ 1e-10: "10⁻¹⁰", 1e-5: "10⁻⁵", 1e5: "10⁵", 1e10: "10¹⁰" })[v] ?? String(v),
    xname: "steps L",
    yname: "w to the L",
    left: 56,
  });
  const points = left.map((v, k) => [a.X(k), a.Y(v)]);
  const drawn = [
    a.drawn,
    line(a.X(0), a.Y(1), a.X(LONGEST), a.Y(1), { class: "moving-grid" }),
    path(points, { class: "moving-back" }),
    el("circle", { cx: points[L][0], cy: points[L][1], r: 6, class: "moving-fill-back" }),
    text(a.X(LONGEST), 24, `w = ${number(w)}`, { "text-anchor": "end" }),
  ];
  return [
    {
      width: 340,
      height: 240,
      drawn: drawn.join(""),
      alt: `The power of w = ${number(w)} against the number of steps, on a logarithmic axis: ${rough(left[L])} after ${L} steps.`,
    },
  ];
};

export const words = ({ w, L }, { left, needed }) => [
  `After ${L} steps with w = ${number(w)}, a gradient of length 1 has length ${rough(left[L])}.` +
    (w < 1 && L > 0
      ? ` A learning rate ${rough(needed)} times larger would make up for it, and be that much too large for the last step.`
      : ""),
  [
    ["after 10 steps", rough(left[10])],
    ["after 100 steps", rough(left[100])],
  ],
];
