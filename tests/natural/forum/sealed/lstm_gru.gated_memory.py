"""As put together from forums, blogs and papers: einsum, batch first, scans, and gates from other models."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def sigmoid(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


@right("batch_first_einsum")
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    X = x.swapaxes(0, 1)  # (B, T, N)
    K = sigmoid(np.einsum("btn,mn->btm", X, A_k) + b_k)
    S = sigmoid(np.einsum("btn,mn->btm", X, A_s) + b_s)
    M = np.empty_like(X)
    state = m0
    for t in range(X.shape[1]):
        state = K[:, t] * state + S[:, t] * X[:, t]
        M[:, t] = state
    return np.ascontiguousarray(M.swapaxes(0, 1))


@right("parallel_scan")
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    # linear recurrence m_t = a_t m_{t-1} + u_t by doubling (Hillis and Steele)
    a = sigmoid(x @ A_k.T + b_k)
    u = sigmoid(x @ A_s.T + b_s) * x
    u[0] = u[0] + a[0] * m0
    step = 1
    while step < len(x):
        u_new, a_new = u.copy(), a.copy()
        u_new[step:] = a[step:] * u[:-step] + u[step:]
        a_new[step:] = a[step:] * a[:-step]
        u, a = u_new, a_new
        step *= 2
    return u


@right("decay_matrix")
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    # m_t = sum over s <= t of (k_{s+1} ... k_t) u_s, with u_0 = m0
    k = sigmoid(x @ A_k.T + b_k)
    u = np.concatenate([m0[None], sigmoid(x @ A_s.T + b_s) * x])
    T = len(x)
    m = np.zeros_like(x)
    for t in range(T):
        decay = np.ones((t + 2,) + m0.shape, dtype=x.dtype)
        decay[:-1] = np.cumprod(k[:t + 1][::-1], axis=0)[::-1]
        m[t] = (decay * u[:t + 2]).sum(axis=0)
    return m


@right("sigmoid_by_tanh")
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    W = np.concatenate([A_k, A_s])
    b = np.concatenate([b_k, b_s])
    gates = (1 + np.tanh((x @ W.T + b) / 2)) / 2
    k, s = np.split(gates, 2, axis=-1)
    ms = [m0]
    for t in range(len(x)):
        ms.append(k[t] * ms[t] + s[t] * x[t])
    return np.stack(ms[1:])


@wrong(
    "divided_by_the_cumulative_product",
    "The closed form P (m0 + cumsum(s x / P)) with P the product of the keeping gates: a shut gate makes P zero, and 0 / 0 or inf follows.",
    "What is your cumulative product after a gate that is quite shut? By what do you then divide?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    k = sigmoid(x @ A_k.T + b_k)
    u = sigmoid(x @ A_s.T + b_s) * x
    P = np.cumprod(k, axis=0)
    return P * (m0 + np.cumsum(u / P, axis=0))


@wrong(
    "scan_in_logarithms",
    "The products are taken as exp of sums of log k, and then differences of them: log 0 is -inf, and -inf minus -inf is nan.",
    "What is log(k) for a gate that is quite shut? What is the difference of two such sums?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    log_k = np.log(sigmoid(x @ A_k.T + b_k))
    u = sigmoid(x @ A_s.T + b_s) * x
    L = np.cumsum(log_k, axis=0)
    out = []
    for t in range(len(x)):
        w = np.exp(L[t] - L[:t + 1])
        out.append(np.exp(L[t]) * m0 + (w * u[:t + 1]).sum(axis=0))
    return np.array(out)


@wrong(
    "own_gate_in_the_product",
    "What is stored at step s is already multiplied by the keeping gate of step s: the products start one step too early.",
    "With T = 1, what is the factor before s_1 x_1 in your sum?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    k = sigmoid(x @ A_k.T + b_k)
    u = sigmoid(x @ A_s.T + b_s) * x
    m = np.zeros_like(x)
    for t in range(len(x)):
        decay = np.cumprod(k[:t + 1][::-1], axis=0)[::-1]
        m[t] = decay[0] * m0 + (decay * u[:t + 1]).sum(axis=0)
    return m


@wrong(
    "einsum_indices_of_the_transpose",
    "btn,nm->btm multiplies by A, not by its transpose; the indices fit because A is square.",
    "In A x, over which index of A is summed: the first or the second?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    K = sigmoid(np.einsum("tbn,nm->tbm", x, A_k) + b_k)
    S = sigmoid(np.einsum("tbn,nm->tbm", x, A_s) + b_s)
    m, out = m0, []
    for k, s, x_t in zip(K, S, x):
        m = k * m + s * x_t
        out.append(m)
    return np.stack(out)


@wrong(
    "left_batch_first",
    "Computed batch first and returned so: (B, T, N) instead of (T, B, N).",
    "Compare the shape of your answer with that of x.",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    X = x.transpose(1, 0, 2)
    K = sigmoid(X @ A_k.T + b_k)
    S = sigmoid(X @ A_s.T + b_s)
    m, out = m0, []
    for t in range(X.shape[1]):
        m = K[:, t] * m + S[:, t] * X[:, t]
        out.append(m)
    return np.stack(out, axis=1)


@wrong(
    "hard_sigmoid",
    "The hard sigmoid of old Keras, 0.2 a + 0.5 between 0 and 1, in place of σ.",
    "Compare your gate with σ at a = 1. Which curve did the task give you?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    def gate(a):
        return np.clip(a * 0.2 + 0.5, 0, 1)

    m, out = m0, []
    for x_t in x:
        m = gate(x_t @ A_k.T + b_k) * m + gate(x_t @ A_s.T + b_s) * x_t
        out.append(m)
    return np.stack(out)


@wrong(
    "gates_of_the_step_before",
    "The gates are shifted by one step: step t is kept and stored by the gates of x_{t-1} (the first by its own).",
    "Which x stands inside σ for m_t in the formula? Change x_2 alone and look at m_2.",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    before = np.concatenate([x[:1], x[:-1]])
    k = sigmoid(before @ A_k.T + b_k)
    s = sigmoid(before @ A_s.T + b_s)
    m, out = m0, []
    for t in range(len(x)):
        m = k[t] * m + s[t] * x[t]
        out.append(m)
    return np.stack(out)


@wrong(
    "softmax_of_the_two_gates",
    "The two gates are made to sum to 1 by a softmax; here each is a sigmoid of its own.",
    "May both gates be open at once by the formula? And in your code?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    logits = np.stack([x @ A_k.T + b_k, x @ A_s.T + b_s])
    logits = logits - logits.max(axis=0)
    w = np.exp(logits)
    k, s = w / w.sum(axis=0)
    m, out = m0, []
    for t in range(len(x)):
        m = k[t] * m + s[t] * x[t]
        out.append(m)
    return np.stack(out)


@wrong(
    "memory_before_the_step",
    "Each row is written before the update, so the rows are m_0 to m_{T-1}.",
    "Is your first row m0 itself? Which memory should it be?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    K = sigmoid(x @ A_k.T + b_k)
    U = sigmoid(x @ A_s.T + b_s) * x
    out = np.empty_like(x)
    m = m0
    for t in range(len(x)):
        out[t] = m
        m = K[t] * m + U[t]
    return out


@wrong(
    "sign_in_the_stable_sigmoid",
    "A stable sigmoid from a forum, exp(-logaddexp(0, a)), with the wrong sign: it is σ(-a), so open and shut are exchanged.",
    "What does your sigmoid give for a = 1000, 0 or 1?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    def sig(a):
        return np.exp(-np.logaddexp(0, a))

    k = sig(x @ A_k.T + b_k)
    s = sig(x @ A_s.T + b_s)
    m, out = m0, []
    for t in range(len(x)):
        m = k[t] * m + s[t] * x[t]
        out.append(m)
    return np.stack(out)


@wrong(
    "cast_to_double_for_stability",
    "Everything is cast to float64 for stability and never cast back.",
    "Which dtype came in, and which goes out?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    x, m = np.asarray(x, dtype=np.float64), np.asarray(m0, dtype=np.float64)
    k = sigmoid(np.einsum("mn,tbn->tbm", A_k, x) + b_k)
    s = sigmoid(np.einsum("mn,tbn->tbm", A_s, x) + b_s)
    out = []
    for t in range(len(x)):
        m = k[t] * m + s[t] * x[t]
        out.append(m)
    return np.stack(out)


@wrong(
    "one_product_for_all_the_batch",
    "The keeping gate is averaged over the batch, so that one product of gates serves all examples.",
    "Two examples with different inputs: do they have the same gates?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    k = sigmoid(x @ A_k.T + b_k).mean(axis=1, keepdims=True)
    s = sigmoid(x @ A_s.T + b_s)
    m, out = m0, []
    for t in range(len(x)):
        m = k[t] * m + s[t] * x[t]
        out.append(m)
    return np.stack(out)


@wrong(
    "content_through_the_matrix",
    "As in the simple recurrent unit, what is stored is a product of the input with a matrix (A_s x), not x itself.",
    "What stands behind the second ⊙: x_t, or a product with it?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    k = sigmoid(x @ A_k.T + b_k)
    s = sigmoid(x @ A_s.T + b_s)
    content = x @ A_s.T
    m, out = m0, []
    for t in range(len(x)):
        m = k[t] * m + s[t] * content[t]
        out.append(m)
    return np.stack(out)
