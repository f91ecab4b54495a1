"""The mathematics of the chapters made fast: NumPy, hand-derived backward, one module a cell.

Each module has ``forward(x, …) -> (h, tape)``, the LSTM's ``-> (h, c_T, tape)``, and
``backward(dy, tape, …) -> Gradients`` over arrays (T, B, features), with the reading version's symbols. The tape is
what the forward pass leaves for the backward pass. ``rnncourse.nn`` puts torch's modules over them.
"""
