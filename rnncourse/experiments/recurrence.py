"""What the chapter ``book/rnn`` measures of the recurrence by itself, and the network of its wave: NumPy alone.

The pages call these functions, and the tests of their claims too. torch is needed where it is what they compare with.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from rnncourse import bptt, conventions, data, rnn
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.kernels import rnn as kernel
from rnncourse.training import History, descend

# --- the recurrence by itself


def random_network(seed: int, T: int = 20, B: int = 3, F: int = 4, H: int = 5) -> dict[str, Array]:
    """Arguments of rnn.forward, none of them zero: inputs, a state to start from, weights, two different biases."""
    rng = np.random.default_rng(seed)
    shapes = {"x": (T, B, F), "h0": (B, H), "W_ih": (H, F), "W_hh": (H, H), "b_ih": (H,), "b_hh": (H,)}
    return {name: rng.normal(scale=0.7, size=shape) for name, shape in shapes.items()}


def torch_states(arguments: dict[str, Array]) -> Array:
    """The states (T, B, H) that torch.nn.RNN computes from the same arrays."""
    with needs(__name__, "torch"):
        import torch

    layer = torch.nn.RNN(arguments["x"].shape[2], arguments["h0"].shape[1], dtype=torch.float64)
    names = {"weight_ih_l0": "W_ih", "weight_hh_l0": "W_hh", "bias_ih_l0": "b_ih", "bias_hh_l0": "b_hh"}
    layer.load_state_dict({theirs: torch.from_numpy(arguments[ours]) for theirs, ours in names.items()})
    h, _ = layer(torch.from_numpy(arguments["x"]), torch.from_numpy(arguments["h0"])[None])
    return h.detach().numpy()


def difference(a: Array, b: Array) -> float:
    """The largest absolute difference of two arrays."""
    return float(np.abs(a - b).max())


def notation_differences(seed: int) -> dict[str, float]:
    """How far the states of each lecture's recurrence, as printed, are from those of torch.nn.RNN over 20 steps.

    "CSC413, a for h" is the CSC413 tutorial with a_{t-1} where it prints h_{t-1}.
    """
    a = random_network(seed, B=1)
    reference, x, h0 = torch_states(a)[:, 0], a["x"][:, 0], a["h0"][0]
    H = len(h0)
    ours = {name: a[name] for name in ("W_ih", "W_hh", "b_ih", "b_hh")} | {"W_ho": np.eye(H), "b_ho": np.zeros(H)}
    lectures = ("perdikaris", "atanasov", "wang", "mohajerin")
    P, A, W, M = (conventions.to_notation(ours, lecture) for lecture in lectures)
    states = {
        "Perdikaris": rnn.unfold(lambda h, x_t: conventions.step_p(x_t[None], h, **P)[0], h0[None], x),
        "Atanasov": rnn.unfold(lambda h, x_t: conventions.step_a(x_t, h, **A)[0], h0, x),
        "Wang": rnn.unfold(lambda h, x_t: conventions.step_w(x_t, h, **W)[0], h0, x),
        "Mohajerin": rnn.unfold(lambda h, x_t: conventions.step_m(x_t, h, **M)[0], h0, x),  # type: ignore[arg-type]
        "CSC413": [np.tanh(h) for h in rnn.unfold(lambda h, x_t: conventions.step_c(x_t, h, **ours)[0], h0, x)],
        "CSC413, a for h": rnn.unfold(lambda a, x_t: conventions.step_c(x_t, a, **ours)[1], h0, x),
    }
    return {name: difference(np.reshape(h, reference.shape), reference) for name, h in states.items()}


def free_states(seed: int, f: Callable[[Array], Array], radius: float, T: int = 100, H: int = 20) -> Array:
    """Lengths ``|h_t|`` (T + 1,) of the states of h_t = f(W_hh h_{t-1}) with W_hh of the given spectral radius."""
    rng = np.random.default_rng(seed)
    W_hh = rng.normal(size=(H, H))
    W_hh *= radius / np.abs(np.linalg.eigvals(W_hh)).max()
    h0 = rng.normal(size=H)
    h = rnn.unfold(lambda h, _: f(W_hh @ h), h0 / np.linalg.norm(h0), range(T))
    return np.linalg.norm([h0 / np.linalg.norm(h0), *h], axis=1)


def distance_of_two_states(seed: int, norm: float = 0.9, T: int = 10) -> float:
    """How far apart two states are after T steps of the same input, with a W_hh of the given norm; 1 at the start."""
    a = random_network(seed, T=T, B=2)
    a["W_hh"] *= norm / np.linalg.norm(a["W_hh"], 2)
    a["h0"][1] = a["h0"][0] + np.eye(a["h0"].shape[1])[0]
    a["x"][:, 1] = a["x"][:, 0]
    h_T = rnn.forward(**a)[-1]
    return float(np.linalg.norm(h_T[0] - h_T[1]))


def two_layers(seed: int) -> tuple[float, float]:
    """How far torch's second layer is from one that recurs on its own state, and on that of the first layer."""
    with needs(__name__, "torch"):
        import torch

    torch.manual_seed(seed)
    reference, x = torch.nn.RNN(3, 3, num_layers=2, dtype=torch.float64), torch.randn(10, 2, 3, dtype=torch.float64)
    weights = [[w.detach().numpy() for w in layer] for layer in reference.all_weights]
    zero = np.zeros((2, 3))
    below = rnn.forward(x.numpy(), zero, *weights[0])
    own = rnn.forward(below, zero, *weights[1])
    shifted = np.concatenate([zero[None], below[:-1]])
    previous = np.stack([rnn.cell(x_t, h, *weights[1]) for x_t, h in zip(below, shifted, strict=True)])
    h = reference(x)[0].detach().numpy()
    return difference(h, own), difference(h, previous)


def initial_radius(seed: int, H: int = 128) -> float:
    """The spectral radius of the W_hh that torch draws for a new layer of H units."""
    with needs(__name__, "torch"):
        import torch

    torch.manual_seed(seed)
    W_hh = torch.nn.RNN(1, H).state_dict()["weight_hh_l0"].numpy()
    return float(np.abs(np.linalg.eigvals(W_hh)).max())


# --- a sine wave from two lags

PERIOD = 24
Weights = dict[str, Array]  # by the names of the page: W_ih, W_hh, b_ih, b_hh, W_ho, b_ho


def drawn_weights(seed: int, F: int, H: int, K: int) -> Weights:
    """Weights to start from, uniform between -1/√H and 1/√H, as torch draws them."""
    rng = np.random.default_rng(seed)
    shapes = {"W_ih": (H, F), "W_hh": (H, H), "b_ih": (H,), "b_hh": (H,), "W_ho": (K, H), "b_ho": (K,)}
    return {name: rng.uniform(-1, 1, shape) / np.sqrt(H) for name, shape in shapes.items()}


def last_output(w: Weights, x: Array) -> tuple[Array, Array, Any]:
    """The output (B, K) after the last step of x (T, B, F), from a zero state; that step's state, and the tape."""
    h0 = np.zeros((x.shape[1], len(w["W_hh"])))
    h, tape = kernel.forward(x, h0, w["W_ih"], w["W_hh"], w["b_ih"], w["b_hh"])
    return h[-1] @ w["W_ho"].T + w["b_ho"], h[-1], tape


def squared_error(w: Weights, x: Array, target: Array) -> tuple[float, Weights]:
    """Mean squared error of the output after the last step, and its gradients by back-propagation through time."""
    o, h_T, tape = last_output(w, x)
    e = o - target  # (B, K)
    dW_ho, db_ho, dh_T = bptt.output_backward(2 * e[None] / e.size, h_T[None], w["W_ho"])
    g = kernel.backward(None, tape, dh_T=dh_T[0], input_gradient=False)
    gradients = {"W_ih": g.dW_ih, "W_hh": g.dW_hh, "b_ih": g.db, "b_hh": g.db, "W_ho": dW_ho, "b_ho": db_ho}
    return float((e**2).mean()), gradients


def train_sine(
    seed: int = 0,
    H: int = 16,
    steps: int = 2000,
    lr: float = 0.01,
    noise: float = 0.0,
    progress: bool = False,
) -> tuple[Weights, History]:
    """Learn ŷ_t = f(y_{t-1}, y_{t-2}) from 100 values of a sine wave."""
    y = data.sine(100, period=PERIOD, noise=noise, seed=seed)
    x, target = data.two_lags(y)  # (2, 98, 1) and (98, 1)
    w = drawn_weights(seed, F=1, H=H, K=1)

    def loss(step: int) -> tuple[float, Weights]:
        return squared_error(w, x, target)

    def rate(step: int) -> float:
        return lr * (1 - step / steps)

    return w, descend(loss, w, steps, lr=rate, progress=progress)


def predict_sine(w: Weights, newer: float, older: float) -> float:
    """One prediction ŷ_t from y_{t-1} and y_{t-2}."""
    o, _, _ = last_output(w, np.array([older, newer]).reshape(2, 1, 1))
    return float(o[0, 0])


def continue_sine(w: Weights, n: int) -> tuple[Array, Array]:
    """The true wave after the 100 training values, and the network's free run from the last two of them: both (n,)."""
    y = data.sine(100 + n, period=PERIOD)
    free = rnn.free_run(partial(predict_sine, w), y[98], y[99], n)
    return y[100:], free


def orbit(w: Weights, scale: float, periods: int = 20) -> Array:
    """Amplitude in each period of a free run that starts from the last two values times scale: (periods,)."""
    y = data.sine(100, period=PERIOD)
    free = rnn.free_run(partial(predict_sine, w), scale * y[98], scale * y[99], periods * PERIOD)
    return np.abs(free.reshape(periods, PERIOD)).max(axis=1)


def sine_errors(w: Weights) -> tuple[float, float]:
    """Root mean square errors one step ahead, and of a free run over ten periods."""
    true, free = continue_sine(w, 240)
    y = data.sine(340, period=PERIOD)
    one_step = [predict_sine(w, y[t - 1], y[t - 2]) for t in range(100, 340)]
    return rms(np.array(one_step) - true), rms(free - true)


def rms(e: Array) -> float:
    """Root mean square."""
    return float(np.sqrt((e**2).mean()))
