// A reservoir of 30 units with drawn weights: two runs from different starts, their distance, and what the states remember.
import { axes, el, line, number, path, range, rough, text, unpack } from "./kit.js";

const [SHOWN, WASHOUT, FIT, DELAYS, PENALTY] = [100, 200, 500, 40, 1e-5];

export const controls = [
  { name: "rho", label: "spectral radius ρ", min: 0, max: 2, step: 0.05, value: 0.9, digits: 2 },
  { name: "a", label: "leak a", min: 0.05, max: 1, step: 0.05, value: 1, digits: 2 },
  { name: "scale", label: "size of the input", min: 0, max: 3, step: 0.05, value: 0.2, digits: 2 },
];

export const read = (documents) => {
  const kept = documents["reservoir/echo"].weights;
  const flat = Object.fromEntries(["W_hh", "W_ih", "x", "starts"].map((name) => [name, unpack(kept[name]).values]));
  const N = flat.W_ih.length;
  const rows = (values) => range(values.length / N).map((i) => values.slice(i * N, (i + 1) * N));
  const W = rows(flat.W_hh);
  let v = new Float64Array(N).fill(1);
  let sigma = 0; // the largest singular value, by repeated products with W and its transpose
  for (const _ of range(2000)) {
    const u = W.map((row) => row.reduce((sum, w, j) => sum + w * v[j], 0));
    const back = range(N).map((j) => W.reduce((sum, row, i) => sum + row[j] * u[i], 0));
    const size = Math.hypot(...back);
    sigma = Math.sqrt(size);
    v = back.map((value) => value / size);
  }
  return { W, W_ih: flat.W_ih, x: flat.x, starts: rows(flat.starts), sigma };
};

// The sparse rows of W are gathered once: most of its entries are 0.
const run = ({ W, W_ih, x }, { rho, a, scale }, start, T) => {
  const rows = W.map((row) => range(row.length).filter((j) => row[j] !== 0));
  const h = [Float64Array.from(start)];
  for (const t of range(T)) {
    const last = h[t];
    h.push(
      last.map((kept, i) => {
        let z = scale * W_ih[i] * x[t];
        for (const j of rows[i]) z += rho * W[i][j] * last[j];
        return (1 - a) * kept + a * Math.tanh(z);
      }),
    );
  }
  return h;
};

// Solves A X = B for a symmetric positive definite A, by Cholesky's factors; B and X have a row for each row of A.
const solve = (A, B) => {
  const n = A.length;
  const L = range(n).map(() => new Float64Array(n));
  for (const i of range(n))
    for (let j = 0; j <= i; j++) {
      let sum = A[i][j];
      for (let k = 0; k < j; k++) sum -= L[i][k] * L[j][k];
      L[i][j] = i === j ? Math.sqrt(sum) : sum / L[j][j];
    }
  const X = B.map((row) => Float64Array.from(row));
  const less = (i, k, factor) => X[i].forEach((_, c) => (X[i][c] -= factor * X[k][c]));
  for (const i of range(n)) {
    for (let k = 0; k < i; k++) less(i, k, L[i][k]);
    X[i].forEach((_, c) => (X[i][c] /= L[i][i]));
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) less(i, k, L[k][i]);
    X[i].forEach((_, c) => (X[i][c] /= L[i][i]));
  }
  return X;
};

// Squared correlation of x k steps ago with a linear readout, fitted to one stretch and scored on the next.
const remembered = (h, x) => {
  const from = WASHOUT;
  const rows = range(2 * FIT).map((t) => [...h[from + t + 1], 1]);
  const target = (t, k) => x[from + t - k];
  const n = rows[0].length;
  const A = range(n).map((i) => range(n).map((j) => (i === j ? PENALTY : 0)));
  const B = range(n).map(() => new Float64Array(DELAYS));
  for (const t of range(FIT))
    for (const i of range(n)) {
      const value = rows[t][i];
      for (let j = 0; j <= i; j++) A[i][j] += value * rows[t][j];
      for (let k = 1; k <= DELAYS; k++) B[i][k - 1] += value * target(t, k);
    }
  const W = solve(A, B);
  return range(DELAYS).map((c) => {
    const o = range(FIT).map((t) => rows[FIT + t].reduce((sum, value, i) => sum + value * W[i][c], 0));
    const y = range(FIT).map((t) => target(FIT + t, c + 1));
    const [mo, my] = [o, y].map((values) => values.reduce((sum, v) => sum + v, 0) / FIT);
    let [oo, yy, oy] = [0, 0, 0];
    for (const t of range(FIT)) {
      oo += (o[t] - mo) ** 2;
      yy += (y[t] - my) ** 2;
      oy += (o[t] - mo) * (y[t] - my);
    }
    return oo > 1e-20 ? (oy * oy) / (oo * yy) : 0;
  });
};

export const compute = (settings, data) => {
  const [one, other] = data.starts.map((start) => run(data, settings, start, SHOWN));
  const distance = one.map((h, t) => Math.hypot(...h.map((value, i) => value - other[t][i])));
  const long = run(data, settings, data.starts[0], WASHOUT + 2 * FIT);
  const r2 = remembered(long, data.x);
  return {
    one: one.map((h) => h[0]),
    other: other.map((h) => h[0]),
    distance,
    r2,
    capacity: r2.reduce((sum, value) => sum + value, 0),
    c: 1 - settings.a + settings.a * settings.rho * data.sigma,
  };
};

const STEPS = { x: [0, SHOWN], xticks: [0, 25, 50, 75, 100], xname: "step t" };

const states = ({ one, other }) => {
  const a = axes({ ...STEPS, height: 190, y: [-1, 1], yticks: [-1, 0, 1], tick: (v) => number(v, 0), yname: "unit 1" });
  const points = (values) => values.map((value, t) => [a.X(t), a.Y(value)]);
  return {
    width: 340,
    height: 190,
    drawn: a.drawn + path(points(other), { class: "moving-back" }) + path(points(one), { class: "moving-forward" }),
    alt: "The state of one unit over a hundred steps, from two starts, with the same inputs.",
  };
};

const POWERS = { 1e-12: "10⁻¹²", 1e-8: "10⁻⁸", 1e-4: "10⁻⁴", 1: "1" };
const apart = ({ distance, c }) => {
  const a = axes({
    ...STEPS,
    height: 190,
    y: [1e-13, 20],
    ylog: true,
    yticks: [1e-12, 1e-8, 1e-4, 1],
    tick: (v) => POWERS[v] ?? String(v),
    yname: "distance",
    left: 56,
  });
  const place = (values) => values.map((value, t) => [a.X(t), a.Y(Math.max(value, 1e-13))]);
  const bound = distance.map((_, t) => distance[0] * c ** t);
  const drawn = [
    a.drawn,
    c < 1 ? path(place(bound), { class: "moving-quiet", "stroke-dasharray": "4 3" }) : "",
    path(place(distance), { class: "moving-forward" }),
  ];
  return {
    width: 340,
    height: 190,
    drawn: drawn.join(""),
    alt: `The distance of the two runs, on a logarithmic axis: ${rough(distance[0])} at first, ${rough(distance.at(-1))} after 100 steps.`,
  };
};

const curve = ({ r2, capacity }) => {
  const a = axes({
    height: 190,
    x: [0, DELAYS],
    y: [0, 1],
    xticks: [0, 10, 20, 30, 40],
    yticks: [0, 0.5, 1],
    tick: (v) => number(v, v % 1 ? 1 : 0),
    xname: "delay k",
    yname: "memory",
  });
  const width = a.X(1) - a.X(0) - 1;
  const bars = r2.map((value, k) =>
    el("rect", {
      x: a.X(k + 1) - width,
      y: a.Y(value),
      width,
      height: a.Y(0) - a.Y(value),
      class: "moving-fill-forward",
    }),
  );
  return {
    width: 340,
    height: 190,
    drawn: a.drawn + bars.join("") + text(a.X(DELAYS), 24, `sum ${number(capacity, 1)}`, { "text-anchor": "end" }),
    alt: `How much of the input k steps ago a linear readout finds, for k from 1 to 40: ${number(capacity, 1)} in all.`,
  };
};

export const panels = (_, numbers) => [states(numbers), apart(numbers), curve(numbers)];

export const words = ({ rho, a, scale }, { distance, capacity, c }) => {
  const [first, last] = [distance[0], distance.at(-1)];
  const verdict = last < 1e-6 ? "forgotten" : last < 0.05 * first ? "being forgotten" : "not forgotten";
  return [
    `With radius ${number(rho)}, leak ${number(a)} and inputs of size ${number(scale)} the start is ${verdict} after ` +
      `${SHOWN} steps, and the states hold ${number(capacity, 1)} of the last ${DELAYS} inputs.`,
    [
      ["distance at first", rough(first)],
      [`distance after ${SHOWN} steps`, rough(last)],
      ["factor c that is guaranteed", c < 1 ? number(c) : `${number(c)}: nothing is`],
      ["memory, delays 1 to 40", number(capacity, 1)],
    ],
  ];
};
