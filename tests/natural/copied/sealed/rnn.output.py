"""As a student who copies a many-to-many example and adapts the last layer: the scores of every step."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("scores_inside_the_loop")
def f(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h, scores = h0, []
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        scores.append((W_ho @ h.T).T + b_ho)
    return np.array(scores)


@right("time_distributed_dense")
def f(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    (T, B, _), H = x.shape, len(b_hh)
    h = np.zeros((T + 1, B, H), dtype=x.dtype)
    h[-1] = h0
    for t in range(T):
        h[t] = np.tanh(x[t] @ W_ih.T + b_ih + h[t - 1] @ W_hh.T + b_hh)
    flat = h[:T].reshape(T * B, H)
    return (flat @ W_ho.T + b_ho).reshape(T, B, -1)


@right("einsum_and_bias_as_a_column")
def f(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    states = [h0]
    for x_t in x:
        states.append(np.tanh(x_t @ W_ih.T + b_ih + states[-1] @ W_hh.T + b_hh))
    h = np.stack(states[1:])
    h1 = np.concatenate([h, np.ones_like(h[:, :, :1])], axis=2)
    return np.einsum("tbh,kh->tbk", h1, np.column_stack([W_ho, b_ho]))


@wrong(
    "probabilities_returned",
    "Applies the softmax of the original script, although the scores before it are asked for.",
    "Your results are positive and each row adds up to 1. Is that what a score is?",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h, ps = h0, []
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        y = h @ W_ho.T + b_ho
        e = np.exp(y - y.max(axis=1, keepdims=True))
        ps.append(e / e.sum(axis=1, keepdims=True))
    return np.stack(ps)


@wrong(
    "last_step_only",
    "Gives scores for the last state only, as a classifier of whole sequences with return_sequences=False.",
    "Compare the shape of your result with the docstring. For how many steps does the network speak?",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = h0
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return h @ W_ho.T + b_ho


@wrong(
    "reshape_for_transpose",
    "Gets the shape (H, K) for W_ho by reshape, which keeps the order of the numbers, where a transpose is needed.",
    "Try your way of making an (H, K) matrix on a small one with the numbers 0 to 5. Where does the second row go?",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h, outs = h0, []
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        outs.append(h @ W_ho.reshape(h.shape[1], -1) + b_ho)
    return np.stack(outs)


@wrong(
    "output_squashed_too",
    "Puts a tanh around the output as well, like the network of the old lecture.",
    "None of your scores is larger than 1. What does the formula apply to the sum, and what do you?",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h, outs = h0, []
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        outs.append(np.tanh(h @ W_ho.T + b_ho))
    return np.stack(outs)


@wrong(
    "decoder_without_bias",
    "Leaves the bias of the output layer out, as the tied decoder it was copied from has none.",
    "Set every weight to 0 in your head: what should the network then say, and what does yours?",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h, outs = h0, []
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        outs.append(h)
    return np.dot(np.stack(outs), W_ho.T)


@wrong(
    "output_from_the_state_before",
    "Stores h0 at place 0 and then reads the first T of T+1 states, so each output comes from the state one step too early.",
    "Does your first output depend on x[0]? Look at which T of your T+1 states go into the output layer.",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    T, B, _ = x.shape
    h = np.zeros((T + 1, B, len(W_hh)), dtype=x.dtype)
    h[0] = h0
    for t in range(T):
        h[t + 1] = np.tanh(x[t] @ W_ih.T + b_ih + h[t] @ W_hh.T + b_hh)
    return h[:T] @ W_ho.T + b_ho


@wrong(
    "folded_back_batch_first",
    "Flattens the states in the order time, batch, but folds the scores back as batch, time and then swaps the axes.",
    "With B = 1 you are right, otherwise scores sit at other places. In which order do the rows stand after you flattened them?",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    T, B, _ = x.shape
    h, outs = h0, []
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        outs.append(h)
    logits = np.concatenate(outs) @ W_ho.T + b_ho
    return logits.reshape(B, T, -1).transpose(1, 0, 2)
