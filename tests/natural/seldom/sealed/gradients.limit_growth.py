"""As people who know spectral_norm layers, orthogonal starts and echo state papers, and mix up which norm is which."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("norm_two")
def limit_growth(W_hh, s, gamma):
    growth = gamma * np.linalg.norm(W_hh, 2)
    if growth <= s:
        return W_hh.copy()
    return (W_hh * (s / growth)).astype(W_hh.dtype)


@right("largest_singular_value")
def limit_growth(W_hh, s, gamma):
    sigma = np.linalg.svd(W_hh, compute_uv=False).max()
    factor = s / max(gamma * float(sigma), s)
    return W_hh * W_hh.dtype.type(factor)


@right("eigenvalue_of_gram")
def limit_growth(W_hh, s, gamma):
    A = W_hh.astype(np.float64)
    lam = np.linalg.eigvalsh(A.T @ A)[-1]
    limit = (s / gamma) ** 2
    if lam > limit:
        A = A * np.sqrt(limit / lam)
    return A.astype(W_hh.dtype)


@wrong(
    "frobenius",
    "np.linalg.norm without an order (as torch.norm) is the Frobenius norm, which is larger than the spectral one: the matrix is made too small.",
    "What does your norm give for an identity of 100 rows, and by how much does that matrix lengthen a vector?",
)
def limit_growth(W_hh, s, gamma):
    n = np.linalg.norm(W_hh)
    limit = s / gamma
    if n > limit:
        return W_hh * (limit / n)
    return W_hh.copy()


@wrong(
    "spectral_radius",
    "Measures the largest |eigenvalue|; a matrix can lengthen a vector by far more than that in one step.",
    "Take [[0, 5], [0, 0]]: what do its eigenvalues say, and what does it do to the vector (0, 1)?",
)
def limit_growth(W_hh, s, gamma):
    rho = np.max(np.abs(np.linalg.eigvals(W_hh)))
    if gamma * rho > s:
        return (W_hh * (s / (gamma * rho))).astype(W_hh.dtype)
    return W_hh.copy()


@wrong(
    "always_rescaled",
    "Scales to exactly s in every case, so a matrix that was small enough grows.",
    "What should come out when the matrix already keeps the bound? Look for \"where it has to be\".",
)
def limit_growth(W_hh, s, gamma):
    sigma = np.linalg.svd(W_hh, compute_uv=False)[0]
    return (s / gamma) * W_hh / sigma


@wrong(
    "gamma_forgotten",
    "The slope of the activation is not used: the norm of W_hh is brought to s, not to s/γ.",
    "One of your arguments never appears. What part of a step besides the matrix changes the length of a gradient?",
)
def limit_growth(W_hh, s, gamma=1.0):
    sigma_max = np.linalg.norm(W_hh, ord=2)
    coef = min(1.0, float(s / sigma_max))
    return W_hh * coef


@wrong(
    "gamma_multiplied",
    "Allows s·γ for the norm; a steep activation then permits a larger matrix, in place of a smaller one.",
    "If the activation is steeper, may the matrix be larger or must it be smaller? Try γ = 0.25.",
)
def limit_growth(W_hh, s, gamma):
    max_norm = s * gamma
    sv = np.linalg.norm(W_hh, 2)
    if sv > max_norm:
        return W_hh * (max_norm / sv)
    return W_hh.copy()


@wrong(
    "singular_values_clamped",
    "Each singular value is capped by itself, so directions are changed by different factors.",
    "Divide your result by the matrix you were given, entry by entry. Is it one number?",
)
def limit_growth(W_hh, s, gamma):
    # spectral clipping
    U, S, Vh = np.linalg.svd(W_hh)
    S = np.minimum(S, s / gamma).astype(W_hh.dtype)
    return (U * S) @ Vh


@wrong(
    "in_place",
    "W_hh is scaled in place, so the caller's matrix changes.",
    "Keep a copy before the call and compare. Under torch.no_grad() this is how one does it; who owns the array here?",
)
def limit_growth(W_hh, s, gamma):
    sigma = np.linalg.norm(W_hh, 2)
    if gamma * sigma > s:
        W_hh *= s / (gamma * sigma)
    return W_hh


@wrong(
    "float64_factor",
    "The norm is computed in float64 for accuracy and that NumPy scalar takes the float32 matrix along to float64.",
    "Which dtype has your factor, and is it a Python float or a NumPy scalar?",
)
def limit_growth(W_hh, s, gamma):
    sigma = np.linalg.svd(W_hh.astype(np.float64), compute_uv=False)[0]
    scale = np.minimum(1.0, s / (gamma * sigma))
    return scale * W_hh


@wrong(
    "one_power_iteration",
    "Power iteration with a single round, as the spectral_norm layer makes per training step; from a cold start that is far below the largest singular value.",
    "That layer keeps its vector from call to call. How good is your estimate after one round from a fresh vector?",
)
def limit_growth(W_hh, s, gamma):
    rng = np.random.default_rng(0)
    u = rng.standard_normal(W_hh.shape[0]).astype(W_hh.dtype)
    for _ in range(1):          # n_power_iterations=1
        v = W_hh.T @ u
        v /= np.linalg.norm(v) + 1e-12
        u = W_hh @ v
        u /= np.linalg.norm(u) + 1e-12
    sigma = float(u @ W_hh @ v)
    if gamma * sigma > s:
        return W_hh * (s / (gamma * sigma))
    return W_hh.copy()


@wrong(
    "column_sums",
    "ord=1 is the largest sum of a column, another norm of a matrix; it belongs to lengths measured as sums of absolute values.",
    "By which norm are gradients measured, and which norm of a matrix goes with that one?",
)
def limit_growth(W_hh, s, gamma):
    n = np.linalg.norm(W_hh, 1)
    k = gamma * n / s
    return W_hh / k if k > 1 else W_hh.copy()


@wrong(
    "root_forgotten",
    "The largest eigenvalue of WᵀW is the square of what is wanted; the root is missing.",
    "Try 3 times the identity. What does your measure say?",
)
def limit_growth(W_hh, s, gamma):
    lam = np.linalg.eigvalsh(W_hh.T @ W_hh).max()
    if gamma * lam > s:
        return (W_hh * (s / (gamma * lam))).astype(W_hh.dtype)
    return W_hh.copy()


@wrong(
    "max_norm_of_rows",
    "A max-norm constraint as of a Keras layer: each row is shortened by its own factor, and rows are not what bounds the step.",
    "How many different factors does your code use? And does a limit on each row limit the whole product?",
)
def limit_growth(W_hh, s, gamma):
    norms = np.sqrt(np.sum(np.square(W_hh), axis=1, keepdims=True))
    desired = np.clip(norms, 0, s / gamma)
    return W_hh * (desired / (1e-7 + norms))


@wrong(
    "smallest_singular_value",
    "Takes the last singular value; NumPy sorts them from the largest to the smallest.",
    "Print all the singular values. In which order do they come?",
)
def limit_growth(W_hh, s, gamma):
    _, sv, _ = np.linalg.svd(W_hh)
    biggest = sv[-1]
    if biggest * gamma > s:
        return W_hh * (s / (biggest * gamma)).astype(W_hh.dtype)
    return W_hh.copy()


@wrong(
    "eigvalsh_of_w",
    "eigvalsh reads only one triangle and takes the matrix for symmetric; W_hh is not.",
    "What does the h at the end of the name ask of the matrix? Change one entry above the diagonal: does your result notice?",
)
def limit_growth(W_hh, s, gamma):
    top = np.abs(np.linalg.eigvalsh(W_hh)).max()
    if top * gamma > s:
        return (W_hh * (s / (top * gamma))).astype(W_hh.dtype)
    return W_hh.copy()


@wrong(
    "gamma_not_in_the_test",
    "The comparison leaves γ out although the factor has it: some matrices that are too large pass, others that are small enough are changed.",
    "Compare the condition with the factor. Do they speak of the same number? Try γ = 2 and a norm between s/2 and s.",
)
def limit_growth(W_hh, s, gamma):
    sigma = np.linalg.norm(W_hh, 2)
    if sigma > s:
        return W_hh * (s / (gamma * sigma))
    return W_hh.copy()


@wrong(
    "nothing_returned_if_small",
    "The return stands inside the if, so a matrix that needs no change gives None.",
    "Which path does your function take for a tiny matrix, and what leaves it there?",
)
def limit_growth(W_hh, s, gamma):
    sigma = np.linalg.svd(W_hh, compute_uv=False)[0]
    excess = gamma * sigma / s
    if excess > 1:
        return W_hh / excess


@wrong(
    "zero_matrix_fails",
    "The quotient is formed in Python floats before it is asked whether it is needed; a matrix of zeros divides by zero.",
    "Is there a matrix for which your denominator is zero? Should that matrix be changed at all?",
)
def limit_growth(W_hh, s, gamma):
    sigma = float(np.linalg.norm(W_hh, 2))
    factor = min(1.0, s / (gamma * sigma))
    return W_hh * factor


@wrong(
    "largest_entry",
    "Takes the largest entry for the norm of the matrix: many small entries together may still lengthen a vector a lot.",
    "Every entry of a matrix of 100 rows is 0.1. How much longer does it make the vector of ones?",
)
def limit_growth(W_hh, s, gamma):
    m = np.abs(W_hh).max()      # infinity norm
    if gamma * m > s:
        return W_hh * (s / (gamma * m))
    return W_hh.copy()
