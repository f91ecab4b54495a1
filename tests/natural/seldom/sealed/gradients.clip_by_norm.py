"""As people who call clip_grad_norm_, tf.clip_by_global_norm or an optax chain without looking inside."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("as_torch_but_copied")
def clip_by_norm(gradients, max_norm):
    norm = float(np.sqrt(sum(float(np.sum(np.square(g, dtype=np.float64))) for g in gradients)))
    coef = min(1.0, max_norm / (norm + 1e-6))
    return [g * coef for g in gradients], norm


@right("norm_of_norms")
def clip_by_norm(gradients, max_norm):
    norms = [np.linalg.norm(np.ravel(g)) for g in gradients]
    total = np.linalg.norm(norms)
    if total > max_norm:
        clipped = [g * (max_norm / total) for g in gradients]
    else:
        clipped = [np.array(g, copy=True) for g in gradients]
    return clipped, total


@right("flatten_and_split")
def clip_by_norm(gradients, max_norm):
    flat = np.concatenate([np.ravel(g) for g in gradients])
    norm = np.sqrt(flat @ flat)
    flat = flat * (max_norm / max(max_norm, norm))
    clipped, i = [], 0
    for g in gradients:
        n = np.size(g)
        clipped.append(flat[i:i + n].reshape(np.shape(g)))
        i += n
    return clipped, norm


@right("as_optax")
def clip_by_norm(gradients, max_norm):
    g_norm = np.sqrt(sum(np.vdot(g, g) for g in gradients))
    trigger = g_norm < max_norm
    select = lambda t: t.copy() if trigger else (t / g_norm) * max_norm
    return [select(t) for t in gradients], g_norm


@wrong(
    "each_by_itself",
    "Each array is clipped by its own norm, so the direction of the whole changes.",
    "How many factors does your code compute? The task speaks of all gradients together.",
)
def clip_by_norm(gradients, max_norm):
    clipped = []
    total = 0.0
    for g in gradients:
        n = np.linalg.norm(g)
        total += n ** 2
        clipped.append(g * min(1.0, max_norm / (n + 1e-6)))
    return clipped, np.sqrt(total)


@wrong(
    "in_place_like_torch",
    "Multiplies the caller's arrays in place, as the function with the trailing underscore does.",
    "Compare the arrays you were given before and after the call. What does the task say about those it wants back?",
)
def clip_by_norm(gradients, max_norm):
    total_norm = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    clip_coef = max_norm / (total_norm + 1e-6)
    if clip_coef < 1:
        for g in gradients:
            g *= clip_coef
    return gradients, total_norm


@wrong(
    "norm_after",
    "Returns the norm of the clipped arrays.",
    "Which gradients does your last line measure? A log of that number would never show an explosion.",
)
def clip_by_norm(gradients, max_norm):
    def global_norm(gs):
        return np.sqrt(sum((g ** 2).sum() for g in gs))

    scale = min(1.0, max_norm / (global_norm(gradients) + 1e-12))
    clipped = [scale * g for g in gradients]
    return clipped, global_norm(clipped)


@wrong(
    "returned_in_swapped_order",
    "Returns the norm first and the list second.",
    "Unpack your result as the task writes it: what lands in the first name?",
)
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g * g) for g in gradients))
    scale = max_norm / max(norm, max_norm)
    return norm, [g * scale for g in gradients]


@wrong(
    "always_normalised",
    "There is no comparison: short gradients are lengthened to max_norm.",
    "What becomes of gradients whose norm is a tenth of max_norm?",
)
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(np.sum([np.sum(np.square(g)) for g in gradients]))
    return [max_norm * g / (norm + 1e-8) for g in gradients], norm


@wrong(
    "sum_of_norms",
    "Adds the norms of the arrays in place of their squares.",
    "Cut one array into two halves: the norm of all should stay the same. Does yours?",
)
def clip_by_norm(gradients, max_norm):
    norm = sum(np.linalg.norm(g) for g in gradients)
    if norm > max_norm:
        return [g * (max_norm / norm) for g in gradients], norm
    return [g.copy() for g in gradients], norm


@wrong(
    "norm_with_order_two",
    "np.linalg.norm(g, 2) of a matrix is its largest singular value, unlike torch.norm(g, 2), and an array of three axes raises an error.",
    "What does an order of 2 mean for an array with two axes in NumPy? Try a matrix of ones by hand.",
)
def clip_by_norm(gradients, max_norm):
    total_norm = np.linalg.norm(np.stack([np.linalg.norm(g, 2) for g in gradients]), 2)
    clip_coef = np.clip(max_norm / (total_norm + 1e-6), None, 1.0)
    return [g * clip_coef for g in gradients], total_norm


@wrong(
    "root_forgotten",
    "The sum of squares is used and returned as the norm; the root is missing.",
    "What is the norm of (3, 4), and what does your code say?",
)
def clip_by_norm(gradients, max_norm):
    norm = 0.0
    for g in gradients:
        norm += np.sum(np.abs(g) ** 2)
    factor = max_norm / norm if norm > max_norm else 1.0
    return [factor * g for g in gradients], norm


@wrong(
    "by_value",
    "Cuts each entry to ±max_norm (clipvalue in place of clipnorm).",
    "Does your clipped gradient point where the old one pointed?",
)
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    if norm > max_norm:
        gradients = [np.clip(g, -max_norm, max_norm) for g in gradients]
    else:
        gradients = [g.copy() for g in gradients]
    return gradients, norm


@wrong(
    "root_mean_square",
    "Takes the mean of the squares over all entries, a root-mean-square that does not grow with the number of parameters.",
    "What is the length of a vector of a hundred ones? And by your code?",
)
def clip_by_norm(gradients, max_norm):
    flat = np.concatenate([g.reshape(-1) for g in gradients])
    norm = np.sqrt(np.mean(flat ** 2))
    scale = min(1.0, max_norm / (norm + 1e-6))
    return [g * scale for g in gradients], norm


@wrong(
    "flat_result",
    "Returns one flat vector; the list and the shapes are lost.",
    "What shapes should come back, and how many arrays? Look at what you concatenated and never took apart.",
)
def clip_by_norm(gradients, max_norm):
    vec = np.concatenate([g.ravel() for g in gradients])    # parameters_to_vector
    norm = np.linalg.norm(vec)
    return vec * min(1, max_norm / (norm + 1e-6)), norm


@wrong(
    "array_of_unequal_arrays",
    "np.array of arrays with unequal shapes raises an error (a list of tensors is no array).",
    "Can arrays of different shapes be the rows of one array? Try it with a matrix and a bias.",
)
def clip_by_norm(gradients, max_norm):
    grads = np.array(gradients)
    norm = np.sqrt(np.sum(grads ** 2))
    if norm > max_norm:
        grads = grads * max_norm / norm
    return list(grads), norm


@wrong(
    "zero_gradients_give_nan",
    "Divides by the norm in every case; where all gradients are zero this is 0/0.",
    "Which gradients make your denominator zero, and what should come back for them?",
)
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    unit = [g / norm for g in gradients]
    return [u * np.minimum(norm, max_norm) for u in unit], norm


@wrong(
    "norm_so_far",
    "One loop both sums and clips, so each array is shortened by the norm of those before it and itself only.",
    "When the first array is scaled, has your total seen the last one?",
)
def clip_by_norm(gradients, max_norm):
    sq = 0.0
    clipped = []
    for g in gradients:
        sq += np.sum(g ** 2)
        norm = np.sqrt(sq)
        clipped.append(g * min(1.0, max_norm / (norm + 1e-6)))
    return clipped, norm


@wrong(
    "inverted_factor",
    "Multiplies by norm/max_norm: long gradients grow longer.",
    "Is your factor above or below 1 when the norm is twice the limit?",
)
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g * g) for g in gradients))
    ratio = norm / max_norm
    if ratio > 1:
        return [g * ratio for g in gradients], norm
    return [g * 1.0 for g in gradients], norm


@wrong(
    "total_overwritten",
    "The total is assigned in the loop, not added to, so that only the last array counts.",
    "Put a huge array first and a tiny one last. What does your norm say?",
)
def clip_by_norm(gradients, max_norm):
    for g in gradients:
        total = np.sum(np.square(g))
    norm = np.sqrt(total)
    s = min(1.0, max_norm / (norm + 1e-6))
    return [g * s for g in gradients], norm


@wrong(
    "only_the_norm",
    "As the framework's function does, only the norm is returned, and the clipped arrays are thrown away.",
    "How many things does the task want back? What happens to your list when the function ends?",
)
def clip_by_norm(gradients, max_norm):
    total_norm = np.sqrt(sum(np.sum(p ** 2) for p in gradients))
    clip_coef = max_norm / (total_norm + 1e-6)
    if clip_coef < 1:
        gradients = [p * clip_coef for p in gradients]
    return total_norm


@wrong(
    "generator_returned",
    "Round brackets make a generator, which can be read once and has no length, not a list.",
    "Ask for len() of your first result, or go through it twice.",
)
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    scale = min(1.0, max_norm / (norm + 1e-6))
    return (g * scale for g in gradients), norm


@wrong(
    "same_arrays_if_short",
    "If nothing needs clipping the caller's own arrays come back, not new ones: a later change of one changes the other.",
    "When the gradients are short, add 1 in place to what came back. What happens to what went in?",
)
def clip_by_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g ** 2) for g in gradients))
    if norm <= max_norm:
        return gradients, norm
    return [g * (max_norm / norm) for g in gradients], norm
