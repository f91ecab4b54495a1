"""What the results of a class say about the class, about each item, and about the grading itself.

Scores and items are over notebooks that could be graded. Alpha, discrimination and the quarters compare items with each
other, so they are over the students of whom all notebooks could be graded.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnncourse.checks.behaviour import grouped

Entry = Mapping[str, Any]  # a line of the journal: a Result without notebook and reports, and "name", the notebook's
KINDS = ("stopped", "suspicious", "mended", "released", "unreadable")
BINS = 10
SLOWEST = 10
FEW, FEWER = 30, 10  # students; with fewer, an item's discrimination, its difficulty, is chance
LITTLE = 0.2  # discrimination below which an item says little of who knows the subject


@dataclass(frozen=True)
class Scores:
    """Total points of the students who have a notebook that could be graded; one that is missing counts nothing."""

    students: int
    most: float
    mean: float
    sd: float | None  # of a sample; None for one student
    lowest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    highest: float
    zero: int  # students without a point
    full: int  # students with all of them
    histogram: tuple[int, ...]  # students by share of the points, in steps of a tenth; the last takes in 1


@dataclass(frozen=True)
class Standing:
    """A student's points in the gradebook, less what lateness costs, and how many answers wait for a person."""

    student: str
    points: float
    most: float
    penalty: float
    waits: int


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that was recognised: who made it, once whatever it touched, and what students read of it."""

    name: str
    hint: str
    students: int
    share: float
    items: tuple[str, ...]


@dataclass(frozen=True)
class Cluster:
    """Wrong answers to an exercise that no mistake explains and that give the same numbers in the same cases."""

    exercise: str
    items: tuple[str, ...]
    students: int
    student: str  # an example, the first by name; "" where names are left out
    notebook: str
    shown: str  # a number that is wrong: where, what was expected, what came
    parts: tuple[str, ...]  # of the answer that are wrong in the example
    said: tuple[str, ...]  # what the example's author reads


@dataclass(frozen=True)
class Item:
    """A test cell. Shares are of the points in mean and quarters, of the notebooks in full, partial and zero."""

    notebook: str
    grade_id: str
    most: float
    notebooks: int
    mean: float
    full: float
    partial: float
    zero: float
    discrimination: float | None  # correlation of its points with those of all other items
    lower: float | None  # mean of those whose total is at most the lower quartile
    upper: float | None  # mean of those whose total is at least the upper quartile
    advice: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Incident:
    """A submission of which something is to be said; the student is "" where names are left out."""

    student: str
    notebook: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Slow:
    """A submission that took long, and the cell that took longest in it."""

    student: str
    notebook: str
    seconds: float
    cell: str
    cell_seconds: float


@dataclass(frozen=True)
class Timing:
    """Seconds of work, all processes together, and of single submissions."""

    total: float
    median: float
    p95: float
    slowest: tuple[Slow, ...]


@dataclass(frozen=True)
class Analysis:
    """All of it. What is undefined is None."""

    students: int
    submissions: int
    complete: int  # students of whom all notebooks could be graded
    scores: Scores | None
    items: tuple[Item, ...]
    mistakes: tuple[Mistake, ...]
    unnamed: tuple[Cluster, ...]  # the largest first
    alpha: float | None  # Cronbach's
    alpha_undefined: str  # why, where it is None
    timing: Timing | None
    stopped: tuple[Incident, ...]
    suspicious: tuple[Incident, ...]
    mended: tuple[Incident, ...]
    released: tuple[Incident, ...]  # who worked with a notebook of another release
    unreadable: tuple[Incident, ...]
    standings: tuple[Standing, ...] = ()  # in the gradebook, as far as that was asked
    waits: int = 0  # answers for which a person still gives points
    graded_by: tuple[tuple[str, int], ...] = ()  # the package's version and code, notebook, and how many submissions
    instructor: tuple[tuple[str, int], ...] = ()  # what went wrong in the instructor's own cells, and in how many

    def to_json(self) -> str:
        """As a JSON object with the names of the fields."""
        return json.dumps(asdict(self), allow_nan=False, indent=1)


def analyse(entries: Iterable[Entry], names: bool = True, standings: Sequence[Standing] = ()) -> Analysis:
    """Analyse the results of a class; of several for one student and notebook the last counts.

    ``standings`` are what the gradebook has. ``names=False`` leaves the students' names out, in sentences too: a word
    that is somebody's name becomes "…"; and the standings. Raises ValueError for an entry that no result gives: which,
    what was expected and what came.
    """
    found = {(entry["student"], entry["name"]): entry for entry in itertools.starmap(_expect, enumerate(entries))}
    ordered = [found[key] for key in sorted(found)]  # equal results in any order give an equal analysis
    read = [entry for entry in ordered if not entry.get("unreadable")]
    items = list(dict.fromkeys((e["name"], g) for e in read for g, most in e["most"].items() if most > 0))
    points, most = _table(read, items)
    complete = points[~np.isnan(points).any(axis=1)]
    alpha, undefined = cronbach(complete)
    correlations, (lower, upper) = discriminations(complete), _quarters(complete, most)
    students = {entry["student"] for entry in ordered}
    analysis = Analysis(
        students=len(students),
        submissions=len(ordered),
        complete=len(complete),
        scores=_scores(points, most) if items else None,
        items=tuple(
            _item(item, read, correlations[i], lower[i], upper[i], len(complete)) for i, item in enumerate(items)
        ),
        mistakes=_mistakes(read),
        unnamed=_clusters(read),
        alpha=alpha,
        alpha_undefined=undefined,
        timing=_timing(ordered),
        **{kind: _incidents(ordered, kind) for kind in KINDS},
        standings=tuple(standings),
        waits=sum(each.waits for each in standings),
        graded_by=_graded_by(ordered),
        instructor=_instructors(ordered),
    )
    return analysis if names else _nameless(analysis, students)


def _expect(i: int, entry: Any) -> Entry:
    """An entry as it is, if it is one."""
    if not isinstance(entry, Mapping):
        raise ValueError(f"entries[{i}]: expected dict, got {type(entry).__name__}")
    for key, kind in (("student", str), ("name", str), ("most", dict), ("scores", dict)):
        if not isinstance(entry.get(key), kind):
            raise ValueError(f"entries[{i}], {key}: expected {kind.__name__}, got {entry.get(key)!r}")
    most, scores = entry["most"], entry["scores"]
    numbers = [("seconds", entry.get("seconds", 0), math.inf)]
    numbers += [(f"most of {grade_id!r}", value, math.inf) for grade_id, value in most.items()]
    numbers += [(f"score of {grade_id!r}", scores.get(grade_id, 0), value) for grade_id, value in most.items()]
    for what, value, limit in numbers:
        if not (isinstance(value, (int, float)) and 0 <= value <= limit and math.isfinite(value)):
            raise ValueError(f"entries[{i}], {what}: expected a finite number from 0 to {limit}, got {value!r}")
    return entry


def _table(read: list[Entry], items: list[tuple[str, str]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points, a row a student and a column an item, NaN where the notebook is missing; the most an item gives."""
    rows = {student: i for i, student in enumerate(dict.fromkeys(entry["student"] for entry in read))}
    columns = {item: i for i, item in enumerate(items)}
    points, most = np.full((len(rows), len(items)), np.nan), np.zeros(len(items))
    for entry in read:
        for grade_id, value in entry["most"].items():
            if (column := columns.get((entry["name"], grade_id))) is not None:
                points[rows[entry["student"]], column] = entry["scores"].get(grade_id, 0.0)
                most[column] = max(most[column], value)
    return points, most


def _scores(points: NDArray[np.float64], most: NDArray[np.float64]) -> Scores:
    totals, whole = np.nansum(points, axis=1), float(most.sum())
    shares = totals / whole
    lower, median, upper = (float(q) for q in np.quantile(totals, [0.25, 0.5, 0.75]))
    tenths = np.minimum((shares * BINS + 1e-9).astype(int), BINS - 1)  # 0.3 is stored as less than 3/10
    return Scores(
        students=len(totals),
        most=whole,
        mean=float(totals.mean()),
        sd=float(totals.std(ddof=1)) if len(totals) > 1 else None,
        lowest=float(totals.min()),
        lower_quartile=lower,
        median=median,
        upper_quartile=upper,
        highest=float(totals.max()),
        zero=int((totals == 0).sum()),
        full=int((shares > 1 - 1e-9).sum()),
        histogram=tuple(int(n) for n in np.bincount(tenths, minlength=BINS)),
    )


def cronbach(points: NDArray[np.float64]) -> tuple[float | None, str]:
    """Cronbach's alpha of points (students, items): k/(k-1) (1 - Σ var(item) / var(total)); or why it is undefined."""
    n, k = points.shape
    if k < 2:
        return None, "it needs two items with points"
    if n < 3:
        return None, "it needs three students of whom all notebooks could be graded"
    total = points.sum(axis=1)
    if _constant(total):
        return None, "all students have equal totals"
    return float(k / (k - 1) * (1 - points.var(axis=0, ddof=1).sum() / total.var(ddof=1))), ""


def discriminations(points: NDArray[np.float64]) -> list[float | None]:
    """For every item of points (students, items), the correlation with the sum of the others.

    None with fewer than three students, or where one of the two is the same for all.
    """
    total = points.sum(axis=1)
    return [
        None
        if len(points) < 3 or _constant(item) or _constant(total - item)
        else float(np.clip(np.corrcoef(item, total - item)[0, 1], -1, 1))
        for item in points.T
    ]


def _constant(values: NDArray[np.float64]) -> bool:
    """Equal up to rounding."""
    return bool(np.ptp(values) <= 1e-9 * max(1.0, float(np.abs(values).max())))


def _quarters(points: NDArray[np.float64], most: NDArray[np.float64]) -> tuple[list[float | None], list[float | None]]:
    """Mean shares of every item over those with the lower and with the upper totals; None where these do not differ."""
    if len(points) >= 4:
        total = points.sum(axis=1)
        low, high = np.quantile(total, [0.25, 0.75])
        if not _constant(np.array([low, high])):
            means = [(points[chosen] / most).mean(axis=0).tolist() for chosen in (total <= low, total >= high)]
            return means[0], means[1]
    return [None] * points.shape[1], [None] * points.shape[1]


def _item(
    item: tuple[str, str],
    read: list[Entry],
    discrimination: float | None,
    lower: float | None,
    upper: float | None,
    compared: int,
) -> Item:
    name, grade_id = item
    mine = [entry for entry in read if entry["name"] == name and entry["most"].get(grade_id, 0) > 0]
    shares = np.array([entry["scores"].get(grade_id, 0.0) / entry["most"][grade_id] for entry in mine])
    full, zero = float((shares > 1 - 1e-9).mean()), float((shares == 0).mean())
    return Item(
        notebook=name,
        grade_id=grade_id,
        most=float(max(entry["most"][grade_id] for entry in mine)),
        notebooks=len(mine),
        mean=float(shares.mean()),
        full=full,
        partial=float(((shares > 0) & (shares <= 1 - 1e-9)).mean()),
        zero=zero,
        discrimination=discrimination,
        lower=lower,
        upper=upper,
        advice=tuple(_advice(len(mine), full, zero, discrimination if compared >= FEW else None)),
    )


def _advice(n: int, full: float, zero: float, discrimination: float | None) -> Iterable[str]:
    """What somebody who teaches may look at in an item."""
    if n < FEWER:
        return
    if zero == 1:
        yield "Nobody has a point: is the test right, and the question clear?"
    elif full == 0:
        yield "Nobody has all points: what does everybody miss?"
    elif full == 1:
        yield "Everybody has all points: it tells nobody apart."
    if discrimination is not None and discrimination < 0:
        yield "Those who do well elsewhere do worse here: is the test right?"
    elif discrimination is not None and discrimination < LITTLE:
        yield "Hardly separates who does well elsewhere: does it ask for something else?"


def _mistakes(read: list[Entry]) -> tuple[Mistake, ...]:
    """What was recognised, each once a student, however many exercises of a chapter it was found in."""
    called: dict[tuple[str, str], list[str]] = {}
    who: dict[tuple[str, str], set[str]] = defaultdict(set)
    where: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in read:
        for grade_id, mistakes in entry.get("mistakes", {}).items():
            for mistake in mistakes:
                chapter, id = mistake.partition(".")[0], mistake.rpartition(":")[2]
                words = entry.get("called", {}).get(mistake, [mistake, ""])
                key = chapter, id if words[0] == mistake else words[0]
                called.setdefault(key, words)
                who[key].add(entry["student"])
                where[key].append(f"{entry['name']}/{grade_id}")
    students = len({entry["student"] for entry in read})
    found = [
        Mistake(
            called[key][0],
            called[key][1],
            len(who[key]),
            len(who[key]) / students,
            tuple(dict.fromkeys(sorted(where[key]))),
        )
        for key in called
    ]
    return tuple(sorted(found, key=lambda mistake: (-mistake.students, mistake.name, mistake.items)))


def _clusters(read: list[Entry]) -> tuple[Cluster, ...]:
    """Wrong answers without a name that give the same, exercise by exercise; a student counts once in each."""
    met: dict[str, list[tuple[Entry, str, Any]]] = defaultdict(list)
    for entry in read:
        for grade_id, several in entry.get("unnamed", {}).items():
            for one in several:
                met[one["exercise"]].append((entry, grade_id, one))
    found = []
    for exercise, ones in met.items():
        for group in grouped([one["kept"] for *_, one in ones]):
            members = [ones[n] for n in group]
            entry, _, one = members[0]
            items = dict.fromkeys(f"{other['name']}/{grade_id}" for other, grade_id, _ in members)
            students = len({other["student"] for other, *_ in members})
            texts = one["shown"], tuple(one["parts"]), tuple(one["said"])
            found.append(Cluster(exercise, tuple(items), students, entry["student"], entry["name"], *texts))
    return tuple(sorted(found, key=lambda cluster: (-cluster.students, cluster.exercise, cluster.student)))


def _incidents(entries: list[Entry], kind: str) -> tuple[Incident, ...]:
    """Of which submissions there is something to say, and what, every sentence once."""
    found = []
    for entry in entries:
        said = entry.get(kind) or []
        if said:
            sentences = tuple(dict.fromkeys([said] if isinstance(said, str) else said))
            found.append(Incident(entry["student"], entry["name"], sentences))
    return tuple(found)


def _instructors(entries: list[Entry]) -> tuple[tuple[str, int], ...]:
    """Sentences on the instructor's own cells, which concern everybody: each once, with the number of submissions."""
    said = Counter(text for entry in entries for text in dict.fromkeys(entry.get("instructor", [])))
    return tuple(said.most_common())


def _graded_by(entries: list[Entry]) -> tuple[tuple[str, int], ...]:
    """What graded, and how many submissions each: one line, unless some were graded before a change."""
    said = Counter(
        f"rnncourse {by['version']} (code {by['code']}), {entry['name']}.ipynb {by['notebook']}"
        for entry in entries
        if (by := entry.get("graded_by"))
    )
    return tuple(said.most_common())


def _timing(ordered: list[Entry]) -> Timing | None:
    """Of the submissions on which somebody has spent time."""
    entries = [entry for entry in ordered if entry.get("seconds") or not entry.get("unreadable")]
    if not entries:
        return None
    seconds = np.array([float(entry.get("seconds", 0.0)) for entry in entries])
    median, p95 = np.quantile(seconds, [0.5, 0.95])
    slowest = [
        Slow(entries[i]["student"], entries[i]["name"], float(seconds[i]), *entries[i].get("slowest", ("", 0.0)))
        for i in np.argsort(-seconds, kind="stable")[:SLOWEST]
    ]
    return Timing(math.fsum(seconds), float(median), float(p95), tuple(slowest))


def _nameless(analysis: Analysis, students: set[str]) -> Analysis:
    """The same without a student's name, and in no order that says something of names."""

    def word(found: re.Match[str]) -> str:
        return "…" if found[0] in students else found[0]

    def hide(incident: Incident) -> Incident:
        own = re.compile(rf"(?<!\w){re.escape(incident.student)}(?!\w)" if incident.student else "(?!)")
        sentences = (re.sub(r"[\w.@+-]*[\w@+-]", word, own.sub("…", text)) for text in incident.sentences)
        return replace(incident, student="", sentences=tuple(sentences))

    hidden: dict[str, Any] = {kind: tuple(sorted(map(hide, getattr(analysis, kind)))) for kind in KINDS}
    hidden["instructor"] = tuple((hide(Incident("", "", (text,))).sentences[0], n) for text, n in analysis.instructor)
    if analysis.timing is not None:
        slowest = tuple(replace(slow, student="") for slow in analysis.timing.slowest)
        hidden["timing"] = replace(analysis.timing, slowest=slowest)
    hidden["unnamed"] = tuple(replace(cluster, student="") for cluster in analysis.unnamed)
    return replace(analysis, **hidden, standings=())
