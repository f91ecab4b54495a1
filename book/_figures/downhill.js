// A Hopfield network of 8 by 8 units: paint a state, store it, corrupt it, and let units follow their fields downhill.
import { axes, el, line, number, path, range, text } from "./kit.js";

const [SIDE, TICKS, PART] = [8, 32, 8]; // PART units follow in a tick, so that eight ticks are a sweep over all
const N = SIDE * SIDE;

// A row is two hexadecimal digits, ink is 1: the letters T, X, O, L, Z, H, E, K.
const LETTERS = (
  "ffff181818181818 c3e77e3c3c7ee7c3 3c7ee7c3c3e77e3c c0c0c0c0c0c0ffff " +
  "ffff0e1c3870ffff c3c3c3ffffc3c3c3 ffffc0fcfcc0ffff c6ccd8f0f0d8ccc6"
).split(" ");

// Numbers that look random and are the same everywhere (mulberry32).
const generator = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let z = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
  return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
};
const shuffled = (random) => {
  const order = range(N);
  for (let i = N - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
};

// Digits to units of ±1 and back; what is no digit is left out, and what is missing is paper.
const units = (digits) =>
  [
    ...digits
      .replace(/[^0-9a-f]/gi, "")
      .slice(0, N / 4)
      .padEnd(N / 4, "0"),
  ].flatMap((digit) => [8, 4, 2, 1].map((bit) => (parseInt(digit, 16) & bit ? 1 : -1)));
const digits = (s) =>
  range(N / 4)
    .map((k) => s.slice(4 * k, 4 * k + 4).reduce((sum, s_i) => 2 * sum + (s_i > 0 ? 1 : 0), 0))
    .map((value) => value.toString(16))
    .join("");

const drawn = (() => {
  const random = generator(5);
  return range(12).map(() => range(N).map(() => (random() < 0.5 ? -1 : 1)));
})();
const OWN = 3; // patterns of the reader's
const own = (text) => range(OWN).map((k) => text.replace(/[^0-9a-f]/gi, "").slice((k * N) / 4, ((k + 1) * N) / 4));
const stored = ({ kind, P, yours }) => [
  ...(kind === "letters" ? LETTERS.map(units) : drawn).slice(0, P),
  ...own(yours).filter(Boolean).map(units),
];

const turned = (s, count) => {
  const chosen = new Set(shuffled(Math.random).slice(0, count));
  return s.map((s_i, i) => (chosen.has(i) ? -s_i : s_i));
};
const pick = (settings) => {
  const patterns = stored(settings);
  return { t: 0, start: digits(turned(patterns[Math.floor(Math.random() * patterns.length)], 12)) };
};
const corrupt = ({ start }) => ({ t: 0, start: digits(turned(units(start), 6)) });
const keep = ({ start, yours }) => {
  const mine = own(yours).filter(Boolean).slice(1 - OWN);
  return { yours: [...mine, start].map((pattern) => digits(units(pattern))).join("") };
};

export const controls = [
  {
    name: "kind",
    label: "stored",
    choices: [
      ["letters", "letters"],
      ["random", "random patterns"],
    ],
    value: "letters",
  },
  { name: "P", label: "how many", min: 1, max: 12, step: 1, value: 3, limit: ({ kind }) => (kind === "letters" ? 8 : 12) },
  { name: "t", label: "time", min: 0, max: TICKS, step: 1, value: 4, plays: true },
  { name: "all", label: "all units at once", value: false },
  { name: "start", label: "painted", text: 24, value: "7fd71818583a1d1" },
  { name: "yours", label: "stored by you", text: 60, value: "" },
  { label: "A stored one, 12 units turned", does: pick },
  { label: "Turn 6 units", does: corrupt },
  { label: "Store what is painted", does: keep },
];

// N times the field of each unit, in whole numbers: a tie is a tie.
const fields = (xi, s) => {
  const m = xi.map((pattern) => pattern.reduce((sum, x, i) => sum + x * s[i], 0));
  return s.map((s_i, i) => xi.reduce((sum, pattern, mu) => sum + pattern[i] * m[mu], 0) - xi.length * s_i);
};
const field = (xi, s, i) =>
  xi.reduce((sum, pattern) => sum + pattern[i] * pattern.reduce((m, x, j) => m + x * s[j], 0), 0) - xi.length * s[i];
const energy = (xi, s) => {
  const f = fields(xi, s);
  return -s.reduce((sum, s_i, i) => sum + s_i * f[i], 0) / (2 * N);
};
const follow = (f, s_i) => (f > 0 ? 1 : f < 0 ? -1 : s_i);

// `path`: the energy after each tick, and one unit at a time after each update; `states`: the state after each tick.
export const compute = (settings) => {
  const { all, kind } = settings;
  const P = Math.min(settings.P, kind === "letters" ? 8 : 12);
  const xi = stored({ ...settings, P });
  const random = generator(11);
  const order = range((TICKS * PART) / N).flatMap(() => shuffled(random));
  const states = [units(settings.start)];
  const energies = [energy(xi, states[0])];
  for (const tick of range(TICKS)) {
    let s = states.at(-1);
    if (all) {
      const f = fields(xi, s);
      s = s.map((s_i, i) => follow(f[i], s_i));
      energies.push(energy(xi, s));
    } else {
      s = [...s];
      for (const i of order.slice(PART * tick, PART * (tick + 1))) {
        const [f, before] = [field(xi, s, i), s[i]];
        s[i] = follow(f, before);
        energies.push(energies.at(-1) + ((before - s[i]) * f) / N);
      }
    }
    states.push(s);
  }
  const s = states[settings.t];
  const f = fields(xi, s);
  const wants = range(N).filter((i) => f[i] * s[i] < 0);
  const m = xi.map((pattern) => pattern.reduce((sum, x, i) => sum + x * s[i], 0) / N);
  const stable = xi.map((pattern) => fields(xi, pattern).every((f_i, i) => f_i * pattern[i] >= 0));
  const next = s.map((s_i, i) => follow(f[i], s_i));
  const after = fields(xi, next);
  const back = next.every((s_i, i) => follow(after[i], s_i) === s[i]);
  return { P, xi, order, states, energies, s, wants, m, stable, pair: wants.length > 0 && back };
};

const grid = (s, left, top, side, mark = [], handles = false) => {
  const marked = new Set(mark);
  return range(N).map((i) => {
    const [x, y] = [left + side * (i % SIDE), top + side * Math.floor(i / SIDE)];
    const handle = handles ? { "data-handle": s[i] > 0 ? "wipe" : "ink", style: "cursor:crosshair;touch-action:none" } : {};
    const cell = { x: x + 0.5, y: y + 0.5, width: side - 1, height: side - 1, ...handle };
    return (
      el("rect", s[i] > 0 ? { ...cell, class: "moving-fill-forward" } : { ...cell, class: "moving-grid", fill: "transparent" }) +
      (marked.has(i) ? el("circle", { cx: x + side / 2, cy: y + side / 2, r: 3.2, class: "moving-fill-back" }) : "")
    );
  });
};
// A small picture in one element.
const thumbnail = (s, left, top, side) =>
  el("path", {
    class: "moving-fill-forward",
    d: range(N)
      .filter((i) => s[i] > 0)
      .map((i) => `M${left + side * (i % SIDE)} ${top + side * Math.floor(i / SIDE)}h${side}v${side}h-${side}z`)
      .join(""),
  });

const [CELL, TOP] = [19, 24];
const both = (settings, { states, s, wants }) => {
  const [here, there] = [4, 340 - SIDE * CELL - 4];
  const middle = { "text-anchor": "middle" };
  const start = states[0];
  const drag = (name, px, py) => {
    const [column, row] = [Math.floor((px - here) / CELL), Math.floor((py - TOP) / CELL)];
    if (column < 0 || column >= SIDE || row < 0 || row >= SIDE) return {};
    const after = start.map((s_i, i) => (i === SIDE * row + column ? (name === "ink" ? 1 : -1) : s_i));
    return { start: digits(after), t: 0 };
  };
  return {
    width: 340,
    height: 200,
    drawn: [
      text(here + (SIDE * CELL) / 2, 14, "painted: the start", middle),
      text(there + (SIDE * CELL) / 2, 14, "now", middle),
      ...grid(start, here, TOP, CELL, [], true),
      ...grid(s, there, TOP, CELL, wants),
      text(there + (SIDE * CELL) / 2, 196, `${wants.length} want to turn`, { ...middle, class: "moving-back-text" }),
    ].join(""),
    drag,
    paints: true,
    alt: `Two pictures of eight by eight units: the start, with ${start.filter((s_i) => s_i > 0).length} units at +1, and the state now, with ${s.filter((s_i) => s_i > 0).length}; ${wants.length} of them want to turn.`,
  };
};

const slope = ({ t, all }, { xi, energies }) => {
  const now = all ? t : PART * t;
  const deepest = Math.min(...energies, ...xi.map((pattern) => energy(xi, pattern)));
  const low = Math.floor(deepest / 10) * 10;
  const high = Math.max(10, Math.ceil(Math.max(...energies) / 10) * 10);
  const step = high - low > 80 ? 40 : high - low > 40 ? 20 : 10;
  const last = energies.length - 1;
  const a = axes({
    height: 220,
    x: [0, last],
    y: [low, high],
    xticks: all ? [0, 8, 16, 24, 32] : [0, 64, 128, 192, 256],
    yticks: range(Math.floor((high - low) / step) + 1).map((k) => Math.ceil(low / step) * step + step * k).filter((v) => v <= high),
    xname: all ? "steps of all units at once" : "units that were asked",
    yname: "energy E",
    tick: (v) => number(v, 0),
  });
  const points = energies.map((E, k) => [a.X(k), a.Y(E)]);
  const levels = xi.map((pattern) => energy(xi, pattern));
  return {
    width: 340,
    height: 220,
    drawn: [
      a.drawn,
      ...levels.map((E) => line(a.X(0), a.Y(E), a.X(last), a.Y(E), { class: "moving-grid" })),
      path(points.slice(now), { class: "moving-quiet", "stroke-dasharray": "2 3" }),
      path(points.slice(0, now + 1), { class: "moving-forward" }),
      el("circle", { cx: points[now][0], cy: points[now][1], r: 5, class: "moving-fill-forward" }),
    ].join(""),
    alt: `The energy goes from ${number(energies[0])} to ${number(energies[now])} now and ${number(energies[last])} at the end; the stored patterns have ${levels.map((E) => number(E)).join(", ")}.`,
  };
};

const memory = ({ xi, m, stable }) => {
  const nearest = m.reduce((best, m_k, k) => (Math.abs(m_k) > Math.abs(m[best]) ? k : best), 0);
  const all = xi.map((pattern, k) => {
    const [x, y] = [7 + 42 * (k % 8), 24 + 56 * Math.floor(k / 8)];
    const [left, top, right, bottom] = [x - 3, y - 3, x + 31, y + 31];
    const cross = line(left, top, right, bottom) + line(left, bottom, right, top);
    return [
      thumbnail(pattern, x, y, 3.5),
      el("rect", {
        x: left,
        y: top,
        width: 34,
        height: 34,
        fill: "none",
        class: k === nearest ? "moving-back" : "moving-grid",
      }),
      stable[k] ? "" : el("g", { class: "moving-back" }, cross),
      text(x + 14, y + 45, number(m[k]), {
        "text-anchor": "middle",
        ...(k === nearest ? { class: "moving-back-text" } : {}),
      }),
    ].join("");
  });
  return {
    width: 340,
    height: 136,
    drawn: [text(4, 13, "stored, and overlap; crossed out: does not stay"), ...all].join(""),
    alt: `${xi.length} stored patterns, and how much the state now resembles each: ${m.map((v) => number(v)).join(", ")}. ${stable.filter((x) => !x).length} of them do not stay as they are.`,
  };
};

export const panels = (settings, numbers) => [both(settings, numbers), slope(settings, numbers), memory(numbers)];

export const words = ({ t, all }, { xi, energies, s, wants, m, stable, pair }) => {
  const now = all ? t : PART * t;
  const k = m.reduce((best, m_k, at) => (Math.abs(m_k) > Math.abs(m[best]) ? at : best), 0);
  const what =
    m[k] === 1
      ? `pattern ${k + 1} itself`
      : m[k] === -1
        ? `pattern ${k + 1} with every unit turned`
        : `most like pattern ${k + 1}, with an overlap of ${number(m[k])}`;
  const end =
    wants.length === 0
      ? Math.abs(m[k]) === 1
        ? "Nothing moves any more."
        : "Nothing moves any more: a spurious state, which nobody stored."
      : all && pair
        ? "All at once it goes to another state and comes back, for ever: a cycle of two."
        : `${wants.length} of ${N} units want to turn.`;
  return [
    `The state is ${what}. ${end}`,
    [
      ["energy at the start, now", `${number(energies[0])}, ${number(energies[now])}`],
      ["patterns stored, P / N", `${xi.length}, ${number(xi.length / N, 3)}`],
      ["of them stay as they are", `${stable.filter(Boolean).length} of ${xi.length}`],
      ["units at +1", `${s.filter((s_i) => s_i > 0).length} of ${N}`],
    ],
  ];
};
