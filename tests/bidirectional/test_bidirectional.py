"""Two directions, stacks and connection matrices against torch's layers and cells, autograd and counted arrows."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from finite_differences import assert_gradients
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnncourse import bidirectional

LENGTHS = np.array([2, 6, 1, 4])  # not sorted, the longest shorter than T
TOLERANCE = {np.float64: 1e-12, np.float32: 1e-5}


def draw(*shape: int, seed: int = 0, dtype: Any = np.float64) -> Any:
    return np.random.default_rng([seed, *shape]).normal(scale=0.7, size=shape).astype(dtype)


def arrays_of(module: torch.nn.Module) -> list[Any]:
    return [p.detach().numpy() for p in module.parameters()]


def torch_rnn(F: int = 3, H: int = 4, dtype: Any = torch.float64, **options: Any) -> torch.nn.RNN:
    torch.manual_seed(0)
    return torch.nn.RNN(F, H, dtype=dtype, **options)


def assert_close(ours: Any, theirs: Any, tolerance: float = 1e-12) -> None:
    theirs = theirs.detach().numpy() if isinstance(theirs, torch.Tensor) else theirs
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * (1 + np.abs(theirs).max(initial=0)))


# --- two directions


@pytest.mark.equation("eq-bidirectional-reverse")
def test_each_example_is_reversed_within_its_own_length() -> None:
    x = draw(6, 4, 3)
    packed = torch.nn.utils.rnn.pad_sequence([torch.from_numpy(x[:n, b]).flip(0) for b, n in enumerate(LENGTHS)])
    reversed_x = bidirectional.reverse(x, LENGTHS)
    for b, n in enumerate(LENGTHS):
        np.testing.assert_array_equal(reversed_x[:n, b], packed[:n, b])
        np.testing.assert_array_equal(reversed_x[n:, b], x[n:, b])
    np.testing.assert_array_equal(bidirectional.reverse(reversed_x, LENGTHS), x)
    np.testing.assert_array_equal(bidirectional.reverse(x), np.flip(x, axis=0))


@pytest.mark.equation("eq-bidirectional-direction")
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_direction_is_torchs_cell_along_each_example_alone(nonlinearity: str, backwards: bool) -> None:
    torch.manual_seed(0)
    cell = torch.nn.RNNCell(3, 5, nonlinearity=nonlinearity, dtype=torch.float64)
    x, h0 = draw(7, 4, 3), draw(4, 5)
    options = {"nonlinearity": nonlinearity, "lengths": LENGTHS, "backwards": backwards}
    h, last = bidirectional.direction(x, h0, *arrays_of(cell), **options)
    for b, n in enumerate(LENGTHS):
        state, expected = torch.from_numpy(h0[b]), torch.zeros(7, 5, dtype=torch.float64)
        for t in reversed(range(n)) if backwards else range(n):
            state = expected[t] = cell(torch.from_numpy(x[t, b]), state)
        assert_close(h[:, b], expected)
        assert_close(last[b], state)


@pytest.mark.equation("eq-bidirectional-concat")
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_a_bidirectional_layer_is_torchs(lengths: Any, nonlinearity: str) -> None:
    module, x, h0 = torch_rnn(bidirectional=True, nonlinearity=nonlinearity), draw(6, 4, 3), draw(2, 4, 4)
    weights = arrays_of(module)
    given: Any = torch.from_numpy(x)
    if lengths is not None:
        given = pack_padded_sequence(given, torch.from_numpy(lengths), enforce_sorted=False)
    expected, expected_last = module(given, torch.from_numpy(h0))
    if lengths is not None:
        expected, _ = pad_packed_sequence(expected)
    h, last = bidirectional.forward(x, h0, weights[:4], weights[4:], nonlinearity, lengths)
    assert_close(h, expected)
    assert_close(last, expected_last)


@pytest.mark.equation("eq-bidirectional-backward")
@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_gradients_of_a_bidirectional_layer_are_autograds(lengths: Any) -> None:
    module = torch_rnn(bidirectional=True)
    x, h0, dh_out, dlast = draw(6, 4, 3), draw(2, 4, 4), draw(6, 4, 8), draw(2, 4, 4)
    weights = arrays_of(module)
    h, _ = bidirectional.forward(x, h0, weights[:4], weights[4:], lengths=lengths)
    there, back = bidirectional.backward(dh_out, x, h0, h, weights[:4], weights[4:], lengths, dlast)

    tx, th0 = torch.tensor(x, requires_grad=True), torch.tensor(h0, requires_grad=True)
    packed = tx if lengths is None else pack_padded_sequence(tx, torch.from_numpy(lengths), enforce_sorted=False)
    output, last = module(packed, th0)
    output = output if lengths is None else pad_packed_sequence(output)[0]
    ((output * torch.from_numpy(dh_out)).sum() + (last * torch.from_numpy(dlast)).sum()).backward()
    expected = [p.grad for p in module.parameters()]
    for ours, theirs in zip((there, back), (expected[:4], expected[4:]), strict=True):
        for gradient, wanted in zip((ours.dW_ih, ours.dW_hh, ours.db, ours.db), theirs, strict=True):
            assert_close(gradient, wanted)
    assert_close(there.dx + back.dx, tx.grad)
    assert_close(np.stack([there.dh0, back.dh0]), th0.grad)


@pytest.mark.equation("eq-bidirectional-backward")
def test_gradients_of_a_bidirectional_layer_are_finite_differences() -> None:
    a = {"x": draw(4, 2, 2), "h0": draw(2, 2, 3)}
    a |= {f"W{k}": draw(*shape, seed=k) for k, shape in enumerate([(3, 2), (3, 3), (3,), (3,)] * 2)}
    dh_out, dlast, lengths = draw(4, 2, 6), draw(2, 2, 3, seed=1), np.array([4, 2])

    def run(x: Any, h0: Any, **W: Any) -> Any:
        weights = [W[f"W{k}"] for k in range(8)]
        return bidirectional.forward(x, h0, weights[:4], weights[4:], lengths=lengths)

    def loss(**changed: Any) -> Any:
        h, last = run(**changed)
        return (h * dh_out).sum() + (last * dlast).sum()

    weights = [a[f"W{k}"] for k in range(8)]
    there, back = bidirectional.backward(dh_out, a["x"], a["h0"], run(**a)[0], weights[:4], weights[4:], lengths, dlast)
    of_weights = (there.dW_ih, there.dW_hh, there.db, there.db, back.dW_ih, back.dW_hh, back.db, back.db)
    found = {f"W{k}": gradient for k, gradient in enumerate(of_weights)}
    assert_gradients(loss, a, found | {"x": there.dx + back.dx, "h0": np.stack([there.dh0, back.dh0])})


@settings(max_examples=40, deadline=None)
@given(T=st.integers(1, 6), B=st.integers(1, 4), seed=st.integers(0, 10**6))
def test_reversing_the_sequence_and_swapping_the_weights_reverses_the_output(T: int, B: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, h0, lengths = rng.normal(size=(T, B, 2)), rng.normal(size=(2, B, 3)), rng.integers(1, T + 1, B)
    there, back = ([rng.normal(size=s) for s in ((3, 2), (3, 3), (3,), (3,))] for _ in range(2))
    h, last = bidirectional.forward(x, h0, there, back, lengths=lengths)
    turned, turned_last = bidirectional.forward(
        bidirectional.reverse(x, lengths), h0[::-1].copy(), back, there, lengths=lengths
    )
    assert_close(np.roll(bidirectional.reverse(turned, lengths), 3, axis=2), h)
    assert_close(turned_last[::-1], last)


@pytest.mark.parametrize("step", [0, 3, 5])
def test_every_output_knows_every_input_and_padding_none(step: int) -> None:
    weights, h0 = arrays_of(torch_rnn(bidirectional=True)), np.zeros((2, 4, 4))
    x = draw(6, 4, 3)
    changed = x.copy()
    changed[step, 1] += 1  # example 1 is 6 steps long, the others end before step 3 or 5 or both
    h, there = (bidirectional.forward(a, h0, weights[:4], weights[4:], lengths=LENGTHS)[0] for a in (x, changed))
    assert (np.abs(h - there)[:, 1].max(axis=1) > 0).all()
    changed[LENGTHS[3] :, 3] = 1e3  # garbage in the padding of example 3
    again = bidirectional.forward(changed, h0, weights[:4], weights[4:], lengths=LENGTHS)[0]
    np.testing.assert_array_equal(again, there)


# --- layers on layers

SWEEP = list(itertools.product([1, 3], ["tanh", "relu"], [True, False], [True, False], [True, False]))


@pytest.mark.equation("eq-bidirectional-stack")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("num_layers", "nonlinearity", "bias", "batch_first", "both"), SWEEP)
def test_every_option_of_torchs_rnn(
    num_layers: int, nonlinearity: str, bias: bool, batch_first: bool, both: bool, dtype: Any
) -> None:
    options: dict[str, Any] = {"num_layers": num_layers, "nonlinearity": nonlinearity, "bias": bias}
    options |= {"batch_first": batch_first, "bidirectional": both}
    for T, B, F, H in [(5, 3, 2, 4), (1, 1, 1, 1), (4, 4, 4, 4)]:
        module = torch_rnn(F, H, dtype=torch.from_numpy(np.zeros(1, dtype)).dtype, **options)
        x, h0 = (
            draw(*((B, T) if batch_first else (T, B)), F, dtype=dtype),
            draw(num_layers * (1 + both), B, H, dtype=dtype),
        )
        for start in (None, h0):
            found = bidirectional.rnn(x, start, arrays_of(module), **options)
            expected = module(torch.from_numpy(x), None if start is None else torch.from_numpy(start))
            for ours, theirs in zip(found, expected, strict=True):
                assert_close(ours, theirs, TOLERANCE[dtype])


@pytest.mark.equation("eq-bidirectional-stack")
def test_one_example_without_a_batch_and_packed_sequences() -> None:
    options: dict[str, Any] = {"num_layers": 2, "bidirectional": True}
    module, x, h0 = torch_rnn(**options), draw(6, 4, 3), draw(4, 4, 4)
    for start in (None, h0[:, 1].copy()):
        found = bidirectional.rnn(x[:, 1].copy(), start, arrays_of(module), **options)
        expected = module(torch.from_numpy(x[:, 1]), None if start is None else torch.from_numpy(start))
        for ours, theirs in zip(found, expected, strict=True):
            assert_close(ours, theirs)
    packed = pack_padded_sequence(torch.from_numpy(x), torch.from_numpy(LENGTHS), enforce_sorted=False)
    expected_h, expected_last = module(packed, torch.from_numpy(h0))
    h, last = bidirectional.rnn(x, h0, arrays_of(module), **options, lengths=LENGTHS)
    assert_close(h, pad_packed_sequence(expected_h)[0])
    assert_close(last, expected_last)


class TorchsDraws:
    """Uniform numbers for which dropout sets to 0 what torch's would, one layer after another."""

    def __init__(self, p: float, shapes: list[tuple[int, ...]]) -> None:
        torch.manual_seed(7)
        kept = [torch.nn.functional.dropout(torch.ones(shape, dtype=torch.float64), p) > 0 for shape in shapes]
        self.draws = iter([np.where(mask.numpy(), p, np.nextafter(p, 0)) for mask in kept])

    def random(self, shape: tuple[int, ...]) -> Any:
        u = next(self.draws)
        assert u.shape == shape
        return u


@pytest.mark.equation("eq-bidirectional-dropout")
def test_dropout_acts_between_layers_in_training_as_torchs_does() -> None:
    options: dict[str, Any] = {"num_layers": 3, "dropout": 0.4}
    module, x = torch_rnn(**options), draw(6, 4, 3)
    drawn: Any = TorchsDraws(0.4, [(6, 4, 4)] * 2)
    torch.manual_seed(7)
    trained = module(torch.from_numpy(x))
    for ours, theirs in zip(bidirectional.rnn(x, None, arrays_of(module), **options, rng=drawn), trained, strict=True):
        assert_close(ours, theirs)
    assert next(drawn.draws, None) is None  # none after the last layer
    evaluated = module.eval()(torch.from_numpy(x))
    for ours, theirs in zip(bidirectional.rnn(x, None, arrays_of(module), **options), evaluated, strict=True):
        assert_close(ours, theirs)


@pytest.mark.equation("eq-bidirectional-dropout")
def test_dropout_keeps_the_mean() -> None:
    h, u = draw(4, 5, 6), np.random.default_rng(1).random((4, 5, 6))
    shifts = (np.arange(1000) / 1000)[:, None, None, None]
    mean = np.mean([bidirectional.drop(h, (u + s) % 1, 0.3) for s in shifts], axis=0)
    np.testing.assert_allclose(mean, h, atol=3e-3)
    np.testing.assert_array_equal(bidirectional.drop(h, u, 0.0), h)
    np.testing.assert_array_equal(bidirectional.drop(h, u, 1.0), 0 * h)


@pytest.mark.equation("eq-bidirectional-parameters")
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize(("F", "H", "num_layers", "bias"), [(3, 4, 1, True), (2, 5, 3, False), (4, 4, 2, True)])
def test_parameters_are_as_many_as_torchs(F: int, H: int, num_layers: int, bias: bool, both: bool) -> None:
    module = torch_rnn(F, H, num_layers=num_layers, bias=bias, bidirectional=both)
    count = bidirectional.parameter_count(F, H, num_layers, bias, both)
    assert count == sum(p.numel() for p in module.parameters())


# --- the connection matrix


def network(C: Any, H: list[int], T: int = 5, B: int = 3, F: int = 2, seed: int = 0) -> dict[str, Any]:
    rng, widths = np.random.default_rng(seed), np.array([F, *H, *H])

    def states() -> list[Any]:
        return [rng.normal(size=(B, n)) for n in H]

    return {
        "x": rng.normal(size=(T, B, F)),
        "h0": states(),
        "C": np.asarray(C),
        "W": [rng.normal(scale=0.6, size=(n, widths[row == 1].sum())) for n, row in zip(H, np.asarray(C), strict=True)],
        "b": [rng.normal(size=n) for n in H],
    }


def edge_by_edge(a: dict[str, Any]) -> tuple[list[list[torch.Tensor]], dict[str, Any]]:
    """The same network in torch: a block of weights per arrow, each state asked for when it is needed."""
    v = {name: [torch.tensor(w, requires_grad=True) for w in a[name]] for name in ("h0", "W", "b")}
    v["x"] = torch.tensor(a["x"], requires_grad=True)
    (T, _, F), L, known = a["x"].shape, len(a["C"]), {}
    widths = [F, *(len(b) for b in a["b"])]

    def state(i: int, t: int) -> torch.Tensor:
        if t < 0:
            return v["h0"][i]
        if (i, t) not in known:
            z, column = v["b"][i], 0
            for k in np.flatnonzero(a["C"][i]).tolist():
                j = -1 if k == 0 else (k - 1) % L
                source = v["x"][t] if k == 0 else state(j, t if k <= L else t - 1)
                z = z + torch.nn.functional.linear(source, v["W"][i][:, column : column + widths[1 + j]])
                column += widths[1 + j]
            known[i, t] = torch.tanh(z).expand(a["x"].shape[1], -1)
        return known[i, t]

    return [[state(i, t) for t in range(T)] for i in range(L)], v


def assert_network_is_autograds(a: dict[str, Any]) -> None:
    expected, v = edge_by_edge(a)
    h = bidirectional.network_forward(**a)
    dh_out = [draw(*h_i.shape, seed=i) for i, h_i in enumerate(h)]
    loss = torch.zeros((), dtype=torch.float64)
    for h_i, expected_i, dh_out_i in zip(h, expected, dh_out, strict=True):
        assert_close(h_i, torch.stack(expected_i))
        loss = loss + (torch.stack(expected_i) * torch.from_numpy(dh_out_i)).sum()
    loss.backward()
    found = bidirectional.network_backward(dh_out, a["x"], a["h0"], h, a["C"], a["W"])
    for name, gradients in (("W", found.dW), ("b", found.db), ("h0", found.dh0), ("x", [found.dx])):
        for gradient, leaf in zip(gradients, [v["x"]] if name == "x" else v[name], strict=True):
            assert_close(gradient, torch.zeros_like(leaf) if leaf.grad is None else leaf.grad)


@st.composite
def connections(draw_from: Any) -> tuple[Any, list[int]]:
    L = draw_from(st.integers(1, 4))
    bits = draw_from(st.lists(st.booleans(), min_size=L * (1 + 2 * L), max_size=L * (1 + 2 * L)))
    C = np.array(bits, dtype=int).reshape(L, 1 + 2 * L)
    rank = np.array(draw_from(st.permutations(range(L))))
    C[:, 1 : 1 + L] &= rank[:, None] > rank  # whatever the order is, there is one
    return C, draw_from(st.lists(st.integers(1, 3), min_size=L, max_size=L))


@pytest.mark.equation("eq-bidirectional-network")
@pytest.mark.equation("eq-bidirectional-network-dW")
@pytest.mark.equation("eq-bidirectional-network-dh")
@settings(max_examples=60, deadline=None)
@given(connections())
def test_any_connection_matrix_builds_a_network_with_its_gradients(described: Any) -> None:
    assert_network_is_autograds(network(*described, T=3))


@pytest.mark.equation("eq-bidirectional-stacked")
@pytest.mark.equation("eq-bidirectional-network")
@pytest.mark.equation("eq-bidirectional-network-dh")
@pytest.mark.parametrize("num_layers", [1, 2, 3])
def test_a_stack_is_one_of_them_and_is_torchs(num_layers: int) -> None:
    module, x, h0 = torch_rnn(num_layers=num_layers), draw(5, 3, 3), draw(num_layers, 3, 4)
    given, start = torch.tensor(x, requires_grad=True), torch.tensor(h0, requires_grad=True)
    output, last = module(given, start)
    dh_out = draw(5, 3, 4)
    (output * torch.from_numpy(dh_out)).sum().backward()
    of = [[p.detach().numpy() for p in layer] for layer in module.all_weights]
    C = bidirectional.stacked(num_layers)
    W = [np.concatenate([W_ih, W_hh], axis=1) for W_ih, W_hh, _, _ in of]
    h = bidirectional.network_forward(x, list(h0), C, W, [b_ih + b_hh for _, _, b_ih, b_hh in of])
    assert_close(h[-1], output)
    assert_close(np.stack([h_i[-1] for h_i in h]), last)
    found = bidirectional.network_backward([0 * dh_out] * (num_layers - 1) + [dh_out], x, list(h0), h, C, W)
    assert_close(found.dx, given.grad)
    assert_close(np.stack(found.dh0), start.grad)
    for dW, db, layer in zip(found.dW, found.db, module.all_weights, strict=True):
        assert_close(dW, torch.cat([layer[0].grad, layer[1].grad], dim=1))
        assert_close(db, layer[2].grad)


@pytest.mark.equation("eq-bidirectional-stacked")
def test_skips_and_feedback_are_more_arrows() -> None:
    plain = [[1, 0, 0, 1, 0], [0, 1, 0, 0, 1]]
    np.testing.assert_array_equal(bidirectional.stacked(2), plain)
    np.testing.assert_array_equal(bidirectional.stacked(2, skip=True), [plain[0], [1, 1, 0, 0, 1]])
    np.testing.assert_array_equal(bidirectional.stacked(2, feedback=True), [[1, 0, 0, 1, 1], plain[1]])
    for skip, feedback in itertools.product([False, True], repeat=2):
        assert_network_is_autograds(network(bidirectional.stacked(3, skip, feedback), [2, 3, 1]))


@pytest.mark.equation("eq-bidirectional-network")
def test_an_arrow_goes_from_the_column_to_the_row_after_its_delay() -> None:
    C = np.zeros((2, 5), int)
    C[0, 0] = C[1, 1] = 1  # x → layer 0 → layer 1
    a = network(C, [1, 1], T=4, F=1)
    h, changed = bidirectional.network_forward(**a), dict(a, x=a["x"].copy())
    changed["x"][1] += 1
    moved = [
        np.abs(p - q).max(axis=(1, 2)) > 0 for p, q in zip(bidirectional.network_forward(**changed), h, strict=True)
    ]
    assert [m.tolist() for m in moved] == [[False, True, False, False]] * 2
    C[1, 1], C[1, 1 + 2 + 0] = 0, 1  # the same arrow with a step of delay
    moved = [
        np.abs(p - q).max(axis=(1, 2)) > 0
        for p, q in zip(bidirectional.network_forward(**changed), bidirectional.network_forward(**a), strict=True)
    ]
    assert [m.tolist() for m in moved] == [[False, True, False, False], [False, False, True, False]]


@pytest.mark.equation("eq-bidirectional-order")
@settings(max_examples=60, deadline=None)
@given(connections())
def test_the_order_puts_every_source_first(described: Any) -> None:
    C, H = described
    order = bidirectional.network_order(C)
    assert sorted(order) == list(range(len(H)))
    for i, j in np.argwhere(C[:, 1 : 1 + len(H)]).tolist():
        assert order.index(j) < order.index(i)


@pytest.mark.parametrize(
    ("arrows", "circle"),
    [
        ([(0, 0)], "layer 0 → layer 0"),
        ([(0, 1), (1, 0)], "layer 0 → layer 1 → layer 0"),
        ([(1, 2), (2, 3), (3, 1), (0, 1)], "layer 1 → layer 2 → layer 3 → layer 1"),
    ],
)
def test_a_circle_without_delay_is_refused_by_name(arrows: list[tuple[int, int]], circle: str) -> None:
    C = bidirectional.stacked(4)
    C[:, 1:5] = 0
    for source, to in arrows:
        C[to, 1 + source] = 1
    a = network(C, [1] * 4)
    with pytest.raises(ValueError) as raised:
        bidirectional.network_forward(**a)
    named = str(raised.value).removeprefix("C: expected a delay in every circle, got ").removesuffix(" without one")
    steps, wanted = named.split(" → "), circle.split(" → ")
    assert steps[0] == steps[-1]
    start = wanted.index(steps[0])
    assert steps[:-1] == wanted[:-1][start:] + wanted[:-1][:start]
    C[:, 5:], C[:, 1:5] = C[:, 1:5].copy(), 0  # with a delay it is a network like any other
    assert_network_is_autograds(network(C, [1] * 4))


# --- arguments


def bad_arguments() -> list[Any]:
    x, h0, weights = draw(5, 3, 2), draw(2, 3, 4), [draw(4, 2), draw(4, 4), draw(4), draw(4, seed=1)]
    lengths = np.array([5, 1, 2])
    stack = dict(zip(("x", "h0", "weights"), (x, draw(1, 3, 4), weights), strict=True))
    whole = {"dh_out": draw(5, 3, 8), "x": x, "h0": h0, "h": draw(5, 3, 8), "there": weights, "back": weights}
    a = network(bidirectional.stacked(2), [2, 3])
    b = bidirectional
    return [
        (b.reverse, {"x": x.astype(int)}, TypeError, "x: expected float32 or float64, got int64"),
        (b.reverse, {"x": x[:0]}, ValueError, "x: expected at least one entry"),
        (b.reverse, {"x": x, "lengths": lengths * 1.0}, TypeError, "lengths: expected a NumPy array of integers"),
        (b.reverse, {"x": x, "lengths": lengths[:2]}, ValueError, r"lengths: expected shape \(3,\), got \(2,\)"),
        (b.reverse, {"x": x, "lengths": lengths + 1}, ValueError, "lengths: expected numbers from 0 to 5, got 2 to 6"),
        (b.reverse, {"x": x, "lengths": lengths - 1}, ValueError, "at least 1 step of every example, got 0"),
        (b.forward, {"x": x, "h0": h0[:1], "there": weights, "back": weights}, ValueError, r"h0: expected shape \(2"),
        (b.forward, {"x": x * np.nan, "h0": h0, "there": weights, "back": weights}, ValueError, "got nan at index"),
        (b.forward, {"x": x, "h0": h0, "there": weights, "back": weights, "nonlinearity": "sin"}, ValueError, "'relu'"),
        (b.backward, {"dh_out": x, "x": x, "h0": h0, "h": x, "there": weights, "back": weights}, ValueError, "dh_out:"),
        (b.backward, whole | {"x": x[:4]}, ValueError, r"dh_out: expected shape \(T=4, B=3, 8\), got \(5, 3, 8\)"),
        (b.backward, whole | {"back": [*weights[:3], weights[3][:2]]}, ValueError, r"b_hh: expected shape \(H=4\)"),
        (b.drop, {"h": x, "u": x, "p": 1.5}, ValueError, "p: expected a probability from 0 to 1, got 1.5"),
        (b.drop, {"h": x, "u": x[:, :1], "p": 0.5}, ValueError, r"u: expected shape \(5, 3, 2\)"),
        (b.rnn, stack | {"num_layers": 2}, ValueError, "weights: expected 2 layers · 1 · 4 arrays, got 4"),
        (b.rnn, stack | {"num_layers": 0}, ValueError, "num_layers: expected at least 1, got 0"),
        (b.rnn, stack | {"dropout": -0.1}, ValueError, "dropout: expected a probability from 0 to 1, got -0.1"),
        (b.rnn, stack | {"batch_first": True}, ValueError, r"h0: expected shape \(1, B=5, 4\)"),
        (b.rnn, stack | {"bias": False, "weights": weights[:3]}, ValueError, "1 · 2 arrays, got 3"),
        (b.rnn, stack | {"x": x[0, 0]}, ValueError, "x: expected shape"),
        (b.rnn, stack | {"h0": h0[:1].astype(np.float32)}, TypeError, "one dtype"),
        (b.parameter_count, {"F": 1, "H": 0}, ValueError, "H: expected at least 1, got 0"),
        (b.stacked, {"L": 2.0}, TypeError, "L: expected an integer, got float"),
        (b.network_order, {"C": a["C"] * 1.0}, TypeError, "C: expected a NumPy array of integers"),
        (b.network_order, {"C": a["C"] * 2}, ValueError, "C: expected numbers from 0 to 1"),
        (b.network_order, {"C": a["C"][:, 1:]}, ValueError, r"C: expected shape \(L, 1\+2L\)"),
        (b.network_forward, a | {"W": a["W"][:1]}, ValueError, "W: expected 2 arrays, one a layer, got 1"),
        (b.network_forward, a | {"W": a["W"][::-1]}, ValueError, r"W\[0\]: expected shape \(H_0=2, 4\), got \(3, 5\)"),
        (b.network_forward, a | {"b": [a["b"][0]] * 2}, ValueError, r"b\[1\]: expected shape \(H_1=3\)"),
        (b.network_forward, a | {"x": a["x"][:, :1]}, ValueError, r"h0\[0\]: expected shape \(B=1, H_0\)"),
        (b.network_forward, a | {"C": 0 * a["C"]}, ValueError, r"W\[0\]: expected shape \(2, 0\), layer 0 has no"),
    ]  # fmt: skip


@pytest.mark.parametrize(("function", "arguments", "error", "message"), bad_arguments())
def test_what_is_wrong_with_an_argument_is_said(function: Any, arguments: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        function(**arguments)


def test_nothing_changes_its_arguments() -> None:
    module, x, h0, dh_out = torch_rnn(bidirectional=True), draw(6, 4, 3), draw(2, 4, 4), draw(6, 4, 8)
    weights, a = arrays_of(module), network(bidirectional.stacked(2, feedback=True), [2, 3])
    h, _ = bidirectional.forward(x, h0, weights[:4], weights[4:], lengths=LENGTHS)
    states = bidirectional.network_forward(**a)
    arrays = [x, h0, dh_out, h, *weights, a["x"], *a["h0"], a["C"], *a["W"], *a["b"], *states]
    for array in arrays:
        array.flags.writeable = False
    bidirectional.backward(dh_out, x, h0, h, weights[:4], weights[4:], LENGTHS, h0)
    bidirectional.rnn(x, h0, weights, bidirectional=True, dropout=0.5, rng=np.random.default_rng(0), lengths=LENGTHS)
    bidirectional.network_backward(states, a["x"], a["h0"], bidirectional.network_forward(**a), a["C"], a["W"])
