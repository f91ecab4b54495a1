// Three steps of a network of one unit, forwards and backwards, for any w: the example of book/bptt/index.md.
import { arrow, axes, el, number, path, range, signed, text } from "./kit.js";

const [u, h0, x, y] = [1, 0.4, [0.5, -0.5, 1], [0.5, 0, 1]];
const [LOW, HIGH] = [-1.5, 2];

export const controls = [{ name: "w", label: "w", min: LOW, max: HIGH, step: 0.05, value: 0.5, digits: 2 }];

const forward = (w) => {
  const h = [h0];
  for (const x_t of x) h.push(Math.tanh(w * h.at(-1) + u * x_t));
  return h;
};
const loss = (w) =>
  forward(w)
    .slice(1)
    .reduce((sum, h_t, t) => sum + (h_t - y[t]) ** 2 / 2, 0);

export const compute = ({ w }) => {
  const h = forward(w);
  const [dh, dz, share, back] = [[], [], [], []];
  let dh_rec = 0;
  for (const t of [3, 2, 1]) {
    dh[t] = h[t] - y[t - 1] + dh_rec;
    dz[t] = (1 - h[t] ** 2) * dh[t];
    share[t] = dz[t] * h[t - 1];
    back[t] = dh_rec = w * dz[t];
  }
  const dw = share[1] + share[2] + share[3];
  const curve = range(71)
    .map((i) => LOW + i / 20)
    .map((v) => [v, loss(v)]);
  return { w, h, own: [0, ...y.map((y_t, t) => h[t + 1] - y_t)], dh, dz, share, back, dw, L: loss(w), curve };
};

const SUB = "₀₁₂₃";

const network = ({ h, own, share, back, dw }) => {
  const place = (t) => 42 + 86 * t;
  const [forth, returning] = [{ class: "moving-forward" }, { class: "moving-back" }];
  const middle = { "text-anchor": "middle" };
  const label = (px, py, words, value, kind = {}) =>
    text(px, py, words, { ...middle, ...kind }) + text(px, py + 16, value, { ...middle, ...kind });
  const steps = range(4).map((t) => [
    el("circle", { cx: place(t), cy: 118, r: 25, class: "moving-node" }),
    label(place(t), 114, `h${SUB[t]}`, signed(h[t])),
    t === 0
      ? label(place(0), 212, "dw", signed(dw, 3))
      : [
          arrow(place(t - 1) + 29, 108, place(t) - 29, 108, forth),
          arrow(place(t) - 29, 128, place(t - 1) + 29, 128, returning),
          label(place(t) - 43, 150, `w dz${SUB[t]}`, signed(back[t]), { class: "moving-back-text" }),
          label(place(t), 18, `h${SUB[t]} − y${SUB[t]}`, signed(own[t]), { class: "moving-back-text" }),
          arrow(place(t), 42, place(t), 88, returning),
          label(place(t), 212, `dz${SUB[t]} h${SUB[t - 1]}`, signed(share[t], 3)),
          text(place(t) - 43, 220, t === 1 ? "=" : "+", middle),
        ],
  ]);
  return {
    width: 340,
    height: 240,
    drawn: steps.flat(2).join(""),
    alt: `Three steps of a network of one unit. States ${h.map((v) => number(v)).join(", ")} go right; gradients ${back
      .slice(1)
      .map((v) => number(v))
      .join(", ")} come back left; below, the shares ${share
      .slice(1)
      .map((v) => number(v, 3))
      .join(", ")} of the three uses of w add up to ${number(dw, 3)}.`,
  };
};

const slope = ({ w, L, dw, curve }) => {
  const a = axes({
    height: 240,
    x: [LOW, HIGH],
    y: [0, 0.45],
    xticks: [-1, 0, 1, 2],
    yticks: [0, 0.1, 0.2, 0.3, 0.4],
    xname: "w",
    yname: "loss L",
    tick: (v) => number(v, v % 1 ? 1 : 0),
  });
  const reach = 0.7 / Math.hypot(1, dw);
  const drawn = [
    a.drawn,
    path(
      curve.map(([v, L_v]) => [a.X(v), a.Y(L_v)]),
      { class: "moving-forward" },
    ),
    path(
      [-reach, reach].map((d) => [a.X(w + d), a.Y(L + d * dw)]),
      { class: "moving-back" },
    ),
    el("circle", { cx: a.X(w), cy: a.Y(L), r: 9, class: "moving-handle", "data-handle": "w" }),
  ];
  return {
    width: 340,
    height: 240,
    drawn: drawn.join(""),
    drag: (_, px) => ({ w: a.value(px, 0)[0] }),
    alt: `The loss against w, and at w = ${number(w)} a line of the slope ${number(dw, 3)} that the backward pass gives.`,
  };
};

export const panels = (_, numbers) => [network(numbers), slope(numbers)];

export const words = (_, { w, L, dw, h, share, dh }) => [
  `At w = ${number(w)} the loss is ${number(L, 4)} and its slope dw = ${signed(dw, 4)}: ` +
    `${dw > 0 ? "a smaller" : "a larger"} w is better.`,
  [1, 2, 3].map((t) => [`step ${t}`, `h ${signed(h[t], 4)}, dh ${signed(dh[t], 4)}, share ${signed(share[t], 4)}`]),
];
