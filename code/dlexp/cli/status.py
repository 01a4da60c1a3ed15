"""``python -m dlexp status``: what is current, what is stale and why."""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from dlexp import chapters
from dlexp.cli.arguments import chosen_slugs
from dlexp.cli.errors import DoesNotHold
from dlexp.cli.words import counted
from dlexp.lab.blame import Broken
from dlexp.lab.fingerprint import Unreadable
from dlexp.lab.standing import State
from dlexp.lab.store import Store


def status(options: argparse.Namespace) -> None:
    """Print a row per chapter; one that is broken has a row of its own kind.

    Raises
    ------
    DoesNotHold
        If a chapter cannot say what its units are.
    """
    store, broken = Store(), []
    rows = []
    for slug in chosen_slugs(options):
        try:
            rows.append(_row(slug, store))
        except (Broken, Unreadable) as error:
            rows.append(_no_row(slug, error))
            broken.append(str(error))
    if options.json:
        print(json.dumps([row | {"reasons": list(row["reasons"])} for row in rows], indent=1))
    else:
        _print_table(rows)
    if broken:
        raise DoesNotHold("; ".join(broken))


def _no_row(slug: str, error: Exception) -> dict[str, Any]:
    nothing = dict.fromkeys(("units", "current", "stale", "missing"), 0)
    return {"slug": slug, **nothing, "reasons": {str(error): 0}}


def _row(slug: str, store: Store) -> dict[str, Any]:
    units = chapters.units(slug)
    with chapters.watched(slug):
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
