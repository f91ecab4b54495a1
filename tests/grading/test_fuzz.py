"""Code that reads what comes from students is broken by no bytes; ``tests/fuzz/run.py`` tries for hours."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

FUZZ = Path(__file__).resolve().parents[1] / "fuzz"
spec = spec_from_file_location("fuzz_targets", FUZZ / "targets.py")
assert spec is not None
assert spec.loader is not None
targets: Any = module_from_spec(spec)
spec.loader.exec_module(targets)


@pytest.mark.parametrize("name", targets.TARGETS)
def test_bytes_by_chance_break_nothing(name: str) -> None:
    target: Callable[[bytes], None] = targets.TARGETS[name]
    settings(max_examples=100, deadline=None, derandomize=True)(given(st.binary(max_size=400))(target))()


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no package for this Python or system")
@pytest.mark.parametrize("name", targets.TARGETS)
def test_bytes_that_reach_new_code_break_nothing(name: str, tmp_path: Path) -> None:
    command = [sys.executable, str(FUZZ / "run.py"), name, "--runs", "300", "--corpus", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert re.search(r"cov: [1-9]\d", done.stderr), "atheris sees no code"


@pytest.mark.parametrize(
    "unwanted",
    [
        r"\<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        r"[x](javascript\:alert(1))",
        "[x](java&#115;cript&colon;alert(1))",
        "[x]: javascript:alert(1)\n\n[x]",
        "![x](https://e.x/who-reads.png)",
        "![x](attachment:not-there.png)",
        "```mermaid\nclick A href 'javascript:alert(1)'\n```",
        r"$\def\x#1{\href{#1:alert(1)}{x}}\x{javascript}$",
        "<\x00script>alert(1)</script>",
        "<scr\ud800ipt>",
        "[x](data:text/html,<script>alert(1)</script>)",
    ],
)
def test_markdown_of_a_student_harms_no_page(unwanted: str) -> None:
    from nbconvert.filters import markdown2html

    from rnncourse.grading.submission.sanitise import clean_markdown

    targets.expect_harmless(str(markdown2html(clean_markdown(unwanted))))


@pytest.mark.parametrize(
    "harmful",
    [
        "<script>1</script>",
        "<p onclick='1'>x</p>",
        "<a href='javascript:1'>x</a>",
        "<img src='https://e.x'>",
        "<p style='background:url(//e.x)'>x</p>",
        "<pre class='mermaid'>x</pre>",
        r"$\href{x}{y}$",
    ],
)
def test_harm_is_seen(harmful: str) -> None:
    with pytest.raises(AssertionError):
        targets.expect_harmless(harmful)


def test_markdown_that_harms_nobody_stays() -> None:
    from nbconvert.filters import markdown2html

    from rnncourse.grading.submission.sanitise import clean_markdown

    honest = (
        "# A *title*\n\n1. $a < b$, `x[0]`\n2. [a page](https://e.x/y_z?a=1#b) & more\n\n> 1 < 2 > 0!\n\n|a|\n|-|\n|1|"
    )
    assert clean_markdown(honest) == honest
    assert '<a href="https://e.x/y_z?a=1#b">a page</a>' in str(markdown2html(honest))
