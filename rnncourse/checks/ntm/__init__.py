"""Exercises of the chapter on Neural Turing machines, and what goes wrong in them.

A file each for reading and writing, for addressing, for the way back, and for the machine with its tasks. Ids below
N30 are those of mistakes that public programs have made; not among them here: N16 and N18 (no exercise runs several
steps), N17 (none reads and writes), N22 (the weighting before is an argument).
"""

from rnncourse.checks.ntm.addressing import find_exercise, move_exercise
from rnncourse.checks.ntm.backward import back_exercise
from rnncourse.checks.ntm.machine import heads_exercise
from rnncourse.checks.ntm.memory import read_exercise, write_exercise
from rnncourse.checks.ntm.tasks import copy_exercise, gram_exercise

EXERCISES = (
    read_exercise,
    write_exercise,
    find_exercise,
    move_exercise,
    back_exercise,
    heads_exercise,
    copy_exercise,
    gram_exercise,
)
