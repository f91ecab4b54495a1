"""rnncourse.nn.NTM: the machine of the kernel's test, in torch's manner; where the kernel does not serve, the same."""

from __future__ import annotations

import copy
import io
import pickle
from typing import Any

import pytest
import torch

from rnncourse.kernels import ntm as kernel
from rnncourse.nn import ntm as module_of_ntm
from rnncourse.nn.ntm import NTM
from tests.kernels.test_ntm import plain

KINDS = [("lstm", 1, 1, 1), ("feedforward", 1, 1, 1), ("lstm", 2, 2, 2), ("feedforward", 2, 1, 0)]


def machine(controller: str = "lstm", R: int = 1, V: int = 1, S: int = 1, dtype: Any = torch.float64) -> NTM:
    torch.manual_seed(0)
    module = NTM(3, 2, 4, 6, 5, read_heads=R, write_heads=V, shift=S, controller=controller, dtype=dtype)
    with torch.no_grad():
        for p in module.parameters():
            p.add_(0.3 * torch.randn_like(p))
    return module


def used(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []
    original = kernel.forward_unchecked

    def counted(*args: Any) -> Any:
        calls.append(1)
        return original(*args)

    monkeypatch.setattr(kernel, "forward_unchecked", counted)
    return calls


def states(state: Any) -> list[torch.Tensor]:
    return [q for q in state if q is not None]


def random_state(module: NTM, B: int) -> kernel.State:
    state = [q.detach().clone() for q in states(module.initial_state(B))]
    state = [torch.rand_like(q) if i == 1 else torch.randn_like(q) for i, q in enumerate(state)]
    state[1] /= state[1].sum(-1, keepdim=True)
    return kernel.State(*(q.requires_grad_() for q in state))


def loss_of(output: torch.Tensor, last: Any) -> torch.Tensor:
    return output.sin().sum() + sum(q.cos().sum() for q in states(last))


@pytest.mark.equation("eq-ntm-step")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-11), (torch.float32, 1e-4)])
def test_equals_the_machine_written_in_plain_torch(monkeypatch: Any, kind: Any, dtype: Any, tolerance: float) -> None:
    calls, module = used(monkeypatch), machine(*kind, dtype=dtype)
    controller, R, V, S = kind
    x = torch.randn(5, 2, 3, dtype=dtype, requires_grad=True)
    state = random_state(module, 2)
    output, last = module(x, state)
    assert calls, "the kernel was not used"
    inputs = [x, *states(state), *(p for n, p in module.named_parameters() if n != "r_0")]
    found = torch.autograd.grad(loss_of(output, last), inputs)
    short = {"weight_ih": "W_ih", "weight_hh": "W_hh", "bias_h": "b_h", "weight_hp": "W_hp", "bias_hp": "b_hp"}
    short |= {"weight_ho": "W_ho", "bias_ho": "b_ho"}
    v: dict[str, Any] = {f"weights.{short[n]}": p for n, p in module.named_parameters() if n in short}
    v |= {"x": x} | {f"state.{n}": q for n, q in state._asdict().items() if q is not None}
    o, *end = plain(v, (5, 2, 3, 4, 2, R, V, 6, 5, S, controller == "lstm"))
    expected = torch.autograd.grad(loss_of(o, end), inputs)
    for ours, theirs in zip([output, *states(last), *found], [o, *end, *expected], strict=True):
        torch.testing.assert_close(ours, theirs, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("kind", KINDS)
def test_gradcheck_and_second_derivatives(kind: Any) -> None:
    module = machine(*kind)
    x = torch.randn(2, 2, 3, dtype=torch.float64, requires_grad=True)
    state = random_state(module, 2)

    def f(x: Any, *given: Any) -> Any:
        output, last = module(x, kernel.State(*given))
        return output, *states(last)

    assert torch.autograd.gradcheck(f, (x, *states(state)), fast_mode=True)
    assert torch.autograd.gradgradcheck(f, (x, *states(state)), fast_mode=True)


def test_the_first_reads_are_learned() -> None:
    module = machine()
    module(torch.randn(3, 2, 3, dtype=torch.float64))[0].sum().backward()
    assert all(p.grad is not None and p.grad.abs().max() > 0 for p in module.parameters())


@pytest.mark.parametrize("kind", KINDS)
def test_plain_operations_give_the_same_numbers(monkeypatch: Any, kind: Any) -> None:
    module, calls = machine(*kind), used(monkeypatch)
    x = torch.randn(4, 2, 3, dtype=torch.float64)
    output, last, w = module(x, need_weights=True)
    assert len(calls) == 1
    weights = dict(module.named_parameters())
    mapped = torch.func.vmap(lambda x: module(x[:, None])[0][:, 0], in_dims=1, out_dims=1)(x)
    jacobian = torch.func.jacrev(lambda p: torch.func.functional_call(module, p, (x,))[0].sum())(weights)
    monkeypatch.setattr(module_of_ntm, "numpy_serves", lambda tensors: False)
    again, end, places = module(x, need_weights=True)
    assert len(calls) == 1, "torch.func was not served by torch's operations"
    torch.testing.assert_close(mapped, output)
    gradients = torch.autograd.grad(again.sum(), list(module.parameters()))
    for name, gradient in zip(weights, gradients, strict=True):
        torch.testing.assert_close(jacobian[name], gradient)
    for ours, theirs in zip([output, w, *states(last)], [again, places, *states(end)], strict=True):
        torch.testing.assert_close(ours, theirs)


def test_other_dtypes_and_devices_go_through_torch(monkeypatch: Any) -> None:
    calls = used(monkeypatch)
    output, _ = machine(dtype=torch.bfloat16)(torch.randn(3, 2, 3, dtype=torch.bfloat16))
    assert output.dtype == torch.bfloat16
    meta = NTM(3, 2, device="meta")
    assert meta(torch.randn(3, 2, 3, device="meta"))[0].shape == (3, 2, 2)
    with torch.autocast("cpu", torch.bfloat16):
        machine(dtype=torch.float32)(torch.randn(3, 2, 3))
    assert not calls


def test_state_goes_on_and_batch_first_turns_the_axes() -> None:
    module = machine()
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    output, last = module(x)
    first, state = module(x[:2])
    second, end = module(x[2:], state)
    torch.testing.assert_close(torch.cat([first, second]), output)
    torch.testing.assert_close(end.M, last.M)
    turned = copy.deepcopy(module)
    turned.batch_first = True
    torch.testing.assert_close(turned(x.transpose(0, 1))[0], output.transpose(0, 1))


def test_the_memory_may_be_longer_than_in_training() -> None:
    module = machine()
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    output, last, w = module(x, module.initial_state(2, 11), need_weights=True)
    assert last.M.shape == (2, 11, 5)
    assert w.shape == (5, 2, 2, 11)
    torch.testing.assert_close(w.sum(-1), torch.ones(5, 2, 2, dtype=torch.float64))
    module.memory_size = 11
    torch.testing.assert_close(module(x)[0], output)


def test_saved_copied_and_pickled_it_is_the_same() -> None:
    module, x = machine("feedforward"), torch.randn(5, 2, 3, dtype=torch.float64)
    expected = module(x)[0]
    other = machine("feedforward")
    torch.nn.init.zeros_(other.weight_hp)
    buffer = io.BytesIO()
    torch.save(module.state_dict(), buffer)
    buffer.seek(0)
    other.load_state_dict(torch.load(buffer, weights_only=True))
    for twin in (other, copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        torch.testing.assert_close(twin(x)[0], expected)
        assert repr(twin) == repr(module)


def test_trains_in_an_ordinary_loop() -> None:
    module = machine(dtype=torch.float32)
    optimiser = torch.optim.Adam(module.parameters(), 0.01)
    x, target = torch.randn(6, 4, 3), torch.randn(6, 4, 2)
    losses = []
    for _ in range(60):
        loss = torch.nn.functional.mse_loss(module(x)[0], target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]


def test_backward_twice_and_changes_in_place() -> None:
    module, x = machine(), torch.randn(3, 2, 3, dtype=torch.float64)
    output, _ = module(x)
    first = torch.autograd.grad(output.sum(), module.weight_hp, retain_graph=True)[0]
    torch.testing.assert_close(torch.autograd.grad(output.sum(), module.weight_hp)[0], first, rtol=0, atol=0)
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        output.sum().backward()
    output, _ = module(x)
    with torch.no_grad():
        module.weight_hp.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        output.sum().backward()


@pytest.mark.parametrize("controller", ["lstm", "feedforward"])
def test_the_graph_holds_what_torch_can_see_and_free(controller: str) -> None:
    module, x, kept = machine(controller), torch.randn(3, 2, 3, dtype=torch.float64), []

    def pack(t: torch.Tensor) -> int:
        kept.append(t.clone())
        return len(kept) - 1

    with torch.autograd.graph.saved_tensors_hooks(pack, kept.__getitem__):
        loss = module(x)[0].sum()
    got, again = (torch.autograd.grad(loss, list(module.parameters()), retain_graph=True) for _ in range(2))
    assert all(torch.equal(a, b) and bool(a.any()) for a, b in zip(got, again, strict=True))
    tape = kept[len([x, *states(module.initial_state(2)), *module.parameters()]) - 1 :]
    assert len(tape) > 10
    for t in tape:
        t.fill_(torch.nan)
    spoilt = torch.autograd.grad(loss, [module.weight_ih, module.weight_hp])
    assert all(bool(g.isnan().any()) for g in spoilt)


def test_nan_goes_through() -> None:
    module, x = machine(), torch.randn(5, 2, 3, dtype=torch.float64)
    x[2, 0, 0] = torch.nan
    output = module(x)[0]
    assert not output[:2].isnan().any()
    assert output[2:, 0].isnan().all()
    assert not output[:, 1].isnan().any()


@pytest.mark.filterwarnings("ignore")  # torch's own: deprecations of its compilers
def test_forward_mode_is_refused() -> None:
    module, x = machine(), torch.randn(3, 2, 3, dtype=torch.float64)
    with torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(x, torch.ones_like(x))
        with pytest.raises(NotImplementedError):
            module(dual)


def test_wrong_arguments_are_named() -> None:
    module = machine()
    x = torch.randn(3, 2, 3, dtype=torch.float64)
    with pytest.raises(ValueError, match=r"input: expected shape \(T, B, 3\) or \(T, 3\), got \(1, 3, 2, 3\)"):
        module(x[None])
    with pytest.raises(RuntimeError, match=r"input: expected shape \(T, B, 3\) or \(T, 3\), got \(3, 2, 2\)"):
        module(x[:, :, :2])
    with pytest.raises(RuntimeError, match="input: expected at least one entry"):
        module(x[:0])
    with pytest.raises(RuntimeError, match=r"state.r: expected shape \(2, 1, 5\), got \(3, 1, 5\)"):
        module(x, module.initial_state(3))
    with pytest.raises(TypeError, match=r"state.h: expected a Tensor, got NoneType"):
        module(x, machine("feedforward").initial_state(2))
    with pytest.raises(TypeError, match=r"state.h: expected None"):
        machine("feedforward")(x, module.initial_state(2))
    with pytest.raises(ValueError, match="memory_size"):
        module.initial_state(2, 2)
    with pytest.raises(ValueError, match=r"input: expected torch.float64, as the parameters, got torch.float32"):
        module(x.float())
    with pytest.raises(TypeError, match=r"input: expected a Tensor, got ndarray"):
        module(x.numpy())
    state = module.initial_state(2)
    with pytest.raises(ValueError, match=r"state.M: expected torch.float64, as the parameters, got torch.float32"):
        module(x, state._replace(M=state.M.float()))
    with pytest.raises(TypeError, match=r"state.w: expected a Tensor, got ndarray"):
        module(x, state._replace(w=state.w.numpy()))
    with pytest.raises(TypeError, match=r"state.M: expected a Tensor, got NoneType"):
        module(x, state._replace(M=None))
    for given in (state.h, state[:3]):
        with pytest.raises(TypeError, match=r"state: expected a tuple \(r, w, M, h, c\)"):
            module(x, given)


SIZES = ["input_size", "output_size", "hidden_size", "memory_size", "memory_width", "read_heads", "write_heads"]


def test_wrong_sizes_are_named() -> None:
    usual: dict[str, Any] = {"input_size": 3, "output_size": 2}
    for name in SIZES:
        for size in (0, -1):
            with pytest.raises(ValueError, match=f"{name} must be greater than zero, got {size}"):
                NTM(**usual | {name: size})
    for name in (*SIZES, "shift"):
        with pytest.raises(TypeError, match=f"{name} should be of type int, got: float"):
            NTM(**usual | {name: 3.0})
    for wrong in ({"memory_size": 2}, {"controller": "gru"}, {"shift": -1}):
        with pytest.raises(ValueError, match="got"):
            NTM(**usual | wrong)


@pytest.mark.filterwarnings("ignore")  # torch's own: deprecations of its compilers
@pytest.mark.parametrize("how", ["compile", "trace"])
def test_compilers_see_torchs_operations(monkeypatch: Any, how: str) -> None:
    class Outputs(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.machine = machine()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.machine(x)[0]

    model, x = Outputs(), torch.randn(3, 2, 3, dtype=torch.float64)
    expected, calls = model(x), used(monkeypatch)
    seen = (
        torch.compile(model, backend="eager") if how == "compile" else torch.jit.trace(model, (x,), check_trace=False)
    )
    torch.testing.assert_close(seen(x), expected)
    assert not calls
