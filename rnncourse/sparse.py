r"""Recurrent weights that nobody trains: drawn at random, sparse, with a spectral radius. For :mod:`rnncourse.esn`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnncourse._arrays import require
from rnncourse.shapes import K_N, N_N, Count, Ints, NotNegative, checked


@checked
def spectral_radius(W: N_N) -> float:
    r"""The largest modulus of an eigenvalue.

    .. math:: \rho(W) = \max_i |\lambda_i(W)|

    Equation ``eq-reservoir-radius``. Eigenvalues come in complex pairs, and the largest may be negative: it is the
    modulus that counts, not the real part, and not the largest singular value. Source: definition.
    """
    return float(np.abs(np.linalg.eigvals(W)).max())


@checked
def scale_to_radius(W: N_N, rho: NotNegative) -> N_N:
    r"""The same matrix with the spectral radius asked for. Do it last: whatever changes W later changes its radius.

    .. math:: W_{hh} = \frac{\rho}{\rho(W)}\, W

    Equation ``eq-reservoir-scale``. Source: Jaeger (2001), GMD Report 148.

    Raises ValueError when every eigenvalue of W is 0.
    """
    radius = spectral_radius(W)
    rounding = len(W) * np.finfo(W.dtype).eps * np.abs(W).max()
    require(radius > rounding, "W: expected an eigenvalue other than 0, got none (no loops): there is nothing to scale")
    return W * W.dtype.type(rho / radius)


@dataclass(frozen=True)
class SparseMatrix:
    """A matrix with as many entries in each row: row n holds weight[k, n] in column column[k, n], summed over k.

    column (K, N) integers, weight (K, N). Its product costs KN multiplications in place of N².
    """

    column: Ints
    weight: K_N

    def dense(self) -> N_N:
        """The same matrix as an array (N, N)."""
        N = self.column.shape[1]
        W = np.zeros((N, N), self.weight.dtype)
        np.add.at(W, (np.broadcast_to(np.arange(N), self.column.shape), self.column), self.weight)
        return W


@checked
def sparse_random(N: Count, degree: Count, rho: NotNegative, seed: int = 0) -> SparseMatrix:
    r"""Recurrent weights with ``degree`` entries a row, uniform in -1 … 1, scaled to the spectral radius rho.

    .. math:: w_{nj} \sim \mathrm{U}(-1, 1) \text{ for } K \text{ random } j, \qquad \rho(W_{hh}) = \rho

    Equation ``eq-reservoir-sparse``. The radius costs N³ operations, 0.3 s for N = 1000; see
    :func:`sparse_orthogonal`. Source: Jaeger (2001), GMD Report 148.

    Raises ValueError unless degree ≤ N.
    """
    require(degree <= N, f"degree: expected 1 to N = {N} entries a row, got {degree}")
    rng = np.random.default_rng(seed)
    index = rng.random((N, N)).argpartition(degree - 1, axis=1)[:, :degree]
    index = np.sort(index, axis=1).T.copy()  # the order of argpartition is the processor's
    W = SparseMatrix(index, rng.uniform(-1, 1, (degree, N)))
    scaled = scale_to_radius(W.dense(), rho)
    return SparseMatrix(index, scaled[np.arange(N), index])


@checked
def sparse_orthogonal(N: Count, degree: Count, rho: NotNegative, seed: int = 0) -> SparseMatrix:
    r"""Recurrent weights that turn the state and shrink it by rho: a sparse orthogonal matrix times rho.

    .. math:: W_{hh} = \rho\, R_m P_m \cdots R_1 P_1, \qquad K = 2^m

    Equation ``eq-reservoir-orthogonal``: P shuffles the units, R turns each pair of neighbours by a random angle.
    All eigenvalues have modulus rho exactly, at no cost, and all directions are forgotten equally slowly.
    Source: products of plane rotations; White, Lee and Sompolinsky (2004), Phys. Rev. Lett. 92, for the memory.

    Raises ValueError unless N is even and degree is 2, 4, 8, … up to N.
    """
    require(not N % 2, f"N: expected an even number of units, got {N}")
    powers = [2**m for m in range(1, N.bit_length())]
    require(degree in powers, f"degree: expected 2, 4, 8, … up to N = {N}, got {degree}")
    rng = np.random.default_rng(seed)
    index, weight = np.arange(N)[None], np.full((1, N), float(rho))
    while len(index) < degree:
        order, angle = rng.permutation(N), rng.uniform(0, 2 * np.pi, N // 2)
        first, second = order[0::2], order[1::2]
        cos, sin = np.cos(angle), np.sin(angle)
        index = np.repeat(np.concatenate([index[:, first], index[:, second]]), 2, axis=1)
        turned = np.concatenate([weight[:, first] * cos, weight[:, second] * sin])
        other = np.concatenate([weight[:, first] * -sin, weight[:, second] * cos])
        weight = np.stack([turned, other], axis=2).reshape(-1, N)
    return SparseMatrix(index, weight)
