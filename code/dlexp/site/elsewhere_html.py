"""How the claims look that were asked again on Fashion-MNIST: a table, and how many hold there."""

import html
from collections import Counter
from collections.abc import Sequence

from dlexp.lab.claims import Claim, Verdict
from dlexp.site.claim_html import verdict_badge
from dlexp.site.claim_words import line_effect
from dlexp.site.register_html import Entry

HEADS = ("Claim", "On MNIST", "On Fashion-MNIST")
"""Of the columns."""

SAME, OPEN, DECIDED, TURNED = "the same", "open there", "open on MNIST", "turned"
"""What may become of a verdict."""


def elsewhere(entries: Sequence[Entry]) -> str:
    """Return what became of the claims that were asked on both, counted and one by one.

    Parameters
    ----------
    entries : sequence of Entry
        Of all claims, in book order; those that were asked once are left out.
    """
    asked = [(entry, entry.elsewhere) for entry in entries if entry.elsewhere is not None]
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    rows = "\n".join(_row(entry, claim) for entry, claim in asked)
    return (
        f"<p>{counts([(entry.claim, claim) for entry, claim in asked])}</p>\n"
        '<div class="claims-register"><div class="data-table" role="region" tabindex="0" '
        'aria-label="Claims on both data sets">\n'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n"
        "</div></div>"
    )


def counts(asked: Sequence[tuple[Claim, Claim]]) -> str:
    """Return how many verdicts are the same on both data sets, in words.

    Examples
    --------
    >>> counts([])
    '0 claims were asked on both data sets.'
    """
    became = Counter(_became(claim, again) for claim, again in asked)
    told = {
        SAME: "{} with the same verdict",
        OPEN: "{} settled on MNIST and inconclusive on Fashion-MNIST",
        DECIDED: "{} inconclusive on MNIST and settled on Fashion-MNIST",
        TURNED: "{} with the opposite verdict",
    }
    parts = [words.format(became[kind]) for kind, words in told.items() if became[kind]]
    listed = f": {'; '.join(parts)}" if parts else ""
    return f"{len(asked)} claims were asked on both data sets{listed}."


def _became(claim: Claim, again: Claim) -> str:
    if claim.verdict is again.verdict:
        return SAME
    if again.verdict is Verdict.INCONCLUSIVE:
        return OPEN
    return DECIDED if claim.verdict is Verdict.INCONCLUSIVE else TURNED


def _row(entry: Entry, again: Claim) -> str:
    title = html.escape(entry.chapter)
    return (
        f'<tr><th scope="row"><a href="{entry.address}">{html.escape(entry.sentence)}</a>'
        f"<br/><small>{title}; {html.escape(entry.claim.measure)}</small></th>"
        f"<td>{entry.mark}{_cell(entry.claim, 'MNIST')}</td>"
        f"<td>{_cell(again, 'Fashion-MNIST')}</td></tr>"
    )


def _cell(claim: Claim, data: str) -> str:
    return f"{verdict_badge(claim)}<br/><small>on {data}: {line_effect(claim)}</small>"
