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


def test_poolings_do_as_the_rule_says_and_some_hang_over(recorded: dict[str, Any]) -> None:
    for way, counts in recorded["pools"].items():
        assert not [what for what in counts if what.endswith("otherwise")]
        assert sum(counts.values()) == 4_000
        assert ("misfits_came" in counts) == way.endswith("up")


def test_what_a_pooling_did_is_told_from_what_the_rule_says() -> None:
    assert torch_rules.kind((2, 2), (2, 2)) == "came"
    assert torch_rules.kind(None, None) == "refused"
    assert torch_rules.kind(None, (2, 2)) == torch_rules.kind((1, 2), (2, 2)) == "otherwise"


@pytest.mark.parametrize(("stride", "expected"), [(1, None), (2, None), (3, (1,))])
def test_rounding_up_a_window_hangs_over_by_less_than_a_stride(
    stride: int, expected: tuple[int] | None
) -> None:
    assert torch_rules.pooled([(3, 5, stride, 0, 1)], up=True) == (False, expected)
    assert torch_rules.pooled([(3, 3, stride, 0, 2)], up=False) == (False, None)
