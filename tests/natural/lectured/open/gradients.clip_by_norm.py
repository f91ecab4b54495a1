"""As students after the lecture: 'if the norm is over the threshold, rescale', typed from the slide and then applied to a list of arrays."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("sum_of_squares")
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    factor = min(1.0, max_norm / (norm + 1e-6))
    return [g * factor for g in gradients], norm


@right("one_long_vector")
def clip_by_norm(gradients, max_norm):
    theta = np.concatenate([g.ravel() for g in gradients])
    norm = np.linalg.norm(theta)
    if norm > max_norm:
        theta = theta * (max_norm / norm)
    # cut it up again
    clipped, i = [], 0
    for g in gradients:
        clipped.append(theta[i:i + g.size].reshape(g.shape).copy())
        i += g.size
    return clipped, norm


@right("norm_of_norms")
def clip_by_norm(gradients, max_norm):
    norms = [np.linalg.norm(np.ravel(g)) for g in gradients]
    total = np.linalg.norm(norms)
    clipped = []
    for g in gradients:
        if total <= max_norm:
            clipped.append(np.array(g))
        else:
            clipped.append(np.array(g / (total / max_norm)))
    return clipped, total


@wrong(
    "each_by_its_own_norm",
    "Each array is clipped by its own norm, so the directions between the arrays change and together they may still be too long.",
    "Take two arrays, each just under max_norm. How long are they together, and what did you do to them?",
)
def clip_by_norm(gradients, max_norm):
    clipped = []
    total = 0
    for g in gradients:
        n = np.sqrt(np.sum(g**2))
        total += n**2
        if n > max_norm:
            clipped.append(g * max_norm / n)
        else:
            clipped.append(g.copy())
    return clipped, np.sqrt(total)


@wrong(
    "scaled_in_place",
    "g *= factor changes the caller's arrays; new ones are asked for.",
    "Print the first gradient before and after the call. Are yours new arrays?",
)
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in gradients))
    if norm > max_norm:
        for g in gradients:
            g *= max_norm / norm
    return [g.copy() for g in gradients], norm


@wrong(
    "same_arrays_when_short",
    "If nothing is to be clipped, the very same list and arrays are handed back, so a later change of one changes the other.",
    "With short gradients, change an entry of what you got back. What happens to the array that you passed in?",
)
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(np.square(g)) for g in gradients))
    if norm <= max_norm:
        return gradients, norm
    return [g * (max_norm / norm) for g in gradients], norm


@wrong(
    "norm_after_clipping",
    "The norm returned is that of the clipped gradients.",
    "Clip something very long. Could the second number that you return ever warn you that the gradients exploded?",
)
def clip_by_norm(gradients, max_norm):
    def gnorm(gs):
        return np.sqrt(sum(np.sum(g * g) for g in gs))

    norm = gnorm(gradients)
    scale = max_norm / norm if norm > max_norm else 1.0
    clipped = [scale * g for g in gradients]
    norm = gnorm(clipped)
    return clipped, norm


@wrong(
    "always_rescaled",
    "Gradients are always brought to max_norm: short ones are made longer.",
    "What should happen to gradients that are shorter than max_norm already?",
)
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    # g <- threshold * g / ||g||
    return [max_norm * g / (norm + 1e-8) for g in gradients], norm


@wrong(
    "norms_added_up",
    "The norms of the arrays are added; lengths of parts add by their squares.",
    "Two arrays [3.] and [4.], as one vector: how long is it? And by your code?",
)
def clip_by_norm(gradients, max_norm):
    norm = 0
    for g in gradients:
        norm += np.linalg.norm(g.flatten())
    factor = 1 if norm <= max_norm else max_norm / norm
    return [g * factor for g in gradients], norm


@wrong(
    "spectral_norm_of_matrices",
    "ord=2 gives the spectral norm for matrices, not the root of the sum of squares (and fails for three axes).",
    "Compare your norm of np.eye(3) with the length of the same nine numbers in a row.",
)
def clip_by_norm(gradients, max_norm):
    total = np.sqrt(sum(np.linalg.norm(g, ord=2)**2 for g in gradients))  # L2 norm
    clip_coef = min(max_norm / (total + 1e-6), 1.0)
    return [g * clip_coef for g in gradients], total


@wrong(
    "root_forgotten",
    "The sum of squares is taken for the norm, without the root.",
    "Double all the gradients. By what factor does your norm grow?",
)
def clip_by_norm(gradients, max_norm):
    norm = 0.0
    for g in gradients:
        norm = norm + np.sum(g**2)
    if norm > max_norm:
        return [g * (max_norm / norm) for g in gradients], norm
    else:
        return [g.copy() for g in gradients], norm


@wrong(
    "returned_in_wrong_order",
    "Returns the norm first and the list second.",
    "Look at the first line of the task: what comes first in the result?",
)
def clip_by_norm(gradients, max_norm):
    norm = np.linalg.norm(np.concatenate([g.reshape(-1) for g in gradients]))
    c = min(1.0, max_norm / (norm + 1e-12))
    return norm, [c * g for g in gradients]


@wrong(
    "clipped_by_value",
    "Each entry is clipped to ±max_norm, as in clipping by value; nothing is scaled by one factor.",
    "Does your clipped gradient point where the old one did? Compare the ratio of two entries before and after.",
)
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if norm > max_norm:
        clipped = [np.clip(g, -max_norm, max_norm) for g in gradients]
    else:
        clipped = [g.copy() for g in gradients]
    return clipped, norm


@wrong(
    "longest_array_counts",
    "Takes the norm of the longest array for that of all together.",
    "If ten arrays are each as long as max_norm, how long are they together?",
)
def clip_by_norm(gradients, max_norm):
    norm = max(np.linalg.norm(g.ravel()) for g in gradients)
    factor = min(1, max_norm / (norm + 1e-6))
    return [g * factor for g in gradients], norm


@wrong(
    "zero_division",
    "With all gradients zero the norm is 0.0 as a Python float, and the division raises ZeroDivisionError.",
    "What happens if all gradients are zero? By what do you divide before you compare anything?",
)
def clip_by_norm(gradients, max_norm):
    norm = float(sum(float((g**2).sum()) for g in gradients)) ** 0.5
    scale = max_norm / norm
    if scale > 1:
        scale = 1.0
    return [g * scale for g in gradients], norm


@wrong(
    "root_mean_square",
    "Divides by the number of entries: that is the root mean square, not the norm.",
    "Append a zero to one of the arrays. Should the length change? Does yours?",
)
def clip_by_norm(gradients, max_norm):
    flat = np.hstack([g.ravel() for g in gradients])
    norm = np.sqrt(np.mean(flat**2))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [g * factor for g in gradients], norm


@wrong(
    "stays_one_vector",
    "Everything is put into one long vector and is never cut back into the arrays.",
    "What would the optimiser do with your result for W_hh? Which shapes does the task want back?",
)
def clip_by_norm(gradients, max_norm):
    g = np.concatenate([g.ravel() for g in gradients])
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * max_norm / norm
    return g, norm


@wrong(
    "factor_upside_down",
    "The factor is norm / max_norm, so what is too long is made longer.",
    "Measure what you return after clipping. Is it shorter?",
)
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(np.sum([np.sum(g**2) for g in gradients]))
    if norm > max_norm:
        return [g * norm / max_norm for g in gradients], norm
    return [g * 1.0 for g in gradients], norm


@wrong(
    "norm_not_returned",
    "Returns the list alone, without the norm.",
    "How many things does the task want back?",
)
def clip_by_norm(gradients, max_norm):
    total_norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    clip_coef = max_norm / (total_norm + 1e-6)
    if clip_coef < 1:
        gradients = [g * clip_coef for g in gradients]
    return [np.array(g) for g in gradients]


@wrong(
    "list_made_one_array",
    "np.array of a list of arrays of different shapes fails; it works only if all have one shape.",
    "What should np.array make of a (3, 4) and a (3,) array put together? How else can you add up all the squares?",
)
def clip_by_norm(gradients, max_norm):
    G = np.array(gradients)
    norm = np.sqrt((G**2).sum())
    if norm > max_norm:
        G = G * (max_norm / norm)
    return list(G), norm


@wrong(
    "sum_of_magnitudes",
    "Measures by the sum of the absolute values (the 1-norm).",
    "Rotate the vector (1, 0) by 45°. Has its length changed? What does your norm say?",
)
def clip_by_norm(gradients, max_norm):
    norm = sum(np.sum(np.abs(g)) for g in gradients)
    f = min(1.0, max_norm / (norm + 1e-8))
    return [f * g for g in gradients], norm


@wrong(
    "clips_while_still_measuring",
    "Measuring and scaling share one loop, so early arrays are scaled by a norm which does not know the later ones: several factors.",
    "When your loop scales the first array, what does it know about the last?",
)
def clip_by_norm(gradients, max_norm):
    sq = 0.0
    clipped = []
    for g in gradients:
        sq += np.sum(g**2)
        norm = np.sqrt(sq)
        if norm > max_norm:
            clipped.append(g * max_norm / norm)
        else:
            clipped.append(g.copy())
    return clipped, norm


@wrong(
    "python_sum_over_one_axis",
    "Python's sum adds only along the first axis, so for matrices a vector remains, and the parts do not add up to a number.",
    "Print sum(g**2) for a (3, 4) array. Is that a number?",
)
def clip_by_norm(gradients, max_norm):
    norm = sum(sum(g**2) for g in gradients) ** 0.5
    if norm > max_norm:
        return [g / norm * max_norm for g in gradients], norm
    return [g.copy() for g in gradients], norm


@wrong(
    "squares_left_in_the_arrays",
    "Squares in place for the norm, so it is the squared gradients that are scaled, and the caller's arrays are spoilt.",
    "All your clipped gradients are positive. Where did the signs go?",
)
def clip_by_norm(gradients, max_norm):
    s = 0.0
    for g in gradients:
        g **= 2
        s += g.sum()
    norm = np.sqrt(s)
    k = max_norm / norm if norm > max_norm else 1.0
    return [k * g for g in gradients], norm


@wrong(
    "row_norms",
    "Matrices are measured and scaled row by row (axis=-1 with keepdims), so there are many factors.",
    "How many numbers are in your factor for a (3, 4) gradient? How many may there be?",
)
def clip_by_norm(gradients, max_norm):
    total = np.sqrt(sum(np.sum(g**2) for g in gradients))
    out = []
    for g in gradients:
        n = np.linalg.norm(g, axis=-1, keepdims=True)
        out.append(g * np.minimum(1.0, max_norm / (n + 1e-6)))
    return out, total
