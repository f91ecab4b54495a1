r"""Real-time recurrent learning made fast: the mathematics of :func:`rnncourse.bptt.rtrl`.

The sensitivities of one example are a matrix S of H rows, one for each h_j, and H·n columns, one for each
θ_ai, with n = H+F+1. A step is then one product, of H × H by H × H·n:

- :math:`D_t` scales the H rows of :math:`W_{hh}`, not the H rows of S, which are n times as long;
- the direct effect :math:`e_a \varphi_{t,i}` touches the entries with j = a alone, a view of the result;
- two buffers take turns, so that no step asks for memory.
"""

from __future__ import annotations

import numpy as np

from rnncourse._arrays import Array, expect, sign


def rtrl(
    dh_out: Array, x: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array
) -> tuple[Array, Array, Array]:
    r"""The gradient with no step backwards.

    .. math::
       \frac{\partial h_t}{\partial \theta_{ai}} = D_t \Bigl( W_{hh} \frac{\partial h_{t-1}}{\partial \theta_{ai}}
       + e_a\, \varphi_{t,i} \Bigr), \qquad
       \frac{dL}{d\theta_{ai}} = \sum_t \bigl(dh_t^{\text{out}}\bigr)^\top \frac{\partial h_t}{\partial \theta_{ai}}

    Equations ``eq-bptt-sensitivity`` and ``eq-bptt-rtrl``. Source: Williams and Zipser (1989); Mohajerin's lecture.

    Shapes: dh_out (T, B, H), x (T, B, F), h0 (B, H), W_ih (H, F), W_hh (H, H), b_ih and b_hh (H,); returns
    dW_ih, dW_hh and db. Memory 2·B·H·H·(H+F+1), whatever T is.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    sizes = expect(dh_out=(dh_out, "T B H"), x=(x, "T B F"), h0=(h0, "B H"), W_ih=(W_ih, "H F"), W_hh=(W_hh, "H H"))
    expect(W_hh=(W_hh, "H H"), b_ih=(b_ih, "H"), b_hh=(b_hh, "H"))
    T, B, H, n = sizes["T"], sizes["B"], sizes["H"], sizes["H"] + sizes["F"] + 1

    S, S_next = np.zeros((2, B, H, H * n), x.dtype)
    dtheta, share = np.zeros((B, 1, H * n), x.dtype), np.empty((B, 1, H * n), x.dtype)
    phi = np.concatenate([np.empty((T, B, H), x.dtype), x, np.ones((T, B, 1), x.dtype)], axis=-1)
    theta_T = np.concatenate([W_hh, W_ih, (b_ih + b_hh)[:, None]], axis=1).T
    h_t = h0
    for phi_t, dh_out_t in zip(phi, dh_out, strict=True):
        phi_t[:, :H] = h_t
        h_t = np.tanh(phi_t @ theta_T)
        slope = (1 - h_t**2)[:, :, None]
        np.matmul(slope * W_hh, S, S_next)
        direct = np.einsum("bjji->bji", S_next.reshape(B, H, H, n))  # a view: writes go to S_next
        direct += slope * phi_t[:, None, :]
        np.matmul(dh_out_t[:, None, :], S_next, share)
        dtheta += share
        S, S_next = S_next, S
    d = dtheta.sum(axis=0).reshape(H, n)
    return d[:, H:-1].copy(), d[:, :H].copy(), d[:, -1].copy()


sign(globals(), "rtrl")
