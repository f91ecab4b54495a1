"""The README's code prints what it says, its files are there, and what it asks a person to type exists."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_code_prints_what_stands_under_it() -> None:
    """One block after the other, in one namespace; how the lines are wrapped is the README's own business."""
    names: dict[str, object] = {}
    compared = 0
    for (kind, text), (below, expected) in zip(BLOCKS, [*BLOCKS[1:], ("", "")], strict=True):
        if kind == "python":
            with redirect_stdout(StringIO()) as printed:
                exec(text, names)
            assert printed.getvalue().split() == (expected.split() if below == "text" else [])
            compared += below == "text"
    assert compared >= 2


def test_every_file_that_it_links_to_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", TEXT) if "://" not in link]
    assert "docs/picture.svg" in links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_every_target_of_make_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = set(re.findall(r"(?:^    |`|: )make ([a-z-]+)", TEXT, re.MULTILINE))
    assert {"book", "test"} <= asked <= targets


def test_the_picture_is_light_enough_for_a_readme() -> None:
    assert (ROOT / "docs" / "picture.svg").stat().st_size <= 100_000
