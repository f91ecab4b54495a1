"""Reads the memory of the process that grades, from /proc.

Stock: it is the same user's, and the tests are in it. Ours: it is no process that can be seen.
"""

STOCK = "leaks"
DEPENDS = "on ptrace_scope"
import os
import re

found = set()
for process in filter(str.isdigit, os.listdir("/proc")):
    if int(process) == os.getpid():
        continue
    try:
        with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", 0) as memory:
            for line in maps:
                start, end = (int(n, 16) for n in line.split()[0].split("-"))
                if line.split()[1].startswith("rw") and end - start < 2**26 and len(line.split()) < 6:
                    memory.seek(start)
                    found.update(re.findall(rb"HIDDEN TESTS.{1,300}?END HIDDEN", memory.read(end - start), re.S)[:3])
    except (OSError, ValueError):
        pass
for text in found:
    print(text)
