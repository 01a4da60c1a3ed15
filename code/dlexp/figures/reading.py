"""The figure that teaches how to read a claim."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from dlexp.claims import Claim
from dlexp.figures import style


def plot_verdicts(claims: Sequence[Claim]) -> Figure:
    """Draw the intervals of claims that assert the same range, one below the other.

    Parameters
    ----------
    claims : sequence of Claim
        Over seeds, all above the same threshold.
    """
    figure, axes = style.new(6.4, 0.9 + 0.6 * len(claims))
    ax = axes[0, 0]
    bound = claims[0].asserted[0] or 0.0
    ax.axvline(bound, color=style.PALETTE["black"], linestyle="--", linewidth=1)
    for row, claim in enumerate(claims):
        low, high = claim.interval
        ax.plot([low, high], [row, row], color=style.PALETTE["blue"], linewidth=3)
        ax.plot(claim.effect, row, "o", color=style.PALETTE["blue"], markersize=9)
        ax.plot(
            claim.values, [row - 0.25] * len(claim.values), "o", color=style.PALETTE["vermillion"]
        )
    ax.set_yticks(range(len(claims)), [claim.verdict.value for claim in claims])
    ax.set_ylim(len(claims) - 0.5, -0.6)
    ax.set_xlabel(claims[0].measure)
    return figure


def alt_verdicts(claims: Sequence[Claim]) -> str:
    """Return what `plot_verdicts` shows, in words.

    Examples
    --------
    >>> from dlexp.claims import mean_above
    >>> alt_verdicts([mean_above("a.b", "B.", "gain", [1.0, 2.0, 3.0], threshold=-1.0,
    ...                          seeds=[0, 1, 2], units=["train"])])
    'Intervals of gain against the bound -1: -0.5 to 4.5, supported.'
    """
    bound = claims[0].asserted[0] or 0.0
    rows = (f"{c.interval[0]:.1f} to {c.interval[1]:.1f}, {c.verdict}" for c in claims)
    return f"Intervals of {claims[0].measure} against the bound {bound:g}: {'; '.join(rows)}."
