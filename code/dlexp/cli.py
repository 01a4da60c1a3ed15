"""``python -m dlexp``: what is current, what is computed, whether it holds.

Exit codes: 0 fine, 1 a result or a claim does not hold, 2 wrong use.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any, NoReturn

from dlexp import experiments
from dlexp.results import State, Store

FINE, DOES_NOT_HOLD, WRONG_USE, STOPPED = 0, 1, 2, 130


class WrongUse(ValueError):
    """The command line asks for what is not there; one line says what would be right."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WrongUse(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        options = _parser().parse_args(arguments)
        code: int = options.command(options)
    except WrongUse as error:
        print(f"dlexp: {error}", file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        print("dlexp: stopped; what was finished is stored", file=sys.stderr)
        return STOPPED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m dlexp", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    status = commands.add_parser("status", help="what is current, what is stale and why")
    status.add_argument("slugs", nargs="*", metavar="SLUG")
    status.add_argument("--json", action="store_true")
    status.set_defaults(command=_status)
    run = commands.add_parser("run", help="compute what is missing or stale")
    run.add_argument("slugs", nargs="*", metavar="SLUG")
    run.add_argument("--jobs", type=_positive, metavar="N", help="units at a time")
    run.set_defaults(command=_run)
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1; received {text!r}")
    return int(text)


def _slugs(options: argparse.Namespace) -> list[str]:
    known = experiments.slugs()
    for slug in options.slugs:
        if slug not in known:
            raise WrongUse(f"SLUG must be one of {', '.join(known)}; received {slug!r}")
    return list(dict.fromkeys(options.slugs)) or known


# ---- status -----------------------------------------------------------------------------------


def _status(options: argparse.Namespace) -> int:
    store = Store()
    rows = [_row(slug, store) for slug in _slugs(options)]
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        _print_table(rows)
    return FINE


def _row(slug: str, store: Store) -> dict[str, Any]:
    units = experiments.units(slug)
    standings = [store.inspect(unit) for unit in units]
    states = Counter(standing.state for standing in standings)
    reasons = Counter(reason for standing in standings for reason in standing.reasons)
    orphans = store.orphans(slug, units)
    if orphans:
        reasons[f"{len(orphans)} files belong to no unit: run moves them to the attic"] = 0
    return {
        "slug": slug,
        "units": len(units),
        "current": states[State.CURRENT],
        "stale": states[State.STALE],
        "missing": states[State.MISSING] + states[State.DAMAGED],
        "reasons": [reason for reason, _ in reasons.most_common()],
    }


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    width = max([len("experiment"), *(len(row["slug"]) for row in rows)])
    columns = ("units", "current", "stale", "missing")
    print("  ".join([f"{'experiment':{width}}", *columns]))
    for row in rows:
        print("  ".join([f"{row['slug']:{width}}", *(f"{row[c]:>{len(c)}}" for c in columns)]))
        for reason in row["reasons"]:
            print(f"    {reason}")


# ---- run --------------------------------------------------------------------------------------


def _run(options: argparse.Namespace) -> int:
    from dlexp import workers  # loky and tqdm, which status can do without

    store = Store()
    slugs = _slugs(options)
    for slug in slugs:
        for file in store.sweep(slug, experiments.units(slug)):
            print(f"moved to the attic, since no unit has it: {file}", file=sys.stderr)
    units = experiments.all_units(slugs)
    try:
        workers.run(units, jobs=options.jobs, store=store)
    except (workers.UnitFailed, workers.Stale, workers.WorkerLost) as error:
        print(getattr(error, "details", ""), end="", file=sys.stderr)
        print(f"dlexp: {error}", file=sys.stderr)
        return DOES_NOT_HOLD
    print(f"{len(units)} units current")
    return FINE
