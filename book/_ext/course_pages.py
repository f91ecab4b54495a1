"""Tune the pages after Sphinx has written them: light, readable offline, and accessible.

Only pages that this build has written are touched; style sheet, script and fonts are common to all.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import course_cells
import course_terms
import imagesize
from course_assets import DROPPED_SCRIPTS, DROPPED_STYLES, Assets, digest
from course_node import ROOT
from course_notebooks import repository
from lxml import etree, html
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.console import bold

from rnncourse.chapters import chapters
from rnncourse.plots import on_page

logger = logging.getLogger(__name__)

# Text whose formulas are first set in another font moves when theirs comes: as long as that takes, the page waits.
FONT_SCRIPT = """(() => {
  const { classList } = document.documentElement, show = () => classList.remove("waits");
  classList.add("waits");
  document.fonts.load("1em STIX2").finally(show);
  setTimeout(show, 3000);
})();"""

# Set before anything is drawn, so that a dark page never flashes white.
THEME_SCRIPT = """
(() => {
  const mode = localStorage.getItem("mode") || "auto";
  const dark = mode === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : mode === "dark";
  Object.assign(document.documentElement.dataset, {mode, theme: dark ? "dark" : "light"});
})();
"""

# Places for what this book does not have: advertisements, version warnings, a second search box.
EMPTY_PLACES = """
    //div[@id='ethical-ad-placement'] | //div[contains(@class, 'pst-async-banner-revealer')] | //div[@id='searchbox']
    | //header[@id='pst-header']/* | //script[@type='text/x-thebe-config'] | //meta[starts-with(@name, 'docsearch')]
    | //noscript[style] | //div[@id='jb-print-docs-body'] | //link[@rel='preload']
"""

NOTEBOOKS = "notebooks"  # the branch that has them
COLAB = "https://colab.research.google.com"

# What Sphinx compares with its configuration: a build that ended before its pages were tuned matches none.
UNFINISHED = "# Sphinx build info version 1\n# unfinished\nconfig: none\ntags: none\n"


def has_class(name: str) -> str:
    """XPath condition: the element has this class."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def local(url: str) -> str:
    """Path of a URL without its query, as seen from the page."""
    return unquote(urlsplit(url).path)


def take_assets(page: html.HtmlElement) -> tuple[list[str], list[str]]:
    """Take the style sheets and scripts out of a page; return their names below ``_static``."""
    styles: list[str] = []
    scripts: list[str] = []
    last: list[str] = []  # deferred scripts run after the others
    for link in page.xpath("//link[@rel='stylesheet']"):
        name = local(link.get("href"))
        if not any(word in name for word in DROPPED_STYLES):
            styles.append(name.rpartition("_static/")[2])
        link.drop_tree()
    for script in page.xpath("//script"):
        name = local(script.get("src") or "")
        if name and not any(word in name for word in DROPPED_SCRIPTS):
            (last if script.get("defer") is not None else scripts).append(name.rpartition("_static/")[2])
        script.drop_tree()
    return styles, scripts + last


def fill_head(page: html.HtmlElement, name: str) -> None:
    """Put back what a head needs, in the order in which a browser wants it."""
    head, up = page.find("head"), above(name)
    for meta in page.xpath("//meta[@name='viewport']"):
        meta.drop_tree()
    paragraphs = page.xpath("//article//p[not(ancestor::*[@role='doc-pagebreak'])]")
    texts = (" ".join(p.text_content().split()) for p in paragraphs)
    description = next((text for text in texts if len(text) > 40), "")
    first = [
        etree.Element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        etree.Element(
            "link", rel="preload", href=f"{up}_static/fonts/mathematics.woff2", type="font/woff2", crossorigin=""
        ),
        etree.Element("link", rel="stylesheet", href=f"{up}_static/page.css"),
        etree.Element("script", {"data-turbo-eval": "false"}, defer="", src=f"{up}_static/page.js"),  # once a document
        etree.Element("script", type="module", defer="", src=f"{up}live/main.js"),
    ]
    first[1].set("as", "font")
    first.append(etree.Element("meta", name="turbo-prefetch", content="false"))
    if description:
        short = description if len(description) < 160 else description[:157].rsplit(" ", 1)[0] + " …"
        first.append(etree.Element("meta", name="description", content=short))
    for text in (THEME_SCRIPT, FONT_SCRIPT):
        first.append(etree.Element("script"))
        first[-1].text = text
    if name == "search":
        for script in ("_static/searchtools.js", "_static/language_data.js", "_static/spellings.js", "searchindex.js"):
            first.append(etree.Element("script", defer="", src=script))
    if not page.xpath("//math"):
        first = [element for element in first if element.get("as") != "font" and element.text != FONT_SCRIPT]
    for place, element in enumerate(first):
        head.insert(1 + place, element)


def above(name: str) -> str:
    """The way from a page up to the folder of the built book."""
    return "../" * name.count("/")


def both_schemes(page: html.HtmlElement, folder: Path) -> None:
    """Put each figure of matplotlib in twice, in the colours of a light and of a dark page; a reader sees one."""
    for image in page.xpath("//article//img[contains(@src, '.svg')]"):
        path = folder / local(image.get("src"))
        svg = path.read_text(encoding="utf-8") if path.is_file() else ""
        if "matplotlib" not in svg:
            continue
        other = deepcopy(image)
        other.tail = None
        image.addprevious(other)
        for copy, scheme in ((other, "light"), (image, "dark")):
            shown = path.with_suffix(f".{scheme}.svg")
            shown.write_text(on_page(svg, dark=scheme == "dark"), encoding="utf-8")
            copy.set("src", re.sub(r"\.svg$", f".{scheme}.svg", copy.get("src")))
            copy.set("class", f"dark-light for-{scheme}")  # the theme leaves "dark-light" as it is


def drop_empty_outputs(page: html.HtmlElement) -> None:
    """Take out outputs that show nothing, as a progress bar leaves when it is done."""
    for output in page.xpath(f"//div[{has_class('output')} or {has_class('cell_output')}][not(normalize-space())]"):
        if not output.xpath(
            ".//*[self::img or self::svg or self::canvas or self::table or self::video or @data-result]"
        ):
            output.drop_tree()


def size_images(page: html.HtmlElement, folder: Path) -> None:
    """Give images their size, so that nothing moves when they arrive, and let later ones wait."""
    for image in page.xpath("//article//img"):
        path = folder / local(image.get("src"))
        if re.match(r"(\.\./)*_images/", image.get("alt", "")):
            image.set("alt", "")  # MyST-NB's stand-in for a missing text; the tests of the pages ask for a real one
        if path.is_file():
            width, height = imagesize.get(path)
            if width > 0 and not (image.get("width") and image.get("height")):
                image.set("width", str(round(width)))
                image.set("height", str(round(height)))
        image.set("loading", "lazy")
        image.set("decoding", "async")
    for image in page.xpath("(//article//img)[1][not(preceding::h2)]"):
        image.set("loading", "eager")  # it stands on the first screen


def fold(page: html.HtmlElement) -> None:
    """Make one kind of ``details`` of all that is folded: it needs no script, moves nothing and can be searched."""
    for box in page.xpath(f"//div[{has_class('admonition')} and {has_class('dropdown')}]"):
        box.tag = "details"
        title = box.find("p")
        if title is not None:
            title.tag = "summary"
    for box in page.xpath("//article//details"):
        summary = box.find("summary")
        words = summary.xpath(f".//*[{has_class('collapsed')} or {has_class('sd-summary-text')}]") or [summary]
        text = " ".join(words[0].text_content().split())
        for child in list(summary):
            summary.remove(child)
        summary.text = text
        summary.attrib.clear()
        for body in box.xpath(f"./*[{has_class('sd-card-body')}]"):
            body.drop_tag()
        for inner in box.xpath(f".//*[{has_class('sd-card-text')}]"):
            del inner.attrib["class"]
        box.set("class", "fold")


def repair(page: html.HtmlElement) -> None:
    """What checkers of accessibility find in the theme's and Sphinx's own markup."""
    for element in page.xpath("//*[@role='list']/*[@role='doc-biblioentry']"):
        element.set("role", "listitem")
    for cell in page.xpath("//th[not(normalize-space())]"):
        cell.tag = "td"
    for formula in page.xpath("//th//math[not(ancestor::th//text()[normalize-space() and not(ancestor::math)])]"):
        words = etree.Element("span", {"class": "visually-hidden"})  # a header must have text, and a formula is none
        words.text = " ".join(formula.itertext())
        formula.set("aria-hidden", "true")
        formula.addprevious(words)
    for heading in page.xpath(f"//p[{has_class('caption')} and @role='heading']"):
        del heading.attrib["role"], heading.attrib["aria-level"]
    for header in page.xpath("//header[@id='pst-header']"):
        header.set("hidden", "")  # empty here, but the theme's script measures it
    for button in page.xpath("//button[@title and not(@aria-label)]"):
        button.set("aria-label", button.get("title"))
    for element in page.xpath("//summary[@aria-label] | //button[contains(@class, 'search-button-field')]"):
        element.attrib.pop("aria-label", None)  # what is written on them says it
        element.attrib.pop("title", None)
    for toggle in page.xpath("//li/details/summary[not(normalize-space())]"):  # unfolds the pages of a chapter
        chapter = toggle.getparent().getparent().xpath("string(./a)")
        toggle.set("aria-label", f"Pages of {' '.join(chapter.split())}")
    for sidebar in page.xpath("//*[@id='pst-primary-sidebar']"):
        sidebar.set("role", "region")
        sidebar.set("aria-label", "Book")
    for section in page.xpath("//section[contains(@class, 'mathjax_ignore')]"):
        del section.attrib["class"]
    for icon in page.xpath(f"//i[{has_class('fab')}]"):
        icon.set("class", "fas fa-code-branch")  # of the icon fonts one is kept, without hosts' trade marks
    for icon in page.xpath(f"//*[self::i or self::span][{has_class('fas')} or {has_class('fa-solid')}]"):
        icon.set("aria-hidden", "true")
        icon.attrib.pop("title", None)


def keep_together(page: html.HtmlElement) -> None:
    """Let no line begin with the comma after a formula, or end with the bracket before one."""
    for formula in page.xpath(f"//article//math[not(ancestor::*[{has_class('formula')}])]"):
        before, tail = formula.getprevious(), formula.tail or ""
        text = (formula.getparent().text if before is None else before.tail) or ""
        after = re.match(r"[.,;:!?)\]’”]*", tail)
        if not after or not (after[0] or text.endswith("(")):
            continue
        box = etree.Element("span", {"class": "kept"})
        formula.tail = None
        formula.addprevious(box)
        box.append(formula)
        formula.tail, box.tail = after[0], tail[after.end() :]
        if text.endswith("("):
            box.text = "("
            if before is None:
                box.getparent().text = text[:-1]
            else:
                before.tail = text[:-1]


def thin_code(page: html.HtmlElement) -> None:
    """Let names, punctuation and operators stand without a span of their own: two thirds of a listing's elements.

    So does each piece of a signature, of which the reference has thousands.
    """
    of_listings = "//pre//span[not(@class) or @class='n' or @class='p' or @class='o' or @class='w']"
    for span in page.xpath(f"{of_listings} | //dt[{has_class('sig')}]//span[@class='pre']"):
        span.drop_tag()


def defer_sections(page: html.HtmlElement) -> None:
    """Let a long page lay out a section when it comes near; until then it takes about the space that it will need.

    Rather too much than too little: a checker that asks for positions must not find one section over the next.
    """
    if len(page.xpath("//article//*")) < 2000:
        return
    for section in page.xpath("//article/section/section[position() > 2]"):
        words = len("".join(section.xpath(".//*[self::p or self::li]//text()[not(ancestor::details)]")))
        lines = "".join(section.xpath(".//pre[not(ancestor::details)]//text()")).count("\n")
        images = sum(float(image.get("height") or 0) for image in section.xpath(".//img"))
        blocks = len(section.xpath(f".//div[{has_class('equation')} or {has_class('cell')}] | .//details | .//tr"))
        wide, narrow = (
            1.15 * (100 + 28 * words / columns + 20 * lines + scale * images + 65 * blocks)
            for columns, scale in ((66, 1), (36, 0.7))
        )
        section.set("class", "deferred")
        section.set("style", f"--wide:{wide:.0f}px;--narrow:{narrow:.0f}px")


def link_notebook(page: html.HtmlElement, name: str) -> None:
    """Offer the page's notebook beside the Markdown source."""
    for item in page.xpath("//ul[@class='dropdown-menu']/li[a[contains(@class, 'btn-download-source-button')]]"):
        link = html.fragment_fromstring(
            f'<li><a href="{above(name)}_sources/{name}.ipynb" download class="btn btn-sm dropdown-item"><span '
            'class="btn__icon-container"><i class="fas fa-file-code" aria-hidden="true"></i></span>'
            '<span class="btn__text-container">.ipynb</span></a></li>'
        )
        item.addprevious(link)
        for text, attributes in launchers(name):
            tag = "a" if "href" in attributes else "button"
            start = html.fragment_fromstring(f'<li><{tag} class="btn btn-sm dropdown-item"></{tag}></li>')
            start[0].attrib.update(attributes)
            start[0].text = f"Open in {text}"
            item.addnext(start)


def launchers(name: str) -> list[tuple[str, dict[str, str]]]:
    """Where a page's notebook runs without being downloaded, and the link or button that leads there.

    Continuous integration keeps the notebooks in a branch of the repository. None where its address is not set.
    """
    url = repository()
    host, path = urlsplit(url).hostname, urlsplit(url).path.strip("/")
    where = f"{NOTEBOOKS}?urlpath={quote(f'lab/tree/{name}.ipynb', safe='')}"
    found = []
    if url:
        inside = quote(f"lab/tree/{path.rpartition('/')[2]}/{name}.ipynb", safe="")
        pull = f"/hub/user-redirect/git-pull?repo={quote(url, safe='')}&branch={NOTEBOOKS}&urlpath={inside}"
        found.append(("a JupyterHub", {"type": "button", "data-hub": pull}))  # whose address the reader knows
    if host in ("github.com", "gitlab.com"):
        place = path if host == "github.com" else quote(path, safe="")
        address = f"https://mybinder.org/v2/{'gh' if host == 'github.com' else 'gl'}/{place}/{where}"
        found.append(("Binder", {"href": address}))
    if host == "github.com":
        found.append(("Colab", {"href": f"{COLAB}/github/{path}/blob/{NOTEBOOKS}/{name}.ipynb"}))
    return found


def chapter_of(name: str) -> bool:
    """Whether a page is a chapter's."""
    return any(name.startswith(f"{chapter.name}/") for chapter in chapters(ROOT))


def tokens(text: str) -> set[str]:
    """Names that a selector could match: elements, attributes, classes, identifiers and other attribute values."""
    tags = re.findall(r"<[a-zA-Z][^>]*>", text)
    return set(re.findall(r"[\w-]+", " ".join(tags)))


class Tuning:
    """What one build collects while it writes pages, and does once they are written."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def note(self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
        """Remember a page that Sphinx writes; until it is tuned, the build counts as none, and is repeated."""
        self.written.append(pagename)
        Path(app.outdir, ".buildinfo").write_text(UNFINISHED)

    def finish(self, app: Sphinx, exception: Exception | None) -> None:
        """Tune the pages just written, then make what all pages share."""
        if exception is not None or app.builder.name != "html" or not self.written:
            return
        logger.info(bold("tuning pages: ") + "%s", ", ".join(self.written))
        out, kept = Path(app.outdir), Path(app.outdir).parent / ".pages"
        info = (out / ".buildinfo").read_bytes()
        (out / ".buildinfo").write_text(UNFINISHED)
        assets, lists = Assets(out / "_static", kept), kept / "lists.json"
        known = json.loads(lists.read_text()) if lists.is_file() else {"styles": [], "scripts": [], "letters": {}}
        glossary = out / f"{course_terms.GLOSSARY}.html"
        meanings = course_terms.read(glossary) if glossary.is_file() else {}
        for name in self.written:
            path = out / f"{name}.html"
            page = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
            for key, names in zip(("styles", "scripts"), take_assets(page), strict=True):
                known[key] += [n for n in names if n not in known[key]]
            for element in page.xpath(EMPTY_PLACES):
                element.drop_tree()
            if (out / "_sources" / f"{name}.ipynb").is_file():  # by `course_notebooks`
                link_notebook(page, name)
                if chapter_of(name):
                    course_cells.enliven(page, out.parent / "jupyter_execute" / f"{name}.ipynb", out / "live")
            both_schemes(page, path.parent)
            size_images(page, path.parent)
            drop_empty_outputs(page)
            fold(page)
            if name != course_terms.GLOSSARY and not name.startswith("api/"):
                course_terms.link(page, above(name), meanings)
            repair(page)
            keep_together(page)
            thin_code(page)
            defer_sections(page)
            fill_head(page, name)
            known["letters"][name] = "".join(sorted(set("".join(page.xpath("//math//text()")))))
            path.write_text(html.tostring(page, doctype="<!DOCTYPE html>", encoding="unicode"), encoding="utf-8")
        inside = (path for path in sorted(out.rglob("*.html")) if not path.relative_to(out).parts[0].startswith("_"))
        pages = [path for path in inside if path != out / "index.html"]
        used = set().union(*(tokens(path.read_text(encoding="utf-8")) for path in pages))
        font = assets.mathematics_font(set("".join(known["letters"].values())))
        shared = [font, assets.style(known["styles"], used, font), assets.script(known["scripts"])]
        urls = [*(f"_static/{url}" for url in shared), f"live/main.js?v={(out / 'live' / 'version').read_text()}"]
        for path in pages:
            text = old = path.read_text(encoding="utf-8")
            for url in urls:
                name = re.escape(url.split("?")[0])
                text = re.sub(rf'"((?:\.\./)*){name}[^"]*"', rf'"\1{url}"', text)
            if text != old:
                path.write_text(text, encoding="utf-8")
        self.write_index(app, out)
        lists.write_text(json.dumps(known, indent=1))
        (out / ".buildinfo").write_bytes(info)

    @staticmethod
    def write_index(app: Sphinx, out: Path) -> None:
        """The way in: a complete page that leads to the first one."""
        first = f"{app.config.root_doc}.html"
        (out / "index.html").write_text(
            f'<!DOCTYPE html>\n<html lang="{app.config.language}"><head><meta charset="utf-8">'
            f"<title>{app.config.html_title}</title>"
            f'<meta http-equiv="refresh" content="0; url={first}"><link rel="canonical" href="{first}"></head>'
            f'<body><a href="{first}">{app.config.html_title}</a></body></html>\n',
            encoding="utf-8",
        )


def find_toc(app: Sphinx, config: Config) -> None:
    """Let ``--toc`` be relative to where the command runs, as ``--config`` is; Sphinx looks in the source folder."""
    toc = Path(config.external_toc_path)
    if not (app.srcdir / toc).is_file():
        config.external_toc_path = str(toc.resolve())


def name_repository(app: Sphinx, config: Config) -> None:
    """Say where the course lies, if ``[project.urls]`` of pyproject.toml has a ``Repository``; else say nothing.

    Pages get the line that clones it. Where the theme knows the host's addresses, they get buttons too: to the
    repository, to edit the page, and to open an issue.
    """
    url = repository()
    if not url:
        return
    options: dict[str, Any] = {"extra_footer": f"<p>A copy of the course: <code>git clone {escape(url)}</code></p>"}
    if urlsplit(url).hostname in ("github.com", "gitlab.com"):
        buttons = dict.fromkeys(("use_repository_button", "use_edit_page_button", "use_issues_button"), True)
        options |= {
            "repository_url": url,
            "repository_branch": "main",
            "path_to_docs": Path(app.srcdir).name,
            **buttons,
        }
    config.html_theme_options = {**config.html_theme_options, **options}


def forget_after_warnings(app: Sphinx, exception: Exception | None) -> None:
    """Where warnings are errors, let the next build read all pages again and repeat the warnings."""
    if (app.warningiserror or app.keep_going) and app._warncount:
        (app.doctreedir / "environment.pickle").unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    tuning = Tuning()
    book = Path(__file__).parents[1]
    sources = sorted(path for folder in ("_ext", "_live", "_static") for path in (book / folder).glob("*.*"))
    sources += [path for path in [book / f"{course_terms.GLOSSARY}.md"] if path.is_file()]  # pages quote it
    # A changed extension, style or script writes all pages anew, as a changed configuration does.
    app.add_config_value("course_extensions", digest(*(p.read_bytes() for p in sources)), "html", types=str)
    app.connect("config-inited", find_toc, priority=100)
    app.connect("config-inited", name_repository)
    app.connect("html-page-context", tuning.note)
    app.connect("build-finished", forget_after_warnings)
    app.connect("build-finished", tuning.finish, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
