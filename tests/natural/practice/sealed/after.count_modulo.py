"""after.count_modulo"""
import numpy as np


# ---- right
def r_complex_product(x, m):
    z = np.cumprod(np.where(x == 1, np.exp(2j * np.pi / m), 1), axis=0)
    return np.stack((z.real, z.imag), axis=2).astype(x.dtype)


def r_einsum_per_step_matrices(x, m):
    # input-dependent transition, as for the selective SSM with complex eigenvalues
    phi = (2 * np.pi / m) * x.astype(np.float64)
    c, s = np.cos(phi), np.sin(phi)
    A = np.stack([np.stack([c, -s], -1), np.stack([s, c], -1)], -2)
    h = np.zeros((x.shape[1], 2))
    h[:, 0] = 1
    out = np.empty(x.shape + (2,), x.dtype)
    for t in range(x.shape[0]):
        h = np.einsum("bij,bj->bi", A[t], h)
        out[t] = h
    return out


def r_recursive(x, m):
    c, s = np.cos(2 * np.pi / m), np.sin(2 * np.pi / m)

    def points(bits, p, q):
        if not bits:
            return []
        if bits[0] == 1.0:
            p, q = c * p - s * q, s * p + c * q
        return [[p, q]] + points(bits[1:], p, q)

    columns = [points(x[:, b].tolist(), 1.0, 0.0) for b in range(x.shape[1])]
    return np.array(columns, dtype=x.dtype).transpose(1, 0, 2)


# ---- wrong
def w_row_vector_times_R(x, m):
    phi = 2 * np.pi / m
    R = np.array([[np.cos(phi), -np.sin(phi)], [np.sin(phi), np.cos(phi)]], dtype=x.dtype)
    h = np.zeros((x.shape[1], 2), x.dtype)
    h[:, 0] = 1
    out = []
    for t in range(len(x)):
        h = np.where(x[t][:, None] == 1, h @ R, h)
        out.append(h)
    return np.stack(out)


def w_parity_sign(x, m):
    # negative eigenvalue: 1 - 2x
    s = np.cumprod(1 - 2 * x, axis=0)
    return np.stack([s, np.zeros_like(s)], axis=-1)


def w_one_state_for_all(x, m):
    phi = 2 * np.pi / m
    R = np.array([[np.cos(phi), -np.sin(phi)], [np.sin(phi), np.cos(phi)]])
    T, B = x.shape
    out = np.zeros((T, B, 2), x.dtype)
    h = np.array([1.0, 0.0])
    for b in range(B):
        for t in range(T):
            if x[t, b]:
                h = R.dot(h)
            out[t, b] = h
    return out


def w_linspace_table(x, m):
    angles = np.linspace(0, 2 * np.pi, m)
    table = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    n = np.cumsum(x, axis=0).astype(int) % m
    return table[n].astype(x.dtype)


def w_total_only(x, m):
    a = 2 * np.pi / m * x.sum(axis=0)
    p = np.stack([np.cos(a), np.sin(a)], axis=-1).astype(x.dtype)
    return np.broadcast_to(p, (len(x),) + p.shape).copy()


def w_no_state(x, m):
    a = 2 * np.pi / m * x
    return np.stack([np.cos(a), np.sin(a)], axis=-1).astype(x.dtype)


def w_floor_division(x, m):
    phi = 2 * np.pi // m
    a = phi * np.cumsum(x, axis=0)
    return np.stack([np.cos(a), np.sin(a)], axis=-1).astype(x.dtype)


def w_coordinates_in_front(x, m):
    a = 2 * np.pi / m * np.cumsum(x, axis=0)
    return np.array([np.cos(a), np.sin(a)], dtype=x.dtype)


def w_complex_state(x, m):
    lam = np.exp(2j * np.pi / m)
    h = np.ones(x.shape[1], dtype=complex)
    out = []
    for t in range(len(x)):
        h = np.where(x[t] == 1, lam * h, h)
        out.append(h)
    return np.stack(out)


def w_rounded(x, m):
    a = 2 * np.pi / m * np.cumsum(x, axis=0)
    return np.round(np.stack([np.cos(a), np.sin(a)], axis=-1)).astype(x.dtype)


def w_first_example_only(x, m):
    phi = 2 * np.pi / m
    R = np.array([[np.cos(phi), -np.sin(phi)], [np.sin(phi), np.cos(phi)]])
    h = np.array([1.0, 0.0])
    out = []
    for t in range(len(x)):
        if x[t].any():
            h = R @ h
        out.append([h] * x.shape[1])
    return np.array(out).astype(x.dtype)


def w_nothing_returned(x, m):
    phi = 2 * np.pi / m
    a = phi * np.cumsum(x, axis=0)
    points = np.stack([np.cos(a), np.sin(a)], axis=-1).astype(x.dtype)
    print(points)


RIGHT = {
    "complex_product": r_complex_product,
    "einsum_per_step_matrices": r_einsum_per_step_matrices,
    "recursive": r_recursive,
}
WRONG = {
    "row_vector_times_R": (
        w_row_vector_times_R,
        "multiplies rows by R from the right, which is R transposed and turns clockwise",
        "h @ R for a row h: by which matrix is that, written for a column?",
    ),
    "parity_sign": (
        w_parity_sign,
        "flips a sign for each one, which counts modulo 2 only, and never uses m",
        "Which argument does your function not use? Try m = 3.",
    ),
    "one_state_for_all": (
        w_one_state_for_all,
        "the state goes on from one example to the next",
        "Where does the second example begin?",
    ),
    "linspace_table": (
        w_linspace_table,
        "np.linspace has both ends, so that the table's step is 2π/(m-1) and its last point is the first again",
        "Print your table for m = 4: are all four points different?",
    ),
    "total_only": (
        w_total_only,
        "every step shows the point for all ones of the whole sequence",
        "What does your first row know about the last bit?",
    ),
    "no_state": (
        w_no_state,
        "turns by the bit of the step alone and keeps no state",
        "After 1, 1 with m = 4 the point is (-1, 0). Where is yours?",
    ),
    "floor_division": (
        w_floor_division,
        "divides 2π by m with //, which throws the fraction away",
        "Print your angle for m = 4.",
    ),
    "coordinates_in_front": (
        w_coordinates_in_front,
        "returns (2, T, B), not (T, B, 2)",
        "Print the shape of the result.",
    ),
    "complex_state": (
        w_complex_state,
        "returns complex numbers (T, B), not two coordinates",
        "Which shape and dtype are asked for?",
    ),
    "rounded": (
        w_rounded,
        "rounds the coordinates to whole numbers",
        "Where on the circle should the first 1 lead for m = 8?",
    ),
    "first_example_only": (
        w_first_example_only,
        "one point for all examples: it turns wherever any example has a 1",
        "Can two examples with different bits have different points in your function?",
    ),
    "nothing_returned": (
        w_nothing_returned,
        "prints the points and returns None",
        "What does the function give back?",
    ),
}
