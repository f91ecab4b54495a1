"""As people who train networks in torch or JAX daily: they know the idea of the exponent, and seldom write the loop themselves."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("running_sum")
def unit_exponent(w, b, h0, T):
    h = h0
    acc = np.zeros_like(h0)
    for _ in range(T):
        h = np.tanh(w * h + b)
        acc = acc + np.log(np.abs(w * (1 - h * h)))
    return acc / T


@right("store_the_orbit")
def unit_exponent(w, b, h0, T):
    # roll out first, then everything at once
    hs = np.empty((T,) + h0.shape, dtype=h0.dtype)
    h = h0
    for t in range(T):
        h = np.tanh(w * h + b)
        hs[t] = h
    derivs = w[None, :] * (1.0 - hs ** 2)
    return np.log(np.abs(derivs)).mean(axis=0)


def _log_cosh(a):
    a = np.abs(a)
    return a + np.log1p(np.exp(-2 * a)) - np.log(2).astype(a.dtype)


@right("log_sech_squared")
def unit_exponent(w, b, h0, T):
    # tanh'(a) = 1 / cosh(a)^2, so log tanh'(a) = -2 log cosh(a): safe when the unit saturates
    total = np.zeros(h0.shape, h0.dtype)
    state = h0.copy()
    for step in range(T):
        a = w * state + b
        total -= 2 * _log_cosh(a)
        state = np.tanh(a)
    return np.log(np.abs(w)) + total / T


@right("unit_by_unit")
def unit_exponent(w, b, h0, T):
    out = np.empty_like(h0)
    for n in range(len(w)):
        h = float(h0[n])
        logs = []
        for t in range(T):
            h = np.tanh(float(w[n]) * h + float(b[n]))
            logs.append(np.log(abs(float(w[n])) * (1 - h) * (1 + h)))
        out[n] = np.mean(logs)
    return out


@wrong(
    "log_of_the_mean",
    "Averages the slopes and takes the logarithm of that average, in place of the average of the logarithms.",
    "Slopes along an orbit are multiplied with each other. Which kind of average belongs to a product, and what does yours give for the slopes 4 and 1/4?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    slopes = []
    for t in range(T):
        h = np.tanh(w * h + b)
        slopes.append(np.abs(w * (1 - h ** 2)))
    return np.log(np.mean(np.stack(slopes), axis=0))


@wrong(
    "slope_at_the_old_state",
    "Takes the slope from the state before the step, so h_0 comes in and h_T is left out.",
    "With T = 1, write the one derivative out by hand. Which of the states that you have stands in it?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    lyap = np.zeros_like(h0)
    for t in range(T):
        lyap += np.log(np.abs(w * (1 - h**2)))
        h = np.tanh(w * h + b)
    return lyap / T


@wrong(
    "weight_forgotten",
    "Only the slope of tanh is counted; the inner derivative, w, is missing.",
    "Take a unit so close to zero that tanh does nothing. What is its exponent by your code, for w = 2 and for w = 0.5?",
)
def unit_exponent(w, b, h0, T):
    h, s = h0, 0
    for t in range(T):
        h = np.tanh(w * h + b)
        s = s + np.log(1 - h ** 2)  # tanh' = 1 - tanh^2
    return s / T


@wrong(
    "no_absolute_value",
    "The logarithm is taken of the signed derivative, so every unit with a negative weight gives nan.",
    "Try w = -0.5. What does it say about growth that the derivative changes the sign?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    logs = np.zeros((T, w.shape[0]), dtype=w.dtype)
    for t in range(T):
        h = np.tanh(w * h + b)
        logs[t] = np.log(w * (1 - h ** 2))
    return logs.mean(0)


@wrong(
    "sum_not_mean",
    "Returns the sum of the logarithms, as a loss in autograd would be summed; the division by T is missing.",
    "For a unit that rests at a fixed point, how should the exponent for T = 10 compare with that for T = 1000?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    log_jac = np.zeros_like(h0)
    for _ in range(T):
        h = np.tanh(w * h + b)
        log_jac += np.log(np.abs(w) * (1 - h**2))
    return log_jac


@wrong(
    "slope_of_the_preactivation",
    "1 - a² is computed from the pre-activation a, where the formula needs the squashed value.",
    "1 - something² is a slope of tanh for one particular something. Can yours grow above 1, and what would the slope be then?",
)
def unit_exponent(w, b, h0, T):
    h = h0.copy()
    out = np.zeros_like(h)
    for t in range(T):
        z = w * h + b
        dz = 1 - z * z
        out += np.log(np.abs(w * dz))
        h = np.tanh(z)
    return out / T


@wrong(
    "log1p_to_be_safe",
    "Uses log1p of the slope, to be safe against zeros: that is the logarithm of 1 + slope, never negative.",
    "Which slopes should give a negative exponent? Can your function ever return one?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    acc = np.zeros_like(h0)
    for t in range(T):
        h = np.tanh(w * h + b)
        acc += np.log1p(np.abs(w * (1 - h**2)))  # log1p: no log(0)
    return acc / T


@wrong(
    "eps_in_the_logarithm",
    "Adds 1e-6 inside the logarithm, which puts a floor under the exponent of units that saturate.",
    "Give a unit a bias of 10. How small is its slope, and how does that compare with the constant that you add?",
)
def unit_exponent(w, b, h0, T):
    eps = 1e-6
    h = h0
    acc = np.zeros_like(h0)
    for t in range(T):
        h = np.tanh(w * h + b)
        acc += np.log(np.abs(w * (1 - h**2)) + eps)
    return acc / T


@wrong(
    "product_then_log",
    "Multiplies all the slopes before it takes one logarithm; over many steps the product underflows to zero (or overflows), and the exponent becomes infinite.",
    "On paper it is the same. What does the product hold after some thousand steps of slope 0.3?",
)
def unit_exponent(w, b, h0, T):
    # one log instead of T logs
    h = h0
    jac = np.ones_like(h0)
    for t in range(T):
        h = np.tanh(w * h + b)
        jac *= w * (1 - h**2)
    return np.log(np.abs(jac)) / T


@wrong(
    "one_step_short",
    "The loop runs from 1 to T - 1 and so makes one step too few, though it divides by T.",
    "How often does your loop run for T = 1?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    total = np.zeros_like(w)
    for t in range(1, T):
        h = np.tanh(w * h + b)
        total += np.log(np.abs(w * (1 - h ** 2)))
    return total / T


@wrong(
    "float64_buffer",
    "The buffer is made by np.zeros without a dtype, so float32 arguments give a float64 result.",
    "In your framework a new tensor is float32 by default. What does NumPy take if you do not say?",
)
def unit_exponent(w, b, h0, T):
    N = w.shape[0]
    logs = np.zeros((T, N))
    h = h0
    for t in range(T):
        h = np.tanh(w * h + b)
        logs[t] = np.log(np.abs(w * (1 - h**2)))
    return logs.mean(axis=0)


@wrong(
    "mean_over_everything",
    "The mean runs over units as well as steps, and one number is returned.",
    "Look at the shape of what you return. What does a mean without an axis do?",
)
def unit_exponent(w, b, h0, T):
    h, slopes = h0, []
    for t in range(T):
        h = np.tanh(w * h + b)
        slopes.append(np.log(np.abs(w * (1 - h * h))))
    return np.mean(slopes)


@wrong(
    "two_close_orbits",
    "Runs a second orbit from a start 1e-6 away and compares the distances at the end; without rescaling the distance sinks into rounding, or grows until it is no longer small.",
    "After some hundred steps of contraction, how many digits has the distance of your two orbits left?",
)
def unit_exponent(w, b, h0, T):
    # textbook estimate: lambda = 1/T log(|delta_T| / |delta_0|)
    d0 = 1e-6
    h, g = h0, h0 + d0
    for t in range(T):
        h = np.tanh(w * h + b)
        g = np.tanh(w * g + b)
    return np.log(np.abs(g - h) / d0) / T


@wrong(
    "dot_instead_of_own_weight",
    "w @ h sums over all units, so that every unit is driven by the same number in place of its own state.",
    "The units know nothing of each other. Change h0 of one unit: do the exponents of the others move?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    acc = np.zeros_like(h0)
    for t in range(T):
        h = np.tanh(w @ h + b)
        acc += np.log(np.abs(w * (1 - h**2)))
    return acc / T


@wrong(
    "cosh_of_the_state",
    "Takes 1/cosh² at h, after the squashing, where it belongs to the argument of tanh: as if tanh were applied twice.",
    "There are two ways to write the slope of tanh, one from its input and one from its output. Which did you use, and with which of the two numbers?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    acc = np.zeros_like(h0)
    for t in range(T):
        h = np.tanh(w * h + b)
        acc += np.log(np.abs(w)) - 2 * np.log(np.cosh(h))
    return acc / T


@wrong(
    "writes_into_h0",
    "To save memory the state is updated in place, in the array that the caller handed in as h0.",
    "Call your function twice with the same arrays. What does h0 hold before the second call?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    acc = np.zeros_like(h0)
    for t in range(T):
        h *= w
        h += b
        np.tanh(h, out=h)
        acc += np.log(np.abs(w * (1 - h**2)))
    return acc / T


@wrong(
    "burn_in_thrown_away",
    "The first half of the orbit is thrown away as a transient, as papers on attractors do; the mean here is over all T steps.",
    "Over which steps does the task ask for the mean? Count how many logarithms yours uses.",
)
def unit_exponent(w, b, h0, T):
    h = h0
    burn = T // 2          # let it settle on the attractor
    for t in range(burn):
        h = np.tanh(w * h + b)
    acc = np.zeros_like(h0)
    for t in range(T - burn):
        h = np.tanh(w * h + b)
        acc += np.log(np.abs(w * (1 - h**2)))
    return acc / (T - burn)
