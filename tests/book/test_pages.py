"""The built pages: offline, light, complete and accessible. They need a built book: ``make book``."""

from __future__ import annotations

import functools
import gzip
import json
import os
import re
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from lxml import html

from rnncourse.chapters import pages
from rnncourse.results.gate import collect

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "_build" / "html"
MODES = [f"{scheme} {size}" for scheme in ("light", "dark") for size in ("desktop", "phone")]
# Elements whose address the browser fetches by itself. A link to click may lead anywhere.
FETCHED = {
    "src": "//*[@src]", "href": "//link[@href][not(@rel='canonical')]", "srcset": "//*[@srcset]",
    "poster": "//*[@poster]", "data": "//object[@data]", "xlink:href": "//image",
}  # fmt: skip
CSS_URL = re.compile(r"""(?:url\(\s*|@import\s+)['"]?([^'")\s;]+)""")
SCRIPT_URL = re.compile(
    r"""(?:\bimport|\bfetch|\bimportScripts|\.src\s*=|\.open)\s*\(?\s*["'`]((?:https?:)?//[^"'`]+)"""
)


NAMES = [*pages(ROOT), *(f"api/{path.stem}" for path in sorted((ROOT / "book" / "api").glob("*.md")))]
EVERY = [*NAMES, "search"]


@functools.cache
def page(name: str) -> Any:
    """A built page."""
    path = BUILT / f"{name}.html"
    if not path.is_file():
        pytest.fail(f"{path} is missing: run `make book` first")
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


def beside(name: str, link: str) -> Path:
    """The file that a link on a page leads to."""
    return Path(os.path.normpath((BUILT / name).parent / unquote(urlsplit(link).path)))


def is_foreign(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.netloc) or parts.scheme not in ("", "data")


def assets(name: str) -> dict[str, Path]:
    """Style sheets and scripts of a page, by address."""
    links = page(name).xpath("//link[@rel='stylesheet']/@href") + page(name).xpath("//script/@src")
    return {link: beside(name, link) for link in links if not is_foreign(link)}


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_fetched_from_another_host(name: str) -> None:
    fetched = [e.get(attribute) or "" for attribute, path in FETCHED.items() for e in page(name).xpath(path)]
    styles = page(name).xpath("//style/text()") + page(name).xpath("//@style")
    scripts = page(name).xpath("//script/text()")
    for link, path in assets(name).items():
        assert path.is_file(), f"{link} is missing"
        (styles if path.suffix == ".css" else scripts).append(path.read_text(encoding="utf-8"))
    fetched += [url for style in styles for url in CSS_URL.findall(style)]
    fetched += [url for script in scripts for url in SCRIPT_URL.findall(script)]
    assert fetched
    assert [url for url in fetched if is_foreign(url)] == []


@pytest.mark.parametrize("name", EVERY)
def test_files_of_style_sheets_exist(name: str) -> None:
    for path in assets(name).values():
        if path.suffix == ".css":
            urls = [urlsplit(u).path for u in CSS_URL.findall(path.read_text(encoding="utf-8")) if ":" not in u]
            assert [u for u in urls if u and not (path.parent / u).is_file()] == []


@pytest.mark.parametrize("name", NAMES)
def test_all_mathematics_is_set(name: str) -> None:
    article = page(name).xpath("//article")[0]
    code = (
        *(f"ancestor::{tag}" for tag in ("pre", "code", "script", "style")),
        "ancestor::*[contains(@class, 'sig-')]",
    )
    shown = article.xpath(f".//text()[not({' or '.join(code)})]")
    raw = re.compile(r"\\[a-zA-Z]+|\\\(|\\\[|\$[^$\n]+\$")
    assert [text for text in shown if raw.search(text)] == []
    assert article.xpath(".//*[contains(concat(' ', @class, ' '), ' math ')]") == []
    assert page(name).xpath("//script[contains(@src, 'mathjax') or contains(@src, 'katex')]") == []


@pytest.mark.parametrize("name", NAMES)
def test_images_have_text_and_size(name: str) -> None:
    for image in page(name).xpath("//article//img"):
        source = image.get("src")
        assert len((image.get("alt") or "").split()) >= 2, f"{source}: describe it (mystnb: image: alt)"
        assert float(image.get("width") or 0) > 0, f"{source}: no width"
        assert float(image.get("height") or 0) > 0, f"{source}: no height"


@pytest.mark.parametrize("name", EVERY)
def test_links_lead_somewhere(name: str) -> None:
    broken = []
    for link in page(name).xpath("//a/@href"):
        if is_foreign(link):
            continue
        path, anchor = urldefrag(link)
        target = beside(name, path) if urlsplit(path).path else BUILT / f"{name}.html"
        if not target.is_file():
            broken.append(link)
        elif anchor and target.suffix == ".html":
            ids = page(str(target.relative_to(BUILT).with_suffix(""))).xpath("//@id")
            broken += [] if unquote(anchor) in ids else [link]
    assert broken == []


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_light(name: str) -> None:
    assert len(page(name).xpath("//*")) <= 5000
    files = [BUILT / f"{name}.html", *assets(name).values(), *(BUILT / "_static" / "fonts").glob("*.woff2")]
    sent = sum(len(gzip.compress(path.read_bytes())) for path in files)
    assert sent <= 250_000


@pytest.mark.parametrize("name", NAMES)
def test_head(name: str) -> None:
    root = page(name)
    assert root.get("lang") == "en-GB"
    assert len(root.xpath("//meta[@name='viewport']")) == len(root.xpath("//h1")) == 1
    assert len(root.xpath("//meta[@name='description']/@content")[0]) > 40
    assert all(s.get("defer") is not None for s in root.xpath("//script[@src]"))
    ids = root.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("name", [n for n in NAMES if (ROOT / "_build/jupyter_execute" / f"{n}.ipynb").is_file()])
def test_chapters_say_their_time_and_offer_the_notebook(name: str) -> None:
    assert re.search(
        r"ran in \d+ s; the budget of its chapter is 60 s", page(name).xpath("string(//p[@class='execution-time'])")
    )
    assert page(name).xpath(f"//a[@href='{'../' * name.count('/')}_sources/{name}.ipynb']")
    notebook = json.loads((BUILT / "_sources" / f"{name}.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["execution_count"] for cell in code)


def test_a_page_says_when_its_kept_results_were_made() -> None:
    for status in collect(ROOT).statuses:
        for place in status.pages:
            built = page(place.removeprefix("book/").partition(".md")[0])
            texts = [text.text_content() for text in built.xpath("//p[@class='execution-time']")]
            notes = [text for text in texts if f"make results ONLY={status.result.name}:" in text]
            assert len(notes) == 1, place
            assert re.search(r"Computed before the book was built.* \d+ \w+ 20\d\d, Python 3", notes[0])


def test_way_in() -> None:
    assert page("index").xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={NAMES[0]}.html"]
    assert (BUILT / f"{NAMES[0]}.html").is_file()


class Quiet(SimpleHTTPRequestHandler):
    """Serves the book without a line for each request."""

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="session")
def seen(browser: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """What Chromium saw, by page and mode."""
    for name in EVERY:
        page(name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(BUILT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    node, chromium = browser
    command = [node, str(Path(__file__).with_name("browser.mjs")), chromium, address]
    command += [f"{n}.html" for n in NAMES] + ["search.html?q=gradient"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=800)
    server.shutdown()
    server.server_close()
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    for result in results:
        result["foreign"] = [u for u in result["requests"] if not u.startswith((address, "data:"))]
    return {(result["name"].partition(".html")[0], result["mode"]): result for result in results}


@pytest.mark.timeout(900)  # the first of these opens all pages
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", EVERY)
def test_in_the_browser(seen: dict[tuple[str, str], dict[str, Any]], name: str, mode: str) -> None:
    result = seen[name, mode]
    assert result["requests"]
    assert result["foreign"] == []
    assert result["errors"] == []
    assert result["violations"] == []
    assert result["theme"] == mode.split()[0]
    assert result["sideways"] <= 0, "the page scrolls sideways"
    assert result["unreadFormulas"] == 0
    assert result["mathematicsFont"] or not result["formulas"]
    if name == "search":
        assert result["found"] > 0, "the search finds nothing"
    else:
        assert result["shifted"] <= 0.01
