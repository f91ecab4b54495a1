"""The directive ``moving``: a figure that moves, from a module of ``book/_figures``.

    ```{moving} three
    :name: fig-bptt-scalar
    :alt: What is to be seen in it, and what one can do with it.
    :result: bptt/triangle

    The caption.
    ```

Its first frame is drawn in the build, by Node, with the functions that draw all others on the page; so it is there in
print and without scripts. ``result`` names kept results that the module reads.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any

from course_assets import digest
from course_node import WORKER
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from rnncourse.results import kept

MODULES = Path(__file__).parents[1] / "_figures"
STILL = "It stands still here: it moves where the book is served by a web server, with scripts allowed."


def parts() -> list[Path]:
    """The files that a page may load, kept results among them."""
    return [*sorted(MODULES.glob("*.js")), *sorted(kept.FOLDER.rglob("*.json"))]


def folder() -> str:
    """Where they lie in the built book. Another content is another folder: nobody mixes old modules with new ones."""
    return f"figures-{digest(*(path.read_bytes() for path in parts()))[:8]}"


def markup(module: Path, identifier: str, alt: str, there: str, documents: Mapping[str, Any]) -> str:
    """The element that a module is attached to, with the first frame; ``there`` leads from the page to the modules.

    Raises ValueError where the module cannot be run.
    """
    answer = WORKER.request("figure", module=str(module), identifier=identifier, documents=documents)
    if "error" in answer:
        raise ValueError(f"{module.name}: {answer['error']}")
    return (
        f'<div class="moving" role="group" aria-label="{escape(alt)}" data-module="{module.stem}" '
        f'data-figures="{there}" data-result="{" ".join(documents)}">{answer["result"]}'
        f'<p class="moving-still" hidden>{STILL}</p><noscript><p>{STILL}</p></noscript></div>'
    )


class Moving(SphinxDirective):
    """A numbered figure with its first frame, controls that the module switches on, and a caption."""

    required_arguments = 1
    has_content = True
    option_spec = MappingProxyType(dict.fromkeys(("name", "alt", "result"), directives.unchanged))

    def run(self) -> list[nodes.Node]:
        """The figure, as HTML between a figure and its caption."""
        module = MODULES / f"{self.arguments[0]}.js"
        results = self.options.get("result", "").split()
        if not module.is_file() or not self.options.get("alt") or not self.content:
            raise self.error(f"moving: expected a module of {MODULES}, an alt text and a caption, got {module.name}")
        for path in parts():
            self.env.note_dependency(str(path))
        name = nodes.fully_normalize_name(self.options.get("name", module.stem))
        identifier = nodes.make_id(name)
        documents = {result: kept.read(kept.FOLDER / f"{result}.json") for result in results}
        there = "../" * self.env.docname.count("/") + f"_static/{folder()}"
        try:
            drawn = markup(module, identifier, self.options["alt"], there, documents)
        except ValueError as error:
            raise self.error(f"moving: {error}") from None
        figure = nodes.figure(results=results)
        figure += nodes.raw("", drawn, format="html")
        caption, _ = self.parse_inline(" ".join(self.content), lineno=self.lineno)
        figure += nodes.caption("", "", *caption)
        figure["classes"].append("moving-figure")
        self.options.setdefault("name", module.stem)
        self.add_name(figure)
        return [figure]


def copy(app: Sphinx, exception: Exception | None) -> None:
    """Put modules and kept results beside the pages."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    target = static / folder()
    for old in static.glob("figures-*"):
        if old != target:
            shutil.rmtree(old)
    for path in parts():
        within = path.relative_to(MODULES if path.is_relative_to(MODULES) else kept.FOLDER)
        (target / within).parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".json":  # a figure reads numbers and weights; what made them is the gate's
            text = json.dumps(kept.read(path) | {"definitions": {}}, separators=(",", ":"))
            (target / within).write_text(text, encoding="utf-8")
        else:
            shutil.copy(path, target / within)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("moving", Moving)
    app.connect("build-finished", copy)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
