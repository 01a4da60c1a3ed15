"""``python -m dlexp claims``: every claim, its verdict, and the one that its page expects."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dlexp import chapters, paths
from dlexp.cli.arguments import chosen_slugs
from dlexp.cli.errors import DoesNotHold
from dlexp.lab.blame import Broken
from dlexp.lab.claims import Claim
from dlexp.lab.fingerprint import Unreadable
from dlexp.lab.statements import Statement, statements
from dlexp.lab.store import MissingResult
from dlexp.site import placed
from dlexp.site.evidence import NoEvidence


def claims(options: argparse.Namespace) -> None:
    """Print every claim of the chosen chapters.

    Raises
    ------
    DoesNotHold
        If a page expects another verdict, no page states a claim, a chapter cannot settle its
        claims, or pages expect several verdicts of one claim.
    """
    stated, rows, wrong = _stated(), [], []
    for slug in chosen_slugs(options):
        try:
            rows += _rows(slug, stated)
        except (Broken, MissingResult, NoEvidence, Unreadable) as error:
            wrong.append(str(error))
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        for row in rows:
            _print_claim(row)
    wrong += _disagreements(rows)
    if wrong:
        raise DoesNotHold("; ".join(wrong))


def _stated() -> dict[str, Statement]:
    try:
        return statements(paths.BOOK)
    except ValueError as error:
        raise DoesNotHold(str(error)) from None


def _rows(slug: str, stated: Mapping[str, Statement]) -> list[dict[str, Any]]:
    settled = chapters.claims(chapters.load(slug))
    with chapters.watched(slug):
        return [_claim_row(slug, claim, stated.get(claim.id)) for claim in settled]


def _disagreements(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what the claims that were settled and the pages say differently."""
    otherwise = [row["id"] for row in rows if row["expected"] not in (None, row["verdict"])]
    if otherwise:
        yield f"the book expects another verdict of {', '.join(otherwise)}"
    unstated = [row["id"] for row in rows if row["expected"] is None]
    if unstated:
        yield f"a claim must be stated in a page; got none for {', '.join(unstated)}"


def _claim_row(slug: str, claim: Claim, stated: Statement | None) -> dict[str, Any]:
    return {
        "slug": slug,
        "id": claim.id,
        "sentence": placed.plain(stated.sentence, slug) if stated else "",
        "effect": claim.effect,
        "interval": list(claim.interval),
        "seeds": list(claim.seeds),
        "verdict": str(claim.verdict),
        "expected": stated and stated.expected,
    }


def _print_claim(row: Mapping[str, Any]) -> None:
    low, high = row["interval"]
    chance = f"{len(row['seeds'])} seeds" if row["seeds"] else "all cases counted"
    print(f"{row['id']}: {row['verdict']} (expected: {row['expected'] or 'on no page'})")
    print(f"    {row['sentence']}")
    print(f"    effect {row['effect']:.6g} [{low:.6g}, {high:.6g}], {chance}")
