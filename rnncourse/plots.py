"""Figures of the book: one style, and the drawings that chapters share.

Every helper draws into an axes (a new figure unless one is given), labels both axes, but of a drawing without any, and
returns the axes.
In a notebook, write ``ax = …``: a bare call would print the axes too, and nbval knows no semicolon that stops it.
matplotlib is needed: ``pip install "rnncourse[plots]"``. :func:`trace` needs torch.
"""

from __future__ import annotations

import re
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
    from matplotlib.axis import Axis
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from rnncourse._arrays import expect, expect_ids

if TYPE_CHECKING:
    import torch

# Hues of Okabe and Ito's palette, which readers with the common colour blindnesses tell apart, so dark that a label in
# any of them can be read on white; and what a dark page shows in the place of each, to be read there.
COLOURS = ("#0072B2", "#B34700", "#007A59", "#A3457B", "#4F5BC4", "#806000", "#1A1A1A")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
INK, FAINT, GRID = COLOURS[-1], "#6B6B6B", "#DDDDDD"
GROUND = "#FEFEFE"  # of letters on a coloured mark: as the page behind the figure
DARK_GROUND = "#121212"
DARK = {
    "#0072B2": "#5CB8EE",
    "#B34700": "#F0853C",
    "#007A59": "#2EC79B",
    "#A3457B": "#E59AC4",
    "#4F5BC4": "#A5ADFF",
    "#806000": "#E0B43A",
    INK: "#E6E6E6",
    FAINT: "#9A9A9A",
    GRID: "#3A414A",
    GROUND: DARK_GROUND,
}

# Inches. With its margin, a figure has 331 points; a phone of 360 pixels shows it on 328 of them, and letters of 11.
WIDTH = 4.4
STYLE: Any = {
    "figure.figsize": (WIDTH, 2.9),
    "figure.dpi": 120,
    "figure.constrained_layout.use": True,
    # White where the figure is alone, in a notebook; a page takes it away, `on_page`.
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.facecolor": "none",
    "font.size": 11.2,
    "axes.titlesize": 11.2,
    "axes.prop_cycle": cycler(color=COLOURS),
    "axes.spines.top": False,
    "axes.spines.right": False,
    **dict.fromkeys(("axes.edgecolor", "axes.labelcolor", "text.color", "xtick.color", "ytick.color"), INK),
    "patch.edgecolor": INK,  # of arrows too
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "legend.fontsize": 11.2,
    "image.cmap": "cividis",
    # Names of clip paths would be random, and every build would change every figure.
    "svg.hashsalt": "rnncourse",
}


def on_page(svg: str, dark: bool) -> str:
    """A figure as a page shows it: without its white ground, and in the colours of a dark page where it is one.

    Colours that are no part of the style, of a heat map for example, stay what they are.
    """
    svg = re.sub(r'(<g id="patch_1">\s*)<path [^>]*style="fill: #ffffff[^"]*"\s*/>', r"\1", svg, count=1)
    known = {light.lower(): there.lower() for light, there in DARK.items()} if dark else {}
    return re.sub(r"#[0-9a-f]{6}\b", lambda colour: known.get(colour[0], colour[0]), svg)


def ink_on(colour: Any) -> str:
    """Black or white, whichever can be read on this colour: for letters on what looks alike on every page."""
    rgb = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(colour)]
    luminance = float(np.dot(rgb, (0.2126, 0.7152, 0.0722)))
    return "black" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "white"


def log_ticks(axis: Axis) -> None:
    """Make an axis logarithmic, with plain numbers at 1, 2 and 5 of a decade where it has two decades or less.

    Where it has half a decade or less, more of them.
    """
    low, high = sorted(axis.get_data_interval())
    name = axis.axis_name  # type: ignore[attr-defined] # of every axis, and not in matplotlib's own stubs
    axis.axes.set(**{f"{name}scale": "log"})
    if 0 < low < high <= 100 * low:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high > 5 * low else (1, 1.2, 1.5, 2, 3, 4, 5, 6, 8)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())


def use_style() -> None:
    """Set the style of the book; in a notebook, figures become SVG that is the same at every execution.

    And PNG, for JupyterLab shows no SVG of a notebook that came from elsewhere.
    """
    mpl.rcParams.update(STYLE)
    if "IPython" in sys.modules:
        from IPython import get_ipython

        if hasattr(get_ipython(), "kernel"):
            from matplotlib_inline.backend_inline import set_matplotlib_formats

            set_matplotlib_formats("svg", "png", metadata={"Date": None})  # type: ignore[no-untyped-call]


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
        ax.axhline(baseline, color=FAINT, linestyle="--", linewidth=1.2, label=baseline_label)
    if log:
        log_ticks(ax.yaxis)
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
    ax.plot(t, target, color=FAINT, linewidth=3, alpha=0.6, label="data")
    ax.plot(t[: start + 1], prediction[: start + 1], color=COLOURS[0], label="one step ahead")
    ax.plot(t[start:], prediction[start:], color=COLOURS[1], linestyle="--", label="free running")
    ax.axvline(start, color=FAINT, linewidth=1, linestyle=":")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.22), ncols=3, columnspacing=1, handlelength=1.5)
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
    ax = ax or plt.subplots(figsize=(WIDTH, 0.9 * WIDTH))[1]
    image = ax.imshow(percent, cmap="Blues", vmin=0, vmax=100, aspect="auto")
    for (i, j), p in np.ndenumerate(percent):
        if counts[i, j]:
            colour = ink_on(image.cmap(image.norm(p)))
            ax.text(j, i, f"{p:.0f}", ha="center", va="center", color=colour)
    ax.grid(False)
    ax.set_xticks(range(n), classes, rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(n), classes)
    ax.set(xlabel="predicted (% of the true class)", ylabel="true")
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
    log_ticks(ax.xaxis)
    log_ticks(ax.yaxis)
    ax.set(xlabel=xlabel, ylabel=ylabel)
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


def unrolled_graph(graph: Unrolled, ax: Axes | None = None, parameters: bool = False) -> Axes:
    """Draw what :func:`trace` found: inputs below, states in the middle, outputs above, one column a step.

    With ``parameters``, one node for all of them, below the inputs, and an arrow to each state that used any.
    """
    ax = ax or plt.subplots(figsize=(WIDTH, 3.6 if parameters else 2.7))[1]
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
            "color": FAINT,
            "shrinkA": 16,
            "shrinkB": 16,
            "connectionstyle": f"arc3,rad={-0.35 if skips else 0}",
        }
        ax.annotate("", (x1, y1), (x0, y0), arrowprops=arrow)
    for name in sorted(nodes):
        ax.plot(*place[name], "o", markersize=25, color=colour[name[0]], markeredgecolor=GROUND)
        ax.text(
            *place[name], f"${name[0]}_{{{name[1:]}}}$", color=GROUND, ha="center", va="center", fontsize=12.5, zorder=5
        )
    names = dict.fromkeys(name for used in graph.parameters for name in used)
    if parameters and names:
        middle = ((graph.T + 1) / 2, -1.0)
        for t, used in enumerate(graph.parameters, 1):
            if used:
                arrow = {"arrowstyle": "-|>", "color": COLOURS[3], "shrinkA": 12, "shrinkB": 16}
                ax.annotate("", place[f"h{t}"], middle, arrowprops=arrow)
        box = {"boxstyle": "round", "facecolor": COLOURS[3], "edgecolor": GROUND}
        ax.text(*middle, ", ".join(names), color=GROUND, ha="center", va="center", bbox=box, zorder=5)
    elif graph.parameters and graph.parameters[0] and len(set(graph.parameters)) == 1:
        shared = "every step uses the same " + ", ".join(graph.parameters[0])
        ax.set_title(fill(shared, width=46))
    top = 2.0 if any(name.startswith("o") for name in nodes) else 1.0
    bottom = -1.5 if parameters and names else -0.5
    ax.set(xlim=(-0.6, graph.T + 0.6), ylim=(bottom, top + 0.5), xlabel="step t", xticks=range(graph.T + 1))
    ax.set_yticks([height[k] for k in "xho" if height[k] <= top], ["input", "state", "output"][: int(top) + 1])
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    return ax


def connections(C: np.ndarray[Any, Any], ax: Axes | None = None) -> Axes:
    """Draw the network of a connection matrix (L, 1+2L): arrows within a step, and broken ones with a delay of one.

    A layer stands above all that feed it within a step; see :func:`rnncourse.bidirectional.network_forward`.
    """
    expect_ids("C", C, None, below=2)
    ax, L = ax or plt.subplots(figsize=(WIDTH, 3.6))[1], len(C)
    level = [1] * L
    for _ in range(L):  # as often as a way can be long
        level = [1 + max((level[j] for j in np.flatnonzero(row[1 : 1 + L])), default=0) for row in C]
    place = {"x": (0.0, 0.0)}
    for height in sorted(set(level)):
        row = [i for i in range(L) if level[i] == height]
        place |= {f"h{i}": (k - (len(row) - 1) / 2, float(height)) for k, i in enumerate(row)}
    names = ["x", *[f"h{j}" for j in range(L)] * 2]
    for i, k in np.argwhere(C).tolist():
        (x0, y0), (x1, y1), delayed = place[names[k]], place[f"h{i}"], k > L
        own = names[k] == f"h{i}"
        bend = -1.6 if own else 0.3 if delayed or y1 - y0 > 1 else 0.0
        arrow = {
            "arrowstyle": "-|>",
            "color": COLOURS[1] if delayed else COLOURS[0],
            "linestyle": "--" if delayed else "-",
            "connectionstyle": f"arc3,rad={bend}",
            "shrinkA": 2 if own else 15,
            "shrinkB": 2 if own else 15,
        }
        ends = ((x0 + 0.1, y0 + 0.16), (x0 + 0.1, y0 - 0.16)) if own else ((x0, y0), (x1, y1))
        ax.annotate("", ends[1], ends[0], arrowprops=arrow)
    for name, (x, y) in place.items():
        ax.plot(x, y, "o", ms=24, color=COLOURS[2] if name == "x" else COLOURS[0], mec=GROUND)
        ax.text(x, y, "$x$" if name == "x" else f"$h^{{{name[1:]}}}$", color=GROUND, ha="center", va="center")
    wide = max(abs(x) for x, _ in place.values())
    ax.set(xlim=(-wide - 0.8, wide + 0.8), ylim=(-0.5, max(level) + 0.5))
    ax.axis("off")
    return ax
