"""As students after the lecture: they know the bound has 'the norm of W' and a gamma in it, but not which norm, nor on which side."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("svd_and_if")
def limit_growth(W_hh, s, gamma):
    sigma_max = np.linalg.svd(W_hh, compute_uv=False)[0]
    if gamma * sigma_max > s:
        return W_hh * (s / (gamma * sigma_max))
    return W_hh.copy()


@right("divide_by_at_least_one")
def limit_growth(W_hh, s, gamma):
    # bound: |dh_{t-1}| <= gamma ||W||_2 |dh_t|
    bound = gamma * np.linalg.norm(W_hh, ord=2)
    return (W_hh / max(1.0, bound / s)).astype(W_hh.dtype)


@right("eigenvalues_of_gram_matrix")
def limit_growth(W_hh, s, gamma):
    # ||W||_2 = sqrt(lambda_max(W^T W))
    A = W_hh.astype(np.float64)
    lam = np.linalg.eigvalsh(A.T @ A)[-1]
    norm = np.sqrt(max(lam, 0))
    factor = 1.0 if norm * gamma <= s else s / (norm * gamma)
    return (factor * A).astype(W_hh.dtype)


@right("rebuilt_from_svd")
def limit_growth(W_hh, s, gamma):
    U, S, Vt = np.linalg.svd(W_hh)
    k = min(1, s / gamma / max(S.max(), np.finfo(S.dtype).tiny))
    return (U @ np.diag(S * k) @ Vt).astype(W_hh.dtype)


@wrong(
    "frobenius_norm",
    "np.linalg.norm without ord is the Frobenius norm, which is longer than the largest stretch; W is made too small.",
    "Your function shrinks the identity for s = 1 and γ = 1. Does the identity lengthen anything? Which norm do you get by default?",
)
def limit_growth(W_hh, s, gamma):
    norm = np.linalg.norm(W_hh)
    if gamma * norm > s:
        return W_hh * (s / (gamma * norm))
    return W_hh.copy()


@wrong(
    "spectral_radius",
    "Takes the largest |eigenvalue|, which says what happens after many steps; a single step can lengthen by more.",
    "Try W = [[0, 5], [0, 0]]. What are its eigenvalues, and what does it do to the vector (0, 1)?",
)
def limit_growth(W_hh, s, gamma):
    rho = np.max(np.abs(np.linalg.eigvals(W_hh)))   # spectral radius
    if rho * gamma <= s:
        return W_hh.copy()
    return (W_hh * (s / (rho * gamma))).astype(W_hh.dtype)


@wrong(
    "always_scaled",
    "Scales W_hh to the limit always, so a small matrix is made larger.",
    "Give it a very small W_hh. Was it to be changed at all?",
)
def limit_growth(W_hh, s, gamma):
    sigma = np.linalg.norm(W_hh, 2)
    return W_hh * (s / (gamma * sigma))


@wrong(
    "gamma_forgotten",
    "γ is not used: the largest singular value alone is held at s.",
    "Where does the slope of the activation come into your code? With γ = 1/4, how far may the matrix stretch?",
)
def limit_growth(W_hh, s, gamma):
    sv = np.linalg.svd(W_hh, compute_uv=False)
    if sv[0] > s:
        return W_hh / sv[0] * s
    return W_hh.copy()


@wrong(
    "gamma_on_the_wrong_side",
    "The matrix is scaled to s·γ, where its largest singular value may be s/γ.",
    "If the activation is twice as steep, must W be smaller or may it be larger? What does yours do?",
)
def limit_growth(W_hh, s, gamma):
    limit = s * gamma
    n = np.linalg.norm(W_hh, 2)
    if n > limit:
        W = W_hh * (limit / n)
    else:
        W = W_hh * 1
    return W


@wrong(
    "max_for_min",
    "max(1, …) in place of min(1, …): too large matrices are left alone and small ones are enlarged.",
    "Print your factor for a huge and for a tiny W_hh. Which of the two ought to be 1?",
)
def limit_growth(W_hh, s, gamma):
    sigma = np.linalg.svd(W_hh)[1].max()
    factor = max(1, s / (gamma * sigma))
    return W_hh * factor


@wrong(
    "each_singular_value_cut",
    "Each singular value is cut at s/γ by itself; one factor for the whole matrix was asked for.",
    "Divide your result by W_hh entry by entry. Is it the same number everywhere?",
)
def limit_growth(W_hh, s, gamma):
    U, S, Vt = np.linalg.svd(W_hh)
    S = np.minimum(S, s / gamma)
    return (U * S) @ Vt


@wrong(
    "scaled_in_place",
    "W_hh *= factor changes the caller's matrix.",
    "Look at the matrix that you passed in, after the call. What does *= do to it?",
)
def limit_growth(W_hh, s, gamma):
    sigma = np.linalg.norm(W_hh, 2)
    if gamma * sigma > s:
        W_hh *= s / (gamma * sigma)
    return W_hh


@wrong(
    "largest_row_sum",
    "Uses the ∞-norm (the largest absolute row sum), which measures vectors by their largest entry.",
    "The length of a gradient is its Euclidean length. To which length of a vector does your matrix norm belong?",
)
def limit_growth(W_hh, s, gamma):
    # induced norm = max row sum
    n = np.max(np.sum(np.abs(W_hh), axis=1))
    if gamma * n > s:
        return W_hh * (s / (gamma * n))
    return W_hh.copy()


@wrong(
    "rows_one_by_one",
    "Each row is shortened by its own norm: that is many factors, and it does not bound the stretch of the whole matrix.",
    "How many different factors does your code compute? The task speaks of how many?",
)
def limit_growth(W_hh, s, gamma):
    W = W_hh.copy()
    for i in range(W.shape[0]):
        n = np.sqrt(np.sum(W[i]**2))
        if gamma * n > s:
            W[i] = W[i] * s / (gamma * n)
    return W


@wrong(
    "largest_entry",
    "Measures the matrix by its largest entry in magnitude.",
    "Take a matrix full of ones. How long does it make a vector of ones, and what does your measure say?",
)
def limit_growth(W_hh, s, gamma):
    biggest = np.abs(W_hh).max()
    k = s / gamma / biggest
    return W_hh * min(1.0, k)


@wrong(
    "entries_clipped",
    "Clips the entries between -s/γ and s/γ, as with clipping gradients by value.",
    "Does your result still point the same way as W_hh? What does 'by one factor' rule out?",
)
def limit_growth(W_hh, s, gamma):
    lim = s / gamma
    return np.clip(W_hh, -lim, lim)


@wrong(
    "dtype_lost",
    "Goes to float64 for the norm and never comes back, so float32 weights give a float64 matrix.",
    "Check the dtype of what goes in and of what comes out, for float32.",
)
def limit_growth(W_hh, s, gamma):
    W = np.array(W_hh, dtype=float)
    sigma = np.linalg.norm(W, 2)
    return W * min(1.0, s / (gamma * sigma))


@wrong(
    "root_forgotten",
    "The largest eigenvalue of WᵀW is the square of the norm; the root is not taken.",
    "Double W_hh. By how much does your norm grow, and by how much should it?",
)
def limit_growth(W_hh, s, gamma):
    lam = np.linalg.eigvalsh(W_hh.T @ W_hh).max()
    if gamma * lam > s:
        return W_hh * (s / (gamma * lam))
    return W_hh.copy()


@wrong(
    "smallest_singular_value",
    "Takes the last singular value for the largest; NumPy sorts them from the largest down.",
    "Print the singular values of some matrix. In what order do they come?",
)
def limit_growth(W_hh, s, gamma):
    S = np.linalg.svd(W_hh, compute_uv=False)
    sigma = S[-1]      # largest
    if gamma * sigma > s:
        return W_hh * (s / (gamma * sigma))
    return W_hh.copy()


@wrong(
    "gamma_missing_in_the_test",
    "The test compares the norm with s without γ, while the factor has it: for some matrices nothing is done, and others grow.",
    "Compare your `if` with the line under it. Do they speak about the same quantity? Try γ = 0.25.",
)
def limit_growth(W_hh, s, gamma):
    norm = np.linalg.norm(W_hh, 2)
    if norm > s:
        return W_hh * (s / (gamma * norm))
    return W_hh.copy()


@wrong(
    "limit_fixed_at_one",
    "The limit s is not used: the step is held at 1, the border of exploding from the lecture.",
    "Change s and leave the rest. Does your result change?",
)
def limit_growth(W_hh, s, gamma):
    # exploding if gamma * sigma_1 > 1
    growth = gamma * np.linalg.svd(W_hh, compute_uv=False).max()
    if growth > 1:
        return W_hh / growth
    return W_hh.copy()


@wrong(
    "taken_for_symmetric",
    "eigvalsh takes W_hh for symmetric and reads only its lower triangle.",
    "Change an entry above the diagonal of W_hh. Does your norm change?",
)
def limit_growth(W_hh, s, gamma):
    eig = np.abs(np.linalg.eigvalsh(W_hh)).max()
    factor = s / (gamma * eig)
    return W_hh * min(1, factor)


@wrong(
    "nothing_returned_when_small",
    "The return is inside the if, so None comes back when W_hh is small enough already.",
    "What does your function give for a matrix of tiny entries?",
)
def limit_growth(W_hh, s, gamma):
    sigma = np.linalg.norm(W_hh, ord=2)
    if gamma * sigma > s:
        W = W_hh * (s / (gamma * sigma))
        return W


@wrong(
    "vt_transposed_again",
    "Rebuilds the matrix as U S V.T with what NumPy calls V, which is transposed already: the result is another matrix.",
    "Rebuild a matrix from its SVD without scaling anything. Do you get it back?",
)
def limit_growth(W_hh, s, gamma):
    U, S, V = np.linalg.svd(W_hh)
    k = min(1, s / (gamma * S[0]))
    return U @ np.diag(k * S) @ V.T


@wrong(
    "zero_matrix_divides",
    "Normalises first and scales back after; a matrix of zeros gives 0/0 and comes back as nan.",
    "Try it on np.zeros((3, 3)). By what do you divide?",
)
def limit_growth(W_hh, s, gamma):
    n = np.linalg.norm(W_hh, 2)
    direction = W_hh / n
    return direction * min(n, s / gamma)
