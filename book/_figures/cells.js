// One step of each cell, with weights by torch's names as `rnncourse.nn.export.float16_weights` gives them and
// `unpack` of kit.js reads them: h_t = rnn(x_t, h_prev, weights). `x_t` is a vector, the number of a symbol (one-hot),
// or null, where nothing is read. `layer` is what stands before the names in a larger module, such as "rnn.".
import { range } from "./kit.js";

// W x + b, as a new vector; of a one-hot x a column of W.
export const affine = (W, x, b) => {
  const [rows, columns] = W.shape;
  const z = b ? Float64Array.from(b.values) : new Float64Array(rows);
  if (typeof x === "number") for (let i = 0; i < rows; i++) z[i] += W.values[i * columns + x];
  else if (x)
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0, at = i * columns; j < columns; j++, at++) sum += W.values[at] * x[j];
      z[i] += sum;
    }
  return z;
};
const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const named = (weights, layer) =>
  ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"].map((name) => weights[layer + name]);

export const rnn = (x_t, h_prev, weights, layer = "") => {
  const [W_ih, W_hh, b_ih, b_hh] = named(weights, layer);
  const [z, carried] = [affine(W_ih, x_t, b_ih), affine(W_hh, h_prev, b_hh)];
  return z.map((z_i, i) => Math.tanh(z_i + carried[i]));
};

// An LSTM and a GRU give all of a step, gates and state, and take the one before: lstm(x_t, { h, c }, weights). The gates of
// an LSTM lie in the order i, f, g, o.
const blocks = (a, H) => range(a.length / H).map((n) => a.slice(n * H, (n + 1) * H));
export const lstm = (x_t, { h, c }, weights, layer = "") => {
  const [W_ih, W_hh, b_ih, b_hh] = named(weights, layer);
  const carried = affine(W_hh, h, b_hh);
  const a = affine(W_ih, x_t, b_ih).map((z_j, j) => z_j + carried[j]);
  const [a_i, a_f, a_g, a_o] = blocks(a, h.length);
  const [i, f, g, o] = [a_i.map(sigmoid), a_f.map(sigmoid), a_g.map(Math.tanh), a_o.map(sigmoid)];
  const c_t = c.map((c_j, j) => f[j] * c_j + i[j] * g[j]);
  return { i, f, g, o, c: c_t, h: c_t.map((c_j, j) => o[j] * Math.tanh(c_j)) };
};

// Those of a GRU in the order r, z, n.
export const gru = (x_t, { h }, weights, layer = "") => {
  const [W_ih, W_hh, b_ih, b_hh] = named(weights, layer);
  const [x_r, x_z, x_n] = blocks(affine(W_ih, x_t, b_ih), h.length);
  const [h_r, h_z, h_n] = blocks(affine(W_hh, h, b_hh), h.length);
  const [r, z] = [x_r.map((v, j) => sigmoid(v + h_r[j])), x_z.map((v, j) => sigmoid(v + h_z[j]))];
  const n = x_n.map((v, j) => Math.tanh(v + r[j] * h_n[j]));
  return { r, z, n, h: n.map((n_j, j) => (1 - z[j]) * n_j + z[j] * h[j]) };
};

// A minimal GRU has z and n, which see the input alone.
export const mingru = (x_t, h_prev, weights, layer = "") => {
  const [z, H] = [affine(weights[`${layer}weight_ih_l0`], x_t, weights[`${layer}bias_ih_l0`]), h_prev.length];
  return Float64Array.from(h_prev, (h_i, i) => (1 - sigmoid(z[i])) * h_i + sigmoid(z[i]) * z[H + i]);
};

// All steps of a whole sequence, from zero; and their states.
const STEPS = { rnn, lstm, gru, mingru };
export const steps = ({ cell, x, hidden, weights, layer }) => {
  const [zero, gated] = [new Float64Array(hidden), ["lstm", "gru"].includes(cell)];
  let step = gated ? { h: zero, c: zero } : zero;
  return x.map((x_t) => (step = STEPS[cell](x_t, step, weights, layer)));
};
export const forward = (asked) => steps(asked).map((step) => step.h ?? step);
