"""Scaled dot-product attention: for all steps of a decoder at once, and the way back; and what goes wrong there."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Examination, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import B_D, B_E, S_B_E, Ints, S_lengths, checked

T_B_D = Annotated[Array, "T B D"]
S_B_D = Annotated[Array, "S B D"]
WORDS = {"S": "source step", "D": "feature", "E": "feature"}

# ---------------------------------------------------------------------------------------------------------------------
# All steps at once


def scores(q: Array, k: Array) -> Array:
    """Of each query with each key."""
    e: Array = np.einsum("tbd,sbd->tsb", q, k) / np.sqrt(q.shape[2]).astype(q.dtype)
    return e


def shares(e: Array, lengths: Ints) -> Array:
    """A softmax over the real steps of the source."""
    real = np.arange(e.shape[1])[:, None] < lengths
    e = np.where(real, e, -np.inf)
    a = np.exp(e - e.max(axis=1, keepdims=True))
    alpha: Array = a / a.sum(axis=1, keepdims=True)
    return alpha


@checked
def attend_all(q: T_B_D, k: S_B_D, v: S_B_E, lengths: S_lengths) -> tuple[Array, Array]:
    r"""Scaled dot-product attention of all steps of a decoder, over the real steps of the source.

    .. math:: e_{t,j} = \frac{q_t \cdot k_j}{\sqrt{D}}, \qquad
       \alpha_{t,j} = \frac{[\,j \le n\,]\; e^{e_{t,j}}}{\sum_{i \le n} e^{e_{t,i}}}, \qquad
       c_t = \sum_j \alpha_{t,j}\, v_j

    Returns c (T, B, E) and alpha (T, S, B).
    """
    alpha = shares(scores(q, k), lengths)
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha


sign(globals(), "attend_all")

P = attend_all
SCALE, PRODUCT = "/ np.sqrt(q.shape[2]).astype(q.dtype)", 'np.einsum("tbd,sbd->tsb", q, k)'
REAL, MASKED, EXP, SHARES = (
    "np.arange(e.shape[1])[:, None] < lengths",
    "np.where(real, e, -np.inf)",
    "np.exp(e - e.max(axis=1, keepdims=True))",
    "a / a.sum(axis=1, keepdims=True)",
)
CONTEXT, RETURN = 'np.einsum("tsb,sbe->tbe", alpha, v)', 'return np.einsum("tsb,sbe->tbe", alpha, v), alpha'
NO_MASK = edit(shares, MASKED, "e")
# What hints ask to try: D = 4, and scores of log 3 and 0, so that the weights are 3/4 and 1/4.
LOG = float(np.log(3))
LOOK: dict[str, Any] = {
    "q": [[[2, 0, 0, 0]]],
    "k": [[[LOG, 0, 0, 0]], [[0, 1, 0, 0]]],
    "v": [[[4]], [[8]]],
    "lengths": [2],
}
LOOKED = "Take D = 4, the query (2, 0, 0, 0), the keys (log 3, 0, 0, 0) and (0, 1, 0, 0). "
PADDED: dict[str, Any] = {**LOOK, "k": [*LOOK["k"], [[LOG, 1, 1, 1]]], "v": [*LOOK["v"], [[9]]]}
TWO: dict[str, Any] = {
    "q": [[[2, 0, 0, 0], [2, 0, 0, 0]], [[0, 2, 0, 0], [0, 4, 0, 0]]],
    "k": [[[LOG, 0, 0, 0], [0, 0, 0, 0]], [[0, 1, 0, 0], [2, 0, 0, 0]], [[1, 1, 0, 0], [0, 1, 0, 0]]],
    "v": [[[4], [1]], [[8], [2]], [[0], [3]]],
    "lengths": [2, 3],
}
SAID_OF_TWO = (
    "Take D = 4 and two steps, with queries (2, 0, 0, 0) for both examples, then (0, 2, 0, 0) and (0, 4, 0, 0). The "
    "keys are (log 3, 0, 0, 0) and (0, 1, 0, 0); in the other example (0, 0, 0, 0), (2, 0, 0, 0), (0, 1, 0, 0). "
    "The first source is padded with (1, 1, 0, 0). "
)
STEEP: dict[str, Any] = {
    **LOOK,
    "q": [[[2000, 0, 0, 0]], [[-2000, 0, 0, 0]]],
    "k": [[[1, 0, 0, 0]], [[0.5, 0, 0, 0]]],
}


def weights(answer: Any) -> Array:
    """Those of the first step of the first example."""
    return answer[1][0, :, 0]


def mixed(answer: Any) -> Any:
    """The context of it."""
    return answer[0][0, 0]


def sums(answer: Any) -> Array:
    """What the weights of each step of each example sum to."""
    return np.ravel(answer[1].sum(axis=1))


ATTEND_MISTAKES = (
    Mistake(
        "A1",
        "not scaled, or by another number",
        "Write each feature down twice, in queries and keys. By which factor do your scores grow, and should they?",
        "A product of more features is larger. By which root are scores divided, and of which size?",
        {
            "not at all": edit(scores, SCALE, ""),
            "by D": edit(scores, SCALE, "/ q.shape[2]"),
            "times the root": edit(scores, SCALE, "* np.sqrt(q.shape[2]).astype(q.dtype)"),
            "by the root of S": edit(scores, SCALE, "/ np.sqrt(len(k)).astype(q.dtype)"),
            "by the root of T": edit(scores, SCALE, "/ np.sqrt(len(q)).astype(q.dtype)"),
            "by the root of B": edit(scores, SCALE, "/ np.sqrt(q.shape[1]).astype(q.dtype)"),
            "weights divided": edit(scores, SCALE, "") + edit(shares, SHARES, f"{SHARES} / np.sqrt(np.float32(4))"),
            "by lengths of the vectors": edit(
                scores,
                SCALE,
                "/ (np.linalg.norm(q, axis=2)[:, None, :] * np.linalg.norm(k, axis=2))",
            ),
            "by the root of E": edit(P, "scores(q, k)", "scores(q, k) * float(np.sqrt(q.shape[2] / v.shape[2]))"),
            "by the root of the source": edit(
                scores, SCALE, "/ np.sqrt(q.shape[2]).astype(q.dtype) / np.sqrt(len(k)).astype(q.dtype)"
            ),
        },
        test="Take D = 4, the query (2, 0, 0, 0), the keys (1.1, 0, 0, 0) and (0, 1, 0, 0), and E = 1. Which weights "
        "come out?",
        tries=(
            trial(weights, q=[[[2, 0, 0, 0]]], k=[[[1.1, 0, 0, 0]], [[0, 1, 0, 0]]], v=[[[4]], [[8]]], lengths=[2]),
        ),
    ),
    Mistake(
        "S15",
        "padding is looked at",
        "Change a key behind the end of a source. Do your weights change?",
        "Which of your lines looks at the lengths?",
        {"": NO_MASK},
        test=LOOKED + "Behind them is padding, (log 3, 1, 1, 1). What do the two real weights sum to?",
        tries=(trial(lambda a: weights(a)[:2].sum(), **PADDED),),
    ),
    Mistake(
        "S17",
        "scores of padding made 0",
        "Which weight has padding with you? What is the exponential of its score?",
        "A score of 0 is a score as any other. Which one has no weight at all?",
        {
            "scores": edit(shares, MASKED, "np.where(real, e, 0)"),
            "keys and values": edit(shares, MASKED, "e * real"),
            "a small number": edit(shares, MASKED, "np.where(real, e, 1e-9)"),
        },
        test=LOOKED + "Behind them is padding, (log 3, 1, 1, 1). Which weight has it?",
        tries=(trial(lambda a: weights(a)[2], **PADDED),),
    ),
    Mistake(
        "S17m",
        "scores of padding made small, not small enough",
        "All real scores are -1000. Which weight has padding, if its score is what you put there?",
        "Which number is below every score, however small?",
        {
            "minus ten": edit(shares, MASKED, "np.where(real, e, -10)"),
            "minus a hundred": edit(shares, MASKED, "np.where(real, e, -100)"),
            "the least": edit(shares, MASKED, "np.where(real, e, e.min())"),
            "a hundred less": edit(shares, MASKED, "e - 100 * (1 - real).astype(e.dtype)"),
            "ten less": edit(shares, MASKED, "e - 10 * (1 - real).astype(e.dtype)"),
            "one less": edit(shares, MASKED, "e - (1 - real).astype(e.dtype)"),
        },
        test="Take one real key with the score -1000, and one of padding with the score 500. Which weight has this?",
        tries=(
            trial(
                weights, **{**LOOK, "q": [[[2000, 0, 0, 0]]], "k": [[[-1, 0, 0, 0]], [[0.5, 0, 0, 0]]], "lengths": [1]}
            ),
        ),
    ),
    Mistake(
        "S16",
        "masked after the softmax",
        "Do your weights sum to 1 where a source is short?",
        "Who gets the weight that padding would have had?",
        {
            "": NO_MASK + edit(shares, SHARES, f"{SHARES} * real"),
            "in the context alone": NO_MASK
            + edit(P, CONTEXT, 'np.einsum("tsb,sbe->tbe", alpha * (np.arange(len(k))[:, None] < lengths), v)'),
        },
        test=LOOKED + "Behind them is padding, (log 3, 1, 1, 1). What do the two real weights sum to?",
        tries=(trial(lambda a: weights(a)[:2].sum(), **PADDED),),
    ),
    Mistake(
        "S18",
        "the largest score is that of padding",
        "A key of padding fits best by far. What is left of the others after your exponential?",
        "Which steps are there when you look for the largest score?",
        NO_MASK + edit(shares, EXP, f"{EXP} * real"),
        test="Take a real key with the score 0, and one of padding with the score 1000. Which weight has the real one?",
        tries=(
            trial(
                lambda a: weights(a)[0],
                **{**LOOK, "q": [[[2000, 0, 0, 0]]], "k": [[[0, 1, 0, 0]], [[1, 0, 0, 0]]], "lengths": [1]},
            ),
        ),
    ),
    Mistake(
        "S22",
        "another line between what is real and padding",
        "A source has two real steps. How many weights other than 0 have you?",
        "Steps count from 0. Which is the last one that is real?",
        {
            "one more": edit(shares, REAL, "np.arange(e.shape[1])[:, None] <= lengths"),
            "one less": edit(shares, REAL, "np.arange(e.shape[1])[:, None] < np.maximum(lengths - 1, 1)"),
            "turned round": edit(shares, REAL, "(np.arange(e.shape[1])[:, None] >= lengths) | (lengths == e.shape[1])"),
            "from the end": edit(shares, REAL, "np.arange(e.shape[1])[::-1, None] < lengths"),
        },
        test="Take two sources of three steps, of which two and three are real. Write 1 for each weight of the first "
        "that is not 0, and 0 for others. Do the same for the last of the second.",
        tries=(trial(lambda a: [*(a[1][0, :, 0] > 0), a[1][0, 2, 1] > 0], **TWO),),
    ),
    Mistake(
        "S10l",
        "one length for all sources",
        "Change the length of one source after the other. Whose weights change?",
        "Each source has a length of its own. Which of them meets which example in your lines?",
        {
            "of the first": edit(shares, REAL, "np.arange(e.shape[1])[:, None] < lengths[0] + 0 * lengths"),
            "the longest": edit(shares, REAL, "np.arange(e.shape[1])[:, None] < lengths.max() + 0 * lengths"),
            "the shortest": edit(shares, REAL, "np.arange(e.shape[1])[:, None] < lengths.min() + 0 * lengths"),
            "turned round": edit(shares, REAL, "np.arange(e.shape[1])[:, None] < lengths[::-1]"),
        },
        test="Take two sources of three steps, of which two and three are real. How many weights of each are not 0?",
        tries=(trial(lambda a: (a[1][0] > 0).sum(axis=0), **TWO),),
    ),
    Mistake(
        "S19",
        "shares over another axis",
        "Over what do your weights sum to 1: over the source of one example, or over something else?",
        "Each step of each example shares out its own weight. Which axis counts the steps of the source?",
        {
            "the decoder's steps": edit(shares, "a.sum(axis=1, keepdims=True)", "a.sum(axis=0, keepdims=True)"),
            "the decoder's steps, masked behind": NO_MASK
            + edit(shares, EXP, "np.exp(e - e.max(axis=0, keepdims=True))")
            + edit(shares, SHARES, "a / a.sum(axis=0, keepdims=True) * real"),
            "examples": edit(shares, "a.sum(axis=1, keepdims=True)", "a.sum(axis=2, keepdims=True)"),
            "source and examples": edit(shares, "a.sum(axis=1, keepdims=True)", "a.sum(axis=(1, 2), keepdims=True)"),
            "both kinds of steps": edit(shares, "a.sum(axis=1, keepdims=True)", "a.sum(axis=(0, 1), keepdims=True)"),
            "everything": edit(shares, "a.sum(axis=1, keepdims=True)", "a.sum()"),
        },
        test=SAID_OF_TWO + "What do the weights of each step sum to?",
        tries=(trial(sums, **TWO),),
    ),
    Mistake(
        "A2",
        "no shares, or other ones",
        "Do the weights of each step sum to 1?",
        "First the exponential of each score, then each divided by their sum. What do yours become?",
        {
            "exponentials alone": edit(shares, SHARES, "a"),
            "by the largest": edit(shares, SHARES, "a / a.max(axis=1, keepdims=True)"),
            "by the number": edit(shares, SHARES, "a / lengths.astype(a.dtype)"),
            "by their length": edit(shares, SHARES, "a / np.sqrt((a * a).sum(axis=1, keepdims=True))"),
            "logistic": edit(shares, SHARES, "1 / (1 + np.exp(-e))"),
        },
        test="Take scores of log 3 and 0. What do their weights sum to?",
        tries=(trial(lambda a: weights(a).sum(), **LOOK),),
    ),
    Mistake(
        "A2e",
        "another function than one exponential",
        "Two scores differ by 1. By which factor should their weights differ, and do they?",
        "Each score becomes its exponential, once. What else becomes of it with you?",
        {
            "twice": edit(
                shares,
                SHARES,
                "np.where(real, np.exp(a / a.sum(axis=1, keepdims=True)), 0)\n"
                "    alpha = alpha / alpha.sum(axis=1, keepdims=True)",
            ),
            "powers of two": edit(shares, "np.exp(e -", "np.exp2(e -"),
            "the best alone": edit(shares, SHARES, "(a == a.max(axis=1, keepdims=True)).astype(a.dtype)"),
            "squares": edit(shares, EXP, "np.exp(2 * (e - e.max(axis=1, keepdims=True)))"),
            "minus": edit(shares, MASKED, "np.where(real, -e, -np.inf)"),
        },
        test="Take scores of log 3 and 0. Which weights come out?",
        tries=(trial(weights, **LOOK),),
    ),
    Mistake(
        "A2l",
        "no exponential at all",
        "Which weight has a step with the score 0? And with a negative one?",
        "Shares of scores may be negative. What makes every score positive first?",
        {
            "": edit(shares, EXP, "np.where(real, e, 0)"),
            "none below 0": edit(shares, EXP, "np.where(real, np.maximum(e, 0), 0) + 1e-9"),
            "sizes": edit(shares, EXP, "np.where(real, np.abs(e), 0)"),
        },
        test="Take scores of log 3 and 0. Which weight has the second?",
        tries=(trial(lambda a: weights(a)[1], **LOOK),),
    ),
    Mistake(
        "A3",
        "the exponential of a large number",
        "What is the exponential of a thousand, in NumPy? And the quotient of two such numbers?",
        "All scores of a step may be made smaller by the same number. Does that change its weights?",
        {
            "": edit(shares, EXP, "np.exp(e)"),
            "then made zero": edit(shares, EXP, "np.exp(e)")
            + edit(P, RETURN, "alpha = np.nan_to_num(alpha)\n    " + RETURN),
            "cut off": edit(shares, EXP, "np.exp(np.minimum(e, 50))"),
            "cut off below too": edit(shares, EXP, "np.where(real, np.exp(np.clip(e, -50, 50)), 0)"),
        },
        test="Take scores of 1000 and 500, then of -1000 and -500, and print each line. Which weights come out?",
        tries=(trial(lambda a: np.ravel(a[1]), **STEEP),),
    ),
    Mistake(
        "A3u",
        "the largest score of other steps subtracted",
        "What do you subtract from the scores of a step? What is left of a step whose scores are all far smaller?",
        "Any number may be subtracted from all scores of one step. Which one keeps its best weight from vanishing?",
        {
            "of everything": edit(shares, "e.max(axis=1, keepdims=True)", "e.max()"),
            "of all steps": edit(shares, "e.max(axis=1, keepdims=True)", "e.max(axis=(0, 1), keepdims=True)"),
        },
        test="Take one key, the queries (2000, 0, 0, 0) and (-2000, 0, 0, 0). Which weights has it?",
        tries=(trial(lambda a: np.ravel(a[1]), **{**STEEP, "k": [[[1, 0, 0, 0]]], "v": [[[4]]], "lengths": [1]}),),
    ),
    Mistake(
        "A4",
        "keys and values exchanged",
        "Change a value. Do your weights change? Change a key: does your context change in any other way?",
        "Keys are compared with the query, and values are mixed. Which argument has which part?",
        {
            "keys are mixed": edit(P, CONTEXT, 'np.einsum("tsb,sbe->tbe", alpha, k)'),
            "values are compared": edit(P, "scores(q, k)", "scores(q, v)"),
            "both": edit(P, "scores(q, k)", "scores(q, v)") + edit(P, CONTEXT, 'np.einsum("tsb,sbe->tbe", alpha, k)'),
            "queries are mixed": edit(P, CONTEXT, "q + 0 * alpha.sum(axis=1)[:, :, None]"),
        },
        test="Take D = 1 and E = 1, the query 1, keys 1 and 0, values 0 and 1. Which are both weights and the context?",
        tries=(
            trial(
                lambda a: [*weights(a), *mixed(a)],
                q=[[[1]]],
                k=[[[1]], [[0]]],
                v=[[[0]], [[1]]],
                lengths=[2],
            ),
        ),
    ),
    Mistake(
        "A5",
        "not the weighted sum",
        "All values are 1. What is the context, whatever the weights?",
        "A context is one vector a step: each value times its weight, added up over the source.",
        {
            "by the number": edit(P, CONTEXT, f"{CONTEXT} / len(k)"),
            "by the lengths": edit(P, CONTEXT, f"{CONTEXT} / lengths[:, None].astype(v.dtype)"),
            "the best value": edit(P, CONTEXT, "v[alpha.argmax(axis=1), np.arange(v.shape[1])]"),
            "the mean of the values": edit(
                P, CONTEXT, 'np.einsum("tsb,sbe->tbe", 0 * alpha + np.asarray(1 / len(k), v.dtype), v)'
            ),
            "squares of the weights": edit(P, CONTEXT, 'np.einsum("tsb,sbe->tbe", alpha**2, v)'),
            "the query beside it": edit(P, CONTEXT, f"{CONTEXT} + q.mean(axis=2, keepdims=True)"),
            "values of the first example": edit(P, CONTEXT, 'np.einsum("tsb,se->tbe", alpha, v[:, 0])'),
            "values of all examples": edit(P, CONTEXT, f'{CONTEXT} * 0 + np.einsum("tsb,sce->tbe", alpha, v)'),
        },
        test="Take weights of 3/4 and 1/4 in two examples, on the values 4 and 8, and 0 and 1. Which contexts come "
        "out?",
        tries=(
            trial(
                lambda a: np.ravel(a[0]),
                q=[[[2, 0, 0, 0]] * 2],
                k=[[[LOG, 0, 0, 0]] * 2, [[0, 1, 0, 0]] * 2],
                v=[[[4], [0]], [[8], [1]]],
                lengths=[2, 2],
            ),
        ),
    ),
    Mistake(
        "A6",
        "one query, or one key, for several",
        "Change the query of one step in one example. Which weights change?",
        "Each step of each example has a query of its own, and each example keys of its own.",
        {
            "of the first step": edit(scores, PRODUCT, 'np.einsum("tbd,sbd->tsb", q[:1] + 0 * q, k)'),
            "of the last step": edit(scores, PRODUCT, 'np.einsum("tbd,sbd->tsb", q[-1:] + 0 * q, k)'),
            "the step before": edit(scores, PRODUCT, 'np.einsum("tbd,sbd->tsb", np.roll(q, 1, axis=0), k)'),
            "of the first example": edit(scores, PRODUCT, 'np.einsum("tbd,sbd->tsb", q[:, :1] + 0 * q, k)'),
            "keys of the first example": edit(scores, PRODUCT, 'np.einsum("tbd,sbd->tsb", q, k[:, :1] + 0 * k)'),
            "keys of all examples": edit(scores, PRODUCT, 'np.einsum("tbd,scd->tsb", q, k)'),
            "the mean of the steps": edit(scores, PRODUCT, 'np.einsum("tbd,sbd->tsb", q.mean(axis=0) + 0 * q, k)'),
            "keys turned round": edit(scores, PRODUCT, 'np.einsum("tbd,sbd->tsb", q, k[::-1])'),
        },
        test=SAID_OF_TWO + "Which weight has the first key, at each step in each example?",
        tries=(trial(lambda a: np.ravel(a[1][:, 0]), **TWO),),
    ),
    Mistake(
        "A7",
        "a decoder that looks no further than its own step",
        "Has the first step of your decoder any weight beyond the first step of the source? Should it?",
        "The source is all there before the decoder begins. Which of its steps may a query look at?",
        {
            "": edit(
                shares,
                REAL,
                "(np.arange(e.shape[1])[:, None] < lengths) & (np.arange(e.shape[1])[:, None] <= "
                "np.arange(len(e))[:, None, None])",
            ),
        },
        test=LOOKED + "Both keys are real. Which weight has the second?",
        tries=(trial(lambda a: weights(a)[1], **LOOK),),
    ),
)


def looked(
    r: Generator, T: int, S: int, lengths: tuple[int, ...], D: int, E: int, size: float = 1.0
) -> tuple[Array, Array, Array, Ints]:
    """Queries and keys of scores that differ; what is padding fits better than what is not."""
    B = len(lengths)
    q, k, v = r.normal(size=(T, B, D)), r.normal(size=(S, B, D)), r.normal(size=(S, B, E)) + 1
    n = r.permutation(lengths)
    padding = np.arange(S)[:, None] >= n
    k = np.where(padding[:, :, None], q.mean(axis=0) + k, k)
    v = np.where(padding[:, :, None], v + 3, v)
    return q * size, k, v, n


def steep(r: Generator) -> tuple[Array, Array, Array, Ints]:
    """Scores of many hundreds: in each step one leads by far, and that of padding is larger."""
    while True:
        q, k, v, n = looked(r, 3, 4, (2, 3, 4), 4, 3, 1.0)
        k[-1, n < 4] = 3 * q[0, n < 4]
        e = scores(q, k)
        real = np.arange(4)[:, None] < n
        there = np.sort(np.where(real, e, -np.inf), axis=1)
        best, rest = there[:, -1], there[:, -2]
        low = np.where(real, e, np.inf).min(axis=1)
        if (best - rest).min() < 0.1 or best.max() < 0.8 or best.min() > -0.3 or low.min() > -1:
            continue
        return q * 1500, k, v, n


attend_exercise = Exercise(
    name="seq2seq.attend_all",
    task="Attention of all steps of a decoder at once: products of each query with the keys of its source, over the "
    "root of the number of features D; weights by a softmax over the real steps of the source (eq-seq2seq-weights), 0 "
    "on padding; and contexts, the values mixed by the weights (eq-seq2seq-context). Padding of a source may be any "
    "numbers, and scores may be large. Return contexts and weights. Keep the dtype; NumPy only.",
    arguments=(
        Value("q", "T B D", "queries"),
        Value("k", "S B D", "keys"),
        Value("v", "S B E", "values"),
        Value("lengths", "B", "real steps of each source, from 1 to S", integers=True),
    ),
    outputs=(
        Value("c", "T B E", "contexts"),
        Value("alpha", "T S B", "weights"),
    ),
    reference=attend_all,
    cases={
        "general": lambda r: looked(r, 2, 5, (3, 5, 2), 4, 3),
        "no padding": lambda r: looked(r, 3, 4, (4, 4), 6, 2),
        "square": lambda r: looked(r, 3, 3, (2, 3, 1), 3, 3),
        "large scores": steep,
        "float32": lambda r: in_float32(looked(r, 4, 5, (4, 2, 3), 2, 6)),
    },
    facets=(
        Facet("weights, no padding", 2, ("no padding",), ("alpha",)),
        Facet("weights with padding", 2, ("general", "square", "float32"), ("alpha",)),
        Facet("contexts", 3, ("general", "no padding", "square", "float32"), ("c",)),
        Facet("large scores", 1, ("large scores",)),
    ),
    mistakes=ATTEND_MISTAKES,
    words=WORDS,
)

# ---------------------------------------------------------------------------------------------------------------------
# The way back


@checked
def attention_gradient(dc: B_E, q: B_D, k: S_B_D, v: S_B_E, lengths: S_lengths) -> tuple[B_D, S_B_D, S_B_E]:
    r"""Back through a step of scaled dot-product attention.

    .. math:: d\alpha_j = v_j \cdot dc, \qquad de_j = \alpha_j \Bigl( d\alpha_j - \sum_i \alpha_i\, d\alpha_i \Bigr)
    .. math::
       dq = \frac{1}{\sqrt{D}} \sum_j de_j\, k_j, \qquad
       dk_j = \frac{1}{\sqrt{D}}\, de_j\, q, \qquad dv_j = \alpha_j\, dc

    Returns dq, dk and dv.
    """
    root = np.sqrt(q.shape[1]).astype(q.dtype)
    alpha = shares(scores(q[None], k), lengths)[0]
    dalpha = np.einsum("be,sbe->sb", dc, v)
    mean = (alpha * dalpha).sum(axis=0)
    de = alpha * (dalpha - mean)
    dq = np.einsum("sb,sbd->bd", de, k) / root
    dk = np.einsum("sb,bd->sbd", de, q) / root
    dv = np.einsum("sb,be->sbe", alpha, dc)
    return dq, dk, dv


sign(globals(), "attention_gradient")

G = attention_gradient
DALPHA, MEAN, DE = 'np.einsum("be,sbe->sb", dc, v)', "(alpha * dalpha).sum(axis=0)", "alpha * (dalpha - mean)"
DQ, DK, DV = (
    'np.einsum("sb,sbd->bd", de, k) / root',
    'np.einsum("sb,bd->sbd", de, q) / root',
    'np.einsum("sb,be->sbe", alpha, dc)',
)
BACK: dict[str, Any] = {
    "dc": [[1]],
    "q": [[2, 0, 0, 0]],
    "k": [[[LOG, 0, 0, 0]], [[0, 1, 0, 0]]],
    "v": [[[4]], [[8]]],
    "lengths": [2],
}
BACK_SAID = LOOKED + "The values are 4 and 8, and dc = 1. "
ASKED = "What are two features of the query's gradient, and the first of each key's?"
BACK_PADDED: dict[str, Any] = {**BACK, "k": [*BACK["k"], [[LOG, 1, 1, 1]]], "v": [*BACK["v"], [[9]]]}
BACK_TWO: dict[str, Any] = {
    "dc": [[1], [2]],
    "q": [[2, 0, 0, 0], [0, 2, 0, 0]],
    "k": [[[LOG, 0, 0, 0], [0, 0, 1, 0]], [[0, 1, 0, 0], [2, 0, 0, 0]], [[1, 1, 0, 0], [0, 1, 0, 0]]],
    "v": [[[4], [1]], [[8], [2]], [[0], [5]]],
    "lengths": [2, 3],
}
BACK_SAID_OF_TWO = (
    "Take D = 4, queries (2, 0, 0, 0) and (0, 2, 0, 0), dc of 1 and 2. The first keys are (log 3, 0, 0, 0) and "
    "(0, 1, 0, 0), on the values 4 and 8. The others are (0, 0, 1, 0), (2, 0, 0, 0), (0, 1, 0, 0), on 1, 2 and 5. "
    "Padding is (1, 1, 0, 0) with the value 0. "
)
LARGEST = "What is the largest number, by size, of each query's gradient, then of the keys' of each?"
WIDE: dict[str, Any] = {**BACK, "dc": [[1, 3]], "v": [[[4, 0]], [[8, 1]]]}


def dq_of(answer: Any) -> Array:
    """The gradient of the first query, its first two features."""
    return answer[0][0, :2]


def dk_of(answer: Any) -> Array:
    """Of its keys, the first feature."""
    return answer[1][:, 0, 0]


def dv_of(answer: Any) -> Array:
    """Of its values."""
    return answer[2][:, 0, 0]


def of_scores(answer: Any) -> Array:
    """Queries and keys."""
    return np.concatenate([dq_of(answer), dk_of(answer)])


def examples(answer: Any) -> Array:
    """Of each example the largest entry of each of the three."""
    return np.array([np.abs(answer[n][..., b, :]).max() for n in range(2) for b in range(2)])


def of_the_query_itself(seen: Examination) -> bool:
    """Is nothing left of dq but rounding, as the gradients of the scores sum to 0? And is dk right, or made of keys?"""
    for case in seen.got:
        dq, dk = (seen.comparable(case, i) for i in (0, 1))
        if dq is None or dk is None or not dq.any():
            return False
        (right, keys, _), (_, q, k, _, _) = seen.want[case], seen.given[case]
        little = 1e-5 if dq.dtype == np.float32 else 1e-12
        if np.abs(dq).max() > little * np.abs(right).max():
            return False
        if min(np.abs(dk - keys).max(), np.abs(dk * q - keys * k).max()) > little * np.abs(keys * k).max():
            return False
    return True


BACK_MISTAKES = (
    Mistake(
        "A8",
        "the softmax as if each weight went its own way",
        "Raise one score a little. Which weights change: that one, or all of them?",
        "The weights sum to 1: what one gains, the others lose. Where is that in your lines?",
        {
            "times α": edit(G, DE, "alpha * dalpha"),
            "as of a logistic function": edit(G, DE, "alpha * (1 - alpha) * dalpha"),
            "not at all": edit(G, DE, "dalpha * (alpha > 0)"),
            "the mean of dα alone": edit(G, MEAN, "dalpha.mean(axis=0)"),
            "the sum of dα": edit(G, MEAN, "dalpha.sum(axis=0)"),
            "the sum of α": edit(G, MEAN, "alpha.sum(axis=0)"),
            "α added": edit(G, DE, "alpha * (dalpha + mean)"),
            "without the factor": edit(G, DE, "(dalpha - mean) * (alpha > 0)"),
            "each its own mean": edit(G, MEAN, "alpha * dalpha"),
            "α less the mean": edit(G, DE, "alpha * dalpha - mean * (alpha > 0)"),
            "turned round": edit(G, DE, "alpha * (mean - dalpha)"),
        },
        test=BACK_SAID + "What is the first feature of the gradient of each key?",
        tries=(trial(dk_of, **BACK),),
    ),
    Mistake(
        "A8m",
        "a mean over another axis",
        "Over what do you sum for the mean of the gradients of the weights?",
        "The sum is over the source of one example.",
        {
            "examples": edit(G, MEAN, "(alpha * dalpha).sum(axis=1, keepdims=True)"),
            "everything": edit(G, MEAN, "(alpha * dalpha).sum()"),
            "of the first example": edit(G, MEAN, "(alpha * dalpha).sum(axis=0)[:1]"),
        },
        test=BACK_SAID_OF_TWO + LARGEST,
        tries=(trial(examples, **BACK_TWO),),
    ),
    Mistake(
        "A1",
        "the root of D on the way back",
        "Take D = 4. By which factor is the gradient of a query smaller than without the root?",
        "Scores were divided by the root on the way there. What is the slope of a quotient by a number?",
        {
            "left out": edit(G, DQ, 'np.einsum("sb,sbd->bd", de, k)') + edit(G, DK, 'np.einsum("sb,bd->sbd", de, q)'),
            "left out for q": edit(G, DQ, 'np.einsum("sb,sbd->bd", de, k)'),
            "left out for k": edit(G, DK, 'np.einsum("sb,bd->sbd", de, q)'),
            "multiplied": edit(G, DQ, 'np.einsum("sb,sbd->bd", de, k) * root')
            + edit(G, DK, 'np.einsum("sb,bd->sbd", de, q) * root'),
            "by D": edit(G, DQ, 'np.einsum("sb,sbd->bd", de, k) / root**2')
            + edit(G, DK, 'np.einsum("sb,bd->sbd", de, q) / root**2'),
            "of E": edit(G, "np.sqrt(q.shape[1])", "np.sqrt(v.shape[2])"),
        },
        test=BACK_SAID + ASKED,
        tries=(trial(of_scores, **BACK),),
    ),
    Mistake(
        "A1f",
        "other scores before the softmax",
        "Write down the weights of one source by hand. Are they those from which your way back begins?",
        "Compare your scores with the formula of the task: is all of it there, and as a root?",
        {
            "in neither direction": edit(scores, SCALE, "")
            + edit(G, DQ, 'np.einsum("sb,sbd->bd", de, k)')
            + edit(G, DK, 'np.einsum("sb,bd->sbd", de, q)'),
            "on the way back alone": edit(scores, SCALE, ""),
            "by D in both directions": edit(scores, SCALE, "/ q.shape[2]")
            + edit(G, "np.sqrt(q.shape[1])", "np.float64(q.shape[1])"),
        },
        test=BACK_SAID + "What is the gradient of each value?",
        tries=(trial(dv_of, **BACK),),
    ),
    Mistake(
        "A9",
        "query and key exchanged",
        "A key of zeros: has it a gradient? And what does it add to that of the query?",
        "The score is a product of two. What is its slope with respect to one of them?",
        {
            "for the keys": edit(G, DK, 'np.einsum("sb,sbd->sbd", de, k) / root'),
            "one always": edit(G, DQ, 'np.einsum("sb,sbd->bd", de, 0 * k + 1) / root')
            + edit(G, DK, 'np.einsum("sb,bd->sbd", de, 0 * q + 1) / root'),
        },
        test=BACK_SAID + ASKED,
        tries=(trial(of_scores, **BACK),),
    ),
    Mistake(
        "A9q",
        "the query times the gradients of its scores",
        "A score is a product of two. By which of the two is the gradient of the query multiplied, with you?",
        "Add up the gradients of all scores of a source. What is left if each is multiplied by the same vector?",
        sees=of_the_query_itself,
        test=BACK_SAID + ASKED,
        tries=(trial(of_scores, **BACK),),
    ),
    Mistake(
        "A9v",
        "values in the place of keys, or the weights of the gradient",
        "What reaches a query: the values themselves, or the keys?",
        "Values come in through dα alone. Which of your products of the scores has one more?",
        {
            "values for the query": edit(
                G, DQ, 'np.einsum("sb,sb->b", de, v.mean(axis=2))[:, None] * (0 * q + 1) / root'
            ),
            "α for the query": edit(G, DQ, 'np.einsum("sb,sbd->bd", alpha, k) / root'),
            "α for the keys": edit(G, DK, 'np.einsum("sb,bd->sbd", alpha, q) / root'),
            "dα for the query": edit(G, DQ, 'np.einsum("sb,sbd->bd", dalpha * (alpha > 0), k) / root'),
            "dα for the keys": edit(G, DK, 'np.einsum("sb,bd->sbd", dalpha * (alpha > 0), q) / root'),
        },
        test=BACK_SAID + ASKED,
        tries=(trial(of_scores, **BACK),),
    ),
    Mistake(
        "A10",
        "another gradient of the values",
        "Raise one value by 1. By how much does the context change?",
        "A value is reached by its weight, and by nothing else.",
        {
            "not weighted": edit(G, DV, 'np.einsum("sb,be->sbe", (alpha > 0).astype(dc.dtype), dc)'),
            "by the scores' gradient": edit(G, DV, 'np.einsum("sb,be->sbe", de, dc)'),
            "times the value": edit(G, DV, f"{DV} * v"),
            "by the slope of the softmax": edit(G, DV, 'np.einsum("sb,be->sbe", alpha * (1 - alpha), dc)'),
            "by the mean": edit(G, DV, 'np.einsum("sb,be->sbe", 0 * alpha + np.asarray(1 / len(v), v.dtype), dc)'),
            "by the root": edit(G, DV, f"{DV} / root"),
            "squared": edit(G, DV, 'np.einsum("sb,be->sbe", alpha**2, dc)'),
            "gradient of the first example": edit(G, DV, 'np.einsum("sb,be->sbe", alpha, dc[:1] + 0 * dc)'),
        },
        test=BACK_SAID_OF_TWO + "What are the gradients of the first two values of each, step by step?",
        tries=(trial(lambda a: np.ravel(a[2][:2, :, 0]), **BACK_TWO),),
    ),
    Mistake(
        "A11",
        "another gradient of the weights",
        "A value has two features. How much does the loss change when its weight does?",
        "The context is a sum of vectors. With which vector is dc multiplied, and over what is it added up?",
        {
            "a mean": edit(G, DALPHA, f"{DALPHA} / v.shape[2]"),
            "of dc alone": edit(G, DALPHA, "dc.sum(axis=1) + 0 * v.sum(axis=2)"),
            "of the value alone": edit(G, DALPHA, "v.sum(axis=2)"),
            "one feature": edit(G, DALPHA, "dc[:, 0] * v[:, :, 0]"),
            "sums multiplied": edit(G, DALPHA, "dc.sum(axis=1) * v.sum(axis=2)"),
            "dc of the first example": edit(G, DALPHA, 'np.einsum("e,sbe->sb", dc[0], v)'),
            "times α": edit(G, DALPHA, f"alpha * {DALPHA}"),
            "the last feature": edit(G, DALPHA, "dc[:, -1] * v[:, :, -1]"),
        },
        test=LOOKED
        + "Take that in two examples, with the values (4, 0) and (8, 1), and dc of (1, 3) and (2, 1). What is "
        "the first feature of each key's gradient, step by step?",
        tries=(
            trial(
                lambda a: np.ravel(a[1][:, :, 0]),
                dc=[[1, 3], [2, 1]],
                q=[[2, 0, 0, 0]] * 2,
                k=[[[LOG, 0, 0, 0]] * 2, [[0, 1, 0, 0]] * 2],
                v=[[[4, 0]] * 2, [[8, 1]] * 2],
                lengths=[2, 2],
            ),
        ),
    ),
    Mistake(
        "A12",
        "added up over the examples, or over the source",
        "Change dc of one example. Whose gradients change?",
        "No example's query, key or value is another one's.",
        {
            "the query's, over examples": edit(G, DQ, f"{DQ} * 0 + (np.einsum('sb,sbd->d', de, k) / root)"),
            "the keys', over the source": edit(G, DK, f"{DK} * 0 + (np.einsum('sb,bd->bd', de, q) / root)"),
            "the keys', over examples": edit(G, DK, f"{DK} * 0 + (np.einsum('sb,bd->sd', de, q) / root)[:, None]"),
            "divided by the examples": edit(G, DQ, f"{DQ} / len(q)")
            + edit(G, DK, f"{DK} / len(q)")
            + edit(G, DV, f"{DV} / len(q)"),
        },
        test=BACK_SAID_OF_TWO + LARGEST,
        tries=(trial(examples, **BACK_TWO),),
    ),
    Mistake(
        "A14",
        "a mean where ways come together",
        "The query is in every score of its source. How do the gradients of all scores come together in it?",
        "Ways that meet add up. By which number do you divide?",
        {
            "of all steps": edit(G, DQ, f"{DQ} / len(k)"),
            "of the real steps": edit(G, DQ, f"{DQ} / lengths[:, None].astype(k.dtype)"),
        },
        test=BACK_SAID + "What are two features of the query's gradient?",
        tries=(trial(dq_of, **BACK),),
    ),
    Mistake(
        "S15",
        "padding has a weight, or a gradient",
        "Which gradient has a key behind the end of its source? And may it change the others?",
        "What is padding has the weight 0 on the way there, so nothing comes back to it.",
        {
            "no mask": NO_MASK,
            "scores made 0": edit(shares, MASKED, "np.where(real, e, 0)"),
            "gradients alone": NO_MASK
            + edit(
                G,
                "return dq, dk, dv",
                "real = (np.arange(len(k))[:, None] < lengths)[:, :, None]\n    return dq, dk * real, dv * real",
            ),
            "gradients alone, those of scores too": NO_MASK
            + edit(G, DE, "alpha * (dalpha - mean) * (np.arange(len(k))[:, None] < lengths)")
            + edit(
                G,
                "return dq, dk, dv",
                "return dq, dk, dv * (np.arange(len(k))[:, None] < lengths)[:, :, None]",
            ),
            "after the softmax": NO_MASK + edit(shares, SHARES, f"{SHARES} * real"),
        },
        test=BACK_SAID
        + "Behind them is padding, (log 3, 1, 1, 1) with the value 9. What is the gradient of each value?",
        tries=(trial(dv_of, **BACK_PADDED),),
    ),
    Mistake(
        "S22",
        "another line between what is real and padding",
        "A source has two real steps. How many of its values have a gradient with you?",
        "Steps count from 0. Which is the last one that is real?",
        {
            "one more": edit(shares, REAL, "np.arange(e.shape[1])[:, None] <= lengths"),
            "one less": edit(shares, REAL, "np.arange(e.shape[1])[:, None] < np.maximum(lengths - 1, 1)"),
            "of the first": edit(shares, REAL, "np.arange(e.shape[1])[:, None] < lengths[0] + 0 * lengths"),
        },
        test="Take two sources of three steps, of which two and three are real, and dc of 1 and 2. How many values of "
        "each have a gradient?",
        tries=(trial(lambda a: (a[2][:, :, 0] != 0).sum(axis=0), **BACK_TWO),),
    ),
    Mistake(
        "S19",
        "weights that are no shares of the source",
        "Over what do the weights on your way there sum to 1?",
        "The way back begins with the weights of the way there: a softmax over the source.",
        {
            "examples": edit(shares, "a.sum(axis=1, keepdims=True)", "a.sum(axis=2, keepdims=True)"),
            "everything": edit(shares, "a.sum(axis=1, keepdims=True)", "a.sum()"),
            "exponentials alone": edit(shares, SHARES, "a"),
        },
        test=BACK_SAID_OF_TWO.replace("dc of 1 and 2", "dc of 1 twice")
        + "What do the gradients of the values of each source sum to?",
        tries=(trial(lambda a: a[2].sum(axis=(0, 2)), **{**BACK_TWO, "dc": [[1], [1]]}),),
    ),
    Mistake(
        "A13",
        "another order",
        "Which of your three has the shape of the query?",
        "The order is that of the arguments: query, keys, values.",
        {
            "keys and values exchanged": edit(G, "return dq, dk, dv", "return dq, dv, dk"),
            "minus": edit(G, "return dq, dk, dv", "return -dq, -dk, -dv"),
        },
        test="Take one key, so that its weight is 1, and dc = 1. What are the gradients of key and value?",
        tries=(trial(lambda a: [a[1][0, 0, 0], a[2][0, 0, 0]], dc=[[1]], q=[[1]], k=[[[1]]], v=[[[1]]], lengths=[1]),),
    ),
)


def back(r: Generator, S: int, lengths: tuple[int, ...], D: int, E: int) -> tuple[Array, Array, Array, Array, Ints]:
    """One step, with a gradient of its context."""
    q, k, v, n = looked(r, 1, S, lengths, D, E)
    return r.normal(size=(len(lengths), E)), q[0], k, v, n


gradient_exercise = Exercise(
    name="seq2seq.attention_gradient",
    task="Back through one step of scaled dot-product attention, over the real steps of a source: from the gradient of "
    "the context to those of query, keys and values, through the mixture, the softmax (eq-seq2seq-weights-backward) "
    "and the scores, products over the root of the number of features D. Padding of a source gets none. Keep the "
    "dtype; NumPy only.",
    arguments=(
        Value("dc", "B E", "the gradient of the context"),
        Value("q", "B D", "a query an example"),
        Value("k", "S B D", "keys"),
        Value("v", "S B E", "values"),
        Value("lengths", "B", "real steps of each source, from 1 to S", integers=True),
    ),
    outputs=(
        Value("dq", "B D", "of the queries"),
        Value("dk", "S B D", "of the keys"),
        Value("dv", "S B E", "of the values"),
    ),
    reference=attention_gradient,
    cases={
        "general": lambda r: back(r, 5, (3, 5, 2), 4, 3),
        "no padding": lambda r: back(r, 3, (3, 3), 5, 2),
        "square": lambda r: back(r, 3, (2, 3, 3), 3, 3),
        "float32": lambda r: in_float32(back(r, 4, (4, 2, 3), 2, 5)),
    },
    facets=(
        Facet("values", 2, (), ("dv",)),
        Facet("query", 3, (), ("dq",)),
        Facet("keys", 3, (), ("dk",)),
    ),
    mistakes=BACK_MISTAKES,
    words=WORDS,
)
