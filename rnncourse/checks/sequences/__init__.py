"""Exercises of the chapter on sequences and simple models, and what goes wrong in them: a file a subject."""

from rnncourse.checks.sequences.autoregression import ar_exercise
from rnncourse.checks.sequences.batches import pad_exercise
from rnncourse.checks.sequences.costs import cost_exercise
from rnncourse.checks.sequences.counts import gram_exercise
from rnncourse.checks.sequences.hidden import hmm_exercise
from rnncourse.checks.sequences.project import choose_exercise
from rnncourse.checks.sequences.state import hold_exercise
from rnncourse.checks.sequences.windows import windows_exercise

EXERCISES = (
    pad_exercise,
    windows_exercise,
    ar_exercise,
    gram_exercise,
    hold_exercise,
    hmm_exercise,
    cost_exercise,
    choose_exercise,
)
