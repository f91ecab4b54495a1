"""Exercises of the chapter on uneven times and missing values, and what goes wrong in them: a file a subject."""

from rnncourse.checks.irregular.continuous import flow_exercise, level_exercise
from rnncourse.checks.irregular.filling import recent_exercise
from rnncourse.checks.irregular.grud import gradient_exercise, impute_exercise, step_exercise
from rnncourse.checks.irregular.known import since_exercise, standardise_exercise
from rnncourse.checks.irregular.project import compare_exercise

EXERCISES = (
    since_exercise,
    standardise_exercise,
    recent_exercise,
    compare_exercise,
    impute_exercise,
    step_exercise,
    gradient_exercise,
    level_exercise,
    flow_exercise,
)
