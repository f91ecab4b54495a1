"""Weights of a module for a page, where a figure computes with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch


def float16_weights(module: torch.nn.Module) -> dict[str, np.ndarray[Any, np.dtype[np.float16]]]:
    """Parameters and buffers of any module, by the names of its ``state_dict``, rounded to float16.

    A function marked ``@result`` returns them, ``make results`` keeps them, and the steps in ``book/_figures/cells.js``
    read them by these names.

    Raises ValueError for a weight that is no finite number of float16.
    """
    weights = {}
    for name, w in module.state_dict().items():
        rounded = w.detach().cpu().half().numpy()
        if not np.isfinite(rounded).all():
            raise ValueError(f"{name}: expected weights of at most 65504, got {float(w.abs().max()):.3g}")
        weights[name] = rounded
    return weights
