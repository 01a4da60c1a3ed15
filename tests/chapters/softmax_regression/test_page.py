"""What the page on softmax regression works out of its runs."""

import numpy as np
import pytest

from dlexp.chapters.softmax_regression import page


def test_pairs_that_hold_all_mistakes_everywhere_have_ten_times_their_share() -> None:
    labels = np.tile([4, 7], 100)
    guesses = np.array([np.where(labels == 4, 9, 7)] * 3)

    assert page.top_times_elsewhere(guesses, labels) == pytest.approx([10, 10, 10])


def test_a_seed_alone_with_its_mistakes_has_none_of_them_in_the_pairs_of_others() -> None:
    labels = np.tile([4, 7], 100)
    guesses = np.array([np.where(labels == 4, 9, 7)] * 2 + [np.where(labels == 7, 8, 4)])

    times = page.top_times_elsewhere(guesses, labels)

    assert times[2] == 0
