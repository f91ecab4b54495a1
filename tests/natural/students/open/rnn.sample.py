import numpy as np


def _probs(o, tau):
    z = (o - o.max(axis=1, keepdims=True)) / tau
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def sample_nils(o, tau, u):
    ks = np.zeros(len(o), dtype=int)
    for b in range(o.shape[0]):
        e = np.exp((o[b] - max(o[b])) / tau)
        p = e / e.sum()
        level = 0.0
        for k in range(o.shape[1]):
            level += p[k]
            ks[b] = k
            if level > u[b]:
                break
    return ks


def sample_paul(o, tau, u):
    z = o / tau
    p = np.exp(z - np.max(z, axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    above = np.add.accumulate(p, axis=-1) > u[:, None]
    above[:, -1] = True
    return above.argmax(axis=-1)


def sample_emil(o, tau, u):
    p = _probs(o, tau)
    out = []
    for i in range(len(p)):
        out.append(np.searchsorted(np.cumsum(p[i]), u[i]))
    return np.minimum(np.array(out), o.shape[1] - 1)


def sample_zoe(o, tau, u):
    p = _probs(o, tau)
    rng = np.random.default_rng()
    return np.array([rng.choice(p.shape[1], p=p_b) for p_b in p])


def sample_uwe(o, tau, u):
    return np.argmax(_probs(o, tau), axis=-1)


def sample_mia(o, tau, u):
    e = np.exp(o - o.max(axis=1)[:, None])
    p = e / e.sum(axis=1)[:, None] / tau
    c = p.cumsum(axis=1)
    k = np.zeros(len(u), dtype=int)
    for b in range(len(u)):
        while k[b] < o.shape[1] - 1 and c[b, k[b]] <= u[b]:
            k[b] += 1
    return k


def sample_dana(o, tau, u):
    cum = np.cumsum(_probs(o, tau), axis=-1)
    n_above = (cum > u[:, None]).sum(axis=-1)
    return n_above - 1


RIGHT = {
    'walk_up_the_ladder': sample_nils,
    'argmax_of_flags': sample_paul,
}

WRONG = {
    'searchsorted_left': (
        sample_emil,
        'searchsorted with its default side returns the first rung that reaches u instead of the first that exceeds it.',
        "What do you return when u equals a cumulated probability exactly? Read 'exceeds' once more.",
    ),
    'own_random_number': (
        sample_zoe,
        "The symbol is drawn with NumPy's generator, and u is not used.",
        'Call your function twice with the same arguments. Where does the randomness come from, and what is u for?',
    ),
    'greedy': (
        sample_uwe,
        'The most probable symbol is returned; nothing is drawn.',
        'Does your answer change when u changes?',
    ),
    'temperature_on_p': (
        sample_mia,
        'The temperature divides the probabilities, and the ladder does not end at 1 any more.',
        'Where does your ladder end at a temperature of 2? What does the temperature divide?',
    ),
    'from_the_top': (
        sample_dana,
        'The rungs above u are counted and the count is returned, so that the ladder is climbed from the other end.',
        'What do you return for u = 0, and what for u near 1? Which of the two should be symbol 0?',
    ),
}
