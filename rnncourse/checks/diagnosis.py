"""From what was seen to what is said: one sentence for each thing that can be told apart."""

from __future__ import annotations

import contextlib
import inspect
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rnncourse.checks import limit, questions, slips
from rnncourse.checks.behaviour import Lecturer
from rnncourse.checks.carried import Judged, Own, UnfitError, carried
from rnncourse.checks.engine import (
    Array,
    Examination,
    Exercise,
    Refused,
    acquits,
    article,
    borrowed,
    calls,
    close,
    examine,
    experimented,
    kind_fits,
    near,
    quiet,
    recognise,
    recognise_each,
    shares,
    weights,
)
from rnncourse.checks.mistakes import Mistake
from rnncourse.checks.nested import entry, shapes
from rnncourse.checks.report import Report

HINTS = 2  # more at once help nobody
STEPS = 3  # of a case of which the first steps are tried, and all of them
SAID = 3  # sentences about a mistake that is not known
WHOLE = {"T": "time", "B": "batch", "H": "hidden units", "F": "inputs", "K": "symbols", "C": "chunks"}


def never(report: Report) -> bool:
    """Nobody counts."""
    return False


def diagnose(
    exercise: Exercise,
    function: Any,
    seed: int,
    stuck: Callable[[Report], bool] = never,
    own: Sequence[Own] = (),
    lecturer: Lecturer | None = None,
) -> Report:
    """Examine a function and say what is right, and what to think about.

    Whoever is ``stuck``, after several reports like this one, is asked for a prediction. ``own`` are the student's own
    functions for what the exercise builds on. A ``lecturer`` may know a mistake that the exercise does not.
    """
    report = Report(exercise.name, seed)
    seen = look(exercise, function, report, own, lecturer)
    again = stuck(report)  # it counts all
    if again and seen:
        with quiet():
            report.messages.append(prediction(seen, report.case))
    return report


def look(
    exercise: Exercise, function: Any, report: Report, own: Sequence[Own], lecturer: Lecturer | None = None
) -> Examination | None:
    """Fill a report; what was seen, where there is more to say of it."""
    if problem := unusable(exercise, function):
        report.messages.append(problem)
        return None
    start = time.perf_counter()
    assert report.seed is not None
    seen = examine(exercise, function, report.seed)
    slow = time.perf_counter() - start > questions.SLOW
    with quiet():
        report.facets = seen.facets()
    report.shares = shares(exercise, report.facets)
    report.score = weights(exercise, report.facets)
    troubles = {outcome.trouble for outcome in seen.got.values()}
    judged = None
    if own and report.score < 1 and not slow and troubles != {"stub"} and troubles != {"none"}:
        judged = carried(seen, own)
    if judged:
        with quiet():
            report.facets = judged.facets()
        report.score = weights(exercise, report.facets)
    if troubles in ({"stub"}, {"none"}):
        report.messages.append(seen.again.sentence)
    elif report.score and (library := borrowed(seen, function)):
        report.facets = dict.fromkeys(report.facets, False)
        report.score = 0.0
        report.messages.append(
            f"The answer comes from {library}, not from your own code: calling the library earns nothing here. "
            "Write the steps out with NumPy."
        )
    elif too_long := [case for case in seen.got if slow_case(seen, case)]:
        say_slow(seen, report, too_long[0])
    elif judged:
        return say_given(judged, report, function, lecturer)
    else:
        return say(seen, report, None if slow else function, lecturer)
    return None


def say_given(judged: Judged, report: Report, function: Any, lecturer: Lecturer | None = None) -> Examination | None:
    """What was seen, in words, beside what is right given the student's own function.

    The words go by that, where it may be said of all outputs; what is found must not depend on a call that it refuses.
    """
    with quiet():
        gained = [f"“{name}”" for name in judged.gained]
    said = f"Right, given your own `{judged.own.name}`" if gained else f"Judged with your own `{judged.own.name}`"
    which = "" if report.score == 1 or not gained else f": {questions.listed(gained)}"
    report.messages.append(f"{said}{which}. An earlier mistake counts once, where it was made.")
    if judged.whole:
        told = replace(report, messages=[*report.messages])
        with contextlib.suppress(UnfitError):
            seen = say(judged, told, function, lecturer)
            vars(report).update(vars(told))
            return seen
    return say(judged.direct, report, function, lecturer)


def say(seen: Examination, report: Report, function: Any, lecturer: Lecturer | None = None) -> Examination | None:
    """What was seen, in words; the function is None where calling it again would take too long.

    Returns a small case that fails.
    """
    exercise = seen.exercise
    with quiet():
        known = [m for m in exercise.mistakes if m.sees and m.sees(seen)]
        found: list[Mistake] | None = []
        report.case = smallest(seen)
    shaped = questions.widened(seen, function if report.case and misshapen(seen) else None)
    with quiet():
        if report.case:
            found = explain(seen, report, known, shaped)
    hint = lecturer.meets(exercise, function if found is None else None) if lecturer else None
    if hint:
        report.messages.append(hint.hint)
    elif found is None:
        known_answers: questions.Known = {}
        with quiet():
            wrong = questions.wrong_outputs(seen)
            each = [[i] for i in wrong] if len(wrong) > 1 else []
            instead = [questions.identity(seen, few, (), known_answers)[1] for few in ([wrong] if wrong else []) + each]
        wide = questions.widened(seen, function if any(instead) else None)
        with quiet():
            whole = bool(wrong) and questions.identity(wide, wrong, (), known_answers)[0]  # says more than a slip
        said, more = slips.told(seen) if function and not whole else ([], [])
        if said:
            report.messages += said
            report.hints.append(more)
        else:
            answers = questions.ask(seen, function) if function else questions.Answers()
            special = questions.turns_right(seen, function) if function and not seen.again_differs() else ""
            pattern = questions.pattern(seen, function) if function and not whole else ""
            with quiet():
                report.messages += unknown(seen, answers, special, pattern, wide, known_answers) or not_finite(seen)
    with quiet():
        report.messages += complaints(seen)
    little, report.cut = shrunk(seen, report.case, function) if report.case else (None, {})
    with quiet():
        said_right, still = right_outputs(seen), right_outputs(seen, little)
        report.messages[:] = [one for m in report.messages if (one := still if m == said_right else m)]
    say_hints(seen, little, report, known + (found or []), function)
    if hint:
        report.mistakes.append(hint.id)
        report.names.append(hint.name)
    with quiet():
        conduct(seen, report)
    if any(o.printed for o in seen.got.values()) and not report.passed:
        report.messages.append("What your function prints is not shown during the check, nor are its warnings.")
    return little


def unusable(exercise: Exercise, function: Any) -> str:
    """Why this cannot be called at all, or nothing."""
    wanted = [a.name for a in exercise.arguments]
    asked = "class" if exercise.made_with else "function"
    if not callable(function):
        return (
            f"Expected your {asked}, {exercise.signature}, but got {article(type(function).__name__)}: "
            f"give the {asked} itself, without calling it."
        )
    if inspect.isclass(function) and not exercise.made_with:
        return f"Expected your function, {exercise.signature}, but got the class {function.__name__}."
    wanted = wanted[: exercise.made_with or None]
    try:
        signature = inspect.signature(function)
    except Exception:
        return ""
    try:
        signature.bind(*wanted)
    except TypeError:
        takes = ", ".join(map(str, signature.parameters)) or "none"
        return f"Your {asked} takes other parameters ({takes}) than it is called with: {', '.join(wanted)}."
    names = [n for n in signature.parameters if n in wanted]
    if len(names) == len(wanted) and names != wanted:
        return f"Your parameters come in another order ({', '.join(names)}) than the arguments: {', '.join(wanted)}."
    return ""


# ---------------------------------------------------------------------------------------------------------------------
# A small case that fails: what to try there


def smallest(seen: Examination) -> str:
    """The case with the fewest numbers among those that fail, as far as they were tried; "" where none fails."""
    outputs = range(len(seen.exercise.results))
    chosen = seen.exercise.chosen
    failing = [
        case
        for case in seen.got
        if not all(seen.right(case, i) for i in outputs) or (chosen and any(seen.complaint(f, case) for f in chosen))
    ]
    return min(failing, key=lambda case: sum(map(size, seen.given[case])), default="")


def size(argument: Any) -> int:
    """How many numbers it has."""
    return sum(map(size, argument)) if isinstance(argument, list) else int(np.size(argument))


def shrunk(seen: Examination, case: str, function: Any) -> tuple[Examination, dict[str, int]]:
    """The first steps of a case and its first example, as few as fail in the same way, and how many they are.

    All of it where nothing less fails, and where the function is not to be called again.
    """
    exercise, given = seen.exercise, seen.given[case]
    arrays = zip(exercise.inputs, given, strict=True)
    axes = [(v.axes.split(), g.shape) for v, g in arrays if v.axes and isinstance(g, np.ndarray)]
    full = {letter: n for letters, shape in axes for letter, n in zip(letters, shape, strict=True)}
    full |= {v.each: len(g) for v, g in zip(exercise.inputs, given, strict=True) if v.each}
    tied = any(v.name in full for v in exercise.inputs)  # T or B is an argument too: they belong together
    if function is None or tied or limit.seconds.get() is None or seen.again_differs():
        return seen, {}
    steps = sorted({*range(1, min(full["T"], STEPS) + 1), full["T"]}) if "T" in full else [0]
    cuts = [{a: n for a, n in (("T", t), ("B", 1)) if n < full.get(a, 0) and n} for t in steps]
    tries: list[tuple[dict[str, int], tuple[Any, ...], list[Array]]] = []
    for cut in filter(None, cuts):
        with contextlib.suppress(Exception), quiet():
            less = exercise.cut(given, cut)
            want = exercise.answer(less)
            if all(w.size or not whole.size for w, whole in zip(want, seen.want[case], strict=True)):  # else no task
                tries.append((cut, less, want))
    for (cut, less, want), got in zip(tries, calls(exercise, function, [less for _, less, _ in tries]), strict=True):
        little = Examination(exercise, seen.seed, {case: less}, {case: want}, {case: got})
        with quiet():
            fails = not all(little.right(case, i) for i in range(len(want)))
        if fails and got.trouble == seen.got[case].trouble:
            return little, cut
    return seen, {}


def circumstances(seen: Examination, case: str) -> str:
    """The sizes of a case, and what is special about its arguments."""
    given = [(v, a) for v, a in zip(seen.exercise.inputs, seen.given[case], strict=True) if isinstance(a, np.ndarray)]
    special = [f"{value.name} zero" for value, a in given if value.axes and a.size and not a.any()]
    special += ["numbers in float32"] if any(a.dtype == np.float32 for _, a in given) else []
    return ", ".join(filter(None, [sizes(seen, case), *special]))


def experiment(seen: Examination, case: str) -> str:
    """How to test it, where the mistake has no experiment of its own."""
    said = circumstances(seen, case)
    return (
        f"Test it on a small case that fails{f': {said}' if said else ''}. Call your function with "
        "`*report.arguments()` and print what each line gives. Which is the first that you did not expect?"
    )


def prediction(seen: Examination, case: str) -> str:
    """What to write down before the next try: one wrong number, or shapes where nothing can be compared."""
    exercise, what = seen.exercise, "the shape of every array, line by line"
    wrong = [i for i in range(len(exercise.results)) if not seen.right(case, i)]
    for i in wrong:
        if seen.comparable(case, i) is None or exercise.results[i].free:
            continue
        output, differ = exercise.results[i], differing(seen, case, i)
        if not differ.ndim:
            what = f"the number {output.name}"
        elif differ.any():
            at = first(differ, output.backwards)
            what = f"the number of {output.name} at {place_of(seen, case, i, at)}"
        else:
            continue
        break
    said = circumstances(seen, case)
    return (
        f"Before you try again, predict. Take a small case that fails{f': {said}' if said else ''}. Write down by "
        f"hand {what}. Then compare. Its arguments are `report.arguments()`."
    )


def slow_case(seen: Examination, case: str) -> bool:
    """Did a call with the arguments of this case take too long?"""
    again = seen.again.trouble if case == seen.general else ""
    return "slow" in (seen.got[case].trouble, again)


def say_slow(seen: Examination, report: Report, case: str) -> None:
    """A call took too long: with which sizes, and what was not tried after it."""
    with quiet():
        said = sizes(seen, case)
    untried = sum(outcome.trouble == "untried" for outcome in seen.got.values())
    rest = f" The {untried} other cases were not tried." if untried > 1 else " One other case was not tried." * untried
    report.case = case
    say_stopped(report, limit.seconds.get(), f" with {said}" if said else "", rest)


def say_stopped(report: Report, seconds: float | None, with_what: str = "", rest: str = "") -> None:
    """The same, whoever has stopped it."""
    report.messages.append(
        f"Your function takes longer than {seconds:g} s{with_what}, and was stopped."
        f"{rest} Which loop of yours has no end, or does far too much?"
    )
    report.hints.append(
        [
            "Print, in each pass of your loops, what the loop waits for. Does it come nearer to its end? Call your "
            "function with `*report.arguments()`."
        ]
    )


# ---------------------------------------------------------------------------------------------------------------------
# What is wrong with the answer


def explain(
    seen: Examination, report: Report, known: list[Mistake], wide: Examination | None = None
) -> list[Mistake] | None:
    """Say what cannot be compared, and find the mistakes; None where neither says what is wrong.

    No mistake is named while a shape is wrong that it does not explain, nor for one output while another is open.
    """
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
        if said := [order] if (order := questions.reordered(seen)) else structure(seen, wide):
            report.messages += said
            return []
        if seen.general in stopped:
            return []  # what it gives elsewhere says little beside that
        if not each or {seen.exercise.results[i].name for i in questions.wrong_outputs(seen)} - set(each):
            return None
        found = list({m.id: m for m in each.values()}.values())[:HINTS]
        for mistake in found:
            names = " and ".join(name for name, m in each.items() if m.id == mistake.id)
            report.messages.append(f"For {names} alone, a known mistake gives exactly your numbers.")
    if found and (place := location(seen)):
        report.hints.append([place])
    return found


def say_hints(
    seen: Examination, little: Examination | None, report: Report, known: list[Mistake], function: Any
) -> None:
    """The first hint of every recognised mistake as a message, the others to be asked for, level by level.

    Nobody is sent to an experiment in which the own function does nothing wrong: then the idea comes first, and a case
    that fails.
    """
    said = list({mistake.id: mistake for mistake in known}.values())[:HINTS]
    report.mistakes += [mistake.id for mistake in said]
    report.names += [mistake.name for mistake in said]
    ideas, tests = list[str](), list[str]()
    for mistake in said:
        made = experimented(seen, mistake, function) if function else []
        if any(acquits(*both) for both in made):
            report.messages.append(mistake.more)
            continue
        report.messages.append(mistake.hint)
        ideas.append(mistake.more)
        if mistake.test:
            tests.append(mistake.test + (told(*made[-1]) if made else ""))
    if ideas:
        report.hints[:1] = [ideas + [place for level in report.hints for place in level]]
    if little and (not said or len(tests) < len(said)):
        with quiet():
            tests.append(experiment(little, report.case))
    if tests:
        report.hints.append(tests)


def told(right: Any, got: Any) -> str:
    """What an experiment shows, in a sentence; nothing where the own function has no answer in it."""
    if got is None:
        return ""
    for digits in (3, 6):
        should, does = (figures(value, digits) for value in (right, got))
        if should != does:
            break
    return f" It should be {should}. With you it is {does}."


def figures(value: Any, digits: int) -> str:
    """A truth, a number or a few of them in words."""
    if isinstance(value, (bool, np.bool_)):
        return "so" if value else "not so"
    plain = [0.0 if abs(one) < questions.NOTHING else float(one) for one in np.ravel(value)]
    return questions.listed([f"{one:.{digits_of(one, digits)}g}" for one in plain])


def digits_of(number: Any, least: int) -> int:
    """How many digits a number needs to be without an exponent, if it is no giant."""
    return max(least, len(f"{abs(number):.0f}")) if abs(number) < 1e6 else least


def conduct(seen: Examination, report: Report) -> None:
    """A list for an array, arguments changed, another answer the second time, another dtype."""
    case = seen.general
    for i, sentence in seen.got[case].lists.items():
        if seen.comparable(case, i) is not None:
            report.messages.append(sentence + " The numbers are right." * seen.right(case, i))
            break
    if changed := seen.changed():
        names = " and ".join(changed)
        report.messages.append(
            f"Your function changes its argument{'s' * (len(changed) > 1)} {names}: whoever calls it finds other "
            "numbers there afterwards. Which of your lines write into an array that is not yours?"
        )
    if seen.again_differs():
        report.messages.append(
            "Called a second time with the same arguments, your function gives another answer. What does it keep "
            "between calls: a list or an array outside, a default argument? Or does it draw random numbers?"
        )
    asked = seen.exercise.words.get("float64", "Where is no dtype said, or `float`?")
    for name, want, got in seen.wrong_dtype()[:1] if report.score else []:
        report.messages.append(
            f"{name} has dtype {got} where the arguments have {want}. "
            + (asked if got == np.float64 else "Where does it change?")
        )


def misshapen(seen: Examination) -> bool:
    """Is there an array that cannot be compared as it is?"""
    return any(
        isinstance(got, Refused) or got.shape != seen.want[case][i].shape
        for case, outcome in seen.got.items()
        for i, got in enumerate(outcome.values or [])
    )


def everywhere(wide: Examination, case: str, i: int, fits: Callable[[Array, Array, float], bool]) -> bool:
    """Does it fit this output in every case where as many axes come back, and where more was drawn?

    Few or whole numbers have to show it several times.
    """
    like = came(wide, case, i)
    shown: set[bytes] = set()
    for other in wide.got:
        got, want = came(wide, other, i), wide.want[other][i]
        if like is None or got is None or got.ndim != like.ndim or (got.shape == want.shape and like.ndim != want.ndim):
            continue
        if not fits(got, want, wide.tolerance(other, i, got)):
            return False
        shown.add(questions.numbers_of(want))
    return len(shown) >= (questions.SHOWN if questions.by_chance(wide, i) else 1)


def came(seen: Examination, case: str, i: int) -> Array | None:
    """What came back as an array, or could be one."""
    values = seen.got[case].values
    one = None if values is None or i >= len(values) else values[i]
    return one.array if isinstance(one, Refused) else one


def structure(seen: Examination, wide: Examination | None = None) -> list[str]:
    """Wrong number, type, shape or kind of outputs, told from the first case that has one; of a known shape no more.

    What would be right about the numbers has to hold of all cases, of a wider examination where there is one.
    """
    wide = wide or seen
    for case, outcome in seen.got.items():
        if outcome.trouble in ("count", "none", "stub"):
            start = "" if case == seen.general else f"With {sizes(seen, case)}: "
            return [start + outcome.sentence]
        said = []
        for i, got in enumerate(outcome.values or []):
            output, want = seen.exercise.results[i], seen.want[case][i]
            if isinstance(got, Refused):
                if got.sentence in said:  # of all leaves of one output
                    continue
                said.append(got.sentence)
                if got.array is not None and close(got.array, want, seen.tolerance(case, i, got.array)):
                    said[-1] += " The numbers are right."
                elif got.array is not None and got.array.shape[1:] == want.shape:
                    said[-1] += part(wide, case, i, got.array)
            elif shapes(got) != shapes(want):
                said.append(f"{output.name}: expected {of_shapes(want)}, got {of_shapes(got)}.")
            elif got.shape != want.shape and i in outcome.lists:
                said.append(outcome.lists[i] + (part(wide, case, i, got) if got.shape[1:] == want.shape else ""))
            elif got.shape != want.shape:
                said.append(shape_sentence(wide, case, i, got))
            elif not kind_fits(output, got):
                wanted = "whole numbers" if output.integers else "floating-point numbers" if got.ndim else "a number"
                yours = f"your array has dtype {got.dtype}" if got.ndim else f"you return {got[()]}"
                said.append(f"{output.name}: expected {wanted}, but {yours}.")
        if said:
            return said[:2]
    return []


def of_shapes(joined: Array) -> str:
    """A list of arrays in words."""
    found = shapes(joined) or ()
    return f"a list of {len(found)}, of the shapes {questions.listed([*map(str, found)])}" if found else "an empty list"


def not_finite(seen: Examination) -> list[str]:
    """Where there is NaN or infinity that should not be there."""
    for case, i in itertools.product(seen.got, range(len(seen.exercise.results))):
        got, want = seen.comparable(case, i), seen.want[case][i]
        if got is None or not np.isfinite(want).all() or np.isfinite(got).all():
            continue
        output, bad = seen.exercise.results[i], ~np.isfinite(got)
        kind = "NaN" if np.isnan(got).any() else "infinite"
        share = "all numbers are" if bad.all() else f"{counted(bad)} of {bad.size} numbers {be(bad)}"
        said = f"{output.name}: {share} {kind} with {sizes(seen, case)}"
        if made := made_until(seen, i):
            axis, n = made
            word, start = questions.word(seen.exercise, axis), int(axis == "T")
            words = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
            before = f"{word} {start} is" if n == 1 else f"{words} {start} to {n - 1 + start} are"
            value = np.format_float_positional(got[n].flat[0])
            left = f"{before} right, from {word} {n + start} on every number is {value}"
            rest = ASKED if axis == "T" else ""  # a step may spoil all that come after it
            return [f"{output.name} with {sizes(seen, case)}: {left}. How many {words} are ever computed?{rest}"]
        if bad.ndim and not bad.all():
            said += f", the first at {place_of(seen, case, i, first(bad))}"
        return [f"{said}.{ASKED}"]
    return []


ASKED = " Which operation of yours can overflow, divide by zero or take the logarithm of zero?"


def made_until(seen: Examination, i: int) -> tuple[str, int] | None:
    """Are the first entries right, and all that come after them one number that is not finite, as in an array filled?

    In each case with such a number: the axis, and how many are right in the first of these cases.
    """
    found: list[tuple[str, int]] = []
    for case in seen.got:
        got, want = seen.comparable(case, i), seen.want[case][i]
        if got is None or not np.isfinite(want).all() or np.isfinite(got).all():
            continue
        if not got.ndim or shapes(want) is not None:
            return None
        n = int(np.argmin(np.isfinite(got).reshape(len(got), -1).all(axis=1)))
        rest = got[n:].astype(float)
        same = np.array_equal(rest, np.broadcast_to(rest.flat[0], rest.shape), equal_nan=True)
        if not n or not same or not close(got[:n], want[:n], seen.tolerance(case, i, got)):
            return None
        found.append((seen.exercise.results[i].letters(want.ndim)[0], n))
    return found[0] if found else None


def whole(exercise: Exercise, axis: str) -> str:
    """What an axis has as its entries, in an exercise's own word where it has one: "hidden units", "slots"."""
    if axis not in exercise.words:
        return WHOLE.get(axis, axis)
    one = exercise.words[axis]
    return f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"


def counted(which: Array) -> int:
    """How many are true."""
    return int(which.sum())


def be(which: Array, one: str = "is", several: str = "are") -> str:
    """A verb for that many."""
    return one if counted(which) == 1 else several


def shape_sentence(seen: Examination, case: str, i: int, got: Array) -> str:
    """What is wrong with a shape: the axis, or the order of the axes."""
    output, want = seen.exercise.results[i], seen.want[case][i]
    axes = output.letters(want.ndim)
    spelt = (
        f"({', '.join(f'{a}={s}' if output.axes else str(s) for a, s in zip(axes, want.shape, strict=True))}"
        f"{',' * (len(axes) == 1)})"
        if axes
        else "a number"
    )
    start = f"{output.name}: expected {'shape ' if axes else ''}{spelt}, got "
    start += f"shape {got.shape}." if got.ndim else "a single number."
    if got.ndim == want.ndim and sorted(got.shape) == sorted(want.shape):
        orders = sorted(itertools.permutations(range(got.ndim)), key=lambda o: sum(k != n for n, k in enumerate(o)))
        back = next(
            (o for o in orders if everywhere(seen, case, i, lambda g, w, t, o=o: close(g.transpose(o), w, t))),  # type: ignore[misc]
            None,
        )
        rest = " Put back, the numbers are right." if back else ""
        if got.ndim == 2:
            return f"{start} {'It is transposed.' if back else 'Is it transposed?'}{rest}"
        differ = (
            [n for n, k in enumerate(back) if n != k] if back else np.flatnonzero(np.not_equal(want.shape, got.shape))
        )
        moved = [whole(seen.exercise, axes[n]) for n in differ]
        if len(moved) == 2:
            return start + f" The axes of {' and '.join(moved)} have changed places.{rest}"
        return start + f" Its axes are in another order.{rest}"
    if got.ndim == want.ndim:
        wrong = [(a, w, g) for a, w, g in zip(axes, want.shape, got.shape, strict=True) if w != g]
        a, w, g = wrong[0]
        for side, which in (("first", slice(1, None)), ("last", slice(-1))):
            if everywhere(seen, case, i, lambda g, w, t, which=which: close(g[which], w, t)):  # type: ignore[misc]
                return f"{start} The {side} entry is one too many; without it the numbers are right."
        return start + f" The axis of {whole(seen.exercise, a)} has {g} entr{'y' if g == 1 else 'ies'} instead of {w}."
    if got.size == want.size:
        right = everywhere(seen, case, i, lambda g, w, t: g.size == w.size and close(g.reshape(w.shape), w, t))
        return f"{start} The number of entries is right, the axes are not.{' Reshaped, it is right.' if right else ''}"
    if told := part(seen, case, i, got):
        return start + told
    if got.ndim < want.ndim:
        missing = [whole(seen.exercise, a) for a, s in zip(axes, want.shape, strict=True) if s not in got.shape]
        return start + (f" The axis of {missing[0]} is missing." if len(missing) == want.ndim - got.ndim else "")
    extra = [a for a, s in seen.exercise.sizes(seen.given[case]).items() if s in got.shape and s not in want.shape]
    return start + (
        f" One axis too many: was the sum over {whole(seen.exercise, extra[0])} forgotten?" if extra else ""
    )


def part(seen: Examination, case: str, i: int, got: Array) -> str:
    """Is a part of it right, or is it right for a part: an entry, the sum or the mean along one axis?"""
    want, letters = seen.want[case][i], seen.exercise.results[i].letters(seen.want[case][i].ndim)
    if not got.size:
        return ""
    for axis, how in itertools.product(range(got.ndim), REDUCED):
        if everywhere(seen, case, i, lambda g, w, t, how=how, n=axis: close(REDUCED[how](g, n), w, t)):  # type: ignore[misc]
            return f" Its {how} along its axis {axis} is right."
    for axis, how in itertools.product(range(want.ndim), REDUCED):
        if everywhere(seen, case, i, lambda g, w, t, how=how, n=axis: close(g, REDUCED[how](w, n), t)):  # type: ignore[misc]
            word = questions.word(seen.exercise, letters[axis])
            if how in ("sum", "mean"):
                return f" It is the right {how} over the axis of {whole(seen.exercise, letters[axis])}."
            return f" It is right for the {how.split()[0]} {word} alone."
    return ""


REDUCED: dict[str, Callable[[Array, int], Array]] = {
    "last entry": lambda array, axis: np.take(array, -1, axis),
    "first entry": lambda array, axis: np.take(array, 0, axis),
    "sum": lambda array, axis: np.asarray(array.sum(axis=axis)),
    "mean": lambda array, axis: np.asarray(array.mean(axis=axis)),
}
"""What can be left of an array along an axis."""


# ---------------------------------------------------------------------------------------------------------------------
# Unknown mistakes: where, and what is nevertheless true


def wrong_place(seen: Examination) -> tuple[str, int] | None:
    """The first case and output with numbers that can be compared and differ: finite ones, if there are any.

    An output with a time axis comes before those without: it shows the step.
    """
    compared = [i for i, output in enumerate(seen.exercise.results) if not output.free]
    outputs = sorted(compared, key=lambda i: "T" not in (seen.exercise.results[i].axes or ""))
    found = [
        (bool(np.isfinite(got).all()), case, i)
        for case in seen.got
        for i in outputs
        if (got := seen.comparable(case, i)) is not None and not seen.right(case, i)
    ]
    return next(((case, i) for finite, case, i in found if finite), None)


def location(seen: Examination) -> str:
    """First differing place, in words."""
    found = wrong_place(seen)
    return where(seen, *found) if found else ""


def unknown(
    seen: Examination,
    answers: questions.Answers,
    special: str = "",
    pattern: str = "",
    wide: Examination | None = None,
    known: questions.Known | None = None,
) -> list[str]:
    """For a mistake that is not known: what is true of it, the most specific first, nothing that another implies.

    What the numbers are instead has to hold of a wider examination, where there is one.
    """
    found = wrong_place(seen)
    if found is None:
        return []
    wrong = questions.wrong_outputs(seen)
    known, wide = {} if known is None else known, wide or seen
    whole, told = questions.identity(wide, wrong, answers.unused, known)
    here = where(seen, *found)
    if whole:
        return [*filter(None, [told, *single_step(seen, wrong_only=True), right_outputs(seen)])][:SAID]
    each = {i: questions.identity(wide, [i], (), known) for i in wrong} if len(wrong) > 1 else {}
    alike: dict[str, list[int]] = {}  # what is the same of several is said once
    for i, (all_of_it, one) in each.items():
        if all_of_it:
            alike.setdefault(one.replace(seen.exercise.results[i].name, "", 1), []).append(i)
    covered = {seen.exercise.results[i].name for i in itertools.chain(*alike.values())}
    said = [each[group[0]][1] if len(group) < 2 else together(wide, group, known) for group in alike.values()]
    said += [s for s in answers.sentences if s.split()[0] not in covered]
    said += [special]
    partly = not all_wrong(seen, *found)
    said += [questions.own_state(seen), told, here if partly else ""]
    said += [pattern, *single_step(seen, wrong_only="T=1" in pattern), right_outputs(seen)]
    return [*filter(None, [*said, "" if partly else here])][:SAID]


def together(seen: Examination, outputs: list[int], known: questions.Known) -> str:
    """What the wrong numbers of several outputs are instead; of the first, where it is not the same in words."""
    whole, said = questions.identity(seen, outputs, (), known)
    return said if whole else questions.identity(seen, outputs[:1], (), known)[1]


def single_step(seen: Examination, wrong_only: bool) -> Iterator[str]:
    """Is a single step right?"""
    case, exercise = seen.exercise.one_step or ("", "")
    outputs = range(len(seen.exercise.results))
    numbers = zip(seen.exercise.inputs, seen.given[case] if case else (), strict=False)
    with_it = ", ".join(["T=1", *(f"{value.name}={number}" for value, number in numbers if type(number) is int)])
    if case and all(seen.right(case, i) for i in outputs):
        if not wrong_only:
            yield questions.sentence(seen, "single right", with_it=with_it)
    elif case and any(seen.comparable(case, i) is not None and not seen.right(case, i) for i in outputs):
        everywhere = all(each_example(seen, case, i) for i in outputs if not seen.right(case, i))
        pointer = f': does check("{exercise}", …) pass?' if exercise and everywhere else "."
        yield questions.sentence(seen, "single wrong", with_it=with_it, pointer=pointer)


def each_example(seen: Examination, case: str, i: int) -> bool:
    """Is an output wrong in every example? A slip in one step is the same for all of them."""
    letters = seen.exercise.results[i].letters(seen.want[case][i].ndim)
    if seen.comparable(case, i) is None or "B" not in letters:
        return True
    wrong = np.moveaxis(differing(seen, case, i), letters.index("B"), 0)
    return bool(wrong.reshape(len(wrong), -1).any(axis=1).all())


def complaints(seen: Examination) -> list[str]:
    """What does not hold of numbers that are the student's choice, of each part in one case, which is named."""
    if not seen.exercise.chosen or seen.again_differs():
        return []
    found: dict[str, str] = {}
    for facet in seen.exercise.chosen:
        for case in seen.got:
            if one := seen.complaint(facet, case):
                found.setdefault(one, case)
                break
    return [one if case == seen.general else f"With {sizes(seen, case)}: {one}" for one, case in found.items()][:SAID]


def right_outputs(seen: Examination, little: Examination | None = None) -> str:
    """The outputs that are right in every case, where no part of the answer says so already.

    In the small case, too, that a hint is going to name; and none of another dtype.
    """
    parts = {f.outputs for f in seen.exercise.facets if len(f.outputs) == 1}
    names = [o.name for o in seen.exercise.results]
    tried = [(one, case) for one in (seen, little) if one is not None for case in one.got]
    other = {name for one in (seen, little) if one is not None for name, _, _ in one.wrong_dtype()}
    right = [
        n
        for j, n in enumerate(names)
        if (n,) not in parts and n not in other and all(one.right(case, j) for one, case in tried)
    ]
    return f"{questions.listed(right)} {'is' if len(right) == 1 else 'are'} right in every case." if right else ""


def sizes(seen: Examination, case: str) -> str:
    """The sizes of a case in words."""
    said = [f"{a}={s}" for a, s in seen.exercise.sizes(seen.given[case]).items()]
    for value, argument in zip(seen.exercise.inputs, seen.given[case], strict=True):
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


def place(exercise: Exercise, names: Sequence[str], index: Sequence[int]) -> str:
    """An index in words: "step 2 (index 1), example 0, unit 3"."""
    if set(names) == {"N"} and len(names) > 1:
        return f"entry {tuple(index)}"
    words = []
    for k, (a, j) in enumerate(zip(names, index, strict=True)):
        word = ("row", "column")[k] if names.count(a) == len(names) == 2 else questions.word(exercise, a)
        from_one = a in exercise.words.get("from 1", "T")
        words.append(f"{word} {j + 1} (index {j})" if from_one else f"{word} {j}")
    return ", ".join(words)


def place_of(seen: Examination, case: str, i: int, index: tuple[int, ...]) -> str:
    """A place in an output, in words; of a list the entry first."""
    output, want = seen.exercise.results[i], seen.want[case][i]
    if (parts := shapes(want)) is None:
        return place(seen.exercise, output.letters(want.ndim), index)
    n, at = entry(parts, index[0])
    names = (output.axes or "").split()
    inner = place(seen.exercise, names if len(names) == len(at) else ["N"] * len(at), at)
    return f"{questions.word(seen.exercise, output.each)} {n}, {inner}"


def where(seen: Examination, case: str, i: int) -> str:
    """Which numbers of an output differ, by steps, examples and units; the first of them, and how it differs."""
    exercise, output, want = seen.exercise, seen.exercise.results[i], seen.want[case][i]
    got = seen.comparable(case, i)
    assert got is not None
    start = f"{output.name} with {sizes(seen, case)}"
    if not want.ndim:
        return f"{start}: yours is {compared(got[()], want[()])}."
    wrong = differing(seen, case, i)
    if not wrong.any():
        return f"{start}: the numbers are right, their dtype is {got.dtype}."
    if not got.any():
        return f"{start}: all numbers are 0."
    axes, index = output.letters(want.ndim), first(wrong, output.backwards)
    share = (
        "every number differs"
        if wrong.all()
        else f"{counted(wrong)} of {wrong.size} numbers {be(wrong, 'differs', 'differ')}"
    )
    said = [f"{start}: {share}"]
    if places := [*lines(exercise, wrong, axes)] if shapes(want) is None else []:
        said.append(f"All of that is in {', '.join(places)}")
    which = "It" if counted(wrong) == 1 else "The first"
    if signs := [
        name
        for name, those in (("negative", want < 0), ("positive", want > 0))
        if (wrong == those).all() and not wrong.all()
    ]:
        said.append(f"Those are the {signs[0]} ones" if counted(wrong) > 1 else f"It is the {signs[0]} one")
    said.append(f"{which}, at {place_of(seen, case, i, index)}, is {compared(got[index], want[index])}")
    return ". ".join(said) + "."


def differing(seen: Examination, case: str, i: int) -> Array:
    """Which numbers of an output differ."""
    got = seen.comparable(case, i)
    assert got is not None
    return ~near(got, seen.want[case][i], seen.tolerance(case, i, got))


def all_wrong(seen: Examination, case: str, i: int) -> bool:
    """Does every number of an output differ?"""
    return bool(differing(seen, case, i).all())


def lines(exercise: Exercise, wrong: Array, axes: list[str]) -> Iterator[str]:
    """The steps in which numbers differ, if not all; the one example, unit or input, if it is only one."""
    for axis, a in enumerate(axes):
        n = wrong.shape[axis]
        at = np.flatnonzero(np.moveaxis(wrong, axis, 0).reshape(n, -1).any(axis=1))
        word = questions.word(exercise, a)
        if n == 1 or axes.count(a) > 1 or len(at) == n:
            continue
        if exercise.gates and a[0].isdigit():
            blocks = sorted({int(k) * len(exercise.gates) // n for k in at})
            if len(blocks) < len(exercise.gates):
                yield f"the rows of {questions.listed([exercise.gates[k] for k in blocks])}"
                continue
        if len(at) == 1:
            yield f"{word} {at[0] + (a == 'T')}"
        elif a == "T" and len(at) == at[-1] - at[0] + 1:
            yield f"{word}s {at[0] + 1} to {at[-1] + 1}"


def compared(one: Any, other: Any) -> str:
    """One number against another, in words."""
    got, want = float(one), float(other)
    if isinstance(other, np.integer):
        return f"{one.item()} instead of {other.item()}"
    if not np.isfinite(got) or not np.isfinite(want):
        return f"{got:.3g} instead of {want:.3g}"
    if want == 0:
        return f"{got:.3g} where 0 is right"
    ratio = got / want
    if abs(ratio) < questions.NOTHING:
        return "0 where it should not be"
    if abs(ratio) > 1 / questions.NOTHING:
        return f"{got:.3g} where nearly 0 is right"
    if abs(ratio + 1) < 1e-6:
        return "right but for its sign"
    if ratio < 0:
        return "of the wrong sign"
    if abs(ratio - 1) < 1e-3:
        return f"off by a relative {abs(ratio - 1):.1g}, close but not equal"
    too = f"too {'large' if ratio > 1 else 'small'} by"
    if abs(ratio - 1) < 0.05:
        return f"{too} {100 * abs(ratio - 1):.2g} %"
    return f"{too} a factor {ratio if ratio > 1 else 1 / ratio:.3g}"
