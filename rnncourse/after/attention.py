r"""Attention over everything so far, and what it costs beside a state."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rnncourse.rnn import softmax
from rnncourse.shapes import T_B_D, T_B_V, Count, checked


class Cost(NamedTuple):
    """Of T steps of one layer and example, D keys and values wide."""

    multiplications: int
    kept: int
    """Numbers that have to be there for the next step."""


@checked
def causal_attention(q: T_B_D, k: T_B_D, v: T_B_V) -> T_B_V:
    r"""Each step asks all steps up to itself, and mixes their values.

    .. math::
       o_t = \sum_{s \le t} \alpha_{ts} v_s, \qquad
       \alpha_{t \cdot} = \mathrm{softmax}_{s \le t}\!\left(\frac{q_t^\top k_s}{\sqrt D}\right)

    Equation ``eq-after-attention``. Source: Vaswani et al. (2017), eq. 1, with the mask of section 3.2.3.
    """
    T, _, D = q.shape
    scores = np.einsum("tbd,sbd->bts", q, k) / math.sqrt(D)
    scores = np.where(np.tri(T, dtype=bool), scores, -np.inf)
    return np.einsum("bts,sbv->tbv", softmax(scores), v)


@checked
def attention_cost(T: Count, D: Count) -> Cost:
    r"""Attention by itself: each pair of steps once for its score and once for its value.

    .. math:: D\, T\, (T + 1) \text{ multiplications}, \qquad 2\, T\, D \text{ numbers kept}

    Equation ``eq-after-attention-cost``. Source: counting ``eq-after-attention``.
    """
    return Cost(D * T * (T + 1), 2 * T * D)


@checked
def memory_cost(T: Count, D: Count) -> Cost:
    r"""A state of D by D: forgotten, written and asked once a step.

    .. math:: 3\, D^2\, T \text{ multiplications}, \qquad D^2 \text{ numbers kept}

    Equation ``eq-after-memory-cost``. Source: counting ``eq-after-memory``.
    """
    return Cost(3 * D * D * T, D * D)


def breaks_even(D: int) -> int:
    r"""From which length on the state needs fewer multiplications.

    .. math:: T = 3 D

    Equation ``eq-after-even``. Source: D T (T + 1) > 3 D² T.
    """
    return 3 * D
