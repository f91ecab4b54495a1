"""A memory that divides by what it has read, and one that goes piece by piece; and what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.after.steps import WORDS as STEPS
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.shapes import T_B_D, T_B_V, Count, checked

WORDS = {**STEPS, "D": "entry", "V": "value", "N": "piece"}


# ---------------------------------------------------------------------------------------------------------------------
# Divided by what was read


@checked
def normalised_memory(k: T_B_D, v: T_B_V, q: T_B_D) -> T_B_V:
    r"""Linear attention: a weighted mean of all values so far, by a state.

    .. math::
       \phi(u) = \begin{cases} u + 1 & u > 0 \\ e^u & u \le 0 \end{cases}, \qquad
       S_t = S_{t-1} + v_t \phi(k_t)^\top, \qquad z_t = z_{t-1} + \phi(k_t), \qquad
       o_t = \frac{S_t\, \phi(q_t)}{z_t^\top \phi(q_t)}

    Source: Katharopoulos et al. (2020).
    """
    fk = np.where(k > 0, k + 1, np.exp(np.minimum(k, 0)))
    fq = np.where(q > 0, q + 1, np.exp(np.minimum(q, 0)))
    S, z, o = np.zeros((k.shape[1], v.shape[2], k.shape[2]), k.dtype), np.zeros_like(k[0]), []
    for t in range(len(k)):
        S = S + v[t][:, :, None] * fk[t][:, None, :]
        z = z + fk[t]
        above = (S * fq[t][:, None, :]).sum(axis=2)
        below = (z * fq[t]).sum(axis=1)[:, None]
        o.append(above / below)
    return np.stack(o)


sign(globals(), "normalised_memory")

FK, FQ = "np.where(k > 0, k + 1, np.exp(np.minimum(k, 0)))", "np.where(q > 0, q + 1, np.exp(np.minimum(q, 0)))"
ADD, READ = "S + v[t][:, :, None] * fk[t][:, None, :]", "above / below"
# One example, two steps, keys and queries of two numbers, values of one.
PAIRS: dict[str, Any] = {
    "k": [[[1.0, 0.0]], [[0.0, -1.0]]],
    "v": [[[4.0]], [[-6.0]]],
    "q": [[[1.0, -1.0]], [[0.0, 2.0]]],
}


def answers(o: Array) -> list[float]:
    """Of the first example."""
    return [round(float(value), 4) for value in o[:, 0, 0]]


SAME = {**PAIRS, "v": [[[4.0]], [[4.0]]]}

NORMALISED_MISTAKES = (
    Mistake(
        "J50",
        "not divided",
        "Let all values be 4. What is a mean of them, with any weights? And your answer?",
        "Weights of a mean add up to 1. What do yours add up to?",
        {
            "": edit(normalised_memory, READ, "above"),
            "by the steps": edit(normalised_memory, READ, "above / (t + 1)"),
            "by the keys' sum": edit(normalised_memory, READ, "above / z.sum(axis=1)[:, None]"),
        },
        test="Take the keys (1, 0) and (0, -1), and the queries (1, -1) and (0, 2). The values are 4 and 4. Which two "
        "answers come?",
        tries=(trial(answers, **SAME), trial(answers, **SAME)),
    ),
    Mistake(
        "J51",
        "keys or queries without φ",
        "What can be said of the sign of a weight? And of yours, for a key or a query of -1?",
        "φ makes every weight positive. Where does it belong?",
        {
            "keys": edit(normalised_memory, FK, "k"),
            "queries": edit(normalised_memory, FQ, "q"),
            "both": edit(normalised_memory, FK, "k") + edit(normalised_memory, FQ, "q"),
        },
        test="Take the keys (1, 0) and (0, -1), and the queries (1, -1) and (0, 2). The values are 4 and -6. Which "
        "two answers come?",
        tries=(trial(answers, **PAIRS), trial(answers, **PAIRS)),
    ),
    Mistake(
        "J52",
        "another φ",
        "Which number does φ make of 0? And of 2?",
        "The task has two cases. What happens in each?",
        {
            "without the one": edit(normalised_memory, FK, "np.where(k > 0, k, np.exp(np.minimum(k, 0)) - 1)")
            + edit(normalised_memory, FQ, "np.where(q > 0, q, np.exp(np.minimum(q, 0)) - 1)"),
            "an exponential": edit(normalised_memory, FK, "np.exp(k)") + edit(normalised_memory, FQ, "np.exp(q)"),
            "ReLU": edit(normalised_memory, FK, "np.maximum(k, 0) + k.dtype.type(1e-9)")
            + edit(normalised_memory, FQ, "np.maximum(q, 0) + k.dtype.type(1e-9)"),
        },
        test="Take the keys (1, 0) and (0, -1), and the queries (1, -1) and (0, 2). The values are 4 and -6. Which "
        "two answers come?",
        tries=(trial(answers, **PAIRS), trial(answers, **PAIRS)),
    ),
    Mistake(
        "J53",
        "the step's own pair comes too late",
        "After the first step there is one value. What is the mean of one value?",
        "First write, then ask.",
        {
            "": edit(normalised_memory, "above = (S *", "above = ((S - v[t][:, :, None] * fk[t][:, None, :]) *"),
            "below": edit(normalised_memory, "(z * fq[t])", "((z - fk[t] * (t > 0)) * fq[t])"),
        },
        test="Take the keys (1, 0) and (0, -1), and the queries (1, -1) and (0, 2). The values are 4 and -6. Which "
        "two answers come?",
        tries=(trial(answers, **PAIRS), trial(answers, **PAIRS)),
    ),
    Mistake(
        "J54",
        "later pairs are known too",
        "Change the last value. Does your first answer change?",
        "What has been read at step 1?",
        {
            "": edit(normalised_memory, "above = (S *", "above = (np.einsum('sbv,sbd->bvd', v, fk) *")
            + edit(normalised_memory, "(z * fq[t])", "(fk.sum(axis=0) * fq[t])"),
        },
        test="Take the keys (1, 0) and (0, -1), and the queries (1, -1) and (0, 2). The values are 4 and -6. Which "
        "two answers come?",
        tries=(trial(answers, **PAIRS), trial(answers, **PAIRS)),
    ),
    Mistake(
        "J55",
        "the newest pair alone",
        "How many values does your answer to step 2 know?",
        "A state adds up. What is added to what?",
        {"": edit(normalised_memory, ADD, "v[t][:, :, None] * fk[t][:, None, :]")},
        test="Take the keys (1, 0) and (0, -1), and the queries (1, -1) and (0, 2). The values are 4 and -6. Which "
        "two answers come?",
        tries=(trial(answers, **PAIRS), trial(answers, **PAIRS)),
    ),
    Mistake(
        "J56",
        "a softmax in its place",
        "Where does φ come in? Is there an exponential of a product of key and query in the task?",
        "The weight is φ(q)·φ(k): a product, no exponential of one.",
        {
            "": edit(
                normalised_memory,
                READ,
                "np.einsum('bs,sbv->bv', (w := np.exp(np.einsum('bd,sbd->bs', q[t], k[: t + 1]))) "
                "/ w.sum(axis=1, keepdims=True), v[: t + 1])",
            ),
            "over the root of D": edit(
                normalised_memory,
                READ,
                "np.einsum('bs,sbv->bv', (w := np.exp(np.einsum('bd,sbd->bs', q[t], k[: t + 1]) "
                "/ k.dtype.type(k.shape[2] ** 0.5))) / w.sum(axis=1, keepdims=True), v[: t + 1])",
            ),
        },
        test="Take the keys (1, 0) and (0, -1), and the queries (1, -1) and (0, 2). The values are 4 and -6. Which "
        "two answers come?",
        tries=(trial(answers, **PAIRS), trial(answers, **PAIRS)),
    ),
    Mistake(
        "J57",
        "keys and queries exchanged",
        "Which of the two is written into the state?",
        "Keys are written with their values, queries ask.",
        {"": edit(normalised_memory, FK, FQ) + edit(normalised_memory, "fq = " + FQ, "fq = " + FK)},
        test="Take the keys (1, 0) and (0, -1), and the queries (1, -1) and (0, 2). The values are 4 and -6. Which "
        "two answers come?",
        tries=(trial(answers, **PAIRS), trial(answers, **PAIRS)),
    ),
)


def asked(r: Generator, T: int, B: int, D: int, V: int) -> tuple[Array, Array, Array]:
    """Keys and queries of both signs."""
    return r.normal(size=(T, B, D)), r.normal(size=(T, B, V)) + 1, r.normal(size=(T, B, D))


normalised_exercise = Exercise(
    name="after.normalised_memory",
    task="Linear attention by a state: values written under φ(k), asked with φ(q), divided by the sum of the weights; "
    "φ(u) is u + 1 for positive u and e^u else. Keep the dtype; NumPy only.",
    arguments=(
        Value("k", "T B D", "keys"),
        Value("v", "T B V", "values"),
        Value("q", "T B D", "queries"),
    ),
    outputs=(Value("o", "T B V", "the answers"),),
    reference=normalised_memory,
    cases={
        "general": lambda r: asked(r, 6, 2, 3, 2),
        "two steps": lambda r: asked(r, 2, 2, 3, 2),
        "positive": lambda r: tuple(np.abs(a) for a in asked(r, 5, 2, 2, 3)),
        "float32": lambda r: in_float32(asked(r, 4, 2, 3, 2)),
    },
    facets=(
        Facet("two steps", 1, ("two steps",)),
        Facet("positive keys and queries", 2, ("positive",)),
        Facet("any keys and queries", 3, ("general", "float32")),
    ),
    mistakes=NORMALISED_MISTAKES,
    words=WORDS,
)


# ---------------------------------------------------------------------------------------------------------------------
# Piece by piece


@checked
def by_chunks(k: T_B_D, v: T_B_V, q: T_B_D, L: Count) -> tuple[Array, Array, Array]:
    r"""Answers of a memory that adds, in pieces of L steps: from the piece, from the state before it; the states.

    .. math::
       \text{inside}_t = \sum_{s \le t \text{ in the piece}} (q_t^\top k_s)\, v_s, \qquad
       \text{before}_t = S\, q_t
    """
    S = np.zeros((k.shape[1], v.shape[2], k.shape[2]), k.dtype)
    inside, before, states = [], [], []
    for start in range(0, len(k), L):
        K, V, Q = (a[start : start + L] for a in (k, v, q))
        scores = np.einsum("tbd,sbd->bts", Q, K)
        scores = scores * np.tri(len(K), dtype=k.dtype)
        inside.append(np.einsum("bts,sbv->tbv", scores, V))
        before.append(np.einsum("bvd,tbd->tbv", S, Q))
        S = S + np.einsum("sbv,sbd->bvd", V, K)
        states.append(S)
    return np.concatenate(inside), np.concatenate(before), np.stack(states)


sign(globals(), "by_chunks")

TRI, GROW = "scores * np.tri(len(K), dtype=k.dtype)", 'S + np.einsum("sbv,sbd->bvd", V, K)'
# One example, keys and values of one number, five steps in pieces of two.
PIECES: dict[str, Any] = {
    "k": [[[1.0]], [[2.0]], [[1.0]], [[3.0]], [[1.0]]],
    "v": [[[1.0]], [[10.0]], [[100.0]], [[2.0]], [[5.0]]],
    "q": [[[1.0]], [[1.0]], [[2.0]], [[1.0]], [[1.0]]],
    "L": 2,
}


def inside_of(answer: list[Array]) -> list[float]:
    """What comes from the piece itself."""
    return [float(value) for value in answer[0][:, 0, 0]]


def before_of(answer: list[Array]) -> list[float]:
    """What comes from the state before the piece."""
    return [float(value) for value in answer[1][:, 0, 0]]


def third(answer: list[Array]) -> list[float]:
    """What step 3 finds in its piece, and before it."""
    return [float(answer[i][2, 0, 0]) for i in (0, 1)]


def states_of(answer: list[Array]) -> list[float]:
    """The states after the pieces."""
    return [float(value) for value in answer[2][:, 0, 0, 0]]


CHUNKS_MISTAKES = (
    Mistake(
        "J60",
        "later steps of the piece are known too",
        "Change the second value of a piece. Does the first answer change?",
        "Inside a piece, too, no step knows what comes after it.",
        {"": edit(by_chunks, TRI, "scores")},
        test="The keys are 1, 2, 1, 3, 1, and the queries 1, 1, 2, 1, 1. The values are 1, 10, 100, 2, 5. Pieces have "
        "two steps. What does each step find inside its piece?",
        tries=(trial(inside_of, **PIECES), trial(inside_of, **PIECES)),
    ),
    Mistake(
        "J61",
        "a step's own pair left out",
        "What does the very first step find, which has nothing before it?",
        "s runs up to t, itself included.",
        {"": edit(by_chunks, TRI, "scores * np.tri(len(K), k=-1, dtype=k.dtype)")},
        test="The keys are 1, 2, 1, 3, 1, and the queries 1, 1, 2, 1, 1. The values are 1, 10, 100, 2, 5. Pieces have "
        "two steps. What does each step find inside its piece?",
        tries=(trial(inside_of, **PIECES), trial(inside_of, **PIECES)),
    ),
    Mistake(
        "J62",
        "the mask turned round",
        "Which answer of a piece knows all of it: the first, or the last?",
        "Rows are steps that ask, columns are steps that were read.",
        {
            "": edit(by_chunks, TRI, "scores * np.tri(len(K), dtype=k.dtype).T"),
        },
        test="The keys are 1, 2, 1, 3, 1, and the queries 1, 1, 2, 1, 1. The values are 1, 10, 100, 2, 5. Pieces have "
        "two steps. What does each step find inside its piece?",
        tries=(trial(inside_of, **PIECES), trial(inside_of, **PIECES)),
    ),
    Mistake(
        "J63",
        "the state knows the piece already",
        "What does the state before the first piece hold?",
        "First ask the state, then let it read the piece.",
        {
            "": edit(by_chunks, 'before.append(np.einsum("bvd,tbd->tbv", S, Q))', "pass")
            + edit(
                by_chunks,
                "states.append(S)",
                'states.append(S)\n        before.append(np.einsum("bvd,tbd->tbv", S, Q))',
            ),
        },
        test="The keys are 1, 2, 1, 3, 1, and the queries 1, 1, 2, 1, 1. The values are 1, 10, 100, 2, 5. Pieces have "
        "two steps. What does each step find in the state before its piece?",
        tries=(trial(before_of, **PIECES), trial(before_of, **PIECES)),
    ),
    Mistake(
        "J64",
        "the state forgets the pieces before",
        "After two pieces, how many pairs does your state hold?",
        "A state adds up over all pieces.",
        {"": edit(by_chunks, GROW, 'np.einsum("sbv,sbd->bvd", V, K)')},
        test="The keys are 1, 2, 1, 3, 1, and the queries 1, 1, 2, 1, 1. The values are 1, 10, 100, 2, 5. Pieces have "
        "two steps. Which three states come?",
        tries=(trial(states_of, **PIECES), trial(states_of, **PIECES)),
    ),
    Mistake(
        "J65",
        "the last piece left out, or filled",
        "Five steps in pieces of two: how many pieces are there, and how long is the last?",
        "The last piece may be shorter.",
        {
            "left out of the state": edit(by_chunks, GROW, 'S + np.einsum("sbv,sbd->bvd", V, K) * (len(K) == L)'),
        },
        test="The keys are 1, 2, 1, 3, 1, and the queries 1, 1, 2, 1, 1. The values are 1, 10, 100, 2, 5. Pieces have "
        "two steps. Which three states come?",
        tries=(trial(states_of, **PIECES), trial(states_of, **PIECES)),
    ),
    Mistake(
        "J66",
        "the states before the pieces",
        "What is your first state: zero, or what the first piece leaves?",
        "The states after the pieces are asked.",
        {
            "": edit(by_chunks, "S = S +", "states.append(S)\n        S = S +")
            + edit(by_chunks, "states.append(S)\n    return", "pass\n    return"),
        },
        test="The keys are 1, 2, 1, 3, 1, and the queries 1, 1, 2, 1, 1. The values are 1, 10, 100, 2, 5. Pieces have "
        "two steps. Which three states come?",
        tries=(trial(states_of, **PIECES), trial(states_of, **PIECES)),
    ),
    Mistake(
        "J67",
        "the state asked with keys",
        "Who asks: keys, or queries?",
        "A key says where a value lies. Which array says what is looked for?",
        {
            "the state": edit(by_chunks, 'np.einsum("bvd,tbd->tbv", S, Q)', 'np.einsum("bvd,tbd->tbv", S, K)'),
            "inside": edit(by_chunks, 'np.einsum("tbd,sbd->bts", Q, K)', 'np.einsum("tbd,sbd->bts", K, K)'),
        },
        test="The keys are 1, 2, 1, 3, 1, and the queries 1, 1, 2, 1, 1. The values are 1, 10, 100, 2, 5. Pieces have "
        "two steps. What does step 3 find inside its piece, and in the state before it?",
        tries=(
            trial(third, **PIECES),
            trial(third, **PIECES),
        ),
    ),
    Mistake(
        "J68",
        "scores divided by the root of D",
        "Is there a division in the task?",
        "Softmax attention divides; here nothing is squashed.",
        {
            "inside": edit(
                by_chunks, TRI, "scores * np.tri(len(K), dtype=k.dtype) / np.sqrt(k.dtype.type(k.shape[2]))"
            ),
        },
    ),
)


def pieces(r: Generator, T: int, B: int, D: int, V: int, L: int) -> tuple[Array, Array, Array, int]:
    """Keys, values and queries of both signs."""
    return r.normal(size=(T, B, D)), r.normal(size=(T, B, V)), r.normal(size=(T, B, D)), L


def short(r: Generator) -> tuple[Any, ...]:
    """In float32, with a last piece of one step."""
    k, v, q, L = pieces(r, 5, 2, 2, 2, 2)
    return (*in_float32((k, v, q)), L)


chunks_exercise = Exercise(
    name="after.by_chunks",
    task="A memory that adds, in pieces of L steps (the last may be shorter): for each step what it finds in its own "
    "piece up to itself, what it finds in the state before the piece, and the states after the pieces. Keep the dtype; "
    "NumPy only.",
    arguments=(
        Value("k", "T B D", "keys"),
        Value("v", "T B V", "values"),
        Value("q", "T B D", "queries"),
        Value("L", "", "steps of a piece"),
    ),
    outputs=(
        Value("inside", "T B V", "from the piece itself"),
        Value("before", "T B V", "from the state before the piece"),
        Value("S", "N B V D", "the states after the pieces"),
    ),
    reference=by_chunks,
    cases={
        "general": lambda r: pieces(r, 8, 2, 3, 2, 3),
        "one piece": lambda r: pieces(r, 4, 2, 3, 2, 4),
        "pieces of one": lambda r: pieces(r, 4, 2, 2, 3, 1),
        "float32": short,
    },
    facets=(
        Facet("inside a piece", 2, ("general", "one piece", "pieces of one", "float32"), ("inside",)),
        Facet("states", 2, ("general", "one piece", "pieces of one", "float32"), ("S",)),
        Facet("from before", 2, ("general", "one piece", "pieces of one", "float32"), ("before",)),
    ),
    mistakes=CHUNKS_MISTAKES,
    words=WORDS,
)
