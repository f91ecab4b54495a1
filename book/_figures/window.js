// A window slides over bits whose label may depend on what it no longer sees: the first figure of book/sequences/index.md.
// All 2^T sequences are gone through, so that what the best function of a window reaches is exact.
import { axes, el, line, number, path, range, text } from "./kit.js";

export const T = 11;
const SEQUENCE = 0b01101001101; // the sequence that is shown, oldest first

export const controls = [
  {
    name: "task",
    label: "label",
    choices: [
      ["echo3", "the bit of 3 steps ago"],
      ["echo6", "the bit of 6 steps ago"],
      ["echo9", "the bit of 9 steps ago"],
      ["parity", "ones odd in number?"],
      ["majority", "more ones than zeros?"],
    ],
    value: "echo6",
  },
  { name: "L", label: "window L", min: 1, max: T, step: 1, value: 4 },
  { name: "t", label: "step t", min: 1, max: T, step: 1, value: T, plays: true },
];

const bits = (code, n) => range(n).map((i) => (code >> (n - 1 - i)) & 1);
const ones = (code) => code.toString(2).replaceAll("0", "").length;
const delay = (task) => (task.startsWith("echo") ? Number(task.slice(4)) : null);
const labelOf = (task, code, t) =>
  task === "parity" ? ones(code) % 2 : task === "majority" ? Number(2 * ones(code) > t) : (code >> delay(task)) & 1;

// Of all sequences of t bits: how often each label follows each window of the last L, as the package's window_limit counts.
const counts = (task, t, L) => {
  const [seen, n] = [Math.min(L, t), range(2 ** Math.min(L, t)).map(() => [0, 0])];
  for (let code = 0; code < 2 ** t; code++) n[code & (2 ** seen - 1)][labelOf(task, code, t)]++;
  return n;
};
const share = (n, t) => n.reduce((sum, pair) => sum + Math.max(...pair), 0) / 2 ** t;

// What a state has to tell apart after all bits, so that every later label can be right.
const kinds = (task) => (task === "parity" ? 2 : task === "majority" ? T + 1 : 2 ** (delay(task) + 1));

export const compute = ({ task, L, t }) => {
  const code = SEQUENCE >> (T - t);
  const seen = counts(task, t, L)[code & (2 ** Math.min(L, t) - 1)];
  return {
    x: bits(code, t),
    label: labelOf(task, code, t),
    p: seen[1] / (seen[0] + seen[1]),
    limits: range(T).map((i) => share(counts(task, T, i + 1), T)),
    states: kinds(task),
  };
};

const X = (i) => 27 + 28.6 * i;
const strip = ({ task, L, t }, { x, label, p }) => {
  const from = Math.max(0, t - L);
  const middle = { "text-anchor": "middle" };
  const [top, foot] = [74, 112];
  const all = bits(SEQUENCE, T);
  const needed = range(t).filter((i) => (delay(task) === null ? true : i === t - 1 - delay(task)));
  const digits = all.map((bit, i) =>
    text(X(i), 100, i < t ? String(bit) : "·", { ...middle, class: "moving-letter", style: "font-size:20px" }),
  );
  const marks = needed.map((i) => line(X(i) - 8, foot + 8, X(i) + 8, foot + 8, { class: "moving-back" }));
  const said = p === 0.5 ? "cannot know" : `${p > 0.5 ? 1 : 0}, with ${number(100 * Math.max(p, 1 - p), 0)} %`;
  return {
    width: 340,
    height: 230,
    drawn: [
      el("rect", {
        x: X(from) - 13,
        y: top,
        width: X(t - 1) - X(from) + 26,
        height: foot - top,
        rx: 4,
        class: "moving-forward",
        fill: "none",
      }),
      ...digits,
      ...marks,
      text((X(from) + X(t - 1)) / 2, top - 10, L > 1 ? "the window" : "window", middle),
      text(X(5), 26, `after step ${t}`, middle),
      text(14, foot + 30, needed.length ? "underlined: what the label depends on" : "nothing that it depends on has come"),
      text(14, 178, `label: ${label}`),
      text(14, 202, `best guess from the window: ${said}`, { class: "moving-forward-text" }),
    ].join(""),
    hover: (px) => {
      const i = Math.round((px - X(0)) / 28.6);
      return i >= 0 && i < T ? { t: i + 1 } : null;
    },
    alt: `${t} of ${T} bits have come, ${x.join(" ")}; the window has the last ${Math.min(L, t)}: ${x.slice(from).join(" ")}. The label is ${label}; the best guess from the window: ${said}.`,
  };
};

const curve = ({ L }, { limits }) => {
  const a = axes({
    height: 230,
    x: [1, T],
    y: [0.5, 1],
    xticks: [1, 3, 5, 7, 9, 11],
    yticks: [0.5, 0.6, 0.7, 0.8, 0.9, 1],
    xname: "window L",
    yname: "right at best",
    tick: (v) => (v <= 1 && v % 1 ? number(v, 1) : String(v)),
  });
  const points = limits.map((v, i) => [a.X(i + 1), a.Y(v)]);
  return {
    width: 340,
    height: 230,
    drawn: [
      a.drawn,
      path(points, { class: "moving-forward" }),
      ...points.map(([px, py]) => el("circle", { cx: px, cy: py, r: 3, class: "moving-fill-forward" })),
      el("circle", { cx: a.X(L), cy: a.Y(limits[L - 1]), r: 9, class: "moving-handle", "data-handle": "L" }),
    ].join(""),
    drag: (_, px) => ({ L: Math.min(T, Math.max(1, Math.round(a.value(px, 0)[0]))) }),
    alt: `The best share of right labels after ${T} steps against the length of the window, from ${number(limits[0])} at 1 to ${number(limits[T - 1])} at ${T}; at ${L} it is ${number(limits[L - 1], 3)}.`,
  };
};

export const panels = (settings, numbers) => [strip(settings, numbers), curve(settings, numbers)];

export const words = ({ task, L, t }, { limits, label, p, states }) => {
  const best = limits[L - 1];
  const whole = delay(task) === null ? T : delay(task) + 1;
  const verdict = best === 0.5 ? "as good as a coin" : best === 1 ? "it knows" : "better than a coin, and not right";
  return [
    `With ${L} of ${T} bits in sight the best function of the window is right in ${number(100 * best, 1)} % of all sequences: ${verdict}.`,
    [
      [`label after step ${t}`, String(label)],
      ["p(1), given the window", number(p, 3)],
      ["window that is needed", String(whole)],
      ["states to tell apart", String(states)],
    ],
  ];
};
