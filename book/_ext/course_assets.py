"""One style sheet, one script and two small fonts for all pages, out of the many that the theme and extensions bring.

Everything here is remade only when what it is made from has changed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from pathlib import Path

from course_node import ROOT, WORKER
from fontTools import subset
from fontTools.ttLib import TTFont

logging.getLogger("fontTools").setLevel(logging.WARNING)

MATH_FONT = ROOT / "node_modules/@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2"
MATH_FONT_LICENCE = ROOT / "node_modules/@fontsource/stix-two-math/LICENSE"
MATH_STYLE = ROOT / "node_modules/temml/dist/Temml-STIX2.css"

# Scripts of Sphinx, the theme and extensions that these pages have no use for.
DROPPED_SCRIPTS = (
    "fontawesome.js",
    "thebe",
    "togglebutton.js",
    "searchtools.js",
    "language_data.js",
    "searchindex.js",
    "spellings.js",
)
DROPPED_STYLES = ("thebe", "togglebutton.css")

# Classes that scripts add, so that no page contains them.
DYNAMIC_CLASSES = [
    "^show$", "^fade$", "^active$", "^collaps", "^tooltip", "^dropdown-menu", "^scrolled$", "^hide$", "^noprint$",
    "^copybtn", "^o-tooltip", "^success$", "^pst-", "^bs-", "^data-", "^highlighted$", "^search", "^kbd", "^fa-xmark$",
    "^cm-", "^code-", "^exercise", "^solved$", "^answers", "^cell-",
    "^moving-", "^definition$", "^waits$",
]  # fmt: skip

FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
ICON = re.compile(r'"(?:\\(f[0-9a-f]{3})|([\uf000-\uf8ff]))"')
CONTENT, VARIABLE = re.compile(r"content:\s*([^;}]+)"), re.compile(r"(--[\w-]+)\s*:\s*([^;}]+)")
URL = re.compile(r"""url\(\s*(['"]?)(?!data:|#)([^'")]+)\1\s*\)""")
IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"']+)["']\)?\s*;""")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


def icons(css: str) -> set[int]:
    """The icons that a style sheet draws: what it names as content, through variables too, escaped or as they are."""
    variables = dict(VARIABLE.findall(css))
    found, todo = set[int](), CONTENT.findall(css)
    for value in todo:
        found |= {int(escaped, 16) if escaped else ord(character) for escaped, character in ICON.findall(value)}
        todo += [variables[name] for name in re.findall(r"var\((--[\w-]+)", value) if name in variables]
        variables = {name: kept for name, kept in variables.items() if f"var({name}" not in value}
    return found


def digest(*parts: bytes | str) -> str:
    """Short hash of several pieces."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.encode() if isinstance(part, str) else part)
        total.update(b"\0")
    return total.hexdigest()[:16]


class Assets:
    """Writes into ``_static`` of the built book; keeps results by the hash of their sources in ``kept``."""

    def __init__(self, static: Path, kept: Path) -> None:
        self.static, self.kept = static, kept
        kept.mkdir(parents=True, exist_ok=True)
        (static / "fonts").mkdir(exist_ok=True)

    def subset(self, name: str, source: Path, characters: set[int], features: list[str]) -> str:
        """Cut a font down to some characters; return its URL as seen from ``_static``."""
        key = digest(source.read_bytes(), json.dumps(sorted(characters)), *features)
        made = self.kept / f"{name}-{key}.woff2"
        if not made.is_file():
            options = subset.Options(layout_features=features, notdef_outline=True, hinting=False, desubroutinize=True)
            options.drop_tables += ["FFTM"]
            font = TTFont(source)
            cut = subset.Subsetter(options)
            cut.populate(unicodes=characters)
            cut.subset(font)
            font.flavor = "woff2"
            font.save(made)
        target = self.static / "fonts" / f"{name}.woff2"
        target.write_bytes(made.read_bytes())
        return f"fonts/{name}.woff2?v={key[:8]}"

    def mathematics_font(self, characters: set[str]) -> str:
        """The mathematics font with the characters that the formulas show, and all that it builds from them."""
        codes = {ord(c) for c in characters} | {0x20, ord("√")}  # a root is an element, whose sign no formula has
        for c in characters:  # browsers set a single letter in a formula in mathematical italics
            if c.isascii() and c.isalpha():
                codes.add(0x210E if c == "h" else ord(c) - ord("a") + 0x1D44E if c.islower() else ord(c) - 65 + 0x1D434)
            elif "Α" <= c <= "Ω":
                codes.add(ord(c) - ord("Α") + 0x1D6E2)
            elif "α" <= c <= "ω":
                codes.add(ord(c) - ord("α") + 0x1D6FC)
            codes |= {{"∂": 0x1D715, "ϵ": 0x1D716, "ϑ": 0x1D717, "ϕ": 0x1D719}.get(c, 0x20)}
        (self.static / "fonts" / "STIX-Two-Math-LICENCE.txt").write_bytes(MATH_FONT_LICENCE.read_bytes())
        return self.subset("mathematics", MATH_FONT, codes, ["ssty", "dtls", "flac", "ss01", "ss04", "ccmp", "locl"])

    def icon_face(self, css: str) -> str:
        """Font Awesome's face, cut down to the icons that the style sheet still draws."""
        url = self.subset("icons", self.static / "vendor/fontawesome/webfonts/fa-solid-900.woff2", icons(css), [])
        return (
            '@font-face{font-family:"Font Awesome 6 Free";font-style:normal;font-weight:900;font-display:block;'
            f"src:url({url}) format('woff2')}}\n"
        )

    def read_style(self, name: str) -> str:
        """A style sheet with its imports inside, and its URLs as seen from ``_static``."""
        path = (self.static / name).resolve()
        folder = path.parent

        def rebase(found: re.Match[str]) -> str:
            target = (folder / found[2].split("?")[0]).resolve()
            return f"url({target.relative_to(self.static.resolve()).as_posix()})"

        def inline(found: re.Match[str]) -> str:
            return self.read_style(str((folder / found[1]).resolve().relative_to(self.static.resolve())))

        return IMPORT.sub(inline, URL.sub(rebase, COMMENT.sub("", path.read_text(encoding="utf-8"))))

    def style(self, names: list[str], tokens: set[str], mathematics_font: str) -> str:
        """Join the style sheets, keep what the pages use; return the URL as seen from ``_static``."""
        theme = "\n".join(self.read_style(name) for name in names if name != "course.css")
        mathematics = COMMENT.sub("", MATH_STYLE.read_text(encoding="utf-8"))
        css = FONT_FACE.sub("", theme + mathematics) + self.read_style("course.css")
        key = digest(css, json.dumps(sorted(tokens)), json.dumps(DYNAMIC_CLASSES))
        made = self.kept / f"style-{key}.css"
        if not made.is_file():
            answer = WORKER.request("purge", css=css, html=" ".join(sorted(tokens)), safelist=DYNAMIC_CLASSES)
            if "error" in answer:
                raise ValueError(f"style sheet cannot be read: {answer['error']}")
            made.write_text(re.sub(r"\n\s*", "\n", answer["result"]), encoding="utf-8")
        purged = made.read_text(encoding="utf-8")
        face = f"@font-face{{font-family:STIX2;font-display:swap;src:url({mathematics_font}) format('woff2')}}\n"
        text = face + self.icon_face(purged) + purged
        (self.static / "page.css").write_text(text, encoding="utf-8")
        return f"page.css?v={digest(text)[:8]}"

    def script(self, names: list[str]) -> str:
        """Join the scripts in the order in which a page would run them; return the URL as seen from ``_static``."""
        parts = (SOURCE_MAP.sub("", (self.static / name).read_text(encoding="utf-8")) for name in names)
        whole = "\n;\n".join(parts)
        made = self.kept / f"page-{digest(whole)}.js"
        if not made.is_file():
            answer = WORKER.request("script", text=whole)
            if "error" in answer:
                raise ValueError(f"scripts cannot be read: {answer['error']}")
            for old in self.kept.glob("page-*.js"):
                old.unlink()
            made.write_text(answer["result"], encoding="utf-8")
        text = made.read_text(encoding="utf-8")
        (self.static / "page.js").write_text(text, encoding="utf-8")
        return f"page.js?v={digest(text)[:8]}"
