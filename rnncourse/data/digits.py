r"""Handwritten digits, pixel by pixel: 64 steps, one of 16 grey values each.

Source: Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, https://doi.org/10.24432/C50P49,
CC BY 4.0; the 1797 images of 8 × 8 pixels that come with scikit-learn, which is imported when they are asked for.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncourse._arrays import Array, expect
from rnncourse._extras import needs
from rnncourse.data.tasks import Seed

SIDE = 8


class Digits(NamedTuple):
    """Images as sequences x (64, N, 1), row by row from the top left, and the digits 0 … 9 they show, (N,)."""

    x: Array
    labels: NDArray[np.int64]


def digits(test_share: float = 0.2, seed: int = 0) -> tuple[Digits, Digits, float]:
    """Images to train on, others to test on, and the value of a pixel without ink.

    The split has the same share of every digit in both parts. Pixels are float32, standardised by mean and standard
    deviation of the training images.

    Raises ValueError unless each part has an image of every digit, ImportError when scikit-learn is not installed.
    """
    with needs(__name__, "data"):
        from sklearn.datasets import load_digits
    if not 0 < test_share < 1:
        raise ValueError(f"test_share: expected a number between 0 and 1, got {test_share}")
    images, labels = load_digits(return_X_y=True)
    rng, test = np.random.default_rng(seed), np.zeros(len(labels), bool)
    for digit in range(10):
        members = rng.permutation(np.flatnonzero(labels == digit))
        n = round(test_share * len(members))
        if not 0 < n < len(members):
            raise ValueError(f"test_share: expected an image of every digit in both parts, got {test_share}")
        test[members[:n]] = True
    mean, std = images[~test].mean(), images[~test].std()
    x = ((images - mean) / std).astype(np.float32).T[:, :, None]
    return (
        Digits(x[:, ~test], labels[~test].astype(np.int64)),
        Digits(x[:, test], labels[test].astype(np.int64)),
        float(np.float32(-mean / std)),
    )


def shift(x: Array, background: float, seed: Seed = 0) -> Array:
    """Move each image by -1, 0 or 1 pixel down and across; what enters at the edge is background.

    Shape: x (64, B, 1); returns a new array of the same shape and dtype.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    B = expect(x=(x, f"{SIDE * SIDE} B 1"))["B"]
    wide: NDArray[Any] = np.full((SIDE + 2, SIDE + 2, B), background, x.dtype)
    wide[1:-1, 1:-1] = x.reshape(SIDE, SIDE, B)
    down, across = np.random.default_rng(seed).integers(0, 3, (2, B))
    rows, columns = np.arange(SIDE)[:, None] + down, np.arange(SIDE)[:, None] + across
    return wide[rows[:, None], columns[None], np.arange(B)].reshape(x.shape)
