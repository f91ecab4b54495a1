"""The notebooks that pages offer: plain, complete, and running where nothing of the course is installed.

They need a built book: ``make book``.
"""

from __future__ import annotations

import ast
import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lxml import html
from markdown_it import MarkdownIt

from rnncourse.chapters import chapters
from tests.book.test_pages import BUILT, ROOT, serve
from tests.book.watched import printed

sys.path += [str(ROOT / "book" / "_ext"), str(ROOT / "tools")]

OFFERED = BUILT / "_sources"
PAGES = ["preface", *(page for chapter in chapters(ROOT) for page in chapter.pages)]
RUNNING = [name for name in PAGES if "{code-cell}" in (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")]
RENDER = MarkdownIt("commonmark").enable("table")


@functools.cache
def offered(name: str) -> Any:
    """A page's notebook."""
    return nbformat.read(OFFERED / f"{name}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The built book, served."""
    with serve(BUILT) as address:
        yield f"{address}/"


# --- plain


def markdown(text: str) -> Any:
    """A notebook of one cell."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])


@pytest.mark.parametrize(
    "text",
    [
        "{glue:text}`rnn-free-linear:,.0f`",
        "as {cite:t}`elman1990` says",
        "see {eq}`eq-rnn-cell`",
        "text\n\n:::{figure} a.svg\n:::",
        "```{code-cell} ipython3\n1\n```",
        "```{exercise} rnn.cell\n```",
        "% a comment",
        "a [link](other.md#here)",
        "[](/rnn/cell.md)",
        "words{.coming}",
        "{{ name }}",
        "<div>text</div>",
        "a <span class='x'>word</span>",
        "<details><summary>S</summary><script>1</script></details>",
        "![a](../docs/picture.svg)",
        "costs $5 more",
    ],
)
def test_what_a_front_end_would_not_show_is_refused(text: str) -> None:
    from course_notebooks import faults

    assert faults(markdown(text))


@pytest.mark.parametrize(
    "text",
    [
        "# A\n\nText with $x_{t}$, `{role}`, **b** and a [link](cell.ipynb).\n\n$$\nx \\tag{1}\n$$",
        "| a | b |\n|---|---|\n| $\\vert x \\vert$ | `a \\| b` |",
        "```python\nprint(f'{x}')\n```",
        "<details>\n<summary>Solution</summary>\n\nText.\n\n</details>",
        "![a](data:image/png;base64,AAAA)",
        "50 % of {a, b}",
        "> **Note**\n>\n> Text.",
    ],
)
def test_what_any_front_end_shows_is_not(text: str) -> None:
    from course_notebooks import faults

    assert faults(markdown(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "a * b_c_d `e` [f] <g> $h ~ |",
        "1. no list",
        "- nor this",
        "# nor a heading",
        "&amp; \\alpha",
        "2) *x*",
        "+ y\n3. z",
    ],
)
def test_text_is_read_as_it_was_written(text: str) -> None:
    from course_notebooks import escaped

    shown = html.fragment_fromstring(RENDER.render(escaped(text)), create_parent="div")
    assert [child.tag for child in shown] == ["p"]
    assert shown.text_content().strip() == text


def test_code_for_the_page_is_left_out_and_the_rest_is_not() -> None:
    from course_sources import as_shown

    source = (
        "from myst_nb import glue\nimport numpy as np\n\nfor x in (1, 2):\n    glue(f'a-{x}', x, display=False)\n"
        "for x in (1, 2):\n    print(x)\n    glue('b',\n         x)\nglue('c', 3)\nshow(glue)"
    )
    assert as_shown(source, {"glue"}) == "import numpy as np\n\nfor x in (1, 2):\n    print(x)\nshow(glue)"


@pytest.mark.parametrize("name", PAGES)
def test_each_page_has_a_plain_notebook(name: str) -> None:
    from course_notebooks import faults

    notebook = offered(name)
    nbformat.validate(notebook)
    assert faults(notebook) == []
    assert notebook.metadata.kernelspec.name == "python3"  # so that nobody is asked for a kernel


def words(element: Any) -> str:
    """Its text, spaces apart."""
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("name", PAGES)
def test_it_says_what_the_page_says(name: str) -> None:
    """Each paragraph of the page without formula, citation or reference to another page, numbers filled in."""
    page = html.document_fromstring((BUILT / f"{name}.html").read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    paragraphs = page.xpath(
        "//article//p[not(.//math or .//a[not(@class='term')] or .//*[contains(@class, 'bibtex')])]"
        "[not(ancestor::*[contains(@class, 'exercise') or contains(@class, 'moving') or contains(@class, 'cell_output')"
        " or contains(@class, 'answers') or self::template or self::figcaption or self::td or self::th])]"
    )
    text = "\n\n".join(cell.source for cell in offered(name).cells if cell.cell_type == "markdown")
    said = words(html.fragment_fromstring(RENDER.render(text), create_parent="div"))
    wanted = [words(paragraph) for paragraph in paragraphs]
    assert wanted
    assert [paragraph for paragraph in wanted if paragraph not in said] == []
    numbers = page.xpath("//article//*[contains(@class, 'pasted-text')]")
    assert [words(number) for number in numbers if words(number) not in said] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_link_leads_to_a_notebook_that_is_there(name: str) -> None:
    text = "\n\n".join(cell.source for cell in offered(name).cells if cell.cell_type == "markdown")
    links = html.fragment_fromstring(RENDER.render(text), create_parent="div").xpath("//a/@href")
    for link in links:
        if not link.startswith("https://"):
            assert ((OFFERED / name).parent / link).is_file(), link


def test_equations_figures_and_citations_have_their_numbers_and_names() -> None:
    text = "\n".join(cell.source for cell in offered("rnn/cell").cells if cell.cell_type == "markdown")
    page = html.document_fromstring((BUILT / "rnn" / "cell.html").read_bytes())
    numbers = [words(number).strip("()") for number in page.xpath("//span[@class='eqno']/a")]
    assert re.findall(r"\\tag\{([\d.]+)\}", text) == numbers
    assert "(Elman, 1990)" in text
    assert "Finding structure in time" in text.partition("## References")[2]
    figures = page.xpath("//figcaption//span[@class='caption-number']")
    assert re.findall(r"^\*\*(Fig\. [\d.]+)\.\*\*", text, re.MULTILINE) == [words(figure).strip() for figure in figures]


def test_figures_can_be_seen_where_a_notebook_is_not_trusted() -> None:
    drawn = [
        output
        for name in PAGES
        for cell in offered(name).cells
        for output in cell.get("outputs", [])
        if "image/svg+xml" in output.get("data", {})
    ]
    assert drawn
    for output in drawn:
        assert output.data["image/png"]
        assert len(output.metadata["image/png"]["alt"]) > 20


# --- a few pages that have all that the others have


def covering(names: list[str], kinds: Callable[[str], set[str]]) -> list[str]:
    """Names that together have every kind of thing, each the one that adds most; of equals the first."""
    have, chosen, seen = {name: kinds(name) for name in names}, list[str](), set[str]()
    while missing := set().union(*have.values()) - seen:
        chosen.append(max(names, key=lambda name: len(have[name] & missing)))
        seen |= have[chosen[-1]]
    return sorted(chosen, key=names.index)


def test_few_cover_what_all_have() -> None:
    have = {"a": {"1"}, "b": {"1", "2"}, "c": {"3"}, "d": {"2", "3"}}
    assert covering([*have], have.__getitem__) == ["b", "c"]


def chosen(names: list[str], kinds: Callable[[str], set[str]]) -> list[Any]:
    """Parameters: a few names, and the others by ``make reproduce``. Without a book there is nothing to choose by."""
    few = covering(names, kinds) if OFFERED.is_dir() else names
    return [name if name in few else pytest.param(name, marks=pytest.mark.again) for name in names]


def code(name: str) -> str:
    """The code of a page's notebook."""
    return "\n\n".join(cell.source for cell in offered(name).cells if cell.cell_type == "code")


def needs(name: str) -> set[str]:
    """The modules that it imports, and whether it has exercises."""
    found = {"exercise" for cell in offered(name).cells if "exercise" in cell.metadata.get("tags", [])}
    for node in ast.walk(ast.parse(code(name))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "rnncourse"}
            found.add(str(node.module))
    return found


def shows(name: str) -> set[str]:
    """What a front end has to set: Markdown's blocks and marks, rarer commands of mathematics, kinds of output."""
    from course_notebooks import MARKDOWN

    found = set()
    for cell in offered(name).cells:
        if cell.cell_type == "markdown":
            tokens = [t for block in MARKDOWN.parse(cell.source) for t in (block, *(block.children or []))]
            found |= {token.type for token in tokens} | {f"<{t.content[:9]}" for t in tokens if "html" in t.type}
            formulas = "".join(token.content for token in tokens if token.type.startswith("math"))
            found |= set(
                re.findall(r"\\(?:begin|tag|operatorname|over\w+|under\w+|math\w+)\b(?:\{[a-z]+\})?", formulas)
            )
        for output in cell.get("outputs", []):
            found |= {output.output_type, *output.get("data", {})}
        found |= {f"metadata {key}" for key in cell.metadata}
    return found


def test_its_code_knows_every_name(tmp_path: Path) -> None:
    """Also of the notebooks that are run beside `make test` alone: what the page has more is imported, or not used."""
    for name in RUNNING:
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(code(name), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821,E9", str(tmp_path)]
    done = subprocess.run(ruff, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    (tmp_path / "broken.py").write_text("print(glue)\n", encoding="utf-8")
    assert subprocess.run(ruff, capture_output=True).returncode == 1


def test_the_wheel_that_it_installs_has_all_that_the_package_reads() -> None:
    [wheel] = (BUILT / "live" / "package").glob("rnncourse-*.whl")
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    ours = {path for path in (ROOT / "rnncourse").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    expected = {path.relative_to(ROOT).as_posix() for path in ours}
    expected |= {f"rnncourse/packed/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "results").rglob("*.json")}
    expected |= {f"rnncourse/packed/assignments/{chapter.name}.ipynb" for chapter in chapters(ROOT)}
    assert inside == expected


# --- in an environment that has nothing of the course

RUN = """
import json, sys
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=240, kernel_name="python3").execute()
code = [cell for cell in notebook.cells if cell.cell_type == "code"]
bad = [output for cell in code for output in cell.outputs if output.output_type == "error"]
print(json.dumps({"ran": sum(cell.execution_count is not None for cell in code), "bad": bad}))
"""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with other people's packages, which it must not touch, and without the course's."""
    folder = tmp_path_factory.mktemp("clean")
    there, seen = Path(sysconfig.get_path("purelib")), folder / "packages"
    seen.mkdir()
    for path in there.iterdir():
        if not re.match(r"(__editable__.*)?_*rnncourse|pip\b|.*\.pth$", path.name):
            (seen / path.name).symlink_to(path)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv" / "bin" / "python"
    own = subprocess.check_output([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True)
    Path(own.strip(), "packages.pth").write_text(f"{seen}\n")
    return folder


def bare(clean: Path) -> dict[str, str]:
    """The environment variables of somebody without a checkout and without network."""
    known = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "JUPYTER", "VIRTUAL_ENV"))
    }
    found = known | {"PIP_NO_INDEX": "1", "IPYTHONDIR": str(clean / "ipython"), "JUPYTER_CONFIG_DIR": str(clean)}
    return found | {"PATH": f"{clean / 'venv' / 'bin'}:{os.environ['PATH']}", "HOME": str(clean)}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", chosen(RUNNING, needs))
def test_it_runs_from_top_to_bottom(name: str, clean: Path, address: str) -> None:
    python = str(clean / "venv" / "bin" / "python")
    path = clean / "here" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (OFFERED / f"{name}.ipynb").read_text(encoding="utf-8")
    assert 'BOOK = \\"\\"' in text
    path.write_text(text.replace('BOOK = \\"\\"', f'BOOK = \\"{address}\\"'), encoding="utf-8")
    freeze = [python, "-m", "pip", "list", "--format", "freeze", "--disable-pip-version-check"]
    if not (clean / "installed").exists():
        before = subprocess.check_output(freeze, text=True, env=bare(clean)).splitlines()
        assert not any(line.startswith("rnncourse") for line in before)
    command = [python, "-c", RUN, path.name]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, env=bare(clean))
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["bad"] == []
    assert found["ran"] == sum(cell.cell_type == "code" for cell in offered(name).cells)
    if not (clean / "installed").exists():
        after = subprocess.check_output(freeze, text=True, env=bare(clean)).splitlines()
        assert sorted(set(after) ^ set(before)) == [line for line in after if line.startswith("rnncourse")]
        (clean / "installed").touch()


def test_another_file_than_the_notebook_names_is_not_installed(clean: Path, tmp_path: Path, address: str) -> None:
    [wheel] = (BUILT / "live" / "package").glob("rnncourse-*.whl")
    other = tmp_path / "live" / "package" / wheel.name
    other.parent.mkdir(parents=True)
    other.write_bytes(wheel.read_bytes() + b"\0")
    source = next(cell for cell in offered("rnn/cell").cells if cell.cell_type == "code").source
    source = source.replace('BOOK = ""', f'BOOK = "{tmp_path.as_uri()}/"').replace('lacks("rnncourse")', "True")
    command = [str(clean / "venv" / "bin" / "python"), "-c", source]
    done = subprocess.run(command, capture_output=True, text=True, env=bare(clean), cwd=tmp_path)
    assert done.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr


# --- in JupyterLab


FEW = {"preface", *covering(PAGES, shows)} if OFFERED.is_dir() else {*PAGES}
SHOWN = [name for name in PAGES if name in FEW]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("pages", [SHOWN, pytest.param(PAGES, marks=pytest.mark.again)], ids=["chosen", "all"])
def test_jupyterlab_shows_pages(pages: list[str], browser: list[str], tmp_path: Path) -> None:
    import lab

    work = tmp_path / "work"
    assert lab.copy(OFFERED, work) == []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = ["--no-browser", f"--port={port}", "--IdentityProvider.token=", "--allow-root"]
    command = lab.command(work, more)
    settings = work / ".lab" / "overrides.json"
    whole = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}  # all cells at once, to be looked at
    settings.write_text(json.dumps(json.loads(settings.read_text()) | whole))
    places = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "RUNTIME")}
    places |= {"JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "s"), "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "w")}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=tmp_path, env=os.environ | places, stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api", server)
            script = str(Path(__file__).with_name("lab.mjs"))
            node, chromium = browser
            asked = [node, script, chromium, f"http://127.0.0.1:{port}", *pages]
            found = printed(asked)
        finally:
            os.killpg(server.pid, signal.SIGKILL)  # with its kernels, of which nothing is to be kept
            server.wait()
    seen = {one["name"]: one for one in found}
    assert list(seen) == pages
    for name, one in seen.items():
        assert one["asked"] == [], name
        assert one["cells"] == len(offered(name).cells), name
        assert not re.search(r"\{[\w:]+\}`|:::|```|\{glue|\$|\\(tag|begin|frac|text)\b", one["text"]), name
        assert one["errors"] == [], name
        assert one["outputs"] == sum(map(areas, offered(name).cells)), name
        assert one["broken"] == [], f"{name}: {one['broken']}"
        assert one["kernel"].startswith("Python 3"), name
    first = seen[pages[0]]["first"]
    assert re.search(r"/lab/tree/preface\.ipynb\b", first), first
    for name in PAGES:  # whatever was saved, the book's sources are another folder
        assert not (ROOT / "book" / f"{name}.ipynb").exists()


def areas(cell: Any) -> int:
    """How many outputs of a cell JupyterLab shows: text that was printed in a row is one, and what is folded none."""
    if cell.metadata.get("jupyter", {}).get("outputs_hidden"):
        return 0
    kinds = [output.get("name", object()) for output in cell.get("outputs", [])]
    return sum(kind != before for kind, before in zip(kinds, [None, *kinds], strict=False))


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Until it answers."""
    for _ in range(600):
        if server.poll() is not None:
            pytest.fail("JupyterLab ended")
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("JupyterLab did not start")


def test_a_copy_that_a_reader_changed_stays(tmp_path: Path) -> None:
    import lab

    book, work = tmp_path / "book", tmp_path / "work"
    for name in ("a/x", "a/y"):
        path = book / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(markdown("one"), path)
    assert lab.copy(book, work) == []
    mine = work / "a" / "x.ipynb"
    changed = nbformat.read(mine, as_version=4)
    changed.cells[0].source = "mine"
    nbformat.write(changed, mine)
    opened = nbformat.read(work / "a" / "y.ipynb", as_version=4)
    opened.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}  # as JupyterLab does by itself
    nbformat.write(opened, work / "a" / "y.ipynb")
    assert lab.copy(book, work) == []  # the book has no newer one
    for name in ("a/x", "a/y"):
        nbformat.write(markdown("two"), book / f"{name}.ipynb")
    assert lab.copy(book, work) == ["a/x.ipynb"]
    assert nbformat.read(mine, as_version=4).cells[0].source == "mine"
    assert nbformat.read(work / "a" / "y.ipynb", as_version=4).cells[0].source == "two"
    mine.unlink()
    assert lab.copy(book, work) == []
    assert nbformat.read(mine, as_version=4).cells[0].source == "two"
    shutil.rmtree(work)
