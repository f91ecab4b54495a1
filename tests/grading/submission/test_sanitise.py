"""What of a student's text reaches a page: formulas in their place, images with a size, searches that end."""

from __future__ import annotations

import itertools
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from rnncourse.grading.submission.remote import remote_error
from rnncourse.grading.submission.sanitise import CONTROL, MOST_BACK, SEARCHED, clean_image, clean_markdown

HONEST = (
    r"$$\begin{aligned} h_t &= \tanh(z_t) \\\\[4pt] &- b \\\\ -c \end{aligned}$$",
    r"$\frac{a}{b} \, \hspace{1cm} x \quad \raisebox{}$".replace(r"\raisebox{}", ""),
    r"\begin{equation} \overline{x} \end{equation} and \\(x\\) and \\[y\\]",
    r"$\mathbf{W}_{hh} \in \mathbb{R}^{H \times H}, \left\lVert dz \right\rVert \lambda \kern2pt$",
)


@pytest.mark.parametrize("text", HONEST)
def test_honest_formulas_stay(text: str) -> None:
    assert clean_markdown(text) == text


@pytest.mark.parametrize(
    "text",
    [
        r"\raise 9em{x}",
        r"\lower9em x",
        r"\moveleft 9em{x}",
        r"\bbox[9em,white]{x}",
        r"\rule{9em}{9em}",
        r"\Rule{9em}{9em}{0em}",
        r"\llap{x}",
        r"\mathrlap{x}",
        r"\smash{x}",
        r"{a \above 99pt b}",
        r"\genfrac{}{}{99pt}{}{a}{b}",
        r"\hspace{-9em}",
        r"\hspace{ -9em}",
        r"\mspace{-9mu}",
        r"\kern-9em",
        r"\mkern 999mu",
        r"\hskip -9em",
        r"\Space{-9em}{}{}",
        r"\\\\[-9em]",
        r"\\\\ [ -9em]",
        r"\\\\[999em]",
        r"\\\\[9 9 9em]",
        "\\\\\\\\" + " " * 30 + "[-9em]",
        r"\newline[-9em]",
        r"\hspace{" + " " * 30 + "-9em}",
        r"\hspace{+999em}",
        r"\hspace*{-9em}",
        "\\hspace{%\n-9em}",
        r"\hspace{#1}",
        r"\kern\x",
        r"\def\a#1{#1}",
        r"\gdef\frac#1#2{}",
        r"\let\x=\hskip",
        r"\newcommand{\alpha}{full marks}",
        r"\renewcommand\alpha{}",
        r"\newenvironment{matrix}{}{}",
        r"\DeclareMathOperator{\sin}{x}",
        r"\definecolor{red}{rgb}{1,1,1}",
        r"\unicode{x202E}",
        r"\char" + '"202E',
        r"\toggle{a}{b}\endtoggle",
        r"\texttip{a}{b}",
        r"\enclose{box}[padding=99em]{x}",
        r"\cancel[thickness=99em]{x}",
        r"\raisebox{9em}{x}",
        r"\Huge x",
        r"\Space{0em}{-9em}{0em}",
        r"\crampedllap{x}",
    ],
)
def test_formulas_that_leave_their_place_are_broken(text: str) -> None:
    cleaned = clean_markdown(text)
    assert cleaned != text
    assert cleaned.replace("\\ ", "\\") == text.replace("\\ ", "\\")


# What a formula may not have, told by reading it as TeX does: word for word, with what it takes as its length.
FORBIDDEN = set(
    """raise raisebox lower moveleft moveright bbox rule Rule Space llap rlap clap mathllap mathrlap mathclap
    crampedllap smash smashoperator enclose above abovewithdelims genfrac Huge huge LARGE makebox mathmakebox MoveEqLeft
    def gdef edef xdef let futurelet newcommand renewcommand providecommand newenvironment renewenvironment
    DeclareMathOperator definecolor global csname href url style class cssId data mmlToken require includegraphics
    htmlClass htmlData unicode char toggle texttip mathtip action""".split()  # noqa: SIM905
)
LENGTHS = {"kern", "hkern", "mkern", "hskip", "mskip", "skip", "hspace", "mspace"}
ROWS = {"\\", "newline", "cr"}


def words(text: str) -> Iterator[tuple[str, str]]:
    """The control words of TeX in a text, each with what follows it."""
    at = 0
    while (at := text.find("\\", at)) >= 0:
        end = at + 1
        while end < len(text) and text[end].isascii() and text[end].isalpha():
            end += 1
        end = max(end, at + 2)
        yield text[at + 1 : end], text[end:]
        at = end


def length(rest: str) -> float | None:
    """The number that is read as a length, in whatever unit; None for what is none."""
    rest = rest.lstrip("*").lstrip().lstrip("{[").replace(" ", "").replace("\n", "")
    sign = rest[:1] if rest[:1] in "+-" else ""
    digits = "".join(itertools.takewhile(lambda c: c.isdigit() or c == ".", rest.removeprefix(sign)))
    return float(sign + digits) if digits.strip(".") and digits.count(".") < 2 else None


def trespasses(text: str) -> list[str]:
    """What in a text does more than show."""
    found, back = [], 0
    for word, rest in words(text):
        bracket = rest.lstrip("*").lstrip().startswith("[")
        far = length(rest) is None or not 0 <= (length(rest) or 0) < 100
        paints = word in FORBIDDEN or (word in LENGTHS and far) or ("cancel" in word and bracket)
        if paints or (word in ROWS and bracket and length(rest) is not None and far):
            found.append(word)
        back += word in ("!", "negthinspace", "negmedspace", "negthickspace")
    return found + ["back"] * (back > MOST_BACK)


BLANK = st.text(" \n\t", max_size=25)
NUMBERS = st.sampled_from(
    ["-9em", "-.5em", "+999em", "1000pt", "99em", ".5em", "9 9 9em", "#1", "\\x", "%\n-9em", "", "-"]
)
HOSTILE_PIECES = st.one_of(
    st.builds("\\{}{}{{{}}}".format, st.sampled_from(sorted(FORBIDDEN)), BLANK, NUMBERS),
    st.builds(
        "\\{}{}{}{}".format, st.sampled_from(sorted(LENGTHS)), BLANK, st.sampled_from(["", "{", "{ ", "*{"]), NUMBERS
    ),
    st.builds("\\{}{}[{}{}]".format, st.sampled_from(sorted(ROWS)), BLANK, BLANK, NUMBERS),
    st.builds("\\{}cancel{}[{}]{{x}}".format, st.sampled_from(["", "b", "x"]), BLANK, NUMBERS),
    st.builds(lambda n: "\\!{}" * n, st.integers(1, 2 * MOST_BACK)),
)
PIECES = st.one_of(
    HOSTILE_PIECES,
    st.sampled_from(
        ["$", "$$", "\\\\", "\\", "{", "}", "x", "^", "_", "&", "<", "[", "](", "`", "*", "\n", "\u202e", "\x1b"]
    ),
    st.sampled_from([r"\frac{a}{b}", r"\begin{aligned}", r"\end{aligned}", r"\\(", r"\\[", r"\text{", "%"]),
)


@settings(max_examples=600)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_formula_leaves_its_place_whatever_stands_around(text: str) -> None:
    cleaned = clean_markdown(text)
    assert trespasses(cleaned) == []
    assert trespasses(cleaned.replace("\\\\", "\\")) == []  # as Markdown gives it on, outside of a formula
    assert "\u202e" not in cleaned
    assert re.sub(r"\s", "", cleaned) == re.sub(r"[\s\u202e\x1b]", "", text)  # only blanks come


@settings(max_examples=200)
@given(HOSTILE_PIECES)
def test_what_looks_for_trespasses_finds_them(piece: str) -> None:
    """Every form is one, or harmless as it stands, and then stays as it is."""
    assert trespasses(piece) or clean_markdown(piece) == piece or piece.startswith(tuple("\\" + word for word in ROWS))


FORMULA = re.compile(r"```\{math\}.*?\n```|\$\$.+?\$\$|(?<![\\$])\$(?!\$)[^$\n]+\$", re.DOTALL)
CODE = re.compile(r"```\{code-cell\}.*?\n```", re.DOTALL)


def test_every_formula_of_the_book_stays() -> None:
    """To the byte, but for a blank after "<", which TeX leaves out."""
    pages = [path.read_text("utf-8") for path in sorted((Path(__file__).parents[3] / "book").rglob("*.md"))]
    formulas = [found for page in pages for found in FORMULA.findall(CODE.sub("", page))]
    assert len(formulas) > 3_000
    for formula in formulas:
        assert re.sub("<(?! ) ?", "< ", clean_markdown(formula)) == re.sub("<(?! )", "< ", formula)


@pytest.mark.parametrize("piece", [r"\begin{a}", r"\\[", r"\\(", "$", "[", "*a **b ", "`", "![", "<", "&"])
def test_what_a_page_looks_through_is_bounded(piece: str) -> None:
    """Of twice the text, no more formulas are opened: the search grows with the text, not with its square."""
    text = clean_markdown(piece * (200_000 // len(piece)))
    opened = text.count(r"\begin{") + text.count(r"\\[") + text.count(r"\\(")
    assert opened * 200_000 <= SEARCHED
    assert len(markdown2html_mistune(clean_markdown(piece * 300))) > 0


def test_what_an_exception_of_a_students_says_is_clean_and_of_a_length() -> None:
    orders = "\x1b]0;title\x07\x1b[2J\x9b2J\u202e\u2066\r\0"
    error = remote_error(f"E{orders}", orders + "A" * 10**6, f"cell 1{orders}\n" + "A" * 10**6, f"ValueError,{orders}")
    for text in (str(error), type(error).__name__, str(vars(error)["place"])):
        assert CONTROL.search(text) is None
        assert len(text) < 21_000
    assert "\n" not in vars(error)["place"]
    assert isinstance(error, ValueError)


def test_an_image_has_a_size() -> None:
    def png(width: int, height: int) -> np.ndarray:
        head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", width, height)
        return np.frombuffer(head + bytes(20), np.uint8)

    assert clean_image("image/png", png(3, 4))
    for width, height in ((0, 4), (2**16, 2**16), (2**31, 1)):
        assert clean_image("image/png", png(width, height)) == ""
    unknown = np.frombuffer(b"\x89PNG\r\n\x1a\n" + b"nothing of a head" * 3, np.uint8)
    assert clean_image("image/png", unknown) == ""
