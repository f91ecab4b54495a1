r"""Recurrent networks are Turing complete in exact arithmetic: any Turing machine as a fixed W and b.

The construction follows Siegelmann and Sontag (1995), arranged here in three layers. In short, as the page tells it:

A Turing machine is a finite table and an unbounded tape. A network has a finite number of units, so the tape has
to live in the digits of their values, and those must be rational numbers of unbounded precision.

*Units.* Each computes the saturated-linear function σ(z) = min(max(z, 0), 1) (``eq-rnn-saturated``), and the whole
network is h_t = σ(W h_{t-1} + b): a vanilla RNN without input, with another squashing function.

*Tape.* Cut the tape at the head. What lies to the left is one stack, the cell under the head and what lies to the
right is another; moving the head pops one stack and pushes the other. A stack of symbols a_1 (the top), a_2, … out of
m is the number s = Σ (2 a_i + 1) / β^i (``eq-rnn-stack``), where β is a power of two and at least 2m: with two
symbols, the digits 1 and 3 in base 4. The empty stack is 0. The digits are odd, so numbers with different tops lie at
least 1/β apart (a Cantor set), and a σ of slope β, continuous as it is, tells them apart without error.

*Reading.* σ(β s - 2j) is 1 when the top is at least j, else 0 (``eq-rnn-stack-top``); an empty stack reads as the
symbol 0, the blank. *Pushing* is (s + 2a + 1) / β (``eq-rnn-stack-push``), *popping* σ(β s - 2 top(s) - 1)
(``eq-rnn-stack-pop``): of the empty stack, it leaves the empty stack. All three are a row of W, an entry of b, and σ.

*Control.* The state of the machine is one-hot. The unit of a rule "in state q, reading a" is the conjunction
σ(q + [top = a] - 1). A number passes through a gate as σ(s + gate - 1): s where the gate is 1, else 0, as s ≤ 1.

*Time.* Three layers take turns: state and stacks; tops; rules with popped stacks. One step of the machine is three
of the network, whatever the table. Layers that are not on turn are 0 and stay 0, so no clock is needed.

*Precision.* A stack of d symbols needs d digits in base β, with two symbols 2d bits, and one more while a gate adds 1.
float64 has 53 bits: it is exact up to 26 symbols, and then the bottom of the stack is lost
(:func:`first_float_error`). The theorem is about exact arithmetic; a network with 53 bits a unit is a finite automaton.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import require

Number = Fraction | int
Table = Mapping[tuple[str, str], tuple[str, str, str]]
"""(state, symbol read) → (symbol written, move L, R or N, next state). Where no rule fits, the machine halts."""

BLANK = "_"


def saturated(z: Any) -> Any:
    r"""The squashing function of the construction: cut off at 0 and 1. Integers and fractions stay exact.

    .. math:: \sigma(z) = \min(\max(z, 0), 1)

    Equation ``eq-rnn-saturated``. Source: Siegelmann and Sontag (1995).

    Any shape; returns the same shape.
    """
    return np.minimum(np.maximum(z, 0), 1)


def base(m: int) -> int:
    """The base β of the digits for m symbols: the smallest power of two from 2m on, which floating point divides by
    without rounding. Raises ValueError unless m ≥ 2.
    """
    require(m >= 2, f"m: expected at least 2 symbols, got {m}")
    return 1 << (2 * m - 1).bit_length()


def stack(symbols: Sequence[int], m: int = 2) -> Fraction:
    r"""A stack of symbols out of m, its top first, as one number in [0, 1).

    .. math:: s = \sum_{i \ge 1} \frac{2 a_i + 1}{\beta^i}

    Equation ``eq-rnn-stack``; β = 4 for two symbols, :func:`base` for more. Source: Siegelmann and Sontag (1995).

    Raises ValueError unless m ≥ 2 and every symbol is in 0 … m-1.
    """
    _expect_symbols(symbols, m)
    return sum((Fraction(2 * b + 1, base(m) ** i) for i, b in enumerate(symbols, 1)), Fraction(0))


def unstack(s: Number, m: int = 2) -> list[int]:
    """The symbols of a stack, top first: what :func:`stack` encoded. Raises ValueError when s encodes no stack."""
    symbols, rest = [], Fraction(s)
    dyadic = rest.denominator & (rest.denominator - 1) == 0  # else the digits would never end
    while rest and dyadic and 0 < rest < 1:
        symbols.append(top(rest, m))
        rest = base(m) * rest - (2 * symbols[-1] + 1)
    if rest:
        raise ValueError(f"s: expected the number of a stack of {m} symbols, got {float(s)}")
    return symbols


def top(s: Number, m: int = 2) -> int:
    r"""The top of a stack, and 0 (the blank) for the empty one: a sum of units that are each 0 or 1.

    .. math:: \operatorname{top}(s) = \sum_{j=1}^{m-1} \sigma(\beta s - 2j)

    Equation ``eq-rnn-stack-top``. Source: Siegelmann and Sontag (1995): σ(4s - 2) for two symbols.

    Raises ValueError unless m ≥ 2.
    """
    return int(sum(saturated(base(m) * s - 2 * j) for j in range(1, m)))


def push(s: Number, a: int, m: int = 2) -> Fraction:
    r"""The stack with symbol a on top.

    .. math:: \operatorname{push}(s, a) = \frac{s + 2a + 1}{\beta}

    Equation ``eq-rnn-stack-push``. Source: Siegelmann and Sontag (1995).

    Raises ValueError unless m ≥ 2 and a is in 0 … m-1.
    """
    _expect_symbols((a,), m)
    return (Fraction(s) + 2 * a + 1) / base(m)


def pop(s: Number, m: int = 2) -> Number:
    r"""The stack without its top; the empty stack stays empty, because σ cuts -1 off to 0.

    .. math:: \operatorname{pop}(s) = \sigma\bigl(\beta s - 2 \operatorname{top}(s) - 1\bigr)

    Equation ``eq-rnn-stack-pop``. Source: Siegelmann and Sontag (1995).

    Raises ValueError unless m ≥ 2.
    """
    number: Number = saturated(base(m) * s - 2 * top(s, m) - 1)
    return number


def _expect_symbols(symbols: Sequence[int], m: int) -> None:
    for b in symbols:
        require(0 <= b < max(m, 2), f"expected symbols from 0 to {m - 1}, got {b}")


class Configuration(NamedTuple):
    """A machine at a moment: its state, the tape left of the head, and from the head on; outer blanks left out."""

    state: str
    left: str
    right: str


class Run(NamedTuple):
    """Where a run ended, after how many steps of the machine, and whether it had halted."""

    configuration: Configuration
    steps: int
    halted: bool


@dataclass(frozen=True)
class Network:
    """h_t = σ(W h_{t-1} + b) that runs one Turing machine; W (N, N) and b (N,) hold exact numbers.

    units names each of the N units; states and symbols those of the machine, the blank first and the start state first.
    """

    W: np.ndarray[Any, Any]
    b: np.ndarray[Any, Any]
    units: tuple[str, ...]
    states: tuple[str, ...]
    symbols: tuple[str, ...]

    def encode(self, tape: str, head: int = 0) -> np.ndarray[Any, Any]:
        """The state h_0: start state, and the two stacks of a tape with the head on one of its cells.

        Shape: returns (N,). Raises ValueError for a symbol the machine does not know, or a head off the tape.
        """
        if unknown := sorted(set(tape) - set(self.symbols)):
            raise ValueError(f"tape: expected symbols {''.join(self.symbols)!r}, got {''.join(unknown)!r}")
        require(0 <= head <= len(tape), f"head: expected a cell from 0 to {len(tape)}, got {head}")
        ids = [self.symbols.index(c) for c in tape]
        h = np.zeros(len(self.b), dtype=object)
        h[self.units.index(f"state {self.states[0]}")] = 1
        h[self.units.index("left N")] = stack(ids[:head][::-1], len(self.symbols))
        h[self.units.index("right N")] = stack(ids[head:], len(self.symbols))
        return h

    def decode(self, h: np.ndarray[Any, Any]) -> Configuration:
        """What a state of the network means; h is that of a whole step of the machine.

        Raises ValueError when it means nothing, as after rounding.
        """
        value = dict(zip(self.units, h, strict=True))
        on = [state for state in self.states if value[f"state {state}"] == 1]
        require(len(on) == 1, f"h: expected one state of the machine to be on, got {on}")
        left, right = (
            "".join(
                self.symbols[i]
                for i in unstack(sum(Fraction(value[f"{side} {move}"]) for move in "LRN"), len(self.symbols))
            )
            for side in ("left", "right")
        )
        blank = self.symbols[0]
        return Configuration(on[0], left.rstrip(blank)[::-1], right.rstrip(blank))

    def trajectory(self, tape: str, head: int = 0, dtype: Any = object) -> Iterator[np.ndarray[Any, Any]]:
        """The states of the network at whole steps of the machine: h_0, h_3, h_6, … without end.

        Any other dtype than object rounds: W, b and h_0 are converted, and σ(W h + b) is computed in it.
        """
        W, b, h = (a.astype(dtype) for a in (self.W, self.b, self.encode(tape, head)))
        while True:
            yield h
            for _ in range(3):
                on = np.flatnonzero(h)  # W h without the products with 0, which cost as much as the others
                h = saturated(W[:, on] @ h[on] + b)

    def run(self, tape: str, head: int = 0, max_steps: int = 10_000) -> Run:
        """Run until the unit "halted" is on, or max_steps of the machine are made; exact.

        Raises ValueError as :meth:`encode` does, and when max_steps is negative.
        """
        require(max_steps >= 0, f"max_steps: expected at least 0, got {max_steps}")
        halted, before = self.units.index("halted"), self.encode(tape, head)
        for steps, h in enumerate(self.trajectory(tape, head)):
            if h[halted] == 1:  # the machine found no rule one step ago, and has stood still since
                return Run(self.decode(h), steps - 1, True)
            if steps > max_steps:
                break
            before = h
        return Run(self.decode(before), max_steps, False)


def compile_machine(table: Table, start: str | None = None, blank: str = BLANK) -> Network:
    """The network of a Turing machine; any finite table, any number of symbols from two on.

    start is the state of the first rule unless given. A state without rules halts.

    Raises ValueError for an empty table, a symbol that is not one character, an unknown move or an unknown start.
    """
    require(len(blank) == 1, f"blank: expected one character, got {blank!r}")
    require(len(table) > 0, "table: expected at least one rule")
    for rule in table.items():
        (state, read), (write, move, following) = rule
        if len(read) != 1 or len(write) != 1 or move not in ("L", "R", "N") or not state or not following:
            raise ValueError(f"table: expected (state, symbol): (symbol, L, R or N, state), got {rule}")
    mentioned = [state for (state, _), (_, _, following) in table.items() for state in (state, following)]
    start = mentioned[0] if start is None else start
    require(start in mentioned, f"start: expected one of the states {sorted(set(mentioned))}, got {start!r}")
    states = tuple(dict.fromkeys([start, *mentioned]))
    others = [c for (_, read), (write, _, _) in table.items() for c in (read, write)]
    symbols = tuple(dict.fromkeys([blank, *others]))
    m = max(len(symbols), 2)
    symbols = symbols if len(symbols) == m else (*symbols, "1")
    beta = base(m)
    number = {c: i for i, c in enumerate(symbols)}
    net = _Wiring()

    # Where no rule fits, the machine stands still: it writes what it read, and halts.
    rules = {(q, a): table.get((q, a), (a, "N", q)) for q in states for a in symbols}
    tops = range(1, m)

    # Layer 2, from layer 1: the tops of both stacks, with copies of the state and the stacks.
    sides = {side: {f"{side} {move}": 1 for move in "LRN"} for side in ("left", "right")}
    for q in states:
        net.unit(f"state' {q}", {f"state {q}": 1})
    for side, gates in sides.items():
        net.unit(f"{side}'", gates)
        for j in tops:
            net.unit(f"{side} top ≥ {j}", dict.fromkeys(gates, beta), -2 * j)

    # Layer 3: which rule fits, the popped stacks, the left stack and its top.
    for q, a in rules:
        j = number[a]
        fits = {f"state' {q}": 1} | {f"right top ≥ {i}": sign for i, sign in ((j, 1), (j + 1, -1)) if i in tops}
        net.unit(f"rule {q}{a}", fits, -1 if j > 0 else 0)
    for side in sides:
        net.unit(f"{side} popped", {f"{side}'": beta} | {f"{side} top ≥ {j}": -2 for j in tops}, -1)
    net.unit("left''", {"left'": 1})
    for j in tops:
        net.unit(f"left top ≥ {j}'", {f"left top ≥ {j}": 1})

    # Layer 1 again: the next state, and each stack as the three moves would leave it, two of them gated to 0.
    for q in states:
        net.unit(f"state {q}", {f"rule {p}{a}": 1 for (p, a), (_, _, following) in rules.items() if following == q})
    net.unit("halted", {f"rule {q}{a}": 1 for q, a in rules if (q, a) not in table})

    def gated(name: str, move: str, weights: Mapping[str, Number], bias: Number, written: Number) -> None:
        """σ(stack + gate - 1); each rule of this move opens the gate, and adds its symbol at the weight given."""
        gate = {f"rule {q}{a}": 1 + written * (2 * number[w] + 1) for (q, a), (w, mv, _) in rules.items() if mv == move}
        net.unit(name, {**weights, **gate}, bias - 1)

    once, twice = Fraction(1, beta), Fraction(1, beta**2)
    left_top = {f"left top ≥ {j}'": 2 * once for j in tops}
    gated("left R", "R", {"left''": once}, 0, once)
    gated("left L", "L", {"left popped": 1}, 0, 0)
    gated("left N", "N", {"left''": 1}, 0, 0)
    gated("right R", "R", {"right popped": 1}, 0, 0)
    gated("right L", "L", {"right popped": twice} | left_top, once, twice)
    gated("right N", "N", {"right popped": once}, 0, once)

    W, b = net.matrices()
    return Network(W, b, tuple(net.rows), states, symbols)


class _Wiring:
    """Units by name: the weights of what they read, and their bias."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[Mapping[str, Number], Number]] = {}

    def unit(self, name: str, weights: Mapping[str, Number], bias: Number = 0) -> None:
        self.rows[name] = (weights, bias)

    def matrices(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        index = {name: i for i, name in enumerate(self.rows)}
        W = np.zeros((len(index), len(index)), dtype=object)
        b = np.zeros(len(index), dtype=object)
        for name, (weights, bias) in self.rows.items():
            b[index[name]] = bias
            for source, weight in weights.items():
                W[index[name], index[source]] = weight
        return W, b


class FloatError(NamedTuple):
    """The first step of the machine that a float network gets wrong, and the symbols on its deeper stack then."""

    step: int
    depth: int


def first_float_error(
    network: Network, tape: str = "", head: int = 0, dtype: Any = np.float64, max_steps: int = 1000
) -> FloatError | None:
    """Run the network in exact and in floating-point arithmetic, until the two mean different configurations.

    None when they agree for max_steps of the machine. Raises ValueError as :meth:`Network.encode` does.
    """
    pairs = zip(
        network.trajectory(tape, head), network.trajectory(tape, head, dtype), range(max_steps + 1), strict=False
    )
    for exact, rounded, step in pairs:
        right = network.decode(exact)
        try:
            wrong = network.decode(np.array([Fraction(float(v)) for v in rounded], dtype=object)) != right
        except ValueError:  # the numbers are no stacks any more
            wrong = True
        if wrong:
            return FloatError(step, max(len(right.left), len(right.right)))
    return None


def parse(text: str) -> dict[tuple[str, str], tuple[str, str, str]]:
    """A table in the notation of the busy beaver literature: "1RB1RH_0RC1RB_1LC1LA" is three states on two symbols.

    States are A, B, …; symbols 0 (the blank), 1, …; each entry is symbol, move, next state; "---" leaves a rule out.
    Raises ValueError when an entry is not like that.
    """
    table = {}
    for state, row in zip("ABCDEFG", text.split("_"), strict=False):
        for read, at in enumerate(range(0, len(row), 3)):
            entry = row[at : at + 3]
            if entry == "---":
                continue
            if len(entry) != 3 or not entry[0].isdigit() or entry[1] not in "LR" or not entry[2].isalpha():
                raise ValueError(f"text: expected entries like 1RB, got {entry!r}")
            table[state, str(read)] = (entry[0], entry[1], entry[2])
    return table


def increment() -> Table:
    """Adds 1 to a binary number; starts on its first digit, halts in state done."""
    table: dict[tuple[str, str], tuple[str, str, str]] = {
        ("right", "0"): ("0", "R", "right"),
        ("right", "1"): ("1", "R", "right"),
        ("right", BLANK): (BLANK, "L", "carry"),
        ("carry", "1"): ("0", "L", "carry"),
        ("carry", "0"): ("1", "N", "done"),
        ("carry", BLANK): ("1", "N", "done"),
    }
    return table


def palindrome() -> Table:
    """Accepts the words of a and b that read the same in both directions; halts in state yes or no."""
    table: dict[tuple[str, str], tuple[str, str, str]] = {("first", BLANK): (BLANK, "N", "yes")}
    for c, other in (("a", "b"), ("b", "a")):
        table["first", c] = (BLANK, "R", f"seek {c}")
        for d in "ab":
            table[f"seek {c}", d] = (d, "R", f"seek {c}")
        table[f"seek {c}", BLANK] = (BLANK, "L", f"match {c}")
        table[f"match {c}", c] = (BLANK, "L", "back")
        table[f"match {c}", other] = (other, "N", "no")
        table[f"match {c}", BLANK] = (BLANK, "N", "yes")
        table["back", c] = (c, "L", "back")
    table["back", BLANK] = (BLANK, "R", "first")
    return table


BUSY_BEAVERS: dict[str, str] = {
    "BB(2): 6 steps, 4 ones": "1RB1LB_1LA1RH",
    "BB(3): 21 steps, 5 ones": "1RB1RH_1LB0RC_1LC1LA",
    "BB(3): 14 steps, 6 ones": "1RB1RH_0RC1RB_1LC1LA",
    "BB(4): 107 steps, 13 ones": "1RB1LB_1LA0LC_1RH1LD_1RD0RA",
}
"""Champions of Radó's two contests, most steps and most ones; with three states no machine wins both."""
