"""What gated cells learn, and where their gradients go, over seeds: the experiments of the chapter, some shorter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rnncourse import lstm_gru, results, rnn
from rnncourse.data.tasks import adding
from rnncourse.data.text import Vocabulary
from rnncourse.experiments import lstm_gru as experiments
from rnncourse.experiments import lstm_variants as variants
from rnncourse.experiments.gradients import usual_start

SEEDS = range(5)
PAGES = Path(__file__).parents[2] / "book" / "lstm_gru"


def kept(name: str) -> Any:
    """What the page reads: every seed of it is asserted here, and `learning` computes some of it again."""
    found = results.load(f"lstm_gru/{name}")
    assert len(found.seeds) >= 5
    return found


@pytest.mark.parametrize("kind", experiments.KINDS)
def test_gradient_against_lag_is_autograds(kind: str) -> None:
    """Through torch's cells in a loop, each memory kept."""
    network, x = experiments.gated_start(kind, 2, 5, 1, 20, seed=1), adding(12, 7, 0).x
    cell = {"lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}.get(network.cell)
    layer = cell(2, 5) if cell else torch.nn.RNNCell(2, 5, nonlinearity=network.cell)
    names = {"weight_ih": "W_ih", "weight_hh": "W_hh", "bias_ih": "b_ih", "bias_hh": "b_hh"}
    layer.load_state_dict({theirs: torch.from_numpy(network.weights[ours]) for theirs, ours in names.items()})
    state: Any = None
    kept = []
    for x_t in torch.from_numpy(x):
        state = layer(x_t, state)
        kept.append(state[1] if isinstance(state, tuple) else state)
        kept[-1].retain_grad()
    h_T = state[0] if isinstance(state, tuple) else state
    (h_T @ torch.from_numpy(network.weights["W_ho"]).T).sum().backward()
    lengths = np.array([float(memory.grad.norm(dim=-1).mean()) for memory in kept[::-1]])
    np.testing.assert_allclose(experiments.gradient_against_lag(network, x), lengths / lengths[0], rtol=1e-4)


def test_direct_path_at_the_start_is_the_mean_power_of_the_chrono_gates() -> None:
    """With no weights the forget gates are σ(b_f) at every step."""
    network, x = experiments.gated_start("chrono", 2, 50, 1, 30, seed=0), adding(30, 3, 0).x
    for name in ("W_ih", "W_hh"):
        network.weights[name][:] = 0
    f = torch.sigmoid(torch.from_numpy(network.weights["b_ih"][50:100])).double()
    wanted = [(f**k).mean().item() for k in range(30)]
    np.testing.assert_allclose(experiments.direct_paths(network, x), wanted, rtol=1e-4)


@pytest.mark.learning
def test_lstm_with_chrono_start_learns_to_add_over_100_steps() -> None:
    found = [experiments.add(seed, steps=700) for seed in SEEDS]
    assert np.median(found) < 0.01, found


@pytest.mark.learning
def test_gated_network_reads_digits_pixel_by_pixel() -> None:
    found = [experiments.read_digits(seed, epochs=20, H=48) for seed in SEEDS]
    assert np.median(found) > 0.7, found


@pytest.mark.learning
def test_gates_alone_do_not_keep_gradients_but_an_open_forget_gate_does() -> None:
    """Before any training, over 60 steps: torch's LSTM loses as much as a tanh network, its gates being half shut."""
    x = adding(60, 20, 0).x
    lengths = {
        kind: [experiments.gradient_against_lag(experiments.gated_start(kind, 2, 32, 1, 60, s), x)[-1] for s in SEEDS]
        for kind in experiments.KINDS
    }
    assert max(lengths["tanh"] + lengths["lstm"] + lengths["gru"]) < 1e-3, lengths
    assert min(lengths["chrono"]) > 0.02, lengths
    assert min(lengths["identity"]) > 0.1, lengths


@pytest.mark.learning
def test_learning_to_add_opens_the_gates_that_were_given_the_chance() -> None:
    """Over 40 steps. In this time torch's LSTM and the tanh network learn nothing; a GRU begins shut, and opens."""
    found = [experiments.gradients_of_every_cell(seed, T=40, steps=300, lr=1e-2) for seed in SEEDS]
    before, after = (
        {kind: np.array([lengths[kind][i][-1] for lengths in found]) for kind in experiments.KINDS} for i in (0, 1)
    )
    assert max(before["gru"]) < 1e-6, before
    assert np.median(after["gru"]) > 0.02, after
    assert np.median(after["chrono"]) > np.median(before["chrono"]) + 0.1, (before, after)
    assert min(np.median(after["chrono"]), np.median(after["identity"])) > 0.1, after
    assert max(np.median(after["tanh"]), np.median(after["lstm"])) < 1e-4, after


@pytest.mark.learning
def test_a_short_language_model_beats_the_frequencies_of_pairs() -> None:
    """On other modules, by more than cells without W_hh do (3.06 bits, pairs 3.55)."""
    vocabulary, text = Vocabulary(), experiments.source()
    pairs = rnn.bigram_bits(vocabulary.encode(text.train), vocabulary.encode(text.valid), len(vocabulary))
    bits = [experiments.held_out_bits(experiments.train_language_model(s, steps=400, H=64)) for s in SEEDS]
    assert np.median(bits) < pairs - 0.55, (bits, pairs)


def test_pieces_of_the_text_change_places_whole() -> None:
    ids = np.arange(23)
    pieces = experiments.shuffled_pieces(ids, 5, seed=0).reshape(-1, 5)
    assert sorted(pieces[:, 0]) == [0, 5, 10, 15]
    np.testing.assert_array_equal(np.diff(pieces), 1)
    assert any((experiments.shuffled_pieces(ids, 5, seed=s) != pieces.ravel()).any() for s in (1, 2, 3))


# --- variants: each against its equations in torch


def cells_in_torch(name: str, x: Any, h0: Any, c0: Any, w: Any) -> tuple[list[Any], list[Any]]:
    """States and cells of one variant, from the equations of Greff et al. (2017), sections 2 and 3."""
    W_ih, W_hh, b, p, R = w
    sigma, H = torch.sigmoid, h0.shape[1]
    h_t, c_t, gates, h, c = h0, c0, None, [], []
    for x_t in x:
        a_i, a_f, a_g, a_o = (x_t @ W_ih.T + h_t @ W_hh.T + b).split(H, dim=1)
        if name == "full_recurrence" and gates is not None:
            r_i, r_f, r_o = (torch.cat(gates, dim=1) @ R.T).split(H, dim=1)
            a_i, a_f, a_o = a_i + r_i, a_f + r_f, a_o + r_o
        one = torch.ones_like(c_t)
        p_i, p_f, p_o = 0 * p if name == "no_peepholes" else p
        i = one if name == "no_input_gate" else sigma(a_i + p_i * c_t)
        f = {"no_forget_gate": one, "coupled": 1 - i}.get(name, sigma(a_f + p_f * c_t))
        c_t = f * c_t + i * (a_g if name == "no_input_activation" else a_g.tanh())
        c_t.retain_grad()
        o = one if name == "no_output_gate" else sigma(a_o + p_o * c_t)
        h_t = o * (c_t if name == "no_output_activation" else c_t.tanh())
        gates = [i, f, o]
        h.append(h_t)
        c.append(c_t)
    return h, c


def test_every_variant_is_its_equations_forwards_and_backwards() -> None:
    """All side by side, as they are trained, with vanilla in two places; x of one batch, its own weights each."""
    names = [*variants.VARIANTS, "vanilla"]
    rng, (T, B, F, H, N) = np.random.default_rng(0), (6, 3, 2, 4, len(names))
    full = names.index("full_recurrence")
    w = variants.Weights(
        *(
            rng.normal(0, 0.6, shape)
            for shape in ((N, 4 * H, F), (N, 4 * H, H), (N, 4 * H), (N, 3, H), (1, 3 * H, 3 * H))
        )
    )
    w.p[names.index("no_peepholes")] = 0
    x, h0, c0 = rng.normal(size=(T, B, F)), rng.normal(size=(N, B, H)), rng.normal(size=(N, B, H))
    dh_out = rng.normal(size=(N, T, B, H))
    h, c_T, tape = variants.forward(x, h0, c0, w, names)
    g = variants.backward(dh_out, tape)
    for n, name in enumerate(names):
        mine = [*(a[n] for a in w[:4]), w.R[0]]
        leaves = [torch.tensor(a, requires_grad=True) for a in mine]
        start = [torch.from_numpy(a) for a in (x, h0[n], c0[n])]
        theirs, cells = cells_in_torch(name, start[0], start[1], start[2], leaves)
        np.testing.assert_allclose(h[n], torch.stack(theirs).detach(), rtol=1e-10, err_msg=name)
        np.testing.assert_allclose(c_T[n], cells[-1].detach(), rtol=1e-10, err_msg=name)
        loss: Any = (torch.stack(theirs) * torch.from_numpy(dh_out[n])).sum()
        loss.backward()
        for ours, leaf, part in zip(g.w[:4], leaves[:4], variants.Weights._fields, strict=False):
            wanted = np.zeros_like(ours[n]) if leaf.grad is None else leaf.grad
            np.testing.assert_allclose(ours[n], wanted, rtol=1e-8, atol=1e-12, err_msg=f"{name} {part}")
        if n == full:
            np.testing.assert_allclose(g.w.R[0], np.asarray(leaves[4].grad), rtol=1e-8)
        at_cells = np.stack([np.asarray(c.grad) for c in cells])
        np.testing.assert_allclose(g.dc[:, n], at_cells, rtol=1e-8, err_msg=name)


def test_vanilla_is_the_cell_with_peepholes_of_the_chapter() -> None:
    rng, (T, B, F, H) = np.random.default_rng(1), (5, 3, 2, 4)
    nets = variants.networks(["vanilla"], F, H, 1, seed=0)
    nets.layer.p[:] = rng.normal(size=(1, 3, H))
    x, zeros = rng.normal(size=(T, B, F)).astype(np.float32), np.zeros((B, H), np.float32)
    h, _ = variants.states(nets, ["vanilla"], x)
    layer = nets.layer
    w = lstm_gru.LSTMWeights(layer.W_ih[0], layer.W_hh[0], layer.b[0], 0 * layer.b[0])
    wanted, _ = lstm_gru.peephole_forward(x, zeros, zeros, w, lstm_gru.Peepholes(*layer.p[0]))
    np.testing.assert_allclose(h[0], wanted, atol=1e-6)


def test_a_training_step_of_many_networks_is_that_of_each_alone() -> None:
    """Each clipped by its own norm: what the others do changes nothing."""
    together = ["no_peepholes", "full_recurrence", "no_forget_gate"]
    nets = variants.networks(together, 2, 5, 1, seed=3)
    variants.train_to_add(nets, together, seed=3, T=12, steps=5, lr=0.01)
    for n, name in enumerate(together):
        alone = variants.networks([name], 2, 5, 1, seed=3)
        variants.train_to_add(alone, [name], seed=3, T=12, steps=5, lr=0.01)
        np.testing.assert_allclose(nets.layer.W_hh[n], alone.layer.W_hh[0], atol=2e-5, err_msg=name)
        np.testing.assert_allclose(nets.W_ho[n], alone.W_ho[0], atol=2e-5, err_msg=name)


def test_cells_against_lag_is_autograds() -> None:
    """Through torch.nn.LSTMCell in a loop, each cell kept, for the LSTM without peepholes."""
    nets, kinds = experiments.lstms(20, 6, seed=1), [*experiments.LSTMS.values()]
    x = adding(15, 7, 0).x
    found = experiments.cell_gradients_against_lag(nets, kinds, x)
    for n in (0, 2):
        layer, cell = nets.layer, torch.nn.LSTMCell(2, 6)
        theirs = {
            "weight_ih": layer.W_ih[n],
            "weight_hh": layer.W_hh[n],
            "bias_ih": layer.b[n],
            "bias_hh": 0 * layer.b[n],
        }
        cell.load_state_dict({name: torch.from_numpy(a.copy()) for name, a in theirs.items()})
        state, cells = None, []
        for x_t in torch.from_numpy(x):
            state = cell(x_t, state)
            state[1].retain_grad()
            cells.append(state[1])
        (state[0] @ torch.from_numpy(nets.W_ho[n].T)).sum().backward()  # type: ignore[index]
        lengths = np.array([float(c.grad.norm(dim=-1).mean()) for c in cells[::-1]])
        np.testing.assert_allclose(found[n], lengths / lengths[0], rtol=1e-3)


# --- what the pages say in numbers


@pytest.mark.claim("lstm-gru-gate-keeping")
@pytest.mark.claim("lstm-gru-gate-decaying")
@pytest.mark.claim("lstm-gru-gate-not-storing")
def test_three_uses_of_a_gate() -> None:
    """Powers of the logistic function; no seed in them."""
    powers = [torch.sigmoid(torch.tensor(b, dtype=torch.float64)).item() ** n for b, n in ((7, 40), (2, 10), (-4, 1))]
    x: Any = np.ones((1, 3))
    for n in range(1, 41):
        x = lstm_gru.gate(x, np.zeros((3, 3)), np.array([7.0, 2.0, -4.0]))
        if n == 1:
            assert x[0, 2] == pytest.approx(powers[2])
        if n == 10:
            assert x[0, 1] == pytest.approx(powers[1])
    assert x[0, 0] == pytest.approx(powers[0])
    assert powers[0] > 0.95
    assert powers[1] < 0.3
    assert powers[2] < 0.02


@pytest.mark.claim("lstm-gru-leak-open")
@pytest.mark.claim("lstm-gru-leak-shut")
@pytest.mark.parametrize("seed", SEEDS)
def test_what_leaks_into_a_memory(seed: int) -> None:
    """Variance of a number between -1 and 1 is a third; a thousand of them add up."""
    for bias in (0.0, -2.0, -5.0, -8.0):
        wanted = torch.sigmoid(torch.tensor(bias)).item() * np.sqrt(1000 / 3)
        assert experiments.leak(seed, bias) == pytest.approx(wanted, rel=0.15)
    assert 8 < experiments.leak(seed, 0.0) < 10.5
    assert experiments.leak(seed, -5.0) < 0.2


@pytest.mark.claim("lstm-gru-by-hand")
@pytest.mark.parametrize("seed", SEEDS)
def test_an_lstm_set_by_hand_keeps_a_number_for_200_steps(seed: int) -> None:
    assert experiments.error_by_hand(seed) < 0.03


@pytest.mark.claim("lstm-gru-two-tanh-units")
@pytest.mark.parametrize("seed", SEEDS)
def test_two_tanh_units_set_by_hand_keep_it_too(seed: int) -> None:
    assert experiments.error_of_two_tanh_units(seed) < 0.01
    x, _ = experiments.first_number(200, 5, [seed, 5])
    other = x.copy()
    other[1:, :, 0] = -x[1:, :, 0]  # what is not marked does not get in
    told, again = (experiments.read_by_two_tanh_units(numbers)[-1] for numbers in (x, other))
    np.testing.assert_allclose(told, again, atol=1e-9)


@pytest.mark.claim("lstm-gru-agreement-0")
@pytest.mark.claim("lstm-gru-agreement-1")
@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_by_hand_are_torchs_and_those_of_differences(seed: int) -> None:
    found = experiments.agreement(seed)
    assert len(found) == 7
    for name, (theirs, differences) in found.items():
        assert theirs < 1e-12, name
        assert differences < 1e-7, name


def test_race_runs_programs_that_agree() -> None:
    times, error = experiments.race(T=4, B=3, F=2, H=5, rounds=2)
    assert len(times) == 5
    assert all(len(t) == 2 and (t > 0).all() for t in times.values())
    assert error < 1e-4


@pytest.mark.claim("lstm-gru-two-grus")
@pytest.mark.parametrize("seed", SEEDS)
def test_one_step_from_nothing_does_not_tell_the_grus_apart(seed: int) -> None:
    assert experiments.two_grus(seed, T=1, start=False, bias=False) == 0
    assert experiments.two_grus(seed, T=1, start=False) > 0.05
    assert experiments.two_grus(seed, T=1) > 0.05
    assert experiments.two_grus(seed, T=10, start=False, bias=False) > 0.05
    assert experiments.two_grus(seed, T=10) > 0.3


@pytest.mark.claim("lstm-gru-order-tensorflow")
@pytest.mark.claim("lstm-gru-order-onnx")
@pytest.mark.parametrize("seed", SEEDS)
def test_another_order_of_the_blocks_is_another_network(seed: int) -> None:
    assert experiments.wrong_order(seed, "ifgo") == 0
    assert min(experiments.wrong_order(seed, order) for order in ("igfo", "iofg")) > 0.4


@pytest.mark.claim("lstm-gru-lecture-printed")
@pytest.mark.claim("lstm-gru-lecture-others")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_lectures_cells_are_this_books_but_for_an_index(seed: int) -> None:
    found = experiments.notation_differences(seed)
    assert found.pop("Atanasov, as printed") > 0.5
    assert len(found) == 4
    assert max(found.values()) < 1e-13


def test_solutions_on_the_page_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the exercises without a check; the others' are the assignment's, and tested there."""
    page = (PAGES / "exercises.md").read_text(encoding="utf-8")
    cells = re.findall(r"```\{code-cell\}[^\n]*\n(---\n.*?\n---\n)?(.*?)```", page, re.DOTALL)
    names = dict[str, object]()
    exec(cells[0][1], names)  # what the page imports
    for code in [code for options, code in cells if "hide-cell" in options]:
        exec(code, names)
    second, average, without_gates = capsys.readouterr().out.splitlines()
    assert float(second.rsplit(" ", 1)[1]) < 0.02
    assert float(without_gates.rsplit(" ", 1)[1]) < 0.01
    measured, wanted = (float(number) for number in re.findall(r"0\.\d+", average))
    assert measured == pytest.approx(wanted, abs=1e-6)


@pytest.mark.claim("lstm-gru-wild-lstm")
@pytest.mark.claim("lstm-gru-wild-onnx")
@pytest.mark.claim("lstm-gru-wild-bias_of_o")
@pytest.mark.claim("lstm-gru-wild-gru")
@pytest.mark.claim("lstm-gru-wild-before")
@pytest.mark.claim("lstm-gru-wild-first_step")
@pytest.mark.claim("lstm-gru-wild-no_reset")
def test_what_errors_in_gates_cost() -> None:
    r = kept("wild")
    assert (r["lstm"] > 0.6).all()
    assert (r["gru"] > 0.9).all()
    for name in ("onnx", "bias_of_o"):
        assert (r[name] < 0.25).all(), "no better than who always answers 1, or little"
    assert (r["before"] < r["gru"] - 0.1).all()
    assert (r["no_reset"] < 0.25).all()
    assert (np.abs(r["first_step"] - r["gru"]) < 0.03).all(), "accuracy does not see it"


@pytest.mark.parametrize("seed", SEEDS)
def test_errors_in_the_wild_are_what_they_are_said_to_be(seed: int) -> None:
    """Each against the equation that somebody's program had, written out with torch's gates."""
    x, h0, _, w, _ = experiments.random_lstm(seed)
    rng = np.random.default_rng([seed, 7])
    H, F = 5, 4
    u = lstm_gru.GRUWeights(*(rng.normal(size=s) for s in ((3 * H, F), (3 * H, H), (3 * H,), (3 * H,))))
    for name in ("W_ih", "W_hh", "b_ih", "b_hh"):
        i, f, g, o = np.split(getattr(w, name), 4)
        taken = getattr(experiments.onnx_read_as_torch(w), name)
        np.testing.assert_array_equal(taken, np.concatenate([i, o, f, g]))
    copied = experiments.forget_gate_with_the_bias_of_o(w)
    sum_f, sum_o = (np.split(copied.b_ih + copied.b_hh, 4)[k] for k in (1, 3))
    np.testing.assert_array_equal(sum_f, sum_o)

    def gru(x_t: Any, h_t: Any, first: bool = False, reset: bool = True) -> Any:
        x_r, x_z, x_n = torch.tensor(x_t @ u.W_ih.T + u.b_ih).chunk(3, dim=1)
        h_r, h_z, h_n = torch.tensor(h_t @ u.W_hh.T + u.b_hh).chunk(3, dim=1)
        r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
        n = torch.tanh(x_n + (0 if first else (r if reset else 1) * h_n))
        return ((1 - z) * n + z * torch.tensor(h_t)).numpy()

    zeros = np.zeros_like(h0)
    h_first, h_unset = zeros, h0
    found = experiments.first_step_without_b_hn(x, zeros, u)
    unset = lstm_gru.gru_forward(x, h0, experiments.reset_never_used(u))
    for t, x_t in enumerate(x):
        h_first, h_unset = gru(x_t, h_first, first=t == 0), gru(x_t, h_unset, reset=False)
        np.testing.assert_allclose(found[t], h_first, rtol=1e-10)
        np.testing.assert_allclose(unset[t], h_unset, rtol=1e-10)


KINDS = ("tanh", "lstm_0", "lstm_1", "peephole", "chrono", "gru", "identity")


@pytest.mark.claim("lstm-gru-lag-tanh-before")
@pytest.mark.claim("lstm-gru-lag-tanh-after")
@pytest.mark.claim("lstm-gru-lag-lstm_0-before")
@pytest.mark.claim("lstm-gru-lag-lstm_1-before")
@pytest.mark.claim("lstm-gru-lag-chrono-before")
@pytest.mark.claim("lstm-gru-lag-chrono-after")
@pytest.mark.claim("lstm-gru-lag-gru-before")
@pytest.mark.claim("lstm-gru-lag-gru-after")
@pytest.mark.claim("lstm-gru-add-lost")
@pytest.mark.claim("lstm-gru-add-identity")
@pytest.mark.claim("lstm-gru-add-chrono")
@pytest.mark.claim("lstm-gru-add-gru")
def test_gradients_of_every_cell_before_and_after_it_learns_to_add() -> None:
    r = kept("lags")
    at_35 = {f"{kind}_{when}": r[f"{kind}_{when}"][:, 35] for kind in KINDS for when in ("before", "after")}
    for kind in ("tanh", "lstm_0", "gru"):
        assert (at_35[f"{kind}_before"] < -5).all(), kind
    assert (at_35["lstm_0_before"] < at_35["lstm_1_before"]).all()
    assert (at_35["lstm_1_before"] < at_35["chrono_before"]).all()
    assert (np.abs(at_35["peephole_before"] - at_35["lstm_1_before"]) < 0.02).all(), "peepholes start at 0"
    assert (at_35["chrono_before"] > -1).all()
    assert (at_35["gru_after"] > -1).all()
    assert (at_35["tanh_after"] < -4).all()
    assert np.median(at_35["chrono_after"]) > 0, "longer far back"
    error = np.concatenate([r[f"{kind}_error"] for kind in KINDS])
    arrived = np.concatenate([at_35[f"{kind}_after"] for kind in KINDS])
    assert (error[arrived < -3] > 0.14).all(), "nothing is learnt where nothing arrives"
    assert (arrived[error < 0.08] > -1).all(), "and who has learnt lets gradients through"
    assert (r["gru_error"] < 0.01).all()
    assert (r["chrono_error"] < 0.03).all()
    assert (r["gru_error"] < r["chrono_error"]).all()
    assert (r["gru_error"] < r["identity_error"]).all()
    assert (r["tanh_error"] > 0.15).all()
    assert [(r[f"{kind}_error"] < 0.1).sum() for kind in ("lstm_0", "lstm_1", "peephole")] == [1, 1, 1]
    assert (r["chrono_error"] < r["identity_error"]).sum() == 3


@pytest.mark.claim("lstm-gru-bias-lstm_0-20")
@pytest.mark.claim("lstm-gru-bias-lstm_1-20")
@pytest.mark.claim("lstm-gru-bias-lstm_2-20")
@pytest.mark.claim("lstm-gru-bias-gru-20")
@pytest.mark.claim("lstm-gru-bias-identity-20")
@pytest.mark.claim("lstm-gru-bias-lstm_2-200")
@pytest.mark.claim("lstm-gru-bias-lstm_5-200")
@pytest.mark.claim("lstm-gru-bias-chrono-200")
@pytest.mark.claim("lstm-gru-bias-gru-200")
@pytest.mark.claim("lstm-gru-bias-identity-200")
def test_the_start_of_the_biases_decides_what_is_kept() -> None:
    r = kept("bias")
    assert (r["lstm_0_20"] > 0.9).all()
    for kind in ("lstm_2", "lstm_5", "chrono", "identity"):
        assert (r[f"{kind}_20"] < 0.02).all(), kind
    assert (r["chrono_200"] < 0.05).all()
    for kind in ("lstm_0", "lstm_1", "lstm_5", "gru", "identity"):
        assert np.median(r[f"{kind}_200"]) > 0.9, kind
    assert (r["gru_20"] > 0.5).all()
    assert (r["lstm_1_20"] < 0.02).sum() == 4
    assert [(r[f"{kind}_200"] < 0.1).sum() for kind in ("lstm_1", "lstm_2", "lstm_5")] == [0, 1, 0]


@pytest.mark.claim("lstm-gru-bias-gru-open-200")
@pytest.mark.claim("lstm-gru-bias-tanh-20")
def test_a_gru_whose_update_gates_start_open_keeps_the_number_and_tanh_does_not() -> None:
    r = kept("bias_others")
    for T in (20, 200):
        assert (r[f"gru_open_{T}"] < 0.02).all()
        assert (r[f"tanh_{T}"] > 0.9).all()
    assert (r["gru_open_200"] < kept("bias")["gru_200"]).all()


@pytest.mark.claim("lstm-gru-variants-number-vanilla")
@pytest.mark.claim("lstm-gru-variants-number-no_input_gate")
@pytest.mark.claim("lstm-gru-variants-number-no_forget_gate")
@pytest.mark.claim("lstm-gru-variants-number-full_recurrence")
@pytest.mark.claim("lstm-gru-variants-text-vanilla")
@pytest.mark.claim("lstm-gru-variants-text-no_forget_gate")
@pytest.mark.claim("lstm-gru-variants-text-no_output_activation")
@pytest.mark.claim("lstm-gru-variants-text-full_recurrence")
@pytest.mark.claim("lstm-gru-variants-text-coupled")
@pytest.mark.claim("lstm-gru-variants-text-no_peepholes")
@pytest.mark.claim("lstm-gru-variants-text-no_input_gate")
@pytest.mark.claim("lstm-gru-variants-text-no_output_gate")
@pytest.mark.claim("lstm-gru-variants-text-no_input_activation")
@pytest.mark.claim("lstm-gru-variants-counts")
def test_which_parts_of_an_lstm_matter() -> None:
    r = kept("variants")
    number, text = ({v: r[f"{task}_{v}"] for v in variants.VARIANTS} for task in ("number", "text"))
    for v, lost in number.items():
        assert (lost < (0.3 if v == "no_input_gate" else 0.05)).all(), v
    assert (number["no_input_gate"] > 2 * number["vanilla"]).all()
    assert (number["no_forget_gate"] < 0.01).all()
    assert all((number["full_recurrence"] < number[v]).all() for v in variants.VARIANTS if v != "full_recurrence")
    others = [v for v in variants.VARIANTS if v not in ("no_forget_gate", "no_output_activation", "full_recurrence")]
    for v in others:
        for worse in ("no_forget_gate", "no_output_activation"):
            assert (text[v] < text[worse]).all(), (v, worse)
    assert np.median(text["no_output_activation"]) == variants.LOST
    assert (text["full_recurrence"] > text["vanilla"]).all()
    for better in ("coupled", "no_peepholes"):
        assert (text[better] < text["vanilla"]).all(), better
    counts = variants.counted_bits()
    assert (text["coupled"] < counts).sum() == 1
    assert all((bits > counts).all() for v, bits in text.items() if v != "coupled"), (
        "counting three characters is better"
    )


@pytest.mark.claim("lstm-gru-text-tanh")
@pytest.mark.claim("lstm-gru-text-gru")
@pytest.mark.claim("lstm-gru-text-lstm")
@pytest.mark.claim("lstm-gru-text-counts")
@pytest.mark.claim("lstm-gru-text-gain-most")
def test_three_cells_of_one_size_read_text() -> None:
    r, counts = kept("text"), results.load("rnn/text_weights")["counts_5"][0]
    assert (np.maximum(r["gru"], r["lstm"]) < r["tanh"]).all()
    assert (r["gru"] < r["lstm"]).sum() == 4
    assert (r["tanh"] - r["gru"] < 0.2).all()
    assert (r["gru"] > counts).all()
    for cell in experiments.SIZES:
        curves = r[f"{cell}_by_memory"]
        assert (curves[:, 5] - curves[:, 20:].mean(axis=1) < 0.2).all(), cell
        assert (curves[:, 0] - curves[:, 5] > 1).all(), cell


def test_cells_of_text_have_equally_many_parameters() -> None:
    """And as many as the network of the chapter on RNNs."""
    sizes = {}
    for cell, H in experiments.SIZES.items():
        network = usual_start(cell, 96, H, 96, 0)
        sizes[cell] = sum(w.size for w in network.weights.values())
    assert sizes["tanh"] == rnn.parameter_count(F=96, H=128, K=96)
    assert all(abs(n / sizes["tanh"] - 1) < 0.03 for n in sizes.values()), sizes
