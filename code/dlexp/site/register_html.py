"""How the register of all claims looks: a table per chapter, in book order, and what filters it."""

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dlexp.lab.claims import Claim, Verdict
from dlexp.lab.intervals import CONFIDENCE
from dlexp.site.claim_html import UNCORRECTED, verdict_badge
from dlexp.site.claim_words import line_effect, seeds_words


@dataclass(frozen=True)
class Entry:
    """A line of the register: a claim, and where it is stated.

    Attributes
    ----------
    claim : Claim
    sentence : str
        As plain text.
    address : str
        Of its line, as seen from the register.
    chapter : str
        The title of the page that states it.
    mark : str
        What a draft says of the records.
    is_uncorrected : bool
        Whether the verdict does not stay when it is corrected for the chapter's questions.
    elsewhere : Claim, optional
        The same, settled on Fashion-MNIST.
    is_counted : bool
        Whether it stands in a table of counts, and not in a line of its own that readers may guess.
    """

    claim: Claim
    sentence: str
    address: str
    chapter: str
    mark: str = ""
    is_uncorrected: bool = False
    elsewhere: Claim | None = None
    is_counted: bool = False


HEADS = ("Claim", "Verdict", "Effect", "On Fashion-MNIST")
"""Of the columns."""


def register(entries: Sequence[Entry], *, script: str) -> str:
    """Return a table of claims per chapter, with a line before them that counts the verdicts.

    Parameters
    ----------
    entries : sequence of Entry
        In book order.
    script : str
        What shows the controls that filter them, and hides lines.
    """
    chapters = groupby(entries, key=lambda entry: (entry.claim.slug, entry.chapter))
    sections = [_section(slug, title, list(lines)) for (slug, title), lines in chapters]
    summary = f'<p class="claims-summary" role="status" data-noun="claims">{counts(entries)}</p>'
    chance = f"<p>{by_chance(entries)}</p>"
    lines = ['<div class="claims-register">', chance, _filters(), summary, *sections, "</div>"]
    return "\n".join([*lines, f"<script>{script}</script>"])


def counts(entries: Sequence[Entry]) -> str:
    """Return the number of claims of each verdict, in words.

    Examples
    --------
    >>> counts([])
    '0 claims.'
    """
    verdicts = Counter(entry.claim.verdict.value for entry in entries)
    parts = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in Verdict if verdicts[verdict])
    return f"{len(entries)} claims{parts and f': {parts}'}."


def by_chance(entries: Sequence[Entry]) -> str:
    """Return how many settled verdicts may be wrong by chance, and how many stay corrected.

    Examples
    --------
    >>> by_chance([])
    'No claim is decided by an interval.'
    """
    decided = [entry for entry in entries if entry.claim.values]
    if not decided:
        return "No claim is decided by an interval."
    settled = [entry for entry in decided if entry.claim.verdict is not Verdict.INCONCLUSIVE]
    lost = sum(entry.is_uncorrected for entry in settled)
    missed = (1 - CONFIDENCE) / 2  # beyond the one edge that matters
    return (
        f"An interval decides {len(decided)} of these claims. By chance alone, the wrong side of "
        f"its edge is taken for settled in at most {missed:.1%} of cases, so that up to "
        f"{missed * len(decided):.1f} verdicts may be wrong though nobody made a mistake. "
        f"Of the {len(settled)} that are settled, {len(settled) - lost} stay so when their "
        "intervals are corrected for the number of questions of their chapter (Bonferroni); the "
        f"other {lost} are marked <em>as the only question</em>."
    )


def _filters() -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="verdict" value="{verdict}" checked> {verdict}'
        "</label> "
        for verdict in Verdict
    )
    return (
        '<form class="claims-filter" hidden>\n'
        '<label>Words <input type="search" name="words" autocomplete="off"></label>\n'
        f'<span role="group" aria-label="Verdicts">{boxes}</span>\n</form>'
    )


def _section(slug: str, title: str, entries: Sequence[Entry]) -> str:
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    rows = "\n".join(map(_row, entries))
    name, words = f"claims-{slug}", html.escape(title)
    return (
        f'<section id="{name}" aria-labelledby="{name}-title">\n'
        f'<h2 id="{name}-title">{words}'
        f'<a class="headerlink" href="#{name}" title="Link to this heading">#</a></h2>\n'
        f'<div class="data-table" role="region" tabindex="0" aria-label="Claims of {words}">\n'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n"
        "</div>\n</section>"
    )


def elsewhere_cell(claim: Claim | None) -> str:
    """Return what came out on Fashion-MNIST; nothing where the claim was not asked there."""
    if claim is None:
        return ""
    effect = f"<br/><small>on Fashion-MNIST: {line_effect(claim)}</small>"
    return f"{verdict_badge(claim)}{effect}"


def _row(entry: Entry) -> str:
    claim = entry.claim
    words = html.escape(claim.measure + (f", {seeds_words(claim)}" if claim.values else ""))
    return (
        f'<tr data-verdict="{claim.verdict}"{"" if entry.is_counted else " data-asked"}>'
        '<th scope="row">'
        f'<a href="{entry.address}">{html.escape(entry.sentence)}</a></th>'
        f"<td>{entry.mark}{verdict_badge(claim)}{UNCORRECTED if entry.is_uncorrected else ''}</td>"
        f"<td>{line_effect(claim)}<br/><small>{words}</small></td>"
        f"<td>{elsewhere_cell(entry.elsewhere)}</td></tr>"
    )
