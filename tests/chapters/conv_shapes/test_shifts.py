"""Where windows start: tiny, and a rule that is wrong."""

from typing import Any

import pytest

from dlexp.chapters.conv_shapes import shifts

TINY = shifts.Shifting(stacks=6)


def test_windows_start_as_the_rule_says() -> None:
    found: Any = shifts.shift_windows(TINY, 0).numbers

    assert found == {"stacks": 6, "differ": 0, "even": found["even"], "even_differ": 0}
    assert found["even"] >= 3


def test_a_wrong_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: as if every map could be halved."""
    monkeypatch.setattr(shifts, "shift_of", lambda _, layers: 2**layers - 1)

    found: Any = shifts.shift_windows(shifts.Shifting(stacks=12), 0).numbers

    assert found["differ"] > 0 == found["even_differ"]


def test_fields_lie_inside_the_smallest_image() -> None:
    """Else a window's start would be cut off."""
    config = shifts.Shifting()
    step = 2**config.deepest
    field = 1 + (config.widest - 1) * (step - 1)

    assert field < config.cells[0] - step
