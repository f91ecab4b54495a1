"""As students at two in the morning: the loop of the sequence, copied from last week's exercise and bent until it ran."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def _cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


@right("h0_in_the_list_then_cut_off")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    T = x.shape[0]
    hs = [h0]
    t = 0
    while t < T:
        hs.append(_cell(x[t], hs[-1], W_ih, W_hh, b_ih, b_hh))
        t += 1
    hs = hs[1:]  # h0 not in it!!
    # print(len(hs), T)
    return np.array(hs)


@wrong(
    "always_from_h0",
    "The state is called h_t on the left, but the call still has h0 in it, so every step starts from h0.",
    "Which state goes into your step number 2? Follow the name on the right of the equals sign through two rounds of the loop.",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = []
    for x_t in x:
        h_t = _cell(x_t, h0, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
    return np.stack(h)


@wrong(
    "return_inside_loop",
    "The return is indented by one level too many, so the function ends after the first step.",
    "How many states come out of your function for T = 5? Look at how far your last line is indented.",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = []
    h_t = h0
    for t in range(len(x)):
        h_t = _cell(x[t], h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
        return np.stack(h)


@wrong(
    "fibonacci_loop",
    "The loop comes from a recursion whose first value is given: h[0] is set to h0 and the loop begins at 1, so x[0] is never read.",
    "h[t] should be the state after reading x[t]. What has your h[0] read?",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = np.zeros((len(x),) + h0.shape, dtype=h0.dtype)
    h[0] = h0
    for t in range(1, len(x)):
        h[t] = _cell(x[t], h[t - 1], W_ih, W_hh, b_ih, b_hh)
    return h


@wrong(
    "one_buffer_for_all",
    "The same array is filled anew at each step and appended T times, so all entries of the list are the last state.",
    "Compare your first state with your last one. How many different arrays are in your list, and who writes into them later?",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = []
    h_t = h0.copy()
    for x_t in x:
        h_t[:] = _cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
    return np.stack(h)
