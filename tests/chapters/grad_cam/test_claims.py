"""What the chapter claims, on made-up runs."""

from typing import Any

import numpy as np
import pytest

from dlexp.chapters.grad_cam import claims
from dlexp.lab.claims import Verdict
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs

METHODS = ("right", "reported", "borrowed", "random", "ink")
TESTS = ("deletion", "ink_deletion", "insertion")


def made(name: str, seed: int, config: dict[str, Any], numbers: dict[str, Any]) -> Record:
    return Record("grad_cam", name, "", config, seed, numbers, {}, {})


def trained(seed: int, filters: int, accuracy: float) -> Record:
    name = f"train-{'' if filters == 128 else f'filters={filters}-'}seed={seed}"
    return made(name, seed, {"filters": filters}, {"test_accuracy": accuracy})


def explained(seed: int) -> Record:
    shares = {method: [0.5 + 0.01 * i + 0.001 * seed] * 4 for i, method in enumerate(METHODS)}
    numbers = {
        "changed_predictions": 0,
        "reported_agrees": {"mean": 0.1 + 0.01 * seed, "share": 1.0},
        "second_agrees": {"mean": 0.2, "share": 1.0},
        "untrained_agrees": 0.05,
        **dict.fromkeys(TESTS, shares),
    }
    return made(f"explain-seed={seed}", seed, {"num_images": 100}, numbers)


def judged(seed: int) -> Record:
    kept = {"grad_cam": [0.6, 0.4], "hires_cam": [0.5, 0.3 - 0.01 * seed]}
    numbers = {
        "all": {name: dict.fromkeys(TESTS, shares) for name, shares in kept.items()},
        "truth": {"grad_cam": 0.3, "hires_cam": 0.8 + 0.01 * seed},
    }
    numbers["some"] = {"grad_cam": {key: [0.9, 0.7] for key in TESTS}}
    return made(f"judge-seed={seed}", seed, {}, numbers)


def based(seed: int) -> Record:
    numbers = {
        "maps": {
            "grad_cam": {"inkless_read": 0.5 + 0.01 * seed}, "hires_cam": {"inkless_read": 0.3}
        },
        "activations": {key: [0.8, 0.6 - 0.02 * seed] for key in TESTS},
        "slopes": {"winner": 0.4, "window": 0.8 + 0.01 * seed},
    }  # fmt: skip
    return made(f"baselines-seed={seed}", seed, {}, numbers)


def twin(seed: int, head: str, apart: float) -> Record:
    numbers = {
        "apart": apart, "cells": 1_000, "mass": {"grad_cam": 0.6, "hires_cam": 0.9 + 0.01 * seed}
    }  # fmt: skip
    return made(f"twin-head={head}-seed={seed}", seed, {"head": head}, numbers)


def runs(apart: float = 1e-7) -> Runs:
    large = [trained(seed, 128, 0.99) for seed in range(3)]
    small = [trained(seed, 64, 0.98) for seed in range(3)]
    twins = [
        twin(seed, head, off)
        for head, off in (("flatten", 0.5), ("average", apart))
        for seed in range(3)
    ]
    others = [record(seed) for record in (explained, judged, based) for seed in range(3)]
    return Runs("grad_cam", (*large, *small, *others, *twins))


def settled(made_up: Runs) -> dict[str, Any]:
    return {claim.name: claim for claim in claims.claims(made_up)}


def test_claims_follow_their_runs() -> None:
    found = settled(runs())

    assert len(found) == 18
    assert found["hires_reads"].verdict is Verdict.SUPPORTED
    assert found["more_filters"].effect == pytest.approx(0.01)
    assert found["maps_change_nothing"].counts == (0, 300)
    assert found["weights_matter"].effect == pytest.approx(0.05)
    assert found["hires_reads"].effect == pytest.approx(0.51)
    assert found["hires_leaves_blank"].effect == pytest.approx(0.21)
    assert found["windows_matter"].effect == pytest.approx(0.41)
    assert found["activations_suffice"].effect == pytest.approx(0.11)
    assert found["hires_finds_the_digit"].effect == pytest.approx(0.31)


def test_maps_that_differ_under_averaging_refute_the_proof() -> None:
    assert settled(runs())["one_map_under_averaging"].counts == (0, 3_000)

    found = settled(runs(apart=0.1))["one_map_under_averaging"]

    assert found.counts == (3_000, 3_000)
    assert found.verdict is Verdict.REFUTED


@pytest.mark.parametrize("name", claims.ORDERS)
def test_an_order_of_pixels_is_ahead_by_what_it_keeps_less(name: str) -> None:
    _, more, fewer = claims.ORDERS[name]

    lead = 0.01 * (METHODS.index(more) - METHODS.index(fewer))
    assert settled(runs())[name].effect == pytest.approx(lead)


def test_the_cure_is_ahead_by_what_it_keeps_less_or_restores_more() -> None:
    found = settled(runs())

    gap = np.mean([0.5 - (0.4 - 0.005 * seed) for seed in range(3)])
    assert found["hires_deletion"].effect == pytest.approx(gap)
    assert found["hires_insertion"].effect == pytest.approx(-gap)  # more is better there


def test_a_network_is_chosen_by_its_filters() -> None:
    assert claims.networks(runs(), 64).numbers("test_accuracy").tolist() == [0.98] * 3
