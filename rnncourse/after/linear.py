r"""Recurrences that are linear in the state: as a matrix, as modes of their own, as a convolution.

Complex weights come as two real arrays on a first axis, the real part and the imaginary one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncourse._arrays import Array
from rnncourse.shapes import B_H, H_, H_F, H_H, T_, T_B_F, T_B_H, TWO_H, TWO_H_F, TWO_K_H, Count, checked

Complex = np.ndarray  # complex128, or complex64 of float32


class Modes(NamedTuple):
    """A linear recurrence in the coordinates in which its matrix is diagonal."""

    lam: Complex
    """(H,), the eigenvalues."""
    W_im: Complex
    """(H, F), inputs to modes."""
    V: Complex
    """(H, H), modes to states: the eigenvectors as columns."""


@checked
def linear_states(x: T_B_F, h0: B_H, W_ih: H_F, W_hh: H_H) -> T_B_H:
    r"""The states of a recurrent network without its tanh.

    .. math:: h_t = W_{hh} h_{t-1} + W_{ih} x_t

    Equation ``eq-after-linear``. Source: Kalman's state equation in discrete time; Orvieto et al. (2023).
    """
    h, h_t = [], h0
    for x_t in x:
        h_t = h_t @ W_hh.T + x_t @ W_ih.T
        h.append(h_t)
    return np.stack(h)


@checked
def diagonalise(W_ih: H_F, W_hh: H_H) -> Modes:
    r"""The eigenvalues of the matrix, and how inputs reach its modes and modes make states.

    .. math:: W_{hh} = V \,\mathrm{diag}(\lambda)\, V^{-1}, \qquad W_{im} = V^{-1} W_{ih}

    Equation ``eq-after-diagonal``. Almost every matrix has such a V; ValueError where it cannot be inverted.
    Source: linear algebra; Orvieto et al. (2023).
    """
    lam, V = np.linalg.eig(W_hh)
    lam, V = lam.astype(complex), V.astype(complex)
    if np.linalg.cond(V) > 1 / np.finfo(W_hh.dtype).eps:
        raise ValueError("W_hh: expected a matrix with H independent eigenvectors, got one that has fewer")
    return Modes(lam, np.linalg.solve(V, W_ih.astype(complex)), V)


def mode_states(x: Array, h0: Array, modes: Modes) -> Array:
    r"""The same states, one number a mode.

    .. math:: m_t = \lambda \odot m_{t-1} + W_{im} x_t, \qquad h_t = \mathrm{Re}(V m_t)

    Equation ``eq-after-modes``. Source: :func:`diagonalise` put into :func:`linear_states`.

    Shapes: x (T, B, F), h0 (B, H), modes of :func:`diagonalise`; returns (T, B, H).
    """
    m_t = np.linalg.solve(modes.V, h0.T).T
    h = []
    for x_t in x:
        m_t = modes.lam * m_t + x_t @ modes.W_im.T
        h.append((m_t @ modes.V.T).real)
    return np.stack(h)


@checked
def eigenvalues(nu: H_, theta: H_) -> Complex:
    r"""Eigenvalues that cannot leave the unit disc, whatever training does to ν and θ.

    .. math:: \lambda = \exp(-e^{\nu} + i\theta), \qquad |\lambda| = \exp(-e^{\nu}) < 1

    Equation ``eq-after-disc``. Source: Orvieto et al. (2023).

    Shapes: nu and theta (H,); returns (H,), complex.
    """
    return np.exp(-np.exp(nu) + 1j * theta)


@checked
def ring(u: TWO_H, low: float = 0.9, high: float = 0.999) -> tuple[Array, Array]:
    r"""ν and θ of eigenvalues spread evenly over the ring between two radii.

    .. math::
       \nu = \log\!\left(-\tfrac12 \log\bigl(u (r_{\max}^2 - r_{\min}^2) + r_{\min}^2\bigr)\right), \qquad
       \theta = 2\pi u'

    Equation ``eq-after-ring``; u and u' are uniform between 0 and 1, the rows of ``u``. As many lie in any piece of
    the ring as its area says, for the area within radius r grows as r². Source: Orvieto et al. (2023).

    Shapes: u (2, H), numbers in [0, 1); returns nu and theta, (H,). Raises ValueError unless 0 < low < high < 1.
    """
    if not 0 < low < high < 1:
        raise ValueError(f"low, high: expected 0 < low < high < 1, got {low} and {high}")
    area, turn = u
    return np.log(-0.5 * np.log(area * (high**2 - low**2) + low**2)), 2 * np.pi * turn


@checked
def lru_states(x: T_B_F, nu: H_, theta: H_, W_ih: TWO_H_F) -> Complex:
    r"""The states of a linear recurrent unit: modes whose size does not hang on how slowly they forget.

    .. math:: h_t = \lambda \odot h_{t-1} + \gamma \odot (W_{ih} x_t), \qquad \gamma = \sqrt{1 - |\lambda|^2}

    Equation ``eq-after-lru``, with h_0 = 0. For independent inputs of variance 1 the states have the variance of
    :math:`W_{ih} x`, since :math:`\sum_k |\lambda|^{2k} = 1 / (1 - |\lambda|^2)`. Source: Orvieto et al. (2023).

    Shapes: x (T, B, F), nu and theta (H,), W_ih (2, H, F); returns (T, B, H), complex.
    """
    lam = eigenvalues(nu, theta)
    gamma = np.sqrt(1 - np.abs(lam) ** 2)
    into = x @ (W_ih[0] + 1j * W_ih[1]).T
    h_t, h = np.zeros_like(into[0]), []
    for into_t in into:
        h_t = lam * h_t + gamma * into_t
        h.append(h_t)
    return np.stack(h)


@checked
def impulse_response(nu: H_, theta: H_, W_ih: TWO_H_F, W_ho: TWO_K_H, steps: Count) -> Array:
    r"""What comes out k steps after a 1 went in: the whole recurrence as one list of matrices.

    .. math:: K_k = \mathrm{Re}\bigl(W_{ho} \,\mathrm{diag}(\lambda^k \odot \gamma)\, W_{ih}\bigr)

    Equation ``eq-after-kernel``. Source: Gu et al. (2022).

    Shapes: nu and theta (H,), W_ih (2, H, F), W_ho (2, K, H); returns (steps, K, F).
    """
    lam = eigenvalues(nu, theta)
    gamma = np.sqrt(1 - np.abs(lam) ** 2)
    powers = lam ** np.arange(steps)[:, None] * gamma
    return np.einsum("kh,th,hf->tkf", W_ho[0] + 1j * W_ho[1], powers, W_ih[0] + 1j * W_ih[1]).real


@checked
def convolve(x: T_B_F, K: Array) -> Array:
    r"""All outputs at once, without a state: each is a weighted sum of all inputs so far.

    .. math:: o_t = \sum_{k=0}^{t-1} K_k\, x_{t-k}

    Equation ``eq-after-convolution``, by Fourier transforms over 2T steps, T log T in all; the second half is
    there so that the end does not run into the beginning. Source: Gu et al. (2022).

    Shapes: x (T, B, F), K (T, K, F); returns (T, B, K).
    """
    T = len(x)
    spectrum = np.einsum("tkf,tbf->tbk", np.fft.rfft(K, 2 * T, axis=0), np.fft.rfft(x, 2 * T, axis=0))
    return np.fft.irfft(spectrum, 2 * T, axis=0)[:T].astype(x.dtype)


@checked
def hold(a: H_, b: H_, delta: T_) -> tuple[Array, Array]:
    r"""A continuous recurrence in steps of any length, its input held meanwhile: the zero-order hold.

    .. math:: \dot h = a h + b x: \qquad \bar a_t = e^{a \Delta_t}, \qquad \bar b_t = \frac{e^{a \Delta_t} - 1}{a}\, b

    Equation ``eq-after-hold``. Source: exact solution of the equation; Gu and Dao (2023).

    Shapes: a (H,), below 0, b (H,), delta (T,), at least 0; returns two arrays (T, H). Raises ValueError for other
    numbers.
    """
    if not (a < 0).all() or not (delta >= 0).all():
        raise ValueError(f"a, delta: expected a below 0 and delta of at least 0, got {a.max()} and {delta.min()}")
    grown = delta[:, None] * a
    return np.exp(grown), np.expm1(grown) / a * b
