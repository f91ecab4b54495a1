"""Readings of unknown weights, and networks that nothing tells apart: against torch and counting."""

from __future__ import annotations

from itertools import permutations, product
from math import factorial
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse import conventions, gru, lstm, notations
from rnncourse.notations import Reading

F, H, T, B = 3, 4, 6, 2
KINDS = {lstm.Weights: "lstm", gru.Weights: "gru"}
both = pytest.mark.parametrize("kind", KINDS)


def weights(kind: Any, seed: int = 0, H: int = H) -> Any:
    rng, rows = np.random.default_rng(seed), len(notations.GATES[kind]) * H
    return kind(*(rng.normal(size=shape) for shape in ((rows, F), (rows, H), (rows,), (rows,))))


def inputs(seed: int = 1, H: int = H) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(T, B, F)), rng.uniform(-1, 1, (B, H)), rng.normal(size=(B, H))


def by_torch(w: Any, x: np.ndarray, h0: np.ndarray, c0: np.ndarray) -> np.ndarray:
    name = KINDS[type(w)]
    module = getattr(torch.nn, name.upper())(F, h0.shape[1], dtype=torch.float64)
    module.load_state_dict(getattr(conventions, name).to_torch(w._asdict()))
    h, c = torch.from_numpy(h0)[None], torch.from_numpy(c0)[None]
    with torch.no_grad():
        return module(torch.from_numpy(x), (h, c) if name == "lstm" else h)[0].numpy()


@pytest.mark.equation("eq-notations-readings")
def test_there_are_as_many_readings_as_one_counts() -> None:
    found = {kind: notations.readings(kind) for kind in KINDS}
    assert len(found[lstm.Weights]) == factorial(4) * 2 == 48
    assert len(found[gru.Weights]) == factorial(3) * 2 * 2 == 24
    for kind, gates in notations.GATES.items():
        assert len(set(found[kind])) == len(found[kind])
        assert {reading.order for reading in found[kind]} == {"".join(order) for order in permutations(gates)}
    assert {(r.keeps, r.reset) for r in found[gru.Weights]} == set(product((True, False), ("after", "before")))
    assert {r.added for r in found[lstm.Weights]} == {0, 1}


FILES = [
    (lstm.Weights, "onnx", Reading("iofg")),
    (lstm.Weights, "tensorflow", Reading("igfo", added=1.0)),
    (gru.Weights, "keras", Reading("zrn")),
    (gru.Weights, "haiku", Reading("zrn", keeps=False, reset="before")),
]


def filed(kind: Any, notation: str) -> tuple[Any, Any]:
    """The course's weights, and a library's for the same network, stacked in rows as the library orders them."""
    ours, name = weights(kind), KINDS[kind]
    told = {"reset": "before"} if notation == "haiku" and name == "gru" else {}
    theirs = getattr(conventions, name).to_notation(ours._asdict(), notation, **told)
    if notation == "onnx":
        return ours, kind(theirs["W"][0], theirs["R"][0], *np.split(theirs["B"][0], 2))
    if notation == "tensorflow":
        b = theirs["bias"]
        return ours, kind(*np.split(theirs["kernel"].T, [F], axis=1), b, 0 * b)
    if notation == "keras":
        return ours, kind(theirs["kernel"].T, theirs["recurrent_kernel"].T, *theirs["bias"])
    return ours, kind(theirs["w_i"].T, theirs["w_h"].T, theirs["b"], 0 * theirs["b"])


@pytest.mark.equation("eq-notations-as-read")
@pytest.mark.equation("eq-notations-error")
@pytest.mark.parametrize(("kind", "notation", "true"), FILES)
def test_a_librarys_file_is_recognised_from_torchs_states(kind: Any, notation: str, true: Reading) -> None:
    (ours, file), (x, h0, c0) = filed(kind, notation), inputs()
    h = by_torch(ours, x, h0, c0)
    if true.reset == "before":
        h = gru.forward_before(x, h0, ours)  # which torch does not have; tests/test_lstm_gru.py has its outside test
    found = notations.errors(x, h0, h, file, c0)
    (best, least), (_, second) = list(found.items())[:2]
    assert best == true
    assert least < 1e-14
    assert second > 1e-3
    assert list(found.values()) == sorted(found.values())
    read = notations.as_read(file, true)
    for name in ("W_ih", "W_hh"):
        np.testing.assert_array_equal(getattr(read, name), getattr(ours, name))
    for reading in list(found)[:6]:  # the root mean square, written out
        away = notations.states_as_read(x, h0, file, reading, c0) - h
        np.testing.assert_allclose(found[reading], np.linalg.norm(away) / np.sqrt(away.size), rtol=1e-12, atol=1e-300)


@both
@pytest.mark.equation("eq-notations-permute")
@given(seed=st.integers(0, 99), order=st.permutations(range(H)))
@settings(deadline=None, max_examples=15)
def test_units_in_another_order_are_the_same_network_to_torch(kind: Any, seed: int, order: list[int]) -> None:
    w, (x, h0, c0), at = weights(kind, seed), inputs(seed), np.array(order)
    moved = notations.permute_units(w, at)
    np.testing.assert_allclose(by_torch(moved, x, h0[:, at], c0[:, at]), by_torch(w, x, h0, c0)[..., at], atol=1e-13)
    back = notations.permute_units(moved, np.argsort(at))
    assert all(np.array_equal(a, b) for a, b in zip(back, w, strict=True))


@both
@pytest.mark.equation("eq-notations-mirror")
@given(seed=st.integers(0, 99), signs=st.lists(st.sampled_from([-1.0, 1.0]), min_size=H, max_size=H))
@settings(deadline=None, max_examples=15)
def test_units_turned_round_are_the_same_network_to_torch(kind: Any, seed: int, signs: list[float]) -> None:
    w, (x, h0, c0), s = weights(kind, seed), inputs(seed), np.array(signs)
    turned = notations.mirror_units(w, s)
    np.testing.assert_allclose(by_torch(turned, x, s * h0, s * c0), by_torch(w, x, h0, c0) * s, atol=1e-13)
    again = notations.mirror_units(turned, s)
    assert all(np.array_equal(a, b) for a, b in zip(again, w, strict=True))


@both
@pytest.mark.equation("eq-notations-twins")
@pytest.mark.parametrize("units", [1, 2, 3])
def test_all_twins_are_different_weights_with_torchs_outputs(kind: Any, units: int) -> None:
    w, (x, _, _) = weights(kind, H=units), inputs(H=units)
    zero, W_ho = np.zeros((B, units)), np.random.default_rng(2).normal(size=(2, units))
    outputs, seen = by_torch(w, x, zero, zero) @ W_ho.T, set()
    for order, signs in product(permutations(range(units)), product((1.0, -1.0), repeat=units)):
        at, s = np.array(order), np.array(signs)
        twin = notations.mirror_units(notations.permute_units(w, at), s)
        np.testing.assert_allclose(by_torch(twin, x, zero, zero) @ (W_ho[:, at] * s).T, outputs, atol=1e-12)
        seen.add(b"".join(array.tobytes() for array in twin))
    assert len(seen) == notations.twins(units)


def test_nothing_changes_its_arguments() -> None:
    for kind in KINDS:
        w, (x, h0, _) = weights(kind), inputs()
        before = [array.copy() for array in w]
        notations.permute_units(w, np.arange(H))[0][:] = 7
        notations.mirror_units(w, -np.ones(H))[0][:] = 7
        notations.as_read(w, Reading(notations.GATES[kind]))[0][:] = 7
        notations.errors(x, h0, np.zeros((T, B, H)), w)
        assert all(np.array_equal(a, b) for a, b in zip(w, before, strict=True))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda w: notations.readings(dict), ValueError, "kind: expected lstm.Weights or gru.Weights, got 'dict'"),
        (lambda w: notations.permute_units(w, np.array([0, 1, 1, 3])), ValueError, "order: expected each unit"),
        (lambda w: notations.permute_units(w, np.array([0, 1])), ValueError, r"order: expected shape \(4,\)"),
        (lambda w: notations.mirror_units(w, np.array([1.0, 0, 1, 1])), ValueError, "s: expected entries 1 and -1"),
        (lambda w: notations.mirror_units(w, np.ones(3)), ValueError, r"s: expected shape \(H=4\)"),
        (lambda w: notations.twins(0), ValueError, "H: expected at least 1, got 0"),
        (lambda w: notations.as_read(w, Reading("rzn")), ValueError, "expected two orders of the same gates"),
        (lambda w: notations.as_read(w._asdict(), Reading("ifgo")), TypeError, "w: expected lstm.Weights"),
        (lambda w: notations.errors(*inputs()[:2], np.zeros((T, B, 5)), w), ValueError, "h: expected shape"),
    ],
)  # fmt: skip
def test_refused(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(weights(lstm.Weights))
