"""As students of control in the lab: compare of MATLAB, in per cent or not, VAF and R squared."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("output_by_output")
def run_scores(y, y_hat, skip):
    K = y.shape[2]
    fit, skill = np.zeros(K, dtype=y.dtype), np.zeros(K, dtype=y.dtype)
    for k in range(K):
        e = y[skip:, :, k] - y_hat[skip:, :, k]
        dev = y[skip:, :, k] - np.mean(y[skip:, :, k])
        step = y[skip:, :, k] - y[skip - 1 : -1, :, k]
        fit[k] = 1 - np.sqrt(np.sum(e**2) / np.sum(dev**2))
        skill[k] = 1 - np.sum(e**2) / np.sum(step**2)
    return fit, skill


@right("norms_like_matlab")
def run_scores(y, y_hat, skip):
    K = y.shape[-1]
    v, vh = y[skip:].reshape(-1, K), y_hat[skip:].reshape(-1, K)
    prev = y[skip - 1 : len(y) - 1].reshape(-1, K)
    n = lambda z: np.linalg.norm(z, axis=0)  # noqa: E731
    fit = 1 - n(v - vh) / n(v - v.mean(axis=0))
    skill = 1 - (n(v - vh) / n(v - prev)) ** 2
    return fit, skill


@right("diff_and_tuples_of_axes")
def run_scores(y, y_hat, skip):
    sse = np.square(y - y_hat)[skip:].sum(axis=(0, 1))
    sst = np.square(y[skip:] - y[skip:].mean(axis=(0, 1), keepdims=True)).sum(axis=(0, 1))
    ssd = np.square(np.diff(y, axis=0)[skip - 1 :]).sum(axis=(0, 1))
    return 1 - np.sqrt(sse / sst), 1 - sse / ssd


@right("root_mean_square_and_std")
def run_scores(y, y_hat, skip):
    mse = np.mean((y[skip:] - y_hat[skip:]) ** 2, axis=(0, 1))
    fit = 1 - np.sqrt(mse) / np.std(y[skip:], axis=(0, 1))
    skill = 1 - mse / np.mean((y[skip:] - y[skip - 1 : -1]) ** 2, axis=(0, 1))
    return fit, skill


@right("sums_in_loops")
def run_scores(y, y_hat, skip):
    T, B, K = y.shape
    fit, skill = [], []
    for k in range(K):
        mean = sum(float(y[t, b, k]) for t in range(skip, T) for b in range(B)) / ((T - skip) * B)
        se = sm = sp = 0.0
        for t in range(skip, T):
            for b in range(B):
                se += (float(y[t, b, k]) - float(y_hat[t, b, k])) ** 2
                sm += (float(y[t, b, k]) - mean) ** 2
                sp += (float(y[t, b, k]) - float(y[t - 1, b, k])) ** 2
        fit.append(1 - (se / sm) ** 0.5)
        skill.append(1 - se / sp)
    return np.array(fit, dtype=y.dtype), np.array(skill, dtype=y.dtype)


def _sums(y, yh, skip):
    e = ((y - yh)[skip:] ** 2).sum(axis=(0, 1))
    m = ((y[skip:] - y[skip:].mean(axis=(0, 1))) ** 2).sum(axis=(0, 1))
    d = ((y[skip:] - y[skip - 1 : -1]) ** 2).sum(axis=(0, 1))
    return e, m, d


@wrong(
    "fit_in_per_cent",
    "The fit is in per cent, as MATLAB's compare gives it.",
    "What is a perfect fit by the task, 1 or 100?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _sums(y, y_hat, skip)
    return 100 * (1 - np.sqrt(e / m)), 1 - e / d


@wrong("r_squared", "The fit is R squared: the root is missing.", "Half the spread left as error: is fit 0.5 or 0.75?")
def run_scores(y, y_hat, skip):
    e, m, d = _sums(y, y_hat, skip)
    return 1 - e / m, 1 - e / d


@wrong("skill_with_root", "The skill has a root too.", "Does the formula of the skill have a root?")
def run_scores(y, y_hat, skip):
    e, m, d = _sums(y, y_hat, skip)
    return 1 - np.sqrt(e / m), 1 - np.sqrt(e / d)


@wrong(
    "mean_for_each_experiment",
    "The mean is taken for each experiment alone.",
    "Two experiments around 0 and 10: which mean belongs to the fit?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _sums(y, y_hat, skip)
    m = ((y[skip:] - y[skip:].mean(axis=0)) ** 2).sum(axis=(0, 1))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong("mean_over_all_outputs", "One mean over all outputs.", "One output in volts, one in kelvin: have they one mean?")
def run_scores(y, y_hat, skip):
    e, m, d = _sums(y, y_hat, skip)
    m = ((y[skip:] - y[skip:].mean()) ** 2).sum(axis=(0, 1))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "mean_of_the_whole_record",
    "The mean goes over all steps, also the skipped ones.",
    "Change y[0] only. May the fit change?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _sums(y, y_hat, skip)
    m = ((y[skip:] - y.mean(axis=(0, 1))) ** 2).sum(axis=(0, 1))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "first_step_not_repeated",
    "The differences start at skip + 1: the step before skip is not used.",
    "How many differences do you sum for T - skip steps?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _sums(y, y_hat, skip)
    d = (np.diff(y[skip:], axis=0) ** 2).sum(axis=(0, 1))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "diff_over_experiments",
    "np.diff without axis runs over the last axis, or here over the experiments.",
    "Along which axis does np.diff run if you name none?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _sums(y, y_hat, skip)
    z = np.diff(y, axis=1) if y.shape[1] > 1 else np.diff(y, axis=0)
    d = (z[skip:] ** 2).sum(axis=(0, 1))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "skip_forgotten",
    "The first steps are not left out.",
    "Make y_hat[0] very wrong. May the scores change for skip = 5?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _sums(y, y_hat, 1)
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "average_of_experiments",
    "Scores of each experiment are averaged.",
    "Do all sums go over the experiments first, or is the mean taken last?",
)
def run_scores(y, y_hat, skip):
    e = ((y - y_hat)[skip:] ** 2).sum(axis=0)
    m = ((y[skip:] - y[skip:].mean(axis=0)) ** 2).sum(axis=0)
    d = ((y[skip:] - y[skip - 1 : -1]) ** 2).sum(axis=0)
    return (1 - np.sqrt(e / m)).mean(axis=0), (1 - e / d).mean(axis=0)


@wrong(
    "scores_of_steps_averaged",
    "The quotient is made in each step and averaged.",
    "Which comes first, the sum or the quotient?",
)
def run_scores(y, y_hat, skip):
    e = ((y - y_hat)[skip:] ** 2).sum(axis=1)
    d = ((y[skip:] - y[skip - 1 : -1]) ** 2).sum(axis=1)
    es, m, _ = _sums(y, y_hat, skip)
    return 1 - np.sqrt(es / m), 1 - (e / d).mean(axis=0)


@wrong(
    "previous_prediction",
    "Compares with the prediction of the step before, not with the measured output.",
    "Who repeats the output one step before: what did he measure?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _sums(y, y_hat, skip)
    d = ((y[skip:] - y_hat[skip - 1 : -1]) ** 2).sum(axis=(0, 1))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "variance_accounted_for",
    "VAF: the mean of the error is taken off first.",
    "An error that is constant: what is your score? It should be below 1.",
)
def run_scores(y, y_hat, skip):
    _, m, d = _sums(y, y_hat, skip)
    r = (y - y_hat)[skip:]
    e = ((r - r.mean(axis=(0, 1))) ** 2).sum(axis=(0, 1))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "sample_standard_deviation",
    "std with N - 1 in the denominator, the error with N.",
    "By what do you divide above, and by what below?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _sums(y, y_hat, skip)
    rms = np.sqrt(np.mean((y - y_hat)[skip:] ** 2, axis=(0, 1)))
    return 1 - rms / np.std(y[skip:], axis=(0, 1), ddof=1), 1 - e / d


@wrong("clipped_at_zero", "Negative scores are set to 0.", "A run worse than the mean: which sign has its fit?")
def run_scores(y, y_hat, skip):
    e, m, d = _sums(y, y_hat, skip)
    return np.maximum(1 - np.sqrt(e / m), 0), np.maximum(1 - e / d, 0)
