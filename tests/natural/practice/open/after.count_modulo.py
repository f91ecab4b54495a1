"""after.count_modulo"""
import math

import numpy as np


# ---- right
def r_rotation_matrix(x, m):
    T, B = x.shape
    phi = 2 * np.pi / m
    R = np.array([[np.cos(phi), -np.sin(phi)], [np.sin(phi), np.cos(phi)]])
    out = np.zeros((T, B, 2), dtype=x.dtype)
    for b in range(B):
        h = np.array([1.0, 0.0])
        for t in range(T):
            if x[t, b] == 1:
                h = R @ h
            out[t, b] = h
    return out


def r_angle_of_count(x, m):
    n = np.cumsum(x, axis=0) % m
    angle = 2 * np.pi * n / m
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1).astype(x.dtype)


def r_unit_roots_table(x, m):
    roots = [(math.cos(2 * math.pi * j / m), math.sin(2 * math.pi * j / m)) for j in range(m)]
    rows = []
    count = [0] * x.shape[1]
    for bits in x:
        for b, bit in enumerate(bits):
            if bit:
                count[b] = (count[b] + 1) % m
        rows.append([roots[c] for c in count])
    return np.array(rows, dtype=x.dtype)


# ---- wrong
def w_clockwise(x, m):
    a = -2 * np.pi / m * np.cumsum(x, axis=0)
    return np.stack([np.cos(a), np.sin(a)], axis=-1).astype(x.dtype)


def w_half_turn_is_whole(x, m):
    a = np.pi / m * np.cumsum(x, axis=0)
    return np.stack([np.cos(a), np.sin(a)], axis=-1).astype(x.dtype)


def w_degrees(x, m):
    phi = 360 / m
    c, s = np.cos(phi), np.sin(phi)
    h = np.zeros((x.shape[1], 2), dtype=x.dtype)
    h[:, 0] = 1
    out = []
    R = np.array([[c, -s], [s, c]], dtype=x.dtype)
    for t in range(len(x)):
        h = np.where(x[t][:, None] == 1, h @ R.T, h)
        out.append(h)
    return np.stack(out)


def w_zero_turns_back(x, m):
    steps = np.where(x == 1, 1, -1)
    a = 2 * np.pi / m * np.cumsum(steps, axis=0)
    return np.stack([np.cos(a), np.sin(a)], axis=-1).astype(x.dtype)


def w_sin_first(x, m):
    a = 2 * np.pi / m * np.cumsum(x, axis=0)
    return np.stack([np.sin(a), np.cos(a)], axis=-1).astype(x.dtype)


def w_start_included(x, m):
    T, B = x.shape
    h = np.zeros((T + 1, B, 2), dtype=x.dtype)
    h[0, :, 0] = 1
    phi = 2 * np.pi / m
    for t in range(T):
        c = np.cos(phi * x[t])
        s = np.sin(phi * x[t])
        h[t + 1, :, 0] = c * h[t, :, 0] - s * h[t, :, 1]
        h[t + 1, :, 1] = s * h[t, :, 0] + c * h[t, :, 1]
    return h


def w_before_the_bit(x, m):
    T, B = x.shape
    phi = 2 * np.pi / m
    z = np.ones(B, dtype=complex)
    out = np.empty((T, B, 2), x.dtype)
    for t in range(T):
        out[t, :, 0] = z.real
        out[t, :, 1] = z.imag
        z = np.where(x[t] == 1, z * np.exp(1j * phi), z)
    return out


def w_cumsum_over_examples(x, m):
    a = 2 * np.pi / m * np.cumsum(x, axis=1)
    return np.stack([np.cos(a), np.sin(a)], axis=-1).astype(x.dtype)


def w_remainder(x, m):
    return np.cumsum(x, axis=0) % m


def w_new_first_coordinate_used(x, m):
    T, B = x.shape
    c, s = np.cos(2 * np.pi / m), np.sin(2 * np.pi / m)
    h = np.zeros((B, 2), dtype=x.dtype)
    h[:, 0] = 1
    out = np.zeros((T, B, 2), dtype=x.dtype)
    for t in range(T):
        for b in range(B):
            if x[t, b] == 1:
                h[b, 0] = c * h[b, 0] - s * h[b, 1]
                h[b, 1] = s * h[b, 0] + c * h[b, 1]
        out[t] = h
    return out


def w_dtype_lost(x, m):
    T, B = x.shape
    phi = 2 * np.pi / m
    h = np.tile([1.0, 0.0], (B, 1))
    R = np.array([[np.cos(phi), -np.sin(phi)], [np.sin(phi), np.cos(phi)]])
    out = np.zeros((T, B, 2))
    for t in range(T):
        h = np.where(x[t, :, None] > 0, h @ R.T, h)
        out[t] = h
    return out


def w_zero_erases(x, m):
    phi = 2 * np.pi / m
    R = np.array([[np.cos(phi), -np.sin(phi)], [np.sin(phi), np.cos(phi)]])
    h = np.zeros((x.shape[1], 2))
    h[:, 0] = 1
    out = []
    for x_t in x:
        h = x_t[:, None] * (h @ R.T)
        out.append(h)
    return np.array(out).astype(x.dtype)


RIGHT = {
    "rotation_matrix": r_rotation_matrix,
    "angle_of_count": r_angle_of_count,
    "unit_roots_table": r_unit_roots_table,
}
WRONG = {
    "clockwise": (
        w_clockwise,
        "turns clockwise",
        "For m = 4, where does the first 1 lead, up or down?",
    ),
    "half_turn_is_whole": (
        w_half_turn_is_whole,
        "a whole turn is taken as π instead of 2π",
        "How many ones does your point need to come back for m = 4?",
    ),
    "degrees": (
        w_degrees,
        "the angle is in degrees, while np.cos and np.sin take radians",
        "In what unit does np.cos want its angle? What is np.cos(90)?",
    ),
    "zero_turns_back": (
        w_zero_turns_back,
        "a 0 turns the point back instead of leaving it",
        "Where should the point be after the bits 1, 0? Where is yours?",
    ),
    "sin_first": (
        w_sin_first,
        "the two coordinates are exchanged, so that it begins at (0, 1)",
        "Where is your point before any one has come?",
    ),
    "start_included": (
        w_start_included,
        "returns T + 1 points, that of the beginning in front",
        "How many points belong to T bits?",
    ),
    "before_the_bit": (
        w_before_the_bit,
        "writes the point down before the bit turns it",
        "After the first bit, 1, has your first row moved?",
    ),
    "cumsum_over_examples": (
        w_cumsum_over_examples,
        "counts over the examples instead of over the steps",
        "Which axis of x is time?",
    ),
    "remainder": (
        w_remainder,
        "returns the remainders, not the points",
        "What shape does the task ask for?",
    ),
    "new_first_coordinate_used": (
        w_new_first_coordinate_used,
        "the second coordinate is computed from the new first one",
        "When the line for the second coordinate runs, which first coordinate does it see?",
    ),
    "dtype_lost": (
        w_dtype_lost,
        "the result is float64 although float32 came in",
        "Which dtype has out? Which had x?",
    ),
    "zero_erases": (
        w_zero_erases,
        "a 0 sets the state to (0, 0) instead of leaving it",
        "Multiply a state by a bit that is 0: what is left?",
    ),
}
