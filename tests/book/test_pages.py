"""The built pages: offline, light, complete and accessible. They need a built book: ``make book``."""

from __future__ import annotations

import functools
import gzip
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from fontTools.ttLib import TTFont
from lxml import html

from rnncourse.chapters import pages
from rnncourse.results.gate import collect
from tests.book.test_notebooks import EXECUTED
from tests.book.watched import printed

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "_build" / "html"
LOADED = ["light desktop", "dark phone"]  # as browser.mjs loads each page
SWITCHED = ["dark desktop", "light phone"]  # the other scheme, switched to in place: not on pages of the reference
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


@functools.cache
def anchors(name: str) -> set[str]:
    """Where links may lead within a page."""
    return set(page(name).xpath("//@id"))


@functools.cache
def sent(path: Path) -> int:
    """Bytes of a file as a server sends it."""
    return len(gzip.compress(path.read_bytes()))


@functools.cache
def text(path: Path) -> str:
    """A style sheet or script; all pages have the same."""
    return path.read_text(encoding="utf-8")


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
        (styles if path.suffix == ".css" else scripts).append(text(path))
    fetched += [url for style in styles for url in CSS_URL.findall(style)]
    fetched += [url for script in scripts for url in SCRIPT_URL.findall(script)]
    assert fetched
    assert [url for url in fetched if is_foreign(url)] == []


@pytest.mark.parametrize("name", EVERY)
def test_files_of_style_sheets_exist(name: str) -> None:
    for path in assets(name).values():
        if path.suffix == ".css":
            urls = [urlsplit(u).path for u in CSS_URL.findall(text(path)) if ":" not in u]
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
def test_no_line_begins_with_what_follows_a_formula(name: str) -> None:
    for formula in page(name).xpath("//article//p//math"):
        text = formula.getparent().text if formula.getprevious() is None else formula.getprevious().tail
        alone = re.match(r"[.,;:!?)]", formula.tail or "") or (text or "").endswith("(")
        assert not alone or formula.getparent().get("class") == "kept", formula.getparent().text_content()[:60]


@pytest.mark.parametrize("name", NAMES)
def test_no_page_shows_an_address_of_memory(name: str) -> None:
    assert not re.search(r"\bat 0x[0-9a-f]+", page(name).xpath("string(//article)"))


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
            there = anchors(str(target.relative_to(BUILT).with_suffix("")))
            broken += [] if unquote(anchor) in there else [link]
    assert broken == []


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_light(name: str) -> None:
    assert len(page(name).xpath("//*")) <= 5000
    files = [BUILT / f"{name}.html", *assets(name).values(), *(BUILT / "_static" / "fonts").glob("*.woff2")]
    assert sum(map(sent, files)) <= 250_000


@pytest.mark.parametrize("name", NAMES)
def test_head(name: str) -> None:
    root = page(name)
    assert root.get("lang") == "en-GB"
    assert len(root.xpath("//meta[@name='viewport']")) == len(root.xpath("//h1")) == 1
    assert len(root.xpath("//meta[@name='description']/@content")[0]) > 40
    assert all(s.get("defer") is not None for s in root.xpath("//script[@src]"))
    ids = root.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("name", EXECUTED)
def test_chapters_say_their_time_and_offer_the_notebook(name: str) -> None:
    assert re.search(
        r"ran in \d+ s; the budget of its chapter is 60 s", page(name).xpath("string(//p[@class='execution-time'])")
    )
    assert page(name).xpath(f"//a[@href='{'../' * name.count('/')}_sources/{name}.ipynb']")


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


class Late(Quiet):
    """Fonts come half a second late."""

    def do_GET(self) -> None:
        if ".woff2" in self.path:
            time.sleep(0.5)
        super().do_GET()


@contextmanager
def serve(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """The address of a server of a folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def open_in_browser(
    browser: list[str], folder: Path, names: list[str], handler: type[Quiet] = Quiet
) -> dict[str, dict[str, dict[str, Any]]]:
    """What Chromium saw of the pages in a folder: by page, by mode."""
    node, chromium = browser
    with serve(folder, handler) as address:
        command = [node, str(Path(__file__).with_name("browser.mjs")), chromium, address, *names]
        results = printed(command)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for result in results:
        result["foreign"] = [u for u in result["requests"] if not u.startswith((address, "data:"))]
        own = [folder / unquote(urlsplit(u).path).lstrip("/") for u in result["requests"] if u.startswith(address)]
        for when, paths in (("first", own[: result["first"]]), ("whole", own)):
            # What was found is fetched, to be quoted: of other pages the pictures are counted, and the index of all.
            counted = {path for path in paths if path.suffix != ".html" or path.name in result["name"]}
            result[when] = sum(sent(path) for path in counted if path.is_file())
        found.setdefault(result["name"].partition(".html")[0], {})[result["mode"]] = result
    return found


def faults(name: str, modes: dict[str, dict[str, Any]]) -> list[str]:
    """What is wrong with a page in the modes that it was opened in, the mode first."""
    found = []
    expected = LOADED if name.startswith("api/") else LOADED + SWITCHED
    if sorted(modes) != sorted(expected):
        return [f"opened {sorted(modes)}, expected {sorted(expected)}"]
    for mode, seen in modes.items():
        wrong = [*seen["foreign"], *seen["errors"], *seen["violations"]]
        wrong += [] if seen["requests"] else ["nothing was loaded"]
        wrong += [] if seen["theme"] == mode.split()[0] else [f"the theme is {seen['theme']}"]
        wrong += ["the page scrolls sideways"] if seen["sideways"] > 0 else []
        most = 350_000 if name == "search" else 250_000  # the index of all that is written grows with the book
        wrong += [f"{seen['first'] // 1000} KB before anything is done"] if seen["first"] > most else []
        wrong += [f"{seen['whole'] // 1000} KB after a full scroll"] if seen["whole"] > 600_000 else []
        for width, fits in seen["fits"].items():
            wrong += [f"at {width} px the page scrolls sideways"] if fits["sideways"] > 0 else []
            # The reference has the formulas of docstrings: on a phone these may scroll, with a sign of it.
            strict = width != "320" and not (name.startswith("api/") and "phone" in mode)
            wrong += [f"at {width} px a formula is cut: {words}" for words in fits["formulas"] if strict]
            wrong += [f"code is cut: {words}" for words in fits["code"] if "desktop" in mode]
            wrong += [f"at {width} px nothing says that it goes on: {words}" for words in fits["unmarked"]]
            wrong += ["an output is empty"] if fits["empty"] else []
            wrong += [f"letters of a figure, {words}" for words in fits["small"] if width != "320"]
        wrong += [f"{seen['unreadFormulas']} formulas are not MathML"] if seen["unreadFormulas"] else []
        wrong += ["the font of mathematics is not loaded"] if seen["formulas"] and not seen["mathematicsFont"] else []
        if name == "search":
            wrong += [] if seen["found"] else ["the search finds nothing"]
        elif mode in LOADED and seen["shifted"] > 0.01:  # some boxes are padded in the dark alone: a switch may move
            wrong.append(f"what is drawn moves by {seen['shifted']:.3f}: {'; '.join(seen['moved'])}")
        found += [f"{mode}: {what}" for what in wrong]
    return found


@pytest.fixture(scope="session")
def seen(browser: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """What Chromium saw of the book; how long each page took, as a share of the whole."""
    for name in EVERY:
        page(name)
    started = time.monotonic()
    found = open_in_browser(browser, BUILT, [*(f"{n}.html" for n in NAMES), "search.html?q=gradient"])
    took = {name: sum(mode["seconds"] for mode in modes.values()) for name, modes in found.items()}
    scale = (time.monotonic() - started) / sum(took.values())
    for name, modes in found.items():
        for mode in modes.values():
            mode["share"] = took[name] * scale
    return found


@pytest.mark.timeout(0)  # the first of these opens all pages, for as long as there is one more
@pytest.mark.parametrize("name", EVERY)
def test_in_the_browser(
    seen: dict[str, dict[str, dict[str, Any]]], name: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("seconds", next(iter(seen[name].values()))["share"])  # read by tools/times.py
    assert faults(name, seen[name]) == []


def test_the_font_of_formulas_has_the_sign_of_roots_in_every_size() -> None:
    """A root is an element and no character of the page: its sign was cut away, and every root was invisible."""
    font = TTFont(BUILT / "_static" / "fonts" / "mathematics.woff2")
    assert 0x221A in font.getBestCmap()
    variants = font["MATH"].table.MathVariants
    sizes = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
    assert len(sizes[font.getBestCmap()[0x221A]].MathGlyphVariantRecord) > 1


def test_the_font_of_icons_has_those_of_the_boxes() -> None:
    """The theme names them by variables, as characters."""
    known = set(TTFont(BUILT / "_static" / "fonts" / "icons.woff2").getBestCmap())
    style = text(BUILT / "_static" / "page.css")
    drawn = set(re.findall(r"content:var\((--pst-icon-admonition-[a-z]+)", style))
    named = dict(re.findall(r"(--pst-icon[\w-]*):([^;}]+)", style))
    assert {"--pst-icon-admonition-tip", "--pst-icon-admonition-note"} <= drawn
    icons = {name: named[re.findall(r"--[\w-]+", named[name])[0]].strip('"') for name in drawn}
    assert {name: icon for name, icon in icons.items() if ord(icon) not in known} == {}


def test_text_waits_for_the_font_of_its_formulas(browser: list[str]) -> None:
    """In another font they are narrower: the lines would break anew when theirs comes."""
    for name, modes in open_in_browser(browser, BUILT, ["rnn/cell.html", "bptt/backward.html"], Late).items():
        assert faults(name, modes) == []


# A page with a fault of each kind, and where it has to be seen.
FAULTY = """<!DOCTYPE html><html lang="en" data-theme="light"><head><title>Faults</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><style>
@media (prefers-color-scheme: dark) {{ body {{ background: #000; color: #fff; }} }} {style}</style>
<script>const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
follow(); dark.onchange = follow; {script}</script></head>
<body><main><h1>Faults</h1><article>{body}</article></main></body></html>"""
MOVES = """new PerformanceObserver((list) => {
  if (list.getEntriesByName("first-contentful-paint").length) document.querySelector("main").style.paddingTop = "300px";
}).observe({ type: "paint", buffered: true });"""
EVERYWHERE, NARROW = LOADED + SWITCHED, ["dark phone", "light phone"]
FAULTS: dict[str, tuple[dict[str, str], list[str], str]] = {
    "none": ({}, [], ""),
    "contrast-in-the-dark": (
        {"style": "@media (prefers-color-scheme: dark) { b { color: #333 } }", "body": "<p>Some <b>words</b></p>"},
        ["dark desktop", "dark phone"],
        "color-contrast",
    ),
    "contrast-in-the-light": (
        {"style": "i { background: #fff; color: #ddd }", "body": "<p>Some <em><i>words</i></em></p>"},
        EVERYWHERE,
        "color-contrast",
    ),
    # What was said of a way that text looks is said again; on another ground, or among words, it is another way.
    "contrast-as-before": (
        {"style": "i { background: #fff; color: #ddd }", "body": "<p>Some <em><i>words</i></em></p>"},
        EVERYWHERE,
        "color-contrast",
    ),
    "contrast-on-another-ground": (
        {"body": "<div style='background: #222'><p>Words</p></div>"},
        ["light desktop", "light phone"],
        "color-contrast",
    ),
    "link-like-the-words-around-it": (
        {
            "style": "a { color: #333; text-decoration: none }",
            "body": "<p><a href='#a'>Alone</a></p><p>Many words, <a href='#b'>one of them</a>, and more words.</p>",
        },
        ["light desktop", "light phone"],
        "link-in-text-block",
    ),
    "targets-on-a-phone": (
        {
            "style": "a { display: block; height: 50px } @media (max-width: 600px) { a { font: 9px x; height: 9px } }",
            "body": "<p><a href='#a'>a</a><a href='#b'>b</a></p>",
        },
        ["dark phone"],
        "target-size",
    ),
    "image-without-text": ({"body": '<img src="dot.svg" width="9" height="9">'}, ["light desktop"], "image-alt"),
    "button-of-phones-without-a-name": (
        {
            "style": "button { display: none } @media (max-width: 600px) { button { display: block } }",
            "body": "<p>Words</p></article><button></button><article>",
        },
        ["dark phone"],
        "button-name",
    ),
    "too-wide-for-a-phone": ({"body": "<div style='width:700px'>wide</div>"}, NARROW, "scrolls sideways"),
    "too-wide-for-a-small-phone": (
        {"body": "<div style='width:340px'>wide</div>"},
        ["dark phone"],
        "at 320 px the page",
    ),
    "formula-cut": (
        {"body": "<div class=formula style='overflow:auto'><math><mspace width='380px'></mspace></math></div>"},
        ["dark phone"],
        "at 360 px a formula is cut",
    ),
    "code-cut": (
        {"body": "<pre style='overflow:auto' tabindex=0>" + "x" * 200 + "</pre>"}, ["light desktop"], "code is cut"
    ),
    "nothing-says-that-it-goes-on": (
        {"body": "<div style='overflow:auto' tabindex=0><div style='width:2000px'>wide</div></div>"},
        LOADED,
        "nothing says that it goes on",
    ),
    "empty-output": (
        {"body": "<div class=cell_output style='padding:1em'><div></div></div>"}, LOADED, "an output is empty"
    ),
    "small-letters": (
        {"body": "<img alt='two words' src='small.svg' width=300>"},
        LOADED,
        "letters of a figure, 3.6 px",
    ),
    "moves": (
        {"script": MOVES},
        LOADED,
        "moves by",
    ),
    "theme-that-stays": ({"script": "dark.onchange = null;"}, SWITCHED, "the theme is"),
    "another-host": ({"body": "<img alt='' src='http://127.0.0.1:9/x.svg'>"}, EVERYWHERE, "http://127.0.0.1:9/x.svg"),
    "heavy": ({"body": "<script src='heavy.js'></script>"}, EVERYWHERE, "KB after a full scroll"),
    "heavy-at-first": (
        {"body": "<script src='heavy.js'></script>"}, ["light desktop", "dark desktop"], "KB before anything"
    ),
    "error": ({"script": "throw Error('thrown');"}, EVERYWHERE, "thrown"),
    "formula": ({"body": "<span id=f></span><script>f.append(document.createElement('math'))</script>"}, EVERYWHERE,
                "not MathML"),
}  # fmt: skip


@pytest.fixture(scope="session")
def faulty(browser: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is found on the pages with faults."""
    folder = tmp_path_factory.mktemp("faulty")
    (folder / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (folder / "small.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 100"><!-- a -->\n'
        '<g transform="scale(0.06 -0.06)"/></svg>'
    )
    (folder / "heavy.js").write_text(f"// {os.urandom(700_000).hex()}")
    for name, (parts, _, _) in FAULTS.items():
        filled = {"style": "", "script": "", "body": "<p>" + "Words. " * 50 + "</p>"} | parts
        (folder / f"{name}.html").write_text(FAULTY.format(**filled))
    found = open_in_browser(browser, folder, [f"{name}.html" for name in FAULTS])
    return {name: faults(name, modes) for name, modes in found.items()}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_seen_in_the_browser(faulty: dict[str, list[str]], name: str) -> None:
    _, modes, words = FAULTS[name]
    assert {fault.partition(":")[0] for fault in faulty[name] if words in fault} == set(modes)
    assert len(modes) or faulty[name] == []
