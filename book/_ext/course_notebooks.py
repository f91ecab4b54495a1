"""Each page as a plain notebook, for JupyterLab and any other front end: resolved Markdown, code, outputs.

A notebook is written from what Sphinx knows of the page once every number, reference and citation stands in it, and
from the build's execution. It needs neither the book nor an extension: it is CommonMark, tables, formulas between
dollars, and images as data.
"""

from __future__ import annotations

import base64
import json
import mimetypes
import posixpath
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from course_execution import record
from course_live import all_described
from course_node import ROOT
from course_runtime import own_wheel, sha256
from course_sources import as_shown
from docutils import nodes
from lxml import html
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError

from rnncourse._extras import DISTRIBUTIONS
from rnncourse.chapters import chapters, has_cells, pages

FIRST = """\
# Needs Python {python} or later, {needed}
# and the course's own package, {package}. This cell installs what is missing, and leaves what is there as it is.
import importlib.util
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

BOOK = "{book}"  # where the book lies: an address that ends in a slash
WHEEL = (
    "live/package/{wheel}"
    "#sha256={hash}"
)
NEEDED = {{  # for import, for pip
{names}
}}


def version(package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "{version}"  # a checkout, if it can be imported


def lacks(module):
    return importlib.util.find_spec(module) is None


if sys.version_info < ({major}, {minor}):
    raise RuntimeError(f"expected Python {python} or later, got {{sys.version}}")
missing = [package for module, package in NEEDED.items() if lacks(module)]
if lacks("{package}") or version("{package}") != "{version}":
    if not BOOK:
        raise RuntimeError("BOOK: write there where you have this notebook from; the package lies beside the pages")
    missing.append(f"{package} @ {{BOOK}}{{WHEEL}}")
if missing:
    there = {{d.name: d.version for d in metadata.distributions() if d.name != "{package}"}}
    with tempfile.TemporaryDirectory() as folder:
        stays = Path(folder, "constraints.txt")
        stays.write_text("".join(f"{{name}}=={{number}}\\n" for name, number in there.items()))
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--constraint", str(stays), *missing], check=True)
"""
PLAIN = frozenset({"details", "summary"})  # the HTML that front ends show, and that Markdown has no word for
ESCAPED = re.compile(r"[\\`*_\[\]<>$~|]|&(?=#?\w+;)")
LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+=](?=\s|$)|\d+(?=[.)](?:\s|$)))", re.MULTILINE)
ROLE = re.compile(r"\{[a-zA-Z][\w:+-]*\}(?=`)|\{[.#][\w-]+\}|\{\{.*?\}\}|^:{3,}|^%", re.MULTILINE)
MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)


class NotebookError(SphinxError):
    """A page that cannot be told in a plain notebook."""

    category = "Notebooks"


def escaped(text: str) -> str:
    """Text in which nothing is taken for a mark of Markdown."""
    return LINE_START.sub(lambda at: f"{at[1]}{_started(at[2])}", ESCAPED.sub(r"\\\g<0>", text))


def _started(mark: str) -> str:
    return f"{mark}\\" if mark.isdigit() else f"\\{mark}"


def code_span(text: str) -> str:
    """Code in a sentence, whatever backticks it has."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def fenced(text: str, language: str) -> str:
    """A listing."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    language = {"ipython3": "python", "default": "", "none": ""}.get(language, language)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def indented(text: str, first: str) -> str:
    """A block whose first line begins so, and whose others stand below that."""
    return first + text.replace("\n", "\n" + " " * len(first)).replace("\n" + " " * len(first) + "\n", "\n\n")


def quoted(text: str) -> str:
    """A block quote."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


class Writer:
    """A page on its way to cells."""

    def __init__(self, env: BuildEnvironment, page: str, executed: list[Any], book: str, solutions: str) -> None:
        self.env, self.page, self.executed, self.book, self.solutions = env, page, executed, book, solutions
        self.cells: list[Any] = []
        self.blocks: list[str] = []
        self.cited: dict[str, str] = {}
        self.setups: set[str] = set()
        self.within = False  # an exercise, which is told by its assignment

    def written(self, document: nodes.document) -> list[Any]:
        """The cells of a page."""
        self._walk(document, 0)
        if self.cited:
            self._flush()
            self.blocks = ["## References", *(f"- {escaped(entry)}" for entry in sorted(self.cited.values()))]
        self._flush()
        return self.cells

    # --- cells

    def _flush(self) -> None:
        if self.blocks:
            self.cells.append(nbformat.v4.new_markdown_cell("\n\n".join(self.blocks)))
        self.blocks = []

    def _walk(self, node: nodes.Element, level: int) -> None:
        for child in node.children:
            if isinstance(child, nodes.raw) and child.get("exercise") is not None:
                self.within = bool(child["exercise"])
                if self.within:
                    self._exercise(child["exercise"], level)
            elif self.within:
                continue
            elif isinstance(child, nodes.section):
                self._flush()
                self._walk(child, level + 1)
            elif isinstance(child, nodes.title):
                self.blocks.append(f"{'#' * level} {self.inline(child)}")
            elif isinstance(child, nodes.container) and child.get("nb_element") == "cell_code":
                self._flush()
                self._code(child)
            else:
                self.blocks += self.block(child)

    def _code(self, node: nodes.Element) -> None:
        """A cell as it was executed, without what only the page needs."""
        ran = self.executed[node["cell_index"]]
        source = as_shown(ran.source, {"glue"})
        tags = ran.metadata.get("tags", [])
        hidden = {f"{kind}_hidden": True for kind in ("source", "outputs") if _hides(kind, tags)}
        metadata = ({"tags": tags} if tags else {}) | ({"jupyter": hidden} if hidden else {})
        alt = ran.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        if source:
            outputs = list(_shown(ran.outputs, alt))
            number = ran.execution_count
            self.cells.append(
                nbformat.v4.new_code_cell(source, metadata=metadata, outputs=outputs, execution_count=number)
            )
        for figure in node.findall(nodes.figure):
            self.blocks.append(self._caption(figure))

    def _exercise(self, name: str, level: int) -> None:
        """Heading, task, the stub, a check, and the solution where it is open to all."""
        asked = all_described()[name]
        self._flush()
        tagged: dict[str, Any] = {"tags": ["exercise"]}
        code = [asked.stub, f'check("{name}", {name.partition(".")[2]})']
        if asked.setup not in self.setups:
            self.setups.add(asked.setup)
            code.insert(0, asked.setup)
        title = f"{'#' * (level + 1)} Exercise: {asked.title}"
        self.cells.append(nbformat.v4.new_markdown_cell(f"{title}\n\n{asked.task}"))
        self.cells += [nbformat.v4.new_code_cell(source, metadata=tagged) for source in code]
        if self.solutions == "open":
            folded = tagged | {"jupyter": {"source_hidden": True}}
            self.cells.append(nbformat.v4.new_code_cell(f"# Solution\n{asked.solution}", metadata=folded))

    def _no_form(self, what: str, node: nodes.Node) -> NotebookError:
        return NotebookError(f"{self.page}: a notebook has no form for {what}: {node.astext().strip()[:80]!r}")

    # --- blocks

    def block(self, node: nodes.Node) -> list[str]:
        """Blocks of Markdown. Raises NotebookError for what no plain notebook can show."""
        found = getattr(self, f"_block_{type(node).__name__}", None)
        if found is None:
            raise NotebookError(
                f"{self.page}: a notebook has no form for {type(node).__name__}: {node.astext()[:80]!r}"
            )
        made: list[str] = found(node)
        return made

    def within_block(self, node: nodes.Element) -> list[str]:
        """The blocks of what a node holds."""
        return [block for child in node.children for block in self.block(child)]

    _block_container = _block_compound = _block_compact_paragraph = within_block

    def _nothing(self, node: nodes.Node) -> list[str]:
        return []

    _block_toctree = _block_target = _block_index = _block_comment = _block_substitution_definition = _nothing
    _block_dropdown_title = _nothing

    def _block_paragraph(self, node: nodes.Element) -> list[str]:
        return [self.inline(node).strip()]

    _block_rubric = _block_paragraph

    def _block_math_block(self, node: nodes.Element) -> list[str]:
        tag = ""
        if node.get("number") and node["ids"]:
            numbers = self.env.toc_fignumbers[self.page]["displaymath"][node["ids"][0]]
            tag = rf" \tag{{{'.'.join(map(str, numbers))}}}"
        text = "\n".join(line for line in node.astext().strip().splitlines() if line.strip())
        return [f"$$\n{text}{tag}\n$$"]

    def _block_literal_block(self, node: nodes.Element) -> list[str]:
        return [fenced(node.astext(), node.get("language", ""))]

    def _list(self, node: nodes.Element, marks: Iterator[str]) -> list[str]:
        items = [self.within_block(item) for item in node.children if isinstance(item, nodes.Element)]
        gap = "\n" if all(len(item) == 1 for item in items) else "\n\n"
        return [gap.join(indented("\n\n".join(item), mark) for item, mark in zip(items, marks, strict=False))]

    def _block_bullet_list(self, node: nodes.Element) -> list[str]:
        return self._list(node, iter(["- "] * len(node.children)))

    def _block_enumerated_list(self, node: nodes.Element) -> list[str]:
        start = node.get("start", 1)
        return self._list(node, (f"{n}. " for n in range(start, start + len(node.children))))

    def _block_definition_list(self, node: nodes.Element) -> list[str]:
        items = []
        for item in node.findall(nodes.definition_list_item):
            terms = ", ".join(self.inline(term).strip() for term in item.findall(nodes.term))
            [meaning] = list(item.findall(nodes.definition))
            items.append(indented("\n\n".join([f"**{terms}**", *self.within_block(meaning)]), "- "))
        return ["\n\n".join(items)]

    def _block_table(self, node: nodes.Element) -> list[str]:
        rows = [[self._entry(e) for e in row.findall(nodes.entry)] for row in node.findall(nodes.row)]
        lines = [f"| {' | '.join(row)} |" for row in rows]
        return ["\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])]

    def _entry(self, node: nodes.Element) -> str:
        text = " ".join("".join(map(self.inline, child.children)) for child in node.findall(nodes.paragraph))
        pieces = re.split(r"((?<!\\)\$.+?(?<!\\)\$)", " ".join(text.split()))  # formulas stand at odd places
        for i, piece in enumerate(pieces):
            if i % 2:
                pieces[i] = piece.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
            else:
                pieces[i] = re.sub(r"(?<!\\)\|", r"\\|", piece)
        return "".join(pieces)

    def _block_block_quote(self, node: nodes.Element) -> list[str]:
        return [quoted("\n\n".join(self.within_block(node)))]

    def _admonition(self, node: nodes.Element) -> list[str]:
        title = next((self.inline(child) for child in node.children if isinstance(child, nodes.title)), "")
        title = title or type(node).__name__.capitalize()
        rest = [b for child in node.children if not isinstance(child, nodes.title) for b in self.block(child)]
        return [quoted("\n\n".join([f"**{title}**", *rest]))]

    _block_note = _block_tip = _block_warning = _block_important = _block_hint = _block_admonition = _admonition

    def _block_dropdown_main(self, node: nodes.Element) -> list[str]:
        title = next(node.findall(lambda n: isinstance(n, nodes.inline) and "sd-summary-text" in n["classes"]))
        return [f"<details>\n<summary>{title.astext()}</summary>", *self.within_block(node), "</details>"]

    def _block_transition(self, node: nodes.Node) -> list[str]:
        return ["---"]

    def _block_figure(self, node: nodes.Element) -> list[str]:
        raw = next(node.findall(nodes.raw), None)
        if raw is None:
            return [self.inline(image) for image in node.findall(nodes.image)] + [self._caption(node)]
        alt = html.fragment_fromstring(raw.astext()).get("aria-label", "")
        where = self.address(self.page, node["ids"][0]) if self.book else ""
        place = f"[on the page]({where})" if where else "on the page"
        return [self._caption(node), f"*The figure moves, {place} only.* {escaped(alt)}"]

    def _caption(self, node: nodes.Element) -> str:
        [caption] = [child for child in node.children if isinstance(child, nodes.caption)]
        numbers = self.env.toc_fignumbers.get(self.page, {}).get("figure", {})
        number = next((numbers[i] for i in node["ids"] if i in numbers), ())
        start = f"**Fig. {'.'.join(map(str, number))}.** " if number else ""
        return start + self.inline(caption).strip()

    def _block_raw(self, node: nodes.Element) -> list[str]:
        text = node.astext().strip()
        if text.startswith(("<script", '<div class="answers"')):  # of the page alone
            return []
        if text == "</details>" or text.startswith("<details><summary>"):  # what a cell calls
            return [text]
        raise self._no_form("HTML", node)

    # --- inline

    def inline(self, node: nodes.Node) -> str:
        """A piece of a line."""
        if isinstance(node, nodes.Text):
            return escaped(node.astext())
        found = getattr(self, f"_inline_{type(node).__name__}", None)
        if found is not None:
            made: str = found(node)
            return made
        if isinstance(node, nodes.inline | nodes.TextElement):
            return "".join(map(self.inline, node.children))
        raise self._no_form(type(node).__name__, node)

    def _inline_strong(self, node: nodes.Element) -> str:
        return f"**{''.join(map(self.inline, node.children))}**"

    def _inline_emphasis(self, node: nodes.Element) -> str:
        return f"*{''.join(map(self.inline, node.children))}*"

    def _inline_literal(self, node: nodes.Element) -> str:
        return code_span(node.astext())

    def _inline_math(self, node: nodes.Element) -> str:
        return f"${' '.join(node.astext().split())}$"

    def _inline_target(self, node: nodes.Element) -> str:
        return ""

    def _inline_raw(self, node: nodes.Element) -> str:
        if 'class="progress-of"' in node.astext():  # known in a browser alone
            return ""
        raise self._no_form("HTML", node)

    def _inline_image(self, node: nodes.Element) -> str:
        path = Path(self.env.srcdir, node["uri"])
        kind = mimetypes.guess_type(path.name)[0]
        data = base64.b64encode(path.read_bytes()).decode()
        return f"![{escaped(node.get('alt', ''))}](data:{kind};base64,{data})"

    def _inline_inline(self, node: nodes.Element) -> str:
        if "bibtex-citation" in node["classes"]:
            return self._citation(node)
        return "".join(map(self.inline, node.children))

    def _inline_reference(self, node: nodes.Element) -> str:
        text = "".join(map(self.inline, node.children))
        uri = node.get("refuri", "")
        if node.get("refid") or not uri:
            return text
        if not node.get("internal"):
            return f"[{text}]({uri})"
        path, _, anchor = uri.partition("#")
        page = posixpath.normpath(posixpath.join(posixpath.dirname(self.page), path)).removesuffix(".html")
        if page == self.page:
            return text
        if anchor.startswith("equation-"):
            text += f" of {escaped(self.env.titles[page].astext())}"
        where = self.address(page, anchor)
        return f"[{text}]({where})" if where else text

    _inline_number_reference = _inline_reference

    def address(self, page: str, anchor: str) -> str:
        """Where another page is read: on the web, where that is known, else as the notebook beside; or nowhere."""
        if self.book:
            return f"{self.book}{page}.html" + (f"#{anchor}" if anchor else "")
        beside = posixpath.relpath(f"{page}.ipynb", posixpath.dirname(self.page) or ".")
        return beside if page in offered(self.env) else ""

    def _citation(self, node: nodes.Element) -> str:
        """As Elman (1990), or (Elman, 1990) where the sentence does not name them."""
        known = {c.citation_id: c for c in self.env.get_domain("cite").citations}  # type: ignore[attr-defined]
        beside = not node.astext().startswith("[")
        said = []
        for reference in node.findall(nodes.reference):
            cited = known[reference["refuri"].partition("#")[2]]
            self.cited[cited.key] = reference["reftitle"]
            persons = [" ".join(p.last_names) for p in cited.entry.persons.get("author", [])]
            names = " and ".join(persons) if len(persons) < 3 else f"{persons[0]} et al."
            year = cited.entry.fields.get("year", "")
            said.append(f"{names} ({year})" if beside and year else ", ".join(filter(None, (names, year))))
        return escaped(" and ".join(said) if beside else f"({'; '.join(said)})")


def _hides(kind: str, tags: list[str]) -> bool:
    words = {"source": ("hide-input", "hide-cell"), "outputs": ("hide-output", "hide-cell")}
    return any(tag in words[kind] for tag in tags)


def _shown(outputs: list[Any], alt: str) -> Iterator[Any]:
    """The outputs that a reader sees, figures with their text."""
    for output in outputs:
        data = output.get("data", {})
        if any(kind.startswith("application/papermill.record/") for kind in data):
            continue
        images = [kind for kind in data if kind.startswith("image/")]
        if images and alt:
            output = nbformat.from_dict({**output, "metadata": {kind: {"alt": alt} for kind in images}})
        yield output


def faults(notebook: Any) -> list[str]:
    """What a front end without extensions would not show as it is meant; a notebook that is offered has none."""
    found = []
    for n, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            found += [f"cell {n}: {fault}" for fault in _faults_of_text(cell.source)]
            continue
        if "myst_nb" in cell.source or re.search(r"^\s*glue\(", cell.source, re.MULTILINE):
            found.append(f"cell {n}: code for the page")
        for output in cell.get("outputs", []):
            found += [f"cell {n}: an output {kind}" for kind in output.get("data", {}) if "papermill" in kind]
    return found


def _faults_of_text(source: str) -> Iterator[str]:
    for token in MARKDOWN.parse(source):
        if token.type == "fence" and not re.fullmatch(r"\w*", token.info.strip()):
            yield f"a listing that says {token.info!r}"
        if token.type == "html_block":
            yield from _foreign(token.content)
        pieces = token.children or []
        line = "".join("`" if piece.type == "code_inline" else piece.content for piece in pieces if _read(piece.type))
        yield from (f"{mark!r} in a sentence" for mark in ROLE.findall(line))
        for piece in pieces:
            if piece.type == "html_inline":
                yield from _foreign(piece.content)
            if piece.type == "text" and "$" in piece.content.replace(r"\$", ""):
                yield f"a dollar without its partner: {piece.content!r}"
            address = piece.attrs.get("href", piece.attrs.get("src"))
            if piece.type == "image" and not str(address).startswith("data:image/"):
                yield f"an image that is no data: {address}"
            if piece.type == "link_open" and re.search(r"\.md(#|$)", str(address)):
                yield f"a link to the source of a page: {address}"


def _read(kind: str) -> bool:
    return kind in ("text", "code_inline", "softbreak", "hardbreak")


def _foreign(text: str) -> Iterator[str]:
    tags = re.findall(r"<\s*/?\s*(\w[\w-]*)|<!", text)
    yield from (f"HTML: <{tag}>" for tag in tags if tag not in PLAIN)


def offered(env: BuildEnvironment) -> set[str]:
    """The pages that have a notebook: those with cells, all of the chapters, and the first one, which leads to them."""
    of_chapters = {page for chapter in chapters(ROOT) for page in chapter.pages}
    return {env.config.root_doc, *of_chapters, *(page for page in pages(ROOT) if has_cells(ROOT, page))}


def repository() -> str:
    """The repository's address, ``Repository`` of [project.urls]; empty where none is set."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    url: str = project.get("urls", {}).get("Repository", "")
    return url.rstrip("/")


def address_of_book() -> str:
    """Where the book is published, with a slash at the end: the host's pages of the repository; empty where unknown."""
    found = re.fullmatch(r"https://(github|gitlab)\.com/([^/]+)/(.+)", repository())
    return f"https://{found[2].lower()}.{found[1]}.io/{found[3]}/" if found else ""


def write(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put a page's notebook, still without its first cell, beside its execution."""
    if app.builder.name != "html" or page not in offered(app.env):
        return
    ran = Path(app.outdir).parent / "jupyter_execute" / f"{page}.ipynb"
    executed = nbformat.read(ran, as_version=4) if ran.is_file() else None
    cells = Writer(app.env, page, executed.cells if executed else [], address_of_book(), app.config.solutions).written(
        doctree
    )
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": python, "language_info": {"name": "python"}})
    if wrong := faults(made):
        raise NotebookError(f"{page}: its notebook would not be plain: " + "; ".join(wrong))
    path = Path(app.outdir).parent / "notebooks" / f"{page}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(made, version=4), encoding="utf-8")


def needed(loaded: list[str]) -> dict[str, str]:
    """Of the packages that an execution loaded, those that the course declares: the name for import, and for pip."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (project["optional-dependencies"][extra] for extra in ("torch", "data", "plots"))
    wanted = [re.split(r"[^\w-]", line)[0] for line in sum(extras, project["dependencies"])]
    modules = {distribution: module for module, distribution in DISTRIBUTIONS.items()}
    found = {modules.get(package, package.lower().replace("-", "_")): package for package in wanted}
    return {module: package for module, package in found.items() if module in loaded}


def first_cell(names: dict[str, str], wheel: str, data: bytes, book: str) -> Any:
    """The cell that says what a notebook needs, and installs what is missing."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    major, minor = re.findall(r"\d+", project["requires-python"])[:2]
    package, version, *_ = wheel.split("-")
    said = "\n# ".join(textwrap.wrap(", ".join(names.values()), 86, break_on_hyphens=False))
    lines = "\n".join(f"    {json.dumps(module)}: {json.dumps(name)}," for module, name in names.items())
    source = FIRST.format(
        **{"book": book, "wheel": wheel, "hash": sha256(data), "names": lines, "needed": said},
        **{"package": package, "version": version, "python": f"{major}.{minor}", "major": major, "minor": minor},
    )
    return nbformat.v4.new_code_cell(source.rstrip("\n"), metadata={"tags": ["needs"]})


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Put the notebooks where the pages offer them, each with the first cell, which names the package as it is now."""
    if exception is not None or app.builder.name != "html":
        return
    made, out = Path(app.outdir).parent / "notebooks", Path(app.outdir)
    for path in sorted(made.rglob("*.ipynb")):
        page = path.relative_to(made).with_suffix("").as_posix()
        target = out / "_sources" / f"{page}.ipynb"
        if page not in offered(app.env):
            path.unlink()
            target.unlink(missing_ok=True)
            continue
        notebook = nbformat.read(path, as_version=4)
        if any(cell.cell_type == "code" for cell in notebook.cells):
            wheel, data = own_wheel(out.parent.parent / "_cache" / "python")
            beside = out / "live" / "python" / wheel
            if not beside.is_file():  # a book whose pages have no Python
                beside.parent.mkdir(parents=True, exist_ok=True)
                beside.write_bytes(data)
            names = needed(record(app, page).get("packages", []))
            notebook.cells.insert(0, first_cell(names, wheel, data, address_of_book()))
        for n, cell in enumerate(notebook.cells):
            cell.id = f"cell-{n}"
        text = nbformat.writes(notebook, version=4)
        if not (target.is_file() and target.read_text(encoding="utf-8") == text):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("doctree-resolved", write, priority=900)
    app.connect("build-finished", finish, priority=850)  # after Python for the pages, before they are tuned
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
