// A state of two units without input, h_t = f(W_hh h_{t-1}), by the eigenvalues of W_hh; the gradient that goes back.
import { axes, el, line, norm, number, path, range, rough, text } from "./kit.js";

const [T, h0, REACH] = [40, [0.7, 0.5], 1.5];

export const controls = [
  { name: "middle", label: "middle of both λ", min: -REACH, max: REACH, step: 0.01, value: 0.92, digits: 2 },
  { name: "apart", label: "apart: − real, + imaginary", min: -REACH, max: REACH, step: 0.01, value: 0.25, digits: 2 },
  { name: "shear", label: "shear", min: 0, max: 4, step: 0.1, value: 0, digits: 1 },
  { name: "t", label: "step t", min: 0, max: T, step: 1, value: T, plays: true },
  { name: "tanh", label: "with tanh", value: true },
];

// Two eigenvalues around their middle: a complex pair where `apart` is positive, two real ones where it is negative. The
// shear changes the matrix and not its eigenvalues.
const eigenvalues = ({ middle, apart }) =>
  apart > 0
    ? [
        [middle, apart],
        [middle, -apart],
      ]
    : [
        [middle - apart, 0],
        [middle + apart, 0],
      ];
const matrix = (settings) => {
  const { middle, apart, shear: s } = settings;
  const [[first], [second]] = eigenvalues(settings);
  const [[a, b], [c, d]] =
    apart > 0
      ? [
          [middle, -apart],
          [apart, middle],
        ]
      : [
          [first, 0],
          [0, second],
        ];
  return [
    [a + s * c, b + s * d - s * (a + s * c)],
    [c, d - s * c],
  ];
};

export const compute = (settings) => {
  const W = matrix(settings);
  const f = settings.tanh ? Math.tanh : (z) => z;
  const slope = settings.tanh ? (h) => 1 - h * h : () => 1;
  const h = [h0];
  for (const t of range(T)) h.push(W.map((row) => f(row[0] * h[t][0] + row[1] * h[t][1])));
  const length = norm(h[T]) || 1;
  const dh = [];
  dh[T] = h[T].map((v) => v / length); // the gradient of |h_T|
  for (let t = T; t > 0; t--) {
    const dz = dh[t].map((v, i) => slope(h[t][i]) * v);
    dh[t - 1] = [0, 1].map((j) => W[0][j] * dz[0] + W[1][j] * dz[1]);
  }
  const radius = Math.max(...eigenvalues(settings).map(norm));
  return { W, h, dh, lengths: h.map(norm), back: dh.map(norm), radius };
};

const rounded = (value) => Math.round(value * 100) / 100;
const within = (value, low = -REACH, high = REACH) => Math.min(Math.max(value, low), high);
const square = {
  height: 336,
  x: [-REACH, REACH],
  y: [-REACH, REACH],
  xticks: [-1, 0, 1],
  yticks: [-1, 0, 1],
  tick: (v) => number(v, 0),
};
const inside = (a, drawn) => {
  const [x, y] = [a.X(-REACH), a.Y(REACH)];
  const [width, height] = [a.X(REACH) - x, a.Y(-REACH) - y];
  return el("svg", { x, y, width, height, viewBox: `${x} ${y} ${width} ${height}` }, drawn);
};

const plane = (settings, { radius }) => {
  const a = axes({ ...square, xname: "real part", yname: "imaginary part" });
  const [first, second] = eigenvalues(settings);
  const real = settings.apart <= 0;
  const at = ([x, y]) => ({ cx: a.X(within(x)), cy: a.Y(y) });
  const handle = (name, value) => el("circle", { ...at(value), r: 9, class: "moving-handle", "data-handle": name });
  const drawn = [
    a.drawn,
    line(a.X(-REACH), a.Y(0), a.X(REACH), a.Y(0), { class: "moving-grid" }),
    line(a.X(0), a.Y(-REACH), a.X(0), a.Y(REACH), { class: "moving-grid" }),
    el("circle", { cx: a.X(0), cy: a.Y(0), r: a.X(1) - a.X(0), fill: "none", class: "moving-forward" }),
    real ? handle("second", second) : el("circle", { ...at(second), r: 6, fill: "none", class: "moving-back" }),
    handle("first", first),
    text(a.X(REACH), 24, `largest |λ| = ${number(radius)}`, { "text-anchor": "end" }),
  ];
  // Near the axis both are real, and each is drawn along it by itself; off the axis they are a pair.
  const drag = (name, px, py) => {
    const [x, y] = a.value(px, py).map((value) => within(value));
    const pair = (left, right) => ({ middle: rounded((left + right) / 2), apart: rounded(-(right - left) / 2) });
    if (name === "second") return pair(within(x, -REACH, first[0]), first[0]);
    if (y > 0.07) return { middle: rounded(x), apart: rounded(y) };
    return real ? pair(second[0], within(x, second[0])) : { middle: rounded(x), apart: 0 };
  };
  const named = real ? `${number(first[0])} and ${number(second[0])}` : `${number(first[0])} ± ${number(first[1])}i`;
  return {
    width: 340,
    height: 336,
    drawn: drawn.join(""),
    drag,
    alt: `The eigenvalues ${named} in the complex plane, with the unit circle.`,
  };
};

const orbit = ({ t }, { h }) => {
  const a = axes({ ...square, xname: "unit 1", yname: "unit 2" });
  const points = h.map(([x, y]) => [a.X(x), (a.Y(0) - a.Y(1)) * -y + a.Y(0)]);
  const drawn = [
    path(points, { class: "moving-quiet" }),
    path(points.slice(0, t + 1), { class: "moving-forward" }),
    ...points
      .slice(0, t + 1)
      .map(([cx, cy], i) => el("circle", { cx, cy, r: i === t ? 7 : 2.5, class: "moving-fill-forward" })),
  ];
  return {
    width: 340,
    height: 336,
    drawn: a.drawn + inside(a, drawn.join("")),
    alt: `The state in the plane of its two units, up to step ${t}.`,
  };
};

const power = (value) =>
  value === 1
    ? "1"
    : `10${[...String(Math.round(Math.log10(value)))].map((c) => ({ "-": "⁻", 2: "²", 4: "⁴" })[c]).join("")}`;
const lengths = (name, values, t, side, title) => {
  const a = axes({
    height: 190,
    x: [0, T],
    y: [1e-4, 1e4],
    ylog: true,
    xticks: [0, 10, 20, 30, 40],
    yticks: [1e-4, 1e-2, 1, 100, 1e4],
    tick: (v) => (v > 0 && (v < 0.1 || v >= 100) ? power(v) : String(v)),
    xname: "step t",
    yname: name,
  });
  const points = values.map((v, i) => [a.X(i), a.Y(Math.max(v, 1e-9))]);
  const [cx, cy] = points[t];
  const drawn = [
    a.drawn,
    line(a.X(0), a.Y(1), a.X(T), a.Y(1), { class: "moving-grid" }),
    path(points, { class: `moving-${side}` }),
    el("circle", { cx, cy, r: 6, class: `moving-fill-${side}` }),
    text(a.X(T), 24, title, { "text-anchor": "end" }),
  ];
  return {
    width: 340,
    height: 190,
    drawn: drawn.join(""),
    alt:
      `${name} against the step, on a logarithmic axis: ` +
      `${rough(values[0])} at step 0, ${rough(values[T])} at step ${T}.`,
  };
};

export const panels = (settings, numbers) => [
  plane(settings, numbers),
  orbit(settings, numbers),
  lengths("|h|", numbers.lengths, settings.t, "forward", "the state, going forward →"),
  lengths("|dh|", numbers.back, settings.t, "back", "← the gradient, going back"),
];

export const words = ({ t, tanh }, { h, lengths: forth, back, radius }) => [
  `The largest eigenvalue has absolute value ${number(radius)}, and tanh is ${tanh ? "on" : "off"}: over ${T} steps the ` +
    `state goes from length ${rough(forth[0])} to ${rough(forth[T])}, and the gradient, going back, from ` +
    `${rough(back[T])} to ${rough(back[0])}.`,
  [
    [`h at step ${t}`, h[t].map((v) => (Math.abs(v) < 1e4 ? number(v, 3) : rough(v))).join(", ")],
    [`|h| at step ${t}`, rough(forth[t])],
    [`|dh| at step ${t}`, rough(back[t])],
  ],
];
