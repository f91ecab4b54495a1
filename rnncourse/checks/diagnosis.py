"""From what was seen to what is said: one sentence for each thing that can be told apart."""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from rnncourse.checks.engine import (
    Array,
    Examination,
    Exercise,
    Refused,
    borrowed,
    close,
    examine,
    kind_fits,
    near,
    quiet,
    recognise,
    recognise_each,
    weights,
)
from rnncourse.checks.mistakes import Mistake
from rnncourse.checks.report import Report

AXES = {
    "T": "step", "B": "example", "H": "unit", "F": "input", "K": "symbol", "C": "chunk", "N": "entry", "J": "part",
}  # fmt: skip
HINTS = 2  # more at once help nobody
WHOLE = {"T": "time", "B": "batch", "H": "hidden units", "F": "inputs", "K": "symbols", "C": "chunks"}


def diagnose(exercise: Exercise, function: Any, seed: int) -> Report:
    """Examine a function and say what is right, and what to think about."""
    report = Report(exercise.name)
    if problem := unusable(exercise, function):
        report.messages.append(problem)
        return report
    seen = examine(exercise, function, seed)
    with quiet():
        report.facets = seen.facets()
    report.score = weights(exercise, report.facets)
    troubles = {outcome.trouble for outcome in seen.got.values()}
    if troubles in ({"stub"}, {"none"}):
        report.messages.append(seen.again.sentence)
    elif report.score and (library := borrowed(seen, function)):
        report.facets = dict.fromkeys(report.facets, False)
        report.score = 0.0
        report.messages.append(
            f"The answer comes from {library}, not from your own code: calling the library earns nothing here. "
            "Write the steps out with NumPy."
        )
    else:
        with quiet():
            say(seen, report)
    return report


def say(seen: Examination, report: Report) -> None:
    """What was seen, in words."""
    exercise = seen.exercise
    known = [m for m in exercise.mistakes if m.sees and m.sees(seen)]
    if any(not seen.right(case, i) for case in seen.got for i in range(len(exercise.outputs))):
        known += explain(seen, report, known)
    say_hints(report, known)
    conduct(seen, report)
    if any(o.printed for o in seen.got.values()) and not report.passed:
        report.messages.append("What your function prints is not shown during the check, nor are its warnings.")


def unusable(exercise: Exercise, function: Any) -> str:
    """Why this cannot be called at all, or nothing."""
    wanted = [a.name for a in exercise.arguments]
    if not callable(function):
        return (
            f"Expected your function, {exercise.signature}, but got {article(type(function).__name__)}: "
            "give the function itself, without calling it."
        )
    if inspect.isclass(function):
        return f"Expected your function, {exercise.signature}, but got the class {function.__name__}."
    try:
        signature = inspect.signature(function)
    except Exception:
        return ""
    try:
        signature.bind(*wanted)
    except TypeError:
        takes = ", ".join(map(str, signature.parameters)) or "none"
        return f"Your function takes other parameters ({takes}) than it is called with: {', '.join(wanted)}."
    names = [n for n in signature.parameters if n in wanted]
    if len(names) == len(wanted) and names != wanted:
        return f"Your parameters come in another order ({', '.join(names)}) than the arguments: {', '.join(wanted)}."
    return ""


def article(name: str) -> str:
    """A noun with its article."""
    return f"{'an' if name[:1] in 'aeiouAEIOU' else 'a'} {name[:60]}"


# ---------------------------------------------------------------------------------------------------------------------
# What is wrong with the answer


def explain(seen: Examination, report: Report, known: list[Mistake]) -> list[Mistake]:
    """Say why values are wrong: what cannot be compared, or else where and how they differ; and find the mistakes."""
    stopped = [case for case, outcome in seen.got.items() if outcome.trouble == "raised"]
    if stopped:
        sentence = seen.got[stopped[0]].sentence
        everywhere = len(stopped) == len(seen.got)
        start = sentence[0].upper() if everywhere else f"With {sizes(seen, stopped[0])}, {sentence[0]}"
        report.messages.append(start + sentence[1:])
    if seen.again_differs():
        return []  # whatever else is wrong follows from that; conduct() says it
    found: list[Mistake] = []
    candidates = recognise(seen)
    if len(candidates) == 2 and len(candidates[0]) == 1:
        report.messages.append("Two known mistakes give exactly your numbers; it is one of these.")
        found = [candidates[0][0], candidates[1][0]]
    elif 1 <= len(candidates) <= 2:
        if len(candidates[0]) == 2:
            report.messages.append("Two mistakes at once give exactly your numbers.")
        found = candidates[0]
    elif all(m.harmless for m in known):  # nothing explains wrong values so far
        each = recognise_each(seen)
        found = list({m.id: m for m in each.values()}.values())[:HINTS]
        for mistake in found:
            names = " and ".join(name for name, m in each.items() if m.id == mistake.id)
            report.messages.append(f"For {names} alone, a known mistake gives exactly your numbers.")
        report.messages += structure(seen) or ([] if found or stopped else unknown(seen))
    if found and (place := location(seen)):
        report.further.append(place)
    return found


def say_hints(report: Report, known: list[Mistake]) -> None:
    """The first hint of every recognised mistake as a message, the second one folded away."""
    for mistake in known:
        if mistake.id not in report.mistakes and len(report.mistakes) < HINTS:
            report.mistakes.append(mistake.id)
            report.messages.append(mistake.hint)
            report.further.insert(len(report.mistakes) - 1, mistake.more)


def conduct(seen: Examination, report: Report) -> None:
    """Arguments changed, another answer the second time, another dtype."""
    if changed := seen.changed():
        names = " and ".join(changed)
        report.messages.append(
            f"Your function changes its argument{'s' * (len(changed) > 1)} {names}: whoever calls it finds other "
            "numbers there afterwards. Which of your lines write into an array that is not yours?"
        )
    if seen.again_differs():
        report.messages.append(
            "Called a second time with the same arguments, your function gives another answer. What does it keep "
            "between calls (a list or an array outside, a default argument), or does it draw random numbers?"
        )
    for name, want, got in seen.wrong_dtype()[:1] if report.score else []:
        report.messages.append(
            f"{name} has dtype {got} where the arguments have {want}. "
            + ("Which array of yours was made without a dtype?" if got == np.float64 else "Where does it change?")
        )


def structure(seen: Examination) -> list[str]:
    """Wrong number, type, shape or kind of outputs, told from the first case that has one."""
    for case, outcome in seen.got.items():
        if outcome.trouble in ("count", "none", "stub"):
            start = "" if case == seen.general else f"With {sizes(seen, case)}: "
            return [start + outcome.sentence]
        said = []
        for i, got in enumerate(outcome.values or []):
            output, want = seen.exercise.outputs[i], seen.want[case][i]
            if isinstance(got, Refused):
                said.append(got.sentence)
                if got.array is not None and close(got.array, want, seen.tolerance(case, i, got.array)):
                    said[-1] += " The numbers are right."
            elif got.shape != want.shape:
                said.append(shape_sentence(seen, case, i, got))
            elif not kind_fits(output, got):
                wanted = "whole numbers" if output.integers else "floating-point numbers"
                said.append(f"{output.name}: expected {wanted}, but your array has dtype {got.dtype}.")
            elif np.isfinite(want).all() and not np.isfinite(got).all():
                bad = ~np.isfinite(got)
                kind = "NaN" if np.isnan(got).any() else "infinite"
                how_many = "all numbers are" if bad.all() else f"{int(bad.sum())} of {bad.size} numbers are"
                said.append(
                    f"{output.name}: {how_many} {kind} with {sizes(seen, case)}"
                    + (
                        f", the first at {place(output.letters(bad.ndim), first(bad))}"
                        if bad.ndim and not bad.all()
                        else ""
                    )
                    + ". Which operation of yours can overflow, divide by zero or take the logarithm of zero?"
                )
        if said:
            return said[:2]
    return []


def shape_sentence(seen: Examination, case: str, i: int, got: Array) -> str:
    """What is wrong with a shape: the axis, or the order of the axes."""
    output, want = seen.exercise.outputs[i], seen.want[case][i]
    axes = output.letters(want.ndim)
    spelt = (
        "(" + ", ".join(f"{a}={s}" if output.axes else str(s) for a, s in zip(axes, want.shape, strict=True)) + ")"
        if axes
        else "a number"
    )
    start = f"{output.name}: expected {'shape ' if axes else ''}{spelt}, got "
    start += f"shape {got.shape}." if got.ndim else "a single number."
    if got.ndim == want.ndim and sorted(got.shape) == sorted(want.shape):
        orders = itertools.permutations(range(got.ndim))
        tolerance = seen.tolerance(case, i, got)
        right = any(close(got.transpose(order), want, tolerance) for order in orders)
        rest = " Put back, the numbers are right." if right else ""
        if got.ndim == 2:
            return f"{start} {'It is transposed.' if right else 'Is it transposed?'}{rest}"
        swapped = [WHOLE.get(a, a) for a, w, g in zip(axes, want.shape, got.shape, strict=True) if w != g]
        return start + f" The axes of {' and '.join(swapped)} have changed places.{rest}"
    if got.ndim == want.ndim:
        wrong = [(a, w, g) for a, w, g in zip(axes, want.shape, got.shape, strict=True) if w != g]
        a, w, g = wrong[0]
        for side, shorter in (("first", got[1:]), ("last", got[:-1])):
            if close(shorter, want, seen.tolerance(case, i, got)):
                return f"{start} The {side} entry is one too many; without it the numbers are right."
        return start + f" The axis of {WHOLE.get(a, a)} has {g} entr{'y' if g == 1 else 'ies'} instead of {w}."
    if got.size == want.size:
        return start + " The number of entries is right, the axes are not."
    if got.ndim < want.ndim:
        missing = [WHOLE.get(a, a) for a, s in zip(axes, want.shape, strict=True) if s not in got.shape]
        return start + (f" The axis of {missing[0]} is missing." if len(missing) == want.ndim - got.ndim else "")
    extra = [a for a, s in seen.exercise.sizes(seen.given[case]).items() if s in got.shape and s not in want.shape]
    return start + (f" One axis too many: was the sum over {WHOLE.get(extra[0], extra[0])} forgotten?" if extra else "")


# ---------------------------------------------------------------------------------------------------------------------
# Unknown mistakes: where, and what is nevertheless true


def wrong_place(seen: Examination) -> tuple[str, int] | None:
    """The first case and output with numbers that can be compared and differ.

    A single step comes before longer ones, and an output with a time axis before those without: it shows the step.
    """
    small = [seen.exercise.one_step[0]] if seen.exercise.one_step else []
    outputs = sorted(range(len(seen.exercise.outputs)), key=lambda i: "T" not in (seen.exercise.outputs[i].axes or ""))
    for case in (*small, *(c for c in seen.got if c not in small)):
        for i in outputs:
            if seen.comparable(case, i) is not None and not seen.right(case, i):
                return case, i
    return None


def location(seen: Examination) -> str:
    """First differing place, in words."""
    found = wrong_place(seen)
    return where(seen, *found) if found else ""


def unknown(seen: Examination) -> list[str]:
    """For a mistake that is not known: where it begins, what is true all the same, where it does not show."""
    found = wrong_place(seen)
    if found is None:
        return []
    case, i = found
    said = [where(seen, case, i)]
    if truth := invariant(seen, case, i):
        said.append(truth)
    one = seen.exercise.one_step
    names = [o.name for o in seen.exercise.outputs]
    if one and case == one[0]:
        pointer = f': does check("{one[1]}", …) pass?' if one[1] else "."
        said.append(f"A single step (T=1) differs already{pointer}")
    elif one and all(seen.right(one[0], j) for j in range(len(names))):
        said.append("A single step (T=1) is right: the fault is in what goes from one step to the next.")
    right = [n for j, n in enumerate(names) if all(seen.right(c, j) for c in seen.got)]
    if right:
        said.append(f"{' and '.join(right)} {'is' if len(right) == 1 else 'are'} right in every case.")
    others = [c for c in seen.got if all(seen.right(c, j) for j in range(len(names))) and (not one or c != one[0])]
    if others:
        said.append(f"Right: {'; '.join(f'{c} ({sizes(seen, c)})' for c in others[:3])}.")
    return said


def sizes(seen: Examination, case: str) -> str:
    """The sizes of a case in words."""
    said = [f"{a}={s}" for a, s in seen.exercise.sizes(seen.given[case]).items()]
    for value, argument in zip(seen.exercise.arguments, seen.given[case], strict=True):
        if isinstance(argument, float):
            said.append(f"{value.name}={argument:.4g}")
        elif isinstance(argument, np.ndarray) and not value.axes:
            said.append(f"{value.name} of shape {argument.shape}" if argument.any() else f"{value.name} zero")
    return ", ".join(said)


def first(wrong: Array, backwards: bool = False) -> tuple[int, ...]:
    """Index of the first wrong entry, or of the first one counted from the last step."""
    indices = np.argwhere(wrong)
    if backwards and len(indices):
        indices = indices[indices[:, 0] == indices[-1, 0]]
    return tuple(int(j) for j in indices[0])


def place(names: Sequence[str], index: Sequence[int]) -> str:
    """An index in words: "step 2 (index 1), example 0, unit 3"."""
    if set(names) == {"N"} and len(names) > 1:
        return f"entry {tuple(index)}"
    words = []
    for k, (a, j) in enumerate(zip(names, index, strict=True)):
        word = ("row", "column")[k] if names.count(a) == len(names) == 2 else AXES.get(a, "entry")
        words.append(f"step {j + 1} (index {j})" if a == "T" else f"{word} {j}")
    return ", ".join(words)


def where(seen: Examination, case: str, i: int) -> str:
    """The first differing step, example and unit of an output, and in which way it differs there."""
    output, want = seen.exercise.outputs[i], seen.want[case][i]
    got = seen.comparable(case, i)
    assert got is not None
    start = f"{output.name} with {sizes(seen, case)}: "
    if not want.ndim:
        return f"{start}yours is {compared(got[()], want[()])}."
    wrong = ~near(got, want, seen.tolerance(case, i))
    if not wrong.any():
        return f"{start}the numbers are right, their dtype is {got.dtype}."
    index = first(wrong, output.backwards)
    axes = output.letters(want.ndim)
    share = "every number differs" if wrong.all() else f"{int(wrong.sum())} of {wrong.size} numbers differ"
    said = f"{start}{share}"
    if axes[0] == "T" and len(wrong) > 1:
        steps = wrong.reshape(len(wrong), -1).any(axis=1)
        t = index[0]
        if output.backwards and t < len(wrong) - 1:
            said += f"; counted from the last step, all is right as far as step {t + 2} (index {t + 1})"
        elif not output.backwards and t > 0:
            said += f"; step {t} is right" if t == 1 else f"; steps 1 {'and' if t == 2 else 'to'} {t} are right"
        elif steps.all():
            said += ", in every step"
    for axis, a in enumerate(axes):
        if a in AXES and a != "T" and axes.count(a) == 1 and wrong.shape[axis] > 1:
            lines = np.moveaxis(wrong, axis, 0).reshape(wrong.shape[axis], -1).any(axis=1)
            if lines.sum() == 1:
                said += f", only for {AXES[a]} {int(np.argmax(lines))}"
    return f"{said}. The first is {place(axes, index)}: yours is {compared(got[index], want[index])}."


def compared(one: Any, other: Any) -> str:
    """One number against another, in words."""
    got, want = float(one), float(other)
    if isinstance(other, np.integer):
        return f"{one.item()} instead of {other.item()}"
    if not np.isfinite(got) or not np.isfinite(want):
        return f"{got:.3g} instead of {want:.3g}"
    if want == 0:
        return f"{got:.3g} where 0 is right"
    if got == 0:
        return "0 where it should not be"
    ratio = got / want
    if abs(ratio + 1) < 1e-6:
        return "right but for its sign"
    if ratio < 0:
        return "of the wrong sign"
    if abs(ratio - 1) < 1e-3:
        return f"off by a relative {abs(ratio - 1):.1g}, close but not equal"
    return f"too {'large' if ratio > 1 else 'small'} by a factor {ratio if ratio > 1 else 1 / ratio:.3g}"


def invariant(seen: Examination, case: str, i: int) -> str:
    """What is true of a wrong output all the same: the most telling such sentence, or nothing."""
    exercise = seen.exercise
    general = seen.general
    if seen.comparable(general, i) is not None and not seen.right(general, i):
        case = general
    got, want = seen.comparable(case, i), seen.want[case][i]
    assert got is not None
    tolerance = seen.tolerance(case, i, got)
    if got.dtype == np.float32 and want.dtype == np.float64 and close(got, want, tolerance):
        return "It is right to the accuracy of float32, but float64 was given: where does the precision go?"
    if not np.any(got):
        return "All your numbers are 0: is the result ever written?"
    for value, argument in zip(exercise.arguments, seen.given[case], strict=True):
        if isinstance(argument, np.ndarray) and argument.size > 1 and close(got, argument, tolerance):
            return f"What comes back is the argument {value.name}, unchanged."
    if want.size > 1 and np.isfinite(got).all():
        for sentence, test in TRUTHS:
            other = test(got, want, exercise.outputs[i].letters(want.ndim))
            if other is not None and close(other, want, tolerance):
                return sentence
        if close(np.sort(got, axis=None), np.sort(want, axis=None), tolerance):
            return "All the right numbers are there, but not in their places."
    largest = int(np.argmax(np.abs(want)))
    factor = float(got.flat[largest]) / float(want.flat[largest]) if want.size and want.flat[largest] else 0.0
    if (
        abs(factor - 1) > 1e-3
        and factor
        and close(got / factor, want, tolerance)
        and (want.size > 1 or named(seen, case, factor))
    ):
        return f"It is right up to one factor, the same for all numbers: {factor:.4g}{named(seen, case, factor)}."
    shift = float(got.flat[largest]) - float(want.flat[largest]) if want.size > 1 else 0.0
    if shift and close(got - shift, want, tolerance):
        return f"It is right up to one constant, added to all numbers: {shift:.4g}."
    away = float(np.abs(got - want).max()) / (float(np.abs(want).max()) or 1.0)
    if 0 < away < 1e-3:  # false where it is NaN
        return (
            f"Your numbers agree with the right ones to about {-math.log10(away):.0f} digits: is something rounded, "
            "cut off, or added for safety?"
        )
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


TRUTHS: tuple[tuple[str, Callable[[Array, Array, list[str]], Array | None]], ...] = (
    ("All signs are turned round; the sizes are right.", lambda g, w, a: -g),
    (
        "Its transpose is right: rows and columns have changed places.",
        lambda g, w, a: g.T if g.ndim == 2 and g.shape[0] == g.shape[1] else None,
    ),
    (
        "With the axes of time and batch exchanged it is right.",
        lambda g, w, a: g.swapaxes(0, 1) if a[:2] == ["T", "B"] and g.shape[0] == g.shape[1] else None,
    ),
    ("Off by one in time: your step t holds what belongs to step t-1.", lambda g, w, a: along_time(g, w, a, 1)),
    ("Off by one in time: your step t holds what belongs to step t+1.", lambda g, w, a: along_time(g, w, a, -1)),
    (
        "Time is turned round: your first step is the right last one.",
        lambda g, w, a: g[::-1] if a[:1] == ["T"] else None,
    ),
    ("Only the sizes are right, not all signs.", lambda g, w, a: np.where(g * w < 0, -g, g)),
)


def named(seen: Examination, case: str, factor: float) -> str:
    """A factor in the symbols of the page, if it is one: "= 1/B"."""
    found = {a: float(s) for a, s in seen.exercise.sizes(seen.given[case]).items()}
    products = {**found, **{f"{a}·{b}": found[a] * found[b] for a in found for b in found if a < b}}
    for name, size in products.items():
        if size > 1:
            for value, spelt in ((size, name), (1 / size, f"1/({name})" if "·" in name else f"1/{name}")):
                if abs(factor / value - 1) < 1e-6:
                    return f" = {spelt}"
    return ""
