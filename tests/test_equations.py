"""The command that finds an equation without a test: each thing that it must notice, once."""

from pathlib import Path

import pytest

from rnncourse import cli
from rnncourse.equations import collect

PAGE = """---
title: x
---
# Page
Inline $a$, a code cell, and an equation inside a directive.

```{code-cell} ipython3
"$$ not an equation $$"
```

$$
h_t = 1
$$ (eq-a-one)

:::{admonition} Solution
:class: dropdown

$$ h = 2 $$ (eq-a-two)
:::
"""
MODULE = '''
def one():
    """Equation ``eq-a-one`` and ``eq-a-two``."""
'''
TESTS = """
import pytest
@pytest.mark.equation("eq-a-one", "eq-a-two")
def test_one(): ...
"""


def checkout(root: Path, page: str = PAGE, module: str = MODULE, tests: str = TESTS) -> Path:
    for name, text in (("book/a/index.md", page), ("rnncourse/a.py", module), ("tests/test_a.py", tests)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_complete_checkout_has_no_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["equations", "--root", str(checkout(tmp_path))]) == 0
    out = capsys.readouterr().out
    assert "eq-a-two\n  page  book/a/index.md:18\n  code  rnncourse.a.one\n  test  tests/test_a.py::test_one" in out
    assert out.endswith("2 labelled equations, 0 problems\n")


def test_a_mark_on_one_parameter_counts(tmp_path: Path) -> None:
    one = 'pytest.param(1, marks=pytest.mark.equation("eq-a-two"))'
    tests = TESTS.replace(', "eq-a-two"', "").replace("def", f"@pytest.mark.parametrize('x', [{one}])\ndef")
    assert not collect(checkout(tmp_path, tests=tests)).problems()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"tests": TESTS.replace(', "eq-a-two"', "")}, "eq-a-two (book/a/index.md:18): no test is marked with it"),
        ({"module": MODULE.replace(" and ``eq-a-two``", "")}, "eq-a-two (book/a/index.md:18): no docstring"),
        ({"page": PAGE.replace("(eq-a-one)", "")}, "book/a/index.md:11: display equation without a label"),
        ({"page": PAGE + "\ntext $$ x $$ text\n"}, "book/a/index.md:21: display equation without a label"),
        ({"page": PAGE + "\n```{math}\nx\n```\n"}, "book/a/index.md:21: display equation without a label"),
        ({"page": PAGE + "\n$$ x $$ (eq-a-one)\n"}, "eq-a-one: on 2 places"),
        ({"page": PAGE.replace("eq-a-two", "eq-a-three")}, "eq-a-two: named by the docstring of rnncourse.a.one"),
        ({"tests": TESTS.replace("eq-a-two", "eq-a-tow")}, "eq-a-tow: named by the test of tests/test_a.py::test_one"),
    ],
)
def test_each_gap_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, str], problem: str
) -> None:
    assert cli.main(["equations", "--problems", "--root", str(checkout(tmp_path, **change))]) == 1
    assert problem in capsys.readouterr().out


def test_a_chapter_may_be_a_package(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    parts = {
        "rnncourse/b/__init__.py": "from rnncourse.b.part import one",
        "rnncourse/b/part.py": AHEAD["rnncourse/b.py"],
    }
    for name, text in (parts | {"tests/test_b.py": AHEAD["tests/test_b.py"]}).items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    equations = collect(root)
    assert equations.functions["eq-b-one"] == ["rnncourse.b.part.one"]
    assert equations.problems() == []


AHEAD = {"rnncourse/b.py": MODULE.replace("eq-a", "eq-b"), "tests/test_b.py": TESTS.replace("eq-a", "eq-b")}


@pytest.mark.parametrize(
    ("left_out", "problem"),
    [
        (None, ""),
        ("tests/test_b.py", "eq-b-one (rnncourse.b.one): no test is marked with it"),
        ("rnncourse/b.py", "eq-b-one: named by the test of tests/test_b.py::test_one, but on no page"),
    ],
)
def test_a_chapter_may_wait_for_its_page_but_not_for_its_tests(
    tmp_path: Path, left_out: str | None, problem: str
) -> None:
    root = checkout(tmp_path)
    for name, text in AHEAD.items():
        if name != left_out:
            (root / name).write_text(text, encoding="utf-8")
    problems = collect(root).problems()
    assert problems[0].startswith(problem) if problem else problems == [], problems


def test_an_unfinished_page_may_lack_labels_of_its_chapter(tmp_path: Path) -> None:
    missing = PAGE.replace("$$ h = 2 $$ (eq-a-two)", "")
    assert collect(checkout(tmp_path, page=missing)).problems() == [
        "eq-a-two: named by the docstring of rnncourse.a.one, but on no page of the book"
    ]
    assert collect(checkout(tmp_path, page=missing.replace("title: x", "unfinished: true"))).problems() == []
    assert collect(checkout(tmp_path, page=missing + "\nunfinished: true\n")).problems(), "in the text it says nothing"


def test_outside_a_checkout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["equations", "--root", str(tmp_path)]) == 2
    assert "expected a checkout of the course" in capsys.readouterr().err


def test_this_checkout() -> None:
    """Every equation of the book has a function and a test."""
    assert collect(Path(__file__).parents[1]).problems() == []
