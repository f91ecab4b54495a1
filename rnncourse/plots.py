"""Figures of the book: one style, and the drawings that chapters share.

Every helper draws into an axes (a new figure unless one is given), labels both axes and returns the axes.
In a notebook, write ``ax = …``: a bare call would print the axes too, and nbval knows no semicolon that stops it.
matplotlib is needed: ``pip install "rnncourse[plots]"``. :func:`trace` needs torch.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "plots"):
    import matplotlib as mpl
    import matplotlib.pyplot as plt
    from cycler import cycler
    from matplotlib.axes import Axes
    from matplotlib.ticker import MaxNLocator

from rnncourse._arrays import expect, expect_ids

if TYPE_CHECKING:
    import torch

# Okabe and Ito's palette, which readers with the common colour blindnesses tell apart, the darker ones first.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

STYLE: Any = {
    # 5.6 inches are 538 pixels: letters stay readable where a phone shrinks the figure to its width.
    "figure.figsize": (5.6, 3.3),
    "figure.dpi": 120,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.prop_cycle": cycler(color=COLOURS),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#444444",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "image.cmap": "cividis",
    # Names of clip paths would be random, and every build would change every figure.
    "svg.hashsalt": "rnncourse",
}


def use_style() -> None:
    """Set the style of the book; in a notebook, figures become SVG that is the same at every execution."""
    mpl.rcParams.update(STYLE)
    if "IPython" in sys.modules:
        from IPython import get_ipython

        if hasattr(get_ipython(), "kernel"):
            from matplotlib_inline.backend_inline import set_matplotlib_formats

            set_matplotlib_formats("svg", metadata={"Date": None})  # type: ignore[no-untyped-call]


def loss_curve(
    losses: Sequence[float],
    valid: Sequence[tuple[int, float]] = (),
    baseline: float | None = None,
    baseline_label: str = "chance",
    ylabel: str = "loss (nats)",
    log: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Loss against the step: the training loss, its running mean, validation points and a baseline.

    losses and valid are those of :class:`rnncourse.training.History`. Raises ValueError when there are no losses.
    """
    y = np.asarray(losses, float)
    if y.ndim != 1 or not len(y):
        raise ValueError(f"losses: expected at least one number in a row, got shape {y.shape}")
    ax = ax or plt.subplots()[1]
    step = np.arange(1, len(y) + 1)
    window = max(1, len(y) // 50)
    if window > 1:
        ax.plot(step, y, color=COLOURS[0], alpha=0.25, linewidth=0.8, label="training")
        mean = np.convolve(y, np.ones(window) / window, mode="valid")
        ax.plot(step[window - 1 :], mean, color=COLOURS[0], label=f"training, mean of {window} steps")
    else:
        ax.plot(step, y, color=COLOURS[0], label="training")
    if valid:
        ax.plot(*zip(*valid, strict=True), "o-", color=COLOURS[1], markersize=4, label="validation")
    if baseline is not None:
        ax.axhline(baseline, color="#444444", linestyle="--", linewidth=1.2, label=baseline_label)
    if log:
        ax.set_yscale("log")
    ax.set(xlabel="step", ylabel=ylabel)
    ax.legend()
    return ax


def free_run(
    target: np.ndarray[Any, Any],
    prediction: np.ndarray[Any, Any],
    start: int,
    xlabel: str = "step t",
    ylabel: str = "y",
    ax: Axes | None = None,
) -> Axes:
    """A series and a model that reads it up to step start, and its own outputs from there on.

    Shapes: target and prediction (T,). Raises ValueError when they differ or start is not in 0 … T.
    """
    target, prediction = np.asarray(target, float), np.asarray(prediction, float)
    if target.ndim != 1 or target.shape != prediction.shape:
        raise ValueError(f"expected two series of one shape (T,), got {target.shape} and {prediction.shape}")
    if not 0 <= start <= len(target):
        raise ValueError(f"start: expected a step from 0 to {len(target)}, got {start}")
    ax = ax or plt.subplots()[1]
    t = np.arange(len(target))
    ax.plot(t, target, color="#888888", linewidth=3, alpha=0.6, label="data")
    ax.plot(t[: start + 1], prediction[: start + 1], color=COLOURS[0], label="one step ahead")
    ax.plot(t[start:], prediction[start:], color=COLOURS[1], linestyle="--", label="free running")
    ax.axvline(start, color="#444444", linewidth=1, linestyle=":")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.17), ncols=3)
    return ax


def heatmap(
    h: np.ndarray[Any, Any],
    label: str = "activation",
    limit: float | None = 1.0,
    xlabel: str = "step t",
    ylabel: str = "unit",
    ax: Axes | None = None,
) -> Axes:
    """States along a sequence: steps from left to right, a row a unit, colours even on both sides of zero.

    Shape: h (T, H). The colours end at ±limit, or at the largest absolute value where it is None.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(h=(h, "T H"))
    ax = ax or plt.subplots()[1]
    bound = float(np.abs(h).max()) or 1.0 if limit is None else limit
    image = ax.imshow(
        h.T,
        aspect="auto",
        interpolation="nearest",
        cmap="PuOr",
        vmin=-bound,
        vmax=bound,
        extent=(0.5, len(h) + 0.5, h.shape[1] + 0.5, 0.5),
    )
    ax.grid(False)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.figure.colorbar(image, ax=ax, label=label)
    return ax


def confusion_matrix(
    labels: np.ndarray[Any, Any], predictions: np.ndarray[Any, Any], classes: Sequence[str], ax: Axes | None = None
) -> Axes:
    """How often each true class (a row) was taken for each class (a column), in per cent of the row.

    Shapes: labels and predictions (N,) integers, numbers of classes.
    Raises TypeError or ValueError when they are not, or have different lengths.
    """
    expect_ids("labels", labels, (len(labels),), below=len(classes))
    expect_ids("predictions", predictions, (len(labels),), below=len(classes))
    n = len(classes)
    counts = np.bincount(labels * n + predictions, minlength=n * n).reshape(n, n)
    percent = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax = ax or plt.subplots(figsize=(5.6, 4.8))[1]
    image = ax.imshow(percent, cmap="Blues", vmin=0, vmax=100)
    for (i, j), p in np.ndenumerate(percent):
        if counts[i, j]:
            ax.text(j, i, f"{p:.0f}", ha="center", va="center", fontsize=8, color="white" if p > 55 else "black")
    ax.grid(False)
    ax.set_xticks(range(n), classes, rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(n), classes)
    ax.set(xlabel="predicted", ylabel="true")
    ax.figure.colorbar(image, ax=ax, label="share of the true class (%)")
    return ax


def slope(x: Iterable[float], y: Iterable[float]) -> float:
    """The exponent p of the power law y ∝ x^p that fits best, by least squares on the logarithms.

    Raises ValueError unless there are two or more points, all positive, with different x.
    """
    a, b = np.asarray(list(x), float), np.asarray(list(y), float)
    if a.shape != b.shape or len(set(a.tolist())) < 2 or not (np.all(a > 0) and np.all(b > 0)):
        raise ValueError(f"expected two or more positive points with different x, got x={a} and y={b}")
    return float(np.polyfit(np.log(a), np.log(b), 1)[0])


def log_log_cost(
    x: Sequence[float],
    costs: Mapping[str, Sequence[float]],
    xlabel: str,
    ylabel: str = "time (s)",
    last: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Cost against size on logarithmic axes: measured points, and the line of the power law that fits them.

    The exponent stands in the legend. ``last`` fits the last so many points alone, where the law is reached.
    Raises ValueError as :func:`slope` does.
    """
    ax = ax or plt.subplots()[1]
    size = np.asarray(x, float)
    for i, (label, cost) in enumerate(costs.items()):
        y = np.asarray(cost, float)
        if y.shape != size.shape:
            raise ValueError(f"costs[{label!r}]: expected shape {size.shape}, got {y.shape}")
        fitted = slice(-last if last else None, None)
        p = slope(size[fitted], y[fitted])
        line = np.exp(np.log(y[fitted]).mean() + p * (np.log(size[fitted]) - np.log(size[fitted]).mean()))
        colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]
        ax.plot(size, y, marker, color=colour, markersize=5, label=f"{label}: ∝ size$^{{{p:.2f}}}$")
        ax.plot(size[fitted], line, color=colour)
    ax.set(xscale="log", yscale="log", xlabel=xlabel, ylabel=ylabel)
    if len(size) <= 8:
        ax.set_xticks(size, [f"{s:g}" for s in size])
        ax.set_xticks([], minor=True)
    ax.legend()
    return ax


@dataclass(frozen=True)
class Unrolled:
    """What autograd recorded of T steps: (from, to) edges between ``h0``, ``x1`` …, ``h1`` …, ``o1`` …

    parameters[t-1] are the names of the parameters that step t used, operations[t-1] its number of recorded
    operations.
    """

    T: int
    edges: frozenset[tuple[str, str]]
    parameters: tuple[tuple[str, ...], ...]
    operations: tuple[int, ...]


def trace(
    step: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    h0: torch.Tensor,
    parameters: Mapping[str, torch.Tensor] | None = None,
    readout: Callable[[torch.Tensor], torch.Tensor] | None = None,
) -> Unrolled:
    """Run h_t = step(x_t, h_{t-1}) along x, and read from autograd which values each state came from.

    Nothing is assumed about step: an input that it ignores has no edge, one that it remembers elsewhere has. A
    ``torch.nn.RNN`` is a step as ``lambda x_t, h: rnn(x_t[None], h)[1]``.

    Shapes: x (T, …), h0 as step wants it. Raises ValueError for an empty x, TypeError unless both are floating
    tensors.
    """
    for name, tensor in (("x", x), ("h0", h0)):
        if not hasattr(tensor, "is_floating_point") or not tensor.is_floating_point():
            raise TypeError(f"{name}: expected a floating-point torch tensor, got {type(tensor).__name__}")
    if len(x) == 0:
        raise ValueError("x: expected at least one step, got none")
    names: dict[Any, str] = {}
    leaves = {f"x{t}": x_t.detach().clone().requires_grad_() for t, x_t in enumerate(x, 1)}
    leaves["h0"] = h0.detach().clone().requires_grad_()
    weights = dict(parameters or {})
    h, states, outputs = leaves["h0"], [], []
    for t in range(1, len(x) + 1):
        h = step(leaves[f"x{t}"], h)
        states.append(h)
        names[h.grad_fn] = f"h{t}"
        if readout is not None:
            outputs.append(readout(h))
    edges: set[tuple[str, str]] = set()
    used, operations = [], []

    def sources(root: torch.Tensor) -> tuple[set[str], set[str], int]:
        """Names of states and inputs, names of parameters, and operations between them and root."""
        found: set[str] = set()
        with_weights: set[str] = set()
        seen, todo = {root.grad_fn}, [root.grad_fn]
        n = 0
        while todo:
            node = todo.pop()
            leaf = getattr(node, "variable", None)
            if leaf is not None:
                found.update(name for name, tensor in leaves.items() if tensor is leaf)
                with_weights.update(name for name, tensor in weights.items() if tensor is leaf)
                continue
            if node in names and node is not root.grad_fn:
                found.add(names[node])
                continue
            n += 1
            for following, _ in node.next_functions if node is not None else ():
                if following is not None and following not in seen:
                    seen.add(following)
                    todo.append(following)
        return found, with_weights, n

    for t, state in enumerate(states, 1):
        found, with_weights, n = sources(state)
        edges.update((name, f"h{t}") for name in found)
        used.append(tuple(name for name in weights if name in with_weights))
        operations.append(n)
    for t, o in enumerate(outputs, 1):
        edges.update((name, f"o{t}") for name in sources(o)[0])
    return Unrolled(len(x), frozenset(edges), tuple(used), tuple(operations))


def unrolled_graph(graph: Unrolled, ax: Axes | None = None) -> Axes:
    """Draw what :func:`trace` found: inputs below, states in the middle, outputs above, one column a step."""
    ax = ax or plt.subplots(figsize=(5.6, 2.9))[1]
    height = {"x": 0.0, "h": 1.0, "o": 2.0}
    colour = {"x": COLOURS[2], "h": COLOURS[0], "o": COLOURS[1]}
    nodes = {name for edge in graph.edges for name in edge} | {f"h{t}" for t in range(1, graph.T + 1)}
    nodes |= {f"x{t}" for t in range(1, graph.T + 1)} | {"h0"}
    place = {name: (int(name[1:]), height[name[0]]) for name in nodes}
    for source, to in sorted(graph.edges):
        (x0, y0), (x1, y1) = place[source], place[to]
        skips = y0 == y1 and x1 - x0 > 1
        arrow = {
            "arrowstyle": "-|>",
            "color": "#444444",
            "shrinkA": 16,
            "shrinkB": 16,
            "connectionstyle": f"arc3,rad={-0.35 if skips else 0}",
        }
        ax.annotate("", (x1, y1), (x0, y0), arrowprops=arrow)
    for name in sorted(nodes):
        ax.plot(*place[name], "o", markersize=27, color=colour[name[0]], markeredgecolor="white")
        ax.text(
            *place[name], f"${name[0]}_{{{name[1:]}}}$", color="white", ha="center", va="center", fontsize=12, zorder=5
        )
    if graph.parameters and graph.parameters[0] and len(set(graph.parameters)) == 1:
        shared = "every step uses the same " + ", ".join(graph.parameters[0])
        ax.set_title(fill(shared, width=60), fontsize=10)
    top = 2.0 if any(name.startswith("o") for name in nodes) else 1.0
    ax.set(xlim=(-0.6, graph.T + 0.6), ylim=(-0.5, top + 0.5), xlabel="step t", xticks=range(graph.T + 1))
    ax.set_yticks([height[k] for k in "xho" if height[k] <= top], ["input", "state", "output"][: int(top) + 1])
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    return ax
