"""The figure that teaches how to read a claim."""

from collections.abc import Sequence

from dlexp.draw import publish, style
from dlexp.draw.drawing import Drawing
from dlexp.lab.claims import Claim, mean_within
from dlexp.lab.intervals import CONFIDENCE


def verdicts(claims: Sequence[Claim]) -> Drawing:
    """Draw the intervals of claims that assert the same range, one below the other.

    Parameters
    ----------
    claims : sequence of Claim
        Over seeds, all above the same threshold.

    Examples
    --------
    >>> from dlexp.lab.claims import mean_within
    >>> claim = mean_within("a.b", "gain", values=[1.0, 2.0, 3.0], low=-1.0, high=None,
    ...                     seeds=[0, 1, 2], units=["train"])
    >>> verdicts([claim]).alt
    'Intervals of gain against the bound -1: -0.5 to 4.5, supported.'
    """
    figure, axes = style.new(6.4, 0.9 + 0.6 * len(claims))
    ax = axes[0, 0]
    bound = claims[0].asserted[0] or 0.0
    ax.axvline(bound, color=style.PALETTE["black"], linestyle="--", linewidth=1)
    for row, claim in enumerate(claims):
        low, high = claim.interval
        ax.plot(
            [low, high], [row, row], color=style.PALETTE["blue"], linewidth=3, label="_interval"
        )
        ax.plot(claim.effect, row, "o", color=style.PALETTE["blue"], markersize=9, label="_mean")
        ax.plot(
            claim.values,
            [row - 0.25] * len(claim.values),
            "o",
            color=style.PALETTE["vermillion"],
            label=f"_seeds, {claim.verdict.value}",
        )
    ax.set_yticks(range(len(claims)), [claim.verdict.value for claim in claims])
    ax.set_ylim(len(claims) - 0.5, -0.6)
    ax.set_xlabel(claims[0].measure)
    rows = (f"{c.interval[0]:.1f} to {c.interval[1]:.1f}, {c.verdict}" for c in claims)
    words = f"Intervals of {claims[0].measure} against the bound {bound:g}: {'; '.join(rows)}."
    return Drawing(figure, words)


SEEDS = (0, 1, 2, 3, 4)
MADE_UP = (
    (2.1, 1.4, 1.9, 2.6, 1.7),
    (1.2, -0.4, 0.9, -0.7, 1.1),
    (-1.5, -0.9, -2.0, -1.1, -1.4),
)
"""Points gained, by seed, in three made-up measurements of one sentence."""


def examples() -> None:
    """Show the three measurements, and say how sure an interval is."""
    claims = [
        mean_within(
            "reading.example", "points gained, A minus B", values=values, low=0.0, high=None,
            seeds=SEEDS, units=["made_up"],
        )
        for values in MADE_UP
    ]  # fmt: skip
    publish.figure("verdicts", verdicts(claims))
    publish.number("confidence", CONFIDENCE, ".0%")
    publish.number("misses", 1 - CONFIDENCE, ".0%")
    publish.number("seeds", len(SEEDS), "d")
