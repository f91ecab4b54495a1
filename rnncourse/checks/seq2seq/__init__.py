"""Exercises of the chapter on sequences to sequences, and what goes wrong in them: a file each."""

from rnncourse.checks.seq2seq.attention import attend_exercise, gradient_exercise
from rnncourse.checks.seq2seq.distance import distance_exercise
from rnncourse.checks.seq2seq.loss import loss_exercise
from rnncourse.checks.seq2seq.pairs import pairs_exercise

EXERCISES = (
    pairs_exercise,
    loss_exercise,
    distance_exercise,
    attend_exercise,
    gradient_exercise,
)
