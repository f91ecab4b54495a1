"""The repository's address is one setting, in pyproject.toml; unset, pages name none."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html

ROOT = Path(__file__).resolve().parents[2]


def built(folder: Path, url: str | None) -> html.HtmlElement:
    """The one page of a small book beside this setting, built with the book's own extensions."""
    if not folder.joinpath("_toc.yml").exists():
        sys.path.append(str(ROOT / "book" / "_ext"))
        from course_node import install

        install()
        shutil.copytree(ROOT / "node_modules", folder / "node_modules")
        (folder / "node_modules" / ".package-lock.json").touch()  # later than the lock: they are installed
        (folder / "_toc.yml").write_text("format: jb-book\nroot: page\n")
        (folder / "book" / "page.md").write_text("# Page\n\nWords that are many enough to describe what the page is.\n")
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    own = re.sub(r"(?ms)^\[project\.urls\]\n.*?(?=^\[)", "", text)
    setting = "" if url is None else f'[project.urls]\nRepository = "{url}"\n\n'
    (folder / "pyproject.toml").write_text(setting + own, encoding="utf-8")
    done = subprocess.run([sys.executable, folder / "tools" / "book.py"], capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return html.fromstring((folder / "_build" / "html" / "page.html").read_text(encoding="utf-8"))


def foreign(page: html.HtmlElement) -> list[str]:
    """The addresses that the page links to on other hosts."""
    return [url for url in page.xpath("//a/@href") if "://" in url]


@pytest.mark.parametrize(
    ("url", "edit", "issue"),
    [
        ("https://github.com/a/course", "/edit/main/book/page.md", "/issues/new?"),
        ("https://gitlab.com/a/course/", "/-/edit/main/book/page.md", "/-/issues/new?"),
        ("https://git.example.org/a/course", None, None),
    ],
)
def test_pages_name_the_repository_that_is_set_and_none_where_none_is(
    no_pages: Path, url: str, edit: str | None, issue: str | None
) -> None:
    page = built(no_pages, url)
    address = url.rstrip("/")
    assert f"git clone {address}" in page.xpath("//code/text()")
    links = foreign(page)
    runs = [link for link in links if link.startswith(("https://colab.", "https://mybinder."))]
    links = [link for link in links if link not in runs]
    host = url.split("/")[2]
    pulls = "/hub/user-redirect/git-pull?repo=" + quote(address, safe="") + "&branch=notebooks&urlpath="
    assert page.xpath("//button/@data-hub") == [f"{pulls}lab%2Ftree%2Fcourse%2Fpage.ipynb"]
    expected = {
        "github.com": {
            "https://colab.research.google.com/github/a/course/blob/notebooks/page.ipynb",
            "https://mybinder.org/v2/gh/a/course/notebooks?urlpath=lab%2Ftree%2Fpage.ipynb",
        },
        "gitlab.com": {"https://mybinder.org/v2/gl/a%2Fcourse/notebooks?urlpath=lab%2Ftree%2Fpage.ipynb"},
    }
    assert set(runs) == expected.get(host, set())
    assert all(link.startswith(address) for link in links)
    assert (address in links) == bool(edit)
    assert sum(link.startswith(address + str(edit)) for link in links) == bool(edit)
    assert sum(link.startswith(address + str(issue)) for link in links) == bool(issue)
    style = (no_pages / "_build" / "html" / "_static" / "page.css").read_text(encoding="utf-8")
    for icon in page.xpath("//i/@class"):
        assert icon.split()[-1] in style, f"{icon} is drawn"

    page = built(no_pages, None)  # the same checkout, the setting taken out again
    assert "git clone" not in page.text_content()
    assert foreign(page) == []
    assert not page.xpath("//*[@data-hub]")
