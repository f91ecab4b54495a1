"""As students after the lecture: 'orthogonal keeps lengths' has stuck; how to make such a matrix, and what it is for a stack of gates, less so."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("qr_with_signs")
def orthogonal_start(Z):
    G, H, _ = Z.shape
    blocks = []
    for g in range(G):
        Q, R = np.linalg.qr(Z[g])
        blocks.append(Q * np.sign(np.diag(R)))
    return np.concatenate(blocks, axis=0)


@right("nearest_orthogonal")
def orthogonal_start(Z):
    # set all singular values to 1
    U, _, Vt = np.linalg.svd(Z)
    return (U @ Vt).reshape(-1, Z.shape[-1])


@right("gram_schmidt_rows")
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = np.zeros((G * H, H), dtype=Z.dtype)
    for g in range(G):
        basis = []
        for i in range(H):
            v = Z[g, i].copy()
            for _ in range(2):              # twice, against rounding
                for u in basis:
                    v = v - (u @ v) * u
            v = v / np.sqrt(v @ v)
            basis.append(v)
        W[g * H:(g + 1) * H] = basis
    return W


@right("eigenvectors_of_symmetric_part")
def orthogonal_start(Z):
    # a symmetric matrix has orthonormal eigenvectors
    return np.vstack([np.linalg.eigh(z + z.T)[1] for z in Z])


@right("reflections")
def orthogonal_start(Z):
    # each reflection I - 2 v v^T keeps lengths, so does their product
    G, H, _ = Z.shape
    W = []
    for z in Z:
        Q = np.eye(H, dtype=Z.dtype)
        for v in z:
            Q = Q - 2 * np.outer(Q @ v, v) / (v @ v)
        W.append(Q)
    return np.concatenate(W)


@wrong(
    "qr_of_the_whole_stack",
    "One QR of the (G·H, H) stack: its columns are orthonormal over all gates together, but no block is orthogonal.",
    "Take the first H rows of your result and multiply them by their transpose. Is that the identity?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    Q, R = np.linalg.qr(Z.reshape(G * H, H))
    return Q


@wrong(
    "first_gate_for_all",
    "Only Z[0] is used, and its block is repeated for all gates.",
    "Compare two blocks of your result. Did they come from the same draws?",
)
def orthogonal_start(Z):
    G = Z.shape[0]
    Q, _ = np.linalg.qr(Z[0])
    return np.vstack([Q] * G)


@wrong(
    "rows_only_normalised",
    "The rows are brought to length 1, but they are not at right angles to each other.",
    "What is the scalar product of two different rows of a block? Which half of 'orthonormal' do you have?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = Z.reshape(G * H, H)
    return W / np.linalg.norm(W, axis=1, keepdims=True)


@wrong(
    "columns_only_normalised",
    "Every column of a block gets length 1, but the columns are not orthogonal.",
    "Form W_g^T W_g for a block. What stands off the diagonal?",
)
def orthogonal_start(Z):
    blocks = []
    for Zg in Z:
        Wg = np.zeros_like(Zg)
        for j in range(Zg.shape[1]):
            Wg[:, j] = Zg[:, j] / np.linalg.norm(Zg[:, j])
        blocks.append(Wg)
    return np.vstack(blocks)


@wrong(
    "divided_by_the_largest_singular_value",
    "Each block is divided by its largest singular value: nothing grows, but all other directions shrink.",
    "Print the singular values of a block. Which of them should be 1?",
)
def orthogonal_start(Z):
    out = []
    for g in range(Z.shape[0]):
        sigma = np.linalg.norm(Z[g], 2)
        out.append(Z[g] / sigma)      # now |W v| <= |v|
    return np.concatenate(out, axis=0)


@wrong(
    "side_by_side",
    "The blocks stand side by side, (H, G·H), not one below the other.",
    "What is the shape of your result? Do the gates share the rows or the columns?",
)
def orthogonal_start(Z):
    return np.hstack([np.linalg.qr(Zg)[0] for Zg in Z])


@wrong(
    "left_as_a_stack",
    "The result stays (G, H, H); the gates are not put below each other.",
    "How many axes has W in the task, and how many has yours?",
)
def orthogonal_start(Z):
    W = np.empty_like(Z)
    for g in range(len(Z)):
        Q, R = np.linalg.qr(Z[g])
        W[g] = Q
    return W


@wrong(
    "draws_its_own",
    "New normal draws are made in the function and Z is used only for its shape, so that equal Z give different results.",
    "Call it twice with the same Z. Do you get the same matrix?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = np.zeros((G * H, H))
    for g in range(G):
        A = np.random.randn(H, H)
        Q, _ = np.linalg.qr(A)
        W[g*H:(g+1)*H] = Q
    return W


@wrong(
    "r_taken_for_q",
    "Takes the second result of the QR factorisation, the triangular R, for the orthogonal one.",
    "Print a block. Why is its lower half empty? In what order does the function return its two matrices?",
)
def orthogonal_start(Z):
    blocks = []
    for Zg in Z:
        R, Q = np.linalg.qr(Zg)
        blocks.append(Q)
    return np.vstack(blocks)


@wrong(
    "singular_values_kept",
    "The SVD is put together again with its singular values, which gives Z back.",
    "Compare your result with Z. Which of the three factors of an SVD is not orthogonal?",
)
def orthogonal_start(Z):
    W = []
    for Zg in Z:
        U, S, Vt = np.linalg.svd(Zg)
        W.append(U @ np.diag(S) @ Vt)
    return np.concatenate(W, axis=0)


@wrong(
    "identity_for_all",
    "The identity is orthogonal, but it does not depend on the draws.",
    "Other draws should give other blocks. Where does Z come in?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    # Q Q^T = I is the condition, I fulfils it
    return np.tile(np.eye(H, dtype=Z.dtype), (G, 1))


@wrong(
    "skew_for_orthogonal",
    "Makes the matrix antisymmetric, W^T = -W, and takes that for orthogonal.",
    "Multiply a block by its transpose. What should come out, and what does?",
)
def orthogonal_start(Z):
    A = (Z - Z.transpose(0, 2, 1)) / 2
    return A.reshape(-1, A.shape[-1])


@wrong(
    "only_the_previous_row_removed",
    "In Gram-Schmidt each row loses only its part along the row before, so that from the third row on it is not orthogonal to the earlier ones.",
    "Check the first row against the second, and the first against the third.",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = Z.copy()
    for g in range(G):
        W[g, 0] /= np.linalg.norm(W[g, 0])
        for i in range(1, H):
            W[g, i] -= (W[g, i] @ W[g, i - 1]) * W[g, i - 1]
            W[g, i] /= np.linalg.norm(W[g, i])
    return W.reshape(G * H, H)


@wrong(
    "gram_schmidt_without_lengths",
    "Gram-Schmidt makes the rows orthogonal, but they never get length 1.",
    "Multiply a block by its transpose. What stands on the diagonal?",
)
def orthogonal_start(Z):
    blocks = []
    for Zg in Z:
        rows = []
        for z in Zg:
            v = z.copy()
            for u in rows:
                v = v - (u @ z) / (u @ u) * u
            rows.append(v)
        blocks.append(np.array(rows))
    return np.concatenate(blocks)


@wrong(
    "projections_not_divided",
    "Gram-Schmidt with unnormalised vectors, the division by u·u left out of the projection; the rows are normalised only at the end.",
    "How long are the vectors u when you project onto them? What does the formula for a projection assume of them?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = np.zeros((G, H, H), Z.dtype)
    for g in range(G):
        for i in range(H):
            v = Z[g, i].copy()
            for j in range(i):
                v = v - (W[g, j] @ v) * W[g, j]
            W[g, i] = v
        W[g] = W[g] / np.linalg.norm(W[g], axis=1, keepdims=True)
    return W.reshape(G * H, H)


@wrong(
    "draws_overwritten",
    "Gram-Schmidt runs in place on Z: reshape gives a view, so the caller's draws are lost.",
    "Print Z before and after the call. Does reshape copy?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = Z.reshape(G * H, H)
    for g in range(G):
        for i in range(g * H, (g + 1) * H):
            for _ in range(2):
                for j in range(g * H, i):
                    W[i] -= (W[i] @ W[j]) * W[j]
            W[i] /= np.linalg.norm(W[i])
    return W


@wrong(
    "basis_kept_over_the_gates",
    "The list of finished vectors is not emptied for the next gate; after H of them nothing is left, and later blocks are normalised rounding errors.",
    "After the first gate, how many directions are still free in H dimensions? Print the length of v before you normalise.",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    basis = []
    for g in range(G):
        for i in range(H):
            v = Z[g, i].copy()
            for u in basis:
                v = v - (u @ v) * u
            basis.append(v / np.linalg.norm(v))
    return np.array(basis)


@wrong(
    "variance_scaled",
    "Divides by √H, so that lengths are kept on average; no block is orthogonal.",
    "Lengths are kept on average, you say. And for the particular vector that a block stretches most?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    # Xavier: var = 1/H keeps the norm
    return (Z / np.sqrt(H)).reshape(G * H, H)


@wrong(
    "last_gate_missing",
    "The loop stops one gate early, and the last H rows stay zero.",
    "Which values does g take for G = 4? Look at the last rows of W.",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = np.zeros((G * H, H), dtype=Z.dtype)
    for g in range(0, G - 1):
        Q, R = np.linalg.qr(Z[g])
        W[g * H:(g + 1) * H, :] = Q
    return W


@wrong(
    "gates_interleaved",
    "After the transpose the first rows of all gates come first: the rows are interleaved, not H rows for each gate.",
    "From which gate is the second row of your result?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    Q = np.stack([np.linalg.qr(Z[g])[0] for g in range(G)])
    return Q.transpose(1, 0, 2).reshape(G * H, H)


@wrong(
    "eigenvectors_of_any_matrix",
    "The eigenvectors of a matrix which is not symmetric are not orthogonal, and may be complex.",
    "For what kind of matrix did the theorem promise orthogonal eigenvectors? Is Z[g] one?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = []
    for g in range(G):
        lam, V = np.linalg.eig(Z[g])
        W.append(V.real)
    return np.concatenate(W)


@wrong(
    "with_relu_gain",
    "Scales the orthogonal blocks by √2, as in the start for ReLU; then every step lengthens.",
    "How long is W_g v, if v has length 1? Where does the factor come from?",
)
def orthogonal_start(Z):
    gain = np.sqrt(2)
    Q, _ = np.linalg.qr(Z)
    return gain * Q.reshape(-1, Z.shape[2])


@wrong(
    "diagonal_for_its_sign",
    "To fix the signs Q is multiplied by the diagonal of R, not by its sign.",
    "Which values may you multiply the columns of Q by without changing their length? Print yours.",
)
def orthogonal_start(Z):
    blocks = []
    for Zg in Z:
        Q, R = np.linalg.qr(Zg)
        Q = Q @ np.diag(np.diag(R))     # make it unique
        blocks.append(Q)
    return np.vstack(blocks)


@wrong(
    "gates_chained",
    "Each block is multiplied by the one before, so that block g depends on all draws before it too.",
    "Change Z[0] only. Which blocks may change, and which do?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = []
    Q_prev = np.eye(H)
    for g in range(G):
        Q, _ = np.linalg.qr(Z[g])
        Q_prev = Q @ Q_prev       # product of orthogonals is orthogonal
        W.append(Q_prev)
    return np.concatenate(W, axis=0)


@wrong(
    "too_few_iterations",
    "The iteration towards the nearest orthogonal matrix is stopped after five rounds, when small singular values are still far from 1.",
    "Print the singular values of a block after every round. Have all of them arrived when you stop?",
)
def orthogonal_start(Z):
    W = []
    for X in Z:
        X = X / np.linalg.norm(X)
        for _ in range(5):
            X = 1.5 * X - 0.5 * X @ X.T @ X
        W.append(X)
    return np.concatenate(W)


@wrong(
    "series_cut_short",
    "exp of an antisymmetric matrix is orthogonal, but only the first two terms, I + A, are taken.",
    "(I + A)(I + A)^T with A^T = -A: multiply it out. What is left beside I?",
)
def orthogonal_start(Z):
    G, H, _ = Z.shape
    W = np.zeros((G * H, H), dtype=Z.dtype)
    for g in range(G):
        A = (Z[g] - Z[g].T) / 2
        W[g * H:(g + 1) * H] = np.eye(H) + A     # exp(A)
    return W
