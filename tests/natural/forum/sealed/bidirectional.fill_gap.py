"""As put together from forums, blogs and papers: bigram counts, forward-backward, Chapman and Kolmogorov, einsum."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def bigrams(ids, K):
    N = np.zeros((K, K))
    np.add.at(N, (ids[:-1], ids[1:]), 1)
    return (N + 1) / (N + 1).sum(axis=-1, keepdims=True)


def powers(A, n):
    """A^0 to A^n."""
    P = [np.eye(len(A))]
    for _ in range(n):
        P.append(P[-1] @ A)
    return np.stack(P)


def cross_entropy(p, y):
    return -np.log2(np.take_along_axis(p, y[..., None], axis=-1)).mean()


@right("stacked_powers")
def fill_gap(ids, K, left, right, y):
    A = bigrams(ids, K)
    G = len(y)
    P = powers(A, G)[1:]             # A^1 ... A^G
    alpha = P[:, left]               # (G, B, K)
    beta = P[::-1][:, :, right].transpose(0, 2, 1)
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    return p, cross_entropy(alpha, y), cross_entropy(p, y)


@right("chapman_kolmogorov")
def fill_gap(ids, K, left, right, y):
    # the sum over k is (A^{G+1})[left, right], whatever g is
    N = np.bincount(np.asarray(ids[:-1]) * K + ids[1:], minlength=K * K).reshape(K, K) + 1
    A = N / N.sum(1, keepdims=True)
    G, B = y.shape
    P = powers(A, G + 1)
    Z = P[G + 1][left, right]
    p = np.stack([P[g][left] * P[G + 1 - g][:, right].T / Z[:, None] for g in range(1, G + 1)])
    p_left = np.stack([P[g][left] for g in range(1, G + 1)])
    return p, cross_entropy(p_left, y), cross_entropy(p, y)


@right("forward_backward_messages")
def fill_gap(ids, K, left, right, y):
    A = bigrams(ids, K)
    G, B = y.shape
    alpha, beta = np.empty((G, B, K)), np.empty((G, B, K))
    m = np.eye(K)[left]
    for g in range(G):
        m = np.einsum("bi,ij->bj", m, A)
        alpha[g] = m
    m = np.eye(K)[right]
    for g in range(G - 1, -1, -1):
        m = np.einsum("ij,bj->bi", A, m)
        beta[g] = m
    p = alpha * beta / np.einsum("gbk,gbk->gb", alpha, beta)[..., None]
    g, b = np.ogrid[:G, :B]
    return p, float(np.mean(-np.log2(alpha[g, b, y]))), float(np.mean(-np.log2(p[g, b, y])))


@wrong(
    "pairs_counted_once",
    "N[a, b] += 1 with index arrays counts every pair at most once; np.add.at counts all.",
    "How large can your counts get? Take the text 0 1 0 1 0 1.",
)
def fill_gap(ids, K, left, right, y):
    N = np.ones((K, K))
    N[ids[:-1], ids[1:]] += 1
    A = N / N.sum(axis=-1, keepdims=True)
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[::-1][:, :, right].transpose(0, 2, 1)
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    return p, cross_entropy(alpha, y), cross_entropy(p, y)


@wrong(
    "text_closed_to_a_ring",
    "With np.roll the last symbol is followed by the first one: one pair too many.",
    "How many pairs do N symbols have? Add up your counts.",
)
def fill_gap(ids, K, left, right, y):
    N = np.ones((K, K))
    np.add.at(N, (ids, np.roll(ids, -1)), 1)
    A = N / N.sum(axis=-1, keepdims=True)
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[::-1][:, :, right].transpose(0, 2, 1)
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    return p, cross_entropy(alpha, y), cross_entropy(p, y)


@wrong(
    "every_second_pair",
    "ids[::2] and ids[1::2] cut the text into pairs that do not overlap: every second one is missed.",
    "In the text a b c, is b c a pair too?",
)
def fill_gap(ids, K, left, right, y):
    N = np.ones((K, K))
    for a, b in zip(ids[::2], ids[1::2]):
        N[a, b] += 1
    A = N / N.sum(axis=-1, keepdims=True)
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[::-1][:, :, right].transpose(0, 2, 1)
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    return p, cross_entropy(alpha, y), cross_entropy(p, y)


@wrong(
    "one_only_in_the_numerator",
    "1 is added to the counts above, but below stands the sum of the counts plus 1 in place of plus K.",
    "Do the rows of your A sum to 1?",
)
def fill_gap(ids, K, left, right, y):
    N = np.zeros((K, K))
    np.add.at(N, (ids[:-1], ids[1:]), 1)
    A = (N + 1) / (N.sum(axis=-1, keepdims=True) + 1)
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[::-1][:, :, right].transpose(0, 2, 1)
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    return p, cross_entropy(alpha, y), cross_entropy(p, y)


@wrong(
    "smoothed_by_one_over_k",
    "1/K is added to every count in place of 1.",
    "What does a row look like in which nothing was counted? And one with a single pair?",
)
def fill_gap(ids, K, left, right, y):
    N = np.full((K, K), 1 / K)
    np.add.at(N, (ids[:-1], ids[1:]), 1)
    A = N / N.sum(axis=-1, keepdims=True)
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[::-1][:, :, right].transpose(0, 2, 1)
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    return p, cross_entropy(alpha, y), cross_entropy(p, y)


@wrong(
    "joint_probabilities",
    "All counts are divided by the sum of the whole matrix: probabilities of pairs, not of the next symbol.",
    "Given i, over what should A[i] sum to 1? Print its sum.",
)
def fill_gap(ids, K, left, right, y):
    N = np.ones((K, K))
    np.add.at(N, (ids[:-1], ids[1:]), 1)
    A = N / N.sum()
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[::-1][:, :, right].transpose(0, 2, 1)
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    return p, cross_entropy(alpha, y), cross_entropy(p, y)


@wrong(
    "right_side_not_reversed",
    "The powers of the right side are in the order of those of the left: the first missing symbol is taken for the nearest to right.",
    "For g = 1 and G = 3: how many steps are there to right, and which power do you use?",
)
def fill_gap(ids, K, left, right, y):
    A = bigrams(ids, K)
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[:, :, right].transpose(0, 2, 1)
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    return p, cross_entropy(alpha, y), cross_entropy(p, y)


@wrong(
    "sides_averaged",
    "The two sides are normalised and averaged, not multiplied.",
    "If one side rules a symbol out, may it still be likely? In a mean it may.",
)
def fill_gap(ids, K, left, right, y):
    A = bigrams(ids, K)
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[::-1][:, :, right].transpose(0, 2, 1)
    p = (alpha + beta / beta.sum(axis=-1, keepdims=True)) / 2
    return p, cross_entropy(alpha, y), cross_entropy(p, y)


@wrong(
    "softmax_of_the_product",
    "The product is normalised by a softmax, as if it were logits, instead of dividing by its sum.",
    "Where the product is 0.2 and 0.1, what is the ratio of your two p?",
)
def fill_gap(ids, K, left, right, y):
    A = bigrams(ids, K)
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[::-1][:, :, right].transpose(0, 2, 1)
    e = np.exp(alpha * beta)
    p = e / e.sum(axis=-1, keepdims=True)
    return p, cross_entropy(alpha, y), cross_entropy(p, y)


@wrong(
    "greedy_from_the_left",
    "After each missing symbol the most likely one is filled in and the next is predicted from it; the task sums over all of them.",
    "A^g sums over whatever may stand between. Over how many symbols do you sum?",
)
def fill_gap(ids, K, left, right, y):
    A = bigrams(ids, K)
    G = len(y)
    P = powers(A, G)[1:]
    alpha, current = [], left
    for _ in range(G):
        alpha.append(A[current])
        current = alpha[-1].argmax(axis=-1)
    alpha = np.stack(alpha)
    p = alpha * P[::-1][:, :, right].transpose(0, 2, 1)
    p /= p.sum(axis=-1, keepdims=True)
    return p, cross_entropy(alpha, y), cross_entropy(p, y)


@wrong(
    "perplexity",
    "2 to the power of the bits is returned, the perplexity.",
    "A fair coin: 1 bit, or 2?",
)
def fill_gap(ids, K, left, right, y):
    A = bigrams(ids, K)
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[::-1][:, :, right].transpose(0, 2, 1)
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    return p, 2 ** cross_entropy(alpha, y), 2 ** cross_entropy(p, y)


@wrong(
    "entropy_of_the_prediction",
    "The entropy of the prediction, the mean of -Σ p log₂ p, is returned; it does not look at the true symbols.",
    "Change y. Do your bits change?",
)
def fill_gap(ids, K, left, right, y):
    A = bigrams(ids, K)
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[::-1][:, :, right].transpose(0, 2, 1)
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    H = [-(q * np.log2(q)).sum(axis=-1).mean() for q in (alpha, p)]
    return p, *H


@wrong(
    "batch_first",
    "p comes out as (B, G, K).",
    "Which axis is first in the p of the task: the gaps or the places within a gap?",
)
def fill_gap(ids, K, left, right, y):
    A = bigrams(ids, K)
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[::-1][:, :, right].transpose(0, 2, 1)
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    return p.transpose(1, 0, 2).copy(), cross_entropy(alpha, y), cross_entropy(p, y)


@wrong(
    "logarithm_without_the_minus",
    "The mean of log₂ p without the minus: the bits are negative.",
    "Can a symbol cost less than nothing?",
)
def fill_gap(ids, K, left, right, y):
    A = bigrams(ids, K)
    P = powers(A, len(y))[1:]
    alpha, beta = P[:, left], P[::-1][:, :, right].transpose(0, 2, 1)
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    return p, -cross_entropy(alpha, y), -cross_entropy(p, y)


@wrong(
    "transition_transposed_for_the_right",
    "The right side goes back with powers of the transposed, renormalised matrix, a model that reads from right to left: it counts how common a symbol is twice.",
    "Which matrix has the probability that right comes n steps behind k? Is another count needed for it?",
)
def fill_gap(ids, K, left, right, y):
    N = np.ones((K, K))
    np.add.at(N, (ids[:-1], ids[1:]), 1)
    A = N / N.sum(axis=1, keepdims=True)
    R = N.T / N.T.sum(axis=1, keepdims=True)
    P, Q = powers(A, len(y))[1:], powers(R, len(y))[1:]
    alpha, beta = P[:, left], Q[::-1][:, right]
    p = alpha * beta
    p /= p.sum(axis=-1, keepdims=True)
    return p, cross_entropy(alpha, y), cross_entropy(p, y)
