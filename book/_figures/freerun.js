// A model of an oscillator, fitted in the page: one step ahead it sees what was measured, in a free run what it predicted.
import { axes, el, line, number, path, range, text } from "./kit.js";

const [FIT, TEST, MOST, AHEAD] = [500, 120, 4, 40]; // steps to fit, steps to test, lags at most, steps ahead at most
const T = FIT + MOST + TEST;

export const controls = [
  { name: "noise", label: "noise of measurement", min: 0, max: 0.3, step: 0.01, value: 0.03, digits: 2 },
  { name: "k", label: "fed back from step", min: 1, max: TEST, step: 1, value: 40, plays: true },
  { name: "n_y", label: "past outputs", min: 1, max: MOST, step: 1, value: 2 },
  { name: "n_u", label: "past inputs", min: 1, max: MOST, step: 1, value: 2 },
  { name: "model", label: "model", value: "cubes", choices: [["cubes", "with cubes of outputs (NARX)"], ["arx", "linear (ARX)"]] }, // prettier-ignore
];

// --- the oscillator

// The same numbers on every machine: mulberry32, and two normal ones from two uniform ones.
const uniform = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let z = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
  return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
};
const normal = (draw) => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());

const [DT, SUBSTEPS, FASTEST, RMS] = [0.2, 8, 0.4, 0.5];
const excitation = () => {
  const draw = uniform(1);
  const phases = range(Math.floor(FASTEST * T * DT)).map(() => 2 * Math.PI * draw());
  const u = range(T).map((t) => phases.reduce((sum, phi, k) => sum + Math.cos((2 * Math.PI * (k + 1) * t) / T + phi), 0));
  const c = RMS / Math.sqrt(u.reduce((sum, v) => sum + v * v, 0) / T);
  return u.map((v) => c * v);
};
// x'' + 0.2 x' + x + x³ = u, by Runge and Kutta.
const duffing = (u) => {
  const [h, slope] = [DT / SUBSTEPS, (x, v, u_t) => [v, u_t - 0.2 * v - (1 + x * x) * x]];
  let [x, v] = [0, 0];
  return u.map((u_t) => {
    const now = x;
    for (const _ of range(SUBSTEPS)) {
      const [x1, v1] = slope(x, v, u_t);
      const [x2, v2] = slope(x + (h / 2) * x1, v + (h / 2) * v1, u_t);
      const [x3, v3] = slope(x + (h / 2) * x2, v + (h / 2) * v2, u_t);
      const [x4, v4] = slope(x + h * x3, v + h * v3, u_t);
      x += (h / 6) * (x1 + 2 * x2 + 2 * x3 + x4);
      v += (h / 6) * (v1 + 2 * v2 + 2 * v3 + v4);
    }
    return now;
  });
};
let kept; // the same for all settings
const record = () => {
  const [draw, u] = [uniform(2), excitation()];
  return { u, x: duffing(u), epsilon: range(T).map(() => normal(draw)) };
};

// --- the model

const regressors = (t, y, u, { n_y, n_u, model }) => {
  const past = range(n_y).map((j) => y[t - 1 - j]);
  const cubes = model === "cubes" ? past.map((v) => v ** 3) : [];
  return [...past, ...range(n_u).map((j) => u[t - 1 - j]), ...cubes, 1];
};
const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);

// Least squares by Householder's reflections.
const solve = (rows, target) => {
  const [A, b, P] = [rows.map((row) => [...row]), [...target], rows[0].length];
  for (const p of range(P)) {
    const length = Math.sqrt(A.slice(p).reduce((sum, row) => sum + row[p] ** 2, 0));
    const v = A.slice(p).map((row) => row[p]);
    v[0] += v[0] < 0 ? -length : length;
    const size = dot(v, v);
    const reflect = (get, set) => {
      const c = (2 * v.reduce((sum, v_i, i) => sum + v_i * get(p + i), 0)) / size;
      v.forEach((v_i, i) => set(p + i, get(p + i) - c * v_i));
    };
    for (let q = p; q < P; q++) reflect((i) => A[i][q], (i, value) => (A[i][q] = value)); // prettier-ignore
    reflect((i) => b[i], (i, value) => (b[i] = value)); // prettier-ignore
  }
  const w = new Array(P).fill(0);
  for (let p = P - 1; p >= 0; p--) w[p] = (b[p] - dot(A[p].slice(p + 1), w.slice(p + 1))) / A[p][p];
  return w;
};

// Predictions of the steps from `from` to `to`; later ones see what was predicted.
const free = (y, u, w, settings, from, to) => {
  const fed = y.slice(0, from);
  for (let t = from; t < to; t++) fed.push(dot(w, regressors(t, fed, u, settings)));
  return fed.slice(from);
};
const rms = (errors) => Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
const minus = (a, b) => a.map((v, i) => v - b[i]);

export const compute = (settings) => {
  const { u, x, epsilon } = (kept ??= record());
  const measured = x.map((v, t) => v + settings.noise * epsilon[t]);
  const S = Math.max(settings.n_y, settings.n_u);
  const known = range(FIT - S).map((i) => S + i);
  const w = solve(known.map((t) => regressors(t, measured, u, settings)), known.map((t) => measured[t])); // prettier-ignore

  // The record to test: MOST steps to start from, then those that are predicted.
  const [y, v] = [measured.slice(FIT), u.slice(FIT)];
  const target = y.slice(MOST);
  const one = range(TEST).map((i) => dot(w, regressors(MOST + i, y, v, settings)));
  const run = free(y, v, w, settings, MOST + settings.k - 1, MOST + TEST);
  const mean = target.reduce((a, b) => a + b) / TEST;
  const spread = rms(target.map((value) => value - mean));
  // Errors h steps ahead, from every step of which so many follow.
  const runs = range(TEST - AHEAD + 1).map((i) => minus(free(y, v, w, settings, MOST + i, MOST + i + AHEAD), y.slice(MOST + i)));
  const held = range(TEST - AHEAD + 1).map((i) => range(AHEAD).map((h) => y[MOST + i - 1] - y[MOST + i + h]));
  const by = (errors) => range(AHEAD).map((h) => rms(errors.map((e) => e[h])) / spread);
  return {
    u, measured, x, w, target, one, run, spread,
    ahead: by(runs),
    last: by(held),
    oneError: rms(minus(one, target)) / spread,
    runError: rms(minus(run, target.slice(settings.k - 1))) / spread,
    lastError: rms(minus(y.slice(MOST - 1, -1), target)) / spread,
    floor: settings.noise / spread,
  }; // prettier-ignore
};

// --- drawings

// What diverges is large, infinite or no number.
const share = (error) =>
  !(error < 10) ? "over 10" : error && error < 5e-4 ? "under 0.001" : number(error, error && error < 0.1 ? 3 : 2);
const shown = (values, X, Y) => {
  const end = values.findIndex((v) => !Number.isFinite(v));
  return values.slice(0, end < 0 ? undefined : end).map((v, i) => [X(i), Y(v)]);
};

const course = ({ k }, { target, one, run, oneError, runError }) => {
  const plot = (height, y, yticks, xname, yname) =>
    axes({ height, bottom: xname ? 40 : 24, x: [1, TEST], y, xticks: [1, 40, 80, 120], yticks, xname, yname, tick: (v) => number(v, v % 1 ? 1 : 0) });
  const a = plot(196, [-1.8, 1.8], [-1, 0, 1], "", "output y");
  const b = plot(124, [0, 1], [0, 0.5, 1], "step", "error");
  const handle = el("circle", { cx: a.X(k), cy: 20, r: 9, class: "moving-handle", "data-handle": "k" });
  const curves = (axis, of) => {
    const [blue, orange] = [shown(of(one, target).slice(0, k), (i) => axis.X(i + 1), axis.Y), shown(of(run, target.slice(k - 1)), (i) => axis.X(k + i), axis.Y)]; // prettier-ignore
    return path(blue, { class: "moving-forward" }) + path(orange, { class: "moving-back" });
  };
  const upper = [
    a.drawn,
    path(target.map((v, i) => [a.X(i + 1), a.Y(v)]), { class: "moving-quiet", "stroke-dasharray": "3 2" }), // prettier-ignore
    curves(a, (values) => values),
    line(a.X(k), 28, a.X(k), a.Y(-1.8), { class: "moving-grid" }),
    handle,
    k > 40 ? text(a.X(k) - 14, 24, "sees y", { "text-anchor": "end", class: "moving-forward-text" }) : "",
    k < 75 ? text(a.X(k) + 14, 24, "sees its own ŷ", { class: "moving-back-text" }) : "",
  ];
  const lower = b.drawn + curves(b, (values, y) => minus(values, y).map(Math.abs));
  return {
    width: 340,
    height: 320,
    drawn: upper.join("") + el("g", { transform: "translate(0 196)" }, lower),
    drag: (_, px) => ({ k: Math.min(TEST, Math.max(1, Math.round(a.value(px, 0)[0]))) }),
    alt: `The measured output, dashed, and its prediction: one step ahead up to step ${k}, with an error of ${share(oneError)}, in a free run from there, with ${share(runError)}. Below, the size of the error.`,
  };
};

const horizon = (_, { ahead, last, floor }) => {
  const a = axes({
    height: 320,
    x: [1, AHEAD],
    y: [0, 2.8],
    xticks: [1, 10, 20, 30, 40],
    yticks: [0, 1, 2],
    xname: "steps ahead",
    yname: "error, of the spread of y",
  });
  const at = (values) => shown(values, (i) => a.X(i + 1), a.Y);
  const end = { "text-anchor": "end" };
  const drawn = [
    a.drawn,
    line(a.X(1), a.Y(1), a.X(AHEAD), a.Y(1), { class: "moving-grid" }),
    text(a.X(AHEAD), a.Y(1) - 5, "the mean: 1", end),
    line(a.X(1), a.Y(floor), a.X(AHEAD), a.Y(floor), { class: "moving-grid" }),
    text(a.X(AHEAD), a.Y(floor) + (floor > 0.12 ? 15 : -5), "noise alone", end),
    path(at(last), { class: "moving-quiet", "stroke-dasharray": "5 4" }),
    path(at(ahead), { class: "moving-back" }),
    el("circle", { cx: a.X(1), cy: a.Y(ahead[0]), r: 5, class: "moving-fill-forward" }),
    text(a.X(1) + 6, 22, "the last value, held (dashed)"),
    text(a.X(1) + 6, 40, "one step ahead ●", { class: "moving-forward-text" }),
    text(a.X(1) + 140, 40, "the model, fed back", { class: "moving-back-text" }),
  ];
  return {
    width: 340,
    height: 320,
    drawn: drawn.join(""),
    alt: `Error against steps ahead: of the model ${share(ahead[0])} after one step, ${share(ahead[9])} after 10, ${share(ahead.at(-1))} after ${AHEAD}; of the last value, held, ${share(last[0])}, ${share(last[9])} and ${share(last.at(-1))}.`,
  };
};

export const panels = (settings, numbers) => [course(settings, numbers), horizon(settings, numbers)];

export const words = ({ k }, { oneError, runError, lastError, ahead, last, floor, w }) => {
  const lost = ahead.findIndex((error, h) => !(error < last[h]));
  return [
    `One step ahead the error is ${share(oneError)} of the spread, in the free run from step ${k} on ${share(runError)}. ` +
      (lost < 0
        ? `Up to ${AHEAD} steps ahead the model does better than the last value, held.`
        : `The last value, held, first does as well ${lost + 1} ${lost ? "steps" : "step"} ahead.`),
    [
      ["one step: model, last value", `${share(oneError)}, ${share(lastError)}`],
      [`${AHEAD} steps: model, last value`, `${share(ahead.at(-1))}, ${share(last.at(-1))}`],
      ["noise alone", share(floor)],
      ["weights that were fitted", String(w.length)],
    ],
  ];
};
