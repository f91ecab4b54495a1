"""The directive ``chapters``: a list of the book's chapters, from the table of contents and from how each begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from rnncourse.chapters import chapters


class Chapters(SphinxDirective):
    """A line a chapter: its title, which is a link, how many exercises the reader has solved, its first paragraph."""

    def run(self) -> list[nodes.Node]:
        """The lines, set as Markdown."""
        root = Path(self.env.srcdir).parent
        self.env.note_dependency(str(root / "_toc.yml"))
        lines = []
        for chapter in chapters(root):
            self.env.note_dependency(str(chapter.sources[0]))
            lines += [f"[](/{chapter.pages[0]}.md) {{progress}}`{chapter.name}`", f": {chapter.summary}", ""]
        found = nodes.container()
        self.state.nested_parse(StringList(lines), self.content_offset, found)
        return found.children


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("chapters", Chapters)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
