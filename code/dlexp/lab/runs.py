"""The records of one chapter, as its claims, figures and pages read them.

``runs("rates").numbers("dense_with", "test")`` is an array whose first axis are the seeds, and
whose others are what the measure function listed. Claims made by runs know their chapter, their
seeds and their records, so nobody types these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlexp.byhand.arrays import Floats
from dlexp.lab import claims, drafts, store
from dlexp.lab.claims import PLAIN, Claim, Range, Scale
from dlexp.lab.intervals import measured
from dlexp.lab.records import Record
from dlexp.lab.units import Measurement, Unit


@dataclass(frozen=True)
class Runs:
    """Records of one chapter, in the order of their units.

    Attributes
    ----------
    slug : str
        The chapter.
    records : tuple of Record

    Examples
    --------
    >>> Runs("demo", ())("rates").seeds
    ()
    """

    slug: str
    records: tuple[Record, ...]

    def __call__(self, *measures: str, **settings: Any) -> Runs:
        """Return the runs of some measure functions, all of them if none is named.

        Parameters
        ----------
        *measures : str
            Names of measure functions.
        **settings
            Fields of their configurations, with the value that each must have, or a set of them.
        """
        chosen = (record for record in self.records if _fits(record, measures, settings))
        return Runs(self.slug, tuple(chosen))

    def of(self, measure: Callable[..., Measurement], config: Any) -> Runs:
        """Return the runs of a measure function with a configuration, whatever their seeds."""
        return self(measure.__name__, **Unit(measure=measure, config=config, seed=0).settings)

    def __add__(self, other: Runs) -> Runs:
        """Return these runs, and behind them others of the chapter."""
        return Runs(self.slug, self.records + other.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, each once, in the order of the records."""
        return tuple(dict.fromkeys(record.seed for record in self.records))

    @property
    def names(self) -> tuple[str, ...]:
        """What a claim calls the units that it rests on."""
        return tuple(record.name for record in self.records)

    @property
    def none(self) -> Runs:
        """No runs of the chapter: what is worked out anew, and not measured, rests on these."""
        return Runs(self.slug, ())

    @property
    def only(self) -> Record:
        """The one record there is.

        Raises
        ------
        LookupError
            If there are several, or none.
        """
        if len(self) != 1:
            raise LookupError(f"there must be one run of {self.slug}; got {len(self)}")
        return self.records[0]

    @property
    def config(self) -> dict[str, Any]:
        """The settings of the first run."""
        return self.records[0].config

    def numbers(self, *path: str) -> Floats:
        """Return one number per run, or an equal shape of them, by the way to it: (runs, ...)."""
        return self._stacked([_at(record.numbers, path) for record in self.records])

    def arrays(self, name: str) -> Floats:
        """Return one array per run, of shape (runs, ...)."""
        return self._stacked([record.arrays[name] for record in self.records])

    def _stacked(self, values: Sequence[Any]) -> Floats:
        try:
            return np.array(values)
        except ValueError as error:
            if any(isinstance(record, drafts.Stale) for record in self.records):
                rule = f"{drafts.WAITING}: records of {self.slug} that fit each other"
                raise store.MissingResult(rule) from error
            raise

    # --- What they settle: a name, and what is measured in words -------------------------------

    def above(
        self, name: str, measure: str, values: ArrayLike, *,
        threshold: float = 0.0, scale: Scale = PLAIN, repeated: str = "",
    ) -> Claim:  # fmt: skip
        """Claim that a mean over seeds lies above a threshold."""
        return self._mean(name, measure, values, (threshold, None), scale, repeated)

    def below(
        self, name: str, measure: str, values: ArrayLike, *,
        threshold: float = 0.0, scale: Scale = PLAIN, repeated: str = "",
    ) -> Claim:  # fmt: skip
        """Claim that a mean over seeds lies below a threshold."""
        return self._mean(name, measure, values, (None, threshold), scale, repeated)

    def within(
        self, name: str, measure: str, values: ArrayLike, *,
        low: float | None, high: float | None, scale: Scale = PLAIN, repeated: str = "",
    ) -> Claim:  # fmt: skip
        """Claim that a mean over seeds lies in a range.

        Where each seed has several values, ``repeated`` says what they are: ``"searches"``.
        """
        return self._mean(name, measure, values, (low, high), scale, repeated)

    def paired(
        self, name: str, measure: str, a: ArrayLike, b: ArrayLike, *,
        at_least: float = 0.0, scale: Scale = PLAIN, repeated: str = "",
    ) -> Claim:  # fmt: skip
        """Claim that ``a`` exceeds ``b`` by more than ``at_least``, seed by seed.

        Pairing takes out what a seed does to both sides: the interval is that of the differences.

        Raises
        ------
        ValueError
            If they differ in length, ``at_least`` is below 0, and as `within`.
        """
        first, second = measured(a), measured(b)
        if first.size != second.size:
            sizes = f"{first.size} and {second.size} values"
            raise ValueError(f"{name}: `a` and `b` must be pairs; got {sizes}")
        if at_least < 0:  # else a sentence that `a` is better could stand though it is worse
            raise ValueError(f"{name}: `at_least` must be 0 or more; got {at_least}")
        asserted = (at_least, None)
        return self._mean(
            name, measure, first - second, asserted, scale, repeated, is_paired=True
        )  # fmt: skip

    def _mean(
        self, name: str, measure: str, values: ArrayLike, asserted: Range, scale: Scale,
        repeated: str, is_paired: bool = False,
    ) -> Claim:  # fmt: skip
        return claims.mean_within(
            f"{self.slug}.{name}", measure, values=values, low=asserted[0], high=asserted[1],
            seeds=self.seeds, units=self.names, scale=scale, repeated=repeated,
            is_paired=is_paired,
        )  # fmt: skip

    def never(
        self, name: str, measure: str, *, failures: int, trials: int, exhaustive: str = ""
    ) -> Claim:
        """Claim that something never happened in ``trials`` cases.

        ``exhaustive`` says in words what the cases are all of, where they are no sample.
        """
        return claims.none_of(
            f"{self.slug}.{name}", measure, failures=failures, trials=trials,
            seeds=() if exhaustive else self.seeds, units=self.names, exhaustive=exhaustive,
        )  # fmt: skip


def load(units: Sequence[Unit]) -> Runs:
    """Return the published runs of a chapter's units; in a draft, whatever there is of them.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If one of them has no current record, and this is no draft.
    """
    records = drafts.load(units) if drafts.are_shown() else store.load(units)
    return Runs(units[0].slug, tuple(records))


def _fits(record: Record, measures: Sequence[str], settings: dict[str, Any]) -> bool:
    named = not measures or record.name.partition("-")[0] in measures
    return named and all(
        any(record.settings.get(name) == one for one in _choices(value))
        for name, value in settings.items()
    )


def _choices(value: Any) -> Iterable[Any]:
    return value if isinstance(value, set) else [value]


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = value[name]
    return value
