"""What a student reads: first what is right, then what to think about next; as text and as HTML."""

from __future__ import annotations

import re
import sys
import textwrap
from dataclasses import dataclass, field
from html import escape
from typing import Any

VERSION = 1  # of a report's JSON form


class Text(str):
    """A string that shows itself as it is, at the end of a cell too."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def paragraph(message: str) -> str:
    """A message as HTML, code between backquotes."""
    text = re.sub("`([^`]*)`", r"<code>\1</code>", escape(message))
    return f'<p style="margin:.4em 0">{text}</p>'


def in_notebook() -> bool:
    """Does a shell of IPython's show what this process computes?"""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


@dataclass
class Report:
    """The result of a check.

    ``score`` is between 0 and 1, ``facets`` says which parts of the answer hold and ``shares`` what each is worth,
    ``mistakes`` holds the ids of recognised mistakes and ``names`` what they are called, ``messages`` what is shown,
    the first hints among it. ``hints`` are the levels after that, which :meth:`hint` gives one by one. ``case`` is the
    small case that fails, ``cut`` the steps and examples of it that are enough, ``seed`` what it is drawn from.
    """

    exercise: str
    seed: int | None = None
    score: float = 0.0
    facets: dict[str, bool] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    hints: list[list[str]] = field(default_factory=list)
    case: str = ""
    cut: dict[str, int] = field(default_factory=dict)
    _given: int = field(default=0, compare=False, repr=False)  # hints so far

    @property
    def passed(self) -> bool:
        """Is every part right?"""
        return self.score == 1.0

    @property
    def kind(self) -> tuple[str, ...]:
        """What kind of failure it is: the recognised mistakes, else the parts that do not hold; () for none."""
        if not self.case:
            return ()
        return tuple(self.mistakes) or tuple(name for name, holds in self.facets.items() if not holds)

    def hint(self) -> Text:
        """The next hint, more concrete than the one before, each time this is called."""
        if self._given == len(self.hints):
            return Text("There is no further hint.")
        self._given += 1
        return Text("\n".join(self.hints[self._given - 1]))

    def arguments(self) -> tuple[Any, ...]:
        """The arguments of a small case that fails.

        Raises ValueError where no case fails, or where the seed is the grader's.
        """
        from rnncourse import checks

        if not self.case or self.seed is None:
            why = "no case fails" if not self.case else "the cases are the grader's"
            raise ValueError(f"arguments: expected a report of a check of your own that fails, but {why}")
        exercise = checks.find(self.exercise)
        return exercise.packed(exercise.cut(exercise.drawn(self.case, self.seed), self.cut))

    def to_json(self) -> dict[str, Any]:
        """As a JSON object, of which text and HTML can be made again (:meth:`from_json`)."""
        return {
            "version": VERSION,
            "exercise": self.exercise,
            "seed": self.seed,
            "passed": self.passed,
            "score": self.score,
            "parts": [{"name": name, "held": holds, "share": self.shares[name]} for name, holds in self.facets.items()],
            "mistakes": [{"id": id, "name": name} for id, name in zip(self.mistakes, self.names, strict=True)],
            "messages": [*self.messages],
            "hints": [[*level] for level in self.hints],
            "case": {"name": self.case, "cut": dict(self.cut)},
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Report:
        """The report of a JSON object. Raises ValueError for one of another version."""
        if not isinstance(found, dict) or found.get("version") != VERSION:
            version = found.get("version") if isinstance(found, dict) else type(found).__name__
            raise ValueError(f"found: expected a report of version {VERSION}, got {version!r}")
        return cls(
            exercise=found["exercise"],
            seed=found["seed"],
            score=found["score"],
            facets={part["name"]: part["held"] for part in found["parts"]},
            shares={part["name"]: part["share"] for part in found["parts"]},
            mistakes=[mistake["id"] for mistake in found["mistakes"]],
            names=[mistake["name"] for mistake in found["mistakes"]],
            messages=[*found["messages"]],
            hints=[[*level] for level in found["hints"]],
            case=found["case"]["name"],
            cut=dict(found["case"]["cut"]),
        )

    @property
    def headline(self) -> str:
        """The result in one line."""
        if self.passed:
            return f"✓ {self.exercise}: all {len(self.facets)} parts are right."
        held = sum(self.facets.values())
        if not held:
            return f"✗ {self.exercise}: no points yet."
        return f"✗ {self.exercise}: {held} of {len(self.facets)} parts are right, {self.score:.0%} of the points."

    @property
    def _partial(self) -> bool:
        """Only then the list of parts says something."""
        return any(self.facets.values()) and not self.passed

    def __str__(self) -> str:
        return self.text()

    def text(self, levels: int = 1, further: str = "") -> str:
        """As text, with so many levels of hints, of which the messages are the first; ``further`` asks for the next."""
        lines = [self.headline]
        if self._partial:
            lines += [f"  {'✓' if holds else '✗'} {name}" for name, holds in self.facets.items()]
        lines += [f"• {message}" for message in self.messages]
        lines += [f"• {message}" for level in self.hints[: levels - 1] for message in level]
        if self.hints[levels - 1 :]:
            here = f'report = check("{self.exercise}", …); report.hint()'
            lines.append(f"The next hint: {further or here}")
        elif levels > 1 and not self.passed:
            lines.append("There is no further hint.")
        return "\n".join(lines)

    __repr__ = __str__

    def show(self) -> None:
        """Show the report: as HTML in a notebook, as text elsewhere."""
        if in_notebook():
            from IPython.display import display

            bundle = {"text/plain": str(self), "text/html": self._repr_html_()}
            display(bundle, raw=True)  # type: ignore[no-untyped-call]
        else:
            print(self)

    def complain(self) -> None:
        """Say it on the standard error: of a test without all points nbgrader's Validate shows that."""
        wrap = textwrap.TextWrapper(80, subsequent_indent="  ", break_on_hyphens=False)
        lines = (wrap.fill(line) for line in str(self).splitlines())
        print(*lines, sep="\n", file=sys.stderr)

    def _repr_html_(self) -> str:
        """For notebooks. Colours come from the page, so that it reads on light and on dark."""
        parts = []
        if self._partial:
            items = "".join(
                f"<li>{'✓ right' if holds else '✗ not yet'}: {escape(name)}</li>" for name, holds in self.facets.items()
            )
            parts.append(f'<ul style="list-style:none;padding-left:0;margin:.4em 0">{items}</ul>')
        parts += map(paragraph, self.messages)
        parts.append(_nested(self.hints))
        edge = "solid" if self.passed else "dashed"
        style = f"border-left:3px {edge} currentColor;padding:.2em 0 .2em .9em;max-width:48em"
        return (
            f'<section role="group" aria-label="Check of {escape(self.exercise)}" style="{style}">'
            f'<p style="margin:.2em 0"><strong>{escape(self.headline)}</strong></p>{"".join(parts)}</section>'
        )


def _nested(hints: list[list[str]]) -> str:
    """Hints one in the other, so that each is opened after the one before."""
    if not hints:
        return ""
    look = "cursor:pointer;text-decoration:underline"  # some themes hide the triangle
    level = "".join(map(paragraph, hints[0]))
    return f'<details><summary style="{look}">The next hint</summary>{level}{_nested(hints[1:])}</details>'
