"""Exercises of the chapter on system identification, and what goes wrong in them: a file each for what they are about.

The ids of mistakes that an exercise shares with the chapters before it are theirs.
"""

from rnncourse.checks.narx.models import ahead_exercise, arx_exercise
from rnncourse.checks.narx.project import project_exercise
from rnncourse.checks.narx.run import blended_exercise, gradient_exercise, scores_exercise
from rnncourse.checks.narx.state import delay_exercise, stretch_exercise

EXERCISES = (
    delay_exercise,
    stretch_exercise,
    arx_exercise,
    ahead_exercise,
    blended_exercise,
    gradient_exercise,
    scores_exercise,
    project_exercise,
)
