"""The command ``rnncourse``."""

from __future__ import annotations

import argparse
import codecs
import json
import os
import shlex
import sys
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rnncourse import assignments
from rnncourse._extras import needs

if TYPE_CHECKING:
    from rnncourse.grading.nbgrader.classroom import Entry
    from rnncourse.grading.nbgrader.course import Course
    from rnncourse.grading.report.analysis import Standing

# What stands for a character on a terminal that has none for it.
PLAIN = str.maketrans(dict(zip("✓✗○•·×–—−‘’“”…→⇄·▁▂▃▄▅▆▇█", "+xo*.x---''\"\".>=.12345678", strict=True)))
CLASS_ONLY = ("course", "student", "only_changed", "workers", "cluster", "db_url", "report")
MOST_SAID = 100_000  # characters of what is printed of a notebook, or of an error
AT_THE_CLUSTER = 256  # submissions: enough to keep a hundred workers busy
UNSAFE = """\
--unsafe: students' code runs without a jail, with your rights. It can read and change your files, the gradebook and
other students' work, use the network, start processes that stay, and give itself points. Only for code that you trust.
"""


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand; the return value is the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # what a terminal cannot show is no reason to say nothing
            stream.reconfigure(errors="rnncourse.plain")
    parser = argparse.ArgumentParser(prog="rnncourse", description="The course on recurrent neural networks.")
    no = argparse.SUPPRESS  # it leaves nothing among the arguments
    said = "say the package's version and a digest of its code"
    parser.add_argument("--version", action=Version, nargs=0, dest=no, default=no, help=said)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_equations(commands)
    _add_results(commands)
    _add_exercises(commands)
    _add_start(commands)
    _add_check(commands)
    _add_progress(commands)
    _add_grade(commands)
    _add_report(commands)
    _add_extend(commands)
    _add_hint(commands)
    _add_feedback(commands)
    _add_export(commands)

    arguments, more = parser.parse_known_args(argv)
    if more:
        hint = "; --student takes one name: repeat it for each" if getattr(arguments, "student", None) else ""
        parser.error(f"unrecognized arguments: {' '.join(more)}{hint}")
    arguments.line = ["rnncourse", *(sys.argv[1:] if argv is None else argv)]
    try:
        status: int = arguments.run(arguments)
    except BrokenPipeError:  # the reader of a pipe (head, less) has seen enough
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("rnncourse: interrupted", file=sys.stderr)
        return 130
    except (ImportError, LookupError, OSError, ValueError) as error:
        message = error.args[0] if isinstance(error, KeyError) else error
        _say(f"rnncourse: {message}", sys.stderr)
        return 2
    return status


class Version(argparse.Action):
    """Says which package this is, and ends; its files are read when that is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it."""
        print(assignments.version())
        parser.exit()


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """What is printed of characters that an encoding lacks: plain ones that look alike, or "?"."""
    assert isinstance(error, UnicodeEncodeError)
    lacking = unicodedata.normalize("NFKD", error.object[error.start : error.end].translate(PLAIN))
    return "".join(c if c.isascii() else "?" for c in lacking if not unicodedata.combining(c)), error.end


codecs.register_error("rnncourse.plain", _plainly)


def _say(text: object, file: TextIO | None = None) -> None:
    """Print what others may have written: characters that show, in lines; none that order a terminal about."""
    said = str(text)
    if len(said) > MOST_SAID:
        said = f"{said[:MOST_SAID]}\n… {len(said) - MOST_SAID} more characters"
    print(
        "".join(c if c.isprintable() or c in "\n\t" else " " if c.isspace() else "�" for c in said),
        file=file,
        flush=True,
    )


def _add_equations(commands: Any) -> None:
    equations = commands.add_parser(
        "equations",
        help="list every labelled equation with its function and its test; fail if one has none",
        description="List every labelled equation of the book with the function that computes it and the test that "
        "checks it. The exit status is 1 if a label lacks one of them, or a display equation lacks a label.",
    )
    equations.add_argument("--root", type=Path, default=Path(), help="the checkout (default: this folder)")
    equations.add_argument("--problems", action="store_true", help="print only what is missing")
    equations.set_defaults(run=_equations)


def _add_results(commands: Any) -> None:
    results = commands.add_parser(
        "results",
        help="list what is computed before the book is built, fresh or stale; or compute it",
        description="List the results that pages read from results/, each with where it is used and whether today's "
        "code and data would give it. The exit status is 1 if one is stale, missing, too large or unused, if a file is "
        "no function's, or if a page gets numbers another way.",
    )
    results.add_argument("name", nargs="*", help="with --make: only these, such as rnn/names")
    results.add_argument("--root", type=Path, default=Path(), help="the checkout (default: this folder)")
    results.add_argument("--problems", action="store_true", help="print only what is wrong")
    results.add_argument("--make", action="store_true", help="compute what is stale or missing, on all processors")
    results.add_argument("--anew", action="store_true", help="with --make: also what is fresh, and finished seeds")
    results.add_argument("--workers", type=int, metavar="N", help="with --make: processes (default: one a processor)")
    results.set_defaults(run=_results, error=results.error)


def _add_exercises(commands: Any) -> None:
    exercises = commands.add_parser(
        "exercises", help="list the exercises, or print the task of one", description="List the exercises of `check`."
    )
    exercises.add_argument("name", nargs="?", help="an exercise, such as rnn.forward")
    exercises.set_defaults(run=_exercises)


def _add_start(commands: Any) -> None:
    start = commands.add_parser(
        "start",
        help="write an assignment's notebook, to be worked on",
        description="Write the notebook of a chapter's assignment, without solutions, into a folder. It is opened in "
        "Jupyter; `rnncourse grade CHAPTER.ipynb` grades it. A notebook that is there stays as it is.",
    )
    start.add_argument("chapter", help="such as rnn")
    start.add_argument("folder", type=Path, nargs="?", default=Path(), help="where to (default: this folder)")
    start.set_defaults(run=_start)


def _seconds(text: str) -> float:
    """A time limit, as an argument."""
    found = float(text)
    if not 0 < found < float("inf"):
        raise argparse.ArgumentTypeError(f"expected seconds, a number above 0, got {text}")
    return found


def _level(text: str) -> int:
    """Which hint, as an argument."""
    found = int(text)
    if found < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1, got {text}")
    return found


def _add_check(commands: Any) -> None:
    check = commands.add_parser(
        "check",
        help="help with a notebook while you work on it: what `check` says of each exercise in it",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Run a notebook with exercises, and say of each what `check` says: which parts are right, and a\n"
        "hint:\n"
        "  rnncourse check rnn.ipynb\n"
        "  rnncourse check rnn.ipynb --exercise rnn.cell --hint 2\n\n"
        "Any notebook will do: an assignment's, one from `rnncourse start`, answers taken out of a page, a page's\n"
        "notebook. Cases are those that you see in the notebook, and nobody counts. What a grade would be, in points\n"
        "and on cases of its own, says `rnncourse grade NOTEBOOK`.\n\n"
        "The notebook runs in a process of its own, which is no jail: its code has your rights.",
        epilog="exit status: 0 all are right; 1 not yet; 2 nothing was checked, as said; 130 interrupted",
    )
    check.add_argument("notebook", type=Path, metavar="NOTEBOOK.ipynb")
    check.add_argument("--exercise", metavar="NAME", help="only this one, such as rnn.cell")
    check.add_argument("--hint", type=_level, default=1, metavar="N", help="hints up to the Nth (default: the first)")
    check.add_argument("--seconds", type=_seconds, metavar="S", help="stop the notebook after so long (default: 120)")
    check.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    check.set_defaults(run=_check)


def _add_progress(commands: Any) -> None:
    progress = commands.add_parser(
        "progress",
        help="how far you are: exercises solved, begun and untouched, chapter by chapter, and what is next",
        description="Check all notebooks of a folder, and say for each chapter of the course how many of its exercises "
        "are solved, begun or untouched, and what to do next. Answers from a page's button count too. What was found "
        "is kept in FOLDER/.rnncourse: a second call runs what has changed, an interrupted one goes on.",
        epilog="exit status: 0 said; 1 a notebook could not be read, or did not come to its end, each is named; "
        "2 there is no such folder; 130 interrupted",
    )
    progress.add_argument("folder", type=Path, nargs="?", default=Path(), help="with notebooks (default: this one)")
    progress.add_argument("--anew", action="store_true", help="run all again, whatever is kept")
    progress.add_argument("--seconds", type=_seconds, metavar="S", help="stop a notebook after so long (default: 120)")
    progress.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    progress.set_defaults(run=_progress)


def _add_export(commands: Any) -> None:
    export = commands.add_parser(
        "export",
        help="points of an assignment as CSV, into a file of Canvas or Moodle too",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Write the points of an assignment, less penalties for lateness, from the gradebook:\n"
        "  rnncourse export rnn\n"
        "into the gradebook file that Canvas exported, or Moodle's grading worksheet, to be imported there:\n"
        "  rnncourse export rnn --for canvas --template Grades-RNN.csv\n"
        "  rnncourse export rnn --for moodle --template Worksheet.csv\n\n"
        "One column is filled, all else in the file stays. Students are found by id, login or e-mail, then by name;\n"
        "who is not found, or waits for a person's points, is named.",
        epilog="exit status: 0 all are written; 1 somebody is left out, each is named; 2 nothing was written, as said",
    )
    export.add_argument("assignment")
    export.add_argument("--for", dest="platform", choices=("canvas", "moodle"), help="whose file is filled")
    export.add_argument("--template", type=Path, metavar="FILE.csv", help="the file that the platform exported")
    export.add_argument("--column", metavar="NAME", help="the column, if it is not called as the assignment, or Grade")
    export.add_argument("--scale", action="store_true", help="where the platform has another maximum: in proportion")
    export.add_argument("--zeros", action="store_true", help="0 for those who handed nothing in")
    export.add_argument("--unfinished", action="store_true", help="those too who wait for a person's points")
    export.add_argument("--output", type=Path, metavar="FILE.csv", help="where to (default: ASSIGNMENT-PLATFORM.csv)")
    export.add_argument("--course", type=Path, default=Path(), metavar="DIR", help="the folder of nbgrader_config.py")
    export.add_argument("--db-url", metavar="URL", help="the gradebook (default: as nbgrader_config.py says)")
    export.set_defaults(run=_export, error=export.error)


def _add_grade(commands: Any) -> None:
    grade = commands.add_parser(
        "grade",
        help="grade a whole class, or one notebook of your own",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Grade what a class has handed in for an nbgrader assignment, into its gradebook:\n"
        "  rnncourse grade rnn --course assignments\n"
        "or one notebook, for somebody who learns alone, without a gradebook:\n"
        "  rnncourse grade my/rnn.ipynb\n"
        "That says what a grade would be. `rnncourse check my/rnn.ipynb` helps on the way there.\n\n"
        "Students' code runs in a jail that bubblewrap builds. Without a checkout of the course, which has the\n"
        "instructor's notebooks, one notebook is graded by its visible tests, in a process that is no jail.\n\n"
        "A run that was interrupted goes on with the same\n"
        "command; a complete one, started again, grades all again.",
        epilog="exit status: 0 all graded; 1 somebody's work could not be read or graded, each is named, or a cell of\n"
        "your own failed; 2 nothing was graded, as said; 130 interrupted",
    )
    grade.add_argument("what", metavar="ASSIGNMENT|NOTEBOOK.ipynb", help="an assignment, or a file")
    grade.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    grade.add_argument("--unsafe", action="store_true", help="grade without a jail: students' code has your rights")
    many = grade.add_argument_group("a class")
    many.add_argument(
        "--course", type=Path, metavar="DIR", help="the folder with nbgrader_config.py (default: this one)"
    )
    many.add_argument("--student", action="append", metavar="NAME", help="only this student; may be repeated")
    many.add_argument("--only-changed", action="store_true", help="only what is new, or changed since it was graded")
    many.add_argument("--workers", type=int, metavar="N", help="processes (default: one a processor)")
    many.add_argument("--cluster", metavar="tcp://HOST:PORT", help="the workers of this Dask scheduler instead")
    many.add_argument("--db-url", metavar="URL", help="the gradebook (default: as nbgrader_config.py says)")
    many.add_argument("--report", type=Path, metavar="FILE.html", help="write the report as a page, too")
    alone = grade.add_argument_group("one notebook")
    alone.add_argument(
        "--source", type=Path, metavar="SOURCE.ipynb", help="the instructor's notebook (default: by name)"
    )
    grade.set_defaults(run=_grade, error=grade.error)


def _add_report(commands: Any) -> None:
    report = commands.add_parser(
        "report",
        help="what the last run of `rnncourse grade` found, without grading",
        description="Print what the last run of `rnncourse grade ASSIGNMENT` found. Nothing is graded.",
    )
    report.add_argument("assignment")
    report.add_argument("--course", type=Path, default=Path(), metavar="DIR", help="the folder of nbgrader_config.py")
    report.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    report.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page, too")
    report.add_argument("--no-names", action="store_true", help="leave out who it was, to show the report to others")
    report.set_defaults(run=_report)


def _add_extend(commands: Any) -> None:
    extend = commands.add_parser(
        "extend",
        help="give a student of a class more time for an assignment",
        description="Give a student days after the due date of an assignment, before or after it was handed in:\n"
        "  rnncourse extend rnn ada 2\n"
        "0 takes them back. `rnncourse grade rnn --only-changed` then works out penalties for lateness again.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="exit status: 0 said; 2 nothing was changed, as said",
    )
    extend.add_argument("assignment")
    extend.add_argument("student", help="as the folder in submitted/ is called")
    extend.add_argument("days", type=float, help="from the due date on; a half is .5")
    extend.add_argument("--course", type=Path, default=Path(), metavar="DIR", help="the folder of nbgrader_config.py")
    extend.add_argument("--db-url", metavar="URL", help="the gradebook (default: as nbgrader_config.py says)")
    extend.set_defaults(run=_extend)


def _add_hint(commands: Any) -> None:
    hint = commands.add_parser(
        "hint",
        help="give a mistake without a name a hint of your own",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Say what students are to read whose answer to an exercise gives the same wrong numbers as this "
        "student's:\n"
        '  rnncourse hint rnn rnn.forward "Ada Example" "Which state does the first step start from?"\n'
        "The report has the commands, one for each group of equal answers. The hint, with what the answer gave in\n"
        "the last run, is stored in the course's folder hints, without anybody's name. Given again for the same\n"
        "numbers, it takes the place of the first. `rnncourse grade ASSIGNMENT --only-changed` then tells it. Delete\n"
        "the file, and it is gone. No code of a student's runs for this.",
        epilog="exit status: 0 stored; 2 not, as said",
    )
    hint.add_argument("assignment")
    hint.add_argument("exercise", help="such as rnn.forward")
    hint.add_argument("student", help="whose answer is an example")
    hint.add_argument("hint", help="what students read: where to look, not the answer")
    hint.add_argument("--name", default="", help="what the report calls it (default: the hint's first words)")
    hint.add_argument("--course", type=Path, default=Path(), metavar="DIR", help="the folder of nbgrader_config.py")
    hint.set_defaults(run=_hint)


def _add_feedback(commands: Any) -> None:
    feedback = commands.add_parser(
        "feedback",
        help="feedback pages of a class, of those who lack theirs or whose points have changed",
        description="Make nbgrader's feedback pages for an assignment, feedback/STUDENT/ASSIGNMENT/, of everybody "
        "whose graded notebook, points or comments have changed since. A run that was interrupted goes on with the "
        "same command.",
        epilog="exit status: 0 all are there; 1 somebody's could not be made or released, each is named; 2 nothing was "
        "made or released, as said; 130 interrupted",
    )
    feedback.add_argument("assignment")
    feedback.add_argument("--release", action="store_true", help="then release all of them through nbgrader's exchange")
    feedback.add_argument("--anew", action="store_true", help="make all again")
    feedback.add_argument("--course", type=Path, default=Path(), metavar="DIR", help="the folder of nbgrader_config.py")
    feedback.add_argument("--db-url", metavar="URL", help="the gradebook (default: as nbgrader_config.py says)")
    feedback.set_defaults(run=_feedback)


def _equations(arguments: argparse.Namespace) -> int:
    from rnncourse.equations import collect

    equations = collect(arguments.root)
    if not arguments.problems:
        for label, places in sorted(equations.pages.items()):
            print(label)
            for what, where in (
                ("page", places),
                ("code", equations.functions[label]),
                ("test", equations.tests[label]),
            ):
                print(f"  {what}  {', '.join(where) or '—'}")
    problems = equations.problems()
    for problem in problems:
        print(f"missing: {problem}")
    print(f"{len(equations.pages)} labelled equations, {len(problems)} problems")
    return 1 if problems else 0


def _results(arguments: argparse.Namespace) -> int:
    if not arguments.make and (arguments.name or arguments.anew or arguments.workers is not None):
        arguments.error("a name, --anew and --workers go with --make")
    if arguments.workers is not None and arguments.workers < 1:
        arguments.error(f"--workers: expected a number from 1, got {arguments.workers}")
    if arguments.make:
        from rnncourse.results.computing import compute

        def say(line: str) -> None:
            print(line, flush=True)

        return 0 if compute(arguments.root, arguments.name, arguments.anew, arguments.workers, say) else 1
    from rnncourse.results.gate import collect

    results = collect(arguments.root)
    for status in [] if arguments.problems else results.statuses:
        print(f"{status.result.name}  {status.word}")
        size = f", {status.path.stat().st_size:,} bytes" if status.path.is_file() else ""
        print(f"  code  {status.result.module}.{status.result.function}, {len(status.definitions)} definitions")
        print(f"  file  {status.path.relative_to(arguments.root)}{size}")
        print(f"  page  {', '.join(status.pages) or '—'}")
    problems = results.problems()
    for problem in problems:
        print(problem)
    print(f"{len(results.statuses)} results, {len(problems)} problems")
    return 1 if problems else 0


def _exercises(arguments: argparse.Namespace) -> int:
    from rnncourse.checks import describe, exercises

    print(describe(arguments.name) if arguments.name else "\n".join(exercises()))
    return 0


def _grade(arguments: argparse.Namespace) -> int:
    alone = arguments.what.endswith(".ipynb")
    for name in CLASS_ONLY if alone else ("source",):
        if getattr(arguments, name):
            arguments.error(f"--{name.replace('_', '-')} is for {'a class' if alone else 'one notebook'}")
    if arguments.workers is not None and (arguments.workers < 1 or arguments.cluster):
        arguments.error("--workers: expected a number from 1, and no --cluster, which has workers of its own")
    if arguments.report is not None and not arguments.report.absolute().parent.is_dir():
        arguments.error(f"--report: expected a file in a folder that is there, got {arguments.report}")
    if alone and arguments.source is None and assignments.without_checkout(Path(arguments.what)):
        return _grade_visible(arguments)
    if not hasattr(os, "fork"):
        raise OSError("grading needs Linux, which Windows has in it: install WSL, and call rnncourse there")
    _needs_grading()
    from rnncourse.grading.jail.bubblewrap import NoJailError

    if arguments.unsafe:
        print(UNSAFE, file=sys.stderr)
    try:
        return _grade_file(arguments) if alone else _grade_class(arguments)
    except NoJailError as error:
        hint = "" if arguments.unsafe else "\nWhere you trust all of it: --unsafe grades without a jail."
        print(f"rnncourse: {error}{hint}", file=sys.stderr)
        return 2


def _start(arguments: argparse.Namespace) -> int:
    path = assignments.start(arguments.chapter, arguments.folder)
    help_, earn = (shlex.join(["rnncourse", command, str(path)]) for command in ("check", "grade"))
    print(f"{path}: open it in Jupyter. Help with it: {help_}. What your answers earn: {earn}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from rnncourse.grading.practice import check_notebook
    from rnncourse.grading.visible import SECONDS

    found = check_notebook(arguments.notebook, arguments.seconds or SECONDS)
    if arguments.exercise:
        found = found.only(arguments.exercise)
    print(json.dumps(found.to_json())) if arguments.json else _say(found.text(arguments.hint))
    return 0 if found.solved else 1


def _progress(arguments: argparse.Namespace) -> int:
    from rnncourse.grading.progress import Walk
    from rnncourse.grading.visible import SECONDS

    walk = Walk(arguments.folder)
    with Bar("checking") as bar:
        found = walk.done(arguments.seconds or SECONDS, arguments.anew, bar)
    print(json.dumps(found.to_json())) if arguments.json else _say(found)
    for notebook, why in found.failed.items():
        _say(f"{notebook}: {why}", sys.stderr)
    return 1 if found.failed else 0


class Bar:
    """How far a walk over notebooks or students is: a bar on a terminal, elsewhere a line a notebook."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.bar: Any = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def __call__(self, done: int, total: int, name: str) -> None:
        """So many are done, of so many; the one that comes now."""
        if not sys.stderr.isatty():
            if name:
                _say(f"{self.what} {done + 1} of {total}: {name}", sys.stderr)
            return
        with needs("rnncourse progress", "grading"):
            from tqdm import tqdm
        self.bar = self.bar or tqdm(total=total, desc=self.what, unit="", dynamic_ncols=True)
        self.bar.set_postfix_str("".join(c if c.isprintable() else "�" for c in name), refresh=False)
        self.bar.update(done - self.bar.n)
        self.bar.refresh()


def _extend(arguments: argparse.Namespace) -> int:
    _needs_grading()
    from rnncourse.grading.nbgrader.course import Course
    from rnncourse.grading.nbgrader.gradebook import extend

    student, days = arguments.student, arguments.days
    until = extend(Course(arguments.course, arguments.db_url), arguments.assignment, student, days)
    late = f"late after {until:%Y-%m-%d %H:%M} UTC" if until else "nobody is late, for it has no due date"
    print(f"{arguments.assignment}, {student}: {days:g} days more, {late}")
    print(f"`rnncourse grade {shlex.quote(arguments.assignment)} --only-changed` works out penalties again.")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    if bool(arguments.platform) != bool(arguments.template):
        arguments.error("--for and --template go together: a platform, and the file that it exported")
    for name in ("column", "scale"):
        if getattr(arguments, name) and not arguments.platform:
            arguments.error(f"--{name} goes with --for")
    _needs_grading()
    from rnncourse.grading.nbgrader import platforms
    from rnncourse.grading.nbgrader.course import Course

    name, platform = arguments.assignment, arguments.platform
    output = arguments.output or Path(f"{name}-{platform}.csv" if platform else f"{name}.csv")
    grades = platforms.grades(Course(arguments.course, arguments.db_url), name)
    done = platforms.export(
        grades,
        output,
        platforms.Template(platform, arguments.template, arguments.column or name) if platform else None,
        named=arguments.column is not None,
        scale=arguments.scale,
        zeros=arguments.zeros,
        unfinished=arguments.unfinished,
    )
    _say(done)
    for line in done.left_out:
        _say(f"left out: {line}", sys.stderr)
    return 1 if done.left_out else 0


def _grade_visible(arguments: argparse.Namespace) -> int:
    from rnncourse.grading.visible import grade_visible

    report = grade_visible(Path(arguments.what))
    print(json.dumps(report.to_json())) if arguments.json else _say(report)
    return 0


def _needs_grading() -> None:
    with needs("rnncourse.grading", "grading"):
        import nbgrader  # noqa: F401
        import tqdm  # noqa: F401


def _grade_class(arguments: argparse.Namespace) -> int:
    from rnncourse.grading.batch import errors, executors
    from rnncourse.grading.nbgrader import classroom
    from rnncourse.grading.nbgrader.course import Course

    if arguments.cluster:
        executor, waiting = executors.dask(arguments.cluster, not arguments.unsafe), AT_THE_CLUSTER
    else:
        workers = arguments.workers or len(
            os.sched_getaffinity(0) if sys.platform == "linux" else range(os.cpu_count() or 1)
        )
        executor, waiting = executors.processes(workers), 2 * workers
    course = Course(arguments.course or ".", arguments.db_url)
    try:
        with Progress() as progress:
            entries = classroom.grade_class(
                course,
                arguments.what,
                executor=executor,
                waiting=waiting,
                students=arguments.student,
                only_changed=arguments.only_changed,
                jail=not arguments.unsafe,
                progress=progress,
            )
    except classroom.UnfinishedError as error:
        kept = f"{error.done} of {error.total} submissions are graded, and stay so."
        _say(f"rnncourse: {error}. {kept} To go on:\n  {shlex.join(arguments.line)}", sys.stderr)
        return 130
    except (classroom.BusyError, errors.ClusterError) as error:
        _say(f"rnncourse: {error}", sys.stderr)
        return 2
    return _show(course, arguments.what, entries, arguments.json, arguments.report)


class Progress:
    """How far a run is: a bar on a terminal, elsewhere a line for every tenth."""

    def __init__(self) -> None:
        self.bar: Any = None
        self.tenths = self.stopped = self.unread = 0
        self.started = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def __call__(self, done: int, total: int, entry: Entry | None) -> None:
        """Hear of an entry, the last of so many; at the start of none. Who could not be read is not graded."""
        from tqdm import tqdm

        if entry is not None:
            self.stopped += bool(entry["stopped"])
            self.unread += bool(entry["unreadable"])
        unread = f", {self.unread} not graded" if self.unread else ""
        if sys.stderr.isatty():
            self.bar = self.bar or tqdm(total=total, desc="grading", unit="", dynamic_ncols=True, smoothing=0.1)
            self.bar.set_postfix_str(f"{done - self.unread} graded{unread}, {self.stopped} stopped", refresh=False)
            self.bar.update(done - self.bar.n)
        elif done * 10 // total > self.tenths:
            self.tenths = done * 10 // total
            rate = done / max(time.monotonic() - self.started, 1e-3) * 60
            said = f"graded {done - self.unread} of {total}{unread}, {rate:.0f} a minute, {self.stopped} stopped"
            print(said, file=sys.stderr, flush=True)


def _report(arguments: argparse.Namespace) -> int:
    _needs_grading()
    from rnncourse.grading.nbgrader import classroom
    from rnncourse.grading.nbgrader.course import Course

    course = Course(arguments.course)
    entries, unfinished = classroom.last(course, arguments.assignment)
    if unfinished:
        print("The last run was interrupted: `rnncourse grade` goes on with it.", file=sys.stderr)
    _show(course, arguments.assignment, entries, arguments.json, arguments.html, names=not arguments.no_names)
    return 0


def _hint(arguments: argparse.Namespace) -> int:
    _needs_grading()
    from rnncourse.grading.nbgrader import classroom, hints
    from rnncourse.grading.nbgrader.course import Course

    course = Course(arguments.course)
    entries, _ = classroom.last(course, arguments.assignment)
    print(hints.store(course.folder, entries, arguments.exercise, arguments.student, arguments.hint, arguments.name))
    print(f"To tell it: {shlex.join(['rnncourse', 'grade', arguments.assignment, '--only-changed'])}")
    return 0


def _feedback(arguments: argparse.Namespace) -> int:
    _needs_grading()
    from rnncourse.grading.nbgrader import classroom, feedback
    from rnncourse.grading.nbgrader.course import Course

    try:
        with Bar("feedback") as bar:
            made = feedback.make(Course(arguments.course, arguments.db_url), arguments.assignment, arguments.anew, bar)
    except classroom.BusyError as error:
        print(f"rnncourse: {error}", file=sys.stderr)
        return 2
    print(made)
    out = [f"no feedback: {student}" for student in made.failed]
    if arguments.release:
        released = feedback.release(Course(arguments.course, arguments.db_url), arguments.assignment)
        print(f"Released to {len(released.students)}.")
        out += [f"not released: {student} did not hand in through the exchange" for student in released.left_out]
    for line in out:
        print(line, file=sys.stderr)
    return 1 if out else 0


def _standings(course: Course, assignment: str) -> list[Standing]:
    """The points of each student in the gradebook; none where it cannot be read, which is said."""
    from rnncourse.grading.nbgrader import platforms
    from rnncourse.grading.nbgrader.gradebook import GradebookError
    from rnncourse.grading.report.analysis import Standing

    try:
        grades = platforms.grades(course, assignment)
    except GradebookError as error:
        print(f"The report has no student's points: {error}", file=sys.stderr)
        return []
    return [Standing(each.student, each.points, each.most, each.penalty, each.waits) for each in grades
            if each.points is not None]  # fmt: skip


def _show(
    course: Course,
    assignment: str,
    entries: list[Entry],
    as_json: bool,
    page: Path | None,
    names: bool = True,
) -> int:
    """The summary on the standard output, and as a page; 1 where somebody or an own cell failed.

    Everybody who was not graded is named, with the reason, on the standard error.
    """
    from rnncourse.grading.report import analysis, render
    from rnncourse.grading.submission.checker import DOUBT

    found = analysis.analyse(entries, names, _standings(course, assignment))
    failed = [entry for entry in entries if entry["unreadable"]]
    if as_json:
        document = {"assignment": assignment, "analysis": json.loads(found.to_json())}
        if names:
            known = ("student", "name", "unreadable")
            document |= {
                "not_graded": [{key: entry[key] for key in known} for entry in failed],
                "results": entries,
            }
        print(json.dumps(document))  # in ASCII, which every pipe carries
    else:
        print(render.text(found, assignment))
    if page is not None:
        page.write_text(render.html(found, assignment), encoding="utf-8")
        print(f"The report as a page: {page}", file=sys.stderr)
    for entry in failed if names else ():
        who, why = render.plain(f"{entry['student']}, {entry['name']}", 80), render.plain(entry["unreadable"])
        print(f"not graded: {who}: {why}", file=sys.stderr)
    return 1 if failed or any(not said.startswith(DOUBT) for said, _ in found.instructor) else 0


def _grade_file(arguments: argparse.Namespace) -> int:
    from rnncourse.grading.alone import grade_file

    report = grade_file(Path(arguments.what), arguments.source, not arguments.unsafe)
    print(json.dumps(report.to_json())) if arguments.json else _say(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
