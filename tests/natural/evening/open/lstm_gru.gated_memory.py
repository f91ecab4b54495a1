"""As a tired student after work: loops over time, half of it translated from a Keras or torch layer that once ran."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def sigmoid(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


@right("plain_loop")
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = m0
    out = []
    for x_t in x:
        keep = sigmoid(x_t @ A_k.T + b_k)
        store = sigmoid(x_t @ A_s.T + b_s)
        m = keep * m + store * x_t
        out.append(m)
    return np.array(out)


@right("all_gates_ahead")
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    # both gates look at x only, so no need for the loop here
    k = sigmoid(x @ A_k.T + b_k)
    m = sigmoid(x @ A_s.T + b_s) * x
    m[0] += k[0] * m0
    for t in range(1, len(x)):
        m[t] += k[t] * m[t - 1]
    return m


@right("every_example_alone")
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    T, B, N = x.shape
    m = np.zeros((T, B, N), dtype=x.dtype)
    for b in range(B):
        old = m0[b].copy()
        for t in range(T):
            kg = sigmoid(A_k @ x[t, b] + b_k)
            sg = sigmoid(A_s @ x[t, b] + b_s)
            for n in range(N):
                m[t, b, n] = kg[n] * old[n] + sg[n] * x[t, b, n]
            old = m[t, b]
    return m


@wrong(
    "gates_listen_to_the_memory",
    "The gates are computed from the memory before, as in an LSTM that listens to its state; here they look at the input alone.",
    "Which letter stands behind A_k in the formula, x or m?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = m0
    out = []
    for x_t in x:
        k = sigmoid(m @ A_k.T + b_k)
        s = sigmoid(m @ A_s.T + b_s)
        m = k * m + s * x_t
        out.append(m)
    return np.array(out)


@wrong(
    "store_is_one_minus_keep",
    "What is stored is weighted by 1 - keep, as in a GRU; the second gate with A_s and b_s is never used.",
    "Change A_s and b_s: does anything in your answer change?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = m0
    out = []
    for t in range(x.shape[0]):
        z = sigmoid(x[t] @ A_k.T + b_k)
        m = z * m + (1 - z) * x[t]
        out.append(m)
    return np.stack(out)


@wrong(
    "keras_kernel",
    "x @ A as with a Keras kernel: the matrices here are to be transposed first. It fits by shape because they are square.",
    "For one example the task writes A x. If examples are rows, on which side does A stand, and how is it turned?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    memory = m0
    memories = []
    for t in range(len(x)):
        keep = sigmoid(np.dot(x[t], A_k) + b_k)
        store = sigmoid(np.dot(x[t], A_s) + b_s)
        memory = keep * memory + store * x[t]
        memories.append(memory)
    return np.stack(memories)


@wrong(
    "start_is_returned_too",
    "The list starts with m0, so there are T + 1 memories instead of T.",
    "How many rows does your answer have for T = 1? Which of them is m_1?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = [m0]
    for x_t in x:
        k = sigmoid(x_t @ A_k.T + b_k)
        s = sigmoid(x_t @ A_s.T + b_s)
        m.append(k * m[-1] + s * x_t)
    return np.array(m)


@wrong(
    "starts_from_zeros",
    "The memory starts from zeros; m0 is not used.",
    "Open the keeping gate wide with T = 1. How much of m0 should be found in m_1?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    T, B, N = x.shape
    m = np.zeros((T, B, N), dtype=x.dtype)
    for t in range(T):
        k = sigmoid(x[t] @ A_k.T + b_k)
        s = sigmoid(x[t] @ A_s.T + b_s)
        prev = m[t - 1] if t > 0 else np.zeros((B, N), dtype=x.dtype)
        m[t] = k * prev + s * x[t]
    return m


@wrong(
    "own_sigmoid_overflows",
    "An own sigmoid exp(a) / (1 + exp(a)), which is inf / inf, so nan, once a is large.",
    "What does your sigmoid give for a = 1000? Try it alone.",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    def sigma(a):
        return np.exp(a) / (1 + np.exp(a))

    m = m0
    out = []
    for x_t in x:
        m = sigma(x_t @ A_k.T + b_k) * m + sigma(x_t @ A_s.T + b_s) * x_t
        out.append(m)
    return np.array(out)


@wrong(
    "one_array_appended_again_and_again",
    "The memory is changed in place and the same array is appended each time, so all rows hold the last memory.",
    "Compare the first and the last row of your answer. How many arrays have you made?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = m0.copy()
    out = []
    for x_t in x:
        m *= sigmoid(x_t @ A_k.T + b_k)
        m += sigmoid(x_t @ A_s.T + b_s) * x_t
        out.append(m)
    return np.stack(out)


@wrong(
    "m0_written_over",
    "m is m0 itself and is changed in place: the numbers are right, but the caller's m0 is lost.",
    "Print m0 before and after the call. What does m = m0 make, a copy or a second name?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    out = np.empty_like(x)
    m = m0
    for t in range(len(x)):
        m *= sigmoid(x[t] @ A_k.T + b_k)
        m += sigmoid(x[t] @ A_s.T + b_s) * x[t]
        out[t] = m
    return out


@wrong(
    "tanh_on_what_is_stored",
    "The input goes through tanh before it is stored, as in an LSTM; here it is stored as it is.",
    "With keep shut and store open, m_t should equal x_t. Try it with x_t = 3.",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = m0
    out = []
    for x_t in x:
        f = sigmoid(x_t @ A_k.T + b_k)
        i = sigmoid(x_t @ A_s.T + b_s)
        m = f * m + i * np.tanh(x_t)
        out.append(m)
    return np.array(out)


@wrong(
    "gates_exchanged",
    "The two gates have changed places: the storing one keeps and the keeping one stores.",
    "Set b_k to 1000 and b_s to -1000. Should the memory stay, or be replaced?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = m0
    out = []
    for x_t in x:
        i = sigmoid(x_t @ A_k.T + b_k)
        f = sigmoid(x_t @ A_s.T + b_s)
        m = f * m + i * x_t
        out.append(m)
    return np.array(out)


@wrong(
    "zeros_are_float64",
    "np.zeros without a dtype makes float64, also for float32 inputs.",
    "Call it with float32 and print the dtype of the answer. Which line chose it?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = np.zeros(x.shape)
    prev = m0
    for t in range(x.shape[0]):
        k = sigmoid(x[t] @ A_k.T + b_k)
        s = sigmoid(x[t] @ A_s.T + b_s)
        m[t] = k * prev + s * x[t]
        prev = m[t]
    return m


@wrong(
    "only_the_last_memory",
    "Returns the last memory only, like a Keras layer with return_sequences=False.",
    "What is the shape of your answer, and where are m_1 to m_{T-1}?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = m0
    for x_t in x:
        k = sigmoid(x_t @ A_k.T + b_k)
        s = sigmoid(x_t @ A_s.T + b_s)
        m = k * m + s * x_t
    return m


@wrong(
    "keeps_the_new_as_well",
    "The keeping gate multiplies the whole sum, so what is stored now is already weakened by it.",
    "Where does the bracket close? Shut the keeping gate: does anything of x_t still get in?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = m0
    out = []
    for x_t in x:
        keep = sigmoid(x_t @ A_k.T + b_k)
        store = sigmoid(x_t @ A_s.T + b_s)
        m = keep * (m + store * x_t)
        out.append(m)
    return np.array(out)


@wrong(
    "clipped_gates",
    "The argument of the sigmoid is clipped to ±10 against overflow, so a gate is never really open or shut: 4.5e-5 are missing.",
    "With an argument of 1000 the gate should be 1. What is yours, to six digits?",
)
def gated_memory(x, m0, A_k, b_k, A_s, b_s):
    m = m0
    out = []
    for x_t in x:
        k = sigmoid(np.clip(x_t @ A_k.T + b_k, -10, 10))
        s = sigmoid(np.clip(x_t @ A_s.T + b_s, -10, 10))
        m = k * m + s * x_t
        out.append(m)
    return np.array(out)
