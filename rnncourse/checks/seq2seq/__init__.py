"""Exercises of the chapter on sequences to sequences, and what goes wrong in them: a file each."""

from rnncourse.checks.seq2seq.attention import attend_exercise, gradient_exercise
from rnncourse.checks.seq2seq.beam import beam_exercise
from rnncourse.checks.seq2seq.columns import columns_exercise
from rnncourse.checks.seq2seq.distance import distance_exercise
from rnncourse.checks.seq2seq.loss import loss_exercise
from rnncourse.checks.seq2seq.pairs import pairs_exercise
from rnncourse.checks.seq2seq.project import translate_exercise

EXERCISES = (
    pairs_exercise,
    loss_exercise,
    distance_exercise,
    attend_exercise,
    gradient_exercise,
    columns_exercise,
    beam_exercise,
    translate_exercise,
)
