"""Recurrent layers against torch.nn, forward and backward. ``python -m benchmarks.recurrent``; see README.md."""

from __future__ import annotations

import argparse
import json
import multiprocessing as mp
import os
import platform
import re
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

# B examples, T steps, F inputs, H hidden units; pairs of measurements; calls in one measurement
CONFIGS = {"S": (16, 50, 8, 32, 60, 20), "A": (32, 100, 64, 128, 40, 3), "B": (64, 200, 128, 256, 15, 1)}
TARGETS = {"kernel": {"A": 2.0, "B": 1.35, "S": 5.0}, "layer": {"A": 1.5}}
RTRL_F, RTRL_H, RTRL_T, RTRL_TARGET = (1, 8, 32), 32, 200, 180.0
Results = dict[str, np.ndarray]
Row = dict[str, Any]


def problem(config: str) -> Results:
    B, T, F, H, *_ = CONFIGS[config]
    rng, bound = np.random.default_rng(0), H**-0.5  # torch's own initial weights: uniform in ±1/√H
    weights = {"W_ih": (H, F), "W_hh": (H, H), "b_ih": (H,), "b_hh": (H,)}
    arrays = {name: rng.uniform(-bound, bound, shape) for name, shape in weights.items()}
    arrays |= {"x": rng.standard_normal((T, B, F)), "dy": rng.standard_normal((T, B, H)) / (T * B)}
    return {name: array.astype(np.float32) for name, array in arrays.items()}


# One side of a comparison: a function of a configuration that returns a training pass (no gradient of x).
def kernel_side(config: str) -> Callable[[], Results]:
    from rnncourse.kernels import rnn

    p = problem(config)
    h0 = np.zeros((p["x"].shape[1], len(p["W_hh"])), np.float32)

    def run() -> Results:
        h, tape = rnn.forward(p["x"], h0, p["W_ih"], p["W_hh"], p["b_ih"], p["b_hh"])
        g = rnn.backward(p["dy"], tape, input_gradient=False)
        return {"h": h, "dW_ih": g.dW_ih, "dW_hh": g.dW_hh, "db_ih": g.db, "db_hh": g.db}

    return run


def module_side(config: str, ours: bool) -> Callable[[], Results]:
    import torch

    from rnncourse.nn import RNN

    p = {name: torch.from_numpy(array) for name, array in problem(config).items()}
    H, F = p["W_ih"].shape
    module = (RNN if ours else torch.nn.RNN)(F, H)
    names = {
        f"{long}_{end}_l0": f"{short}_{end}" for long, short in (("weight", "W"), ("bias", "b")) for end in ("ih", "hh")
    }
    module.load_state_dict({name: p[symbol] for name, symbol in names.items()})

    def run() -> Results:
        module.zero_grad()
        h, _ = module(p["x"])
        h.backward(p["dy"])
        gradients = {f"d{names[name]}": w.grad.numpy() for name, w in module.named_parameters() if w.grad is not None}
        return {"h": h.detach().numpy()} | gradients

    return run


SIDES: dict[str, Callable[[str], Callable[[], Results]]] = {
    "kernel": kernel_side,
    "torch.nn": lambda config: module_side(config, ours=False),
    "layer": lambda config: module_side(config, ours=True),
}


def rtrl_step(F: int) -> float:
    """Microseconds a step of RTRL at batch 1 in float64, after a check against BPTT."""
    from rnncourse import bptt, rnn
    from rnncourse.kernels import rtrl

    rng, T, H = np.random.default_rng(0), RTRL_T, RTRL_H
    dy, x, h0 = rng.standard_normal((T, 1, H)), rng.standard_normal((T, 1, F)), np.zeros((1, H))
    W_ih, W_hh, b = rng.uniform(-1, 1, (H, F)) / H, rng.uniform(-1, 1, (H, H)) / H**0.5, np.zeros(H)
    expected = bptt.backward(dy, x, h0, rnn.forward(x, h0, W_ih, W_hh, b, b), W_ih, W_hh)
    times = []
    for _ in range(9):
        start = time.perf_counter()
        got = rtrl.rtrl(dy, x, h0, W_ih, W_hh, b, b)
        times.append((time.perf_counter() - start) / T * 1e6)
    for name, a, e in zip(("dW_ih", "dW_hh", "db"), got, expected, strict=False):
        np.testing.assert_allclose(a, e, rtol=1e-12, atol=1e-12 * np.abs(e).max(), err_msg=f"RTRL differs in {name}")
    return float(np.median(times))


def worker(connection: Connection) -> None:
    """Serve a process: answer (what, …) requests until None comes."""
    from threadpoolctl import threadpool_info

    passes: dict[tuple[str, str], Callable[[], Results]] = {}
    while request := connection.recv():
        what, *arguments = request
        if what == "result":
            side, config = arguments
            passes[side, config] = SIDES[side](config)
            connection.send(passes[side, config]())
        elif what == "time":
            run, calls = passes[*arguments], CONFIGS[arguments[1]][-1]
            start = time.perf_counter()
            for _ in range(calls):
                run()
            connection.send((time.perf_counter() - start) / calls)
        elif what == "rtrl":
            connection.send(rtrl_step(*arguments))
        else:
            found = [pool for pool in threadpool_info() if pool["internal_api"] == "openblas"]
            connection.send(" ".join(f"{pool['version']} {pool['architecture']}" for pool in found) or "none")


@contextmanager
def process(threads: int | None, **environment: str) -> Any:
    """Start a worker, its threads set before it imports anything; yield ``ask(what, …)``."""
    if threads is not None:
        environment |= {f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "OPENBLAS", "MKL")}
    before = dict(os.environ)
    os.environ.update(environment)
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=worker, args=(theirs,), daemon=True)
    child.start()
    theirs.close()
    os.environ.clear()
    os.environ.update(before)

    def ask(*request: Any) -> Any:
        ours.send(request)
        return ours.recv()

    yield ask
    ours.send(None)
    child.join()


def compare(what: str, config: str, ours: Any, torch_nn: Any, side: str, quick: bool) -> Row:
    """Check that both sides give equal numbers, then time them in turn; the ratio is the median over pairs."""
    got, expected = ours("result", side, config), torch_nn("result", "torch.nn", config)
    for name, e in expected.items():
        np.testing.assert_allclose(
            got[name], e, atol=1e-5 * np.abs(e).max(), rtol=0, err_msg=f"{side} differs in {name}"
        )
    pairs = 3 if quick else CONFIGS[config][-2]
    for _ in range(2):  # warm
        torch_nn("time", "torch.nn", config), ours("time", side, config)
    times = np.array([(torch_nn("time", "torch.nn", config), ours("time", side, config)) for _ in range(pairs)])
    torch_ms, ours_ms = np.median(times, axis=0) * 1e3
    low, ratio, high = np.quantile(times[:, 0] / times[:, 1], (0.25, 0.5, 0.75))
    row = {"what": what, "config": config, "pairs": pairs, "target": TARGETS[side].get(config)}
    row |= {"torch_ms": torch_ms, "ours_ms": ours_ms, "ratio": ratio, "low": low, "high": high}
    print(line(row), flush=True)
    return row


def line(row: Row) -> str:
    target = f"≥ {row['target']}" if row["target"] else ""
    return (
        f"| {row['what']} | {row['config']} | {row['torch_ms']:.2f} | {row['ours_ms']:.2f} | "
        f"{row['ratio']:.2f} ({row['low']:.2f}–{row['high']:.2f}) | {target} |"
    )


HEAD = "| | sizes | torch.nn, ms | ours, ms | times faster (quartiles) | target |\n|---|---|---|---|---|---|"


def measure(quick: bool) -> dict[str, Any]:
    print(HEAD)
    rows, blas = [], {}
    with process(1) as torch_nn:
        variants: list[tuple[str, dict[str, str]]] = [("RNN kernel", {})]
        while variants:
            what, environment = variants.pop()
            with process(1, **environment) as kernel:
                rows += [compare(what, config, kernel, torch_nn, "kernel", quick) for config in CONFIGS]
                blas[what] = kernel("blas")
                if not environment:
                    rtrl = [{"F": F, "H": RTRL_H, "us": kernel("rtrl", F), "target": RTRL_TARGET} for F in RTRL_F]
            if not environment and avx512_unused(blas[what]):
                variants.append(("RNN kernel, AVX-512 asked for", {"OPENBLAS_CORETYPE": "SkylakeX"}))
    for threads in (1, None):
        with process(threads) as both:
            what = f"RNN layer in torch, {'1 thread' if threads else 'default threads'}"
            rows += [compare(what, config, both, both, "layer", quick) for config in CONFIGS]
    for step in rtrl:
        print(f"RTRL, H={step['H']}, F={step['F']}: {step['us']:.0f} µs a step")
    return {"date": date.today().isoformat(), "machine": machine(), "blas": blas, "rows": rows, "rtrl": rtrl}


def cpuinfo() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text() if path.exists() else ""


def avx512_unused(blas: str) -> bool:
    """Whether OpenBLAS did not recognise a CPU with AVX-512, and multiplies at half of its speed."""
    return "avx512f" in cpuinfo() and blas.endswith(("Haswell", "Zen"))


def machine() -> dict[str, Any]:
    found = re.search(r"model name\s*: (.*)", cpuinfo())
    versions = {name: version(name) for name in ("numpy", "torch", "rnncourse")} | {"python": platform.python_version()}
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    cpu = found[1] if found else platform.processor()
    return {"cpu": cpu, "cores": os.cpu_count(), "system": platform.system(), "load": load, **versions}


def markdown(result: dict[str, Any]) -> str:
    m = result["machine"]
    sizes = "; ".join(f"{name}: B={B}, T={T}, F={F}, H={H}" for name, (B, T, F, H, *_) in CONFIGS.items())
    steps = "\n".join(f"| {r['F']} | {r['H']} | {r['us']:.0f} | ≤ {r['target']:.0f} |" for r in result["rtrl"])
    return f"""# Recurrent layers, forward + backward, against torch.nn
{result["date"]} · {m["cpu"]}, {m["cores"]} cores · Python {m["python"]}, NumPy {m["numpy"]}, torch {m["torch"]}

{HEAD}
{chr(10).join(line(row) for row in result["rows"])}

float32. {sizes}. Kernel and torch.nn: 1 thread and a process each.
OpenBLAS of NumPy: {", ".join(f"{blas} ({what})" for what, blas in result["blas"].items())}.
Mean number of busy processes in the last minute: {m["load"]:.1f}; where it is above 1, others measured too.

RTRL, float64, batch 1:

| F | H | µs a step | target |
|---|---|---|---|
{steps}
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recurrent", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="3 pairs each: does it run, not how fast")
    parser.add_argument("--save", metavar="NAME", help="write benchmarks/results/NAME.json and NAME.md")
    arguments = parser.parse_args()
    result = measure(arguments.quick)
    if arguments.save:
        path = Path(__file__).parent / "results" / arguments.save
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        path.with_suffix(".md").write_text(markdown(result), encoding="utf-8")
        print(f"written: {path}.json, {path}.md")


if __name__ == "__main__":
    main()
