"""The NARX module against the recurrence in torch's operations, gradcheck, and torch's manners."""

from __future__ import annotations

import copy
import io
import pickle
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from rnncourse import narx
from rnncourse.nn import _bridge as bridge
from rnncourse.nn import narx as module
from rnncourse.nn._torch import shared_product
from rnncourse.nn.narx import NARX

CASES = [  # F K n_y n_u delay skip
    (2, 3, 2, 2, 1, True),
    (1, 1, 3, 2, 0, False),
    (1, 2, 1, 2, 4, True),
    (0, 2, 3, 0, 0, True),
    (0, 1, 1, 0, 0, False),
]


def build(case: tuple[Any, ...], H: int = 4, **options: Any) -> NARX:
    F, K, n_y, n_u, delay, skip = case
    torch.manual_seed(0)
    model = NARX(F, K, H, n_y, n_u, delay, skip, **({"dtype": torch.float64} | options))
    with torch.no_grad():
        if model.weight_io is not None:
            model.weight_io.uniform_(-0.3, 0.3)
    return model


def signals(model: NARX, T: int = 9, B: int = 3, seed: int = 1) -> tuple[torch.Tensor | None, torch.Tensor]:
    generator, dtype = torch.Generator().manual_seed(seed), model.weight_ih.dtype
    u = torch.randn(T, B, model.input_size, generator=generator, dtype=dtype) if model.input_size else None
    return u, torch.randn(T, B, model.output_size, generator=generator, dtype=dtype)


def toss(model: NARX, T: int = 9, B: int = 3) -> torch.Tensor:
    return torch.rand(T - model.start, B, generator=torch.Generator().manual_seed(2)) < 0.5


def plain(model: NARX, u: Any, y: Any, forced: torch.Tensor) -> torch.Tensor:
    """The recurrence by torch's modules, an example and a step at a time."""
    linear, tanh, n_y = torch.nn.functional.linear, torch.tanh, model.output_order
    columns = []
    for b in range(y.shape[1]):
        past, out = list(y[: model.start, b]), []
        for t in range(model.start, len(y)):
            values = [past[t - j] for j in range(1, n_y + 1)]
            values += [u[t - model.delay - j, b] for j in range(model.input_order)]
            phi = torch.cat(values)
            value = linear(tanh(linear(phi, model.weight_ih, model.bias_ih)), model.weight_ho, model.bias_ho)
            out.append(value if model.weight_io is None else value + model.weight_io @ phi)
            past.append(y[t, b] if forced[t - model.start, b] else out[-1])
        columns.append(torch.stack(out))
    return torch.stack(columns, dim=1)


@pytest.mark.equation("eq-narx-run")
@pytest.mark.equation("eq-narx-feedback")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("kind", ["teacher", "free", "mixed", "none"])
@pytest.mark.parametrize("case", CASES)
def test_outputs_and_gradients_are_those_of_torchs_operations(
    case: tuple[Any, ...], kind: str, dtype: torch.dtype
) -> None:
    model = build(case, dtype=dtype)
    u, y = signals(model)
    leaves = [t.requires_grad_() for t in (u, y) if t is not None] + list(model.parameters())
    drawn = toss(model)
    forced = {"mixed": drawn, "free": torch.zeros_like(drawn)}.get(kind, torch.ones_like(drawn))
    expected = plain(model, u, y, forced)
    upstream = torch.randn_like(expected)
    theirs = torch.autograd.grad(expected, leaves, upstream, allow_unused=True)
    out = model(u, y, None if kind == "none" else forced)
    ours = torch.autograd.grad(out, leaves, upstream, allow_unused=True)
    tolerance = 1e-11 if dtype == torch.float64 else 2e-5
    torch.testing.assert_close(out, expected, rtol=0, atol=tolerance)
    for a, b in zip(ours, theirs, strict=True):
        zero = torch.zeros(())
        a, b = zero if a is None else a, torch.zeros_like(a) if b is None and a is not None else b
        torch.testing.assert_close(a, zero if b is None else b, rtol=0, atol=tolerance * float(a.abs().max()))


@pytest.mark.parametrize("case", CASES)
def test_by_hand_and_plain_are_one(case: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    model, found = build(case), []
    u, y = signals(model)
    leaves = [t.requires_grad_() for t in (u, y) if t is not None] + list(model.parameters())
    for by_hand in (True, False):
        with monkeypatch.context() as patch:
            if not by_hand:
                patch.setattr(module, "numpy_serves", lambda tensors: False)
            out = model(u, y, toss(model))
        assert ("_Operation" in type(out.grad_fn).__name__) == by_hand
        found.append([out, *torch.autograd.grad(out.sin().sum(), leaves)])
    for a, b in zip(*found, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_gradcheck_and_gradgradcheck(case: tuple[Any, ...]) -> None:
    model = build(case, H=2)
    u, y = signals(model, T=model.start + 3, B=2)
    forced = toss(model, T=model.start + 3, B=2)
    names = [name for name, _ in model.named_parameters()]
    inputs = [t.requires_grad_() for t in (u, y) if t is not None] + [p.detach().clone() for p in model.parameters()]

    def f(*tensors: torch.Tensor) -> torch.Tensor:
        given = len(tensors) - len(names)
        arguments = (tensors[0] if u is not None else None, tensors[given - 1], forced)
        return torch.func.functional_call(model, dict(zip(names, tensors[given:], strict=True)), arguments)

    inputs = [t.requires_grad_() for t in inputs]
    assert "_Operation" in type(f(*inputs).grad_fn).__name__
    assert torch.autograd.gradcheck(f, inputs)
    assert torch.autograd.gradgradcheck(f, inputs)


@pytest.mark.parametrize("case", CASES)
def test_numbers_are_those_of_the_reading_version(case: tuple[Any, ...]) -> None:
    model = build(case)
    u, y = signals(model)
    weight_io = torch.zeros_like(model.weight_ih[:1]).expand(model.output_size, -1)
    parts = [model.weight_ih, model.bias_ih, model.weight_ho, model.bias_ho]
    parts.append(weight_io if model.weight_io is None else model.weight_io)
    net = narx.Network(*(p.detach().numpy().copy() for p in parts))
    f, orders = partial(narx.mlp, net=net), narx.Orders(model.output_order, model.input_order, model.delay)
    y_, u_ = y.numpy(), None if u is None else u.numpy()
    with torch.no_grad():
        np.testing.assert_allclose(model(u, y), f(narx.regressors(y_, u_, orders)), atol=1e-12)
        mixed, _ = narx.run(f, y_, u_, orders, toss(model).numpy())
        np.testing.assert_allclose(model(u, y, toss(model)), mixed, atol=1e-12)
        steps = None if u is not None else 6
        free = narx.simulate(f, y_[: model.start], u_, orders, steps)
        np.testing.assert_allclose(model.simulate(u, y[: model.start], steps), free, atol=1e-12)


def test_simulation_is_a_run_without_a_teacher_and_sees_the_start_alone() -> None:
    model = build(CASES[0])
    u, y = signals(model)
    y.requires_grad_()
    free = model(u, y, torch.zeros(9 - model.start, 3, dtype=torch.bool))
    torch.testing.assert_close(free, model.simulate(u, y[: model.start]))
    (dy,) = torch.autograd.grad(free.square().sum(), y)
    assert (dy[: model.start] != 0).all()
    assert (dy[model.start :] == 0).all()


@pytest.mark.parametrize("case", CASES)
def test_layouts_hold_the_same_numbers(case: tuple[Any, ...]) -> None:
    model = build(case)
    turned = build(case, batch_first=True)
    u, y = signals(model)
    forced, S = toss(model), model.start
    other_u = None if u is None else u.transpose(0, 1)
    first_u, steps = (None, 6) if u is None else (u[:, 0], None)
    with torch.no_grad():
        expected, free = model(u, y, forced), model.simulate(u, y[:S], steps)
        torch.testing.assert_close(turned(other_u, y.transpose(0, 1), forced.T).transpose(0, 1), expected)
        torch.testing.assert_close(turned.simulate(other_u, y[:S].transpose(0, 1), steps).transpose(0, 1), free)
        for layout in (model, turned):  # unbatched: T first in both, as in torch.nn
            torch.testing.assert_close(layout(first_u, y[:, 0], forced[:, 0]), expected[:, 0])
            torch.testing.assert_close(layout.simulate(first_u, y[:S, 0], steps), free[:, 0])


def test_function_transforms_give_the_same_gradients() -> None:
    model = build(CASES[0])
    u, y = signals(model)
    forced, parameters = toss(model), dict(model.named_parameters())

    def loss(p: Any, u: Any, y: Any, forced: Any) -> torch.Tensor:
        return torch.func.functional_call(model, p, (u, y, forced)).square().sum()

    expected = torch.autograd.grad(loss(parameters, u, y, forced), list(parameters.values()))
    found = torch.func.grad(loss)({k: p.detach() for k, p in parameters.items()}, u, y, forced)
    for a, b in zip(found.values(), expected, strict=True):
        torch.testing.assert_close(a, b)
    each = torch.func.vmap(loss, (None, 1, 1, 1))(parameters, u, y, forced)
    torch.testing.assert_close(each.sum(), loss(parameters, u, y, forced))


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")  # by make_dual itself
def test_forward_mode_is_refused() -> None:
    model = build(CASES[0])
    u, y = signals(model)
    with torch.autograd.forward_ad.dual_level(), pytest.raises(NotImplementedError):
        model(u, torch.autograd.forward_ad.make_dual(y, torch.ones_like(y)), toss(model))


def test_an_input_changed_in_place_is_noticed() -> None:
    model = build(CASES[0])
    u, y = signals(model)
    out = model(u, y, toss(model))
    with torch.no_grad():
        model.weight_ho += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.sum().backward()


def test_no_argument_is_changed() -> None:
    model = build(CASES[0])
    u, y = signals(model)
    kept = [u.clone(), y.clone()]  # type: ignore[union-attr]
    model(u, y, toss(model)).sum().backward()
    model.simulate(u, y[: model.start]).sum().backward()
    assert torch.equal(u, kept[0])  # type: ignore[arg-type]
    assert torch.equal(y, kept[1])


def test_copies_pickles_and_files_predict_the_same() -> None:
    model = build(CASES[0])
    u, y = signals(model)
    file = io.BytesIO()
    torch.save(model, file)
    file.seek(0)
    loaded = build(CASES[0])
    loaded.reset_parameters()
    assert loaded.load_state_dict(model.state_dict())
    names = ["weight_ih", "bias_ih", "weight_ho", "bias_ho", "weight_io"]
    assert sorted(model.state_dict()) == sorted(names)
    assert "weight_io" not in build(CASES[1]).state_dict()
    copies = [copy.deepcopy(model), pickle.loads(pickle.dumps(model)), torch.load(file, weights_only=False), loaded]
    for other in copies:
        assert torch.equal(other(u, y, toss(model)), model(u, y, toss(model)))
        assert str(other) == str(model) == "NARX(2, 3, 4, output_order=2, input_order=2, delay=1)"


def test_it_trains_in_an_ordinary_loop() -> None:
    torch.manual_seed(0)
    u = torch.randn(200, 1, 1)
    y = torch.zeros(200, 1, 1)
    for t in range(1, 200):
        y[t] = 0.6 * y[t - 1] + torch.tanh(u[t - 1])
    model = NARX(1, 1, 8, 1, 1, 1)
    optimiser = torch.optim.Adam(model.parameters(), 0.02)
    losses = []
    for _ in range(150):
        loss = torch.nn.functional.mse_loss(model.simulate(u, y[:1]), y[1:])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.05 * losses[0]


def test_initialisation_is_that_of_linear_and_the_direct_path_zero() -> None:
    model = NARX(3, 2, 50, 4, 2)
    P = 4 * 2 + 2 * 3
    assert model.weight_ih.shape == (50, P)
    assert 0.95 / P**0.5 < float(model.weight_ih.detach().abs().max()) <= 1 / P**0.5
    assert 0.7 / 50**0.5 < float(model.weight_ho.detach().abs().max()) <= 1 / 50**0.5
    assert not model.weight_io.any()  # type: ignore[union-attr]
    before = model.weight_ih.clone()
    model.reset_parameters()
    assert not torch.equal(before, model.weight_ih)
    assert NARX(1, 1, 2, 1, 1, dtype=torch.float64, device="cpu").bias_ho.dtype == torch.float64


def test_other_devices_and_autocast_go_through_torchs_operations() -> None:
    model = build(CASES[0], device="meta")
    u, y = (torch.empty(9, 3, size, device="meta", dtype=torch.float64) for size in (2, 3))
    assert model(u, y, torch.ones(7, 3, dtype=torch.bool, device="meta")).shape == (7, 3, 3)
    model = build(CASES[0], dtype=torch.float32)
    u, y = signals(model)  # type: ignore[assignment]
    expected = model(u, y, toss(model))
    with torch.autocast("cpu", torch.bfloat16):
        out = model(u, y, toss(model))
    assert "_Operation" not in type(out.grad_fn).__name__
    torch.testing.assert_close(out.float(), expected, rtol=0.05, atol=0.05)


def test_nan_goes_through() -> None:
    model = build(CASES[0])
    u, y = signals(model)
    assert u is not None
    u[5, 0] = torch.nan
    for forced in (None, torch.zeros(len(y) - model.start, 3, dtype=torch.bool)):
        out = model(u, y, forced)
        assert not out[: 5 - model.start + model.delay].isnan().any()
        assert out[5 - model.start + model.delay, 0].isnan().all()
        assert out[-1, 0].isnan().all() == (forced is not None)  # what is fed back stays
        assert not out[:, 1:].isnan().any()


def test_large_products_of_the_loops_are_torchs_and_small_ones_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "fastest_product", lambda: shared_product)
    mm, by = torch.mm, []

    def counted(*args: Any, **kwargs: Any) -> Any:
        by.extend([1] * (len(kwargs["out"]) == 64))  # a product of one step
        return mm(*args, **kwargs)

    monkeypatch.setattr(torch, "mm", counted)
    for H, large in ((4, False), (700, True)):  # a product has 64 times 6 times H + 3 multiplications
        model = build(CASES[0], H)
        u, y = signals(model, B=64)
        forced, weights, found = toss(model, B=64), list(model.parameters()), []
        for plain_path in (False, True):
            with monkeypatch.context() as patch:
                if plain_path:
                    patch.setattr(module, "numpy_serves", lambda tensors: False)
                out = model(u, y, forced)
                found.append([out, *torch.autograd.grad(out.sin().sum(), weights)])
            if not plain_path:
                assert len(by) == (2 * len(forced) if large else 0)
        torch.testing.assert_close(*found, rtol=1e-10, atol=1e-10)


MODEL = NARX(2, 1, 3, 2, 1, 1)
U, Y = torch.ones(6, 2, 2), torch.ones(6, 2, 1)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: NARX(1, 1, 0, 1, 1), ValueError, "hidden_size must be at least 1"),
        (lambda: NARX(1, 1, 2.0, 1, 1), TypeError, "hidden_size should be of type int, got: float"),  # type: ignore[arg-type]
        (lambda: NARX(-1, 1, 2, 1, 1), ValueError, "input_size"),
        (lambda: NARX(1, 1, 2, 1), ValueError, "without input"),
        (lambda: NARX(0, 1, 2, 1, 1), ValueError, "without input"),
        (lambda: NARX(0, 1, 2, 1, delay=1), ValueError, "without input"),
        (lambda: MODEL(None, Y), ValueError, "u: expected an input"),
        (lambda: NARX(0, 1, 2, 1)(U, Y), ValueError, "u: expected None"),
        (lambda: MODEL(U, Y.numpy()), TypeError, "y: expected a Tensor, got ndarray"),
        (lambda: MODEL(U.numpy(), Y), TypeError, "u: expected a Tensor, got ndarray"),
        (lambda: MODEL(U, Y[0, 0]), ValueError, r"y: expected shape \(T, B, 1\) or \(T, 1\), got \(1,\)"),
        (lambda: MODEL(U[:, 0], Y), ValueError, "as many dimensions as y, 3, got 2"),
        (lambda: MODEL(U[..., :1], Y), RuntimeError, r"u: expected shape \(T, B, 2\) or \(T, 2\), got \(6, 2, 1\)"),
        (lambda: MODEL(U[:0], Y[:0]), RuntimeError, "y: expected at least one entry"),
        (lambda: MODEL(U[:2], Y[:2]), ValueError, "more than 2 steps, got 2"),
        (lambda: MODEL(U[:5], Y), RuntimeError, "steps and examples of y"),
        (lambda: MODEL(U[:, :1], Y), RuntimeError, "steps and examples of y"),
        (lambda: MODEL(U.double(), Y), ValueError, "u: expected torch.float32, as the parameters, got torch.float64"),
        (lambda: MODEL(U, Y.to("meta")), RuntimeError, "y: expected it on cpu, as the parameters, got meta"),
        (lambda: MODEL(U, Y, torch.ones(4, 2)), TypeError, "torch.bool"),
        (lambda: MODEL(U, Y, torch.ones(6, 2, dtype=torch.bool)), RuntimeError, r"forced: expected \(4, 2\)"),
        (lambda: MODEL(U, Y, torch.ones(4, dtype=torch.bool)), RuntimeError, r"forced: expected \(4, 2\)"),
        (
            lambda: MODEL(U, Y, torch.ones(4, 2, dtype=torch.bool, device="meta")),
            RuntimeError,
            "forced: expected it on",
        ),
        (lambda: MODEL.simulate(U, Y), ValueError, "y0: expected 2 steps"),
        (lambda: MODEL.simulate(U[:2], Y[:2]), ValueError, "u: expected more than 2 steps"),
        (lambda: MODEL.simulate(None, Y[:2]), ValueError, "either an input"),
        (lambda: NARX(0, 1, 2, 2).simulate(None, Y[:2], 0), ValueError, "steps: expected at least 1"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
