"""As students of the third year at the end of term: asynchronous updates by loops and by columns."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("loop_over_states_too")
def downhill(s, W, theta, order):
    B, N = s.shape
    s = s.copy()
    E = np.zeros((len(order) + 1, B), dtype=s.dtype)

    def energy(v):
        return -0.5 * v @ W @ v + theta @ v

    for b in range(B):
        E[0, b] = energy(s[b])
        for n, i in enumerate(order):
            f = W[i] @ s[b] - theta[i]
            if f > 0:
                s[b, i] = 1
            elif f < 0:
                s[b, i] = -1
            E[n + 1, b] = energy(s[b])
    return s, E


@right("columns_of_the_batch")
def downhill(s, W, theta, order):
    out = np.array(s)
    energy = lambda a: -((a @ W) * a).sum(axis=1) / 2 + a @ theta  # noqa: E731
    E = [energy(out)]
    for i in order:
        field = out @ W[i] - theta[i]
        out[:, i] = np.where(field == 0, out[:, i], np.sign(field))
        E.append(energy(out))
    return out, np.stack(E)


@right("energy_by_what_changes")
def downhill(s, W, theta, order):
    x = s.copy()
    E = np.empty((len(order) + 1, len(s)), dtype=s.dtype)
    E[0] = -0.5 * np.einsum("bi,ij,bj->b", x, W, x) + np.einsum("i,bi->b", theta, x)
    for n, i in enumerate(order):
        f = x @ W[:, i] - theta[i]
        flip = f * x[:, i] < 0
        E[n + 1] = E[n] - 2 * np.abs(f) * flip  # ΔE = -f Δs, and the diagonal of W is 0
        x[flip, i] *= -1
    return x, E


@wrong(
    "fields_of_the_first_states",
    "All fields are computed from the states that were given: later units do not hear what has changed.",
    "After the first update, which state does the second unit hear?",
)
def downhill(s, W, theta, order):
    field = s @ W.T - theta
    new = s.copy()
    energy = lambda z: -0.5 * np.einsum("bi,ij,bj->b", z, W, z) + z @ theta  # noqa: E731
    E = [energy(new)]
    for i in order:
        new[:, i] = np.where(field[:, i] > 0, 1, np.where(field[:, i] < 0, -1, s[:, i]))
        E.append(energy(new))
    return new, np.array(E)


@wrong(
    "threshold_added",
    "The threshold is added to the field as if it were a bias.",
    "A large θ should keep a unit off. What does it do in yours?",
)
def downhill(s, W, theta, order):
    s = s.copy()
    E = [-0.5 * np.sum(s @ W * s, axis=1) + s @ theta]
    for i in order:
        h = s @ W[:, i] + theta[i]
        s[:, i] = np.where(h > 0, 1, np.where(h < 0, -1, s[:, i]))
        E.append(-0.5 * np.sum(s @ W * s, axis=1) + s @ theta)
    return s, np.array(E)


@wrong(
    "tie_goes_to_plus_one",
    "f >= 0 gives +1: at a tie a unit that was -1 is turned round.",
    "The field is exactly 0 and the unit is -1. What does it do by the task?",
)
def downhill(s, W, theta, order):
    x = s.copy()
    n, B = len(order), len(s)
    E = np.zeros((n + 1, B), s.dtype)
    for k in range(n + 1):
        E[k] = -np.sum(x * (x @ W), axis=1) / 2 + np.sum(theta * x, axis=1)
        if k < n:
            i = order[k]
            x[:, i] = np.where(x @ W[i] >= theta[i], 1, -1)
    return x, E


@wrong(
    "sign_of_nothing_is_zero",
    "np.sign(0) is 0: at a tie the unit becomes 0.",
    "Which numbers can np.sign return? Print the states: are all of them ±1?",
)
def downhill(s, W, theta, order):
    s = np.copy(s)
    H = lambda s: -0.5 * np.diag(s @ W @ s.T) + s.dot(theta)  # noqa: E731
    energies = [H(s)]
    for unit in order:
        s[:, unit] = np.sign(s.dot(W[unit]) - theta[unit])
        energies.append(H(s))
    return s, np.array(energies)


@wrong(
    "threshold_term_with_minus",
    "The threshold term of the energy has a minus.",
    "All couplings 0 and θ = (1,): which state has the lower energy, and where does the unit go?",
)
def downhill(s, W, theta, order):
    s = s.copy()

    def E_of(s):
        return np.array([-0.5 * v @ W @ v - theta @ v for v in s], dtype=s.dtype)

    E = [E_of(s)]
    for i in order:
        for b in range(len(s)):
            f = W[i] @ s[b] - theta[i]
            if f != 0:
                s[b, i] = 1 if f > 0 else -1
        E.append(E_of(s))
    return s, np.array(E)


@wrong(
    "pairs_counted_twice",
    "The factor 1/2 is missing: each pair of units counts twice.",
    "Two units, w = 1, both +1, no thresholds: E should be -1. And yours?",
)
def downhill(s, W, theta, order):
    s = s.copy()
    E = np.zeros((len(order) + 1, s.shape[0]), s.dtype)
    E[0] = -np.einsum("bi,ij,bj->b", s, W, s) + s @ theta
    for t, i in enumerate(order, start=1):
        f = s @ W[i] - theta[i]
        s[f > 0, i] = 1
        s[f < 0, i] = -1
        E[t] = -np.einsum("bi,ij,bj->b", s, W, s) + s @ theta
    return s, E


@wrong(
    "energy_before_each_update",
    "The energy is noted before each update: the first is there twice and the last is missing.",
    "Is E[-1] the energy of the states that you return?",
)
def downhill(s, W, theta, order):
    s = s.copy()
    en = lambda: -0.5 * ((s @ W) * s).sum(1) + (s * theta).sum(1)  # noqa: E731
    E = [en()]
    for i in order:
        E.append(en())
        f = s @ W[i] - theta[i]
        s[:, i] = np.where(f == 0, s[:, i], np.where(f > 0, 1, -1))
    return s, np.array(E)


@wrong(
    "given_states_changed",
    "s is changed in place: the states that came in are lost.",
    "Print s before and after the call.",
)
def downhill(s, W, theta, order):
    E = np.zeros((len(order) + 1, len(s)), dtype=s.dtype)
    E[0] = -0.5 * (s * (s @ W)).sum(axis=1) + s @ theta
    for k in range(len(order)):
        i = order[k]
        f = s @ W[:, i] - theta[i]
        s[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, s[:, i]))
        E[k + 1] = -0.5 * (s * (s @ W)).sum(axis=1) + s @ theta
    return s, E


@wrong(
    "sweep_instead_of_the_order",
    "The loop's counter is taken for the unit: units 0, 1, 2, … are updated, whatever order says.",
    "order = (3, 3, 1): which units are updated in yours?",
)
def downhill(s, W, theta, order):
    B, N = s.shape
    s = s.copy()
    E = [-0.5 * np.einsum("bi,bj,ij->b", s, s, W) + s @ theta]
    for i in range(len(order)):
        i = i % N
        f = s @ W[i] - theta[i]
        s[:, i] = np.where(f > 0, 1, np.where(f < 0, -1, s[:, i]))
        E.append(-0.5 * np.einsum("bi,bj,ij->b", s, s, W) + s @ theta)
    return s, np.stack(E)


@wrong(
    "turned_when_the_field_is_negative",
    "A unit is turned round whenever its field is negative, also when it is -1 already.",
    "The field is -2 and the unit is -1. What should it do?",
)
def downhill(s, W, theta, order):
    x = s.copy()
    E = np.zeros((1 + len(order), len(x)), dtype=x.dtype)
    E[0] = -0.5 * np.sum((x @ W) * x, 1) + x @ theta
    for n, i in enumerate(order):
        f = x @ W[i] - theta[i]
        x[:, i] = np.where(f < 0, -x[:, i], x[:, i])
        E[n + 1] = -0.5 * np.sum((x @ W) * x, 1) + x @ theta
    return x, E


@wrong(
    "energy_summed_over_the_pairs_of_states",
    "s @ W @ s.T holds the products of all pairs of states; its sum over a row mixes the states of the batch.",
    "Add a second state to the batch. Does the energy of the first change?",
)
def downhill(s, W, theta, order):
    s = s.copy()

    def energy(s):
        return -0.5 * (s @ W @ s.T).sum(axis=1) + s @ theta

    E = [energy(s)]
    for i in order:
        f = s @ W[i] - theta[i]
        s[:, i] = np.where(f == 0, s[:, i], np.sign(f))
        E.append(energy(s))
    return s, np.array(E)


@wrong(
    "steps_of_the_energy_halved",
    "The energy is carried on by -1/2 f Δs; the half belongs to the double sum, the step is -f Δs.",
    "Compute the energy of the last states directly. Is it E[-1]?",
)
def downhill(s, W, theta, order):
    z = s.copy()
    e = -0.5 * np.einsum("bi,ij,bj->b", z, W, z) + z @ theta
    E = [e]
    for i in order:
        f = z @ W[i] - theta[i]
        new = np.where(f > 0, 1, np.where(f < 0, -1, z[:, i])).astype(z.dtype)
        e = e - 0.5 * f * (new - z[:, i])
        z[:, i] = new
        E.append(e)
    return z, np.array(E)


@wrong(
    "one_field_for_the_batch",
    "One decision for all states: the sign of the first state's field is given to all rows.",
    "Two different states: do they always take the same value at unit i?",
)
def downhill(s, W, theta, order):
    s = s.copy()
    B = len(s)
    E = np.zeros((len(order) + 1, B), s.dtype)
    E[0] = [-0.5 * v @ W @ v + theta @ v for v in s]
    for k, i in enumerate(order):
        f = (s @ W[i] - theta[i])[0]
        if f > 0:
            s[:, i] = 1
        elif f < 0:
            s[:, i] = -1
        E[k + 1] = [-0.5 * v @ W @ v + theta @ v for v in s]
    return s, E
