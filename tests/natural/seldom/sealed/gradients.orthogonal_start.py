"""As people who call nn.init.orthogonal_ or Keras' Orthogonal on a weight_hh of several gates and expect it to know about gates."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("qr_with_signs")
def orthogonal_start(Z):
    blocks = []
    for z in Z:
        q, r = np.linalg.qr(z)
        q = q * np.sign(np.diag(r))     # as torch does, to make it uniform
        blocks.append(q)
    return np.concatenate(blocks, axis=0)


@right("polar_by_svd")
def orthogonal_start(Z):
    G, H, _ = Z.shape
    U, _, Vh = np.linalg.svd(Z)
    return (U @ Vh).reshape(G * H, H)


@right("left_singular_vectors")
def orthogonal_start(Z):
    return np.vstack([np.linalg.svd(Z[g])[0] for g in range(Z.shape[0])])


@right("gram_schmidt_twice")
def orthogonal_start(Z):
    G, H = Z.shape[:2]
    W = np.zeros((G * H, H))
    for g in range(G):
        Q = np.zeros((H, H))
        for i in range(H):
            v = np.array(Z[g, i], dtype=np.float64)
            for _ in range(2):          # once more against rounding
                v = v - Q[:i].T @ (Q[:i] @ v)
            Q[i] = v / np.linalg.norm(v)
        W[g * H:(g + 1) * H] = Q
    return W


@wrong(
    "stack_as_one_matrix",
    "Orthogonalises the tall stack at once, as orthogonal_ does on weight_hh: its columns are orthonormal over all gates together, but no block is orthogonal.",
    "Take your first H rows alone, as Q. How far is Q Qᵀ from the identity? How long is the block's first column?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    q, r = np.linalg.qr(Z.reshape(G * H, H))
    q *= np.sign(np.diag(r))
    return q


@wrong(
    "wide_matrix_cut_up",
    "The gates are set side by side as one wide matrix and orthogonalised together: its rows are orthonormal over all gates, but no H × H piece is orthogonal.",
    "Of an H × G·H matrix with orthonormal rows, is each H × H piece orthogonal? Check one: how long are its rows?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    wide = np.hstack(list(Z))                 # (H, G*H)
    u, s, vh = np.linalg.svd(wide, full_matrices=False)
    q = u @ vh
    return np.vstack(np.split(q, G, axis=1))


@wrong(
    "side_by_side",
    "The blocks are put beside each other, (H, G·H), as a kernel of Keras stands.",
    "Compare the shape of your result with the one asked for. Which direction do gates go here?",
)
def orthogonal_start(Z):
    return np.concatenate([np.linalg.qr(z)[0] for z in Z], axis=1)


@wrong(
    "never_stacked",
    "Returns (G, H, H): the blocks are right but not put one below the other.",
    "How many axes has your result, and how many has the W asked for?",
)
def orthogonal_start(Z):
    Q, R = np.linalg.qr(Z)
    d = np.sign(np.diagonal(R, axis1=-2, axis2=-1))
    return Q * d[:, None, :]


@wrong(
    "only_normalised",
    "Each row is brought to length 1, but the rows are not perpendicular to each other.",
    "Lengths are right now. What about the products of two different rows of one block?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = Z.reshape(-1, H)
    return W / np.linalg.norm(W, axis=-1, keepdims=True)


@wrong(
    "divided_by_spectral_norm",
    "Divides each block by its largest singular value: no vector grows, but most of them shrink.",
    "You fixed the largest stretch of each block. What is the smallest one?",
)
def orthogonal_start(Z):
    return np.vstack([z / np.linalg.norm(z, 2) for z in Z])


@wrong(
    "divided_by_root_of_h",
    "Relies on normal draws over √H being orthogonal on the average (a half-remembered fact about wide layers): no single block is.",
    "In expectation ZᵀZ/H is the identity. Print it for H = 3: is it?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    return Z.reshape(G * H, H) / np.sqrt(H)


@wrong(
    "fresh_draws",
    "Draws new matrices of its own; Z gives only the shape.",
    "Call it twice with the same Z. Where does the randomness come from that you use?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = np.empty((G * H, H))
    for g in range(G):
        a = np.random.randn(H, H)
        u, _, v = np.linalg.svd(a)
        W[g * H:(g + 1) * H] = u @ v
    return W


@wrong(
    "first_gate_repeated",
    "Orthogonalises the first draws only and repeats that block for each gate.",
    "Which Z[g] does your code never read? Compare two blocks of the result.",
)
def orthogonal_start(Z):
    G = len(Z)
    q, r = np.linalg.qr(Z[0])
    q = q * np.sign(np.diag(r))
    return np.tile(q, (G, 1))


@wrong(
    "diagonal_not_its_sign",
    "Multiplies by the diagonal of R itself, not by its signs, so the columns get other lengths than 1.",
    "The correction after QR should only turn some columns round. What else does yours do to them?",
)
def orthogonal_start(Z):
    blocks = []
    for g in range(Z.shape[0]):
        q, r = np.linalg.qr(Z[g])
        blocks.append(q * np.diag(r))
    return np.concatenate(blocks)


@wrong(
    "gates_interleaved",
    "The axes are swapped before the reshape, so the rows of the gates alternate in place of standing in blocks.",
    "Which rows belong to gate 0 in your result? Take identities for one gate and negative ones for another, and look where they go.",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    Q = np.stack([np.linalg.qr(z)[0] for z in Z], axis=1)    # (H, G, H)
    return Q.reshape(G * H, H)


@wrong(
    "wrong_factor_of_qr",
    "Takes R, the triangular factor, for the orthogonal one.",
    "Which of the two factors is triangular? Look at the zeros in your blocks.",
)
def orthogonal_start(Z):
    W = []
    for z in Z:
        _, q = np.linalg.qr(z)
        W.append(q)
    return np.vstack(W)


@wrong(
    "gram_schmidt_not_normalised",
    "Gram–Schmidt without dividing by the lengths at the end: the rows are perpendicular but not of length 1.",
    "Look at the diagonal of Q Qᵀ for one block. What is still to be done?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = Z.copy()
    for g in range(G):
        for i in range(H):
            for j in range(i):
                W[g, i] -= (W[g, i] @ W[g, j]) / (W[g, j] @ W[g, j]) * W[g, j]
    return W.reshape(G * H, H)


@wrong(
    "gram_schmidt_on_the_old_rows",
    "Subtracts the projections on the raw rows of Z, which are not perpendicular among themselves, in place of those on the rows that are done.",
    "When you project the third row, are the two that you project on perpendicular to each other?",
)
def orthogonal_start(Z):
    out = []
    for z in Z:
        e = z / np.linalg.norm(z, axis=1, keepdims=True)
        q = np.zeros_like(z)
        for i in range(z.shape[0]):
            v = z[i].copy()
            for j in range(i):
                v -= (z[i] @ e[j]) * e[j]
            q[i] = v / np.linalg.norm(v)
        out.append(q)
    return np.concatenate(out, axis=0)


@wrong(
    "muon_iterations",
    "Five Newton–Schulz rounds with Muon's coefficients: singular values land somewhere around 1, not at 1.",
    "Those coefficients were tuned for speed. How near to 1 are the singular values that come out?",
)
def orthogonal_start(Z):
    a, b, c = 3.4445, -4.7750, 2.0315
    X = Z / (np.linalg.norm(Z, axis=(1, 2), keepdims=True) + 1e-7)
    for _ in range(5):
        A = X @ X.transpose(0, 2, 1)
        X = a * X + (b * A + c * (A @ A)) @ X
    return X.reshape(-1, Z.shape[-1])


@wrong(
    "gain_of_relu",
    "Multiplies by the gain √2: the blocks stretch every vector by it and are not orthogonal any more.",
    "By how much does your block lengthen a vector? What does an orthogonal matrix do to lengths?",
)
def orthogonal_start(Z):
    gain = np.sqrt(2.0)    # calculate_gain("relu")
    qs = [gain * np.linalg.qr(z)[0] for z in Z]
    return np.vstack(qs)


@wrong(
    "svd_put_together_again",
    "Multiplies all three factors of the SVD, which gives Z back.",
    "Compare your result with Z. Which of the factors holds the stretching?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = np.zeros((G * H, H), dtype=Z.dtype)
    for g in range(G):
        U, S, Vh = np.linalg.svd(Z[g])
        W[g * H:(g + 1) * H, :] = U @ np.diag(S) @ Vh
    return W


@wrong(
    "torch_transpose",
    "Transposes the batch with two axes, as tensors allow; NumPy's method raises an error for three axes.",
    "Read the error: how many axes does this transpose want you to name?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    lam, V = np.linalg.eigh(Z.transpose(1, 2) @ Z)
    inv_root = (V / np.sqrt(lam)[:, None, :]) @ V.transpose(1, 2)
    return (Z @ inv_root).reshape(G * H, H)
