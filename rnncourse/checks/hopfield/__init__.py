"""Exercises of the chapter on Hopfield networks, and what goes wrong in them: a file each."""

from rnncourse.checks.hopfield.completion import complete_exercise
from rnncourse.checks.hopfield.cycles import cycle_exercise
from rnncourse.checks.hopfield.descent import downhill_exercise
from rnncourse.checks.hopfield.project import project_exercise
from rnncourse.checks.hopfield.recall import basin_exercise
from rnncourse.checks.hopfield.stability import stability_exercise
from rnncourse.checks.hopfield.storing import store_exercise

EXERCISES = (
    store_exercise,
    downhill_exercise,
    cycle_exercise,
    stability_exercise,
    basin_exercise,
    complete_exercise,
    project_exercise,
)
