"""Whose code answers: the library's in any disguise, torch's, or one's own in whatever words it complains."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from rnncourse import bidirectional, bptt, gradients, rnn
from rnncourse.checks import Report, check, describe, exercises, find
from rnncourse.grading.jail.bubblewrap import Confines
from rnncourse.grading.jail.nursery import Nursery
from rnncourse.grading.submission.session import Session, Times
from rnncourse.kernels import rnn as kernel
from rnncourse.kernels import rtrl as rtrl_kernel

pytestmark = pytest.mark.filterwarnings("ignore")  # a warning is no error, as in a notebook


def own(name: str) -> Callable[..., Any]:
    return lambda *arguments: find(name).variant()(*arguments)


def in_words(name: str, words: Callable[[Exception], Exception]) -> Callable[..., Any]:
    """One's own code, which complains wherever the library does."""

    def function(*arguments: Any) -> Any:
        try:
            find(name).reference(*arguments)
        except (TypeError, ValueError) as error:
            raise words(error) from None
        return own(name)(*arguments)

    return function


@pytest.mark.parametrize("name", exercises())
@pytest.mark.parametrize(
    "words",
    [
        lambda error: (ValueError if isinstance(error, ValueError) else TypeError)(str(error)),
        lambda error: ValueError("mat1 and mat2 shapes cannot be multiplied: give NumPy arrays, no torch.Tensor"),
        lambda error: RuntimeError(str(error)),
    ],
    ids=["the library's", "torch's", "the library's in another type"],
)
def test_ones_own_code_may_complain_in_any_words(name: str, words: Callable[[Exception], Exception]) -> None:
    assert check(name, in_words(name, words)).passed


def truncated_at_the_end(dh_out: Any, *arguments: Any) -> tuple[Any, ...]:
    return tuple(bptt.truncated(dh_out, *arguments, len(dh_out))[:3])


def forwards_and_back(dh_out: Any, x: Any, h0: Any, W_ih: Any, W_hh: Any, b_ih: Any, b_hh: Any) -> tuple[Any, ...]:
    h, h_t = [], h0
    for x_t in x:
        h_t = np.tanh(x_t @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh)
        h.append(h_t)
    return tuple(bptt.backward(dh_out, x, h0, np.array(h), W_ih, W_hh)[:3])


def one_step_of_many(dh_t: Any, x_t: Any, h_prev: Any, h_t: Any, W_ih: Any, W_hh: Any) -> tuple[Any, ...]:
    *sums, dx, dh0 = bptt.backward(dh_t[None], x_t[None], h_prev, h_t[None], W_ih, W_hh)
    return (*sums, dx[0], dh0)


def exponent(w: Any, b: Any, h0: Any, T: int) -> Any:
    return gradients.lyapunov(lambda h: np.tanh(w * h + b), lambda h: w * (1 - np.tanh(w * h + b) ** 2), h0, T)


def penalty(dh: Any, h: Any, W_hh: Any) -> float:
    return float(((gradients.carry_ratio(dh, h, W_hh) - 1) ** 2)[dh.any(axis=-1)].mean())


def joined_halves(x: Any, h0: Any, W_ih: Any, W_hh: Any, b: Any) -> Any:
    h, _ = bidirectional.forward(x, h0, *((W_ih[k], W_hh[k], b[k], 0 * b[k]) for k in range(2)))  # type: ignore[arg-type]
    return h.reshape(*h.shape[:2], 2, -1).mean(axis=2)


def layers_of_one_direction(x: Any, h0: Any, W_ih: Any, W_hh: Any, b: Any, u: Any, p: float) -> Any:
    last = []
    for n, weights in enumerate(zip(W_ih, W_hh, b, 0 * b, strict=True)):
        x, end = bidirectional.direction(x if n == 0 else x * (u[n - 1] >= p) / x.dtype.type(1 - p), h0[n], *weights)
        last.append(end)
    return x, np.stack(last)


DISGUISED: list[tuple[str, Callable[..., Any]]] = [
    ("rnn.cell", lambda x_t, *a: rnn.forward(x_t[None], *a)[0]),
    ("rnn.cell", lambda x_t, *a: kernel.forward(np.stack([x_t]), *a)[0][-1]),
    ("rnn.forward", lambda *a: kernel.forward(*a)[0]),
    ("rnn.output", lambda x, h0, W, U, b, c, V, d: rnn.output_layer(own("rnn.forward")(x, h0, W, U, b, c), V, d)),
    ("rnn.cross_entropy", lambda o, y: -rnn.log_likelihood(o, y).sum() / y.size),
    ("rnn.sample", lambda o, tau, u: rnn.draw(own("rnn.temperature")(o, tau), u)),
    ("bptt.cell_backward", bptt.cell_backward),
    ("bptt.cell_backward", one_step_of_many),
    ("bptt.backward", bptt.backward),
    ("bptt.rtrl", rtrl_kernel.rtrl),
    ("bptt.rtrl", truncated_at_the_end),
    ("bptt.rtrl", forwards_and_back),
    ("gradients.unit_exponent", exponent),
    ("gradients.influence", lambda h, W_hh: gradients.jacobian_products(h, W_hh)[-2::-1]),
    ("gradients.limit_growth", lambda W, s, gamma: W * min(1.0, s / gradients.growth_bound(W, gamma))),
    ("gradients.clip_by_norm", lambda *a: gradients.clip_by_norm(*a)),
    ("gradients.mean_omega", penalty),
    ("bidirectional.both_ways", joined_halves),
    ("bidirectional.locked_stack", layers_of_one_direction),
]
ANSWERS = [(name, find(name).reference) for name in exercises()]
LIBRARY = [*ANSWERS, *((name, partial(answer)) for name, answer in ANSWERS), *DISGUISED]


@pytest.mark.parametrize("name", exercises())
def test_the_library_answers_under_its_name(name: str) -> None:
    _, _, short = name.partition(".")
    report = check(name, find(name).reference)
    assert not report.passed, f"the module of {name} has to sign it: sign(globals(), {short!r}), rnncourse/_arrays.py"


@pytest.mark.parametrize(("name", "function"), LIBRARY)
def test_the_library_earns_nothing_in_any_disguise(name: str, function: Callable[..., Any]) -> None:
    for seed in range(5):
        nothing_from("rnncourse", check(name, function, seed=seed))


def nothing_from(library: str, report: Report) -> None:
    assert report.score == 0.0, str(report)
    assert not any(report.facets.values())
    assert f"comes from {library}" in str(report)


def tensors(arguments: tuple[Any, ...]) -> list[Any]:
    return [torch.from_numpy(a) if isinstance(a, np.ndarray) else a for a in arguments]


def torch_cell(*arguments: Any) -> Any:
    x_t, h_prev, W_ih, W_hh, b_ih, b_hh = tensors(arguments)
    return torch.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh).numpy()


def torch_loss(o: Any, y: Any) -> float:
    return float(torch.nn.functional.cross_entropy(torch.from_numpy(o).flatten(0, 1), torch.from_numpy(y).flatten()))


def torch_softmax(o: Any, tau: float) -> Any:
    return torch.softmax(torch.from_numpy(o) / tau, dim=-1).numpy()


def torch_shares(dh_t: Any, x_t: Any, h_prev: Any, h_t: Any, W_ih: Any, W_hh: Any) -> tuple[Any, ...]:
    dh, x, before, h, W, U = tensors((dh_t, x_t, h_prev, h_t, W_ih, W_hh))
    dz = (1 - h**2) * dh
    return tuple(t.numpy() for t in (dz.T @ x, dz.T @ before, dz.sum(0), dz @ W, dz @ U))


def torch_distance(a: Any, b: Any) -> float:
    a, b = tensors((a, b))
    size = torch.linalg.norm(a.flatten()) + torch.linalg.norm(b.flatten())
    return float(torch.linalg.norm((a - b).flatten()) / size) if size else 0.0


TORCH: list[tuple[str, Callable[..., Any]]] = [
    ("rnn.cell", torch_cell),
    ("rnn.cross_entropy", torch_loss),
    ("rnn.temperature", torch_softmax),
    ("rnn.sample", lambda o, tau, u: np.minimum((torch_softmax(o, tau).cumsum(-1) <= u[:, None]).sum(-1), 99)),
    ("bptt.cell_backward", torch_shares),
    ("bptt.relative_error", torch_distance),
    # What comes back may be a tensor, or one of several.
    ("rnn.cell", lambda *a: torch.from_numpy(own("rnn.cell")(*a))),
    ("bptt.cell_backward", lambda *a: (torch.from_numpy(own("bptt.cell_backward")(*a)[0]), *torch_shares(*a)[1:])),
]


@pytest.mark.parametrize(("name", "function"), TORCH)
def test_torch_earns_nothing_in_any_exercise(name: str, function: Callable[..., Any]) -> None:
    assert "torch earns nothing" in describe(name)
    for seed in range(5):
        report = check(name, function, seed=seed)
        assert report.score == 0.0, str(report)
        assert "torch" in " ".join(report.messages)


def test_a_complaint_is_signed_by_the_function_that_was_called() -> None:
    x, h0, weight, bias = np.zeros((2, 1, 3)), np.zeros((1, 4)), np.zeros((4, 3)), np.zeros(4)
    with pytest.raises(ValueError, match=r"^W_ih: expected shape") as caught:
        rnn.prime(np.zeros((2, 1), int), h0[:, :2], weight, np.zeros((4, 4)), bias, bias)
    assert caught.type.__name__ == "rnn.prime.ValueError"
    with pytest.raises(TypeError, match="missing 5 required") as missing:
        rnn.forward(x)
    assert missing.type.__name__ == "rnn.forward.TypeError"
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again)) == (ValueError, str(caught.value))


SOURCES = {
    "library": "def temperature(o, tau):\n    return rnn.temperature(o, tau)",
    "one's own": "def temperature(o, tau):\n    if not isinstance(tau, float) or tau <= 0:\n"
    "        raise ValueError(f'tau: expected a positive temperature, got {tau}')\n    return rnn.softmax(o / tau)",
    "stops": "def temperature(o, tau):\n    return rnn.temperature(o, -tau)",
}


@pytest.fixture(scope="module")
def nursery(jailed: None) -> Iterator[Nursery]:
    with Nursery((), Confines(memory=2**28)) as nursery:
        yield nursery


@pytest.mark.parametrize("source", SOURCES)
def test_grading_tells_them_apart_too(nursery: Nursery, source: str) -> None:
    cell = "from rnncourse import rnn\n" + SOURCES[source]
    with Session(nursery, Times(cell=60, test=60, total=240)) as session:
        session.cell(cell)
        with session.test():
            graded = check("rnn.temperature", session.value_now("temperature"))
    names: dict[str, Any] = {}
    exec(cell, names)
    shown = check("rnn.temperature", names["temperature"])
    assert graded.facets == shown.facets
    assert [m.rpartition(": ")[2] for m in graded.messages] == [m.rpartition(": ")[2] for m in shown.messages]
    assert graded.passed == (source == "one's own")
    assert "rnn.temperature.ValueError" not in "".join(graded.messages + shown.messages)


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        ("bptt.backward", lambda *a: kernel.backward(*a), "TypeError: backward() takes"),
        ("bptt.rtrl", lambda *a: rtrl_kernel.gradient(*a), "has no attribute 'gradient'"),
        ("rnn.forward", lambda *a: rnn.forward(*a, 3), "TypeError: "),
        ("gradients.clip_by_norm", lambda *a: gradients.clip_by_norm(*a, 2.0), "TypeError: "),
    ],
)
def test_the_library_called_otherwise_than_it_can_be_earns_nothing_either(
    name: str, function: Callable[..., Any], words: str
) -> None:
    report = check(name, function)
    assert words in report.messages[0]
    assert report.messages[0].endswith(
        "What that line calls is the library's, and earns nothing here however it is called."
    )


def test_a_smaller_function_called_wrongly_is_no_offence() -> None:
    report = check("rnn.forward", lambda x, h0, *w: rnn.cell(x[0], *w))
    assert report.messages[0].endswith("TypeError: cell() missing 1 required positional argument: 'b_hh'.")
