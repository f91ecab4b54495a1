"""What a student's cells showed, and what a student wrote, made fit for a page that somebody else opens."""

from __future__ import annotations

import base64
import contextlib
import io
import re
import struct
from collections.abc import Iterable
from typing import Any

import numpy as np

from rnncourse._extras import needs

with needs("rnncourse.grading", "grading"):
    import imagesize


MOST_TEXT, MOST_PIECES, MOST_IMAGE = 20_000, 50, 3_000_000  # characters; pieces of a cell; bytes
MOST_ALL, MOST_PIXELS = 20_000_000, 40_000_000  # characters of a notebook; of an image
SEARCHED = 20_000_000  # characters that are looked through for the ends of formulas
# Control characters but tab and newline; of escape sequences, colours stay.
CONTROL = re.compile(r"\x1b(?!\[[0-9;]{0,20}m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Of these in code a person is told: the others are blank, or what Windows makes of quotation marks.
HIDDEN = re.compile(r"\x1b(?!\[[0-9;]{0,20}m)|[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
# What TeX there is in a page (MathJax) that does more than show: by name, as a control word ends.
END = "(?![a-zA-Z])"
SHORT = r"(?:\d{1,2}(?:\.\d{0,3})?|\.\d{1,3})\s{0,9}(?:em|ex|pt|pc|px|mu|cm|mm|in)\b"  # a length forwards
PAINTS = (
    "raise(?:box)?|lower|move(?:left|right)|bbox|[rR]ule|Space|(?:math|cramped)?[rlc]lap|smash(?:operator)?|enclose|"
    "(?:math)?makebox|MoveEqLeft|above(?:withdelims)?|genfrac|[hH]uge|LARGE"
)
DEFINES = (
    "[gex]?def|(?:future)?let|(?:re)?newcommand|providecommand|(?:re)?newenvironment|DeclareMathOperator|"
    "DeclarePairedDelimiter\\w*|definecolor|newtheorem|csname|global"
)
LEADS = (
    "href|url|style|class|cssId|data|mmlToken|require|includegraphics|unicode|char|symbol|toggle|mathtip|texttip|tip|"
    "action"
)
BACK = re.compile(r"\\(?=!|neg(?:thin|med|thick)space(?![a-zA-Z]))")
MOST_BACK = 100  # steps back, of a sixth of a letter each, in a text
UNWANTED = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"<(?=[a-zA-Z/!?])", "< "),  # a tag
        (r"&(?=#|[a-zA-Z][a-zA-Z0-9]{1,31};)", "& "),  # a letter in disguise
        (r"!(?=\[)", "! "),  # an image: its host would learn who reads, and one that is missing stops nbconvert
        (r"\](?=\((?!https?://[\w.~/?#@!*+,;:=%-]*\)))", "] "),  # a link to anything but a web page
        (r"\](?=:)", "] "),  # where a link leads, said elsewhere
        (r"([`~]{3}\s*)(?=mermaid)", r"\1text "),  # a language of its own, run in the page
        # a formula painted over what stands around it: raised, moved back, of a size beyond the page
        (rf"\\(?=(?:{PAINTS}){END})", r"\\ "),
        (rf"\\(?=(?:[mh]?kern|m?skip|hskip|[hm]space\*?){END}(?!\s*+\{{?\s*+\+?{SHORT}))", r"\\ "),
        (r"\\(?=(?:\\|newline|cr)\s*+\*?\s*+\[\s*+\+?\s*+(?:-|(?:\d\s*+){3}))", r"\\ "),
        (rf"\\(?=(?:b?cancel|xcancel|cancelto){END}\s*+\[)", r"\\ "),
        # names with a meaning of their own from there to the page's end; links, styles, letters by their number
        (rf"\\(?=(?:{DEFINES}|{LEADS}|html\w*){END})", r"\\ "),
    )
)
OPENS = re.compile(r"\\\\[\[(]|\\begin\b")
ATTACHED = re.compile(r"[\w.-]{1,100}", re.ASCII)
SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def clean_characters(text: str) -> str:
    """Without control characters, marks that turn the direction, and halves of a surrogate pair."""
    return CONTROL.sub("", text).encode("utf-8", "replace").decode()


def clean_text(text: Any, most: int = MOST_TEXT) -> str:
    """Text of clean characters, cut where it is long."""
    text = clean_characters(text) if isinstance(text, str) else ""
    return text if len(text) <= most else text[:most] + f"\n… {len(text) - most} more characters"


def clean_image(kind: str, content: Any) -> str:
    """An image in base64 that is one by its first bytes and of a size that a page can show, or nothing."""
    data = content.tobytes() if type(content) is np.ndarray and content.nbytes <= MOST_IMAGE else b""
    if not data.startswith(SIGNATURES[kind]):
        return ""
    with contextlib.suppress(ValueError, struct.error):
        width, height = imagesize.get(io.BytesIO(data))
        # a few bytes can unfold to more than a browser's memory; -1 is what is said of a size that cannot be read
        if min(width, height) > 0 and width * height <= MOST_PIXELS:
            return base64.b64encode(data).decode()
    return ""


def clean_attachments(given: Any) -> dict[str, dict[str, str]]:
    """The images that a student has pasted into a text: name → kind → base64; the rest left out."""
    found: dict[str, dict[str, str]] = {}
    for name, kinds in list(given.items())[:MOST_PIECES] if isinstance(given, dict) else ():
        for kind in SIGNATURES:
            content = kinds.get(kind) if isinstance(kinds, dict) else None
            if ATTACHED.fullmatch(name) and isinstance(content, str):
                with contextlib.suppress(ValueError):
                    image = np.frombuffer(base64.b64decode(content), np.uint8)
                    if data := clean_image(kind, image):
                        found.setdefault(name, {})[kind] = data
    return found


def clean_outputs(shown: Any, left: int = MOST_ALL) -> list[dict[str, Any]]:
    """A cell's outputs, as the student's process describes them: text and images, the rest left out.

    ``left`` is how many characters the whole notebook may still show.
    """
    pieces = shown.get("outputs") if isinstance(shown, dict) else None
    found: list[dict[str, Any]] = []
    for piece in (pieces if isinstance(pieces, list) else [])[:MOST_PIECES]:
        if not isinstance(piece, dict):
            continue
        if piece.get("output_type") == "stream":
            name = "stderr" if piece.get("name") == "stderr" else "stdout"
            output: dict[str, Any] = {"output_type": "stream", "name": name, "text": clean_text(piece.get("text"))}
            size = len(output["text"])
        else:
            given = piece.get("data")
            given = given if isinstance(given, dict) else {}
            data = {"text/plain": clean_text(given.get("text/plain"))}
            data |= {kind: image for kind in SIGNATURES if (image := clean_image(kind, given.get(kind)))}
            output = {"output_type": "display_data", "data": data, "metadata": {}}
            if piece.get("output_type") == "execute_result":
                output |= {"output_type": "execute_result", "execution_count": None}
            size = sum(map(len, data.values()))
        left -= size
        if left >= 0:
            found.append(output)
    error = shown.get("error") if isinstance(shown, dict) else None
    if isinstance(error, list) and len(error) == 3 and all(isinstance(part, str) for part in error):
        name, text, trace = (clean_text(part, most) for part, most in zip(error, (100, 2_000, MOST_TEXT), strict=True))
        found.append({"output_type": "error", "ename": name, "evalue": text, "traceback": [trace]})
    return found


def _few_formulas(text: str) -> str:
    """Text in which only so many formulas are opened in LaTeX's way that the search for their ends takes no second.

    For each one, nbconvert looks through all that follows.
    """
    left = SEARCHED // max(len(text), 1)

    def kept(found: re.Match[str]) -> str:
        nonlocal left
        left -= 1
        return found[0] if left >= 0 else found[0].replace("\\", "\\ ")

    return OPENS.sub(kept, text)


def _few_steps_back(text: str) -> str:
    """Text in which only so many small spaces are negative that no formula comes to lie upon another."""
    left = MOST_BACK

    def kept(found: re.Match[str]) -> str:
        nonlocal left
        left -= 1
        return found[0] if left >= 0 else "\\ "

    return BACK.sub(kept, text)


def clean_markdown(source: str, attached: Iterable[str] = ()) -> str:
    """Markdown without HTML, whose links lead to web pages, whose formulas do nothing but show.

    Of images only those stay that are attached.

    A space breaks what is not wanted: a backslash or an entity could be undone by what stands around it.
    """
    names = "|".join(map(re.escape, attached)) or "(?!)"
    parts = re.split(rf"(!\[[\w ,.-]*\]\(attachment:(?:{names})\))", clean_characters(source))
    for unwanted, instead in UNWANTED:
        parts[::2] = [unwanted.sub(instead, part) for part in parts[::2]]
    return _few_formulas(_few_steps_back("".join(parts)))
