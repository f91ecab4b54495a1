"""The Neural Turing machine in torch.nn's manner, the backward by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear, softplus

from rnncourse.kernels import ntm
from rnncourse.nn._bridge import run
from rnncourse.nn._torch import expect_like, expect_sizes, numpy_serves, recorder


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

    def forward(self, input: Tensor, state: Any = None, need_weights: bool = False) -> Any:
        """Return the outputs (T, B, K) and the last state; with ``need_weights`` also where the heads were.

        The latter are (T, B, J, N), those that read first, without derivatives.
        """
        if not isinstance(input, Tensor):
            raise TypeError(f"expected input to be a Tensor, got {type(input).__name__}")
        if input.dim() != 3:
            raise ValueError(f"NTM: Expected input to be 3D, got {input.dim()}D instead")
        if input.size(-1) != self.input_size:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.size(-1)}"
            )
        expect_like(self.weight_ih, input=input)
        x = input.transpose(0, 1) if self.batch_first else input
        if x.size(0) == 0:
            raise RuntimeError("Expected sequence length to be larger than 0 in NTM")
        state = self.initial_state(x.size(1)) if state is None else self._checked_state(state, x.size(1))
        weights = (self.weight_ih, self.bias_h, self.weight_hp, self.bias_hp, self.weight_ho, self.bias_ho)
        tensors: Any = (x, *state, *weights, self.weight_hh)
        keep = recorder(self)
        if keep is None and numpy_serves(tensors) and x.numel() > 0:
            o, w, *last = run(ntm, _plain, *tensors)
        else:
            o, w, *last = _plain(*tensors, keep=keep)  # type: ignore[misc]
        o, last = o.transpose(0, 1) if self.batch_first else o, ntm.State(*last)
        return (o, last, w.detach()) if need_weights else (o, last)

    def _checked_state(self, given: Any, B: int) -> ntm.State:
        if not isinstance(given, tuple | list) or len(given) != len(ntm.State._fields):
            raise TypeError(f"expected state to be a tuple (r, w, M, h, c), got {type(given).__name__}")
        state = ntm.State(*given)
        there = {f"state.{n}": q for n, q in zip(state._fields, state, strict=True) if q is not None}
        expect_like(self.weight_ih, **there)
        M = state.M
        J, N = self.read_heads + self.write_heads, M.shape[1] if M is not None and M.ndim == 3 else self.memory_size
        shapes: dict[str, tuple[int, ...]] = {
            "r": (B, self.read_heads, self.memory_width),
            "w": (B, J, N),
            "M": (B, N, self.memory_width),
        }
        if self.controller == "lstm":
            shapes |= {"h": (B, self.hidden_size), "c": (B, self.hidden_size)}
        for name, q in state._asdict().items():
            got, expected = None if q is None else tuple(q.shape), shapes.get(name)
            if got != expected:
                raise RuntimeError(f"Expected state.{name} size {expected}, got {got}")
        if 2 * self.shift + 1 > N:
            raise RuntimeError(f"Expected state.M to have at least 2*shift + 1 = {2 * self.shift + 1} rows, got {N}")
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
