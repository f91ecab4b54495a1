"""Exercises of the chapter on both directions, layers and connections, and what goes wrong: a file a subject.

Not here: D14 as an array that raises (shapes are told by themselves), D16 (no exercise has its batch first within a
loop over layers), D18 as dropout left on in evaluation (the draws are arguments, so there is one mode).
"""

from rnncourse.checks.bidirectional.directions import both_exercise, turn_exercise
from rnncourse.checks.bidirectional.gap import gap_exercise
from rnncourse.checks.bidirectional.layers import paths_exercise, stack_exercise
from rnncourse.checks.bidirectional.vectors import start_exercise, vectors_exercise

EXERCISES = (
    both_exercise,
    turn_exercise,
    gap_exercise,
    vectors_exercise,
    stack_exercise,
    paths_exercise,
    start_exercise,
)
