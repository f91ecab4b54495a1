"""As people whose training step is backward, clip, optimiser.step, and who take momentum and accumulation from the framework."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("plain")
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * (max_norm / norm)
    v = mu * v + g
    theta = theta - lr * v
    return theta.astype(micro.dtype), v.astype(micro.dtype)


@right("accumulated_like_a_loop")
def clipped_update(theta, v, micro, lr, mu, max_norm):
    M = len(micro)
    grad = np.zeros_like(theta)
    for m in range(M):
        grad += micro[m] / M              # loss / accumulation_steps
    total = float(np.sqrt(np.sum(grad * grad)))
    coef = min(1.0, max_norm / (total + 1e-12))
    v_new = float(mu) * v + coef * grad
    return theta - float(lr) * v_new, v_new


@right("sum_against_a_scaled_limit")
def clipped_update(theta, v, micro, lr, mu, max_norm):
    # clip the sum against M * max_norm, then divide
    dt = theta.dtype
    M = micro.shape[0]
    G = np.einsum("mn->n", micro.astype(np.float64))
    n = np.sqrt(G @ G)
    G = G / M * (M * max_norm / max(n, M * max_norm))
    vel = mu * v.astype(np.float64) + G
    new = theta - lr * vel
    return new.astype(dt), vel.astype(dt)


@wrong(
    "each_micro_batch_clipped",
    "Clips every micro-batch and takes the mean of the clipped ones.",
    "Two micro-batches that pull in opposite directions: how long is their mean, and did it need clipping?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    norms = np.linalg.norm(micro, axis=1, keepdims=True)
    scale = np.minimum(1.0, max_norm / (norms + 1e-6)).astype(micro.dtype)
    g = (micro * scale).mean(axis=0)
    v = mu * v + g
    return theta - lr * v, v


@wrong(
    "summed_like_backward",
    "Gradients are added up as repeated backward calls would do, without the division by M.",
    "If the same micro-batch comes twice, should the gradient of the batch double?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    grad = np.zeros_like(theta)
    for g in micro:
        grad += g        # .backward() accumulates
    norm = np.linalg.norm(grad)
    grad *= min(1.0, float(max_norm / (norm + 1e-6)))
    v = mu * v + grad
    theta = theta - lr * v
    return theta, v


@wrong(
    "velocity_clipped",
    "Clips the velocity, after the momentum has been added, in place of the gradient.",
    "Which of your vectors is measured? With μ = 0.9 and a steady gradient, how long may v grow by the rule in the task?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = np.mean(micro, axis=0)
    v = mu * v + g
    n = np.linalg.norm(v)
    if n > max_norm:
        v = v * (max_norm / n)
    return theta - lr * v, v


@wrong(
    "learning_rate_in_the_velocity",
    "Keras' form: v holds -η g, and θ is moved by adding v. The velocity returned is another quantity, and an old v is used with the wrong sign and size.",
    "Set μ = 0. What should v be after the step, and what is yours?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(0)
    norm = np.sqrt((g ** 2).sum())
    g = g * min(1.0, float(max_norm / (norm + 1e-7)))
    v = mu * v - lr * g
    return theta + v, v


@wrong(
    "nesterov",
    "Looks ahead: θ moves by g + μ v (nesterov=True), not by v.",
    "Read the second arrow of the task again. How many terms does its step have?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    n = float(np.linalg.norm(g))
    if n > max_norm:
        g = g * (max_norm / n)
    v = mu * v + g
    return theta - lr * (g + mu * v), v


@wrong(
    "moving_average",
    "Weights the new gradient by 1 - μ, as Adam's first moment does.",
    "For v = 0 and μ = 0.9, how much of the gradient enters v by the task?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    n = float(np.linalg.norm(g))
    g = g * min(1.0, max_norm / (n + 1e-12))
    v = mu * v + (1 - mu) * g
    theta = theta - lr * v
    return theta, v


@wrong(
    "old_velocity_used",
    "θ is moved by the velocity from before the step.",
    "Which of the two assignments comes first? Set v = 0 and see whether your θ moves at all.",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    n = float(np.linalg.norm(g))
    if n > max_norm:
        g = max_norm * g / n
    return theta - lr * v, mu * v + g


@wrong(
    "mean_over_parameters",
    "The mean is taken over axis 1, the parameters, so that one number per micro-batch is left.",
    "What shape has your gradient? What does a row of micro stand for, and which axis should vanish?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=1)
    n = float(np.linalg.norm(g))
    if n > max_norm:
        g = g * (max_norm / n)
    v = mu * v + g
    return theta - lr * v, v


@wrong(
    "clipped_while_accumulating",
    "The clip stands inside the accumulation loop, so the partial sums are cut again and again.",
    "How many times does one update clip in your code? Turn the order of the rows round: the result should not change.",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    M = micro.shape[0]
    g = np.zeros_like(theta)
    for i in range(M):
        g = g + micro[i] / M
        n = float(np.linalg.norm(g))
        if n > max_norm:
            g = g * (max_norm / n)
    v = mu * v + g
    return theta - lr * v, v


@wrong(
    "clipped_by_value",
    "Every entry is cut to ±max_norm, each by itself.",
    "How long can a vector of N entries be, if each is at most max_norm? And does it keep its direction?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = np.clip(micro.mean(axis=0), -max_norm, max_norm)
    v = mu * v + g
    return theta - lr * v, v


@wrong(
    "in_place_step",
    "Updates theta and v in place, as an optimiser does; the caller's arrays are changed.",
    "Call it twice with the same arguments. Do you get the same answer, and what do the arrays hold between the calls?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    n = np.linalg.norm(g)
    if n > max_norm:
        g *= max_norm / n
    v *= mu
    v += g
    theta -= lr * v
    return theta, v


@wrong(
    "norm_of_all_micro_batches",
    "The factor comes from the norm of the whole (M, N) array, not of the mean.",
    "Which vector has to be at most max_norm long at the end? Measure that one in your code.",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    norm = float(np.linalg.norm(micro))
    coef = min(1.0, max_norm / (norm + 1e-6))
    g = (coef * micro).mean(axis=0)
    v = mu * v + g
    theta = theta - lr * v
    return theta, v


@wrong(
    "always_rescaled",
    "The gradient is always brought to max_norm, short ones too.",
    "Near a minimum gradients become small. What does your code make of them?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    g = g / (np.linalg.norm(g) + 1e-8) * max_norm
    v = mu * v + g
    return theta - lr * v, v


@wrong(
    "float64_accumulator",
    "The gradient is gathered in a float64 array and never brought back, so float32 parameters come back as float64.",
    "Which dtype has your accumulator, and which have θ and v after you added it?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = np.zeros(theta.shape)
    for row in micro:
        g += row
    g /= len(micro)
    n = np.linalg.norm(g)
    if n > max_norm:
        g *= max_norm / n
    v = mu * v + g
    theta = theta - lr * v
    return theta, v


@wrong(
    "velocity_first",
    "Returns v before θ.",
    "In which order does the task list what it wants back?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    n = float(np.linalg.norm(g))
    g = g * (max_norm / max(n, max_norm))
    v = mu * v + g
    theta = theta - lr * v
    return v, theta


@wrong(
    "one_step_per_micro_batch",
    "Each micro-batch makes an update of its own, so there are M steps in place of one.",
    "How often does the momentum decay v in one call of yours? The task speaks of one update.",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    for g in micro:
        n = float(np.linalg.norm(g))
        if n > max_norm:
            g = g * (max_norm / n)
        v = mu * v + g
        theta = theta - lr * v
    return theta, v


@wrong(
    "divided_after_clipping",
    "The sum is clipped against max_norm first and divided by M only then: the gradient ends up as much as M times too short.",
    "Between clipping and using it, does your gradient change its length? When does the sum exceed the limit though the mean does not?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    M = micro.shape[0]
    g = micro.sum(axis=0)
    n = float(np.linalg.norm(g))
    if n > max_norm:
        g = g * (max_norm / n)
    g = g / M
    v = mu * v + g
    return theta - lr * v, v


@wrong(
    "zero_gradient_nan",
    "Normalises before it limits; a gradient of zeros is divided by zero, and θ and v become nan.",
    "What happens in your second line when all micro-batches are zero, and what should happen to v then?",
)
def clipped_update(theta, v, micro, lr, mu, max_norm):
    g = micro.mean(axis=0)
    n = np.linalg.norm(g)
    g = (g / n) * np.minimum(n, np.asarray(max_norm, g.dtype))
    v = mu * v + g
    return theta - lr * v, v
