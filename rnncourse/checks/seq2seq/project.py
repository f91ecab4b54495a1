"""The small project: an encoder and a decoder with attention, which speaks; and what goes wrong there."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import expect_ids, expect_lengths, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.checks.seq2seq.draws import stirred, telling
from rnncourse.shapes import H_H, K_H, Count, Ints, Natural, checked

F_H = Annotated[Array, "F H"]


def encoder(x: Ints, lengths: Ints, A: Array, W_hh: Array) -> tuple[Array, Array]:
    """All states, those of padding as the last real one; and that one."""
    now, h = np.zeros((x.shape[1], len(W_hh)), A.dtype), []
    for j in range(len(x)):
        new = np.tanh(A[x[j]] + now @ W_hh.T)
        now = np.where((j < lengths)[:, None], new, now)
        h.append(now)
    return np.stack(h), now


def look(s: Array, h: Array, real: Array) -> Array:
    """Weights of the source's states."""
    e = (h * s).sum(axis=2)
    e = np.where(real, e, -np.inf)
    a = np.exp(e - e.max(axis=0))
    w: Array = a / a.sum(axis=0)
    return w


def log_softmax(o: Array) -> Array:
    """Over the symbols."""
    z = o - o.max(axis=1, keepdims=True)
    log_y: Array = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return log_y


@checked
def translate(
    x: Ints,
    lengths: Ints,
    A: F_H,
    W_hh: H_H,
    E: K_H,
    W_c: H_H,
    W_s: H_H,
    W_ho: K_H,
    start: Natural,
    end: Natural,
    steps: Count,
) -> tuple[Array, Array, Ints, Ints, Array]:
    r"""From the symbols of sources to those of answers, with attention, the likeliest symbol at each step.

    .. math:: \alpha_{t,j} \propto [\,j \le n\,]\; e^{s_{t-1} \cdot h_j}, \qquad c_t = \sum_j \alpha_{t,j}\, h_j, \qquad
       s_t = \tanh(E_{\hat y_{t-1}} + W_c\, c_t + W_s\, s_{t-1})

    Returns s0 (B, H), alpha (steps, S, B), y (steps, B), n (B,) and log_p (B,).
    """
    expect_ids("x", x, ("S", "B"), below=len(A))
    expect_lengths(lengths, *x.shape)
    B = x.shape[1]
    real = np.arange(len(x))[:, None] < lengths
    h, s0 = encoder(x, lengths, A, W_hh)
    s, said, ended = s0, np.full(B, start), np.zeros(B, bool)
    n, log_p = np.zeros(B, int), np.zeros(B, A.dtype)
    alpha, y = [], []
    for _ in range(steps):
        w = look(s, h, real)
        c = np.einsum("sb,sbh->bh", w, h)
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        o = s @ W_ho.T
        said = np.where(ended, end, o.argmax(axis=1))
        chosen = log_softmax(o)[np.arange(B), said]
        log_p = log_p + np.where(ended, 0, chosen)
        alpha.append(np.where(ended, 0, w))
        y.append(said)
        n = n + ~ended
        ended = ended | (said == end)
    return s0, np.stack(alpha), np.stack(y), n, log_p


sign(globals(), "translate")

P = translate
NEW, HELD = "np.tanh(A[x[j]] + now @ W_hh.T)", "np.where((j < lengths)[:, None], new, now)"
SCORES, MASKED, SHARES = "(h * s).sum(axis=2)", "np.where(real, e, -np.inf)", "a / a.sum(axis=0)"
LOOK, MIX, STATE = "look(s, h, real)", 'np.einsum("sb,sbh->bh", w, h)', "np.tanh(E[said] + c @ W_c.T + s @ W_s.T)"
OUTPUTS, SAID, CHOSEN = "s @ W_ho.T\n", "np.where(ended, end, o.argmax(axis=1))", "log_softmax(o)[np.arange(B), said]"
LOG_P, ALPHA, COUNTED, ENDED = (
    "log_p + np.where(ended, 0, chosen)",
    "np.where(ended, 0, w)",
    "n = n + ~ended",
    "ended | (said == end)",
)
FIRST, REAL = "s, said, ended = s0, np.full(B, start), np.zeros(B, bool)", "np.arange(len(x))[:, None] < lengths"
RETURN = "return s0, np.stack(alpha), np.stack(y), n, log_p"
# What hints ask to try: one unit, two sources of which the second is shorter; 1 begins.


def small(
    x: list[list[int]],
    A: tuple[float, ...],
    w: float,
    E: tuple[float, ...],
    c: float,
    s: float,
    o: tuple[float, ...],
    end: int = 0,
) -> dict[str, Any]:
    """Weights of one unit, two sources of three symbols and of two."""
    rows = {name: [[one] for one in column] for name, column in (("A", A), ("E", E), ("W_ho", o))}
    ones = {name: [[one]] for name, one in (("W_hh", w), ("W_c", c), ("W_s", s))}
    return {"x": x, "lengths": [3, 2], **rows, **ones, "start": 1, "end": end, "steps": 3}


def told(look: dict[str, Any], ask: str) -> str:
    """The same in words."""
    names = ("A", "W_hh", "E", "W_c", "W_s", "W_ho")
    weights, states, out = (
        "; ".join(f"{name} {', '.join(f'{one:g}' for one in np.ravel(look[name]))}" for name in some)
        for some in (names[:3], names[3:5], names[5:])
    )
    first, second = (", ".join(str(row[b]) for row in look["x"][: look["lengths"][b]]) for b in range(2))
    end = f"start 1, end {look['end']}, three steps"
    sources = f"The sources are {first} and {second}, this padded with {look['x'][2][1]}."
    return f"Take one unit, {weights}. Take {states}; {out}; {end}. {sources} {ask}"


TWO = small([[0, 1], [1, 0], [1, 1]], (3, -2), 2, (0.5, 1, 3), 1, 3, (-0.5, 2, -2), end=2)
READ = small([[1, 1], [1, 1], [0, 0]], (-1, 1), 1, (-1, 2, -2), -0.5, -2, (-0.5, 2, 3), end=2)
LATER = "Print the first weight of both at the second step, then both log p."


def starts(answer: Any) -> Array:
    """The first state of each decoder."""
    return answer[0].ravel()


def weights(answer: Any) -> Array:
    """The weights of the second source at the first step, and one of the next step."""
    return np.array([*answer[1][0, :, 1], *answer[1][1, :2, 1]])


def later(answer: Any) -> Array:
    """A weight of each source at the second step, and the log-probabilities."""
    return np.array([*answer[1][1, 0], *answer[4]])


def all_said(answer: Any) -> Array:
    """The symbols of the first answer, and both lengths."""
    return np.array([*answer[2][:, 0], *answer[3]])


def chances(answer: Any) -> Array:
    """The log-probabilities."""
    return answer[4]


TRANSLATE_MISTAKES = (
    Mistake(
        "S10",
        "the encoder's state behind the padding",
        "Change a symbol of the padding. Does the decoder's first state change?",
        "The decoder begins where the encoder was after the last real symbol. When is that, for each example?",
        {
            "": edit(encoder, HELD, "new"),
            "longest": edit(encoder, HELD, "np.where((j < lengths.max()) & (lengths[:, None] > 0), new, now)"),
        },
        test=told(TWO, "What is the first state of each decoder?"),
        tries=(trial(starts, **TWO),),
    ),
    Mistake(
        "S10z",
        "another first state",
        "With which state of the encoder does your decoder begin?",
        "It is the one that has read the whole source, and no other.",
        {
            "zeros": edit(P, FIRST, "s0 = 0 * s0\n    " + FIRST),
            "the first": edit(P, FIRST, "s0 = h[0]\n    " + FIRST),
            "the mean": edit(P, FIRST, 's0 = np.einsum("sb,sbh->bh", real / lengths, h).astype(A.dtype)\n    ' + FIRST),
            "one before": edit(P, FIRST, "s0 = h[np.maximum(lengths - 2, 0), np.arange(B)]\n    " + FIRST),
            "of the first example": edit(P, FIRST, "s0 = s0[:1] + 0 * s0\n    " + FIRST),
            "tanh again": edit(P, FIRST, "s0 = np.tanh(s0)\n    " + FIRST),
            "zeros behind a short source": edit(
                encoder, HELD, "np.where((j < lengths)[:, None], new, 0).astype(A.dtype)"
            ),
            "the sum": edit(P, FIRST, 's0 = np.einsum("sb,sbh->bh", real.astype(A.dtype), h)\n    ' + FIRST),
            "that of the last length": edit(P, FIRST, "s0 = h[lengths[-1] - 1]\n    " + FIRST),
        },
        test=told(TWO, "What is the first state of each decoder?"),
        tries=(trial(starts, **TWO),),
    ),
    Mistake(
        "T1",
        "the encoder's step",
        "What does your encoder make of zeros and the first symbol? And of that state and the second one?",
        "A row for the symbol, the matrix times the state before, and what comes round both?",
        {
            "no tanh": edit(encoder, NEW, "A[x[j]] + now @ W_hh.T"),
            "no state": edit(encoder, NEW, "np.tanh(A[x[j]])"),
            "transposed": edit(encoder, NEW, "np.tanh(A[x[j]] + now @ W_hh)"),
            "from the end": edit(
                encoder, NEW, "np.tanh(A[x[np.maximum(lengths - 1 - j, 0), np.arange(len(lengths))]] + now @ W_hh.T)"
            ),
            "the decoder's matrix": edit(P, "encoder(x, lengths, A, W_hh)", "encoder(x, lengths, A, W_s)"),
            "tanh of the state alone": edit(encoder, NEW, "A[x[j]] + np.tanh(now @ W_hh.T)"),
            "the first symbol always": edit(encoder, NEW, "np.tanh(A[x[0]] + now @ W_hh.T)"),
        },
        test="Take two units, W_hh with the rows (0, 1), (0, 0), and the source 0, 1. A has the rows (1, 2), (-1, "
        "0.5). What is the decoder's first state?",
        tries=(
            trial(
                starts,
                x=[[0], [1]],
                lengths=[2],
                A=[[1, 2], [-1, 0.5]],
                W_hh=[[0, 1], [0, 0]],
                E=[[1, 0], [0, 1]],
                W_c=[[1, 0], [0, 1]],
                W_s=[[1, 0], [0, 1]],
                W_ho=[[1, 0], [0, 1]],
                start=1,
                end=0,
                steps=1,
            ),
        ),
    ),
    Mistake(
        "S15",
        "attention sees the padding",
        "Add up the weights of the real steps of a short source. Is their sum 1?",
        "A state behind the end of a source is a state too. What keeps it from getting a weight?",
        {
            "": edit(look, MASKED, "e"),
            "scores made 0": edit(look, MASKED, "np.where(real, e, 0)"),
            "after the softmax": edit(look, MASKED, "e") + edit(look, SHARES, f"{SHARES} * real"),
            "one length for all": edit(P, REAL, "np.arange(len(x))[:, None] < lengths[0] + 0 * lengths"),
            "one step more": edit(P, REAL, "np.arange(len(x))[:, None] <= lengths"),
            "one step less": edit(P, REAL, "np.arange(len(x))[:, None] < np.maximum(lengths - 1, 1)"),
        },
        test=told(TWO, "Print the second's weights at the first step, then two of them at the next."),
        tries=(trial(weights, **TWO),),
    ),
    Mistake(
        "S19",
        "weights that are no shares of the source",
        "What do the weights of each step sum to, over the source of each example?",
        "A softmax over the source, of products as they are. What does yours do besides?",
        {
            "examples": edit(look, SHARES, "a / a.sum(axis=1, keepdims=True)"),
            "everything": edit(look, SHARES, "a / a.sum()"),
            "not divided": edit(look, SHARES, "a"),
            "even": edit(look, SHARES, "real / real.sum(axis=0).astype(h.dtype)"),
            "the best alone": edit(look, SHARES, "(a == a.max(axis=0)).astype(h.dtype)"),
        },
        test=told(TWO, "Print the second's weights at the first step, then two of them at the next."),
        tries=(trial(weights, **TWO),),
    ),
    Mistake(
        "S19s",
        "scores divided by something",
        "Write the scores of one step beside the formula of the weights. What is more in yours?",
        "A score is a product of two states here. Where does your further factor come from?",
        {
            "by the root of the units": edit(look, SCORES, "(h * s).sum(axis=2) / np.sqrt(h.shape[2]).astype(h.dtype)"),
            "by the units": edit(look, SCORES, "(h * s).mean(axis=2)"),
        },
        test="Take two units, the source 0, 1, A with the rows (1, 2), (-1, 0.5), W_hh with (0, 1), (0, 0). Which "
        "weights have both at the first step?",
        tries=(
            trial(
                lambda a: np.ravel(a[1][0, :, 0]),
                x=[[0], [1]],
                lengths=[2],
                A=[[1, 2], [-1, 0.5]],
                W_hh=[[0, 1], [0, 0]],
                E=[[1, 0], [0, 1]],
                W_c=[[0, 1], [0, 0]],
                W_s=[[0, 0], [2, 0]],
                W_ho=[[1, 0], [0, 1]],
                start=1,
                end=0,
                steps=1,
            ),
        ),
    ),
    Mistake(
        "T2",
        "attention from another state",
        "From which state does your decoder look at the source at its second step?",
        "It looks before it moves: from the state before, at every step anew.",
        {
            "always the first": edit(P, LOOK, "look(s0, h, real)"),
            "after the step, its context in the next": edit(P, FIRST, FIRST + "\n    c = 0 * s0")
            + edit(
                P,
                f"w = {LOOK}\n        c = {MIX}\n        s = {STATE}",
                f"s = {STATE}\n        w = {LOOK}\n        c = {MIX}",
            ),
            "after the step": edit(P, ALPHA, "np.where(ended, 0, look(s, h, real))"),
            "after a step of its own": edit(P, LOOK, "look(np.tanh(E[said] + s @ W_s.T), h, real)"),
            "the encoder's last": edit(P, LOOK, "look(h[-1] * 0 + h[0], h, real)"),
            "the context left out": edit(P, MIX, "0 * s"),
        },
        test=told(TWO, LATER),
        tries=(trial(later, **TWO),),
    ),
    Mistake(
        "T3",
        "another context",
        "With even weights, which context comes of the states 0.2 and 0.4?",
        "The context is the sum of the encoder's states, each times its weight.",
        {
            "the first state": edit(P, MIX, "s0"),
            "the best state": edit(P, MIX, "h[w.argmax(axis=0), np.arange(B)]"),
            "the mean": edit(P, MIX, "h.mean(axis=0)"),
            "divided by the steps": edit(P, MIX, f"{MIX} / len(h)"),
            "of the symbols' rows": edit(P, MIX, 'np.einsum("sb,sbh->bh", w, A[x])'),
        },
        test=told(TWO, LATER),
        tries=(trial(later, **TWO),),
    ),
    Mistake(
        "T4",
        "the decoder's step",
        "Which three things enter a new state of the decoder? Which matrix belongs to which?",
        "A row for the symbol said last, the context, the state before; the outputs come of the new state.",
        {
            "contexts and states exchanged": edit(P, STATE, "np.tanh(E[said] + c @ W_s.T + s @ W_c.T)"),
            "W_c transposed": edit(P, STATE, "np.tanh(E[said] + c @ W_c + s @ W_s.T)"),
            "W_s transposed": edit(P, STATE, "np.tanh(E[said] + c @ W_c.T + s @ W_s)"),
            "both transposed": edit(P, STATE, "np.tanh(E[said] + c @ W_c + s @ W_s)"),
            "no tanh": edit(P, STATE, "E[said] + c @ W_c.T + s @ W_s.T"),
            "no symbol": edit(P, STATE, "np.tanh(c @ W_c.T + s @ W_s.T)"),
            "no state": edit(P, STATE, "np.tanh(E[said] + c @ W_c.T)"),
            "the encoder's matrix": edit(P, STATE, "np.tanh(E[said] + c @ W_c.T + s @ W_hh.T)"),
        },
        test="Take two units, W_c with the rows (0, 1), (0, 0), W_s with (0, 0), (2, 0), and one step. The source is "
        "0, 1, A has (1, 2), (-1, 0.5), W_hh (0, 1), (0, 0). E and W_ho are identities, 1 starts, 0 ends. What is "
        "log p?",
        tries=(
            trial(
                chances,
                x=[[0], [1]],
                lengths=[2],
                A=[[1, 2], [-1, 0.5]],
                W_hh=[[0, 1], [0, 0]],
                E=[[1, 0], [0, 1]],
                W_c=[[0, 1], [0, 0]],
                W_s=[[0, 0], [2, 0]],
                W_ho=[[1, 0], [0, 1]],
                start=1,
                end=0,
                steps=1,
            ),
        ),
    ),
    Mistake(
        "S14",
        "the decoder's state is not carried on",
        "Does the second step of your decoder begin where the first one has ended?",
        "Each step makes a state for the next. Which one does yours start from?",
        {
            "": edit(P, STATE, "np.tanh(E[said] + c @ W_c.T + s0 @ W_s.T)"),
            "nor looked from": edit(P, STATE, "np.tanh(E[said] + c @ W_c.T + s0 @ W_s.T)")
            + edit(P, LOOK, "look(s0, h, real)"),
        },
        test=told(TWO, LATER),
        tries=(trial(later, **TWO),),
    ),
    Mistake(
        "T5",
        "the decoder does not read what it has said",
        "What does your decoder read at its second step?",
        "What was said at one step is read at the next; only the first reads the start symbol.",
        {
            "always the start": edit(P, STATE, "np.tanh(E[start] + c @ W_c.T + s @ W_s.T)"),
            "the end first": edit(P, FIRST, "s, said, ended = s0, np.full(B, end), np.zeros(B, bool)"),
            "symbol 0 first": edit(P, FIRST, "s, said, ended = s0, np.zeros(B, int), np.zeros(B, bool)"),
            "nothing first": edit(P, STATE, "np.tanh((E[said] if y else 0) + c @ W_c.T + s @ W_s.T)"),
            "the source": edit(
                P,
                STATE,
                "np.tanh(E[np.minimum(x[len(y)] if len(y) < len(x) else said, len(E) - 1)] + c @ W_c.T + s @ W_s.T)",
            ),
            "mixed rows": edit(
                P, STATE, "np.tanh((np.exp(log_softmax(o)) @ E if y else E[said]) + c @ W_c.T + s @ W_s.T)"
            ),
            "of the first example": edit(P, STATE, "np.tanh(E[said[:1]] + c @ W_c.T + s @ W_s.T)"),
        },
        test=told(READ, LATER),
        tries=(trial(lambda a: [*a[1][1, 0], *a[4]], **READ),),
    ),
    Mistake(
        "T6",
        "another symbol is said",
        "Which symbol has the largest output at a step? Is it the one that you take?",
        "Each example says the symbol with its own largest output.",
        {
            "the smallest": edit(P, SAID, "np.where(ended, end, o.argmin(axis=1))"),
            "of the first example": edit(P, SAID, "np.where(ended, end, o.argmax(axis=1)[0])"),
            "never the end": edit(
                P, SAID, "np.where(ended, end, np.where(np.arange(o.shape[1]) == end, -np.inf, o).argmax(axis=1))"
            ),
            "never the start": edit(
                P, SAID, "np.where(ended, end, np.where(np.arange(o.shape[1]) == start, -np.inf, o).argmax(axis=1))"
            ),
            "the second best": edit(P, SAID, "np.where(ended, end, np.argsort(o, axis=1, kind='stable')[:, -2])"),
        },
        test=told(TWO, "Which symbols come out at the first step, and which at the second?"),
        tries=(trial(lambda a: np.ravel(a[2][:2]), **TWO),),
    ),
    Mistake(
        "S21",
        "an answer goes on behind its end",
        "An example has said the end symbol, and others have not. What happens to it at the next step?",
        "Each example has an end of its own. What keeps it quiet from there on?",
        {
            "symbols": edit(P, SAID, "o.argmax(axis=1)"),
            "symbols alone": edit(P, "y.append(said)", "y.append(o.argmax(axis=1))"),
            "all": edit(P, ENDED, "ended"),
            "until all have ended": edit(P, ENDED, "ended | (np.array(y + [said])[1:] == end).any(axis=0).all()"),
            "as soon as one has ended": edit(P, ENDED, "ended | (said == end).any()"),
        },
        test=told(TWO, "Print the second's symbol at the second step, both at the third, then both n."),
        tries=(trial(lambda a: [a[2][1, 1], *a[2][2], *a[3]], **TWO),),
    ),
    Mistake(
        "T7",
        "another number of symbols",
        "An answer is a symbol and the end. What is its n?",
        "What was said counts, the end among it, and nothing behind.",
        {
            "without the end": edit(P, COUNTED, "n = n + (~ended & (said != end))"),
            "all steps": edit(P, COUNTED, "n = n + 1"),
            "with the start": edit(P, RETURN, "n = n + 1\n    " + RETURN),
            "symbols that are no end": edit(
                P, RETURN, "n = np.minimum((np.stack(y) != end).sum(axis=0) + 2, steps + 2)\n    " + RETURN
            ),
            "ends counted": edit(P, RETURN, "n = (np.stack(y) == end).sum(axis=0)\n    " + RETURN),
            "the end always": edit(P, RETURN, "n = (np.stack(y) != end).sum(axis=0) + 1\n    " + RETURN),
        },
        test=told(TWO, "Which n have both?"),
        tries=(trial(lambda a: a[3], **TWO),),
    ),
    Mistake(
        "T8",
        "weights behind the end, or none at it",
        "At which step does the first of your weights become 0?",
        "To say the end a decoder looks at its source once more; behind the end it looks no longer.",
        {
            "left": edit(P, ALPHA, "w"),
            "none at the end": edit(P, ALPHA, "np.where(ended | (said == end), 0, w)"),
            "even": edit(P, ALPHA, "np.where(ended, 1 / len(h), w).astype(h.dtype)"),
            "the last again": edit(P, ALPHA, "np.where(ended, alpha[-1] if alpha else w, w)"),
            "a step late": edit(
                P, ALPHA, "np.where((np.stack(y)[:-1] == end).any(axis=0) if len(y) > 1 else False, 0, w)"
            ),
        },
        test=told(TWO, "Print the first weight of the first source at all steps, then of the second at the last two."),
        tries=(trial(lambda a: [*a[1][:, 0, 0], *a[1][1:, 0, 1]], **TWO),),
    ),
    Mistake(
        "T9",
        "another probability of an answer",
        "An answer has two symbols with the probabilities 1/2 and 1/4. Which log p has it?",
        "The logarithm of a product, over what was said, the end among it. What do you add up?",
        {
            "behind the end, too": edit(P, LOG_P, "log_p + chosen"),
            "without the end": edit(P, LOG_P, "log_p + np.where(ended | (said == end), 0, chosen)"),
            "the last alone": edit(P, LOG_P, "np.where(ended, log_p, chosen)"),
            "the mean": edit(P, RETURN, "log_p = log_p / n.astype(A.dtype)\n    " + RETURN),
            "base 2": edit(P, CHOSEN, f"{CHOSEN} / np.log(2).astype(A.dtype)"),
            "probabilities": edit(P, CHOSEN, f"np.exp({CHOSEN})"),
            "the product": edit(P, RETURN, "log_p = np.exp(log_p)\n    " + RETURN),
            "outputs": edit(P, CHOSEN, "o[np.arange(B), said]"),
            "a softmax over examples": edit(P, CHOSEN, "log_softmax(o.T).T[np.arange(B), said]"),
            "turned round": edit(P, LOG_P, "log_p - np.where(ended, 0, chosen)"),
            "of the end": edit(P, CHOSEN, "log_softmax(o)[:, end]"),
        },
        test=told(TWO, "Which log p have both?"),
        tries=(trial(chances, **TWO),),
    ),
)


def network(r: Generator, F: int, K: int, H: int, lengths: tuple[int, ...], S: int, steps: int) -> tuple[Any, ...]:
    """Weights of a network whose answers differ in length, and in which no two outputs are nearly as large."""
    while True:
        n = r.permutation(lengths)
        B = len(n)
        x = r.integers(0, F, (S, B))
        A, W_hh, E, W_c, W_s, W_ho = (
            r.normal(size=shape) * size
            for shape, size in (((F, H), 1), ((H, H), 0.7), ((K, H), 1), ((H, H), 1.5), ((H, H), 1), ((K, H), 2))
        )
        start, end = (int(k) for k in r.permutation(K)[:2])
        given = (x, n, A, W_hh, E, W_c, W_s, W_ho, start, end, steps)
        _, _, y, said, _ = translate(*given)
        if len(set(said.tolist())) < min(B, 3) or said.min() > 2 or said.max() < steps or len(np.unique(y)) < 3:
            continue
        near = [translate(*stirred(r, given, 2, 8))[2] for _ in range(3)]
        if all((y == other).all() for other in near):
            return given


translate_exercise = Exercise(
    name="seq2seq.translate",
    task="An encoder reads the symbols of a batch (eq-seq2seq-encoder), from zeros and up to the length of each; a "
    "decoder starts from its last real state, looks at its real states with dot products from the state before, and "
    "makes the next state of the symbol said last, the context and the state before; it says the symbol with the "
    "largest output (eq-seq2seq-greedy) until it says `end`. Return the decoder's first state; the weights, 0 behind "
    "the end; the symbols, `end` behind the end; their numbers with the end; and the log-probability of each answer. "
    "Keep the dtype; NumPy only.",
    arguments=(
        Value("x", "S B", "whole numbers from 0 to F-1, sources in columns", integers=True),
        Value("lengths", "B", "symbols of each source, from 1 to S", integers=True),
        Value("A", "F H", "a row a symbol of the source"),
        Value("W_hh", "H H", "of the encoder"),
        Value("E", "K H", "a row a symbol of the answer"),
        Value("W_c", "H H", "for the context"),
        Value("W_s", "H H", "of the decoder"),
        Value("W_ho", "K H", "for the outputs"),
        Value("start", None, "what is read first"),
        Value("end", None, "what ends an answer"),
        Value("steps", None, "symbols at most"),
    ),
    outputs=(
        Value("s0", "B H", "the decoder's first state"),
        Value("alpha", "steps S B", "weights"),
        Value("y", "steps B", "symbols", integers=True),
        Value("n", "B", "how many", integers=True),
        Value("log_p", "B", "log-probability of each answer"),
    ),
    reference=translate,
    probe="A",
    smaller=("rnn.forward", "rnn.cell"),
    cases={
        "general": telling("translate/general", lambda r: network(r, 4, 5, 3, (4, 2, 3), 5, 5)),
        "full sources": telling("translate/full sources", lambda r: network(r, 3, 4, 4, (3, 3, 3), 3, 4)),
        "square": telling("translate/square", lambda r: network(r, 4, 4, 4, (4, 2, 3, 1), 4, 4)),
        "float32": telling("translate/float32", lambda r: in_float32(network(r, 5, 4, 3, (2, 4, 3), 4, 5))),
    },
    facets=(
        Facet("first state", 2, (), ("s0",)),
        Facet("weights", 2, (), ("alpha",)),
        Facet("symbols", 3, (), ("y", "n")),
        Facet("log p", 1, (), ("log_p",)),
    ),
    mistakes=TRANSLATE_MISTAKES,
    words={"S": "source step", "steps": "step"},
)
