import numpy as np


def prime_olga(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    h = h0.T
    for ids in prompt:
        h = np.tanh(W_ih[:, ids] + W_hh @ h + (b_ih + b_hh)[:, np.newaxis])
    return h.T


def prime_tara(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    result = np.empty_like(h0)
    for b in range(prompt.shape[1]):
        h = h0[b].copy()
        for s in prompt[:, b]:
            z = W_ih[:, s] + b_ih + b_hh
            h = np.tanh(z + np.einsum("ij,j->i", W_hh, h))
        result[b] = h
    return result


def prime_kira(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    out = []
    for b in range(prompt.shape[1]):
        seen = set()
        h = h0[b]
        for s in prompt[:, b].tolist():
            if s in seen:
                continue
            seen.add(s)
            h = np.tanh(W_ih[:, s] + b_ih + W_hh @ h + b_hh)
        out.append(h)
    return np.stack(out)


def prime_carla(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    H = h0.T
    for i in range(prompt.shape[0]):
        k = prompt[i, :] - 1
        H = np.tanh(W_ih[:, k] + W_hh @ H + b_ih[:, None] + b_hh[:, None])
    return H.T


def prime_jule(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    emb = W_ih.T[prompt]
    h = h0
    for e in emb:
        h = np.tanh(e + h @ W_hh.T + b_hh)
    return h


def prime_ben(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    F = W_ih.shape[1]
    ids = prompt[0]
    h = h0
    for _ in range(len(prompt)):
        x = (np.arange(F) == ids[:, None]).astype(h0.dtype)
        h = np.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        ids = h.argmax(axis=1) % F
    return h


RIGHT = {
    'column_lookup': prime_olga,
    'one_example_at_a_time': prime_tara,
}

WRONG = {
    'seen_symbols_skipped': (
        prime_kira,
        "'Each symbol once' is read as: a symbol that has occurred before is skipped.",
        "What should the network read in the word 'hello'? Count the steps that your function makes for a prompt with a repetition.",
    ),
    'counted_from_one': (
        prime_carla,
        'The symbols are taken to be numbered from 1, as in MATLAB or R.',
        'Which column of W_ih do you look up for symbol 0? The text says in which range the integers are.',
    ),
    'lookup_skips_bias': (
        prime_jule,
        'The look-up replaces the whole share of the input, with its bias b_ih.',
        'You replaced a product by a look-up, which is fine. What else stood next to the product in the equation?',
    ),
    'generates_instead': (
        prime_ben,
        'After the first symbol the network is fed its own largest unit instead of the next symbol of the prompt.',
        'Change the last symbol of the prompt: does your state notice? The prompt is given and not to be invented.',
    ),
}
