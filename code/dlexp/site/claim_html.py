"""How a claim looks on a page: a box with its sentence, its interval drawn, and its provenance.

Everything here is a function from a claim and its records to HTML; `dlexp.site.claim` puts it in
place. Colours are left to the style sheet and to ``currentColor``, so both themes work.
"""

import html
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dlexp.claims import Claim, Range
from dlexp.results import Record

MINUS = "\N{MINUS SIGN}"

WIDTH, HEIGHT = 400, 74
MARGIN = 14
_DOTS, _BAR, _LABEL = 14, 34, 68  # heights of what is drawn


def anchor(identifier: str) -> str:
    """Return the address of a claim's box on its page.

    Examples
    --------
    >>> anchor("grad_cam.deletion_beats_random")
    'claim-grad_cam-deletion_beats_random'
    """
    return "claim-" + identifier.replace(".", "-")


# --- Words --------------------------------------------------------------------------------------


def written(value: float, interval: tuple[float, float]) -> str:
    """Return a number with as many decimals as its interval makes meaningful.

    Two digits of the interval's width are kept: more would be noise, fewer would hide the ends.

    Examples
    --------
    >>> written(0.991234, (0.9908, 0.9917)), written(-3.21, (-4.0, -2.4))
    ('0.99123', '−3.2')
    >>> written(12345.6, (12000.0, 13000.0)), written(0.25, (0.25, 0.25))
    ('12,346', '0.25')
    """
    width = interval[1] - interval[0]
    if width == 0:
        text = f"{value:,.6g}"
    else:
        decimals = max(0, 1 - math.floor(math.log10(width)))
        text = f"{round(value, decimals) + 0.0:,.{decimals}f}"  # + 0.0: no minus zero
    return text.replace("-", MINUS)


def in_words(asserted: Range) -> str:
    """Return what a claim asserts of its effect.

    Examples
    --------
    >>> in_words((0.0, None)), in_words((None, -0.5)), in_words((0.25, 0.5)), in_words((0.0, 0.0))
    ('above 0', 'below −0.5', 'between 0.25 and 0.5', 'exactly 0')
    """
    floor, ceiling = (None if x is None else f"{x:g}".replace("-", MINUS) for x in asserted)
    if floor is None:
        return "anything" if ceiling is None else f"below {ceiling}"
    if ceiling is None:
        return f"above {floor}"
    return f"exactly {floor}" if floor == ceiling else f"between {floor} and {ceiling}"


def effect_words(claim: Claim) -> str:
    """Return the effect with its interval, or the cases counted.

    Examples
    --------
    >>> from dlexp.claims import mean_above
    >>> effect_words(mean_above("demo.good", "Good.", "accuracy", [0.98, 0.99, 1.0],
    ...                         threshold=0.5, seeds=[0, 1, 2], units=["train"]))
    '0.990 (95 % interval 0.965 to 1.015)'
    >>> from dlexp.claims import none_of
    >>> effect_words(none_of("demo.never", "Never.", "rate", failures=1, trials=4, seeds=[],
    ...                      exhaustive=True, units=["train"]))
    '1 of 4'
    """
    low, high = (written(end, claim.interval) for end in claim.interval)
    effect = written(claim.effect, claim.interval)
    if claim.counts is not None:
        effect = "{:,} of {:,}".format(*claim.counts)
    if claim.counts is not None and low == high:
        return effect
    what = "interval" if claim.counts is None else "interval of the rate"
    return f"{effect} ({100 * claim.confidence:g} % {what} {low} to {high})"


def seeds_words(claim: Claim) -> str:
    """Return how many seeds a claim rests on; without any, the cases are all there are.

    Examples
    --------
    >>> from dlexp.claims import none_of
    >>> seeds_words(none_of("demo.never", "Never.", "rate", failures=0, trials=9, seeds=[4],
    ...                     units=["train"]))
    '1 seed'
    """
    count = len(claim.seeds)
    return f"{count} seed{'' if count == 1 else 's'}" if count else "no chance involved"


def alt_text(claim: Claim) -> str:
    """Return what the interval plot shows, from the values that it draws."""
    parts = [f"Interval plot: {effect_words(claim)}; the claim puts it {in_words(claim.asserted)}"]
    if claim.values:
        values = ", ".join(written(value, claim.interval) for value in claim.values)
        parts.append(f"by seed {values}")
    return "; ".join(parts) + "."


# --- The plot -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Scale:
    """Places numbers from left to right."""

    low: float
    high: float

    @classmethod
    def of(cls, claim: Claim) -> "_Scale":
        bounds = [bound for bound in claim.asserted if bound is not None]
        shown = [*claim.values, *claim.interval, claim.effect, *bounds]
        low, high = min(shown), max(shown)
        spare = 0.06 * (high - low) or 0.5 * abs(high) or 1.0
        return cls(low - spare, high + spare)

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)


def plot(claim: Claim) -> str:
    """Return the interval of a claim as SVG: seeds as dots, its bound dashed.

    The range that the claim asserts is shaded: an interval wholly inside is a claim supported.
    """
    scale = _Scale.of(claim)
    title = f"{anchor(claim.id)}-plot"
    pieces = [
        f'<svg class="claim-plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="{title}">',
        f'<title id="{title}">{html.escape(alt_text(claim))}</title>',
        *_range(claim.asserted, scale),
        *_interval(claim, scale),
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


def _interval(claim: Claim, scale: _Scale) -> Iterable[str]:
    """Yield one dot per seed, and below them the interval with its effect."""
    for value in claim.values:
        yield (
            f'<circle cx="{scale(value)}" cy="{_DOTS}" r="4" fill="currentColor" '
            'fill-opacity="0.45"/>'
        )
    low, high = map(scale, claim.interval)
    yield (
        f'<path d="M{low} {_BAR - 6}v12M{low} {_BAR}H{high}M{high} {_BAR - 6}v12" fill="none" '
        'stroke="currentColor" stroke-width="2"/>'
    )
    yield f'<circle cx="{scale(claim.effect)}" cy="{_BAR}" r="5" fill="currentColor"/>'


# --- The box ------------------------------------------------------------------------------------


def box(claim: Claim, records: Mapping[str, Record], source: str | None) -> str:
    """Return the box of a claim.

    Parameters
    ----------
    claim : Claim
    records : mapping of str to Record
        By name; all that ``claim.units`` names.
    source : str or None
        Where the experiment's source can be read, as seen from the page.
    """
    here, sentence = anchor(claim.id), html.escape(claim.sentence)
    return (
        f'<div class="claim claim-{claim.verdict}" id="{here}" role="group" '
        f'aria-labelledby="{here}-sentence">\n'
        f'<p class="claim-sentence">{verdict_badge(claim)} '
        f'<span id="{here}-sentence">{sentence}</span></p>\n'
        f"{plot(claim)}\n"
        f'<p class="claim-effect"><strong>{effect_words(claim)}</strong>, '
        f"{seeds_words(claim)}: {html.escape(claim.measure)}.</p>\n"
        f"{_provenance(claim, [records[name] for name in claim.units], source)}\n</div>"
    )


def verdict_badge(claim: Claim) -> str:
    """Return the verdict as a word with a frame."""
    return f'<span class="claim-verdict claim-{claim.verdict}">{claim.verdict}</span>'


def _provenance(claim: Claim, records: Sequence[Record], source: str | None) -> str:
    """Return the fold that says where the numbers of a claim come from."""
    made = [record.provenance for record in records]
    seconds = sum(each.get("seconds", 0.0) for each in made)
    facts = {
        "Asserted": in_words(claim.asserted),
        "Method": claim.method,
        "By seed": _by_seed(claim),
        "Computed on": _several(each.get("processor") for each in made),
        "Threads": _several(each.get("threads") for each in made),
        "Python": _several(each.get("python") for each in made),
        "Libraries": _several(_versions(each.get("versions", {})) for each in made),
        "Computed in": f"{seconds:,.1f} s in all",
    }
    lines = [f"<dt>{name}</dt><dd>{html.escape(fact)}</dd>" for name, fact in facts.items() if fact]
    if source is not None:
        lines.append(f'<dt>Source</dt><dd><a href="{source}">{claim.slug}.py</a></dd>')
    return (
        '<details class="claim-provenance"><summary>Where this comes from</summary>\n'
        f"<dl>\n{chr(10).join(lines)}\n</dl>\n{_records_table(claim, records)}\n</details>"
    )


def _by_seed(claim: Claim) -> str:
    pairs = zip(claim.seeds, claim.values, strict=False)
    return ", ".join(f"{seed}: {written(value, claim.interval)}" for seed, value in pairs)


def _several(values: Iterable[object]) -> str:
    """Return different values in words, each once."""
    return "; ".join(dict.fromkeys(str(value) for value in values if value))


def _versions(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _records_table(claim: Claim, records: Sequence[Record]) -> str:
    """Return a table of the records that a claim rests on: one row per setting."""
    rows: dict[str, list[Record]] = {}
    for record in records:
        rows.setdefault(re.sub(r"-?seed=\d+$", "", record.name), []).append(record)
    heads = "".join(f'<th scope="col">{head}</th>' for head in _COLUMNS)
    body = "\n".join(_records_row(name, group) for name, group in rows.items())
    return (
        '<div class="data-table" role="region" tabindex="0" '
        f'aria-label="Records of {html.escape(claim.id)}">\n'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


_COLUMNS = ("Record", "Settings", "Seeds", "Keys", "Seconds")


def _records_row(name: str, group: Sequence[Record]) -> str:
    settings = ", ".join(f"{key}={value}" for key, value in group[0].config.items())
    seconds = sum(record.provenance.get("seconds", 0.0) for record in group)
    cells = (
        html.escape(settings),
        ", ".join(str(record.seed) for record in group),
        " ".join(f"<code>{record.key[:8]}</code>" for record in group),
        f"{seconds:,.1f}",
    )
    data = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">{html.escape(name)}</th>{data}</tr>'


# --- The register -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """A line of the register: a claim, and where it is shown.

    Attributes
    ----------
    claim : Claim
    address : str or None
        Of its box, as seen from the register; None if no page shows it.
    chapter : str
        The title of the page that shows it.
    """

    claim: Claim
    address: str | None
    chapter: str


def register(entries: Sequence[Entry]) -> str:
    """Return the table of all claims, with a line before it that counts the verdicts."""
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.claim.verdict.value] = counts.get(entry.claim.verdict.value, 0) + 1
    summary = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    columns = ("Claim", "Effect", "Seeds", "Verdict", "Chapter")
    heads = "".join(f'<th scope="col">{head}</th>' for head in columns)
    body = "\n".join(map(_register_row, entries))
    return (
        f'<p class="claims-summary">Claims: {summary}.</p>\n'
        '<div class="data-table claims-register" role="region" tabindex="0" '
        'aria-label="All claims">\n'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _register_row(entry: Entry) -> str:
    claim = entry.claim
    sentence, chapter = html.escape(claim.sentence), html.escape(entry.chapter)
    if entry.address is not None:
        sentence = f'<a href="{entry.address}">{sentence}</a>'
    return (
        f'<tr><th scope="row">{sentence}</th>'
        f"<td>{effect_words(claim)}<br/><small>{html.escape(claim.measure)}</small></td>"
        f'<td class="number">{len(claim.seeds)}</td><td>{verdict_badge(claim)}</td>'
        f"<td>{chapter}</td></tr>"
    )
