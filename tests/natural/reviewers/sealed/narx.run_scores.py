"""As programmers who skim: r2_score, explained variance, MASE, means of another axis."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("sums_over_two_axes")
def run_scores(y, y_hat, skip):
    ax = (0, 1)
    v = y[skip:]
    sse = ((v - y_hat[skip:]) ** 2).sum(ax)
    return 1 - np.sqrt(sse / ((v - v.mean(ax)) ** 2).sum(ax)), 1 - sse / ((v - y[skip - 1 : -1]) ** 2).sum(ax)


@right("flattened_samples")
def run_scores(y, y_hat, skip):
    K = y.shape[-1]
    f = lambda z: z.reshape(-1, K)  # noqa: E731
    v, p, q = f(y[skip:]), f(y_hat[skip:]), f(y[skip - 1 : -1])
    r2 = lambda ref: 1 - ((v - p) ** 2).sum(0) / ((v - ref) ** 2).sum(0)  # noqa: E731
    return 1 - np.sqrt(1 - r2(v.mean(0))), r2(q)


@right("einsum_of_squares")
def run_scores(y, y_hat, skip):
    sq = lambda z: np.einsum("tbk,tbk->k", z, z)  # noqa: E731
    v = y[skip:]
    e = sq(v - y_hat[skip:])
    return 1 - np.sqrt(e / sq(v - v.mean(axis=(0, 1), keepdims=True))), 1 - e / sq(np.diff(y[skip - 1 :], axis=0))


@right("variance_identity")
def run_scores(y, y_hat, skip):
    v = y[skip:]
    mse = np.square(v - y_hat[skip:]).mean((0, 1))
    return 1 - np.sqrt(mse / v.var((0, 1))), 1 - mse / np.square(v - y[skip - 1 : -1]).mean((0, 1))


@right("in_torch")
def run_scores(y, y_hat, skip):
    import torch

    Y, P = torch.tensor(y), torch.tensor(y_hat)
    v = Y[skip:].flatten(0, 1)
    e = (v - P[skip:].flatten(0, 1)).norm(dim=0)
    fit = 1 - e / (v - v.mean(0)).norm(dim=0)
    skill = 1 - (e / (v - Y[skip - 1 : -1].flatten(0, 1)).norm(dim=0)) ** 2
    return fit.numpy(), skill.numpy()


def _fs(y, p, skip, mean=None, ref=None):
    v, p = y[skip:], p[skip:]
    e = ((v - p) ** 2).sum((0, 1))
    m = ((v - (v.mean((0, 1)) if mean is None else mean)) ** 2).sum((0, 1))
    d = ((v - (y[skip - 1 : -1] if ref is None else ref)) ** 2).sum((0, 1))
    return e, m, d


@wrong("r2_score", "r2_score, without the root, for the fit.", "Is there a root in the formula of the fit?")
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip)
    return 1 - e / m, 1 - e / d


@wrong("root_in_both", "The root in both scores.", "In which of the two is the root?")
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip)
    return 1 - np.sqrt(e / m), 1 - np.sqrt(e / d)


@wrong("root_in_the_other", "The root stands in the skill, not in the fit.", "In which of the two is the root?")
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip)
    return 1 - e / m, 1 - np.sqrt(e / d)


@wrong(
    "one_minus_inside_the_root",
    "sqrt(1 - e / m): the 1 stands inside the root.",
    "A run as good as the mean: 0. And one a little worse, by your line?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip)
    return np.sqrt(np.abs(1 - e / m)), 1 - e / d


@wrong(
    "mean_over_time", "The mean runs over time alone: one for each experiment.", "Over what does the task's mean go?"
)
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip, mean=y[skip:].mean(0))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "mean_over_experiments",
    "The mean runs over the experiments alone: one for each step.",
    "Is your mean a curve or a number for each output?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip, mean=y[skip:].mean(1, keepdims=True) * (y.shape[1] > 1))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong("mean_of_everything_skipped_too", "The mean of the full record.", "May y[0] change your fit?")
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip, mean=y.mean((0, 1)))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong("mean_of_the_prediction", "The spread is taken around the mean of the prediction.", "Whose mean is y-bar?")
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip, mean=y_hat[skip:].mean((0, 1)))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "diff_after_skip",
    "np.diff(y[skip:]): one step less in the denominator.",
    "How many differences has a slice of R steps?",
)
def run_scores(y, y_hat, skip):
    e, m, _ = _fs(y, y_hat, skip)
    d = (np.diff(y[skip:], axis=0) ** 2).sum((0, 1))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "diff_after_skip_as_means",
    "Means of T - skip and of T - skip - 1 steps are compared.",
    "The step before skip was measured. Do you use it?",
)
def run_scores(y, y_hat, skip):
    e, m, _ = _fs(y, y_hat, skip)
    d = (np.diff(y[skip:], axis=0) ** 2).mean((0, 1))
    return 1 - np.sqrt(e / m), 1 - ((y - y_hat)[skip:] ** 2).mean((0, 1)) / d


@wrong(
    "persistence_of_the_start",
    "Repeats the last output before skip for all steps.",
    "Which step before is repeated: the one before each step, or before skip?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip, ref=y[skip - 1])
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "next_instead_of_previous",
    "Compares with the step after.",
    "Does the baseline know the step before or the step after?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip, ref=np.concatenate([y[skip + 1 :], y[-1:]]))
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "predicted_step_before",
    "The baseline repeats the prediction of the step before.",
    "What did the baseline know: a measurement or a prediction?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip, ref=y_hat[skip - 1 : -1])
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "explained_variance",
    "explained_variance_score: the bias of the run is taken out.",
    "A run with a constant offset: is its fit below 1?",
)
def run_scores(y, y_hat, skip):
    r = y - y_hat
    r = r - r[skip:].mean((0, 1))
    e, m, d = _fs(y, y - r, skip)
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "uniform_average",
    "Averaged over the outputs (sklearn's default), repeated K times.",
    "Are your K scores different?",
)
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip)
    o = np.ones_like(e)
    return (1 - np.sqrt(e / m)).mean() * o, (1 - e / d).mean() * o


@wrong("mase", "Absolute errors (MASE) for the skill.", "Squares or absolute values?")
def run_scores(y, y_hat, skip):
    e, m, _ = _fs(y, y_hat, skip)
    v = y[skip:]
    return 1 - np.sqrt(e / m), 1 - np.abs(v - y_hat[skip:]).sum((0, 1)) / np.abs(v - y[skip - 1 : -1]).sum((0, 1))


@wrong(
    "mean_over_experiments_of_scores",
    "A score for each experiment, then the mean.",
    "Which is taken first: the sums over B, or the quotient?",
)
def run_scores(y, y_hat, skip):
    v = y[skip:]
    e = ((v - y_hat[skip:]) ** 2).sum(0)
    m = ((v - v.mean((0, 1))) ** 2).sum(0)
    d = ((v - y[skip - 1 : -1]) ** 2).sum(0)
    return (1 - np.sqrt(e / m)).mean(0), (1 - e / d).mean(0)


@wrong("skip_one_more", "Slices from skip + 1 on.", "Is step skip in your sums?")
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip + 1)
    return 1 - np.sqrt(e / m), 1 - e / d


@wrong(
    "epsilon_in_the_quotients",
    "0.01 is added to each denominator.",
    "A perfect baseline aside, why should 0.01 matter? Compare with the plain quotient.",
)
def run_scores(y, y_hat, skip):
    e, m, d = _fs(y, y_hat, skip)
    eps = np.asarray(1e-2, y.dtype)
    return 1 - np.sqrt(e / (m + eps)), 1 - e / (d + eps)
