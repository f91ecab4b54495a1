"""The command ``rnncourse``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import rnncourse


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand; the return value is the exit status."""
    parser = argparse.ArgumentParser(prog="rnncourse", description="The course on recurrent neural networks.")
    parser.add_argument("--version", action="version", version=f"rnncourse {rnncourse.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    equations = commands.add_parser(
        "equations",
        help="list every labelled equation with its function and its test; fail if one has none",
        description="List every labelled equation of the book with the function that computes it and the test that "
        "checks it. The exit status is 1 if a label lacks one of them, or a display equation lacks a label.",
    )
    equations.add_argument("--root", type=Path, default=Path(), help="the checkout (default: this folder)")
    equations.add_argument("--problems", action="store_true", help="print only what is missing")
    equations.set_defaults(run=_equations)

    exercises = commands.add_parser(
        "exercises", help="list the exercises, or print the task of one", description="List the exercises of `check`."
    )
    exercises.add_argument("name", nargs="?", help="an exercise, such as rnn.forward")
    exercises.set_defaults(run=_exercises)

    arguments = parser.parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except BrokenPipeError:  # the reader of a pipe (head, less) has seen enough
        sys.stderr.close()
        return 0
    except (ImportError, LookupError, OSError, ValueError) as error:
        message = error.args[0] if isinstance(error, KeyError) else error
        print(f"rnncourse: {message}", file=sys.stderr)
        return 2
    return status


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


def _exercises(arguments: argparse.Namespace) -> int:
    from rnncourse.checks import describe, exercises

    print(describe(arguments.name) if arguments.name else "\n".join(exercises()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
