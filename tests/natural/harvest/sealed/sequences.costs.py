"""As students of the third year at the end of term: counting in the head, and forgetting a bias."""

import math

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("formulas")
def costs(L, T, F, H, K):
    out_w, out_b = H * K, K
    N_mlp = L * F * H + H + out_w + out_b
    N_rnn = F * H + H * H + 2 * H + out_w + out_b
    M_mlp = T * (L * F * H + out_w)
    M_rnn = T * (F * H + H * H + out_w)
    # L F H + H > F H + H H + 2 H  <=>  L F > F + H + 1
    L_more = (F + H + 1) // F + 1
    return N_mlp, N_rnn, M_mlp, M_rnn, L_more


@right("while_loop")
def costs(L, T, F, H, K):
    def mlp(l):
        return (l * F + 1) * H + (H + 1) * K

    rnn = H * (F + H + 2) + K * (H + 1)
    l = 1
    while mlp(l) <= rnn:
        l = l + 1
    return mlp(L), rnn, T * (mlp(L) - H - K), T * (rnn - 2 * H - K), l


@right("shapes_of_arrays")
def costs(L, T, F, H, K):
    size = lambda shapes: sum(math.prod(s) for s in shapes)  # noqa: E731
    weights = lambda shapes: sum(math.prod(s) for s in shapes if len(s) == 2)  # noqa: E731
    mlp = lambda n: [(H, n * F), (H,), (K, H), (K,)]  # noqa: E731
    rnn = [(H, F), (H, H), (H,), (H,), (K, H), (K,)]
    L_more = next(n for n in range(1, F + H + 3) if size(mlp(n)) > size(rnn))
    return size(mlp(L)), size(rnn), T * weights(mlp(L)), T * weights(rnn), L_more


@wrong(
    "one_bias_in_the_rnn",
    "The RNN is counted with one bias; it has b_ih and b_hh.",
    "How many vectors of H numbers does the task give the RNN?",
)
def costs(L, T, F, H, K):
    N_mlp = (L * F) * H + H + H * K + K
    N_rnn = (F + H) * H + H + H * K + K
    M_mlp = (L * F * H + H * K) * T
    M_rnn = ((F + H) * H + H * K) * T
    L_more = 1
    while L_more * F * H + H + H * K + K <= N_rnn:
        L_more += 1
    return N_mlp, N_rnn, M_mlp, M_rnn, L_more


@wrong(
    "output_without_bias",
    "The output layers are counted without their bias.",
    "H = 1, K = 3: how many numbers has an output layer with a bias?",
)
def costs(L, T, F, H, K):
    hidden_mlp = H * (L * F + 1)
    hidden_rnn = H * (F + H + 2)
    N_mlp, N_rnn = hidden_mlp + H * K, hidden_rnn + H * K
    return N_mlp, N_rnn, T * (H * L * F + H * K), T * (H * F + H * H + H * K), 1 + (F + H + 1) // F


@wrong(
    "one_answer_only",
    "The multiplications are those of one answer, not of all T.",
    "Double T. Should the numbers of multiplications double?",
)
def costs(L, T, F, H, K):
    N_mlp = L * F * H + H + H * K + K
    N_rnn = H * F + H * H + H + H + H * K + K
    M_mlp = L * F * H + H * K
    M_rnn = H * F + H * H + H * K
    n = 1
    while n * F * H + H + H * K + K <= N_rnn:
        n += 1
    return N_mlp, N_rnn, M_mlp, M_rnn, n


@wrong(
    "ceiling_where_it_is_equal",
    "ceil gives the first L with at least as many; where both have equally many, one more is needed.",
    "F = 1, H = 2: with your L_more, has the MLP more weights and biases, or just as many?",
)
def costs(L, T, F, H, K):
    N_mlp = H * L * F + H + K * H + K
    N_rnn = H * F + H * H + 2 * H + K * H + K
    M_mlp = T * (H * L * F + K * H)
    M_rnn = T * (H * F + H * H + K * H)
    L_more = math.ceil((F + H + 1) / F)
    return N_mlp, N_rnn, M_mlp, M_rnn, max(L_more, 1)


@wrong(
    "rounded_down",
    "The quotient is rounded down: with this L the MLP does not have more yet.",
    "Put your L_more into the count of the MLP. Is it larger than that of the RNN?",
)
def costs(L, T, F, H, K):
    out = K * (H + 1)
    N_mlp, N_rnn = H * (L * F + 1) + out, H * (F + H + 2) + out
    M_mlp, M_rnn = T * (H * L * F + K * H), T * (H * (F + H) + K * H)
    L_more = int((N_rnn - out - H) / (F * H))
    return N_mlp, N_rnn, M_mlp, M_rnn, max(1, L_more)


@wrong(
    "windows_side_by_side",
    "The MLP is counted as if it read T/L windows without overlap; it reads a whole window at every step.",
    "How many answers does the MLP give, and how many numbers does it read for each?",
)
def costs(L, T, F, H, K):
    N_mlp = L * F * H + H + H * K + K
    N_rnn = F * H + H * H + 2 * H + H * K + K
    M_mlp = T * F * H + T * H * K
    M_rnn = T * F * H + T * H * H + T * H * K
    L_more = (F + H + 1) // F + 1
    return N_mlp, N_rnn, M_mlp, M_rnn, L_more


@wrong(
    "rnn_unrolled_over_the_window",
    "The RNN is unrolled over L steps for each answer; it makes one step an answer, as its state is kept.",
    "How many steps does the RNN make from one answer to the next?",
)
def costs(L, T, F, H, K):
    lin = lambda i, o, biases=1: i * o + biases * o  # noqa: E731
    N_mlp = lin(L * F, H) + lin(H, K)
    N_rnn = lin(F, H) + lin(H, H) + lin(H, K)
    M_mlp = T * (L * F * H + H * K)
    M_rnn = T * (L * (F * H + H * H) + H * K)
    L_more = 1
    while lin(L_more * F, H) + lin(H, K) <= N_rnn:
        L_more += 1
    return N_mlp, N_rnn, M_mlp, M_rnn, L_more


@wrong(
    "biases_multiplied",
    "The biases are counted as multiplications too: all weights and biases times T.",
    "Is a bias multiplied by anything?",
)
def costs(L, T, F, H, K):
    N_mlp = L * F * H + H + H * K + K
    N_rnn = F * H + H**2 + 2 * H + H * K + K
    return N_mlp, N_rnn, T * N_mlp, T * N_rnn, (F + H + 1) // F + 1


@wrong(
    "more_multiplications_instead",
    "L_more compares the multiplications, not the weights and biases.",
    "What does L_more compare by the task? The two biases of the RNN count there.",
)
def costs(L, T, F, H, K):
    N_mlp = (L * F + 1) * H + (H + 1) * K
    N_rnn = (F + 1) * H + (H + 1) * H + (H + 1) * K
    mul_mlp = lambda n: T * (n * F * H + H * K)  # noqa: E731
    mul_rnn = T * (F * H + H * H + H * K)
    n = 1
    while mul_mlp(n) <= mul_rnn:
        n += 1
    return N_mlp, N_rnn, mul_mlp(L), mul_rnn, n


@wrong(
    "search_from_L",
    "The search for the smallest window begins with the given L and not with 1.",
    "Does your L_more change when the given L is larger? It should not.",
)
def costs(L, T, F, H, K):
    n_out = H * K + K
    N_mlp = L * F * H + H + n_out
    N_rnn = F * H + H * H + 2 * H + n_out
    M_mlp = T * (L * F * H + H * K)
    M_rnn = T * (F * H + H * H + H * K)
    L_more, N = L, N_mlp
    while N <= N_rnn:
        L_more += 1
        N = L_more * F * H + H + n_out
    return N_mlp, N_rnn, M_mlp, M_rnn, L_more


@wrong(
    "output_once_at_the_end",
    "The output layer of the RNN is counted once, at the last step; an answer is wanted at each step.",
    "How many answers does the RNN give in T steps?",
)
def costs(L, T, F, H, K):
    N_mlp = H * (L * F) + H + K * H + K
    N_rnn = H * F + H * H + 2 * H + K * H + K
    M_mlp = T * (H * L * F + K * H)
    M_rnn = T * (H * F + H * H) + K * H
    L_more = int(np.floor((F + H + 1) / F)) + 1
    return N_mlp, N_rnn, M_mlp, M_rnn, L_more


@wrong(
    "weights_shared_over_the_window",
    "The hidden layer of the MLP is counted with F inputs for each unit, as if the steps of the window shared its weights, and the output layer reads it at all L steps.",
    "How many numbers go into the MLP at once? Each has a weight to each hidden unit.",
)
def costs(L, T, F, H, K):
    N_mlp = F * H + H + L * H * K + K
    N_rnn = F * H + H * H + 2 * H + H * K + K
    M_mlp = T * (L * F * H + L * H * K)
    M_rnn = T * (F * H + H * H + H * K)
    L_more = 1
    while F * H + H + L_more * H * K + K <= N_rnn:
        L_more += 1
    return N_mlp, N_rnn, M_mlp, M_rnn, L_more


@wrong(
    "no_product_at_the_first_step",
    "The recurrent product is counted T - 1 times, as the first state is 0; each weight counts once in each answer.",
    "How often does W_hh multiply in T answers, by the rule of the task?",
)
def costs(L, T, F, H, K):
    N_mlp = L * F * H + H + H * K + K
    N_rnn = F * H + H * H + H + H + H * K + K
    M_mlp = T * L * F * H + T * H * K
    M_rnn = T * F * H + (T - 1) * H * H + T * H * K
    L_more = (F + H + 1) // F + 1
    return N_mlp, N_rnn, M_mlp, M_rnn, L_more


@wrong(
    "only_t_minus_l_plus_one_windows",
    "The MLP is counted for T - L + 1 windows; the task says all T windows are full.",
    "How many answers does the MLP give? As many as the RNN.",
)
def costs(L, T, F, H, K):
    out = (H + 1) * K
    N_mlp = (L * F + 1) * H + out
    N_rnn = (F + H + 2) * H + out
    M_mlp = max(T - L + 1, 0) * (L * F * H + H * K)
    M_rnn = T * (F * H + H * H + H * K)
    L_more = next(l for l in range(1, 10**6) if (l * F + 1) * H + out > N_rnn)
    return N_mlp, N_rnn, M_mlp, M_rnn, L_more
