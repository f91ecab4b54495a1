import numpy as np


def temperature_2(o, tau):
    gain = tau
    z = gain * o
    z = z - z.max(axis=-1, keepdims=True)
    w = np.exp(z)
    return w / w.sum(axis=-1, keepdims=True)


def temperature_3(o, tau):
    beta = 1.0 / tau
    energy = o - o.min(axis=-1, keepdims=True)
    boltzmann = np.exp(-beta * energy)
    Z = boltzmann.sum(axis=-1, keepdims=True)
    return boltzmann / Z


def temperature_4(o, tau):
    z = o / tau - o.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def temperature_6(o, tau):
    t = np.asarray([tau], dtype=float)
    z = o / t
    z -= z.max(axis=-1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=-1, keepdims=True)
    return z


def temperature_10(o, tau):
    z = np.clip(o, -50.0, 50.0) / tau
    z = z - z.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def temperature_11(o, tau):
    m = o.max(axis=-1, keepdims=True)
    e = np.exp((o - m) / tau)
    Z = np.exp(o - m).sum(axis=-1, keepdims=True)
    return e / Z


def temperature_b(o, tau):
    p = np.empty_like(o)
    for b in range(o.shape[0]):
        top = o[b, 0]
        for k in range(1, o.shape[1]):
            if o[b, k] > top:
                top = o[b, k]
        Z = o.dtype.type(0)
        for k in range(o.shape[1]):
            p[b, k] = np.exp((o[b, k] - top) / tau)
            Z += p[b, k]
        p[b] /= Z
    return p


RIGHT = {
    "c_programmer_loops": temperature_b,
}
WRONG = {
    "control_engineer_gain": (
        temperature_2,
        "Multiplies the scores by τ instead of dividing.",
        "At 1 it is right, and below 1 your probabilities become more even: should they?",
    ),
    "statistician_energy_sign": (
        temperature_3,
        "Takes the scores as energies, so that the highest score gets the lowest probability.",
        "Which symbol is most probable in your answer, that with the highest score or that with the lowest?",
    ),
    "numerics_maximum_before_division_subtle": (
        temperature_4,
        "Subtracts the maximum of the undivided scores from the divided ones, which does not protect from overflow or underflow when τ is not 1.",
        "Moderate scores are right. With a score of 1000 and τ = 0.5, how large is the largest exponent?",
    ),
    "numerics_tau_as_float64_subtle": (
        temperature_6,
        "Makes τ a float64 array, which turns float32 scores into float64.",
        "The numbers are right; for float32 scores, which of your arrays is wider?",
    ),
    "assistant_clips_scores_subtle": (
        temperature_10,
        "Clips the scores to ±50 before dividing, which makes all larger scores equal.",
        "Moderate scores are right. What happens to the difference of 1000 and 990?",
    ),
    "tired_two_normalisers_subtle": (
        temperature_11,
        "Normalises with the sum at temperature 1, so that rows sum to 1 only there.",
        "At 1 it is right. At another temperature, does a row sum to 1?",
    ),
}
