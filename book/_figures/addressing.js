// One head of a Neural Turing machine on eight rows: its weighting after each of the four steps, what it reads, what it writes.
import { el, line, number, range, text } from "./kit.js";
import { add, address, cosine, erase, read } from "./ntm.js";

// Row 5 is half of row 1: their cosine with any key is the same.
const M = [[1, 0], [0.6, 0.8], [0, 1], [-0.8, 0.6], [-1, 0], [0.3, 0.4], [0, -1], [0.8, -0.6]]; // prettier-ignore
const N = M.length;

export const controls = [
  { name: "angle", label: "angle of key k, °", min: 0, max: 355, step: 5, value: 145 },
  { name: "beta", label: "key strength β", min: 0, max: 20, step: 0.5, value: 10, digits: 1 },
  { name: "g", label: "gate g", min: 0, max: 1, step: 0.05, value: 0.8, digits: 2 },
  { name: "before", label: "row before", min: 0, max: N - 1, step: 1, value: 6 },
  { name: "move", label: "shift by", min: -1, max: 1, step: 0.1, value: 1, digits: 1 },
  { name: "blur", label: "blur of the shift", min: 0, max: 1, step: 0.05, value: 0.3, digits: 2 },
  { name: "gamma", label: "sharpening γ", min: 1, max: 10, step: 0.5, value: 2, digits: 1 },
  { name: "t", label: "step t", min: 1, max: 16, step: 1, value: 1, plays: true },
  { name: "e", label: "erase e", min: 0, max: 1, step: 0.05, value: 1, digits: 2 },
  { name: "a", label: "add a", min: -1, max: 1, step: 0.1, value: 0.5, digits: 1 },
];

// A shift between two whole ones is shared by both; blur is the share of a third for each.
const weights = (move, blur) => [-1, 0, 1].map((j) => (1 - blur) * Math.max(0, 1 - Math.abs(move - j)) + blur / 3);

// After t steps with the same settings, each from where the last one ended; only the last one writes.
export const compute = ({ angle, beta, g, before, move, blur, gamma, t, e, a }) => {
  const turn = (angle * Math.PI) / 180;
  const head = { k: [Math.cos(turn), Math.sin(turn)], beta, g, s: weights(move, blur), gamma };
  let w_prev = range(N).map((i) => (i === before ? 1 : 0));
  let all = address(M, w_prev, head);
  for (const _ of range(t - 1)) {
    w_prev = all.w;
    all = address(M, w_prev, head);
  }
  const erased = erase(M, all.w, [e, e]);
  return { M, k: head.k, s: head.s, K: cosine(head.k, M), w_prev, ...all, r: read(all.w, M), erased, written: add(erased, all.w, [a, a]) };
};

const [TOP, ROW] = [52, 29];
const y = (i) => TOP + ROW * i;
const middle = { "text-anchor": "middle" };
const most = (w) => w.indexOf(Math.max(...w));

// A row of the memory: two cells, blue above zero and orange below, with their numbers.
const cells = (x, i, row, width, digits) =>
  row.map((v, d) => [
    el("rect", {
      x: x + width * d + 1,
      y: y(i) + 2,
      width: width - 2,
      height: ROW - 4,
      class: `moving-fill-${v < 0 ? "back" : "forward"}`,
      "fill-opacity": 0.4 * Math.min(1, Math.abs(v)),
    }),
    text(x + width * (d + 0.5), y(i) + ROW / 2 + 5, number(v, digits), middle),
  ]);

const found = (_, { w_prev, w_c, w_g, w_s, w, r, k }) => {
  const columns = [["before", "w", w_prev], ["content", "wᶜ", w_c], ["gate", "wᵍ", w_g], ["shift", "w̃", w_s], ["sharp", "w", w]]; // prettier-ignore
  const [x0, width] = [95, 49];
  const bars = columns.map(([name, symbol, values], c) => {
    const x = x0 + width * c;
    const last = c === columns.length - 1;
    return [
      text(x + 22, 16, name, { ...middle, class: last && "moving-forward-text" }),
      text(x + 22, 36, symbol + (c ? "" : "ₜ₋₁"), middle),
      line(x, TOP, x, y(N), { class: "moving-axis" }),
      values.map((v, i) =>
        el("rect", {
          x,
          y: y(i) + 4,
          width: Math.max(0, v * (width - 5)),
          height: ROW - 8,
          class: "moving-fill-forward",
          "fill-opacity": last ? 1 : 0.5,
        }),
      ),
    ];
  });
  const drawn = [
    text(0, 16, `k = ${k.map((v) => number(v, 1)).join(", ")}`),
    text(52, 36, "M", middle),
    M.map((row, i) => [
      text(0, y(i) + ROW / 2 + 5, i),
      cells(14, i, row, 38, 1),
    ]),
    bars,
    text(0, y(N) + 26, `read: r = Σ w(i) M(i) = (${r.map((v) => number(v)).join(", ")})`, { class: "moving-forward-text" }),
  ];
  return {
    width: 340,
    height: 330,
    drawn: drawn.flat(4).join(""),
    alt:
      `Eight rows. The most weight is on row ${most(w_prev)} before, ${most(w_c)} by content, ${most(w_g)} after the gate, ` +
      `${most(w_s)} after the shift, ${most(w)} after sharpening, there ${number(Math.max(...w))}.`,
  };
};

const written = ({ e, a }, { w, erased, written: after }) => {
  const columns = [["M before", M, 1], ["erased", erased, 2], ["added", after, 2]]; // prettier-ignore
  const width = 50;
  const drawn = columns.map(([name, rows, digits], c) => {
    const x = 14 + 112 * c;
    return [text(x + width, 36, name, middle), rows.map((row, i) => cells(x, i, row, width, digits))];
  });
  const marked = el("rect", { x: 10, y: y(most(w)) + 1, width: 330, height: ROW - 2, class: "moving-node" });
  const numbers = range(N).map((i) => text(0, y(i) + ROW / 2 + 5, i));
  const formula = text(0, y(N) + 26, `write: M(i) (1 − ${number(e)} w(i)) ${a < 0 ? "−" : "+"} ${number(Math.abs(a), 1)} w(i)`);
  return {
    width: 340,
    height: 330,
    drawn: [drawn, numbers, marked, formula, text(14, 16, "the same weights write")].flat(5).join(""),
    alt: `The memory before, after erasing ${number(e)}, and after adding ${number(a, 1)}; row ${most(w)}, which is written most, is ${after[most(w)].map((v) => number(v)).join(", ")} then.`,
  };
};

export const panels = (settings, numbers) => [found(settings, numbers), written(settings, numbers)];

const list = (values, digits = 2) => values.map((v) => number(v, digits)).join(", ");
export const words = ({ t }, { s, K, w_c, w_s, w, r }) => [
  `${t > 1 ? `After ${t} steps` : "After the step"} row ${most(w)} has the most weight, ${number(Math.max(...w))}; ` +
    `before sharpening row ${most(w_s)} had ${number(Math.max(...w_s))}. The key is most like row ${most(w_c)}.`,
  [
    ["s for shifts −1, 0, 1", list(s)],
    ["read r", list(r)],
    ["K by row", list(K, 1)],
    ["w by row", list(w, 1)],
  ],
];
