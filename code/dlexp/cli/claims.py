"""``python -m dlexp claims``: every claim, its verdict, and the one that its page expects."""

import argparse
import json
from typing import Any

from dlexp import chapters, paths
from dlexp.cli.arguments import chosen_slugs
from dlexp.cli.errors import DoesNotHold
from dlexp.lab.claims import Claim
from dlexp.lab.statements import Statement, statements
from dlexp.site import placed


def claims(options: argparse.Namespace) -> None:
    """Print every claim of the chosen chapters.

    Raises
    ------
    DoesNotHold
        If a page expects another verdict, or no page states a claim.
    """
    stated = statements(paths.BOOK)
    rows = []
    for slug in chosen_slugs(options):
        settled = chapters.claims(chapters.load(slug))
        rows += [_claim_row(slug, claim, stated.get(claim.id)) for claim in settled]
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        for row in rows:
            _print_claim(row)
    otherwise = [row["id"] for row in rows if row["expected"] not in (None, row["verdict"])]
    if otherwise:
        raise DoesNotHold(f"the book expects another verdict of {', '.join(otherwise)}")
    unstated = [row["id"] for row in rows if row["expected"] is None]
    if unstated:
        raise DoesNotHold(f"a claim must be stated in a page; got none for {', '.join(unstated)}")


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


def _print_claim(row: dict[str, Any]) -> None:
    low, high = row["interval"]
    print(f"{row['id']}: {row['verdict']} (expected: {row['expected'] or 'on no page'})")
    print(f"    {row['sentence']}")
    print(f"    effect {row['effect']:.6g} [{low:.6g}, {high:.6g}], {len(row['seeds'])} seeds")
