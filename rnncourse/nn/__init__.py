"""The systems as modules in torch.nn's manner.

RNN, LSTM, GRU, GRUD and NTM run over :mod:`rnncourse.kernels` where a kernel serves; NARX and ESN have their own
loops in NumPy; Hopfield is torch's operations.
"""

from rnncourse.nn.esn import ESN
from rnncourse.nn.grud import GRUD
from rnncourse.nn.hopfield import Hopfield
from rnncourse.nn.narx import NARX
from rnncourse.nn.ntm import NTM
from rnncourse.nn.recurrent import GRU, LSTM, RNN

__all__ = ["ESN", "GRU", "GRUD", "LSTM", "NARX", "NTM", "RNN", "Hopfield"]
