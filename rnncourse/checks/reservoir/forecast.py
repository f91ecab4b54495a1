"""The small project: a penalty chosen on validation steps, a readout fitted again, a free run scored."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.random import Generator

from rnncourse._arrays import require, sign
from rnncourse.checks.engine import Array, Exercise, Facet
from rnncourse.checks.mistakes import Mistake, edit, trial
from rnncourse.checks.nested import Value
from rnncourse.checks.reservoir.draws import WORDS, reservoir
from rnncourse.checks.reservoir.readout import readout
from rnncourse.shapes import N_, N_F, N_N, T_F, Count, Positive, checked

L_ = Annotated[Array, "L"]


def step(x_t: Array, h: Array, W_ih: Array, W_hh: Array, b: Array, a: float) -> Array:
    """The next state of one reservoir."""
    new: Array = (1 - a) * h + a * np.tanh(W_ih @ x_t + W_hh @ h + b)
    return new


def fitted(h: Array, x: Array, start: int, end: int, penalty: float) -> Array:
    """A readout to the values of the steps from start up to before end; h has the state after each step."""
    states, inputs, targets = h[start - 1 : end - 1], x[start - 1 : end - 1], x[start:end]
    W_ho, _ = readout(states[:, None], inputs[:, None], targets[:, None], 0, penalty)
    return W_ho


def predicted(W_ho: Array, h: Array, x: Array) -> Array:
    """What the readout makes of states and values, one or several."""
    N = h.shape[-1]
    o: Array = h @ W_ho[:, :N].T + x @ W_ho[:, N:-1].T + W_ho[:, -1]
    return o


def score(x_hat: Array, x: Array, m: int) -> Array:
    """The error of each step, in units of the spread of what was measured before."""
    spread = x[:m].std(axis=0)
    e: Array = np.sqrt((((x_hat - x[m:]) / spread) ** 2).mean(axis=1))
    return e


@checked
def forecast(
    x: T_F,
    W_ih: N_F,
    W_hh: N_N,
    b: N_,
    a: Positive,
    penalties: L_,
    washout: Count,
    n_train: Count,
    n_valid: Count,
    eps: Positive,
    dt: Positive,
    exponent: Positive,
) -> tuple[Array, int, Array, Array, float]:
    r"""A readout for each penalty, the best on validation steps, fitted again, run freely and scored.

    Returns the errors (L,), the index of the best, its predictions (T - m, F), their errors (T - m,) and the valid
    time.
    """
    m = n_train + n_valid
    require(washout < n_train and m < len(x), f"expected washout < n_train and steps after n_train + n_valid = {m}")
    h = np.zeros((m, len(b)))
    state = np.zeros(len(b))
    for t in range(m):
        state = step(x[t], state, W_ih, W_hh, b, a)
        h[t] = state
    found: list[Any] = []
    run: list[Array] = []
    for penalty in penalties:
        W_ho = fitted(h, x, washout, n_train, penalty)
        o = predicted(W_ho, h[n_train - 1 : m - 1], x[n_train - 1 : m - 1])
        found.append(np.sqrt(((o - x[n_train:m]) ** 2).mean()))
    errors = np.array(found)
    best = int(errors.argmin())
    W_ho = fitted(h, x, washout, m, penalties[best])
    value = x[m - 1]
    while len(run) < len(x) - m:
        value = predicted(W_ho, state, value)
        run.append(value)
        state = step(value, state, W_ih, W_hh, b, a)
    x_hat = np.array(run)
    e = score(x_hat, x, m)
    off = e > eps
    right = int(off.argmax()) if off.any() else len(off)
    valid_time = right * dt * exponent
    return errors, best, x_hat, e, valid_time


sign(globals(), "forecast")

TRAINED, AGAIN = "fitted(h, x, washout, n_train, penalty)", "fitted(h, x, washout, m, penalties[best])"
ONE_STEP, SCORED = (
    "predicted(W_ho, h[n_train - 1 : m - 1], x[n_train - 1 : m - 1])",
    ("np.sqrt(((o - x[n_train:m]) ** 2).mean())"),
)
ROWS = "h[start - 1 : end - 1], x[start - 1 : end - 1], x[start:end]"
FIT, BEST, STATE = (
    "readout(states[:, None], inputs[:, None], targets[:, None], 0, penalty)",
    "int(errors.argmin())",
    ("(1 - a) * h + a * np.tanh(W_ih @ x_t + W_hh @ h + b)"),
)
RUN, MOVE, CARRIED = (
    "value = x[m - 1]",
    "value = predicted(W_ho, state, value)",
    ("state = step(value, state, W_ih, W_hh, b, a)"),
)
SPREAD, ERROR = "x[:m].std(axis=0)", "np.sqrt((((x_hat - x[m:]) / spread) ** 2).mean(axis=1))"
OFF, RIGHT, TIME = "off = e > eps", "int(off.argmax()) if off.any() else len(off)", "right * dt * exponent"

# What hints ask to try: one unit without input weights stays at 0, so that x_t is fitted to x_{t-1} and a constant.
DOUBLED: dict[str, Any] = {  # x = 2 x up to step 6, then something else
    "x": [[0.5], [1], [2], [4], [8], [16], [32], [64], [128], [250], [510]],
    "W_ih": [[0]],
    "W_hh": [[0]],
    "b": [0],
    "a": 1.0,
    "penalties": [1e-9],
    "washout": 1,
    "n_train": 5,
    "n_valid": 3,
    "eps": 0.5,
    "dt": 0.5,
    "exponent": 3.0,
}
BENT: dict[str, Any] = {  # after the fit each value is 1 more than what is predicted
    **DOUBLED,
    "x": [[0.5], [1], [2], [4], [8], [17], [35], [71], [150], [290], [600]],
}
TURNING: dict[str, Any] = {  # of the penalties the middle one is best on validation steps
    **DOUBLED,
    "x": [[-3], [-1], [-2], [1], [0.5], [3], [1], [1], [0.4], [1], [0.1], [0.3]],
    "penalties": [1e-9, 20.0, 1000.0],
    "washout": 1,
    "n_train": 6,
    "n_valid": 4,
}
STATED: dict[str, Any] = {**BENT, "W_ih": [[0.1]], "W_hh": [[0.5]], "a": 0.5, "penalties": [1.0]}


def numbers(w: Any) -> Any:
    """The first error, the first two predictions, and the first two errors of them."""
    return [w[0][0], *w[2][:2, 0], *w[3][:2]]


DOUBLE_TEST = (
    "Take one unit without weights, x = 0.5, 1, 2, 4, 8, 17, 35, 71, 150, 290, 600, a single penalty of 1e-9, "
    "washout 1, n_train 5 and n_valid 3. The first fit is x = 2 x"
)
FORECAST_MISTAKES = (
    Mistake(
        "P1",
        "penalties scored on other steps",
        "Which values do the errors of your penalties hang on? Change the last one before step m: do they notice?",
        "What was fitted says little about a penalty, and what is to be tested must not say anything.",
        {
            "the steps of the fit": edit(
                forecast, ONE_STEP, "predicted(W_ho, h[washout - 1 : n_train - 1], x[washout - 1 : n_train - 1])"
            )
            + edit(forecast, SCORED, "np.sqrt(((o - x[washout:n_train]) ** 2).mean())"),
            "one late": edit(forecast, ONE_STEP, "predicted(W_ho, h[n_train : m - 1], x[n_train : m - 1])")
            + edit(forecast, SCORED, "np.sqrt(((o - x[n_train + 1 : m]) ** 2).mean())"),
            "one late, into the test": edit(forecast, ONE_STEP, "predicted(W_ho, h[n_train:m], x[n_train:m])")
            + edit(forecast, SCORED, "np.sqrt(((o - x[n_train + 1 : m + 1]) ** 2).mean())"),
            "the last left out": edit(
                forecast, ONE_STEP, "predicted(W_ho, h[n_train - 1 : m - 2], x[n_train - 1 : m - 2])"
            )
            + edit(forecast, SCORED, "np.sqrt(((o - x[n_train : m - 1]) ** 2).mean())"),
        },
        test="Take one unit without weights and x = 0.5, 1, 2, 4, 8, 17, 35, 71, 150, 290, 600. Use a penalty of "
        "1e-9, washout 1, n_train 5 and n_valid 3. The first fit is x = 2 x. Its errors on the next values are 1, 1 "
        "and 1. Then put 18 in place of 17 and 73 in place of 71. Which two errors come?",
        tries=(
            trial(
                lambda v, w: [v[0][0], w[0][0]],
                {"x": [[0.5], [1], [2], [4], [8], [18], [35], [73], [150], [290], [600]]},
                **BENT,
            ),
        ),
    ),
    Mistake(
        "P1t",
        "a prediction compared with the value of another step",
        "Which value should a readout of state and value of step 5 predict? With which do you compare it?",
        "A readout that has seen a value predicts the next one.",
        {
            "in the fit, the same": edit(fitted, ROWS, "h[start:end], x[start:end], x[start:end]"),
            "in the fit and on the validation steps, the same": edit(
                fitted, ROWS, "h[start:end], x[start:end], x[start:end]"
            )
            + edit(forecast, ONE_STEP, "predicted(W_ho, h[n_train:m], x[n_train:m])"),
            "in the fit, two later": edit(
                fitted, ROWS, "h[start - 1 : end - 2], x[start - 1 : end - 2], x[start + 1 : end]"
            ),
            "the state one older": edit(
                fitted,
                ROWS,
                "np.concatenate([0 * h[:1], h])[start - 1 : end - 1], x[start - 1 : end - 1], x[start:end]",
            ),
        },
        test="Take one unit with an input weight of 0.1, a weight of 0.5 on itself and a = 0.5. Take x = 0.5, 1, 2, "
        "4, 8, 17, 35, 71, 150, 290, 600. Use a penalty of 1, washout 1, n_train 5 and n_valid 3. Compute the error, "
        "two predictions and their errors by hand.",
        tries=(trial(numbers, **STATED),),
    ),
    Mistake(
        "P9",
        "a series made over before it is read",
        "Which numbers does your reservoir read at step 0: those of x, or others made of them?",
        "The spread has one place in the task, and the mean has none. Where is that place?",
        {
            "standardised": edit(
                forecast,
                "m = n_train + n_valid",
                "m = n_train + n_valid\n    x = (x - x[:m].mean(axis=0)) / x[:m].std(axis=0)",
            ),
            "about its mean": edit(
                forecast, "m = n_train + n_valid", "m = n_train + n_valid\n    x = x - x[:m].mean(axis=0)"
            ),
        },
        test="Take one unit with an input weight of 0.1, a weight of 0.5 on itself and a = 0.5. Take x = 0.5, 1, 2, "
        "4, 8, 17, 35, 71, 150, 290, 600. Use a penalty of 1, washout 1, n_train 5 and n_valid 3. Compute the error, "
        "two predictions and their errors by hand.",
        tries=(trial(numbers, **STATED),),
    ),
    Mistake(
        "P2",
        "other steps in the first fit",
        "Which values are targets of your first fit? Change the first one after them: does a prediction notice?",
        "The first fit sees the values up to before step n_train, without those of the washout.",
        {
            "with the validation": edit(forecast, TRAINED, "fitted(h, x, washout, m, penalty)"),
            "one more": edit(forecast, TRAINED, "fitted(h, x, washout, n_train + 1, penalty)"),
            "one less": edit(forecast, TRAINED, "fitted(h, x, washout, n_train - 1, penalty)"),
            "no washout": edit(forecast, TRAINED, "fitted(h, x, 1, n_train, penalty)"),
            "one step more of the washout": edit(forecast, TRAINED, "fitted(h, x, washout + 1, n_train, penalty)"),
        },
        test="Take one unit without weights and x = 0.5, 7, 1, 2.5, 4, 9, 18, 37, 150, 290, 600. Use a penalty of "
        "1e-9, washout 2, n_train 5 and n_valid 3. Which error comes?",
        tries=(
            trial(
                lambda w: w[0][0],
                **{**BENT, "x": [[0.5], [7], [1], [2.5], [4], [9], [18], [37], [150], [290], [600]], "washout": 2},
            ),
        ),
    ),
    Mistake(
        "P3",
        "another error over the validation steps",
        "The errors are 3 and 4 in size. What should the score be? What is it with you?",
        "Square, mean over steps and features, root.",
        {
            "without the root": edit(forecast, SCORED, "((o - x[n_train:m]) ** 2).mean()"),
            "sizes": edit(forecast, SCORED, "np.abs(o - x[n_train:m]).mean()"),
            "sum": edit(forecast, SCORED, "np.sqrt(((o - x[n_train:m]) ** 2).sum())"),
            "the features added up": edit(forecast, SCORED, "np.sqrt(((o - x[n_train:m]) ** 2).sum(axis=1).mean())"),
            "lengths": edit(forecast, SCORED, "np.sqrt(((o - x[n_train:m]) ** 2).sum(axis=1)).mean()"),
            "roots of each feature": edit(forecast, SCORED, "np.sqrt(((o - x[n_train:m]) ** 2).mean(axis=0)).mean()"),
            "in units of the spread": edit(
                forecast, SCORED, "np.sqrt((((o - x[n_train:m]) / x[:m].std(axis=0)) ** 2).mean())"
            ),
            "the largest": edit(forecast, SCORED, "np.abs(o - x[n_train:m]).max()"),
        },
        test="Take one unit without weights and two features. The first is 0.5, 1, 2, 4, 8, 19, 42, 86, 150, 290, 600. "
        "The second is 1 and -1 in turn. Use a penalty of 1e-9, washout 1, n_train 5 and n_valid 3. In the first "
        "feature the errors are 3, 4 and 2, in the second 0. Which error comes?",
        tries=(
            trial(
                lambda w: w[0][0],
                **{
                    **BENT,
                    "x": [[v, (-1) ** n] for n, v in enumerate((0.5, 1, 2, 4, 8, 19, 42, 86, 150, 290, 600))],
                    "W_ih": [[0, 0]],
                },
            ),
        ),
    ),
    Mistake(
        "P3f",
        "validated in a free run",
        "Change the first value of the validation steps. How many of your validation predictions notice?",
        "One step ahead: each prediction is made from measured values.",
        edit(
            forecast,
            ONE_STEP,
            "[]\n        s, value = h[n_train - 1], x[n_train - 1]\n        for _ in range(n_valid):\n"
            "            value = predicted(W_ho, s, value)\n            o.append(value)\n"
            "            s = step(value, s, W_ih, W_hh, b, a)\n        o = np.array(o)",
        ),
        test="Take one unit without weights and x = 0.5, 1, 2, 4, 8, 17, 35, 71, 150, 290, 600. Use a penalty of "
        "1e-9, washout 1, n_train 5 and n_valid 3. The first fit is x = 2 x. Its errors on the next values are 1, 1 "
        "and 1. Which error comes?",
        tries=(trial(lambda w: w[0][0], **BENT),),
    ),
    Mistake(
        "P4",
        "chosen by something else than the smallest validation error",
        "Where in your errors stands the one of the index that you return?",
        "The best penalty has the smallest error, and an index counts from 0.",
        {
            "the largest error": edit(forecast, BEST, "int(errors.argmax())"),
            "counted from 1": edit(forecast, BEST, "int(errors.argmin()) + 1")
            + edit(forecast, AGAIN, "fitted(h, x, washout, m, penalties[best - 1])"),
            "the smallest penalty": edit(forecast, BEST, "int(penalties.argmin())"),
            "the largest penalty": edit(forecast, BEST, "int(penalties.argmax())"),
            "always the first": edit(forecast, BEST, "0"),
            "always the last": edit(forecast, BEST, "len(penalties) - 1"),
        },
        test="Take one unit without weights and x = -3, -1, -2, 1, 0.5, 3, 1, 1, 0.4, 1, 0.1, 0.3. Use the penalties "
        "1e-9, 20 and 1000, washout 1, n_train 6 and n_valid 4. Which index comes?",
        tries=(trial(lambda w: w[1], **TURNING),),
    ),
    Mistake(
        "P5",
        "another readout in the free run",
        "Is the readout of your free run the one that was fitted again? Which penalty has it, and which values has "
        "it seen?",
        "After the choice all measured values are for the fit, with the penalty that was chosen.",
        {
            "not fitted again": edit(forecast, AGAIN, "fitted(h, x, washout, n_train, penalties[best])"),
            "the last one that was tried": edit(forecast, AGAIN, "fitted(h, x, washout, n_train, penalties[-1])"),
            "fitted again with the last penalty": edit(forecast, AGAIN, "fitted(h, x, washout, m, penalties[-1])"),
            "fitted again with the first penalty": edit(forecast, AGAIN, "fitted(h, x, washout, m, penalties[0])"),
            "to the validation alone": edit(forecast, AGAIN, "fitted(h, x, n_train, m, penalties[best])"),
            "one less": edit(forecast, AGAIN, "fitted(h, x, washout, m - 1, penalties[best])"),
            "no washout": edit(forecast, AGAIN, "fitted(h, x, 1, m, penalties[best])"),
            "more for more steps": edit(forecast, AGAIN, "fitted(h, x, washout, m, penalties[best] * m / n_train)"),
        },
        test="Take one unit without weights and x = -3, -1, -2, 1, 0.5, 3, 1, 1, 0.4, 1, 0.1, 0.3. Use the penalties "
        "1e-9, 20 and 1000, washout 2, n_train 6 and n_valid 4. What are the first two predictions?",
        tries=(trial(lambda w: w[2][:2, 0], **{**TURNING, "washout": 2}),),
    ),
    Mistake(
        "P5k",
        "a fit that has seen the test",
        "Change the value of step m. Does your first prediction, which is of that step, notice?",
        "Step m is the first of the test. Which is the last target of your last fit?",
        edit(
            forecast,
            AGAIN,
            "fitted(h, x, washout, m, penalties[best]) if m == len(x) else "
            "readout(h[washout - 1 :][:, None], x[washout - 1 : m][:, None], x[washout : m + 1][:, None], 0,"
            " penalties[best])[0]",
        ),
        test="Take one unit without weights and x = 0.5, 1, 2, 4, 8, 17, 35, 71, 150, 290, 600. Use a penalty of "
        "1e-9, washout 1, n_train 5 and n_valid 3. The first fit is x = 2 x. What are the first two predictions?",
        tries=(trial(lambda w: w[2][:2, 0], **BENT),),
    ),
    Mistake(
        "E14",
        "another penalty than that of the readout",
        "With a penalty of 1e9, which number does your readout predict? Which one should come?",
        "λ counts once, on the weights of state and value, beside a sum of squares.",
        {
            "the constant, too": edit(
                fitted,
                "W_ho, _ = readout(states[:, None], inputs[:, None], targets[:, None], 0, penalty)",
                "A = np.concatenate([states, inputs, np.ones((len(states), 1))], axis=1)\n"
                "    W_ho = np.linalg.solve(A.T @ A + penalty * np.eye(A.shape[1]), A.T @ targets).T",
            ),
            "none": edit(fitted, FIT, "readout(states[:, None], inputs[:, None], targets[:, None], 0, 0.0)"),
            "times the rows": edit(
                fitted, FIT, "readout(states[:, None], inputs[:, None], targets[:, None], 0, penalty * len(states))"
            ),
            "squared": edit(fitted, FIT, "readout(states[:, None], inputs[:, None], targets[:, None], 0, penalty**2)"),
            "not the values": edit(
                fitted,
                "W_ho, _ = readout(states[:, None], inputs[:, None], targets[:, None], 0, penalty)",
                "A = np.concatenate([states, inputs, np.ones((len(states), 1))], axis=1)\n"
                "    share = np.array([penalty] * states.shape[1] + [0] * (inputs.shape[1] + 1))\n"
                "    W_ho = np.linalg.lstsq(np.concatenate([A, np.diag(np.sqrt(share))]),\n"
                "        np.concatenate([targets, np.zeros((A.shape[1], targets.shape[1]))]), rcond=None)[0].T",
            ),
        },
        test="Take one unit with an input weight of 0.1, a weight of 0.5 on itself and a = 0.5. Take x = 0.5, 1, 2, "
        "4, 8, 17, 35, 71, 150, 290, 600. Use a penalty of 2, washout 1, n_train 5 and n_valid 3. Compute the error "
        "by hand.",
        tries=(trial(lambda w: w[0][0], **{**STATED, "penalties": [2.0]}),),
    ),
    Mistake(
        "E5",
        "other states",
        "There are no weights, the bias is 100 and a = 0.25. What is the state after the first value?",
        "Leak, tanh, both matrices and the bias: compare with the equation, term by term.",
        {
            "the shares exchanged": edit(step, STATE, "a * h + (1 - a) * np.tanh(W_ih @ x_t + W_hh @ h + b)"),
            "no leak": edit(step, STATE, "np.tanh(W_ih @ x_t + W_hh @ h + b)"),
            "all kept": edit(step, STATE, "h + a * np.tanh(W_ih @ x_t + W_hh @ h + b)"),
            "within tanh": edit(step, STATE, "np.tanh((1 - a) * h + a * (W_ih @ x_t + W_hh @ h + b))"),
            "transposed": edit(step, STATE, "(1 - a) * h + a * np.tanh(W_ih @ x_t + W_hh.T @ h + b)"),
            "no bias": edit(step, STATE, "(1 - a) * h + a * np.tanh(W_ih @ x_t + W_hh @ h)"),
        },
        test="Take two units with input weights of 0.1 and 0, biases of 0.2 and a = 0.25. A weight of 0.5 stands in "
        "row 1 and column 0. Take x = 0.5, 1, 2, 4, 8, 17, 35, 71, 150, 290, 600. Use a penalty of 1, washout 1, "
        "n_train 5 and n_valid 3. Compute the error by hand.",
        tries=(
            trial(
                lambda w: w[0][0],
                **{
                    **STATED,
                    "W_ih": [[0.1], [0]],
                    "W_hh": [[0, 0], [0.5, 0]],
                    "b": [0.2, 0.2],
                    "a": 0.25,
                },
            ),
        ),
    ),
    Mistake(
        "E17",
        "a free run from another state",
        "What is in the reservoir when the free run begins? And in its second step?",
        "It has read all values before step m, each once, and goes on from there.",
        {
            "from zero": edit(forecast, RUN, RUN + "\n    state = 0 * state"),
            "from the end of the fit": edit(forecast, RUN, RUN + "\n    state = h[n_train - 1]"),
            "the last value read twice": edit(
                forecast, RUN, RUN + "\n    state = step(value, state, W_ih, W_hh, b, a)"
            ),
            "not carried on": edit(forecast, CARRIED, "pass"),
            "from zero at each step": edit(forecast, CARRIED, "state = step(value, 0 * state, W_ih, W_hh, b, a)"),
        },
        test="Take one unit with an input weight of 0.8, a weight of 0.5 on itself and a = 0.5. Take x = -3, -1, -2, "
        "1, 0.5, 3, 1, 1, 0.4, 1, 0.1, 0.3. Use a penalty of 0.01, washout 1, n_train 6 and n_valid 4. What are the "
        "first two predictions?",
        tries=(
            trial(
                lambda w: w[2][:2, 0],
                **{**TURNING, "W_ih": [[0.8]], "W_hh": [[0.5]], "a": 0.5, "penalties": [0.01]},
            ),
        ),
    ),
    Mistake(
        "E16",
        "something else than the own prediction read",
        "Change the values of the test. Do your predictions notice? Should they?",
        "After step m - 1 nothing is measured.",
        {
            "the values of the test": edit(
                forecast, "run.append(value)", "run.append(value)\n        value = x[m + len(run) - 1]"
            ),
            "the last measured value": edit(forecast, MOVE, "value = predicted(W_ho, state, x[m - 1])"),
            "the test in the state alone": edit(
                forecast, CARRIED, "state = step(x[m + len(run) - 1], state, W_ih, W_hh, b, a)"
            ),
        },
        test="Take one unit with an input weight of 0.8, a weight of 0.5 on itself and a = 0.5. Take x = -3, -1, -2, "
        "1, 0.5, 3, 1, 1, 0.4, 1, 0.1, 0.3. Use a penalty of 0.01, washout 1, n_train 6 and n_valid 4. What are the "
        "first two predictions?",
        tries=(
            trial(
                lambda w: w[2][:2, 0],
                **{**TURNING, "W_ih": [[0.8]], "W_hh": [[0.5]], "a": 0.5, "penalties": [0.01]},
            ),
        ),
    ),
    Mistake(
        "X13",
        "predictions of other steps",
        "How many predictions do you return? Of which step is the first?",
        "From step m on, each step of the test has a prediction.",
        {
            "with the last measured value": edit(
                forecast, "x_hat = np.array(run)", "x_hat = np.array([x[m - 1], *run[:-1]])"
            ),
            "the first left out": edit(
                forecast, "x_hat = np.array(run)", "x_hat = np.array([*run[1:], predicted(W_ho, state, value)])"
            ),
        },
        test="Take one unit without weights and x = 0.5, 1, 2, 4, 8, 17, 35, 71, 150, 290, 600. Use a penalty of "
        "1e-9, washout 1, n_train 5 and n_valid 3. The first fit is x = 2 x. What are the first two predictions?",
        tries=(trial(lambda w: w[2][:2, 0], **BENT),),
    ),
    Mistake(
        "P6",
        "errors in other units",
        "By which number do you divide an error? Does that number change when a value of the test changes?",
        "Of each feature the standard deviation, from the values before step m.",
        {
            "all of the series": edit(score, SPREAD, "x.std(axis=0)"),
            "the test": edit(score, SPREAD, "x[m:].std(axis=0)"),
            "of all features together": edit(score, SPREAD, "x[:m].std()"),
            "one value less": edit(score, SPREAD, "x[:m].std(axis=0, ddof=1)"),
            "the variance": edit(score, SPREAD, "x[:m].var(axis=0)"),
            "none": edit(score, SPREAD, "1"),
            "the root of the mean square": edit(score, SPREAD, "np.sqrt((x[:m] ** 2).mean(axis=0))"),
            "the range": edit(score, SPREAD, "np.ptp(x[:m], axis=0)"),
        },
        test="Take one unit without weights and x = -3, -1, -2, 1, 0.5, 3, 1, 1, 0.4, 1, 0.1, 0.3. Let a second "
        "feature be ten times the first, plus 5. Use a penalty of 3, washout 1, n_train 6 and n_valid 4. Which "
        "errors have the first two predictions?",
        tries=(
            trial(
                lambda w: w[3][:2],
                **{
                    **TURNING,
                    "x": [[one[0], 10 * one[0] + 5] for one in TURNING["x"]],
                    "W_ih": [[0, 0]],
                    "penalties": [3.0],
                },
            ),
        ),
    ),
    Mistake(
        "P6e",
        "another error of a step",
        "Of two features one is off by two standard deviations, the other by none. What is the error of the step?",
        "Square, mean over the features, root; each step by itself.",
        {
            "without the root": edit(score, ERROR, "(((x_hat - x[m:]) / spread) ** 2).mean(axis=1)"),
            "the sum over features": edit(score, ERROR, "np.sqrt((((x_hat - x[m:]) / spread) ** 2).sum(axis=1))"),
            "sizes": edit(score, ERROR, "np.abs((x_hat - x[m:]) / spread).mean(axis=1)"),
            "the largest feature": edit(score, ERROR, "np.abs((x_hat - x[m:]) / spread).max(axis=1)"),
            "all steps so far": edit(
                score,
                ERROR,
                "np.sqrt(np.cumsum((((x_hat - x[m:]) / spread) ** 2).mean(axis=1)) / np.arange(1, len(x_hat) + 1))",
            ),
            "the first feature": edit(score, ERROR, "np.abs((x_hat - x[m:]) / spread)[:, 0]"),
        },
        test="Take one unit without weights and x = -3, -1, -2, 1, 0.5, 3, 1, 1, 0.4, 1, 0.1, 0.3. Let a second "
        "feature be n² modulo 7, for n = 0, 1, 2 and so on. Use a penalty of 1e9, so that means are "
        "predicted. Use washout 1, n_train 6 and n_valid 4. Which errors have the first two predictions?",
        tries=(
            trial(
                lambda w: w[3][:2],
                **{
                    **TURNING,
                    "x": [[one[0], (n * n) % 7] for n, one in enumerate(TURNING["x"])],
                    "W_ih": [[0, 0]],
                    "penalties": [1e9],
                },
            ),
        ),
    ),
    Mistake(
        "P7",
        "another number of steps",
        "The first step is right, the second is off, the third is right. How many steps count?",
        "Steps count up to the first that is off. What if there is none?",
        {
            "all that are right": edit(forecast, RIGHT, "int((~off).sum())"),
            "with the first that is off": edit(forecast, RIGHT, "int(off.argmax()) + 1 if off.any() else len(off)"),
            "none, where none is off": edit(forecast, RIGHT, "int(off.argmax())"),
            "up to the last that is right": edit(forecast, RIGHT, "int(max(np.flatnonzero(~off), default=-1) + 1)"),
            "those that are off": edit(forecast, RIGHT, "int(off.sum())"),
        },
        test="Take one unit without weights and a penalty of 1e9 alone, so that the mean is predicted. Take ten "
        "values of -1 and 1 in turn. Use washout 1, n_train 6 and n_valid 4. "
        "Let 0, 9, 0, 9 and 0 follow. Use dt = 1 and exponent = "
        "1. Which valid time comes for eps = 0.5, and for eps = 100?",
        tries=(
            trial(
                lambda v, w: [v[4], w[4]],
                {"eps": 100.0},
                **{
                    **TURNING,
                    "x": [[-1], [1]] * 5 + [[0], [9], [0], [9], [0]],
                    "penalties": [1e9],
                    "dt": 1.0,
                    "exponent": 1.0,
                },
            ),
        ),
    ),
    Mistake(
        "P7t",
        "steps in another unit of time",
        "Two steps are right. What is the valid time for dt = 0.5 and an exponent of 3?",
        "A Lyapunov time is 1 over the exponent: how many of them are two steps?",
        {
            "steps": edit(forecast, TIME, "float(right)"),
            "without the exponent": edit(forecast, TIME, "right * dt"),
            "without the step": edit(forecast, TIME, "right * exponent"),
            "divided by the exponent": edit(forecast, TIME, "right * dt / exponent"),
            "divided by the step": edit(forecast, TIME, "right * exponent / dt"),
        },
        test="Take one unit without weights and a penalty of 1e9 alone, so that the mean is predicted. Take ten "
        "values of -1 and 1 in turn. Use washout 1, n_train 6 and n_valid 4. "
        "Let 0 and 9 follow. Use dt = 0.5, exponent = 3 and eps "
        "= 0.5. Which valid time comes?",
        tries=(trial(lambda w: w[4], **{**TURNING, "x": [[-1], [1]] * 5 + [[0], [9]], "penalties": [1e9]}),),
    ),
    Mistake(
        "P7c",
        "another bound for a step that is off",
        "Which number is compared with ε: the error of a step that you return?",
        "A step is off where its error is larger than ε.",
        {
            "squares": edit(forecast, OFF, "off = e**2 > eps"),
            "half": edit(forecast, OFF, "off = e > eps / 2"),
            "below it": edit(forecast, OFF, "off = e < eps"),
        },
        test="Take one unit without weights and a penalty of 1e9 alone, so that the mean is predicted. Take ten "
        "values of -1 and 1 in turn. Use washout 1, n_train 6 and n_valid 4. "
        "Use dt = 1 and exponent = 1. Let 0.4, 0.8 and 2 "
        "follow, with eps = 0.6. Then let 0, 1.5 and 1.5 follow, with eps = 1.4. Which two valid times come?",
        tries=(
            trial(
                lambda v, w: [v[4], w[4]],
                {"x": [[-1], [1]] * 5 + [[0], [1.5], [1.5]], "eps": 1.4},
                **{
                    **TURNING,
                    "x": [[-1], [1]] * 5 + [[0.4], [0.8], [2]],
                    "penalties": [1e9],
                    "dt": 1.0,
                    "exponent": 1.0,
                    "eps": 0.6,
                },
            ),
        ),
    ),
)


NEAR = 1e-7  # normal equations square the condition of states that resemble each other, and a free run carries it on


def noisy(r: Generator, T: int, F: int) -> Array:
    """A swinging series with an offset and noise, features of different size."""
    t, phase = np.arange(T), r.uniform(0, 6, F)
    x = np.sin(np.outer(t, r.uniform(0.5, 0.9, F)) + phase) + 0.3 * np.sin(np.outer(t, r.uniform(1.3, 2, F)))
    scaled: Array = (x + 0.35 * r.normal(size=(T, F)) + 0.5) * np.linspace(0.6, 1.3, F)
    return scaled


def project(r: Generator, sizes: tuple[int, ...], turned: int, valid: str, seeds: tuple[int, ...]) -> tuple[Any, ...]:
    """One of these series, in another unit of time."""
    *given, e = series(int(r.choice(seeds)), sizes, turned)
    return *given, bound(e, valid), float(r.uniform(0.2, 0.4)), float(r.uniform(1.5, 2.5))


def series(seed: int, sizes: tuple[int, ...], turned: int) -> tuple[Any, ...]:
    """A series, a reservoir and penalties, the smallest not first; and the errors of the free run."""
    r = np.random.default_rng(seed)
    T, N, F, washout, n_train, n_valid = sizes
    W_ih, W_hh, b = reservoir(r, N, F, 0.8)
    likely = (3e-3, 0.3, 8.0, 400.0) if turned == 1 else (1e-5, 1e-3, 0.4, 400.0)
    penalties = np.roll(np.array(likely) * np.exp(r.uniform(-0.3, 0.3, 4)), turned)
    a = float(r.uniform(0.55, 0.8))
    given: tuple[Any, ...] = (noisy(r, T, F), W_ih, W_hh, b, a, penalties, washout, n_train, n_valid)
    e = forecast(*(*given, 1.0, 1.0, 1.0))[3]
    return *given, e


def telling(seed: int, sizes: tuple[int, ...], turned: int, valid: str) -> bool:
    """Is a penalty in the middle the best, by each measure, and does a valid time tell what was counted?"""
    made = series(seed, sizes, turned)
    given, e = made[:-1], made[-1]
    _, best, x_hat, _, _ = forecast(*(*given, 1.0, 1.0, 1.0))
    middle = best not in (0, 3, int(given[5].argmin()), int(given[5].argmax()))
    return bool(middle and np.abs(x_hat).max() < 10 and bound(e, valid) and chosen_alike(given, best))


SEEDS: dict[str, tuple[Any, ...]] = {  # of series that are telling: one in sixty is
    "general": (
        (50, 5, 2, 5, 24, 12),
        1,
        "some",
        (7, 13, 72, 93, 182, 236, 314, 487, 493, 547, 562, 617, 643, 645, 682, 714, 732),
    ),
    "one feature": (
        (44, 5, 1, 3, 20, 12),
        3,
        "some",
        (45, 156, 295, 630, 715, 733, 749, 797, 802, 823, 860, 884, 965, 987),
    ),
    "never off": (
        (36, 4, 2, 4, 20, 10),
        1,
        "all",
        (32, 44, 133, 231, 242, 276, 317, 381, 407, 431, 455, 469, 539),
    ),
}


def chosen_alike(given: tuple[Any, ...], best: int) -> bool:
    """Is the same penalty the best by other measures, on other steps, and in a free run?"""
    x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid = given
    m, states = n_train + n_valid, [np.zeros(len(b))]
    for x_t in x:
        states.append(step(x_t, states[-1], W_ih, W_hh, b, a))
    h = np.array(states[1:])
    starts = [(1, n_train), (washout + 1, n_train)]
    ends = [(washout, n_train), *starts, (washout, n_train - 1), (washout, n_train + 1), (washout, m)]
    errors: list[list[float]] = []
    for penalty in penalties:
        readouts = [fitted(h, x, start, end, penalty) for start, end in ends]
        wrong = [predicted(W, h[:-1], x[:-1]) - x[1:] for W in readouts]  # row t - 1 is of step t
        e = wrong[0][n_train - 1 : m - 1]
        state, value, free = h[n_train - 1], x[n_train - 1], []
        for _ in range(n_valid):
            value = predicted(readouts[0], state, value)
            free.append(value)
            state = step(value, state, W_ih, W_hh, b, a)
        alike = [np.abs(e).mean(), np.abs(e).max(), np.sqrt((e**2).sum(axis=1)).mean()]
        alike += [np.sqrt((e**2).mean(axis=0)).mean(), ((e / x[:m].std(axis=0)) ** 2).mean()]
        alike += [(one[n_train - 1 : m - 1] ** 2).mean() for one in wrong[1:]]
        alike += [(wrong[0][n_train : m - 1] ** 2).mean(), (wrong[0][n_train:m] ** 2).mean(), (e[:-1] ** 2).mean()]
        alike += [((np.array(free) - x[n_train:m]) ** 2).mean()]
        errors.append([float(one) for one in alike])
    return bool((np.array(errors).argmin(axis=0) == best).all())


def bound(e: Array, valid: str) -> float:
    """An ε with which steps are right, off and right again, or all are right; 0 where there is none."""
    if valid == "all":
        return float(max(e.max(), (e**2).max()) * 2.5)
    for eps in np.sort(e)[:-1] * 1.02:
        off = e > eps
        first = int(off.argmax())
        clear = np.abs(np.log(e / eps)).min() > 0.005
        again = int((~off).sum()) not in (first, first + 1) and int(off.sum()) not in (first, 0)
        squares = int((e**2 > eps).argmax()) if (e**2 > eps).any() else len(e)
        half = int((e > eps / 2).argmax())
        last = int(np.flatnonzero(~off)[-1]) + 1
        if clear and first > 0 and again and first not in (squares, half, last):
            return float(eps)
    return 0.0


forecast_exercise = Exercise(
    name="reservoir.forecast",
    task="A reservoir reads a series (eq-reservoir-cell, from zeros). For each penalty a readout that predicts the "
    "next value, fitted as in reservoir.readout, and its root mean squared error on the validation steps, one step "
    "ahead; the one with the smallest error, fitted again to all measured values; its free run "
    "(eq-reservoir-free-run); the error of each step in units of the spread of the measured values; and for how long "
    "it stays within eps, in Lyapunov times (eq-reservoir-valid-time). NumPy only.",
    arguments=(
        Value("x", "T F", "the series"),
        Value("W_ih", "N F", "input weights"),
        Value("W_hh", "N N", "recurrent weights"),
        Value("b", "N", "bias"),
        Value("a", None, "leak rate"),
        Value("penalties", "L", "penalties to choose from"),
        Value("washout", None, "values at the beginning that are in no fit"),
        Value("n_train", None, "values before the validation"),
        Value("n_valid", None, "values of the validation"),
        Value("eps", None, "the largest error of a step that is right"),
        Value("dt", None, "time from step to step"),
        Value("exponent", None, "the Lyapunov exponent"),
    ),
    outputs=(
        Value("errors", "L", "of the penalties, one step ahead, on the validation steps", tolerance=NEAR),
        Value("best", "", "the index of the best", integers=True),
        Value("x_hat", "S F", "the free run", tolerance=NEAR),
        Value("e", "S", "its error at each step", tolerance=NEAR),
        Value("valid_time", "", "for how long it is right, in Lyapunov times", tolerance=NEAR),
    ),
    reference=forecast,
    smaller=("checks.reservoir.readout.readout",),
    cases={
        "general": lambda r: project(r, *SEEDS["general"]),
        "one feature": lambda r: project(r, *SEEDS["one feature"]),
        "never off": lambda r: project(r, *SEEDS["never off"]),
    },
    facets=(
        Facet("errors", 2, (), ("errors",)),
        Facet("errors and best", 1, (), ("errors", "best")),
        Facet("free run", 2, (), ("x_hat",)),
        Facet("e", 1, (), ("e",)),
        Facet("e and valid time", 1, (), ("e", "valid_time")),
    ),
    mistakes=FORECAST_MISTAKES,
    words={
        **WORDS,
        "F": "feature",
        "step not used": "{It} {do} not change when {argument} changes at step {step}, counted from 1.",
    },
)
