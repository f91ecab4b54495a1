// One step of a Neural Turing machine, by the names of `rnncourse/ntm.py`. A memory M is a list of rows; a weighting has a
// number a row. Heads that read come before heads that write.
import { affine } from "./cells.js";
import { norm, range } from "./kit.js";
import { softmax } from "./letters.js";

const EPSILON = 1e-8; // keeps the cosine finite where a key or a row is zero
const dot = (u, v) => u.reduce((sum, u_i, i) => sum + u_i * v[i], 0);
const total = (v) => v.reduce((a, b) => a + b, 0);

export const cosine = (k, M) => M.map((row) => dot(k, row) / (norm(k) * norm(row) + EPSILON));
export const content = (k, beta, M) => softmax(cosine(k, M).map((K) => beta * K));
export const interpolate = (w_c, w_prev, g) => w_c.map((w, i) => g * w + (1 - g) * w_prev[i]);
// The entries of s are the shifts -S, …, S.
export const shift = (w_g, s) => {
  const [N, S] = [w_g.length, (s.length - 1) / 2];
  return range(N).map((i) => total(Array.from(s, (s_j, j) => s_j * w_g[(i - (j - S) + N) % N])));
};
export const sharpen = (w, gamma) => {
  const largest = Math.max(...w);
  const p = w.map((v) => (v / largest) ** gamma);
  const sum = total(p);
  return p.map((v) => v / sum);
};
export const read = (w, M) => range(M[0].length).map((d) => dot(w, M.map((row) => row[d])));
export const erase = (M, w, e) => M.map((row, i) => row.map((v, d) => v * (1 - w[i] * e[d])));
export const add = (M, w, a) => M.map((row, i) => row.map((v, d) => v + w[i] * a[d]));

// All that a head does with its weighting, in this order.
export const address = (M, w_prev, { k, beta, g, s, gamma }) => {
  const w_c = content(k, beta, M);
  const w_g = interpolate(w_c, w_prev, g);
  const w_s = shift(w_g, s);
  return { w_c, w_g, w_s, w: sharpen(w_s, gamma) };
};

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const cut = (p, sizes) => {
  let at = 0;
  return sizes.map((size) => p.slice(at, (at += size)));
};
const parts = (p, n) => range(n).map((i) => Array.from(p.slice((i * p.length) / n, ((i + 1) * p.length) / n)));

// What the controller tells J heads, V of which write.
const heads = (h, { W_hp, b_hp }, J, V, D) => {
  const p = affine(W_hp, h, b_hp);
  const C = p.length / J - D - 3 - (2 * V * D) / J;
  const [k, a, e, g, beta, gamma, s] = cut(p, [J * D, V * D, V * D, J, J, J, J * C]);
  return {
    address: range(J).map((j) => ({
      k: parts(k.map(Math.tanh), J)[j],
      beta: softplus(beta[j]),
      g: sigmoid(g[j]),
      gamma: 1 + softplus(gamma[j]),
      s: softmax(parts(s, J)[j]),
    })),
    a: parts(a.map(Math.tanh), V),
    e: parts(e.map(sigmoid), V),
  };
};

// The state before the first step, with N rows and J heads: r_0 (R, D) is learned.
export const initial = ({ r_0 }, N, J) => ({
  r: parts(r_0.values, r_0.shape[0]),
  w: range(J).map(() => range(N).map((i) => (i ? 0 : 1))),
  M: range(N).map(() => range(r_0.shape[1]).map(() => 1e-6)),
});

// A step of a machine with a feed-forward controller, from `state` on: its output o and all of its state.
export const step = (x_t, state, weights) => {
  const [J, R, D] = [state.w.length, state.r.length, state.M[0].length];
  const h = affine(weights.W_ih, [...x_t, ...state.r.flat()], weights.b_h).map(Math.tanh);
  const told = heads(h, weights, J, J - R, D);
  const w = told.address.map((head, j) => address(state.M, state.w[j], head).w);
  const r = range(R).map((j) => read(w[j], state.M));
  let M = state.M;
  told.e.forEach((e, v) => (M = erase(M, w[R + v], e)));
  told.a.forEach((a, v) => (M = add(M, w[R + v], a)));
  return { o: Array.from(affine(weights.W_ho, [...h, ...r.flat()], weights.b_ho)), r, w, M };
};
