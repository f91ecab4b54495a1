"""Modules of torch over :mod:`rnncourse.kernels`: torch.nn's manner, and the backward pass by hand."""

from rnncourse.nn.esn import ESN
from rnncourse.nn.grud import GRUD
from rnncourse.nn.hopfield import Hopfield
from rnncourse.nn.narx import NARX
from rnncourse.nn.ntm import NTM
from rnncourse.nn.recurrent import GRU, LSTM, RNN

__all__ = ["ESN", "GRU", "GRUD", "LSTM", "NARX", "NTM", "RNN", "Hopfield"]
