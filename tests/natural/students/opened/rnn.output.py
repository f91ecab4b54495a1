import numpy as np

from rnncourse import rnn


def output_nils(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    return np.tensordot(h, W_ho, axes=(2, 1)) + b_ho


def output_sven(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    def scores():
        h = h0.T
        for x_t in x:
            h = np.tanh(W_ih @ x_t.T + W_hh @ h + (b_ih + b_hh)[:, None])
            yield (W_ho @ h + b_ho[:, None]).T
    return np.stack(tuple(scores()))


def output_zoe(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    T, B, F = x.shape
    H, K = W_hh.shape[0], W_ho.shape[0]
    h = np.zeros((T, B, H), dtype=x.dtype)
    s = h0
    for t in range(T):
        s = np.tanh(x[t] @ W_ih.T + b_ih + s @ W_hh.T + b_hh)
        h[t] = s
    flat = h.reshape(T * B, H) @ W_ho.T + b_ho
    return flat.reshape(B, T, K).transpose(1, 0, 2)


def output_uwe(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    layer = lambda v, W, b: np.tanh(v @ W.T + b)
    h, o = h0, []
    for x_t in x:
        h = layer(np.hstack([x_t, h]), np.hstack([W_ih, W_hh]), b_ih + b_hh)
        o.append(layer(h, W_ho, b_ho))
    return np.stack(o)


def output_hanna(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    o = h @ W_ho.T + b_ho
    e = np.exp(o - o.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def output_jonas(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    T, B = x.shape[:2]
    o = np.zeros((T, B, len(b_ho)), x.dtype)
    h = h0
    for t in range(T):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    o[:] = h @ W_ho.T + b_ho
    return o


RIGHT = {
    'with_library_forward': output_nils,
    'columns_generator': output_sven,
}

WRONG = {
    'reshape_batch_first': (
        output_zoe,
        'The states are flattened with time first and the outputs unflattened as if the batch came first, which mixes steps and examples.',
        'Follow the numbers of example 0 at step 1 through your two reshapes. Where do they end up?',
    ),
    'tanh_on_output': (
        output_uwe,
        'The output layer is squashed by tanh like the hidden layer.',
        'What range do your scores have? Read again what comes after the product with W_ho.',
    ),
    'softmax_of_scores': (
        output_hanna,
        'The softmax is applied, although the scores before it are asked for.',
        'Do your rows sum to 1? Compare with what the task says about the result.',
    ),
    'last_output_everywhere': (
        output_jonas,
        'Only the last output is computed and broadcast to all steps.',
        'Are the outputs of two different steps different in your result? Every state should have its own.',
    ),
}
