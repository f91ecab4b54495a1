"""The Neural Turing machine's training step: by hand, through torch, and torch's operations with autograd."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.harness import Answers, Effort, Row, compare, training

L, BITS = 10, 8  # of the copy task; the other settings are those that pytorch-ntm publishes
BATCHES = (1, 16)


def by_hand(B: int) -> Callable[[], Answers]:
    """NumPy alone: kernel, loss, clipped gradients and RMSprop."""
    from rnncourse.data import copy_task
    from rnncourse.experiments import ntm

    _, step = ntm.published_step(B)
    batch = copy_task(B, L, BITS, 0)

    def run() -> Answers:
        step(batch)
        return {}

    return run


def in_torch(B: int, kernel: bool) -> Callable[[], Answers]:
    """The same step around ``rnncourse.nn.NTM``, or around torch's operations alone."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    from rnncourse.data import copy_task
    from rnncourse.nn import NTM
    from rnncourse.nn import ntm as module

    torch.manual_seed(0)
    machine = NTM(BITS + 1, BITS)
    batch = copy_task(B, L, BITS, 0)
    x, y, mask = torch.from_numpy(batch.x), torch.from_numpy(batch.y), torch.from_numpy(batch.mask)
    parameters = list(machine.parameters())
    optimiser = torch.optim.RMSprop(parameters, lr=1e-4, alpha=0.95, momentum=0.9)
    if not kernel:
        module.numpy_serves = lambda tensors: False  # in this process

    def step() -> float:
        optimiser.zero_grad()
        o, _ = machine(x)
        loss = binary_cross_entropy_with_logits(o[mask], y[mask])
        loss.backward()
        torch.nn.utils.clip_grad_value_(parameters, 10)
        optimiser.step()
        return loss.item()

    return training(step)


def steps(effort: Effort) -> Iterator[Row]:
    peer = "benchmarks.memory:in_torch"
    for B in BATCHES:
        for what, ours in (("nn.NTM", (peer, B, True)), ("kernel and NumPy", ("benchmarks.memory:by_hand", B))):
            measured = compare((peer, B, False), ours, effort=effort, tolerance=1e-4)
            yield {"what": f"NTM, {what}", "config": f"B={B}, length {L}", "target": None} | measured
