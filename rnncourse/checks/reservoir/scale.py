"""Recurrent weights cut and scaled to a spectral radius, and what a leak makes of it; what goes wrong there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value, in_float32
from rnncourse.checks.reservoir.draws import signed
from rnncourse.shapes import N_N, Ints, NotNegative, Positive, checked


def modulus(W: N_N) -> float:
    """The largest modulus of an eigenvalue."""
    values = np.linalg.eigvals(W)
    return float(np.abs(values).max())


@checked
def scale(W: N_N, keep: Ints, rho: NotNegative, a: Positive) -> tuple[Array, float, float]:
    r"""Weights cut, then scaled to a spectral radius; the radius of the leaky matrix; and a bound of what states do.

    .. math:: W_a = (1 - a)\, I + a\, W_{hh}, \qquad c = 1 - a + a\, \sigma

    Returns W_hh (N, N), the spectral radius of W_a, and c.
    """
    cut = np.where(keep == 1, W, 0)
    W_hh = cut * W.dtype.type(rho / modulus(cut))
    W_a = (1 - a) * np.eye(len(W), dtype=W.dtype) + a * W_hh
    radius = modulus(W_a)
    sigma = np.linalg.svd(W_hh, compute_uv=False).max()
    c = float(1 - a + a * sigma)
    return W_hh, radius, c


sign(globals(), "scale")

CUT, SCALED, SIZE = "np.where(keep == 1, W, 0)", "cut * W.dtype.type(rho / modulus(cut))", "np.abs(values).max()"
LEAKY = "(1 - a) * np.eye(len(W), dtype=W.dtype) + a * W_hh"
SIGMA, BOUND = "np.linalg.svd(W_hh, compute_uv=False).max()", "float(1 - a + a * sigma)"

FULL = [[1, 1], [1, 1]]
TURN: dict[str, Any] = {"W": [[0, -4], [4, 0]], "keep": FULL, "rho": 1.0, "a": 1.0}  # eigenvalues ±4i
NEGATIVE: dict[str, Any] = {"W": [[1, 0], [0, -2]], "keep": FULL, "rho": 1.0, "a": 1.0}
SHEAR: dict[str, Any] = {"W": [[2, 0], [6, 1]], "keep": FULL, "rho": 1.0, "a": 1.0}  # radius 2
PLAIN: dict[str, Any] = {"W": [[2, 0], [0, 1]], "keep": FULL, "rho": 0.5, "a": 0.25}
CORNER: dict[str, Any] = {"W": [[2, 0], [0, 8]], "keep": [[1, 0], [0, 0]], "rho": 1.0, "a": 1.0}


def largest(w: Any) -> Any:
    """The largest weight."""
    return np.abs(w[0]).max()


SCALE_MISTAKES = (
    Mistake(
        "E1",
        "another eigenvalue than that of the largest modulus",
        "Eigenvalues may be complex, or negative. Which one is the largest with you?",
        "How far from zero an eigenvalue lies in the complex plane is what counts.",
        {
            "the largest real part": edit(modulus, SIZE, "values.real.max()"),
            "the size of the largest real part": edit(modulus, SIZE, "np.abs(values.real).max()"),
            "the largest as NumPy sorts": edit(modulus, SIZE, "np.abs(values.max())"),
            "the size of that": edit(modulus, SIZE, "np.abs(values[values.real.argmax()].real)"),
            "the largest real part, for the weights": edit(scale, "modulus(cut)", "np.linalg.eigvals(cut).real.max()"),
            "the largest real size, for the weights": edit(
                scale, "modulus(cut)", "np.abs(np.linalg.eigvals(cut).real).max()"
            ),
            "the largest real part, for the leaky matrix": edit(
                scale, "modulus(W_a)", "float(np.linalg.eigvals(W_a).real.max())"
            ),
            "the largest real size, for the leaky matrix": edit(
                scale, "modulus(W_a)", "float(np.abs(np.linalg.eigvals(W_a).real).max())"
            ),
            "the mean": edit(modulus, SIZE, "np.abs(values).mean()"),
            "the smallest": edit(modulus, SIZE, "np.abs(values).min()"),
            "the modulus squared": edit(modulus, SIZE, "(np.abs(values) ** 2).max()"),
        },
        test="Take a matrix with 1 and -2 on its diagonal. Take another with -4 above and 4 below a diagonal of "
        "zeros. Keep all, with rho = 1 and a = 0.75. What are the largest weight and the radius of each?",
        tries=(
            trial(
                lambda v, w: [largest(v), v[1], largest(w), w[1]],
                {"W": TURN["W"]},
                **{**NEGATIVE, "a": 0.75},
            ),
        ),
    ),
    Mistake(
        "E2",
        "another size of a matrix than its spectral radius",
        "A triangular matrix has its eigenvalues on the diagonal. Does your factor hang on the entry beside it?",
        "Singular values, norms and largest entries are other sizes. Which one do you divide by?",
        {
            "singular value": edit(scale, "modulus(cut)", "np.linalg.norm(cut, 2)"),
            "Frobenius": edit(scale, "modulus(cut)", "np.linalg.norm(cut)"),
            "largest entry": edit(scale, "modulus(cut)", "np.abs(cut).max()"),
            "largest row sum": edit(scale, "modulus(cut)", "np.abs(cut).sum(axis=1).max()"),
            "expected": edit(scale, "modulus(cut)", "(cut.std() * np.sqrt(len(W)))"),
            "eigenvalue of the symmetric part": edit(scale, "modulus(cut)", "np.abs(np.linalg.eigvalsh(cut)).max()"),
            "in both": edit(modulus, SIZE, "np.linalg.norm(W, 2)"),
            "in the radius": edit(scale, "modulus(W_a)", "float(np.linalg.norm(W_a, 2))"),
        },
        test="Take the matrix with the rows (2, 0) and (6, 1), keep all, rho = 1 and a = 0.5. What are the largest "
        "weight and the radius?",
        tries=(trial(lambda w: [largest(w), w[1]], **{**SHEAR, "a": 0.5}),),
    ),
    Mistake(
        "E3",
        "another factor",
        "Compute the spectral radius of the W_hh that you return. Is it ρ?",
        "One factor takes the radius that there is to the one that is asked for. Which of the two stands below?",
        {
            "ρ below, too": edit(scale, SCALED, "cut * W.dtype.type(1 / (rho * modulus(cut)))"),
            "not divided": edit(scale, SCALED, "cut * W.dtype.type(rho)"),
            "multiplied": edit(scale, SCALED, "cut * W.dtype.type(rho * modulus(cut))"),
            "turned round": edit(scale, SCALED, "cut * W.dtype.type(modulus(cut) / rho)"),
            "without ρ": edit(scale, SCALED, "cut * W.dtype.type(1 / modulus(cut))"),
            "not scaled": edit(scale, SCALED, "cut"),
            "under a root": edit(scale, SCALED, "cut * W.dtype.type(np.sqrt(rho / modulus(cut)))"),
            "only where it is too large": edit(scale, SCALED, "cut * W.dtype.type(min(1, rho / modulus(cut)))"),
        },
        test="Take a matrix with 2 and 1 on its diagonal and keep all; then one with 0.2 and 0.1. What is the largest "
        "weight for rho = 0.5?",
        tries=(trial(lambda v, w: [largest(v), largest(w)], {"W": [[0.2, 0], [0, 0.1]]}, **PLAIN),),
    ),
    Mistake(
        "E3l",
        "the leaky matrix given the radius that W_hh should have",
        "Compute the spectral radius of the W_hh that you return. Is it ρ, when a is not 1?",
        "ρ belongs to W_hh, and is reached without a look at the leak.",
        {
            "divided by its radius": edit(
                scale,
                SCALED,
                "cut * W.dtype.type(rho / modulus((1 - a) * np.eye(len(W), dtype=W.dtype) + a * cut))",
            ),
            "times the leak rate": edit(scale, SCALED, "cut * W.dtype.type(rho * a / modulus(cut))"),
            "over the leak rate": edit(scale, SCALED, "cut * W.dtype.type(rho / a / modulus(cut))"),
        },
        test="Take 2 and 1 on the diagonal of W, keep all, rho = 0.5 and a = 0.25. What is the largest weight?",
        tries=(trial(largest, **PLAIN),),
    ),
    Mistake(
        "E4",
        "cut after it was scaled",
        "Compute the spectral radius of the W_hh that you return. Is it ρ, when some weights are cut?",
        "Whatever changes weights changes their radius. What do you do last?",
        {
            "": edit(scale, SCALED, "cut * W.dtype.type(rho / modulus(W))"),
            "W not cut for the leaky matrix": edit(
                scale, LEAKY, "(1 - a) * np.eye(len(W), dtype=W.dtype) + a * W * W.dtype.type(rho / modulus(W))"
            ),
        },
        test="Take a matrix with 2 and -8 on its diagonal, and keep the 2 alone. Use rho = 1 and a = 0.5. What are "
        "the largest weight and the radius?",
        tries=(trial(lambda w: [largest(w), w[1]], **{**CORNER, "W": [[2, 0], [0, -8]], "a": 0.5}),),
    ),
    Mistake(
        "E4k",
        "other connections cut",
        "Where keep is 0, what stands in your W_hh? And where it is 1?",
        "A 1 in keep says that the weight in the same place stays.",
        {
            "none": edit(scale, CUT, "W.copy()"),
            "the others": edit(scale, CUT, "np.where(keep == 0, W, 0)"),
            "transposed": edit(scale, CUT, "np.where(keep.T == 1, W, 0)"),
            "the diagonal, too": edit(scale, CUT, "np.where((keep == 1) & ~np.eye(len(W), dtype=bool), W, 0)"),
            "not the diagonal": edit(scale, CUT, "np.where((keep == 1) | np.eye(len(W), dtype=bool), W, 0)"),
            "whole rows": edit(scale, CUT, "np.where(keep[:, :1] == 1, W, 0)"),
            "set to one": edit(scale, CUT, "np.where(keep == 1, W, 1)"),
        },
        test="Take the rows (2, 1) and (3, 4) as W, with rho = 1. Cut row 0, column 1 alone, then row 0, column 0 "
        "alone. What is the first row of each W_hh?",
        tries=(
            trial(
                lambda v, w: [*v[0].ravel()[:2], *w[0].ravel()[:2]],
                {"keep": [[0, 1], [1, 1]]},
                **{"W": [[2, 1], [3, 4]], "keep": [[1, 0], [1, 1]], "rho": 1.0, "a": 1.0},
            ),
        ),
    ),
    Mistake(
        "E18",
        "the radius of another matrix than the leaky one",
        "Set a to 0.001. Which number should the radius come near, and which does yours?",
        "A unit that keeps most of its state keeps it whatever the weights are. Which matrix says so?",
        {
            "of W_hh": edit(scale, LEAKY, "W_hh"),
            "the share left out": edit(scale, LEAKY, "a * W_hh"),
            "all kept": edit(scale, LEAKY, "np.eye(len(W), dtype=W.dtype) + a * W_hh"),
            "all new": edit(scale, LEAKY, "(1 - a) * np.eye(len(W), dtype=W.dtype) + W_hh"),
            "the shares exchanged": edit(scale, LEAKY, "a * np.eye(len(W), dtype=W.dtype) + (1 - a) * W_hh"),
            "of the weights before they were scaled": edit(
                scale, LEAKY, "(1 - a) * np.eye(len(W), dtype=W.dtype) + a * cut"
            ),
            "minus": edit(scale, LEAKY, "(1 - a) * np.eye(len(W), dtype=W.dtype) - a * W_hh"),
        },
        test="Take a matrix with 2 and -1 on its diagonal and keep all. Use rho = 0.5 and a = 0.25. What is the "
        "radius?",
        tries=(trial(lambda w: w[1], **{**PLAIN, "W": [[2, 0], [0, -1]]}),),
    ),
    Mistake(
        "E18i",
        "one number added to every entry",
        "How many entries of your leaky matrix differ from a times W_hh? Which should?",
        "A unit keeps a share of its own state, and of no other's.",
        {
            "": edit(scale, LEAKY, "(1 - a) + a * W_hh"),
            "a matrix of ones": edit(scale, LEAKY, "(1 - a) * np.ones_like(W) + a * W_hh"),
        },
        test="Take a matrix with 2 and 1 on its diagonal and keep all. Use rho = 0.5 and a = 0.25. What is the radius?",
        tries=(trial(lambda w: w[1], **PLAIN),),
    ),
    Mistake(
        "E18s",
        "radii added in place of matrices",
        "The only eigenvalue that counts is -ρ. Is the leaky radius then larger or smaller than 1 - a?",
        "Eigenvalues add up with their signs, or as complex numbers; their sizes do not.",
        {
            "": edit(scale, "modulus(W_a)", "1 - a + a * rho"),
            "the larger of the two": edit(scale, "modulus(W_a)", "max(1 - a, a * rho)"),
        },
        test="Take one unit with a weight of -2, rho = 0.5 and a = 0.25. What is the radius?",
        tries=(trial(lambda w: w[1], **{"W": [[-2]], "keep": [[1]], "rho": 0.5, "a": 0.25}),),
    ),
    Mistake(
        "E22",
        "another size than the largest singular value",
        "Does your c notice the entry beside the diagonal of a triangular matrix? Should it?",
        "How much longer a vector can become in one step, a singular value says, an eigenvalue does not.",
        {
            "the radius": edit(scale, SIGMA, "modulus(W_hh)"),
            "ρ": edit(scale, SIGMA, "rho"),
            "Frobenius": edit(scale, SIGMA, "np.linalg.norm(W_hh)"),
            "not the root": edit(scale, SIGMA, "np.linalg.eigvalsh(W_hh.T @ W_hh).max()"),
            "the smallest": edit(scale, SIGMA, "np.linalg.svd(W_hh, compute_uv=False).min()"),
            "the last eigenvalue": edit(scale, SIGMA, "np.abs(np.linalg.eigvals(W_hh)).min()"),
            "the largest entry": edit(scale, SIGMA, "np.abs(W_hh).max()"),
            "the largest row sum": edit(scale, SIGMA, "np.abs(W_hh).sum(axis=1).max()"),
            "the largest column sum": edit(scale, SIGMA, "np.abs(W_hh).sum(axis=0).max()"),
        },
        test="Take the matrix with the rows (2, 0) and (6, 1), keep all, rho = 1 and a = 1. What is c?",
        tries=(trial(lambda w: w[2], **SHEAR),),
    ),
    Mistake(
        "E22w",
        "the singular value of another matrix",
        "Double W. Does your c change? Should it?",
        "σ belongs to the weights as they are after scaling.",
        {
            "before they were scaled": edit(scale, SIGMA, "np.linalg.svd(cut, compute_uv=False).max()"),
            "before they were cut": edit(scale, SIGMA, "np.linalg.svd(W, compute_uv=False).max()"),
            "the leaky one": edit(scale, BOUND, "float(np.linalg.svd(W_a, compute_uv=False).max())"),
            "the leaky one within": edit(scale, SIGMA, "np.linalg.svd(W_a, compute_uv=False).max()"),
        },
        test="Take the matrix with the rows (-2, 6) and (0, 1), keep all, rho = 1 and a = 0.5. What is c?",
        tries=(trial(lambda w: w[2], **{**SHEAR, "W": [[-2, 6], [0, 1]], "a": 0.5}),),
    ),
    Mistake(
        "E22a",
        "other shares in the bound",
        "With a = 1, what is c? And when a is near 0?",
        "What is old stays as far apart as it was. What is new is at most σ times as far apart.",
        {
            "σ alone": edit(scale, BOUND, "float(sigma)"),
            "a σ": edit(scale, BOUND, "float(a * sigma)"),
            "the shares exchanged": edit(scale, BOUND, "float(a + (1 - a) * sigma)"),
            "a minus": edit(scale, BOUND, "float(1 - a - a * sigma)"),
            "without the leak": edit(scale, BOUND, "float(1 - a + sigma)"),
            "all kept": edit(scale, BOUND, "float(1 + a * sigma)"),
            "a product": edit(scale, BOUND, "float((1 - a) * a * sigma)"),
        },
        test="Take a matrix with 2 and 1 on its diagonal, keep all, rho = 0.5 and a = 0.25. What is c?",
        tries=(trial(lambda w: w[2], **PLAIN),),
    ),
)


def weights(r: Generator, N: int, leak: bool, share: float = 0.6) -> tuple[Any, ...]:
    """The eigenvalue of the largest modulus is complex, with a negative real part, and large beside all real parts."""
    while True:
        W, keep = r.normal(size=(N, N)) + 0.2, (r.random((N, N)) < share).astype(int)
        values, whole = np.linalg.eigvals(W * keep), np.abs(np.linalg.eigvals(W)).max()
        top = values[np.abs(values).argmax()]
        size = np.abs(top)
        a, rho = (float(r.uniform(0.25, 0.45)) if leak else 1.0), float(r.uniform(0.6, 0.9))
        if mixed(keep) and size > 1 and top.real < -0.1 * size < -0.05 < np.abs(top.imag) - 0.3 * size:
            leaky = 1 - a + a * rho * values / size
            real = values.real
            far = 0.1 * size < real.max() < 0.9 * size and np.abs(real).max() < 0.95 * size
            imaginary = np.abs(leaky[np.abs(leaky).argmax()].imag) > 0.1 and abs(whole - size) > 0.1
            if far and imaginary and np.abs(np.abs(values.min()) - size) > 0.05:
                return W, keep, rho, a


def mixed(keep: Array) -> bool:
    """Is something cut and something kept on the diagonal, in the first column, and unlike its transpose?"""
    return all(0 < one.mean() < 1 for one in (np.diag(keep), keep[:, 0])) and bool((keep != keep.T).any())


def one_sign(r: Generator, N: int, by: float) -> tuple[Any, ...]:
    """Weights of one sign, which the eigenvalue of the largest modulus has too (Perron); if negative, small."""
    while True:
        W, keep = by * np.abs(signed(r, 0.3, 1.5, N, N)), (r.random((N, N)) < 0.7).astype(int)
        values = np.linalg.eigvals(W * keep)
        sizes = np.sort(np.abs(values))
        apart = sizes[-1] - sizes[-2] > 0.3 and sizes[0] > 0.05 and np.abs(values.real.max()) > 0.05
        if mixed(keep) and apart and sizes[-1] > 1.5:
            return W * (1 if by > 0 else 0.1), keep, float(r.uniform(1.1, 1.4)), float(r.uniform(0.55, 0.8))


scale_exercise = Exercise(
    name="reservoir.scale",
    task="Recurrent weights: cut where keep is 0, then scaled to the spectral radius rho (eq-reservoir-scale). The "
    "spectral radius of (1 - a) I + a W_hh, which moves small states of a leaky reservoir; and the bound 1 - a + a σ, "
    "with the largest singular value σ of W_hh. Keep the dtype; NumPy only.",
    arguments=(
        Value("W", "N N", "weights as they were drawn"),
        Value("keep", "N N", "1 where a weight stays, 0 where it is cut", integers=True),
        Value("rho", None, "the spectral radius asked for"),
        Value("a", None, "leak rate"),
    ),
    outputs=(
        Value("W_hh", "N N", "the weights, cut and scaled"),
        Value("radius", "", "the spectral radius of the leaky matrix"),
        Value("c", "", "the bound"),
    ),
    reference=scale,
    cases={
        "general": lambda r: weights(r, 6, True),
        "positive weights": lambda r: one_sign(r, 5, 1.0),
        "negative weights": lambda r: one_sign(r, 5, -1.0),
        "no leak": lambda r: weights(r, 5, False),
        "float32": lambda r: in_float32(weights(r, 5, True)),
    },
    facets=(
        Facet("positive W_hh", 1, ("positive weights",), ("W_hh",)),
        Facet("any W_hh", 2, ("general", "negative weights", "float32"), ("W_hh",)),
        Facet("W_hh and radius, no leak", 1, ("no leak",), ("W_hh", "radius")),
        Facet("radius, leak", 2, ("general", "negative weights", "float32"), ("radius",)),
        Facet("c", 2, (), ("c",)),
    ),
    mistakes=SCALE_MISTAKES,
    words={
        "N": "unit",
        "float64": "keep has whole numbers: which dtype is that times float32? Where is no dtype said, or `float`?",
        "some factor": "{It} {be} right up to a factor: which number do you divide by?",
    },
)
