"""reservoir.spikes"""
import numpy as np


# ---------------------------------------------------------------- right

def r_free_again_at(u, W_ih, W_hh, tau, dt, theta, low, rest):
    # keeps for each unit the step from which on it may fire again
    T, B, _ = u.shape
    N = W_ih.shape[0]
    E = float(np.exp(-dt / tau))
    free_at = np.zeros((B, N), dtype=int)
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros((B, N), dtype=u.dtype)
    all_s, all_v = [], []
    for t in range(T):
        awake = free_at <= t
        v = v * E + np.dot(u[t], W_ih.T) + np.dot(s, W_hh.T)
        v[~awake] = low
        s = np.zeros_like(v)
        s[awake & (v >= theta)] = 1
        v[s == 1] = low
        free_at[s == 1] = t + rest + 1
        all_s.append(s)
        all_v.append(v)
    return np.array(all_s), np.array(all_v)


def r_queue_of_masks(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    leak = np.exp(-dt / tau).astype(u.dtype)
    recent = []  # the last `rest` spike arrays
    s = v = np.zeros((B, N), dtype=u.dtype)
    S, V = [], []
    for u_t in u:
        v = leak * v + np.einsum("nf,bf->bn", W_ih, u_t) + np.einsum("nm,bm->bn", W_hh, s)
        blocked = sum(recent, np.zeros_like(v)) > 0
        v = np.where(blocked, np.asarray(low, u.dtype), v)
        s = np.where(blocked, 0, v >= theta).astype(u.dtype)
        v = v * (1 - s) + low * s
        recent.append(s)
        recent = recent[len(recent) - rest :] if rest < len(recent) else recent
        S.append(s)
        V.append(v)
    return np.stack(S), np.stack(V)


def r_little_class(u, W_ih, W_hh, tau, dt, theta, low, rest):
    class Unit:
        def __init__(self):
            self.v, self.sleep = 0.0, 0

        def step(self, current):
            if self.sleep:
                self.sleep -= 1
                self.v = low
                return 0.0
            self.v = self.v * np.exp(-dt / tau) + current
            if self.v < theta:
                return 0.0
            self.v, self.sleep = low, rest
            return 1.0

    T, B, F = u.shape
    N = len(W_hh)
    S = np.zeros((T, B, N), dtype=u.dtype)
    V = np.zeros((T, B, N), dtype=u.dtype)
    for b in range(B):
        units = [Unit() for _ in range(N)]
        spikes = np.zeros(N)
        for t in range(T):
            current = W_ih @ u[t, b] + W_hh @ spikes
            spikes = np.array([unit.step(c) for unit, c in zip(units, current)])
            S[t, b] = spikes
            V[t, b] = [unit.v for unit in units]
    return S, V


# ---------------------------------------------------------------- wrong

def simulate(u, W_ih, W_hh, decay, theta, low, rest, gain=1.0, rest0=0):
    T, B, F = u.shape
    N = len(W_hh)
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros((B, N), dtype=u.dtype)
    ref = np.full((B, N), rest0)
    S = np.zeros((T, B, N), dtype=u.dtype)
    V = np.zeros((T, B, N), dtype=u.dtype)
    for t in range(T):
        v = decay * v + gain * (u[t] @ W_ih.T + s @ W_hh.T)
        v[ref > 0] = low
        fire = (v >= theta) & (ref <= 0)
        v[fire] = low
        ref = ref - 1
        ref[fire] = rest
        s = fire.astype(u.dtype)
        S[t], V[t] = s, v
    return S, V


def w_tau_over_dt(u, W_ih, W_hh, tau, dt, theta, low, rest):
    return simulate(u, W_ih, W_hh, float(np.exp(-tau / dt)), theta, low, rest)


def w_normalised_input(u, W_ih, W_hh, tau, dt, theta, low, rest):
    # exact solution of tau dv/dt = -v + I for constant I
    d = float(np.exp(-dt / tau))
    return simulate(u, W_ih, W_hh, d, theta, low, rest, gain=1 - d)


def w_rest_in_time(u, W_ih, W_hh, tau, dt, theta, low, rest):
    # refractory period in ms -> steps
    steps = int(round(rest / dt))
    return simulate(u, W_ih, W_hh, float(np.exp(-dt / tau)), theta, low, steps)


def w_reset_to_zero(u, W_ih, W_hh, tau, dt, theta, low, rest):
    return simulate(u, W_ih, W_hh, float(np.exp(-dt / tau)), theta, 0.0, rest)


def w_above_threshold(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    E = float(np.exp(-dt / tau))
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros((B, N), dtype=u.dtype)
    ref = np.zeros((B, N), dtype=int)
    S = np.zeros((T, B, N), dtype=u.dtype)
    V = np.zeros((T, B, N), dtype=u.dtype)
    for t in range(T):
        v = E * v + u[t] @ W_ih.T + s @ W_hh.T
        v[ref > 0] = low
        fire = (v > theta) & (ref == 0)
        v[fire] = low
        ref = np.maximum(ref - 1, 0)
        ref[fire] = rest
        s = fire.astype(u.dtype)
        S[t], V[t] = s, v
    return S, V


def w_leaks_at_rest(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    E = float(np.exp(-dt / tau))
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros((B, N), dtype=u.dtype)
    ref = np.zeros((B, N), dtype=int)
    S = np.zeros((T, B, N), dtype=u.dtype)
    V = np.zeros((T, B, N), dtype=u.dtype)
    for t in range(T):
        awake = ref == 0
        # input is ignored while refractory
        v = E * v + awake * (u[t] @ W_ih.T + s @ W_hh.T)
        fire = (v >= theta) & awake
        v[fire] = low
        ref = np.maximum(ref - 1, 0)
        ref[fire] = rest
        s = fire.astype(u.dtype)
        S[t], V[t] = s, v
    return S, V


def w_rest_ignored(u, W_ih, W_hh, tau, dt, theta, low, rest):
    return simulate(u, W_ih, W_hh, float(np.exp(-dt / tau)), theta, low, 0)


def w_rest_of_whole_network(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    E = float(np.exp(-dt / tau))
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros((B, N), dtype=u.dtype)
    ref = np.zeros(N, dtype=int)
    S = np.zeros((T, B, N), dtype=u.dtype)
    V = np.zeros((T, B, N), dtype=u.dtype)
    for t in range(T):
        v = E * v + u[t] @ W_ih.T + s @ W_hh.T
        v[:, ref > 0] = low
        fire = (v >= theta) & (ref == 0)
        v[fire] = low
        ref = np.maximum(ref - 1, 0)
        ref[fire.any(axis=0)] = rest
        s = fire.astype(u.dtype)
        S[t], V[t] = s, v
    return S, V


def w_floor(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    E = float(np.exp(-dt / tau))
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros((B, N), dtype=u.dtype)
    ref = np.zeros((B, N), dtype=int)
    S = np.zeros((T, B, N), dtype=u.dtype)
    V = np.zeros((T, B, N), dtype=u.dtype)
    for t in range(T):
        v = np.maximum(E * v + u[t] @ W_ih.T + s @ W_hh.T, low)
        v[ref > 0] = low
        fire = (v >= theta) & (ref == 0)
        v[fire] = low
        ref = np.maximum(ref - 1, 0)
        ref[fire] = rest
        s = fire.astype(u.dtype)
        S[t], V[t] = s, v
    return S, V


def w_exp_of_numpy(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    v, s = np.zeros((B, N)), np.zeros((B, N))
    ref = np.zeros((B, N), dtype=int)
    S, V = [], []
    for t in range(T):
        v = np.exp(-dt / tau) * v + u[t] @ W_ih.T + s @ W_hh.T
        v = np.where(ref > 0, low, v)
        fire = (v >= theta) & (ref == 0)
        v = np.where(fire, low, v)
        ref = np.where(fire, rest, np.maximum(ref - 1, 0))
        s = fire * 1.0
        S.append(s)
        V.append(v)
    return np.array(S), np.array(V)


def w_rest_one_more(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    E = float(np.exp(-dt / tau))
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros((B, N), dtype=u.dtype)
    since = np.full((B, N), rest + 100)
    S = np.zeros((T, B, N), dtype=u.dtype)
    V = np.zeros((T, B, N), dtype=u.dtype)
    for t in range(T):
        v = E * v + u[t] @ W_ih.T + s @ W_hh.T
        resting = since <= rest
        v[resting] = low
        fire = (v >= theta) & ~resting
        v[fire] = low
        since += 1
        since[fire] = 0
        s = fire.astype(u.dtype)
        S[t], V[t] = s, v
    return S, V


def w_no_leak(u, W_ih, W_hh, tau, dt, theta, low, rest):
    # integrate and fire
    return simulate(u, W_ih, W_hh, 1.0, theta, low, rest)


RIGHT = {
    "free_again_at": r_free_again_at,
    "queue_of_masks": r_queue_of_masks,
    "little_class": r_little_class,
}
WRONG = {
    "tau_over_dt": (
        w_tau_over_dt,
        "exp(-tau / dt): the fraction is turned round",
        "Should a membrane with a long time constant keep more or less from step to step?",
    ),
    "normalised_input": (
        w_normalised_input,
        "what arrives is multiplied by 1 - exp(-dt / tau)",
        "By what is W_ih u_t multiplied in the equation?",
    ),
    "rest_in_time": (
        w_rest_in_time,
        "rest is taken for a time and divided by dt; it is a number of steps",
        "In what is rest counted, in time or in steps?",
    ),
    "reset_to_zero": (
        w_reset_to_zero,
        "the membrane is set to 0 in place of low",
        "What changes in your result if low changes?",
    ),
    "above_threshold": (
        w_above_threshold,
        "> in place of >=: a membrane just at the threshold does not fire",
        "What does a unit do whose membrane is just theta?",
    ),
    "leaks_at_rest": (
        w_leaks_at_rest,
        "the membrane of a resting unit leaks towards 0 in place of staying at low",
        "What is v in the second step of the rest?",
    ),
    "rest_ignored": (
        w_rest_ignored,
        "rest is not used",
        "What changes in your result if rest changes?",
    ),
    "rest_of_whole_network": (
        w_rest_of_whole_network,
        "one counter for all examples: a spike in one example puts the unit to rest in all",
        "What shape has your counter? Do the examples know of each other?",
    ),
    "floor": (
        w_floor,
        "membranes are not let below low",
        "Can inhibition bring a membrane below low? Look at the equation.",
    ),
    "exp_of_numpy": (
        w_exp_of_numpy,
        "np.exp of a float is a float64, and zeros are float64 too: float32 is lost",
        "Which dtype has a float32 array times np.exp(-dt / tau)?",
    ),
    "rest_one_more": (
        w_rest_one_more,
        "the steps since a spike are counted from 0 in the step after it, so the rest lasts rest + 1 steps",
        "With rest = 0, may a unit fire in two steps in a row? Does yours?",
    ),
    "no_leak": (
        w_no_leak,
        "the membrane does not leak",
        "Where do tau and dt come into your answer?",
    ),
}
