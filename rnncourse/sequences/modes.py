r"""One network, five tasks: the ways to put a sequence in and get one out. For the chapter ``book/sequences``.

Nothing here changes its arguments.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from rnncourse import rnn
from rnncourse.rules import within
from rnncourse.shapes import (
    B_F,
    B_K,
    H_,
    H_F,
    H_H,
    K_,
    K_H,
    T_B_F,
    T_B_K,
    Count,
    checked,
)


class Network(NamedTuple):
    """A recurrent network with its output layer: W_ih (H, F), W_hh (H, H), b_ih, b_hh (H,), W_ho (K, H), b_ho (K,)."""

    W_ih: H_F
    W_hh: H_H
    b_ih: H_
    b_hh: H_
    W_ho: K_H
    b_ho: K_

    @checked
    def outputs(self: Network, x: T_B_F) -> T_B_K:
        """Outputs (T, B, K) along x (T, B, F), from the state 0."""
        h0 = np.zeros((x.shape[1], len(self.W_hh)), x.dtype)
        h = rnn.forward(x, h0, self.W_ih, self.W_hh, self.b_ih, self.b_hh)
        return rnn.output_layer(h, self.W_ho, self.b_ho)


@checked
def one_to_one(x: B_F, net: Network) -> B_K:
    r"""One vector in, one out: a single step, which no state precedes. W_hh does nothing.

    .. math:: o = W_{ho} \tanh(W_{ih} x + b_{ih} + b_{hh}) + b_{ho}

    Equation ``eq-sequences-one-to-one``. Source: lectures of Perdikaris, Wang and CSC413.
    """
    return net.outputs(x[None])[0]


@checked
def one_to_many(x: B_F, net: Network, T: Count) -> T_B_K:
    r"""One vector in, a sequence out: the input comes at the first step, zeros after it.

    .. math:: x_1 = x, \quad x_2 = \dots = x_T = 0, \qquad o_t = W_{ho} h_t + b_{ho}, \quad t = 1, \dots, T

    Equation ``eq-sequences-one-to-many``. Source: lectures of Perdikaris, Wang and CSC413; a caption from an image.
    """
    return net.outputs(np.concatenate([x[None], np.zeros((T - 1, *x.shape), x.dtype)]))


def many_to_one(x: T_B_F, net: Network) -> B_K:
    r"""A sequence in, one vector out: the output of the last step.

    .. math:: o = W_{ho} h_T + b_{ho}

    Equation ``eq-sequences-many-to-one``. Source: lectures of Perdikaris, Wang and CSC413; the language of a name.
    """
    return net.outputs(x)[-1]


@checked
def many_to_many(x: T_B_F, net: Network, T_out: Count) -> T_B_K:
    r"""A sequence in, then a sequence out, of another length: reading stops before writing starts.

    .. math:: x_{T+1} = \dots = x_{T+T'} = 0, \qquad o_t = W_{ho} h_t + b_{ho}, \quad t = T+1, \dots, T+T'

    Equation ``eq-sequences-many-to-many``; T' = T_out. Source: lectures of Perdikaris, Wang and CSC413; a translation.
    """
    return net.outputs(np.concatenate([x, np.zeros((T_out, *x.shape[1:]), x.dtype)]))[len(x) :]


def synced(x: T_B_F, net: Network) -> T_B_K:
    r"""A sequence in, an output at every step: output t has seen the inputs up to t, and none after.

    .. math:: o_t = W_{ho} h_t + b_{ho}, \qquad t = 1, \dots, T

    Equation ``eq-sequences-synced``. Source: lectures of Perdikaris, Wang and CSC413; the next character.
    """
    return net.outputs(x)


Gain = Annotated[float, within(1, math.inf, "more than 1", without="low")]


@checked
def shift_register(k: Count, gain: Gain = 3.0) -> Network:
    r"""A network of k units that predicts what came k steps before: each unit takes over what the last one held.

    .. math:: h_t^{(1)} = \tanh(a\, x_t), \qquad h_t^{(i)} = \tanh(a\, h_{t-1}^{(i-1)}), \quad i = 2, \dots, k, \qquad
       o_t = (-10\, h_t^k,\ 10\, h_t^k)

    Equation ``eq-sequences-shift-register``, for inputs -1 and 1 and a gain a > 1, which keeps them apart: k numbers
    do what takes an HMM 2^k states (:func:`ring_hmm`). Source: definition.

    The network reads (T, B, 1); output t is for symbol t+1.
    """
    W_ih, W_hh, W_ho = np.zeros((k, 1)), gain * np.eye(k, k=-1), np.zeros((2, k))
    W_ih[0], W_ho[:, -1] = gain, (-10, 10)
    return Network(W_ih, W_hh, np.zeros(k), np.zeros(k), W_ho, np.zeros(2))


@checked
def parity_network(gain: Gain = 3.0) -> Network:
    r"""A network of two units that says whether the ones so far are odd in number: what no window can.

    .. math::
       h_t^{(1)} = \tanh(a\,(p_{t-1} + x_t - 1)), \qquad h_t^{(2)} = \tanh(a\,(p_{t-1} + x_t + 1)), \qquad
       p_t = h_t^{(2)} - h_t^{(1)} - 1, \qquad o_t = (-10\, p_t,\ 10\, p_t)

    Equation ``eq-sequences-parity``, for inputs -1 and 1: p is near 1 after an odd number of ones and near -1 after an
    even one, as it is for the state 0. The units tell the sums -2, 0 and 2 apart. Source: definition.

    The network reads (T, B, 1); output t is for the ones of the steps 1 to t.
    """
    p = np.array([-1.0, 1.0])  # h to p, but for the constant -1, which stands in the biases
    b_ih, W_ho = gain * np.array([-2.0, 0.0]), 10 * np.stack([-p, p])
    return Network(np.full((2, 1), gain), gain * np.stack([p, p]), b_ih, np.zeros(2), W_ho, np.array([10.0, -10.0]))


@checked
def mlp_parameter_count(T: Count, F: Count, H: Count, K: Count) -> int:
    r"""Numbers to learn in a network with one hidden layer that reads T steps at once; an RNN's do not grow with T.

    .. math:: N_{\mathrm{MLP}} = H\,TF + H + KH + K

    Equation ``eq-sequences-mlp-parameters``; compare :func:`rnncourse.rnn.parameter_count`. Source: the shapes of two
    dense layers.
    """
    return H * T * F + H + K * H + K
