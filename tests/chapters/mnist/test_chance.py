"""What chance does to a score: laws, and cases on paper."""

import numpy as np
import pytest

from dlexp.chapters.mnist import chance
from dlexp.chapters.mnist.chance import Sources

GENERATOR = np.random.default_rng(0)


def answers(networks: float, images: float, rest: float) -> np.ndarray:
    """Return made-up right answers of 30 networks on 3,000 images, with known sources."""
    worth = GENERATOR.normal(0, networks, (30, 1))
    hardness = GENERATOR.normal(0, images, (1, 3_000))
    return worth + hardness + GENERATOR.normal(0, rest, (30, 3_000)) > -1


@pytest.mark.parametrize("count", [2, 5, 40])
def test_the_mean_of_the_largest_is_what_draws_give_and_below_its_bound(count: int) -> None:
    drawn = GENERATOR.normal(size=(40_000, count)).max(axis=1)

    assert chance.largest_of(count) == pytest.approx(drawn.mean(), abs=0.02)
    assert chance.largest_of(count) < np.sqrt(2 * np.log(count))


def test_choosing_among_independent_coins_adds_what_the_formula_says() -> None:
    coins = GENERATOR.random((8, 4_000)) < 0.8
    [gained] = chance.optimism(coins, 200, (8,), draws=3_000, seed=0)

    expected = chance.largest_of(8) * chance.standard_error(0.8, 200)
    assert gained == pytest.approx(expected, rel=0.1)


def test_nothing_is_gained_where_all_networks_are_right_on_the_same_images() -> None:
    alike = np.repeat(GENERATOR.random((1, 400)) < 0.8, 5, axis=0)

    assert chance.optimism(alike, 100, (2, 5), draws=20, seed=0) == [0.0, 0.0]


def test_sets_to_choose_by_must_be_disjoint() -> None:
    with pytest.raises(ValueError, match="`images` must be at most half of 10; got 6"):
        chance.optimism(np.ones((2, 10), bool), 6, (2,), draws=1, seed=0)


def test_the_sources_add_up_to_the_variance_of_an_answer() -> None:
    right = answers(0.3, 1.0, 0.5)
    parts = chance.sources(right)

    assert min(parts) > 0
    assert sum(parts) == pytest.approx(right.var(), rel=0.05)


def test_what_networks_share_cancels_in_a_pair() -> None:
    parts = Sources(networks=0.001, images=0.08, rest=0.02)

    assert parts.of_difference(100, paired=True) == pytest.approx(2 * (0.001 + 0.0002))
    assert parts.of_difference(100, paired=False) == pytest.approx(2 * (0.001 + 0.001))
    assert parts.of_score(100) == pytest.approx(0.002)


def test_more_networks_average_out_all_but_how_hard_the_images_are() -> None:
    parts = Sources(networks=0.001, images=0.08, rest=0.02)

    paired, alone = (parts.of_difference(100, paired=p, networks=10**9) for p in (True, False))
    assert paired == pytest.approx(0, abs=1e-9)
    assert alone == pytest.approx(2 * 0.08 / 100)


def test_measured_differences_have_the_variance_that_the_sources_say() -> None:
    right = answers(0.2, 1.0, 0.6)
    parts = chance.sources(right)
    differences = []
    for _ in range(3_000):
        one, other = GENERATOR.choice(30, 2, replace=False)
        images = GENERATOR.choice(3_000, 100, replace=False)
        differences.append(right[one, images].mean() - right[other, images].mean())

    assert np.var(differences) == pytest.approx(parts.of_difference(100, paired=True), rel=0.15)


@pytest.mark.parametrize(("a", "b"), [(0, 0), (3, 3), (1, 9), (40, 20)])
def test_the_sign_test_is_that_of_scipy(a: int, b: int) -> None:
    from scipy.stats import binomtest

    expected = binomtest(a, a + b).pvalue if a + b else 1.0
    assert chance.sign_test(a, b) == pytest.approx(expected)
    assert chance.sign_test(a, b) == chance.sign_test(b, a)


def test_only_discordant_images_count() -> None:
    one = np.array([True] * 6 + [False] * 4)
    more = np.concatenate([one, np.ones(90, bool)])

    none, others = np.zeros(10, bool), np.concatenate([np.zeros(10, bool), np.ones(90, bool)])
    assert chance.mcnemar(one, none) == chance.mcnemar(more, others)
