"""The analysis of a class as a lecturer reads it: in a terminal, or as one HTML page that asks nothing of any host.

Names and messages come from students: what a terminal or a browser would take for an order does not get there.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import itertools
import math
import shlex
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rnncourse._extras import needs

with needs("rnncourse.grading", "grading"):
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

from rnncourse.grading.report.analysis import Analysis, Cluster, Incident, Item

WIDTH = 80
LONGEST = 300  # characters of a sentence or a name that are shown
ROWS = 500  # of a list on the page
SHOWN, SHOWN_UNNAMED = 6, 3  # mistakes in a terminal
KINDS = {
    "stopped": "Stopped",
    "suspicious": "Suspicious",
    "mended": "Mended",
    "released": "Other release",
    "unreadable": "Not graded",
}


# ---------------------------------------------------------------------------------------------------------------------
# What is said alike in both


def plain(text: str, longest: int = LONGEST) -> str:
    """A text without control and direction characters, in one line, and cut where it is too long."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(c if c.isprintable() else " " if c.isspace() else "�" for c in cut)


def duration(seconds: float) -> str:
    """A time with a unit that suits it."""
    if seconds < 60:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def share(value: float | None) -> str:
    """A part of one in per cent, "–" where it is undefined."""
    return "–" if value is None else f"{value:.0%}"


def number(value: float | None) -> str:
    """With two digits after the point, "–" where it is undefined."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def sentences(incidents: Iterable[Incident]) -> list[tuple[str, int]]:
    """What is said, and of how many submissions, the most frequent first."""
    return Counter(sentence for incident in incidents for sentence in incident.sentences).most_common()


def counts(analysis: Analysis) -> str:
    """How many handed in how much, and how much of it was not graded."""
    unread = f", {len(analysis.unreadable)} of them not graded" if analysis.unreadable else ""
    return f"{_count(analysis.students, 'student')}, {_count(analysis.submissions, 'submission')}{unread}"


def graded_by(analysis: Analysis) -> list[str]:
    """What graded, a sentence each; with the number of submissions where some were graded by something else."""
    one = len(analysis.graded_by) == 1
    return [f"{plain(said)}." if one else f"{plain(said)}: {n}." for said, n in analysis.graded_by]


def reliability(analysis: Analysis) -> str:
    """Cronbach's alpha, or why there is none, in a sentence."""
    if analysis.alpha is None:
        return f"Cronbach's alpha is undefined: {analysis.alpha_undefined}."
    return f"Cronbach's alpha {number(analysis.alpha)}, over {analysis.complete} students with all notebooks."


def command(cluster: Cluster, assignment: str) -> str:
    """What makes a mistake with a lecturer's hint of a cluster; "" where nobody is named."""
    if not cluster.student:
        return ""
    return shlex.join(["rnncourse", "hint", *map(plain, (assignment, cluster.exercise, cluster.student)), "YOUR HINT"])


def open_answers(analysis: Analysis) -> str:
    """How many answers wait for a person, in a sentence; "" where the gradebook was not asked."""
    if not (analysis.standings or analysis.waits):
        return ""
    return f"Open answers, to be read in the formgrader: {analysis.waits or 'none'}."


def pace(analysis: Analysis) -> str:
    """How long grading took, in a sentence."""
    timing = analysis.timing
    if timing is None:
        return "No submission was graded."
    graded = analysis.submissions - len(analysis.unreadable)
    a_minute = f", {60 * graded / timing.total:.0f} a minute in one process" if timing.total and graded else ""
    return (
        f"{duration(timing.total)} of work{a_minute}; "
        f"half of the submissions took up to {duration(timing.median)}, 95% up to {duration(timing.p95)}."
    )


# ---------------------------------------------------------------------------------------------------------------------
# The terminal


def text(analysis: Analysis, assignment: str = "ASSIGNMENT") -> str:
    """A summary for a terminal: at most 60 lines, of 80 columns but for commands."""
    blocks = [
        [f"{counts(analysis)}.", *_scores(analysis), *filter(None, [open_answers(analysis)])],
        _instructors(analysis),
        _items(analysis.items),
        [f"{plain(item.grade_id, 30)}: {advice}" for item in analysis.items for advice in item.advice][:6],
        _mistakes(analysis),
        _unnamed(analysis, assignment),
        _time(analysis),
        [line for kind, title in KINDS.items() for line in _incidents(title, getattr(analysis, kind))],
    ]
    return "\n\n".join("\n".join(_fit_text(line.rstrip()) for line in block) for block in blocks if block)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'s' * (n != 1)}"


def _scores(analysis: Analysis) -> list[str]:
    scores = analysis.scores
    if scores is None:
        return ["No item with points could be graded."]
    sd = "" if scores.sd is None else f", sd {scores.sd:.1f}"
    tallest = max(scores.histogram)
    bars = "".join("·▁▂▃▄▅▆▇█"[-(-8 * n // tallest)] for n in scores.histogram)
    return [
        f"Points: mean {scores.mean:.1f} of {scores.most:g} ({share(scores.mean / scores.most)}), "
        f"median {scores.median:.1f}, quartiles {scores.lower_quartile:.1f} and {scores.upper_quartile:.1f}{sd}.",
        f"  0% {bars} 100%   without points: {scores.zero}, with all: {scores.full}",
        *textwrap.wrap(reliability(analysis), WIDTH),
    ]


def _instructors(analysis: Analysis) -> list[str]:
    """What went wrong in the instructor's own cells, which no student can help."""
    lines = [
        line
        for text, n in analysis.instructor[:3]
        for line in textwrap.wrap(f"{plain(text)} (in {_count(n, 'submission')})", WIDTH - 2, max_lines=3)
    ]
    return ["Look at your own notebook:", *(f"  {line}" for line in lines)] if lines else []


def _items(items: tuple[Item, ...]) -> list[str]:
    """A table; of many items the hardest."""
    if not items:
        return []
    hardest = sorted(items, key=lambda item: item.mean)[:10]
    lines = [f"{'Item':40}  points  mean  full  none  separates"]
    for item in (item for item in items if item in hardest):
        lines.append(
            f"{_padded(f'{item.notebook}/{item.grade_id}', 40)} {item.most:7g} {share(item.mean):>5} "
            f"{share(item.full):>5} {share(item.zero):>5} {number(item.discrimination):>10}"
        )
    return lines + ([f"and {len(items) - len(hardest)} that are easier"] if len(items) > len(hardest) else [])


def _mistakes(analysis: Analysis) -> list[str]:
    """What was recognised most, each once a student."""
    lines = [
        f"{share(mistake.share):>5} ({mistake.students})  {plain(mistake.name)}: {plain(', '.join(mistake.items))}"
        for mistake in analysis.mistakes[:SHOWN]
    ]
    rest = len(analysis.mistakes) - SHOWN
    more = [f"and {rest} that are rarer, on the page and in the JSON"] if rest > 0 else []
    return ["Mistakes, each once a student:", *lines, *more] if lines else []


def _unnamed(analysis: Analysis, assignment: str) -> list[str]:
    """Wrong numbers that nobody knows: how many have the same, an example, and how to name it."""
    found = analysis.unnamed
    if not found:
        return []
    lines = ["Mistakes without a name, those together that give the same numbers:"]
    for cluster in found[:SHOWN_UNNAMED]:
        who = f", such as {_of(cluster.notebook, cluster.student)}" if cluster.student else ""
        lines.append(f"  {_count(cluster.students, 'student')}, {plain(', '.join(cluster.items), 40)}{who}")
        lines.append(f"    {plain(cluster.shown)}")
        lines += [f"    {said}"] if (said := command(cluster, assignment)) else []
    rest = len(found) - SHOWN_UNNAMED
    return lines + ([f"  and {rest} that are rarer, on the page and in the JSON"] if rest > 0 else [])


def _time(analysis: Analysis) -> list[str]:
    lines = [f"Graded by {said}" for said in graded_by(analysis)[:2]]
    lines += textwrap.wrap(pace(analysis), WIDTH)
    for slow in analysis.timing.slowest[:2] if analysis.timing else ():
        cell = f" ({plain(slow.cell, 30)}: {duration(slow.cell_seconds)})" if slow.cell else ""
        lines.append(f"{duration(slow.seconds):>7}  {_of(slow.notebook, slow.student)}{cell}")
    return lines


def _incidents(title: str, incidents: tuple[Incident, ...]) -> list[str]:
    """What was said most, and of whom."""
    if not incidents:
        return []
    said = "; ".join(f"{n} × {plain(sentence)}" for sentence, n in sentences(incidents)[:3])
    who = ", ".join(_of(incident.notebook, incident.student) for incident in incidents[:50] if incident.student)
    lines = 4 if title == KINDS["unreadable"] else 1
    names = textwrap.wrap(who, WIDTH - 2, max_lines=lines, placeholder=" … all are on the page and in the JSON")
    return [f"{title} {len(incidents)}: {said}", *(f"  {line}" for line in names)]


def _of(notebook: str, student: str) -> str:
    return f"{plain(student, 24)}/{plain(notebook, 24)}" if student else plain(notebook, 24)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fit(line: str, width: int) -> str:
    """Cut a line to a number of columns."""
    if sum(map(_columns, line)) <= width:
        return line
    kept, columns = "", 0
    for character in line:
        columns += _columns(character)
        if columns > width - 1:
            break
        kept += character
    return kept + "…"


def _fit_text(line: str) -> str:
    """The same for a line of text: a command that is cut could not be called."""
    return line if line.lstrip().startswith("rnncourse hint ") else _fit(line, WIDTH)


def _padded(line: str, width: int) -> str:
    fitted = _fit(plain(line), width)
    return fitted + " " * (width - sum(map(_columns, fitted)))


# ---------------------------------------------------------------------------------------------------------------------
# The page


def html(analysis: Analysis, assignment: str) -> str:
    """A page in one file, called as the assignment: no request to any host; light and dark; on phones too."""
    kinds = [(kind, heading, getattr(analysis, kind)) for kind, heading in KINDS.items()]
    slowest = analysis.timing.slowest if analysis.timing else ()
    named = any(each.student for each in itertools.chain(slowest, *(found for *_, found in kinds)))
    return (
        _environment().get_template("report.html").render(a=analysis, assignment=assignment, named=named, kinds=kinds)
    )


def plot(items: list[Item]) -> dict[str, Any]:
    """Where the items' dots are, and beside each its number: of eight places the one with most room."""
    low = min(0.0, *(item.discrimination or 0.0 for item in items)) - 0.1
    scale = 280 / (1.04 - low)
    dots = [(45 + 360 * item.mean, 20 + scale * (1 - (item.discrimination or 0.0))) for item in items]
    numbers: list[tuple[float, float]] = []
    for i, (x, y) in enumerate(dots):
        others = dots[:i] + dots[i + 1 :] + numbers
        places = [(x + 13 * math.cos(k * math.pi / 4), y + 13 * math.sin(k * math.pi / 4)) for k in range(8)]
        numbers.append(max(places, key=lambda place: min((math.dist(place, other) for other in others), default=0.0)))
    return {"low": low, "scale": scale, "dots": list(zip(items, dots, numbers, strict=True))}


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.filters |= {
        "duration": duration,
        "name": functools.partial(plain, longest=60),
        "share": share,
        "number": number,
        "sentences": sentences,
        "fingerprint": fingerprint,
    }
    environment.globals |= {
        "reliability": reliability,
        "pace": pace,
        "graded_by": graded_by,
        "command": command,
        "open_answers": open_answers,
        "plot": plot,
        "ROWS": ROWS,
    }
    return environment


def _harmless(value: Any) -> Any:
    """Whatever a template prints; Jinja escapes it after that."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def fingerprint(script: str) -> str:
    """How a page's policy names the one script that may run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
