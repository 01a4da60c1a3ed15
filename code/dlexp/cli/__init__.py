"""The book's results from the command line: what is current, what is stale, whether it holds.

Exit codes: 0 fine, 1 a result or a claim does not hold, 2 wrong use.
"""

import argparse
import contextlib
import importlib.util
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, NoReturn

from dlexp import chapters, paths
from dlexp.lab.results import MissingResult, Record, State, Store, Unit
from dlexp.lab.runs import Runs
from dlexp.site import placed

if TYPE_CHECKING:
    from dlexp.lab.claims import Claim
    from dlexp.lab.statements import Statement
    from dlexp.lab.verify import Check
    from dlexp.tuning.distributed import Outcome, Plan

FINE, DOES_NOT_HOLD, WRONG_USE, STOPPED = 0, 1, 2, 130


class WrongUse(ValueError):
    """The command line asks for what is not there; one line says what would be right."""


class DoesNotHold(RuntimeError):
    """A result or a claim is not as it should be; one line names it."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WrongUse(f"{message}; {self.prog} --help says what is right")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Examples
    --------
    >>> main(["verify", "--sample", "none"])  # and one line on stderr says why
    2
    """
    try:
        options = _parser().parse_args(arguments)
        options.command(options)
    except WrongUse as error:
        return _complain(error, WRONG_USE)
    except (DoesNotHold, MissingResult) as error:
        return _complain(error, DOES_NOT_HOLD)
    except KeyboardInterrupt:
        return _complain("stopped; what was finished is stored, and run goes on there", STOPPED)
    return FINE


def _complain(message: object, code: int) -> int:
    print(f"dlexp: {message}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m dlexp", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    status = commands.add_parser("status", help="what is current, what is stale and why")
    _add_slugs(status)
    status.add_argument("--json", action="store_true", help="for scripts")
    status.set_defaults(command=_status)
    run = commands.add_parser("run", help="compute what is missing or stale, nothing else")
    _add_slugs(run)
    _add_place(run)
    run.set_defaults(command=_run)
    verify = commands.add_parser("verify", help="compute records again and compare")
    _add_slugs(verify)
    _add_place(verify)
    verify.add_argument("--sample", type=_positive, metavar="N", help="units; by default all")
    verify.add_argument("--seed", type=int, default=0, metavar="S", help="of the sample")
    verify.set_defaults(command=_verify)
    claims = commands.add_parser("claims", help="every claim, its verdict, and the expected one")
    _add_slugs(claims)
    claims.add_argument("--json", action="store_true", help="for scripts")
    claims.set_defaults(command=_claims)
    _add_tune(commands.add_parser("tune", help="search hyperparameters with several workers"))
    return parser


def _add_tune(tune: argparse.ArgumentParser) -> None:
    tune.add_argument("--workers", type=_positive, metavar="N", help="processes that train")
    tune.add_argument("--trials", type=_positive, default=12, metavar="T", help="configurations")
    tune.add_argument("--epochs", type=_positive, default=2, metavar="E", help="of each trial")
    tune.add_argument("--images", type=_positive, default=10_000, metavar="N", help="of MNIST")
    tune.add_argument("--seed", type=_positive, default=1, metavar="S", help="of the search")
    tune.add_argument(
        "--join",
        action="store_true",
        help="be the one process that KERASTUNER_TUNER_ID, _ORACLE_IP and _ORACLE_PORT name",
    )
    tune.set_defaults(command=_tune)


def _add_slugs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slugs", nargs="*", metavar="SLUG", help="experiments; by default all")


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", type=_positive, metavar="N", help="units at a time")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster to compute on")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1; received {text!r}")
    return int(text)


def _slugs(options: argparse.Namespace) -> list[str]:
    known = chapters.slugs()
    for slug in options.slugs:
        if slug not in known:
            raise WrongUse(f"SLUG must be one of {', '.join(known)}; received {slug!r}")
    return list(dict.fromkeys(options.slugs)) or known


# ---- status -----------------------------------------------------------------------------------


def _status(options: argparse.Namespace) -> None:
    store = Store()
    rows = [_row(slug, store) for slug in _slugs(options)]
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
    width = max([len("experiment"), *(len(row["slug"]) for row in rows)])
    columns = ("units", "current", "stale", "missing")
    print("  ".join([f"{'experiment':{width}}", *columns]))
    for row in rows:
        print("  ".join([f"{row['slug']:{width}}", *(f"{row[c]:>{len(c)}}" for c in columns)]))
        for reason, units in row["reasons"].items():
            print(f"    {reason}" + (f" ({_counted(units, 'unit')})" if units else ""))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


# ---- run --------------------------------------------------------------------------------------


def _run(options: argparse.Namespace) -> None:
    from dlexp.lab import workers  # loky and tqdm, which status can do without

    store = Store()
    slugs = _slugs(options)
    for slug in slugs:
        for file in store.sweep(slug, chapters.units(slug)):
            print(f"moved to the attic, since no unit has it: {file}", file=sys.stderr)
    units = chapters.all_units(slugs)
    with _place(options) as (executor, jobs):
        workers.run(units, jobs=jobs, executor=executor, store=store)
    print(f"{_counted(len(units), 'unit')} current")


@contextlib.contextmanager
def _place(options: argparse.Namespace) -> Iterator[tuple[Executor | None, int | None]]:
    """Where to compute, and what can go wrong there."""
    from dlexp.lab import workers

    try:
        if options.scheduler is None:
            yield None, options.jobs
            return
        with workers.cluster(options.scheduler) as (executor, threads):
            yield executor, options.jobs or threads
    except workers.NoCluster as error:
        raise WrongUse(str(error)) from None
    except (workers.UnitFailed, workers.Stale, workers.WorkerLost) as error:
        print(getattr(error, "details", ""), end="", file=sys.stderr)
        raise DoesNotHold(str(error)) from None


# ---- verify -----------------------------------------------------------------------------------


def _verify(options: argparse.Namespace) -> None:
    from dlexp.lab import verify

    store = Store()
    slugs = _slugs(options)
    with _place(options) as (executor, jobs):
        checks = verify.verify(
            chapters.all_units(slugs),
            sample=options.sample,
            seed=options.seed,
            store=store,
            jobs=jobs,
            executor=executor,
        )
    for check in checks:
        _print_check(check)
    broken = [line for slug in slugs for line in _claims_after(slug, checks, store)]
    outside = sum(check.agreement is verify.Agreement.OUTSIDE for check in checks)
    if outside or broken:
        raise DoesNotHold(
            f"{outside} of {_counted(len(checks), 'unit')} outside the band, "
            f"{_counted(len(broken), 'claim')} not as published"
        )
    print(f"{_counted(len(checks), 'unit')} verified")


_SHOWN = 5  # differences per unit


def _print_check(check: "Check") -> None:
    print(f"{check.unit.place}: {check.agreement}")
    for line in check.moved[:_SHOWN]:
        print(f"    {line}")
    if len(check.moved) > _SHOWN:
        print(f"    and {len(check.moved) - _SHOWN} more")
    for line in check.environment:
        print(f"    {line}")


def _claims_after(slug: str, checks: Sequence["Check"], store: Store) -> list[str]:
    """Print each claim that rests on a recomputed unit; return those that do not hold now."""
    fresh = {check.unit.place: check.fresh for check in checks if check.unit.slug == slug}
    if not fresh:
        return []
    units = chapters.units(slug)
    before = _claims_of(slug, store.load(units))
    after = _claims_of(slug, _replaced(units, store.load(units), fresh))
    broken = []
    for old, new in zip(before, after, strict=True):
        if not any(f"{slug}/{name}" in fresh for name in old.units):
            continue
        low, high = old.interval
        inside = new.verdict == old.verdict and (
            low <= new.effect <= high or new.effect == old.effect
        )
        line = f"{old.id}: {'inside' if inside else 'OUTSIDE'}, {new.verdict}"
        moved = "" if new.effect == old.effect else f", {old.effect:.6g} -> {new.effect:.6g}"
        print(line + moved)
        broken += [] if inside else [line]
    return broken


def _replaced(
    units: Sequence[Unit], records: Sequence[Record], fresh: dict[str, Record]
) -> list[Record]:
    both = zip(units, records, strict=True)
    return [fresh.get(unit.place, record) for unit, record in both]


# ---- claims -----------------------------------------------------------------------------------


def _claims_of(slug: str, records: Sequence[Record]) -> "list[Claim]":
    return chapters.claims(Runs(slug, tuple(records)))


def _claims(options: argparse.Namespace) -> None:
    from dlexp.lab.statements import statements

    store = Store()
    stated = statements(paths.BOOK)
    rows = []
    for slug in _slugs(options):
        claims = _claims_of(slug, store.load(chapters.units(slug)))
        rows += [_claim_row(slug, claim, stated.get(claim.id)) for claim in claims]
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        for row in rows:
            _print_claim(row)
    otherwise = [row["id"] for row in rows if row["expected"] not in (None, row["verdict"])]
    if otherwise:
        raise DoesNotHold(f"the book expects another verdict of {', '.join(otherwise)}")


def _claim_row(slug: str, claim: "Claim", stated: "Statement | None") -> dict[str, Any]:
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


# ---- tune -------------------------------------------------------------------------------------


def _tune(options: argparse.Namespace) -> None:
    from dlexp.tuning import distributed

    if importlib.util.find_spec("keras_tuner") is None:
        raise WrongUse("tune needs the package keras-tuner, which requirements.txt pins")
    if bool(options.workers) == options.join:
        raise WrongUse("tune needs --workers N, or --join in a search across machines")
    plan = distributed.Plan(
        trials=options.trials, epochs=options.epochs, images=options.images, seed=options.seed
    )
    if plan.images > distributed.IMAGES:
        raise WrongUse(f"--images must be at most {distributed.IMAGES}; received {plan.images}")
    try:
        if options.join:
            distributed.join(plan)
            return
        outcome = distributed.tune(plan, options.workers)
    except ValueError as error:
        raise WrongUse(str(error)) from None
    except distributed.SearchFailed as error:
        raise DoesNotHold(str(error)) from None
    _print_outcome(outcome, plan)


def _print_outcome(outcome: "Outcome", plan: "Plan") -> None:
    from dlexp.tuning import distributed

    names = list(dict.fromkeys(name for trial in outcome.trials for name in trial.values))
    rows = [["trial", "score", "seconds", "worker", *names]]
    for trial in sorted(outcome.trials, key=lambda each: -(each.score or 0.0)):
        score = trial.status if trial.score is None else f"{trial.score:.4f}"
        values = [str(trial.values.get(name, "")) for name in names]
        rows.append([trial.name, score, f"{trial.seconds:.1f}", trial.worker, *values])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    each = Counter(trial.worker for trial in outcome.trials)
    print(", ".join(f"{who}: {_counted(each[who], 'trial')}" for who in sorted(each)))
    if outcome.lost:
        print(f"{_counted(outcome.lost, 'worker')} died and had to be replaced")
    print(f"{outcome.seconds:.0f} s; stored in {distributed.shown(outcome.folder)}")
    if outcome.best is None:
        raise DoesNotHold(f"none of {_counted(plan.trials, 'trial')} was completed")
    best = ", ".join(f"{name} {value}" for name, value in outcome.best.values.items())
    print(f"best: {outcome.best.score:.4f} with {best}")
