"""The interval of a claim, drawn: seeds as dots, the bound dashed, the asserted range shaded."""

import html
from collections.abc import Iterable
from dataclasses import dataclass

from dlexp.lab.claims import Claim, Range
from dlexp.site.claim_words import MINUS, Shown, alt_text, anchor, shown

WIDTH, HEIGHT = 400, 74
MARGIN = 14
_DOTS, _BAR, _LABEL = 14, 34, 68  # heights of what is drawn


@dataclass(frozen=True)
class _Scale:
    """Places numbers from left to right."""

    low: float
    high: float

    @classmethod
    def showing(cls, numbers: Shown) -> "_Scale":
        bounds = [bound for bound in numbers.asserted if bound is not None]
        drawn = [*numbers.values, *numbers.interval, numbers.effect, *bounds]
        low, high = min(drawn), max(drawn)
        spare = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
        return cls(low - spare, high + spare)

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)


def plot(claim: Claim) -> str:
    """Return the interval of a claim as SVG: seeds as dots, its bound dashed.

    The range that the claim asserts is shaded: an interval wholly inside is a claim supported.
    """
    numbers = shown(claim)
    scale = _Scale.showing(numbers)
    title = f"{anchor(claim.id)}-plot"
    pieces = [
        f'<svg class="claim-plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="{title}">',
        f'<title id="{title}">{html.escape(alt_text(claim))}</title>',
        *_range(numbers.asserted, scale),
        *_interval(numbers, scale),
        "</svg>",
    ]
    return "\n".join(pieces)


def _range(asserted: Range, scale: _Scale) -> Iterable[str]:
    """Yield the shaded range and its dashed edges with their numbers."""
    floor = scale.low if asserted[0] is None else asserted[0]
    ceiling = scale.high if asserted[1] is None else asserted[1]
    left, right = scale(floor), scale(ceiling)
    yield (
        f'<rect class="claim-asserted" x="{left}" y="2" width="{round(right - left, 1)}" '
        'height="48" fill="currentColor" fill-opacity="0.1"/>'
    )
    for bound in dict.fromkeys(bound for bound in asserted if bound is not None):
        x = scale(bound)
        side = "start" if x < WIDTH / 8 else "end" if x > WIDTH * 7 / 8 else "middle"
        yield (
            f'<line x1="{x}" x2="{x}" y1="2" y2="52" stroke="currentColor" stroke-dasharray="4 3"/>'
        )
        number = f"{bound:g}".replace("-", MINUS)
        yield (
            f'<text x="{x}" y="{_LABEL}" text-anchor="{side}" font-size="15" '
            f'fill="currentColor">{number}</text>'
        )


def _interval(numbers: Shown, scale: _Scale) -> Iterable[str]:
    """Yield one dot per seed, and below them the interval with its effect."""
    for value in numbers.values:
        yield (
            f'<circle cx="{scale(value)}" cy="{_DOTS}" r="4" fill="currentColor" '
            'fill-opacity="0.45"/>'
        )
    low, high = map(scale, numbers.interval)
    yield (
        f'<path d="M{low} {_BAR - 6}v12M{low} {_BAR}H{high}M{high} {_BAR - 6}v12" fill="none" '
        'stroke="currentColor" stroke-width="2"/>'
    )
    yield f'<circle cx="{scale(numbers.effect)}" cy="{_BAR}" r="5" fill="currentColor"/>'
