"""Questions about a wrong answer that need no word written by hand: what does it depend on, and what is it instead?

They are the same for every exercise, and are asked only where an answer has failed and no known mistake explains it.
Whatever is said was computed: from what came back (:func:`identity`, :func:`own_state`, :func:`pattern`), or from a few
calls more (:func:`ask`). An exercise overrides words by its ``words``. Knows nothing of recurrent networks.
"""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnncourse.checks.engine import Array, Examination, Exercise, Outcome, calls, close, near, quiet
from rnncourse.checks.nested import Value, shapes

SENTENCES = {
    # of several outputs
    "order": "Your outputs are right, but in another order: {order}.",
    # from further calls
    "remembers": "After calls with other arguments, the same call gives another answer: what do you keep from them?",
    "nothing used": "{It} {do} not change when any argument changes.",
    "not used": "{It} {do} not change when {argument} changes.",
    "used": "{It} {change} when {argument} changes; the right one does not.",
    "mixed": "Example {at} of {it} changes when only example {other} is another one.",
    "seen at": "Step {at} of {it} changes when {argument} changes at step {step}; it should not.",
    "not seen": "Step {at} of {it} does not change when {argument} changes.",
    "not seen at": "Step {at} of {it} does not change when {argument} changes at step {step}.",
    "step not used": "{It} {do} not change when {argument} changes at step {step}.",
    "example not used": "{It} {do} not change when only example {other} is another one.",
    # what the numbers are instead
    "as if": "{It} {be} right for {change}.",
    "relation": "{It} {be} the right one {relation}.",
    "function": "{It} {be} {function} the right one.",
    "argument": "What comes back as {it} is the argument {argument}, unchanged.",
    "zero": "All numbers of {it} are 0: is the result ever written? If 0 is meant: is it right in every case?",
    "signs": "All signs of {it} are turned round; the sizes are right.",
    "transposed": "{It} {be} transposed: rows and columns have changed places.",
    "square": "{It} {be} transposed where {they} {be} square: rows and columns have changed places.",
    "late": "Off by one in time: step t of {it} holds what belongs to step t-1.",
    "early": "Off by one in time: step t of {it} holds what belongs to step t+1.",
    "turned": "Time is turned round: the first step of {it} is the right last one.",
    "sizes": "Only the sizes of {it} are right, not all signs.",
    "places": "All the right numbers of {it} are there, but not in their places.",
    "ranks": "Ranked by size, the numbers of {it} stand in the right order; their sizes are wrong.",
    "sums": "Divided by its sums over {axis}, {it} would be right.",
    "factor": "{It} {be} right up to one factor, the same for all numbers: {factor}.",
    "some factor": "{It} {be} right up to one factor, the same for all numbers.",
    "constant": "{It} {be} right up to one constant, added to all numbers: {constant}.",
    "some constant": "{It} {be} right up to one constant, added to all numbers.",
    "factors": "{It} {be} right up to one factor for each {axis}.",
    "constants": "{It} {be} right up to one constant for each {axis}.",
    "float32": "{It} {be} right to the accuracy of float32, but float64 was given: where does the precision go?",
    "rounded": "{It} {be} the right one rounded to {digits} digits behind the point.",
    "digits": "{It} {be} right to about {digits} digits: is something rounded, cut off, or added for safety?",
    "same": "{It} {be} the same in every {axis}; the right one is not.",
    "sum to one": "The numbers of {it} sum to 1 along the axis of {axis}; the right ones do not.",
    "not sum to one": "The right numbers sum to 1 along the axis of {axis}; yours do not.",
    "positive": "No number of {it} is negative; of the right ones some are.",
    "range": "{It} {reach} {got:.3g}; the right one stays within {want:.3g}.",
    # step by step
    "later steps": "From your own state before it, each step from step 2 on is right: the first is wrong.",
    "one step": "Step 1 is right. Step {at} is not what comes of your own step before it.",
    "each step": "No step is right, even from your own state before it.",
    "begins there": "Each step is what comes of {argument} and that step alone.",
    # with special arguments
    "turns right": "{It} {be} right with {conditions}: what does not count there, and counts elsewhere?",
    # in which cases
    "right if": "Of the cases tried, it is right in those with {condition}, and in no other.",
    "wrong if": "Of the cases tried, it is wrong in those with {condition}, and in no other.",
    "single wrong": "A single step ({with_it}) is wrong already{pointer}",
    "single right": "A single step ({with_it}) is right.",
}  # fmt: skip

AXES = {
    "T": "step", "B": "example", "H": "unit", "F": "input", "K": "symbol", "C": "chunk", "N": "entry", "J": "part",
}  # fmt: skip

SLOW = 1.0  # seconds that the examination took; nobody loses points because we ask further
FEW = 6  # numbers that may be in the right order by chance
DRAWS = 4  # other arguments that are tried before something is said not to matter
FURTHER = 6  # draws of the general case more, in which a sentence has to hold before it is said
AGAIN = 2  # the same of each other case
OTHERS = 4  # other cases in which an argument is changed
SHOWN = 3  # draws at least that show it, with a different right answer each
ROUNDS = 4  # of sentences that are tried, where the first are refuted
NOTHING = 1e-12  # what rounding leaves of a number that cancels: how much that is differs between processors
SEEN, UNSEEN = 1e-5, 1e-11  # relative changes: that surely is one, that surely is none


def word(exercise: Exercise, axis: str) -> str:
    """What an entry along an axis is called in an exercise."""
    return exercise.words.get(axis, AXES.get(axis, "entry"))


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words in a row: "a, b and c"."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def sentence(seen: Examination, key: str, outputs: Sequence[int] = (), **fields: Any) -> str:
    """A sentence about outputs, in the exercise's own words where it has some."""
    every = seen.exercise.results
    it = "your answer" if len(outputs) == len(every) else listed([every[i].name for i in outputs])
    single = len(outputs) < 2 or it == "your answer"
    verbs = {
        "be": ("are", "is"),
        "they": ("they", "it"),
        "do": ("do", "does"),
        "change": ("change", "changes"),
        "reach": ("reach", "reaches"),
    }
    forms = {name: form[single] for name, form in verbs.items()} | fields
    return seen.exercise.words.get(key, SENTENCES[key]).format(it=it, It=it.replace("your", "Your"), **forms)


def wrong_outputs(seen: Examination) -> list[int]:
    """The outputs that are wrong in some case where they can be compared."""
    outputs = [i for i, output in enumerate(seen.exercise.results) if not output.free]
    return [i for i in outputs if any(seen.comparable(c, i) is not None and not seen.right(c, i) for c in seen.got)]


def reordered(seen: Examination) -> str:
    """Are all outputs right, in another order?"""
    outputs = range(len(seen.exercise.results))

    def fits(i: int, j: int, case: str) -> bool:
        values = seen.got[case].values
        got = None if values is None else values[i]
        return isinstance(got, np.ndarray) and close(got, seen.want[case][j], seen.tolerance(case, j, got))

    places = [[j for j in outputs if fits(i, j, seen.general)] for i in outputs]
    order = [found[0] for found in places if len(found) == 1]
    if sorted(order) != list(outputs) or order == list(outputs):
        return ""
    if not all(fits(i, j, case) for case in seen.got for i, j in enumerate(order) if seen.got[case].values is not None):
        return ""
    return sentence(seen, "order", order=listed([seen.exercise.results[j].name for j in order]))


# ---------------------------------------------------------------------------------------------------------------------
# What the answer depends on: a few calls more


@dataclass
class Change:
    """A call with one thing changed: an argument, at one step or everywhere, or an example in all arguments."""

    arguments: tuple[Any, ...]
    want: list[Array]
    argument: str = ""
    step: int | None = None
    example: int | None = None
    got: Outcome = field(default_factory=Outcome)

    @property
    def what(self) -> tuple[str, int | None, int | None]:
        """What is changed."""
        return self.argument, self.step, self.example


@dataclass
class Answers:
    """What further calls brought: arguments that no part of the answer uses, and sentences, the most telling first."""

    unused: tuple[str, ...] = ()
    sentences: list[str] = field(default_factory=list)


def others(exercise: Exercise, seen: Examination) -> list[list[Any]]:
    """For each argument of the general case, several others that are like it."""
    case = seen.source if isinstance(seen, Drawn) else seen.general
    draws = [exercise.drawn(case, seen.seed + n) for n in range(1, DRAWS + 1)]
    found: list[list[Any]] = []
    for j, a in enumerate(seen.given[seen.general]):
        if isinstance(a, list):
            found.append([d[j] for d in draws if form_of(d[j]) == form_of(a)] + [[3 * one for one in a]])
        elif isinstance(a, (int, float)):
            found.append(
                [a - 1 if a > 1 else a + 1] if isinstance(a, int) else [1.25 * a, 2 * a, 0.5 * a, 10 * a, 0.1 * a]
            )
        else:
            real = isinstance(a, np.ndarray) and a.dtype.kind == "f" and not np.array_equal(a, np.round(a))
            more = [3 * a] if real else []  # a mask of 3 is no mask
            found.append([d[j] for d in draws if np.shape(d[j]) == np.shape(a)] + more)
    return found


def form_of(arrays: Sequence[Any]) -> list[tuple[int, ...]]:
    """The shapes of what a list holds."""
    return [np.shape(a) for a in arrays]


def along(value: Value, axis: str, argument: Any) -> int | None:
    """Which axis of an argument has this letter, if it has more than one entry there."""
    letters = (value.axes or "").split() if not value.each else []
    if isinstance(argument, np.ndarray) and letters.count(axis) == 1 and argument.shape[letters.index(axis)] > 1:
        return letters.index(axis)
    return None


def at(argument: Array, axis: int, index: int, other: Array) -> Array:
    """The argument with the entries of another one at one index along an axis."""
    made = argument.copy()
    place = (slice(None),) * axis + (index,)
    made[place] = other[place]
    return made


def of_bits(argument: Any) -> bool:
    """Is it an array of zeros and ones?"""
    return isinstance(argument, np.ndarray) and argument.dtype.kind in "fiu" and bool(np.isin(argument, (0, 1)).all())


@dataclass
class Drawn(Examination):
    """One more draw of a case, in the place of the general one."""

    source: str = ""  # which case it is


def another(seen: Examination, seed: int, source: str, bits: Callable[[Array], Array] | None = None) -> Drawn:
    """A case drawn with another seed, its bits made others if asked for; not called yet."""
    given = seen.exercise.drawn(source, seed)
    given = tuple(bits(a) if bits and of_bits(a) else a for a in given)
    return Drawn(seen.exercise, seed, {seen.general: given}, {seen.general: seen.exercise.answer(given)}, source=source)


Changing = tuple[list[tuple[Any, ...]], dict[str, Any]]  # several calls, and what they change


def changes(seen: Examination) -> list[Ways]:
    """What is worth changing, each in several ways: where the right answer keeps its shapes."""
    return [ways for calls_, what in changing(seen) if (ways := Ways(seen, calls_, what)).one]


def changing(seen: Examination) -> list[Changing]:
    """What may be changed."""
    exercise = seen.exercise
    given, other = seen.given[seen.general], others(exercise, seen)
    found: list[Changing] = []
    batch = [(j, axis) for j, v in enumerate(exercise.inputs) if (axis := along(v, "B", given[j])) is not None]
    for j, (value, a, draws) in enumerate(zip(exercise.inputs, given, other, strict=True)):

        def put(made: list[Any], j: int = j) -> list[tuple[Any, ...]]:
            return [(*given[:j], b, *given[j + 1 :]) for b in made]

        found.append((put(draws), {"argument": value.name}))
        for n in range(len(a)) if isinstance(a, list) else ():
            found.append((put([[*a[:n], b[n], *a[n + 1 :]] for b in draws]), {"argument": f"{value.name}[{n}]"}))
        axis = along(value, "T", a)
        for t in range(a.shape[axis] if axis is not None else 0):
            found.append((put([at(a, axis, t, b) for b in draws]), {"argument": value.name, "step": t}))  # type: ignore[arg-type]
    if batch:
        last = given[batch[0][0]].shape[batch[0][1]] - 1
        mixed = []
        for n in range(min(len(other[j]) for j, _ in batch)):
            made = list(given)
            for j, axis in batch:
                made[j] = at(given[j], axis, last, other[j][n])
            mixed.append(tuple(made))
        found.append((mixed, {"example": last}))
    return found


class Ways:
    """Several ways to change one thing. Those beyond the first that changes the right answer are made when needed."""

    def __init__(self, seen: Examination, several: Sequence[tuple[Any, ...]], what: dict[str, Any]) -> None:
        self._coming = self._made(seen, several, what)
        self._all: list[Change] = []
        for change in self._coming:
            self._all.append(change)
            if stirs(seen, change):
                break
        self.one: Change | None = self._all[-1] if self._all else None

    @staticmethod
    def _made(seen: Examination, several: Sequence[tuple[Any, ...]], what: dict[str, Any]) -> Iterator[Change]:
        shapes = [w.shape for w in seen.want[seen.general]]
        for arguments in several:
            with contextlib.suppress(Exception):
                want = seen.exercise.answer(arguments)
                if [w.shape for w in want] == shapes:
                    yield Change(arguments, want, **what)

    def every(self) -> list[Change]:
        """All of them."""
        self._all += self._coming
        return self._all


def stirs(seen: Examination, change: Change) -> bool:
    """Does the right answer change?"""
    return any(moved(w, after, SEEN).any() for w, after in zip(seen.want[seen.general], change.want, strict=True))


def moved(before: Array, after: Array, by: float) -> NDArray[np.bool_]:
    """Which entries changed by more than this, relative to the largest?"""
    return ~near(after, before, by)


def ask(seen: Examination, function: Callable[..., Any]) -> Answers:
    """Call again with one thing changed at a time, and compare what changes with what should.

    What seems not to be used is changed in other ways, too; whatever is said has to hold in further draws.
    """
    outputs = [i for i in wrong_outputs(seen) if seen.comparable(seen.general, i) is not None]
    if not outputs:
        return Answers()
    with quiet():
        several = changes(seen)
    ones = [ways.one for ways in several if ways.one]
    last = Change(seen.given[seen.general], seen.want[seen.general])
    call(seen, function, [*ones, last])
    with quiet():
        if remembers(seen, last, outputs):
            return Answers(sentences=[sentence(seen, "remembers")])
        found = [compared(seen, [one], outputs) for one in ones]
        doubtful = [n for n, effect in enumerate(found) if effect.any]
        more = [change for n in doubtful for change in several[n].every() if change is not ones[n]]
    call(seen, function, more)
    with quiet():
        for n in doubtful:
            found[n] = compared(seen, several[n].every(), outputs)
    sure: list[Effect] = []
    for _ in range(ROUNDS):
        with quiet():
            answers, about = worded(seen, found, outputs)
        if not (new := [effect for effect in about if effect not in sure]):
            return answers
        confirm(seen, function, new)
        sure += new
    with quiet():
        for effect in found:
            effect.keep(lambda key, i, at, tried=effect in sure: tried)  # type: ignore[misc]
        return worded(seen, found, outputs)[0]


class Further:
    """One more draw, and the ways to change one thing in it; made when needed."""

    def __init__(self, seen: Drawn, alike: bool) -> None:
        self.seen, self.alike = seen, alike  # has it the sizes of the general case?
        self._all = {Change((), [], **what).what: (several, what) for several, what in changing(seen)}
        self._ways: dict[tuple[str, int | None, int | None], Ways] = {}
        self.base = Change(seen.given[seen.general], seen.want[seen.general])

    def ways(self, effect: Effect) -> Ways | None:
        """To change the same; a step or an example is the same only where the sizes are."""
        what = effect.what
        if what not in self._all or not (self.alike or effect.step is effect.example is None):
            return None
        if what not in self._ways:
            self._ways[what] = Ways(self.seen, *self._all[what])
        return self._ways[what] if self._ways[what].one else None


def further(seen: Examination) -> list[Further]:
    """Draws of the general case, two with other bits, and of some other cases, those of its sizes first."""
    sizes = {case: seen.exercise.sizes(given) for case, given in seen.given.items()}
    rest = sorted((c for c in sizes if c != seen.general), key=lambda c: sizes[c] != sizes[seen.general])
    bits = (lambda a: 1 - a, np.ones_like) if any(map(of_bits, seen.given[seen.general])) else ()
    draws: list[tuple[str, int, Callable[[Array], Array] | None]] = []
    draws += [(seen.general, DRAWS + n, None) for n in range(1, FURTHER + 1)]
    draws += [(seen.general, DRAWS + 1, made) for made in bits] + [(case, DRAWS + 1, None) for case in rest[:OTHERS]]
    made = []
    for case, n, others_ in draws:
        with contextlib.suppress(Exception):
            other = another(seen, seen.seed + n, case, others_)
            made.append(Further(other, seen.exercise.sizes(other.given[seen.general]) == sizes[seen.general]))
    return made


def confirm(seen: Examination, function: Callable[..., Any], effects: Sequence[Effect]) -> None:
    """Keep of these effects what further draws show, too: the rest is chance.

    What should not change has to rest there in the right answer, whatever is done, before the function is asked. What
    does not change may not change in any draw. Several have to show it.
    """
    with quiet():
        draws = further(seen)
        asked: list[tuple[Effect, Further, Change]] = []
        for effect in effects:
            several = [(draw, ways) for draw in draws if (ways := effect.any and draw.ways(effect))]
            for draw, ways in several:
                for change in ways.every() if effect.extra or effect.more or effect.mixed else ():
                    effect.keep(lambda key, i, at, d=draw, c=change: not unwanted(d.seen, c, key, i, at))  # type: ignore[misc]
            asked += [(effect, draw, ways.one) for draw, ways in several if effect.any and ways.one]
    used = [draw for draw in draws if any(draw is other for _, other, _ in asked)]
    call(seen, function, [*(change for _, _, change in asked), *(draw.base for draw in used)])
    with quiet():
        for draw in used:
            draw.seen.got[seen.general] = draw.base.got
        for effect in effects:
            there = [(draw.seen, change) for one, draw, change in asked if one is effect]

            def shown(key: str, i: int, at: int | None, there: Any = there) -> bool:
                shows = [shows_it(other, change, key, i, at) for other, change in there]
                return False not in shows and shows.count(True) >= SHOWN

            effect.keep(shown)


def rows(seen: Examination, array: Array, key: str, i: int, at: int | None) -> Array:
    """Of flags of an output those that an effect is about: all, of a step, of an example; none where that is not."""
    if at is None:
        return array
    value = seen.exercise.results[i]
    axis = along(value, "B" if key == "mixed" else "T", array)
    return np.zeros(0) if axis is None or at >= array.shape[axis] else np.take(array, at, axis)


def unwanted(seen: Examination, change: Change, key: str, i: int, at: int | None) -> bool:
    """Does the right answer change where an effect says that it should not?"""
    before = seen.want[seen.general][i]
    return key in ("extra", "more", "mixed") and bool(rows(seen, moved(before, change.want[i], 0.0), key, i, at).any())


def shows_it(seen: Examination, change: Change, key: str, i: int, at: int | None) -> bool | None:
    """Does a call show the effect, or the contrary? None: neither."""
    before, got = seen.want[seen.general][i], seen.comparable(seen.general, i)
    after = None if change.got.values is None else change.got.values[i]
    if got is None or not isinstance(after, np.ndarray) or (after.shape, shapes(after)) != (got.shape, shapes(got)):
        return None
    if key in ("extra", "more", "mixed"):
        return bool(rows(seen, moved(got, after, SEEN), key, i, at).any()) or None
    if rows(seen, moved(got, after, UNSEEN), key, i, at).any():
        return False
    return bool(rows(seen, moved(before, change.want[i], SEEN), key, i, at).any()) or None


def remembers(seen: Examination, last: Change, outputs: Sequence[int]) -> bool:
    """Has the general case another answer now? Then the function says nothing reliable about its arguments."""
    values = last.got.values
    return values is None or any(
        not isinstance(values[i], np.ndarray) or not close(values[i], got, UNSEEN)  # type: ignore[arg-type]
        for i in outputs
        if (got := seen.comparable(seen.general, i)) is not None
    )


def call(seen: Examination, function: Callable[..., Any], made: Sequence[Change]) -> None:
    """Ask the student's function, all at once."""
    outcomes = calls(seen.exercise, function, [change.arguments for change in made])
    for change, outcome in zip(made, outcomes, strict=True):
        change.got = outcome


@dataclass
class Effect:
    """What one change does otherwise than it should: to whole outputs, to steps of them, to examples."""

    argument: str
    step: int | None
    example: int | None
    missing: list[int] = field(default_factory=list)  # outputs that should change, and do not
    extra: list[int] = field(default_factory=list)  # outputs that change, and should not
    less: dict[int, list[int]] = field(default_factory=dict)  # steps of an output
    more: dict[int, list[int]] = field(default_factory=dict)
    mixed: dict[int, list[int]] = field(default_factory=dict)  # examples of an output

    @property
    def what(self) -> tuple[str, int | None, int | None]:
        """What was changed."""
        return self.argument, self.step, self.example

    @property
    def any(self) -> bool:
        """Is there something to say?"""
        return bool(self.missing or self.extra or self.less or self.more or self.mixed)

    def keep(self, sure: Callable[[str, int, int | None], bool]) -> None:
        """Of what it says that alone: by kind, output, and step or example."""
        for key in ("missing", "extra"):
            setattr(self, key, [i for i in getattr(self, key) if sure(key, i, None)])
        for key in ("less", "more", "mixed"):
            kept = {i: [at for at in there if sure(key, i, int(at))] for i, there in getattr(self, key).items()}
            setattr(self, key, {i: there for i, there in kept.items() if there})


def compared(seen: Examination, asked: Sequence[Change], outputs: Sequence[int]) -> Effect:
    """What these calls show that change one thing."""
    one, general = asked[0], seen.general
    effect = Effect(one.argument, one.step, one.example)
    for i in outputs:
        got, before = seen.comparable(general, i), seen.want[general][i]
        after = [None if c.got.values is None else c.got.values[i] for c in asked]
        arrays = [
            a
            for a in after
            if isinstance(a, np.ndarray) and got is not None and (a.shape, shapes(a)) == (got.shape, shapes(got))
        ]
        if got is None or len(arrays) < len(asked):
            continue
        never = np.all([~moved(before, c.want[i], 0.0) for c in asked], axis=0)
        surely = np.any([moved(before, c.want[i], SEEN) for c in asked], axis=0)
        moves = np.any([moved(got, a, SEEN) for a in arrays], axis=0)
        rests = np.all([~moved(got, a, UNSEEN) for a in arrays], axis=0)
        value = seen.exercise.results[i]
        if surely.any() and rests.all():
            if not (value.integers and coarse(seen, one)):
                effect.missing.append(i)
            continue
        if never.all():
            if moves.any():
                effect.extra.append(i)
            continue
        for letter, less, more in (("T", effect.less, effect.more), ("B", {}, effect.mixed)):
            axis = along(value, letter, got)
            if axis is None or (letter == "B" and one.example is None):
                continue
            rows = [np.moveaxis(m, axis, 0).reshape(got.shape[axis], -1) for m in (never, surely, moves, rests)]
            more[i] = [*np.flatnonzero(rows[0].all(axis=1) & rows[2].any(axis=1))]
            less[i] = [] if value.integers else [*np.flatnonzero(rows[1].any(axis=1) & rows[3].all(axis=1))]
    for steps in (effect.less, effect.more, effect.mixed):
        for i in [i for i, found in steps.items() if not found]:
            del steps[i]
    return effect


def coarse(seen: Examination, change: Change) -> bool:
    """Is so little changed that whole numbers may stay by chance? A number, a step, an example."""
    numbers = {
        v.name for v, a in zip(seen.exercise.inputs, change.arguments, strict=True) if isinstance(a, (int, float))
    }
    return change.argument in numbers or change.step is not None or change.example is not None


def worded(seen: Examination, found: Sequence[Effect], outputs: Sequence[int]) -> tuple[Answers, list[Effect]]:
    """The sentences, the most telling first, and what they rest on; a second one only about another argument."""
    whole = [e for e in found if e.argument and e.step is None]
    said: list[tuple[str, str, list[Effect]]] = []  # what it is about, and the sentence

    def tell(effects: Sequence[Effect], key: str, outputs: Sequence[int], **fields: Any) -> None:
        about = " ".join(e.argument for e in effects)
        said.append((about, sentence(seen, key, outputs, **fields), [*effects]))

    if len(whole) > 1 and all(e.missing == outputs for e in whole):
        return Answers(tuple(e.argument for e in whole), [sentence(seen, "nothing used", outputs)]), whole
    for key, last, of in (("not used", "or", "missing"), ("used", "or", "extra")):
        groups: dict[tuple[int, ...], list[Effect]] = {}
        for e in whole:
            if affected := tuple(getattr(e, of)):
                groups.setdefault(affected, []).append(e)
        for group, several in sorted(groups.items(), key=lambda g: -len(g[0])):
            tell(several, key, group, argument=listed([e.argument for e in several], last))
    for e in found:
        for i, mixed in e.mixed.items():
            tell([e], "mixed", [i], at=mixed[0], other=e.example)
    for e in found:
        for i, steps in e.more.items():
            if e.step is not None:
                tell([e], "seen at", [i], at=steps[0] + 1, step=e.step + 1, argument=e.argument)
    for e in found:
        if e.argument and e.step is not None and e.missing:
            tell([e], "step not used", e.missing, argument=e.argument, step=e.step + 1)
        elif e.example is not None and e.missing:
            tell([e], "example not used", e.missing, other=e.example)
    for e in found:
        for i, steps in e.less.items() if e.argument else ():
            nearest = min(steps, key=lambda t: abs(t - (e.step or 0))) + 1
            if e.step is None:
                tell([e], "not seen", [i], at=nearest, argument=e.argument)
            else:
                tell([e], "not seen at", [i], at=nearest, argument=e.argument, step=e.step + 1)
    first = said[:1] + [s for s in said[1:] if not {*s[0].split()} & {*said[0][0].split()}][:1]
    about = [e for _, _, effects in first for e in effects]
    return Answers(tuple(e.argument for e in whole if e.missing == outputs), [s for _, s, _ in first]), about


# ---------------------------------------------------------------------------------------------------------------------
# What the numbers are instead

Pair = tuple[Array, Array]


def holds(seen: Examination, outputs: Sequence[int], make: Callable[[str, int, Array, Array], Pair | None]) -> bool:
    """Are two arrays made of an output and the right one equal, in every case where there is an output to compare?

    None says nothing of a case; something has to be said of a wrong one, for each output. Where more draws were made,
    few or whole numbers have to show it several times, with different right ones.
    """
    told: dict[int, set[bytes]] = {i: set() for i in outputs}
    for case in seen.telling:
        for i in outputs:
            got, want = seen.comparable(case, i), seen.want[case][i]
            if got is None or not want.size or got.dtype.kind == "b":
                continue
            pair = make(case, i, got, want)
            if pair is None:
                continue
            if not close(*pair, seen.tolerance(case, i, got)):
                return False
            if not seen.right(case, i):
                told[i].add(numbers_of(want))
    least = SHOWN if all(by_chance(seen, i) for i in outputs) else 1  # beside many numbers a few are no chance
    return all(len(there) >= least for there in told.values())


@dataclass
class Widened(Examination):
    """An examination with further draws of its cases, in which the same has to hold."""


def widened(seen: Examination, function: Callable[..., Any] | None) -> Widened:
    """Each case drawn a few times more, the general one several; none where the function is not to be called."""
    made: dict[str, tuple[tuple[Any, ...], list[Array]]] = {}
    with quiet():
        for n, case in itertools.product(range(1, FURTHER + 1) if function else (), seen.got):
            if (case == seen.general or n <= AGAIN) and seen.got[case].values is not None:
                with contextlib.suppress(Exception):
                    drawn = seen.exercise.drawn(case, seen.seed + n)
                    made[f"{case}, once more {n}"] = drawn, seen.exercise.answer(drawn)
    given = seen.given | {c: arguments for c, (arguments, _) in made.items()}
    want = seen.want | {c: answer for c, (_, answer) in made.items()}
    got = {**seen.got}
    if function:
        got |= zip(made, calls(seen.exercise, function, [arguments for arguments, _ in made.values()]), strict=True)
    with quiet():
        right = {(case, i): seen.right(case, i) for case in seen.got for i in range(len(seen.exercise.results))}
    return Widened(seen.exercise, seen.seed, given, want, got, seen.again, right)


def numbers_of(want: Array) -> bytes:
    """What makes a right answer another one than others: of few numbers neither how many they are nor their places."""
    return (want if want.size >= FEW else np.unique(want)).tobytes()


def by_chance(seen: Examination, i: int) -> bool:
    """Is an output so little that one right guess of it says nothing, and was it drawn again?"""
    return isinstance(seen, Widened) and (
        seen.exercise.results[i].integers or max(want[i].size for want in seen.want.values()) < FEW
    )


def aligned(value: Value, argument: Any, letters: list[str]) -> Array | None:
    """An argument with axes to meet an array that has these: None where it has others, or in another order."""
    if isinstance(argument, (int, float)):
        return np.asarray(float(argument))
    own = (value.axes or "").split()
    if not isinstance(argument, np.ndarray) or not own or len(set(letters)) < len(letters):
        return argument if isinstance(argument, np.ndarray) and own == letters else None
    if [a for a in letters if a in own] != own:
        return None
    return argument.reshape([argument.shape[own.index(a)] if a in own else 1 for a in letters])


def shifted(a: Array, by: int, axis: int) -> Array:
    """Moved by one along an axis; zeros come in."""
    made = np.roll(a, by, axis)
    made[(slice(None),) * axis + (0 if by > 0 else -1,)] = 0
    return made


Vary = Callable[[Sequence[Any]], Sequence[Any]]


def changed(j: int, change: Callable[[Any], Any]) -> Vary:
    """Argument j made into another one."""
    return lambda a: [*a[:j], change(a[j]), *a[j + 1 :]]


def along_axis(change: Callable[..., Any], axis: int, *more: Any) -> Callable[[Any], Any]:
    """A change of an array along an axis."""
    return lambda a: change(a, *more, axis=axis)


def replaced(places: dict[int, int]) -> Vary:
    """Arguments in the place of others."""
    return lambda a: [a[places.get(n, n)] for n in range(len(a))]


def cut(places: dict[int, int], which: slice) -> Vary:
    """All arguments with an axis cut along it."""
    return lambda a: [v[(slice(None),) * places[n] + (which,)] if n in places else v for n, v in enumerate(a)]


def parts_of(exercise: Exercise, j: int, k: int) -> Vary:
    """A number of parts taken for their length: argument j, of the steps of argument k."""
    axis = (exercise.inputs[k].axes or "").split().index("T")
    return lambda a: [*a[:j], -(-a[k].shape[axis] // a[j]), *a[j + 1 :]]


def repeated(a: Array, t: int, axis: int) -> Array:
    """One entry along an axis in the place of all."""
    return np.repeat(np.take(a, [t], axis), a.shape[axis], axis)


def variations(exercise: Exercise, given: Sequence[Any]) -> Iterator[tuple[str, Vary]]:
    """Other arguments in the place of those that are given, with what is said of them."""
    for j, (value, argument) in enumerate(zip(exercise.inputs, given, strict=True)):
        name, letters = value.name, (value.axes or "").split()
        place = f"in the place of {name}"
        if isinstance(argument, np.ndarray):
            if argument.dtype.kind == "f":
                yield f"{name} = 0", changed(j, np.zeros_like)
                yield f"-{name} {place}", changed(j, np.negative)
                if len(letters) == 2 and letters[0] == letters[1]:
                    yield f"the transpose of {name} in its place", changed(j, np.transpose)
                yield f"2·{name} {place}", changed(j, lambda a: a + a)
                yield f"1 - {name} {place}", changed(j, lambda a: 1 - a)
            for k, other in enumerate(exercise.inputs):
                if k != j and letters and other.axes == value.axes and not other.each:
                    yield f"{other.name} {place}", replaced({j: k})
                    if k > j:
                        yield f"{name} and {other.name} exchanged", replaced({j: k, k: j})
            if letters.count("T") == 1:
                axis = letters.index("T")
                yield f"{name} reversed in time", changed(j, along_axis(np.flip, axis))
                for by, late in ((1, "late"), (-1, "early")):
                    moved_on = f"{name} one {word(exercise, 'T')} too {late}"
                    yield moved_on, changed(j, along_axis(shifted, axis, by))
                    yield f"{moved_on}, its end at the other end", changed(j, along_axis(np.roll, axis, by))
                for which, t in (("first", 0), ("last", -1)):
                    same = f"the {which} {word(exercise, 'T')} of {name} in each place"
                    yield same, changed(j, along_axis(repeated, axis, t))
        elif isinstance(argument, float):
            yield f"{name} = 1", changed(j, lambda a: 1.0)
            yield f"1/{name} {place}", changed(j, lambda a: 1 / a)
            yield f"{name}² {place}", changed(j, lambda a: a * a)
        elif isinstance(argument, int) and not isinstance(argument, bool):
            yield f"{name} = 1", changed(j, lambda a: 1)
            yield f"{name} + 1 {place}", changed(j, lambda a: a + 1)
            yield f"{name} - 1 {place}", changed(j, lambda a: a - 1)
            with_time = [k for k, other in enumerate(exercise.inputs) if "T" in (other.axes or "").split()]
            for k in with_time[:1]:
                yield f"T/{name}, rounded up, {place}", parts_of(exercise, j, k)
    for letter in ("T", "B", "J"):
        axes = [(value.axes or "").split() if not value.each else [] for value in exercise.inputs]
        places = {n: a.index(letter) for n, a in enumerate(axes) if letter in a}
        if places and not any(letter in (o.axes or "") for o in exercise.results):
            entry = word(exercise, letter)
            yield f"all but the first {entry}", cut(places, slice(1, None))
            yield f"all but the last {entry}", cut(places, slice(None, -1))
            yield f"the first {entry} alone", cut(places, slice(None, 1))
            yield f"the last {entry} alone", cut(places, slice(-1, None))


Known = dict[tuple[str, str], list[Array] | None]  # by change and case, the right answer to other arguments


def as_if(seen: Examination, outputs: Sequence[int], unused: Sequence[str], known: Known) -> str:
    """Is it the right answer for other arguments?"""
    exercise, given = seen.exercise, seen.given[seen.general]
    tried = list(variations(exercise, given))
    zero = [j for j, a in enumerate(exercise.inputs) if a.name in unused and isinstance(given[j], np.ndarray)]
    if len(zero) > 1:
        which = listed([exercise.inputs[j].name for j in zero])
        tried.insert(0, (f"{which} zero", lambda a: [np.zeros_like(v) if j in zero else v for j, v in enumerate(a)]))
    for change, vary in tried:

        def made(case: str, i: int, got: Array, want: Array, change: str = change, vary: Vary = vary) -> Pair | None:
            if (change, case) not in known:
                known[change, case] = None
                with contextlib.suppress(Exception):
                    known[change, case] = exercise.answer(vary(seen.given[case]))
            answer = known[change, case]
            return None if answer is None or answer[i].shape != want.shape else (got, answer[i])

        if holds(seen, outputs, made):
            return sentence(seen, "as if", outputs, change=change)
    return ""


FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "the exponential of": np.exp,
    "the logarithm of": np.log,
    "the logarithm to base 2 of": np.log2,
    "the square of": np.square,
    "the root of": np.sqrt,
    "the reciprocal of": np.reciprocal,
    "tanh of": np.tanh,
    "1 minus": lambda a: 1 - a,
    "the whole part of": np.floor,
}


RELATIONS: dict[str, Callable[[Array, Array, Array], Pair]] = {
    "plus": lambda got, want, a: (got, want + a),
    "minus": lambda got, want, a: (got, want - a),
    "times": lambda got, want, a: (got, want * a),
    "divided by": lambda got, want, a: (got * a, want),
}


def related(seen: Examination, outputs: Sequence[int]) -> str:
    """Is it the right answer plus, minus, times an argument, or a function of the right answer?"""
    for (j, value), (how, relation) in itertools.product(enumerate(seen.exercise.inputs), RELATIONS.items()):

        def with_it(
            case: str, i: int, got: Array, want: Array, j: int = j, value: Value = value, relation: Any = relation
        ) -> Pair | None:
            a = aligned(value, seen.given[case][j], seen.exercise.results[i].letters(want.ndim))
            return None if a is None else relation(got, want, a)

        if holds(seen, outputs, with_it):
            return sentence(seen, "relation", outputs, relation=f"{how} {value.name}")
    for name, function in FUNCTIONS.items():

        def of_it(case: str, i: int, got: Array, want: Array, function: Any = function) -> Pair | None:
            return got.astype(float), function(want.astype(float))

        if holds(seen, outputs, of_it):
            return sentence(seen, "function", outputs, function=name)
    return ""


def along_time(got: Array, want: Array, axes: list[str], by: int) -> Array | None:
    """The answer moved by one step along time; the step without a partner counts as right."""
    if axes[:1] != ["T"] or len(got) < 3:
        return None
    moved = want.copy()
    if by > 0:
        moved[:-1] = got[1:]
    else:
        moved[1:] = got[:-1]
    return moved


TRUTHS: dict[str, Callable[[Array, Array, list[str]], Array | None]] = {
    "signs": lambda g, w, a: -g,
    "transposed": lambda g, w, a: g.T if g.ndim == 2 and g.shape[0] == g.shape[1] > 1 else None,
    "late": lambda g, w, a: along_time(g, w, a, 1),
    "early": lambda g, w, a: along_time(g, w, a, -1),
    "turned": lambda g, w, a: g[::-1] if a[:1] == ["T"] else None,
}


def oblong(seen: Examination, outputs: Sequence[int]) -> list[tuple[str, int]]:
    """The matrices to compare that are not square, by case and output: transposed they would have another shape."""
    every = [(c, i, seen.want[c][i]) for c in seen.got for i in outputs if seen.comparable(c, i) is not None]
    return [(c, i) for c, i, want in every if want.size and want.shape != want.shape[::-1]]


def factors(seen: Examination, outputs: Sequence[int], shift: bool = False, some: bool = False) -> str:
    """Is it right up to one factor, or to one constant, in every case? Some: it may be another in every case."""
    found: list[tuple[str, float]] = []
    evidence: set[int] = set()  # outputs of which several numbers show it

    def made(case: str, i: int, got: Array, want: Array) -> Pair | None:
        k = int(np.abs(want).argmax())
        if not shift and not want.flat[k]:
            return got, want
        by = float(got.flat[k]) - float(want.flat[k]) if shift else float(got.flat[k]) / float(want.flat[k])
        if not shift and not NOTHING < abs(by) < 1 / NOTHING:
            return np.zeros(1), np.ones(1)  # one of the two is nothing
        found.append((case, by))
        if (want.size if shift else int(np.count_nonzero(want))) > 1 and not seen.right(case, i):
            evidence.add(i)
        return (got - by, want) if shift else (got / by, want) if by else (got, want)

    if not holds(seen, outputs, made):
        return ""
    key, values = "constant" if shift else "factor", [by for _, by in found]
    if (evidence or len(values) > 1) and all(abs(v - values[0]) <= 1e-6 * abs(values[0]) for v in values):
        return sentence(seen, key, outputs, **{key: f"{values[0]:.4g}"})
    if not shift and (symbol := in_symbols(seen, found)):
        return sentence(seen, key, outputs, factor=symbol)
    common = all(abs(by - dict(found)[case]) <= 1e-6 * abs(by) for case, by in found)  # to all outputs of a case
    return sentence(seen, f"some {key}", outputs) if evidence == {*outputs} and common and some else ""


def in_symbols(seen: Examination, found: list[tuple[str, float]]) -> str:
    """Factors in the symbols of the page, if they are one symbol in every case: "1/B"."""
    sizes = {case: seen.exercise.sizes(seen.given[case]) for case, _ in found}
    letters = sorted(set.intersection(*({a for a, size in s.items() if size} for s in sizes.values())))
    for chosen in (*itertools.combinations(letters, 1), *itertools.combinations(letters, 2)):
        name = "·".join(chosen)
        for power, spelt in ((1, name), (-1, f"1/({name})" if len(chosen) > 1 else f"1/{name}")):
            if all(abs(by / math.prod(sizes[c][a] for a in chosen) ** power - 1) < 1e-6 for c, by in found):
                return spelt
    return ""


def by_lines(seen: Examination, outputs: Sequence[int], shift: bool) -> str:
    """Is it right up to one factor, or one constant, for each entry along an axis, or along all but the last?"""
    letters = {tuple(seen.exercise.results[i].letters(seen.want[seen.general][i].ndim)) for i in outputs}
    axes = next(iter(letters))
    if len(letters) > 1 or len(axes) < 2:
        return ""
    groups = [(n,) for n in range(len(axes))] + ([tuple(range(len(axes) - 1))] if len(axes) > 2 else [])
    for group in groups:
        evidence: list[bool] = []  # is there a line in which a factor says something of several numbers?

        def made(
            case: str, i: int, got: Array, want: Array, group: tuple[int, ...] = group, evidence: list[bool] = evidence
        ) -> Pair | None:
            n = math.prod(want.shape[axis] for axis in group)
            g, w = (np.moveaxis(a, group, range(len(group))).reshape(n, -1) for a in (got, want))
            if w.shape[1] < 2:
                return None
            k = np.abs(w).argmax(axis=1)[:, None]
            g_k, w_k = np.take_along_axis(g, k, 1), np.take_along_axis(w, k, 1)
            if shift:
                return g - (g_k - w_k), w
            if ((np.abs(g_k) <= NOTHING * np.abs(w_k)) & (w_k != 0)).any():
                return np.zeros(1), np.ones(1)  # a factor of 0 says nothing of a line
            evidence.append(not seen.right(case, i) and bool((np.count_nonzero(w, axis=1) > 1).any()))
            return g, w * np.where(w_k != 0, g_k / np.where(w_k != 0, w_k, 1), 1)

        if holds(seen, outputs, made) and (shift or any(evidence)):
            square = len(axes) == 2 and axes[0] == axes[1]
            words = [("row", "column")[n] if square else word(seen.exercise, axes[n]) for n in group]
            return sentence(seen, "constants" if shift else "factors", outputs, axis=listed(words))
    return ""


def identity(seen: Examination, outputs: Sequence[int], unused: Sequence[str], known: Known) -> tuple[bool, str]:
    """What the wrong numbers are instead, in every case, if anything; and whether that says all about them."""
    exercise = seen.exercise

    def letters(i: int) -> list[str]:
        return exercise.results[i].letters(seen.want[seen.general][i].ndim)

    def pairs(make: Callable[[str, int, Array, Array], Pair | None]) -> bool:
        return holds(seen, outputs, make)

    several = [g for c in seen.got for i in outputs if (g := seen.comparable(c, i)) is not None]
    if not any(np.any(g) for g in several):
        return True, sentence(seen, "zero", outputs)
    for j, value in enumerate(exercise.inputs):

        def handed(case: str, i: int, got: Array, want: Array) -> Pair | None:
            argument = seen.given[case][j]  # noqa: B023
            return (got, argument) if isinstance(argument, np.ndarray) else (got, np.zeros(0))

        if pairs(handed):
            return True, sentence(seen, "argument", outputs, argument=value.name)
    if pairs(lambda c, i, g, w: (g, w.astype(np.float32))) and all(g.dtype == np.float32 for g in several):
        return True, sentence(seen, "float32", outputs)
    if said := nearly(seen, outputs):
        return False, said
    for key, test in TRUTHS.items():

        def tested(case: str, i: int, got: Array, want: Array) -> Pair | None:
            other = test(got, want, letters(i)) if want.size > 1 or key == "signs" else None  # noqa: B023
            return None if other is None else (other, want)

        if pairs(tested):
            if key == "transposed" and (others := oblong(seen, outputs)):  # of these it says nothing
                return all(seen.right(c, i) for c, i in others), sentence(seen, "square", outputs)
            return True, sentence(seen, key, outputs)
    if said := factors(seen, outputs) or as_if(seen, outputs, unused, known) or related(seen, outputs):
        return True, said
    if said := factors(seen, outputs, some=True) or factors(seen, outputs, shift=True, some=True):
        return True, said
    if pairs(lambda c, i, g, w: (np.abs(g), np.abs(w)) if w.size > 1 else None):
        return False, sentence(seen, "sizes", outputs)
    if pairs(lambda c, i, g, w: (np.sort(g, axis=None), np.sort(w, axis=None)) if w.size > 1 else None):
        return False, sentence(seen, "places", outputs)
    if pairs(in_order):
        return False, sentence(seen, "ranks", outputs)
    for axis, letter in enumerate(letters(outputs[0]) if len(outputs) == 1 else ()):
        if pairs(lambda c, i, g, w: (g / g.sum(axis=axis, keepdims=True), w) if w.shape[axis] > 1 else None):  # noqa: B023
            return True, sentence(seen, "sums", outputs, axis=f"the {word(exercise, letter)} axis")
    said = by_lines(seen, outputs, shift=False) or by_lines(seen, outputs, shift=True)
    return False, said or alike(seen, outputs)


def in_order(case: str, i: int, got: Array, want: Array) -> Pair | None:
    """Are the numbers exactly in the order of the right ones? A few may be so by chance: they show no more."""
    ranked, ordered = got.flat[np.lexsort((got.ravel(), want.ravel()))], np.sort(got, axis=None)
    if not np.array_equal(ranked, ordered):
        return np.zeros(1), np.ones(1)
    return (ranked, ordered) if want.size >= FEW and bool(np.ptp(got)) else None


def nearly(seen: Examination, outputs: Sequence[int]) -> str:
    """Is every wrong number close to the right one, or that rounded?"""
    worst = 0.0
    for case in seen.got:
        for i in outputs:
            got, want = seen.comparable(case, i), seen.want[case][i]
            if got is not None and not seen.right(case, i):
                away = float(np.abs(got - want).max()) / (float(np.abs(want).max()) or 1.0)
                worst = max(worst, away if np.isfinite(away) else 1.0)
    for digits in range(1, 7) if all(not seen.exercise.results[i].integers for i in outputs) else ():
        rounded = all(
            np.array_equal(g, np.round(g, digits))
            for c in seen.got
            for i in outputs
            if (g := seen.comparable(c, i)) is not None
        )
        if rounded and holds(seen, outputs, lambda c, i, g, w: (g, np.round(w, digits))):  # noqa: B023
            return sentence(seen, "rounded", outputs, digits=digits)
    return sentence(seen, "digits", outputs, digits=f"{-math.log10(worst):.0f}") if 0 < worst < 1e-3 else ""


def alike(seen: Examination, outputs: Sequence[int]) -> str:
    """Is the answer the same along an axis, or never negative, where the right one is not so?"""
    if len(outputs) > 1:
        return ""
    i = outputs[0]
    pairs = [(g, seen.want[c][i]) for c in seen.got if (g := seen.comparable(c, i)) is not None]
    letters = seen.exercise.results[i].letters(seen.want[seen.general][i].ndim)
    for axis, letter in enumerate(letters):
        several = [(g, w) for g, w in pairs if w.shape[axis] > 1]

        def level(a: Array) -> bool:
            return close(np.broadcast_to(np.take(a, [0], axis), a.shape), a, UNSEEN)  # noqa: B023

        if several and letters.count(letter) == 1 and all(level(g) and not level(w) for g, w in several):
            return sentence(seen, "same", outputs, axis=word(seen.exercise, letter))
    if letters:
        axis_name = {"word": word(seen.exercise, letters[-1]) + "s"}
        ones = [[bool(np.allclose(a.sum(axis=-1), 1, atol=1e-4)) for a in pair] for pair in pairs]
        for key, k in (("sum to one", 0), ("not sum to one", 1)):
            if all(one[k] for one in ones) and not any(one[1 - k] for one in ones):
                return sentence(seen, key, outputs, axis=axis_name["word"])
    if all((g >= 0).all() for g, _ in pairs) and all((w < 0).any() for _, w in pairs):
        return sentence(seen, "positive", outputs)
    drawn = [(g, seen.want[c][i]) for c in seen.exercise.cases if (g := seen.comparable(c, i)) is not None]
    reach, within = (max((float(np.abs(p[k]).max(initial=0)) for p in drawn), default=0.0) for k in (0, 1))
    if reach > 3 * within and letters:
        return sentence(seen, "range", outputs, got=reach, want=within)
    return ""


# ---------------------------------------------------------------------------------------------------------------------
# Step by step


def own_state(seen: Examination) -> str:
    """Is each step right given the student's own step before it?

    Asked where an output has the axes of an argument, and time before them: that argument is what stands before the
    first step, if the right answer goes on from its own steps in this way.
    """
    exercise, case = seen.exercise, seen.general
    given = seen.given[case]
    for i in wrong_outputs(seen):
        axes = (exercise.results[i].axes or "").split()
        got, want = seen.comparable(case, i), seen.want[case][i]
        starts = [
            j
            for j, v in enumerate(exercise.inputs)
            if axes[:1] == ["T"] and v.axes == " ".join(axes[1:]) and not v.each
        ]
        if got is None or len(starts) != 1 or len(got) < 3 or seen.right(case, i):
            continue
        j = starts[0]

        def steps(before: Sequence[Array], i: int = i, j: int = j) -> Array | None:
            made: list[Array] = []
            for t, state in enumerate(before):
                arguments = [
                    np.take(a, [t], axis) if (axis := along(v, "T", a)) is not None else a
                    for v, a in zip(exercise.inputs, given, strict=True)
                ]
                arguments[j] = state
                with contextlib.suppress(Exception):
                    answer = exercise.answer(arguments)
                    if answer[i].shape == (1, *np.shape(state)):
                        made.append(answer[i][0])
            return np.stack(made) if len(made) == len(before) else None

        tolerance = seen.tolerance(case, i, got)
        right, own = steps([given[j], *want[:-1]]), steps([given[j], *got[:-1].astype(want.dtype)])
        alone = steps([given[j]] * len(got))
        if right is None or own is None or alone is None or not close(right, want, tolerance):
            continue
        if close(alone, got, tolerance):
            return sentence(seen, "begins there", argument=exercise.inputs[j].name)
        good: NDArray[np.bool_] = np.array([close(g, o, tolerance) for g, o in zip(got, own, strict=True)])
        if good[1:].all() and not good[0]:
            return sentence(seen, "later steps")
        if good[0] and not good[1:].all():
            return sentence(seen, "one step", at=int(np.argmin(good)) + 1)
        if not good.any():
            return sentence(seen, "each step")
    return ""


# ---------------------------------------------------------------------------------------------------------------------
# With special arguments

OPEN = 40.0  # added to a bias: what is squashed by a sigmoid is 1, or 0


def special(exercise: Exercise, given: Sequence[Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Arguments with one thing made simple, the narrow things first, and what is said of them."""
    gates, wide = exercise.gates, []
    for j, (value, a) in enumerate(zip(exercise.inputs, given, strict=True)):
        if not isinstance(a, np.ndarray) or a.dtype.kind != "f" or not value.axes or not a.any():
            continue

        def put(rows: slice, by: float, j: int = j, a: Array = a) -> tuple[Any, ...]:
            made = a.copy()
            made[rows] = by
            return (*given[:j], made, *given[j + 1 :])

        letters = value.axes.split()
        for n, gate in enumerate(gates if letters[0][0].isdigit() else ""):
            rows = slice(n * len(a) // len(gates), (n + 1) * len(a) // len(gates))
            yield f"{value.name} = 0 in the rows of {gate}", put(rows, 0)
            if a.ndim == 1:
                wide.append((f"{value.name} very large in the rows of {gate}", put(rows, OPEN)))
                wide.append((f"{value.name} very negative in the rows of {gate}", put(rows, -OPEN)))
        if letters[0] == "L" and len(a) > 1:
            yield f"{value.name} = 0 above the first layer", put(slice(1, None), 0)
        wide.append((f"{value.name} = 0", put(slice(None), 0)))
    yield from wide


def turns_right(seen: Examination, function: Callable[..., Any]) -> str:
    """With which special arguments is the answer right? The mistake then acts through what was made simple."""
    outputs = wrong_outputs(seen)
    if not outputs:
        return ""
    tries = []
    with quiet():
        for said, arguments in special(seen.exercise, seen.given[seen.general]):
            with contextlib.suppress(Exception):
                tries.append((said, arguments, seen.exercise.answer(arguments)))
    held = right_with(seen, function, tries, outputs)
    if held:  # in other draws, too: one may have nothing to tell
        more, plain, tied = [], [], set()
        with quiet():
            for n in range(1, FURTHER + 1):
                other = seen.exercise.drawn(seen.general, seen.seed + n)
                with contextlib.suppress(Exception):
                    plain.append((f"as it is {n}", other, seen.exercise.answer(other)))
                for said, arguments in special(seen.exercise, other):
                    with contextlib.suppress(Exception):
                        if said in held:
                            more.append((said, arguments, seen.exercise.answer(arguments)))
                            tied |= {said} if at_an_edge(seen.exercise, other, arguments, more[-1][2]) else set()
        right = right_with(seen, function, [*more, *plain], outputs, every=True)
        wrong_as_it_is = sum(said not in right for said, _, _ in plain)
        held = [said for said in held if said in right and said not in tied and wrong_as_it_is >= SHOWN]
    found: list[str] = []
    for said in held:
        if not any(one.startswith(f"{said} ") for one in found):  # the narrower says more
            found.append(said)
    return sentence(seen, "turns right", outputs, conditions=listed(found[:2], "or with")) if found else ""


def at_an_edge(exercise: Exercise, before: Sequence[Any], made: Sequence[Any], want: Sequence[Array]) -> bool:
    """Is the right answer another one as soon as what was made simple is nearly so? Then ties decide."""
    nearly = [
        m + 1e-7 * (a - m).astype(m.dtype)
        if isinstance(a, np.ndarray) and a is not m and a.dtype.kind == "f" and not np.array_equal(a, np.round(a))
        else m
        for a, m in zip(before, made, strict=True)
    ]
    there = exercise.answer(nearly)
    return any(w.shape != o.shape or moved(w, o, 1e-3).any() for w, o in zip(want, there, strict=True))


def right_with(
    seen: Examination,
    function: Callable[..., Any],
    tries: Sequence[tuple[str, tuple[Any, ...], list[Array]]],
    outputs: Sequence[int],
    every: bool = False,
) -> list[str]:
    """With which of these arguments is the answer right? Every: in each try that is called so."""
    outcomes = calls(seen.exercise, function, [arguments for _, arguments, _ in tries])
    held: dict[str, bool] = {}
    with quiet():
        for (said, arguments, want), got in zip(tries, outcomes, strict=True):
            little = Examination(seen.exercise, seen.seed, {said: arguments}, {said: want}, {said: got})
            telling = every or all(np.ptp(want[i]) > 0 for i in outputs if want[i].size)  # zeros alone say little
            held[said] = held.get(said, True) and telling and all(little.right(said, i) for i in outputs)
    return [said for said, holds in held.items() if holds]


# ---------------------------------------------------------------------------------------------------------------------
# In which cases


def pattern(seen: Examination, function: Callable[..., Any]) -> str:
    """What all cases with a right answer have in common that no other has, or all with a wrong one.

    Said is what holds of further cases, too: of other numbers, and of other sizes.
    """
    with quiet():
        right = all_right(seen)
        if not right or len(right) == len(seen.got) or any(o.values is None for o in seen.got.values()):
            return ""
        keys = (("right if", right), ("wrong if", set(seen.got) - right))
        told = {key: [said for said, where in conditions(seen) if where == cases] for key, cases in keys}
        more = resized(seen) if any(told.values()) else {}
    if not more:
        return ""
    got = dict(zip(more, calls(seen.exercise, function, [given for given, _ in more.values()]), strict=True))
    given, want = ({c: pair[k] for c, pair in more.items()} for k in (0, 1))
    with quiet():
        further = Examination(seen.exercise, seen.seed, given, want, got)  # type: ignore[arg-type]
        right = all_right(further)
        held = {
            key: {s for s, where in conditions(further) if where == cases}
            for key, cases in (("right if", right), ("wrong if", set(got) - right))
        }
    for key, said in told.items():
        found = [condition for condition in said if condition in held[key]]
        alike = [condition for condition in found if condition.endswith(("=0", "=1"))]
        if found:
            return sentence(seen, key, condition=listed(alike or found[:1]))
    return ""


def all_right(seen: Examination) -> set[str]:
    """The cases in which every output is right."""
    return {c for c in seen.got if all(seen.right(c, i) for i in range(len(seen.exercise.results)))}


def resized(seen: Examination) -> dict[str, tuple[tuple[Any, ...], list[Array]]]:
    """All cases drawn once more, and with each size one less or more: the arguments, and what is right there.

    A number is made another one, the last step or example is left out; not where that is a number as well.
    """
    exercise, made = seen.exercise, {}
    numbers = {v.name for v, a in zip(exercise.inputs, seen.given[seen.general], strict=True) if type(a) is int}
    for case in seen.got:
        given = exercise.drawn(case, seen.seed + DRAWS + 1)
        several = [(case, given)]
        for letter, n in exercise.sizes(given).items():
            if letter in numbers:
                several += [
                    (
                        f"{case}, {letter}={m}",
                        tuple(m if v.name == letter else a for v, a in zip(exercise.inputs, given, strict=True)),
                    )
                    for m in {max(n - 1, 1), n + 1} - {n}
                ]
            elif n > 1 and letter in ("T", "B") and not numbers & {"T", "B"}:
                several.append((f"{case}, {letter}={n - 1}", exercise.cut(given, {letter: n - 1})))
        for name, arguments in several:
            with contextlib.suppress(Exception):
                made[name] = arguments, exercise.answer(arguments)
    return made


def conditions(seen: Examination) -> Iterator[tuple[str, set[str]]]:
    """What may be so in a case, with the cases where it is so."""
    sizes = {c: seen.exercise.sizes(given) for c, given in seen.given.items()}
    letters = sorted(set.intersection(*(set(s) for s in sizes.values())))
    for a in letters:
        yield f"{a}=1", {c for c in sizes if sizes[c][a] == 1}
        yield f"{a}=0", {c for c in sizes if sizes[c][a] == 0}
    numbers = set()
    for j, value in enumerate(seen.exercise.inputs):
        given = {c: arguments[j] for c, arguments in seen.given.items()}
        if all(isinstance(a, np.ndarray) for a in given.values()):
            yield f"{value.name} = 0", {c for c, a in given.items() if not a.any()}
        if all(isinstance(a, float) for a in given.values()):
            yield f"{value.name} = 1", {c for c, a in given.items() if a == 1}
            yield f"{value.name} above 1", {c for c, a in given.items() if a > 1}
            yield f"{value.name} below 1", {c for c, a in given.items() if a < 1}
        if all(isinstance(a, int) for a in given.values()):
            numbers.add(value.name)
    for a, b in itertools.permutations(letters, 2):
        if len(numbers & {a, b}) == 1 and {a, b} - numbers != {"B"}:  # examples have nothing to do with a number
            above = {c for c in sizes if sizes[c][a] > sizes[c][b]}
            multiple = {c for c in sizes if sizes[c][b] and sizes[c][a] % sizes[c][b] == 0}
            yield f"{a} above {b}", above
            yield f"{a} a multiple of {b}", multiple
            yield f"{a} a multiple of {b}, or not above it", multiple | (set(sizes) - above)
