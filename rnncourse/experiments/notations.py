"""What the chapter ``book/notations`` measures: readings of unknown weights, the other GRU, errors in the wild.

torch is needed where networks are trained.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rnncourse import conventions, gru, lstm, notations
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.data.tasks import adding
from rnncourse.results import load, result

LECTURES = ("Perdikaris", "Atanasov", "Wang", "CSC413", "Mohajerin")
BROUGHT = (
    *("PWC", "PC", "C", "AW", "PAWCM", "AWC", "P", "W", "C", "PW", "A", "M", "C", "P", "WC", "PACM", "AM", "P", "AM"),
    *("PAWCM", "CM", "AC", "WC", "WCM", "C", "PW", "WC", "C", "C", "AM", "M", "A", "M", "M", "M", "M", "M", "PA", "A"),
)
"""Which lectures have each of the 39 systems, by their first letters, as the page ``notations/systems`` has them."""


# --- a step by hand


def by_hand() -> dict[str, Array]:
    r"""Two units and one input: the first listens to the input and to itself, the second to the first.

    .. math:: h_t = \tanh z_t, \qquad z_t = W_{ih} x_t + W_{hh} h_{t-1} = (0.8,\ 0.5)

    Equation ``eq-notations-by-hand``, for x_t = 1 and h_{t-1} = (0.5, 0). Source: :func:`rnncourse.rnn.cell`.
    """
    weights = {"W_ih": [[0.6], [0.0]], "W_hh": [[0.4, 0.0], [1.0, 0.0]], "b_ih": [0.0, 0.0], "b_hh": [0.0, 0.0]}
    return {name: np.array(w) for name, w in weights.items()} | {"W_ho": np.eye(2), "b_ho": np.zeros(2)}


# --- readings of unknown weights


def drawn(kind: type[notations.Weights], seed: int, H: int = 5, F: int = 3, bias: bool = True) -> notations.Weights:
    """Weights of an LSTM or a GRU, each drawn from a normal distribution of deviation 0.7."""
    rng, rows = np.random.default_rng([seed, 7]), len(notations.GATES[kind]) * H
    shapes = ((rows, F), (rows, H), (rows,), (rows,))
    return kind(*(rng.normal(0, 0.7, shape) * (bias or len(shape) == 2) for shape in shapes))


def trained_lstm() -> lstm.Weights:
    """The LSTM that has learnt to write Python's documentation: 64 units, of the page ``lstm_gru/text``."""
    kept = load("lstm_gru/text_lstm").weights
    return lstm.Weights(
        *(kept[f"rnn.{name}"].astype(float) for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"))
    )


def filed(w: notations.Weights, reading: notations.Reading) -> notations.Weights:
    """The weights as a program with this reading keeps them: what :func:`rnncourse.notations.as_read` undoes."""
    gates, H = notations.GATES[type(w)], w.W_hh.shape[1]
    if isinstance(w, lstm.Weights):
        w = w._replace(b_ih=w.b_ih - reading.added * np.repeat([0.0, 1.0, 0.0, 0.0], H))
    elif not reading.keeps:
        w = type(w)(*(conventions.gru.flip_update(array) for array in w))
    return type(w)(*(conventions.reorder(array, gates, reading.order) for array in w))


def recorded(
    w: notations.Weights, seed: int, reset: str = "after", T: int = 10, B: int = 4, start: bool = True
) -> tuple[Array, Array, Array]:
    """Inputs x, first states h0 (zeros without ``start``) and states h of the course's cell with these weights."""
    rng = np.random.default_rng([seed, 8])
    x, h0 = rng.normal(size=(T, B, w.W_ih.shape[1])), start * rng.uniform(-0.9, 0.9, (B, w.W_hh.shape[1]))
    gates = notations.GATES[type(w)]
    return x, h0, notations.states_as_read(x, h0, w, notations.Reading(gates, reset=reset))


def left_over(seed: int, true: notations.Reading, tolerance: float = 1e-9, **recording: Any) -> list[notations.Reading]:
    """The readings of random weights that a recording leaves possible: their states are the recorded ones.

    ``bias`` says whether the cell has biases; the rest goes to :func:`recorded`.
    """
    kind = lstm.Weights if len(true.order) == 4 else gru.Weights
    w = drawn(kind, seed, bias=recording.pop("bias", True))
    x, h0, h = recorded(w, seed, true.reset, **recording)
    found = notations.errors(x, h0, h, filed(w, true))
    return [reading for reading, error in found.items() if error < tolerance]


def gap(w: notations.Weights, seed: int, true: notations.Reading) -> tuple[Array, notations.Reading]:
    """The errors of all readings of weights that are filed as ``true`` says, sorted, and the best one."""
    x, h0, h = recorded(w, seed, true.reset)
    found = notations.errors(x, h0, h, filed(w, true))
    return np.array(list(found.values())), next(iter(found))


# --- the two GRUs


def bridges(seed: int) -> dict[tuple[str, str], int]:
    """For each pair of notations of the GRU: 2, weights of the first are carried to the second; 1, without biases; 0.

    Weights are random; the converters of :mod:`rnncourse.conventions.gru` are asked, and refuse what they cannot do.
    """
    one, found = conventions.gru, {}
    rng = np.random.default_rng([seed, 12])
    shapes = {"W_ih": (12, 3), "W_hh": (12, 4), "b_ih": (12,), "b_hh": (12,)}
    ours = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    bare = ours | {"b_ih": np.zeros(12), "b_hh": np.zeros(12)}

    def carried(weights: Mapping[str, Array], source: str, target: str) -> bool:
        reset = one.NOTATIONS[source].reset
        try:
            theirs = one.to_notation(weights, source, reset)
            one.to_notation(one.from_notation(theirs, source, reset), target, reset)
        except ValueError:
            return False
        return True

    for source in one.NOTATIONS:
        for target in one.NOTATIONS:
            with_biases = source not in BARE and carried(ours, source, target)
            found[source, target] = 2 if with_biases else int(carried(bare, source, target))
            if source in BARE and found[source, target]:
                found[source, target] = 2  # all that there is
    return found


BARE = ("csc413", "mohajerin")
"""Lectures whose GRU has no biases."""


def mean_square(w: gru.Weights, x: Array, h0: Array, h: Array, reset: str = "after") -> tuple[float, gru.Weights]:
    """Mean squared difference of the states of a GRU to recorded ones, and its gradient."""
    forward = gru.forward if reset == "after" else gru.forward_before
    backward = gru.backward if reset == "after" else gru.backward_before
    states = forward(x, h0, w)
    away = states - h
    found = backward(2 * away / away.size, x, h0, states, w)
    return float((away**2).mean()), gru.Weights(found.dW_ih, found.dW_hh, found.db_ih, found.db_hh)


def nearest(seed: int, of: str, by: str, H: int = 4, F: int = 2, tries: int = 4, most: int = 500) -> float:
    r"""How near a GRU with its reset at one place comes to one with it at the other, over all of its weights.

    .. math:: d = \min_{w'} \sqrt{\frac{1}{TBH} \sum_{t,b,j} \bigl(h^{\text{after}}_{tbj}(w') -
       h^{\text{before}}_{tbj}(w)\bigr)^2}

    Equation ``eq-notations-nearest``, for random w, 4 steps of 48 random examples from random states; by L-BFGS, from
    weights near w, the best of all tries. Source: definition.

    ``of`` and ``by`` are places of the reset, "before" or "after": of the cell that is to be matched, and of the one
    that is fitted. With both the same the distance is 0, and what is left is what the fit has not found.
    """
    with needs(__name__, "book"):
        from scipy.optimize import minimize

    rng = np.random.default_rng([seed, 9])
    w = gru.Weights(*(rng.normal(0, 1.5, s) for s in ((3 * H, F), (3 * H, H), (3 * H,), (3 * H,))))
    x, h0 = rng.normal(size=(4, 48, F)), rng.uniform(-0.9, 0.9, (48, H))
    h = (gru.forward if of == "after" else gru.forward_before)(x, h0, w)
    cuts, own = np.cumsum([array.size for array in w])[:-1], np.concatenate([array.ravel() for array in w])

    def loss(flat: Array) -> tuple[float, Array]:
        parts = zip(np.split(flat, cuts), w, strict=True)
        value, gradient = mean_square(gru.Weights(*(part.reshape(a.shape) for part, a in parts)), x, h0, h, by)
        return value, np.concatenate([array.ravel() for array in gradient])

    starts, settings = own + rng.normal(0, 0.3, (tries, own.size)), {"maxiter": most, "ftol": 0.0, "gtol": 1e-9}
    return min(float(np.sqrt(minimize(loss, at, jac=True, method="L-BFGS-B", options=settings).fun)) for at in starts)


@result("notations/nearest", seeds=range(5), quick={"most": 5}, tolerance=0.2)
def nearest_grus(seed: int, most: int = 500) -> dict[str, float]:
    """:func:`nearest` for each pair of places of the reset."""
    pairs = {"after_by_before": ("after", "before"), "before_by_after": ("before", "after")}
    pairs |= {"after_by_after": ("after", "after"), "before_by_before": ("before", "before")}
    return {name: nearest(seed, *pair, most=most) for name, pair in pairs.items()}


# --- errors in the wild: each runs right weights as somebody's program did


def one_not_added(w: lstm.Weights) -> lstm.Weights:
    """Weights of a cell that adds 1 to its forget gate, run by one that does not."""
    return w._replace(b_ih=w.b_ih - np.repeat(np.array([0, 1, 0, 0], w.b_ih.dtype), w.W_hh.shape[1]))


def hard_sigmoid(a: Array) -> Array:
    """The gate of Keras 1 and of tf.keras in TensorFlow 1: a straight line from -2.5 to 2.5, cut off at 0 and 1."""
    return np.clip(0.2 * a + 0.5, 0, 1)


def hard_gates(x: Array, h0: Array, c0: Array, w: lstm.Weights) -> Array:
    """The states of an LSTM whose gates are hard."""
    h_t, c_t, states = h0, c0, []
    for x_t in x:
        a_i, a_f, a_g, a_o = np.split(x_t @ w.W_ih.T + h_t @ w.W_hh.T + w.b_ih + w.b_hh, 4, axis=1)
        c_t = hard_sigmoid(a_f) * c_t + hard_sigmoid(a_i) * np.tanh(a_g)
        h_t = hard_sigmoid(a_o) * np.tanh(c_t)
        states.append(h_t)
    return np.stack(states)


def keras_read_as_torch(w: gru.Weights) -> gru.Weights:
    """Weights in torch's order r, z, n, run by a cell that takes them for z, r, h."""
    return gru.Weights(*(conventions.reorder(array, "zrn", "rzn") for array in w))


def one_bias(w: gru.Weights) -> gru.Weights:
    """Both biases of the candidate in one, outside the bracket that the reset multiplies."""
    b_ih, b_hh = conventions.gru.merge_biases(w.b_ih, w.b_hh, "before")
    return w._replace(b_ih=b_ih, b_hh=b_hh)


@result("notations/wild", seeds=range(5), quick={"steps": 10}, tolerance=0.5)
def wild(seed: int, T: int = 40, steps: int = 600, H: int = 32, lr: float = 1e-2) -> dict[str, float]:
    """Share of sums told to within 0.1 by a trained LSTM and a trained GRU, and by each of them run with an error.

    The LSTM's forget gates begin at 1 more than torch's, as the libraries have it that add 1.
    """
    from rnncourse.experiments.gradients import TEST, train
    from rnncourse.experiments.lstm_gru import gated_start

    x, target = adding(T, TEST, [seed, 3])
    zeros, names = np.zeros((TEST, H), np.float32), ("W_ih", "W_hh", "b_ih", "b_hh")

    def trained(kind: str) -> Any:
        network, rng = gated_start(kind, 2, H, 1, T, seed), np.random.default_rng([seed, 2])
        train(network, lambda _: adding(T, 32, rng), steps, lr)
        return network

    def told(network: Any, h: Array) -> float:
        return float((np.abs(network.read(h) - target) < 0.1).mean())

    one, other = trained("chrono"), trained("gru")
    w = lstm.Weights(*(one.weights[name] for name in names))
    u = gru.Weights(*(other.weights[name] for name in names))
    h, c = lstm.forward(x, zeros, zeros, w)
    lstms = {
        "lstm": h,
        "forget": lstm.forward(x, zeros, zeros, one_not_added(w))[0],
        "hard": hard_gates(x, zeros, zeros, w),
        "cell": c,
    }
    grus = {"gru": u, "order": keras_read_as_torch(u), "bias": one_bias(u)}
    found = {name: told(one, states) for name, states in lstms.items()}
    return found | {name: told(other, gru.forward(x, zeros, v)) for name, v in grus.items()}
