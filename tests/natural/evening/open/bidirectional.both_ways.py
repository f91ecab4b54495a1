"""As a tired student after work: the same loop written twice, the second time from memory of Bidirectional(merge_mode='ave')."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def one_way(x, h, W_ih, W_hh, b):
    hs = []
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        hs.append(h)
    return np.array(hs)


@right("turned_round_twice")
def both_ways(x, h0, W_ih, W_hh, b):
    forward = one_way(x, h0[0], W_ih[0], W_hh[0], b[0])
    back = one_way(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])
    return (forward + back[::-1]) / 2


@right("two_loops_one_array")
def both_ways(x, h0, W_ih, W_hh, b):
    T, B, _ = x.shape
    H = h0.shape[-1]
    out = np.zeros((T, B, H), dtype=x.dtype)
    h = h0[0]
    for t in range(T):
        h = np.tanh(x[t] @ W_ih[0].T + h @ W_hh[0].T + b[0])
        out[t] += h
    h = h0[1]
    for t in range(T - 1, -1, -1):
        h = np.tanh(x[t] @ W_ih[1].T + h @ W_hh[1].T + b[1])
        out[t] += h
    out /= 2
    return out


@right("directions_in_a_loop")
def both_ways(x, h0, W_ih, W_hh, b):
    T = len(x)
    both = np.empty((2, T) + h0.shape[1:], dtype=x.dtype)
    for d in (0, 1):
        steps = range(T) if d == 0 else reversed(range(T))
        h = h0[d]
        for t in steps:
            h = np.tanh(np.dot(x[t], W_ih[d].T) + np.dot(h, W_hh[d].T) + b[d])
            both[d, t] = h
    return both.mean(axis=0)


@wrong(
    "one_set_of_weights",
    "Both directions use the weights at index 0; the way back has its own at index 1.",
    "Change W_ih[1]. Does your answer change?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    forward = one_way(x, h0[0], W_ih[0], W_hh[0], b[0])
    back = one_way(x[::-1], h0[1], W_ih[0], W_hh[0], b[0])
    return (forward + back[::-1]) / 2


@wrong(
    "back_in_reading_order",
    "The states of the way back are left in the order in which they were read: step 0 is joined with the last one.",
    "Your first backward state: which x has it read? With which forward state do you average it?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    forward = one_way(x, h0[0], W_ih[0], W_hh[0], b[0])
    back = one_way(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])
    return (forward + back) / 2


@wrong(
    "sum_for_mean",
    "The two directions are added and not halved (merge_mode='sum').",
    "May a mean of two tanh be larger than 1? May yours?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    forward = one_way(x, h0[0], W_ih[0], W_hh[0], b[0])
    back = one_way(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])
    return forward + back[::-1]


@wrong(
    "side_by_side",
    "The two directions stand side by side, 2H units, as in torch.",
    "How many units should the output have? Read how the two are joined here.",
)
def both_ways(x, h0, W_ih, W_hh, b):
    forward = one_way(x, h0[0], W_ih[0], W_hh[0], b[0])
    back = one_way(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])
    return np.concatenate([forward, back[::-1]], axis=-1)


@wrong(
    "back_starts_from_h0_of_forwards",
    "Both directions start from h0[0]; the state behind the last step is h0[1].",
    "What does the task say h0[1] is?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    forward = one_way(x, h0[0], W_ih[0], W_hh[0], b[0])
    back = one_way(x[::-1], h0[0], W_ih[1], W_hh[1], b[1])
    return (forward + back[::-1]) / 2


@wrong(
    "batch_turned_round",
    "x[:, ::-1] turns the examples round, not the steps.",
    "Which axis of x is time? Which one did you turn?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    forward = one_way(x, h0[0], W_ih[0], W_hh[0], b[0])
    back = one_way(x[:, ::-1], h0[1], W_ih[1], W_hh[1], b[1])
    return (forward + back[:, ::-1]) / 2


@wrong(
    "both_forwards",
    "The second direction reads forwards as well.",
    "Change the last x alone. Should the first row of h change? Does yours?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    one = one_way(x, h0[0], W_ih[0], W_hh[0], b[0])
    two = one_way(x, h0[1], W_ih[1], W_hh[1], b[1])
    return (one + two) / 2


@wrong(
    "recurrent_matrix_not_transposed",
    "h @ W_hh without .T, as with a Keras recurrent kernel; it fits because W_hh is square.",
    "W_hh h for a row h: on which side does the matrix stand, and is it transposed?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    def run(steps, d):
        h = h0[d]
        hs = [None] * len(x)
        for t in steps:
            h = np.tanh(x[t] @ W_ih[d].T + h @ W_hh[d] + b[d])
            hs[t] = h
        return np.array(hs)

    T = len(x)
    return (run(range(T), 0) + run(range(T - 1, -1, -1), 1)) / 2


@wrong(
    "back_goes_on_from_forward",
    "The way back starts from the last forward state instead of h0[1]; the two are to know nothing of each other.",
    "Change W_ih[0]: does the backward half of your answer change?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    forward = one_way(x, h0[0], W_ih[0], W_hh[0], b[0])
    back = one_way(x[::-1], forward[-1], W_ih[1], W_hh[1], b[1])
    return (forward + back[::-1]) / 2


@wrong(
    "zeros_of_float64",
    "The result is added up in np.zeros without a dtype: float64 for float32 inputs too.",
    "Which dtype does your answer have for float32 inputs?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    T, B, _ = x.shape
    out = np.zeros((T, B, h0.shape[-1]))
    h = h0[0]
    for t in range(T):
        h = np.tanh(x[t] @ W_ih[0].T + h @ W_hh[0].T + b[0])
        out[t] += h / 2
    h = h0[1]
    for t in reversed(range(T)):
        h = np.tanh(x[t] @ W_ih[1].T + h @ W_hh[1].T + b[1])
        out[t] += h / 2
    return out


@wrong(
    "mean_fed_back",
    "In one loop over both ends, the mean of the two states is fed back to both directions.",
    "Does the formula of the forward state contain the mean h, or its own state before?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    T = len(x)
    f, r = h0[0], h0[1]
    out = [0] * T
    for t in range(T):
        f = np.tanh(x[t] @ W_ih[0].T + f @ W_hh[0].T + b[0])
        r = np.tanh(x[T - 1 - t] @ W_ih[1].T + r @ W_hh[1].T + b[1])
        out[t] = out[t] + f / 2
        out[T - 1 - t] = out[T - 1 - t] + r / 2
        f = r = (f + r) / 2
    return np.array(out)


@wrong(
    "first_step_missed_on_the_way_back",
    "The backward loop ends at step 1: step 0 never gets its backward state and is only half the forward one.",
    "Which t does range(T - 1, 0, -1) give for T = 3?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    T = len(x)
    out = one_way(x, h0[0], W_ih[0], W_hh[0], b[0]) / 2
    h = h0[1]
    for t in range(T - 1, 0, -1):
        h = np.tanh(x[t] @ W_ih[1].T + h @ W_hh[1].T + b[1])
        out[t] += h / 2
    return out


@wrong(
    "averaged_inside_the_tanh",
    "The arguments of tanh are averaged and tanh is taken of the mean.",
    "Is tanh of a mean the mean of the tanh? Try 0 and 4.",
)
def both_ways(x, h0, W_ih, W_hh, b):
    T = len(x)
    a = [0] * T
    h = h0[0]
    for t in range(T):
        z = x[t] @ W_ih[0].T + h @ W_hh[0].T + b[0]
        a[t] = a[t] + z / 2
        h = np.tanh(z)
    h = h0[1]
    for t in reversed(range(T)):
        z = x[t] @ W_ih[1].T + h @ W_hh[1].T + b[1]
        a[t] = a[t] + z / 2
        h = np.tanh(z)
    return np.tanh(np.array(a))


@wrong(
    "whole_mean_turned_round",
    "Beside the way back, the result is turned round as well: the rows of the answer run from the last step to the first.",
    "Which row of your answer has the forward state of step 0?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    forward = one_way(x, h0[0], W_ih[0], W_hh[0], b[0])
    back = one_way(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])
    return ((forward + back[::-1]) / 2)[::-1].copy()
