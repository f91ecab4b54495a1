"""Where submissions are graded: in processes of this machine, or by the workers of a Dask cluster.

Each function returns a factory for :func:`rnncourse.grading.batch.jobs.run`, which may need a second executor when the
first one breaks. A worker grades one submission at a time, so each has one thread.
"""

from __future__ import annotations

import faulthandler
import functools
import os
import platform
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from multiprocessing import parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from typing import Any

import rnncourse
from rnncourse import assignments
from rnncourse._extras import needs
from rnncourse.grading.batch.errors import ClusterError, WorkersDiedError
from rnncourse.grading.batch.jobs import HANGS
from rnncourse.grading.jail import bubblewrap
from rnncourse.grading.jail.nursery import Nursery
from rnncourse.grading.submission.job import Spec

ANSWER_WITHIN = 10  # seconds
MOST_DATA = 2**32  # bytes of a worker, which needs a tenth


def processes(n: int) -> Callable[[], Executor]:
    """Pools of n processes of this machine, with one numerical thread each."""
    if n < 1:
        raise ValueError(f"n: expected at least 1 process, got {n}")
    return partial(_Pool, n, mp_context=_OneThreadContext(), initializer=_start_worker)


class _Pool(ProcessPoolExecutor):
    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **keywords: Any) -> Future[Any]:
        return super().submit(_bounded, fn, *arguments, **keywords)


class _OneThreadProcess(SpawnProcess):
    def start(self) -> None:
        with _environment(bubblewrap.THREADS):  # a library counts its threads when it is imported
            super().start()


class _OneThreadContext(SpawnContext):
    Process = _OneThreadProcess


@contextmanager
def _environment(settings: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _HungError(KeyboardInterrupt):
    """The grader's side has computed for too long; a KeyboardInterrupt, which no test's own handler takes."""


def _start_worker() -> None:
    """Ctrl-C is for the main process, which ends the others; if it is killed itself, nobody waits for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_DATA, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)  # and the kernel ends the jail, see bubblewrap's --die-with-parent


def dask(address: str, jailed: bool = True) -> Callable[[], Executor]:
    """Executors on the Dask cluster whose scheduler has this address, such as "tcp://host:8786".

    Every worker has one thread, the same ``rnncourse`` as here and, where ``jailed``, can build the jail; calling the
    factory raises ClusterError where this is not so. When a worker dies, Dask has another one do its work; a submission
    under which workers die again and again raises WorkersDiedError, and the executor goes on.
    """
    return partial(_Cluster, address, jailed)


class _Cluster(Executor):
    def __init__(self, address: str, jailed: bool) -> None:
        try:
            with needs("grading on a cluster", "cluster"):
                import distributed
        except ModuleNotFoundError as error:
            raise ClusterError(str(error)) from None
        connect: Any = distributed.Client
        try:
            self._client = connect(address, timeout=ANSWER_WITHIN, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"no Dask scheduler answers at {address} in {ANSWER_WITHIN} s ({error}); `dask scheduler` starts one"
            ) from None
        self._executor: Executor = self._client.get_executor(pure=False)
        self._address, self._here = address, versions()
        self._sent: dict[Spec, Any] = {}
        self._killed: Any = distributed.KilledWorker
        found = self._client.run(_examine, self._here, jailed, on_error="return")
        if wrong := [f"worker {name}: {trouble}" for name, trouble in found.items() if trouble]:
            self._client.close()
            raise ClusterError("\n".join(wrong))

    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **keywords: Any) -> Future[Any]:
        """As an executor's; a specification travels to each worker once."""
        given = [self._shared(a) if isinstance(a, Spec) else a for a in arguments]
        future: Future[Any] = Future()
        inner = self._executor.submit(_on_worker, self._here, fn, *given, **keywords)
        inner.add_done_callback(partial(self._pass_on, future))
        return future

    def _shared(self, spec: Spec) -> Any:
        """A task whose result the specification is: when the workers that hold it die, Dask makes it again."""
        if spec not in self._sent:
            self._sent[spec] = self._client.submit(_same, spec, pure=False)
        return self._sent[spec]

    def _pass_on(self, to: Future[Any], inner: Future[Any]) -> None:
        try:
            to.set_result(inner.result())
        except CancelledError:
            to.set_exception(ClusterError(f"the Dask scheduler at {self._address} is gone"))
        except self._killed as error:
            to.set_exception(WorkersDiedError(str(error)))
        except BaseException as error:  # of what breaks while the scheduler goes, Dask makes errors of many kinds
            lost = self._client.status != "running"
            to.set_exception(ClusterError(f"the Dask scheduler at {self._address} is gone") if lost else error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which goes on without us."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()


# --- on the workers


def _bounded(work: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """Do a piece of work, of which nothing on this side is endless, whatever a student has sent.

    The student's side has its deadlines, and a test's Python code too (checker.soft_deadline). What computes longer
    here than a notebook may take is interrupted, and raises TimeoutError; what cannot be ends with the process.
    """
    spec = next((given for given in arguments if isinstance(given, Spec)), None)
    if spec is None:
        return work(*arguments, **keywords)
    with Path(os.devnull).open("w") as nowhere, _computing(spec.times.total):  # the batch says which submission it was
        faulthandler.dump_traceback_later(spec.times.total + HANGS, exit=True, file=nowhere)
        try:
            return work(*arguments, **keywords)
        except _HungError:
            raise TimeoutError(f"the grader computed for more than {spec.times.total:g} s with what it has") from None
        finally:
            faulthandler.cancel_dump_traceback_later()


@contextmanager
def _computing(seconds: float) -> Iterator[None]:
    """Interrupt what takes more of this process's own time, in its main thread; the time of others is none of it."""
    if seconds <= 0 or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: Any) -> None:
        raise _HungError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)  # again, where the first one was swallowed
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@functools.cache
def versions() -> dict[str, str]:
    """What two machines must have in common to give equal results."""
    python = ".".join(platform.python_version_tuple()[:2])
    packages = {name: version(name) for name in ("numpy", "distributed")}
    return {"Python": python, **packages, "rnncourse": f"{rnncourse.__version__}, code {assignments.code()[:8]}"}


def _examine(wanted: dict[str, str], jailed: bool, dask_worker: Any = None) -> str:
    """What keeps a worker from grading, "" for nothing."""
    if trouble := _differs(wanted):
        return trouble
    if dask_worker.state.nthreads != 1:
        return f"it has {dask_worker.state.nthreads} threads, and one is used; start it with `--nthreads 1`, one a core"
    if jailed:
        try:
            Nursery().close()
        except bubblewrap.NoJailError as error:
            return str(error)
    return ""


def _differs(wanted: dict[str, str]) -> str:
    here = versions()
    found = [f"{name} {here[name]} there, {wanted[name]} here" for name in wanted if here[name] != wanted[name]]
    return f"it has other versions: {'; '.join(found)}" if found else ""


def _same(spec: Spec) -> Spec:
    return spec


def _on_worker(wanted: dict[str, str], work: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """Do a piece of work; the worker may have joined after the others were examined."""
    from distributed import get_worker

    try:
        if trouble := _differs(wanted):
            raise bubblewrap.NoJailError(trouble)
        return _bounded(work, *arguments, **keywords)
    except bubblewrap.NoJailError as error:
        raise ClusterError(f"worker {get_worker().address}: {error}") from None
