"""Exercises of the chapter on uneven times and missing values, and what goes wrong in them: a file a subject."""

from rnncourse.checks.irregular.known import since_exercise, standardise_exercise

EXERCISES = (
    since_exercise,
    standardise_exercise,
)
