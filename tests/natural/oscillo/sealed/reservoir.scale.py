"""reservoir.scale"""
import numpy as np

LA = np.linalg


# ---------------------------------------------------------------- right

def r_like_the_minimal_esn(W, keep, rho, a):
    Wr = W.copy()
    Wr[keep == 0] = 0
    rhoW = max(abs(LA.eig(Wr)[0]))
    Wr *= rho / rhoW
    I = np.identity(len(Wr), dtype=Wr.dtype)
    radius = max(abs(LA.eig((1 - a) * I + a * Wr)[0]))
    c = 1 - a + a * max(LA.svd(Wr, compute_uv=False))
    return Wr, radius, c


def r_sigma_from_gram(W, keep, rho, a):
    masked = np.multiply(W, keep, dtype=W.dtype)
    r = np.abs(LA.eigvals(masked.astype(float))).max()
    out = (masked.astype(float) * rho / r).astype(W.dtype)
    M = out.astype(float)
    sigma = np.sqrt(LA.eigvalsh(M.T @ M)[-1])
    Wa = np.diag(np.full(len(M), 1 - a)) + a * M
    radius = sorted(np.abs(LA.eigvals(Wa)))[-1]
    return out, radius, (1 - a) + a * sigma


def r_small_functions(W, keep, rho, a):
    rad = lambda M: float(np.absolute(LA.eigvals(M)).max())
    top = lambda M: float(LA.norm(M, ord=2))
    w = [[W[i, j] if keep[i, j] else 0 for j in range(len(W))] for i in range(len(W))]
    w = np.array(w, dtype=W.dtype)
    w = w * (rho / rad(w))
    leaky = a * w
    leaky[np.diag_indices_from(leaky)] += 1 - a
    return w, rad(leaky), 1 - a + a * top(w)


# ---------------------------------------------------------------- wrong

def spectral(M):
    return np.abs(LA.eigvals(M)).max()


def scaled(W, keep, rho):
    M = W * keep.astype(W.dtype)
    return M * (rho / float(spectral(M)))


def w_max_without_abs(W, keep, rho, a):
    M = np.where(keep == 1, W, 0)
    lam = LA.eigvals(M)
    M = M * (rho / np.abs(np.max(lam)))
    lam_a = LA.eigvals((1 - a) * np.eye(len(M)) + a * M)
    return M, np.abs(np.max(lam_a)), 1 - a + a * LA.norm(M, 2)


def w_not_cut(W, keep, rho, a):
    M = W * (rho / spectral(W))
    Wa = (1 - a) * np.eye(len(M)) + a * M
    return M, spectral(Wa), 1 - a + a * LA.norm(M, 2)


def w_leak_swapped(W, keep, rho, a):
    M = scaled(W, keep, rho)
    Wa = a * np.eye(len(M)) + (1 - a) * M
    return M, spectral(Wa), a + (1 - a) * LA.norm(M, 2)


def w_sigma_squared(W, keep, rho, a):
    M = scaled(W, keep, rho)
    Wa = (1 - a) * np.eye(len(M)) + a * M
    sigma = LA.eigvalsh(M.T @ M).max()
    return M, spectral(Wa), 1 - a + a * sigma


def w_c_of_W_a(W, keep, rho, a):
    M = scaled(W, keep, rho)
    Wa = (1 - a) * np.eye(len(M)) + a * M
    return M, spectral(Wa), LA.norm(Wa, 2)


def w_smallest_singular(W, keep, rho, a):
    M = scaled(W, keep, rho)
    Wa = (1 - a) * np.eye(len(M)) + a * M
    U, S, Vt = LA.svd(M)
    return M, spectral(Wa), 1 - a + a * S[-1]


def w_rho_for_sigma(W, keep, rho, a):
    M = scaled(W, keep, rho)
    Wa = (1 - a) * np.eye(len(M)) + a * M
    return M, spectral(Wa), 1 - a + a * rho


def w_symmetric_eigenvalues(W, keep, rho, a):
    M = np.where(keep == 1, W, 0)
    M = M * (rho / np.abs(LA.eigvalsh(M)).max())
    Wa = (1 - a) * np.eye(len(M)) + a * M
    return M, np.abs(LA.eigvalsh(Wa)).max(), 1 - a + a * LA.norm(M, 2)


def w_W_a_to_radius(W, keep, rho, a):
    # effective spectral radius, as in Jaeger 2007: the leaky matrix gets radius rho
    M = np.where(keep == 1, W, 0)
    Wa = (1 - a) * np.eye(len(M)) + a * M
    Wa = Wa * (rho / spectral(Wa))
    M = (Wa - (1 - a) * np.eye(len(M))) / a
    M = M.astype(W.dtype)
    return M, spectral(Wa), 1 - a + a * LA.norm(M, 2)


def w_complex_factor(W, keep, rho, a):
    M = np.where(keep == 1, W, 0)
    lam = LA.eigvals(M)
    biggest = lam[np.argmax(np.abs(lam))]
    M = (M * rho / biggest).real
    Wa = (1 - a) * np.eye(len(M)) + a * M
    return M, spectral(Wa), 1 - a + a * LA.norm(M, 2)


def w_keep_as_index(W, keep, rho, a):
    M = np.zeros_like(W)
    M[keep] = W[keep]
    M = M * (rho / spectral(M))
    Wa = (1 - a) * np.eye(len(M)) + a * M
    return M, spectral(Wa), 1 - a + a * LA.norm(M, 2)


def w_printed(W, keep, rho, a):
    M = scaled(W, keep, rho)
    Wa = (1 - a) * np.eye(len(M)) + a * M
    radius = spectral(Wa)
    c = 1 - a + a * LA.norm(M, 2)
    print("spectral radius of W_a:", radius)
    print("c =", c, "-> forgets" if c < 1 else "-> may not forget")
    return M


RIGHT = {
    "like_the_minimal_esn": r_like_the_minimal_esn,
    "sigma_from_gram": r_sigma_from_gram,
    "small_functions": r_small_functions,
}
WRONG = {
    "max_without_abs": (
        w_max_without_abs,
        "the maximum is taken before the absolute value, so complex and negative eigenvalues are compared by real part",
        "By what does np.max compare complex or negative numbers? Which of max and abs has to come first?",
    ),
    "not_cut": (
        w_not_cut,
        "keep is not used at all",
        "Where keep is 0, what do you return?",
    ),
    "leak_swapped": (
        w_leak_swapped,
        "a and 1 - a are swapped",
        "With a = 1 nothing of the old state is kept: what should W_a be then?",
    ),
    "sigma_squared": (
        w_sigma_squared,
        "the largest eigenvalue of W^T W is the square of the singular value; the root is missing",
        "How do the eigenvalues of the product of W transposed and W relate to the singular values of W?",
    ),
    "c_of_W_a": (
        w_c_of_W_a,
        "c is the largest singular value of W_a in place of 1 - a + a sigma",
        "Of which matrix is sigma a singular value in the formula for c?",
    ),
    "smallest_singular": (
        w_smallest_singular,
        "the smallest singular value in place of the largest",
        "In which order does svd return singular values?",
    ),
    "rho_for_sigma": (
        w_rho_for_sigma,
        "rho in place of the largest singular value in c",
        "Is the largest singular value of W_hh the same as its spectral radius?",
    ),
    "symmetric_eigenvalues": (
        w_symmetric_eigenvalues,
        "eigvalsh is for symmetric matrices; it reads only one triangle",
        "For what kind of matrix is eigvalsh made? Is W_hh one?",
    ),
    "W_a_to_radius": (
        w_W_a_to_radius,
        "W_a is scaled to the radius rho in place of W_hh",
        "Which matrix is to have the radius rho, and by what is it multiplied?",
    ),
    "complex_factor": (
        w_complex_factor,
        "divided by the eigenvalue itself, not by its modulus: its sign or phase comes in",
        "The factor is to be positive. What is yours if the largest eigenvalue is negative or complex?",
    ),
    "keep_as_index": (
        w_keep_as_index,
        "M[keep] with whole numbers picks rows 0 and 1; a mask has to be of booleans",
        "What does NumPy do with M[keep] if keep holds whole numbers and not True and False?",
    ),
    "printed": (
        w_printed,
        "radius and c are printed, only W_hh is returned",
        "How many things does your function return?",
    ),
}
