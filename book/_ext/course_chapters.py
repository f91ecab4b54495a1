"""The directive ``chapters``: the plan of the course, what there is and what is to come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from rnncourse.chapters import CHAPTERS, EPILOGUE, Chapter, chapters


class Chapters(SphinxDirective):
    """A line a chapter: its title, a link where it is written, and what it is about."""

    def run(self) -> list[nodes.Node]:
        """The lines, set as Markdown."""
        root = Path(self.env.srcdir).parent
        self.env.note_dependency(str(root / "_toc.yml"))
        written = {chapter.name: chapter for chapter in chapters(root)}
        lines = []
        for name, (title, about) in (CHAPTERS | EPILOGUE).items():
            if name in EPILOGUE and name == next(iter(EPILOGUE)):
                lines += ["And two parts without an assignment:", ""]
            if name in written:
                self.env.note_dependency(str(written[name].sources[0]))
                lines += [f"[](/{written[name].pages[0]}.md) {{progress}}`{name}`", f": {written[name].summary}", ""]
            else:
                ready = name in CHAPTERS and Chapter(name, root, ()).module.is_file()
                there = f"to come; its functions are [in the package](/api/{name}.md)" if ready else "to come"
                lines += [f"{title} [({there})]{{.coming}}", f": {about}", ""]
        found = nodes.container(classes=["plan"])
        self.state.nested_parse(StringList(lines), self.content_offset, found)
        return [found]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("chapters", Chapters)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
