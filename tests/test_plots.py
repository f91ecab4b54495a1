import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from nbclient import NotebookClient
from scipy.sparse import coo_array
from scipy.stats import linregress

from rnncourse import bidirectional, plots

mpl.use("Agg")

CLASSES = ("Dutch", "Irish", "Zulu")


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with mpl.rc_context():
        plots.use_style()
        yield
    plt.close("all")


def rnn_graph(T: int = 4) -> plots.Unrolled:
    rnn, head = torch.nn.RNN(2, 3), torch.nn.Linear(3, 2)
    parameters = dict(rnn.named_parameters()) | dict(head.named_parameters())
    return plots.trace(
        lambda x_t, h: rnn(x_t[None], h)[1], torch.randn(T, 1, 2), torch.zeros(1, 1, 3), parameters, head
    )


def all_figures() -> dict[str, Axes]:
    rng = np.random.default_rng(0)
    return {
        "loss": plots.loss_curve(rng.random(200), [(100, 0.4), (200, 0.3)], baseline=1.0),
        "short": plots.loss_curve([3.0, 2.0, 1.0], log=True),
        "free": plots.free_run(np.sin(np.arange(30)), np.cos(np.arange(30)), 12),
        "heat": plots.heatmap(np.tanh(rng.standard_normal((20, 4)))),
        "confusion": plots.confusion_matrix(rng.integers(0, 3, 50), rng.integers(0, 3, 50), CLASSES),
        "cost": plots.log_log_cost([4, 8, 16], {"BPTT": [1, 2, 4.1], "RTRL": [1, 15, 260]}, "units n"),
        "graph": plots.unrolled_graph(rnn_graph()),
        "graph with parameters": plots.unrolled_graph(rnn_graph(), parameters=True),
    }


def test_every_figure_labels_both_axes_and_is_the_same_at_every_build(tmp_path: Path) -> None:
    first, second = all_figures(), all_figures()
    for name, ax in first.items():
        assert ax.get_xlabel(), name
        assert ax.get_ylabel() or name.startswith("graph"), name
        files = [tmp_path / f"{name}{i}.svg" for i in range(2)]
        for file, a in zip(files, (ax, second[name]), strict=True):
            a.figure.savefig(file, metadata={"Date": None})
        assert files[0].read_bytes() == files[1].read_bytes(), name


def test_text_stays_inside_its_figure() -> None:
    for name, ax in all_figures().items():
        ax.figure.canvas.draw()
        box, legend = ax.figure.bbox, ax.get_legend()
        for text in [ax.title, ax.xaxis.label, ax.yaxis.label, *(legend.get_texts() if legend else ())]:
            if text.get_text():
                extent = text.get_window_extent()
                assert extent.x0 >= -1, (name, text)
                assert extent.x1 <= box.x1 + 1, (name, text)


def luminance(colour: str) -> float:
    rgb = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(colour)]
    return float(np.dot(rgb, [0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    """WCAG's ratio."""
    dark, light = sorted(luminance(colour) + 0.05 for colour in (one, other))
    return light / dark


def test_letters_of_any_colour_can_be_read_on_a_light_and_on_a_dark_page() -> None:
    for colour in (*plots.COLOURS, plots.INK, plots.FAINT):
        assert contrast(colour, "white") >= 4.5
        assert contrast(plots.DARK[colour], plots.DARK_GROUND) >= 4.5
        assert contrast(plots.GROUND, colour) >= 4.5  # letters on a mark
        assert contrast(plots.DARK[plots.GROUND], plots.DARK[colour]) >= 4.5


@pytest.mark.parametrize("name", ["Blues", "PuOr", "cividis"])
def test_letters_on_a_heat_map_can_be_read(name: str) -> None:
    for value in np.linspace(0, 1, 41):
        cell = mpl.colormaps[name](value)
        assert contrast(plots.ink_on(cell), mpl.colors.to_hex(cell)) >= 4.5


def test_no_letter_is_smaller_than_11_pixels_on_a_phone() -> None:
    for name, ax in all_figures().items():
        points = 72 * (ax.figure.get_figwidth() + 0.2)  # with the margin that a notebook leaves
        for text in ax.figure.findobj(mpl.text.Text):
            if text.get_text():
                assert text.get_fontsize() * 328 / points >= 11, (name, text)


def test_a_page_shows_a_figure_on_its_own_ground_and_in_its_own_colours(tmp_path: Path) -> None:
    plots.loss_curve([3.0, 2.0, 1.0]).figure.savefig(tmp_path / "a.svg")
    svg = (tmp_path / "a.svg").read_text()
    light, dark = plots.on_page(svg, dark=False), plots.on_page(svg, dark=True)
    assert "fill: #ffffff" in svg
    assert "#ffffff" not in light
    blue, there = plots.COLOURS[0].lower(), plots.DARK[plots.COLOURS[0]].lower()
    assert (blue in light, there in light) == (True, False)
    assert (blue in dark, there in dark) == (False, True)
    assert plots.INK.lower() not in dark


def test_an_arrow_can_be_seen_on_a_dark_page(tmp_path: Path) -> None:
    fig, ax = plt.subplots()
    ax.annotate("", (1, 1), (0, 0), arrowprops={"arrowstyle": "->"})
    fig.savefig(tmp_path / "a.svg")
    assert "stroke: #000000" not in plots.on_page((tmp_path / "a.svg").read_text(), dark=True)


@pytest.mark.parametrize("values", [[1.2, 3.0, 8.0], [0.5, 3.0], [0.9, 40.0], [1.0, 1e6], [2e-7, 3e-5]])
def test_a_logarithmic_axis_has_numbers_enough_to_be_read(values: list[float]) -> None:
    ax = plots.loss_curve(values, log=True)
    ax.figure.canvas.draw()
    low, high = ax.get_ylim()
    ticks = [*ax.yaxis.get_major_ticks(), *ax.yaxis.get_minor_ticks()]
    shown = [t for t in ticks if t.label1.get_text() and low <= t.get_loc() <= high]
    assert len(shown) >= 2


def test_a_notebook_gets_svg_without_a_date(run_notebook: Callable[[NotebookClient], None]) -> None:
    cell = "from rnncourse import plots\nplots.use_style()\nplots.loss_curve([2.0, 1.0]);"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    run_notebook(NotebookClient(notebook, kernel_name="python3", timeout=120))
    (output,) = notebook.cells[0].outputs
    assert "image/svg+xml" in output.data
    assert "dc:date" not in output.data["image/svg+xml"]


def test_loss_curve_draws_the_losses_and_their_running_mean() -> None:
    y = np.random.default_rng(1).random(150)
    ax = plots.loss_curve(y, [(50, 1.0), (150, 0.5)])
    raw, mean, valid = ax.lines
    np.testing.assert_array_equal(raw.get_ydata(), y)
    assert mean.get_xdata()[0] == 3
    np.testing.assert_allclose(mean.get_ydata(), np.lib.stride_tricks.sliding_window_view(y, 3).mean(axis=1))
    assert list(valid.get_xdata()) == [50, 150]


def test_free_run_changes_its_line_where_the_model_is_on_its_own() -> None:
    ax = plots.free_run(np.zeros(10), np.arange(10.0), 6)
    _, ahead, alone, border = ax.lines
    assert ahead.get_xdata()[-1] == alone.get_xdata()[0] == border.get_xdata()[0] == 6
    assert alone.get_ydata()[-1] == 9


def test_heatmap_has_a_row_a_unit_and_its_zero_in_the_middle() -> None:
    h = np.array([[0.5, -3.0], [0.0, 1.0], [0.2, 0.1]])
    image = plots.heatmap(h, limit=None).images[0]
    np.testing.assert_array_equal(image.get_array(), h.T)
    assert image.get_clim() == (-3.0, 3.0)


def test_confusion_matrix_counts_as_scipy_does() -> None:
    rng = np.random.default_rng(0)
    labels, predictions = rng.integers(0, 3, 90), rng.integers(0, 3, 90)
    counts = coo_array((np.ones(90), (labels, predictions)), shape=(3, 3)).toarray()
    image = plots.confusion_matrix(labels, predictions, CLASSES).images[0]
    np.testing.assert_allclose(image.get_array(), 100 * counts / counts.sum(axis=1, keepdims=True))


def test_slope_is_scipys() -> None:
    rng = np.random.default_rng(0)
    x = np.array([8, 16, 32, 64, 128.0])
    y = 3e-6 * x**2.5 * np.exp(0.2 * rng.standard_normal(5))
    assert plots.slope(x, y) == pytest.approx(linregress(np.log(x), np.log(y)).slope)
    ax = plots.log_log_cost(x, {"a": np.where(x < 32, 1.0, x**2.0)}, "n", last=3)
    assert "2.00" in ax.get_legend().get_texts()[0].get_text()
    np.testing.assert_allclose(ax.lines[1].get_ydata(), x[2:] ** 2)


def chain(T: int) -> set[tuple[str, str]]:
    return set(pairwise(f"h{t}" for t in range(T + 1)))


def test_the_trace_of_an_rnn_is_the_unfolded_graph() -> None:
    graph = rnn_graph(4)
    steps = range(1, 5)
    assert graph.edges == chain(4) | {(f"x{t}", f"h{t}") for t in steps} | {(f"h{t}", f"o{t}") for t in steps}
    assert graph.parameters == (("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"),) * 4
    assert len(set(graph.operations)) == 1


def test_the_trace_shows_what_a_step_really_does() -> None:
    """A step that ignores one input, remembers a state behind our back, detaches, and uses a weight once."""
    w = torch.ones(1, requires_grad=True)
    memory: list[torch.Tensor] = []

    def step(x_t: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
        t = len(memory) + 1
        new = torch.tanh(h.detach() if t == 4 else h) * (w if t == 1 else 1)
        if t != 2:
            new = new + x_t
        if t == 3:
            new = new + memory[0]
        memory.append(new)
        return new

    graph = plots.trace(step, torch.randn(4, 1), torch.zeros(1), {"w": w})
    inputs = {("x1", "h1"), ("x3", "h3"), ("x4", "h4")}
    assert graph.edges == (chain(3) | inputs | {("h1", "h3")})
    assert graph.parameters == (("w",), (), (), ())
    ax = plots.unrolled_graph(graph)
    assert not ax.get_title()
    assert {t.get_text() for t in ax.texts} >= {"$x_{2}$", "$h_{4}$"}
    plain, with_w = (len(plots.unrolled_graph(graph, parameters=p).texts) for p in (False, True))
    assert with_w == plain + 2, "one node, and one arrow: to the step that used it"


@pytest.mark.parametrize(("skip", "feedback"), [(False, False), (True, False), (False, True), (True, True)])
def test_a_connection_matrix_is_drawn_with_an_arrow_for_every_one(skip: bool, feedback: bool) -> None:
    C = bidirectional.stacked(3, skip, feedback)
    ax = plots.connections(C)
    arrows = [text.arrow_patch for text in ax.texts if isinstance(text, Annotation)]
    assert len(arrows) == C.sum()
    broken = [arrow for arrow in arrows if arrow is not None and arrow.get_linestyle() == "--"]
    assert len(broken) == C[:, 4:].sum()
    height = {text.get_text(): text.get_position()[1] for text in ax.texts if text.get_text()}
    assert height == {"$x$": 0, "$h^{0}$": 1, "$h^{1}$": 2, "$h^{2}$": 3}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: plots.loss_curve([]), ValueError, "at least one"),
        (lambda: plots.free_run(np.zeros(3), np.zeros(4), 1), ValueError, r"\(3,\) and \(4,\)"),
        (lambda: plots.free_run(np.zeros(3), np.zeros(3), 4), ValueError, "from 0 to 3, got 4"),
        (lambda: plots.heatmap(np.zeros(3)), ValueError, r"shape \(T, H\)"),
        (lambda: plots.confusion_matrix(np.array([0, 3]), np.array([0, 1]), CLASSES), ValueError, "from 0 to 2"),
        (lambda: plots.confusion_matrix(np.array([0]), np.array([0, 1]), CLASSES), ValueError, "predictions"),
        (lambda: plots.connections(np.full((1, 3), 2)), ValueError, "from 0 to 1"),
        (lambda: plots.slope([1, 1], [1, 2]), ValueError, "different x"),
        (lambda: plots.slope([1, 2], [0, 2]), ValueError, "positive"),
        (lambda: plots.log_log_cost([1, 2], {"a": [1]}, "n"), ValueError, r"costs\['a'\]: expected shape \(2,\)"),
        (lambda: plots.trace(lambda x, h: h, torch.zeros(0, 1), torch.zeros(1)), ValueError, "at least one step"),
        (lambda: plots.trace(lambda x, h: h, torch.zeros(2, 1).int(), torch.zeros(1)), TypeError, "floating"),
        (lambda: plots.trace(lambda x, h: h, [1.0], torch.zeros(1)), TypeError, "got list"),
    ],
)
def test_plots_refuse(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_the_package_itself_does_not_import_matplotlib() -> None:
    import subprocess

    code = "import sys, rnncourse; sys.exit('matplotlib' in sys.modules or 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
