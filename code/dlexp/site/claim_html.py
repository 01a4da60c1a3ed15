"""How a claim looks on a page: a line that unfolds to its interval and its provenance.

Everything here is a function from a claim and its records to HTML; `dlexp.site.claim` puts it in
place. Colours are left to the style sheet and to ``currentColor``, so both themes work.
"""

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence

from dlexp.lab import drafts
from dlexp.lab.claims import PERCENT, POINTS, Claim
from dlexp.lab.records import Record
from dlexp.site.claim_plot import plot
from dlexp.site.claim_words import (
    anchor,
    asserted_words,
    effect_words,
    line_effect,
    seeds_words,
    shown,
    written,
)

Frame = tuple[str, str]
"""What stands before and behind a sentence, as HTML."""


def box(
    claim: Claim,
    records: Mapping[str, Record],
    *,
    questions: int = 1,
    elsewhere: Claim | None = None,
    reading: str,
    source: str | None,
    mark: str = "",
) -> Frame:
    """Return the frame of a claim's sentence: one line, and what it unfolds to.

    Parameters
    ----------
    claim : Claim
    records : mapping of str to Record
        By name; all that ``claim.units`` names.
    questions : int, optional
        How many claims of the chapter an interval decides.
    elsewhere : Claim, optional
        The same, settled on Fashion-MNIST.
    reading : str
        Where verdicts are explained, as seen from the page.
    source : str or None
        Where the code of the chapter's claims can be read, as seen from the page.
    mark : str, optional
        What a draft says of the records; see `stale_mark`.
    """
    here = anchor(claim.id)
    before = (
        f'<details class="claim claim-{claim.verdict}" id="{here}"{_size(claim)}>\n<summary>'
        f"{verdict_badge(claim)} {mark}"
        f'<span class="claim-sentence" id="{here}-sentence">'
    )
    after = (
        f'</span> <span class="claim-effect">{line_effect(claim)}</span>'
        f"{'' if claim.holds_among(questions) else f' {UNCORRECTED}'}"
        f"{_also(elsewhere)}</summary>\n"
        f"{plot(claim)}\n"
        f'<p class="claim-measure"><strong>{effect_words(claim)}</strong>, '
        f"{html.escape(seeds_words(claim))}: {html.escape(claim.measure)}. "
        # Not in the line itself: what can be pressed must not stand in what can be pressed.
        f'<a href="{reading}">What {claim.verdict} means</a></p>\n'
        f"{_corrected(claim, questions)}{_measured_elsewhere(elsewhere, records)}"
        f"{_provenance(claim, [records[name] for name in claim.units], source)}\n</details>\n"
    )
    return before, after


def _size(claim: Claim) -> str:
    """Return what a reader's guess of the size is held against, as an attribute; none for others.

    Sizes in hundredths have one scale that gives no answer away: from all lost to all gained.
    """
    numbers = shown(claim)
    if claim.counts is not None or numbers.word not in HUNDREDTHS:
        return ""
    effect, low, high = (round(each, 2) for each in (numbers.effect, *numbers.interval))
    measured = {
        "of": claim.measure,
        "in": numbers.word,
        "asserted": numbers.asserted,
        "effect": effect,
        "interval": (low, high),
    }
    return f' data-size="{html.escape(json.dumps(measured, separators=(",", ":")))}"'


HUNDREDTHS = (POINTS.word, PERCENT.word)
"""Of what a reader can guess the size."""


def _also(elsewhere: Claim | None) -> str:
    """Return what the line says of the same claim on other data; nothing if it was not asked."""
    if elsewhere is None:
        return ""
    return (
        f' &mdash; <span class="claim-elsewhere">also on Fashion-MNIST: {elsewhere.verdict}</span>'
    )


def _measured_elsewhere(elsewhere: Claim | None, records: Mapping[str, Record]) -> str:
    if elsewhere is None:
        return ""
    made = [records[name].provenance for name in elsewhere.units]
    seconds = sum(each.get("seconds", 0.0) for each in made)
    return (
        f"<p>By the same measure and the same rule, on Fashion-MNIST: "
        f"<strong>{effect_words(elsewhere)}</strong>, {html.escape(seeds_words(elsewhere))}, "
        f"{elsewhere.verdict}; by seed {html.escape(_by_seed(elsewhere))}; "
        f"computed in {seconds:,.1f} s.</p>\n"
    )


UNCORRECTED = '<span class="claim-uncorrected">as the only question</span>'
"""Marks a verdict that does not stay when its interval is corrected."""


def _corrected(claim: Claim, questions: int) -> str:
    """Return what becomes of a verdict that does not stay; nothing if it stays."""
    if claim.holds_among(questions):
        return ""
    return (
        f"<p>This chapter asks {questions} questions that an interval decides. Corrected for their "
        "number, this interval reaches across the edge of what is asserted, and the verdict would "
        "be inconclusive.</p>\n"
    )


def counted_table(number: int = 1) -> Frame:
    """Return the frame of the rows of a table of counts, the first, second, ... of its page."""
    words = "What was checked by counting" + (f" ({number})" if number > 1 else "")
    heads = "".join(f'<th scope="col">{head}</th>' for head in _COUNTED)
    before = (
        '<div class="data-table claims-counted" role="region" tabindex="0" '
        f'aria-label="{words}">\n<table>\n<caption>{words}</caption>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    )
    return before, "</tbody>\n</table>\n</div>\n"


_COUNTED = ("What must never fail", "Cases", "How drawn", "Failed")


def counted_row(claim: Claim, *, mark: str = "") -> Frame:
    """Return the frame of the sentence of a claim that counts."""
    failures, trials = claim.counts or (0, 0)
    drawn = html.escape(("" if claim.exhaustive else "at random, ") + seeds_words(claim))
    after = (
        f'</th><td class="number">{trials:,}</td><td>{drawn}</td>'
        f'<td class="number">{failures:,}</td></tr>\n'
    )
    return f'<tr id="{anchor(claim.id)}"><th scope="row">{mark}', after


def stale_mark(places: Sequence[str]) -> str:
    """Return the mark of a claim in a draft that rests on stale records; nothing without any."""
    return f"{drafts.mark_html(drafts.words(places), tag='span')} " if places else ""


def waiting_box(identifier: str) -> Frame:
    """Return the frame of a sentence whose claim waits, in a draft, for records."""
    mark = drafts.mark_html(drafts.WAITING, tag="span")
    before = f'<div class="claim" id="{anchor(identifier)}"><p>{mark} <span class="claim-sentence">'
    return before, "</span></p></div>\n"


def waiting_row(identifier: str) -> Frame:
    """Return the frame of a sentence whose count waits, in a draft, for records."""
    mark = drafts.mark_html(drafts.WAITING, tag="span")
    before = f'<tr id="{anchor(identifier)}"><th scope="row">'
    return before, f'</th><td colspan="{len(_COUNTED) - 1}">{mark}</td></tr>\n'


def verdict_badge(claim: Claim) -> str:
    """Return the verdict as a word with a frame."""
    return f'<span class="claim-verdict claim-{claim.verdict}">{claim.verdict}</span>'


def _provenance(claim: Claim, records: Sequence[Record], source: str | None) -> str:
    """Return the provenance of a claim's numbers."""
    runs = [record.provenance for record in records]
    seconds = sum(run.get("seconds", 0.0) for run in runs)
    facts = {
        "Asserted": asserted_words(claim),
        "Method": claim.method,
        "By seed": _by_seed(claim),
        "Computed on": _several(run.get("processor") for run in runs),
        "Threads": _several(run.get("threads") for run in runs),
        "Python": _several(run.get("python") for run in runs),
        "Libraries": _several(_versions(run.get("versions", {})) for run in runs),
        "Beside": claim.beside,
        "Computed in": f"{seconds:,.1f} s in all" if runs else "each build, from no record",
    }
    lines = [f"<dt>{name}</dt><dd>{html.escape(fact)}</dd>" for name, fact in facts.items() if fact]
    if source is not None:
        lines.append(f'<dt>Source</dt><dd><a href="{source}">{claim.slug}/claims.py</a></dd>')
    return (
        f"<dl>\n{chr(10).join(lines)}\n</dl>\n{_records_table(claim, records) if records else ''}"
    )


def _by_seed(claim: Claim) -> str:
    numbers = shown(claim)
    values = [written(value, numbers.interval) for value in numbers.values]
    each = len(values) // max(1, len(claim.seeds))  # repetitions stand seed by seed
    shares = [" ".join(values[i : i + each]) for i in range(0, len(values), each or 1)]
    pairs = zip(claim.seeds, shares, strict=False)
    return ", ".join(f"{seed}: {share}" for seed, share in pairs)


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
