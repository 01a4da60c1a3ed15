"""The number of images of a look: what the width takes, in whole calls."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlexp.looks import LOOK, Z, images_for


@given(half_width=st.floats(0.005, 0.2), share=st.floats(0, 1))
def test_a_call_fewer_would_be_too_few(half_width: float, share: float) -> None:
    size = images_for(half_width, share)

    def reached(images: int) -> float:
        return float(Z * np.sqrt(share * (1 - share) / images)) if images else np.inf

    assert size % LOOK == 0
    assert reached(size) <= half_width * (1 + 1e-9)
    assert size == LOOK or reached(size - LOOK) > half_width * (1 - 1e-9)


@pytest.mark.parametrize(("half_width", "share"), [(0.02, 0.5), (0.015, 0.95), (0.01, 0.98)])
def test_of_many_looks_nineteen_in_twenty_are_as_near_as_wanted(
    half_width: float, share: float
) -> None:
    size = images_for(half_width, share)
    looks = np.random.default_rng(0).binomial(size, share, 20_000) / size

    assert np.mean(np.abs(looks - share) <= half_width + 1e-9) >= 0.945


@pytest.mark.parametrize("half_width", [0, 1, -0.1, float("nan")])
def test_a_half_width_is_between_nothing_and_all(half_width: float) -> None:
    with pytest.raises(ValueError, match=r"`half_width` must be in \(0, 1\); got"):
        images_for(half_width, 0.5)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_an_accuracy_is_a_share(share: float) -> None:
    with pytest.raises(ValueError, match=r"`share` must be in \[0, 1\]; got"):
        images_for(0.1, share)
