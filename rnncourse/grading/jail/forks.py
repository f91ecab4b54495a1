"""The nursery, in the outer jail: imports once what students import, and forks a process for each submission.

It runs no code of students and knows no tests. The one who started it sends, on the control socket, a byte with the
socket of a new submission beside it, or the byte ``k`` to end the present one. When a submission ends, it answers with
a byte that says why: ``e`` ended by itself, ``k`` as asked, ``m`` more memory, ``p`` more processes than allowed.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import resource
import select
import signal
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from rnncourse.grading.jail.bubblewrap import WORK
from rnncourse.grading.jail.calls import ALLOWED, FORBIDDEN, FORBIDDEN_OF_FCNTL
from rnncourse.grading.wall.wire import EndedError, receive, send

NEW = {"mount": 0x20000, "uts": 0x4000000, "ipc": 0x8000000, "process": 0x20000000, "network": 0x40000000}
NOSUID, NODEV = 2, 4
INODES = 10_000  # files and folders of a submission: an empty one takes memory too
WATCH = 0.1  # seconds between two looks at a submission's memory
HUGE = 2**21  # bytes of a huge page
MOST_SHARED = 2**25  # bytes of a shared mapping, of a file or of none

libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> None:
    """Raise OSError when a system call failed."""
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def mount(kind: str, at: str, options: str = "") -> None:
    """A new file system of a kind at a folder."""
    checked(libc.mount(kind.encode(), at.encode(), kind.encode(), NOSUID | NODEV, options.encode()), f"mount {at}")


def confine(memory: int, processes: int, disk: int, file: int, files: int) -> None:
    """Inside the new namespaces, as their first process: own places to write, limits, no privilege."""
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: ends with the process that waits for it
    os.setsid()
    home = os.environ["HOME"]
    user = 1 if len(Path("/proc/self/uid_map").read_text().splitlines()) > 1 else os.getuid()  # see jail.two_users
    owned = f"size={disk},nr_inodes={INODES},mode=0700,uid={user},gid={1 if user == 1 else os.getgid()}"
    mount("tmpfs", home, owned)
    mount("tmpfs", "/dev/shm", owned)
    mount("proc", "/proc")
    status = Path("/proc/self/status").read_text()
    data = int(status.partition("VmData:")[2].split()[0]) * 1024
    limits = {
        resource.RLIMIT_DATA: data + memory,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_FSIZE: file,
        resource.RLIMIT_NOFILE: files,
        resource.RLIMIT_CORE: 1,  # with 0 the machine's helper for crashes still runs, where there is one
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))
    forgo_privileges(user)
    enter(home)


def enter(home: str) -> None:
    """Where a notebook runs, with folders above it that it may write to."""
    work = Path(home, WORK)
    work.mkdir(parents=True)
    os.chdir(work)
    sys.path[0] = ""  # modules beside the notebook, wherever it goes


def forgo_privileges(user: int) -> None:
    """Give up every capability for good, and the system calls that no exercise needs."""
    libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    libc.prctl(47, 4, 0, 0, 0)  # PR_CAP_AMBIENT_CLEAR_ALL
    for capability in range(64):
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
    if user != os.getuid():
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # a change of user has taken it back
    head, none = struct.pack("II", 0x20080522, 0), bytes(24)
    checked(libc.capset(head, none), "capset")
    forbid_system_calls()


MACHINES = ("x86_64", "aarch64")  # the columns
SOCKET = {"x86_64": 41, "aarch64": 198}
FAMILIES = (1, 2, 10, 16)  # local, IPv4, IPv6, netlink; others (a machine to its host) know no namespaces
FCNTL = {"x86_64": 72, "aarch64": 25}
CLONE, NEW_USER, NO_SUCH_CALL = {"x86_64": 56, "aarch64": 220}, 0x10000000, 38
MMAP, SHARED, NO_MEMORY = {"x86_64": 9, "aarch64": 222}, 1, 12
ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def forbid_system_calls() -> None:
    """A seccomp filter: forbidden calls fail with EPERM, others that are not allowed do not exist (ENOSYS).

    Calls of another architecture's table end the process. New user namespaces, in which a process has privileges again,
    are refused; what clone3 asks for a filter cannot see, and without it the C library takes clone.
    """
    machine = os.uname().machine
    if machine not in MACHINES:
        return
    column = MACHINES.index(machine)
    load, equal, at_least, above, has, give = 0x20, 0x15, 0x35, 0x25, 0x45, 0x06
    kill, refuse, allow, missing = 0x80000000, 0x00050000 | 1, 0x7FFF0000, 0x00050000 | NO_SUCH_CALL
    no_memory = 0x00050000 | NO_MEMORY
    program = [(load, 0, 0, 4), (equal, 1, 0, ARCHITECTURE[machine]), (give, 0, 0, kill), (load, 0, 0, 0)]
    program += [(at_least, 0, 1, 0x40000000), (give, 0, 0, kill)]  # x32
    for numbers in FORBIDDEN.values():
        program += [(equal, 0, 1, numbers[column]), (give, 0, 0, refuse)]
    families = [(equal, len(FAMILIES) - i, 0, family) for i, family in enumerate(FAMILIES)]
    program += [(equal, 0, len(FAMILIES) + 3, SOCKET[machine]), (load, 0, 0, 16), *families]
    program += [(give, 0, 0, refuse), (give, 0, 0, allow)]
    program += [(equal, 0, 3, CLONE[machine]), (load, 0, 0, 16), (has, 0, 1, NEW_USER), (give, 0, 0, refuse)]
    program.append((load, 0, 0, 0))
    commands = [(equal, len(FORBIDDEN_OF_FCNTL) - i, 0, command) for i, command in enumerate(FORBIDDEN_OF_FCNTL)]
    program += [(equal, 0, len(commands) + 3, FCNTL[machine]), (load, 0, 0, 24), *commands]
    program += [(give, 0, 0, allow), (give, 0, 0, refuse)]
    too_long = [(load, 0, 0, 28), (equal, 1, 0, 0), (give, 0, 0, no_memory)]  # the length's upper half
    too_long += [(load, 0, 0, 24), (above, 0, 1, MOST_SHARED), (give, 0, 0, no_memory), (give, 0, 0, allow)]
    program += [(equal, 0, len(too_long) + 3, MMAP[machine]), (load, 0, 0, 40)]
    program += [(has, 1, 0, SHARED), (give, 0, 0, allow), *too_long]
    for first, last in ranges(number for numbers in ALLOWED.values() if (number := numbers[column]) is not None):
        program += [(at_least, 0, 2, first), (above, 1, 0, last), (give, 0, 0, allow)]
    program.append((give, 0, 0, missing))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    pointer = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    checked(libc.prctl(22, 2, pointer, 0, 0), "seccomp")  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers as runs of neighbours: the first and the last of each."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found


def fork_submission(talk: socket.socket, limits: list[int]) -> int:
    """Fork twice: the first child makes the namespaces and waits, the second is the first process in them."""
    middle = os.fork()
    if middle:
        return middle
    try:
        os.closerange(3, talk.fileno())
        os.closerange(talk.fileno() + 1, 2**16)
        libc.prctl(1, signal.SIGKILL, 0, 0, 0)
        checked(libc.unshare(sum(NEW.values())), "unshare")
        first = os.fork()
        if first:
            talk.close()
            os.waitpid(first, 0)
            os._exit(0)
        confine(*limits)
        serve(talk)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    os._exit(0)


def fork_unconfined(talk: socket.socket) -> int:
    """Fork once, without any wall: a session and a folder of its own, and the rights of who grades."""
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        with tempfile.TemporaryDirectory() as folder:
            enter(folder)
            serve(talk)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    os._exit(0)


def serve(talk: socket.socket) -> None:
    """Run a student's code."""
    from rnncourse.grading.jail import student

    student.serve(talk)


def descendants(pid: int) -> list[int]:
    """All processes below one."""
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += [int(p) for p in (task / "children").read_text().split()]
        except OSError:
            continue
    return found[1:]


@dataclass(frozen=True)
class Rest:
    """What the process that forks takes without a submission, in bytes: held in memory, and in addresses."""

    held: int
    addresses: int


def at_rest() -> Rest:
    """Of this process, which has forked nothing."""
    me = [os.getpid()]
    return Rest(held_memory(me), addresses_and_resident(me[0])[0])


def held_memory(pids: list[int]) -> int:
    """Bytes that processes hold together, what they share counted once: pages, tables of pages, shared mappings.

    A shared mapping without a file holds pages that no process has in its address space; how many, nobody can see, and
    the filter of system calls says how many at most.
    """
    found, mappings = 0, set[bytes]()
    for pid in pids:
        with contextlib.suppress(OSError, IndexError):
            home = Path(f"/proc/{pid}")
            lines = [line.split() for line in (home / "smaps_rollup").read_text().splitlines()[1:]]
            kinds = {name.rstrip(":"): int(number) for name, number, *_ in lines}
            anonymous = kinds["Pss_Anon"] + kinds["Pss_Shmem"] if "Pss_Anon" in kinds else kinds["Pss"]
            tables = (home / "status").read_text().partition("VmPTE:")[2].split()[0]
            found += (anonymous + kinds.get("SwapPss", 0) + int(tables)) * 1024
            mappings |= {line.split()[4] for line in (home / "maps").read_bytes().splitlines() if b"/dev/zero" in line}
    return found + len(mappings) * MOST_SHARED


def addresses_and_resident(pid: int) -> tuple[int, int]:
    """Bytes of a process's address space, and of it in memory."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[:2]
    except OSError:
        return 0, 0
    return int(pages[0]) * resource.getpagesize(), int(pages[1]) * resource.getpagesize()


def over_limit(middle: int, memory: int, processes: int, rest: Rest) -> bytes:
    """What a submission uses too much of: ``m``, ``p``, or nothing.

    The limits of :func:`confine` bound one process, and how many there are; this looks at all of them together.
    """
    if sum(entry.name.isdigit() for entry in Path("/proc").iterdir()) > processes + 8:
        return b"p"
    found = descendants(middle)
    sizes = list(map(addresses_and_resident, found))
    more = sum(max(0, addresses - rest.addresses) for addresses, _ in sizes)
    if sum(resident for _, resident in sizes) <= memory and more <= memory:  # a bound, and soon read
        return b""
    return b"m" if held_memory([os.getpid(), *found]) - rest.held > memory else b""


def end(middle: int, jail: int) -> None:
    """Kill a submission, whatever it has done to outlive it; returns when all of its processes are gone.

    The kernel ends a process namespace with its first process; the middle one waits for that, and ends by itself.
    """
    while not os.waitpid(middle, os.WNOHANG)[0]:
        with contextlib.suppress(ProcessLookupError):
            if jail:
                os.kill((descendants(middle) or [middle])[0], signal.SIGKILL)
            else:
                os.killpg(middle, signal.SIGKILL)
        time.sleep(0.001)


def try_out(limits: list[int]) -> None:
    """Run a cell as a submission would: a machine that forbids the inner wall is refused, and no student blamed.

    Raises SystemExit when the process could not be set up; it has said why on stderr.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        middle = fork_submission(theirs, limits)
    with ours:
        try:
            send(ours, (0, "cell", "1"))
            receive(ours, time.monotonic() + 60)
        except EndedError:
            sys.exit("The inner namespaces are forbidden here; on Ubuntu by AppArmor's profile for bubblewrap.")
    os.waitpid(middle, 0)


def use_huge_pages() -> None:
    """Where Linux can (6.1 and later), put what the imports left in memory into huge pages, of which a fork copies few.

    Forking a process copies its page tables, and ending it tears them down: a good part of what a sandbox takes.
    """
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for line in Path("/proc/self/maps").read_text().splitlines():
        place, rights, *_, name = [*line.split(maxsplit=5), ""][:6]
        if rights == "rw-p" and name in ("", "[heap]"):
            start, end = (int(bound, 16) for bound in place.split("-"))
            for at in range(-(-start // HUGE) * HUGE, end - HUGE + 1, HUGE):
                libc.madvise(at, HUGE, 25)  # MADV_COLLAPSE; one that cannot be stays as it is


def main() -> NoReturn:
    """Import, say that all is ready, and serve until the control socket closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    *limits, jail = [int(n) for n in sys.argv[2].split(",")]
    importlib.import_module("rnncourse.grading.jail.student").prepare(sys.argv[3:])
    gc.collect()
    gc.freeze()  # so that children do not copy pages only to count references
    if jail:
        use_huge_pages()
        try_out(limits)
    control.sendall(b"ready")
    rest, middle = at_rest(), 0
    while True:
        ready, _, _ = select.select([control], [], [], WATCH if middle else None)
        why = b""
        if ready:
            order, fds, _, _ = socket.recv_fds(control, 1, 1)
            if not order:
                os._exit(0)
            if fds:
                if middle:
                    end(middle, jail)
                with socket.socket(fileno=fds[0]) as talk:
                    middle = fork_submission(talk, limits) if jail else fork_unconfined(talk)
                continue
            why = b"k"
        if middle and not why:
            if os.waitpid(middle, os.WNOHANG)[0]:
                why = b"e"
            elif jail:
                why = over_limit(middle, limits[0], limits[1], rest)
        if middle and why:
            if why != b"e":
                end(middle, jail)
            middle = 0
            control.sendall(why)


if __name__ == "__main__":
    main()
