"""What a wrong answer gives in cases that are the same for everybody: by that, mistakes without a name are told apart.

A grader draws cases for each student. So an answer whose mistake nobody knows is called in further cases, with seeds
from 0 on, and of each output a few numbers are kept (:func:`kept`): its :class:`Behaviour`. Two that are :func:`alike`
are one mistake, on any processor and in whatever words. A :class:`Hint` is a lecturer's own, for one of these.

What came back is a student's: of it numbers alone are kept, few and finite. Knows nothing of recurrent networks.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from rnncourse.checks.engine import Array, Examination, Exercise, calls, kind_fits, near, quiet
from rnncourse.checks.nested import shapes

CASES = 20  # at least
SUMS = 4  # of an output with more entries so many weighted sums stand for them
DIGITS = 9  # of a number that is kept
TOLERANCE = 1e-6  # relative to the largest number of an output: more than rounding brings, less than a mistake
NOTHING = 1e-12  # what rounding may leave where numbers cancel
LARGEST = 1e100  # what is beyond counts as infinite
LONGEST_NAME, LONGEST_HINT = 60, 500  # characters
VERSION = 1  # of what is written

Numbers = list[float] | None  # of an output in a case; None: nothing that can be compared came back
Kept = list[list[Numbers]]  # by case and output


@dataclass
class Common:
    """The cases of an exercise that are the same for everybody, with the right answers."""

    drawn: list[tuple[str, int]]  # name and seed
    given: list[tuple[Any, ...]]
    want: list[list[Array]]

    @functools.cached_property
    def right(self) -> Kept:
        """What is kept of the right answers."""
        return [[kept(w) for w in want] for want in self.want]


_common: dict[Any, Common] = {}


def common(exercise: Exercise) -> Common:
    """All cases of an exercise with seeds 0, 1, 2, … until there are enough; those in single precision are left out."""
    key = exercise.name, exercise.reference, *exercise.cases.values()
    if key not in _common:
        with quiet():
            first = {name: exercise.drawn(name, 0) for name in exercise.cases}
            names = [name for name, given in first.items() if not any(map(single, given))] or [*first]
            drawn = [(name, seed) for seed in range(-(-CASES // len(names))) for name in names]
            given = [exercise.drawn(*each) for each in drawn]
            _common[key] = Common(drawn, given, [exercise.answer(each) for each in given])
    return _common[key]


def single(argument: Any) -> bool:
    """Is an argument of single precision?"""
    if isinstance(argument, list):
        return any(map(single, argument))
    return isinstance(argument, np.ndarray) and argument.dtype == np.float32


def kept(output: Array) -> list[float]:
    """Of an output the numbers by which it is told from others: all of a few, of more some weighted sums.

    What is not finite counts as 0, and one number more says where it stands and what it is.
    """
    flat = np.asarray(output, float).reshape(-1)
    with np.errstate(all="ignore"):
        odd = np.where(np.isnan(flat), 1.0, np.where(flat > LARGEST, 2.0, np.where(flat < -LARGEST, 3.0, 0.0)))
    finite = np.where(odd == 0, flat, 0.0)
    weights = np.random.default_rng(flat.size).uniform(-1, 1, (SUMS, flat.size))
    numbers = [*(finite if flat.size <= SUMS else weights @ finite), *([weights[0] @ odd] if odd.any() else [])]
    return [float(f"{number:.{DIGITS}g}") for number in numbers]


def alike(one: Kept, other: Kept) -> bool:
    """Are these the same, up to rounding?"""
    return len(one) == len(other) and all(
        len(a) == len(b) and all(map(same_numbers, a, b)) for a, b in zip(one, other, strict=True)
    )


def same_numbers(one: Numbers, other: Numbers) -> bool:
    """Are the numbers of an output the same, up to rounding?"""
    if one is None or other is None or len(one) != len(other):
        return one is other
    allowed = max([NOTHING, *(TOLERANCE * abs(number) for number in (*one, *other))])
    return all(abs(a - b) <= allowed for a, b in zip(one, other, strict=True))


def grouped(several: Sequence[Kept]) -> list[list[int]]:
    """Which of these are alike, each group in their order."""
    groups: list[list[int]] = []
    for n, one in enumerate(several):
        for group in groups:
            if alike(several[group[0]], one):
                group.append(n)
                break
        else:
            groups.append([n])
    return groups


@dataclass
class Behaviour:
    """A wrong answer without a known mistake: what it gives, and what a lecturer reads of it."""

    exercise: str
    kept: Kept
    shown: str = ""  # a number that is wrong: where, what was expected, what came
    parts: list[str] = field(default_factory=list)  # of the answer that are wrong
    said: list[str] = field(default_factory=list)  # what the student read of it


def behaviour(exercise: Exercise, function: Callable[..., Any]) -> Behaviour | None:
    """What a function gives in the common cases; None where no number of it is wrong in any of them."""
    exercise = exercise if exercise.given is None else replace(exercise, given=None)
    cases = common(exercise)
    made = calls(exercise, function, cases.given)
    found = Behaviour(exercise.name, [])
    with quiet():
        for (name, seed), given, want, got in zip(cases.drawn, cases.given, cases.want, made, strict=True):
            seen = Examination(exercise, seed, {name: given}, {name: want}, {name: got})
            found.kept.append([_compared(seen, name, i) for i in range(len(want))])
            found.shown = found.shown or _shown(seen, name)
    return found if found.shown else None


def _compared(seen: Examination, case: str, i: int) -> Numbers:
    """What is kept of output i; of one that is the student's choice nothing."""
    output, got = seen.exercise.results[i], seen.comparable(case, i)
    return None if got is None or output.free or not kind_fits(output, got) else kept(got)


def _shown(seen: Examination, case: str) -> str:
    """The first wrong number of a case, if there is one."""
    for i, output in enumerate(seen.exercise.results):
        got, want = seen.comparable(case, i), seen.want[case][i]
        if got is None or output.free or not kind_fits(output, got) or seen.right(case, i):
            continue
        differ = ~near(got, want, seen.tolerance(case, i, got))
        if not differ.any():
            continue
        at = tuple(int(n) for n in np.argwhere(differ)[0]) if differ.ndim else ()
        place = "" if shapes(want) is not None or not at else f"[{', '.join(map(str, at))}]"
        sizes = ", ".join(f"{axis}={size}" for axis, size in seen.exercise.sizes(seen.given[case]).items())
        where = f"{output.name}{place}{f' with {sizes}' if sizes else ''}"
        return f"{_figure(want[at])} was expected, {_figure(got[at])} came: {where}"
    return ""


def _figure(number: Any) -> str:
    return str(int(number)) if isinstance(number, np.integer) else f"{float(number):.4g}"


# ---------------------------------------------------------------------------------------------------------------------
# A lecturer's own hints


@dataclass(frozen=True)
class Hint:
    """What a lecturer says of a mistake that the package does not know; how it is recognised.

    ``wrong`` is what it gives in the common cases, ``right`` what was right there when the hint was made: where that is
    no longer so, the hint is stale.
    """

    exercise: str
    id: str
    name: str
    hint: str
    cases: tuple[tuple[str, int], ...]
    right: Kept
    wrong: Kept
    version: int = VERSION

    def to_json(self) -> str:
        """As a JSON object, which :meth:`from_json` reads."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Hint:
        """The hint of a JSON object. Raises ValueError for what is none: what was expected."""
        try:
            found = json.loads(text)
            if found["version"] != VERSION:
                raise ValueError(f"expected version {VERSION}, got {found['version']!r}")
            made = cls(**found | {"cases": tuple((str(name), int(seed)) for name, seed in found["cases"])})
            texts = (made.exercise, made.id, made.name, made.hint)
            if not all(isinstance(each, str) and each for each in texts) or not (
                _is_kept(made.right) and _is_kept(made.wrong) and len(made.cases) == len(made.right) == len(made.wrong)
            ):
                raise ValueError("expected texts, and numbers for each case")
        except (TypeError, LookupError, ValueError) as error:
            raise ValueError(f"expected a hint as `rnncourse hint` writes it: {error}") from None
        return made

    def stale(self, exercise: Exercise) -> bool:
        """Have the exercise's cases, or its right answers in them, changed since?"""
        cases = common(exercise)
        return list(self.cases) != cases.drawn or not alike(self.right, cases.right)


def _is_kept(found: Any) -> bool:
    """Is that what is kept of some cases?"""
    if not isinstance(found, list) or not all(isinstance(outputs, list) for outputs in found):
        return False
    several = [numbers for outputs in found for numbers in outputs if numbers is not None]
    return all(isinstance(numbers, list) and all(type(n) in (int, float) for n in numbers) for numbers in several)


def hint_for(exercise: Exercise, wrong: Kept, id: str, hint: str, name: str = "") -> Hint:
    """A lecturer's hint for what gives these numbers; without a name it is called by its first words.

    Raises ValueError for a hint or a name that is empty or too long to be read.
    """
    hint, name = " ".join(hint.split()), " ".join(name.split())
    if not 0 < len(hint) <= LONGEST_HINT or not hint.isprintable():
        raise ValueError(f"hint: expected 1 to {LONGEST_HINT} printable characters, got {len(hint)}")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueError(f"name: expected up to {LONGEST_NAME} printable characters, got {len(name)}")
    short = hint if len(hint) <= LONGEST_NAME else hint[: LONGEST_NAME - 1].rstrip() + "…"
    cases = common(exercise)
    return Hint(exercise.name, id, name or short, hint, tuple(cases.drawn), cases.right, wrong)


@dataclass
class Lecturer:
    """Of who grades a check: own hints for the exercise, and what was met that neither they nor the package know."""

    hints: Sequence[Hint] = ()
    met: Behaviour | None = None

    def meets(self, exercise: Exercise, function: Callable[..., Any] | None) -> Hint | None:
        """The own hint for a wrong answer that the package does not know; None for a function that is not asked."""
        self.met = None if function is None else behaviour(exercise, function)
        for hint in self.hints if self.met else ():
            if self.met and hint.exercise == self.met.exercise and alike(hint.wrong, self.met.kept):
                self.met = None
                return hint
        return None
