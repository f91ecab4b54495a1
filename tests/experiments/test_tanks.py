"""The measured tanks: derivatives of the free run against torch, what training may see, and what is claimed."""

from __future__ import annotations

import functools
from statistics import median
from typing import Any

import numpy as np
import pytest
import torch
from scipy.optimize import least_squares

from rnncourse import narx, results
from rnncourse.data import download, systems
from rnncourse.experiments import tanks
from rnncourse.narx import Network, Orders
from rnncourse.nn import NARX

ORDERS = [Orders(2, 2, 1), Orders(3, 1, 0), Orders(1, 4, 2)]
HIGH = 100.0  # a tank that is never full


@functools.cache
def made() -> tanks.Tanks:
    return tanks.in_units(tanks.records(measured=False))


def example(orders: Orders, T: int = 40, H: int = 3) -> tuple[NARX, Network, np.ndarray, np.ndarray, np.ndarray]:
    """A module of torch, the same weights as a network, u and y (T,), and which steps are forced."""
    torch.manual_seed(0)
    module, rng = NARX(1, 1, H, *orders, dtype=torch.float64), np.random.default_rng(1)
    with torch.no_grad():
        module.weight_io.copy_(0.2 * torch.randn(module.weight_io.shape, dtype=torch.float64))  # type: ignore[union-attr]
    net = Network(*(p.detach().numpy() for p in module.parameters()))  # type: ignore[call-arg]
    forced = rng.random(T) < 0.2
    forced[: orders.start] = True
    return module, net, rng.normal(size=T), rng.normal(size=T), forced


@pytest.mark.parametrize("orders", ORDERS)
def test_the_regressors_are_the_chapters(orders: Orders) -> None:
    _, _, u, y, _ = example(orders)
    expected = narx.regressors(y[:, None, None], u[:, None, None], orders)[:, 0]
    np.testing.assert_array_equal(tanks.lagged(y, u, orders), expected)


@pytest.mark.parametrize("orders", ORDERS)
def test_free_run_and_derivatives_are_torchs(orders: Orders) -> None:
    """torch.autograd, through the module and its mixture of measured and own outputs."""
    module, net, u, y, forced = example(orders)
    S, names = orders.start, [name for name, _ in module.named_parameters()]

    def run(*weights: torch.Tensor) -> torch.Tensor:
        inputs = (torch.from_numpy(u)[:, None, None], torch.from_numpy(y)[:, None, None])
        mask = torch.from_numpy(forced[S:, None])
        called: Any = torch.func.functional_call(module, dict(zip(names, weights, strict=True)), (*inputs, mask))
        return called[:, 0, 0]

    weights = tuple(p.detach().clone() for p in module.parameters())
    y_hat, fed = tanks.free_run(net, u, y, orders, forced, HIGH)
    np.testing.assert_allclose(y_hat[S:], run(*weights).numpy(), rtol=1e-12, atol=1e-12)
    jacobian: Any = torch.autograd.functional.jacobian(run, weights)  # type: ignore[no-untyped-call]
    expected = np.concatenate([part.reshape(len(y) - S, -1).numpy() for part in jacobian], axis=1)
    found = tanks.sensitivities(net, u, y_hat, fed, orders, forced, HIGH)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_a_full_tank_answers_to_nothing() -> None:
    orders = ORDERS[0]
    _, net, u, y, forced = example(orders)
    theta, free = tanks.flat(net), tanks.free_run(net, u, y, orders, forced, HIGH)[0]
    full = float(np.median(np.abs(free[2:])))

    def run(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return tanks.free_run(tanks.network(theta, 4), u, y, orders, forced, full)

    y_hat, fed = run(theta)
    stands = np.abs(y_hat[2:]) == full
    assert 3 < stands.sum() < 35
    found = tanks.sensitivities(net, u, y_hat, fed, orders, forced, full)
    assert not found[stands].any()
    steps = 1e-6 * np.eye(len(theta))
    differences = np.stack([(run(theta + e)[0] - run(theta - e)[0])[2:] / 2e-6 for e in steps], axis=1)
    np.testing.assert_allclose(found, differences, rtol=1e-5, atol=1e-7)


def test_the_method_reaches_scipys_minimum() -> None:
    """A residual that is not linear, with a penalty; ``least_squares`` has it as two rows more."""
    decay = np.array([0.1, 0.2])

    def residuals(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        e = np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])
        return e, np.array([[-20 * x[0], 10.0], [-1.0, 0.0]])

    found, least = tanks.levenberg_marquardt(residuals, np.array([-1.0, 2.0]), decay, 200)
    expected = least_squares(lambda x: np.r_[residuals(x)[0], np.sqrt(decay) * x], [-1.0, 2.0])
    np.testing.assert_allclose(found, expected.x, atol=1e-3)
    assert least == pytest.approx(2 * expected.cost, rel=1e-5)


def test_training_sees_neither_a_block_that_is_held_out_nor_the_test_record() -> None:
    """Of a block its last two outputs start the run after it, and nothing else counts."""
    t, plan = made(), ((64, 3),)
    held = np.zeros(1024, np.bool_)
    held[300:500] = True
    unknown = np.full(1024, np.nan)
    other = t._replace(y=np.where(held & (np.arange(1024) < 498), 7.0, t.y), u_test=unknown, y_test=unknown)
    first, second = (tanks.train(one, 1, tanks.Setting(), held, plan) for one in (t, other))
    np.testing.assert_allclose(tanks.flat(first[0]), tanks.flat(second[0]), rtol=1e-9)
    all_seen = tanks.train(t, 1, tanks.Setting(), None, plan)
    assert np.abs(tanks.flat(all_seen[0]) - tanks.flat(first[0])).max() > 1e-3


def test_each_block_is_validated_once_by_a_model_that_has_not_seen_it() -> None:
    t, seen = made(), []

    def fit(held: np.ndarray) -> tanks.Predict:
        seen.append(held)
        return lambda u, y, forced: y + np.where(forced, 9.0, 0.5)

    assert tanks.validation_error(t, fit) == pytest.approx(0.5 * t.spread)
    assert np.sum(seen, axis=0).tolist() == [0] * 50 + [1] * 974


def test_settings_are_compared_without_the_test_record(monkeypatch: pytest.MonkeyPatch) -> None:
    train, unknown = systems.tanks_record(0), np.full(1024, np.nan)
    monkeypatch.setattr(tanks, "train", functools.partial(tanks.train, plan=((64, 2),)))
    monkeypatch.setattr(tanks, "records", lambda measured: (train, systems.Record(unknown, unknown, 4.0)))
    found = tanks.choice(0, restarts=1, some=2)
    assert list(found) == list(tanks.SETTINGS)[:2]
    assert all(0 < error < 10 for error in found.values())


def test_the_seven_parameters_are_the_two_tanks() -> None:
    """With an upper tank that runs over: :func:`cascaded_tanks`, in short steps."""
    u = 3.5 + 2.0 * np.sin(np.arange(200) / 15)
    expected = systems.cascaded_tanks(u, noise=0.0, substeps=64).y
    model = tanks.TankModel(0.11, 0.11, 0.11, 0.08, 0.0, 10.0, 0.5)
    np.testing.assert_allclose(tanks.levels(model, u, 4.0, 4.0, substeps=64), expected, atol=0.06)


# --- claims


PUBLISHED = {"ARX": 0.685, "RNN": 0.543, "GRU": 0.396}  # Champneys et al. (2024), volts


@pytest.mark.claim("narx-tanks-test")
@pytest.mark.claim("narx-tanks-seconds")
def test_every_seed_is_below_four_tenths_of_a_volt() -> None:
    kept = results.load("narx/tanks")
    assert len(kept.seeds) == 10
    assert median(kept["test"]) <= 0.40
    assert kept["test"].max() < PUBLISHED["GRU"]
    assert median(kept["seconds"]) <= 10
    assert median(kept["train"]) < median(kept["test"]), "it has seen the one and not the other"
    assert np.sort(kept["each"], axis=1)[:, -1].max() > 1, "single starts fail: that is what several are for"


@pytest.mark.claim("narx-tanks-baselines")
def test_what_is_cheaper() -> None:
    kept, networks = results.load("narx/tanks_baselines"), results.load("narx/tanks")
    assert kept["ARX test"][0] > networks["test"].max()
    assert kept["polynomial test"][0] > networks["test"].max()
    assert kept["seven parameters test"][0] < median(networks["test"])


@pytest.mark.learning
def test_the_measured_record_where_it_can_be_had() -> None:
    folder = download.data_folder()
    if not any((folder / name).is_file() for name in (download.TANKS.name, download.TANKS_CSV)):
        pytest.skip(f"the measured tanks do not lie in {folder}")
    t = tanks.in_units(tanks.records(measured=True))
    found = tanks.several(t, 1, 2, tanks.SETTINGS[tanks.CHOSEN])
    assert tanks.test_error(t, found[0]) < 0.5
