r"""A linear readout, fitted in one step: what is learned of a reservoir. For the chapter ``book/reservoir``."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from rnncourse._arrays import Array
from rnncourse.rules import ids
from rnncourse.shapes import L_N, M_K, M_N, P_, Ints, K_n, M_n, NotNegative, checked

L_K = Annotated[Array, "L K"]
L_n = Annotated[Array, "L n"]


@checked
def ridge(A: M_n, y: M_K, penalty: NotNegative = 0.0) -> K_n:
    r"""Linear weights by least squares, with a penalty λ on their squares.

    .. math::
       W = \operatorname*{argmin}_W \lVert A W^\top - y \rVert^2 + \lambda \lVert W \rVert^2, \qquad
       \begin{bmatrix} A \\ \sqrt\lambda\, I \end{bmatrix} = Q R, \quad
       R\, W^\top = Q^\top \begin{bmatrix} y \\ 0 \end{bmatrix}

    Equation ``eq-reservoir-ridge``. Every column of A is penalised, one of ones too. The normal equations
    :math:`(A^\top A + \lambda I) W^\top = A^\top y` say the same, but square the condition number: states of a
    reservoir resemble each other so much that 1e-16 becomes 1e-8 of error there. Q itself is not formed: y is
    factored along with A, and comes out as Qᵀy. Source: Golub and Van Loan (2013), sections 5.3 and 5.5.

    Where columns depend on each other many W fit, and the smallest is taken: what A does in a direction counts as
    nothing where it is at most max(n, 10 √(M + n + K)) ε of the largest (singular values of R; ε is the dtype's). That
    lies above what QR leaves of a column that the others make up: roundings, which add as a random walk does.

    Returns W (K, n).
    """
    (M, n), K = A.shape, y.shape[1]
    rows = np.zeros((M + (n if penalty else 0), n + K), A.dtype)
    rows[:M, :n], rows[:M, n:] = A, y
    np.fill_diagonal(rows[M:, :n], math.sqrt(penalty))
    QR = np.asarray(np.linalg.qr(rows, mode="r"))
    nothing = float(np.finfo(A.dtype).eps) * max(n, 10 * math.sqrt(sum(rows.shape)))
    return np.linalg.lstsq(QR[:n, :n], QR[:n, n:], rcond=nothing)[0].T


@checked
def penalty_errors(A: M_n, y: M_K, A_valid: L_n, y_valid: L_K, penalties: P_) -> P_:
    r"""The error of each penalty's readout on rows that were not in the fit.

    .. math:: E(\lambda) = \sqrt{\langle \lVert A_{\text{valid}} W(\lambda)^\top - y_{\text{valid}} \rVert^2 \rangle}

    Equation ``eq-reservoir-validation``, W(λ) from :func:`ridge`; the mean is over rows and outputs. The penalty of the
    smallest error is taken. On the rows of the fit λ = 0 always is. Source: validation on held-out data.
    """
    errors = [np.sqrt(((A_valid @ ridge(A, y, float(penalty)).T - y_valid) ** 2).mean()) for penalty in penalties]
    return np.array(errors, A.dtype)


@checked
def classify(A: M_N, labels: Annotated[Ints, ids("M", below="M")], A_new: L_N, penalty: NotNegative = 1.0) -> Ints:
    r"""The classes that a linear readout, fitted to one-hot targets, gives to new states.

    .. math:: \hat y = \operatorname*{argmax}_k \; \bigl( W_{ho} [r; 1] \bigr)_k

    Equation ``eq-reservoir-classify``, W_ho from :func:`ridge`. Source: least squares on class indicators.

    Shapes: A (M, N) states, labels (M,) integers from 0, A_new (L, N); returns (L,).
    """
    one, new = (np.concatenate([a, np.ones_like(a[:, :1])], axis=1) for a in (A, A_new))
    W_ho = ridge(one, np.eye(int(labels.max()) + 1, dtype=A.dtype)[labels], penalty)
    return (new @ W_ho.T).argmax(axis=1)
