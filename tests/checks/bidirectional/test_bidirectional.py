"""The references of the chapter's exercises, against torch, or against every possibility gone through."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnncourse.bidirectional import network_forward
from rnncourse.checks import find

SEEDS = pytest.mark.parametrize("seed", range(5))


def reference(name: str, *arguments: Any) -> Any:
    return find(f"bidirectional.{name}").reference(*arguments)


def torch_layer(F: int, H: int, weights: list[Any], **options: Any) -> torch.nn.RNN:
    """torch's layer with these arrays in the order of its parameters."""
    module = torch.nn.RNN(F, H, dtype=torch.float64, **options)
    with torch.no_grad():
        for parameter, value in zip(module.parameters(), weights, strict=True):
            parameter.copy_(torch.from_numpy(value))
    return module


@SEEDS
@pytest.mark.parametrize("case", ["general", "one step", "square"])
def test_the_mean_of_both_ways_is_that_of_torchs_halves(case: str, seed: int) -> None:
    x, h0, W_ih, W_hh, b = arguments = find("bidirectional.both_ways").case(case, seed)
    weights = [a for k in range(2) for a in (W_ih[k], W_hh[k], b[k], 0 * b[k])]
    module = torch_layer(x.shape[2], h0.shape[2], weights, bidirectional=True)
    with torch.no_grad():
        h = module(torch.from_numpy(x), torch.from_numpy(h0))[0].numpy()
    expected = h.reshape(*h.shape[:2], 2, -1).mean(axis=2)
    np.testing.assert_allclose(reference("both_ways", *arguments), expected, rtol=0, atol=1e-12)


@SEEDS
def test_real_steps_are_flipped_and_padding_stays(seed: int) -> None:
    for case in find("bidirectional.turn_round").cases:
        x, mask = find("bidirectional.turn_round").case(case, seed)
        turned = reference("turn_round", x, mask)
        for found, steps, real in zip(*(torch.from_numpy(a) for a in (turned, x, mask == 1)), strict=True):
            assert torch.equal(found[real], steps[real].flip(0))
            assert torch.equal(found[~real], steps[~real])
        np.testing.assert_array_equal(reference("turn_round", turned, mask), x)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one missing", "two missing", "a symbol unseen"])
def test_a_gap_is_filled_as_if_every_filling_were_tried(case: str, seed: int) -> None:
    ids, K, left, right, y = find("bidirectional.fill_gap").case(case, seed)
    p, bits_left, bits_both = reference("fill_gap", ids, K, left, right, y)
    pairs = list(itertools.pairwise(ids.tolist()))
    A = np.array([[pairs.count((i, j)) + 1 for j in range(K)] for i in range(K)], float)
    A /= A.sum(axis=1)[:, None]
    G, B = y.shape
    there, both = np.zeros((G, B, K)), np.zeros((G, B, K))
    for b, filling in itertools.product(range(B), itertools.product(range(K), repeat=G)):
        alone = np.prod([A[i, j] for i, j in itertools.pairwise([left[b], *filling])])
        for g, k in enumerate(filling):
            there[g, b, k] += alone
            both[g, b, k] += alone * A[filling[-1], right[b]]
    both /= both.sum(axis=2, keepdims=True)
    np.testing.assert_allclose(p, both, rtol=1e-12)
    for bits, q in ((bits_left, there), (bits_both, both)):
        wanted = np.mean([-np.log2(q[g, b, y[g, b]]) for g, b in np.ndindex(G, B)])
        assert bits == pytest.approx(wanted, rel=1e-12)


@SEEDS
def test_a_sentence_is_what_torch_keeps_of_packed_ones(seed: int) -> None:
    """The last states of a layer are those that torch returns; mean and largest are torch's over what is real."""
    rng = np.random.default_rng(seed)
    x, lengths = rng.normal(size=(6, 4, 3)), rng.permutation([1, 3, 4, 6])
    module = torch.nn.RNN(3, 5, dtype=torch.float64, bidirectional=True)
    with torch.no_grad():
        packed, h_n = module(pack_padded_sequence(torch.from_numpy(x), torch.from_numpy(lengths), enforce_sorted=False))
        h = pad_packed_sequence(packed, padding_value=9.0)[0]
    last, mean, largest = reference("sentence_vectors", h.numpy(), lengths)
    np.testing.assert_array_equal(last, torch.cat([h_n[0], h_n[1]], dim=1))
    for b, n in enumerate(lengths.tolist()):
        np.testing.assert_allclose(mean[b], h[:n, b].mean(dim=0), rtol=1e-12)
        np.testing.assert_array_equal(largest[b], h[:n, b].amax(dim=0))


@SEEDS
@pytest.mark.parametrize("case", ["general", "one layer", "nothing dropped", "square"])
def test_a_stack_is_torchs_layers_with_masks_between(case: str, seed: int) -> None:
    x, h0, W_ih, W_hh, b, u, p = arguments = find("bidirectional.locked_stack").case(case, seed)
    h, ends = torch.from_numpy(x), []
    for n in range(len(h0)):
        layer = torch_layer(x.shape[2], x.shape[2], [W_ih[n], W_hh[n], b[n], 0 * b[n]])
        with torch.no_grad():
            below = h if n == 0 else torch.where(torch.from_numpy(u[n - 1]) < p, 0.0, h / (1 - p))
            h, end = layer(below, torch.from_numpy(h0[n][None]))
        ends.append(end[0].numpy())
    found, last = reference("locked_stack", *arguments)
    np.testing.assert_allclose(found, h.numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(last, np.stack(ends), rtol=0, atol=1e-12)


@SEEDS
def test_paths_are_the_terms_of_the_gradient(seed: int) -> None:
    """Of units with weights of 1 near 0, where tanh is straight, each path adds 1 to the derivative."""
    exercise = find("bidirectional.paths")
    for case in exercise.cases:
        C, T = exercise.case(case, seed)
        L, eps = len(C), 1e-9
        x = np.zeros((T, 1, 1))
        x[0] = eps
        h = network_forward(x, [np.zeros((1, 1))] * L, C, [np.ones((1, n)) for n in C.sum(axis=1)], [np.zeros(1)] * L)
        np.testing.assert_allclose(np.array(h)[:, :, 0, 0] / eps, reference("paths", C, T), rtol=1e-9)


@SEEDS
def test_a_decoder_begins_with_what_torchs_layers_give_one_by_one(seed: int) -> None:
    torch.manual_seed(seed)
    stack = torch.nn.RNN(3, 4, 2, dtype=torch.float64, bidirectional=True)
    x = torch.from_numpy(np.random.default_rng(seed).normal(size=(5, 3, 3)))
    with torch.no_grad():
        _, h_n = stack(x)
        wanted = []
        for weights in (stack.all_weights[:2], stack.all_weights[2:]):
            arrays = [a.detach().numpy() for direction in weights for a in direction]
            x, ends = torch_layer(arrays[0].shape[1], 4, arrays, bidirectional=True)(x)
            wanted.append(torch.cat([ends[0], ends[1]], dim=1))
    np.testing.assert_allclose(reference("decoder_start", h_n.numpy()), torch.stack(wanted), rtol=0, atol=1e-12)
