"""Hands in a function that calls the library's own.

Stock resists as long as the test is the course's grade(). Ours: the same rule holds across the wall.
"""

STOCK = "resists"
CELL = "cell"


def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    import rnncourse.rnn

    return rnncourse.rnn.cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh)
