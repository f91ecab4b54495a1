// The gradient of W_hh taken apart: what the use of step s changes in the loss of step t, and what truncation keeps.
import { axes, el, line, number, path, range, rough, text, unpack } from "./kit.js";

export const read = (documents) => {
  const weights = { ...documents["bptt/triangle"].weights, ...documents["bptt/triangle_lstm"].weights };
  const arrays = Object.entries(weights).map(([name, packed]) => [name, unpack(packed)]);
  const { x, Q } = Object.fromEntries(arrays);
  const values = Object.fromEntries(arrays.map(([name, a]) => [name, a.values]));
  return { T: x.shape[0], B: x.shape[1], H: Q.shape[0], ...values };
};

const T = 20;
export const controls = [
  {
    name: "cell",
    label: "cell",
    choices: [
      ["tanh", "tanh"],
      ["lstm", "LSTM"],
    ],
    value: "tanh",
  },
  {
    name: "cut",
    label: "truncation",
    choices: [
      ["chunks", "chunks of k steps"],
      ["window", "a window that slides"],
    ],
    value: "chunks",
  },
  { name: "k", label: "k", min: 1, max: T, step: 1, value: 5 },
  { name: "forgetting", label: "kept a step", min: 0.3, max: 1, step: 0.02, value: 0.9, digits: 2 },
  { name: "t", label: "loss of step t", min: 1, max: T, step: 1, value: 12 },
  { name: "s", label: "use in step s", min: 1, max: T, step: 1, value: 8, limit: ({ t }) => t },
];

const sizes = new WeakMap(); // of one data set the last squares, which k and the chosen square leave as they are

// The states of either cell, and its way back through one step: what reaches the rows of W_hh, and the state before.
const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const product = (W, v) =>
  range(W.length / v.length).map((i) => v.reduce((sum, a, j) => sum + W[i * v.length + j] * a, 0));
const tanhCell = ({ B, H, Q, W_ih, x }, factor) => {
  const W = Q.map((q) => factor * q);
  const h = [];
  for (const t of range(T))
    h.push(
      range(B).map((b) => {
        const carried = product(W, t ? h[t - 1][b] : new Array(H).fill(0));
        return carried.map((z, i) => Math.tanh(z + W_ih[i] * x[t * B + b]));
      }),
    );
  return { W, h, back: (s, b, { dh }) => ({ da: dh.map((v, i) => (1 - h[s][b][i] ** 2) * v) }) };
};
// The bias of the forget gates makes them `gate` where nothing else reaches them; 1 itself would take an infinite one.
const LARGEST = 0.98;
export const forgetBias = (gate) => Math.log(Math.min(gate, LARGEST) / (1 - Math.min(gate, LARGEST)));
// Gates in the order i, f, g, o.
const lstmCell = ({ B, H, G_ih, G_hh, x }, gate) => {
  const [steps, bias] = [[], forgetBias(gate)];
  const at = (t, b) => (t < 0 ? { h: range(H).fill(0), c: range(H).fill(0) } : steps[t][b]);
  for (const t of range(T))
    steps.push(
      range(B).map((b) => {
        const before = at(t - 1, b);
        const a = product(G_hh, before.h).map((z, i) => z + G_ih[i] * x[t * B + b]);
        const block = (n) => a.slice(n * H, (n + 1) * H);
        const [i, o, g] = [block(0).map(sigmoid), block(3).map(sigmoid), block(2).map(Math.tanh)];
        const f = block(1).map((z) => sigmoid(z + bias));
        const c = before.c.map((v, j) => f[j] * v + i[j] * g[j]);
        return { i, f, g, o, c, h: c.map((v, j) => o[j] * Math.tanh(v)) };
      }),
    );
  const back = (s, b, { dh, dc }) => {
    const { i, f, g, o, c } = steps[s][b];
    const before = at(s - 1, b).c;
    const dc_s = dh.map((v, j) => (dc ? dc[j] : 0) + v * o[j] * (1 - Math.tanh(c[j]) ** 2));
    const da = [
      ...dc_s.map((v, j) => v * g[j] * i[j] * (1 - i[j])),
      ...dc_s.map((v, j) => v * before[j] * f[j] * (1 - f[j])),
      ...dc_s.map((v, j) => v * i[j] * (1 - g[j] ** 2)),
      ...dh.map((v, j) => v * Math.tanh(c[j]) * o[j] * (1 - o[j])),
    ];
    return { da, dc: dc_s.map((v, j) => v * f[j]) };
  };
  return { W: G_hh, h: steps.map((row) => row.map(({ h }) => h)), back };
};

// C (t, s): matrices of the shape of W_hh, summed over the batch, as `rnncourse.bptt.paths` gives them; t, s from 0.
const squares = (cell, forgetting, data) => {
  const known = sizes.get(data);
  if (known?.forgetting === forgetting && known.cell === cell) return known.C;
  const { B, H, W_ho, target } = data;
  const { W, h, back } = (cell === "lstm" ? lstmCell : tanhCell)(data, forgetting);
  const C = range(T).map(() => []);
  for (const t of range(T)) {
    let carried = h[t].map((h_b, b) => {
      const e = h_b.reduce((sum, v, i) => sum + W_ho[i] * v, 0) - target[t * B + b];
      return { dh: Array.from(W_ho, (w) => (w * e) / (T * B)) };
    });
    for (let s = t; s >= 0; s--) {
      const here = carried.map((d, b) => back(s, b, d));
      const square = (C[t][s] = new Float64Array(W.length));
      here.forEach(({ da }, b) => {
        if (s) da.forEach((v, i) => h[s - 1][b].forEach((h_j, j) => (square[i * H + j] += v * h_j)));
      });
      carried = here.map(({ da, dc }) => {
        const dh = new Array(H).fill(0);
        da.forEach((v, i) => dh.forEach((_, j) => (dh[j] += W[i * H + j] * v)));
        return { dh, dc };
      });
    }
  }
  sizes.set(data, { cell, forgetting, C });
  return C;
};

const kept = { chunks: (t, s, k) => Math.floor(t / k) === Math.floor(s / k), window: (t, s, k) => t - s < k };
const size = (v) => Math.sqrt(v.reduce((sum, a) => sum + a * a, 0));

export const compute = ({ cell, cut, k, forgetting }, data) => {
  const C = squares(cell, forgetting, data);
  const norms = C.map((row) => row.map(size));
  const total = (keep) => {
    const sum = new Float64Array(C[0][0].length);
    for (const t of range(T)) for (const s of range(t + 1)) if (keep(t, s)) C[t][s].forEach((v, i) => (sum[i] += v));
    return sum;
  };
  const full = total(() => true);
  const compared = (how, window) => {
    const part = total((t, s) => kept[how](t, s, window));
    const product = part.reduce((sum, v, i) => sum + v * full[i], 0);
    return {
      error: size(part.map((v, i) => v - full[i])) / (size(part) + size(full)),
      cosine: product / (size(part) * size(full)),
    };
  };
  const all = norms.flat().reduce((a, b) => a + b);
  const share = norms.flatMap((row, t) => row.filter((_, s) => kept[cut](t, s, k))).reduce((a, b) => a + b) / all;
  const curves = Object.fromEntries(
    Object.keys(kept).map((how) => [how, range(T).map((i) => compared(how, i + 1).error)]),
  );
  return { norms, share, ...compared(cut, k), curves };
};

// The chosen square, which has to lie in the triangle, and where its path is cut: before which step, or 0.
const chosen = ({ cut, k, t, s }) => {
  const use = Math.min(s, t);
  const border = cut === "chunks" ? Math.floor((t - 1) / k) * k + 1 : t - k + 1;
  return { t, s: use, border: use < border ? border : 0 };
};

const SIDE = 14;
const [LEFT, TOP] = [46, 14];

const triangle = (settings, { norms }) => {
  const { t, s, border } = chosen(settings);
  const largest = Math.max(...norms.flat());
  const shades = new Map();
  for (const i of range(T))
    for (const j of range(i + 1)) {
      // The use of step 1 multiplies h_0 = 0: its squares are empty. Each shade is a factor of about three.
      const level = norms[i][j] > 0 ? Math.max(1, Math.ceil(5 + 2 * Math.log10(norms[i][j] / largest))) : 0;
      const key = `${kept[settings.cut](i, j, settings.k) ? "forward" : "quiet"} ${level}`;
      shades.set(key, `${shades.get(key) ?? ""}M${LEFT + SIDE * j + 1} ${TOP + SIDE * (i + 0.5)}h${SIDE - 2}`);
    }
  const drawn = [...shades].sort().flatMap(([key, d]) => {
    const [kind, level] = key.split(" ");
    if (level === "0") return [];
    const height = kind === "forward" ? SIDE - 2 : 3;
    return [
      el("path", {
        d,
        fill: "none",
        class: `moving-${kind}`,
        style: `stroke-width:${height}px;opacity:${0.1 + 0.18 * level}`,
      }),
    ];
  });
  const ticks = [1, 5, 10, 15, 20].map((v) => [
    text(LEFT + SIDE * (v - 0.5), TOP + SIDE * T + 16, v, { "text-anchor": "middle" }),
    text(LEFT - 6, TOP + SIDE * (v - 0.5) + 4, v, { "text-anchor": "end" }),
  ]);
  drawn.push(
    ...ticks.flat(),
    el("rect", {
      x: LEFT + SIDE * (s - 1) - 1,
      y: TOP + SIDE * (t - 1) - 1,
      width: SIDE + 2,
      height: SIDE + 2,
      fill: "none",
      class: "moving-back",
      "stroke-width": 2.5,
    }),
    text(LEFT + (SIDE * T) / 2, TOP + SIDE * T + 34, "use in step s", { "text-anchor": "middle" }),
    text(0, 0, "loss of step t", {
      "text-anchor": "middle",
      transform: `translate(11 ${TOP + (SIDE * T) / 2}) rotate(-90)`,
    }),
    text(LEFT + SIDE * T, TOP + 14, "filled: kept", { "text-anchor": "end", class: "moving-forward-text" }),
    text(LEFT + SIDE * T, TOP + 32, "thin line: left out", { "text-anchor": "end" }),
  );
  const hover = (px, py) => {
    const [j, i] = [Math.floor((px - LEFT) / SIDE) + 1, Math.floor((py - TOP) / SIDE) + 1];
    return j >= 1 && j <= i && i <= T ? { t: i, s: j } : null;
  };
  return {
    width: 340,
    height: TOP + SIDE * T + 40,
    drawn: drawn.join(""),
    hover,
    alt:
      `A triangle of squares, one for each loss (row) and each earlier use of W_hh (column). With k = ${settings.k} ` +
      `${settings.cut === "chunks" ? "triangles" : "a band"} along the diagonal are kept. Step ${s} in the loss of ` +
      `step ${t} is marked: it is ${border ? "left out" : "kept"}.`,
  };
};

const chain = (settings) => {
  const { t, s, border } = chosen(settings);
  const [place, level] = [(step) => 14 + 16.4 * (step - 1), 62];
  const reached = border || s;
  const borders = settings.cut === "chunks" ? range(T).filter((i) => i && i % settings.k === 0) : [];
  const nodes = [
    ...borders.map((i) => line(place(i + 0.5), level - 16, place(i + 0.5), level + 16, { class: "moving-grid" })),
    line(place(1), level, place(T), level, { class: "moving-quiet" }),
    ...range(T).map((i) => el("circle", { cx: place(i + 1), cy: level, r: 4, class: "moving-fill-forward" })),
    path([[place(t), 24], [place(t), level], [place(reached), level], ...(border ? [] : [[place(s), level + 28]])], {
      class: "moving-back",
      style: "stroke-width:3px",
    }),
    text(place(t), 16, `loss ${t}`, { "text-anchor": t < 3 ? "start" : t > T - 2 ? "end" : "middle" }),
    text(place(s), level + 43, border ? `use ${s}: not reached` : `use ${s}`, {
      "text-anchor": s < 5 ? "start" : s > T - 5 ? "end" : "middle",
    }),
  ];
  if (border)
    nodes.push(
      path(
        [
          [place(border) - 5, level - 7],
          [place(border) - 5, level + 7],
        ],
        { class: "moving-back", style: "stroke-width:3px" },
      ),
      el("circle", { cx: place(s), cy: level, r: 7, fill: "none", class: "moving-quiet" }),
    );
  return {
    drawn: nodes.join(""),
    alt: border
      ? `The way from the loss of step ${t} back to step ${s} is cut before step ${border}.`
      : `The way from the loss of step ${t} back to step ${s} is kept.`,
  };
};

const curve = (settings, { curves, error }) => {
  const a = axes({
    height: 222,
    left: 56,
    x: [1, T],
    y: [1e-4, 1],
    ylog: true,
    xticks: [1, 5, 10, 15, 20],
    yticks: [1e-4, 0.01, 1],
    tick: (v) => (v === 1e-4 ? "10⁻⁴" : String(v)),
    xname: "window k",
    yname: "relative error",
  });
  const drawn = Object.entries(curves).map(([how, values]) => {
    const own = how === settings.cut;
    const points = values.map((v, i) => [a.X(i + 1), a.Y(Math.max(v, 1e-9))]);
    const [x, y] = points[7];
    return (
      path(points, {
        class: own ? "moving-forward" : "moving-quiet",
        "stroke-dasharray": how === "window" ? "6 4" : undefined,
      }) + text(x + 8, y + (how === "window" ? 22 : -10), how)
    );
  });
  drawn.push(el("circle", { cx: a.X(settings.k), cy: a.Y(Math.max(error, 1e-9)), r: 6, class: "moving-fill-forward" }));
  return {
    drawn: a.drawn + drawn.join(""),
    alt:
      `Relative error of the truncated gradient against k, for chunks and for a window: ` +
      `${rough(error)} as it is set, with k = ${settings.k}.`,
  };
};

const beside = (upper, lower) => ({
  width: 340,
  height: 334,
  alt: `${upper.alt} ${lower.alt}`,
  drawn: upper.drawn + el("g", { transform: "translate(0 112)" }, lower.drawn),
});
export const panels = (settings, numbers) => [
  triangle(settings, numbers),
  beside(chain(settings), curve(settings, numbers)),
];

const memory = ({ cell, forgetting }) =>
  cell === "lstm"
    ? ["forget bias", `${number(forgetBias(forgetting))} (alone: a gate of ${number(Math.min(forgetting, LARGEST))})`]
    : ["W_hh", `${number(forgetting)} times an orthogonal matrix`];

export const words = (settings, { norms, share, cosine, error }) => {
  const { t, s, border } = chosen(settings);
  const fate = border ? `is left out: the way back ends before step ${border}` : "is kept";
  return [
    `With ${settings.cut === "chunks" ? "chunks" : "a window"} of ${settings.k} steps ${number(100 * share, 0)} % of the ` +
      `size of all squares is kept. The share of step ${s} in the loss of step ${t} ${fate}.`,
    [
      memory(settings),
      ["kept share", number(share, 3)],
      ["cosine with the full gradient", number(cosine, 4)],
      ["relative error", rough(error)],
      [`size of C at t = ${t}, s = ${s}`, rough(norms[t - 1][s - 1])],
    ],
  ];
};
