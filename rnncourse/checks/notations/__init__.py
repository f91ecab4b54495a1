"""Exercises on one network in several notations, and what goes wrong in them: a file each for a subject."""

from rnncourse.checks.notations.blocks import keras_exercise, onnx_exercise
from rnncourse.checks.notations.matrices import biases_exercise, lecture_exercise, units_exercise
from rnncourse.checks.notations.orders import order_exercise

EXERCISES = (
    lecture_exercise,
    onnx_exercise,
    biases_exercise,
    keras_exercise,
    units_exercise,
    order_exercise,
)
