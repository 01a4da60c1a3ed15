"""``python -m dlexp tune``: search hyperparameters with several workers."""

import argparse
import contextlib
import importlib.util
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dlexp.cli.arguments import positive
from dlexp.cli.errors import DoesNotHold, WrongUse
from dlexp.cli.words import columns, counted
from dlexp.lab.again import PARTS
from dlexp.lab.machine import environment

if TYPE_CHECKING:
    from dlexp.tuning.distributed import SearchOutcome, SearchPlan

_DESCRIPTION = (
    "Search at random with Keras Tuner, on MNIST, with several workers on this machine. The space "
    "is the book's (five hyperparameters of a small convolutional net), or a function of your own. "
    "A search that was stopped goes on when it is asked for again."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let the command take its options."""
    parser.description = _DESCRIPTION
    parser.add_argument("--workers", type=positive, metavar="N", help="processes that train")
    for name, letter, default, words in (
        ("--trials", "T", 12, "configurations to train in all"),
        ("--epochs", "E", 2, "passes over the images in each trial"),
        ("--images", "N", 10_000, "training images of MNIST"),
        ("--seed", "S", 1, "of the proposals, and of weights and batches"),
    ):
        told = f"{words} (default: {default})"
        parser.add_argument(name, type=positive, metavar=letter, default=default, help=told)
    parser.add_argument(
        "--build",
        metavar="MODULE:FUNCTION",
        help="search this function, of a module in the working directory",
    )
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
    if options.images > distributed.IMAGES:
        raise WrongUse(f"--images must be at most {distributed.IMAGES}; got {options.images}")
    try:
        plan = _plan(options)
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


def _plan(options: argparse.Namespace) -> "SearchPlan":
    from dlexp.tuning import own, plans

    settings = {name: getattr(options, name) for name in ("trials", "epochs", "images", "seed")}
    if options.build is None:
        return plans.SearchPlan(**settings)
    own.check(options.build, Path.cwd())
    return plans.OwnPlan(**settings, build=options.build, place=str(Path.cwd()))


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
    from dlexp.tuning import distributed, origin, own, plans

    who, space = os.environ.get("KERASTUNER_TUNER_ID", ""), None
    if isinstance(plan, plans.OwnPlan):
        space = own.digests(plan.build, Path(plan.place))
    if not join:
        origin.claim_alone(plan.folder, space)
    elif who:  # else joining says what is missing
        origin.claim(plan.folder, space)
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
        logs = f"; the logs in {distributed.shown(outcome.folder)} say why"
        raise DoesNotHold(f"none of {counted(plan.trials, 'trial')} was completed{logs}")
    best = ", ".join(f"{name} {value}" for name, value in outcome.best.values.items())
    print(f"best: {outcome.best.score:.4f} with {best}")
