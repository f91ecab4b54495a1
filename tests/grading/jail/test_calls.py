"""The filter of system calls: its numbers are the kernel's, and honest code does not notice it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rnncourse.grading.jail.calls import ALLOWED, FORBIDDEN
from rnncourse.grading.jail.forks import ranges
from rnncourse.grading.jail.nursery import Nursery
from rnncourse.grading.submission.session import Session, Times

HEADER = next(Path("/usr/include").glob("*/asm/unistd_64.h"), None)

# What students do and what libraries do for them; the last line is what has to come out.
HONEST = {
    "threads": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor(4) as pool:\n    found = sum(pool.map(abs, range(-3, 4)))\nassert found == 12",
    "processes": "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool:\n"
    "    found = pool.map(abs, [-1, 2])\nassert found == [1, 2]",
    "another program": "import subprocess\nassert subprocess.run(['echo', 'x'], capture_output=True).stdout == b'x\\n'",
    "a fork": "import os\nchild = os.fork()\nif not child:\n    os._exit(3)\n"
    "assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3",
    "files": "import os, pathlib, shutil, tempfile\nwith tempfile.TemporaryDirectory() as folder:\n"
    "    one = pathlib.Path(folder, 'a')\n    one.write_text('x')\n    shutil.copy2(one, folder + '/b')\n"
    "    shutil.move(folder + '/b', folder + '/c')\n    os.truncate(one, 0)\n    assert len(os.listdir(folder)) == 2",
    "arrays in files": "import numpy as np\nnp.save('a.npy', np.arange(6.0))\n"
    "held = np.load('a.npy', mmap_mode='r+')\nheld[0] = 7\nheld.flush()\nassert np.load('a.npy')[0] == 7",
    "shared memory": "import mmap\nheld = mmap.mmap(-1, 2**20)\nheld[:3] = b'abc'\nassert held[:3] == b'abc'\n"
    "from multiprocessing import shared_memory\nmade = shared_memory.SharedMemory(create=True, size=100)\n"
    "made.close()\nmade.unlink()",
    "a database": "import sqlite3\nwith sqlite3.connect('a.db') as db:\n    db.execute('create table t (x)')\n"
    "    db.execute('insert into t values (1)')\n"
    "assert sqlite3.connect('a.db').execute('select x from t').fetchall() == [(1,)]",
    "a loop of events": "import asyncio\nasync def one():\n    made = await asyncio.create_subprocess_exec('true')\n"
    "    await asyncio.sleep(0.01)\n    return await made.wait()\n"
    "import threading\nfound = []\nthread = threading.Thread(target=lambda: found.append(asyncio.run(one())))\n"
    "thread.start()\nthread.join()\nassert found == [0]",
    "sockets": "import socket\none, other = socket.socketpair()\none.send(b'x')\nassert other.recv(1) == b'x'",
    "signals and clocks": "import signal, time\ncame = []\nsignal.signal(signal.SIGALRM, lambda *_: came.append(1))\n"
    "signal.setitimer(signal.ITIMER_REAL, 0.01)\ntime.sleep(0.05)\ntime.process_time()\nassert came",
    "the machine": "import os, platform, resource, shutil, sys\nplatform.platform()\nos.getloadavg()\n"
    "resource.getrusage(resource.RUSAGE_SELF)\nos.sched_getaffinity(0)\nshutil.disk_usage('.')\nassert os.urandom(3)",
    "matrices": "import numpy as np\nassert np.linalg.svd(np.eye(300))[1].sum() == 300",
    "a figure": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('a.png')\n"
    "assert open('a.png', 'rb').read(4)[1:] == b'PNG'",
    "torch": "import torch\nlayer = torch.nn.LSTM(3, 4)\nlayer(torch.ones(2, 5, 3))[0].sum().backward()\n"
    "torch.set_num_threads(2)\n"
    "data = torch.utils.data.DataLoader(torch.arange(6.0), 2, num_workers=1)\nassert sum(map(torch.sum, data)) == 15",
}


@pytest.fixture(scope="module")
def nursery(jailed: None) -> Iterator[Nursery]:
    with Nursery(("torch",)) as made:
        yield made


@pytest.mark.skipif(HEADER is None, reason="the kernel's header is not installed")
def test_the_numbers_are_the_kernels() -> None:
    assert HEADER is not None
    known = {name: int(number) for name, number in re.findall(r"__NR_(\w+) (\d+)", HEADER.read_text())}
    ours = {name: numbers[0] for name, numbers in (FORBIDDEN | ALLOWED).items()}
    assert {name: known[name] for name in ours if name in known} == {
        n: number for n, number in ours.items() if n in known
    }
    assert len(known.keys() & ours.keys()) > 200


def test_what_is_forbidden_is_not_allowed() -> None:
    for column in (0, 1):
        numbers = [given[column] for given in (FORBIDDEN | ALLOWED).values() if given[column] is not None]
        assert len(numbers) == len({*numbers})
    assert not FORBIDDEN.keys() & ALLOWED.keys()


def test_neighbours_are_one_range() -> None:
    assert ranges([5, 1, 2, 3, 9]) == [(1, 3), (5, 5), (9, 9)]


@pytest.mark.parametrize("name", HONEST)
def test_honest_code_does_not_notice(name: str, nursery: Nursery) -> None:
    with Session(nursery, Times(cell=60, test=60, total=120), {}) as session:
        shown = session.cell(HONEST[name])
    assert shown["error"] == []
    assert session.stops == []


def test_honest_code_is_honest() -> None:
    """Outside of any jail it runs as well."""
    for name in ("threads", "sockets", "signals and clocks"):
        subprocess.run([sys.executable, "-c", HONEST[name]], check=True)
