"""A jail for code that nobody has read, built by bubblewrap, as an ordinary user.

Two walls. Outside, bubblewrap: namespaces of their own for users, processes, network, IPC and host name; of the file
system the interpreter and its packages, to be read, and nothing else; no capability that counts on the machine. In
there waits one process, the nursery, that has imported what students import and runs none of their code
(:mod:`~rnncourse.grading.jail.forks`). It forks a process for each submission, with namespaces, a folder to write to
and limits of its own, which gives up every privilege before it runs anything.
"""

from __future__ import annotations

import os
import shutil
import site
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache")
HOME = "/home/student"  # the one place to write; /tmp leads there
WORK = "course/assignment"  # where a notebook runs in there: the folders above it can be written to, as at home
INLINE = "module://matplotlib_inline.backend_inline"
NOBODY = 65534
CAPABILITIES = ("SYS_ADMIN", "SETPCAP", "SETUID", "SETGID", "KILL", "SYS_PTRACE")  # over its own namespace alone
THREADS = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}  # many submissions share a machine
PACKAGE = Path(__file__).resolve().parents[2]


class NoJailError(RuntimeError):
    """The machine cannot build the jail: why, and what to do."""


@dataclass(frozen=True)
class Confines:
    """What a submission may use at most."""

    memory: int = 2**30  # bytes that it does not share with the process it was forked from
    processes: int = 48  # threads too
    disk: int = 2**26  # bytes of files, which are memory as well
    file: int = 2**25  # bytes of one file
    files: int = 256  # open at once
    jail: bool = True  # without it, none of this holds: the code runs with the rights of who grades


CONFINES = Confines()


def folders() -> list[str]:
    """What the jail shows besides the system and ``rnncourse``: the interpreter and its packages."""
    found = [sys.prefix, sys.base_prefix, *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib"))]
    found += site.getsitepackages()
    kept: list[str] = []
    for path in sorted({Path(f).resolve() for f in found} | {Path.cwd() / f for f in found}):
        known = any(path.is_relative_to(k) for k in (*SYSTEM[:6], *kept))
        if path.is_dir() and str(path) != "/" and not known:
            kept.append(str(path))
    return kept


def command(
    program: Sequence[str], disk: int, namespace: int | None = None, described: Mapping[str, int] | None = None
) -> list[str]:
    """The command line that runs a program in the outer jail, in a user namespace that is there already or a new one.

    ``described`` are descriptors of files' content, by their paths in the jail. Raises NoJailError where bubblewrap
    is missing.
    """
    bwrap = shutil.which("bwrap")
    if sys.platform != "linux" or bwrap is None:
        raise NoJailError(
            "bubblewrap is missing, and without it no code of students is run. Install it (Debian, Ubuntu: "
            "`apt install bubblewrap`; Fedora: `dnf install bubblewrap`); it needs Linux"
        )
    line = [bwrap, *(["--unshare-user"] if namespace is None else ["--userns", str(namespace)])]
    line += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    line += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "jail", "--cap-drop", "ALL"]
    for capability in CAPABILITIES:
        line += ["--cap-add", f"CAP_{capability}"]
    shown = folders()
    files = described or {}
    seen = (*SYSTEM, *shown, *files, HOME, "/course/_")
    above = {str(parent) for folder in seen for parent in Path(folder).parents} - {"/"}
    for parent in sorted(above):
        line += ["--perms", "0755", "--dir", parent]
    for folder in SYSTEM:
        path = Path(folder)
        if path.is_symlink():
            line += ["--symlink", str(path.readlink()), folder]
        elif path.exists():
            line += ["--ro-bind", folder, folder]
    for folder in shown:
        line += ["--ro-bind", folder, folder]
    line += ["--ro-bind", str(PACKAGE), f"/course/{PACKAGE.name}"]  # and not what lies beside it: tests, solutions
    for name, descriptor in files.items():
        line += ["--perms", "0644", "--ro-bind-data", str(descriptor), name]
    line += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--size", str(disk), "--tmpfs", HOME]
    if not any(folder.startswith("/tmp/") for folder in shown):
        line += ["--symlink", HOME, "/tmp"]
    line += ["--remount-ro", "/"]
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": HOME,
        "PWD": f"{HOME}/{WORK}",
        "USER": "student",
        "LOGNAME": "student",
        "SHELL": "/bin/sh",
        "TMPDIR": HOME,
        "LANG": "C.UTF-8",
        "PYTHONPATH": "/course",
        "PIP_RETRIES": "0",  # there is no network to wait for
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "MPLBACKEND": INLINE,
        "MPLCONFIGDIR": f"{HOME}/matplotlib",
        "IPYTHONDIR": f"{HOME}/ipython",
        "PYTHONDONTWRITEBYTECODE": "1",
        **THREADS,
    }
    for name, value in environment.items():
        line += ["--setenv", name, value]
    return [*line, "--chdir", HOME, "--", *program]


def described(user: int, group: int) -> dict[str, int]:
    """What programs look up of a machine and its user: descriptors of the files' content, by their paths."""
    files = {
        "/etc/passwd": f"root:x:0:0::/:/bin/sh\nstudent:x:{user}:{group}::{HOME}:/bin/sh\n",
        "/etc/group": f"root:x:0:\nstudent:x:{group}:\n",
        "/etc/hosts": "127.0.0.1 localhost jail\n",
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    }
    found = {}
    for name, content in files.items():
        found[name], end = os.pipe()
        os.write(end, content.encode())
        os.close(end)
    return found


def two_users() -> int:
    """A user namespace in which 0 is root, as outside, and 1 is nobody: the descriptor of it.

    Linux limits the number of root's processes nowhere, so a submission that root grades runs as nobody.
    """
    wait = "import ctypes; ctypes.CDLL(None).unshare(0x10000000); print(flush=True); import sys; sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-ISc", wait], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        try:
            for name in ("uid_map", "gid_map"):
                Path(f"/proc/{process.pid}/{name}").write_text(f"0 0 1\n1 {NOBODY} 1\n")
            return os.open(f"/proc/{process.pid}/ns/user", os.O_RDONLY)
        except OSError as error:
            raise NoJailError(
                f"no user namespace can be made here ({error}), and without it no code of students is run. In a "
                "container, allow user namespaces; or grade as an ordinary user"
            ) from error


def start(preload: Sequence[str] = (), confines: Confines = CONFINES) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start the process that forks for submissions; return it and the socket that controls it.

    Raises NoJailError with what bubblewrap said, where it cannot build the jail, or where processes cannot be forked.
    """
    if not hasattr(os, "fork"):
        raise NoJailError("students' code runs in processes that are forked, which Windows cannot: use its Linux (WSL)")
    namespace = two_users() if confines.jail and os.geteuid() == 0 else None
    ours, theirs = socket.socketpair()
    limits = [*astuple(confines)[:-1], int(confines.jail)]
    program = [sys.executable, "-m", "rnncourse.grading.jail.forks", str(theirs.fileno()), ",".join(map(str, limits))]
    program += preload
    user, group = (os.getuid(), os.getgid()) if namespace is None else (1, 1)
    files = described(user, group) if confines.jail else {}
    passed = [theirs.fileno(), *files.values(), *([] if namespace is None else [namespace])]
    path = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH"))))
    try:
        process = subprocess.Popen(
            command(program, confines.disk, namespace, files) if confines.jail else program,
            env=os.environ | THREADS | {"PYTHONPATH": path},
            pass_fds=passed,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
        for descriptor in files.values():
            os.close(descriptor)
        if namespace is not None:
            os.close(namespace)
    ours.settimeout(120)
    try:
        greeting = ours.recv(5)
    except OSError:
        greeting = b""
    if greeting != b"ready":
        ours.close()
        process.kill()
        _, said = process.communicate()
        why = "bubblewrap cannot build the jail here, and without it no code of students is run. It said:"
        raise NoJailError(
            (why if confines.jail else "the process for students' code did not start. It said:")
            + "\n"
            + said.decode(errors="replace").strip()[-2000:]
            + "\nThe book's page on grading says what containers and Ubuntu need." * confines.jail
        )
    ours.settimeout(None)
    return process, ours
