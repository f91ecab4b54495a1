"""Shapes in signatures: what the types of a signature ask of its arguments, and when."""

import inspect
import pydoc
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import numpy as np
import pytest

from rnncourse import shapes
from rnncourse._arrays import Array
from rnncourse.shapes import (
    B_F,
    B_H,
    H_,
    H_F,
    N_,
    T_B_F,
    Alike,
    AnyShape,
    Count,
    Ints,
    NotNegative,
    Positive,
    Real,
    check_fields,
    checked,
    ids,
    lengths,
    within,
)

H4_F = Annotated[Array, "4H F"]
N_NpF1 = Annotated[Array, "N N+F+1"]
N_or_NF = Annotated[Array, "N | N F"]


class Pair(NamedTuple):
    """Weights, one of which may be missing."""

    W: H_F
    b: H_ | None = None


@checked
def layer(x: B_F, p: Pair, h: B_H | None = None, n: Count = 1) -> B_H:
    return x @ p.W.T * n


@checked
def sums(W: H4_F, h: B_H, A: N_NpF1) -> int:
    return W.size + A.size


@checked
def choice(s: N_or_NF, other: N_) -> int:
    return s.ndim


@checked
def one_choice_for_all(y: N_or_NF, forecast: N_or_NF) -> Any:
    return y - forecast


@checked
def alike(a: Alike, b: Alike, c: AnyShape) -> int:
    return a.ndim


@checked
def rules(
    o: T_B_F,
    y: Annotated[Ints, ids("T B", below="K")],
    prompt: Annotated[Ints, ids("S B", below="F")],
    n: Annotated[Ints, lengths("T")],
    p: Annotated[Array, "B", within(0, 1)],
    K: int,
    tau: Positive = 1.0,
    r: Real = 0.0,
    q: NotNegative = 0.0,
    share: Annotated[float, within(0, 1, "a share from 0 to 1", without="high")] = 0.0,
) -> float:
    return float(o.sum())


one, two = np.ones((3, 2)), Pair(np.ones((4, 2)), np.ones(4))
good = {
    "o": np.ones((5, 3, 2)),
    "y": np.ones((5, 3), int),
    "prompt": np.ones((7, 3), int),
    "n": np.array([1, 5, 2]),
    "p": np.array([0, 0.5, 1]),
    "K": 2,
}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: layer(one[0], two), ValueError, "x: expected shape (B, F), got (2,)"),
        (lambda: layer(one, two._replace(W=np.ones((4, 3)))), ValueError, "W: expected shape (H, F=2), got (4, 3)"),
        (lambda: layer(one, two._replace(b=np.ones(5))), ValueError, "b: expected shape (H=4), got (5,)"),
        (lambda: layer(one, two._replace(W=None)), TypeError, "W: expected a NumPy array, got NoneType"),
        (lambda: layer(None, two), TypeError, "x: expected a NumPy array, got NoneType"),
        (lambda: layer(one, two, h=np.ones((4, 4))), ValueError, "h: expected shape (B=3, H=4), got (4, 4)"),
        (lambda: layer(one, two, n=0), ValueError, "n: expected at least 1, got 0"),
        (lambda: layer(one, two, None, 1.0), TypeError, "n: expected an integer, got float"),
        (lambda: layer(one.astype(np.float32), two), TypeError, "expected one dtype for all arrays, got {'x'"),
        (lambda: layer(one), TypeError, "missing 1 required positional argument: 'p'"),
        (lambda: layer(one[0], two, None, 1, 2), TypeError, "takes from 2 to 4 positional arguments but 5 were given"),
        (lambda: layer(one, two, k=2), TypeError, "unexpected keyword argument 'k'"),
        (lambda: sums(np.ones((11, 2)), one, np.ones((5, 8))), ValueError, "W: expected shape (8, F), got (11, 2)"),
        (lambda: sums(np.ones((8, 2)), one, np.ones((5, 9))), ValueError, "A: expected shape (N, N+F+1), got (5, 9)"),
        (lambda: sums(np.ones(8), one, np.ones((5, 8))), ValueError, "W: expected shape (8, F), got (8,)"),
        (lambda: choice(np.ones((2, 3, 4)), np.ones(2)), ValueError, "s: expected shape (N, F), got (2, 3, 4)"),
        (lambda: choice(np.ones((2, 3)), np.ones(3)), ValueError, "other: expected shape (N=2), got (3,)"),
        (lambda: one_choice_for_all(one[:, 0], one), ValueError, "forecast: expected shape (N=3), got (3, 2)"),
        (lambda: one_choice_for_all(one, one[:, 0]), ValueError, "forecast: expected shape (N=3, F=2), got (3,)"),
        (lambda: alike(one, np.ones((3, 1)), one), ValueError, "b: expected shape (N_0=3, N_1=2), got (3, 1)"),
        (lambda: alike(one, one, [1.0]), TypeError, "c: expected a NumPy array, got list"),
        (lambda: alike(one, one, np.arange(2)), TypeError, "c: expected float32 or float64, got int64"),
        (lambda: rules(**{**good, "K": 1}), ValueError, "y: expected numbers from 0 to 0, got 1 to 1"),
        (lambda: rules(**{**good, "y": good["y"][0]}), ValueError, "y: expected shape (5, 3), got (3,)"),
        (lambda: rules(**{**good, "y": one}), TypeError, "y: expected a NumPy array of integers, got float64"),
        (lambda: rules(**{**good, "prompt": good["y"][:, :2]}), ValueError, "prompt: expected shape (S, 3), got"),
        (lambda: rules(**{**good, "prompt": good["y"] + 1}), ValueError, "prompt: expected numbers from 0 to 1, got 2"),
        (lambda: rules(**{**good, "n": np.array([0, 1, 1])}), ValueError, "at least 1 step of every example, got 0"),
        (lambda: rules(**{**good, "p": np.array([0, 1.5, 1])}), ValueError, "p: expected numbers from 0 to 1, got 0.0"),
        (lambda: rules(**good, tau=0), ValueError, "tau: expected a positive number, got 0"),
        (lambda: rules(**good, tau=True), TypeError, "tau: expected a positive number, got bool"),
        (lambda: rules(**good, r=np.nan), ValueError, "r: expected a finite number, got nan"),
        (lambda: rules(**good, q=-1), ValueError, "q: expected a number of at least 0, got -1"),
        (lambda: rules(**good, share=1), ValueError, "share: expected a share from 0 to 1, got 1"),
    ],
)  # fmt: skip
def test_each_bad_argument_is_named(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        call()


def test_right_arguments_pass() -> None:
    assert layer(one, two, n=2).shape == layer(p=two, x=one, h=None).shape == (3, 4)
    assert layer(one, Pair(two.W)).shape == (3, 4)
    assert sums(np.ones((8, 2)), one, np.ones((5, 8))) == 56
    assert (choice(np.ones(2), np.ones(2)), choice(np.ones((2, 3)), np.ones(2))) == (1, 2)
    assert alike(np.ones(()), np.ones(()), one) == 0
    assert rules(**good) == 30


def test_what_a_function_calls_is_not_checked_again_and_the_next_call_is() -> None:
    @checked
    def inner(x: B_F) -> Any:
        return x

    @checked
    def outer(x: B_F, wrong: Any) -> Any:
        return inner(wrong)

    assert outer(one, "no array") == "no array"
    with pytest.raises(TypeError, match="x: expected a NumPy array"):
        inner("no array")


def test_after_an_error_arguments_are_checked_as_before() -> None:
    @checked
    def fails(x: B_F) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        fails(one)
    with pytest.raises(ValueError, match="x: expected shape"):
        fails(one[0])


def test_what_the_reader_s_own_function_calls_is_checked() -> None:
    @checked
    def inner(x: B_F) -> Any:
        return x

    @checked
    def apply(f: Callable[[Any], Any], x: B_F) -> Any:
        return f(x)

    with pytest.raises(ValueError, match="x: expected shape"):
        apply(lambda x: inner(x[0]), one)


def test_a_generator_is_checked_when_it_is_asked_for_and_leaves_others_alone() -> None:
    @checked
    def rows(x: B_F) -> Iterator[Any]:
        yield from x

    with pytest.raises(ValueError, match="x: expected shape"):
        rows(one[0])
    next(rows(one))
    with pytest.raises(ValueError, match="x: expected shape"):
        layer(one[0], two)


def test_threads_do_not_disturb_each_other() -> None:
    inside, done, found = threading.Event(), threading.Event(), []

    @checked
    def waits(x: B_F) -> None:
        inside.set()
        done.wait(20)

    thread = threading.Thread(target=waits, args=(one,))
    thread.start()
    inside.wait(20)
    try:
        layer(one[0], two)
    except ValueError as error:
        found.append(str(error))
    done.set()
    thread.join()
    assert found == ["x: expected shape (B, F), got (2,)"]


def test_the_fields_of_a_dataclass() -> None:
    @dataclass
    class Sizes:
        N: Count
        rho: Positive = 1.0

    check_fields(Sizes(2))
    with pytest.raises(ValueError, match="rho: expected a positive number, got 0"):
        check_fields(Sizes(2, 0))


def test_signature_and_help_show_the_shapes() -> None:
    from rnncourse import rnn

    assert str(inspect.signature(rnn.output_layer)) == "(h: 'T_B_H', W_ho: 'K_H', b_ho: 'K_') -> 'T_B_K'"
    assert "output_layer(h: 'T_B_H', W_ho: 'K_H', b_ho: 'K_') -> 'T_B_K'" in pydoc.plain(
        pydoc.render_doc(rnn.output_layer)
    )


def test_a_shape_is_called_as_its_axes() -> None:
    def called(axis: str) -> str:
        number = {"1": "ONE", "2": "TWO"}.get(axis)
        return number or re.sub(r"^(\d+)([A-Z])", r"\2\1", axis).replace("+", "").replace("·", "")

    found = {name: hint.__metadata__ for name, hint in vars(shapes).items() if hasattr(hint, "__metadata__")}
    plain = {name: extras[0] for name, extras in found.items() if isinstance(extras[0], str) and extras[0] != "..."}
    assert len(plain) > 50
    for name, symbols in plain.items():
        choices = ["_".join(called(axis) for axis in choice.split()) for choice in symbols.split("|")]
        assert name.rstrip("_") == "_or_".join(choices), symbols
