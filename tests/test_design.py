"""The structure that docs/design.md promises, read from the tree itself."""

import ast
import io
import json
import re
import subprocess
import sys
import tokenize
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml

import rnncourse
from rnncourse.chapters import chapters

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CHAPTERS = [chapter.name for chapter in chapters(ROOT)]
# What the docstring of the package says of each module; tests/test_package.py holds that each is there.
CELLS, GATHERED, BESIDE = (
    re.findall(r"^\* ``(\w+)``", part, re.MULTILINE)
    for part in re.split(r"^Chapters that|^What is used", rnncourse.__doc__ or "", flags=re.MULTILINE)
)
ARGUMENTS = {"_arrays", "rules", "shapes"}  # what all of the reading version say of arguments
READING = {*CELLS, *GATHERED, "rules", "shapes"}
# What a module of the package may import of the package itself, by its first folder or name.
ARROWS: dict[str, set[str]] = {
    "_arrays": set(),
    "_extras": set(),
    "rules": {"_arrays"},
    "shapes": {"_arrays", "rules"},
    **{cell: {*CELLS, *ARGUMENTS} - {cell} for cell in CELLS},  # and in no circle, which has a test of its own
    **{chapter: {chapter, *CELLS, *ARGUMENTS, "_extras"} for chapter in GATHERED},
    "notations": {"notations", "conventions", *CELLS, *ARGUMENTS},  # somebody else's weights, which these convert
    "conventions": {"_arrays", "_extras", "conventions", "gates", "rnn"},
    "kernels": {"_arrays", "kernels"},
    "nn": {"kernels", "nn", "_arrays", "_extras"},
    "checks": {"_arrays", "checks", "rules", "shapes", *CHAPTERS},
    "data": {"_arrays", "_extras", "data"},
    "training": {"_arrays", "_extras"},
    "plots": {"_arrays", "_extras"},
    "assignments": set(),
    "grading": {"_extras", "assignments", "chapters", "checks", "grading"},
    "results": {"results"},
    "experiments": {
        *("_arrays", "_extras", "checks", "conventions", "data", "experiments", "kernels", "nn", "results", "training"),
        *READING,
    },
    "chapters": {"_extras"},
    "equations": {"_extras"},
    "cli": {"assignments", "checks", "equations", "grading", "results", "_extras"},
}


def imported(module: Path) -> set[str]:
    """What a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def imports(module: Path) -> set[str]:
    """Names of this package's modules that a file imports."""
    return {name.split(".")[1] for name in imported(module) if name.startswith("rnncourse.")}


def files_of(place: str) -> list[Path]:
    """The files of a module or a package."""
    modules = [ROOT / "rnncourse" / f"{place}.py", *(ROOT / "rnncourse" / place).rglob("*.py")]
    found = [module for module in modules if module.exists()]
    assert found, f"rnncourse/{place} is not there: mend ARROWS"
    return found


@pytest.mark.parametrize("place", sorted(ARROWS))
def test_arrows_point_one_way(place: str) -> None:
    for module in files_of(place):
        beyond = imports(module) - ARROWS[place]
        assert not beyond, f"{module.relative_to(ROOT)} imports {', '.join(sorted(beyond))}: docs/design.md, arrows"


def test_every_module_has_its_arrows() -> None:
    assert {*ARROWS} - {"_arrays", "_extras"} == {*CELLS, *GATHERED, *BESIDE}


def test_cells_are_built_on_each_other_in_no_circle() -> None:
    needs = {cell: imports(files_of(cell)[0]) & set(CELLS) for cell in CELLS}
    assert [*TopologicalSorter(needs).static_order()]  # raises CycleError, which names the circle


# The same in the rooms of grading, by trust: none imports one that may trust more.
ROOMS = {
    "wall": set(),
    "jail": {"wall"},
    "submission": {"jail", "wall"},
    "batch": {"jail", "submission"},
    "nbgrader": {"batch", "jail", "submission"},
    "report": set(),
}


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_arrows_of_grading_point_one_way(room: str) -> None:
    found = list((ROOT / "rnncourse" / "grading" / room).glob("*.py"))
    assert found
    for module in found:
        others = {name.split(".")[2] for name in imported(module) if name.startswith("rnncourse.grading.")}
        assert others <= ROOMS[room] | {room}, module


def test_importing_the_package_needs_numpy_alone() -> None:
    """The reading version and the checks run where nothing else is installed."""
    heavy = ["torch", "matplotlib", "scipy", "sklearn", "statsmodels", "pandas", "hmmlearn", "pooch", "faker", "tqdm"]
    heavy += ["nbgrader", "IPython", "threadpoolctl", "markdown_it"]
    block = f"import sys\nfor name in {heavy}: sys.modules[name] = None\n"
    modules = [*READING, "checks", "cli", "conventions", "data", "results", "training"]
    modules += [f"kernels.{path.stem}" for path in (ROOT / "rnncourse" / "kernels").glob("[a-z]*.py")]
    code = block + "\n".join(f"import rnncourse.{module}" for module in modules)
    subprocess.run([sys.executable, "-c", code], check=True)


def code_lines(source: str) -> set[int]:
    """Numbers of the lines that are neither empty nor comment nor docstring."""
    texts = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr)]
    texts = [node for node in texts if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)]
    aside = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type not in aside]
    lines = {line for token in tokens for line in range(token.start[0], token.end[0] + 1)}
    return lines - {line for node in texts for line in range(node.lineno, (node.end_lineno or 0) + 1)}


CHECKS = re.compile(r"_?(expect\w*|require|at_least|finite|positive|not_negative|check_fields|binary)")


def check_lines(source: str) -> set[int]:
    """Those that look at arguments: ``@checked``, rules, calls of a check, ``raise`` and the condition above it."""
    found: list[ast.AST] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            found += [decorator for decorator in node.decorator_list if "checked" in ast.unparse(decorator)]
            if any(argument.arg == "sizes" for argument in node.args.args) or CHECKS.fullmatch(node.name):
                found.append(node)
        elif isinstance(node, ast.Raise) or (isinstance(node, ast.If) and isinstance(node.body[0], ast.Raise)):
            found.append(node)
        elif isinstance(node, ast.Expr | ast.Assign):
            calls = [part.func for part in ast.walk(node.value) if isinstance(part, ast.Call)]
            if any(CHECKS.fullmatch(ast.unparse(call).rpartition(".")[2]) for call in calls):
                found.append(node)
    return {line for node in found for line in range(node.lineno, node.end_lineno + 1)}  # type: ignore[attr-defined]


def test_checks_of_arguments_are_a_small_part_of_the_reading_version() -> None:
    """Shapes stand in the signature, mathematics in the body."""
    modules = [path for name in [*CELLS, *GATHERED] for path in files_of(name)]
    sources = [module.read_text(encoding="utf-8") for module in modules]
    code, checks = (sum(len(of(source)) for source in sources) for of in (code_lines, check_lines))
    assert code > 2000
    assert checks / code <= 0.12, f"{checks} of {code} lines check arguments"


def direct_dependencies() -> set[str]:
    extras = [name for names in PROJECT["optional-dependencies"].values() for name in names]
    names = {re.match(r"[A-Za-z0-9_-]+", d).group().lower() for d in PROJECT["dependencies"] + extras}  # type: ignore[union-attr]
    return names - {"rnncourse"}


def test_every_dependency_is_pinned_and_explained() -> None:
    pins = re.findall(r"^([a-z0-9_.-]+)==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    explained = re.findall(r"^\| ([\w ,.-]+) \|", (ROOT / "docs/design.md").read_text(encoding="utf-8"), re.MULTILINE)
    reasons = {name.strip().lower() for names in explained for name in names.split(",")}
    assert direct_dependencies() - set(pins) == set(), "run `make lock`"
    assert direct_dependencies() - reasons == set(), "docs/design.md says why each dependency is there"


def test_version_is_said_once() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == rnncourse.__version__
    assert f"## {rnncourse.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# A, C, M, P and W are matrices, sizes and products too.
LETTER_FOR_A_LECTURE = re.compile(
    r"\b[Ll]ectures?\s+[ACMPW]\b|\b[ACMPW]('s| also| alone| prints)\b|\"[ACMPW], [a-z]"
    r"|\b(formula|notation|penalty|reading|slide)s?\s+of\s+[ACMPW]\b"
)


@pytest.mark.parametrize("folder", ["rnncourse", "book"])
def test_lectures_are_called_by_name(folder: str) -> None:
    files = [file for kind in ("*.py", "*.md", "*.js") for file in (ROOT / folder).rglob(kind)]
    found = {file.name: LETTER_FOR_A_LECTURE.findall(file.read_text(encoding="utf-8")) for file in files}
    assert files
    assert not any(found.values()), {name: letters for name, letters in found.items() if letters}


def test_a_lecture_called_by_a_letter_is_seen() -> None:
    for text in (
        "Source: lecture M.",
        "lectures C\n    and M",
        "A's penalty",
        "the formula of P",
        "P also quotes",
        '"W, no sign"',
    ):
        assert LETTER_FOR_A_LECTURE.search(text), text
    for text in ("Mohajerin's lecture", "the rows of M", "W also_known", "A, B and C"):
        assert not LETTER_FOR_A_LECTURE.search(text), text


@pytest.mark.parametrize("notebook", sorted((ROOT / "assignments").rglob("*.ipynb")), ids=lambda p: p.stem)
def test_notebooks_carry_no_outputs(notebook: Path) -> None:
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs"), cell["id"]
        assert not cell.get("execution_count"), cell["id"]


# --- tests/ mirrors the package: kernels/rnn.py is tested in kernels/test_rnn.py, what a folder gathers in
# gradients/test_gradients.py

# Of these modules the tests stand elsewhere: what two share is tested with both, what serves one module with that one.
TESTED_WITH = {
    "_extras": "test_package",  # from outside, where a package is missing
    **dict.fromkeys(("lstm", "gru", "gates"), "test_lstm_gru"),
    **dict.fromkeys(("esn", "readout", "sparse"), "reservoir/test_reservoir"),
    "experiments/after_wild": "experiments/test_after",
    "experiments/fitting": "experiments/test_sequences",
    "experiments/hopfield_wild": "experiments/test_hopfield",
    **dict.fromkeys(("experiments/reservoir_race", "experiments/reservoir_wild"), "experiments/test_reservoir"),
    **{
        f"experiments/irregular_{name}": "experiments/test_irregular" for name in ("learning", "more", "simple", "wild")
    },
    **{f"experiments/ladder_{name}": "experiments/test_ladder" for name in ("networks", "simple", "tasks")},
    "experiments/lstm_variants": "experiments/test_lstm_gru",
    "experiments/notations_libraries": "experiments/test_notations",
    "experiments/mutants": "experiments/test_rates",
    "experiments/narx_plain": "experiments/test_narx",
    "experiments/rnn_wild": "experiments/test_rnn",
    "experiments/seq2seq_wild": "experiments/test_seq2seq",
    "experiments/sequences_simple": "experiments/test_sequences",
    "experiments/sequences_wild": "experiments/test_sequences",
    **{f"experiments/ntm_{name}": "experiments/test_ntm" for name in ("by_hand", "race", "tasks", "wild")},
    "grud": "test_irregular",
    "rules": "test_shapes",
    **dict.fromkeys(("kernels/lstm", "kernels/gru", "kernels/_layer"), "kernels/test_lstm_gru"),
    **dict.fromkeys(("kernels/esn", "kernels/narx"), "kernels/test_esn_narx"),
    **dict.fromkeys(("kernels/mingru", "nn/mingru"), "test_mingru"),
    **dict.fromkeys(
        [f"checks/gradients/{name}" for name in ("clipping", "factors", "matrices", "penalty", "training")],
        "checks/test_checks",
    ),
    "kernels/rtrl": "kernels/test_rnn",
    "kernels/_packed": "nn/test_packed",
    "nn/recurrent": "nn/test_rnn",
    "nn/_torch": "nn/test_errors",
    "grading/wall/wire": "grading/wall/test_codec",
    # The student's side is seen from outside: by who asks it.
    **dict.fromkeys(
        [f"grading/jail/{name}" for name in ("forks", "nursery", "student")], "grading/submission/test_session"
    ),
    "grading/submission/remote": "grading/submission/test_session",
    "grading/submission/checker": "grading/submission/test_job",
    "grading/submission/model": "grading/submission/test_instructor",
    "grading/submission/reader": "grading/submission/test_graft",
    "grading/batch/errors": "grading/batch/test_executors",
    **dict.fromkeys(
        [f"grading/nbgrader/{name}" for name in ("collector", "preprocessors", "source")],
        "grading/nbgrader/test_submitted",
    ),
    "grading/nbgrader/course": "grading/batch/test_jobs",
    "grading/nbgrader/exporter": "grading/nbgrader/test_gradebook",
    "grading/nbgrader/feedback": "grading/nbgrader/test_hints",  # of one class
    **dict.fromkeys(("grading/nbgrader/classroom", "grading/alone"), "test_cli"),  # as a lecturer calls them
}
# Test files of several modules or of none, by what they ask.
ACROSS = {
    "": [
        "assignments",
        "benchmarks",
        "design",
        "environment",
        "package",
        "readme",
        "release",
        "rounding",
        "tools",
    ],  # the repository
    "checks": ["borrowed", "handed_back", "natural", "recognised", "right", "settings"],  # every exercise in turn
    "checks/hopfield": ["hints"],
    "grading/jail": ["calls"],
    "conventions": ["modules"],
    "nn": ["closed_gates", "devices", "errors", "lstm_gru"],
    "grading": ["benign", "fuzz", "term"],  # every room
}
APART = {"attacks", "book", "fuzz", "roundtrip"}


def place_of_tests(module: Path) -> str:
    """Where a module's tests are, in tests/ and without suffix."""
    name = module.relative_to(ROOT / "rnncourse").with_suffix("").as_posix()
    folder, _, stem = name.rpartition("/")
    folder = f"{folder}/" if folder else ""
    gathered = f"{folder}test_{Path(folder).name}"
    places = [TESTED_WITH[name]] if name in TESTED_WITH else [f"{folder}test_{stem.lstrip('_')}", gathered]
    return next((place for place in places if (ROOT / "tests" / f"{place}.py").is_file()), places[0])


def modules_with_functions() -> list[Path]:
    """Those that define something public: none that gathers names alone."""
    public = re.compile(r"^(def|class) [^_]", re.MULTILINE)
    return [m for m in sorted((ROOT / "rnncourse").rglob("*.py")) if public.search(m.read_text("utf-8"))]


@pytest.mark.parametrize("module", modules_with_functions(), ids=lambda m: str(m.relative_to(ROOT)))
def test_a_module_has_its_test_file(module: Path) -> None:
    place = ROOT / "tests" / f"{place_of_tests(module)}.py"
    assert place.is_file(), "write it there, or say in TESTED_WITH where the module is tested"


def test_a_test_file_has_its_module() -> None:
    tests = ROOT / "tests"
    files = {path.relative_to(tests).with_suffix("").as_posix() for path in tests.rglob("test_*.py")}
    files = {file for file in files if file.partition("/")[0] not in APART}
    across = {f"{folder}/test_{name}".lstrip("/") for folder, names in ACROSS.items() for name in names}
    claims = {chapter.claims.relative_to(tests).with_suffix("").as_posix() for chapter in chapters(ROOT)}
    assert files == across | claims | {place_of_tests(module) for module in modules_with_functions()}


def test_no_exception_has_outlived_its_module() -> None:
    modules = {module.relative_to(ROOT / "rnncourse").with_suffix("").as_posix() for module in modules_with_functions()}
    assert TESTED_WITH.keys() <= modules
