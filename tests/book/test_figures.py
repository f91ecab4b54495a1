"""Figures that move: their mathematics against the package, their frames in the pages, and how they answer a reader."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp
from scipy.special import expit

from rnncourse import (
    after,
    bptt,
    data,
    gradients,
    hopfield,
    irregular,
    lstm_gru,
    narx,
    nn,
    ntm,
    reservoir,
    results,
    rnn,
    sequences,
)
from rnncourse.chapters import pages
from rnncourse.data.names import DEFAULT
from rnncourse.data.systems import duffing
from rnncourse.experiments import bidirectional as filling
from rnncourse.experiments import bptt as bptt_experiments
from rnncourse.experiments import lstm_text
from rnncourse.experiments import rnn as rnn_experiments
from rnncourse.experiments import seq2seq as seq2seq_experiments
from rnncourse.nn.export import float16_weights
from rnncourse.results import kept
from tests.book.test_pages import BUILT, sent, serve
from tests.book.watched import printed

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "book" / "_ext"))
TOLERANCE = 1e-6


def compute(module: str, given: list[Any], *names: str, call: str = "compute") -> list[Any]:
    """What a function of a figure's module gives for each of some arguments, with the kept results of these names."""
    from course_node import node

    documents = {name: kept.read(kept.FOLDER / f"{name}.json") for name in names} or None
    asked = [{"module": module, "call": call, "given": g, "documents": documents} for g in given]
    command = [str(node()), str(Path(__file__).with_name("compute.mjs"))]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers


def close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE)


# --- three steps


def test_three_steps() -> None:
    settings = [{"w": w} for w in (-1.5, 0.0, 0.5, 2.0)]
    for given, seen in zip(settings, compute("three", settings), strict=True):
        x, y, h0 = (np.reshape(a, (-1, 1, 1)) for a in ((0.5, -0.5, 1.0), (0.5, 0.0, 1.0), 0.4))
        one, zero, w = np.ones((1, 1)), np.zeros(1), np.array([[given["w"]]])
        h = rnn.forward(x, h0[0], one, w, zero, zero)
        g = bptt.backward(h - y, x, h0[0], h, one, w)
        close(seen["h"][1:], h.ravel())
        close(seen["dw"], g.dW_hh.item())
        close(seen["L"], bptt.sse(h, y))
        close(seen["dh"][1:], gradients.state_gradients(h - y, h, w).ravel())

        def loss(w: Any, y: Any = y, x: Any = x, h0: Any = h0, one: Any = one, zero: Any = zero) -> float:
            return bptt.sse(rnn.forward(x, h0[0], one, w, zero, zero), y)

        close(seen["dw"], bptt.numerical_gradient(loss, w).item())


# --- a state that moves


@pytest.mark.parametrize("tanh", [True, False])
@pytest.mark.parametrize(
    "eigenvalues",
    [
        {"middle": 0.92, "apart": 0.25, "shear": 0},
        {"middle": 0.2, "apart": -0.9, "shear": 0},
        {"middle": 1.2, "apart": 0.4, "shear": 2.5},
        {"middle": 0.6, "apart": -0.3, "shear": 1.5},
        {"middle": 0, "apart": 0, "shear": 4},
    ],
)
def test_a_state_that_moves(eigenvalues: dict[str, float], tanh: bool) -> None:
    (seen,) = compute("state", [{**eigenvalues, "t": 3, "tanh": tanh}])
    W, h = np.array(seen["W"], float), np.array(seen["h"])[:, None]
    unit = 1j if eigenvalues["apart"] > 0 else 1
    pair = [eigenvalues["middle"] + s * unit * eigenvalues["apart"] for s in (-1, 1)]
    close(np.sort_complex(np.linalg.eigvals(W)), np.sort_complex(np.array(pair, complex)))
    T = len(h) - 1
    dh_out = np.zeros((T, 1, 2))
    dh_out[-1] = h[-1] / (np.linalg.norm(h[-1]) or 1)
    if tanh:
        states = rnn.forward(np.zeros((T, 1, 1)), h[0], np.zeros((2, 1)), W, np.zeros(2), np.zeros(2))
        dh = gradients.state_gradients(dh_out, states, W)
        first = bptt.backward(dh_out, np.zeros((T, 1, 1)), h[0], states, np.zeros((2, 1)), W).dh0
    else:
        powers = [np.linalg.matrix_power(W, t) for t in range(T + 1)]
        states = np.array([h[0] @ power.T for power in powers[1:]])
        dh = np.array([dh_out[-1] @ powers[T - t] for t in range(1, T + 1)])
        first = dh_out[-1] @ powers[T]
    close(h[1:], states)
    close(np.array(seen["dh"]), np.concatenate([first[None], dh])[:, 0])


# --- one number multiplied many times


def test_powers() -> None:
    settings = [{"w": w, "L": L} for w in (0.5, 0.9, 1.0, 1.37) for L in (0, 50, 100)]
    for given, seen in zip(settings, compute("power", settings), strict=True):
        close(seen["left"], [gradients.scalar_gradient(given["w"], L) for L in range(101)])
        close(seen["needed"] * gradients.scalar_gradient(given["w"], given["L"]), 1)


# --- iterated maps


def test_the_cobweb() -> None:
    settings = [{"r": r, "x0": x0, "n": 9} for r in (2.45, 3.2, 3.5, 3.83, 3.97) for x0 in (0.2, 0.77)]
    for given, seen in zip(settings, compute("cobweb", settings), strict=True):

        def f(x: Any, r: float = given["r"]) -> Any:
            return gradients.logistic(x, r)

        def df(x: Any, r: float = given["r"]) -> Any:
            return gradients.logistic_derivative(x, r)

        x0 = np.array([given["x0"]])
        # An orbit that is not periodic doubles a difference in the last digit at each step: compared while it is small.
        n = 25
        close(seen["x"][: n + 1], gradients.iterate(f, x0, n)[:, 0])
        for k in (0, 1, n):
            close(seen["slope"][k], gradients.iterate_derivative(f, df, x0, k)[0])
        tolerance = 0.05 if seen["exponent"] > 0 else TOLERANCE  # a mean over other points of the same attractor
        assert seen["exponent"] == pytest.approx(gradients.lyapunov(f, df, x0, 1000, 500)[0], abs=tolerance)
        assert len(seen["curve"]) == 321


# --- the cliff


def test_the_cliff() -> None:
    ways = {"norm": lambda g, m: gradients.clip_by_norm(g, m)[0], "value": gradients.clip_by_value}
    ways |= {"always": gradients.rescale, "none": lambda g, m: g}
    starts = [(1.5, -0.3), (2.0, -0.1), (0.8, 0.1)]
    settings = [
        {"how": how, "m": m, "lr": lr, "w": w, "b": b}
        for how in ways
        for w, b in starts
        for m, lr in ((1.0, 0.02), (0.3, 0.05))
    ]
    for given, seen in zip(settings, compute("cliff", settings), strict=True):
        theta = np.array([given["w"], given["b"]])
        for k in range(31):
            loss, *g = gradients.cliff(*theta)
            close(seen["theta"][k], theta)
            close(seen["loss"][k], loss)
            close(seen["length"][k], gradients.global_norm([np.array(g)]))
            theta = theta - given["lr"] * ways[given["how"]]([np.array(g)], given["m"])[0]
    last = {"norm": gradients.descend(np.array([1.5, -0.3]), 0.02, 200, 1.0)}
    last["none"] = gradients.descend(np.array([1.5, -0.3]), 0.02, 200)
    for how, path in last.items():
        (seen,) = (
            s for g, s in zip(settings, compute("cliff", settings), strict=True) if g == {**settings[0], "how": how}
        )
        close(seen["theta"][:61], path[:61])


# --- a window


@pytest.mark.parametrize("task", ["echo3", "echo6", "echo9", "parity", "majority"])
def test_what_a_window_knows(task: str) -> None:
    T = 11
    x = np.arange(2**T) >> np.arange(T)[::-1, None] & 1
    settings = [{"task": task, "L": L, "t": t} for L, t in ((4, 11), (1, 1), (11, 11), (3, 7))]
    for given, seen in zip(settings, compute("window", settings), strict=True):
        L, t = given["L"], given["t"]

        def label(bits: Any) -> Any:
            if task.startswith("echo"):
                d = int(task[4:])
                return bits[-1 - d] if d < len(bits) else np.zeros_like(bits[0])
            return bits.sum(axis=0) % 2 if task == "parity" else (2 * bits.sum(axis=0) > len(bits)).astype(int)

        close(seen["limits"], [sequences.window_limit(x, label(x), i + 1) for i in range(T)])
        shown = np.array([int(bit) for bit in "01101001101"])[:t, None]
        assert seen["x"] == shown[:, 0].tolist()
        assert seen["label"] == label(shown)[0]
        so_far = np.arange(2**t) >> np.arange(t)[::-1, None] & 1
        alike = (so_far[-L:] == shown[-L:]).all(axis=0)
        assert seen["p"] == label(so_far)[alike].mean()


# --- the triangle


TRIANGLE = ("bptt/triangle", "bptt/triangle_lstm")


@pytest.mark.parametrize("cell", ["tanh", "lstm"])
@pytest.mark.parametrize("cut", ["chunks", "window"])
def test_the_triangle(cut: str, cell: str) -> None:
    choices = [(k, f) for k in (1, 5, 8, 20) for f in (0.3, 0.9, 0.98 if cell == "lstm" else 1.0)]
    settings = [{"cell": cell, "cut": cut, "k": k, "forgetting": f} for k, f in choices]
    paths = bptt_experiments.triangle_paths if cell == "tanh" else bptt_experiments.triangle_lstm_paths
    arrays = results.load(TRIANGLE[0]).weights | results.load(TRIANGLE[1]).weights
    for given, seen in zip(settings, compute("triangle", settings, *TRIANGLE), strict=True):
        C = paths(arrays, given["forgetting"])
        expected = bptt_experiments.truncated_paths(C, cut, given["k"])
        for name, value in expected.items():
            close(seen[name], value)
        for t, row in enumerate(seen["norms"]):
            close(row, np.linalg.norm(C[t, : t + 1], axis=(1, 2)))
        close(seen["curves"][cut][given["k"] - 1], expected["error"])


@pytest.mark.parametrize("k", [1, 5, 20])
def test_what_the_triangle_keeps_is_what_truncated_passes_compute(k: int) -> None:
    a = {name: w.astype(float) for name, w in results.load("bptt/triangle").weights.items()}
    h0, zeros, W_hh = np.zeros((8, 8)), np.zeros(8), 0.9 * a["Q"]
    h = rnn.forward(a["x"], h0, a["W_ih"], W_hh, zeros, zeros)
    e = rnn.output_layer(h, a["W_ho"], np.zeros(1)) - a["target"]
    dh_out = bptt.output_backward(e / e.size, h, a["W_ho"])[2]
    full = bptt.backward(dh_out, a["x"], h0, h, a["W_ih"], W_hh).dW_hh
    cut = {
        "chunks": bptt.truncated(dh_out, a["x"], h0, a["W_ih"], W_hh, zeros, zeros, k).dW_hh,
        "window": bptt.windowed(dh_out, a["x"], h0, h, a["W_ih"], W_hh, k).dW_hh,
    }
    settings = [{"cell": "tanh", "cut": how, "k": k, "forgetting": 0.9} for how in cut]
    for how, seen in zip(cut, compute("triangle", settings, *TRIANGLE), strict=True):
        close(seen["error"], bptt.relative_error(cut[how], full))


# --- a reservoir


def test_echoes_are_a_reservoirs() -> None:
    settings = [
        {"rho": rho, "a": a, "scale": scale}
        for rho, a, scale in ((0.9, 1, 0.2), (0.5, 0.3, 1), (1.2, 1, 3), (0, 0.1, 0), (0.95, 0.6, 0.05))
    ]
    kept = {name: w.astype(float) for name, w in results.load("reservoir/echo").weights.items()}
    x, N = kept["x"][:, None, None], len(kept["W_ih"])
    for given, seen in zip(settings, compute("echo", settings, "reservoir/echo"), strict=True):
        a = float(given["a"])
        W_ih, W_hh, b = given["scale"] * kept["W_ih"][:, None], given["rho"] * kept["W_hh"], np.zeros(N)
        h = np.concatenate(
            [kept["starts"][None], reservoir.forward(np.repeat(x, 2, axis=1), kept["starts"], W_ih, W_hh, b, a)]
        )
        close(seen["one"], h[:101, 0, 0])
        close(seen["other"], h[:101, 1, 0])
        close(seen["distance"], np.linalg.norm(h[:101, 0] - h[:101, 1], axis=1))
        close(seen["c"], reservoir.contraction(W_hh, a))
        A = np.concatenate([h[201:1201, 0], np.ones((1000, 1))], axis=1)
        y = np.stack([x[200 - k : 1200 - k, 0, 0] for k in range(1, 41)], axis=1)
        o = A[500:] @ reservoir.ridge(A[:500], y[:500], 1e-5).T
        r2 = [np.corrcoef(o[:, k], y[500:, k])[0, 1] ** 2 if given["scale"] else 0.0 for k in range(40)]
        close(seen["r2"], r2)
        close(seen["capacity"], np.sum(r2))


# --- one memory cell


def test_the_memory_cell_is_an_lstm_whose_gates_rest_on_their_biases() -> None:
    settings = [{"i": i, "f": f, "o": o, "t": 5} for i in (0, 0.3, 1) for f in (0, 0.55, 0.9, 1) for o in (0, 0.8, 1)]
    for given, seen in zip(settings, compute("memory", settings), strict=True):
        with np.errstate(divide="ignore"):
            i, f, o = (np.clip(np.log(p) - np.log1p(-p), -40, 40) for p in (given["i"], given["f"], given["o"]))
        pulse, no = np.array([[0.0], [0.0], [40.0], [0.0]]), np.zeros((1, 1))
        w = lstm_gru.LSTMWeights(pulse, np.zeros((4, 1)), np.array([i, f, 0, o]), np.zeros(4))
        x = np.array(seen["g"][1:], float)[:, None, None]
        h, c = lstm_gru.lstm_forward(x, no, no, w)
        close(seen["h"], [0, *h.ravel()])
        close(seen["c"], [0, *c.ravel()])
        for t in (0, 1, 3, 29):
            before = (h[t - 1], c[t - 1]) if t else (no, no)
            back = lstm_gru.lstm_backward(np.zeros_like(h[t:]), x[t:], *before, h[t:], c[t:], w, dc_T=np.ones((1, 1)))
            close(seen["dc"][t], back.dc0.item())
        assert seen["dc"][-1] == 1
        if 0 < given["f"] < 1:
            close(seen["b_f"], f)
            close(seen["tau"], lstm_gru.timescale(np.array(f)))


# --- a step of the LSTM, line by line


def test_a_walk_through_a_step_of_the_lstm() -> None:
    settings = [
        {"step": step, "x_t": x_t, "h_prev": h_prev, "c_prev": c_prev, "b_f": b_f}
        for step, x_t, h_prev, c_prev, b_f in (
            (1, 1, 0.4, 0.8, 1), (2, 0, 0, 0, 0), (3, -2, 1, -3, 6), (4, 2, -1, 3, -4), (5, 0.3, -0.7, 1.1, 2.5),
            (6, -0.1, 0.9, -0.2, -0.5),
        )
    ]  # fmt: skip
    ((W_ih, W_hh, b),) = compute("walk", [{}], call="WEIGHTS")
    for given, seen in zip(settings, compute("walk", settings), strict=True):
        column = np.array([W_ih, W_hh], float)[:, :, None]
        w = lstm_gru.LSTMWeights(*column, np.array(b, float), np.array([0, given["b_f"], 0, 0], float))
        x_t, h_prev, c_prev = (np.array([[float(given[name])]]) for name in ("x_t", "h_prev", "c_prev"))
        h_t, c_t = lstm_gru.lstm_cell(x_t, h_prev, c_prev, w)
        gates = lstm_gru.lstm_gates(x_t, h_prev, w)
        expected = {"c_t": c_t, "h_t": h_t, "tanh_c": np.tanh(c_t)} | gates._asdict()
        expected |= {"kept": gates.f_t * c_prev, "stored": gates.i_t * gates.g_t}
        for name, value in expected.items():
            close(seen[name], value.item())
        layer = torch.nn.LSTMCell(1, 1, dtype=torch.float64)
        with torch.no_grad():
            for own, value in zip(layer.parameters(), w, strict=True):
                own.copy_(torch.from_numpy(value))
            theirs = layer(torch.from_numpy(x_t), (torch.from_numpy(h_prev), torch.from_numpy(c_prev)))
        close([seen["h_t"], seen["c_t"]], [v.item() for v in theirs])


def test_the_numbers_of_a_walk_can_be_followed_on_a_calculator() -> None:
    """Each line is right in the digits that it shows: computed from them, its result differs by their rounding."""
    settings = [
        {"step": 6, "x_t": x_t, "h_prev": h_prev, "c_prev": c_prev, "b_f": b_f}
        for x_t, h_prev, c_prev, b_f in ((1, 0.4, 0.8, 1), (-1.3, -0.6, -2.1, 2.5), (0, 0, 0, -3))
    ]
    for lines in compute("walk", settings, call="lines"):
        assert [step for step, *_ in lines] == [1, 1, 1, 1, 2, 3, 3, 4, 5, 6]
        for _, _, sum_, result in lines:
            python = sum_.replace("−", "-").replace("·", "*").replace("σ", "sigmoid")
            value = eval(python, {"sigmoid": expit, "tanh": math.tanh})
            assert float(result.replace("−", "-")) == pytest.approx(value, abs=2.5e-3)


# --- which steps an output can see


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("how", ["forward", "backward", "both"])
def test_what_an_output_sees_is_where_torchs_gradient_is_not_zero(how: str, layers: int, told: bool) -> None:
    torch.manual_seed(0)
    settings = [{"how": how, "layers": layers, "n": n, "t": 1, "told": told} for n in (1, 5, 8)]
    layer = torch.nn.RNN(2, 3, layers, bidirectional=how == "both", dtype=torch.float64)
    for given, seen in zip(settings, compute("sight", settings), strict=True):
        n = given["n"]
        x = torch.randn(n if told else 10, 1, 2, dtype=torch.float64, requires_grad=True)
        h = layer(x.flip(0))[0].flip(0) if how == "backward" else layer(x)[0]
        for side, states in {"forward": h[..., :3], "back": h[..., -3:]}.items():
            for t, row in enumerate(seen["sight"].get(side, [])):
                (dx,) = torch.autograd.grad(states[t].sum(), x, retain_graph=True)
                there = (dx[:, 0] != 0).any(dim=1).tolist()
                assert row == there + [False] * (10 - len(there))


# --- downhill


@pytest.mark.parametrize("all_at_once", [False, True])
@pytest.mark.parametrize(("kind", "P"), [("letters", 1), ("letters", 3), ("letters", 8), ("random", 4), ("random", 12)])
def test_units_go_downhill_as_those_of_the_package(kind: str, P: int, all_at_once: bool) -> None:
    yours = ["", "ffff0000ffff0000" + "00ff"]
    common = {"kind": kind, "P": P, "all": all_at_once}
    settings = [
        {**common, "t": t, "start": start, "yours": yours[t % 2]}
        for t, start in ((0, "7fd71818583a1d1"), (3, "0123456789abcdef00"), (32, ""))
    ]
    for given, seen in zip(settings, compute("downhill", settings), strict=True):
        xi, order = np.array(seen["xi"], float), np.array(seen["order"]).reshape(-1, 8)
        assert len(xi) == P + (2 if given["yours"] else 0)
        assert sorted(order[:8].ravel()) == list(range(64))
        W, theta = hopfield.hebbian(xi), np.zeros(64)
        s = np.array(seen["states"][:1], float)
        path = [s]
        for tick in range(32):
            for i in [None] if all_at_once else order[tick]:
                if i is None:
                    path.append(hopfield.synchronous(path[-1], W, theta))
                else:
                    path.append(hopfield.asynchronous(path[-1], W, theta, np.array([i])))
            np.testing.assert_array_equal(seen["states"][tick + 1], path[-1][0])
        close(seen["energies"], hopfield.energy(np.concatenate(path), W, theta))
        now = np.array(seen["states"][given["t"]], float)[None]
        close(seen["m"], hopfield.overlap(now, xi)[0])
        change = hopfield.energy_change(now, W, theta)[0]
        assert seen["wants"] == np.flatnonzero(change < 0).tolist()
        assert seen["stable"] == (hopfield.synchronous(xi, W, theta) == xi).all(axis=1).tolist()
        twice = hopfield.synchronous(hopfield.synchronous(now, W, theta), W, theta)
        assert seen["pair"] == bool((twice == now).all() and seen["wants"])


def test_what_is_painted_is_read_in_rows() -> None:
    """Two hexadecimal digits a row, ink a one; what is no digit is left out, what is missing is paper."""
    (seen,) = compute("downhill", [{"kind": "letters", "P": 1, "all": False, "t": 0, "start": "8 1xc0", "yours": ""}])
    s = np.array(seen["s"]).reshape(8, 8)
    assert (s[0] > 0).tolist() == [True, *[False] * 6, True]
    assert (s[1] > 0).tolist() == [True, True, *[False] * 6]
    assert (s[2:] < 0).all()


# --- cells, from torch's weights


CELLS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU, "mingru": nn.MinGRU}
F, H, K, T = 12, 24, 7, 30


@pytest.fixture(params=sorted(CELLS))
def network(request: pytest.FixtureRequest) -> tuple[str, torch.nn.ModuleDict, torch.Tensor, np.ndarray[Any, Any]]:
    """A cell and an output layer with random weights, symbols, and torch's states in float32."""
    torch.manual_seed(3)
    cell = request.param
    model = torch.nn.ModuleDict({"rnn": CELLS[cell](F, H), "out": torch.nn.Linear(H, K)})
    x = torch.randint(F, (T,))
    with torch.no_grad():
        h, _ = model["rnn"](torch.nn.functional.one_hot(x, F).float()[:, None])
    return cell, model, x, h[:, 0].numpy()


def scores(model: torch.nn.ModuleDict, h: Any) -> np.ndarray[Any, Any]:
    with torch.no_grad():
        o: np.ndarray[Any, Any] = model["out"](torch.tensor(np.array(h), dtype=torch.float32)).numpy()
    return o


def test_a_cell_in_float32_is_that_of_torch(network: Any) -> None:
    cell, model, x, h = network
    weights = {n: {"shape": list(w.shape), "values": w.flatten().tolist()} for n, w in model.state_dict().items()}
    one_hot = np.eye(F)[x].tolist()
    asked = {"cell": cell, "hidden": H, "weights": weights, "layer": "rnn."}
    for seen in compute("cells", [asked | {"x": x.tolist()}, asked | {"x": one_hot}], call="forward"):
        np.testing.assert_allclose(seen, h, rtol=0, atol=1e-6)
        np.testing.assert_allclose(scores(model, seen), scores(model, h), rtol=0, atol=1e-6)


def test_a_cell_in_float16_gives_the_same_answers(network: Any) -> None:
    cell, model, x, h = network
    weights = {name: kept.pack(w) for name, w in float16_weights(model).items()}
    asked = {"cell": cell, "hidden": H, "weights": weights, "layer": "rnn.", "x": x.tolist()}
    (seen,) = compute("cells", [asked], call="forward")
    np.testing.assert_allclose(seen, h, rtol=0, atol=5e-4)
    assert np.array_equal(scores(model, seen).argmax(axis=1), scores(model, h).argmax(axis=1))


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_gates_in_float32_are_those_of_torchs_weights(cell: str) -> None:
    torch.manual_seed(4)
    model = CELLS[cell](F, H)
    x = torch.randint(F, (T,))
    weights = {n: {"shape": list(w.shape), "values": w.flatten().tolist()} for n, w in model.state_dict().items()}
    (seen,) = compute("cells", [{"cell": cell, "hidden": H, "weights": weights, "x": x.tolist()}], call="steps")
    with torch.no_grad():
        expected = gates_of(model, x)
    for name, values in expected.items():
        np.testing.assert_allclose([step[name] for step in seen], values, rtol=0, atol=1e-6)


def gates_of(layer: torch.nn.RNNBase, x: torch.Tensor) -> dict[str, np.ndarray[Any, Any]]:
    """Gates and states of a layer that reads symbols: torch's cell step by step, gates from the state before."""
    W_ih, W_hh, b_ih, b_hh = layer.parameters()
    is_lstm = layer.mode == "LSTM"
    step = (torch.nn.LSTMCell if is_lstm else torch.nn.GRUCell)(layer.input_size, layer.hidden_size, dtype=W_ih.dtype)
    step.load_state_dict({name.removesuffix("_l0"): w for name, w in layer.state_dict().items()})
    state, found = None, list[dict[str, torch.Tensor]]()
    for x_t in torch.eye(layer.input_size, dtype=W_ih.dtype)[x]:
        before = torch.zeros(layer.hidden_size, dtype=W_ih.dtype) if state is None else state[0] if is_lstm else state
        read, carried = W_ih @ x_t + b_ih, W_hh @ before + b_hh
        state = step(x_t, state)
        if is_lstm:
            i, f, g, o = (read + carried).chunk(4)
            gates = {"i": i.sigmoid(), "f": f.sigmoid(), "g": g.tanh(), "o": o.sigmoid(), "h": state[0], "c": state[1]}
        else:
            (x_r, x_z, x_n), (h_r, h_z, h_n) = read.chunk(3), carried.chunk(3)
            r, z = (x_r + h_r).sigmoid(), (x_z + h_z).sigmoid()
            gates = {"r": r, "z": z, "n": (x_n + r * h_n).tanh(), "h": state}
        found.append(gates)
    return {name: torch.stack([gates[name] for gates in found]).numpy() for name in found[0]}


# --- type into the network


def expected(model: Any, ids: list[int], tau: float) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], list[float]]:
    """By torch: scores after each symbol, the last probabilities, what each symbol matters for the answer."""
    F = model.rnn.input_size
    x = torch.eye(F)[ids]
    with torch.no_grad():
        o = model(x[:, None])[0][:, 0].double()
        p = (o[-1] / tau).softmax(dim=0)
        whole, lost = o[-1].log_softmax(dim=0)[p.argmax()], []
        for i in range(len(ids)):
            unread = x.clone()
            unread[i] = 0
            lost.append(float(whole - model(unread[:, None])[0][-1, 0].double().log_softmax(dim=0)[p.argmax()]))
    return o.numpy(), p.numpy(), lost


@pytest.mark.parametrize("tau", [1.0, 0.4])
def test_type_a_name(tau: float) -> None:
    model = rnn_experiments.with_weights(results.load("rnn/names_weights").weights)
    settings = [{"name": name, "t": t, "tau": tau} for name, t in (("Virtanen", 16), ("Ó Briain", 5), ("dlamini", 16))]
    for given, seen in zip(settings, compute("names", settings, "rnn/names_weights"), strict=True):
        read = data.fold(given["name"])[: given["t"]]
        assert seen["read"] == read
        o, p, lost = expected(model, [data.LETTERS.index(c) for c in read], tau)
        np.testing.assert_allclose(seen["o"][: len(read)], o, rtol=0, atol=1e-5)
        close(seen["p"], p)
        np.testing.assert_allclose(seen["weight"], lost, rtol=0, atol=1e-5)


def test_names_are_folded_as_the_package_does() -> None:
    names = ["Ó Briain", "Müller", "Großmann", "Łukasiewicz", "d’Arc", "Þór", "  nowak ", "Ångström-Øster"]
    (letters,) = compute("names", [{}], call="LETTERS")
    assert letters == data.LETTERS
    assert compute("names", [{}], call="LANGUAGES") == [list(DEFAULT)]
    assert compute("names", names, call="fold") == [data.fold(name) for name in names]


def test_counts_beside_a_name_are_the_bag_of_triples() -> None:
    train, _, test = data.names(seed=0)
    names = list(test.names[:60])
    seen = compute("names", names, "rnn/names_weights", call="counted")
    answers = rnn_experiments.bag_of_letters(train, names, 3)
    assert np.array_equal(np.argmax(seen, axis=1), answers)


@pytest.mark.parametrize("tau", [1.0, 2.0])
def test_type_a_text(tau: float) -> None:
    model, vocabulary = rnn_experiments.with_weights(results.load("rnn/text_weights").weights), data.Vocabulary()
    settings = [{"text": text, "tau": tau} for text in ("Return the numb", "x = [1, 2]↵    for", "q")]
    for given, seen in zip(settings, compute("writing", settings, "rnn/text_weights", "rnn/text_counts"), strict=True):
        ids = vocabulary.encode(given["text"].replace("↵", "\n")).tolist()
        assert seen["ids"] == ids
        o, p, lost = expected(model, ids, tau)
        np.testing.assert_allclose(seen["o"], o[-1], rtol=0, atol=2e-5)
        np.testing.assert_allclose(seen["p"], p, rtol=0, atol=1e-5)
        np.testing.assert_allclose(seen["weight"], lost, rtol=0, atol=2e-5)


def test_counts_beside_a_text_are_those_of_the_package() -> None:
    vocabulary = data.Vocabulary()
    learnt, ids = (vocabulary.encode(part) for part in (rnn_experiments.text().train, "Return zqx\n  numbers"))
    expected = np.exp(rnn_experiments.counted_log_probabilities(learnt, ids, len(vocabulary), 3))
    contexts = [ids[:i].tolist() for i in range(1, len(ids))]
    seen = compute("characters", contexts, "rnn/text_counts", call="counted")
    close([p[k] for p, k in zip(seen, ids[1:], strict=True)], expected)
    close(np.sum(seen, axis=1), 1)
    assert compute("characters", [{}], call="PRINTABLE") == ["".join(vocabulary.symbols)]


def probabilities_at_the_blank(reader: str, words: list[str]) -> torch.Tensor:
    """By torch's GRU, in float64: what a kept reader gives each animal."""
    weights, blank = results.load("bidirectional/penguin_weights").weights, words.index("_")
    x = torch.eye(len(filling.WORDS), dtype=torch.float64)[[filling.NUMBER[word] for word in words], None]
    ways, H = filling.READERS[reader]
    found = []
    for way in ways:
        layer = torch.nn.GRU(len(filling.WORDS), H).double()
        names = [name for name, _ in layer.named_parameters()]
        layer.load_state_dict({n: torch.from_numpy(weights[f"{reader}.{way}.{n}"]).double() for n in names})
        h = layer(x.flip(0) if way == "back" else x)[0][:, 0]
        found.append((h.flip(0) if way == "back" else h)[blank])
    W, b = (torch.from_numpy(weights[f"{reader}.out.{name}"]).double() for name in ("weight", "bias"))
    return (torch.cat(found) @ W.T + b).log_softmax(dim=0)


@pytest.mark.parametrize("reader", filling.TYPED)
@torch.no_grad()
def test_fill_in_a_sentence(reader: str) -> None:
    texts = [
        "the _ is a flightless bird that lives in antarctica",
        "a swimming mammal that lives in africa is called the _ and in america lives the rhea",
        "_ bird",
    ]
    seen = compute("fill", [{"text": text} for text in texts], "bidirectional/penguin_weights")
    kinds = [sorted({traits[k] for traits in filling.ANIMALS}) for k in range(3)]
    for text, found in zip(texts, seen, strict=True):
        words = text.split()
        assert found["ids"] == [filling.NUMBER[word] for word in words]
        assert found["blank"] == words.index("_")
        log_p = probabilities_at_the_blank(reader, words)
        close(found["p"][reader], log_p.exp())
        for t, word in enumerate(words):
            kind = next((kind for kind in kinds if word in kind), None)
            places = [[other] for other in kind if other != word] if kind else [[]]
            others = [
                probabilities_at_the_blank(reader, words[:t] + place + words[t + 1 :])
                for place in places
                if word != "_"
            ]
            k = int(log_p.argmax())
            close(found["weight"][reader][t], max((float(log_p[k] - other[k]) for other in others), default=0))


@pytest.mark.claim
def test_the_answer_stays_where_flightless_is_left_out_and_goes_where_it_is_another_word() -> None:
    texts = [f"the _ is a {how} bird that lives in antarctica" for how in ("flightless", "", "flying")]
    seen = compute("fill", [{"text": text} for text in texts], "bidirectional/penguin_weights")
    for reader in ("back", "both"):
        answers = [filling.NAMES[int(np.argmax(found["p"][reader]))] for found in seen]
        assert answers == ["penguin", "penguin", "petrel"]
        with_it, without = (found["p"][reader][0] for found in seen[:2])
        assert abs(with_it - without) < 0.02


def test_a_sentence_has_one_blank_and_known_words_alone() -> None:
    assert compute("fill", [{}], call="WORDS") == [list(filling.WORDS)]
    assert compute("fill", [{}], call="NAMES") == [list(filling.NAMES)]
    many = "bird " * 40
    given = ["", "The ___ is a Zebra, a _ bird", "is a bird", many, many + "_"]
    seen = compute("fill", given, call="typed")
    words = [" ".join(filling.WORDS[k] for k in found["ids"]) for found in seen]
    assert words == ["_", "the _ is a a bird", "is a bird _", "bird " * 23 + "_", "bird " * 23 + "_"]
    assert [found["unknown"] for found in seen] == [[], ["zebra"], [], [], []]


def test_words_counted_beside_a_sentence_are_naive_bayes() -> None:
    known = filling.sentences(filling.LEARNT_FROM, [0, 0])
    reach = int(results.load("bidirectional/penguin_weights")["reach"][0])
    assert reach == filling.best_reach(filling.counted_words, known)
    asked = [s for s in filling.sentences(60, 5) if len(s.words) <= 24]
    seen = compute("fill", [{"text": " ".join(s.words)} for s in asked], "bidirectional/penguin_weights")
    right = np.argmax([found["counts"] for found in seen], axis=1) == filling.counted_words(known, asked, reach)
    assert right.mean() > 0.95  # float16 may turn a tie


READ = ("lstm_gru/text_lstm", "lstm_gru/text_gru", "rnn/text_counts")


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_type_into_gates(cell: str) -> None:
    vocabulary = data.Vocabulary()
    kept_weights = {c: results.load(f"lstm_gru/text_{c}").weights for c in lstm_text.CELLS}
    readers = {c: lstm_text.with_weights(c, weights).double() for c, weights in kept_weights.items()}
    texts = (("Return the (fir", 40), ("x = [1, 2]↵  for", 9), ("qu", 2))
    settings = [{"text": text, "cell": cell, "t": t} for text, t in texts]
    for given, seen in zip(settings, compute("gates", settings, *READ), strict=True):
        ids = vocabulary.encode(given["text"].replace("↵", "\n"))
        now = min(given["t"], len(ids)) - 1
        assert (seen["ids"], seen["now"]) == (ids.tolist(), now)
        with torch.no_grad():
            gates = gates_of(readers[cell].rnn, torch.from_numpy(ids))
            x = torch.eye(len(vocabulary), dtype=torch.float64)[ids[: now + 1], None]
            p = {c: reader(x)[0][-1, 0].softmax(dim=0).numpy() for c, reader in readers.items()}
        for name, values in gates.items():
            close([step[name] for step in seen["steps"]], values)
        for c, values in p.items():
            close(seen["p"][c], values)
        # What is left of each letter adds up to the memory; the first one's share came the whole way.
        left, keeps = np.array(seen["left"]), gates["f" if cell == "lstm" else "z"][: now + 1]
        close(left.sum(axis=0), gates["c" if cell == "lstm" else "h"][now])
        wrote = gates["i"][0] * gates["g"][0] if cell == "lstm" else (1 - gates["z"][0]) * gates["n"][0]
        close(left[0], wrote * lstm_gru.direct_path(keeps[1:, None])[0])
        back = np.arange(now, -1, -1)[:, None]
        close(seen["age"], (np.abs(left) * back).sum(axis=0) / np.abs(left).sum(axis=0))
        (counts,) = compute("characters", [ids[: now + 1].tolist()], "rnn/text_counts", call="counted")
        close(seen["counts"], counts)


# --- where a network looks


@pytest.mark.parametrize("off", [False, True])
def test_where_a_network_looks(off: bool) -> None:
    weights = results.load("seq2seq/looking").weights
    models = {name: model.double() for name, model in seq2seq_experiments.translators_with(weights).items()}
    said = ("double seven oh three four nine", "One, 1 blah TRIPLE oh", "", "zero " * 20)
    heard = ("double seven oh three four nine", "one one triple oh", "oh", "zero " * 12)
    settings = [{"said": text, "off": off, "t": 99} for text in said]
    for text, seen in zip(heard, compute("looking", settings, "seq2seq/looking"), strict=True):
        x, lengths, _, _ = seq2seq_experiments.words_of(text)
        assert seen["ids"] == x[:, 0].argmax(dim=1).tolist()
        for name, model in models.items():
            with torch.no_grad():
                h, padding, last = model.encode(x.double(), lengths)
            if off and name == "attention":  # no scores at all: each word weighs the same
                torch.nn.init.zeros_(model.scores.weight)
            shown = seen["looks" if name == "attention" else name]
            symbols = torch.tensor(shown["symbols"])[:, None]
            inputs = torch.cat([torch.full_like(symbols[:1], seq2seq_experiments.K), symbols[:-1]])
            one_hot = torch.eye(seq2seq_experiments.K + 1, dtype=torch.float64)[inputs][..., :-1]
            with torch.no_grad():
                s, _ = model.decoder(one_hot, model.first_state(last))
                if name == "attention":
                    alpha = model.weights(s, h, padding)
                    close(shown["alpha"], alpha[:, 0])
                    s = torch.cat([model.mixed(alpha, h), s], dim=2)
                o = model.out(model.mix(s).tanh())[:, 0]
            close(shown["p"], o.softmax(dim=1))
            assert symbols[:, 0].tolist() == o.argmax(dim=1).tolist()
    meant = compute("looking", settings, "seq2seq/looking")
    assert [seen["meant"] for seen in meant] == [[7, 7, 0, 3, 4, 9], [1, 1, 0, 0, 0], [0], [0] * 12]
    (nothing,) = compute("looking", [{"said": "double double one", "off": off, "t": 1}], "seq2seq/looking")
    assert nothing["meant"] is None


# --- a head on eight rows


def test_the_addressing_of_a_head() -> None:
    names = ("angle", "beta", "g", "before", "move", "blur", "gamma", "t", "e", "a")
    settings = [
        dict(zip(names, values, strict=True))
        for values in (
            (145, 10, 0.8, 6, 1, 0.3, 2, 1, 1, 0.5),
            (55, 3, 0.25, 0, -0.6, 0.1, 1, 9, 0.4, -1),
            (0, 0, 0, 7, 0.3, 0, 7.5, 16, 0, 0),
        )
    ]
    shifts = [(0, 0, 1), (0.6, 0.4, 0), (0, 0.7, 0.3)]
    for given, whole, seen in zip(settings, shifts, compute("addressing", settings), strict=True):
        M = np.array(seen["M"])[None]
        turn = np.radians(given["angle"])
        k = np.array([[np.cos(turn), np.sin(turn)]])
        beta, g, gamma = (np.full(1, float(given[name])) for name in ("beta", "g", "gamma"))
        s = np.array([whole]) * (1 - given["blur"]) + given["blur"] / 3
        w = np.eye(8)[[given["before"]]]
        for _ in range(given["t"]):
            w_prev, w_c = w, ntm.content_weighting(k, beta, M)
            w_g = ntm.interpolate(w_c, w_prev, g)
            w_s = ntm.shift(w_g, s)
            w = ntm.sharpen(w_s, gamma)
        erased = ntm.erase(M, w, np.full((1, 2), float(given["e"])))
        added = ntm.add(erased, w, np.full((1, 2), float(given["a"])))
        expected = {"k": k, "s": s, "K": ntm.cosine(k, M), "w_prev": w_prev, "w_c": w_c, "w_g": w_g, "w_s": w_s, "w": w}
        expected |= {"r": ntm.read(w, M), "erased": erased, "written": added}
        for name, value in expected.items():
            close(seen[name], value[0])


# --- a machine that copies


def test_type_into_a_machine_that_copies() -> None:
    weights = {name: q.astype(float) for name, q in results.load("ntm/copy_weights").weights.items()}
    r_0 = weights.pop("r_0")
    machine = ntm.Weights(**weights)
    texts = (("Read, then say it", 24), ("forty characters, twice as long as before", 64), ("éß€ few rows", 5), ("", 9))
    settings = [{"text": text, "rows": N, "t": 999} for text, N in texts]
    for given, seen in zip(settings, compute("heads", settings, "ntm/copy_weights"), strict=True):
        codes = list(given["text"].encode("latin-1", "ignore")[:40]) or [ord("?")]
        L = len(codes)
        assert (seen["L"], seen["t"]) == (L, 2 * L + 1)
        y = np.unpackbits(np.array(codes, np.uint8)[:, None], axis=1)
        x = np.zeros((2 * L + 1, 1, 9))
        x[:L, 0, :8], x[L, 0, 8] = y, 1
        o, w, _ = ntm.forward(x, ntm.initial_state(1, given["rows"], r_0, 2), machine)
        close(seen["o"], o[:, 0])
        close(seen["w"], w[:, 0])
        close(seen["y"], y)
        wrong = ((o[L + 1 :, 0] > 0) != y).sum(axis=1)
        assert seen["wrong"] == wrong.tolist()
        if given["rows"] > L:
            assert not wrong.any()
            assert seen["said"] == bytes(codes).decode("latin-1")


# --- one step ahead, and a free run


@pytest.mark.parametrize("model", ["arx", "cubes"])
def test_one_step_ahead_and_a_free_run(model: str) -> None:
    FIT, MOST, TEST, AHEAD = 500, 4, 120, 40
    settings = [
        {"noise": noise, "k": k, "n_y": n_y, "n_u": n_u, "model": model}
        for noise, k, n_y, n_u in ((0.03, 40, 2, 2), (0.1, 1, 3, 1), (0.3, 120, 1, 4))
    ]
    for given, seen in zip(settings, compute("freerun", settings), strict=True):
        u, y = (np.array(seen[name])[:, None, None] for name in ("u", "measured"))
        close(seen["x"], duffing(u.ravel(), 0.2).y)
        assert np.std(y.ravel() - seen["x"]) == pytest.approx(given["noise"], rel=0.1)
        orders = narx.Orders(given["n_y"], given["n_u"], 1)
        S = orders.start

        def cubed(phi: Any, n_y: int = given["n_y"]) -> Any:
            return np.concatenate([phi, phi[..., :n_y] ** 3], axis=-1)

        if model == "arx":
            arx = narx.arx_fit(y[:FIT], u[:FIT], orders)
            w = np.append(arx.W[0], arx.b)
        else:
            phi = cubed(narx.regressors(y[:FIT], u[:FIT], orders)[:, 0])
            w = np.linalg.lstsq(np.column_stack([phi, np.ones(len(phi))]), y[S:FIT, 0, 0], rcond=None)[0]

        def f(phi: Any, w: Any = w) -> Any:
            return ((phi if model == "arx" else cubed(phi)) @ w[:-1] + w[-1])[..., None]

        close(seen["w"], w)
        y, u, first = y[FIT:], u[FIT:], MOST + given["k"] - 1
        one, target = f(narx.regressors(y, u, orders))[MOST - S :, 0, 0], y[MOST:, 0, 0]
        run = narx.run(f, y, u, orders, np.arange(S, MOST + TEST)[:, None] < first)[0][first - S :, 0, 0]
        close(seen["one"], one)
        close(seen["run"], run)

        def relative(error: Any, spread: float = target.std()) -> Any:
            return np.sqrt((error**2).mean(axis=0)) / spread

        close(seen["oneError"], relative(one - target))
        close(seen["runError"], relative(run - target[given["k"] - 1 :]))
        close(seen["lastError"], relative(y[MOST - 1 : -1, 0, 0] - target))
        # All starts at once, as the examples of a batch.
        starts, inputs = (narx.segments(v[MOST - S :], S + AHEAD) for v in (y, u))
        ahead = narx.simulate(f, starts[:S], inputs, orders) - starts[S:]
        close(seen["ahead"], relative(ahead[..., 0].T))
        close(seen["last"], relative((starts[S - 1] - starts[S:])[..., 0].T))


# --- an attractor from one coordinate


def test_an_attractor_from_one_coordinate() -> None:
    settings = [{"of": of, "tau": tau, "t": 1} for of, tau in (("x", 8), ("y", 1), ("z", 60))]
    for given, seen in zip(settings, compute("embedding", settings), strict=True):
        states, tau = np.array(seen["series"]), given["tau"]
        s = states[:, "xyz".index(given["of"])].copy()
        close(seen["x"], narx.delay_embedding(s, 3, tau))
        close(seen["information"], [narx.mutual_information(s, lag) for lag in range(61)])
        assert seen["minimum"] == narx.choose_delay(s, 60)
        close(seen["share"], narx.neighbours_kept(states[2 * tau :: 6], np.array(seen["x"])[::6], 5, apart=3))

        def lorenz(_: float, s: Any) -> list[float]:
            x, y, z = s
            return [10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z]

        for t in range(0, 3000, 500):
            after = solve_ivp(lorenz, (0, 0.02), states[t], rtol=1e-10, atol=1e-10).y[:, -1]
            close(states[t + 1], after)


# --- waiting


def test_what_is_read_and_kept_between_observations() -> None:
    """The line of time as a sequence of 49 steps, and GRU-D's own steps at the observations alone."""
    seen_by = ["0.5 1.4, 1.5 1.8, 2.25 0.4, 7 -1.2", "0 1, 12 -2", "3 0.5", "9 1, 2.1 -1, nonsense, 5 x, 2 0.3"]
    settings = [{"w": w, "w_h": 0.3, "seen": s, "k": 1} for w, s in zip((0.4, 0.0, 2.0, 0.7), seen_by, strict=True)]
    for given, seen in zip(settings, compute("waiting", settings), strict=True):
        s, observed = np.array(seen["s"], float), np.array(seen["observations"], float)
        assert (observed[:, 0] == np.sort(observed[:, 0])).all()
        x, m = np.zeros((len(s), 1, 1)), np.zeros((len(s), 1, 1))
        place = np.searchsorted(s, observed[:, 0])
        x[place, 0, 0], m[place] = observed[:, 1], 1
        delta, mean = irregular.intervals(s[:, None], m), irregular.empirical_mean(x, m)
        close(seen["mean"], mean[0])
        last = irregular.last_observed(x, m, mean[None])
        close(seen["last"], irregular.fill_forward(x, m, mean[None])[:, 0, 0])
        gamma = irregular.decay(given["w"] * delta)
        read = m * x + (1 - m) * (gamma * last + (1 - gamma) * mean)
        close(seen["x_hat"], read[:, 0, 0])
        # At the observations a GRU-D of one unit: z = 1/2, and a candidate of the input alone.
        times, zeros = observed[:, :1], np.zeros(1)
        W_ih, none = np.array([[0.0], [0], [1]]), np.zeros((3, 1))
        p = irregular.Weights(W_ih, none, none, np.zeros(3), zeros, zeros, np.full((1, 1), given["w_h"]), zeros)
        there, ones = observed[:, 1, None, None], np.ones((len(times), 1, 1))
        h = irregular.grud_forward(there, ones, irregular.intervals(times, ones), np.zeros((1, 1)), zeros, p)[:, 0, 0]
        for now, kept_now in zip(s, seen["h_hat"], strict=True):
            before = np.flatnonzero(times[:, 0] <= now)
            age = now - times[before[-1], 0] if len(before) else 0.0
            close(kept_now, h[before[-1]] * np.exp(-given["w_h"] * age) if len(before) else 0.0)
        close(seen["age"], 12 - times[-1, 0])


# --- in the pages

PLACED = re.compile(r"^```\{moving\} (\w+)$", re.MULTILINE)
PLACES = [(n, m) for n in pages(ROOT) for m in PLACED.findall((ROOT / "book" / f"{n}.md").read_text(encoding="utf-8"))]
FILES = (ROOT / "book" / "_figures").glob("*.js")
MODULES = {path.stem for path in FILES if "export const controls" in path.read_text(encoding="utf-8")}


def test_every_figure_is_placed() -> None:
    assert {module for _, module in PLACES} == MODULES


@pytest.mark.parametrize(("module", "result"), [("names", "rnn/names_weights"), ("heads", "ntm/copy_weights")])
def test_the_style_sheet_does_not_outdo_a_line_s_width(module: str, result: str) -> None:
    """An attribute loses against a rule for all lines of figures: cells drawn as thick lines were thin ones."""
    from course_figures import markup
    from course_node import WORKER

    documents = {result: kept.read(kept.FOLDER / f"{result}.json")}
    drawn = markup(ROOT / "book" / "_figures" / f"{module}.js", module, "A figure", "", documents)
    WORKER.close()
    lines = re.findall("<(?:path|line) [^>]*>", drawn)
    assert any("stroke-width:" in line for line in lines)
    assert not [line for line in lines if " stroke-width=" in line]


def use(browser: list[str], folder: Path, names: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """What happened when every figure of these pages was used in Chromium, by page and module."""
    node, chromium = browser
    with serve(folder) as address:
        command = [node, str(Path(__file__).with_name("figures.mjs")), chromium, address, *names]
        found = printed(command)
    for seen in found:
        seen["bytes"] = sum(sent(folder / path.lstrip("/")) for path in set(seen["requests"]))
    return {(seen["page"].removesuffix(".html"), seen["module"]): seen for seen in found}


@pytest.fixture(scope="module")
def used(browser: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """What happened when the figures of the book were used."""
    return use(browser, BUILT, sorted({f"{name}.html" for name, _ in PLACES}))


def wrong(seen: dict[str, Any]) -> list[str]:
    """What is wrong with a figure that was used."""
    narrow = [seen["320"], seen["390"]]
    faults = {
        "no first frame": not seen["frame"] or min(seen["frame"]) < 3,
        "nothing says that it stands still": "stands still" not in seen["still"],
        "controls that do nothing are on": seen["off"],
        "without scripts it says something else than with them": seen["first"].split() != seen["same"].split(),
        "it was loaded before it was near": seen["early"] > 0,
        "controls stay off": not all(a["on"] for a in seen["answers"].values()),
        "a control has no name": not all(a["named"] for a in seen["answers"].values()),
        "a control has no focus": not all(a["focused"] for a in seen["answers"].values() if a["on"]),
        "a control changes nothing": not all(a["moved"] for a in seen["answers"].values()),
        "no control changes the words": not any(a["told"] for a in seen["answers"].values()),
        "a handle changes nothing": seen["dragged"] is False,
        "it plays against the reader's wish": any(n["plays"] for n in narrow),
        "it cannot be played": seen["plays"] is False,
        "it moves by itself": not all(n["still"] for n in narrow),
        "it does not move on a phone": not all(n["moves"] for n in narrow),
        "it is wider than the page": any(n["sideways"] > 1 for n in narrow),
        "text under 11 px": min(n["smallest"] for n in (*narrow, seen["light"])) < 11,
        "text too pale": min(n["palest"] for n in (*narrow, seen["light"])) < 4.5,
        "what is drawn moves the page": max(n["grown"] for n in (*narrow, seen)) > 1,
        "more than 600 KB": seen["bytes"] > 600_000,
    }
    errors = [error for mode in (*narrow, seen) for error in mode["errors"]]
    return [fault for fault, is_so in faults.items() if is_so] + errors


@pytest.mark.timeout(0)  # the first of these uses all figures
@pytest.mark.parametrize(("name", "module"), PLACES)
def test_a_figure_in_the_browser(used: dict[tuple[str, str], dict[str, Any]], name: str, module: str) -> None:
    assert wrong(used[name, module]) == []


# Figures with faults of each kind, and what has to be seen of them. The page begins with two screens of words.
TOY = """import {{ el, text }} from "./kit.js";
export const controls = [{{ name: "w", label: "{label}", min: 0, max: 9, step: 1, value: 3, plays: true }}];
export const compute = ({{ w }}) => {compute};
const drag = (_, px) => ({drag});
const handle = el("circle", {{ cx: 60, cy: 60, r: 9, "data-handle": "w" }});
const drawn = (n) => text(50, 30, n, {{ {style} }}) + handle + el("path", {{}});
export const panels = (_, n) => [{{ width: 340, height: 200, drawn: drawn(n), drag, alt: `w is ${{n}}` }}];
export const words = (_, n) => [`w is ${{{said}}}`, {words}];
{more}"""
SOUND = {
    "label": "w", "compute": "w", "drag": "{ w: Math.round(px / 40) }", "style": "", "said": "n",
    "more": "", "css": "", "words": '[["w", n]]', "before": "<p style='height: 2000px'>Words.</p>",
}  # fmt: skip
LATER = "if (globalThis.document) setInterval(() => document.querySelector('.moving-sentence').append('!'), 50);"
FAULTS: dict[str, tuple[dict[str, str], set[str]]] = {
    "sound": ({}, set()),
    "deaf": (
        {"compute": "3", "said": "3", "drag": "{}"},
        {"a control changes nothing", "no control changes the words", "a handle changes nothing"},
    ),
    "restless": (
        {"more": LATER, "compute": "w + (globalThis.document ? 1 : 0)"},
        {"it moves by itself", "without scripts it says something else than with them"},
    ),
    "unkind": (
        {
            "label": " ",
            "more": "globalThis.document?.querySelectorAll('input').forEach((own) => { own.tabIndex = -1; });",
            "style": "style: 'font-size: 9px; fill: #999'",
            "css": ".moving-play { display: inline !important } .moving { width: 700px }",
        },
        {
            *("a control has no name", "text under 11 px", "text too pale", "it is wider than the page"),
            *("it plays against the reader's wish", "a control has no focus"),
        },
    ),
    "heavy": ({"css": "[data-moves] { padding-top: 90px }"}, {"what is drawn moves the page", "more than 600 KB"}),
    "broken": (
        {"more": "if (globalThis.document) throw Error('thrown');"},
        {
            *("it does not move on a phone", "controls stay off", "a control changes nothing"),
            *("no control changes the words", "a handle changes nothing", "what is drawn moves the page"),
        },
    ),
}
HEAD = """<!DOCTYPE html><html lang="en" data-theme="light"><head><title>Toy</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><style>:root {{ --pst-color-text-base: #111;
--pst-color-background: #fff }} @media (prefers-color-scheme: dark) {{ :root {{ --pst-color-text-base: #eee;
--pst-color-background: #111 }} }} body {{ background: var(--pst-color-background); color: var(--pst-color-text-base) }}
{style}</style><script defer src="figures.js"></script></head><body><main>{body}</main></body></html>"""


@pytest.fixture(scope="module")
def faulty(browser: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is found on pages with a faulty figure."""
    from course_figures import markup
    from course_node import WORKER

    folder, book = tmp_path_factory.mktemp("faulty"), ROOT / "book"
    (folder / "figures").mkdir()
    (folder / "package.json").write_text('{"type": "module"}')
    for name in ("kit.js", "page.js"):
        shutil.copy(book / "_figures" / name, folder / "figures")
    shutil.copy(book / "_static" / "figures.js", folder)
    style = (book / "_static" / "figures.css").read_text(encoding="utf-8")
    for name, (parts, _) in FAULTS.items():
        filled, module = SOUND | parts, folder / "figures" / f"{name}.js"
        module.write_text(TOY.format(**filled))
        body = filled["before"] + markup(module, name, "A toy", "figures", {})
        (folder / f"{name}.html").write_text(HEAD.format(style=style + filled["css"], body=body))
        if name == "heavy":
            module.write_text(f"{TOY.format(**filled)}// {np.random.default_rng(0).bytes(700_000).hex()}")
    WORKER.close()
    found = use(browser, folder, [f"{name}.html" for name in FAULTS])
    return {name: wrong(found[name, name]) for name in FAULTS}


@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", FAULTS)
def test_faults_of_figures_are_seen(faulty: dict[str, list[str]], name: str) -> None:
    assert set(faulty[name]) == FAULTS[name][1]


# --- rounds


@pytest.mark.parametrize("a", [-1.0, -0.3, 0.0, 0.8, 1.0])
def test_a_scan_goes_on_round_by_round_as_the_packages(a: float) -> None:
    settings = [{"a": a, "r": r} for r in range(4)]
    for given, seen in zip(settings, compute("rounds", settings), strict=True):
        x = np.array(seen["x"], float)
        close(seen["h"], after.loop(np.full((8, 1, 1), a), x[:, None, None], np.zeros((1, 1)))[:, 0, 0])
        factors, sums = np.full(8, a), x.copy()
        for reach in [1, 2, 4][: given["r"]]:
            pair = after.combine(factors[:-reach], sums[:-reach], factors[reach:], sums[reach:])
            factors[reach:], sums[reach:] = pair
        close(seen["a"], factors)
        close(seen["b"], sums)
        assert seen["from"] == [max(0, t + 1 - 2 ** given["r"]) for t in range(8)]
    close(seen["b"], seen["h"])
