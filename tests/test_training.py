import os
import random
import signal
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient

from rnncourse.training import Carried, History, adam, descend, fit, minibatches, seed_everything


class Problem:
    """An RNN on a long series in chunks, with dropout, noise from all three generators and a carried state."""

    def __init__(self) -> None:
        seed_everything(3)
        self.rnn = torch.nn.RNN(2, 5)
        self.head = torch.nn.Linear(5, 1)
        self.carried = Carried(torch.zeros(1, 4, 5))
        self.parameters = [*self.rnn.parameters(), *self.head.parameters()]
        self.optimiser = torch.optim.Adam(self.parameters, lr=0.01)
        self.scheduler = torch.optim.lr_scheduler.ExponentialLR(self.optimiser, 0.9)

    def batch(self, step: int) -> torch.Tensor:
        return torch.from_numpy(np.random.default_rng(step).standard_normal((6, 4, 2))).float()

    def loss(self, x: torch.Tensor) -> torch.Tensor:
        x = x + random.random() + float(np.random.standard_normal()) + torch.randn(())  # noqa: NPY002
        h, h_T = self.rnn(x, self.carried.value)
        self.carried.value = h_T.detach()
        return ((self.head(torch.dropout(h, 0.3, True)) - x.sum(-1, keepdim=True)) ** 2).mean()

    def validate(self) -> float:
        self.scheduler.step()
        return float(self.head.weight.detach().sum() + torch.randn(()))

    def run(self, steps: int, path: Path | None = None, before: Callable[[int], None] = lambda step: None) -> History:
        def batches(step: int) -> torch.Tensor:
            before(step)
            return self.batch(step)

        return fit(
            self.loss,
            batches,
            self.optimiser,
            steps,
            clip_norm=1.0,
            validate=self.validate,
            validate_every=7,
            checkpoint=path,
            checkpoint_every=10,
            keep={"carried": self.carried, "scheduler": self.scheduler},
            progress=False,
        )


def assert_same(p: Problem, a: History, q: Problem, b: History) -> None:
    assert a == b
    assert all(torch.equal(u, v) for u, v in zip(p.parameters, q.parameters, strict=True))
    assert torch.equal(p.carried.value, q.carried.value)
    assert p.scheduler.state_dict() == q.scheduler.state_dict()


def test_the_loop_equals_one_written_out() -> None:
    p = Problem()
    history = p.run(25)
    q = Problem()
    losses, norms, valid = [], [], []
    for step in range(25):
        loss = q.loss(q.batch(step))
        q.optimiser.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(q.parameters, 1.0).item())
        q.optimiser.step()
        losses.append(loss.item())
        if step + 1 in (7, 14, 21, 25):
            valid.append((step + 1, q.validate()))
    assert max(norms) > 1
    assert_same(p, history, q, History(losses, norms, valid))


def test_training_in_two_parts_equals_training_in_one(tmp_path: Path) -> None:
    p, path = Problem(), tmp_path / "c.pt"
    whole = p.run(33)
    Problem().run(14, path)  # ends with a validation, as the whole run has one there
    q = Problem()
    seed_everything(97)
    assert_same(p, whole, q, q.run(33, path))


def test_interruption_ends_after_the_step_and_resumes_exactly(tmp_path: Path) -> None:
    p, path, handler = Problem(), tmp_path / "c.pt", signal.getsignal(signal.SIGINT)
    whole = p.run(33)
    interrupted = Problem().run(33, path, lambda step: os.kill(os.getpid(), signal.SIGINT) if step == 16 else None)
    assert interrupted.interrupted
    assert interrupted.losses == whole.losses[:17]
    q = Problem()
    seed_everything(97)
    assert_same(p, whole, q, q.run(33, path))
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_crash_between_checkpoints_resumes_from_the_last_one(tmp_path: Path) -> None:
    p, path = Problem(), tmp_path / "c.pt"
    whole = p.run(33)

    def crash(step: int) -> None:
        if step == 27:
            raise RuntimeError("the machine went away")

    with pytest.raises(RuntimeError):
        Problem().run(33, path, crash)
    q = Problem()
    seen: list[int] = []
    assert_same(p, whole, q, q.run(33, path, seen.append))
    assert seen[0] == 20


def test_a_second_interrupt_returns_the_history_too() -> None:
    def twice(step: int) -> None:
        if step == 4:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)

    history = Problem().run(33, None, twice)
    assert history.interrupted
    assert len(history.losses) == 4


def test_a_finished_run_is_not_run_again(tmp_path: Path) -> None:
    path = tmp_path / "c.pt"
    history = Problem().run(9, path)

    def never(step: int) -> None:
        raise AssertionError

    assert Problem().run(9, path, never) == history


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.pt"
    Problem().run(3, path)
    w = torch.zeros(2, requires_grad=True)
    with pytest.raises(ValueError, match=r"expected parameters \[\(2,\)\] and keep \[\]"):
        fit(lambda b: w.sum(), [0], torch.optim.SGD([w], 0.1), 3, checkpoint=path, progress=False)


def line(slope: float = 1.0, lr: float = 0.1) -> tuple[Any, torch.optim.Optimizer, torch.Tensor]:
    w = torch.ones(1, requires_grad=True)
    return (lambda b: slope * b * w.sum()), torch.optim.SGD([w], lr), w


def test_nan_and_infinite_stop_with_a_clear_error_before_the_parameters_change() -> None:
    loss, optimiser, w = line()
    with pytest.raises(FloatingPointError, match=r"loss of step 3 is nan \(losses before: 1, 0\.9\)"):
        fit(loss, [1.0, 1.0, float("nan")], optimiser, 5, progress=False)
    assert w.item() == pytest.approx(0.8)
    w = torch.zeros(1, requires_grad=True)
    with pytest.raises(FloatingPointError, match=r"gradient norm of step 1 is inf"):
        fit(lambda b: w.sqrt().sum(), [0], torch.optim.SGD([w], 0.1), 5, progress=False)
    assert w.item() == 0


def test_a_sequence_is_gone_through_again() -> None:
    loss, optimiser, w = line()
    fit(loss, [1.0, 10.0], optimiser, 5, progress=False)
    assert w.item() == pytest.approx(1 - 0.1 * (1 + 10 + 1 + 10 + 1))


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"steps": 0}, ValueError, "steps=0"),
        ({"validate_every": 0}, ValueError, "validate_every=0"),
        ({"checkpoint_every": 0}, ValueError, "checkpoint_every=0"),
        ({"clip_norm": 0.0}, ValueError, "clip_norm"),
        ({"batches": iter([1])}, TypeError, "list_iterator"),
        ({"batches": []}, TypeError, "batches"),
        ({"loss_fn": lambda b: 3.0}, TypeError, r"one number, got 3\.0"),
        ({"loss_fn": lambda b: torch.zeros(2)}, TypeError, "one number"),
    ],
)
def test_fit_refuses(kwargs: dict[str, Any], error: type[Exception], message: str) -> None:
    loss, optimiser, _ = line()
    with pytest.raises(error, match=message):
        fit(**{"loss_fn": loss, "batches": [1.0], "optimiser": optimiser, "steps": 2, "progress": False} | kwargs)


def test_minibatches_visit_everything_once_an_epoch_in_an_order_of_their_own() -> None:
    batch = minibatches(10, 4, seed=1)
    epochs = [np.concatenate([batch(3 * e + i) for i in range(3)]) for e in range(3)]
    for epoch in epochs:
        assert sorted(epoch) == list(range(10))
    assert not np.array_equal(epochs[0], epochs[1])
    assert [len(batch(s)) for s in range(6)] == [4, 4, 2, 4, 4, 2]
    np.testing.assert_array_equal(minibatches(10, 4, seed=1)(7), batch(7))
    assert not np.array_equal(np.concatenate([minibatches(10, 4, seed=2)(i) for i in range(3)]), epochs[0])
    with pytest.raises(ValueError, match="batch_size=0"):
        minibatches(3, 0)


def test_seeds() -> None:
    def draw() -> tuple[float, float, float]:
        return random.random(), float(np.random.random()), float(torch.rand(()))  # noqa: NPY002

    seed_everything(5)
    a = draw()
    b = draw()
    seed_everything(5)
    assert draw() == a
    assert all(x != y for x, y in zip(a, b, strict=True))
    with pytest.raises(ValueError, match="got -1"):
        seed_everything(-1)


def test_the_terminal_gets_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    loss, optimiser, _ = line()
    fit(loss, [1.0], optimiser, 5, validate=lambda: 2.5)
    assert capsys.readouterr().out == "5 steps: loss 1 → 0.6, validation 2.5\n"


NOTEBOOK = """
import time, torch
from rnncourse.training import fit
w = torch.ones(1, requires_grad=True)
def loss(b):
    time.sleep(0.02)
    return w.sum()
print("before")
fit(loss, [0], torch.optim.SGD([w], 0.01), 40);
"""


def test_an_executed_notebook_keeps_one_line_and_no_time(run_notebook: Callable[[NotebookClient], None]) -> None:
    """The bar is shown while the cell runs (messages of display updates) and leaves nothing behind."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(NOTEBOOK)])
    shown: list[str] = []

    class Client(NotebookClient):
        def process_message(self, msg: Any, cell: Any, index: int) -> Any:
            if msg["msg_type"] == "update_display_data":
                shown.append(msg["content"]["data"]["text/plain"])
            return super().process_message(msg, cell, index)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the kernel's own start
        run_notebook(Client(notebook, kernel_name="python3", timeout=120))
    outputs = notebook.cells[0].outputs
    assert [o.get("text", o.get("data")) for o in outputs] == [
        "before\n",
        {"text/html": "<span></span>", "text/plain": ""},
        "40 steps: loss 1 → 0.61\n",
    ]
    assert any("loss" in text and "/40" in text for text in shown)


def test_adam_is_torchs() -> None:
    rng = np.random.default_rng(0)
    params = {"W": rng.standard_normal((3, 4)), "b": rng.standard_normal(3)}
    theirs = {n: torch.tensor(p, requires_grad=True) for n, p in params.items()}
    optimiser = torch.optim.Adam(theirs.values(), lr=0.05, betas=(0.8, 0.95), eps=1e-6)
    state: dict[str, Any] = {}
    for _ in range(50):
        grads = {n: rng.standard_normal(p.shape) * 10.0 ** rng.integers(-8, 3) for n, p in params.items()}
        for n, t in theirs.items():
            t.grad = torch.tensor(grads[n])
        optimiser.step()
        adam(params, grads, state, lr=0.05, betas=(0.8, 0.95), eps=1e-6)
        for n, t in theirs.items():
            np.testing.assert_allclose(params[n], t.detach().numpy(), rtol=1e-10, atol=1e-12)


def test_adam_refuses() -> None:
    params = {"W": np.zeros(3)}
    for grads, message in (
        ({"V": np.zeros(3)}, r"expected \['W'\], got \['V'\]"),
        ({"W": np.zeros(2)}, r"shape \(3,\), got \(2,\)"),
        ({"W": np.array([0, np.nan, 0])}, "finite"),
    ):
        state: dict[str, Any] = {}
        with pytest.raises(ValueError, match=message):
            adam(params, grads, state)
        assert not state


@pytest.mark.parametrize("clip_norm", [None, 0.5])
def test_descend_is_fit_with_gradients_by_hand(clip_norm: float | None, capsys: pytest.CaptureFixture[str]) -> None:
    """Least squares, an example a step, by torch's autograd, clipping and Adam."""
    x, y = np.random.default_rng(0).standard_normal((30, 5)), np.arange(30.0)
    w, theirs = {"w": np.zeros(5)}, torch.zeros(5, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([theirs], lr=0.1)

    def ours(step: int) -> tuple[float, dict[str, np.ndarray[Any, Any]]]:
        e = x[step % 30] @ w["w"] - y[step % 30]
        return e**2, {"w": 2 * e * x[step % 30]}

    def loss(step: int) -> torch.Tensor:
        optimiser.param_groups[0]["lr"] = 0.1 / (1 + step)
        return (torch.from_numpy(x)[step % 30] @ theirs - y[step % 30]) ** 2

    wanted = fit(loss, range(60), optimiser, 60, clip_norm=clip_norm, progress=True)
    history = descend(ours, w, 60, lr=lambda step: 0.1 / (1 + step), clip_norm=clip_norm)
    np.testing.assert_allclose(history.losses, wanted.losses, rtol=1e-10)
    np.testing.assert_allclose(history.norms, wanted.norms, rtol=1e-10)
    np.testing.assert_allclose(w["w"], theirs.detach().numpy(), rtol=1e-10)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == said[1]
    assert said[0].startswith("60 steps: loss 0 → ")


def test_descend_refuses() -> None:
    w = {"w": np.ones(2)}
    for bad, message in (({"steps": 0}, "steps=0"), ({"steps": 1, "clip_norm": 0.0}, "clip_norm")):
        with pytest.raises(ValueError, match=message):
            descend(lambda step: (0.0, w), w, **bad)  # type: ignore[arg-type]
    with pytest.raises(FloatingPointError, match="loss of step 2 is nan"):
        descend(lambda step: (np.nan if step else 1.0, {"w": np.zeros(2)}), w, 3)
    with pytest.raises(FloatingPointError, match="gradient norm of step 1 is inf"):
        descend(lambda step: (1.0, {"w": np.full(2, np.inf)}), w, 3)
    assert (w["w"] == 1).all()


@pytest.mark.parametrize("clip_norm", [None, 1e-2, 1e6])
def test_sparse_gradients_train_as_dense_ones(clip_norm: float | None) -> None:
    found = []
    for sparse in (True, False):
        torch.manual_seed(0)
        embedding, head = torch.nn.Embedding(7, 3, sparse=sparse, dtype=torch.float64), torch.nn.Linear(3, 1).double()
        optimiser = torch.optim.SGD([*embedding.parameters(), *head.parameters()], 0.1)
        ids = torch.tensor([1, 1, 4, 1, 2])

        def loss(batch: torch.Tensor, embedding: Any = embedding, head: Any = head) -> torch.Tensor:
            return ((head(embedding(batch)) - 1) ** 2).sum()

        history = fit(loss, [ids], optimiser, 5, clip_norm=clip_norm, progress=False)
        found.append([*history.losses, *history.norms, *embedding.weight.detach().flatten().tolist()])
    np.testing.assert_allclose(*found, rtol=1e-12)


@pytest.mark.parametrize("line_search", [None, "strong_wolfe"])
def test_an_optimiser_that_evaluates_several_times_finds_the_least_squares(line_search: str | None) -> None:
    rng = np.random.default_rng(0)
    A, y = (torch.from_numpy(rng.normal(size=shape)) for shape in ((30, 4), (30,)))
    w = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([w], lr=1.0 if line_search else 0.1, line_search_fn=line_search)
    history = fit(lambda batch: ((A @ w - batch) ** 2).mean(), [y], optimiser, 30, progress=False)
    assert len(history.losses) == len(history.norms) == 30
    assert history.losses[0] == (y**2).mean().item()
    np.testing.assert_allclose(w.detach(), np.linalg.lstsq(A.numpy(), y.numpy(), rcond=None)[0], atol=1e-4)


def test_an_optimiser_that_evaluates_several_times_leaves_the_parameters_of_the_step_before() -> None:
    w = torch.tensor([1.0], requires_grad=True)
    calls: list[int] = []

    def loss(batch: int) -> torch.Tensor:
        calls.append(1)
        return (w**2).sum() if len(calls) < 3 else (w * torch.nan).sum()

    with pytest.raises(FloatingPointError, match="the loss of step 1 is nan"):
        fit(loss, [0], torch.optim.LBFGS([w], lr=0.1), 2, progress=False)
    assert w.item() == 1.0
