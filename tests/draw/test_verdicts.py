"""The figure that teaches how to read a claim: what it shows is what it says."""

from typing import Any

import numpy as np
import pytest

from dlexp.draw import publish, verdicts


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what the examples publish, by name."""
    found: dict[str, Any] = {}

    def number(name: str, value: float, form: str) -> None:
        found[name] = format(value, form)

    monkeypatch.setattr(publish, "number", number)
    monkeypatch.setattr(publish, "figure", found.__setitem__)
    verdicts.examples()
    return found


def test_the_examples_are_the_three_verdicts_and_say_how_sure_they_are(
    published: dict[str, Any],
) -> None:
    drawing = published.pop("verdicts")

    assert published == {"confidence": "95%", "misses": "5%", "seeds": "5"}
    assert drawing.alt == (
        "Intervals of points gained, A minus B against the bound 0: 1.4 to 2.5, supported; "
        "-0.7 to 1.5, inconclusive; -1.9 to -0.9, refuted."
    )


def test_intervals_stand_below_each_other_with_their_dots_in_sight(
    published: dict[str, Any],
) -> None:
    [ax] = published["verdicts"].figure.axes
    bound, *marks = ax.lines
    bottom, top = ax.get_ylim()

    assert list(bound.get_xdata()) == [0, 0]
    assert bottom > len(verdicts.MADE_UP) - 1 > 0.25 > top
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "supported", "inconclusive", "refuted",
    ]  # fmt: skip
    for row, values in enumerate(verdicts.MADE_UP):
        interval, mean, dots = marks[3 * row : 3 * row + 3]
        low, high = interval.get_xdata()
        assert low < np.mean(values) < high
        assert mean.get_xdata()[0] == pytest.approx(np.mean(values))
        assert tuple(dots.get_xdata()) == values
        assert top < min(dots.get_ydata()) < max(interval.get_ydata()) == row < bottom
