r"""Exercises on matrices: one that magnifies no more than it may, and starts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Examination, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, instead
from rnncourse.checks.nested import Value
from rnncourse.shapes import G_H_H, H_H, Positive, checked

# ---------------------------------------------------------------------------------------------------------------------
# A matrix that magnifies no more than it may


@checked
def limit_growth(W_hh: H_H, s: Positive, gamma: Positive) -> H_H:
    r"""A matrix made smaller, where it has to be, until no step can lengthen a gradient more than s-fold.

    .. math:: W_{hh} \leftarrow W_{hh} \cdot \min \Bigl( 1, \frac{s}{\gamma\, \sigma_{\max}(W_{hh})} \Bigr)

    The page's bound, solved for the matrix; γ is the largest slope of the activation.
    """
    bound = np.float64(gamma * float(np.linalg.norm(W_hh, ord=2)))
    with np.errstate(divide="ignore"):  # a matrix of zeros has no bound to keep
        return W_hh * W_hh.dtype.type(min(1.0, s / bound))


sign(globals(), "limit_growth")


def values_limited(W_hh: Array, s: float, gamma: float) -> Array:
    """Every singular value cut by itself."""
    U, S, V = np.linalg.svd(W_hh)
    return (U * np.minimum(S, s / gamma)) @ V


def put_together(W_hh: Array, s: float, gamma: float) -> Array:
    """The singular vectors of one side transposed once too often."""
    U, S, V = np.linalg.svd(W_hh)
    return (U * (S * min(1.0, s / (gamma * max(S[0], 1e-300))))) @ V.T


def put_together_if_large(W_hh: Array, s: float, gamma: float) -> Array:
    """The same, where the matrix is too large."""
    small = gamma * np.linalg.norm(W_hh, ord=2) <= s
    return W_hh.copy() if small else put_together(W_hh, s, gamma)


SIGMA = "np.linalg.norm(W_hh, ord=2)"
TO_THE_BOUND = "W_hh * W_hh.dtype.type(min(1.0, s / bound))"
LIMIT_MISTAKES = (
    Mistake(
        "G17",
        "an eigenvalue for a singular value",
        "Take the matrix with rows (0, 5) and (0, 0). How much can it stretch a vector, and what do you measure?",
        "Several numbers belong to a matrix. Which one says what a single step can do to a vector?",
        {
            "": edit(limit_growth, SIGMA, "np.abs(np.linalg.eigvals(W_hh)).max()"),
            "real parts": edit(limit_growth, SIGMA, "np.linalg.eigvals(W_hh).real.max()"),
            "symmetric": edit(limit_growth, SIGMA, "np.abs(np.linalg.eigvalsh(W_hh)).max()"),
        },
        test="Send many vectors of length 1 through your answer, and look at the longest that comes out.",
    ),
    Mistake(
        "G29",
        "another norm",
        "How long can a vector of length 1 become? Does your measure of the matrix say that?",
        "Several numbers are called the norm of a matrix. Which of them is the most that it can stretch?",
        {
            "Frobenius": edit(limit_growth, SIGMA, "np.linalg.norm(W_hh)"),
            "rows": edit(limit_growth, SIGMA, "np.linalg.norm(W_hh, ord=np.inf)"),
            "columns": edit(limit_growth, SIGMA, "np.linalg.norm(W_hh, ord=1)"),
            "entry": edit(limit_growth, SIGMA, "np.abs(W_hh).max()"),
            "determinant": edit(limit_growth, SIGMA, "np.abs(np.linalg.det(W_hh))"),
            "row": edit(limit_growth, SIGMA, "np.linalg.norm(W_hh, axis=1).max()"),
            "nuclear": edit(limit_growth, SIGMA, "np.linalg.norm(W_hh, ord='nuc')"),
        },
        test="The matrix with rows (3, 4) and (0, 5) stretches by at most the root of 45. What do you measure?",
    ),
    Mistake(
        "G29s",
        "the smallest singular value",
        "Is what you measure the most or the least that the matrix can stretch?",
        "Singular values come in an order. Which end of it do you take?",
        {
            "": edit(limit_growth, SIGMA, "np.linalg.norm(W_hh, ord=-2)"),
            "mean": edit(limit_growth, SIGMA, "np.linalg.svd(W_hh, compute_uv=False).mean()"),
        },
        test="Measure a diagonal matrix with 1 and 3 on its diagonal.",
    ),
    Mistake(
        "G4",
        "no square root",
        "Double the matrix: should what you measure double, or become four times as large?",
        "Your measure is an eigenvalue of another matrix than W_hh. How is it related to lengths?",
        edit(limit_growth, SIGMA, "np.linalg.norm(W_hh, ord=2) ** 2"),
        test="Measure twice the identity.",
    ),
    Mistake(
        "G3",
        "no condition",
        "What should become of a matrix that already magnifies less than it may?",
        "The task makes a matrix smaller, and never larger.",
        {
            "": edit(limit_growth, "min(1.0, s / bound)", "s / bound"),
            "turned round": edit(limit_growth, "min(1.0,", "max(1.0,"),
        },
        test="Give a matrix of zeros but for one entry of 0.1, with s = 1.",
    ),
    Mistake(
        "G30",
        "γ at another place, or nowhere",
        "A flatter activation shrinks a gradient by itself. May the matrix then be larger or smaller?",
        "Write down what one step does to a length: the slope of the activation, and the matrix.",
        {
            "left out": edit(limit_growth, "gamma * float", "float"),
            "divided": edit(limit_growth, "gamma * float", "1 / gamma * float"),
            "in the condition alone": edit(limit_growth, "s / bound)", "s / bound * gamma if bound > s else 1.0)"),
            "twice": edit(limit_growth, "s / bound)", "s / bound / gamma if bound > s else 1.0)"),
            "squared": edit(limit_growth, "gamma * float", "gamma**2 * float"),
        },
        test="Compare γ = 1 with γ = 1/4, for one matrix and one s.",
    ),
    Mistake(
        "G30c",
        "a condition on another number than the one that is limited",
        "When does your `if` change the matrix? Is the number in it the one that your factor limits?",
        "Two lines speak of what one step does to a length. Does γ stand in both?",
        edit(limit_growth, "min(1.0, s / bound)", "s / bound if bound > gamma * s else 1.0"),
        test="With γ = 1/4 and s = 2, take a matrix that stretches by 3.",
    ),
    Mistake(
        "G6",
        "s left out",
        "Does your answer change when s is halved? Should it?",
        "After your change a step magnifies by at most one certain number. Which one?",
        {
            "": edit(limit_growth, "s / bound", "1.0 / bound"),
            "but for the condition": edit(limit_growth, "min(1.0, s / bound)", "1.0 / bound if bound > s else 1.0"),
            "in the condition": edit(limit_growth, "min(1.0, s / bound)", "s / bound if bound > 1 else 1.0"),
        },
        test="Try another s than 1.",
    ),
    Mistake(
        "G31",
        "singular values, or entries, cut one by one",
        "Do all your entries shrink by one and the same factor?",
        "The directions of the matrix should stay as they are, in their proportions.",
        {
            "values": instead(limit_growth, values_limited),
            "entries": edit(limit_growth, TO_THE_BOUND, "np.clip(W_hh, -s, s)"),
            "entries, with γ": edit(limit_growth, TO_THE_BOUND, "np.clip(W_hh, -s / gamma, s / gamma)"),
            "entries of a large matrix": edit(
                limit_growth, TO_THE_BOUND, "np.clip(W_hh, -s / gamma, s / gamma) if bound > s else W_hh"
            ),
            "rows": edit(
                limit_growth,
                "W_hh.dtype.type(min(1.0, s / bound))",
                "np.minimum(1.0, s / (gamma * np.linalg.norm(W_hh, axis=1, keepdims=True)))",
            ),
        },
        test="Divide your answer by the matrix, entry by entry: what do you expect to see?",
    ),
    Mistake(
        "G32",
        "the factor turned round",
        "Is your factor above 1 where the matrix is too large?",
        "The larger the matrix, the smaller the factor.",
        edit(limit_growth, "min(1.0, s / bound)", "bound / s if bound > s else 1.0"),
        test="Give ten times the identity with s = 1.",
    ),
    Mistake(
        "G33",
        "shrunk to twice or half of what is allowed",
        "Measure your answer again in the same way: what comes out, and what did you want?",
        "Solve the inequality of the task for the factor, on paper, and compare.",
        {
            "s²": edit(limit_growth, "s / bound)", "s**2 / bound if bound > s else 1.0)"),
            "root": edit(limit_growth, "s / bound)", "np.sqrt(s / bound))"),
            "difference": edit(limit_growth, "s / bound)", "1 - (bound - s))"),
        },
        test="Call your function on its own answer: it should come back unchanged.",
    ),
    Mistake(
        "G36",
        "a division by the size of a matrix of zeros",
        "What does your function give for a matrix of zeros, and by what does it divide there?",
        "A matrix without a size is small enough. Which of your lines should it never reach?",
        edit(limit_growth, "min(1.0, s / bound)", "min(bound, s) / bound"),
        test="Give a matrix of zeros, and print each line.",
    ),
    Mistake(
        "G37",
        "singular vectors put together otherwise than they came",
        "Multiply your three factors with nothing changed between them. Does W_hh come back?",
        "What NumPy returns as its third factor: does it hold the vectors in rows, or in columns?",
        {
            "": instead(limit_growth, put_together),
            "a large matrix alone": instead(limit_growth, put_together_if_large),
        },
        test="Take the matrix with rows (0, 5) and (0, 0), apart and together again.",
    ),
)


def sized(r: Generator, H: int, sigma: float, s: float, gamma: float, dtype: Any = float) -> tuple[Any, ...]:
    """A matrix whose largest singular value is that."""
    W = r.normal(size=(H, H))
    return (W * (sigma / np.linalg.norm(W, ord=2))).astype(dtype), s, gamma


limit_exercise = Exercise(
    name="gradients.limit_growth",
    task="W_hh, made smaller by one factor where it has to be, so that no step lengthens a gradient more than s-fold "
    "(eq-gradients-bound). γ is the largest slope of the activation. Keep the dtype; NumPy only.",
    arguments=(
        Value("W_hh", "H H"),
        Value("s", None, "the most that a step may magnify, a float above 0"),
        Value("gamma", None, "γ, the largest slope of the activation, a float above 0"),
    ),
    outputs=(Value("W", "H H"),),
    probe="s",
    reference=limit_growth,
    cases={
        "general": lambda r: sized(r, 5, 18.0, 1.5, 0.25),
        "tanh": lambda r: sized(r, 4, 3.0, 1.0, 1.0),
        "below 1": lambda r: sized(r, 6, 2.6, 0.8, 0.5),
        "small": lambda r: sized(r, 5, 5.0, 2.0, 0.25),
        "very small": lambda r: sized(r, 4, 0.3, 1.2, 0.5),
        "just small": lambda r: sized(r, 4, 1.8, 1.4, 0.5),
        "size two": lambda r: sized(r, 2, 9.0, 0.7, 0.6),
        "zeros": lambda r: (np.zeros((3, 3)), 1.0, 0.5),
        "float32": lambda r: sized(r, 3, 8.0, 0.9, 0.5, np.float32),
    },
    facets=(
        Facet("s and γ of 1", 2, ("tanh",)),
        Facet("another s, another slope", 2, ("general", "below 1", "size two", "float32")),
        Facet(
            "small and large matrices",
            2,
            ("small", "very small", "just small", "zeros", "tanh"),
        ),
    ),
    mistakes=LIMIT_MISTAKES,
)

# ---------------------------------------------------------------------------------------------------------------------
# Starts


@checked
def orthogonal_start(Z: G_H_H) -> Array:
    r"""A start for a cell with G gates: an orthogonal matrix from each draw, one below the other.

    .. math:: W = \begin{pmatrix} Q_1 \\ \vdots \\ Q_G \end{pmatrix}, \qquad Q_g^\top Q_g = I

    From draws that are given. Returns (GH, H).
    """
    Q, R = np.linalg.qr(Z)
    signs = np.sign(np.einsum("gii->gi", R))
    return (Q * signs[:, None, :]).reshape(-1, Z.shape[-1])


sign(globals(), "orthogonal_start")


NEAR = 1e-6
CHANGES_LENGTHS = "A block of your answer makes some vectors longer or shorter than they were."


def blocks(seen: Examination, case: str = "general") -> Array | None:
    """The H rows of each gate, where they can be compared."""
    W = seen.comparable(case, 0)
    return None if W is None else W.reshape(-1, W.shape[1], W.shape[1])


def distance(A: Array, B: Any) -> float:
    """How far two arrays are apart at most."""
    return float(np.abs(A - B).max())


def products(Q: Array) -> Array:
    """Of each block its transpose times itself."""
    return Q.swapaxes(-1, -2) @ Q


def orthogonal(Q: Array) -> bool:
    """Is each block?"""
    return distance(products(Q), np.eye(Q.shape[-1])) < NEAR


def keeps_lengths(given: tuple[Any, ...], got: list[Array]) -> str:
    """What a block does to lengths."""
    [W] = got
    if not np.isfinite(W).all():
        return "Not all numbers of your blocks are finite."
    if not W.any():
        return "All numbers of your answer are 0."
    if distance(W, np.round(W)) < NEAR:
        return "Your answer has whole numbers alone: where are the draws?"
    return "" if orthogonal(W.reshape(-1, W.shape[1], W.shape[1])) else CHANGES_LENGTHS


def made_of_the_draws(given: tuple[Any, ...], got: list[Array]) -> str:
    """Of three draws the first and the last are equal."""
    [W] = got
    Q = W.reshape(-1, W.shape[1], W.shape[1])
    if not orthogonal(Q):
        return keeps_lengths(given, got)
    if distance(Q[0], Q[2]) > NEAR:
        return "Two draws were equal, and your blocks of them are not."
    return "Two draws were different, and your blocks of them are equal." if distance(Q[0], Q[1]) < NEAR else ""


def one_matrix(seen: Examination) -> bool:
    """Are the columns of all blocks together orthonormal?"""
    W = seen.comparable("general", 0)
    return W is not None and distance(W.T @ W, np.eye(W.shape[1])) < NEAR


def side_by_side(seen: Examination) -> bool:
    """Would other rows be the blocks?"""
    values = seen.got["general"].values
    W, H = values[0] if values else None, seen.want["general"][0].shape[1]
    if not isinstance(W, np.ndarray) or W.size != seen.want["general"][0].size:
        return False
    if W.ndim == 2 and W.shape[0] == H < W.shape[1]:
        return orthogonal(np.stack(np.split(W, W.shape[1] // H, axis=1)))
    if W.shape[-1:] != (H,) or W.ndim != 2 or orthogonal(W.reshape(-1, H, H)):
        return False
    ways = (W.reshape(H, -1, H).swapaxes(0, 1), np.stack(np.split(W.reshape(H, -1), len(W) // H, axis=1)))
    return any(orthogonal(Q) for Q in ways)


def of_length_one(seen: Examination) -> bool:
    """Are columns or rows of each block that long, and not at right angles?"""
    Q = blocks(seen)
    if Q is None or orthogonal(Q) or one_matrix(seen) or side_by_side(seen):
        return False
    return any(distance(np.linalg.norm(Q, axis=axis), 1) < NEAR for axis in (-1, -2))


def at_right_angles(seen: Examination) -> bool:
    """Is each block orthogonal but for one factor?"""
    Q = blocks(seen)
    if Q is None or orthogonal(Q) or one_matrix(seen):
        return False
    P = products(Q)
    return bool((P[:, 0, 0] > 0).all()) and distance(P, P[:, :1, :1] * np.eye(Q.shape[-1])) < NEAR * P.max()


def angles_alone(seen: Examination) -> bool:
    """Are columns, or rows, of each block at right angles, and of unequal lengths?"""
    Q = blocks(seen)
    if Q is None or not np.isfinite(Q).all() or one_matrix(seen) or at_right_angles(seen):
        return False
    for P in (products(Q), products(Q.swapaxes(-1, -2))):
        lengths = np.einsum("gii->gi", P)
        if distance(P, lengths[:, None] * np.eye(Q.shape[-1])) < NEAR * lengths.max() and lengths.min() > 0:
            return not orthogonal(Q)
    return False


def left_at_zero(seen: Examination) -> bool:
    """Is a block of zeros there?"""
    Q = blocks(seen)
    return Q is not None and not Q.any(axis=(1, 2)).all()


def first_alone(seen: Examination) -> bool:
    """Is the first block orthogonal, and a later one something else than zeros?"""
    several = [Q for case in ("general", "equal draws") if (Q := blocks(seen, case)) is not None]
    if left_at_zero(seen) or not all(orthogonal(Q[:1]) for Q in several):
        return False
    return not all(orthogonal(Q) for Q in several)


def antisymmetric(seen: Examination) -> bool:
    """Is each block that, or that and a multiple of the identity?"""
    Q = blocks(seen)
    if Q is None or not np.isfinite(Q).all() or orthogonal(Q):
        return False
    both = Q + Q.swapaxes(-1, -2)
    of_unity = both[:, :1, :1] * np.eye(Q.shape[-1])
    return distance(both, of_unity) < NEAR * np.abs(Q).max() and not series_cut(seen)


def series_cut(seen: Examination) -> bool:
    """Is each block the identity and an antisymmetric matrix?"""
    Q = blocks(seen)
    return Q is not None and not orthogonal(Q) and distance(Q + Q.swapaxes(-1, -2), 2 * np.eye(Q.shape[-1])) < NEAR


def nearly_polar(seen: Examination) -> bool:
    """Has each block the singular vectors of its draw, with singular values between theirs and 1?"""
    Q, [Z] = blocks(seen), seen.given["general"]
    if Q is None or not np.isfinite(Q).all() or orthogonal(Q) or draws_unchanged(seen) or draws_shrunk(seen):
        return False
    U, _, Vt = np.linalg.svd(Z)
    S = U.swapaxes(-1, -2) @ Q @ Vt.swapaxes(-1, -2)
    return distance(S, np.einsum("gii->gi", S)[:, None] * np.eye(Z.shape[-1])) < NEAR * np.abs(S).max()


def eigenvectors(seen: Examination) -> bool:
    """Are the columns of each block the real parts of its draw's eigenvectors?"""
    Q, [Z] = blocks(seen), seen.given["general"]
    return Q is not None and distance(np.abs(Q), np.abs(np.linalg.eig(Z)[1].real)) < NEAR


def chained(seen: Examination) -> bool:
    """Of three draws the first and the last are equal: is the last block the first one's times the second one?"""
    Q = blocks(seen, "equal draws")
    if Q is None or not np.isfinite(Q).all() or not orthogonal(Q) or distance(Q[0], Q[1]) < NEAR:
        return False
    return any(distance(A, Q[0]) < NEAR for A in (Q[2] @ Q[1].T, Q[1].T @ Q[2]))


def draws_unchanged(seen: Examination) -> bool:
    """Is each block its draw?"""
    Q, [Z] = blocks(seen), seen.given["general"]
    return Q is not None and distance(Q, Z) < NEAR


def draws_shrunk(seen: Examination) -> bool:
    """Is each block its draw times a number?"""
    Q, [Z] = blocks(seen), seen.given["general"]
    if Q is None or not np.isfinite(Q).all() or draws_unchanged(seen):
        return False
    ratio = Q / Z
    return distance(ratio, ratio[:, :1, :1]) < NEAR * np.abs(ratio).max()


def triangular(seen: Examination) -> bool:
    """Is each block a triangle, and not a diagonal?"""
    Q = blocks(seen)
    return Q is not None and not orthogonal(Q) and (np.abs(np.tril(Q, -1)).max() < NEAR or not np.triu(Q, 1).any())


def same_for_all(seen: Examination) -> bool:
    """Have different draws given equal blocks?"""
    Q = blocks(seen)
    return Q is not None and len(Q) > 1 and distance(Q, Q[:1]) < NEAR


def own_draws(seen: Examination) -> bool:
    """Have equal draws given different orthogonal blocks?"""
    Q = blocks(seen, "equal draws")
    return Q is not None and orthogonal(Q) and distance(Q[0], Q[2]) > NEAR and not chained(seen)


START_MISTAKES = (
    Mistake(
        "G21",
        "one orthonormal matrix for all gates",
        "Test the block of one gate alone: does it keep the length of a vector?",
        "Each gate multiplies the state by its own H rows. Which matrix has to be orthogonal?",
        sees=one_matrix,
        test="Send a vector through the first H rows, and compare the two lengths.",
    ),
    Mistake(
        "V1",
        "columns of length 1, at any angle",
        "Two of your rows: what is their inner product? And two of your columns?",
        "To keep all lengths, is it enough that rows or columns have length 1?",
        sees=of_length_one,
        test="Send the sum of two unit vectors through a block, and compare the two lengths.",
    ),
    Mistake(
        "V2",
        "orthogonal up to a factor",
        "By how much does one block change the length of a vector? By how much 50 of them in a row?",
        "The angles are right. Which number stands before the matrix, and is it asked for?",
        sees=at_right_angles,
        test="Send one vector through a block, and compare the two lengths.",
    ),
    Mistake(
        "V3d",
        "the draws themselves",
        "Compare your answer with the draws. What has your function changed?",
        "A decomposition put together again is what went in. Which of its factors stretches?",
        sees=draws_unchanged,
        test="Print the largest difference between a block and its draw.",
    ),
    Mistake(
        "V3",
        "the draws themselves, shrunk",
        "Which vectors does your block lengthen, and which does it shorten?",
        "One factor cannot make all directions equally long.",
        sees=draws_shrunk,
        test="Send 100 vectors of length 1 through a block, and look at the shortest and the longest that come out.",
    ),
    Mistake(
        "V4",
        "the other factor of a decomposition",
        "Your blocks are triangles. Can a triangle keep all lengths?",
        "A decomposition gives more than one matrix, in an order. Which of them is the orthogonal one?",
        sees=triangular,
        test="Multiply a block's transpose by the block, for each of the factors.",
    ),
    Mistake(
        "V5",
        "the same block for all gates",
        "Should two gates start alike? Do yours?",
        "There are as many draws as gates. How many of them does your answer use?",
        sees=same_for_all,
        test="Change the last draw alone: which rows of your answer should change?",
    ),
    Mistake(
        "V6",
        "blocks put together side by side",
        "Take out the first H rows of your answer. Are they the matrix that you made for the first gate?",
        "The right numbers are there. Along which axis do blocks lie when one is below the other?",
        sees=side_by_side,
        test="Put two matrices together, one of zeros and one of ones, and print the result.",
    ),
    Mistake(
        "V7",
        "draws of its own",
        "Does your answer change when the draws that you are given change?",
        "Where do your random numbers come from, and where should they?",
        sees=own_draws,
        test="Hand in the same draw twice: should the two blocks differ?",
    ),
    Mistake(
        "V8",
        "a block that is never written",
        "Which of your blocks are zeros? How many passes has your loop, and how many gates are there?",
        "Somebody has to fill each block. Which index does your loop not reach?",
        sees=left_at_zero,
        test="Print the index of the gate in each pass of your loop.",
    ),
    Mistake(
        "V9",
        "an antisymmetric matrix for an orthogonal one",
        "Take away the diagonal of a block: it changes its sign when transposed. Does that keep lengths?",
        "Two properties have to do with the transpose. In which one is it the inverse?",
        sees=antisymmetric,
        test="Multiply a block's transpose by the block.",
    ),
    Mistake(
        "V9s",
        "a series cut off after its second term",
        "Multiply a block by its transpose. What is left beside the identity?",
        "How many terms has your series, and which is the first one that you leave out?",
        sees=series_cut,
        test="Add one term, and measure again how far a block is from orthogonal.",
    ),
    Mistake(
        "V10",
        "right angles without length 1",
        "How long is each row of a block, and how long is each column?",
        "Right angles are half of it. What else has an orthogonal matrix, and which of your lines changes it?",
        sees=angles_alone,
        test="Multiply a block's transpose by the block, and the block by its transpose.",
    ),
    Mistake(
        "V11",
        "something goes over from one gate to the next",
        "Is a block the same when it comes alone, and after others? What does your loop keep between two gates?",
        "Each gate should begin as the first one did. Which of your names still holds something?",
        sees=first_alone,
        test="Print, at the start of each gate's pass, all that you collect in.",
    ),
    Mistake(
        "V12",
        "eigenvectors of a matrix that is not symmetric",
        "For which matrices do eigenvectors stand at right angles? Is your draw one of them?",
        "Eigenvectors of a draw may be complex, and stand at any angle.",
        sees=eigenvectors,
        test="Print two eigenvectors of a draw of size 2, and their inner product.",
    ),
    Mistake(
        "V13",
        "each block made from the one before",
        "Change the first draw alone: which blocks should change, and which do?",
        "Each block belongs to one draw. How many draws have a part in your last one?",
        sees=chained,
        test="Hand in the same draw twice, with another one between: should the two blocks differ?",
    ),
    Mistake(
        "V14",
        "singular values not yet 1",
        "Print the singular values of a block. What should they be?",
        "The directions are right, and not all have their length. Where does your way there end?",
        sees=nearly_polar,
        test="If you go round in a loop, double the passes: what becomes of the smallest singular value?",
    ),
)


def drawn(r: Generator, G: int, H: int) -> tuple[Array]:
    """Normal draws."""
    return (r.normal(size=(G, H, H)),)


start_exercise = Exercise(
    name="gradients.orthogonal_start",
    task="An orthogonal matrix for each of G gates, one below the other (eq-gradients-orthogonal), made from normal "
    "draws: block g from Z[g] alone, by whatever way. Equal draws give equal blocks, others give others. NumPy only.",
    arguments=(Value("Z", "G H H", "normal draws, a matrix for each gate"),),
    outputs=(Value("W", "G·H H", "H rows for each gate", free=True),),
    reference=orthogonal_start,
    cases={
        "general": lambda r: drawn(r, 4, 5),
        "one gate": lambda r: drawn(r, 1, 4),
        "size two": lambda r: drawn(r, 3, 2),
        "equal draws": lambda r: (drawn(r, 2, 4)[0][[0, 1, 0]],),
    },
    facets=(
        Facet("one gate", 1, ("one gate",), holds=keeps_lengths),
        Facet("each of several blocks keeps lengths", 4, ("general", "size two"), holds=keeps_lengths),
        Facet("blocks made of their draws", 2, ("equal draws",), holds=made_of_the_draws),
    ),
    mistakes=START_MISTAKES,
)
