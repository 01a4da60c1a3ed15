"""What the chapter on LSTM windows claims.

Sentences and bounds were set down after a pilot on one other seed, and before any of the records
was looked at. The real series are the same in the pilot: what is asked of them was seen once with
other first weights. One was put otherwise later: `shuffling_flatters` compared R² of test parts
that vary differently; now it compares errors.
"""

from collections.abc import Iterator

from dlexp.chapters.lstm_windows import readers, tasks
from dlexp.chapters.lstm_windows.grid import CELLS
from dlexp.chapters.lstm_windows.laws import idle_weights
from dlexp.chapters.lstm_windows.readers import WINDOWS
from dlexp.lab.claims import PERCENT, Claim
from dlexp.lab.runs import Runs

NEAR = 0.1
"""How near an R² must come to what theory says, on test parts of some hundred values."""

HELPS = 0.1
"""What must be gained to be called a help."""

GOOD = 0.9
"""An R² that is called good, in a drifting series where the last value alone is good, too."""

MOST = 0.5
"""More than half."""

DISTANCE = 6
"""Values ahead at which two ways to foretell many are compared: half a cycle of the sun."""

SHORT, LONG = WINDOWS[0], WINDOWS[-1]

SAID = {"trend": "trend", "co2": "CO₂"}
"""What the series of some claims are called."""


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_laws(runs)
    yield from _on_windows(runs)
    yield from _on_drift(runs)
    yield from _on_leaks(runs("leaks"))
    yield from _on_states(runs("streams"))
    yield from _on_many_steps(runs("horizons"))


def _on_laws(runs: Runs) -> Iterator[Claim]:
    laws = runs("laws")
    drawn = laws.config["cases"] * len(laws)
    counts = {name: int(laws.numbers(name).sum()) for name in ("formula", "idle", "stateful")}
    for name, what, count in (
        ("one_step_is_a_formula", "random layers with another answer, share", counts["formula"]),
        ("idle_get_nothing", "random layers with other zeros, share", counts["idle"]),
        ("stateful_is_whole", "random layers with another answer, share", counts["stateful"]),
    ):
        yield laws.never(name, what, failures=count, trials=drawn)
    yield laws.never(
        "r_squared_of_keras",
        "random forecasts with another R², share",
        failures=int(laws.numbers("r_squared").sum()),
        trials=drawn,
    )
    grid = readers.nets(runs, "lstm")
    idle = idle_weights(1, grid.config["units"])
    yield grid.never(
        "idle_stay",
        "weights that moved, share",
        failures=int(grid.numbers("idle_moved").sum()),
        trials=idle * len(CELLS) * len(grid.config["rates"]) * len(grid),
    )


def _on_windows(runs: Runs) -> Iterator[Claim]:
    lstm = readers.nets(runs, "lstm")
    one = readers.at(runs, "ar", "scaled", SHORT)
    best = float(tasks.best_linear(1, 1)[0])
    yield lstm.within(
        "one_value_explains",
        "test R² of LSTMs with windows of one value, the swinging series, scaled",
        one,
        low=best - NEAR,
        high=best + NEAR,
    )
    yield lstm.above(
        "one_value_of_the_sun",
        "test R² of LSTMs with windows of one value, sunspots, scaled",
        readers.at(runs, "sunspots", "scaled", SHORT),
    )
    yield lstm.paired(
        "second_value_helps",
        "test R² with windows of two values less that with one, the swinging series, scaled",
        readers.at(runs, "ar", "scaled", WINDOWS[1]),
        one,
        at_least=HELPS,
    )


def _on_drift(runs: Runs) -> Iterator[Claim]:
    lstm = readers.nets(runs, "lstm")
    for name, series, treatment in (
        ("raw_trend_is_negative", "trend", "raw"),
        ("scaled_air_is_negative", "co2", "scaled"),
    ):
        yield lstm.below(
            name,
            f"test R² of LSTMs with the longest windows, {SAID[series]}, {treatment}",
            readers.at(runs, series, treatment, LONG),
        )
    yield lstm.above(
        "offset_is_most",
        "share of the offset, the squared mean of the errors over Var(y), in one less R², "
        "carbon dioxide, scaled, longest windows",
        readers.offset_share(runs, "co2", "scaled", LONG),
        threshold=MOST,
        scale=PERCENT,
    )
    yield lstm.above(
        "changes_cure_air",
        "test R² of LSTMs with windows of one change, carbon dioxide",
        readers.at(runs, "co2", "changes", SHORT),
        threshold=GOOD,
    )


def _on_leaks(leaks: Runs) -> Iterator[Claim]:
    yield leaks.paired(
        "shuffling_flatters",
        "root mean squared error of LSTMs in parts per million, CO₂, honest less shuffled",
        leaks.numbers("co2", "scaled", "error"),
        leaks.numbers("co2", "shuffled", "error"),
    )
    for name, series in (
        ("whole_scaling_flatters_air", "co2"),
        ("whole_scaling_flatters_trend", "trend"),
    ):
        yield leaks.paired(
            name,
            f"test R² of LSTMs, {SAID[series]}, whole scaled less honest",
            leaks.numbers(series, "leaked", "r_squared"),
            leaks.numbers(series, "scaled", "r_squared"),
        )


def _on_states(streams: Runs) -> Iterator[Claim]:
    kept = streams.numbers("kept", "r_squared")
    for name, other in (("kept_state_helps", "fresh"), ("order_matters", "kept_disordered")):
        yield streams.paired(
            name,
            f"test R² with the state kept, in order, less that {WAYS[other]}",
            kept,
            streams.numbers(other, "r_squared"),
            at_least=HELPS,
        )


WAYS = {"fresh": "with a fresh one", "kept_disordered": "out of order"}
"""What the other ways to feed one value at a time are called."""


def _on_many_steps(horizons: Runs) -> Iterator[Claim]:
    yield horizons.paired(
        "own_forecasts_hurt",
        f"test R² of LSTMs {DISTANCE} years ahead, sunspots, all at once less one by one",
        horizons.numbers("sunspots", "at_once")[:, DISTANCE - 1],
        horizons.numbers("sunspots", "one_by_one")[:, DISTANCE - 1],
    )
