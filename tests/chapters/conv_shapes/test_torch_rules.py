"""The rules of PyTorch against what it was recorded to give."""

from typing import Any

import pytest

from dlexp.byhand.sizes import split_padding
from dlexp.chapters.conv_shapes import modes, torch_rules


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    return torch_rules.modes()


def test_poolings_round_up_as_the_rule_says(recorded: dict[str, Any]) -> None:
    cases = recorded["rounded_up"]

    assert len(cases) > 300
    assert [
        torch_rules.rounded_up(n, k, stride=s, padding=p) for n, k, s, p, _ in cases
    ] == [count for *_, count in cases]  # fmt: skip


def test_some_last_windows_would_start_behind_the_image(recorded: dict[str, Any]) -> None:
    """Else the second half of the rule would go untested."""
    assert any(-(-(n + 2 * p - k) // s) + 1 > count for n, k, s, p, count in recorded["rounded_up"])


def test_same_padding_is_that_of_tensorflow(recorded: dict[str, Any]) -> None:
    for n, k, d, before, after in recorded["same"]:
        assert split_padding(n, k, padding="same", dilation=d) == (before, after)


def test_pytorch_refuses_all_that_does_not_fit(recorded: dict[str, Any]) -> None:
    for counts in recorded["answers"].values():
        for alone in modes.ALONE:
            misfits, fits = counts[f"{alone}_misfits"], counts[f"{alone}_fits"]
            assert misfits["refused"] == sum(misfits.values()) > 0
            assert fits["right"] == sum(fits.values()) > 0
