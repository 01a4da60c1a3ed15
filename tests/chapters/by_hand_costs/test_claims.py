"""What the page on costs claims, on made-up records."""

from dataclasses import replace

import numpy as np
import pytest

from dlexp.chapters.by_hand_costs import claims
from dlexp.lab.claims import Claim, Verdict
from dlexp.lab.runs import Runs


def settled(runs: Runs) -> dict[str, Claim]:
    return {claim.id.partition(".")[2]: claim for claim in claims.claims(runs)}


def slowed(runs: Runs, measure: str, function: str, factors: tuple[float, ...]) -> Runs:
    """Return the runs with other times of one function, by hand, framework and loops."""
    return Runs(
        runs.slug,
        tuple(
            replace(r, arrays={**r.arrays, function: r.arrays[function] * factors})
            if r.name.startswith(measure)
            else r
            for r in runs
        ),
    )


def test_claims_hold_on_what_was_expected(made_up: Runs) -> None:
    found = settled(made_up)

    assert len(found) == 5
    assert {claim.verdict for claim in found.values()} == {Verdict.SUPPORTED}
    assert found["price"].effect == pytest.approx(4, rel=0.02)
    assert found["loops"].effect == pytest.approx(400, rel=0.03)


def test_one_slow_turn_decides_nothing(made_up: Runs) -> None:
    ratios = claims.slower(made_up("pooling"), "max_pool2d_gradient")

    assert ratios == pytest.approx([4, 4 / 1.01, 4 / 1.02])


@pytest.mark.parametrize(
    ("name", "measure", "function", "factors"),
    [
        ("max_gradient", "pooling", "max_pool2d_gradient", (4, 1)),
        ("loops", "convolution", "conv2d", (1, 1, 0.1)),
        ("price", "normalisation", "batch_norm", (1000, 1)),
    ],
)
def test_other_times_give_another_verdict(
    made_up: Runs, name: str, measure: str, function: str, factors: tuple[float, ...]
) -> None:
    assert settled(slowed(made_up, measure, function, factors))[name].verdict is Verdict.REFUTED


def test_one_other_result_is_counted(made_up: Runs) -> None:
    first, *others = made_up
    wrong = replace(first, numbers={**first.numbers, "differ": {"conv2d": 1}})

    claim = settled(Runs(made_up.slug, (wrong, *others)))["same_values"]

    assert claim.verdict is Verdict.REFUTED
    assert claim.counts == (1, 3 * (14 + 11))


def test_all_functions_count_alike(made_up: Runs) -> None:
    """Twice the time of one function of eleven: the eleventh root of two."""
    before = claims.price(made_up)

    after = claims.price(slowed(made_up, "recurrence", "lstm", (2, 1, 1)))

    np.testing.assert_allclose(after / before, 2 ** (1 / 11))
