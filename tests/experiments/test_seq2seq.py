"""What the chapter on sequence to sequence trains, over several seeds, and what its pages say of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from rnncourse import data, results, seq2seq
from rnncourse.data.digits import digits
from rnncourse.experiments import seq2seq as experiment
from rnncourse.experiments import seq2seq_wild

SEEDS = range(10, 15)
WORDS = experiment.TESTED


def kept(name: str) -> Any:
    return results.load(f"seq2seq/{name}")


def at(share: Any, words: int) -> Any:
    """Of shares (seeds, lengths) those of so many words."""
    return share[:, WORDS.index(words)]


# --- the tasks


def spoken(words: list[int]) -> list[int]:
    """What is meant, written out anew."""
    digits, times = list[int](), 1
    for word in words:
        name = experiment.WORDS[word]
        if name in ("double", "triple"):
            times = 2 if name == "double" else 3
        else:
            digits += [experiment.DIGIT[word]] * times
            times = 1
    assert times == 1
    return digits


def test_a_number_has_so_many_words_and_the_digits_that_they_say() -> None:
    rng, seen = np.random.default_rng(0), set[int]()
    for n in range(1, 13):
        for _ in range(50):
            words, digits = experiment.said_number(rng, n)
            assert len(words) == n
            assert digits == spoken(words)
            seen |= set(words)
    assert seen == set(range(len(experiment.WORDS)))


def test_numbers_side_by_side_end_once_and_are_turned_round_on_demand() -> None:
    lengths = np.array([3, 1, 5])
    pairs = [experiment.said_number(np.random.default_rng(1), n) for n in lengths]
    for backwards in ("", "words", "digits"):
        x, n, y, targets = experiment.batched(pairs, backwards)
        assert n.tolist() == lengths.tolist()
        for b, (words, said) in enumerate(pairs):
            read = x[: lengths[b], b].argmax(dim=1).tolist()
            assert read == (words[::-1] if backwards == "words" else words)
            assert (x[lengths[b] :, b] == 0).all()
            m = len(said)
            assert y[:m, b].tolist() == (said[::-1] if backwards == "digits" else said)
            assert (y[m:, b] == experiment.STOP).all()
            assert targets[: m + 1, b].tolist() == y[: m + 1, b].tolist()
            assert (targets[m + 1 :, b] == experiment.IGNORED).all()


def test_strips_show_the_digits_of_their_labels_in_order() -> None:
    images, _, background = digits(seed=0)
    x, widths, y, targets = experiment.strips(np.random.default_rng(0), images, background, np.array([2, 5]))
    for b, n in enumerate((2, 5)):
        assert (x[b, :, :, widths[b] :] == background).all()
        found = {}
        for place in range(int(widths[b]) - 7):
            patch = x[b, 0, :, place : place + 8].numpy().ravel()
            same = (images.x[..., 0] == patch[:, None]).all(axis=0)
            found |= {place: int(images.labels[same][0])} if same.any() else {}
        assert [found[place] for place in sorted(found)] == y[:n, b].tolist() == targets[:n, b].tolist()
        assert (y[n:, b] == 10).all()
        assert targets[n:, b].tolist() == [10] + [experiment.IGNORED] * (experiment.LONGEST - n)


def test_strips_of_known_images_are_cut_where_they_were_joined() -> None:
    images, _, background = digits(seed=0)
    drawn = experiment.strips(np.random.default_rng(1), images, background, np.array([1, 3, 5]))
    cut = experiment.cut_and_compare(images, background, drawn.images, drawn.widths)
    assert cut == [[k for k in row if k != 10] for row in drawn.y.T.tolist()]


# --- the networks


@pytest.mark.usefixtures("one_thread")
def test_the_same_seed_trains_the_same_network() -> None:
    first, again, other = (experiment.train_translator(seed, steps=2, H=8) for seed in (1, 1, 2))
    same = [torch.equal(p, q) for p, q in zip(first.parameters(), again.parameters(), strict=True)]
    assert all(same)
    assert not torch.equal(first.out.weight, other.out.weight)


def test_there_is_no_alignment_without_attention() -> None:
    with pytest.raises(ValueError, match="expected one with attention"):
        experiment.alignment(experiment.Translator(13, 11, 4, "nothing"), "oh")


@pytest.mark.parametrize("context", ["nothing", "last", "attention"])
def test_what_a_translator_says_greedily_does_not_hang_on_how_it_is_asked(context: str) -> None:
    """Its own loop in a padded batch, and the reading version's greedy search and a beam of one, alone."""
    torch.manual_seed(0)
    model = experiment.Translator(13, 11, 16, context)
    batch = experiment.numbers(np.random.default_rng(0), np.array([2, 7, 4]))
    said, _ = model.translate(batch.x, batch.lengths, 9)
    for b, n in enumerate(batch.lengths.tolist()):
        step, state = model.step_of(batch.x[:n, b : b + 1], batch.lengths[b : b + 1])
        symbols, length = seq2seq.greedy(step, state, experiment.K, experiment.STOP, 9)
        m = int(length[0])
        assert symbols[:m, 0].tolist() == said[:m, b].tolist()
        best, _ = seq2seq.beam_search(step, state, experiment.K, experiment.STOP, 9, 1)[0]
        assert best == symbols[:m, 0].tolist()


def test_attention_of_a_translator_is_that_of_the_reading_version() -> None:
    torch.manual_seed(1)
    model = experiment.Translator(13, 11, 6, "attention")
    batch = experiment.numbers(np.random.default_rng(0), np.array([2, 7, 4]))
    h, padding, _ = model.encode(batch.x, batch.lengths)
    s = torch.randn(1, 3, 6)
    ours = model.weights(s, h, padding)[0].T.detach().numpy()
    W = model.scores.weight.detach().numpy()
    e = seq2seq.multiplicative_scores(s[0].numpy(), h.detach().numpy(), W)
    expected = seq2seq.attention_weights(e, batch.lengths.numpy())
    np.testing.assert_allclose(ours, expected, atol=1e-6)
    context = model.mixed(torch.from_numpy(expected.T)[None], h)[0].detach().numpy()
    np.testing.assert_allclose(context, seq2seq.context(expected, h.detach().numpy()), atol=1e-6)


def test_a_decoder_that_sees_the_answer_sees_it_and_the_others_do_not() -> None:
    torch.manual_seed(0)
    batch = experiment.numbers(np.random.default_rng(0), np.array([4, 4]))
    later = batch.y.clone()
    later[2] = (later[2] + 1) % experiment.K
    for model, sees in ((seq2seq_wild.SeesTheAnswer(13, 11, 8), True), (experiment.Translator(13, 11, 8), False)):
        before, after = model(batch.x, batch.lengths, batch.y)[:2], model(batch.x, batch.lengths, later)[:2]
        assert torch.equal(before, after) is not sees


def test_the_wrong_axis_gives_weights_that_sum_to_one_over_examples() -> None:
    torch.manual_seed(0)
    batch = experiment.numbers(np.random.default_rng(0), np.array([4, 4]))
    for kind, right in ((seq2seq_wild.WrongAxis, False), (experiment.Translator, True)):
        model = kind(13, 11, 8)
        h, padding, _ = model.encode(batch.x, batch.lengths)
        alpha = model.weights(torch.randn(3, 2, 8), h, padding)
        over = alpha.sum(dim=2) if right else alpha.sum(dim=(0, 1))
        np.testing.assert_allclose(over.detach().numpy(), 1, atol=1e-6)


# --- one to many


@pytest.mark.learning
def test_names_are_written_in_the_language_that_was_asked_for() -> None:
    found = [experiment.name_scores(seed, epochs=4) for seed in SEEDS]
    for scores in found:
        assert scores["bits"] < scores["bits, 2 in a row"]
        assert scores["bits"] < scores["bits, wrong language"] - 0.5
    assert np.median([scores["written names recognised"] for scores in found]) > 0.3  # 0.1 by chance


def test_bits_of_counted_letters_are_those_of_counting_by_hand() -> None:
    names = data.NameSet(("ab", "ab"), np.array([0, 0]), ("one",))
    seen, K = experiment.counted_bits(names, data.NameSet(("ab",), np.array([0]), ("one",)), 1), len(data.LETTERS) + 1
    share = (2 + 3 / K) / (7 + 3)  # a, b and the end: two each, and one end more before the first name
    end = (3 + 3 / K) / (7 + 3)
    assert seen == pytest.approx(-(2 * np.log2(share) + np.log2(end)) / 3)


@pytest.mark.claim("seq2seq-names-network")
@pytest.mark.claim("seq2seq-names-wrong")
@pytest.mark.claim("seq2seq-names-pairs")
@pytest.mark.claim("seq2seq-names-triples")
@pytest.mark.claim("seq2seq-names-written")
@pytest.mark.claim("seq2seq-names-test")
@pytest.mark.claim("seq2seq-names-known")
def test_a_network_beats_counts_of_letters_on_every_split() -> None:
    r = kept("names")
    counts = np.min([r[f"bits, {n} in a row"] for n in (2, 3, 4)], axis=0)
    assert (counts == r["bits, 3 in a row"]).all()
    assert (r["bits"] < counts - 0.05).all()
    assert 2.8 < np.median(r["bits"]) < 3.1
    assert (r["bits, wrong language"] > r["bits"] + 0.8).all()
    assert 0.4 < np.median(r["written names recognised"]) < np.median(r["test names recognised"]) < 0.8
    assert r["written names known"].max() < 0.05


@pytest.mark.claim("seq2seq-names-shared")
@pytest.mark.claim("seq2seq-names-gain-low")
@pytest.mark.claim("seq2seq-names-gain-high")
def test_counts_that_share_come_close_to_the_network() -> None:
    r, shared = kept("names"), kept("shared")
    assert (shared["bits"] < r["bits, 3 in a row"] - 0.05).all()  # sharing helps counts on every split
    gain = shared["bits"] - r["bits"]
    assert (gain > 0).all()
    assert gain.min() < 0.01
    assert gain.max() < 0.12
    assert ((shared["own"] > 0.5) & (shared["own"] < 1)).all()


# --- how much fits into one vector


@pytest.mark.claim("seq2seq-fixed-4")
@pytest.mark.claim("seq2seq-fixed-6")
@pytest.mark.claim("seq2seq-fixed-8")
@pytest.mark.claim("seq2seq-fixed-10")
@pytest.mark.claim("seq2seq-each-6")
@pytest.mark.claim("seq2seq-reversed-6")
@pytest.mark.claim("seq2seq-gain-low")
@pytest.mark.claim("seq2seq-gain-high")
def test_one_vector_fails_the_longer_the_number_and_reading_backwards_helps_a_little() -> None:
    r = kept("gains")
    fixed = np.median(r["fixed"], axis=0)
    assert (np.diff(fixed) <= 0).all()
    assert 0.7 < np.median(at(r["fixed"], 4)) < 1
    assert np.median(at(r["fixed"], 8)) < 0.2
    assert at(r["fixed"], 10).max() < 0.1
    assert (at(r["reversed"], 6) > at(r["fixed"], 6)).all()
    assert np.median(at(r["at each step"], 6)) > np.median(at(r["fixed"], 6))
    assert np.median(at(r["reversed"], 10)) < 0.1


@pytest.mark.claim("seq2seq-attention-10")
@pytest.mark.claim("seq2seq-attention-worst")
@pytest.mark.claim("seq2seq-attention-12")
@pytest.mark.claim("seq2seq-attention-14")
@pytest.mark.claim("seq2seq-look-low")
@pytest.mark.claim("seq2seq-look-high")
def test_attention_takes_the_bottleneck_away_and_does_not_count_beyond_what_it_learnt() -> None:
    share = kept("gains")["attention"]
    assert np.median(at(share, 10)) > 0.95
    assert 0.6 < at(share, 10).min() < 0.9
    assert (at(share, 8) - at(kept("gains")["fixed"], 8) > 0.7).all()
    assert at(share, 14).max() < 0.2
    assert (at(share, 12) < at(share, 10)).all()


@pytest.mark.claim("seq2seq-width-6")
@pytest.mark.claim("seq2seq-width-128")
@pytest.mark.claim("seq2seq-width-look")
def test_a_larger_vector_moves_the_wall() -> None:
    r, fixed = kept("width"), kept("gains")["fixed"]
    assert (at(r["nothing 128"], 6) > at(fixed, 6)).all()
    assert np.median(at(r["nothing 128"], 10)) < 0.5
    assert np.median(at(r["attention 32"], 8)) > np.median(at(r["nothing 128"], 8))


@pytest.mark.claim("seq2seq-taught-all")
@pytest.mark.claim("seq2seq-free-all")
@pytest.mark.claim("seq2seq-taught-after")
@pytest.mark.claim("seq2seq-free-after")
@pytest.mark.claim("seq2seq-wild-told")
@pytest.mark.claim("seq2seq-wild-free")
def test_who_reads_mistakes_makes_more() -> None:
    r = kept("gains")
    taught, free = (at(r[f"fixed, {name}"], 8) for name in ("taught", "free"))
    assert (taught > free + 0.1).all()
    after, free_after = (at(r[f"fixed, {name}, after a mistake"], 8) for name in ("taught", "free"))
    assert (np.abs(after - taught) < 0.08).all()  # by themselves mistakes do not come together
    assert (free_after < free - 0.05).all()
    for name in ("taught", "free"):
        assert at(r[f"attention, {name}"], 8).min() > 0.98


@pytest.mark.claim("seq2seq-fixed-right-next")
@pytest.mark.claim("seq2seq-fixed-right-later")
@pytest.mark.claim("seq2seq-fixed-wrong-next")
@pytest.mark.claim("seq2seq-fixed-wrong-later")
@pytest.mark.claim("seq2seq-attention-wrong-next")
def test_one_wrong_digit_that_is_read_throws_a_fixed_vector_out_and_not_attention() -> None:
    models = experiment.translators_with(kept("looking").weights)
    for seed in SEEDS:
        fixed, attention = (experiment.misread(models[name], seed) for name in ("fixed", "attention"))
        assert min(fixed["right"]) > 0.8
        assert 0.4 < fixed["wrong"][0] < 0.65
        assert fixed["wrong"][3] < fixed["right"][3] - 0.3  # four steps later it has not recovered
        assert attention["wrong"][0] > 0.93
        assert min(attention["right"] + attention["wrong"][1:]) > 0.99


@pytest.mark.claim("seq2seq-digits")
@pytest.mark.claim("seq2seq-bits")
def test_ten_words_say_about_eleven_digits() -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        digits = np.mean([len(experiment.said_number(rng, 10)[1]) for _ in range(2_000)])
        assert 10.6 < digits < 10.8
        assert 35 <= round(float(digits * np.log2(10))) <= 36


@pytest.mark.claim("seq2seq-longer")
def test_a_smaller_network_that_was_trained_longer_holds_more() -> None:
    """One seed, as the page says."""
    longer, fixed = kept("looking")["fixed"], kept("gains")["fixed"]
    assert 0.55 < at(longer, 6)[0] < 0.7
    assert at(longer, 6)[0] > at(fixed, 6).max()
    assert 0.6 < at(kept("looking")["attention"], 12)[0] < 0.85  # most of twelve words, none of fourteen
    assert at(kept("looking")["attention"], 14)[0] < 0.05


@pytest.mark.claim("seq2seq-counted-600")
@pytest.mark.claim("seq2seq-turned-phrases")
@pytest.mark.claim("seq2seq-turned-looks")
def test_counting_wins_where_words_come_in_order_and_only_there() -> None:
    r = kept("counted")
    assert r["phrases 600"].min() > 0.98
    assert (at(r["phrases 600"], 14) > at(kept("gains")["attention"], 14) + 0.5).all()
    for few, more in zip(experiment.PAIRS, experiment.PAIRS[1:], strict=False):
        assert (at(r[f"phrases {few}"], 4) < at(r[f"phrases {more}"], 4)).all()
    assert at(r["phrases, backwards"], 8).max() < 0.02
    assert at(r["attention, backwards"], 8).min() > 0.8


def test_counts_of_phrases_find_what_words_stand_for() -> None:
    pairs = [([5], [4]), ([11, 5], [4, 4]), ([9], [8]), ([11, 9], [8, 8]), ([5, 9], [4, 8]), ([9, 11, 5], [8, 4, 4])]
    table = experiment.phrase_counts(pairs * 3, rounds=20)
    for words, said in pairs:
        assert experiment.by_phrases(table, words) == said
    for own in table.values():
        assert sum(own.values()) == pytest.approx(1)
    assert experiment.by_phrases(table, [0]) == []


# --- masks


@pytest.mark.claim("seq2seq-mask-equal-seen-54")
@pytest.mark.claim("seq2seq-wild-unseen")
@pytest.mark.claim("seq2seq-wild-alone")
@pytest.mark.claim("seq2seq-mask-mixed-seen-54")
@pytest.mark.claim("seq2seq-mask-mixed-read-0")
@pytest.mark.claim("seq2seq-mask-mixed-read-4")
@pytest.mark.claim("seq2seq-mask-mixed-read-54")
@pytest.mark.claim("seq2seq-mask-equal-read-0")
@pytest.mark.claim("seq2seq-mask-equal-read-1")
@pytest.mark.claim("seq2seq-wild-read")
@pytest.mark.claim("seq2seq-wild-read-4")
@pytest.mark.claim("seq2seq-wild-seen")
def test_without_masks_an_answer_hangs_on_the_company() -> None:
    r = kept("masks")
    assert experiment.PADDED == (0, 1, 4, 54)
    for name in ("mixed, masked", "equal, masked"):
        assert (r[name] == r[name][:, :1]).all()  # padding moves nothing
        assert np.median(r[name]) > 0.95
    assert np.median(r["mixed, seen"], axis=0).min() > 0.95
    assert np.median(r["mixed, read"][:, 2]) > 0.9
    assert r["mixed, read"][:, [0, 3]].max() < 0.2
    assert (r["equal, seen"][:, 0] - r["equal, seen"][:, 3] > 0.05).all()
    assert np.median(r["equal, seen"][:, 3]) > 0.8
    assert np.median(r["equal, read"][:, 0]) > 0.9
    assert np.median(r["equal, read"][:, 1]) < 0.6
    assert r["equal, read"][:, 3].max() < 0.1


@pytest.mark.claim("seq2seq-autograd")
def test_the_way_back_is_autograds_over_several_seeds() -> None:
    for seed in SEEDS:
        rng, lengths = np.random.default_rng(seed), np.array([2, 5, 1, 3])
        shapes = {"s": (4, 3), "h": (6, 4, 2), "W_s": (5, 3), "W_h": (5, 2), "w": (5,)}
        a = {name: rng.normal(size=shape) for name, shape in shapes.items()}
        dc = rng.normal(size=(4, 2))
        _, alpha = seq2seq.attend(lengths=lengths, **a)
        ours = seq2seq.attend_backward(dc, alpha, **a)
        v = {name: torch.tensor(value, requires_grad=True) for name, value in a.items()}
        e = (v["s"] @ v["W_s"].T + v["h"] @ v["W_h"].T).tanh() @ v["w"]
        weights = e.masked_fill(torch.arange(6)[:, None] >= torch.from_numpy(lengths), -torch.inf).softmax(dim=0)
        (torch.einsum("sb,sbe->be", weights, v["h"]) * torch.from_numpy(dc)).sum().backward()
        for name, value in v.items():
            assert value.grad is not None
            assert np.abs(getattr(ours, f"d{name}") - value.grad.numpy()).max() < 1e-13


# --- beams


@pytest.mark.claim("seq2seq-beam-fixed-right-1")
@pytest.mark.claim("seq2seq-beam-worse")
@pytest.mark.claim("seq2seq-beam-fixed-right-8")
@pytest.mark.claim("seq2seq-beam-attention-right-1")
@pytest.mark.claim("seq2seq-beam-names-log-p-1")
@pytest.mark.claim("seq2seq-beam-names-log-p-8")
@pytest.mark.claim("seq2seq-beam-names-letters-1")
@pytest.mark.claim("seq2seq-beam-names-letters-8")
@pytest.mark.claim("seq2seq-beam-true")
def test_beams_find_likelier_sequences_which_are_shorter() -> None:
    r = kept("beam")
    assert experiment.WIDTHS == (1, 2, 4, 8)
    for name in ("fixed", "names"):
        assert (r[f"{name}, log p"][:, -1] > r[f"{name}, log p"][:, 0]).all()
    assert (r["fixed, right"][:, -1] >= r["fixed, right"][:, 0]).all()
    assert np.median(r["fixed, right"][:, -1] - r["fixed, right"][:, 0]) > 0.02
    assert (r["names, log p"][:, 3] < r["names, log p"][:, 2]).sum() == 1
    assert (r["attention, right"] == r["attention, right"][:, :1]).all()
    assert np.median(r["attention, right"]) > 0.9
    assert (r["names, letters"][:, -1] < r["names, letters"][:, 0]).all()
    assert np.median(r["names, letters"][:, -1]) < r["test names, letters"].min()


# --- labels from an image


@pytest.mark.learning
def test_labels_are_read_from_images() -> None:
    found = [experiment.reader_scores(seed, steps=150, n_strips=100) for seed in SEEDS]
    assert np.median([scores["labels"] for scores in found]) > 0.7


@pytest.mark.claim("seq2seq-reader-labels")
@pytest.mark.claim("seq2seq-reader-strips")
@pytest.mark.claim("seq2seq-reader-cut")
@pytest.mark.claim("seq2seq-reader-better")
def test_a_network_reads_strips_and_cutting_them_reads_better() -> None:
    r = kept("reader")
    assert np.median(r["labels"]) > 0.95
    assert 0.8 < np.median(r["strips"]) < np.median(r["cut"])
    assert (r["cut"] > r["strips"]).sum() >= 4


# --- public errors


@pytest.mark.claim("seq2seq-wild-sees-taught")
@pytest.mark.claim("seq2seq-wild-sees")
@pytest.mark.claim("seq2seq-wild-axis")
@pytest.mark.claim("seq2seq-wild-none")
@pytest.mark.claim("seq2seq-wild-axis-right")
@pytest.mark.claim("seq2seq-wild-zeros")
@pytest.mark.claim("seq2seq-wild-target")
@pytest.mark.claim("seq2seq-wild-whole")
@pytest.mark.claim("seq2seq-wild-loss")
@pytest.mark.claim("seq2seq-wild-loss-zeros-in-the-mean")
def test_what_public_errors_cost() -> None:
    r = kept("wild")
    assert r["sees, taught"].min() > 0.95
    assert r["sees"].max() < 0.05
    assert np.abs(r["axis"][:, 0] - r["right"][:, 0]).max() < 0.1
    assert r["axis"][:, 0].max() < 0.3
    assert r["attention"][:, 0].min() > 0.9
    for name in ("zeros", "target"):
        assert np.abs(np.median(r[name][:, 1]) - np.median(r["attention"][:, 1])) < 0.05
    assert (r["loss, zeros in the mean"] < 0.8 * r["loss"]).all()
    assert (r["loss, padding a target"] < 0.8 * r["loss"]).all()


def test_the_kept_networks_are_those_that_the_figure_shows() -> None:
    r, models = kept("looking"), experiment.translators_with(kept("looking").weights)
    assert r["attention"][0, :5].min() > 0.95
    said, alpha = experiment.alignment(models["attention"], "double seven oh three four nine")
    assert said == [7, 7, 0, 3, 4, 9, experiment.STOP]
    np.testing.assert_allclose(alpha.sum(axis=1), 1, atol=1e-5)
    assert (alpha[:6].argmax(axis=1) == [1, 1, 2, 3, 4, 5]).all()
    assert (alpha[:6].max(axis=1) > 0.8).all()
    x, lengths, _, _ = experiment.words_of("double seven oh three four nine")
    symbols, _ = models["fixed"].translate(x, lengths, 7)
    assert symbols[:, 0].tolist() == [7, 7, 0, 3, 3, 1, experiment.STOP]  # the last two digits are wrong
    said, alpha = experiment.alignment(models["attention"], "triple one oh double two six nine four")
    assert said == [1, 1, 1, 0, 2, 2, 6, 9, 4, experiment.STOP]
    assert alpha[:, [0, 3]].max() < 0.1  # "triple" and "double" are hardly looked at
