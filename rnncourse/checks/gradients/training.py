r"""The exercise on a network that starts as the identity."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Exercise, Facet
from rnncourse.checks.gradients.clipping import G2, G3, G4
from rnncourse.checks.mistakes import Form, Mistake, edit
from rnncourse.checks.nested import Value
from rnncourse.gradients import (
    clip_by_norm,
    global_norm,  # noqa: F401 - for the texts of edits
    relu_backward,
    relu_cell,
    relu_forward,
)
from rnncourse.shapes import B_K, H_F, H_H, K_H, N_, T_B_F, Count, Positive, checked

CLIPPED = 1e-5  # relative; whether 10⁻⁶ is added to a norm may not matter
LIBRARY = "gradients.clipping"


@checked
def train_identity(
    x: T_B_F, y: B_K, W_ih: H_F, W_ho: K_H, lr: Positive, max_norm: Positive, N: Count
) -> tuple[N_, H_H]:
    r"""N updates of a network with the rectifier that starts as the identity, read after its last step.

    .. math:: h_t = \max(0,\; W_{ih} x_t + W_{hh} h_{t-1} + b), \qquad o = W_{ho} h_T + b_{ho}, \qquad
       L = \frac{1}{BK} \sum (o - y)^2

    Returns the loss before each update, and W_hh after the last.
    """
    B, H = x.shape[1], len(W_ih)
    h0 = np.zeros((B, H), dtype=x.dtype)
    W_hh, b, b_ho = np.eye(H, dtype=x.dtype), np.zeros_like(W_ih[:, 0]), np.zeros_like(W_ho[:, 0])
    losses = np.zeros(N, dtype=x.dtype)
    for n in range(N):
        h = relu_forward(x, h0, W_ih, W_hh, b, np.zeros_like(b))
        error = h[-1] @ W_ho.T + b_ho - y
        losses[n] = (error**2).mean()
        do = 2 * error / error.size
        dh_out = np.zeros_like(h)
        dh_out[-1] = do @ W_ho
        back = relu_backward(dh_out, x, h0, h, W_ih, W_hh)
        raw = [back.dW_ih, back.dW_hh, back.db, do.T @ h[-1], do.sum(axis=0)]
        g, _ = clip_by_norm(raw, max_norm)
        W_ih, W_hh, b = W_ih - lr * g[0], W_hh - lr * g[1], b - lr * g[2]
        W_ho, b_ho = W_ho - lr * g[3], b_ho - lr * g[4]
    return losses, W_hh


sign(globals(), "train_identity")


RECTIFIED = "np.maximum(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh, 0)"
SUMMED = "x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh"
PASSED = "(h[t] > 0) * (dh_out[t] + dh_rec)"
JOINT = "g, _ = clip_by_norm(raw, max_norm)"
EVERY_READING = "np.tensordot(do, h, axes=((0, 1), (0, 1))), do.sum(axis=(0, 1))"


def measured(arrays: str) -> Form:
    """One factor for all, by the norm of these alone."""
    factor = f"min(1.0, max_norm / (global_norm({arrays}) + 1e-6))"
    return edit(train_identity, JOINT, f"g = [one * one.dtype.type({factor}) for one in raw]")


def left_out(*places: int) -> Form:
    """These neither learn nor count in the norm."""
    lines = "".join(f"raw[{n}] = 0 * raw[{n}]\n        " for n in places)
    return edit(train_identity, JOINT, lines + JOINT)


TRAIN_MISTAKES = (
    Mistake(
        "G20",
        "another activation than the rectifier",
        "With no input, what does one step from the identity do to a state? Is it as it was?",
        "Which values can come out of your activation, and which should?",
        {
            "tanh": edit(relu_cell, RECTIFIED, f"np.tanh({SUMMED})")
            + edit(relu_backward, "(h[t] > 0)", "(1 - h[t] ** 2)"),
            "tanh forwards alone": edit(relu_cell, RECTIFIED, f"np.tanh({SUMMED})"),
            "none": edit(relu_cell, RECTIFIED, SUMMED) + edit(relu_backward, "(h[t] > 0)", "1"),
            "none forwards": edit(relu_cell, RECTIFIED, SUMMED),
        },
        test="Print the smallest and the largest state of the first reading.",
    ),
    Mistake(
        "G20s",
        "another start",
        "Before any update and without input, does your network keep its state from step to step?",
        "Which of the weights start as something special, and which as what is handed in?",
        {
            "zeros": edit(train_identity, "np.eye(H, dtype=x.dtype)", "np.zeros((H, H), dtype=x.dtype)"),
            "ones": edit(train_identity, "np.eye(H, dtype=x.dtype)", "np.ones((H, H), dtype=x.dtype)"),
            "small": edit(train_identity, "np.eye(H, dtype=x.dtype)", "0.01 * np.eye(H, dtype=x.dtype)"),
            "half": edit(train_identity, "np.eye(H, dtype=x.dtype)", "0.5 * np.eye(H, dtype=x.dtype)"),
            "bias of 1": edit(train_identity, "np.zeros_like(W_ih[:, 0])", "np.ones_like(W_ih[:, 0])"),
            "W_ih": edit(
                train_identity,
                "B, H = x.shape[1], len(W_ih)",
                "B, H, W_ih = x.shape[1], len(W_ih), 0 * W_ih + np.eye(*W_ih.shape)",
            ),
        },
        test="Call it for one update with max_norm of 1e-9: W_hh should come back nearly as it began.",
    ),
    Mistake(
        "I1",
        "the slope of the rectifier left out, or of another function",
        "What does a unit that is at 0 let through on the way back?",
        "The rectifier is flat on one side and straight on the other. Which slope has your way back?",
        {
            "none": edit(relu_backward, "(h[t] > 0) * ", ""),
            "tanh": edit(relu_backward, "(h[t] > 0)", "(1 - h[t] ** 2)"),
            "the state": edit(relu_backward, "(h[t] > 0)", "h[t]"),
            "at 0 as well": edit(relu_backward, "h[t] > 0", "h[t] >= 0"),
            "the step before": edit(relu_backward, "h[t] > 0", "(h[t - 1] if t else h0) > 0"),
        },
        test="Compare your gradient of one weight with a difference quotient of the loss.",
    ),
    Mistake(
        "B6",
        "the gradient goes back no further than one step",
        "How many steps back does a change of an early input matter for the loss? Does your gradient know?",
        "The loss reads the last state alone. How does its gradient come to the steps before?",
        {
            "": edit(relu_backward, "dh_rec = dz[t] @ W_hh", "dh_rec = 0 * h0"),
            "early steps not summed": edit(
                relu_backward, "dW_ih=np.tensordot(dz, x, axes", "dW_ih=np.tensordot(dz[-1:], x[-1:], axes"
            )
            + edit(
                relu_backward, "dW_hh=np.tensordot(dz, before, axes", "dW_hh=np.tensordot(dz[-1:], before[-1:], axes"
            )
            + edit(relu_backward, "dz.sum(axis=(0, 1))", "dz[-1].sum(axis=0)"),
        },
        test="Take T = 2, and compare each gradient with a difference quotient of the loss.",
    ),
    Mistake(
        "B8",
        "W_hh transposed, or left out on the way back",
        "Is your W_hh still right while it is the identity? And after one update?",
        "Forwards and backwards go through W_hh from different sides. In which of them does it stand as it is?",
        {
            "back": edit(relu_backward, "dz[t] @ W_hh", "dz[t] @ W_hh.T"),
            "left out": edit(relu_backward, "dh_rec = dz[t] @ W_hh", "dh_rec = dz[t]"),
            "forwards": edit(relu_cell, "W_hh.T", "W_hh"),
        },
        test="A symmetric matrix hides it: look at the loss after two updates.",
    ),
    Mistake(
        "B8g",
        "the gradient of W_hh transposed",
        "Entry (i, j) of the gradient of W_hh: whose dz_t is in it, and whose state?",
        "W_hh is square, so that its shape warns nobody. Compare your line with the one for W_ih.",
        edit(train_identity, "W_hh - lr * g[1]", "W_hh - lr * g[1].T"),
        test="Let one unit alone be on before the step. Which column of the gradient is not 0?",
    ),
    Mistake(
        "B5",
        "the state after the step in the gradient of W_hh",
        "By which vector was W_hh multiplied in step t? Is it that one which your gradient sees?",
        "Pair what came back to step t with what stood beside W_hh in its sum.",
        {
            "": edit(relu_backward, "dW_hh=np.tensordot(dz, before", "dW_hh=np.tensordot(dz, h"),
            "wrapped round": edit(relu_backward, "h0[None], h[:-1]", "h[-1:], h[:-1]"),
        },
        test="Take T = 1 and a state of zeros before it: what must the gradient of W_hh be?",
    ),
    Mistake(
        "G1",
        "clipped array by array, or not at all",
        "Before an update, how long are all gradients of the network together, and how long are they after clipping?",
        "How many norms are there in your clipping, and which arrays go into them?",
        {
            "each": edit(train_identity, JOINT, "g = [clip_by_norm([one], max_norm)[0][0] for one in raw]"),
            "not at all": edit(train_identity, JOINT, "g = raw"),
            "the recurrent ones alone": edit(
                train_identity, JOINT, "g = [*clip_by_norm(raw[:3], max_norm)[0], *raw[3:]]"
            ),
            "but for one bias": edit(train_identity, JOINT, "g = [*clip_by_norm(raw[:4], max_norm)[0], raw[4]]"),
            "W_hh alone": edit(train_identity, JOINT, "g = [raw[0], *clip_by_norm(raw[1:2], max_norm)[0], *raw[2:]]"),
            "the biases not measured": measured("[raw[0], raw[1], raw[3]]"),
            "the output not measured": measured("raw[:3]"),
            "W_hh alone measured": measured("raw[1:2]"),
            "the state's": edit(train_identity, "do @ W_ho", "clip_by_norm([do @ W_ho], max_norm)[0][0]")
            + edit(train_identity, JOINT, "g = raw"),
        },
        test="Take a small max_norm: by how much may all weights together move in one update?",
    ),
    G2,
    G3,
    G4.by({word: G4.forms[f"G4 {word}".rstrip()] for word in ("", "in the factor", "where it is too long")}),
    Mistake(
        "I2",
        "another factor in the gradient of the loss",
        "Move one output a little: by how much does the loss change, and what does your gradient say of it?",
        "Write down the derivative of the mean of squares by one of the outputs.",
        {
            "no 2": edit(train_identity, "2 * error / error.size", "error / error.size"),
            "by the batch alone": edit(train_identity, "2 * error / error.size", "2 * error / len(error)"),
            "sum": edit(train_identity, "2 * error / error.size", "2 * error"),
            "by the outputs alone": edit(train_identity, "2 * error / error.size", "2 * error / error.shape[1]"),
            "of the bias": edit(train_identity, "back.db, do", "back.db / B, do"),
            "over the steps": edit(train_identity, "2 * error / error.size", "2 * error / error.size / len(x)"),
        },
        test="Compare your gradient of the output's bias with a difference quotient of the loss.",
    ),
    Mistake(
        "I3",
        "another loss",
        "Four outputs have the errors 1, 1, 1 and 3. What is their loss by hand, and what do you return?",
        "Over what is the mean of the task taken, and of what?",
        {
            "sum": edit(train_identity, "(error**2).mean()", "(error**2).sum()"),
            "half": edit(train_identity, "(error**2).mean()", "(error**2).mean() / 2"),
            "by the batch": edit(train_identity, "(error**2).mean()", "(error**2).sum() / len(error)"),
            "root": edit(train_identity, "(error**2).mean()", "np.sqrt((error**2).mean())"),
            "absolute": edit(train_identity, "(error**2).mean()", "np.abs(error).mean()"),
        },
        test="Print your errors, and do the mean by hand.",
    ),
    Mistake(
        "I4",
        "the loss after the update",
        "Does your first loss depend on the learning rate? Should it?",
        "Which comes first in one pass of your loop, the loss or the new weights?",
        edit(
            train_identity,
            "    return losses, W_hh",
            "    h = relu_forward(x, h0, W_ih, W_hh, b, np.zeros_like(b))\n"
            "    error = h[-1] @ W_ho.T + b_ho - y\n"
            "    return np.append(losses[1:], (error**2).mean()), W_hh",
        ),
        test="Ask for one update: the only loss is that of the start.",
    ),
    Mistake(
        "I5",
        "weights that do not learn",
        "Which arrays does one update change, and which stay with you?",
        "Count the weights of the network, biases too, and the lines that change them.",
        {
            "W_hh": edit(train_identity, "W_hh - lr * g[1]", "W_hh"),
            "W_ih": edit(train_identity, "W_ih - lr * g[0]", "W_ih"),
            "b": edit(train_identity, "b - lr * g[2]", "b"),
            "W_ho": edit(train_identity, "W_ho - lr * g[3]", "W_ho"),
            "b_ho": edit(train_identity, "b_ho - lr * g[4]", "b_ho"),
            "both biases": edit(train_identity, "b - lr * g[2]", "b")
            + edit(train_identity, "b_ho - lr * g[4]", "b_ho"),
            "the output": edit(train_identity, "W_ho - lr * g[3]", "W_ho")
            + edit(train_identity, "b_ho - lr * g[4]", "b_ho"),
            "the given ones": edit(train_identity, "W_ih - lr * g[0]", "W_ih")
            + edit(train_identity, "W_ho - lr * g[3]", "W_ho"),
            "W_hh, not measured": left_out(1),
            "W_ih, not measured": left_out(0),
            "b, not measured": left_out(2),
            "W_ho, not measured": left_out(3),
            "b_ho, not measured": left_out(4),
            "both biases, not measured": left_out(2, 4),
            "the output, not measured": left_out(3, 4),
            "the given ones, not measured": left_out(0, 3),
        },
        test="Print each array before and after one update.",
    ),
    Mistake(
        "I6",
        "a weight used after it was changed",
        "With which weights was the loss computed? Are they the ones that your gradient goes back through?",
        "All gradients belong to one set of weights. When may the first of these change?",
        edit(train_identity, "do @ W_ho", "do @ (W_ho - lr * clip_by_norm([do.T @ h[-1]], max_norm)[0][0])"),
        test="Print the output's weights at the line where the gradient goes back through them.",
    ),
    Mistake(
        "I7",
        "uphill",
        "Do your losses fall from update to update when the learning rate is small?",
        "A gradient points to where the loss grows.",
        edit(
            train_identity,
            "W_ih - lr * g[0], W_hh - lr * g[1], b - lr * g[2]",
            "W_ih + lr * g[0], W_hh + lr * g[1], b + lr * g[2]",
        )
        + edit(train_identity, "W_ho - lr * g[3], b_ho - lr * g[4]", "W_ho + lr * g[3], b_ho + lr * g[4]"),
        test="Take a small learning rate and ten updates, and print the losses.",
    ),
    Mistake(
        "I8",
        "another reading than after the last step",
        "Which states does the output of the task read? Which does yours?",
        "Change the last input alone, then the first: does the loss notice both?",
        {
            "the mean of the states": edit(train_identity, "error = h[-1]", "error = h.mean(axis=0)")
            + edit(train_identity, "dh_out[-1] = do @ W_ho", "dh_out[:] = do @ W_ho / len(h)")
            + edit(train_identity, "do.T @ h[-1]", "do.T @ h.mean(axis=0)"),
            "the first": edit(train_identity, "error = h[-1]", "error = h[0]")
            + edit(train_identity, "dh_out[-1]", "dh_out[0]")
            + edit(train_identity, "do.T @ h[-1]", "do.T @ h[0]"),
            "back to every step": edit(train_identity, "dh_out[-1] = ", "dh_out[:] = "),
            "every step": edit(train_identity, "error = h[-1]", "error = h")
            + edit(train_identity, "dh_out[-1] = do", "dh_out[:] = do")
            + edit(train_identity, "do.T @ h[-1], do.sum(axis=0)", EVERY_READING),
        },
        test="Take T = 2, and compute the output by hand.",
    ),
    Mistake(
        "I9",
        "gradients of earlier updates kept",
        "In your second update, is anything of the first one's gradient still there?",
        "What you add into, from step to step, belongs to one update. When does it begin anew?",
        edit(
            train_identity,
            JOINT,
            "kept = raw if n == 0 else [a + b for a, b in zip(kept, raw)]\n        g, _ = clip_by_norm(kept, max_norm)",
        ),
        test="Print a gradient at the start of each update.",
    ),
    Mistake(
        "I10",
        "a reading that begins where the last one ended",
        "With which state does your second reading of the sequence begin, and with which the first?",
        "Each update reads the same sequence. What does the task say of the state before it?",
        edit(train_identity, JOINT, f"{JOINT}\n        h0 = h[-1]"),
        test="Take a learning rate near 0: all losses should be nearly equal.",
    ),
)


def trained(r: Generator, T: int, B: int, F: int, H: int, K: int, N: int, **more: Any) -> tuple[Any, ...]:
    """A sequence, targets far enough away, and weights of which some units are at 0 now and then."""
    dtype, max_norm = more.get("dtype", float), more.get("max_norm", 0.5)
    arrays = r.normal(size=(T, B, F)), 2 + r.normal(size=(B, K)), 0.6 * r.normal(size=(H, F)), r.normal(size=(K, H)) / 2
    return (*(a.astype(dtype) for a in arrays), 0.2, max_norm, N)


train_exercise = Exercise(
    name="gradients.train_identity",
    task="N updates of a network h_t = max(0, W_ih x_t + W_hh h_{t-1} + b) with output o = W_ho h_T + b_ho "
    "(eq-gradients-relu). W_hh starts as the identity, h_0 and both biases as zeros; h_0 is not learnt. The loss: the "
    "mean of (o - y)² over all entries. The gradients of all five arrays are clipped by one factor, then each array "
    "takes a step of lr. Return the loss before each update, and W_hh after the last. Keep the dtype; NumPy only.",
    arguments=(
        Value("x", "T B F"),
        Value("y", "B K", "what the output should be after the last step"),
        Value("W_ih", "H F", "its start"),
        Value("W_ho", "K H", "its start"),
        Value("lr", None, "the learning rate, a float above 0"),
        Value("max_norm", None, "the most that all gradients together may measure, a float above 0"),
        Value("N", None, "updates, an integer above 0"),
    ),
    outputs=(
        Value("losses", "N", "before each update", tolerance=CLIPPED),
        Value("W_hh", "H H", "after the last update", tolerance=CLIPPED),
    ),
    probe="lr",
    smaller=(
        f"{LIBRARY}.global_norm",
        f"{LIBRARY}.clip_by_norm",
        "gradients.starts.relu_cell",
        "gradients.starts.relu_forward",
        "gradients.starts.relu_backward",
    ),
    builds_on={"gradients.clip_by_norm": clip_by_norm},
    reference=train_identity,
    cases={
        "general": lambda r: trained(r, 5, 4, 3, 6, 2, 4),
        "one update": lambda r: trained(r, 4, 3, 2, 5, 3, 1),
        "not clipped": lambda r: trained(r, 3, 3, 2, 4, 2, 2, max_norm=1e6),
        "one step": lambda r: trained(r, 1, 3, 2, 4, 2, 3),
        "square": lambda r: trained(r, 4, 4, 4, 4, 4, 3),
        "float32": lambda r: trained(r, 3, 2, 3, 4, 2, 2, dtype=np.float32),
    },
    facets=(
        Facet("the loss of the start", 2, ("one update",), ("losses",)),
        Facet("losses after updates that are clipped", 3, ("general", "one step", "square", "float32"), ("losses",)),
        Facet("losses after updates that are not", 2, ("not clipped",), ("losses",)),
        Facet("W_hh after the last update", 3, outputs=("W_hh",)),
    ),
    mistakes=TRAIN_MISTAKES,
    words={"N": "update", "K": "output"},
)
