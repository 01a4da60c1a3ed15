"""``python -m dlexp tune``: search hyperparameters with several workers."""

import argparse
import contextlib
import importlib.util
import os
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dlexp.cli.arguments import positive
from dlexp.cli.errors import DoesNotHold, WrongUse
from dlexp.cli.words import columns, counted
from dlexp.lab.again import PARTS
from dlexp.lab.machine import environment

if TYPE_CHECKING:
    from dlexp.tuning.distributed import SearchOutcome, SearchPlan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let the command take its options."""
    parser.add_argument("--workers", type=positive, metavar="N", help="processes that train")
    parser.add_argument("--trials", type=positive, default=12, metavar="T", help="configurations")
    parser.add_argument("--epochs", type=positive, default=2, metavar="E", help="of each trial")
    parser.add_argument("--images", type=positive, default=10_000, metavar="N", help="of MNIST")
    parser.add_argument("--seed", type=positive, default=1, metavar="S", help="of the search")
    parser.add_argument(
        "--join",
        action="store_true",
        help="be the one process that KERASTUNER_TUNER_ID, _ORACLE_IP and _ORACLE_PORT name",
    )


def tune(options: argparse.Namespace) -> None:
    """Search with several workers, or be one process of a search across machines.

    Raises
    ------
    WrongUse
        If the package or an option is missing, or one does not fit.
    DoesNotHold
        If the search fails.
    """
    from dlexp.tuning import distributed

    if importlib.util.find_spec("keras_tuner") is None:
        raise WrongUse("tune needs the package keras-tuner, which requirements.txt pins")
    if bool(options.workers) == options.join:
        raise WrongUse("tune needs --workers N, or --join in a search across machines")
    plan = distributed.SearchPlan(
        trials=options.trials, epochs=options.epochs, images=options.images, seed=options.seed
    )
    if plan.images > distributed.IMAGES:
        raise WrongUse(f"--images must be at most {distributed.IMAGES}; got {plan.images}")
    try:
        _claim_folder(plan, join=options.join)
        with _our_environment():
            if options.join:
                distributed.join(plan)
                return
            outcome = distributed.tune(plan, options.workers)
    except ValueError as error:
        raise WrongUse(str(error)) from None
    except distributed.SearchFailed as error:
        raise DoesNotHold(str(error)) from None
    _print_outcome(outcome, plan)


@contextlib.contextmanager
def _our_environment() -> Iterator[None]:
    """Run with the environment of all our children, which those of a search inherit."""
    before = dict(os.environ)
    ours = environment(**{name: before[name] for name in PARTS if name in before})
    try:
        os.environ.clear()
        os.environ.update(ours)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _claim_folder(plan: "SearchPlan", *, join: bool) -> None:
    """Go on with a stored search only where it is of this code, this space and this data."""
    from dlexp.tuning import distributed, origin

    who = os.environ.get("KERASTUNER_TUNER_ID", "")
    if not join:
        origin.claim_alone(plan.folder)
    elif who:  # else joining says what is missing
        origin.claim(plan.folder)
        if distributed.CHIEF in who:  # workers come while the chief writes
            origin.check_stored(plan.folder)


def _print_outcome(outcome: "SearchOutcome", plan: "SearchPlan") -> None:
    from dlexp.tuning import distributed

    names = list(dict.fromkeys(name for trial in outcome.trials for name in trial.values))
    rows = [["trial", "score", "seconds", "worker", *names]]
    for trial in sorted(outcome.trials, key=lambda trial: -(trial.score or 0.0)):
        score = trial.status if trial.score is None else f"{trial.score:.4f}"
        values = [str(trial.values.get(name, "")) for name in names]
        rows.append([trial.name, score, f"{trial.seconds:.1f}", trial.worker, *values])
    print(*columns(rows), sep="\n")
    shares = Counter(trial.worker for trial in outcome.trials)
    print(", ".join(f"{who}: {counted(shares[who], 'trial')}" for who in sorted(shares)))
    if outcome.lost:
        print(f"{counted(outcome.lost, 'worker')} died and had to be replaced")
    print(f"{outcome.seconds:.0f} s; stored in {distributed.shown(outcome.folder)}")
    if len(outcome.trials) > plan.trials:
        stored = counted(len(outcome.trials), "trial")
        print(f"{stored} were stored, more than {plan.trials} asked for")
    if outcome.best is None:
        raise DoesNotHold(f"none of {counted(plan.trials, 'trial')} was completed")
    best = ", ".join(f"{name} {value}" for name, value in outcome.best.values.items())
    print(f"best: {outcome.best.score:.4f} with {best}")
