"""As students after the lecture: mean, clip, momentum and step are four lines of the slide, and they come in any order."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("line_by_line")
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * (max_norm / norm)
    v = mu * v + g
    theta = theta - lr * v
    return theta, v


@right("accumulate_micro_batches")
def clipped_update(theta, v, micro, lr, mu, max_norm):
    M = len(micro)
    g = np.zeros_like(theta)
    for g_m in micro:
        g += g_m / M
    factor = min(1.0, max_norm / (float(np.sqrt(np.sum(g * g))) + 1e-8))
    v_new = np.empty_like(v)
    theta_new = np.empty_like(theta)
    for i in range(theta.shape[0]):
        v_new[i] = mu * v[i] + factor * g[i]
        theta_new[i] = theta[i] - lr * v_new[i]
    return theta_new, v_new


@right("sum_with_smaller_factor")
def clipped_update(theta, v, micro, lr, mu, max_norm):
    # never build the mean: put 1/M into the factor
    total = np.ones(len(micro), micro.dtype) @ micro
    length = np.sqrt(total @ total) / len(micro)
    k = (1 if length <= max_norm else max_norm / length) / len(micro)
    v = (mu * v + k * total).astype(v.dtype)
    return (theta - lr * v).astype(theta.dtype), v


@wrong(
    "each_micro_batch_clipped",
    "Clips the gradient of every micro-batch before averaging; only the mean is to be clipped.",
    "Two micro-batches with huge, opposite gradients: how long is the gradient of the batch? Does your code know that when it clips?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    M, N = micro.shape
    g = np.zeros_like(theta)
    for m in range(M):
        g_m = micro[m]
        norm = np.sqrt(np.sum(g_m**2))
        if norm > max_norm:
            g_m = g_m * (max_norm / norm)
        g += g_m
    g /= M
    v = mu * v + g
    return theta - lr * v, v


@wrong(
    "summed_not_averaged",
    "The micro-batches are added up and never divided by M, so the gradient is M times too long.",
    "Put in the same micro-batch three times. Should the gradient of the batch be any longer?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = np.zeros_like(theta)
    for grad in micro:
        g = g + grad      # accumulate
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * (max_norm / norm)
    v = mu * v + g
    theta = theta - lr * v
    return theta, v


@wrong(
    "mean_over_parameters",
    "Averages over axis 1, the parameters, and gets one number for each micro-batch.",
    "Print the shape of g. Which length should it share with theta?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = np.mean(micro, axis=1)
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * max_norm / norm
    v = mu * v + g
    theta = theta - lr * v
    return theta, v


@wrong(
    "velocity_clipped",
    "The velocity is clipped in place of the gradient.",
    "Which vector does the task measure before it goes into v? Which one do you measure?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(0)
    v = mu * v + g
    n = np.sqrt((v**2).sum())
    if n > max_norm:
        v = v * (max_norm / n)
    theta = theta - lr * v
    return theta, v


@wrong(
    "old_velocity_in_the_step",
    "θ is moved with the old velocity, before v is updated.",
    "With v = 0 at the start, does your first update move θ at all? In which order do the two arrows stand?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    g = g * min(1.0, max_norm / (np.linalg.norm(g) + 1e-8))
    theta_new = theta - lr * v
    v_new = mu * v + g
    return theta_new, v_new


@wrong(
    "in_place_update",
    "*=, += and -= write into the caller's theta and v.",
    "Keep the θ that you pass in under another name and print it after the call. Is it still the old one?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g *= max_norm / norm
    v *= mu
    v += g
    theta -= lr * v
    return theta, v


@wrong(
    "returned_in_wrong_order",
    "Returns v first and θ second.",
    "Look at what the task returns first.",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = np.sum(micro, axis=0) / micro.shape[0]
    norm = np.sqrt(g @ g)
    g = g if norm <= max_norm else g * (max_norm / norm)
    v = mu * v + g
    return v, theta - lr * v


@wrong(
    "running_average",
    "The velocity is a running average, (1 - μ) g being added, as in Adam; here g is added whole.",
    "With μ = 0.9 and v = 0, how large is v after one update by the formula, and how large is yours?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = np.mean(micro, axis=0)
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = max_norm * g / norm
    v = mu * v + (1 - mu) * g
    theta = theta - lr * v
    return theta, v


@wrong(
    "rate_inside_the_velocity",
    "The other momentum formula, v ← μ v - η g and θ ← θ + v: the old velocity is not multiplied by η, and v has another size and sign.",
    "By how much does θ move in your code when g is zero and v is not? Compare with the two arrows in the task.",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * (max_norm / norm)
    v = mu * v - lr * g
    theta = theta + v
    return theta, v


@wrong(
    "nesterov_step",
    "θ moves along μ v + g with the new v, as in Nesterov's momentum.",
    "Set v = 0 and work out θ by hand. How often does g come into the step?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * (max_norm / norm)
    v = mu * v + g
    theta = theta - lr * (g + mu * v)     # look ahead
    return theta, v


@wrong(
    "clipped_by_value",
    "The entries are clipped to ±max_norm; clipping by norm scales the whole vector.",
    "Does the clipped gradient still point the same way? What is its length?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = np.clip(micro.mean(axis=0), -max_norm, max_norm)
    v = mu * v + g
    theta = theta - lr * v
    return theta, v


@wrong(
    "uphill",
    "θ + η v climbs the loss.",
    "Take a loss whose gradient is θ itself. Does your update bring θ nearer to zero?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    norm = np.linalg.norm(g)
    if norm >= max_norm:
        g = g / norm * max_norm
    v = mu * v + g
    theta = theta + lr * v
    return theta, v


@wrong(
    "always_rescaled",
    "The gradient is brought to max_norm always, so short gradients are made longer.",
    "Near the minimum gradients are tiny. How long is yours there after clipping?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    g_hat = g * max_norm / (np.linalg.norm(g) + 1e-8)
    v = mu * v + g_hat
    theta = theta - lr * v
    return theta, v


@wrong(
    "one_update_per_micro_batch",
    "Makes an update for every micro-batch; one update with the mean is asked for.",
    "How often is μ applied to v in your code when M = 4? How often should it be?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    for g in micro:
        norm = np.linalg.norm(g)
        if norm > max_norm:
            g = g * (max_norm / norm)
        v = mu * v + g
        theta = theta - lr * v
    return theta, v


@wrong(
    "norm_of_the_whole_matrix",
    "The norm is that of the whole (M, N) array of micro-batches, not that of the mean.",
    "Which array do you hand to np.linalg.norm, and which one do you shorten?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    norm = np.linalg.norm(micro)
    g = micro.mean(axis=0)
    if norm > max_norm:
        g = g * (max_norm / norm)
    v = mu * v + g
    theta = theta - lr * v
    return theta, v


@wrong(
    "dtype_lost",
    "The accumulator np.zeros(N) is float64, and with it v and θ.",
    "Give it float32 arrays and print the dtype of g, v and θ.",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    M, N = micro.shape
    g = np.zeros(N)
    for m in range(M):
        g += micro[m]
    g = g / M
    norm = np.sqrt(np.sum(g**2))
    if norm > max_norm:
        g = g * max_norm / norm
    v = mu * v + g
    theta = theta - lr * v
    return theta, v


@wrong(
    "clipped_then_divided",
    "The sum of the micro-batches is clipped and divided by M after, so the result is never longer than max_norm / M.",
    "How long is your g after the division, if it had to be clipped?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.sum(axis=0)
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * (max_norm / norm)
    g = g / micro.shape[0]
    v = mu * v + g
    theta = theta - lr * v
    return theta, v


@wrong(
    "zero_gradient_divides",
    "Splits g into a direction and a length; a zero gradient has no direction, and all turns into nan.",
    "What if the micro-batches cancel out, or the gradient is simply zero? Follow g / norm.",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    norm = np.linalg.norm(g)
    unit = g / norm
    g = unit * min(norm, max_norm)
    v = mu * v + g
    theta = theta - lr * v
    return theta, v


@wrong(
    "halved_again_and_again",
    "The mean is built as g = (g + g_m) / 2 in a loop, which gives the last micro-batch half of all the weight.",
    "Which weight does the first micro-batch have in your g after four rounds?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro[0]
    for m in range(1, len(micro)):
        g = (g + micro[m]) / 2
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * (max_norm / norm)
    v = mu * v + g
    theta = theta - lr * v
    return theta, v


@wrong(
    "step_clipped_too",
    "The whole step η v is clipped, not the gradient, and v keeps the unclipped gradient.",
    "After a step with a huge gradient, look at v. How many later steps will feel it?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    v = mu * v + g
    step = lr * v
    n = np.linalg.norm(step)
    if n > max_norm:
        step = step * (max_norm / n)
    return theta - step, v


@wrong(
    "velocity_not_returned",
    "Only θ comes back; the new velocity is lost.",
    "What will you pass in as v at the next update?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * (max_norm / norm)
    v = mu * v + g
    theta = theta - lr * v
    return theta
