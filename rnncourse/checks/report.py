"""What a student reads: first what is right, then what to think about next; as text and as HTML."""

from __future__ import annotations

import re
import sys
import textwrap
from dataclasses import dataclass, field
from html import escape


class Text(str):
    """A string that shows itself as it is, at the end of a cell too."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def paragraph(message: str) -> str:
    """A message as HTML, code between backquotes."""
    text = re.sub("`([^`]*)`", r"<code>\1</code>", escape(message))
    return f'<p style="margin:.4em 0">{text}</p>'


@dataclass
class Report:
    """The result of a check.

    ``score`` is between 0 and 1, ``facets`` says which parts of the answer hold, ``mistakes`` holds the ids of
    recognised mistakes, ``messages`` what is shown. ``more()`` gives a more concrete hint.
    """

    exercise: str
    score: float = 0.0
    facets: dict[str, bool] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    further: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Is every part right?"""
        return self.score == 1.0

    def more(self) -> Text:
        """The next hint, more concrete than the first."""
        return Text("\n".join(self.further) or "There is no further hint.")

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
        lines = [self.headline]
        if self._partial:
            lines += [f"  {'✓' if holds else '✗'} {name}" for name, holds in self.facets.items()]
        lines += [f"• {message}" for message in self.messages]
        if self.further:
            lines.append(f'A more concrete hint: check("{self.exercise}", …).more()')
        return "\n".join(lines)

    __repr__ = __str__

    def show(self) -> None:
        """Show the report: as HTML in a notebook, as text elsewhere."""
        ipython = sys.modules.get("IPython")
        if ipython is not None and ipython.get_ipython() is not None:
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
        if self.further:
            hints = "".join(map(paragraph, self.further))
            look = "cursor:pointer;text-decoration:underline"  # some themes hide the triangle
            parts.append(f'<details><summary style="{look}">A more concrete hint</summary>{hints}</details>')
        edge = "solid" if self.passed else "dashed"
        style = f"border-left:3px {edge} currentColor;padding:.2em 0 .2em .9em;max-width:48em"
        return (
            f'<section role="group" aria-label="Check of {escape(self.exercise)}" style="{style}">'
            f'<p style="margin:.2em 0"><strong>{escape(self.headline)}</strong></p>{"".join(parts)}</section>'
        )
