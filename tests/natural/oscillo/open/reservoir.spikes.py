"""reservoir.spikes"""
import math

import numpy as np


# ---------------------------------------------------------------- right

def r_counter(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = W_hh.shape[0]
    decay = math.exp(-dt / tau)
    S = np.zeros((T, B, N), dtype=u.dtype)
    V = np.zeros((T, B, N), dtype=u.dtype)
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros((B, N), dtype=u.dtype)
    wait = np.zeros((B, N), dtype=int)  # steps still to rest
    for t in range(T):
        resting = wait > 0
        new = decay * v + u[t] @ W_ih.T + s @ W_hh.T
        fire = (new >= theta) & ~resting
        v = np.where(resting | fire, low, new).astype(u.dtype)
        s = fire.astype(u.dtype)
        wait = np.where(fire, rest, np.maximum(wait - 1, 0))
        S[t] = s
        V[t] = v
    return S, V


def r_neuron_by_neuron(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_ih)
    s = np.zeros((T, B, N), dtype=u.dtype)
    v = np.zeros((T, B, N), dtype=u.dtype)
    for i in range(B):
        last_spike = [None] * N
        for t in range(T):
            for j in range(N):
                if last_spike[j] is not None and t - last_spike[j] <= rest:
                    v[t, i, j] = low
                    continue
                before = v[t - 1, i, j] if t > 0 else 0.0
                m = math.exp(-dt / tau) * before
                for f in range(F):
                    m += W_ih[j, f] * u[t, i, f]
                if t > 0:
                    for l in range(N):
                        m += W_hh[j, l] * s[t - 1, i, l]
                if m >= theta:
                    s[t, i, j] = 1
                    last_spike[j] = t
                    m = low
                v[t, i, j] = m
    return s, v


def r_window_of_spikes(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, _ = u.shape
    N = len(W_hh)
    alpha = u.dtype.type(np.exp(-dt / tau))
    I = np.einsum("nf,tbf->tbn", W_ih, u)
    S = np.zeros((T, B, N), u.dtype)
    V = np.zeros((T, B, N), u.dtype)
    for t in range(T):
        # S[-1] and V[-1] are still zero when t = 0
        v = alpha * V[t - 1] + I[t] + S[t - 1] @ W_hh.T
        refractory = S[max(t - rest, 0) : t].any(axis=0)
        v[refractory] = low
        fired = (v >= theta) & np.logical_not(refractory)
        v[fired] = low
        S[t] = fired
        V[t] = v
    return S, V


# ---------------------------------------------------------------- wrong

def w_euler(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros_like(v)
    wait = np.zeros((B, N), dtype=int)
    S, V = [], []
    for t in range(T):
        v_new = v + dt * (-v / tau) + u[t] @ W_ih.T + s @ W_hh.T
        active = wait == 0
        spike = active & (v_new >= theta)
        v = np.where(active & ~spike, v_new, low).astype(u.dtype)
        s = spike.astype(u.dtype)
        wait = np.where(spike, rest, np.maximum(wait - 1, 0))
        S.append(s)
        V.append(v)
    return np.array(S), np.array(V)


def w_rest_one_short(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    k = math.exp(-dt / tau)
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros_like(v)
    ref = np.zeros((B, N), dtype=int)
    S, V = np.zeros((T, B, N), u.dtype), np.zeros((T, B, N), u.dtype)
    for t in range(T):
        v = k * v + u[t] @ W_ih.T + s @ W_hh.T
        v[ref > 0] = low
        spike = (v >= theta) & (ref == 0)
        v[spike] = low
        ref[spike] = rest
        ref[ref > 0] -= 1
        s = spike.astype(u.dtype)
        S[t], V[t] = s, v
    return S, V


def w_membrane_before_reset(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    k = math.exp(-dt / tau)
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros_like(v)
    ref = np.zeros((B, N), dtype=int)
    S, V = np.zeros((T, B, N), u.dtype), np.zeros((T, B, N), u.dtype)
    for t in range(T):
        v = k * v + u[t] @ W_ih.T + s @ W_hh.T
        v[ref > 0] = low
        spike = (v >= theta) & (ref == 0)
        V[t] = v
        v[spike] = low
        ref = np.maximum(ref - 1, 0)
        ref[spike] = rest
        s = spike.astype(u.dtype)
        S[t] = s
    return S, V


def w_spikes_within_the_step(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    k = math.exp(-dt / tau)
    S, V = np.zeros((T, B, N), u.dtype), np.zeros((T, B, N), u.dtype)
    for i in range(B):
        v = np.zeros(N)
        s = np.zeros(N)
        ref = [0] * N
        for t in range(T):
            for n in range(N):
                if ref[n] > 0:
                    ref[n] -= 1
                    v[n] = low
                    s[n] = 0
                    continue
                v[n] = k * v[n] + W_ih[n] @ u[t, i] + W_hh[n] @ s
                s[n] = 0
                if v[n] >= theta:
                    s[n] = 1
                    v[n] = low
                    ref[n] = rest
            S[t, i], V[t, i] = s, v
    return S, V


def w_soft_reset(u, W_ih, W_hh, tau, dt, theta, low, rest):
    # snntorch: reset by subtraction
    T, B, F = u.shape
    N = len(W_hh)
    beta = math.exp(-dt / tau)
    mem = np.zeros((B, N), dtype=u.dtype)
    spk = np.zeros_like(mem)
    ref = np.zeros((B, N), dtype=int)
    S, V = [], []
    for t in range(T):
        free = ref == 0
        new = beta * mem + u[t] @ W_ih.T + spk @ W_hh.T
        fire = free & (new >= theta)
        mem = np.where(free, new - theta * fire, low).astype(u.dtype)
        spk = fire.astype(u.dtype)
        ref = np.where(fire, rest, np.maximum(ref - 1, 0))
        S.append(spk)
        V.append(mem)
    return np.stack(S), np.stack(V)


def w_integrates_at_rest(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    k = math.exp(-dt / tau)
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros_like(v)
    ref = np.zeros((B, N), dtype=int)
    S, V = np.zeros((T, B, N), u.dtype), np.zeros((T, B, N), u.dtype)
    for t in range(T):
        v = k * v + u[t] @ W_ih.T + s @ W_hh.T
        spike = (v >= theta) & (ref == 0)  # no spikes while refractory
        v[spike] = low
        ref = np.maximum(ref - 1, 0)
        ref[spike] = rest
        s = spike.astype(u.dtype)
        S[t], V[t] = s, v
    return S, V


def w_spikes_as_bool(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    k = math.exp(-dt / tau)
    v = np.zeros((B, N), dtype=u.dtype)
    S = np.zeros((T, B, N), dtype=bool)
    V = np.zeros((T, B, N), dtype=u.dtype)
    ref = np.zeros((B, N), dtype=int)
    for t in range(T):
        v = k * v + u[t] @ W_ih.T
        if t > 0:
            v = v + S[t - 1].astype(u.dtype) @ W_hh.T
        v[ref > 0] = low
        S[t] = (v >= theta) & (ref == 0)
        v[S[t]] = low
        ref = np.maximum(ref - 1, 0)
        ref[S[t]] = rest
        V[t] = v
    return S, V


def w_last_spike_zero(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    k = math.exp(-dt / tau)
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros_like(v)
    last = np.zeros((B, N), dtype=int)
    S, V = np.zeros((T, B, N), u.dtype), np.zeros((T, B, N), u.dtype)
    for t in range(1, T + 1):
        v = k * v + u[t - 1] @ W_ih.T + s @ W_hh.T
        resting = t - last <= rest
        v[resting] = low
        spike = (v >= theta) & ~resting
        v[spike] = low
        last[spike] = t
        s = spike.astype(u.dtype)
        S[t - 1], V[t - 1] = s, v
    return S, V


def w_no_self_connection(u, W_ih, W_hh, tau, dt, theta, low, rest):
    # a spike reaches the OTHER units
    T, B, F = u.shape
    N = len(W_hh)
    W = W_hh * (1 - np.eye(N, dtype=W_hh.dtype))
    k = math.exp(-dt / tau)
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros_like(v)
    ref = np.zeros((B, N), dtype=int)
    S, V = np.zeros((T, B, N), u.dtype), np.zeros((T, B, N), u.dtype)
    for t in range(T):
        v = k * v + u[t] @ W_ih.T + s @ W.T
        v[ref > 0] = low
        spike = (v >= theta) & (ref == 0)
        v[spike] = low
        ref = np.maximum(ref - 1, 0)
        ref[spike] = rest
        s = spike.astype(u.dtype)
        S[t], V[t] = s, v
    return S, V


def w_starts_low(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    k = math.exp(-dt / tau)
    v = np.full((B, N), low, dtype=u.dtype)
    s = np.zeros_like(v)
    ref = np.zeros((B, N), dtype=int)
    S, V = np.zeros((T, B, N), u.dtype), np.zeros((T, B, N), u.dtype)
    for t in range(T):
        v = k * v + u[t] @ W_ih.T + s @ W_hh.T
        v[ref > 0] = low
        spike = (v >= theta) & (ref == 0)
        v[spike] = low
        ref = np.maximum(ref - 1, 0)
        ref[spike] = rest
        s = spike.astype(u.dtype)
        S[t], V[t] = s, v
    return S, V


def w_recurrent_turned(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    k = math.exp(-dt / tau)
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros_like(v)
    ref = np.zeros((B, N), dtype=int)
    S, V = np.zeros((T, B, N), u.dtype), np.zeros((T, B, N), u.dtype)
    for t in range(T):
        # W_hh[i, j]: from i to j
        v = k * v + u[t] @ W_ih.T + s @ W_hh
        v[ref > 0] = low
        spike = (v >= theta) & (ref == 0)
        v[spike] = low
        ref = np.maximum(ref - 1, 0)
        ref[spike] = rest
        s = spike.astype(u.dtype)
        S[t], V[t] = s, v
    return S, V


def w_spike_times(u, W_ih, W_hh, tau, dt, theta, low, rest):
    # raster as in Brian: (t, i) pairs
    T, B, F = u.shape
    N = len(W_hh)
    k = math.exp(-dt / tau)
    v = np.zeros((B, N), dtype=u.dtype)
    s = np.zeros_like(v)
    ref = np.zeros((B, N), dtype=int)
    raster = [[] for _ in range(B)]
    V = np.zeros((T, B, N), u.dtype)
    for t in range(T):
        v = k * v + u[t] @ W_ih.T + s @ W_hh.T
        v[ref > 0] = low
        spike = (v >= theta) & (ref == 0)
        for i, n in zip(*np.where(spike)):
            raster[i].append((t * dt, int(n)))
        v[spike] = low
        ref = np.maximum(ref - 1, 0)
        ref[spike] = rest
        s = spike.astype(u.dtype)
        V[t] = v
    return raster, V


RIGHT = {
    "counter": r_counter,
    "neuron_by_neuron": r_neuron_by_neuron,
    "window_of_spikes": r_window_of_spikes,
}
WRONG = {
    "euler": (
        w_euler,
        "Euler's 1 - dt / tau in place of the exponential",
        "By what factor does a membrane shrink in a step without inputs? Compare with the equation.",
    ),
    "rest_one_short": (
        w_rest_one_short,
        "the counter is lowered in the step of the spike already: the rest is one step short",
        "With rest = 1, how many steps after a spike does your unit stay at low?",
    ),
    "membrane_before_reset": (
        w_membrane_before_reset,
        "v is stored before it is set to low",
        "What should v be in a step in which the unit fires?",
    ),
    "spikes_within_the_step": (
        w_spikes_within_the_step,
        "spikes reach units with a larger index in the same step, since s is changed unit by unit",
        "Of which step are the spikes that unit 2 gets from unit 1?",
    ),
    "soft_reset": (
        w_soft_reset,
        "the threshold is subtracted in place of setting the membrane to low",
        "To what is the membrane set where a unit fires?",
    ),
    "integrates_at_rest": (
        w_integrates_at_rest,
        "a resting unit does not fire, but its membrane goes on adding up",
        "Where does the membrane stay while the unit rests?",
    ),
    "spikes_as_bool": (
        w_spikes_as_bool,
        "s is an array of booleans",
        "Which dtype should s have?",
    ),
    "last_spike_zero": (
        w_last_spike_zero,
        "the last spike is set to time 0 at first, so all units rest in the first steps",
        "Does any unit rest at the first step? What does your last say before the first spike?",
    ),
    "no_self_connection": (
        w_no_self_connection,
        "the diagonal of W_hh is left out",
        "Does the equation leave out any entry of W_hh?",
    ),
    "starts_low": (
        w_starts_low,
        "membranes start at low in place of 0",
        "What are the membranes at first?",
    ),
    "recurrent_turned": (
        w_recurrent_turned,
        "s @ W_hh in place of s @ W_hh.T",
        "In W_hh s, which index of W_hh belongs to the unit that fired?",
    ),
    "spike_times": (
        w_spike_times,
        "a list of spike times in place of the array of 0 and 1",
        "What shape should s have?",
    ),
}
