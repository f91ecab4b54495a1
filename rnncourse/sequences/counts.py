r"""Windows of symbols, counted: what follows them, and what no function of them can know. For ``book/sequences``.

Symbols are integers, oldest first. Nothing here changes its arguments.
"""

from __future__ import annotations

import numpy as np

from rnncourse._arrays import Array, require
from rnncourse.shapes import B_ids, Count, N_ids_K, Natural, T_B_ids, checked


@checked
def ngram(ids: N_ids_K, L: Natural, K: Count) -> Array:
    r"""How often each symbol follows each window of L symbols: an n-gram model, n = L+1.

    .. math:: p(k \mid c) = \frac{n_{ck} + 1}{\sum_i n_{ci} + K}, \qquad c = (s_{t-L}, \dots, s_{t-1})

    Equation ``eq-sequences-ngram``; :math:`n_{ck}` counts symbol k after window c in the text s, and the 1 keeps what
    never came from being impossible. Source: Shannon (1951); Laplace's rule of succession.

    Returns p[c_1, …, c_L, k], of shape (K, …, K): K^(L+1) numbers. Raises ValueError unless N > L.
    """
    require(len(ids) > L, f"ids: expected at least L+1 = {L + 1} symbols, got {len(ids)}")
    counts = np.ones((K,) * (L + 1))
    np.add.at(counts, tuple(ids[i : len(ids) - L + i] for i in range(L + 1)), 1)
    return counts / counts.sum(axis=-1, keepdims=True)


@checked
def window_limit(x: T_B_ids, y: B_ids, L: Count) -> float:
    r"""The share of labels that is right where each window of the last L symbols gets its commonest label.

    .. math:: a(L) = \frac1B \sum_{c} \max_k n_{ck}, \qquad
       n_{ck} = \sum_b [\,(x_{T-L+1,b}, \dots, x_{T,b}) = c,\ y_b = k\,]

    Equation ``eq-sequences-window-limit``. Of all sequences of a task it is the best that any function of the window
    reaches, for what the windows do not tell apart it must answer alike. Source: Bayes' decision rule.

    Shapes: x (T, B) and y (B,), integers; returns a number in (0, 1]. Raises ValueError unless L ≤ T.
    """
    require(len(x) >= L, f"L: expected at most T = {len(x)} steps, got {L}")
    require(len(y) == x.shape[1], f"y: expected B = {x.shape[1]} labels, got {len(y)}")
    _, c = np.unique(x[len(x) - L :], axis=1, return_inverse=True)
    n = np.zeros((c.max() + 1, y.max() + 1), dtype=np.int64)
    np.add.at(n, (c.ravel(), y), 1)
    return float(n.max(axis=1).sum() / len(y))
