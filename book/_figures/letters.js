// What the two figures share in which one types into a trained network: a layer of torch.nn.RNN and an output layer.
import { affine, rnn } from "./cells.js";
import { el, line, range, shades, text, unpack } from "./kit.js";

export const network = ({ weights }) =>
  Object.fromEntries(
    ["rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0", "out.weight", "out.bias"].map(
      (name) => [name, unpack(weights[name])],
    ),
  );

// Scores before the softmax from one state.
export const output = (h, weights) => affine(weights["out.weight"], h, weights["out.bias"]);

// States after each symbol, from a first one; the symbol at `unread`, if any, is not read: its step has no input.
export const states = (ids, weights, h0 = new Float64Array(weights["rnn.weight_hh_l0"].shape[1]), unread = -1) => {
  let h = h0;
  return ids.map((id, t) => (h = rnn(t === unread ? null : id, h, weights, "rnn.")));
};

export const softmax = (scores, temperature = 1) => {
  const largest = Math.max(...scores);
  const e = Array.from(scores, (o) => Math.exp((o - largest) / temperature));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / sum);
};
export const percent = (p) => `${Math.round(100 * p)} %`;
export const best = (p, n = 1) =>
  range(p.length)
    .sort((a, b) => p[b] - p[a])
    .slice(0, n);

// By how much the logarithm of the answer's probability falls when one symbol is not read, for the last `n` symbols.
export const mattered = (ids, weights, h, answer, n = ids.length) => {
  const log = (state) => Math.log(softmax(output(state, weights))[answer]);
  const whole = log(h.at(-1));
  const first = Math.max(0, ids.length - n);
  return range(ids.length - first).map((i) => {
    const at = first + i;
    return whole - log(states(ids.slice(at), weights, at ? h[at - 1] : undefined, 0).at(-1));
  });
};

// The letters, below each the state after it (every fourth unit a row), below that how much it mattered.
const [LEFT, ROW, UNITS] = [8, 4, 32];
export const strip = ({ letters, h, weight, chosen, probabilities, what }) => {
  const width = Math.min(24, 324 / letters.length);
  const [x, top] = [(i) => LEFT + width * i, 30];
  const middle = (i) => x(i) + width / 2;
  const bottom = top + ROW * UNITS;
  const cells = h.flatMap((h_t, t) => range(UNITS).map((i) => [x(t) + 0.5, top + ROW * i, width - 1, h_t[4 * i]]));
  const largest = Math.max(0.5, ...weight.map(Math.abs));
  const zero = bottom + 66;
  const drawn = [
    ...letters.map((letter, i) => text(middle(i), 20, letter, { "text-anchor": "middle", class: "moving-letter" })),
    shades(cells, ROW - 0.5),
    line(LEFT, zero, x(letters.length), zero, { class: "moving-axis" }),
    ...weight.map((v, i) =>
      line(middle(i), zero, middle(i), zero - (42 * v) / largest, {
        class: v < 0 ? "moving-back" : "moving-forward",
        style: `stroke-width:${Math.max(3, width - 6)}px`,
      }),
    ),
    text(LEFT, bottom + 18, "how much each letter mattered"),
  ];
  if (chosen !== undefined)
    drawn.push(
      el("rect", {
        x: x(chosen),
        y: 3,
        width,
        height: bottom - 1,
        fill: "none",
        class: "moving-back",
        "stroke-width": 2,
      }),
    );
  if (probabilities) {
    const base = zero + 86;
    drawn.push(
      text(LEFT, zero + 40, `probability of ${what} after each letter`),
      line(LEFT, base, x(letters.length), base, { class: "moving-axis" }),
      ...probabilities.map((p, i) =>
        line(middle(i), base, middle(i), base - 40 * p, {
          class: "moving-forward",
          style: `stroke-width:${Math.max(3, width - 6)}px`,
        }),
      ),
    );
  }
  return { drawn: drawn.join(""), height: zero + (probabilities ? 92 : 46) };
};

// Two bars a row: the network's probability, and below it that of counting.
export const bars = (rows, names) => {
  const [height, from, most] = [30, 88, 168];
  const drawn = rows.map(([label, p, q], i) => {
    const y = 40 + height * i;
    return [
      text(from - 8, y + 10, label, { "text-anchor": "end", class: "moving-letter" }),
      line(from, y, from + Math.max(1, most * p), y, { class: "moving-forward", style: "stroke-width:11px" }),
      line(from, y + 11, from + Math.max(1, most * q), y + 11, { class: "moving-quiet", style: "stroke-width:7px" }),
      text(from + Math.max(p, q) * most + 8, y + 10, `${Math.round(100 * p)} | ${Math.round(100 * q)} %`),
    ].join("");
  });
  drawn.push(text(from, 18, names, { class: "moving-forward-text" }));
  return { drawn: drawn.join(""), height: 46 + height * rows.length };
};
