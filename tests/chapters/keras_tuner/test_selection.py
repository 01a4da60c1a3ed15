"""Luck, noise and optimism, on cases where the answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlexp.chapters.keras_tuner import selection


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@given(st.floats(0, 1), st.integers(0, 50))
def test_more_guesses_never_hurt(share: float, count: int) -> None:
    assert selection.chance_of_top(share, count) <= selection.chance_of_top(share, count + 1)


def test_the_chance_is_the_one_that_is_drawn() -> None:
    drawn = (rng().random((100_000, 5)) < 0.05).any(axis=1).mean()

    assert abs(selection.chance_of_top(0.05, 5) - drawn) < 0.005
    with pytest.raises(ValueError, match=r"`share` must be in \[0, 1\]; got 1.5"):
        selection.chance_of_top(1.5, 1)
    with pytest.raises(ValueError, match="`count` must be >= 0; got -1"):
        selection.chance_of_top(0.5, -1)


def test_one_candidate_gives_no_optimism_and_equal_ones_give_that_of_the_maximum() -> None:
    """Equal models: the best of 100 on 5,000 images is about 2.5 standard errors too good."""
    hits = rng().binomial(500, 0.9, size=(200, 20)) / 500
    found = selection.optimism(hits, [1, 100], splits=400, generator=rng())
    error = np.sqrt(0.9 * 0.1 / 5_000)

    assert abs(found[0]) < 1e-12
    assert 2.0 * error < found[1] < 3.0 * error


def test_models_that_differ_by_much_give_no_optimism() -> None:
    hits = np.repeat(np.linspace(0, 1, 11)[:, np.newaxis], 4, axis=1)

    found = selection.optimism(hits, [1, 5, 11], splits=20, generator=rng())

    np.testing.assert_allclose(found, 0, atol=1e-12)


def test_the_epoch_is_chosen_on_the_half_that_chooses() -> None:
    """One candidate, two epochs, each perfect on its half: the choice is wholly in vain."""
    hits = np.array([[[1.0, 0.0], [0.0, 1.0]]])

    found = selection.optimism(hits, [1], splits=10, generator=rng())

    assert found.tolist() == [1.0]
    with pytest.raises(ValueError, match=r"`counts` must be in 1 ... 1; got \(2,\)"):
        selection.optimism(hits, [2], splits=1, generator=rng())


@settings(max_examples=20)
@given(st.floats(0.1, 3.0))
def test_the_share_of_noise_is_found_again(noise: float) -> None:
    generator = np.random.default_rng(7)
    scores = generator.normal(size=(1, 4_000)) + noise * generator.normal(size=(3, 4_000))

    assert abs(selection.noise_share(scores) - noise**2 / (1 + noise**2)) < 0.05


def test_noise_alone_is_all_noise_and_shapes_are_checked() -> None:
    assert selection.noise_share([[1.0, 2.0], [2.0, 1.0]]) == 1
    with pytest.raises(ValueError, match=r"must be of shape \(seeds, configurations\); got \(2,\)"):
        selection.noise_share([1.0, 2.0])


def test_ranks_are_shared_where_scores_are_equal() -> None:
    assert selection.rank_correlation([1, 1, 2], [1, 2, 3]) == pytest.approx(np.sqrt(3) / 2)
    assert selection.rank_correlation([1, 2, 3], [3, 2, 1]) == -1


def test_an_effect_of_one_hyperparameter_is_found_where_it_is() -> None:
    rate = np.repeat(np.arange(6.0), 36)

    effects = selection.main_effects(rate)

    assert effects["learning_rate"] == pytest.approx(1)
    assert sum(effects.values()) == pytest.approx(1)


def test_where_all_directions_matter_little_is_left_of_the_lead_of_random_search() -> None:
    few = [np.mean(each) for each in selection.toy_bests(2, 6, 300, rng())]
    grid, random = selection.toy_bests(6, 6, 300, rng())

    assert few[1] < few[0] / 2
    assert grid.shape == random.shape == (300,)
    np.testing.assert_array_less(grid, 6 * 0.25**2 + 1e-12)
    with pytest.raises(ValueError, match=r"`matter` must be in 1 ... 6; got 7"):
        selection.toy_bests(7, 6, 1, rng())
