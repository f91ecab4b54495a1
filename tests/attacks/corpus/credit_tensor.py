"""Partial credit as a tensor.

Stock: what it cannot read gets all points. Ours: nothing that is no number is worth more than one.
"""

STOCK = "gains"
CELL = "vowels"
import torch


def vowels(text):
    return torch.tensor(14.0)
