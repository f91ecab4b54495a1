"""As students in the last week of the winter term: counted on paper, by tables of shapes, by trying."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("formulas")
def costs(L, T, F, H, K):
    out = H * K + K
    n_mlp = L * F * H + H + out
    n_rnn = F * H + H * H + 2 * H + out
    m_mlp = T * (L * F * H + H * K)
    m_rnn = T * (F * H + H * H + H * K)
    # more: L F + 1 > F + H + 2
    l_more = (F + H + 1) // F + 1
    return n_mlp, n_rnn, m_mlp, m_rnn, l_more


@right("tables_of_shapes")
def costs(L, T, F, H, K):
    def mlp(window):
        return [(H, window * F), (K, H)], [H, K]

    rnn = [(H, F), (H, H), (K, H)], [H, H, K]

    def weights(net):
        return sum(rows * cols for rows, cols in net[0])

    def size(net):
        return weights(net) + sum(net[1])

    smallest = 1
    while size(mlp(smallest)) <= size(rnn):
        smallest += 1
    return size(mlp(L)), size(rnn), T * weights(mlp(L)), T * weights(rnn), smallest


@right("bisection_for_the_window")
def costs(L, T, F, H, K):
    L, T, F, H, K = (int(v) for v in (L, T, F, H, K))
    N = lambda w: (w * F + 1) * H + (H + 1) * K
    N_rnn = (F + H + 2) * H + (H + 1) * K
    low, high = 0, F + H + 3

    def search(low, high):
        if high - low == 1:
            return high
        mid = (low + high) // 2
        return search(low, mid) if N(mid) > N_rnn else search(mid, high)

    return N(L), N_rnn, T * H * (L * F + K), T * H * (F + H + K), search(low, high)


@wrong(
    "at_least_as_many",
    "The smallest window with at least as many numbers as the RNN: the division is rounded up where it comes out even.",
    "A window with exactly as many weights and biases as the RNN: has the MLP more?",
)
def costs(L, T, F, H, K):
    out = H * K + K
    n_mlp = L * F * H + H + out
    n_rnn = F * H + H * H + 2 * H + out
    m_mlp = T * (L * F * H + H * K)
    m_rnn = T * (F * H + H * H + H * K)
    # more: L F + 1 > F + H + 2
    l_more = -(-(F + H + 1) // F)
    return n_mlp, n_rnn, m_mlp, m_rnn, l_more


@wrong(
    "one_bias_in_the_rnn",
    "The RNN has one bias of H numbers, as in Keras.",
    "How many numbers are b_ih and b_hh together?",
)
def costs(L, T, F, H, K):
    N_mlp = H * (L * F + 1) + K * (H + 1)
    N_rnn = H * (F + H + 1) + K * (H + 1)
    M_mlp = T * (H * L * F + K * H)
    M_rnn = T * (H * F + H * H + K * H)
    w = 1
    while H * (w * F + 1) + K * (H + 1) <= N_rnn:
        w += 1
    return N_mlp, N_rnn, M_mlp, M_rnn, w


@wrong(
    "only_the_new_step_is_multiplied",
    "The MLP multiplies only for the step that is new in its window, as if the rest were remembered.",
    "What does the MLP keep of the window before? Which of its weights multiply in one answer?",
)
def costs(L, T, F, H, K):
    out = H * K + K
    n_mlp = L * F * H + H + out
    n_rnn = F * H + H * H + 2 * H + out
    m_mlp = (L + T - 1) * F * H + T * H * K
    m_rnn = T * (F * H + H * H + H * K)
    # more: L F + 1 > F + H + 2
    l_more = (F + H + 1) // F + 1
    return n_mlp, n_rnn, m_mlp, m_rnn, l_more


@wrong("biases_multiply", "Counts all weights and biases for each answer.", "Is a bias multiplied with anything?")
def costs(L, T, F, H, K):
    out = H * K + K
    n_mlp = L * F * H + H + out
    n_rnn = F * H + H * H + 2 * H + out
    m_mlp = T * n_mlp
    m_rnn = T * n_rnn
    # more: L F + 1 > F + H + 2
    l_more = (F + H + 1) // F + 1
    return n_mlp, n_rnn, m_mlp, m_rnn, l_more


@wrong(
    "output_layer_once",
    "The output layer of the RNN multiplies once, at the end of the sequence (many to one).",
    "At how many steps is an answer wanted?",
)
def costs(L, T, F, H, K):
    out = H * K + K
    n_mlp = L * F * H + H + out
    n_rnn = F * H + H * H + 2 * H + out
    m_mlp = T * (L * F * H + H * K)
    m_rnn = T * (F * H + H * H) + H * K
    # more: L F + 1 > F + H + 2
    l_more = (F + H + 1) // F + 1
    return n_mlp, n_rnn, m_mlp, m_rnn, l_more


@wrong(
    "rnn_over_the_window",
    "The RNN runs anew over L steps for each answer, like the MLP.",
    "What does the RNN need of earlier steps beside its last state?",
)
def costs(L, T, F, H, K):
    def mlp(window):
        return [(H, window * F), (K, H)], [H, K]

    rnn = [(H, F), (H, H), (K, H)], [H, H, K]

    def weights(net):
        return sum(rows * cols for rows, cols in net[0])

    def size(net):
        return weights(net) + sum(net[1])

    smallest = 1
    while size(mlp(smallest)) <= size(rnn):
        smallest += 1
    return size(mlp(L)), size(rnn), T * weights(mlp(L)), T * (L * (weights(rnn) - K * H) + K * H), smallest


@wrong(
    "no_bias_in_the_output_layer",
    "The biases of the output layers are forgotten, in both networks.",
    "How many biases has an output layer of K numbers?",
)
def costs(L, T, F, H, K):
    def mlp(window):
        return [(H, window * F), (K, H)], [H]

    rnn = [(H, F), (H, H), (K, H)], [H, H]

    def weights(net):
        return sum(rows * cols for rows, cols in net[0])

    def size(net):
        return weights(net) + sum(net[1])

    smallest = 1
    while size(mlp(smallest)) <= size(rnn):
        smallest += 1
    return size(mlp(L)), size(rnn), T * weights(mlp(L)), T * weights(rnn), smallest


@wrong(
    "more_multiplications",
    "L_more is the smallest window with more multiplications, not with more weights and biases.",
    "What is compared for L_more, numbers that are stored or products that are made?",
)
def costs(L, T, F, H, K):
    def mlp(window):
        return [(H, window * F), (K, H)], [H, K]

    rnn = [(H, F), (H, H), (K, H)], [H, H, K]

    def weights(net):
        return sum(rows * cols for rows, cols in net[0])

    def size(net):
        return weights(net) + sum(net[1])

    smallest = 1
    while weights(mlp(smallest)) <= weights(rnn):
        smallest += 1
    return size(mlp(L)), size(rnn), T * weights(mlp(L)), T * weights(rnn), smallest


@wrong(
    "last_that_is_not_more",
    "Returns the largest window that does not have more: one too small.",
    "Has the MLP more weights with your L_more than the RNN?",
)
def costs(L, T, F, H, K):
    def n(l):
        return l * F * H + H + H * K + K

    n_rnn = F * H + H * H + 2 * H + H * K + K
    l = 0
    while n(l + 1) <= n_rnn:
        l += 1
    return n(L), n_rnn, T * H * (L * F + K), T * H * (F + H + K), l


@wrong(
    "recurrent_weights_as_a_vector",
    "W_hh counts as H numbers: each unit hears only itself.",
    "How many entries has a matrix (H, H)?",
)
def costs(L, T, F, H, K):
    L, T, F, H, K = (int(v) for v in (L, T, F, H, K))
    N = lambda w: (w * F + 1) * H + (H + 1) * K
    N_rnn = (F + 1 + 2) * H + (H + 1) * K
    low, high = 0, F + H + 3

    def search(low, high):
        if high - low == 1:
            return high
        mid = (low + high) // 2
        return search(low, mid) if N(mid) > N_rnn else search(mid, high)

    return N(L), N_rnn, T * H * (L * F + K), T * H * (F + 1 + K), search(low, high)


@wrong(
    "thirty_two_bits",
    "Counts in int32: large networks and long sequences overflow.",
    "H = 4000, K = 10, T = 10000: how many multiplications is that, and what is the largest int32?",
)
def costs(L, T, F, H, K):
    L, T, F, H, K = np.array([L, T, F, H, K], dtype=np.int32)
    n_mlp = L * F * H + H + H * K + K
    n_rnn = F * H + H * H + 2 * H + H * K + K
    m_mlp = T * (L * F * H + H * K)
    m_rnn = T * (F * H + H * H + H * K)
    l_more = (F + H + 1) // F + 1
    return int(n_mlp), int(n_rnn), int(m_mlp), int(m_rnn), int(l_more)


@wrong("one_answer", "The multiplications of one answer, not of all T.", "T doubles. Do your multiplications?")
def costs(L, T, F, H, K):
    L, T, F, H, K = (int(v) for v in (L, T, F, H, K))
    N = lambda w: (w * F + 1) * H + (H + 1) * K
    N_rnn = (F + H + 2) * H + (H + 1) * K
    low, high = 0, F + H + 3

    def search(low, high):
        if high - low == 1:
            return high
        mid = (low + high) // 2
        return search(low, mid) if N(mid) > N_rnn else search(mid, high)

    return N(L), N_rnn, H * (L * F + K), H * (F + H + K), search(low, high)


@wrong(
    "a_bias_for_each_step_of_the_window",
    "The hidden layer of the MLP has a bias for each unit and each step of the window.",
    "How many biases has a layer of H units, however many inputs it has?",
)
def costs(L, T, F, H, K):
    L, T, F, H, K = (int(v) for v in (L, T, F, H, K))
    N = lambda w: w * (F + 1) * H + (H + 1) * K
    N_rnn = (F + H + 2) * H + (H + 1) * K
    low, high = 0, F + H + 3

    def search(low, high):
        if high - low == 1:
            return high
        mid = (low + high) // 2
        return search(low, mid) if N(mid) > N_rnn else search(mid, high)

    return N(L), N_rnn, T * H * (L * F + K), T * H * (F + H + K), search(low, high)
