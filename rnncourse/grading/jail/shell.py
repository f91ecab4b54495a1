"""The shell that runs a student's cells: that of a Jupyter kernel (ipykernel's), without its sockets and threads.

What a notebook may do in Jupyter, it may do here: magics, ``await``, streams with a descriptor, the shell's ``kernel``.
What shows itself is kept for the one who asks, instead of being sent to a browser.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import contextvars
import io
import sys
import warnings
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from ipykernel.displayhook import ZMQShellDisplayHook
from ipykernel.zmqshell import ZMQDisplayPublisher, ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError, UsageError
from traitlets.config import Application

from rnncourse.grading.jail.bubblewrap import INLINE

OF_THE_SCREEN = ("matplotlib", "pylab", "gui", "config", "load_ext", "reload_ext", "subshell")
TASKS = 0.1  # seconds that the tasks of a cell may go on after it


class Result(ZMQShellDisplayHook):
    """Keeps what the last expression of a cell shows."""

    kept: dict[str, Any] | None = None

    def start_displayhook(self) -> None:
        """Nothing is sent,"""

    def write_output_prompt(self) -> None:
        """So nothing is numbered"""

    def finish_displayhook(self) -> None:
        """Nor ended."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        """Keep it: the last counts."""
        self.kept = format_dict


class Display(ZMQDisplayPublisher):
    """Keeps what a cell displays."""

    outputs: list[Any]

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **more: Any) -> None:
        """Keep it."""
        self.outputs.append({"data": data})

    def clear_output(self, wait: bool = False) -> None:
        """Forget what was displayed before."""
        self.outputs.clear()


class Stream(io.TextIOWrapper):
    """Standard output or standard error of a cell: kept, with the descriptor that libraries ask for."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(io.BytesIO(), "utf-8", "backslashreplace", newline="\n", write_through=True)
        self.descriptor, self.kept = descriptor, self.buffer

    @property
    def name(self) -> str:
        """As Python calls it."""
        return "stdout" if self.descriptor == 1 else "stderr"

    def fileno(self) -> int:
        """The descriptor beneath, which shows nothing."""
        return self.descriptor

    def close(self) -> None:
        """What comes later is kept too."""

    def text(self) -> str:
        """What was written."""
        kept: Any = self.kept
        return str(kept.getvalue().decode("utf-8", "replace"))


class Kernel:
    """What notebooks ask of a kernel, and libraries that draw windows."""

    implementation, execution_count, eventloop, session = "ipython", 0, None, None
    _supports_kernel_subshells = False

    def __init__(self, shell: Any) -> None:
        self.shell = shell

    @property
    def comm_manager(self) -> Any:
        """Widgets register here; nobody answers them."""
        import comm

        return comm.get_comm_manager()

    def get_parent(self, channel: str = "shell") -> dict[str, Any]:
        """The message that a cell came in: none."""
        return {}

    def do_shutdown(self, restart: bool) -> dict[str, Any]:
        """The cells that follow are graded too."""
        return {"status": "ok", "restart": restart}

    def raw_input(self, prompt: object = "") -> str:
        """Raise as a kernel does that is asked to run a whole notebook."""
        raise StdinNotImplementedError("input() was called, and nobody is there to answer when a notebook is graded.")


def made() -> Any:
    """The shell of this process."""
    shell: Any = ZMQInteractiveShell.instance(displayhook_class=Result, display_pub_class=Display)
    app: Any = Application.instance()
    app.kernel = shell.kernel = Kernel(shell)
    builtins.input = shell.kernel.raw_input
    shell.history_manager.enabled = False
    shell.display_pub.outputs = []
    shell.transform_cell = partial(as_python, shell.transform_cell)
    shell.run_line_magic = partial(told, shell.run_line_magic)
    shell.enable_matplotlib = partial(inline, shell.enable_matplotlib)
    return shell


def as_python(transform: Callable[[str], str], source: str) -> str:
    """A cell in Python: IPython's transformation of it, which takes most of a cell's time, where it has work to do.

    That is where it is no Python yet (magics, `!` and `?`), in cells of one line (automagic), and at blank first lines.
    """
    if "\n" in source.rstrip() and not source[0].isspace():
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is to be said, is said when it is compiled
            ast.parse(source)
            return source if source.endswith("\n") else source + "\n"
    return transform(source)


def told(run: Callable[..., Any], name: str, line: str, _stack_depth: int = 1) -> Any:
    """Run a line magic. One that is mistyped, or that this place does not have, says so, and the cell goes on."""
    try:
        return run(name, line, _stack_depth + 1)
    except UsageError as error:
        said = str(error)
    except Exception as error:
        if name not in OF_THE_SCREEN:
            raise
        said = f"{type(error).__name__}: {error}"
    print(f"%{name} was left out: {said}", file=sys.stderr)
    return None


def inline(enable: Callable[..., Any], gui: str | None = None) -> Any:
    """Whatever window is asked for: figures are drawn below the cell."""
    return enable("inline")


def draw_inline(shell: Any) -> None:
    """Once matplotlib is imported: figures show themselves at the end of a cell, windows that cannot be are forgone."""
    import matplotlib
    from matplotlib_inline.backend_inline import configure_inline_support

    matplotlib.use(INLINE)
    matplotlib.interactive(True)
    use: Any = matplotlib.use
    use.__kwdefaults__["force"] = False
    configure: Any = configure_inline_support
    configure(shell, INLINE)


class Runner:
    """Runs cells as a kernel does: from the first one that speaks of it, inside of a running event loop.

    Making a loop takes a tenth of the time that a submission's process needs to start. What cells set for their context
    stays set, for those that follow and for functions that a test calls.
    """

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.loop: asyncio.AbstractEventLoop | None = None
        self.context = contextvars.Context()

    def run_cell(self, source: str) -> Any:
        """Run a cell; IPython's result of it."""
        if self.loop is None and "async" not in source and "await" not in source:
            return self.shell.run_cell(source, store_history=True)
        if self.loop is None:
            self.context = contextvars.copy_context()
        if self.loop is None or self.loop.is_closed():
            self.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self.loop)
        return self.loop.run_until_complete(self.loop.create_task(self._cell(source), context=self.context))

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function in the cells' context."""
        return function(*arguments) if self.loop is None else self.context.run(function, *arguments)

    async def _cell(self, source: str) -> Any:
        result = await self._awaited(source) if "await" in source or "async" in source else None
        if result is None:
            result = self.shell.run_cell(source, store_history=True)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=TASKS)
        return result

    async def _awaited(self, source: str) -> Any:
        """The result of a cell that awaits something at its top level; None for another, which is not run."""
        try:
            python = self.shell.transform_cell(source)
        except Exception:
            return None
        if not self.shell.should_run_async(source, transformed_cell=python):
            return None
        run: Coroutine[Any, Any, Any] = self.shell.run_cell_async(source, store_history=True, transformed_cell=python)
        result = await run
        self.shell.events.trigger("post_execute")
        self.shell.events.trigger("post_run_cell", result)
        return result
