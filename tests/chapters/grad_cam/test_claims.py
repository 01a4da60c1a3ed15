"""What the chapter claims, on made-up runs."""

import numpy as np
import pytest

from dlexp.chapters.grad_cam import claims
from dlexp.lab.claims import Verdict
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs

METHODS = ("right", "reported", "borrowed", "untrained", "random", "ink")


def trained(seed: int, filters: int, accuracy: float) -> Record:
    history = {"accuracy": {"test": [accuracy, accuracy + 0.01 * seed]}, "chosen": 0}
    numbers = {"test_accuracy": accuracy, "history": history}
    name = f"train-{'' if filters == 128 else f'filters={filters}-'}seed={seed}"
    arrays = {"predictions": np.zeros(100, np.int8)}
    return Record("grad_cam", name, "", {"filters": filters}, seed, numbers, arrays, {})


def explained(seed: int) -> Record:
    shares = {method: [0.5 + 0.01 * i + 0.001 * seed] * 4 for i, method in enumerate(METHODS)}
    likeness = {"mean": 0.1 + 0.01 * seed, "share": 1.0}
    numbers = {
        "changed_predictions": 0,
        "relu_removed": 0.9 + 0.01 * seed,
        "reported_agrees": likeness,
        "class_sensitivity": {"second": 0.2, "last": 0.1},
        "randomisation": {"layers": ["logits"], "correlation": [0.9, 0.05]},
        **dict.fromkeys(("deletion", "ink_deletion", "insertion"), shares),
    }
    return Record("grad_cam", f"explain-seed={seed}", "", {}, seed, numbers, {}, {})


@pytest.fixture(scope="module")
def runs() -> Runs:
    large = [trained(seed, 128, 0.99) for seed in range(3)]
    small = [trained(seed, 64, 0.98) for seed in range(3)]
    return Runs("grad_cam", (*large, *small, *map(explained, range(3))))


def test_claims_follow_their_runs(runs: Runs) -> None:
    settled = {claim.name: claim for claim in claims.claims(runs)}

    assert len(settled) == 18
    assert settled["honest_accuracy"].verdict is Verdict.SUPPORTED
    assert settled["more_filters"].effect == pytest.approx(0.01)
    assert settled["test_choice_flatters"].values == pytest.approx((0.0, 0.01, 0.02))
    assert settled["maps_change_nothing"].counts == (0, 300)
    assert settled["weights_matter"].effect == pytest.approx(0.05)


@pytest.mark.parametrize("name", claims.ORDERS)
def test_an_order_of_pixels_is_ahead_by_what_it_keeps_less(runs: Runs, name: str) -> None:
    settled = {claim.name: claim for claim in claims.claims(runs)}
    _, more, fewer = claims.ORDERS[name]

    lead = 0.01 * (METHODS.index(more) - METHODS.index(fewer))
    assert settled[name].effect == pytest.approx(lead)


def test_a_network_is_chosen_by_its_filters(runs: Runs) -> None:
    assert claims.networks(runs, 64).numbers("test_accuracy").tolist() == [0.98] * 3
