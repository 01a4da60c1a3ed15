"""What the page on softmax regression works out of its runs."""

from dlexp.chapters.softmax_regression import page


def test_more_images_narrow_the_interval_of_a_share() -> None:
    assert page.over_images(0.9, 100) == "0.90 (0.82–0.95)"
    assert page.over_images(0.9, 10_000) == "0.90 (0.89–0.91)"
