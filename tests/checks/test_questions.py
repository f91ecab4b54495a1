"""What is said of an unknown mistake is true, short, and asked for only after a failure.

Hundreds of wrong functions are made by random edits of right ones; whatever is said of one is computed here again, by
other means, from the function alone.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rnncourse.checks import check, find, questions
from rnncourse.checks.diagnosis import not_finite, right_outputs, structure, unknown
from rnncourse.checks.engine import Examination, Exercise, as_list, examine, fresh, probes, quiet
from tests.natural import answers

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # a warning is no error, as in a notebook
    pytest.mark.usefixtures("cases_once"),
]

CELL = """
def f(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh
    return np.tanh(z)
"""
FORWARD = """
def f(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = np.zeros((len(x), *h0.shape), dtype=x.dtype)
    for t in range(0, len(x), 1):
        h_prev = h[t - 1] if t > 0 else h0
        h[t] = np.tanh(x[t] @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
    return h
"""
PRIME = """
def f(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    h = h0
    for t in range(0, len(prompt), 1):
        h = np.tanh(W_ih.T[prompt[t]] + b_ih + h @ W_hh.T + b_hh)
    return h
"""
CELL_BACKWARD = """
def f(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t * (1 - h_t**2)
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh
"""
BACKWARD = """
def f(dy, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db, dx, carry = 0 * W_ih, 0 * W_hh, 0 * W_hh[0], 0 * x, 0 * h0
    for t in range(len(x) - 1, -1, -1):
        dz = (dy[t] + carry) * (1 - h[t] ** 2)
        dW_ih = dW_ih + dz.T @ x[t]
        dW_hh = dW_hh + dz.T @ (h[t - 1] if t > 0 else h0)
        db = db + dz.sum(axis=0)
        dx[t] = dz @ W_ih
        carry = dz @ W_hh
    return dW_ih, dW_hh, db, dx, carry
"""
TRUNCATED = """
def f(dy, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db, h = 0 * W_ih, 0 * W_hh, 0 * b_ih, [h0]
    for t in range(0, len(x), 1):
        h.append(np.tanh(x[t] @ W_ih.T + b_ih + h[t] @ W_hh.T + b_hh))
    carry = 0 * h0
    for t in range(len(x) - 1, -1, -1):
        carry = carry if (t + 1) % k > 0 else 0 * carry
        dz = (dy[t] + carry) * (1 - h[t + 1] ** 2)
        dW_ih = dW_ih + dz.T @ x[t]
        dW_hh = dW_hh + dz.T @ h[t]
        db = db + dz.sum(axis=0)
        carry = dz @ W_hh
    return dW_ih, dW_hh, db
"""
CROSS_ENTROPY = """
def f(o, y):
    o = o - o.max(axis=-1, keepdims=True)
    log_p = o - np.log(np.exp(o).sum(axis=-1, keepdims=True))
    return -np.take_along_axis(log_p, y[..., None], axis=-1).sum() / y.size
"""
TEMPERATURE = """
def f(o, tau):
    e = np.exp((o - o.max(axis=-1, keepdims=True)) / tau)
    return e / e.sum(axis=-1, keepdims=True)
"""
PERPLEXITY = """
def f(nll_sums, counts):
    return np.exp(nll_sums.sum() / counts.sum())
"""
ERROR = """
def f(a, b):
    size = np.sqrt((a**2).sum()) + np.sqrt((b**2).sum())
    return np.sqrt(((a - b) ** 2).sum()) / size if size > 0 else 0.0
"""
PAIRS = """
def f(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    c, t, b = np.arange(C)[:, None, None], np.arange(T)[:, None], np.arange(B)
    at = b * C * T + c * T + t
    return ids[at % len(ids)], ids[(at + 1) % len(ids)]
"""
SOURCES = {
    "rnn.cell": CELL,
    "rnn.forward": FORWARD,
    "rnn.prime": PRIME,
    "rnn.cross_entropy": CROSS_ENTROPY,
    "rnn.temperature": TEMPERATURE,
    "rnn.perplexity": PERPLEXITY,
    "rnn.next_symbol_pairs": PAIRS,
    "bptt.cell_backward": CELL_BACKWARD,
    "bptt.backward": BACKWARD,
    "bptt.truncated": TRUNCATED,
    "bptt.relative_error": ERROR,
}
EDITS = 60


class Edit(ast.NodeTransformer):
    """One random change of one node; the nodes are counted in a first pass."""

    def __init__(self, names: Sequence[str], rng: np.random.Generator, at: int = -1) -> None:
        self.names, self.rng, self.at, self.count = names, rng, at, 0

    def visit(self, node: ast.AST) -> Any:
        node = self.generic_visit(node)
        if not isinstance(node, (ast.BinOp, ast.Attribute, ast.Name, ast.Constant, ast.UnaryOp, ast.Call)):
            return node
        if isinstance(getattr(node, "ctx", None), ast.Store):
            return node
        self.count += 1
        return self.change(node) if self.count - 1 == self.at else node

    def change(self, node: Any) -> ast.AST:
        if isinstance(node, ast.BinOp):
            others: list[ast.operator] = [ast.Add(), ast.Sub(), ast.Mult()]
            made = [node.left, node.right, *(ast.BinOp(node.left, op, node.right) for op in others)]
            return made[self.rng.integers(len(made))]
        if isinstance(node, ast.Attribute) and node.attr == "T":
            return node.value
        if isinstance(node, ast.Name) and node.id in self.names:
            return ast.Name(self.names[self.rng.integers(len(self.names))], ast.Load())
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return ast.Constant(node.value + int(self.rng.choice((-1, 1))))
        if isinstance(node, ast.UnaryOp):
            return node.operand
        if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.func, ast.Attribute):
            return node.args[0]
        return node


def edited(name: str, seed: int = 0, edits: int | None = None) -> Callable[..., Any]:
    """A right answer with one or two random edits."""
    rng = np.random.default_rng([seed, len(name)])
    tree = ast.parse(SOURCES[name])
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    names = [*(a.name for a in find(name).arguments), *sorted(stored)]
    for _ in range(int(rng.choice((1, 1, 2))) if edits is None else edits):
        counting = Edit(names, rng)
        counting.visit(tree)
        tree = Edit(names, rng, int(rng.integers(counting.count))).visit(tree)
    space: dict[str, Any] = {"np": np}
    exec(compile(ast.fix_missing_locations(tree), f"<{name} {seed}>", "exec"), space)
    return space["f"]  # type: ignore[no-any-return]


# ---------------------------------------------------------------------------------------------------------------------
# Each sentence computed again


class Witness:
    """A function and an exercise, called anew."""

    def __init__(self, exercise: Exercise, function: Callable[..., Any], seed: int) -> None:
        self.exercise, self.function, self.seed = exercise, function, seed
        self.names = [o.name for o in exercise.outputs]
        self.cases = {c: exercise.case(c, seed) for c in exercise.cases}
        self.general = self.cases[next(iter(self.cases))]
        self.rng = np.random.default_rng(seed + 99)

    def right(self, arguments: Sequence[Any]) -> list[Any]:
        return as_list((self.exercise.expected or self.exercise.reference)(*fresh(arguments)))

    def given(self, arguments: Sequence[Any]) -> list[Any]:
        with np.errstate(all="ignore"):
            return as_list(self.function(*fresh(arguments)))

    def outputs(self, it: str) -> list[int]:
        """The outputs that a sentence is about."""
        if it.lower() == "your answer":
            return list(range(len(self.names)))
        return [self.names.index(name) for name in re.split(", | and ", it)]

    def place(self, argument: str) -> int:
        return [a.name for a in self.exercise.arguments].index(argument)

    def other(self, j: int, n: int = 0) -> Any:
        """Another argument: noise, or one from another draw."""
        a = self.general[j]
        if isinstance(a, np.ndarray) and a.dtype.kind == "f":
            return a + self.rng.normal(size=a.shape) * (np.std(a) + 0.1)
        if isinstance(a, float):
            return a * (1.7, 0.6)[n % 2]
        return self.exercise.case(next(iter(self.cases)), 1000 + n)[j] if isinstance(a, np.ndarray) else max(a - 1, 1)

    def changed(self, j: int, letter: str = "", index: int = 0, n: int = 0) -> list[Any]:
        """The arguments with argument j another one, at one entry along an axis."""
        made, new = list(fresh(self.general)), self.other(j, n)
        if letter:
            axis = (self.exercise.arguments[j].axes or "").split().index(letter)
            whole, new = new, self.general[j].copy()
            place = (slice(None),) * axis + (index,)
            new[place] = whole[place]
        made[j] = new
        return made

    def one_example(self, index: int, n: int = 0) -> list[Any]:
        made = list(self.general)
        for j, value in enumerate(self.exercise.arguments):
            if "B" in (value.axes or "").split() and isinstance(made[j], np.ndarray):
                made[j] = self.changed(j, "B", index, n)[j]
        return made

    def moved(self, i: int, arguments: Sequence[Any], by: str) -> Any:
        """By how much output i changes, each entry, relative to the largest; of the right answer or the given one."""
        call = self.right if by == "right" else self.given
        before, after = call(self.general)[i], call(arguments)[i]
        with np.errstate(all="ignore"):
            away = np.abs(np.asarray(after, float) - np.asarray(before, float))
        return np.nan_to_num(away, nan=0.0) / max(np.abs(np.nan_to_num(before)).max(initial=0), 1e-9)

    def comparable(self, outputs: Sequence[int]) -> list[tuple[str, int, Any, Any]]:
        """Case, output, given and right, where both have one shape."""
        found = []
        for case, arguments in self.cases.items():
            try:
                got = self.given(arguments)
            except Exception:
                continue
            want = self.right(arguments)
            found += [(case, i, got[i], want[i]) for i in outputs if got[i].shape == want[i].shape]
        return found

    def all_equal(self, outputs: Sequence[int], make: Callable[[str, int, Any, Any], Any]) -> bool:
        """Are the pairs that make returns equal, wherever it returns one, and does it return some?"""
        with np.errstate(all="ignore"):
            pairs = [(c, make(c, i, g, w)) for c, i, g, w in self.comparable(outputs)]
        pairs = [(c, p) for c, p in pairs if p is not None]
        return bool(pairs) and all(alike(*p, 1e-3 if c == "float32" else 1e-7) for c, p in pairs)


def alike(a: Any, b: Any, tolerance: float) -> bool:
    a, b = np.asarray(a, float), np.asarray(b, float)
    scale = np.abs(b[np.isfinite(b)]).max(initial=1e-9)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=0, atol=tolerance * scale, equal_nan=True))


def is_right(w: Witness, case: str) -> bool:
    """Is everything right in this case?"""
    compared = [(g, want) for c, _, g, want in w.comparable(range(len(w.names))) if c == case]
    return len(compared) == len(w.names) and all(alike(g, v, 1e-3 if case == "float32" else 1e-8) for g, v in compared)


def never(w: Witness, i: int, calls: Sequence[Sequence[Any]]) -> bool:
    return all(w.moved(i, c, "given").max() < 1e-9 for c in calls)


def vary(w: Witness, change: str, a: list[Any]) -> list[Any] | None:
    """The arguments that "as if" speaks of, from its words."""
    p, a = w.place, list(a)
    if m := re.fullmatch(r"(.+) zero", change):
        for name in re.split(", | and ", m[1]):
            a[p(name)] = 0 * a[p(name)]
    elif m := re.fullmatch(r"(\w+) = ([01])", change):
        old = a[p(m[1])]
        a[p(m[1])] = old * 0 if m[2] == "0" else type(old)(1)
    elif m := re.fullmatch(r"the transpose of (\w+) in its place", change):
        a[p(m[1])] = a[p(m[1])].T
    elif m := re.fullmatch(r"(\w+) and (\w+) exchanged", change):
        j, k = p(m[1]), p(m[2])
        a[j], a[k] = a[k], a[j]
    elif m := re.fullmatch(r"T/(\w+), rounded up, in the place of \w+", change):
        a[p(m[1])] = math.ceil(w.exercise.sizes(a)["T"] / a[p(m[1])])
    elif m := re.fullmatch(r"(.+) in the place of (\w+)", change):
        own = {v.name: x for v, x in zip(w.exercise.arguments, a, strict=True)}
        a[p(m[2])] = eval(m[1].replace("·", "*").replace("²", "**2"), {}, own)
    elif m := re.fullmatch(r"(\w+) reversed in time", change):
        a[p(m[1])] = a[p(m[1])][::-1]
    elif m := re.fullmatch(r"(\w+) one step too (late|early)(, its end at the other end)?", change):
        old, by = a[p(m[1])], 1 if m[2] == "late" else -1
        new = np.roll(old, by, axis=0)
        if not m[3]:
            new[0 if by > 0 else -1] = 0
        a[p(m[1])] = new
    elif m := re.fullmatch(r"the (first|last) step of (\w+) in each place", change):
        old = a[p(m[2])]
        a[p(m[2])] = np.stack([old[0 if m[1] == "first" else -1]] * len(old))
    elif m := re.fullmatch(r"(all but )?the (first|last) (step|example|part)( alone)?", change):
        letter = {"step": "T", "example": "B", "part": "J"}[m[3]]
        for j, v in enumerate(w.exercise.arguments):
            if letter in (v.axes or "").split():
                n = a[j].shape[axis := v.axes.split().index(letter)]  # type: ignore[union-attr]
                keep = (
                    range(n)[slice(1, None) if m[2] == "first" else slice(-1)]
                    if m[1]
                    else [0 if m[2] == "first" else n - 1]
                )
                a[j] = np.take(a[j], list(keep), axis)
    else:
        raise AssertionError(change)
    return a


def as_if(w: Witness, outputs: Sequence[int], change: str) -> bool:
    def pair(case: str, i: int, got: Any, want: Any) -> Any:
        try:
            other = w.right(vary(w, change, list(w.cases[case])))[i]  # type: ignore[arg-type]
        except Exception:
            return None
        return (got, other) if other.shape == got.shape else None

    return w.all_equal(outputs, pair)


def relation(w: Witness, outputs: Sequence[int], words: str) -> bool:
    how, name = words.rsplit(" ", 1)

    def pair(case: str, i: int, got: Any, want: Any) -> Any:
        a, axes, own = (
            w.cases[case][w.place(name)],
            w.exercise.outputs[i].axes,
            w.exercise.arguments[w.place(name)].axes,
        )
        if axes and own and axes != own and isinstance(a, np.ndarray):
            a = np.einsum(
                f"{own.replace(' ', '')},{axes.replace(' ', '')}->{axes.replace(' ', '')}", a, np.ones_like(want)
            )
        return {
            "plus": lambda: (got, want + a),
            "minus": lambda: (got, want - a),
            "times": lambda: (got, want * a),
            "divided by": lambda: (got, want / a),
        }[how]()

    return w.all_equal(outputs, pair)


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "the exponential of": np.exp,
    "the logarithm of": np.log,
    "the logarithm to base 2 of": np.log2,
    "the square of": lambda v: v**2,
    "the root of": np.sqrt,
    "the reciprocal of": lambda v: 1 / v,
    "tanh of": np.tanh,
    "1 minus": lambda v: 1 - v,
    "the whole part of": np.floor,
}


def number(w: Witness, case: str, text: str) -> float:
    """A factor as it is written: "0.5", "1/B" or "1/(B·T)"."""
    return float(eval(text.replace("·", "*"), {}, dict(w.exercise.sizes(w.cases[case]))))


def one_ratio(got: Any, want: Any, shift: bool) -> bool:
    """Is the quotient, or the difference, of all entries the same?"""
    k = np.abs(want).argmax()
    if shift:
        return alike(got - got.flat[k], want - want.flat[k], 1e-6)
    return not want.flat[k] or alike(got * want.flat[k], want * got.flat[k], 1e-6)


def by_lines(w: Witness, outputs: Sequence[int], words: str, shift: bool) -> bool:
    for _, i, got, want in w.comparable(outputs):
        letters = w.exercise.outputs[i].letters(want.ndim)
        names = [questions.AXES.get(a, "entry") for a in letters]
        if len(letters) == 2 and letters[0] == letters[1]:
            names = ["row", "column"]
        keep = [names.index(n) for n in re.split(", | and ", words)]
        g, v = (np.moveaxis(a, keep, range(len(keep))).reshape(*np.take(a.shape, keep), -1) for a in (got, want))
        if not all(one_ratio(g[j], v[j], shift) for j in np.ndindex(*g.shape[:-1])):
            return False
    return True


def along(w: Witness, i: int, array: Any, letter: str) -> Any:
    """A flag for each entry along an axis of an output."""
    axis = w.exercise.outputs[i].letters(array.ndim).index(letter)
    return np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1).max(axis=1)


def no_state(w: Witness, kind: str, step: int = 0) -> bool:
    """The sentences about the own state, for an output h of x and h0."""
    x, h0, *weights = w.general
    got = w.given(w.general)[0]
    before = [h0, *got[:-1]]
    start = [h0] * len(got) if kind == "begins there" else before
    good = [
        alike(g, w.right([x[t : t + 1], s, *weights])[0][0], 1e-9)
        for t, (g, s) in enumerate(zip(got, start, strict=True))
    ]
    if kind == "later steps":
        return all(good[1:]) and not good[0]
    if kind == "one step":
        return good[0] and not good[step - 1] and all(good[: step - 1])
    return all(good) if kind == "begins there" else not any(good)


def in_cases(w: Witness, condition: str, right: bool) -> bool:
    """Is the answer right, or wrong, exactly where a condition holds?"""
    for case, given in w.cases.items():
        values: dict[str, Any] = {a.name: v for a, v in zip(w.exercise.arguments, given, strict=True)}
        space = {**values, **w.exercise.sizes(given)}
        holds = []
        for part in condition.split(" and "):
            name, _, rest = part.partition(" ")
            if "=" in part:
                name, value = re.split(" ?= ?", part)
                holds.append(bool(np.all(np.asarray(space[name]) == float(value))))
            elif m := re.fullmatch(r"a multiple of (\w+)(, or not above it)?", rest):
                holds.append(space[name] % space[m[1]] == 0 or (bool(m[2]) and space[name] <= space[m[1]]))
            else:
                how, other = rest.split(" ")
                limit = space.get(other) if other in space else float(other)
                holds.append(space[name] > limit if how == "above" else space[name] < limit)
        if any(h != holds[0] for h in holds) or (holds[0] == right) != is_right(w, case):
            return False
    return True


def single(w: Witness, right: bool, with_it: str) -> bool:
    case = w.exercise.one_step[0]  # type: ignore[index]
    said = dict(part.split("=") for part in with_it.split(", "))
    given = {value.name: number for value, number in zip(w.exercise.arguments, w.cases[case], strict=True)}
    whole = {name: str(number) for name, number in given.items() if isinstance(number, int)}
    return is_right(w, case) == right and said == {"T": "1"} | whole


def truth(w: Witness, outputs: Sequence[int], make: Callable[[Any, Any], Any]) -> bool:
    return w.all_equal(outputs, lambda case, i, got, want: make(got, want))


def shifted(w: Witness, outputs: Sequence[int], by: int) -> bool:
    ahead, behind = (slice(1, None), slice(-1)) if by > 0 else (slice(-1), slice(1, None))
    return truth(w, outputs, lambda g, v: (g[ahead], v[behind]) if len(v) > 2 else None)


def sums(w: Witness, it: str, words: str, one: int) -> bool:
    pairs = [(g, v) for _, _, g, v in w.comparable(w.outputs(it))]
    return all(
        np.allclose(p[one].sum(axis=-1), 1, atol=1e-3) != np.allclose(p[1 - one].sum(axis=-1), 1, atol=1e-3)
        for p in pairs
    )


def remembers(w: Witness) -> bool:
    """Does a call differ after others?"""
    before = w.given(w.general)
    for j in range(len(w.general)):
        w.given(w.changed(j))
    return not all(alike(a, b, 1e-9) for a, b in zip(before, w.given(w.general), strict=True))


def simple(w: Witness, It: str, conditions: str) -> bool:
    """Is it right with these arguments made simple?"""
    for said in conditions.split(" or with "):
        name, how = said.split(" ", 1)
        j = [value.name for value in w.exercise.inputs].index(name)
        made = w.general[j].copy()
        _, _, gate = how.partition(" in the rows of ")
        H, n = len(made) // len(w.exercise.gates or "."), w.exercise.gates.find(gate)
        rows = slice(n * H, (n + 1) * H) if gate else slice(int("above" in how), None)
        made[rows] = {"very large": 40, "very negative": -40}.get(how.partition(" in ")[0], 0)
        given = (*w.general[:j], made, *w.general[j + 1 :])
        if not all(alike(w.given(given)[i], w.right(given)[i], 1e-8) for i in w.outputs(It)):
            return False
    return True


VERIFY: dict[str, Callable[..., bool]] = {
    "turns right": simple,
    "remembers": remembers,
    "order": lambda w, order: all(
        alike(g, w.right(w.cases[c])[w.outputs(order)[i]], 1e-8 if c != "float32" else 1e-3)
        for c in w.cases
        for i, g in enumerate(w.given(w.cases[c]))
    ),
    "nothing used": lambda w, It: all(
        never(w, i, [w.changed(j, n=n) for n in range(3)])
        for i in w.outputs(It)
        for j in range(len(w.general))
    ),
    "not used": lambda w, It, argument: all(
        never(w, i, [w.changed(w.place(name), n=n) for n in range(3)])
        and max(w.moved(i, w.changed(w.place(name), n=n), "right").max() for n in range(3)) > 1e-7
        for i in w.outputs(It)
        for name in re.split(", | or ", argument)
    ),
    "used": lambda w, It, argument: all(
        any(w.moved(i, w.changed(w.place(name), n=n), "given").max() > 1e-7 for n in range(3))
        and all(w.moved(i, w.changed(w.place(name), n=n), "right").max() == 0 for n in range(3))
        for i in w.outputs(It)
        for name in re.split(", | or ", argument)
    ),
    "mixed": lambda w, at, it, other: all(
        along(w, i, w.moved(i, w.one_example(int(other)), "given"), "B")[int(at)] > 1e-9
        and along(w, i, w.moved(i, w.one_example(int(other)), "right"), "B")[int(at)] == 0
        and at != other
        for i in w.outputs(it)
    ),
    "seen at": lambda w, at, it, argument, step: all(
        along(w, i, w.moved(i, w.changed(w.place(argument), "T", int(step) - 1), "given"), "T")[int(at) - 1] > 1e-9
        and along(w, i, w.moved(i, w.changed(w.place(argument), "T", int(step) - 1), "right"), "T")[int(at) - 1] == 0
        for i in w.outputs(it)
    ),
    "not seen": lambda w, at, it, argument: all(
        along(w, i, w.moved(i, w.changed(w.place(argument), n=n), "given"), "T")[int(at) - 1] < 1e-9
        for i in w.outputs(it)
        for n in range(3)
    ),
    "not seen at": lambda w, at, it, argument, step: all(
        along(w, i, w.moved(i, w.changed(w.place(argument), "T", int(step) - 1, n), "given"), "T")[int(at) - 1] < 1e-9
        for i in w.outputs(it)
        for n in range(3)
    ),
    "step not used": lambda w, It, argument, step: all(
        never(w, i, [w.changed(w.place(argument), "T", int(step) - 1, n) for n in range(3)]) for i in w.outputs(It)
    ),
    "example not used": lambda w, It, other: all(
        never(w, i, [w.one_example(int(other), n) for n in range(3)]) for i in w.outputs(It)
    ),
    "as if": lambda w, It, change: as_if(w, w.outputs(It), change),
    "relation": lambda w, It, relation_: relation(w, w.outputs(It), relation_),
    "function": lambda w, It, function: truth(w, w.outputs(It), lambda g, v: (g, FUNCTIONS[function](v.astype(float)))),
    "argument": lambda w, it, argument: w.all_equal(
        w.outputs(it), lambda case, i, g, v: (g, w.cases[case][w.place(argument)])
    ),
    "zero": lambda w, it: truth(w, w.outputs(it), lambda g, v: (g, 0 * g)),
    "signs": lambda w, it: truth(w, w.outputs(it), lambda g, v: (g + v, 0 * v)),
    "transposed": lambda w, It: truth(w, w.outputs(It), lambda g, v: (g, v.T) if v.shape == v.T.shape else (g, 1 + g)),
    "square": lambda w, It: (
        truth(w, w.outputs(It), lambda g, v: (g, v.T) if v.shape == v.T.shape else None)
        and any(v.shape != v.T.shape for _, _, _, v in w.comparable(w.outputs(It)))
    ),
    "late": lambda w, it: shifted(w, w.outputs(it), 1),
    "early": lambda w, it: shifted(w, w.outputs(it), -1),
    "turned": lambda w, it: truth(w, w.outputs(it), lambda g, v: (g, np.flip(v, 0))),
    "sizes": lambda w, it: truth(w, w.outputs(it), lambda g, v: (g**2, v**2)),
    "places": lambda w, it: truth(
        w, w.outputs(it), lambda g, v: (np.sort(g.ravel()), np.sort(v.ravel())) if v.size > 1 else None
    ),
    "ranks": lambda w, it: all(
        np.diff(g.ravel()[np.argsort(v.ravel())]).min() > -1e-3 * np.abs(g).max()
        for _, _, g, v in w.comparable(w.outputs(it))
    ),
    "sums": lambda w, axis, it: any(
        truth(w, w.outputs(it), lambda g, v, n=n: (g, v * g.sum(n, keepdims=True)) if v.ndim > n else None)
        for n in range(3)
    ),
    "factor": lambda w, It, factor: all(
        np.allclose(g, v * number(w, c, factor), rtol=1e-3, atol=1e-3 * abs(number(w, c, factor)) * np.abs(v).max())
        for c, _, g, v in w.comparable(w.outputs(It))
    ),
    "some factor": lambda w, It: all(one_ratio(g, v, False) for _, _, g, v in w.comparable(w.outputs(It))),
    "constant": lambda w, It, constant: all(
        np.allclose(g - v, float(constant), rtol=1e-3, atol=1e-6 * np.abs(v).max())
        for _, _, g, v in w.comparable(w.outputs(It))
    ),
    "some constant": lambda w, It: all(one_ratio(g, v, True) for _, _, g, v in w.comparable(w.outputs(It))),
    "factors": lambda w, It, axis: by_lines(w, w.outputs(It), axis, False),
    "constants": lambda w, It, axis: by_lines(w, w.outputs(It), axis, True),
    "float32": lambda w, It: all(
        g.dtype == np.float32 and alike(g, v, 1e-3) for _, _, g, v in w.comparable(w.outputs(It))
    ),
    "rounded": lambda w, It, digits: truth(w, w.outputs(It), lambda g, v: (g, np.round(v, int(digits)))),
    "digits": lambda w, It, digits: all(
        alike(g, v, 10.0 ** -(float(digits) - 1)) for _, _, g, v in w.comparable(w.outputs(It))
    ),
    "same": lambda w, It, axis: all(
        alike(g, g.take([0] * g.shape[n], n), 1e-9)
        for _, i, g, v in w.comparable(w.outputs(It))
        for n, a in enumerate(w.exercise.outputs[i].letters(v.ndim))
        if questions.AXES.get(a, "entry") == axis
    ),
    "sum to one": lambda w, it, axis: sums(w, it, axis, 0),
    "not sum to one": lambda w, axis: sums(w, "your answer", axis, 1),
    "positive": lambda w, it: all(g.min() >= 0 and v.min() < 0 for _, _, g, v in w.comparable(w.outputs(it))),
    "range": lambda w, It, got, want: (
        abs(max(np.abs(g).max() for _, _, g, _ in w.comparable(w.outputs(It))) / float(got) - 1) < 0.01
        and abs(max(np.abs(v).max() for _, _, _, v in w.comparable(w.outputs(It))) / float(want) - 1) < 0.01
    ),
    "later steps": lambda w: no_state(w, "later steps"),
    "one step": lambda w, at: no_state(w, "one step", int(at)),
    "each step": lambda w: no_state(w, "each step"),
    "begins there": lambda w, argument: argument == "h0" and no_state(w, "begins there"),
    "right if": lambda w, condition: in_cases(w, condition, True),
    "wrong if": lambda w, condition: in_cases(w, condition, False),
    "single wrong": lambda w, with_it, pointer: single(w, False, with_it),
    "single right": lambda w, with_it: single(w, True, with_it),
}  # fmt: skip


WHO = r"[Yy]our answer|\w+(?:, \w+)*(?: and \w+)?"
VERBS = {"be": "is|are", "they": "it|they", "do": "does|do", "reach": "reaches|reach"}


def read(text: str) -> tuple[str, dict[str, str]] | None:
    """Which sentence a text is, and what stands in its fields."""
    for key, template in questions.SENTENCES.items():
        verbs = VERBS | ({"change": "changes|change"} if key == "used" else {})
        pieces = re.split(r"\{(\w+)(?::[^}]*)?\}", template)
        fields = (
            f"(?:{verbs[p]})" if p in verbs else f"(?P<{p}>{WHO if p.lower() == 'it' else '.+?'})" for p in pieces[1::2]
        )
        pattern = re.escape(pieces[0]) + "".join(f + re.escape(p) for f, p in zip(fields, pieces[2::2], strict=True))
        if m := re.fullmatch(pattern, text):
            return key, {f"{k}_" if k == "relation" else k: v for k, v in m.groupdict().items()}
    return None


def where(w: Witness, text: str) -> bool:
    """The sentence about the place."""
    m = re.match(
        r"(\w+) with (.+?): (?:(every number) differs|(\d+) of (\d+) numbers? differs?|yours is |all numbers are 0)",
        text,
    )
    assert m, text
    i = w.names.index(m[1])
    for case, j, got, want in w.comparable([i]):
        away = np.abs(got - want) > (1e-3 if case == "float32" else 1e-11) * max(
            np.abs(want[np.isfinite(want)]).max(initial=0), 1e-9
        )
        if m[2].split(", ")[:2] != [f"{a}={s}" for a, s in w.exercise.sizes(w.cases[case]).items()][:2] and want.ndim:
            continue
        if (
            (m[3] and away.all())
            or (m[4] and (int(m[4]), int(m[5])) == (away.sum(), away.size))
            or (not m[3] and not m[4])
        ):
            axes = w.exercise.outputs[j].letters(want.ndim)
            place = re.search(r"All of that is in (.+?)\. ", text)
            for part in place[1].split(", ") if place else ():
                word, _, numbers = part.partition(" ")
                letter = next(
                    a
                    for a in axes
                    if questions.AXES.get(a, "entry") == word.removesuffix("s") or questions.AXES.get(a) == word
                )
                found = np.flatnonzero(along(w, j, away, letter)) + (letter == "T")
                first, _, last = numbers.partition(" to ")
                if [*found] != [*range(int(first), int(last or first) + 1)]:
                    return False
            return True
    return False


def doubtful(seen: Examination) -> bool:
    """Is a difference so small, or a number so large, that it is a matter of rounding what is said?"""
    for case in seen.got:
        for i, want in enumerate(seen.want[case]):
            got = seen.comparable(case, i)
            if got is None or case == "float32":
                continue
            away = np.abs(got.astype(float) - want).max(initial=0) / max(np.abs(want).max(initial=0), 1e-9)
            if not np.isfinite(away) or 1e-13 < away < 1e-5:
                return True
    return seen.got[seen.general].values is None


def longest(text: str) -> int:
    """Words of the longest sentence; a shape is one word."""
    return max(len(part.split()) for part in re.split(r"(?<=[.?!]) ", re.sub(r"\([\d, ]+\)", "()", text)))


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_said_of_random_mistakes_is_true_and_short(name: str) -> None:
    exercise, told = find(name), 0
    for seed in range(EDITS):
        function = edited(name, seed)
        seen = examine(exercise, function, seed % 3)
        with quiet():
            usable = not (seen.again_differs() or structure(seen) or doubtful(seen))
            wrong = questions.wrong_outputs(seen) if usable else []
        if not wrong:
            continue
        answers, wide = questions.ask(seen, function), questions.widened(seen, function)
        special, pattern = questions.turns_right(seen, function), questions.pattern(seen, function)
        with quiet():
            said = unknown(seen, answers, special, pattern, wide)
        assert 1 <= len(said) <= 3, said
        w = Witness(exercise, function, seed % 3)
        told += len(said)
        for text in said:
            assert longest(text) <= 20, text
            found = read(text)
            if found:
                key, fields = found
                assert VERIFY[key](w, **fields), (seed, key, fields, text)
            elif not text.endswith("right in every case."):
                assert where(w, text), (seed, text)
            else:
                names = re.split(", | and ", re.sub(r" (is|are) right in every case\.", "", text))
                assert truth(w, [w.names.index(n) for n in names], lambda g, v: (g, v)), text
    assert told > 3


def test_every_sentence_can_be_verified_and_is_short() -> None:
    assert set(VERIFY) == set(questions.SENTENCES)
    for template in questions.SENTENCES.values():
        assert longest(template) <= 20, template


# ---------------------------------------------------------------------------------------------------------------------
# What it costs


def counted(function: Callable[..., Any]) -> tuple[Callable[..., Any], list[int]]:
    calls: list[int] = []

    def counting(*arguments: Any) -> Any:
        calls.append(1)
        return function(*arguments)

    return counting, calls


@pytest.mark.parametrize("name", SOURCES)
def test_a_right_answer_is_asked_nothing_further(name: str) -> None:
    exercise = find(name)
    function, calls = counted(edited(name, edits=0))
    assert check(name, function).passed
    assert len(calls) == len(exercise.cases) + 1 + len(probes(exercise, exercise.case(next(iter(exercise.cases)), 0)))


def test_a_slow_answer_is_asked_nothing_further(monkeypatch: pytest.MonkeyPatch) -> None:
    function, quick = counted(lambda *a: edited("rnn.forward", edits=0)(*a) + 0.3 * a[0].sum())
    check("rnn.forward", function)
    monkeypatch.setattr(questions, "SLOW", 0.0)
    function, slow = counted(function)
    check("rnn.forward", function)
    assert len(slow) < len(quick) - len(slow)


def test_an_exercise_has_words_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    own = replace(find("rnn.forward"), mistakes=(), words={"T": "day", "as if": "Try {change}."})
    monkeypatch.setattr("rnncourse.checks._all", lambda: {"rnn.forward": own})
    right = edited("rnn.forward", edits=0)
    assert check("rnn.forward", lambda x, h0, W, U, b, c: right(x, h0, W, U, b, 0 * c)).messages[0] == "Try b_hh = 0."
    late = check("rnn.forward", lambda *a: right(*a) + 0.1 * (np.arange(len(a[0])) > 2)[:, None, None])
    assert "All of that is in days 4 to 5." in str(late)


def test_a_function_that_remembers_other_calls_is_told_so() -> None:
    losses: list[float] = []

    def mean_of_all(nll: float) -> float:
        losses.append(nll)
        return float(np.mean(losses)) / math.log(2)

    assert "After calls with other arguments, the same call gives another answer" in str(
        check("rnn.bits_per_character", mean_of_all)
    )


# ---------------------------------------------------------------------------------------------------------------------
# What would be said too widely


def square_turned(elsewhere: float) -> Callable[..., Any]:
    """The lecture's weights, with W_ih turned where it is square, and this many times the right one elsewhere."""

    def answer(U: Any, *rest: Any) -> Any:
        made = [*find("notations.from_lecture").variant()(U, *rest)]
        made[0] = U.copy() if len(U) == len(U.T) else elsewhere * made[0]
        return tuple(made)

    return answer


@pytest.mark.parametrize(("elsewhere", "all_of_it"), [(1, True), (2, False)])
def test_an_array_that_is_not_always_square_is_called_transposed_only_where_it_is(
    elsewhere: int, all_of_it: bool
) -> None:
    seen = examine(find("notations.from_lecture"), square_turned(elsewhere), 1)
    said = "W_ih is transposed where it is square: rows and columns have changed places."
    assert questions.identity(seen, [0], (), {}) == (all_of_it, said)


def losses_off(wrong_order: Callable[..., bool], dtype: Any = None) -> Callable[..., Any]:
    """All errors 10 % too large; the order wrong where that is so, and the errors of this dtype."""

    def answer(x: Any, h: Any, *rest: Any) -> Any:
        errors, order = find("notations.find_order").variant()(x, h, *rest)
        return (1.1 * errors + 0.01).astype(dtype or errors.dtype), order[::-1] if wrong_order(x) else order

    return answer


def test_an_output_is_called_right_only_if_it_is_in_the_small_case_too() -> None:
    said = "order is right in every case."
    for wrong, holds in ((lambda x: False, True), (lambda x: x.shape[:2] == (1, 1), False), (lambda x: True, False)):
        report = check("notations.find_order", losses_off(wrong))
        assert (said in report.messages) == holds, report.messages
        assert "errors with T=4, B=2, F=2, H=3: every number differs." in str(report)


def test_an_output_of_another_dtype_is_not_called_right_in_every_case() -> None:
    exercise, right = find("notations.from_lecture"), find("notations.from_lecture").variant()

    def answer(*arguments: Any) -> Any:
        W_ih, W_hh, b_ih, b_hh, W_ho, b_ho = right(*arguments)
        return W_ih, W_hh, 1.1 * b_ih + 0.1, b_hh.astype(float), W_ho, b_ho

    assert right_outputs(examine(exercise, answer, 1)) == "b_ho is right in every case."
    kept = examine(exercise, lambda *a: (*answer(*a)[:3], *right(*a)[3:]), 1)
    assert right_outputs(kept) == "b_hh and b_ho are right in every case."


def errors_until(n: int, fill: Callable[[int], float]) -> Callable[..., Any]:
    """The right errors, and these numbers from the n-th on."""

    def answer(*arguments: Any) -> Any:
        errors, order = find("notations.find_order").variant()(*arguments)
        errors[n:] = [fill(k) for k in range(n, 24)]
        return errors, order

    return answer


ASKED = "Which operation of yours can overflow, divide by zero or take the logarithm of zero?"


@pytest.mark.parametrize(("n", "before"), [(4, "entries 0 to 3 are"), (1, "entry 0 is")])
@pytest.mark.parametrize("fill", [np.inf, -np.inf, np.nan])
def test_what_an_array_was_filled_with_is_no_overflow(n: int, before: str, fill: float) -> None:
    report = check("notations.find_order", errors_until(n, lambda k: fill))
    said = f"{before} right, from entry {n} on every number is {fill}. How many entries are ever computed?"
    assert f"errors with T=4, B=2, F=2, H=3: {said}" in report.messages


@pytest.mark.parametrize(
    ("n", "fill"), [(0, lambda k: np.inf), (3, lambda k: np.inf if k % 2 else 0.5), (3, lambda k: (-1) ** k * np.inf)]
)
def test_numbers_that_are_not_finite_here_and_there_are_asked_for_their_operation(n: int, fill: Any) -> None:
    text = str(check("notations.find_order", errors_until(n, fill)))
    assert "ever computed" not in text


def test_steps_that_are_not_finite_may_be_either() -> None:
    right = edited("rnn.forward", edits=0)

    def answer(*arguments: Any) -> Any:
        h = right(*arguments)
        h[1:] = np.nan
        return h

    seen = examine(find("rnn.forward"), answer, 1)
    (said,) = not_finite(seen)
    assert "step 1 is right, from step 2 on every number is nan. How many steps are ever computed?" in said
    assert said.endswith(ASKED)


# ---------------------------------------------------------------------------------------------------------------------
# What holds by chance of one draw is not said


def drawn_where(exercise: Exercise, holds: Callable[[tuple[Any, ...]], bool]) -> int:
    """The first seed whose general case is so."""
    return next(s for s in range(50) if holds(exercise.case(next(iter(exercise.cases)), s)))


def said_of(name: str, function: Callable[..., Any], seed: int = 1) -> str:
    seen = examine(find(name), function, seed)
    return questions.pattern(seen, function)


def off(name: str, wrong: Callable[..., bool]) -> Callable[..., Any]:
    """The right answer, and 10 % more wherever that is so."""
    right = find(name).variant()

    def answer(*arguments: Any) -> Any:
        made, by = as_list(right(*fresh(arguments))), 1 + 0.1 * bool(wrong(*arguments))
        return tuple(a * by for a in made) if len(made) > 1 else made[0] * by

    return answer


def test_a_condition_on_sizes_is_said_where_it_holds_with_other_sizes() -> None:
    remainder = off("bptt.truncated", lambda dy, x, *rest: len(x) % rest[-1])
    assert "T a multiple of k" in said_of("bptt.truncated", remainder)
    name = "bptt.truncated"
    lucky = {(c[1].shape, c[-1]) for case in find(name).cases if (c := find(name).case(case, 1))[-1] == 1}
    by_chance = off(name, lambda dy, x, *rest: (x.shape, rest[-1]) not in lucky)
    assert said_of(name, by_chance) == ""


def test_sizes_that_have_nothing_to_do_with_each_other_make_no_condition() -> None:
    seen = examine(find("ntm.count_contexts"), find("ntm.count_contexts").variant(), 1)
    said = {condition for condition, _ in questions.conditions(seen)}
    assert not any({"B", "K"} <= set(re.findall(r"\w+", s)) or {"n", "K"} <= set(re.findall(r"\w+", s)) for s in said)


@pytest.mark.parametrize("seed", range(4))
def test_what_bits_show_by_chance_is_not_said(seed: int) -> None:
    """A later copy said backwards: a step may have the same bits with another n, and only in this draw."""
    exercise = find("ntm.repeat_copy")

    def backwards(*arguments: Any) -> Any:
        made = [a.copy() for a in as_list(exercise.variant()(*fresh(arguments)))]
        lengths, n = arguments[1:3]
        y = made[1]
        for example, length in enumerate(lengths):
            for copy in range(1, n):
                start = length + 1 + copy * length
                y[start : start + length, example] = y[start : start + length, example][::-1]
        return tuple(made)

    seen = examine(exercise, backwards, seed)
    assert not any("when n changes" in s for s in questions.ask(seen, backwards).sentences)


def test_right_with_a_special_argument_has_to_hold_in_other_draws() -> None:
    name, exercise = "rnn.forward", find("rnn.forward")
    seed = drawn_where(exercise, lambda given: given[1].flat[0] > 0)
    sometimes = off(name, lambda x, h0, *w: x.any() or h0.flat[0] < 0)
    always = off(name, lambda x, h0, *w: x.any())
    assert questions.turns_right(examine(exercise, sometimes, seed), sometimes) == ""
    assert "right with x = 0" in questions.turns_right(examine(exercise, always, seed), always)


def test_a_factor_of_nothing_is_no_factor() -> None:
    exercise = find("rnn.output")
    right = exercise.variant()

    def of(change: Callable[[Any], Any]) -> str:
        seen = examine(exercise, lambda *a: change(right(*a)), 1)
        with quiet():
            return questions.factors(seen, [0], some=True) + questions.by_lines(seen, [0], shift=False)

    def scaled(y: Any, first: float) -> Any:
        y = y * np.linspace(1.5, 2.5, len(y)).reshape(-1, *[1] * (y.ndim - 1))
        y[0] *= first
        return y

    assert "one factor" in of(lambda y: 1e-3 * y)
    assert of(lambda y: 1e-14 * y) == ""
    assert "one factor for each step" in of(lambda y: scaled(y, 1.0))
    assert of(lambda y: scaled(y, 0.0)) == ""


CHANCE = [  # an answer, a seed with which it held by chance, and what was said then
    ("oscillo/open/reservoir.spikes/spikes_within_the_step", 1, "; it should not"),
    ("oscillo/open/reservoir.spikes/last_spike_zero", 1, "; it should not"),
    ("tides/open/irregular.fill_recent/first_step_raw", 2, "Step 2 of your answer changes when m changes"),
    ("tides/open/irregular.fill_recent/zero_before_first", 2, "; it should not"),
    ("tides/open/irregular.compare/mean_per_patient", 2, "of mean does not change"),
    ("tides/open/irregular.grud_inputs/minus_in_max", 2, "of x_hat does not change"),
    ("practice/open/after.count_modulo/zero_erases", 2, "(only example 1 is another one|x changes at step)"),
    ("oscillo/open/reservoir.memory/variance_of_the_whole_input", 1, "span is right for"),
    ("oscillo/open/reservoir.forecast/x_standardised", 1, "best is right for"),
    ("oscillo/open/reservoir.scale/first_eigenvalue", 2, "Your answer is right up to one factor"),
    ("radio/open/seq2seq.beam/width_shrinks", 2, "(n changes when W_ho|is right with s = 0)"),
    ("radio/open/seq2seq.beam/width_copies_at_start", 2, "is right with W_ho = 0"),
]


@pytest.mark.parametrize(("key", "seed", "said"), CHANCE, ids=[f"{key}-{seed}" for key, seed, _ in CHANCE])
def test_what_other_draws_refute_is_not_said(key: str, seed: int, said: str) -> None:
    answer = next(a for a in answers() if a.key == key)
    assert not re.search(said, str(check(answer.exercise, answer.function, seed=seed)))


def test_a_factor_is_said_of_the_output_that_has_it() -> None:
    answer = next(a for a in answers() if a.key == "oscillo/open/reservoir.scale/first_eigenvalue")
    assert "W_hh is right up to a factor" in str(check(answer.exercise, answer.function, seed=2))


def test_what_holds_in_other_draws_is_still_said() -> None:
    right = edited("rnn.forward", edits=0)

    def from_the_last(x: Any, h0: Any, *weights: Any) -> Any:
        return right(x, h0 + 0.1 * x[-1, :, :1], *weights)

    assert re.search(
        r"Step \d of your answer changes when x changes at step \d; it should not", said_all(from_the_last)
    )
    assert "when b_hh changes" in said_all(lambda x, h0, W, U, b, c: right(x, h0, W, U, b, 0 * c) + 0.1)
    assert "is right with x = 0" in said_all(lambda x, *rest: right(1.5 * x + 0.1 * x**2, *rest))


def said_all(function: Callable[..., Any]) -> str:
    """All that is said of an answer to rnn.forward where no mistake is known."""
    exercise = replace(find("rnn.forward"), mistakes=())
    seen = examine(exercise, function, 1)
    answers_ = questions.ask(seen, function)
    return " ".join([*answers_.sentences, questions.turns_right(seen, function)])


@pytest.mark.parametrize("seed", range(3))
def test_one_number_of_several_is_named_where_it_is_always_that(seed: int) -> None:
    right = find("seq2seq.beam").variant()

    def longest_one(*arguments: Any) -> Any:
        y, n, score = right(*fresh(arguments))
        return y, int(n.max()), score

    def last(*arguments: Any) -> Any:
        y, n, score = right(*fresh(arguments))
        return y, int(n[-1]), score

    assert "alone" not in str(check("seq2seq.beam", longest_one, seed=seed))
    assert "right for the last answer alone" in str(check("seq2seq.beam", last, seed=seed))


def test_axes_have_changed_places_where_two_have() -> None:
    right = find("after.count_modulo").variant()
    cycle = str(check("after.count_modulo", lambda x, m: np.moveaxis(right(x, m), 2, 0)))
    assert "Its axes are in another order. Put back, the numbers are right." in cycle
    two = str(check("after.count_modulo", lambda x, m: right(x, m).swapaxes(0, 1)))
    assert "The axes of steps and examples have changed places. Put back, the numbers are right." in two
    other = str(check("after.count_modulo", lambda x, m: 2 * right(x, m).swapaxes(0, 1)))
    assert "Put back" not in other


def test_a_function_of_a_whole_number_has_to_hold_of_several() -> None:
    exercise = find("seq2seq.beam")
    i = [o.name for o in exercise.results].index("n")
    seen = examine(exercise, exercise.variant(), 1)
    for outcome, want in zip(seen.got.values(), seen.want.values(), strict=True):
        want[i] = np.full_like(want[i], 2)
        outcome.values[i] = np.full_like(want[i], 1)  # type: ignore[index]
    seen._right.clear()
    with quiet():
        assert "logarithm" in questions.related(seen, [i])
        assert questions.identity(questions.widened(seen, None), [i], (), {}) == (False, "")


def test_an_unknown_mistake_costs_a_few_calls_more() -> None:
    for key in ("oscillo/open/reservoir.spikes/spikes_within_the_step", "radio/open/seq2seq.beam/width_shrinks"):
        answer = next(a for a in answers() if a.key == key)
        function, made = counted(answer.function)
        check(answer.exercise, function, seed=1)
        assert len(made) < 400
