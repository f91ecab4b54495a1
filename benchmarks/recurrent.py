"""RNN, GRU and LSTM: kernels and layers against torch.nn, forward and backward, and a whole training step; RTRL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.harness import Answers, Ask, Effort, Row, compare, process, training

SIZES = {"S": (16, 50, 8, 32), "A": (32, 100, 64, 128), "B": (64, 200, 128, 256)}  # B, T, F, H
CELLS = {"RNN": 1, "GRU": 3, "LSTM": 4}  # blocks of H rows
KERNEL = {
    "RNN": {"S": 5.0, "A": 2.0, "B": 1.35},
    "GRU": {"S": 4.0, "A": 1.5, "B": 1.3},
    "LSTM": {"S": 0.9, "A": 0.95, "B": 1.3},
}
LAYER = {"RNN": {"A": 1.5}, "GRU": {"A": 1.4}, "LSTM": {"A": 0.85, "B": 1.2}}
LOOP = {"S": 6.0, "A": 1.8, "B": 1.3}
RTRL_F, RTRL_H, RTRL_T, RTRL_TARGET = (1, 8, 32), 32, 200, 180.0
SYMBOLS = {"weight_ih_l0": "W_ih", "weight_hh_l0": "W_hh", "bias_ih_l0": "b_ih", "bias_hh_l0": "b_hh"}
WORDS = 64  # of the vocabulary in a training step


def problem(cell: str, size: str) -> Answers:
    (B, T, F, H), blocks = SIZES[size], CELLS[cell]
    rng, bound = np.random.default_rng(0), SIZES[size][3] ** -0.5  # torch's own initial weights: uniform in ±1/√H
    shapes = {"W_ih": (blocks * H, F), "W_hh": (blocks * H, H), "b_ih": (blocks * H,), "b_hh": (blocks * H,)}
    arrays = {name: rng.uniform(-bound, bound, shape) for name, shape in shapes.items()}
    arrays |= {"x": rng.standard_normal((T, B, F)), "dh_out": rng.standard_normal((T, B, H)) / (T * B)}
    return {name: array.astype(np.float32) for name, array in arrays.items()}


# Sides: each returns a training pass, without a gradient of x, as in a first layer.


def kernel(cell: str, size: str) -> Callable[[], Answers]:
    from importlib import import_module

    module, p = import_module(f"rnncourse.kernels.{cell.lower()}"), problem(cell, size)
    states = [np.zeros((p["x"].shape[1], p["W_hh"].shape[1]), np.float32) for _ in range(2 if cell == "LSTM" else 1)]

    def run() -> Answers:
        h, *_, tape = module.forward(p["x"], *states, p["W_ih"], p["W_hh"], p["b_ih"], p["b_hh"])
        g = module.backward(p["dh_out"], tape, input_gradient=False)
        return {"h": h, "dW_ih": g.dW_ih, "dW_hh": g.dW_hh}

    return run


def layer(cell: str, size: str, package: str) -> Callable[[], Answers]:
    """``torch.nn`` or ``rnncourse.nn``."""
    from importlib import import_module

    import torch

    p = {name: torch.from_numpy(array) for name, array in problem(cell, size).items()}
    module = getattr(import_module(package), cell)(p["x"].shape[2], p["W_hh"].shape[1])
    module.load_state_dict({name: p[symbol] for name, symbol in SYMBOLS.items()})

    def run() -> Answers:
        module.zero_grad()
        h, _ = module(p["x"])
        h.backward(p["dh_out"])
        gradients = {f"d{SYMBOLS[name]}": w.grad.numpy() for name, w in module.named_parameters()}
        return {"h": h.detach().numpy()} | gradients

    return run


def gate_by_gate(cell: str, size: str) -> Callable[[], Answers]:
    """The usual loop from scratch: torch's operations, every gate of every step by itself, autograd."""
    import torch

    p = {name: torch.from_numpy(array) for name, array in problem(cell, size).items()}
    H, blocks = p["W_hh"].shape[1], CELLS[cell]
    W_ih, W_hh, b_ih, b_hh = ([w.clone().requires_grad_() for w in p[name].split(H)] for name in list(SYMBOLS.values()))

    def run() -> Answers:
        for w in (*W_ih, *W_hh, *b_ih, *b_hh):
            w.grad = None
        h = c = p["x"].new_zeros(p["x"].shape[1], H)
        states = []
        for x_t in p["x"]:
            into = [x_t @ W_ih[k].T + b_ih[k] for k in range(blocks)]
            back = [h @ W_hh[k].T + b_hh[k] for k in range(blocks)]
            if cell == "RNN":
                h = torch.tanh(into[0] + back[0])
            elif cell == "GRU":
                r, z = torch.sigmoid(into[0] + back[0]), torch.sigmoid(into[1] + back[1])
                h = (1 - z) * torch.tanh(into[2] + r * back[2]) + z * h
            else:
                i, f, o = (torch.sigmoid(into[k] + back[k]) for k in (0, 1, 3))
                c = f * c + i * torch.tanh(into[2] + back[2])
                h = o * torch.tanh(c)
            states.append(h)
        y = torch.stack(states)
        y.backward(p["dh_out"])
        dW_ih, dW_hh = (torch.cat([w.grad for w in weights]).numpy() for weights in (W_ih, W_hh))
        return {"h": y.detach().numpy(), "dW_ih": dW_ih, "dW_hh": dW_hh}

    return run


def products(cell: str, size: str) -> Callable[[], Answers]:
    """The matrix products of a training pass and nothing else: what no such kernel can go below."""
    p = problem(cell, size)
    (B, T, F, H), G = SIZES[size], CELLS[cell] * SIZES[size][3]
    rows, a, h = p["x"].reshape(T * B, F), np.zeros((T, B, G), np.float32), np.zeros((T, B, H), np.float32)
    W_T, W, dW_ih, dW_hh = (
        np.ascontiguousarray(p["W_hh"].T),
        p["W_hh"],
        np.empty_like(p["W_ih"]),
        np.empty_like(p["W_hh"]),
    )

    def run() -> Answers:
        np.dot(rows, p["W_ih"].T, a.reshape(T * B, G))
        for t in range(T):
            np.dot(h[t], W_T, a[t])
        for t in range(T - 1, -1, -1):
            np.dot(a[t], W, h[t])
        np.dot(a.reshape(T * B, G).T, rows, dW_ih)
        np.dot(a.reshape(T * B, G).T, h.reshape(T * B, H), dW_hh)
        return {}  # zeros: nothing to compare

    return run


def training_step(cell: str, size: str, package: str) -> Callable[[], Answers]:
    """Embedding → layer → linear → cross-entropy → Adam; the answers are the losses of the first three steps."""
    from importlib import import_module

    import torch

    torch.manual_seed(0)
    B, T, F, H = SIZES[size]
    ids, targets = torch.randint(WORDS, (2, T, B))
    embedding, linear = torch.nn.Embedding(WORDS, F), torch.nn.Linear(H, WORDS)
    recurrent = getattr(import_module(package), cell)(F, H)  # both packages draw the same weights
    optimiser = torch.optim.Adam([*embedding.parameters(), *recurrent.parameters(), *linear.parameters()], 1e-3)

    def step() -> float:
        optimiser.zero_grad()
        o = linear(recurrent(embedding(ids))[0])
        loss = torch.nn.functional.cross_entropy(o.flatten(0, 1), targets.flatten())
        loss.backward()
        optimiser.step()
        return loss.item()

    return training(step)


def first_call(cell: str, size: str, package: str) -> float:
    """Milliseconds of the first training step in a process that has imported the package."""
    from importlib import import_module

    import_module(package)
    start = time.perf_counter()
    training_step(cell, size, package)  # makes three steps
    return (time.perf_counter() - start) * 1e3


def rtrl_step(F: int) -> float:
    """Microseconds a step of RTRL at batch 1 in float64, after a check against BPTT."""
    from rnncourse import bptt, rnn
    from rnncourse.kernels import rtrl

    rng, T, H = np.random.default_rng(0), RTRL_T, RTRL_H
    dh_out, x, h0 = rng.standard_normal((T, 1, H)), rng.standard_normal((T, 1, F)), np.zeros((1, H))
    W_ih, W_hh, b = rng.uniform(-1, 1, (H, F)) / H, rng.uniform(-1, 1, (H, H)) / H**0.5, np.zeros(H)
    expected = bptt.backward(dh_out, x, h0, rnn.forward(x, h0, W_ih, W_hh, b, b), W_ih, W_hh)
    times = []
    for _ in range(9):
        start = time.perf_counter()
        got = rtrl.rtrl(dh_out, x, h0, W_ih, W_hh, b, b)
        times.append((time.perf_counter() - start) / T * 1e6)
    for name, a, e in zip(("dW_ih", "dW_hh", "db"), got, expected, strict=False):
        np.testing.assert_allclose(a, e, rtol=1e-12, atol=1e-12 * np.abs(e).max(), err_msg=f"RTRL differs in {name}")
    return float(np.median(times))


# Tables: each yields its rows as they are measured.


def _here(name: str) -> str:
    return f"benchmarks.recurrent:{name}"


def _against(
    what: str, peer: tuple[str, ...], ours: tuple[str, ...], targets: Any, threads: int | None, effort: Effort
) -> Iterator[Row]:
    """Rows for all cells and sizes; a side is a function of this module and its arguments after cell and size."""
    for cell in CELLS:
        for size in SIZES:
            sides = ((_here(name), cell, size, *more) for name, *more in (peer, ours))
            yield {"what": f"{cell} {what}", "config": size, "target": targets.get(cell, {}).get(size)} | compare(
                *sides, threads=threads, effort=effort
            )


def kernels(effort: Effort) -> Iterator[Row]:
    yield from _against("kernel", ("layer", "torch.nn"), ("kernel",), KERNEL, 1, effort)


def loops(effort: Effort) -> Iterator[Row]:
    yield from _against("kernel", ("gate_by_gate",), ("kernel",), dict.fromkeys(CELLS, LOOP), 1, effort)


def floors(effort: Effort) -> Iterator[Row]:
    yield from _against("kernel", ("products",), ("kernel",), {}, 1, effort)


def layers_one_thread(effort: Effort) -> Iterator[Row]:
    yield from _against("layer", ("layer", "torch.nn"), ("layer", "rnncourse.nn"), LAYER, 1, effort)


def layers_default_threads(effort: Effort) -> Iterator[Row]:
    yield from _against("layer", ("layer", "torch.nn"), ("layer", "rnncourse.nn"), {}, None, effort)


def steps(effort: Effort) -> Iterator[Row]:
    targets = dict.fromkeys(CELLS, dict.fromkeys(SIZES, 1.0))
    sides = ("training_step", "torch.nn"), ("training_step", "rnncourse.nn")
    yield from _against("training step", *sides, targets, None, effort)


def first_calls(effort: Effort) -> Iterator[Row]:
    """The first three training steps of a new process, which must not stall."""
    for cell in CELLS:
        times = {}
        for package in ("torch.nn", "rnncourse.nn"):
            found = []
            for _ in range(3):
                with process(None) as ask:
                    found.append(ask("call", _here("first_call"), cell, "A", package))
            times[package] = float(np.median(found))
        yield {
            "what": f"{cell}, first three training steps of a process",
            "config": "A",
            "peer_ms": times["torch.nn"],
            "ours_ms": times["rnncourse.nn"],
            "ratio": times["torch.nn"] / times["rnncourse.nn"],
            "target": None,
        }


def rtrl(effort: Effort) -> Iterator[Row]:
    with process(1) as ask:
        for F in RTRL_F:
            yield _microseconds(F, ask)


def _microseconds(F: int, ask: Ask) -> Row:
    value = ask("call", _here("rtrl_step"), F)
    return {
        "what": f"RTRL, H={RTRL_H}, F={F}",
        "value": value,
        "unit": "µs a step",
        "target": f"≤ {RTRL_TARGET:.0f}",
        "reached": value <= RTRL_TARGET,
    }
