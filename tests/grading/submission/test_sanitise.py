"""What of a student's text reaches a page: formulas in their place, images with a size, searches that end."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from rnncourse.grading.submission.sanitise import SEARCHED, clean_image, clean_markdown

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
    ],
)
def test_formulas_that_leave_their_place_are_broken(text: str) -> None:
    cleaned = clean_markdown(text)
    assert cleaned != text
    assert cleaned.replace("\\ ", "\\") == text.replace("\\ ", "\\")


@pytest.mark.parametrize("piece", [r"\begin{a}", r"\\[", r"\\(", "$", "[", "*a **b ", "`", "![", "<", "&"])
def test_what_a_page_looks_through_is_bounded(piece: str) -> None:
    """Of twice the text, no more formulas are opened: the search grows with the text, not with its square."""
    text = clean_markdown(piece * (200_000 // len(piece)))
    opened = text.count(r"\begin{") + text.count(r"\\[") + text.count(r"\\(")
    assert opened * 200_000 <= SEARCHED
    assert len(markdown2html_mistune(clean_markdown(piece * 300))) > 0


def test_an_image_has_a_size() -> None:
    def png(width: int, height: int) -> np.ndarray:
        head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", width, height)
        return np.frombuffer(head + bytes(20), np.uint8)

    assert clean_image("image/png", png(3, 4))
    for width, height in ((0, 4), (2**16, 2**16), (2**31, 1)):
        assert clean_image("image/png", png(width, height)) == ""
    unknown = np.frombuffer(b"\x89PNG\r\n\x1a\n" + b"nothing of a head" * 3, np.uint8)
    assert clean_image("image/png", unknown) == ""
