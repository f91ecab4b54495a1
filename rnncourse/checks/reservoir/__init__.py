"""Exercises of the chapter on reservoir computing, and what goes wrong in them: a file each."""

from rnncourse.checks.reservoir.forecast import forecast_exercise
from rnncourse.checks.reservoir.forgetting import forgetting_exercise
from rnncourse.checks.reservoir.free_run import free_run_exercise
from rnncourse.checks.reservoir.memory import memory_exercise
from rnncourse.checks.reservoir.nvar import nvar_exercise
from rnncourse.checks.reservoir.readout import readout_exercise
from rnncourse.checks.reservoir.scale import scale_exercise
from rnncourse.checks.reservoir.spikes import spikes_exercise

EXERCISES = (
    forgetting_exercise,
    scale_exercise,
    readout_exercise,
    memory_exercise,
    nvar_exercise,
    free_run_exercise,
    spikes_exercise,
    forecast_exercise,
)
