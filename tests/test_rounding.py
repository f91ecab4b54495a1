"""No assertion may hold on one kind of processor alone: the delicate ones, once more with the kernels of an older one.

NumPy, OpenBLAS and torch choose their loops by what the processor can do, and each loop rounds in its own way. A child
process is denied what came after the oldest x86-64 or ARMv8 processors, and runs what is listed here. All else that is
sensitive to rounding belongs on the list, and has a bound that follows from theory, with room.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

DELICATE = """
bidirectional/test_bidirectional.py::test_reversing_the_sequence_and_swapping_the_weights_reverses_the_output
checks/test_recognised.py::test_the_variant_without_mistakes_is_the_reading_version
conventions/test_conventions.py::test_flipped_weights_exchange_z_and_1_minus_z
conventions/test_conventions.py::test_there_and_back_keeps_the_function_and_merged_weights_exactly
experiments/test_bptt.py::test_a_generic_case_sees_every_mistake_and_the_others_have_blind_spots
experiments/test_bptt.py::test_differences_have_a_valley_that_float32_fills
experiments/test_bptt.py::test_four_ways_give_one_gradient
experiments/test_bptt.py::test_one_factor_is_total_and_the_other_direct
experiments/test_bptt.py::test_truncated_is_detached
experiments/test_rnn.py::test_a_contraction_is_not_chaotic
experiments/test_rnn.py::test_a_layer_recurs_on_its_own_state
experiments/test_rnn.py::test_both_biases_receive_the_same_gradient
experiments/test_rnn.py::test_linear_regression_continues_the_wave_exactly
experiments/test_rnn.py::test_the_lectures_notations
experiments/test_rnn.py::test_the_reading_version_is_torchs_layer
gradients/test_gradients.py::test_clipping_by_norm_is_torchs
gradients/test_gradients.py::test_lyapunov_exponent_at_4_is_ln_2
gradients/test_gradients.py::test_omega_asks_for_directions_alone_even_where_float32_squares_vanish
gradients/test_gradients.py::test_relu_network_is_torchs
gradients/test_gradients.py::test_slope_of_an_iterate_is_autograds
gradients/test_gradients.py::test_the_cliff_throws_far_without_clipping_alone
kernels/test_grud.py::test_arguments_stay_and_results_are_the_callers_own
kernels/test_grud.py::test_equals_the_reading_version
kernels/test_lstm_gru.py::test_arguments_stay_and_results_are_the_callers_own
kernels/test_lstm_gru.py::test_equals_the_reading_version
kernels/test_ntm.py::test_memory_used_again_changes_nothing_and_a_state_goes_on
kernels/test_ntm.py::test_the_step_that_is_timed_is_torchs
kernels/test_ntm.py::test_without_a_tape_the_numbers_are_the_same
kernels/test_rnn.py::test_arguments_stay_and_results_are_the_callers_own
kernels/test_rnn.py::test_equals_the_reading_version
kernels/test_rnn.py::test_rtrl_in_float32_and_with_strided_input
nn/test_esn.py::test_fit_gives_the_smallest_weights_where_many_fit
nn/test_esn.py::test_fit_is_scipys_least_squares_after_the_washout
nn/test_esn.py::test_fit_keeps_the_digits_that_normal_equations_lose
nn/test_esn.py::test_states_are_the_reading_versions_reservoirpys_and_the_plain_paths
nn/test_flow.py::test_recorded_flow_is_that_of_torchs_cells
nn/test_grud.py::test_kernel_and_torch_give_the_same_numbers
nn/test_grud.py::test_without_gradients
nn/test_hopfield.py::test_recall_is_the_reading_versions_from_every_state
nn/test_hopfield.py::test_stored_weights_are_outer_products_and_scipys_projection
nn/test_lstm_gru.py::test_dropout_draws_as_torch_does
nn/test_lstm_gru.py::test_equals_torch_forward_and_all_gradients
nn/test_narx.py::test_outputs_and_gradients_are_those_of_torchs_operations
nn/test_packed.py::test_batch_first_is_a_layout_and_nothing_else
nn/test_rnn.py::test_dropout_draws_as_torch_does
nn/test_rnn.py::test_trains_as_torch_does
reservoir/test_reservoir.py::test_drive_is_the_forward_pass_with_the_dense_matrix
reservoir/test_reservoir.py::test_echo_states_are_there_below_norm_one_and_gone_far_above_radius_one
reservoir/test_reservoir.py::test_free_run_feeds_predictions_back_and_knows_nothing_of_the_future
reservoir/test_reservoir.py::test_ridge_gives_the_smallest_weights_where_columns_repeat
reservoir/test_reservoir.py::test_ridge_is_scipys_least_squares
reservoir/test_reservoir.py::test_ridge_keeps_the_digits_that_normal_equations_lose
reservoir/test_reservoir.py::test_spectral_radius_is_scipys_largest_modulus
sequences/test_sequences.py::test_ar_fit_finds_the_process_and_stays_sound_where_normal_equations_fail
sequences/test_sequences.py::test_five_thousand_steps_do_not_underflow
sequences/test_sequences.py::test_the_likeliest_of_several_starts_is_kept
test_bptt.py::test_backward_is_autograds
test_bptt.py::test_truncated_is_torchs_detach
test_hopfield.py::test_a_unit_that_the_others_do_not_tell_hears_nothing_and_stays
test_hopfield.py::test_attention_goes_down_the_slope_of_its_energy_and_never_up
test_hopfield.py::test_both_updates_are_the_rule_in_python
test_hopfield.py::test_energy_never_rises_one_unit_at_a_time
test_hopfield.py::test_field_is_zero_exactly_where_whole_numbers_say_so
test_hopfield.py::test_pseudo_inverse_is_scipys_projection_and_keeps_every_pattern
test_hopfield.py::test_recall_ends_as_the_theorems_say
test_hopfield.py::test_the_dense_field_is_the_difference_of_two_energies
test_lstm_gru.py::test_a_cell_grows_by_one_a_step_at_most_and_its_state_stays_within_one
test_lstm_gru.py::test_a_gru_state_lies_between_candidate_and_state_before
test_lstm_gru.py::test_a_gru_stays_within_one_and_where_it_started
test_lstm_gru.py::test_backward_is_autograds
test_narx.py::test_a_free_run_looks_at_no_measurement_after_the_start
test_narx.py::test_a_run_and_its_gradients_are_autograds
test_rnn.py::test_forward_is_torchs_layer
test_rnn.py::test_unfold_a_scalar_system_is_a_digital_filter
test_turing.py::test_floats_lose_the_stack_when_its_digits_outnumber_their_bits
"""
OLDER = {"x86_64": "Nehalem", "amd64": "Nehalem", "arm64": "ARMV8", "aarch64": "ARMV8"}
CHILD = """
import sys, numpy, pytest, torch
used = numpy.show_config(mode="dicts").get("SIMD Extensions", {}).get("found")
assert not used, f"NumPy still uses {used}"
assert torch.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512", "SVE256")
sys.exit(pytest.main(sys.argv[1:]))
"""


def chosen() -> list[str]:
    """Features of this processor that NumPy found at run time: those that it can be denied.

    It refuses the name of one that it takes for granted, and warns of one that it does not know or that is not here.
    """
    extensions: dict[str, list[str]] = np.show_config(mode="dicts").get("SIMD Extensions", {})
    return extensions.get("found", [])


def as_an_older_processor() -> dict[str, str]:
    """The environment in which the libraries use the loops of the oldest processors that they support."""
    core = OLDER.get(platform.machine().lower())
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    own |= {"NPY_DISABLE_CPU_FEATURES": " ".join(chosen())} if chosen() else {}
    own |= {"OPENBLAS_CORETYPE": core} if core else {}
    return own | {"ATEN_CPU_CAPABILITY": "default", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2"}


@pytest.mark.parametrize("half", [0, 1])  # side by side
def test_what_is_delicate_holds_with_the_kernels_of_an_older_processor(half: int) -> None:
    pytest.importorskip("torch")
    here = Path(__file__).parent
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not learning", "--rootdir", str(here.parent)]
    command = [sys.executable, "-c", CHILD, *options, *(str(here / name) for name in DELICATE.split()[half::2])]
    child = subprocess.run(
        command, cwd=here.parent, env=as_an_older_processor(), capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stdout[-8000:] + child.stderr[-2000:]


def test_a_chapter_is_executed_again_on_another_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last digits may be others there, and the notebooks' test compares all that is printed."""
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "book" / "_ext")
    course_execution = pytest.importorskip("course_execution")
    here = course_execution.versions()
    assert here == course_execution.versions()
    monkeypatch.setattr(np, "show_config", lambda mode: {"SIMD Extensions": {"baseline": ["ANOTHER"]}})
    assert here != course_execution.versions()
