"""The training loops of the chapters: an ordinary one in torch, to be watched, interrupted and resumed; one in NumPy.

The latter is Adam on gradients of a backward pass written by hand. torch and tqdm are imported by what needs them.
"""

from __future__ import annotations

import html
import inspect
import math
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from rnncourse._arrays import Array
from rnncourse._extras import needs

if TYPE_CHECKING:
    import torch

Batch = TypeVar("Batch")


class Stateful(Protocol):
    """What a checkpoint can hold: a module, a scheduler, :class:`Carried`."""

    def state_dict(self) -> Any: ...  # noqa: D102
    def load_state_dict(self, state_dict: Any, /) -> Any: ...  # noqa: D102


class Carried:
    """A value that passes from one batch to the next, such as the state of a network that reads a long text."""

    def __init__(self, value: Any = None) -> None:
        self.value = value

    def state_dict(self) -> dict[str, Any]:
        """The value, for a checkpoint."""
        return {"value": self.value}

    def load_state_dict(self, state_dict: dict[str, Any], /) -> None:
        """Take the value of a checkpoint."""
        self.value = state_dict["value"]


@dataclass
class History:
    """What happened: one loss and one gradient norm (before clipping) a step, (steps made, value) a validation."""

    losses: list[float] = field(default_factory=list)
    norms: list[float] = field(default_factory=list)
    valid: list[tuple[int, float]] = field(default_factory=list)
    interrupted: bool = False


def seed_everything(seed: int) -> None:
    """Seed Python's, NumPy's global and torch's random numbers. Raises ValueError unless 0 ≤ seed < 2³²."""
    with needs(__name__, "torch"):
        import torch

    if not 0 <= seed < 2**32:
        raise ValueError(f"seed: expected an integer from 0 to 2**32 - 1, got {seed}")
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - seeds what code of others may draw from
    torch.manual_seed(seed)


def minibatches(n: int, batch_size: int, seed: int = 0) -> Callable[[int], np.ndarray[Any, np.dtype[np.int64]]]:
    """A function from the step to the numbers of its examples; every epoch visits all n in a new order.

    The order depends on the seed and the step alone, so training that resumes meets the batches it would have met.
    The last batch of an epoch may be smaller. Raises ValueError unless n and batch_size are at least 1.
    """
    if n < 1 or batch_size < 1:
        raise ValueError(f"expected n ≥ 1 and batch_size ≥ 1, got n={n} and batch_size={batch_size}")
    per_epoch = -(-n // batch_size)

    @lru_cache(maxsize=1)
    def order(epoch: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        return np.random.default_rng([seed, epoch]).permutation(n)

    def indices(step: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        epoch, position = divmod(step, per_epoch)
        return order(epoch)[position * batch_size : (position + 1) * batch_size]

    return indices


def fit(
    loss_fn: Callable[[Batch], torch.Tensor],
    batches: Callable[[int], Batch] | Sequence[Batch],
    optimiser: torch.optim.Optimizer,
    steps: int,
    *,
    clip_norm: float | None = None,
    validate: Callable[[], float] | None = None,
    validate_every: int = 100,
    checkpoint: str | Path | None = None,
    checkpoint_every: int = 100,
    keep: Mapping[str, Stateful] | None = None,
    progress: bool = True,
) -> History:
    """Minimise a loss: batch, loss, gradient, clipped if asked, one step of the optimiser, and again.

    Parameters
    ----------
    loss_fn
        From a batch to a scalar tensor that depends on the optimiser's parameters.
    batches
        A function of the step (0, 1, …), or a sequence that is gone through again and again.
    optimiser, steps
        The optimiser, and how many steps to have made in the end. One that evaluates the loss several times a step
        (torch.optim.LBFGS) calls loss_fn with the same batch each time; the history has the first of them. Gradients
        may be sparse.
    clip_norm
        Scale the gradient down when its norm over all parameters is larger.
    validate, validate_every
        Called every so many steps and after the last one; its value goes to the history.
    checkpoint, checkpoint_every, keep
        A file to save to every so many steps, after the last one and on interruption. Where it exists already,
        training goes on from it, exactly: it holds the parameters and state of the optimiser, the random numbers
        of Python, NumPy and torch, the step and the history. What else changes while training (buffers of a
        module, a scheduler, :class:`Carried`) goes in keep.
    progress
        Show a bar, then print one line that is the same in every run.

    Ctrl-C, or "interrupt" in a notebook, ends after the step in progress and returns the history so far.

    Raises
    ------
    FloatingPointError
        When a loss or a gradient norm is NaN or infinite; the parameters are those of the step before.
    ValueError, TypeError
        When an argument is not as above, or the checkpoint belongs to other parameters.
    """
    with needs(__name__, "torch"):
        import torch

    if steps < 1 or validate_every < 1 or checkpoint_every < 1:
        raise ValueError(f"expected at least 1, got {steps=}, {validate_every=}, {checkpoint_every=}")
    if clip_norm is not None and not clip_norm > 0:
        raise ValueError(f"clip_norm: expected a positive norm or None, got {clip_norm}")
    if not callable(batches) and (not isinstance(batches, Sequence) or not batches):
        raise TypeError(f"batches: expected a function of the step or a sequence, got {type(batches).__name__}")
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    asks = inspect.signature(optimiser.step).parameters["closure"].default is inspect.Parameter.empty
    history, path, kept = History(), Path(checkpoint) if checkpoint is not None else None, dict(keep or {})
    if path is not None and path.exists():
        history = _load(path, parameters, optimiser, kept)
    start = len(history.losses)
    with _interruptible() as interrupt, _bar(steps, start, progress) as show:
        try:
            for step in range(start, steps):
                batch = batches(step) if callable(batches) else batches[step % len(batches)]
                found: list[tuple[float, float]] = []

                def evaluate(batch: Batch = batch, found: list[tuple[float, float]] = found) -> torch.Tensor:
                    loss = loss_fn(batch)
                    if not isinstance(loss, torch.Tensor) or loss.numel() != 1:
                        raise TypeError(f"loss_fn: expected a tensor of one number, got {loss!r:.80}")
                    value = loss.item()
                    if not math.isfinite(value):
                        raise FloatingPointError(_not_finite("loss", value, history))
                    optimiser.zero_grad(set_to_none=True)
                    loss.backward()  # type: ignore[no-untyped-call]
                    norm = _gradient_norm(parameters)
                    if not math.isfinite(norm.item()):
                        raise FloatingPointError(_not_finite("gradient norm", norm.item(), history))
                    if clip_norm is not None:
                        _clip(parameters, clip_norm, norm)
                    found.append((value, norm.item()))
                    return loss

                if asks:
                    before = [p.detach().clone() for p in parameters]
                    try:
                        optimiser.step(evaluate)  # type: ignore[arg-type]
                    except BaseException:
                        with torch.no_grad():
                            for p, was in zip(parameters, before, strict=True):
                                p.copy_(was)
                        raise
                else:
                    evaluate()
                    optimiser.step()
                history.losses.append(found[0][0])
                history.norms.append(found[0][1])
                done = step + 1
                if validate is not None and (done % validate_every == 0 or done == steps):
                    history.valid.append((done, float(validate())))
                history.interrupted = interrupt.is_set() and done < steps
                if path is not None and (done % checkpoint_every == 0 or done == steps or history.interrupted):
                    _save(path, parameters, optimiser, kept, history)
                show(history.losses[-1])
                if history.interrupted:
                    break
        except KeyboardInterrupt:  # a second Ctrl-C, in the middle of a step: the last checkpoint stands
            history.interrupted = True
    if progress:
        print(_summary(history, steps))
    return history


def _gradient_norm(parameters: Sequence[torch.Tensor]) -> torch.Tensor:
    import torch

    for p in parameters:
        if p.grad is not None and p.grad.layout == torch.sparse_coo:
            p.grad = p.grad.coalesce()  # a row that came twice is one
    grads = [p.grad for p in parameters if p.grad is not None]
    return torch.nn.utils.get_total_norm([g.values() if g.layout == torch.sparse_coo else g for g in grads])


def _clip(parameters: Sequence[torch.Tensor], clip_norm: float, norm: torch.Tensor) -> None:
    import torch

    sparse = [p.grad for p in parameters if p.grad is not None and p.grad.layout == torch.sparse_coo]
    dense = [p for p in parameters if p.grad is not None and p.grad.layout != torch.sparse_coo]
    torch.nn.utils.clip_grads_with_norm_(dense, clip_norm, norm)
    for grad in sparse:
        grad.mul_((clip_norm / (norm + 1e-6)).clamp(max=1.0))  # as torch does with the others


def _not_finite(what: str, value: float, history: History) -> str:
    recent = ", ".join(f"{v:.4g}" for v in history.losses[-3:]) or "none"
    return (
        f"the {what} of step {len(history.losses) + 1} is {value} (losses before: {recent}). "
        "A smaller learning rate or clip_norm may help."
    )


def _summary(history: History, steps: int) -> str:
    if not history.losses:
        return f"interrupted after 0 of {steps} steps"
    made = f"interrupted after {len(history.losses)} of {steps} steps" if history.interrupted else f"{steps} steps"
    valid = f", validation {history.valid[-1][1]:.4g}" if history.valid else ""
    return f"{made}: loss {history.losses[0]:.4g} → {history.losses[-1]:.4g}{valid}"


def _save(
    path: Path,
    parameters: list[torch.Tensor],
    optimiser: torch.optim.Optimizer,
    kept: Mapping[str, Stateful],
    history: History,
) -> None:
    import torch

    kind, key, position, has_gauss, gauss = np.random.get_state()  # noqa: NPY002
    state = {
        "parameters": [p.detach() for p in parameters],
        "optimiser": optimiser.state_dict(),
        "kept": {name: item.state_dict() for name, item in kept.items()},
        "history": {"losses": history.losses, "norms": history.norms, "valid": history.valid},
        "python": random.getstate(),
        "numpy": (kind, torch.from_numpy(np.asarray(key, np.int64)), position, has_gauss, gauss),
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    unfinished = path.with_name(path.name + ".part")
    torch.save(state, unfinished)
    unfinished.replace(path)  # whoever interrupts the writing leaves the previous checkpoint whole


def _load(
    path: Path, parameters: list[torch.Tensor], optimiser: torch.optim.Optimizer, kept: Mapping[str, Stateful]
) -> History:
    import torch

    state = torch.load(path, weights_only=True)
    there, here = [p.shape for p in state["parameters"]], [p.shape for p in parameters]
    if there != here or state["kept"].keys() != kept.keys():
        raise ValueError(
            f"checkpoint {path}: expected parameters {[tuple(s) for s in here]} and keep {sorted(kept)}, "
            f"got {[tuple(s) for s in there]} and {sorted(state['kept'])}"
        )
    with torch.no_grad():
        for p, saved in zip(parameters, state["parameters"], strict=True):
            p.copy_(saved)
    optimiser.load_state_dict(state["optimiser"])
    for name, item in kept.items():
        item.load_state_dict(state["kept"][name])
    random.setstate(state["python"])
    kind, key, position, has_gauss, gauss = state["numpy"]
    np.random.set_state((kind, key.numpy().astype(np.uint32), position, has_gauss, gauss))  # noqa: NPY002
    torch.set_rng_state(state["torch"])
    if torch.cuda.is_available() and state["cuda"]:
        torch.cuda.set_rng_state_all(state["cuda"])
    return History(**state["history"])


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Ctrl-C sets the event, so that a step is never left half done; the second Ctrl-C raises as usual."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():  # only there can signals be handled
        yield asked
        return

    def handler(number: int, frame: Any) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = signal.signal(signal.SIGINT, handler)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _bar(steps: int, start: int, progress: bool) -> Iterator[Callable[[float], None]]:
    """A bar that is gone when the work is done, so that an executed page keeps the summary alone.

    In a notebook it lives in one output, empty before and after: the output that is saved has no time in it.
    """
    if not progress:
        yield lambda loss: None
        return
    with needs("progress=True", "torch"):
        from tqdm import tqdm

    bar: Any
    if _in_notebook():
        from IPython.display import display

        empty = {"text/html": "<span></span>", "text/plain": ""}
        output = display(empty, raw=True, display_id=True)  # type: ignore[no-untyped-call]

        class NotebookBar(tqdm):  # type: ignore[misc]
            def display(self, msg: str | None = None, pos: int | None = None) -> None:
                text = str(self) if msg is None else msg
                output.update({"text/html": f"<pre>{html.escape(text)}</pre>", "text/plain": text}, raw=True)

        bar = NotebookBar(total=steps, initial=start, file=StringIO(), mininterval=0.3, leave=False)
    else:
        bar = tqdm(total=steps, initial=start, file=sys.stderr, disable=None, leave=False)

    def show(loss: float) -> None:
        bar.set_postfix_str(f"loss {loss:.4g}", refresh=False)
        bar.update()

    try:
        yield show
    finally:
        bar.close()
        if _in_notebook():
            output.update(empty, raw=True)


def _in_notebook() -> bool:
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")


def adam(
    params: Mapping[str, Array],
    grads: Mapping[str, Array],
    state: MutableMapping[str, Any],
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    r"""One step of Adam, in place: the arrays of params change, and state (an empty dict at first) remembers.

    .. math::
       m \leftarrow \beta_1 m + (1-\beta_1) g, \qquad v \leftarrow \beta_2 v + (1-\beta_2) g^2, \qquad
       \theta \leftarrow \theta - \eta\, \frac{m / (1-\beta_1^t)}{\sqrt{v / (1-\beta_2^t)} + \varepsilon}

    Source: Kingma and Ba (2015), algorithm 1. Any shapes; grads has the names and shapes of params.
    Raises ValueError when names or shapes differ, or a gradient is not finite.
    """
    if params.keys() != grads.keys():
        raise ValueError(f"grads: expected {sorted(params)}, got {sorted(grads)}")
    for name, p in params.items():
        if grads[name].shape != p.shape:
            raise ValueError(f"grads[{name!r}]: expected shape {p.shape}, got {grads[name].shape}")
        if not np.isfinite(grads[name]).all():
            raise ValueError(f"grads[{name!r}]: expected finite numbers")
    t = state["t"] = state.get("t", 0) + 1
    for name, p in params.items():
        m, v = state.setdefault(name, (np.zeros_like(p), np.zeros_like(p)))
        m += (1 - betas[0]) * (grads[name] - m)
        v += (1 - betas[1]) * (grads[name] ** 2 - v)
        p -= lr * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)


def descend(
    loss_fn: Callable[[int], tuple[float, Mapping[str, Array]]],
    params: Mapping[str, Array],
    steps: int,
    *,
    lr: float | Callable[[int], float] = 1e-3,
    clip_norm: float | None = None,
    progress: bool = True,
) -> History:
    """Minimise a loss without torch: its gradients, clipped if asked, one step of Adam in place, and again.

    ``loss_fn`` takes the step (0, 1, …) and gives the loss and its gradients, with the names and shapes of params;
    ``lr`` is a number or a function of the step. ``clip_norm`` and the History are as in :func:`fit`; ``progress``
    prints its last line.

    Raises FloatingPointError when a loss or a gradient norm is NaN or infinite; params are those of the step before.
    Raises ValueError when an argument is not as above.
    """
    if steps < 1:
        raise ValueError(f"expected at least 1, got {steps=}")
    if clip_norm is not None and not clip_norm > 0:
        raise ValueError(f"clip_norm: expected a positive norm or None, got {clip_norm}")
    history, state = History(), dict[str, Any]()
    for step in range(steps):
        loss, grads = loss_fn(step)
        norm = math.sqrt(sum(float((g**2).sum()) for g in grads.values()))
        for what, value in {"loss": loss, "gradient norm": norm}.items():
            if not math.isfinite(value):
                raise FloatingPointError(_not_finite(what, value, history))
        if clip_norm is not None:
            share = min(1.0, clip_norm / (norm + 1e-6))  # as torch does
            grads = {name: share * g for name, g in grads.items()}
        adam(params, grads, state, lr(step) if callable(lr) else lr)
        history.losses.append(float(loss))
        history.norms.append(norm)
    if progress:
        print(_summary(history, steps))
    return history
