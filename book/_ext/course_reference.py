"""The pages of the reference, one for each module or package of ``rnncourse``: what its docstrings say.

They are written when Sphinx starts, into ``book/api``, from the names of the files alone; Sphinx's autodoc fills them.
An equation that a docstring names becomes a link to the page that derives it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.inspect import signature as signature_of
from sphinx.util.inspect import stringify_signature

from rnncourse import shapes
from rnncourse.chapters import CHAPTERS, EPILOGUE
from rnncourse.equations import LABEL, on_pages

ROOT = Path(__file__).parents[2]
# What students' code passes through has a page of its own, on grading; what chapters measure is shown by the chapters;
# of the checks only what an author of exercises calls: `describe` and `catalogue` show the exercises themselves.
LEFT_OUT = {"grading", "cli", "experiments"} | {
    f"checks.{name}" for name in ("carried", "diagnosis", "limit", "page", "questions", *CHAPTERS, *EPILOGUE)
}

PAGE = """# `{name}`

```{{eval-rst}}
{directives}
```
"""
DIRECTIVE = """.. automodule:: {module}
   :members:
   :member-order: bysource
"""
PACKAGE = """.. automodule:: {module}
"""  # what it takes from its modules stands there


def modules(package: Path) -> dict[str, list[str]]:
    """The public modules of a package, by the first name below it."""
    found: dict[str, list[str]] = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        left_out = {".".join(parts[1:n]) for n in range(2, len(parts) + 1)} & LEFT_OUT if len(parts) > 1 else {""}
        if not left_out and not any(part.startswith("_") for part in parts):
            found.setdefault(parts[1], []).append(".".join(parts))
    return found


def first_line(module: Path) -> str:
    """The first line of a module's docstring, or nothing."""
    return (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def write_pages(folder: Path, package: Path) -> None:
    """Write the pages that differ from what is there, and take away those of modules that are gone."""
    folder.mkdir(exist_ok=True)
    pages = {"index.md": index(package)}
    for name, found in modules(package).items():
        forms = (DIRECTIVE if len(found) == 1 or module.count(".") > 1 else PACKAGE for module in found)
        directives = "\n".join(form.format(module=module) for form, module in zip(forms, found, strict=True))
        pages[f"{name}.md"] = PAGE.format(name=f"rnncourse.{name}", directives=directives)
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def index(package: Path) -> str:
    """The first page of the reference: a line a module."""
    lines = ["# The package `rnncourse`", "", "What the docstrings say, module by module.", ""]
    for name in modules(package):
        module = package / f"{name}.py"
        said = first_line(module if module.exists() else package / name / "__init__.py")
        lines.append(f"- [`rnncourse.{name}`]({name}.md): {said.replace('``', '`').rstrip('.')}.")
    return "\n".join(lines) + "\n"


def link_equations(known: Collection[str], lines: list[str]) -> None:
    """Let an equation's label in a docstring be a link, where a page has the equation."""
    lines[:] = [LABEL.sub(lambda m: f":eq:`{m[1]}`" if m[1] in known else m[0], line) for line in lines]


def name_shapes(app: Sphinx, config: Any) -> None:
    """Let signatures say ``B_F``, and not what that stands for."""
    names = [name for name in vars(shapes) if name[0].isupper() and not isinstance(vars(shapes)[name], type)]
    config.autodoc_type_aliases = dict(zip(names, names, strict=True))


def plain_signature(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, signature: str | None, returned: str | None
) -> tuple[str, None] | None:
    """Show types where they are shapes; elsewhere the names of arguments are enough, and the docstring says more."""
    if signature is None or (callable(thing) and is_checked(thing)):
        return None
    try:
        return stringify_signature(signature_of(thing), show_annotation=False), None
    except (TypeError, ValueError):  # of what is written in C
        return None


def is_checked(function: Any) -> bool:
    """Do this function's annotations say shapes?"""
    return getattr(function, "__wrapped__", None) is not None and not isinstance(function, type)


def skip(app: Sphinx, what: str, name: str, thing: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out the fields of named tuples, of which Python says nothing but their number."""
    return True if (getattr(thing, "__doc__", "") or "").startswith("Alias for field number") else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx; the pages have to be there before it looks for sources."""
    write_pages(Path(app.srcdir) / "api", ROOT / "rnncourse")
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    known = {label for label, _ in on_pages(ROOT) if label}
    app.connect("config-inited", name_shapes)
    app.connect(
        "autodoc-process-docstring", lambda app, what, name, thing, options, lines: link_equations(known, lines)
    )
    app.connect("autodoc-process-signature", plain_signature)
    app.connect("autodoc-skip-member", skip)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
