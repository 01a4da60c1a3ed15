"""The figures of the chapter on transfer learning: their words are their numbers."""

import numpy as np

from dlexp.chapters.transfer_learning import figures

RISING = np.array([[0.5, 0.8], [0.7, 0.9]])


def test_shares_are_said_as_fractions() -> None:
    drawn = figures.shares({"frozen": (0, 1), "by layers": (1 / 27, 1)})

    assert drawn.alt.endswith("the head last. frozen: 0, 1; by layers: 1/27, 1.")


def test_losses_say_their_ends() -> None:
    panels = {"falls": {"healthy": RISING[:, ::-1]}, "stays": {"frozen": RISING}}

    drawn = figures.losses(panels, 0.64)

    assert "falls: healthy 0.85 to 0.60; stays: frozen 0.60 to 0.85" in drawn.alt
    assert "dotted, shares of classes 0.64." in drawn.alt


def test_sizes_say_their_ends() -> None:
    panels = {"how": {"tuned": RISING}, "what": {"clothes": RISING}}

    drawn = figures.sizes(panels, {"how": [10, 100], "what": [10, 100]})

    assert "how: tuned 60% to 85%; what: clothes 60% to 85%" in drawn.alt
