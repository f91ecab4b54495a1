// Gradient descent on a loss with a cliff: one unit that must reach a value after T steps, clipped in four ways.
import { axes, el, number, path, range, rough, text } from "./kit.js";

const [h0, T, TARGET, STEPS] = [0.5, 50, 0.7, 200];
const [W, B] = [
  [0.5, 2.5],
  [-0.6, 0.2],
];

export const controls = [
  {
    name: "how",
    label: "clipping",
    value: "none",
    choices: [
      ["none", "none"],
      ["norm", "by norm"],
      ["value", "by value"],
      ["always", "to length m, always"],
    ],
  },
  { name: "m", label: "largest m", min: 0.1, max: 3, step: 0.1, value: 1, digits: 1 },
  { name: "lr", label: "learning rate", min: 0.005, max: 0.1, step: 0.005, value: 0.02, digits: 3 },
  { name: "w", label: "start w", min: W[0], max: W[1], step: 0.05, value: 1.5, digits: 2 },
  { name: "b", label: "start b", min: B[0], max: B[1], step: 0.02, value: -0.3, digits: 2 },
  { name: "k", label: "step", min: 0, max: STEPS, step: 1, value: 60, plays: true },
];

const states = (w, b) => {
  const h = [h0];
  for (const _ of range(T)) h.push(Math.tanh(w * h.at(-1) + b));
  return h;
};
const cliff = (w, b) => {
  const h = states(w, b);
  let [dh, dw, db] = [2 * (h[T] - TARGET), 0, 0];
  for (let t = T; t > 0; t--) {
    const dz = (1 - h[t] ** 2) * dh;
    dw += dz * h[t - 1];
    db += dz;
    dh = w * dz;
  }
  return { loss: (h[T] - TARGET) ** 2, g: [dw, db] };
};

const CLIPPED = {
  none: (g) => g,
  norm: (g, m) => g.map((v) => v * Math.min(1, m / (Math.hypot(...g) + 1e-6))),
  value: (g, m) => g.map((v) => Math.min(m, Math.max(-m, v))),
  always: (g, m) => g.map((v) => (v * m) / (Math.hypot(...g) || 1)),
};

let kept; // the landscape is the same for all settings
const COLUMNS = 50;
const ROWS = 40;
const landscape = () =>
  (kept ??= range(ROWS).map((i) =>
    range(COLUMNS).map((j) => {
      const w = W[0] + ((j + 0.5) / COLUMNS) * (W[1] - W[0]);
      const b = B[0] + ((i + 0.5) / ROWS) * (B[1] - B[0]);
      return (states(w, b)[T] - TARGET) ** 2;
    }),
  ));

export const compute = ({ how, m, lr, w, b }) => {
  const [theta, loss, length] = [[[w, b]], [], []];
  for (const k of range(STEPS + 1)) {
    const here = cliff(...theta[k]);
    loss.push(here.loss);
    length.push(Math.hypot(...here.g));
    if (k < STEPS) theta.push(theta[k].map((v, i) => v - lr * CLIPPED[how](here.g, m)[i]));
  }
  return { theta, loss, length, landscape: landscape() };
};

const [MOST, SHADES] = [2.9, 8];
const shade = (loss) => (loss === undefined ? -1 : Math.round((Math.min(loss, MOST) / MOST) * SHADES));

const plane = ({ k }, { theta, landscape: losses }) => {
  const a = axes({
    height: 300,
    x: W,
    y: B,
    xticks: [0.5, 1, 1.5, 2, 2.5],
    yticks: [-0.6, -0.4, -0.2, 0, 0.2],
    tick: (v) => number(v, v % 1 ? 1 : 0),
    xname: "w",
    yname: "b",
  });
  const [left, right, top, bottom] = [a.X(W[0]), a.X(W[1]), a.Y(B[1]), a.Y(B[0])];
  const [width, height] = [(right - left) / COLUMNS, (bottom - top) / ROWS];
  // Neighbours of one shade are one rectangle, rectangles of one shade one path.
  const shaded = range(SHADES + 1).map(() => "");
  for (const [i, row] of losses.entries())
    for (let j = 0, from = 0; j < COLUMNS; j++)
      if (shade(row[j]) !== shade(row[j + 1])) {
        const at = [left + from * width, bottom - (i + 1) * height].map((v) => v.toFixed(1));
        shaded[shade(row[j])] += `M${at.join(" ")}h${((j + 1 - from) * width).toFixed(1)}v${height.toFixed(1)}H${at[0]}z`;
        from = j + 1;
      }
  const cells = shaded.map((d, level) =>
    level ? el("path", { d, class: "moving-fill-forward", "fill-opacity": (0.55 * level) / SHADES }) : "",
  );
  const y = (b) => top + ((B[1] - b) / (B[1] - B[0])) * (bottom - top);
  const points = theta.map(([w, b]) => [a.X(w), y(b)]);
  const there = ([px, py]) => px >= left && px <= right && py >= top && py <= bottom;
  const gone = points.slice(0, k + 1).map((p) => !there(p)); // what flies off is not drawn
  const way = points.slice(1, k + 1).map((p, i) => (gone[i] || gone[i + 1] ? "" : path([points[i], p], { class: "moving-back" })));
  const seen = points.slice(0, k + 1).map(([cx, cy], i) =>
    gone[i] ? "" : el("circle", { cx, cy, r: i === k ? 6 : 2, class: "moving-fill-back" }),
  );
  const inside = way.join("") + seen.join("");
  const handle = el("circle", { cx: points[0][0], cy: points[0][1], r: 9, class: "moving-handle", "data-handle": "w" });
  const fit = (v, [low, high], step) => Math.round(Math.min(Math.max(v, low), high) / step) * step;
  return {
    width: 340,
    height: 300,
    drawn: cells.join("") + a.drawn + inside + handle,
    drag: (_, px, py) => {
      const [w, b] = a.value(px, py);
      return { w: Number(fit(w, W, 0.05).toFixed(2)), b: Number(fit(b, B, 0.02).toFixed(2)) };
    },
    alt: `The plane of w and b, darker where the loss is larger; from the start the path goes over ${k} steps to w = ${rough(theta[k][0])}, b = ${rough(theta[k][1])}.`,
  };
};

const [SMALL, LARGE] = [1e-6, 10];
const falling = ({ k }, { loss }) => {
  const a = axes({
    height: 200,
    x: [0, STEPS],
    xticks: [0, 50, 100, 150, 200],
    y: [SMALL, LARGE],
    ylog: true,
    yticks: [1e-6, 1e-4, 0.01, 1],
    tick: (v) => ({ 1e-6: "10⁻⁶", 1e-4: "10⁻⁴" })[v] ?? String(v),
    xname: "step",
    yname: "loss",
    left: 56,
  });
  const points = loss.map((v, i) => [a.X(i), a.Y(Math.max(v, SMALL))]);
  const drawn = [
    a.drawn,
    path(points, { class: "moving-quiet" }),
    path(points.slice(0, k + 1), { class: "moving-forward" }),
    el("circle", { cx: points[k][0], cy: points[k][1], r: 6, class: "moving-fill-forward" }),
    text(a.X(STEPS), 24, "the loss along the path", { "text-anchor": "end" }),
  ];
  return {
    width: 340,
    height: 200,
    drawn: drawn.join(""),
    alt: `The loss against the step on a logarithmic axis: ${rough(loss[0])} at the start, ${rough(loss[k])} at step ${k}.`,
  };
};

export const panels = (settings, numbers) => [plane(settings, numbers), falling(settings, numbers)];

export const words = ({ k }, { theta, loss, length }) => {
  const longest = Math.max(...length.slice(0, k + 1));
  const far = Math.max(...theta.slice(0, k + 1).map(([w, b]) => Math.hypot(w - theta[0][0], b - theta[0][1])));
  return [
    `After ${k} steps the loss is ${rough(loss[k])}. The longest gradient on the way had length ${rough(longest)}` +
      `${far > 3 ? ", and threw the path far off." : "."}`,
    [
      [`w, b at step ${k}`, `${rough(theta[k][0])}, ${rough(theta[k][1])}`],
      [`gradient at step ${k}`, rough(length[k])],
      ["farthest from the start", rough(far)],
    ],
  ];
};
