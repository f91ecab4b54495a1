"""Decoders, attention and convolutions by hand against torch's layers, autograd, finite differences and enumeration."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import scipy.optimize
import torch
from finite_differences import assert_gradients
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnncourse import seq2seq

LENGTHS = np.array([2, 5, 1, 3])  # of sources with up to 6 steps, not sorted
START, END = 0, 1


def draw(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng([seed, *shape]).normal(scale=0.7, size=shape)


def leaves(**arrays: Any) -> Any:
    return {name: torch.tensor(a, requires_grad=True) for name, a in arrays.items()}


def assert_close(ours: Any, theirs: Any, tolerance: float = 1e-12) -> None:
    theirs = theirs.detach().numpy() if isinstance(theirs, torch.Tensor) else theirs
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * (1 + np.abs(theirs).max()))


def assert_finite_differences(loss: Any, array: Any, gradient: Any) -> None:
    """``loss`` of a flat array."""
    there, back = (scipy.optimize.approx_fprime(array.ravel(), loss, eps) for eps in (1e-6, -1e-6))
    np.testing.assert_allclose(gradient.ravel(), (there + back) / 2, atol=1e-8)


# --- from a vector to a sequence


@pytest.mark.equation("eq-seq2seq-vector-state")
def test_the_first_state_is_torchs_cell_without_a_state_before() -> None:
    v, W, b = draw(4, 3), draw(5, 3), draw(5)
    cell = torch.nn.RNNCell(3, 5, dtype=torch.float64)
    weights = {"weight_ih": W, "weight_hh": np.zeros((5, 5)), "bias_ih": b, "bias_hh": np.zeros(5)}
    cell.load_state_dict({name: torch.from_numpy(a) for name, a in weights.items()})
    assert_close(seq2seq.state_from_vector(v, W, b), cell(torch.from_numpy(v)))


@pytest.mark.equation("eq-seq2seq-vector-input")
def test_a_vector_at_each_step_is_a_bias_of_each_example() -> None:
    x, v, h0 = draw(6, 3, 2), draw(3, 4), draw(3, 5)
    torch.manual_seed(0)
    wide, narrow = (torch.nn.RNN(F, 5, dtype=torch.float64) for F in (6, 2))
    got, _ = wide(torch.from_numpy(seq2seq.vector_at_each_step(x, v)), torch.from_numpy(h0)[None])
    W_ih, W_hh, b_ih, b_hh = wide.parameters()
    for b in range(3):
        own = b_ih + W_ih[:, 2:] @ torch.from_numpy(v[b])
        weights = dict(zip(dict(narrow.named_parameters()), (W_ih[:, :2], W_hh, own, b_hh), strict=True))
        alone = torch.from_numpy(x[:, b]), torch.from_numpy(h0[None, b])
        expected, _ = torch.func.functional_call(narrow, weights, alone)
        assert_close(got[:, b].detach().numpy(), expected)


# --- encoder and decoder


@pytest.mark.equation("eq-seq2seq-encoder")
def test_the_encoder_is_torchs_on_packed_sequences() -> None:
    torch.manual_seed(0)
    layer, x, h0 = torch.nn.RNN(3, 5, dtype=torch.float64), draw(6, 4, 3), draw(4, 5)
    packed = pack_padded_sequence(torch.from_numpy(x), torch.from_numpy(LENGTHS), enforce_sorted=False)
    expected, last = layer(packed, torch.from_numpy(h0)[None])
    h, c = seq2seq.encode(x, LENGTHS, h0, *(p.detach().numpy() for p in layer.parameters()))
    assert_close(h, pad_packed_sequence(expected, total_length=6)[0])
    assert_close(c, last[0])


def decoder(K: int = 5, H: int = 4, C: int = 3, D: int = 2, seed: int = 0) -> dict[str, Any]:
    shapes = {"E": (K, D), "W_ih": (H, D + C), "W_hh": (H, H), "b_ih": (H,), "b_hh": (H,), "W_ho": (K, H), "b_ho": (K,)}
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def torch_outputs(w: dict[str, Any], y: Any, s0: Any, c: Any) -> torch.Tensor:
    """Outputs of torch's embedding, RNN and linear layer for the decoder's inputs y (T, B), c the same at each step."""
    v = {name: torch.from_numpy(a) for name, a in w.items()}
    inputs = functional.embedding(torch.from_numpy(y), v["E"])
    contexts = torch.from_numpy(c).expand(*y.shape, -1)
    layer = torch.nn.RNN(v["W_ih"].shape[1], v["W_hh"].shape[0], dtype=torch.float64)
    weights = dict(zip(dict(layer.named_parameters()), (v[k] for k in ("W_ih", "W_hh", "b_ih", "b_hh")), strict=True))
    states, _ = torch.func.functional_call(
        layer, weights, (torch.cat([inputs, contexts], dim=2), torch.from_numpy(s0)[None])
    )
    return functional.linear(states, v["W_ho"], v["b_ho"])


@pytest.mark.equation("eq-seq2seq-decoder")
@pytest.mark.equation("eq-seq2seq-shift")
@pytest.mark.equation("eq-seq2seq-teacher")
def test_a_taught_decoder_is_torchs_on_shifted_targets() -> None:
    w, s0, c = decoder(), draw(3, 4), draw(3, 3)
    y = np.random.default_rng(0).integers(0, 5, (6, 3))
    inputs = np.roll(y, 1, axis=0)
    inputs[0] = START
    np.testing.assert_array_equal(seq2seq.shift(y, START), inputs)
    o = seq2seq.teacher_forced(lambda y_prev, s: seq2seq.decoder_step(y_prev, s, c, **w), s0, y, START)
    assert_close(o, torch_outputs(w, inputs, s0, c))
    changed = y.copy()
    changed[3:] = (y[3:] + 1) % 5
    again = seq2seq.teacher_forced(lambda y_prev, s: seq2seq.decoder_step(y_prev, s, c, **w), s0, changed, START)
    np.testing.assert_array_equal(again[:4], o[:4])  # an output knows no target of its own step or later
    assert (again[4] != o[4]).any()


@pytest.mark.equation("eq-seq2seq-greedy")
def test_greedy_decoding_says_what_is_likeliest_after_what_it_said() -> None:
    lengths_seen = set()
    for seed in range(8):
        w, s0, c = decoder(seed=seed), draw(3, 4, seed=seed), draw(3, 3, seed=seed)
        y, lengths = seq2seq.greedy(lambda p, s, w=w, c=c: seq2seq.decoder_step(p, s, c, **w), s0, START, END, steps=9)  # type: ignore[misc]
        assert len(y) == (9 if (y[-1] != END).any() else lengths.max())
        inputs = np.concatenate([np.full((1, 3), START), y[:-1]])
        likeliest = torch_outputs(w, inputs, s0, c).argmax(dim=2).numpy()
        for b, n in enumerate(lengths):
            np.testing.assert_array_equal(y[:n, b], likeliest[:n, b])
            assert END not in y[: n - 1, b]
            assert n == 9 or (y[n - 1 :, b] == END).all()
            lengths_seen.add(int(n))
    assert len(lengths_seen) > 3
    assert 9 in lengths_seen


@pytest.mark.equation("eq-seq2seq-beam")
def test_a_wide_beam_finds_the_best_of_all_sequences_and_a_narrow_one_is_greedy() -> None:
    K, steps, better = 3, 4, 0
    for seed in range(12):
        w, s0, c = decoder(K=K, seed=seed), draw(1, 4, seed=seed), draw(1, 3, seed=seed)

        def step(y_prev: Any, s: Any, w: Any = w, c: Any = c) -> Any:
            return seq2seq.decoder_step(y_prev, s, c, **w)

        every = np.array(list(itertools.product(range(K), repeat=steps)))
        inputs = np.concatenate([np.full((1, len(every)), START), every.T[:-1]])
        o = torch_outputs(w, inputs, s0.repeat(len(every), axis=0), c)
        log_p = -functional.cross_entropy(o.permute(1, 2, 0), torch.from_numpy(every), reduction="none")
        scores = {}
        for y, log_p_y in zip(every.tolist(), log_p.numpy(), strict=True):
            n = y.index(END) + 1 if END in y else steps
            scores[tuple(y[:n])] = log_p_y[:n].sum()
        ranked = sorted(scores, key=lambda y: -scores[y])
        found = seq2seq.beam_search(step, s0, START, END, steps, width=K**steps)
        assert [tuple(y) for y, _ in found] == ranked
        np.testing.assert_allclose([q for _, q in found], [scores[y] for y in ranked], atol=1e-12)
        assert np.exp([q for _, q in found]).sum() == pytest.approx(1)
        ((said, score),) = seq2seq.beam_search(step, s0, START, END, steps, width=1)
        y, lengths = seq2seq.greedy(step, s0, START, END, steps)
        assert said == y[: lengths[0], 0].tolist()
        better += scores[ranked[0]] > score + 1e-9
    assert better > 0  # greedy decoding does miss the likeliest sequence


@pytest.mark.equation("eq-seq2seq-loss")
@pytest.mark.equation("eq-seq2seq-do")
def test_loss_and_gradient_leave_the_padding_out_as_torch_does() -> None:
    o, y = draw(6, 4, 5), np.random.default_rng(1).integers(0, 5, (6, 4))
    ignored = torch.where(torch.arange(6)[:, None] < torch.from_numpy(LENGTHS), torch.from_numpy(y), -100)
    leaf = torch.tensor(o, requires_grad=True)
    loss = functional.cross_entropy(leaf.flatten(0, 1), ignored.flatten())
    loss.backward()
    assert seq2seq.masked_cross_entropy(o, y, LENGTHS) == pytest.approx(loss.item(), abs=1e-12)
    assert_close(seq2seq.masked_output_gradient(o, y, LENGTHS), leaf.grad)
    o[LENGTHS[0] :, 0], y[LENGTHS[0] :, 0] = 1e3, 0
    assert seq2seq.masked_cross_entropy(o, y, LENGTHS) == pytest.approx(loss.item(), abs=1e-12)


# --- attention


def attention(S: int = 6, B: int = 4, H: int = 3, E: int = 5, A: int = 2) -> dict[str, Any]:
    shapes = {"s": (B, H), "h": (S, B, E), "W_s": (A, H), "W_h": (A, E), "w": (A,)}
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def torch_attend(s: Any, h: Any, W_s: Any, W_h: Any, w: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """One example at a time, over its own steps alone, one step of the source after the other."""
    contexts, weights = [], torch.zeros(h.shape[:2], dtype=h.dtype)
    for b, n in enumerate(LENGTHS):
        hidden = functional.linear(torch.cat([s[b].expand(n, -1), h[:n, b]], dim=1), torch.cat([W_s, W_h], dim=1))
        alpha = functional.softmax(functional.linear(hidden.tanh(), w[None])[:, 0], dim=0)
        weights[:n, b] = alpha.detach()
        contexts.append(alpha @ h[:n, b])
    return torch.stack(contexts), weights


@pytest.mark.equation("eq-seq2seq-additive")
@pytest.mark.equation("eq-seq2seq-weights")
@pytest.mark.equation("eq-seq2seq-context")
@pytest.mark.equation("eq-seq2seq-attend")
def test_attention_is_that_of_each_example_without_its_padding() -> None:
    a = attention()
    expected_c, expected_alpha = torch_attend(**leaves(**a))
    c, alpha = seq2seq.attend(a["s"], a["h"], LENGTHS, a["W_s"], a["W_h"], a["w"])
    assert_close(c, expected_c)
    assert_close(alpha, expected_alpha)
    a["h"][LENGTHS[3] :, 3] = 1e3  # garbage in the padding
    again, _ = seq2seq.attend(a["s"], a["h"], LENGTHS, a["W_s"], a["W_h"], a["w"])
    assert_close(again, expected_c)


@pytest.mark.equation("eq-seq2seq-weights")
def test_large_scores_do_not_overflow() -> None:
    e = np.array([[1e4, -1e4], [0.0, -1e4], [1e5, 0.0]])
    np.testing.assert_array_equal(seq2seq.attention_weights(e, np.array([2, 2])), [[1, 0.5], [0, 0.5], [0, 0]])


@pytest.mark.equation("eq-seq2seq-multiplicative")
def test_multiplicative_scores_are_torchs_bilinear_and_scaled_dot_product_attention() -> None:
    s, h, W = draw(4, 3), draw(6, 4, 5), draw(3, 5)
    e = seq2seq.multiplicative_scores(s, h, W)
    repeated = torch.from_numpy(s).expand(6, -1, -1).contiguous()
    assert_close(e, functional.bilinear(repeated, torch.from_numpy(h), torch.from_numpy(W)[None])[..., 0])
    s, everywhere = draw(4, 5), np.full(4, 6)
    alpha = seq2seq.attention_weights(seq2seq.multiplicative_scores(s, h, np.eye(5)), everywhere)
    keys = torch.from_numpy(h).transpose(0, 1)
    expected = functional.scaled_dot_product_attention(torch.from_numpy(s)[:, None], keys, keys, scale=1.0)
    assert_close(seq2seq.context(alpha, h), expected[:, 0])


@pytest.mark.equation("eq-seq2seq-attentional")
def test_attentional_state_is_torchs_linear_layer() -> None:
    s, c, W_c = draw(4, 3), draw(4, 5), draw(6, 8)
    joined = torch.cat([torch.from_numpy(c), torch.from_numpy(s)], dim=1)
    assert_close(seq2seq.attentional_state(s, c, W_c), functional.linear(joined, torch.from_numpy(W_c)).tanh())


@pytest.mark.equation("eq-seq2seq-attend-backward")
@pytest.mark.equation("eq-seq2seq-context-backward")
@pytest.mark.equation("eq-seq2seq-weights-backward")
@pytest.mark.equation("eq-seq2seq-additive-backward")
def test_gradients_of_additive_attention_are_autograds_and_finite_differences() -> None:
    a, dc = attention(), draw(4, 5)
    _, alpha = seq2seq.attend(a["s"], a["h"], LENGTHS, a["W_s"], a["W_h"], a["w"])
    found = seq2seq.attend_backward(dc, alpha, **a)._asdict()
    v = leaves(**a)
    (torch_attend(**v)[0] * torch.from_numpy(dc)).sum().backward()
    for name, array in a.items():

        def loss(flat: Any, name: str = name) -> float:
            b = {**a, name: flat.reshape(a[name].shape)}
            return float((seq2seq.attend(b["s"], b["h"], LENGTHS, b["W_s"], b["W_h"], b["w"])[0] * dc).sum())

        assert_close(found[f"d{name}"], v[name].grad)
        assert_finite_differences(loss, array, found[f"d{name}"])
    assert (found["dh"][LENGTHS[0] :, 0] == 0).all()


@pytest.mark.equation("eq-seq2seq-multiplicative-backward")
@pytest.mark.equation("eq-seq2seq-weights-backward")
@pytest.mark.equation("eq-seq2seq-context-backward")
def test_gradients_of_multiplicative_attention_are_autograds_and_finite_differences() -> None:
    a, dc = {"s": draw(4, 3), "h": draw(6, 4, 5), "W": draw(3, 5)}, draw(4, 5)
    alpha = seq2seq.attention_weights(seq2seq.multiplicative_scores(**a), LENGTHS)
    dalpha, mixed = seq2seq.context_backward(dc, alpha, a["h"])
    ds, dh, dW = seq2seq.multiplicative_backward(seq2seq.weights_backward(dalpha, alpha), **a)
    v = leaves(**a)
    padding = torch.arange(6)[:, None] >= torch.from_numpy(LENGTHS)
    scores = (v["h"] @ v["W"].T * v["s"]).sum(dim=2).masked_fill(padding, -torch.inf)
    ((functional.softmax(scores, dim=0)[..., None] * v["h"]).sum(dim=0) * torch.from_numpy(dc)).sum().backward()
    for name, gradient in {"s": ds, "h": dh + mixed, "W": dW}.items():

        def loss(flat: Any, name: str = name) -> float:
            b = {**a, name: flat.reshape(a[name].shape)}
            weights = seq2seq.attention_weights(seq2seq.multiplicative_scores(**b), LENGTHS)
            return float((seq2seq.context(weights, b["h"]) * dc).sum())

        assert_close(gradient, v[name].grad)
        assert_finite_differences(loss, a[name], gradient)


@pytest.mark.equation("eq-seq2seq-decoder")
def test_a_decoder_with_attention_is_torchs_cell_over_torchs_attention() -> None:
    a, w, y = attention(), decoder(H=3, C=5), np.random.default_rng(0).integers(0, 5, (4, 4))

    def step(y_prev: Any, s_prev: Any) -> Any:
        c, _ = seq2seq.attend(s_prev, a["h"], LENGTHS, a["W_s"], a["W_h"], a["w"])
        return seq2seq.decoder_step(y_prev, s_prev, c, **w)

    o, v = seq2seq.teacher_forced(step, a["s"], y, START), leaves(**a)
    cell, state = torch.nn.RNNCell(7, 3, dtype=torch.float64), v["s"]
    weights = (w[name] for name in ("W_ih", "W_hh", "b_ih", "b_hh"))
    cell.load_state_dict(dict(zip(cell.state_dict(), map(torch.from_numpy, weights), strict=True)))
    for t, symbols in enumerate([np.full(4, START), *y[:-1]]):
        c, _ = torch_attend(**{**v, "s": state})
        state = cell(torch.cat([torch.from_numpy(w["E"][symbols]), c], dim=1), state)
        assert_close(o[t], functional.linear(state, torch.from_numpy(w["W_ho"]), torch.from_numpy(w["b_ho"])))


# --- features of an image


CONVOLUTIONS = [(5, 7, 3, 3, 1, 1), (6, 6, 2, 3, 2, 0), (7, 5, 3, 2, 3, 2), (3, 4, 3, 4, 1, 0), (1, 1, 1, 1, 1, 0)]


@pytest.mark.equation("eq-seq2seq-conv")
@pytest.mark.equation("eq-seq2seq-conv-backward")
@pytest.mark.parametrize(("rows", "cols", "P", "Q", "stride", "padding"), CONVOLUTIONS)
def test_convolution_and_its_gradients_are_torchs(
    rows: int, cols: int, P: int, Q: int, stride: int, padding: int
) -> None:
    a = {"x": draw(2, 3, rows, cols), "W": draw(4, 3, P, Q), "b": draw(4)}
    v = leaves(**a)
    expected = functional.conv2d(v["x"], v["W"], v["b"], stride, padding)
    z = seq2seq.conv2d(**a, stride=stride, padding=padding)
    assert_close(z, expected)
    dz = draw(*z.shape)
    (expected * torch.from_numpy(dz)).sum().backward()
    found = seq2seq.conv2d_backward(dz, **a, stride=stride, padding=padding)
    for name, gradient in zip(("x", "W", "b"), found, strict=True):
        assert_close(gradient, v[name].grad)


@pytest.mark.equation("eq-seq2seq-columns")
@pytest.mark.equation("eq-seq2seq-image")
@pytest.mark.equation("eq-seq2seq-image-backward")
def test_features_into_an_rnn_and_their_gradients_are_torchs() -> None:
    torch.manual_seed(0)
    image, h0, dh_out = draw(3, 1, 4, 6), draw(3, 5), draw(6, 3, 5)
    conv = torch.nn.Conv2d(1, 2, 3, padding=1, dtype=torch.float64)
    layer = torch.nn.RNN(8, 5, dtype=torch.float64)
    v = leaves(image=image, h0=h0)
    features = conv(v["image"]).relu()
    steps = torch.stack([features[..., t].flatten(1) for t in range(6)])
    expected, _ = layer(steps, v["h0"][None])
    (expected * torch.from_numpy(dh_out)).sum().backward()

    W, b = (p.detach().numpy() for p in conv.parameters())
    weights = [p.detach().numpy() for p in layer.parameters()]
    assert_close(seq2seq.columns(features.detach().numpy()), steps)
    h = seq2seq.image_to_states(image, W, b, h0, *weights)
    assert_close(h, expected)
    found = seq2seq.image_to_states_backward(dh_out, image, W, b, h0, h, *weights[:2])
    assert_close(found.dW, conv.weight.grad)
    assert_close(found.db, conv.bias.grad)  # type: ignore[union-attr]
    assert_close(found.dimage, v["image"].grad)
    assert_close(found.rnn.dh0, v["h0"].grad)
    for gradient, parameter in zip((found.rnn.dW_ih, found.rnn.dW_hh, found.rnn.db), layer.parameters(), strict=False):
        assert_close(gradient, parameter.grad)


@pytest.mark.equation("eq-seq2seq-conv-backward")
def test_gradients_of_a_convolution_are_finite_differences() -> None:
    a, options = {"x": draw(2, 2, 4, 5), "W": draw(3, 2, 3, 2), "b": draw(3)}, {"stride": 2, "padding": 1}
    dz = draw(*seq2seq.conv2d(**a, **options).shape)
    found = seq2seq.conv2d_backward(dz, **a, **options)
    assert_gradients(lambda **q: (seq2seq.conv2d(**q, **options) * dz).sum(), a, dict(zip("xWb", found, strict=True)))


@pytest.mark.equation("eq-seq2seq-image-backward")
def test_gradients_of_an_image_read_by_an_rnn_are_finite_differences() -> None:
    a = {"image": draw(2, 1, 3, 4), "W": draw(2, 1, 3, 3), "b": draw(2), "h0": draw(2, 3)}
    a |= {"W_ih": draw(3, 6), "W_hh": draw(3, 3), "b_ih": draw(3), "b_hh": draw(3, seed=1)}
    h = seq2seq.image_to_states(**a)
    dh_out = draw(*h.shape)
    before = {name: a[name] for name in ("image", "W", "b", "h0", "W_ih", "W_hh")}
    found = seq2seq.image_to_states_backward(dh_out, **before, h=h)
    gradients = {"image": found.dimage, "W": found.dW, "b": found.db, "h0": found.rnn.dh0, "W_ih": found.rnn.dW_ih}
    gradients |= {"W_hh": found.rnn.dW_hh, "b_ih": found.rnn.db, "b_hh": found.rnn.db}
    assert_gradients(lambda **q: (seq2seq.image_to_states(**q) * dh_out).sum(), a, gradients)


# --- arguments


def no_step(y_prev: Any, state: Any) -> Any:
    raise AssertionError("a decoder must not be asked before its arguments are checked")


def bad_arguments() -> list[Any]:
    q, a = seq2seq, attention()
    w, x = decoder(), draw(6, 4, 5)
    y, image, kernel = np.zeros((6, 4), int), draw(2, 3, 4, 5), {"W": draw(4, 3, 3, 3), "b": draw(4)}
    step = {"step": no_step, "state": draw(2, 4)}
    said = {"y_prev": np.zeros(4, int), "s_prev": draw(4, 4), "c": draw(4, 3), **w}
    source = {"x": x, "lengths": LENGTHS, "h0": draw(4, 3), "W_ih": draw(3, 5), "W_hh": draw(3, 3)}
    source |= {"b_ih": draw(3), "b_hh": draw(3)}
    ends = {"start": START, "end": END}
    return [
        (q.state_from_vector, {"v": draw(4, 3), "W_vh": draw(5, 2), "b_vh": draw(5)}, ValueError, "W_vh: expected"),
        (q.vector_at_each_step, {"x": x, "v": draw(1, 2)}, ValueError, r"v: expected shape \(B=4, V\), got \(1, 2\)"),
        (q.encode, source | {"lengths": LENGTHS + 2}, ValueError, "lengths: expected numbers from 0 to 6, got 3 to 7"),
        (q.encode, source | {"lengths": LENGTHS - 1}, ValueError, "at least 1 step of every example, got 0"),
        (q.encode, source | {"lengths": LENGTHS / 1}, TypeError, "lengths: expected a NumPy array of integers"),
        (q.encode, source | {"x": x[:0]}, ValueError, "x: expected at least one entry"),
        (q.decoder_step, said | {"y_prev": np.full(4, 5)}, ValueError, "y_prev: expected numbers from 0 to 4"),
        (q.decoder_step, said | {"c": draw(4, 2)}, ValueError, r"W_ih: expected shape"),
        (q.shift, {"y": y * 1.0, "start": 0}, TypeError, "y: expected a NumPy array of integers"),
        (q.shift, {"y": y[:0], "start": 0}, ValueError, r"y: expected shape \(T, B\) .* got \(0, 4\)"),
        (q.shift, {"y": y, "start": -1}, ValueError, "start: expected at least 0, got -1"),
        (q.greedy, step | ends | {"steps": 0}, ValueError, "steps: expected at least 1, got 0"),
        (q.beam_search, step | ends | {"steps": 3, "width": 2}, ValueError, "that of one example, got 2"),
        (q.beam_search, step | ends | {"steps": 3, "width": 0}, ValueError, "width: expected at least 1"),
        (q.beam_search, step | ends | {"steps": 3, "width": 2, "end": -1}, ValueError, "end: expected at least 0"),
        (q.greedy, step | ends | {"steps": 3, "start": 1.0}, TypeError, "start: expected an integer, got float"),
        (q.greedy, step | ends | {"steps": 3, "end": -1}, ValueError, "end: expected at least 0, got -1"),
        (q.masked_cross_entropy, {"o": x, "y": y + 5, "lengths": LENGTHS}, ValueError, "y: expected numbers from"),
        (q.masked_output_gradient, {"o": x, "y": y[:5], "lengths": LENGTHS}, ValueError, r"y: expected shape \(6, 4\)"),
        (q.additive_scores, a | {"w": draw(3)}, ValueError, r"w: expected shape \(A=2\), got \(3,\)"),
        (q.additive_scores, a | {"s": a["s"] * np.nan}, ValueError, "s: expected finite numbers"),
        (q.multiplicative_scores, {"s": a["s"], "h": a["h"], "W": draw(5, 3)}, ValueError, "W: expected shape"),
        (q.attention_weights, {"e": draw(6, 4), "lengths": LENGTHS[:3]}, ValueError, r"lengths: expected shape \(4,\)"),
        (q.context, {"alpha": draw(6, 3), "h": a["h"]}, ValueError, r"h: expected shape \(S=6, B=3, E\)"),
        (q.attentional_state, {"s": a["s"], "c": draw(4, 5), "W_c": draw(2, 7)}, ValueError, r"W_c: .* \(A, 8\)"),
        (q.attend_backward, {"dc": draw(4, 4), "alpha": draw(6, 4), **a}, ValueError, "h: expected shape"),
        (q.conv2d, {"x": image, **kernel, "stride": 0}, ValueError, "stride: expected at least 1, got 0"),
        (q.conv2d, {"x": image[:, :2], **kernel}, ValueError, "W: expected shape"),
        (q.conv2d, {"x": image[:, :, :2], **kernel}, ValueError, "a kernel no larger than the padded image"),
        (q.conv2d_backward, {"dz": image, "x": image, **kernel}, ValueError, r"dz: expected shape \(2, 4, 2, 3\)"),
        (q.columns, {"features": image.astype(int)}, TypeError, "features: expected float32 or float64, got int64"),
    ]  # fmt: skip


@pytest.mark.parametrize(("function", "arguments", "error", "message"), bad_arguments())
def test_what_is_wrong_with_an_argument_is_said(function: Any, arguments: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        function(**arguments)


def test_nothing_changes_its_arguments_and_float32_stays() -> None:
    a = {name: array.astype(np.float32) for name, array in attention().items()}
    image, kernel = (
        draw(2, 3, 4, 5).astype(np.float32),
        [draw(4, 3, 3, 3).astype(np.float32), draw(4).astype(np.float32)],
    )
    o, y = draw(6, 4, 5).astype(np.float32), np.zeros((6, 4), int)
    for array in (*a.values(), image, *kernel, o, y):
        array.flags.writeable = False
    c, alpha = seq2seq.attend(a["s"], a["h"], LENGTHS, a["W_s"], a["W_h"], a["w"])
    z = seq2seq.conv2d(image, *kernel, padding=1)
    found = [
        c,
        alpha,
        z,
        *seq2seq.attend_backward(c, alpha, **a),
        *seq2seq.conv2d_backward(z, image, *kernel, padding=1),
    ]
    found.append(seq2seq.masked_output_gradient(o, y, LENGTHS))
    seq2seq.shift(y, START)
    assert {array.dtype for array in found} == {np.dtype(np.float32)}
