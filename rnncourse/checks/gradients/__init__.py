"""Exercises of the chapter on gradients over many steps, and what goes wrong: a file a subject.

Not here: G9 (clipped before there is a gradient: nothing to clip, its numbers are G7's), G13 (no function of this
chapter is asked for a weight's gradient at a step), and a division by zero that stops (NumPy's goes on, and is here).
"""

from rnncourse.checks.gradients.clipping import clip_exercise, update_exercise
from rnncourse.checks.gradients.factors import influence_exercise, unit_exercise
from rnncourse.checks.gradients.matrices import limit_exercise, start_exercise
from rnncourse.checks.gradients.penalty import omega_exercise
from rnncourse.checks.gradients.training import train_exercise

EXERCISES = (
    unit_exercise,
    influence_exercise,
    limit_exercise,
    clip_exercise,
    update_exercise,
    omega_exercise,
    start_exercise,
    train_exercise,
)
