"""As students of the third year at the end of term: attention as they know it, with part of the state held fast."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("softmax_and_where")
def complete(h, known, xi, beta, steps):
    def energy(h):
        z = beta * h @ xi.T
        top = z.max(axis=1)
        lse = top + np.log(np.exp(z - top[:, None]).sum(axis=1))
        return -lse / beta + 0.5 * (h * h).sum(axis=1)

    E = [energy(h)]
    for _ in range(steps):
        z = beta * h @ xi.T
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        h = np.where(known == 1, h, p @ xi)
        E.append(energy(h))
    return h, p, np.array(E)


@right("example_by_example")
def complete(h, known, xi, beta, steps):
    B, N = h.shape
    P = len(xi)
    H, p, E = h.copy(), np.zeros((B, P), h.dtype), np.zeros((steps + 1, B), h.dtype)
    for b in range(B):
        x = H[b]  # a view
        for n in range(steps + 1):
            a = [beta * float(np.dot(xi[m], x)) for m in range(P)]
            top = max(a)
            w = np.exp(np.array(a) - top)
            E[n, b] = -(top + np.log(w.sum())) / beta + float(np.dot(x, x)) / 2
            if n == steps:
                break
            p[b] = w / w.sum()
            mixed = p[b] @ xi
            for i in range(N):
                if not known[b, i]:
                    x[i] = mixed[i]
    return H, p, E


@right("logaddexp_and_a_mask")
def complete(h, known, xi, beta, steps):
    free = (1 - known).astype(h.dtype)
    x, E = h, []
    for _ in range(steps):
        scores = x @ xi.T * h.dtype.type(beta)
        lse = np.logaddexp.reduce(scores, axis=1, keepdims=True)
        E.append(0.5 * np.einsum("bi,bi->b", x, x) - lse[:, 0] / h.dtype.type(beta))
        p = np.exp(scores - lse)
        x = x + free * (p @ xi - x)
        x = np.where(known, h, x)
    lse = np.logaddexp.reduce(x @ xi.T * h.dtype.type(beta), axis=1)
    E.append(0.5 * np.einsum("bi,bi->b", x, x) - lse / h.dtype.type(beta))
    return x, p, np.stack(E)


@wrong(
    "exponentials_overflow",
    "exp of β ξ·h without subtracting the maximum: infinite for large β.",
    "β = 1000: what is exp(1000)? Which number may you subtract within each example?",
)
def complete(h, known, xi, beta, steps):
    E = []
    for _ in range(steps):
        e = np.exp(beta * h @ xi.T)
        Z = e.sum(axis=1, keepdims=True)
        E.append(-np.log(Z[:, 0]) / beta + 0.5 * np.sum(h**2, axis=1))
        p = e / Z
        h = np.where(known == 1, h, p @ xi)
    E.append(-np.log(np.exp(beta * h @ xi.T).sum(axis=1)) / beta + 0.5 * np.sum(h**2, axis=1))
    return h, p, np.array(E)


@wrong(
    "known_entries_move_too",
    "All entries are replaced by the mixture of the patterns, the known ones as well.",
    "Compare h at the known entries before and after.",
)
def complete(h, known, xi, beta, steps):
    def lse(a):
        m = np.max(a, axis=-1)
        return m + np.log(np.sum(np.exp(a - m[..., None]), axis=-1))

    energies = []
    for _ in range(steps):
        a = beta * (h @ xi.T)
        energies.append(-lse(a) / beta + np.sum(h * h, axis=1) / 2)
        p = np.exp(a - lse(a)[:, None])
        h = p @ xi
    energies.append(-lse(beta * (h @ xi.T)) / beta + np.sum(h * h, axis=1) / 2)
    return h, p, np.array(energies)


@wrong(
    "mask_turned_round",
    "known is read as missing: the known entries move and the unknown ones stay.",
    "known[b, i] = 1: may entry i change?",
)
def complete(h, known, xi, beta, steps):
    h = h.copy()
    E = np.zeros((steps + 1, len(h)), h.dtype)
    for n in range(steps + 1):
        z = beta * np.einsum("bi,pi->bp", h, xi)
        c = z.max(1, keepdims=True)
        w = np.exp(z - c)
        E[n] = -(c[:, 0] + np.log(w.sum(1))) / beta + (h**2).sum(1) / 2
        if n < steps:
            p = w / w.sum(1, keepdims=True)
            new = p @ xi
            h[known == 1] = new[known == 1]
    return h, p, E


@wrong(
    "weights_from_the_known_alone",
    "The weights are computed from the known entries only; they should use the whole state.",
    "Change an unknown entry of h. Do the weights change?",
)
def complete(h, known, xi, beta, steps):
    def energy(x):
        z = beta * x @ xi.T
        return -np.logaddexp.reduce(z, axis=1) / beta + 0.5 * np.sum(x * x, axis=1)

    E = [energy(h)]
    for _ in range(steps):
        z = beta * (h * known) @ xi.T
        z = z - z.max(axis=1, keepdims=True)
        p = np.exp(z)
        p /= p.sum(axis=1, keepdims=True)
        h = known * h + (1 - known) * (p @ xi)
        E.append(energy(h))
    return h.astype(xi.dtype), p.astype(xi.dtype), np.array(E, dtype=xi.dtype)


@wrong(
    "weights_after_the_last_update",
    "p is computed once more from the last states; those that the last update used are wanted.",
    "steps = 1: is p the softmax of the states that were given?",
)
def complete(h, known, xi, beta, steps):
    def softmax(z):
        z = z - z.max(axis=1, keepdims=True)
        e = np.exp(z)
        return e / e.sum(axis=1, keepdims=True)

    def energy(h):
        z = beta * h @ xi.T
        m = z.max(axis=1)
        return -(m + np.log(np.exp(z - m[:, None]).sum(axis=1))) / beta + 0.5 * (h**2).sum(axis=1)

    E = [energy(h)]
    p = softmax(beta * h @ xi.T)
    for _ in range(steps):
        h = np.where(known == 1, h, p @ xi)
        p = softmax(beta * h @ xi.T)
        E.append(energy(h))
    return h, p, np.array(E)


@wrong(
    "maximum_not_put_back_in_the_energy",
    "The maximum is subtracted in the logarithm of the energy but not added again.",
    "A single pattern: E is -ξ·h + h·h/2. What do you get?",
)
def complete(h, known, xi, beta, steps):
    E = []
    h = h.copy()
    for n in range(steps + 1):
        z = beta * h @ xi.T
        z = z - z.max(axis=1, keepdims=True)
        e = np.exp(z)
        E.append(-np.log(e.sum(axis=1)) / beta + 0.5 * (h * h).sum(axis=1))
        if n == steps:
            break
        p = e / e.sum(axis=1, keepdims=True)
        h = np.where(known, h, p @ xi)
    return h, p, np.array(E)


@wrong(
    "not_divided_by_beta",
    "The logarithm in the energy is not divided by β.",
    "A single pattern: the first term of E is -ξ·h, whatever β is. And yours?",
)
def complete(h, known, xi, beta, steps):
    def E_of(x):
        return -np.logaddexp.reduce(beta * x @ xi.T, axis=1) + (x * x).sum(axis=1) / 2

    out = [E_of(h)]
    for _ in range(steps):
        s = beta * h @ xi.T
        p = np.exp(s - np.logaddexp.reduce(s, axis=1)[:, None])
        h = np.where(known == 0, p @ xi, h)
        out.append(E_of(h))
    return h, p, np.array(out)


@wrong(
    "softmax_over_the_examples",
    "The softmax goes over axis 0, the examples, not over the patterns.",
    "Add up the rows of your p. Each should be 1.",
)
def complete(h, known, xi, beta, steps):
    def energy(h):
        z = beta * h @ xi.T
        mx = z.max(1)
        return -(np.log(np.sum(np.exp(z - mx[:, None]), 1)) + mx) / beta + np.sum(h * h, 1) / 2

    E = [energy(h)]
    for _ in range(steps):
        z = beta * h @ xi.T
        p = np.exp(z - np.max(z, axis=0))
        p = p / np.sum(p, axis=0)
        h = np.where(known == 1, h, p @ xi)
        E.append(energy(h))
    return h, p, np.stack(E)


@wrong(
    "scaled_like_attention",
    "The scores are divided by the root of N, as the attention of transformers does; here β alone scales them.",
    "Which number multiplies ξ·h in the exponent by the task?",
)
def complete(h, known, xi, beta, steps):
    scale = h.dtype.type(beta / np.sqrt(h.shape[1]))

    def energy(h):
        z = h.dtype.type(beta) * h @ xi.T
        m = z.max(axis=1)
        return -(m + np.log(np.exp(z - m[:, None]).sum(axis=1))) / h.dtype.type(beta) + 0.5 * (h * h).sum(axis=1)

    E = [energy(h)]
    for _ in range(steps):
        z = scale * (h @ xi.T)
        attn = np.exp(z - z.max(axis=1, keepdims=True))
        attn = attn / attn.sum(axis=1, keepdims=True)
        h = np.where(known.astype(bool), h, attn @ xi)
        E.append(energy(h))
    return h, attn, np.array(E)


@wrong(
    "always_from_the_first_state",
    "Each update starts from the states that were given, so that all steps after the first do the same.",
    "Does your second update use what the first has made?",
)
def complete(h, known, xi, beta, steps):
    def scores(x):
        z = beta * x @ xi.T
        return z, z.max(axis=1, keepdims=True)

    def energy(x):
        z, m = scores(x)
        return -(m[:, 0] + np.log(np.exp(z - m).sum(axis=1))) / beta + np.einsum("bi,bi->b", x, x) / 2

    E = [energy(h)]
    for _ in range(steps):
        z, m = scores(h)
        p = np.exp(z - m)
        p = p / p.sum(axis=1, keepdims=True)
        new = np.where(known == 1, h, p @ xi)
        E.append(energy(new))
    return new, p, np.array(E)


@wrong(
    "unknown_set_to_zero_first",
    "The unknown entries are set to 0 at the start; the task uses them as they are given.",
    "Is E[0] the energy of the states that were given?",
)
def complete(h, known, xi, beta, steps):
    x = h * known.astype(h.dtype)
    E = []
    for k in range(steps + 1):
        z = beta * x @ xi.T
        m = z.max(axis=1, keepdims=True)
        w = np.exp(z - m)
        Z = w.sum(axis=1, keepdims=True)
        E.append((-(m + np.log(Z)) / beta)[:, 0] + 0.5 * (x * x).sum(axis=1))
        if k < steps:
            p = w / Z
            x = np.where(known == 1, x, p @ xi)
    return x, p, np.array(E)


@wrong(
    "best_pattern_copied",
    "The unknown entries are copied from the pattern with the largest weight, not from the weighted mean of all.",
    "With small β all weights are nearly equal. What should an unknown entry be then?",
)
def complete(h, known, xi, beta, steps):
    def both(x):
        z = beta * x @ xi.T
        lse = np.logaddexp.reduce(z, axis=1)
        return np.exp(z - lse[:, None]), -lse / beta + 0.5 * (x**2).sum(axis=1)

    p, e = both(h)
    E = [e]
    for n in range(steps):
        last = p
        h = np.where(known == 1, h, xi[np.argmax(p, axis=1)])
        p, e = both(h)
        E.append(e)
    return h, last, np.array(E)


@wrong(
    "entry_by_entry",
    "The unknown entries move one after the other, each with new weights; one update moves all of them with the same weights.",
    "How often are the weights computed in one update, by the task?",
)
def complete(h, known, xi, beta, steps):
    h = h.copy()

    def weights(x):
        z = beta * (xi @ x)
        w = np.exp(z - z.max())
        return w / w.sum()

    def energy(x):
        z = beta * (xi @ x)
        return -(z.max() + np.log(np.exp(z - z.max()).sum())) / beta + 0.5 * x @ x

    E = [[energy(x) for x in h]]
    p = np.zeros((len(h), len(xi)), h.dtype)
    for _ in range(steps):
        for b in range(len(h)):
            for i in np.flatnonzero(known[b] == 0):
                p[b] = weights(h[b])
                h[b, i] = p[b] @ xi[:, i]
        E.append([energy(x) for x in h])
    return h, p, np.array(E, dtype=h.dtype)


@wrong(
    "energy_without_its_second_term",
    "The energy lacks h·h/2.",
    "A single pattern ξ and h = ξ: E should be -ξ·ξ/2. And yours?",
)
def complete(h, known, xi, beta, steps):
    E = np.zeros((steps + 1, h.shape[0]), dtype=h.dtype)
    x = h.copy()
    for n in range(steps):
        z = beta * x.dot(xi.T)
        m = z.max(axis=1)
        e = np.exp(z - m[:, None])
        E[n] = -(m + np.log(e.sum(axis=1))) / beta
        p = e / e.sum(axis=1)[:, None]
        mix = p.dot(xi)
        x[known == 0] = mix[known == 0]
    z = beta * x.dot(xi.T)
    E[steps] = -(z.max(axis=1) + np.log(np.exp(z - z.max(axis=1)[:, None]).sum(axis=1))) / beta
    return x, p, E
