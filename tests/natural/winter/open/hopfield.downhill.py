"""As students of physics who know the Ising model, and Metropolis better than Hopfield."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("state_by_state")
def downhill(s, W, theta, order):
    B, N = s.shape
    out = s.copy()
    E = np.zeros((len(order) + 1, B), dtype=s.dtype)

    def energy(v):
        return -0.5 * (v @ W @ v) + theta @ v

    for b in range(B):
        E[0, b] = energy(out[b])
        for n, i in enumerate(order):
            f = W[i] @ out[b] - theta[i]
            if f > 0:
                out[b, i] = 1
            elif f < 0:
                out[b, i] = -1
            E[n + 1, b] = energy(out[b])
    return out, E


@right("columns_and_einsum")
def downhill(s, W, theta, order):
    energy = lambda v: -np.einsum("ij,bi,bj->b", W, v, v) / 2 + v @ theta
    s = np.array(s)
    E = [energy(s)]
    for i in order:
        f = s @ W[:, i] - theta[i]
        s[:, i] = np.where(f == 0, s[:, i], np.sign(f))
        E.append(energy(s))
    return s, np.stack(E)


@right("differences_of_energy")
def downhill(s, W, theta, order):
    fields = s @ W.T - theta
    s = s + 0
    E = np.empty((len(order) + 1, len(s)), s.dtype)
    E[0] = -0.5 * ((fields + theta) * s).sum(axis=1) + (theta * s).sum(axis=1)
    for n in range(len(order)):
        i = order[n]
        wrong_way = fields[:, i] * s[:, i] < 0
        change = np.where(wrong_way, -2 * s[:, i], 0).astype(s.dtype)
        E[n + 1] = E[n] - change * fields[:, i]
        s[:, i] += change
        fields += np.outer(change, W[:, i])
    return s, E


@wrong(
    "all_hear_the_old_states",
    "All fields are computed from the states that were given: who comes later does not hear the new ones.",
    "The second unit of the order: does its field know what the first one did?",
)
def downhill(s, W, theta, order):
    energy = lambda v: -np.einsum("ij,bi,bj->b", W, v, v) / 2 + v @ theta
    old = s
    s = np.array(s)
    E = [energy(s)]
    for i in order:
        f = old @ W[:, i] - theta[i]
        s[:, i] = np.where(f == 0, s[:, i], np.sign(f))
        E.append(energy(s))
    return s, np.stack(E)


@wrong(
    "each_pair_twice",
    "The factor 1/2 is missing: each pair counts twice.",
    "Two units, w = 1, both +1, no thresholds: what is E?",
)
def downhill(s, W, theta, order):
    B, N = s.shape
    out = s.copy()
    E = np.zeros((len(order) + 1, B), dtype=s.dtype)

    def energy(v):
        return -(v @ W @ v) + theta @ v

    for b in range(B):
        E[0, b] = energy(out[b])
        for n, i in enumerate(order):
            f = W[i] @ out[b] - theta[i]
            if f > 0:
                out[b, i] = 1
            elif f < 0:
                out[b, i] = -1
            E[n + 1, b] = energy(out[b])
    return out, E


@wrong(
    "threshold_term_with_a_minus",
    "The threshold term of the energy has a minus, as a magnetic field has.",
    "A unit with a high threshold: is E lower if it is off, or if it is on?",
)
def downhill(s, W, theta, order):
    B, N = s.shape
    out = s.copy()
    E = np.zeros((len(order) + 1, B), dtype=s.dtype)

    def energy(v):
        return -0.5 * (v @ W @ v) - theta @ v

    for b in range(B):
        E[0, b] = energy(out[b])
        for n, i in enumerate(order):
            f = W[i] @ out[b] - theta[i]
            if f > 0:
                out[b, i] = 1
            elif f < 0:
                out[b, i] = -1
            E[n + 1, b] = energy(out[b])
    return out, E


@wrong(
    "threshold_added_to_the_field",
    "The threshold is added to the field, like a bias.",
    "Does a high threshold make it easier or harder for your unit to switch on?",
)
def downhill(s, W, theta, order):
    energy = lambda v: -np.einsum("ij,bi,bj->b", W, v, v) / 2 + v @ theta
    s = np.array(s)
    E = [energy(s)]
    for i in order:
        f = s @ W[:, i] + theta[i]
        s[:, i] = np.where(f == 0, s[:, i], np.sign(f))
        E.append(energy(s))
    return s, np.stack(E)


@wrong(
    "tie_switches_on",
    "At a tie the unit is set to +1.",
    "The field is 0 and the unit is at -1: what is it after the update?",
)
def downhill(s, W, theta, order):
    s = s.copy()
    E = [-0.5 * np.sum(s @ W * s, axis=1) + s @ theta]
    for i in order:
        s[:, i] = np.where(s @ W[i] - theta[i] >= 0, 1, -1)
        E.append(-0.5 * np.sum(s @ W * s, axis=1) + s @ theta)
    return s, np.array(E)


@wrong("tie_gives_0", "np.sign: at a tie the unit becomes 0.", "What is np.sign(0)? Is that a state?")
def downhill(s, W, theta, order):
    energy = lambda v: -np.einsum("ij,bi,bj->b", W, v, v) / 2 + v @ theta
    s = np.array(s)
    E = [energy(s)]
    for i in order:
        f = s @ W[:, i] - theta[i]
        s[:, i] = np.sign(f)
        E.append(energy(s))
    return s, np.stack(E)


@wrong(
    "order_not_used",
    "Updates the units 0, 1, 2, … whatever the order says.",
    "Reverse the order. Does your result change?",
)
def downhill(s, W, theta, order):
    fields = s @ W.T - theta
    s = s + 0
    E = np.empty((len(order) + 1, len(s)), s.dtype)
    E[0] = -0.5 * ((fields + theta) * s).sum(axis=1) + (theta * s).sum(axis=1)
    for n in range(len(order)):
        i = n % s.shape[1]
        wrong_way = fields[:, i] * s[:, i] < 0
        change = np.where(wrong_way, -2 * s[:, i], 0).astype(s.dtype)
        E[n + 1] = E[n] - change * fields[:, i]
        s[:, i] += change
        fields += np.outer(change, W[:, i])
    return s, E


@wrong(
    "order_as_times",
    "Reads order[i] as the time at which unit i is updated.",
    "order = [2, 0, 1]: which unit is updated first?",
)
def downhill(s, W, theta, order):
    B, N = s.shape
    out = s.copy()
    E = np.zeros((len(order) + 1, B), dtype=s.dtype)

    def energy(v):
        return -0.5 * (v @ W @ v) + theta @ v

    order = np.argsort(order) % N
    for b in range(B):
        E[0, b] = energy(out[b])
        for n, i in enumerate(order):
            f = W[i] @ out[b] - theta[i]
            if f > 0:
                out[b, i] = 1
            elif f < 0:
                out[b, i] = -1
            E[n + 1, b] = energy(out[b])
    return out, E


@wrong("changed_in_place", "Works on the caller's array.", "Is s after the call what it was before?")
def downhill(s, W, theta, order):
    energy = lambda v: -np.einsum("ij,bi,bj->b", W, v, v) / 2 + v @ theta
    E = [energy(s)]
    for i in order:
        f = s @ W[:, i] - theta[i]
        s[:, i] = np.where(f == 0, s[:, i], np.sign(f))
        E.append(energy(s))
    return s, np.stack(E)


@wrong(
    "energy_before_the_update",
    "The energies are taken before each update: that of the given states stands twice, that of the last ones is missing.",
    "Is E[-1] the energy of the states that you return?",
)
def downhill(s, W, theta, order):
    s = s.copy()
    E = np.zeros((len(order) + 1, len(s)), s.dtype)
    energy = -0.5 * np.sum((s @ W) * s, axis=1) + s @ theta
    E[0] = energy
    for n, i in enumerate(order):
        E[n + 1] = -0.5 * np.sum((s @ W) * s, axis=1) + s @ theta
        f = s @ W[i] - theta[i]
        s[f > 0, i] = 1
        s[f < 0, i] = -1
    return s, E


@wrong(
    "energy_falls_without_a_flip",
    "Takes 2|f| off the energy at every update, also where the unit keeps its state.",
    "A unit that stays as it is: by how much does the energy change?",
)
def downhill(s, W, theta, order):
    fields = s @ W.T - theta
    s = s + 0
    E = np.empty((len(order) + 1, len(s)), s.dtype)
    E[0] = -0.5 * ((fields + theta) * s).sum(axis=1) + (theta * s).sum(axis=1)
    for n in range(len(order)):
        i = order[n]
        wrong_way = fields[:, i] * s[:, i] < 0
        change = np.where(wrong_way, -2 * s[:, i], 0).astype(s.dtype)
        E[n + 1] = E[n] - 2 * np.abs(fields[:, i])
        s[:, i] += change
        fields += np.outer(change, W[:, i])
    return s, E


@wrong(
    "half_of_the_thresholds",
    "The energy is -1/2 Σ f s: the threshold term is halved too.",
    "How much does the threshold term change if unit i switches on?",
)
def downhill(s, W, theta, order):
    B, N = s.shape
    out = s.copy()
    E = np.zeros((len(order) + 1, B), dtype=s.dtype)

    def energy(v):
        return -0.5 * (v @ (W @ v - theta))

    for b in range(B):
        E[0, b] = energy(out[b])
        for n, i in enumerate(order):
            f = W[i] @ out[b] - theta[i]
            if f > 0:
                out[b, i] = 1
            elif f < 0:
                out[b, i] = -1
            E[n + 1, b] = energy(out[b])
    return out, E


@wrong(
    "one_decision_for_all_states",
    "A flip is made in all states if the sum of their changes of energy is negative: the rows are not apart.",
    "Do the other rows of s matter for row 0?",
)
def downhill(s, W, theta, order):
    s = s.copy()
    energy = lambda: -0.5 * np.einsum("bi,ij,bj->b", s, W, s) + s @ theta
    E = [energy()]
    for i in order:
        f = s @ W[i] - theta[i]
        if np.sum(2 * f * s[:, i]) < 0:
            s[:, i] = -s[:, i]
        E.append(energy())
    return s, np.array(E)
