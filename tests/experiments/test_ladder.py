"""The table of results: tasks, models against others' or by hand, and what its page says, over the kept seeds."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rnncourse import data, results, sequences
from rnncourse.experiments import ladder, ladder_networks, ladder_simple, ladder_tasks
from rnncourse.experiments.ladder import Cell
from rnncourse.experiments.ladder_tasks import Part, Task, scored
from rnncourse.experiments.rnn import counted_log_probabilities
from rnncourse.results import kept as files
from rnncourse.sequences import HMM

PAGE = Path(__file__).parents[2] / "book" / "results" / "index.md"
TASKS: dict[str, Callable[[int], Task]] = {
    "echo": ladder_tasks.echo,
    "adding": ladder_tasks.sums,
    "copy": ladder_tasks.copies,
    "order": ladder_tasks.order,
    "mackey_glass": ladder_tasks.chaos,
    "sunspots": ladder_tasks.spots,
    "names": ladder_tasks.letters,
    "co2": ladder_tasks.air,
    "characters": ladder_tasks.characters,
}
KEPT = ("echo", "adding", "copy", "order", "mackey_glass", "co2", "sunspots", "names", "characters")


@pytest.fixture(scope="module")
def cells() -> dict[str, dict[str, Cell]]:
    return {task: ladder.column(results.load(f"ladder/{task}")) for task in KEPT}


# --- tasks


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_three_parts_of_one_kind(name: str) -> None:
    task = TASKS[name](0)
    for part in task[:3]:
        assert isinstance(part, Part)
        T, B, F = part.x.shape
        assert part.asked.shape == part.y.shape[:2] == (T, B)
        assert F == task.F
        assert part.x.dtype == np.float32
        assert len(part.answers) == part.asked.sum() > 0
        if task.score == "rms":
            assert part.y.shape == (T, B, task.K)
        else:
            assert set(np.unique(part.answers)) <= set(range(task.K))
        if part.ids is not None:
            assert part.ids.shape == (T, B)
            assert 0 <= part.ids.min() <= part.ids.max() < task.symbols
        assert (part.ids is None) == (task.symbols == 0)


def test_what_is_asked_was_heard() -> None:
    part = ladder_tasks.echo(1).test
    assert part.ids is not None
    np.testing.assert_array_equal(part.y[10:], part.ids[:-10])
    assert not part.asked[:10].any()
    assert part.asked[10:].all()
    part = ladder_tasks.copies(1).test
    assert part.ids is not None
    for b in range(50):
        L = int(part.asked[:, b].sum())
        assert part.ids[L, b] == 4
        np.testing.assert_array_equal(part.y[part.asked[:, b], b], part.ids[:L, b])


@pytest.mark.parametrize("make", [ladder_tasks.chaos, ladder_tasks.spots, ladder_tasks.air])
def test_parts_of_a_series_follow_each_other(make: Callable[[int], Task]) -> None:
    """No step asks for what another part asks for, and the later the part, the later what it asks for."""
    task = make(0)
    asked = [np.flatnonzero(part.asked[:, 0]) for part in task[:3]]  # type: ignore[attr-defined]
    assert asked[0].max() < asked[1].min()
    assert asked[1].max() < asked[2].min()
    assert asked[2].max() == len(task.test.x) - 1
    np.testing.assert_array_equal(task.test.x[: len(task.train.x)], task.train.x)


def test_sunspots_are_tested_on_88_years() -> None:
    task = ladder_tasks.spots(3)
    assert task.test.asked.sum() == 88
    last = ladder_simple.constant(task, "last", 0).say(task.test)
    years = np.diff(np.array(ladder_tasks.sunspots().value))[-88:]
    assert scored(task, task.test, last) == pytest.approx(np.sqrt((years**2).mean()), rel=1e-5)


def test_carbon_dioxide_is_that_of_months() -> None:
    """Against the measurements: a month's mean, the difference that is read, and the one that is asked."""
    weeks, months = data.co2(), ladder_tasks.months()
    assert months.time[0] == pytest.approx(1958 + 2.5 / 12)
    assert len(months.time) == 526
    may = (weeks.time >= 1990 + 4 / 12) & (weeks.time < 1990 + 5 / 12)
    [i] = np.flatnonzero(np.isclose(months.time, 1990 + 4.5 / 12))
    assert months.value[i] == pytest.approx(np.nanmean(weeks.value[may]))
    task = ladder_tasks.air(0)
    scale = np.diff(months.value)[: len(task.train.x)].std()
    np.testing.assert_allclose(task.test.x[i - 1, 0, 0] * scale, months.value[i] - months.value[i - 1], rtol=1e-4)
    mean = (months.value[6:] - months.value[:-6])[1 : 1 + len(task.train.x)].mean()
    wanted = months.value[i + 6] - months.value[i]
    assert task.test.y[i - 1, 0, 0] * task.unit + mean == pytest.approx(wanted, rel=1e-4)
    first = np.flatnonzero(task.test.asked[:, 0])[0]
    assert months.time[1 + first + 6] == pytest.approx(1985 + 0.5 / 12)


def test_the_season_is_a_line_and_two_waves_through_the_date() -> None:
    """Against least squares on years and waves written out."""
    task, months = ladder_tasks.air(0), ladder_tasks.months()
    dated = ladder_tasks.dated(task)
    assert dated.train.x.shape[2] == 5
    np.testing.assert_array_equal(dated.test.y, task.test.y)
    t = months.time[1 : 1 + len(task.test.x)]
    angles = 2 * np.pi * t
    columns = [np.ones(len(t)), t - 1985, np.sin(angles), np.cos(angles), np.sin(2 * angles), np.cos(2 * angles)]
    A, learnt, asked = np.stack(columns, axis=1), dated.train.asked[:, 0], dated.test.asked[:, 0]
    w = np.linalg.lstsq(A[: len(learnt)][learnt], task.train.answers[:, 0], rcond=None)[0]
    said = ladder_simple.linear(dated, 1, 0).say(dated.test)[:, 0]
    np.testing.assert_allclose(said, A[asked] @ w, atol=0.05)


def test_names_are_asked_letter_by_letter_to_their_end() -> None:
    task, parts = ladder_tasks.letters(3), data.names(seed=3)
    part, mark = task.valid, len(data.LETTERS)
    assert part.ids is not None
    for b, name in enumerate(parts[1].names):
        asked = part.y[part.asked[:, b], b].tolist()
        assert asked == [*map(data.LETTERS.index, name), mark]
        assert part.ids[: len(asked), b].tolist() == [mark, *asked[:-1]]
    assert not {*parts[0].names} & {*parts[2].names}


def test_what_is_kept_of_a_model_in_another_form_has_its_row() -> None:
    found = ladder.air(0, updates=1, models=("season", "constant"))
    assert [ladder.ROWS[int(number)] for number in found["models"]] == ["constant", "season"]
    assert found["parameters"] == [1, 6]
    assert found["error"][1] < found["error"][0] / 3


def test_scores_by_hand() -> None:
    task = ladder_tasks.order(0)
    part, right = task.test, task.test.answers
    assert scored(task, part, np.eye(4)[right]) == 0
    assert scored(task, part, np.eye(4)[(right + 1) % 4]) == 1
    assert scored(task._replace(score="bits"), part, np.full((len(right), 4), np.log(0.25))) == pytest.approx(2)
    with pytest.raises(ValueError, match="score: expected 'rms'"):
        scored(task._replace(score="mean"), part, np.eye(4)[right])


# --- models


def test_a_window_is_what_was_read_last() -> None:
    part = ladder_tasks.echo(0).valid
    X = ladder_simple.windows_of(part, 12)
    steps, columns = np.nonzero(part.asked)
    for row in (0, 7, len(X) - 1):
        t, b = steps[row], columns[row]
        wanted = [part.x[t - k, b, 0] if t >= k else 0 for k in range(12)]
        np.testing.assert_array_equal(X[row], wanted)


def test_least_squares_finds_the_autoregression_that_made_a_series() -> None:
    rng, s = np.random.default_rng(0), [0.3, -0.2]
    for _ in range(400):
        s.append(1.5 * s[-1] - 0.8 * s[-2] + 0.1 * rng.normal())
    z = np.array(s)
    parts = ladder_tasks._series(z[:-1], z[1:], (200, 300, 401), first=5)
    task = Task(*parts, "rms", K=1)
    fitted, twice = (ladder_simple.linear(task, L, 0) for L in (2, 1))
    assert scored(task, task.test, fitted.say(task.test)) == pytest.approx(0.1, rel=0.15)
    assert scored(task, task.test, twice.say(task.test)) > 0.12
    w = sequences.ar_fit(*sequences.windows(z[4:201], 2)).w
    said = sequences.ar_predict(np.stack([z[:-1][299:400], z[:-1][300:401]], axis=1), w, 0.0)
    np.testing.assert_allclose(fitted.say(task.test)[:, 0], said, atol=0.03)


def test_counts_agree_with_those_of_another_chapter() -> None:
    """Witten and Bell's way, on one text: :func:`rnncourse.experiments.rnn.counted_log_probabilities`."""
    rng = np.random.default_rng(0)
    text, test = rng.integers(0, 4, 500) % 3, rng.integers(0, 3, 80)
    n, K = 3, 3
    contexts = [tuple(text[max(0, i - 2) : i].tolist()) for i in range(2, len(text))]
    counts = ladder_simple.counted(contexts, text[2:].tolist(), n, None)
    # the first two symbols of the text stand in no window of two, and count there alone
    counts[0][()][int(text[0])] += 1
    counts[0][()][int(text[1])] += 1
    first = counts[1].setdefault((int(text[0]),), {})
    first[int(text[1])] = first.get(int(text[1]), 0) + 1
    wanted = counted_log_probabilities(text, test, K, n)
    for i in range(2, len(test)):
        p = ladder_simple.leaning(counts, tuple(test[i - 2 : i].tolist()), K, None)
        assert p.sum() == pytest.approx(1)
        assert np.log(p[test[i]]) == pytest.approx(wanted[i - 1])


def test_a_discount_leaves_probabilities() -> None:
    rng = np.random.default_rng(1)
    text = rng.integers(0, 5, 400).tolist()
    contexts = [tuple(text[i - 3 : i]) for i in range(3, 400)]
    counts = ladder_simple.counted(contexts, text[3:], 4, 0.75)
    for context in contexts[:50]:
        p = ladder_simple.leaning(counts, context, 5, 0.75)
        assert p.sum() == pytest.approx(1)
        assert (p > 0).all()


def test_numbers_are_not_counted() -> None:
    with pytest.raises(ValueError, match="part: expected symbols to count, got numbers"):
        ladder_simple.read_by(ladder_tasks.chaos(0).test)


def test_free_numbers_of_an_hmm() -> None:
    model = HMM(np.full(3, 1 / 3), np.full((3, 3), 1 / 3), np.full((3, 7), 1 / 7))
    assert ladder_simple.free_numbers(model) == 2 + 3 * 2 + 3 * 6


@pytest.mark.parametrize("model", ladder.TRAINED)
def test_fitted_numbers_are_all_weights(model: str) -> None:
    F, H, K = 3, 8, 4
    gates = {"rnn": 1, "irnn": 1, "gru": 3, "lstm": 4}
    net = ladder_networks.network(model, F, H, K, seed=0)
    found = sum(p.numel() for p in net.parameters())
    if model in gates:
        assert found == gates[model] * (H * F + H * H + 2 * H) + K * H + K
    assert net(torch.zeros(5, 2, F)).shape == (5, 2, K)


def test_starts() -> None:
    cell = ladder_networks.irnn(2, 6, seed=1)
    np.testing.assert_array_equal(cell.weight_hh_l0.detach(), np.eye(6))
    assert cell.weight_ih_l0.detach().numpy().std() == pytest.approx(0.1, rel=0.7)
    assert cell.nonlinearity == "relu"
    torch.manual_seed(0)
    before = torch.nn.LSTM(2, 6).bias_ih_l0.detach().numpy()
    torch.manual_seed(0)
    after = ladder_networks.open_lstm(2, 6).bias_ih_l0.detach().numpy()
    np.testing.assert_allclose(after - before, np.repeat([0, 1, 0, 0], 6), atol=1e-6)
    with pytest.raises(ValueError, match="model: expected one of rnn, irnn, gru, lstm, ntm, got 'mlp'"):
        ladder_networks.network("mlp", 2, 6, 1, 0)


def test_a_training_that_blows_up_ends_with_numbers() -> None:
    task = ladder_tasks.spots(0)
    fitted = ladder_networks.trained("irnn", task, 50.0, 0, updates=20, H=16)
    assert np.isfinite(fitted.say(task.test)).all()


def test_settings_are_chosen_without_the_test_data() -> None:
    """With other test data, the same settings."""
    task = ladder_tasks.order(0, sizes=(300, 100, 100))
    grids = {"linear": (5, 30), "ngram": ((1, None), (2, None))}
    other = task._replace(test=task.test._replace(y=(task.test.y + 1) % 4))
    found, again = (ladder.compared(one, grids, 0, 1) for one in (task, other))
    assert found["chosen"] == again["chosen"]
    assert found["parameters"] == again["parameters"]
    assert found["error"] != again["error"]


# --- the table


def test_stars_and_the_best() -> None:
    def cell(*errors: float) -> Cell:
        return Cell(np.array(errors), 1, 0.0)

    found = {"constant": cell(9, 9, 9), "linear": cell(1, 2, 9), "reservoir": cell(3, 3, 3), "lstm": cell(2, 2, 2)}
    assert ladder.winners(found) == ["linear"]
    assert ladder.best(found) == "linear"
    assert ladder.best(found, ladder.TRAINED) == "lstm"
    found["lstm"] = cell(1, 1, 1)
    assert ladder.winners(found) == []


def test_the_overview_has_the_best_of_each_kind(cells: dict[str, dict[str, Cell]]) -> None:
    rows = ladder.overview({task: results.load(f"ladder/{task}") for task in KEPT}).rows
    assert [task for task, _, _ in rows] == list(KEPT)
    for task, simple, other in rows:
        assert simple.startswith("★ ") == bool(ladder.winners(cells[task]))
        for said, models in ((simple.removeprefix("★ "), ladder.WITHOUT), (other, ("reservoir", *ladder.TRAINED))):
            errors = cells[task][ladder.best(cells[task], models)].errors
            assert said.startswith(ladder.LABELS[ladder.best(cells[task], models)])
            middle, low, high = map(float, re.findall(r"\d+\.\d+", said))
            assert [middle, low, high] == pytest.approx([np.median(errors), errors.min(), errors.max()], abs=0.051)


def test_every_empty_cell_has_its_reason(cells: dict[str, dict[str, Cell]]) -> None:
    """Each section of the page names, after **Empty**, the models that its table lacks, and no other."""
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    titles = {"mackey_glass": "Mackey–Glass", "order": "Temporal order", "co2": "Carbon dioxide"}
    short = {"ngram": "n-gram", "hmm": "HMM", "nvar": "NVAR", "ntm": "NTM", "linear": "linear window"}
    for task, found in cells.items():
        [section] = [s for s in sections if s.startswith(titles.get(task, task.capitalize()) + "\n")]
        said = section.partition("**Empty")[2]
        missing = {model for model in ladder.MODELS if model not in found}
        assert missing <= set(short), task
        assert {model for model, word in short.items() if word in said.split("\n\n")[0]} >= missing, task


def test_every_seed_has_every_model(cells: dict[str, dict[str, Cell]]) -> None:
    for task in cells:
        document: dict[str, Any] = files.read(files.FOLDER / "ladder" / f"{task}.json")
        numbers = document["numbers"]
        assert all(models == numbers["models"][0] for models in numbers["models"])
        assert len(numbers["error"]) == 5
        assert np.isfinite(numbers["error"]).all()


# --- what the page says


def ahead(found: dict[str, Cell], model: str, other: str) -> int:
    """On how many seeds a model has the smaller error."""
    return int((found[model].errors < found[other].errors).sum())


@pytest.mark.claim("results-echo-ngram")
@pytest.mark.claim("results-echo-rnn")
@pytest.mark.claim("results-echo-irnn")
@pytest.mark.claim("results-echo-lstm")
def test_an_echo_is_a_window(cells: dict[str, dict[str, Cell]]) -> None:
    found = cells["echo"]
    assert found["linear"].errors.max() == found["nvar"].errors.max() == found["reservoir"].errors.max() == 0
    assert found["rnn"].errors.max() < 0.001
    assert 0 < np.median(found["ngram"].errors) < 0.03
    for model in ("irnn", "lstm"):
        assert found[model].errors.min() > 0
    assert {"linear", "nvar"} <= set(ladder.winners(found))


@pytest.mark.claim("results-adding-constant")
@pytest.mark.claim("results-adding-linear")
@pytest.mark.claim("results-adding-reservoir")
@pytest.mark.claim("results-adding-rnn")
@pytest.mark.claim("results-adding-irnn")
@pytest.mark.claim("results-adding-gru")
@pytest.mark.claim("results-adding-lstm")
def test_a_sum_of_marked_numbers_is_a_polynomial_of_degree_two(cells: dict[str, dict[str, Cell]]) -> None:
    found = cells["adding"]
    assert ladder.winners(found) == ["nvar"]
    assert found["nvar"].errors.max() < 1e-6
    for model in ("linear", "rnn"):
        assert (found[model].errors > 0.9 * found["constant"].errors).all()
    assert ladder.best(found, ladder.TRAINED) == "gru"
    medians = ladder.medians(found)
    assert medians["gru"] < 0.03
    assert medians["gru"] < medians["reservoir"] < min(medians["lstm"], medians["irnn"])
    assert max(medians["lstm"], medians["irnn"]) < 0.15


@pytest.mark.claim("results-copy-ntm")
@pytest.mark.claim("results-copy-gru")
@pytest.mark.claim("results-copy-lstm")
@pytest.mark.claim("results-copy-reservoir")
def test_a_memory_copies_what_no_window_holds(cells: dict[str, dict[str, Cell]]) -> None:
    found = cells["copy"]
    assert ladder.best(found) == "ntm"
    assert np.median(found["ntm"].errors) < 0.02
    assert ladder.winners(found) == []
    assert ladder.best(found, ("reservoir", *ladder.SIMPLE)) == "reservoir"
    assert ahead(found, "ntm", "lstm") >= 4


@pytest.mark.claim("results-order-rnn")
@pytest.mark.claim("results-order-hmm-solved")
@pytest.mark.claim("results-order-ngram")
def test_a_fixed_length_makes_an_order_linear(cells: dict[str, dict[str, Cell]]) -> None:
    found = cells["order"]
    assert found["linear"].errors.max() == 0
    assert "linear" in ladder.winners(found)
    assert all(error < 0.01 or error > 0.2 for error in found["hmm"].errors)
    assert 3 <= (found["hmm"].errors < 0.01).sum() < 5
    assert max(np.median(found[model].errors) for model in ("irnn", "gru", "lstm")) < 0.005
    assert 0.2 < np.median(found["ngram"].errors) < 0.3
    assert max(ladder.medians(found, ("rnn", "irnn", "gru", "lstm")), key=lambda m: np.median(found[m].errors)) == "rnn"


@pytest.mark.claim("results-chaos-linear")
@pytest.mark.claim("results-chaos-nvar")
@pytest.mark.claim("results-chaos-reservoir")
@pytest.mark.claim("results-chaos-gru")
@pytest.mark.claim("results-chaos-lstm")
def test_a_reservoir_sees_84_steps_of_chaos_ahead(cells: dict[str, dict[str, Cell]]) -> None:
    found = cells["mackey_glass"]
    assert ladder.best(found) == "reservoir"
    for model in found:
        assert model == "reservoir" or ahead(found, "reservoir", model) == 5
    assert ahead(found, "nvar", "linear") == 5


@pytest.mark.claim("results-co2-constant")
@pytest.mark.claim("results-co2-season")
@pytest.mark.claim("results-co2-linear")
@pytest.mark.claim("results-co2-reservoir")
@pytest.mark.claim("results-co2-reservoir-ahead")
@pytest.mark.claim("results-co2-gru")
@pytest.mark.claim("results-co2-lstm")
def test_an_autoregression_is_best_on_carbon_dioxide(cells: dict[str, dict[str, Cell]]) -> None:
    found = cells["co2"]
    assert ladder.winners(found) == ["linear"]
    for model in found:
        assert model in ("linear", "reservoir") or ahead(found, "linear", model) == 5
    assert 1 <= ahead(found, "reservoir", "linear") <= 2
    assert found["linear"].parameters == 25 + 1
    assert found["season"].errors.max() < found["constant"].errors.min() / 4
    assert ladder.best(found, ("reservoir", *ladder.TRAINED)) == "reservoir"
    medians = ladder.medians(found)
    assert max(medians["lstm"], medians["gru"]) < medians["season"]
    assert medians["lstm"] < medians["gru"]


@pytest.mark.claim("results-spots-linear")
@pytest.mark.claim("results-spots-rnn")
@pytest.mark.claim("results-spots-gru")
@pytest.mark.claim("results-spots-lstm")
@pytest.mark.claim("results-spots-irnn")
def test_a_line_is_best_on_sunspots_in_the_median(cells: dict[str, dict[str, Cell]]) -> None:
    found = cells["sunspots"]
    assert ladder.best(found) == "linear"
    assert ladder.winners(found) == ["linear"]
    assert ahead(found, "linear", "gru") == 5
    assert ahead(found, "rnn", "linear") >= 1
    assert ahead(found, "lstm", "linear") >= 1
    assert np.median(found["irnn"].errors) > 2 * np.median(found["linear"].errors)
    task = ladder_tasks.spots(0)
    assert task.train.y.max() < task.test.answers.max()


@pytest.mark.claim("results-names-constant")
@pytest.mark.claim("results-names-ngram")
@pytest.mark.claim("results-names-hmm")
@pytest.mark.claim("results-names-reservoir")
@pytest.mark.claim("results-names-gru")
@pytest.mark.claim("results-names-lstm")
def test_counts_say_the_next_letter_of_a_name_best(cells: dict[str, dict[str, Cell]]) -> None:
    found = cells["names"]
    assert ladder.winners(found) == ["ngram"]
    for model in found:
        assert model == "ngram" or ahead(found, "ngram", model) == 5
    assert ladder.best(found, ("reservoir", *ladder.TRAINED)) == "reservoir"
    assert ladder.best(found, ladder.TRAINED) == "gru"
    medians = ladder.medians(found)
    assert max(medians[model] for model in ("reservoir", *ladder.TRAINED) if model in medians) < medians["hmm"] - 0.1
    kept = results.load("ladder/names")
    column = [*map(int, kept["models"][0])].index(ladder.ROWS.index("ngram"))
    assert (kept["chosen"][:, column] == 6).all()  # five letters, discounted
    assert found["ngram"].parameters > max(found[model].parameters for model in medians if model != "ngram")
    assert found["ngram"].seconds < found["gru"].seconds / 10


@pytest.mark.claim("results-characters-constant")
@pytest.mark.claim("results-characters-ngram")
@pytest.mark.claim("results-characters-reservoir")
@pytest.mark.claim("results-characters-rnn")
@pytest.mark.claim("results-characters-gru")
@pytest.mark.claim("results-characters-lstm")
def test_counts_say_the_next_character_best_after_300_updates(cells: dict[str, dict[str, Cell]]) -> None:
    found = cells["characters"]
    assert ladder.winners(found) == ["ngram"]
    for model in found:
        assert model == "ngram" or ahead(found, "ngram", model) == 5
    assert ladder.best(found, ("reservoir", *ladder.TRAINED)) == "gru"
    assert np.median(found["gru"].errors) - np.median(found["ngram"].errors) > 0.3
    train = ladder_tasks.characters(0).train
    seen = 300 * ladder_networks.BATCH * train.asked.sum() / train.x.shape[1]
    assert seen / train.asked.sum() == pytest.approx(6, abs=0.1)


@pytest.mark.claim("results-live")
@pytest.mark.learning
def test_the_live_column_is_the_kept_one(cells: dict[str, dict[str, Cell]]) -> None:
    """The cheap models of it: networks differ with the processor's rounding, and the page says by how much."""
    for seed in range(5):
        live = ladder.spots(seed, models=("constant", "linear", "nvar"))
        for number, error in zip(live["models"], live["error"], strict=True):
            assert error == pytest.approx(cells["sunspots"][ladder.MODELS[int(number)]].errors[seed], rel=0.01)
