"""How the items of the reports look: a count of verdicts, what filters them, and rows."""

import html
from collections.abc import Iterable, Sequence

from dlexp.reports import REPORTS, VERDICTS, Item

Frame = tuple[str, str]
"""What stands before and behind nodes, as HTML."""


def badge(verdict: str) -> str:
    """Return the verdict on an item, in its frame.

    Examples
    --------
    >>> badge("never answered")
    '<span class="claim-verdict report-never-answered">never answered</span>'
    """
    return f'<span class="claim-verdict report-{verdict.replace(" ", "-")}">{verdict}</span>'


def counts(items: Sequence[Item]) -> str:
    """Return a table of how many items have which verdict, by report."""
    heads = [*REPORTS.values(), "all"]
    cells = "".join(f'<th scope="col" class="number">{head}</th>' for head in heads)
    rows = [
        _count(verdict, [item for item in items if item.verdict == verdict]) for verdict in VERDICTS
    ]
    return (
        '<div class="data-table" role="region" tabindex="0" aria-label="Verdicts by report">\n'
        "<table>\n<caption>How many items of each report have which verdict</caption>\n"
        f'<thead><tr><th scope="col">Verdict</th>{cells}</tr></thead>\n'
        f"<tbody>\n{''.join(rows)}{_count('in all', items)}</tbody>\n</table>\n</div>"
    )


def _count(name: str, items: Sequence[Item]) -> str:
    shares = [sum(letter in item.letters for item in items) for letter in REPORTS.values()]
    cells = "".join(f'<td class="number">{share}</td>' for share in [*shares, len(items)])
    return f'<tr><th scope="row">{name}</th>{cells}</tr>\n'


def controls(items: Sequence[Item], titles: dict[str, str]) -> str:
    """Return what shows some of the items, and says how many.

    Parameters
    ----------
    items : sequence of Item
    titles : dict of str to str
        Of the pages that answer, in the order of the book.
    """
    options = "".join(
        f'<option value="{slug}">{html.escape(title)}</option>' for slug, title in titles.items()
    )
    groups = "".join(f'<option value="{name}">{name}</option>' for name in _GROUPS)
    return (
        '<form class="claims-filter" hidden>\n'
        '<label>Words <input type="search" name="words" autocomplete="off"></label>\n'
        f"{_boxes('Reports', 'report', REPORTS.values())}\n"
        f"{_boxes('Verdicts', 'verdict', VERDICTS)}\n"
        '<label class="claims-choice">Chapter <select name="chapter">'
        f'<option value="">all</option>{options}</select></label>\n'
        f'<label>Grouped by <select name="group">{groups}</select></label>\n</form>\n'
        f'<p class="claims-summary" role="status" data-noun="items">{len(items)} items.</p>'
    )


_GROUPS = ("chapter", "report", "verdict")


def _boxes(label: str, name: str, values: Iterable[str]) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="{name}" value="{value}" checked> {value}</label> '
        for value in values
    )
    return f'<span role="group" aria-label="{label}">{boxes}</span>'


def table(title: str) -> Frame:
    """Return the frame of the rows that one page answers."""
    heads = ("Report", "It asks or says", "Verdict", "Our answer")
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        f'<div class="data-table" role="region" tabindex="0" aria-label="{html.escape(title)}">\n'
        f"<table>\n<thead><tr>{cells}</tr></thead>\n<tbody>\n",
        "</tbody>\n</table>\n</div>\n",
    )


def row(item: Item) -> Frame:
    """Return the frame of an item, with a link to itself; its words and its answer come in it."""
    letters = item.letters if len(item.letters) == 1 else "A–D"
    name = f"{letters} {item.question}" if len(item.letters) == 1 else letters
    data = {"report": "|".join(item.letters), "verdict": item.verdict, "chapter": item.chapter}
    given = "".join(f' data-{key}="{value}"' for key, value in data.items())
    head = f'<a href="#{item.anchor}">{html.escape(name)}</a>'
    return f'<tr id="{item.anchor}"{given}><th scope="row">{head}</th>\n', "</tr>\n"


def bearing(claims: Iterable[str], sections: Iterable[str]) -> str:
    """Return what bears an answer: claims, and the sections of the book."""
    lines = [f"<li>{line}</li>\n" for line in claims]
    name = "one claim" if len(lines) == 1 else f"{len(lines)} claims"
    folded = f"<details><summary>{name}</summary>\n<ul>\n{''.join(lines)}</ul>\n</details>\n"
    listed = folded if lines else ""
    return f'<div class="report-bearing">\n<p>{", ".join(sections)}</p>\n{listed}</div>\n'
