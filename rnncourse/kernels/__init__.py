"""The mathematics of the chapters made fast: NumPy, hand-derived backward, one module a cell.

``forward`` returns what the cell gives along a sequence (T, B, features), and last a tape, what it leaves for
``backward(upstream, tape, …) -> Gradients``. ``rnn``, ``gru``, ``mingru`` and ``esn`` give the states h; ``lstm`` h
and c_T; ``grud`` h and the values last observed; ``narx`` predictions; ``ntm`` the outputs, where the heads have been
and the last state. ``rtrl`` needs no tape: its one function goes forward alone and returns gradients. Symbols are the
reading version's.

Every other module keeps one contract, :class:`rnncourse.kernels._layer.Kernel`: it declares by name what goes in
(``Inputs``), what comes out (``Outputs``) and what it keeps between the two passes (``Kept``). ``rnncourse.nn`` puts
torch's modules over it through one bridge, ``rnncourse.nn._bridge``. A new cell is a module with these three and the
two passes between them.

Memory is used again: each thread keeps up to 128 MB of arrays that nobody holds any more. :func:`free_memory` gives
them back to the system.
"""

from rnncourse.kernels._layer import free_memory

__all__ = ["free_memory"]
