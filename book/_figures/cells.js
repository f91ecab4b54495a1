// One step of each cell, with weights by torch's names as `rnncourse.nn.export.float16_weights` gives them and
// `unpack` of kit.js reads them: h_t = rnn(x_t, h_prev, weights). `x_t` is a vector, the number of a symbol (one-hot),
// or null, where nothing is read. `layer` is what stands before the names in a larger module, such as "rnn.".

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

// The gates of an LSTM lie in the order i, f, g, o; its state is [h, c].
export const lstm = (x_t, [h_prev, c_prev], weights, layer = "") => {
  const [W_ih, W_hh, b_ih, b_hh] = named(weights, layer);
  const [z, carried, H] = [affine(W_ih, x_t, b_ih), affine(W_hh, h_prev, b_hh), h_prev.length];
  const gate = (block, i) => z[block * H + i] + carried[block * H + i];
  const c = Float64Array.from(
    c_prev,
    (c_i, i) => sigmoid(gate(1, i)) * c_i + sigmoid(gate(0, i)) * Math.tanh(gate(2, i)),
  );
  return [c.map((c_i, i) => sigmoid(gate(3, i)) * Math.tanh(c_i)), c];
};

// Those of a GRU in the order r, z, n.
export const gru = (x_t, h_prev, weights, layer = "") => {
  const [W_ih, W_hh, b_ih, b_hh] = named(weights, layer);
  const [z, carried, H] = [affine(W_ih, x_t, b_ih), affine(W_hh, h_prev, b_hh), h_prev.length];
  return Float64Array.from(h_prev, (h_i, i) => {
    const [reset, update] = [sigmoid(z[i] + carried[i]), sigmoid(z[H + i] + carried[H + i])];
    return (1 - update) * Math.tanh(z[2 * H + i] + reset * carried[2 * H + i]) + update * h_i;
  });
};

// A minimal GRU has z and n, which see the input alone.
export const mingru = (x_t, h_prev, weights, layer = "") => {
  const [z, H] = [affine(weights[`${layer}weight_ih_l0`], x_t, weights[`${layer}bias_ih_l0`]), h_prev.length];
  return Float64Array.from(h_prev, (h_i, i) => (1 - sigmoid(z[i])) * h_i + sigmoid(z[i]) * z[H + i]);
};

// The states of a whole sequence, from zero.
const STEPS = { rnn, lstm, gru, mingru };
export const forward = ({ cell, x, hidden, weights, layer }) => {
  const zero = new Float64Array(hidden);
  let state = cell === "lstm" ? [zero, zero] : zero;
  return x.map((x_t) => {
    state = STEPS[cell](x_t, state, weights, layer);
    return cell === "lstm" ? state[0] : state;
  });
};
