"""``python -m dlexp status``: what is current, what is stale and why."""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from dlexp import chapters
from dlexp.cli.arguments import chosen_slugs
from dlexp.cli.words import counted
from dlexp.lab.standing import State
from dlexp.lab.store import Store


def status(options: argparse.Namespace) -> None:
    """Print a row per chapter."""
    store = Store()
    rows = [_row(slug, store) for slug in chosen_slugs(options)]
    if options.json:
        print(json.dumps([row | {"reasons": list(row["reasons"])} for row in rows], indent=1))
    else:
        _print_table(rows)


def _row(slug: str, store: Store) -> dict[str, Any]:
    units = chapters.units(slug)
    standings = [store.inspect(unit) for unit in units]
    states = Counter(standing.state for standing in standings)
    reasons = Counter(reason for standing in standings for reason in standing.reasons)
    for file in store.orphans(slug, units):
        reasons[f"{slug}/{file.name} belongs to no unit; run moves it to the attic"] = 0
    return {
        "slug": slug,
        "units": len(units),
        "current": states[State.CURRENT],
        "stale": states[State.STALE],
        "missing": states[State.MISSING] + states[State.DAMAGED],
        "reasons": dict(reasons.most_common()),
    }


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    width = max([len("chapter"), *(len(row["slug"]) for row in rows)])
    columns = ("units", "current", "stale", "missing")
    print("  ".join([f"{'chapter':{width}}", *columns]))
    for row in rows:
        print("  ".join([f"{row['slug']:{width}}", *(f"{row[c]:>{len(c)}}" for c in columns)]))
        for reason, units in row["reasons"].items():
            print(f"    {reason}" + (f" ({counted(units, 'unit')})" if units else ""))
