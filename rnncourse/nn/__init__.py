"""Modules of torch over :mod:`rnncourse.kernels`: torch.nn's manner, and the backward pass by hand."""

from rnncourse.nn.recurrent import GRU, LSTM, RNN

__all__ = ["GRU", "LSTM", "RNN"]
