"""The mathematics of the chapters made fast: NumPy, hand-derived backward, one module a cell.

``forward`` returns what the cell gives along a sequence (T, B, features), and last a tape, what it leaves for
``backward(upstream, tape, …) -> Gradients``. ``rnn`` and ``gru`` give the states h; ``lstm`` h and c_T; ``grud`` h and
the values last observed; ``ntm`` the outputs, where the heads have been and the last state. ``rtrl`` needs no tape:
its one function goes forward alone and returns gradients. Symbols are the reading version's. ``rnncourse.nn`` puts
torch's modules over all but ``rtrl``.
"""
