r"""What a reservoir without tanh remembers, in closed form, for the chapter ``book/reservoir``."""

from __future__ import annotations

import math

import numpy as np

from rnncourse._arrays import require
from rnncourse.shapes import K_, N_, N_N, Count, checked
from rnncourse.sparse import spectral_radius


@checked
def linear_memory(W_hh: N_N, w: N_, delays: Count) -> K_:
    r"""The memory curve of linear units under white noise: what the best readout knows of the input k steps ago.

    .. math::
       r_k^2 = (W_{hh}^k w)^\top C^{-1}\, W_{hh}^k w, \qquad
       C = \sum_{j \ge 0} W_{hh}^j w\, (W_{hh}^j w)^\top

    Equation ``eq-reservoir-linear-memory``, for :math:`h_t = W_{hh} h_{t-1} + w x_t` and k = 0, 1, …, delays - 1. C is
    the covariance of the states. Summed over all k it is the trace of :math:`C^{-1} C`: the rank of C, at most N.
    Source: Jaeger (2001), GMD Report 152; least squares on independent inputs.

    C is nearly singular where columns resemble each other; so it is not formed: with the columns side by side,
    :math:`K = U S V^\top`, r_k² is the sum of squares of row k of V. Directions below rounding are left out.
    Raises ValueError unless the spectral radius is below 1.
    """
    rho = spectral_radius(W_hh)
    require(rho < 1, f"W_hh: expected a spectral radius below 1, for states that stay finite, got {rho:.4g}")
    eps = float(np.finfo(W_hh.dtype).eps)
    length = max(delays, 4 * len(w), math.ceil(math.log(eps) / math.log(rho)) if rho > 0 else 0)
    columns = [w]
    while len(columns) < length:
        columns.append(W_hh @ columns[-1])
    _, s, V = np.linalg.svd(np.stack(columns, axis=1), full_matrices=False)
    known = V[s > s[0] * eps * length]
    return (known[:, :delays] ** 2).sum(axis=0)
