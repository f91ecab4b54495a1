from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse.turing import (
    BLANK,
    BUSY_BEAVERS,
    Configuration,
    FloatError,
    Table,
    compile_machine,
    first_float_error,
    increment,
    palindrome,
    parse,
    pop,
    push,
    saturated,
    stack,
    top,
    unstack,
)


def interpret(table: Table, state: str, tape: str, blank: str, steps: int) -> tuple[list[Configuration], bool]:
    """A Turing machine as the textbooks define it: a tape of cells, a head, a table."""
    cells, head, seen = dict(enumerate(tape)), 0, []
    for _ in range(steps + 1):
        lowest, highest = min([*cells, head]), max([*cells, head])
        left = "".join(cells.get(i, blank) for i in range(lowest, head)).lstrip(blank)
        right = "".join(cells.get(i, blank) for i in range(head, highest + 1)).rstrip(blank)
        seen.append(Configuration(state, left, right))
        rule = table.get((state, cells.get(head, blank)))
        if rule is None:
            return seen, True
        cells[head], move, state = rule
        head += {"L": -1, "R": 1, "N": 0}[move]
    return seen, False


@st.composite
def machines(draw: Any) -> tuple[dict[tuple[str, str], tuple[str, str, str]], str]:
    """Any table of up to 4 states and 5 symbols, with holes, and a tape for it."""
    states, symbols = "PQRS"[: draw(st.integers(1, 4))], "_1xyz"[: draw(st.integers(2, 5))]
    rule = st.tuples(st.sampled_from(symbols), st.sampled_from("LRN"), st.sampled_from(states + "H"))
    pairs = st.tuples(st.sampled_from(states), st.sampled_from(symbols))
    table = draw(st.dictionaries(pairs, rule, max_size=12)) | {("P", "_"): draw(rule)}
    return table, draw(st.text(st.sampled_from(sorted({a for _, a in table} | {"_"})), max_size=8))


@settings(max_examples=80, deadline=None)
@given(machines())
def test_the_network_of_any_machine_agrees_with_an_interpreter_at_every_step(
    machine: tuple[dict[tuple[str, str], tuple[str, str, str]], str],
) -> None:
    table, tape = machine
    network = compile_machine(table, start="P")
    expected, halted = interpret(table, "P", tape, BLANK, 25)
    for h, configuration in zip(network.trajectory(tape), expected, strict=False):
        assert network.decode(h) == configuration
    assert network.run(tape, max_steps=25) == (expected[-1], len(expected) - 1, halted)


@pytest.mark.parametrize(("name", "steps", "ones"), [(n, int(n.split()[1]), int(n.split()[3])) for n in BUSY_BEAVERS])
def test_busy_beavers_reach_the_known_values(name: str, steps: int, ones: int) -> None:
    table = parse(BUSY_BEAVERS[name])
    run = compile_machine(table, blank="0").run("")
    assert (run.steps, run.halted) == (steps, True)
    assert (run.configuration.left + run.configuration.right).count("1") == ones
    assert run.configuration == interpret(table, "A", "", "0", 200)[0][-1]


def test_the_values_are_rados_and_brady_s() -> None:
    """S(2) = 6, Σ(2) = 4, S(3) = 21, Σ(3) = 6, S(4) = 107, Σ(4) = 13."""
    values = [(int(n[3]), int(n.split()[1]), int(n.split()[3])) for n in BUSY_BEAVERS]
    best = {n: (max(s for k, s, _ in values if k == n), max(o for k, _, o in values if k == n)) for n in (2, 3, 4)}
    assert best == {2: (6, 4), 3: (21, 6), 4: (107, 13)}


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 8, 21, 31, 1023, 1024])
def test_increment_adds_one(n: int) -> None:
    run = compile_machine(increment()).run(f"{n:b}")
    assert run.configuration.state == "done"
    assert int(run.configuration.left + run.configuration.right, 2) == n + 1


@settings(max_examples=25, deadline=None)
@given(st.text("ab", max_size=7), st.booleans())
def test_palindromes_are_told(half: str, mirrored: bool) -> None:
    word = half + half[::-1] if mirrored else half
    run = compile_machine(palindrome()).run(word)
    assert run.configuration.state == ("yes" if word == word[::-1] else "no")


@pytest.mark.equation("eq-rnn-saturated")
def test_saturated_is_torchs_hardtanh_between_0_and_1_and_stays_exact() -> None:
    z = np.linspace(-2, 2, 41)
    np.testing.assert_array_equal(saturated(z), torch.nn.functional.hardtanh(torch.from_numpy(z), 0.0, 1.0).numpy())
    exact = saturated(np.array([Fraction(1, 3), Fraction(-1, 3), Fraction(4, 3)], dtype=object))
    assert exact.tolist() == [Fraction(1, 3), 0, 1]


def digits(symbols: list[int], beta: int) -> Fraction:
    """The number 0.d₁d₂… in base β, read by Python: the digits as an integer in base β, over β to their count."""
    odd = "".join("0123456789abcdef"[2 * b + 1] for b in symbols)
    return Fraction(int(odd or "0", beta), beta ** len(symbols))


@pytest.mark.equation("eq-rnn-stack")
@given(st.integers(2, 8), st.data())
def test_a_stack_is_the_number_with_those_digits(m: int, data: st.DataObject) -> None:
    symbols = data.draw(st.lists(st.integers(0, m - 1), max_size=20))
    beta = {2: 4, 3: 8, 4: 8}.get(m, 16)
    assert stack(symbols, m) == digits(symbols, beta)
    assert unstack(stack(symbols, m), m) == symbols


@pytest.mark.equation("eq-rnn-stack-top")
@pytest.mark.equation("eq-rnn-stack-push")
@pytest.mark.equation("eq-rnn-stack-pop")
@given(st.integers(2, 6), st.data())
def test_push_pop_and_top_are_those_of_a_list(m: int, data: st.DataObject) -> None:
    pile: list[int] = []
    s: Fraction | int = 0
    for b in data.draw(st.lists(st.none() | st.integers(0, m - 1), max_size=30)):
        if b is None:
            pile, s = pile[1:], pop(s, m)
        else:
            pile, s = [b, *pile], push(s, b, m)
        assert digits(pile, {2: 4, 3: 8, 4: 8}.get(m, 16)) == s
        assert top(s, m) == (pile[0] if pile else 0)


def test_two_symbols_by_hand() -> None:
    """The stack 1, 0: 3/4 + 1/16. Its top is σ(4s - 2) = 1, and 4s - 2·1 - 1 = 1/4 is the stack 0."""
    s = stack([1, 0])
    assert s == Fraction(13, 16)
    assert (top(s), pop(s), push(s, 1)) == (1, Fraction(1, 4), Fraction(13, 64) + Fraction(3, 4))
    assert pop(0) == 0


def test_the_run_is_the_recurrence_and_nothing_else() -> None:
    """h = σ(W h + b), written out with Python's own numbers; W and b are rational and do not depend on the tape."""
    network = compile_machine(increment())
    h = network.encode("1011").tolist()
    W, b = network.W.tolist(), network.b.tolist()
    assert {type(w) for row in [*W, b] for w in row} <= {int, Fraction}
    for expected, _ in zip(network.trajectory("1011"), range(9), strict=False):
        assert h == expected.tolist()
        for _ in range(3):
            h = [
                min(max(sum(w * v for w, v in zip(row, h, strict=True)) + c, 0), 1) for row, c in zip(W, b, strict=True)
            ]


def test_shapes_depend_on_the_table_alone() -> None:
    network = compile_machine(parse(BUSY_BEAVERS["BB(3): 21 steps, 5 ones"]), blank="0")
    assert network.W.shape == (31, 31)
    assert network.b.shape == (31,)
    assert len(network.units) == len(set(network.units)) == 31
    assert (network.states, network.symbols) == (("A", "B", "H", "C"), ("0", "1"))


WRITER: Table = {("go", BLANK): ("1", "R", "go")}


@pytest.mark.parametrize(("dtype", "bits"), [(np.float64, 53), (np.float32, 24)])
def test_floats_lose_the_stack_when_its_digits_outnumber_their_bits(dtype: Any, bits: int) -> None:
    """A stack of d ones has 2d bits, and the open gate adds 1 to it for a moment: exact as long as 2d + 1 ≤ bits."""
    depth = (bits - 1) // 2 + 1
    assert np.finfo(dtype).nmant + 1 == bits
    assert first_float_error(compile_machine(WRITER), dtype=dtype) == FloatError(depth, depth)


def test_floats_are_right_as_long_as_the_stack_is_shallow() -> None:
    network = compile_machine(parse(BUSY_BEAVERS["BB(4): 107 steps, 13 ones"]), blank="0")
    assert first_float_error(network, max_steps=150) is None
    assert first_float_error(network, dtype=np.float16, max_steps=150) is not None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: compile_machine({}), "at least one rule"),
        (lambda: compile_machine({("q", "0"): ("1", "U", "q")}), "L, R or N"),
        (lambda: compile_machine({("q", "00"): ("1", "R", "q")}), "got .*'00'"),
        (lambda: compile_machine(WRITER, blank=""), "blank: expected one character"),
        (lambda: compile_machine(WRITER, start="stop"), "got 'stop'"),
        (lambda: compile_machine(WRITER).run("2"), "got '2'"),
        (lambda: compile_machine(WRITER).run("1", head=3), "from 0 to 1, got 3"),
        (lambda: compile_machine(WRITER).run("1", max_steps=-1), "at least 0, got -1"),
        (lambda: compile_machine(WRITER).decode(np.zeros(19, dtype=object)), "one state"),
        (lambda: stack([0, 2]), "from 0 to 1, got 2"),
        (lambda: stack([0], m=1), "at least 2 symbols, got 1"),
        (lambda: push(0, 5, 3), "from 0 to 2, got 5"),
        (lambda: unstack(Fraction(1, 3)), "a stack of 2 symbols"),
        (lambda: unstack(Fraction(5, 8)), "a stack of 2 symbols"),
        (lambda: parse("1RB1X"), "got '1X'"),
        (lambda: parse("xRB"), "got 'xRB'"),
    ],
)
def test_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
