"""What the chapter on two directions trains and measures, over several seeds."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rnncourse import bidirectional, results
from rnncourse.experiments import bidirectional as experiments

SEEDS = range(5)
FORMS = ("after", "before", "around")
PAGE = Path(__file__).parents[2] / "book" / "bidirectional" / "exercises.md"


def kept(name: str) -> Any:
    """What the page reads: every seed of it is asserted here, and `learning` computes some of it again."""
    found = results.load(f"bidirectional/{name}")
    assert len(found.seeds) >= 5
    return found


# --- the networks


@pytest.mark.parametrize("cell", ["rnn", "gru"])
@pytest.mark.parametrize("ways", [("there",), ("back",), ("there", "back"), ("there", "there")])
@pytest.mark.parametrize("layers", [1, 2])
def test_loss_and_gradients_are_torchs(cell: str, ways: tuple[str, ...], layers: int) -> None:
    """Torch reads each example alone, layer by layer, in each of the ways; padding holds garbage for us."""
    network = experiments.start(3, 4, 5, ways, layers, cell, between=6, seed=1)
    rng = np.random.default_rng(0)
    x, n = rng.normal(size=(6, 4, 3)).astype(np.float32), np.array([6, 2, 4, 1])
    b = np.array([0, 0, 1, 2, 3])
    steps = np.array([5, 1, 0, 2, 0])
    batch = experiments.Batch(x, n, b, steps, steps, np.array([0, 4, 2, 1, 3]))
    loss, gradients = network.loss(batch)

    w: dict[str, Any] = {name: torch.tensor(array, requires_grad=True) for name, array in network.weights.items()}
    names = {"weight_ih_l0": "W_ih", "weight_hh_l0": "W_hh", "bias_ih_l0": "b_ih", "bias_hh_l0": "b_hh"}
    states = []
    for example, length in enumerate(n):
        h = torch.from_numpy(x[:length, example : example + 1])
        for layer in range(layers):
            parts = []
            for d, way in enumerate(ways):
                module = getattr(torch.nn, cell.upper())(h.shape[2], 4)
                own = {theirs: w[f"{ours}_{layer}{d}"] for theirs, ours in names.items()}
                given = h.flip(0) if way == "back" else h
                out = torch.func.functional_call(module, own, given)[0]
                parts.append(out.flip(0) if way == "back" else out)
            h = torch.cat(parts, dim=2)
        states.append(h[:, 0])
    s = torch.stack([states[example][t] for example, t in zip(b, steps, strict=True)])
    o = torch.tanh(s @ w["W_between"].T + w["b_between"]) @ w["W_ho"].T + w["b_ho"]
    theirs = torch.nn.functional.cross_entropy(o, torch.from_numpy(batch.y))
    theirs.backward()  # type: ignore[no-untyped-call]
    assert loss == pytest.approx(theirs.item(), rel=1e-5)
    assert gradients.keys() == w.keys()
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradient, w[name].grad.numpy(), atol=1e-5, err_msg=name)


@pytest.mark.parametrize("group", ["READERS", "DEEP", "LETTERS"])
def test_no_network_is_much_larger_than_another(group: str) -> None:
    sizes = []
    for settings in getattr(experiments, group).values():
        if group == "READERS":
            ways, H = settings
            network = experiments.start(len(experiments.WORDS), H, len(experiments.NAMES), ways)
        else:
            F, K = (7, 2) if group == "DEEP" else (experiments.K + 1, experiments.K)
            network = experiments.start(F, K=K, **settings)
        sizes.append(experiments.size(network))
    assert max(sizes) < 1.08 * min(sizes), sizes


def test_sentences_tell_one_animal_and_no_word_tells_it_alone() -> None:
    for s in experiments.sentences(200, 3):
        assert s.words.count("_") == 1
        assert s.words[s.blank] == "_"
        assert experiments.NAMES[s.y] not in s.words, "the other clause is about another animal"
        traits = list(experiments.ANIMALS)[s.y]
        assert set(traits) <= set(s.words)
        where = [[i > s.blank for i, word in enumerate(s.words) if word == trait] for trait in traits]
        if s.form == "after":
            assert all(True in sides for sides in where)
        if s.form == "before":
            assert all(False in sides for sides in where)
    for word in {word for traits in experiments.ANIMALS for word in traits}:
        assert sum(word in traits for traits in experiments.ANIMALS) >= 3


def test_told_takes_one_blank_and_known_words() -> None:
    network = experiments.start(len(experiments.WORDS), 4, len(experiments.NAMES))
    found = experiments.told(network, "the _ is a bird")
    assert [p for _, p in found] == sorted((p for _, p in found), reverse=True)
    for text in ("the bird", "_ and _", "the _ is a gnu"):
        with pytest.raises(ValueError, match="one _"):
            experiments.told(network, text)


def test_windows_hide_the_missing_letters_and_nothing_else() -> None:
    ids = np.arange(60)
    batch = experiments.windows(ids, np.array([0, 7]))
    letters = batch.x.argmax(axis=2)
    for b, start in enumerate((0, 7)):
        whole = start + np.arange(experiments.T)
        asked = batch.b == b
        np.testing.assert_array_equal(batch.y[asked], whole[experiments.BLANKS])
        np.testing.assert_array_equal(batch.there[asked], experiments.BLANKS)
        whole[experiments.BLANKS] = experiments.BLANK
        np.testing.assert_array_equal(letters[:, b], whole)
    np.testing.assert_array_equal(ids, np.arange(60))


def test_next_letters_are_the_next_and_a_text_that_ends_has_no_more() -> None:
    ids = np.arange(80)
    batch = experiments.next_letters(ids, np.array([0, 9]))
    letters = batch.x.argmax(axis=2)
    np.testing.assert_array_equal(batch.y, letters[batch.there + 1, batch.b])
    n = np.array([5, 12])
    cut = experiments.next_letters(ids, np.array([0, 9]), n)
    np.testing.assert_array_equal(cut.y, [5, 21])
    np.testing.assert_array_equal(cut.n, n)


def test_counts_are_those_of_a_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter on each side, mixed with no context and with all alike, written out."""
    rng = np.random.default_rng(0)
    train, test = rng.integers(0, 4, 300), rng.integers(0, 4, 60)
    monkeypatch.setattr(experiments, "text", lambda: (train, test))
    right, bits = experiments.counted_letters("both", most=1)
    K, lost, hits = experiments.K, 0.0, 0
    at = [
        start + int(step) for step in experiments.BLANKS for start in range(0, len(test) - experiments.T, experiments.T)
    ]
    for i in at:
        p = np.full(K, 1 / K)
        for context in (lambda ids, j: (), lambda ids, j: (ids[j - 1], ids[j + 1])):
            length = len(context(test, i))
            n = np.zeros(K)
            for j in range(length // 2, len(train) - length // 2):
                n[train[j]] += context(train, j) == context(test, i)
            kinds = (n > 0).sum()
            p = (n + kinds * p) / (n.sum() + kinds) if kinds else p
        lost -= np.log2(p[test[i]])
        hits += int(p.argmax() == test[i])
    assert bits == pytest.approx(lost / len(at))
    assert right == pytest.approx(hits / len(at))


# --- what the pages say in numbers


@pytest.mark.claim("bidirectional-sees-there")
@pytest.mark.claim("bidirectional-sees-back")
@pytest.mark.claim("bidirectional-sees-both")
@pytest.mark.parametrize("seed", SEEDS)
def test_forward_sees_a_triangle_backward_the_other_both_all(seed: int) -> None:
    there, back = experiments.random_layer(seed)
    h0 = np.zeros((2, 1, 3))

    def part(first: int, last: int) -> Any:
        return experiments.sees(lambda x: bidirectional.forward(x, h0, there, back)[0][..., first:last], T=8, seed=seed)

    triangle = np.tri(8, dtype=bool)
    np.testing.assert_array_equal(part(0, 3), triangle)
    np.testing.assert_array_equal(part(3, 6), triangle.T)
    assert part(0, 6).all()


@pytest.mark.claim("bidirectional-torch")
@pytest.mark.claim("bidirectional-interface")
@pytest.mark.parametrize("seed", SEEDS)
def test_all_arguments_are_torchs(seed: int) -> None:
    for layers, nonlinearity, bias, first, both in itertools.product(
        (1, 3), ("tanh", "relu"), (True, False), (True, False), (True, False)
    ):
        options = {"num_layers": layers, "nonlinearity": nonlinearity, "bias": bias}
        assert experiments.against_torch(seed, **options, batch_first=first, bidirectional=both) < 1e-12


@pytest.mark.claim("bidirectional-last-there")
@pytest.mark.claim("bidirectional-last-back")
@pytest.mark.claim("bidirectional-reached-there")
@pytest.mark.claim("bidirectional-reached-back")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_last_step_has_seen_one_input_backwards(seed: int) -> None:
    there, back = experiments.random_layer(seed)
    x, h0 = np.random.default_rng(seed + 1).normal(size=(5, 1, 1)), np.zeros((2, 1, 3))
    h, last = bidirectional.forward(x, h0, there, back)
    np.testing.assert_array_equal(last, [h[-1, :, :3], h[0, :, 3:]])
    changed = x.copy()
    changed[:4] += 1
    moved = np.abs(bidirectional.forward(changed, h0, there, back)[0] - h)[-1, 0]
    assert moved[:3].max() > 0.01
    assert (moved[3:] == 0).all()
    dh_out = np.zeros_like(h)
    dh_out[0] = 1
    g_there, g_back = bidirectional.backward(dh_out, x, h0, h, there, back)
    assert (np.abs(g_there.dx[:, 0, 0]) > 0).sum() == 1
    assert (np.abs(g_back.dx[:, 0, 0]) > 0).sum() == 5


@pytest.mark.claim("bidirectional-garbage-known")
@pytest.mark.claim("bidirectional-garbage-unknown")
@pytest.mark.claim("bidirectional-packed")
@pytest.mark.parametrize("seed", SEEDS)
def test_padding_moves_nothing_where_lengths_are_known(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, lengths, h0 = rng.normal(size=(7, 4, 2)), np.array([7, 2, 5, 1]), np.zeros((2, 4, 3))
    w: Any = [
        bidirectional.Weights(*(rng.normal(scale=0.5, size=s) for s in ((3, 2), (3, 3), (3,), (3,)))) for _ in range(2)
    ]
    garbage = np.where(np.arange(7)[:, None, None] < lengths[:, None], x, 100.0)
    n: Any
    for n, least, most in ((lengths, 0.0, 0.0), (None, 0.05, 2.0)):
        moved = np.abs(
            bidirectional.forward(x, h0, *w, lengths=n)[0] - bidirectional.forward(garbage, h0, *w, lengths=n)[0]
        )[0]
        assert least <= moved[1:].max() <= most
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        torch.from_numpy(x), torch.from_numpy(lengths), enforce_sorted=False
    )
    torch.manual_seed(seed)
    module = torch.nn.RNN(2, 3, bidirectional=True, dtype=torch.float64)
    states = torch.nn.utils.rnn.pad_packed_sequence(module(packed)[0])[0].detach().numpy()
    p: Any = [q.detach().numpy() for q in module.parameters()]
    assert np.abs(bidirectional.forward(x, h0, p[:4], p[4:], lengths=lengths)[0] - states).max() < 1e-12


@pytest.mark.claim("bidirectional-fill-there-before")
@pytest.mark.claim("bidirectional-fill-there-after")
@pytest.mark.claim("bidirectional-fill-there-around")
@pytest.mark.claim("bidirectional-fill-back-after")
@pytest.mark.claim("bidirectional-fill-back-before")
@pytest.mark.claim("bidirectional-fill-back-around")
@pytest.mark.claim("bidirectional-fill-both-after")
@pytest.mark.claim("bidirectional-fill-both-before")
@pytest.mark.claim("bidirectional-fill-both-around")
@pytest.mark.claim("bidirectional-fill-both-least")
@pytest.mark.claim("bidirectional-fill-words-after")
@pytest.mark.claim("bidirectional-fill-words-before")
@pytest.mark.claim("bidirectional-fill-words-around")
def test_the_penguin_takes_the_direction_that_has_read_what_decides() -> None:
    r = kept("penguin")
    for form in FORMS:
        assert np.median(r[f"both_{form}"]) > 0.95, form
        for counted in ("contexts", "words"):
            assert (r[f"both_{form}"] > r[f"{counted}_{form}"]).all(), (form, counted)
    assert (r["both_before"] < 0.9).sum() == 2, "two of five have not finished learning"
    assert (r["both_before"] <= r["there_before"]).all()
    assert (r["there_before"] > 0.9).all()
    assert (r["there_after"] < 0.2).all()
    assert (r["back_after"] > 0.9).all()
    assert (r["back_before"] < 0.2).all()
    assert (np.abs(r["there_around"] - 1 / 3) < 0.06).all(), "one of the three that live there"
    assert (np.abs(r["back_around"] - 1 / 4) < 0.06).all(), "one of the four of its kind"
    assert (r["words_after"] > r["there_after"]).all()
    assert (r["words_before"] > r["back_before"]).all()


@pytest.mark.claim("bidirectional-letters-there")
@pytest.mark.claim("bidirectional-letters-back")
@pytest.mark.claim("bidirectional-letters-both")
@pytest.mark.claim("bidirectional-bits-there")
@pytest.mark.claim("bidirectional-bits-back")
@pytest.mark.claim("bidirectional-bits-both")
@pytest.mark.claim("bidirectional-counted-before")
@pytest.mark.claim("bidirectional-counted-after")
@pytest.mark.claim("bidirectional-counted-both")
@pytest.mark.claim("bidirectional-counted-bits-before")
@pytest.mark.claim("bidirectional-counted-bits-after")
@pytest.mark.claim("bidirectional-counted-bits-both")
@pytest.mark.claim("bidirectional-stack-both-right")
@pytest.mark.claim("bidirectional-stack-both-bits")
@pytest.mark.claim("bidirectional-stack-two-layers-right")
@pytest.mark.claim("bidirectional-stack-two-layers-bits")
@pytest.mark.claim("bidirectional-stack-three-layers-right")
@pytest.mark.claim("bidirectional-stack-three-layers-bits")
def test_letters_on_both_sides_tell_more_and_counting_wins() -> None:
    r = kept("letters")
    counted = {sides: experiments.counted_letters(sides) for sides in ("before", "after", "both")}
    for one in ("there", "back"):
        assert (r["both"] > r[one] + 0.05).all(), one
        assert (r["both_bits"] < r[f"{one}_bits"]).all(), one
    for network, sides in (("there", "before"), ("back", "after"), *((n, "both") for n in STACKS)):
        assert (r[network] < counted[sides][0]).all(), network
        assert (r[f"{network}_bits"] > counted[sides][1]).all(), network
    assert counted["both"][0] > max(counted["before"][0], counted["after"][0]) + 0.2
    assert (r["two_layers_bits"] < r["both_bits"]).sum() == 4
    assert np.median(r["both_bits"] - r["two_layers_bits"]) < 0.2, "by little"
    assert (r["three_layers_bits"] > r["both_bits"]).all()


STACKS = ("both", "two_layers", "three_layers")


@pytest.mark.claim("bidirectional-depth-one-layer")
@pytest.mark.claim("bidirectional-depth-two-layers")
@pytest.mark.claim("bidirectional-depth-between-found")
@pytest.mark.claim("bidirectional-depth-two-layers-found")
@pytest.mark.claim("bidirectional-depth-one-direction")
def test_two_directions_are_brought_together_by_a_layer_of_any_kind() -> None:
    r = kept("depth")
    for name in ("one_layer", "one_direction"):
        assert (r[name] < 0.75).all(), "three of the four cases, at most"
        assert abs(np.median(r[name]) - 0.5) < 0.1
    assert (r["two_layers"] > 0.95).all()
    assert (r["between"] > 0.95).sum() == 3
    assert (np.abs(r["between"] - 0.5) < 0.05).sum() == 2, "the others are stuck"


@pytest.mark.claim("bidirectional-dropped")
@pytest.mark.parametrize("seed", SEEDS)
def test_dropout_sets_its_share_to_zero(seed: int) -> None:
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(50, 8, 20))
    dropped = bidirectional.drop(h, rng.random(h.shape), 0.3)
    assert (dropped == 0).mean() == pytest.approx(0.3, abs=0.02)
    np.testing.assert_allclose(dropped[dropped != 0], h[dropped != 0] / 0.7)


@pytest.mark.claim("bidirectional-delayed")
@pytest.mark.parametrize("seed", SEEDS)
def test_an_input_arrives_after_the_delays_on_its_way(seed: int) -> None:
    chain = bidirectional.stacked(3)
    for i in (1, 2):
        chain[i, 1 + i - 1], chain[i, 4 + i - 1] = 0, 1
    for C, first in ((chain, [0, 1, 2]), (bidirectional.stacked(3), [0, 0, 0])):
        moved = experiments.arrives(C, seed=seed)
        assert moved.argmax(axis=1).tolist() == first
        assert moved[:, 2:].all(), "and stays"


@pytest.mark.claim("bidirectional-network-error")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_of_any_network_is_a_finite_difference(seed: int) -> None:
    assert experiments.random_network_error(seed) < 1e-5


@pytest.mark.claim("bidirectional-least-tanh")
@pytest.mark.claim("bidirectional-least-relu")
@pytest.mark.claim("bidirectional-silent-with")
@pytest.mark.claim("bidirectional-silent-without")
@pytest.mark.claim("bidirectional-dropout-1")
@pytest.mark.claim("bidirectional-dropout-3")
@pytest.mark.claim("bidirectional-dropout-zeros-3")
@pytest.mark.parametrize("seed", SEEDS)
def test_what_each_argument_changes(seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(6, 5, 3))

    def run(x: Any = x, rng: Any = None, **options: Any) -> Any:
        shape = {name: options[name] for name in ("num_layers", "bias") if name in options}
        return bidirectional.rnn(x, None, experiments.weights_for(3, 4, seed=seed, **shape), rng=rng, **options)[0]

    assert -1 < run(nonlinearity="tanh").min() < -0.5
    assert run(nonlinearity="relu").min() == 0
    assert np.abs(run(x=0 * x)).max() > 0.1
    assert (run(x=0 * x, bias=False) == 0).all()
    for layers in (1, 3):
        noisy = run(num_layers=layers, dropout=0.5, rng=np.random.default_rng(seed))
        apart = np.abs(noisy - run(num_layers=layers, dropout=0.5)).max()
        assert (noisy != 0).all()
        assert apart == 0 if layers == 1 else apart > 0.1


@pytest.mark.claim("bidirectional-wild-first-right")
@pytest.mark.claim("bidirectional-wild-first-step")
@pytest.mark.claim("bidirectional-wild-names-right")
@pytest.mark.claim("bidirectional-wild-names-step")
@pytest.mark.claim("bidirectional-wild-names-there")
@pytest.mark.claim("bidirectional-names-right")
@pytest.mark.claim("bidirectional-names-padding")
@pytest.mark.claim("bidirectional-names-there")
@pytest.mark.claim("bidirectional-changed-right")
@pytest.mark.claim("bidirectional-changed-padding")
def test_what_sums_up_a_sequence_and_what_padding_does() -> None:
    r = kept("summary")
    assert (r["first_right"] > 0.95).all()
    assert (r["first_step"] < 0.2).all()
    assert (r["changed_right"] == 0).all()
    assert (r["changed_padding"] > 0).all()
    assert abs(np.median(r["names_padding"]) - np.median(r["names_right"])) < 0.02, "accuracy does not tell"
    assert (r["names_right"] > r["names_step"]).sum() == 4
    assert (r["names_right"] > r["names_there"]).sum() == 4
    assert np.median(r["names_right"]) > np.median(r["names_there"]) > np.median(r["names_step"])


@pytest.mark.claim("bidirectional-wild-twice")
@pytest.mark.claim("bidirectional-wild-there")
@pytest.mark.claim("bidirectional-wild-both")
@pytest.mark.claim("bidirectional-wild-unturned")
def test_forward_joined_with_itself_is_forward_and_not_turned_back_is_another_network() -> None:
    r = kept("penguin")
    assert (np.abs(r["twice_after"] - r["there_after"]) < 0.1).all()
    assert (r["both_after"] > r["twice_after"] + 0.5).all()
    assert (r["both_after"] > r["unturned_after"] + 0.5).all()
    assert np.median(r["unturned_after"]) > np.median(r["there_after"])


@pytest.mark.claim("bidirectional-wild-both-reported")
@pytest.mark.claim("bidirectional-wild-both-used")
@pytest.mark.claim("bidirectional-wild-there-reported")
@pytest.mark.claim("bidirectional-wild-there-used")
@pytest.mark.claim("bidirectional-wild-counted-0")
@pytest.mark.claim("bidirectional-wild-counted-3")
def test_a_bidirectional_language_model_has_read_the_answer() -> None:
    r = kept("leak")
    often, three = (experiments.counted_letters("before", most)[1] for most in (0, 3))
    assert (r["both_reported"] < 0.5).all()
    assert (r["both_used"] > often).all(), "worse than who reads nothing"
    assert (np.abs(r["there_reported"] - r["there_used"]) < 0.2).all()
    assert (r["there_used"] < often - 0.5).all()
    assert (r["there_used"] > three + 0.5).all(), "counting wins"
    assert 4.5 < often < 5.1


@pytest.mark.claim("bidirectional-wild-own")
@pytest.mark.parametrize("B", range(2, 7))
def test_reshaped_last_states_mix_examples(B: int) -> None:
    h_n = np.arange(2 * B).reshape(2, B, 1) % B * np.ones(4)
    own = h_n.reshape(B, 8) == np.arange(B)[:, None]
    assert own.mean() < 0.6
    if B == 3:
        assert own.mean() == pytest.approx(1 / 3)


@pytest.mark.claim("bidirectional-lecture-same")
@pytest.mark.claim("bidirectional-lecture-previous")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_state_before_is_the_same_layers(seed: int) -> None:
    same, previous = experiments.previous_layer(seed)
    assert same < 1e-12
    assert previous > 0.1


def test_solutions_on_the_page_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the exercises without a check; the others' are the assignment's, and tested there."""
    cells = re.findall(
        r"```\{code-cell\}[^\n]*\n(---\n.*?\n---\n)?(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    for code in [code for options, code in cells if "hide-cell" in options]:
        exec(code, {"np": np, "bidirectional": bidirectional, "experiments": experiments})
    forward, backward, *grid = capsys.readouterr().out.splitlines()
    assert float(forward.rsplit(" ", 1)[1]) == 0
    assert float(backward.rsplit(" ", 1)[1]) > 1e-4
    np.testing.assert_array_equal([re.findall(r"\d", row) for row in grid], np.tri(6, k=2, dtype=int).astype(str))
