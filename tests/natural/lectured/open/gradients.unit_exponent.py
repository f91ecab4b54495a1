"""As students after the lecture: the slide said 'average the log of the slope', and not all saw which slope, of what, over what."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("running_sum")
def unit_exponent(w, b, h0, T):
    h = h0
    total = np.zeros_like(h0)
    for _ in range(T):
        h = np.tanh(w * h + b)
        total = total + np.log(np.abs(w * (1 - h**2)))
    return total / T


@right("orbit_first_then_mean")
def unit_exponent(w, b, h0, T):
    # whole orbit first, every unit is its own 1-D network
    orbit = np.empty((T, len(w)), dtype=w.dtype)
    h = h0
    for t in range(T):
        h = np.tanh(w * h + b)
        orbit[t] = h
    # log|w (1-h^2)| = log|w| + log(1-h^2)
    return np.log(np.abs(w)) + np.log1p(-orbit**2).mean(axis=0)


@right("log_cosh")
def unit_exponent(w, b, h0, T):
    # tanh' (a) = 1 / cosh(a)^2, so log of it = -2 log cosh a. does not blow up when saturated
    h, s = h0, 0
    for t in range(T):
        a = w * h + b
        s = s - 2 * (np.logaddexp(a, -a) - np.log(a.dtype.type(2)))
        h = np.tanh(a)
    return (np.log(abs(w)) + s / T).astype(w.dtype)


@right("one_unit_at_a_time")
def unit_exponent(w, b, h0, T):
    result = np.zeros(w.shape, w.dtype)
    for n in range(w.shape[0]):
        h_n = h0[n]
        logs = []
        for t in range(T):
            h_n = np.tanh(w[n] * h_n + b[n])
            logs.append(np.log(abs(w[n])) + np.log((1 - h_n) * (1 + h_n)))
        result[n] = sum(logs) / T
    return result


@wrong(
    "slope_without_w",
    "Takes only the slope of tanh, 1 - h², and forgets the inner derivative w.",
    "Write out the chain rule for tanh(w h + b) with respect to h on paper. How many factors do you get, and how many are in your code?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    lam = np.zeros_like(h0)
    for t in range(T):
        h = np.tanh(w * h + b)
        lam += np.log(np.abs(1 - h**2))   # tanh' = 1 - tanh^2
    return lam / T


@wrong(
    "slope_at_the_state_before",
    "The slope is taken with h_{t-1} in place of h_t: 1 - h_{t-1}² is the slope of the step before.",
    "Take T = 1 and h0 = 0 with a large b. How steep is tanh there, and what does your line say?",
)
def unit_exponent(w, b, h0, T):
    h_prev = h0
    acc = np.zeros_like(h0)
    for t in range(T):
        dh = w * (1 - h_prev * h_prev)     # dh_t / dh_{t-1}
        acc += np.log(np.abs(dh))
        h_prev = np.tanh(w * h_prev + b)
    return acc / T


@wrong(
    "product_then_log",
    "Multiplies all the slopes and takes one logarithm at the end; over many steps the product underflows (or overflows) and the exponent becomes infinite.",
    "Print your product after 100, 500 and 2000 steps for a unit with w = 0.5. What has the computer kept of it?",
)
def unit_exponent(w, b, h0, T):
    # product from the slide: dh_T/dh_0 = prod_t w (1 - h_t^2)
    prod = np.ones_like(h0)
    h = h0
    for t in range(T):
        h = np.tanh(w * h + b)
        prod = prod * w * (1 - h**2)
    return np.log(np.abs(prod)) / T


@wrong(
    "log_of_the_mean",
    "Averages the slopes first and takes the logarithm of the average; the mean of logarithms was asked for.",
    "Two steps with slopes 4 and 1/4 leave a gradient as long as it was. What does your formula give for them?",
)
def unit_exponent(w, b, h0, T):
    slopes = np.zeros((T, h0.size), dtype=h0.dtype)
    h = h0
    for i in range(T):
        h = np.tanh(w * h + b)
        slopes[i] = np.abs(w * (1 - h**2))
    return np.log(slopes.mean(axis=0))


@wrong(
    "sum_over_steps",
    "The logarithms are summed over the steps and never divided by T.",
    "Run a unit that sits in its fixed point for 10 and for 20 steps. Should the exponent change?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    lyap = 0
    for _ in range(T):
        h = np.tanh(w * h + b)
        lyap = lyap + np.log(np.abs(w) * (1 - h**2))
    return lyap


@wrong(
    "no_absolute_value",
    "No absolute value is taken before the logarithm, so every unit with a negative w gives nan.",
    "Look at which units come out as nan. What do their weights have in common?",
)
def unit_exponent(w, b, h0, T):
    hs = [h0]
    for t in range(T):
        hs.append(np.tanh(w * hs[-1] + b))
    hs = np.array(hs[1:])
    return np.mean(np.log(w * (1 - hs**2)), axis=0)


@wrong(
    "log_base_two",
    "Uses the logarithm to base 2 (as for bits), where the natural one is asked for.",
    "All your numbers are off by one and the same factor. Which one, and which function could bring it in?",
)
def unit_exponent(w, b, h0, T):
    # in doublings per step
    h = h0.copy()
    e = np.zeros_like(h)
    for _ in range(T):
        h = np.tanh(w * h + b)
        e += np.log2(np.abs(w * (1 - h * h)))
    return e / T


@wrong(
    "mean_over_everything",
    "np.mean without an axis averages over the units too and returns a single number.",
    "How many numbers should come back, and how many do? Over which axis of your array do the steps run?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    logs = []
    for t in range(T):
        h = np.tanh(w * h + b)
        logs.append(np.log(np.abs(w * (1 - h**2))))
    return np.mean(logs)


@wrong(
    "overwrites_the_start",
    "Works in place on h0, so the caller's starting states are gone after the call.",
    "Call your function twice with the same h0 and print h0 before and after. What does `h = h0` copy?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    acc = np.zeros_like(w)
    for _ in range(T):
        h *= w
        h += b
        np.tanh(h, out=h)
        acc += np.log(np.abs(w * (1 - h**2)))
    return acc / T


@wrong(
    "start_counted_as_step",
    "h0 is in the list of states and its slope is averaged too, so T + 1 slopes are counted, one of which belongs to no step.",
    "For T = 1, how many derivatives ∂h_t/∂h_{t-1} are there? How long is your list?",
)
def unit_exponent(w, b, h0, T):
    h = [h0]
    for t in range(T):
        h.append(np.tanh(w * h[t] + b))
    h = np.stack(h)
    return np.log(np.abs(w * (1 - h**2))).mean(0)


@wrong(
    "dtype_lost",
    "np.zeros makes a float64 array, so float32 arguments give a float64 result.",
    "Print the dtype of your accumulator before the loop and of the result, with float32 arguments.",
)
def unit_exponent(w, b, h0, T):
    N = len(w)
    lam = np.zeros(N)
    h = h0
    for t in range(T):
        h = np.tanh(w * h + b)
        for n in range(N):
            lam[n] += np.log(np.abs(w[n] * (1 - h[n]**2)))
    return lam / T


@wrong(
    "tanh_twice",
    "Puts h_t, which is squashed already, into 1 - tanh²(·), so that tanh is applied twice.",
    "In tanh'(a) = 1 - tanh²(a), what is a here? Is it the thing you called h?",
)
def unit_exponent(w, b, h0, T):
    def dtanh(x):
        return 1 - np.tanh(x)**2

    h = h0
    s = np.zeros_like(h0)
    for t in range(T):
        h = np.tanh(w * h + b)
        s += np.log(np.abs(w * dtanh(h)))
    return s / T


@wrong(
    "sigmoid_slope",
    "Uses the derivative of the logistic function, h(1 - h), for tanh.",
    "Compare your slope at a = 0 with a picture of tanh near zero. How steep is it there?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    out = np.zeros_like(h0)
    for t in range(T):
        h = np.tanh(w * h + b)
        deriv = h * (1 - h)
        out += np.log(np.abs(w * deriv))
    return out / T


@wrong(
    "orbit_never_moves",
    "Each step starts again from h0, since the new state is never carried over; the same slope is averaged T times.",
    "Print the state in each of the first five steps. Does it move?",
)
def unit_exponent(w, b, h0, T):
    result = np.zeros_like(h0)
    for t in range(1, T + 1):
        h_t = np.tanh(w * h0 + b)
        result += np.log(np.abs(w * (1 - h_t**2))) / T
    return result


@wrong(
    "growth_factor_returned",
    "Returns exp of the exponent, the mean factor per step, in place of the exponent itself.",
    "For a unit that neither stretches nor shrinks, what should the exponent be? What do you return?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    s = np.zeros_like(h0)
    for t in range(T):
        h = np.tanh(w * h + b)
        s += np.log(np.abs(w * (1 - h**2)))
    # geometric mean: < 1 vanishing, > 1 exploding
    return np.exp(s / T)


@wrong(
    "transient_thrown_away",
    "The first tenth of the orbit is left out as a transient, though the mean over all T steps is asked for.",
    "Compare T = 9 and T = 10 by hand. How many steps go into your mean in each?",
)
def unit_exponent(w, b, h0, T):
    burn_in = T // 10
    h, total = h0, np.zeros_like(h0)
    for t in range(T):
        h = np.tanh(w * h + b)
        if t >= burn_in:     # let it settle on the attractor first
            total += np.log(np.abs(w * (1 - h**2)))
    return total / (T - burn_in)


@wrong(
    "largest_of_one_big_jacobian",
    "Treats the N units as one network and takes the largest singular value of a diagonal Jacobian at each step: one number, that of the steepest unit.",
    "Does one unit here ever feel another? Then whose exponent is the single number you return?",
)
def unit_exponent(w, b, h0, T):
    W = np.diag(w)
    h = h0
    lam = 0.0
    for t in range(T):
        h = np.tanh(W @ h + b)
        J = np.diag(1 - h**2) @ W
        lam += np.log(np.linalg.norm(J, 2))
    return lam / T


@wrong(
    "one_step_short",
    "The loop runs over range(1, T), which is T - 1 steps, while the sum is divided by T.",
    "Try T = 1. How often does your loop body run?",
)
def unit_exponent(w, b, h0, T):
    h = h0
    S = np.zeros_like(h0)
    for t in range(1, T):
        h = np.tanh(w * h + b)
        S += np.log(np.abs(w * (1 - h**2)))
    return S / T
