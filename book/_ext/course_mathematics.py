"""Set the mathematics at build time: Temml turns each formula into MathML, and the page needs no script for it."""

from __future__ import annotations

import functools
import re
from typing import Any

from course_node import WORKER
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

# These number each of their lines themselves; the book numbers an equation as a whole, by its label.
NUMBERING = re.compile(r"\\begin\{(align|alignat|equation|gather|multline|eqnarray)\}")

# What stands between a formula and its condition, or between two formulas.
WIDE_SPACE = re.compile(r"\\q?quad(?![a-zA-Z])")

LONG = 40  # characters of TeX, of a formula in a sentence

# A letter that hangs below the line draws its index down with it: TeX does not look how deep a single letter is.
HANGING = re.compile(
    r"(<(?:msub|msubsup)>)(<mi[^>]*>[fgjpqyβγζημξρςφχψϕ]</mi>|<mover><mi[^>]*>[fgjpqyβγζημξρςφχψϕ]</mi>.*?</mover>)"
)

# Temml puts a thin space behind a function's name even where nothing follows.
TRAILING_SPACE = re.compile(r'<mspace width="0\.1667em"></mspace>((?:</mrow>)*</math>)$')


@functools.cache
def mathml(tex: str, display: bool) -> dict[str, str]:
    """Answer of Temml for one formula: ``result`` with the MathML, or ``error``."""
    if found := NUMBERING.search(tex):
        return {"error": f"{found[0]} numbers its lines itself; use aligned, gathered or split, and a label"}
    answer = WORKER.request("mathematics", tex=tex, display=display)
    if "result" in answer:
        answer["result"] = TRAILING_SPACE.sub(r"\1", answer["result"])
        answer["result"] = HANGING.sub(r'\1<mpadded depth="0">\2</mpadded>', answer["result"])
    return answer


def source(node: nodes.Element) -> str:
    """TeX of a display: blank lines and bare line breaks align, as in Sphinx's own renderers."""
    text = node.astext().strip()
    if node.get("nowrap") or r"\begin" in text:
        return text
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    lines = r" \\ ".join(parts)
    return rf"\begin{{aligned}}{lines}\end{{aligned}}" if r"\\" in lines else text


def parts(tex: str) -> list[str]:
    """The pieces of a display that may stand below each other where a line is short: what wide spaces separate."""
    found = [] if r"\begin" in tex else [piece.strip() for piece in WIDE_SPACE.split(tex)]
    whole = (
        found
        and all(found)
        and all(p.count("{") == p.count("}") and p.count(r"\left") == p.count(r"\right") for p in found)
    )
    return found if whole else [tex]


def steps(tex: str) -> list[str]:
    """The pieces of a long formula in a sentence, between which a line may break: before its signs of equality."""
    if len(tex) < LONG or r"\begin" in tex or r"\left" in tex:
        return [tex]
    pieces = [piece.strip() for piece in re.split(r"(?==)", tex)]
    return pieces if all(p and p.count("{") == p.count("}") for p in pieces) else [tex]


def check_formulas(app: Sphinx, doctree: nodes.document) -> None:
    """Set every formula of a page just read, and say which cannot be set, and where."""
    for node in doctree.findall(lambda n: isinstance(n, nodes.math | nodes.math_block)):
        assert isinstance(node, nodes.Element)
        display = isinstance(node, nodes.math_block)
        answer = mathml(source(node) if display else node.astext(), display)
        if "error" in answer:
            place: Any = node
            while place.line is None and place.parent is not None:
                place = place.parent
            message = "formula cannot be set: %s"
            logger.warning(message, answer["error"], location=(app.env.docname, place.line), type="math")


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula."""
    tex = node.astext()
    answers = [mathml(piece, False).get("result") for piece in steps(tex)]
    known = [answer for answer in answers if answer]
    self.body.append("<wbr>".join(known) if len(known) == len(answers) else f"<code>{self.encode(tex)}</code>")
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a display with its number; the number follows the formula, so that it is read after it."""
    answers = [mathml(part, True) for part in parts(source(node))]
    formula = "".join(answer.get("result", "") for answer in answers) or self.encode(node.astext())
    self.body.append(self.starttag(node, "div", CLASS="equation"))
    self.body.append(f'<div class="formula">{formula}</div>')
    if node["number"]:
        number = get_node_equation_number(self, node)
        link = f'<a href="#{node["ids"][0]}" title="Link to this equation">({number})</a>'
        self.body.append(f'<span class="eqno">{link}</span>')
    self.body.append("</div>\n")
    raise nodes.SkipNode


def close_worker(app: Sphinx, exception: Exception | None) -> None:
    """End the node process with the build."""
    WORKER.close()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_html_math_renderer("temml", (visit_inline, None), (visit_display, None))
    app.connect("doctree-read", check_formulas)
    app.connect("build-finished", close_worker, priority=999)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": False}
