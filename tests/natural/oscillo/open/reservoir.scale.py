"""reservoir.scale"""
import numpy as np
from numpy.linalg import eigvals, norm, svd


# ---------------------------------------------------------------- right

def r_straight(W, keep, rho, a):
    W_hh = W * keep.astype(W.dtype)
    W_hh = W_hh * (rho / float(np.max(np.abs(np.linalg.eigvals(W_hh)))))
    W_a = (1 - a) * np.eye(W.shape[0]) + a * W_hh
    radius = np.max(np.abs(np.linalg.eigvals(W_a)))
    sigma = np.linalg.svd(W_hh, compute_uv=False)[0]
    return W_hh, radius, 1 - a + a * sigma


def r_shifted_eigenvalues(W, keep, rho, a):
    # the eigenvalues of (1-a) I + a W are (1-a) + a * (those of W)
    cut = np.where(keep == 1, W, np.zeros_like(W))
    lam = eigvals(cut)
    factor = rho / np.abs(lam).max()
    W_hh = (factor * cut).astype(W.dtype)
    radius = np.abs((1 - a) + a * factor * lam).max()
    c = 1 - a + a * norm(W_hh, 2)
    return W_hh, float(radius), float(c)


def r_element_by_element(W, keep, rho, a):
    N = len(W)
    W_hh = np.zeros((N, N), dtype=W.dtype)
    for i in range(N):
        for j in range(N):
            if keep[i, j]:
                W_hh[i, j] = W[i, j]
    biggest = 0.0
    for ev in eigvals(W_hh):
        modulus = (ev.real**2 + ev.imag**2) ** 0.5
        biggest = max(biggest, modulus)
    for i in range(N):
        for j in range(N):
            W_hh[i, j] = W_hh[i, j] * rho / biggest
    W_a = a * W_hh
    for i in range(N):
        W_a[i, i] += 1 - a
    radius = max(abs(ev) for ev in eigvals(W_a))
    sigma = max(svd(W_hh)[1])
    return W_hh, float(radius), float(1 - a + a * sigma)


# ---------------------------------------------------------------- wrong

def _radius(M):
    return np.max(np.abs(np.linalg.eigvals(M)))


def w_scale_then_cut(W, keep, rho, a):
    W_hh = W * (rho / _radius(W))
    W_hh = np.where(keep == 1, W_hh, 0)
    W_a = (1 - a) * np.eye(len(W)) + a * W_hh
    return W_hh.astype(W.dtype), _radius(W_a), 1 - a + a * np.linalg.norm(W_hh, 2)


def w_real_part(W, keep, rho, a):
    W_hh = np.where(keep == 1, W, 0)
    W_hh = W_hh * rho / np.max(np.linalg.eigvals(W_hh).real)
    W_a = (1 - a) * np.eye(len(W)) + a * W_hh
    radius = np.max(np.linalg.eigvals(W_a).real)
    return W_hh, radius, 1 - a + a * np.linalg.norm(W_hh, 2)


def w_mask_turned(W, keep, rho, a):
    W_hh = W.copy()
    W_hh[keep == 1] = 0
    s = _radius(W_hh)
    if s > 0:
        W_hh *= rho / s
    W_a = (1 - a) * np.eye(len(W)) + a * W_hh
    return W_hh, _radius(W_a), 1 - a + a * np.linalg.norm(W_hh, 2)


def w_frobenius(W, keep, rho, a):
    W_hh = np.where(keep == 1, W, 0)
    W_hh = W_hh / _radius(W_hh) * rho
    W_a = (1 - a) * np.eye(len(W)) + a * W_hh
    return W_hh, _radius(W_a), 1 - a + a * np.linalg.norm(W_hh)


def w_by_singular_value(W, keep, rho, a):
    W_hh = np.where(keep == 1, W, 0)
    sigma = np.linalg.svd(W_hh, compute_uv=False).max()
    W_hh = W_hh * rho / sigma
    W_a = (1 - a) * np.eye(len(W)) + a * W_hh
    return W_hh, _radius(W_a), 1 - a + a * rho


def w_ones_for_identity(W, keep, rho, a):
    W_hh = np.where(keep == 1, W, 0)
    W_hh = W_hh * (rho / _radius(W_hh))
    W_a = (1 - a) + a * W_hh
    return W_hh, _radius(W_a), 1 - a + a * np.linalg.norm(W_hh, 2)


def w_radius_of_W_hh(W, keep, rho, a):
    W_hh = np.where(keep == 1, W, 0)
    W_hh = W_hh * (rho / _radius(W_hh))
    radius = _radius(W_hh)
    c = 1 - a + a * np.linalg.norm(W_hh, 2)
    return W_hh, radius, c


def w_cut_in_place(W, keep, rho, a):
    W[keep == 0] = 0
    W *= rho / _radius(W)
    W_a = (1 - a) * np.eye(len(W)) + a * W
    return W, _radius(W_a), 1 - a + a * np.linalg.norm(W, 2)


def w_first_eigenvalue(W, keep, rho, a):
    # eig returns them sorted, so the first is the largest
    W_hh = np.where(keep == 1, W, 0)
    W_hh = W_hh * (rho / abs(eigvals(W_hh)[0]))
    W_a = (1 - a) * np.eye(len(W)) + a * W_hh
    radius = abs(eigvals(W_a)[0])
    return W_hh, radius, 1 - a + a * svd(W_hh)[1][0]


def w_mask_of_integers(W, keep, rho, a):
    W_hh = W * keep
    W_hh = W_hh / _radius(W_hh) * rho
    W_a = (1 - a) * np.eye(len(W)) + a * W_hh
    return W_hh, _radius(W_a), 1 - a + a * np.linalg.norm(W_hh, 2)


def w_radius_by_formula(W, keep, rho, a):
    W_hh = np.where(keep == 1, W, 0)
    W_hh = W_hh * (rho / _radius(W_hh))
    radius = 1 - a + a * rho
    c = 1 - a + a * np.linalg.norm(W_hh, 2)
    return W_hh, radius, c


def w_returns_W_a(W, keep, rho, a):
    W_hh = np.where(keep == 1, W, 0)
    W_hh = W_hh * (rho / _radius(W_hh))
    W_a = (1 - a) * np.eye(len(W)) + a * W_hh
    return W_a.astype(W.dtype), _radius(W_a), 1 - a + a * np.linalg.norm(W_hh, 2)


RIGHT = {
    "straight": r_straight,
    "shifted_eigenvalues": r_shifted_eigenvalues,
    "element_by_element": r_element_by_element,
}
WRONG = {
    "scale_then_cut": (
        w_scale_then_cut,
        "scaled first, cut afterwards: the radius is not rho any more",
        "What is the spectral radius of the W_hh that you return?",
    ),
    "real_part": (
        w_real_part,
        "the largest real part in place of the largest modulus",
        "What does your radius become for a matrix whose eigenvalues are purely imaginary, or negative?",
    ),
    "mask_turned": (
        w_mask_turned,
        "weights are cut where keep is 1",
        "What does a 1 in keep say?",
    ),
    "frobenius": (
        w_frobenius,
        "np.linalg.norm without 2 is the Frobenius norm, not the largest singular value",
        "Which norm does np.linalg.norm compute for a matrix if none is named?",
    ),
    "by_singular_value": (
        w_by_singular_value,
        "W_hh is scaled to a largest singular value of rho in place of a spectral radius",
        "The spectral radius is about eigenvalues; when are those and singular values the same?",
    ),
    "ones_for_identity": (
        w_ones_for_identity,
        "1 - a is added to every entry, the identity is missing",
        "What is I in the formula, and what happens if a number is added to a matrix?",
    ),
    "radius_of_W_hh": (
        w_radius_of_W_hh,
        "radius is that of W_hh (which is rho), not of W_a",
        "Your radius is always rho. Of which matrix is it asked?",
    ),
    "cut_in_place": (
        w_cut_in_place,
        "W itself is cut and scaled: the argument changes",
        "Look at W after the call.",
    ),
    "first_eigenvalue": (
        w_first_eigenvalue,
        "the first eigenvalue is taken for the largest; eigvals does not sort",
        "In which order does eigvals return its values?",
    ),
    "mask_of_integers": (
        w_mask_of_integers,
        "float32 times the whole numbers of keep gives float64: the dtype is lost",
        "Which dtype has W * keep if W is float32? Look at keep.dtype.",
    ),
    "radius_by_formula": (
        w_radius_by_formula,
        "radius as 1 - a + a rho, which holds only if the largest eigenvalue is positive and real",
        "Try your formula on weights whose largest eigenvalue is negative or imaginary.",
    ),
    "returns_W_a": (
        w_returns_W_a,
        "W_a is returned in place of W_hh",
        "Which matrix is the first of the three results, the weights or the one with the leak?",
    ),
}
