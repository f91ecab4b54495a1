"""Exercises of what came after recurrent networks with tanh, and what goes wrong in them: a file each for a subject."""

from rnncourse.checks.after.gates import lstm_exercise, modulo_exercise
from rnncourse.checks.after.memories import chunks_exercise, normalised_exercise
from rnncourse.checks.after.steps import fold_exercise, newton_exercise, reset_exercise

EXERCISES = (
    fold_exercise,
    lstm_exercise,
    newton_exercise,
    modulo_exercise,
    normalised_exercise,
    chunks_exercise,
    reset_exercise,
)
