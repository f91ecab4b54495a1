"""Terms of the glossary in the pages: the first time that a page uses one it is a link, and it says what it means.

The definitions travel with the page, in a ``template``; ``course.js`` shows one where a term is pointed at or focused.
"""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path

from lxml import etree, html

GLOSSARY = "glossary"
WHERE = "self::p or self::li or self::dd or self::td"
NOT_IN = ("a", "code", "pre", "math", "h1", "h2", "h3", "h4", "summary", "figcaption", "script", "style", "dt", "th")


def read(glossary: Path) -> dict[str, html.HtmlElement]:
    """The definition of each term, by the term's anchor."""
    page = html.document_fromstring(glossary.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    found = {}
    for meaning in page.xpath("//dl[contains(@class, 'glossary')]/dd"):
        for term in meaning.itersiblings("dt", preceding=True):
            found[term.get("id")] = meaning
            if term.getprevious() is None or term.getprevious().tag != "dt":
                break
    return found


def pattern(anchors: list[str]) -> re.Pattern[str]:
    """What finds any of the terms in a sentence, in the plural too; the longer one where two begin alike."""
    words = sorted((anchor.removeprefix("term-") for anchor in anchors), key=len, reverse=True)
    return re.compile(
        r"\b(" + "|".join(re.escape(w).replace(r"\-", r"[-\s]") for w in words) + r")(s?)\b", re.IGNORECASE
    )


def link(page: html.HtmlElement, up: str, meanings: dict[str, html.HtmlElement]) -> None:
    """Make a link of each term where the page first uses it, and put the definitions of these at the article's end."""
    article = next(iter(page.xpath("//article")), None)
    if article is None or not meanings:
        return
    find, anchors = pattern(list(meanings)), {a.lower().removeprefix("term-"): a for a in meanings}
    used: dict[str, html.HtmlElement] = {}
    outside = " or ".join(f"ancestor-or-self::{tag}" for tag in NOT_IN)
    for element in article.xpath(f".//*[ancestor-or-self::*[{WHERE}]][not({outside})]"):
        _link_text(element, None, find, anchors, used, meanings, up)
    inside = " or ".join(f"ancestor::{tag}" for tag in NOT_IN)
    for element in article.xpath(f".//*[ancestor::*[{WHERE}]][not({inside})]"):  # and what follows an element
        _link_text(element.getparent(), element, find, anchors, used, meanings, up)
    if used:
        store = etree.SubElement(article, "template", id="definitions")
        for anchor, meaning in used.items():
            copy = deepcopy(meaning)
            copy.tag, copy.tail = "div", None
            for inner in copy.xpath(".//*[@id]"):
                del inner.attrib["id"]
            for anchored in copy.xpath(".//a"):
                anchored.drop_tag()
            copy.set("data-term", anchor)
            store.append(copy)


def _link_text(
    parent: html.HtmlElement,
    before: html.HtmlElement | None,
    find: re.Pattern[str],
    anchors: dict[str, str],
    used: dict[str, html.HtmlElement],
    meanings: dict[str, html.HtmlElement],
    up: str,
) -> None:
    """Link the terms in a parent's own text, or in the text that follows one of its children."""
    text = (parent.text if before is None else before.tail) or ""
    for found in find.finditer(text):
        anchor = anchors.get(re.sub(r"\s", "-", found[1].lower()))
        if anchor is None or any(meanings[anchor] is known for known in used.values()):
            continue
        used[anchor] = meanings[anchor]
        term = etree.Element("a", {"class": "term", "href": f"{up}{GLOSSARY}.html#{anchor}"})
        term.text, term.tail = found[0], text[found.end() :]
        if before is None:
            parent.text = text[: found.start()]
            parent.insert(0, term)
        else:
            before.tail = text[: found.start()]
            before.addnext(term)
            term.tail = text[found.end() :]
        _link_text(parent, term, find, anchors, used, meanings, up)
        return
