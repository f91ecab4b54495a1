"""Right solutions in many forms: every one has to get every point, whatever it looks like."""

from __future__ import annotations

import numpy as np
import pytest

from rnncourse.checks import check, exercises, find
from rnncourse.checks.engine import Exercise, examine
from tests.answers import RIGHT
from tests.checks.few import seeds

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # a warning is no error, as in a notebook
    pytest.mark.usefixtures("cases_once"),
]


@pytest.mark.parametrize("name", exercises())
def test_there_are_three_or_more_right_solutions(name):
    found = len(RIGHT.get(name, ()))
    assert found >= 3, f"{name} has {found} in tests/answers/{name.partition('.')[0]}.py, under @solves({name!r})"


EVERY = [(n, f) for n in RIGHT for f in RIGHT[n]]


@pytest.mark.parametrize(("name", "function"), EVERY)
def test_a_right_solution_gets_every_point(name, function):
    for seed in range(3):
        report = check(name, function, seed=seed)
        assert report.passed, f"seed {seed}: {report}"
        assert (report.score, report.mistakes, report.messages, all(report.facets.values())) == (1.0, [], [], True)


# On many seeds: rounding differs from form to form, and from one order of summation to another.


def turned(exercise: Exercise, symbol: str):
    """A right answer that adds up along an axis from its end: everything is turned round before and back after."""

    def turn(value, array):
        axes = (value.axes or "").split()
        places = [i for i, axis in enumerate(axes) if axis == symbol]
        return np.flip(array, places).copy() if places and isinstance(array, np.ndarray) else array

    def function(*arguments):
        answer = exercise.variant()(*map(turn, exercise.arguments, arguments))
        answers = answer if isinstance(answer, (tuple, list)) else [answer]
        back = [turn(output, a) for output, a in zip(exercise.outputs, answers, strict=True)]
        return back[0] if len(back) == 1 else tuple(back)

    return function


def precise(exercise: Exercise):
    """The right answer in higher precision than asked for, rounded at the end."""

    def function(*arguments):
        dtype = next((a.dtype for a in arguments if isinstance(a, np.ndarray) and a.dtype.kind == "f"), np.float64)
        long = [a.astype(np.longdouble) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a for a in arguments]
        answer = exercise.variant()(*long)
        answers = answer if isinstance(answer, (tuple, list)) else [answer]
        back = [a if np.asarray(a).dtype.kind in "iu" else np.asarray(a).astype(dtype) for a in answers]
        return back[0] if len(back) == 1 else tuple(back)

    return function


# LAPACK, np.interp and the norm of all gradients together know no longer floats.
NO_LONGER = {"bptt.numerical_gradient", *(f"gradients.{name}" for name in ("limit_growth", "orthogonal_start"))}
NO_LONGER |= {f"gradients.{name}" for name in ("clip_by_norm", "clipped_update", "train_identity")}
NO_LONGER |= {"narx.fit_arx", "narx.identify", "sequences.ar_ratio", "hopfield.memories"}
NO_LONGER.add("irregular.compare")
NO_LONGER |= {f"reservoir.{name}" for name in ("scale", "readout", "memory", "forecast")}


def axes(exercise: Exercise) -> set[str]:
    """The axes that may be turned round: time has a direction, and symbols that are given by number an order."""
    found = {a for v in (*exercise.arguments, *exercise.outputs) for a in (v.axes or "").split()}
    numbered = {"rnn.cross_entropy": {"K"}, "rnn.sample": {"K"}, "rnn.prime": {"F"}, "rnn.next_symbol_pairs": {*"NCB"}}
    numbered |= {"gradients.train_identity": {"N"}}
    gates = {"H", "3H", "4H", "H+F", "2", "3"}  # blocks, one below the other
    numbered |= {name: gates for name in exercises() if name.startswith("lstm_gru.")}
    numbered["lstm_gru.as_torch"] = gates | {"F"}  # columns beside those of the state
    numbered |= {"bidirectional.both_ways": {"2"}, "bidirectional.fill_gap": {*"GKN"}}
    numbered |= {"bidirectional.locked_stack": {"L"}, "bidirectional.paths": {"L", "1+2L", "D"}}
    numbered |= {"bidirectional.sentence_vectors": {"2H"}, "bidirectional.decoder_start": {"2L", "L", "H", "2H"}}
    numbered |= {"ntm.write_in_turn": {"V"}, "ntm.move": {"N", "C"}, "ntm.head_numbers": {*"PJDC"}}
    numbered |= {"ntm.repeat_copy": {"L", "K", "K+1"}, "ntm.count_contexts": {"T-n", "K"}}
    numbered |= {"narx.delay_vectors": {"K", "R"}, "narx.stretch": {"R"}, "narx.fit_arx": {"n_y", "n_u"}}
    numbered |= {"narx.k_ahead": {"P", "R"}, "narx.blended_run": {*"KFPR"}, "narx.simulation_gradient": {"n"}}
    numbered["narx.identify"] = {*"VNQR"}
    numbered |= {"sequences.pad_batch": {*"BFK", "2F"}, "sequences.windows_apart": {*"NLMQF"}}
    numbered |= {"sequences.ar_ratio": {*"NMK"}, "sequences.ngram_bits": {*"NMK", "M-L"}}
    numbered |= {"sequences.hmm_gaps": {"K"}, "sequences.choose": {*"NVQ", "2", "3"}}
    numbered |= {"hopfield.downhill": {*"NnM"}, "hopfield.basin": {"N"}, "hopfield.complete": {"M"}}
    numbered["hopfield.memories"] = {*"NPC"}
    numbered |= {"after.fold": {"N"}, "after.by_chunks": {"N"}, "after.minimal_lstm": gates}
    numbered["after.count_modulo"] = {"2"}
    numbered |= {"notations.from_onnx": {"4H", "8H"}, "notations.from_keras": {"2", "3H"}}
    numbered |= {"notations.gru_biases": gates, "notations.hidden_order": gates}
    numbered["notations.find_order"] = gates | {"24", "4"}
    numbered |= {"irregular.compare": {"C"}, "irregular.grud_cell": {"H", "3H"}}
    numbered |= {"reservoir.forgetting": {"S"}, "reservoir.readout": {*"NFP"}, "reservoir.memory": {"K"}}
    numbered |= {"reservoir.nvar": {*"SFP"}, "reservoir.free_run": {*"NKCPQRS"}, "reservoir.forecast": {*"LS"}}
    numbered |= {"seq2seq.teacher_pairs": {"T+1"}, "seq2seq.smoothed_loss": {"K"}, "seq2seq.edit_distance": {"S"}}
    numbered |= {"seq2seq.attend_all": {"S"}, "seq2seq.attention_gradient": {"S"}}
    numbered |= {"seq2seq.column_steps": {*"DIJ", "DI"}, "seq2seq.beam": {*"KW", "steps"}}
    numbered["seq2seq.translate"] = {*"SFK", "steps"}
    return found - {"T"} - numbered.get(exercise.name, set())


FORMS = [
    *EVERY,
    *((n, turned(find(n), a)) for n in exercises() for a in sorted(axes(find(n)))),
    *((n, precise(find(n))) for n in exercises() if n not in NO_LONGER),
]


@seeds(25, 100)
@pytest.mark.parametrize(("name", "function"), sorted(FORMS, key=lambda form: form[0]))
def test_no_seed_takes_a_point_from_a_right_answer(name, function, seeds):
    for seed in seeds:
        held = examine(find(name), function, seed).facets()
        assert all(held.values()), (seed, held)


@pytest.mark.parametrize("name", exercises())
def test_what_rounding_may_bring_is_far_below_what_anybody_gets_wrong(name):
    exercise = find(name)
    for seed in range(20):
        seen = examine(exercise, exercise.variant(), seed)
        for case in seen.given:
            asked = [i for i, output in enumerate(exercise.results) if output.tolerance is None and not output.free]
            largest = max((seen.tolerance(case, i) for i in asked), default=0.0)
            assert largest < (1e-9 if case != "float32" else 1e-2), (seed, case)
