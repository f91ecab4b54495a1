"""The Neural Turing machine in torch.nn's manner, the backward by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear, softplus
from torch.nn.utils.rnn import PackedSequence

from rnncourse.kernels import ntm
from rnncourse.nn._bridge import run
from rnncourse.nn._packed import given_back, like, segments, sorted_as, through
from rnncourse.nn._torch import expect_sizes, expect_tensor, numpy_serves, recorder

STATE: Any = ntm.State  # here of tensors


class NTM(torch.nn.Module):
    r"""A controller with a memory of rows that it reads and writes.

    .. math:: (o_t, \text{state}_t) = \operatorname{step}(x_t, \text{state}_{t-1})

    Equation ``eq-ntm-step``; :mod:`rnncourse.ntm` says what a step does. Source: Graves et al. (2014).

    Parameters
    ----------
    input_size, output_size, hidden_size
        Sizes of what comes in, of what goes out, and of the controller.
    memory_size, memory_width
        Rows N of the memory, and columns D. No parameter depends on N: set ``memory_size``, or pass
        ``initial_state(B, memory_size)``, to use another one later.
    read_heads, write_heads, shift
        Numbers of heads, and by how many rows a head can move in a step.
    controller
        ``"lstm"``, or ``"feedforward"``: one layer of tanh units.
    batch_first
        Inputs and outputs are (B, T, …), not (T, B, …).
    device, dtype
        As everywhere in torch.nn.

    Notes
    -----
    float32 and float64 on the CPU go through :mod:`rnncourse.kernels.ntm`. Other devices and dtypes, autocast,
    ``torch.func`` transforms, ``torch.compile`` and ``torch.jit.trace`` go through torch's operations, with the same
    numbers, and so do second derivatives (``create_graph=True``). Raises NotImplementedError for forward-mode
    derivatives outside of ``torch.func``, TypeError, ValueError or RuntimeError for arguments that do not fit.
    """

    _record: Any = None

    def __init__(
        self,
        input_size: int,
        output_size: int,
        hidden_size: int = 100,
        memory_size: int = 128,
        memory_width: int = 20,
        read_heads: int = 1,
        write_heads: int = 1,
        shift: int = 1,
        controller: str = "lstm",
        batch_first: bool = False,
        device: Any = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        sizes = {"input_size": input_size, "output_size": output_size, "hidden_size": hidden_size}
        sizes |= {"memory_width": memory_width, "read_heads": read_heads, "write_heads": write_heads}
        expect_sizes(**sizes, memory_size=memory_size)
        if not isinstance(shift, int) or isinstance(shift, bool):
            raise TypeError(f"shift should be of type int, got: {type(shift).__name__}")
        if shift < 0 or memory_size < 2 * shift + 1:
            raise ValueError(f"expected 0 <= shift and 2*shift + 1 <= memory_size, got {shift=} and {memory_size=}")
        if controller not in ("lstm", "feedforward"):
            raise ValueError(f"controller: expected 'lstm' or 'feedforward', got {controller!r}")
        self.input_size, self.output_size, self.hidden_size = input_size, output_size, hidden_size
        self.memory_size, self.memory_width = memory_size, memory_width
        self.read_heads, self.write_heads, self.shift = read_heads, write_heads, shift
        self.controller, self.batch_first = controller, batch_first
        J, H, RD = read_heads + write_heads, hidden_size, read_heads * memory_width
        G = 4 * H if controller == "lstm" else H
        P = J * (memory_width + 3 + 2 * shift + 1) + 2 * write_heads * memory_width

        def parameter(*shape: int) -> torch.nn.Parameter:
            return torch.nn.Parameter(torch.empty(shape, device=device, dtype=dtype))

        self.weight_ih, self.bias_h = parameter(G, input_size + RD), parameter(G)
        self.weight_hp, self.bias_hp = parameter(P, H), parameter(P)
        self.weight_ho, self.bias_ho = parameter(output_size, H + RD), parameter(output_size)
        self.register_parameter("weight_hh", parameter(G, H) if controller == "lstm" else None)
        self.r_0 = parameter(read_heads, memory_width)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Uniform weights of a scale that keeps the variance of what they multiply; zero biases and first reads."""
        with torch.no_grad():
            for p in self.parameters():
                if p.dim() == 1 or p is self.r_0:
                    p.zero_()
                else:
                    limit = math.sqrt(3 / p.size(1)) if p is self.weight_ih else math.sqrt(6 / sum(p.shape))
                    p.uniform_(-limit, limit)

    def extra_repr(self) -> str:
        """The sizes."""
        named = ["memory_size", "memory_width", "read_heads", "write_heads", "shift", "controller", "batch_first"]
        sizes = f"{self.input_size}, {self.output_size}, {self.hidden_size}, "
        return sizes + ", ".join(f"{name}={getattr(self, name)!r}" for name in named)

    def initial_state(self, batch_size: int, memory_size: int | None = None) -> ntm.State:
        r"""The state before the first step: memory 1e-6 everywhere, each head on row 0, reads as learned.

        Equation ``eq-ntm-initial``. ``State(r (B, R, D), w (B, J, N), M (B, N, D), h (B, H), c (B, H))``; h and c are
        None for a feed-forward controller.
        """
        N, like = self.memory_size if memory_size is None else memory_size, self.r_0
        if 2 * self.shift + 1 > N:
            raise ValueError(f"memory_size: expected at least 2*shift + 1 = {2 * self.shift + 1}, got {N}")
        w = torch.zeros_like(like[:1, :1]).expand(batch_size, self.read_heads + self.write_heads, N).clone()
        w[:, :, 0] = 1
        M = torch.full_like(like[:1, :1], 1e-6).expand(batch_size, N, self.memory_width).clone()
        h = like.new_zeros(batch_size, self.hidden_size) if self.controller == "lstm" else None
        return ntm.State(self.r_0.expand(batch_size, -1, -1), w, M, h, None if h is None else h.clone())  # type: ignore[arg-type]

    def forward(self, input: Any, state: Any = None, need_weights: bool = False) -> Any:
        """Return the outputs (T, B, K) and the last state; with ``need_weights`` also where the heads were.

        The latter are (T, B, J, N), those that read first, without derivatives. An input (T, F) has no B anywhere, its
        state neither. A PackedSequence comes out as one, where the heads were too.
        """
        if isinstance(input, PackedSequence):
            expect_tensor("input.data", input.data, self.weight_ih, ("rows", self.input_size))
            parts = segments(input)
            given = self._checked_state(state, parts[0][1])
            present = [q for q in sorted_as(input, given) if q is not None]

            def step(sequences: Any, states: Any) -> tuple[list[Tensor], list[Tensor]]:
                o, w, *last = self._run(sequences[0], (*states, *[None] * (5 - len(states))))
                return [o, w], [q for q in last if q is not None]

            (rows, places), ends = through(step, parts, [input.data], present)
            last = [*given_back(input, ends), *[None] * (5 - len(ends))]
            o, w = like(input, rows), like(input, places.detach())
        else:
            shape = ("B", "T", self.input_size) if self.batch_first else ("T", "B", self.input_size)
            expect_tensor("input", input, self.weight_ih, shape, ("T", self.input_size))
            batched = input.dim() == 3
            if not batched:
                input, state = input.unsqueeze(1), self._checked_state(state, None)
                state = [q if q is None else q.unsqueeze(0) for q in state]
            x = input.transpose(0, 1) if batched and self.batch_first else input
            o, w, *last = self._run(x, self._checked_state(state, x.size(1)))
            w = w.detach()
            if not batched:
                o, w, last = o.squeeze(1), w.squeeze(1), [q if q is None else q.squeeze(0) for q in last]
            elif self.batch_first:
                o = o.transpose(0, 1)
        ended = STATE(*last)
        return (o, ended, w) if need_weights else (o, ended)

    def _run(self, x: Tensor, state: Any) -> tuple[Any, ...]:
        weights = (self.weight_ih, self.bias_h, self.weight_hp, self.bias_hp, self.weight_ho, self.bias_ho)
        tensors: Any = (x, *state, *weights, self.weight_hh)
        keep = recorder(self)
        if keep is None and numpy_serves(tensors):
            return tuple(run(ntm, _plain, *tensors))
        return _plain(*tensors, keep=keep)  # type: ignore[misc]

    def _checked_state(self, given: Any, B: int | None) -> Any:
        """The state to start from, of B examples; None: without their axis."""
        if given is None:
            state: Any = self.initial_state(B or 1)
            return state if B else STATE(*(q if q is None else q.squeeze(0) for q in state))
        if not isinstance(given, tuple | list) or len(given) != len(ntm.State._fields):
            raise TypeError(f"state: expected a tuple (r, w, M, h, c), got {type(given).__name__}")
        state, before = STATE(*given), () if B is None else (B,)
        rows: int | str = "N"
        if isinstance(state.w, Tensor) and state.w.dim() == len(before) + 2:
            rows = state.w.shape[-1]
        shapes: dict[str, tuple[int | str, ...]] = {
            "r": (*before, self.read_heads, self.memory_width),
            "w": (*before, self.read_heads + self.write_heads, rows),
            "M": (*before, rows, self.memory_width),
        }
        if self.controller == "lstm":
            shapes |= {"h": (*before, self.hidden_size), "c": (*before, self.hidden_size)}
        for name, q in state._asdict().items():
            if name in shapes:
                expect_tensor(f"state.{name}", q, self.weight_ih, shapes[name])
            elif q is not None:
                raise TypeError(f"state.{name}: expected None, as the controller has no state, got {type(q).__name__}")
        if 2 * self.shift + 1 > state.M.shape[-2]:
            least = 2 * self.shift + 1
            raise RuntimeError(f"state.M: expected at least 2*shift + 1 = {least} rows, got {state.M.shape[-2]}")
        return state


def _plain(
    x: Tensor,
    r: Tensor,
    w: Tensor,
    M: Tensor,
    h: Tensor | None,
    c: Tensor | None,
    W_ih: Tensor,
    b_h: Tensor,
    W_hp: Tensor,
    b_hp: Tensor,
    W_ho: Tensor,
    b_ho: Tensor,
    W_hh: Tensor | None,
    keep: Callable[..., None] | None = None,
) -> tuple[Any, ...]:
    """The machine in torch's operations: outputs, weightings, and the last state; ``keep`` gets every h_t and c_t."""
    (B, R, D), J = r.shape, w.size(1)
    V = J - R
    C = (W_hp.size(0) - J * D - 2 * V * D - 3 * J) // J
    outputs, weightings = [], []
    for x_t in x:
        z = linear(torch.cat([x_t, r.flatten(1)], 1), W_ih, b_h)
        if W_hh is None or h is None or c is None:
            h_t = torch.tanh(z)
        else:
            i, f, g, o = (z + linear(h, W_hh)).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h_t = h = torch.sigmoid(o) * torch.tanh(c)
        if keep is not None:
            keep(h_t) if c is None else keep(h_t, c)
        k, a, e, gate, beta, gamma, s = torch.split(linear(h_t, W_hp, b_hp), [J * D, V * D, V * D, J, J, J, J * C], 1)
        k, a, e = torch.tanh(k).view(B, J, D), torch.tanh(a).view(B, V, D), torch.sigmoid(e).view(B, V, D)
        gate, beta, gamma = (q[:, :, None] for q in (torch.sigmoid(gate), softplus(beta), 1 + softplus(gamma)))
        s = s.view(B, J, C).softmax(-1)
        lengths = k.norm(dim=2)[:, :, None] * M.norm(dim=2)[:, None] + ntm.EPSILON
        w_c = (beta * (k @ M.mT) / lengths).softmax(-1)
        w_g = w + gate * (w_c - w)
        w_s = torch.stack([s[:, :, j, None] * w_g.roll(j - C // 2, -1) for j in range(C)]).sum(0)
        w = (gamma * w_s.clamp_min(ntm.FLOOR).log()).softmax(-1)
        r = w[:, :R] @ M
        for v in range(V):
            M = M * (1 - w[:, R + v, :, None] * e[:, v, None])
        M = M + w[:, R:].mT @ a
        outputs.append(linear(torch.cat([h_t, r.flatten(1)], 1), W_ho, b_ho))
        weightings.append(w)
    return torch.stack(outputs), torch.stack(weightings), r, w, M, h, c
