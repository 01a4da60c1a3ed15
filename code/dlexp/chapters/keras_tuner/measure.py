"""Measure what a search for hyperparameters finds, what it wastes, and what it pretends.

Chapter: book/keras_tuner.md. A table of all configurations of a small space is trained once;
tuners then run against it without training. Keras, TensorFlow and Keras Tuner are imported inside
the functions that compute.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data
from dlexp.chapters.keras_tuner import searches as live
from dlexp.chapters.keras_tuner import selection
from dlexp.chapters.keras_tuner import table as tables
from dlexp.lab import claims as claim
from dlexp.lab.claims import Claim
from dlexp.lab.results import Measurement, Record, Unit
from dlexp.tuning import spaces

Floats = NDArray[np.floating]

TABLE_SEEDS = (0, 1, 2)
SEEDS = (0, 1, 2, 3, 4)

WASTE_SEEDS = SEEDS[:4]  # of many searches each

APART = 1_000
"""Between the seeds of two searches: those of Keras Tuner overlap where the seeds are close."""


# --- The table ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A part of the table: all configurations of one width and one number of filters.

    Attributes
    ----------
    chunk : int
        Which part, in 0 ... 8.
    train_size : int
        Training images.
    scored : int
        Validation images that give a score.
    batch_size : int
        Images per step.
    epochs : int
        Most epochs of a trial.
    blocks : int
        Parts of the test set, counted apart: a random half of them can choose, the other report.
    """

    chunk: int = 0
    train_size: int = 2_000
    scored: int = 1_000
    batch_size: int = 50
    epochs: int = 9
    blocks: int = 20


def rows(config: Rows, seed: int) -> Measurement:
    """Train each configuration of a part of the table, and count hits after every epoch."""
    from dlexp import training

    dataset = data.load("mnist").subset(config.train_size)
    scored = dataset.validation.take(np.arange(config.scored))
    test = shuffled(dataset.test)
    every = spaces.configurations()
    places = chunk_places(config.chunk)
    validation = np.zeros((len(places), config.epochs), np.uint16)
    tested = np.zeros((len(places), config.epochs, config.blocks), np.uint16)
    refits: dict[str, training.Refit] = {}
    for row, place in enumerate(places):
        values = every[place]
        shape = f"{values['dropout']} {values['activation']}"
        if shape not in refits:
            refits[shape] = training.Refit(
                lambda values=values: spaces.network(values), dataset.train,  # type: ignore[misc]
                batch_size=config.batch_size,
            )  # fmt: skip
        refit = refits[shape]
        rate = float(values["learning_rate"])
        for epoch in refit.epochs(config.epochs, seed=1000 * seed + place, learning_rate=rate):
            validation[row, epoch - 1] = refit.hits(scored).sum()
            tested[row, epoch - 1] = refit.hits(test).reshape(config.blocks, -1).sum(axis=1)
    return Measurement(
        numbers={"places": [int(place) for place in places], "scored": len(scored)},
        arrays={"validation": validation, "test": tested},
    )


def chunk_places(chunk: int) -> list[int]:
    """Return the places in the space of the configurations of one part of the table.

    Examples
    --------
    >>> len(chunk_places(0)), sorted(place for c in range(9) for place in chunk_places(c))[-1]
    (24, 215)
    """
    sizes = [(f, u) for f in spaces.GRID["filters"] for u in spaces.GRID["units"]]
    filters, width = sizes[chunk]
    return [
        place
        for place, values in enumerate(spaces.configurations())
        if values["filters"] == filters and values["units"] == width
    ]


def shuffled(part: data.Split) -> data.Split:
    """Return a part in one fixed random order: the halves of MNIST's test file differ."""
    return part.take(np.random.RandomState(1).permutation(len(part)))


CHUNKS = tuple(range(9))


TESTED = 10_000
"""Test images of MNIST."""


def table_of(records: Iterable[Record]) -> tables.Table:
    """Put the parts of the table together."""
    return tables.Table(_assembled(records, "validation"), hits_of(records).sum(axis=3) / TESTED)


def hits_of(records: Iterable[Record]) -> Floats:
    """Return right answers on the test set, (seeds, configurations, epochs, blocks)."""
    return _assembled(records, "test")


def _assembled(records: Iterable[Record], name: str) -> Floats:
    """Return an array of the table from its parts; validation hits as accuracies."""
    parts = [record for record in records if record.name.startswith("rows-")]
    seeds = sorted({part.seed for part in parts})
    count = sum(len(part.numbers["places"]) for part in parts if part.seed == seeds[0])
    found = np.zeros((len(seeds), count, *parts[0].arrays[name].shape[1:]))
    for part in parts:
        at = seeds.index(part.seed), np.array(part.numbers["places"])
        scale = part.numbers["scored"] if name == "validation" else 1
        found[at] = part.arrays[name] / scale
    return found


# --- Laws of the tuners: nothing is trained -----------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Laws:
    """How much each seed asks of Keras Tuner's oracles.

    Attributes
    ----------
    trials : int
        Of a search.
    listened : int
        Trials of a search whose scores are dealt out anew: a few more than Bayesian optimisation
        guesses before it fits, for each of these takes seconds.
    orders : int
        In how many orders the scores are dealt out.
    repetitions : int
        Of the function that is made for the purpose.
    """

    trials: int = 25
    listened: int = 18
    orders: int = 2
    repetitions: int = 1_000


def laws(config: Laws, seed: int) -> Measurement:
    """Ask the oracles what they do with their seeds and with the scores they are told."""
    generator = np.random.default_rng(seed)
    start = APART * (seed + 1)
    pair = [_proposed("random", start + shift, config.trials) for shift in (0, len(spaces.GRID))]
    far = _proposed("random", start + APART // 2, config.trials)
    bests = {
        str(matter): [
            float(each.mean())
            for each in selection.toy_bests(matter, 6, config.repetitions, generator)
        ]
        for matter in (1, 2, 3, 4, 5, 6)
    }
    return Measurement(
        numbers={
            "shared_near": len({*pair[0]} & {*pair[1]}) / config.trials,
            "shared_far": len({*pair[0]} & {*far}) / config.trials,
            "toy": bests,
            "changed": {
                kind: _changed(kind, start, config, generator)
                for kind in ("random", "grid", "bayesian", "hyperband")
            },
        }
    )


def _proposed(
    kind: str, seed: int, trials: int, score: Callable[[int], float] = lambda _: 0.5
) -> list[int]:
    return list(tables.proposals(tables.oracle(kind, seed=seed, trials=trials), score))


def _changed(kind: str, seed: int, config: Laws, generator: np.random.Generator) -> int:
    """Count the orders of the same scores in which an oracle proposes something else."""
    scores = np.linspace(0.5, 0.95, 80)
    first = _proposed(kind, seed, config.listened, lambda i: float(scores[i]))
    count = 0
    for _ in range(config.orders):
        dealt = generator.permutation(scores)
        count += _proposed(kind, seed, config.listened, lambda i, d=dealt: float(d[i])) != first  # type: ignore[misc]
    return count


# --- What cannot exist --------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Waste:
    """Searches of the reports' spaces that only build.

    Attributes
    ----------
    searches : int
        Per report.
    trials : tuple of int
        Of a search, as the reports had them: padded convolutions, and bare ones.
    """

    searches: int = 20
    trials: tuple[int, int] = (3, 5)


def waste(config: Waste, seed: int) -> Measurement:
    """Let Keras Tuner search the reports' spaces, and count what cannot be built."""
    numbers: dict[str, Any] = {}
    for padding, trials in zip(spaces.REPORTS, config.trials, strict=True):
        found = []
        for index in range(config.searches):
            start = APART * (1 + config.searches * seed + index)
            with tempfile.TemporaryDirectory() as folder:
                found.append(live.untrained(padding, Path(folder), seed=start, trials=trials))
        failed = [each["failed"] for each in found]
        numbers[padding] = {
            "trials": sum(map(len, failed)),
            "failed": sum(map(sum, failed)),
            "unforeseen": sum(
                a != b for e in found for a, b in zip(e["failed"], e["foreseen"], strict=True)
            ),
            "hit": sum(map(any, failed)),
            "stopped": sum(each["stopped"] for each in found),
            "idle": float(
                np.mean(
                    [len(i) and np.mean(np.array(i) > 0) for i in (e["idle"][1:] for e in found)]
                )
            ),
        }
    return Measurement(numbers=numbers)


# --- The bake-off -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Bakeoff:
    """One tuner against the table, again and again.

    Attributes
    ----------
    tuner : str
        "guess", "random", "grid", "bayesian", "hyperband" or "tpe".
    repetitions : int
        Searches per seed; fewer for Bayesian optimisation, which takes seconds for a search.
    trials : int
        Of nine epochs each, for tuners that do not stop a trial early.
    """

    tuner: str = "random"
    repetitions: int = 20
    trials: int = 25


MOST = 20
"""Repetitions per seed, at most: they keep their number where a tuner has fewer."""

TUNERS = ("guess", "random", "grid", "bayesian", "hyperband", "tpe")


def bakeoff(config: Bakeoff, seed: int, *records: Record) -> Measurement:
    """Run searches of equal cost, and note what the best so far is worth to fresh nets."""
    table = table_of(records)
    worth = table.fresh()
    spent = [table.epochs * (1 + i) for i in range(config.trials)]
    curves, scores = [], []
    for index in range(config.repetitions):
        repetition = MOST * seed + index
        trials = run_tuner(config.tuner, table, repetition, config.trials)
        curves.append(tables.so_far(trials, worth, spent))
        scores.append(max(trial.score for trial in trials))
    return Measurement(
        numbers={"cost": sum(t.last - t.first for t in trials), "trials": len(trials)},
        arrays={
            "worth": np.array(curves, np.float32),
            "score": np.array(scores, np.float32),
        },
    )


def run_tuner(tuner: str, table: tables.Table, repetition: int, trials: int) -> list[tables.Trial]:
    """Run one search; repetition and tuner decide its seed, and repetition how lucky trials are."""
    generator = np.random.default_rng(repetition)
    if tuner == "guess":
        return tables.guess(table, trials, generator)
    order = None
    if tuner == "grid":  # it has no chance of its own, but somebody wrote the space in some order
        order = [str(name) for name in generator.permutation(list(spaces.GRID))]
    found = tables.oracle(tuner, seed=APART * (repetition + 1), trials=trials, order=order)
    return tables.search(found, table, generator)


# --- The race of the live figure ----------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Race:
    """Searches that the reader lets race; no claim is made of them.

    Attributes
    ----------
    tuners : tuple of str
        As in `Bakeoff`.
    repetitions : int
        Searches of each.
    trials : int
        As in `Bakeoff`.
    """

    tuners: tuple[str, ...] = ("random", "grid", "bayesian", "hyperband", "tpe")
    repetitions: int = 6
    trials: int = 25


def race(config: Race, seed: int, *records: Record) -> Measurement:
    """Note the trials of each search against one training of the table, the one from ``seed``.

    Returns
    -------
    Measurement
        An array ``<tuner>-<repetition>`` of shape (trials, 3) for each search: configuration,
        epochs before the trial, epochs after it.
    """
    every = table_of(records)
    alone = tables.Table(every.score[[seed]], every.test[[seed]])
    found = {
        f"{tuner}-{repetition}": run_tuner(tuner, alone, repetition, config.trials)
        for tuner in config.tuners
        for repetition in range(config.repetitions)
    }
    arrays = {
        name: np.array([(t.place, t.first, t.last) for t in trials], np.int16)
        for name, trials in found.items()
    }
    return Measurement(numbers={"searches": len(arrays)}, arrays=arrays)


# --- Luck ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Luck:
    """How often the best of a few guesses is one of the best.

    Attributes
    ----------
    share : float
        The top of the space that counts.
    counts : tuple of int
        Guesses.
    repetitions : int
    """

    share: float = 0.05
    counts: tuple[int, ...] = (1, 3, 5, 10, 25, 59)
    repetitions: int = 2_000


def luck(config: Luck, seed: int, *records: Record) -> Measurement:
    """Count how often guesses, ranked without noise and by one noisy score, reach the top."""
    table = table_of(records)
    generator = np.random.default_rng(seed)
    rank = (-table.chosen().mean(axis=0)).argsort().argsort()
    top = rank < round(config.share * len(rank))
    ideal, noisy = np.zeros(len(config.counts)), np.zeros(len(config.counts))
    for _ in range(config.repetitions):
        trials = tables.guess(table, max(config.counts), generator)
        places = np.array([trial.place for trial in trials])
        scores = np.array([trial.score for trial in trials])
        for i, count in enumerate(config.counts):
            ideal[i] += top[places[:count]].any()
            noisy[i] += top[places[int(scores[:count].argmax())]]
    return Measurement(
        numbers={
            "top": float(top.mean()),
            "ideal": (ideal / config.repetitions).tolist(),
            "noisy": (noisy / config.repetitions).tolist(),
        }
    )


# --- Live searches ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Live:
    """One search on MNIST.

    Attributes
    ----------
    tuner : str
        One of `dlexp.chapters.keras_tuner.searches.KINDS`, or "sklearn".
    trials : int
        At most; Hyperband has its own schedule.
    train_size, scored, batch_size, epochs : int
        As in `Rows`.
    """

    tuner: str = "random"
    trials: int = 8
    train_size: int = 2_000
    scored: int = 1_000
    batch_size: int = 50
    epochs: int = 9


def live_search(config: Live, seed: int) -> Measurement:
    """Search with Keras Tuner itself, in two sittings, and list the trials."""
    dataset = data.load("mnist").subset(config.train_size)
    dataset = replace(dataset, validation=dataset.validation.take(np.arange(config.scored)))
    start = APART * (seed + 1)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if config.tuner == "sklearn":
            trials = live.on_scikit_learn(dataset, place, seed=start, trials=config.trials)
            return Measurement(numbers={"trials": trials})
        sittings = []
        for count in (config.trials // 2, config.trials):
            found = live.tuner(config.tuner, spaces.build, place, seed=start, trials=count)
            live.search(found, dataset, epochs=config.epochs, batch_size=config.batch_size)
            sittings.append(live.listing(found))
        best = found.get_best_models()[0]
        test = np.asarray(best.predict(dataset.test.images, batch_size=500, verbose=0))
    again = sittings[1][: len(sittings[0])]
    return Measurement(
        numbers={
            "trials": sittings[1],
            "kept": int(again == sittings[0]),
            "first_sitting": len(sittings[0]),
            "test": float(np.mean(test.argmax(axis=1) == dataset.test.labels)),
        }
    )


# --- The leak -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Leak:
    """Two splits: one that slices the wrong array, and one that does not.

    Attributes
    ----------
    size : int
        Images before the split.
    held : int
        Validation images, the last ones.
    epochs : int
    batch_size : int
    """

    size: int = 3_000
    held: int = 500
    epochs: int = 20
    batch_size: int = 50


def leak(config: Leak, seed: int) -> Measurement:
    """Train on what both splits train on, and hold it to the validation parts of both."""
    from dlexp import training

    dataset = data.load("mnist").subset(config.size)
    images = dataset.train
    train, leaked, honest = split_both(images, config.held)
    values = {**spaces.DEFAULT, "filters": 16, "units": 64}
    refit = training.Refit(lambda: spaces.network(values), train, batch_size=config.batch_size)
    parts = {"leaked": leaked, "honest": honest, "test": dataset.test}
    curves: dict[str, list[float]] = {name: [] for name in parts}
    for _ in refit.epochs(config.epochs, seed=seed, learning_rate=1e-3):
        for name, part in parts.items():
            curves[name].append(float(refit.hits(part).mean()))
    seen = set(train.indices.tolist())
    return Measurement(
        numbers={
            **curves,
            "seen_leaked": sum(int(i) in seen for i in leaked.indices),
            "seen_honest": sum(int(i) in seen for i in honest.indices),
        }
    )


def split_both(images: data.Split, held: int) -> tuple[data.Split, data.Split, data.Split]:
    """Return the training part, the validation part of a report's code, and the right one.

    The report cuts the last images off and then takes its validation images from the end of what
    is left: they are training images, and those that were cut off are never used.
    """
    size = len(images)
    train = images.take(np.arange(size - held))
    return (
        train,
        train.take(np.arange(len(train) - held, len(train))),
        images.take(np.arange(size - held, size)),
    )


# --- Is it worth it? ----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Worth:
    """The default net, and others, trained afresh.

    Attributes
    ----------
    nets : tuple of str
        Of "default", "found", "guess" and "best".
    train_size, scored, batch_size, epochs : int
        As in `Rows`.
    """

    nets: tuple[str, ...] = ("default", "found", "guess", "best")
    train_size: int = 2_000
    scored: int = 1_000
    batch_size: int = 50
    epochs: int = 9


def worth(config: Worth, seed: int, *records: Record) -> Measurement:
    """Train the default, what a search found, a blind guess, and the best of the table."""
    from dlexp import training

    table = table_of(records)
    dataset = data.load("mnist").subset(config.train_size)
    scored = dataset.validation.take(np.arange(config.scored))
    every = spaces.configurations()
    trials = run_tuner("random", table, repetition=500 + seed, trials=25)
    found = max(trials, key=lambda trial: trial.score)
    chosen = {
        "default": spaces.place(spaces.DEFAULT),
        "found": found.place,
        "guess": int(np.random.default_rng(900 + seed).integers(len(every))),
        "best": int(table.score.max(axis=2).mean(axis=0).argmax()),
    }
    numbers: dict[str, Any] = {"score": found.score}
    for name in config.nets:
        place = chosen[name]
        values = every[place]
        refit = training.Refit(
            lambda values=values: spaces.network(values), dataset.train,  # type: ignore[misc]
            batch_size=config.batch_size,
        )  # fmt: skip
        rate, best, test = float(values["learning_rate"]), -1.0, 0.0
        for _ in refit.epochs(config.epochs, seed=100_000 + seed, learning_rate=rate):
            validation = float(refit.hits(scored).mean())
            if validation > best:
                best, test = validation, float(refit.hits(dataset.test).mean())
        numbers[name] = {"place": place, "values": dict(values), "test": test}
    return Measurement(numbers=numbers)


# --- Many workers -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """One search with one worker and with two, and with one that is killed.

    Attributes
    ----------
    trials, epochs, images : int
        As in `dlexp.tuning.distributed.Plan`.
    repeats : int
        Pairs of runs.
    """

    trials: int = 8
    epochs: int = 2
    images: int = 10_000
    repeats: int = 3


def crowd(config: Crowd, seed: int, *_: Record) -> Measurement:
    """Time a search with Keras Tuner's chief and workers on this machine."""
    from dlexp.tuning import distributed

    plan = distributed.Plan(
        trials=config.trials, epochs=config.epochs, images=config.images, seed=APART * (seed + 1)
    )
    found = distributed.measure_speed_up(
        plan, distributed.FOLDER / "speed_up", repeats=config.repeats
    )
    killed, two = found["killed"], found["two"]
    return Measurement(
        numbers={name: int(killed[name]) for name in ("completed", "repeated", "lost")}
        | {"same": int(found["same"])},
        # Times are no numbers to hold other machines to.
        arrays={
            "speed_up": np.array(found["speed_up"]),
            "speed_up_whole": np.array(found["speed_up_whole"]),
            "starting": np.array([each["starting"] for each in two]),
            "searching": np.array([each["searching"] for each in two]),
            "lost": np.array([killed["seconds_lost"], killed["trial"]]),
            "load": np.array([found["load"]]),
        },
    )


# --- Units --------------------------------------------------------------------------------------

LARGE = Leak(size=55_000, held=10_000, epochs=8, batch_size=100)
MORE = Worth(train_size=20_000, nets=("default", "found"))
LIVE = (*live.KINDS, "sklearn")
FEW = 6


def table_units() -> list[Unit]:
    """Return the units that make the table."""
    return [
        Unit(measure=rows, config=Rows(chunk=chunk), seed=seed)
        for seed in TABLE_SEEDS
        for chunk in CHUNKS
    ]


def units() -> list[Unit]:
    """Return every run of the chapter."""
    table = tuple(table_units())
    runs: list[tuple[Callable[..., Measurement], Any, tuple[Unit, ...]]] = [
        (laws, Laws(), ()),
        (leak, Leak(), ()),
        (leak, LARGE, ()),
        (luck, Luck(), table),
        *(
            (bakeoff, Bakeoff(tuner=tuner, repetitions=FEW if tuner == "bayesian" else MOST), table)
            for tuner in TUNERS
        ),
        (worth, Worth(), table),
        (worth, MORE, table),
    ]
    seeded = [
        Unit(measure=measure, config=config, seed=seed, needs=needs)
        for measure, config, needs in runs
        for seed in SEEDS
    ]
    seeded += [Unit(measure=waste, config=Waste(), seed=seed) for seed in WASTE_SEEDS]
    searches = [Unit(measure=live_search, config=Live(tuner=tuner), seed=0) for tuner in LIVE]
    before = (*table, *seeded, *searches)
    # It times three processes on two cores: last, and alone.
    return [*before, Unit(measure=crowd, config=Crowd(), seed=0, needs=before)]


def live_units() -> list[Unit]:
    """Return the run that no claim needs: what the live figure of the tuners shows."""
    return [Unit(measure=race, config=Race(), seed=0, needs=tuple(table_units()))]


# --- What is claimed ----------------------------------------------------------------------------
# The bars below were set before the first full run.


def of(records: Iterable[Record], measure: str, **config: Any) -> list[Record]:
    """Return the records of a measure with these settings, in the order of the seeds."""
    return [
        record
        for record in records
        if record.name.startswith(f"{measure}-")
        and all(record.config[name] == value for name, value in config.items())
    ]


def column(records: Iterable[Record], *path: str) -> Floats:
    """Return a number of each record, by the way to it."""
    found = []
    for record in records:
        value: Any = record.numbers
        for name in path:
            value = value[name]
        found.append(value)
    return np.array(found)


def curves(records: Iterable[Record], tuner: str, first: int | None = None) -> Floats:
    """Return what the best so far of a tuner is worth, (repetitions, looks).

    Of each seed's repetitions, only the ``first`` ones, if given: to pair with a tuner of fewer.
    """
    found = of(records, "bakeoff", tuner=tuner)
    return np.concatenate([record.arrays["worth"][:first] for record in found])


def ahead(records: Sequence[Record], tuner: str, of_tuner: str = "random") -> Floats:
    """Return by how much a tuner's curve exceeds another's, (repetitions, looks), paired."""
    each = min(of(records, "bakeoff", tuner=t)[0].config["repetitions"] for t in (tuner, of_tuner))
    found: Floats = curves(records, tuner, each) - curves(records, of_tuner, each)
    return found


def scores(records: Iterable[Record], tuner: str) -> Floats:
    """Return the best score of each of a tuner's searches."""
    return np.concatenate([r.arrays["score"] for r in of(records, "bakeoff", tuner=tuner)])


def flattery(records: Sequence[Record], tuner: str = "random") -> Floats:
    """Return by how much the best score of each search exceeds what fresh nets reach.

    The validation images may be easier than the test images, for any net; by so much, on average
    over the table, the difference is less.
    """
    table = table_of(records)
    easier = (table.score.max(axis=2) - table.chosen()).mean()
    found: Floats = scores(records, tuner) - curves(records, tuner)[:, -1] - easier
    return found


def among_the_best(table: tables.Table, share: float = 0.1) -> list[float]:
    """Return, per seed, how two other seeds agree on the ranks of those that it ranks best."""
    score = table.score.max(axis=2)
    found = []
    for seed, row in enumerate(score):
        best = np.argsort(-row)[: round(share * len(row))]
        others = [each[best] for other, each in enumerate(score) if other != seed]
        found.append(selection.rank_correlation(others[0], others[1]))
    return found


def optimism_curve(
    records: Sequence[Record], counts: Sequence[int], *, splits: int = 200, stop: bool = True
) -> Floats:
    """Return, per seed of the table, the optimism of choosing by the test set, (seeds, counts).

    Parameters
    ----------
    records : sequence of Record
    counts : sequence of int
        Configurations that are compared.
    splits : int
        Random halves of the test set.
    stop : bool
        Whether the test set chooses the epoch, too; otherwise all train to the last.
    """
    share = hits_of(records)
    share = share * (share.shape[3] / TESTED)
    share = share if stop else share[:, :, -1:]
    return np.array(
        [
            selection.optimism(each, counts, splits=splits, generator=np.random.default_rng(seed))
            for seed, each in enumerate(share)
        ]
    )


def claims(records: Sequence[Record]) -> list[Claim]:
    """Settle what the chapter claims."""
    return [
        *_claims_on_oracles(records),
        *_claims_on_waste(records),
        *_claims_on_luck(records),
        *_claims_on_tuners(records),
        *_claims_on_leak(records),
        *_claims_on_choosing(records),
        *_claims_on_worth(records),
        *_claims_on_workers(records),
    ]


def _names(records: Iterable[Record], *measures: str) -> tuple[str, ...]:
    return tuple(record.name for measure in measures for record in of(records, measure))


def _claims_on_oracles(records: Sequence[Record]) -> list[Claim]:
    found = of(records, "laws")
    options: dict[str, Any] = {"seeds": SEEDS, "units": _names(records, "laws")}
    orders = sum(record.config["orders"] for record in found)
    changed = {kind: int(column(found, "changed", kind).sum()) for kind in ("random", "bayesian")}
    toy = {matter: column(found, "toy", matter) for matter in ("2", "6")}
    return [
        claim.mean_above(
            "keras_tuner.seeds_overlap",
            "Two random searches of Keras Tuner make nearly the same proposals if their seeds "
            "differ by the number of hyperparameters.",
            "share of the proposals of one that the other makes too",
            column(found, "shared_near"), threshold=0.8, **options,
        ),
        claim.none_of(
            "keras_tuner.random_is_deaf",
            "A random search proposes the same, whatever the scores.",
            "orders of the same scores with other proposals, share",
            failures=changed["random"], trials=orders, **options,
        ),
        claim.none_of(
            "keras_tuner.bayesian_listens",
            "Bayesian optimisation proposes something else when its scores are dealt out anew.",
            "orders of the same scores with the same proposals, share",
            failures=orders - changed["bayesian"], trials=orders, **options,
        ),
        claim.paired(
            "keras_tuner.random_beats_grid_where_few_matter",
            "Where two of six directions matter, random search comes closer to the peak than a "
            "grid of as many trials.",
            "squared distance from the peak, grid minus random",
            toy["2"][:, 0], toy["2"][:, 1], **options,
        ),
        claim.paired(
            "keras_tuner.grid_beats_random_where_all_matter",
            "Where all six directions matter alike, the grid comes closer than random search.",
            "squared distance from the peak, random minus grid",
            toy["6"][:, 1], toy["6"][:, 0], **options,
        ),
    ]  # fmt: skip


def _claims_on_waste(records: Sequence[Record]) -> list[Claim]:
    found = of(records, "waste")
    options: dict[str, Any] = {"seeds": WASTE_SEEDS, "units": _names(records, "waste")}
    trials = {name: column(found, name, "trials") for name in spaces.REPORTS}
    searches = np.array([record.config["searches"] for record in found])
    return [
        claim.none_of(
            "keras_tuner.audit_foresees",
            "A trial fails exactly where the walk through its shapes says so.",
            "trials whose fate is another, share",
            failures=int(sum(column(found, name, "unforeseen").sum() for name in trials)),
            trials=int(sum(each.sum() for each in trials.values())), **options,
        ),
        claim.mean_above(
            "keras_tuner.most_searches_waste",
            "Most searches in the space with bare convolutions waste a trial.",
            "searches with a failed trial, share",
            column(found, "valid", "hit") / searches, threshold=0.5, **options,
        ),
    ]  # fmt: skip


def _claims_on_luck(records: Sequence[Record]) -> list[Claim]:
    found = of(records, "luck")
    options: dict[str, Any] = {"seeds": SEEDS, "units": _names(records, "luck", "rows")}
    top, counts = column(found, "top"), found[0].config["counts"]
    law = np.array([[selection.chance_of_top(float(q), n) for n in counts] for q in top])
    ideal, noisy = column(found, "ideal"), column(found, "noisy")
    return [
        claim.mean_below(
            "keras_tuner.luck_by_formula",
            "The best of n guesses is in the top twentieth as often as the formula says.",
            "measured share and formula, largest difference",
            np.abs(ideal - law).max(axis=1), threshold=0.03, **options,
        ),
        claim.paired(
            "keras_tuner.noise_spoils_luck",
            f"Of {counts[-1]} guesses, the one with the best single score is in the top twentieth "
            "less often than the formula says.",
            "share, formula minus measured", law[:, -1], noisy[:, -1], **options,
        ),
    ]  # fmt: skip


def _claims_on_tuners(records: Sequence[Record]) -> list[Claim]:
    options: dict[str, Any] = {"units": _names(records, "bakeoff", "rows")}
    words = {
        "guess": ("random_beats_guessing", "random search", "blind guessing"),
        "grid": ("random_beats_grid", "random search", "a grid search that is cut off"),
        "bayesian": ("bayesian_beats_random", "Bayesian optimisation", "random search"),
        "hyperband": ("hyperband_beats_random", "Hyperband", "random search"),
        "tpe": ("tpe_beats_random", "the Parzen estimator", "random search"),
    }
    found = []
    for tuner, (name, better, worse) in words.items():
        sign = -1 if tuner in ("guess", "grid") else 1
        gains = sign * ahead(records, tuner)[:, -1]
        found.append(
            claim.mean_above(
                f"keras_tuner.{name}",
                f"For the same number of epochs, {better} finds better configurations than "
                f"{worse}.",
                "test accuracy of fresh nets of what was found, difference",
                gains, threshold=0.0, seeds=range(len(gains)), **options,
            )
        )  # fmt: skip
    first = 3 * len(spaces.GRID)  # trials that Keras Tuner guesses before it fits
    differ = (ahead(records, "bayesian")[:, :first] != 0).any(axis=1)
    return [
        *found,
        claim.none_of(
            "keras_tuner.bayesian_guesses_first",
            f"In its first {first} trials, Bayesian optimisation is a random search.",
            "searches that differ from a random search with the same seed, share",
            failures=int(differ.sum()), trials=len(differ),
            seeds=range(len(differ)), **options,
        ),
    ]  # fmt: skip


def _claims_on_leak(records: Sequence[Record]) -> list[Claim]:
    small, large = (of(records, "leak", size=each.size) for each in (Leak(), LARGE))
    unseen = sum(r.config["held"] - r.numbers["seen_leaked"] for r in (*small, *large))
    gaps = [
        (column(each, "leaked")[:, -1], column(each, "honest")[:, -1]) for each in (small, large)
    ]
    options: dict[str, Any] = {"seeds": SEEDS, "units": _names(records, "leak")}
    return [
        claim.none_of(
            "keras_tuner.leak_is_total",
            "Every validation image of the slip is a training image.",
            "validation images that are not, share",
            failures=unseen, trials=sum(r.config["held"] for r in (*small, *large)),
            exhaustive=True, **options,
        ),
        claim.paired(
            "keras_tuner.leak_flatters_little_data",
            f"With {Leak().size:,} images, the leak flatters by more than two percentage points.",
            "validation accuracy, leaked minus honest", *gaps[0], at_least=0.02, **options,
        ),
        claim.paired(
            "keras_tuner.leak_flatters_much_data",
            f"With {LARGE.size:,} images, the leak still flatters, by more than 0.2 points.",
            "validation accuracy, leaked minus honest", *gaps[1], at_least=0.002, **options,
        ),
    ]  # fmt: skip


def _claims_on_choosing(records: Sequence[Record]) -> list[Claim]:
    table: dict[str, Any] = {"seeds": TABLE_SEEDS, "units": _names(records, "rows")}
    flattered = flattery(records)
    return [
        claim.mean_above(
            "keras_tuner.test_chosen_flatters",
            "The best of the whole table by one half of the test images, stopped there too, is "
            "worse on the other half.",
            "test accuracy, the half that chose minus the other",
            optimism_curve(records, [len(spaces.configurations())])[:, 0], threshold=0.0, **table,
        ),
        claim.mean_above(
            "keras_tuner.score_flatters",
            "The best score that a random search reports is more than fresh nets reach.",
            "best score minus test accuracy of fresh nets, less that of an average trial",
            flattered, threshold=0.0, seeds=range(len(flattered)),
            units=_names(records, "bakeoff", "rows"),
        ),
        claim.mean_below(
            "keras_tuner.the_best_are_alike",
            "Among the best tenth, two seeds hardly agree which are better: their ranks correlate "
            "by less than one half.",
            "rank correlation of two seeds, among the best tenth of a third",
            among_the_best(table_of(records)), threshold=0.5, **table,
        ),
    ]  # fmt: skip


def _claims_on_worth(records: Sequence[Record]) -> list[Claim]:
    options: dict[str, Any] = {"seeds": SEEDS, "units": _names(records, "worth", "rows")}
    found = []
    for name, config in (("little", Worth()), ("much", MORE)):
        each = of(records, "worth", train_size=config.train_size)
        found.append(
            claim.paired(
                f"keras_tuner.found_beats_default_{name}",
                f"With {config.train_size:,} training images, what a random search found on "
                f"{Worth().train_size:,} is better than the default, both trained afresh.",
                "test accuracy, found minus default",
                column(each, "found", "test"), column(each, "default", "test"), **options,
            )
        )  # fmt: skip
    each = of(records, "worth", train_size=Worth().train_size)
    return [
        *found,
        claim.paired(
            "keras_tuner.default_beats_a_guess",
            "The default is better than a blind guess, a new one for each seed.",
            "test accuracy, default minus guess",
            column(each, "default", "test"), column(each, "guess", "test"), **options,
        ),
    ]  # fmt: skip


def _claims_on_workers(records: Sequence[Record]) -> list[Claim]:
    (found,) = of(records, "crowd")
    options: dict[str, Any] = {"units": _names(records, "crowd")}
    ratios, trials = found.arrays["speed_up"], int(found.config["trials"])
    return [
        claim.none_of(
            "keras_tuner.workers_agree",
            "One worker, two, and two of which one is killed give every trial the same score.",
            "sets of runs that differ, share",
            failures=1 - found.numbers["same"], trials=1, seeds=(0,), **options,
        ),
        claim.mean_above(
            "keras_tuner.two_workers_save_time",
            "Two workers search faster than one, by more than a fifth.",
            "time of searching, one worker divided by two",
            ratios, threshold=1.2, seeds=range(len(ratios)), **options,
        ),
        claim.none_of(
            "keras_tuner.killed_worker_no_trial",
            "A search whose worker is killed completes all of its trials.",
            "trials that are missing, share",
            failures=trials - found.numbers["completed"], trials=trials, seeds=(0,), **options,
        ),
    ]  # fmt: skip
