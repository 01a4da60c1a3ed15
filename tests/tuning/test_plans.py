"""What a search is asked for."""

import pytest

from dlexp import data
from dlexp.tuning.plans import IMAGES, SearchPlan


@pytest.mark.parametrize("name", ["trials", "epochs", "images", "seed"])
def test_a_plan_refuses_nothing(name: str) -> None:
    with pytest.raises(ValueError, match=f"^`{name}` must be at least 1; got 0$"):
        SearchPlan(**{name: 0})


def test_the_number_of_images_is_mnists() -> None:
    assert len(data.load("mnist").train) == IMAGES
