"""The systems as modules in torch.nn's manner.

RNN, LSTM, GRU, MinGRU, GRUD, NTM, NARX and ESN run over :mod:`rnncourse.kernels` where a kernel serves; Hopfield is
torch's operations. RNNCell, LSTMCell and GRUCell are torch's own, as all sequences of a few steps are.
"""

from rnncourse._extras import needs

with needs(__name__, "torch"):
    from torch.nn import GRUCell, LSTMCell, RNNCell

from rnncourse.nn.esn import ESN
from rnncourse.nn.grud import GRUD
from rnncourse.nn.hopfield import Hopfield
from rnncourse.nn.mingru import MinGRU
from rnncourse.nn.narx import NARX
from rnncourse.nn.ntm import NTM
from rnncourse.nn.recurrent import GRU, LSTM, RNN

__all__ = ["ESN", "GRU", "GRUD", "LSTM", "NARX", "NTM", "RNN", "GRUCell", "Hopfield", "LSTMCell", "MinGRU", "RNNCell"]
