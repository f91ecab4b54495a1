"""As put together from forums, blogs and papers: flips, einsum over directions, and merging as others do it."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def scan(x, h, W, U, b):
    out = []
    for x_t in x:
        h = np.tanh(np.einsum("bf,hf->bh", x_t, W) + np.einsum("bk,hk->bh", h, U) + b)
        out.append(h)
    return np.stack(out)


@right("flip_in_flip_out")
def both_ways(x, h0, W_ih, W_hh, b):
    fwd = scan(x, h0[0], W_ih[0], W_hh[0], b[0])
    bwd = np.flip(scan(np.flip(x, 0), h0[1], W_ih[1], W_hh[1], b[1]), 0)
    return np.mean(np.stack([fwd, bwd]), axis=0)


@right("both_directions_in_one_einsum")
def both_ways(x, h0, W_ih, W_hh, b):
    # a leading axis of two directions; direction 1 gets the steps from the end
    X = np.stack([x, x[::-1]])
    Z = np.einsum("dtbf,dhf->dtbh", X, W_ih) + b[:, None, None, :]
    h, T = h0, len(x)
    H = np.empty_like(Z)
    for t in range(T):
        h = np.tanh(Z[:, t] + np.einsum("dbk,dhk->dbh", h, W_hh))
        H[:, t] = h
    return 0.5 * (H[0] + H[1, ::-1])


@right("block_diagonal_layer")
def both_ways(x, h0, W_ih, W_hh, b):
    # one tanh layer of 2H units with block diagonal weights on [x_t, x_{T-1-t}]
    H = h0.shape[-1]
    Z = np.zeros_like
    W = np.block([[W_ih[0], Z(W_ih[0])], [Z(W_ih[1]), W_ih[1]]])
    U = np.block([[W_hh[0], Z(W_hh[0])], [Z(W_hh[1]), W_hh[1]]])
    hs = scan(np.concatenate([x, x[::-1]], -1), np.concatenate(list(h0), -1), W, U, b.reshape(-1))
    return (hs[..., :H] + hs[::-1, :, H:]) / 2


@wrong(
    "index_one_for_forwards",
    "Index 1 is used for the way forwards and 0 for the way back.",
    "Which index has the way forwards in the task?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    bwd = scan(x[::-1], h0[0], W_ih[0], W_hh[0], b[0])[::-1]
    fwd = scan(x, h0[1], W_ih[1], W_hh[1], b[1])
    return (fwd + bwd) / 2


@wrong(
    "features_flipped",
    "np.flip(x, -1) turns the features round, so the second direction reads forwards with mixed inputs.",
    "Which axis has time in (T, B, F)?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    fwd = scan(x, h0[0], W_ih[0], W_hh[0], b[0])
    bwd = scan(np.flip(x, -1), h0[1], W_ih[1], W_hh[1], b[1])
    return (fwd + np.flip(bwd, -1)) / 2


@wrong(
    "all_axes_flipped",
    "np.flip without an axis turns all axes round: steps, examples and features.",
    "What does np.flip do if no axis is named? Print it for a small x.",
)
def both_ways(x, h0, W_ih, W_hh, b):
    fwd = scan(x, h0[0], W_ih[0], W_hh[0], b[0])
    bwd = np.flip(scan(np.flip(x), h0[1], W_ih[1], W_hh[1], b[1]))
    return (fwd + bwd) / 2


@wrong(
    "neighbouring_units_averaged",
    "The directions are put side by side and reshaped to (T, B, H, 2): the mean is over neighbouring units, nearly always of one direction.",
    "In [forward, back], which numbers are at places 0 and 1? Which two should be averaged?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    fwd = scan(x, h0[0], W_ih[0], W_hh[0], b[0])
    bwd = scan(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])[::-1]
    T, B, H = fwd.shape
    return np.concatenate([fwd, bwd], axis=-1).reshape(T, B, H, 2).mean(axis=-1)


@wrong(
    "bias_of_forwards_for_both",
    "b[0] is added in both directions; the way back has b[1].",
    "Change b[1]. Does anything happen?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    fwd = scan(x, h0[0], W_ih[0], W_hh[0], b[0])
    bwd = scan(x[::-1], h0[1], W_ih[1], W_hh[1], b[0])[::-1]
    return (fwd + bwd) / 2


@wrong(
    "without_the_step_itself",
    "As in a language model read from both sides, the states before and after a step are joined, so step t itself is left out.",
    "Should h_t depend on x_t? Change x_t and look.",
)
def both_ways(x, h0, W_ih, W_hh, b):
    fwd = scan(x, h0[0], W_ih[0], W_hh[0], b[0])
    bwd = scan(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])[::-1]
    fwd = np.concatenate([h0[:1], fwd[:-1]])
    bwd = np.concatenate([bwd[1:], h0[1:]])
    return (fwd + bwd) / 2


@wrong(
    "larger_of_the_two",
    "The larger of the two states is taken for each unit, as in max pooling over directions.",
    "Forward 0.8 and back -0.2: what is h by the formula?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    fwd = scan(x, h0[0], W_ih[0], W_hh[0], b[0])
    bwd = scan(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])[::-1]
    return np.maximum(fwd, bwd)


@wrong(
    "product_of_the_two",
    "The directions are multiplied (merge_mode='mul').",
    "Is the formula's join a product or a mean?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    fwd = scan(x, h0[0], W_ih[0], W_hh[0], b[0])
    bwd = scan(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])[::-1]
    return fwd * bwd


@wrong(
    "only_back_halved",
    "Operator precedence: only the backward state is halved.",
    "In a + b / 2, what is divided by 2?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    fwd = scan(x, h0[0], W_ih[0], W_hh[0], b[0])
    bwd = scan(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])[::-1]
    return fwd + bwd / 2


@wrong(
    "both_start_from_zeros",
    "h0 is ignored and both directions start from zeros, as frameworks do if nothing is given.",
    "Does h0 change your answer?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    zero = np.zeros_like(h0[0])
    fwd = scan(x, zero, W_ih[0], W_hh[0], b[0])
    bwd = scan(x[::-1], zero, W_ih[1], W_hh[1], b[1])[::-1]
    return (fwd + bwd) / 2


@wrong(
    "tanh_of_the_mean_once_more",
    "The mean goes through tanh once more.",
    "How often does tanh stand between x_t and h_t in the three formulas?",
)
def both_ways(x, h0, W_ih, W_hh, b):
    fwd = scan(x, h0[0], W_ih[0], W_hh[0], b[0])
    bwd = scan(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])[::-1]
    return np.tanh((fwd + bwd) / 2)


@wrong(
    "einsum_directions_of_the_weights_transposed",
    "dkh in place of dhk: the recurrent matrices are used transposed; they are square, so nothing complains.",
    "In W_hh h, which index of W_hh is summed over? Compare it with your einsum.",
)
def both_ways(x, h0, W_ih, W_hh, b):
    X = np.stack([x, x[::-1]])
    Z = np.einsum("dtbf,dhf->dtbh", X, W_ih) + b[:, None, None, :]
    h, hs = h0, []
    for t in range(len(x)):
        h = np.tanh(Z[:, t] + np.einsum("dbk,dkh->dbh", h, W_hh))
        hs.append(h)
    hs = np.stack(hs)
    return 0.5 * (hs[:, 0] + hs[::-1, 1])


@wrong(
    "x_reversed_in_place",
    "x[:] = x[::-1] turns the caller's array round; the answer is right, but x is not what it was.",
    "Print x[0] before and after the call.",
)
def both_ways(x, h0, W_ih, W_hh, b):
    fwd = scan(x, h0[0], W_ih[0], W_hh[0], b[0])
    x[:] = x[::-1].copy()
    bwd = scan(x, h0[1], W_ih[1], W_hh[1], b[1])[::-1]
    return (fwd + bwd) / 2


@wrong(
    "back_reads_the_forward_states",
    "The way back reads the states of the way forwards, as a second layer would, and not x.",
    "What do the weights W_ih[1] meet: x or a state? Set F different from H.",
)
def both_ways(x, h0, W_ih, W_hh, b):
    fwd = scan(x, h0[0], W_ih[0], W_hh[0], b[0])
    bwd = scan(fwd[::-1], h0[1], W_ih[1], W_hh[1], b[1])[::-1]
    return (fwd + bwd) / 2
