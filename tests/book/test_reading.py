"""What a reader does with the pages: jump, look a term up, search. The tests need a built book: ``make book``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from rnncourse.chapters import pages
from tests.book.test_pages import BUILT, EVERY, page, serve
from tests.book.watched import printed

ROOT = Path(__file__).resolve().parents[2]
FRAME = """
import {{ chromium }} from "playwright-core";
const [executablePath, address, asked] = process.argv.slice(1);
const browser = await chromium.launch({{ executablePath, args: ["--no-sandbox", "--disable-gpu"] }});
const page = await browser.newPage({{ viewport: {{ width: {width}, height: 844 }} }});
for (const item of JSON.parse(asked)) {{
  const found = [];
{body}
  console.log(JSON.stringify(found));
}}
await browser.close();
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the built book is served."""
    for name in EVERY:
        page(name)
    with serve(BUILT) as address:
        yield address


def visit(browser: list[str], address: str, items: list[str], body: str, width: int = 1280) -> list[Any]:
    """What a script found, run once for each item."""
    node, chromium = browser
    script = FRAME.format(body=body, width=width)
    command = [node, "--input-type=module", "--eval", script, chromium, address, json.dumps(items)]
    return [seen for line in printed(command, cwd=ROOT) for seen in line]


CONTENTS = """
  await page.goto(`${address}/${item}.html`);
  const anchors = await page.locator("#pst-page-toc-nav a").evaluateAll((all) => all.map((a) => a.hash));
  for (const hash of [...anchors].reverse()) {
    await page.evaluate((to) => (location.hash = to), hash);
    await page.waitForTimeout(300);
    found.push([item, hash, await page.locator("#pst-page-toc-nav").evaluate((nav) => ({
      shown: [...nav.querySelectorAll(":scope > ul > li > a")].every((a) =>
        a.checkVisibility({ opacityProperty: true, visibilityProperty: true })),
      current: [...nav.querySelectorAll("a.active")].map((a) => a.hash),
    }))]);
  }
"""


def test_contents_say_where_a_jump_has_led(browser: list[str], address: str) -> None:
    found = visit(browser, address, ["rnn/index", "notation", "bptt/sensitivities"], CONTENTS)
    assert len(found) > 8
    for name, anchor, seen in found:
        assert seen["shown"], (name, anchor)
        assert anchor in seen["current"] or name == "notation", (name, anchor, seen)
        assert seen["current"], (name, anchor)


TERM = """
  await page.goto(`${address}/${item}.html`);
  const term = page.locator("a.term").first();
  const told = async () => [await page.locator("#definition").count(), await term.getAttribute("aria-describedby"),
    await page.locator("[role=tooltip]").allInnerTexts()];
  const before = await told();
  await term.focus();
  const focused = await told();
  await page.keyboard.press("Escape");
  const closed = await told();
  await term.evaluate((element) => element.blur());
  await page.locator("h1").first().hover();
  await term.hover();
  const hovered = await told();
  await page.locator("h1").first().hover();
  found.push([await term.innerText(), before, focused, closed, hovered, await told()]);
"""


@pytest.mark.parametrize("width", [1280, 390])
def test_a_term_says_what_it_means(browser: list[str], address: str, width: int) -> None:
    for term, before, focused, closed, hovered, after in visit(
        browser, address, ["rnn/index", "bptt/truncated"], TERM, width
    ):
        assert before[0] == closed[0] == after[0] == 0, term
        assert focused == hovered, term
        assert focused[:2] == [1, "definition"]
        assert len(focused[2][0]) > 20


def test_every_chapter_links_terms_each_once() -> None:
    linked = 0
    for name in pages(ROOT):
        terms = page(name).xpath("//article//a[@class='term']/@href")
        assert len(terms) == len(set(terms)), name
        linked += len(terms)
        stored = page(name).xpath("//template[@id='definitions']/div/@data-term")
        assert sorted(term.partition("#")[2] for term in terms) == sorted(stored), name
    assert linked > 50
    assert page("glossary").xpath("//a[@class='term']") == []


SEARCHES = {
    "backpropagation": "bptt/",
    "backprop": "bptt/",
    "back propagation through time": "bptt/",
    "BPTT": "bptt/",
    "truncated BPTT": "bptt/truncated",
    "TBPTT": "bptt/truncated",
    "LSTM": "lstm_gru/",
    "dL/dW": "bptt/",
    "∂L/∂W_hh": "bptt/",
    "vanishing gradient": "gradients/",
    "vanishing gradients": "gradients/",
    "unrolled": "rnn/",
    "cross entropy": "glossary",
    "gradient checking": "bptt/checking",
    "Elman network": "glossary",
    "GRU": "lstm_gru/",
    "perplexity": "rnn/",
    "long short-term memory": "lstm_gru/",
}
SEARCH = """
  await page.goto(`${address}/search.html?q=${encodeURIComponent(item)}`);
  await page.locator("#search-results .search-summary").filter({ hasText: /found|match|did not/ }).waitFor();
  await page.waitForTimeout(300);
  const links = page.locator("#search-results li > a");
  found.push([item, await links.evaluateAll((all) => all.map((a) => a.pathname.slice(1)))]);
"""


def test_search_finds_usual_spellings(browser: list[str], address: str) -> None:
    found = dict(visit(browser, address, list(SEARCHES), SEARCH))
    missing = {
        words: found[words][:8]
        for words, there in SEARCHES.items()
        if not any(path.startswith(there) for path in found[words][:8])
    }
    assert not missing


FIRST = """
  await page.goto(`${address}/${item}.html`);
  await page.waitForTimeout(200);
  found.push(await page.evaluate(() => [document.querySelector("h1").getBoundingClientRect().bottom,
    document.querySelector("article :is(figure, [data-figure])").getBoundingClientRect().top, innerHeight]));
"""


@pytest.mark.parametrize("width", [1280, 390, 360])
def test_the_first_screen_has_the_title_and_a_figure(browser: list[str], address: str, width: int) -> None:
    [[title, figure, height]] = visit(browser, address, ["preface"], FIRST, width)
    assert 0 < title < height / 3
    assert figure < height * 0.6


INDICES = """
  await page.goto(`${address}/${item}.html`);
  found.push(...await page.evaluate(async () => {
    await document.fonts.ready;
    const box = document.createElement("p");
    document.querySelector("article").prepend(box);
    const lower = (base) => {
      box.innerHTML = `<math><msub><mi>h</mi><mn>1</mn></msub><msub>${base}<mn>1</mn></msub></math>`;
      const [first, second] = [...box.querySelectorAll("mn")].map((mn) => mn.getBoundingClientRect().bottom);
      return second - first;
    };
    return [..."ygp"].map((a) => [a, lower(`<mi>${a}</mi>`), lower(`<mpadded depth="0"><mi>${a}</mi></mpadded>`)]);
  }));
"""


def test_an_index_of_a_letter_that_hangs_is_not_drawn_down(browser: list[str], address: str) -> None:
    for letter, bare, padded in visit(browser, address, ["rnn/outputs"], INDICES):
        assert bare > 1, f"{letter}: browsers no longer look how deep it is, and the padding can go"
        assert abs(padded) < 0.5, letter


def test_letters_that_hang_are_padded() -> None:
    bare = "//msub[*[1][self::mi][string-length(.) = 1 and contains('fgjpqyβγζημξρςφχψ', .)]]"
    for name in [n for n in EVERY if n != "search"]:
        assert page(name).xpath(bare) == [], name


def test_all_that_is_folded_looks_alike() -> None:
    for name in EVERY:
        for box in page(name).xpath("//article//details"):
            assert box.get("class") == "fold", name
            assert list(box.find("summary")) == [], name
            assert box.findtext("summary").strip(), name


def test_figures_have_no_ground_and_both_schemes() -> None:
    for name in pages(ROOT):
        for image in page(name).xpath("//article//img[contains(@src, '.svg')]"):
            text = (BUILT / name).parent.joinpath(image.get("src")).resolve().read_text(encoding="utf-8")
            if "matplotlib" in text:
                assert image.get("class").partition("for-")[2] in ("light", "dark"), (name, image.get("alt"))
                assert "#ffffff" not in text.partition('id="axes_1"')[0], (name, image.get("alt"))


def test_an_axis_with_numbers_has_two_or_more() -> None:
    figures = sorted((BUILT / "_images").glob("*.light.svg"))
    assert figures
    for path in figures:
        svg = html.fromstring(path.read_bytes())
        for axis in svg.xpath("//g[starts-with(@id, 'matplotlib.axis')]"):
            ticks = axis.xpath("./g[starts-with(@id, 'xtick') or starts-with(@id, 'ytick')]")
            labelled = [tick for tick in ticks if tick.xpath("./g[starts-with(@id, 'text')]")]
            assert len(labelled) != 1, f"{path.name}: {axis.get('id')}"


def test_the_bibliography_is_in_the_order_of_its_labels() -> None:
    labels = [label.text_content().strip("[]").lower() for label in page("references").xpath("//*[@class='label']")]
    assert len(labels) > 10
    assert [label[0] for label in labels] == sorted(label[0] for label in labels)
