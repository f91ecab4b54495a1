"""Gradients recorded at every state of torch's and our modules, against the same steps taken one by one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from rnncourse import nn
from rnncourse.nn.esn import ESN
from rnncourse.nn.flow import record_flow
from rnncourse.nn.grud import GRUD
from rnncourse.nn.hopfield import Hopfield
from rnncourse.nn.narx import NARX
from rnncourse.nn.ntm import NTM

CELLS = {"RNN": torch.nn.RNNCell, "LSTM": torch.nn.LSTMCell, "GRU": torch.nn.GRUCell}


def unrolled(layer: Any, x: torch.Tensor) -> tuple[torch.Tensor, list[list[tuple[torch.Tensor, ...]]]]:
    """The network of a layer (T, B, F) in a loop of torch's cells: output, and every state by layer and step."""
    directions, states = 2 if layer.bidirectional else 1, []
    for n in range(layer.num_layers):
        outputs = []
        for weights in layer.all_weights[n * directions : (n + 1) * directions]:
            cell = CELLS[type(layer).__name__](x.shape[-1], layer.hidden_size, dtype=x.dtype)
            cell.load_state_dict(dict(zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"), weights, strict=True)))
            steps: dict[int, Any] = {}
            state, order = None, list(range(len(x)))[:: -1 if outputs else 1]
            for t in order:
                state = cell(x[t], state)
                steps[t] = state if isinstance(state, tuple) else (state,)
                for tensor in steps[t]:
                    tensor.retain_grad()
            states.append([steps[t] for t in range(len(x))])
            outputs.append(torch.stack([steps[t][0] for t in range(len(x))]))
        x = torch.cat(outputs, dim=-1)
    return x, states


@pytest.mark.equation("eq-gradients-flow")
@pytest.mark.parametrize("library", [nn, torch.nn])
@pytest.mark.parametrize("kind", list(CELLS))
@pytest.mark.parametrize(("layers", "bidirectional"), [(1, False), (3, False), (2, True)])
def test_recorded_flow_is_that_of_torchs_cells(library: Any, kind: str, layers: int, bidirectional: bool) -> None:
    torch.manual_seed(0)
    settings = {"num_layers": layers, "bidirectional": bidirectional, "dtype": torch.float64}
    layer = getattr(library, kind)(2, 4, **settings)
    x = torch.randn(5, 3, 2, dtype=torch.float64)
    dh_out = torch.randn(5, 3, 4 * (1 + bidirectional), dtype=torch.float64)
    expected_output, states = unrolled(layer, x)
    (expected_output * dh_out).sum().backward()
    with record_flow(layer) as flow:
        output, last = layer(x)
        (output * dh_out).sum().backward()
    plain_output, plain_last = layer(x)
    torch.testing.assert_close(output, expected_output)
    torch.testing.assert_close(plain_output, expected_output)
    torch.testing.assert_close(last, plain_last)
    for which in range(len(states[0][0])):
        wanted = [[float(step[which].grad.norm(dim=-1).mean()) for step in steps] for steps in states]
        np.testing.assert_allclose(flow.norms(cells=which == 1), wanted, rtol=1e-10)
    if kind != "LSTM":
        with pytest.raises(ValueError, match="expected an LSTM"):
            flow.norms(cells=True)


@pytest.mark.parametrize("batched", [True, False])
@pytest.mark.parametrize(("kind", "size"), [("RNN", {}), ("LSTM", {"proj_size": 2}), ("GRU", {"dropout": 0.5})])
def test_a_recorded_layer_takes_and_returns_what_the_layer_does(kind: str, size: dict[str, Any], batched: bool) -> None:
    torch.manual_seed(1)
    layer = getattr(nn, kind)(2, 4, num_layers=2, bidirectional=True, batch_first=True, dtype=torch.float64, **size)
    x, B = torch.randn(3, 5, 2, dtype=torch.float64), (3,)
    widths = (size.get("proj_size", 4), 4)[: 1 + (kind == "LSTM")]
    if not batched:
        x, B = x[0], ()
    hx: Any = tuple(torch.randn(4, *B, width, dtype=torch.float64) for width in widths)
    hx = hx if kind == "LSTM" else hx[0]
    results = []
    for record in (False, True):
        torch.manual_seed(2)  # for the dropout
        with record_flow(layer) if record else contextlib.nullcontext():
            results.append(layer(x, hx))
    torch.testing.assert_close(*results)
    assert "forward" not in vars(layer)
    with record_flow(layer), pytest.raises((ValueError, RuntimeError), match="Expected 2, got 1"):
        layer(x[..., :1], hx)


def test_flow_of_a_model_by_name_and_of_cells_called_in_a_loop() -> None:
    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.decoder = nn.GRU(2, 4), torch.nn.GRUCell(4, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            h = self.encoder(x)[1][0]
            for _ in range(3):
                h = self.decoder(h, h)
            return h

    torch.manual_seed(0)
    model = Model()
    with record_flow(model) as flow:
        last = model(torch.randn(5, 3, 2))
        last.sum().backward()
    assert flow.norms("encoder").shape == (1, 5)
    assert flow.norms("decoder").shape == (1, 3)
    assert flow.norms("decoder")[0, -1] == pytest.approx(2)  # a vector of four ones
    with pytest.raises(KeyError, match="expected one of"):
        flow.norms("head")
    with pytest.raises(ValueError, match="expected recurrent layers"), record_flow(torch.nn.Linear(2, 2)):
        pass
    packed = torch.nn.utils.rnn.pack_sequence([torch.randn(3, 2)])
    with record_flow(model), pytest.raises(TypeError, match=r"expected a tensor, .* got PackedSequence"):
        model.encoder(packed)


def flow_of(model: torch.nn.Module, call: Callable[[], tuple[torch.Tensor, torch.Tensor]], cells: bool = False) -> Any:
    """What is recorded over two calls, once it is seen that recording changes no number."""
    expected = call()[0].detach()
    with record_flow(model) as flow:
        for _ in range(2):
            output, loss = call()
            torch.testing.assert_close(output.detach(), expected)
            loss.backward()
    assert torch.equal(call()[0], expected)
    first, second = np.split(flow.norms(cells=cells), 2, axis=1)
    np.testing.assert_array_equal(first, second)
    return first[0]


def lengths(states: list[torch.Tensor]) -> list[float]:
    return [float(h.grad.norm(dim=-1).mean()) for h in states]  # type: ignore[union-attr]


@pytest.mark.equation("eq-gradients-flow")
@pytest.mark.parametrize("controller", ["lstm", "feedforward"])
def test_recorded_flow_of_an_ntm_is_that_of_shifts_of_its_controllers_state(controller: str) -> None:
    """One step at a time; what reads h_t gets h_t + shift_t, whose gradient is the total one."""
    torch.manual_seed(0)
    T, F, H = 5, 3, 4
    machine = NTM(F, 2, H, 6, 5, controller=controller, dtype=torch.float64)
    x, shifts, outputs = torch.randn(T, 1, F, dtype=torch.float64), [], []
    state = machine.initial_state(1)
    for x_t in x:
        shift = torch.zeros(H, dtype=torch.float64, requires_grad=True)
        biases = {"bias_hp": machine.bias_hp + machine.weight_hp @ shift}
        biases["bias_ho"] = machine.bias_ho + machine.weight_ho[:, :H] @ shift
        output, state = torch.func.functional_call(machine, biases, (x_t[None], state))
        if state.h is not None:
            state = state._replace(h=state.h + shift)
        outputs.append(output)
        shifts.append(shift)
    torch.cat(outputs).sin().sum().backward()

    def call() -> tuple[torch.Tensor, torch.Tensor]:
        output, _ = machine(x)
        return output, output.sin().sum()

    np.testing.assert_allclose(flow_of(machine, call), lengths(shifts), rtol=1e-9)
    if controller == "lstm":
        assert flow_of(machine, call, cells=True).shape == (T,)


@pytest.mark.equation("eq-gradients-flow")
@pytest.mark.parametrize("batch_first", [False, True])
def test_recorded_flow_of_a_grud_is_that_of_single_steps(batch_first: bool) -> None:
    torch.manual_seed(0)
    T, B, F, H = 5, 3, 2, 4
    layer = GRUD(F, H, batch_first=batch_first, dtype=torch.float64)
    x = torch.randn((B, T, F) if batch_first else (T, B, F), dtype=torch.float64)
    series, time = (x, (x > 0).double(), x.abs()), int(batch_first)
    hx, states = None, []
    for t in range(T):
        _, hx = layer(*(q.narrow(time, t, 1) for q in series), hx)
        hx[0].retain_grad()
        states.append(hx[0])
    torch.cat(states).sin().sum().backward()

    def call() -> tuple[torch.Tensor, torch.Tensor]:
        output, _ = layer(*series)
        return output, output.sin().sum()

    np.testing.assert_allclose(flow_of(layer, call), lengths(states), rtol=1e-9)


@pytest.mark.equation("eq-gradients-flow")
@pytest.mark.parametrize("leak", [1.0, 0.3])
def test_recorded_flow_of_an_esn_is_that_of_single_steps(leak: float) -> None:
    torch.manual_seed(0)
    esn = ESN(3, 8, 2, leak=leak, dtype=torch.float64)
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    h, states = torch.zeros(1, 2, 8, dtype=torch.float64, requires_grad=True), []
    for x_t in x:
        h = esn.states(x_t[None], h)
        h.retain_grad()
        states.append(h)
    esn.readout(torch.cat([torch.cat(states), x], dim=-1)).sin().sum().backward()

    def call() -> tuple[torch.Tensor, torch.Tensor]:
        output, _ = esn(x)
        return output, output.sin().sum()

    np.testing.assert_allclose(flow_of(esn, call), lengths(states), rtol=1e-9)


@pytest.mark.equation("eq-gradients-flow")
@pytest.mark.parametrize("teacher", ["none", "everywhere", "nowhere", "here and there"])
def test_recorded_flow_of_a_narx_is_that_of_single_predictions(teacher: str) -> None:
    torch.manual_seed(0)
    T, B, S = 7, 3, 2
    model = NARX(2, 2, 4, S, 1, dtype=torch.float64)
    u, y = (torch.randn(T, B, 2, dtype=torch.float64) for _ in range(2))
    forced = {"nowhere": torch.zeros(T - S, B), "here and there": torch.rand(T - S, B) < 0.5}
    m = forced.get(teacher, torch.ones(T - S, B)).bool()
    fed, predictions = list(y[:S]), []
    for t in range(S, T):
        (prediction,) = model(u[t - S : t + 1], torch.stack([*fed[-S:], y[t]]))
        prediction.retain_grad()
        predictions.append(prediction)
        fed.append(torch.where(m[t - S][:, None], y[t], prediction))
    torch.stack(predictions).sin().sum().backward()

    def call() -> tuple[torch.Tensor, torch.Tensor]:
        output = model(u, y, None if teacher == "none" else m)
        return output, output.sin().sum()

    np.testing.assert_allclose(flow_of(model, call), lengths(predictions), rtol=1e-9)


def test_a_hopfield_network_has_no_flow_to_record() -> None:
    model = torch.nn.Sequential(GRUD(2, 3), Hopfield(4))
    with pytest.raises(TypeError, match="1: expected layers that gradients pass, got Hopfield"):
        record_flow(model).__enter__()
    assert model[0]._record is None


def test_what_has_not_run_with_gradients_is_not_there() -> None:
    model = torch.nn.ModuleDict({"first": GRUD(2, 3), "second": nn.GRU(2, 3)})
    with record_flow(model) as flow:
        model["second"](torch.ones(4, 1, 2))
        with torch.no_grad():
            model["first"](*torch.ones(3, 5, 1, 2))
    for name in ("first", "other"):
        with pytest.raises(KeyError, match=r"expected one of \['second'\]"):
            flow.norms(name)
