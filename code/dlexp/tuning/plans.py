"""What a search by several processes is asked for, and what comes of it.

Chapter: book/keras_tuner.md.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dlexp import paths

FOLDER = paths.BUILD / "tuning"
"""Where searches are stored, a folder each; a search that was stopped goes on there."""

IMAGES = 55_000  # in MNIST's training part


class SearchFailed(RuntimeError):
    """A search could not be finished; one line says why, and where its logs are."""


@dataclass(frozen=True, kw_only=True)
class SearchPlan:
    """What is searched: the space of `dlexp.tuning.spaces`, at random, on MNIST.

    Attributes
    ----------
    trials : int
        Configurations to train, >= 1.
    epochs : int
        Of each trial, >= 1.
    images : int
        Training images, of MNIST's training part, >= 1.
    seed : int
        Of the proposals and, in each trial, of weights and batches, >= 1. So a trial's score does
        not depend on the worker that trains it.
    """

    trials: int = 12
    epochs: int = 2
    images: int = 10_000
    seed: int = 1

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value < 1:
                raise ValueError(f"`{name}` must be at least 1; got {value}")

    @property
    def folder(self) -> Path:
        """Where it is stored; a plan with more trials goes on where one with fewer ended."""
        return FOLDER / f"epochs={self.epochs}-images={self.images}-seed={self.seed}"


@dataclass(frozen=True, kw_only=True)
class OwnPlan(SearchPlan):
    """A search of a space of one's own: of a function ``build(hp)`` in a module of one's own.

    Attributes
    ----------
    trials, epochs, images, seed : int
        As in `SearchPlan`.
    build : str
        ``"module:function"``; it returns a compiled model for images of shape (28, 28, 1) and
        whole numbers as labels, with the metric ``"accuracy"``.
    place : str
        The folder that the module lies in.
    """

    build: str
    place: str

    def __post_init__(self) -> None:
        SearchPlan(trials=self.trials, epochs=self.epochs, images=self.images, seed=self.seed)

    @property
    def folder(self) -> Path:
        """Where it is stored: apart from the searches of other functions."""
        usual = super().folder
        return usual.with_name(f"{usual.name}-build={self.build.replace(':', '.')}")


def plan_of(settings: Mapping[str, Any]) -> SearchPlan:
    """Return the plan that was written down as a mapping."""
    return OwnPlan(**settings) if "build" in settings else SearchPlan(**settings)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A trial as it is stored, and who trained it.

    Attributes
    ----------
    name : str
    status : str
        "COMPLETED", "FAILED", or "RUNNING" where it was left open.
    score : float or None
        Best validation accuracy over the epochs, in [0, 1]; None unless completed.
    values : mapping
        Hyperparameters.
    worker : str
        Who trained it last.
    seconds : float
        Of its last training, or until its worker was lost.
    begun : int
        How often it was begun: more than once where a worker was lost.
    """

    name: str
    status: str
    score: float | None
    values: Mapping[str, Any]
    worker: str
    seconds: float
    begun: int


@dataclass(frozen=True, kw_only=True)
class SearchOutcome:
    """A search that ended.

    Attributes
    ----------
    trials : tuple of Trial
        In the order of their names.
    seconds : float
        From the start of the first process to the end of the search.
    starting : float
        Until the first trial began: interpreters, TensorFlow, the data.
    searching : float
        From the first trial's beginning to the last one's end, as this call saw it.
    lost : int
        Workers that died and were replaced.
    folder : Path
    """

    trials: tuple[Trial, ...]
    seconds: float
    starting: float
    searching: float
    lost: int
    folder: Path

    @property
    def best(self) -> Trial | None:
        """The completed trial with the highest score, if there is one; of equals the first."""
        scored = [trial for trial in self.trials if trial.score is not None]
        return max(scored, key=lambda trial: trial.score or 0.0, default=None)


def shown(path: Path) -> str:
    """Return a path as messages show it: from the project's folder on, if it lies there."""
    return str(path.relative_to(paths.PROJECT) if path.is_relative_to(paths.PROJECT) else path)
