"""How a claim looks on a page: a box with its sentence, its interval drawn, and its provenance.

Everything here is a function from a claim and its records to HTML; `dlexp.site.claim` puts it in
place. Colours are left to the style sheet and to ``currentColor``, so both themes work.
"""

import html
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dlexp.lab.claims import Claim, Range
from dlexp.lab.results import Record

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
    >>> from dlexp.lab.claims import mean_within, none_of
    >>> effect_words(mean_within("demo.good", "accuracy", values=[0.98, 0.99, 1.0], low=0.5,
    ...                          high=None, seeds=[0, 1, 2], units=["train"]))
    '0.990 (95 % interval 0.965 to 1.015)'
    >>> effect_words(none_of("demo.never", "rate", failures=1, trials=4, seeds=[],
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
    >>> from dlexp.lab.claims import none_of
    >>> seeds_words(none_of("demo.never", "rate", failures=0, trials=9, seeds=[4],
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


# --- The line that unfolds ----------------------------------------------------------------------

Frame = tuple[str, str]
"""What stands before and behind a sentence, as HTML."""


def box(claim: Claim, records: Mapping[str, Record], *, reading: str, source: str | None) -> Frame:
    """Return what stands around the sentence of a claim: one line, and what it unfolds to.

    Parameters
    ----------
    claim : Claim
    records : mapping of str to Record
        By name; all that ``claim.units`` names.
    reading : str
        Where verdicts are explained, as seen from the page.
    source : str or None
        Where the code of the chapter's claims can be read, as seen from the page.
    """
    here = anchor(claim.id)
    before = (
        f'<details class="claim claim-{claim.verdict}" id="{here}">\n<summary>'
        f'<a class="claim-verdict claim-{claim.verdict}" href="{reading}">{claim.verdict}</a> '
        f'<span class="claim-sentence" id="{here}-sentence">'
    )
    after = (
        f'</span> <span class="claim-effect">{line_effect(claim)}</span></summary>\n'
        f"{plot(claim)}\n"
        f'<p class="claim-measure"><strong>{effect_words(claim)}</strong>, '
        f"{seeds_words(claim)}: {html.escape(claim.measure)}.</p>\n"
        f"{_provenance(claim, [records[name] for name in claim.units], source)}\n</details>\n"
    )
    return before, after


def line_effect(claim: Claim) -> str:
    """Return the effect with its interval in the reader's units, for the line of a claim.

    Examples
    --------
    >>> from dlexp.lab.claims import POINTS, mean_within
    >>> line_effect(mean_within("demo.good", "accuracy, A minus B", values=[0.01, 0.02, 0.03],
    ...                         low=0.0, high=None, seeds=[0, 1, 2], units=["train"],
    ...                         scale=POINTS))
    '2.0 points [−0.5, 4.5]'
    """
    if claim.counts is not None:
        return "{:,} of {:,}".format(*claim.counts)
    factor, word = claim.scale
    low, high = (factor * end for end in claim.interval)
    effect, *ends = (written(value, (low, high)) for value in (factor * claim.effect, low, high))
    return f"{effect}{word and f' {word}'} [{', '.join(ends)}]"


def counted_table() -> Frame:
    """Return what stands around the rows of a table of counts."""
    heads = "".join(f'<th scope="col">{head}</th>' for head in _COUNTED)
    before = (
        '<div class="data-table claims-counted" role="region" tabindex="0" '
        'aria-label="What was checked by counting">\n'
        "<table>\n<caption>What was checked by counting</caption>\n"
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    )
    return before, "</tbody>\n</table>\n</div>\n"


_COUNTED = ("What must never fail", "Cases", "How drawn", "Failed")


def counted_row(claim: Claim) -> Frame:
    """Return what stands around the sentence of a claim that counts."""
    failures, trials = claim.counts or (0, 0)
    count = len(claim.seeds)
    drawn = f"at random, {seeds_words(claim)}" if count else "all there are"
    after = (
        f'</th><td class="number">{trials:,}</td><td>{drawn}</td>'
        f'<td class="number">{failures:,}</td></tr>\n'
    )
    return f'<tr id="{anchor(claim.id)}"><th scope="row">', after


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
        lines.append(f'<dt>Source</dt><dd><a href="{source}">{claim.slug}/claims.py</a></dd>')
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
    sentence : str
        As plain text.
    address : str
        Of its line, as seen from the register.
    chapter : str
        The title of the page that shows it.
    """

    claim: Claim
    sentence: str
    address: str
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
    chapter = html.escape(entry.chapter)
    sentence = f'<a href="{entry.address}">{html.escape(entry.sentence)}</a>'
    return (
        f'<tr><th scope="row">{sentence}</th>'
        f"<td>{effect_words(claim)}<br/><small>{html.escape(claim.measure)}</small></td>"
        f'<td class="number">{len(claim.seeds)}</td><td>{verdict_badge(claim)}</td>'
        f"<td>{chapter}</td></tr>"
    )
