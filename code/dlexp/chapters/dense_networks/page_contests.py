"""What the page on dense networks shows of beginnings, sizes, optimisers and batches."""

from dlexp.byhand.dense import dense_parameters
from dlexp.chapters.dense_networks import figures
from dlexp.chapters.dense_networks.contenders import (
    BATCHES,
    DEEP,
    DEEP_ONES,
    DEFAULT_ADAM,
    DEFAULT_SGD,
    FIRST,
    OPTIMISERS,
    SHALLOW,
    SHALLOW_ONES,
    SIZES,
)
from dlexp.chapters.dense_networks.learning import Learning
from dlexp.chapters.dense_networks.nets import CLASSES, PIXELS
from dlexp.chapters.dense_networks.page import caption_of, contests, rows_of, tried
from dlexp.chapters.dense_networks.readers import learnt, sent
from dlexp.chapters.dense_networks.signals import Untrained
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.runs import Runs

SENT = {
    "ReLU, Glorot": Untrained(),
    "ReLU, He": Untrained(first="he_normal"),
    "ReLU, small": Untrained(first="small"),
    "tanh, Glorot": Untrained(activation="tanh"),
    "sigmoid, Glorot": Untrained(activation="sigmoid"),
}
"""What the figure of untrained networks calls them."""


def signals(runs: Runs) -> None:
    """Show how large sums and gradients are in deep networks before the first step."""
    found = {name: sent(runs, config) for name, config in SENT.items()}
    panels = {
        title: {name: group.numbers(what)[:, :-1] for name, group in found.items()}
        for title, what in (("sums, forward", "sums"), ("gradients, backward", "gradients"))
    }
    publish.figure("signals", figures.signals(panels))


def beginnings(runs: Runs) -> None:
    """Show the accuracy by first weights and depth."""
    rows = [
        [first, _test(runs, SHALLOW_ONES[first]), _test(runs, DEEP_ONES[first])] for first in FIRST
    ]
    header = ["first weights", f"{SHALLOW} layers", f"{DEEP} layers"]
    publish.table("beginnings", header, rows, caption="Test accuracy in percent, by depth")
    shallow = learnt(runs, SHALLOW_ONES["He"]).numbers("test")
    deep = learnt(runs, DEEP_ONES["He"]).numbers("test")
    publish.mean_with_interval("deep_costs", 100 * (shallow[: len(deep)] - deep), ".1f")
    rates = DEEP_ONES["He"].rates
    publish.number("deep_lowest", min(rates), "g")
    publish.number("deep_highest", max(rates), "g")
    train = learnt(runs, DEEP_ONES["He"]).numbers("train")
    publish.number("he_deep_train", 100 * train.mean(), ".1f")


def sizes(runs: Runs) -> None:
    """Show the accuracy by width, and by depth at equal parameters."""
    rows: list[list[str | int]] = [
        [
            ", ".join(map(str, each.hidden)),
            dense_parameters((PIXELS, *each.hidden, CLASSES)),
            tried(each),
            _test(runs, each),
            formatted(100 * learnt(runs, each).numbers("train").mean(), ".1f"),
        ]
        for each in SIZES.values()
    ]
    header = ["hidden", "parameters", "rates tried", "test", "training"]
    publish.table("sizes", header, rows, caption="Percent right, by the size of the network")


def optimisers(runs: Runs) -> None:
    """Show three optimisers, each over its rates and along the passes."""
    publish.figure("optimisers", figures.contest(contests(runs, OPTIMISERS)))
    defaults = {"SGD": DEFAULT_SGD, "momentum": DEFAULT_SGD, "Adam": DEFAULT_ADAM}
    rows = rows_of(runs, {name: (each, defaults[name]) for name, each in OPTIMISERS.items()})
    header = ["optimiser", "at default", "at its rate", "its rate", "tried", "test"]
    caption = caption_of("Keras's default")
    publish.table("optimisers_table", header, rows, caption=caption)


def batches(runs: Runs) -> None:
    """Show how the images per step change the way."""
    curves = {name: learnt(runs, each).numbers("validation") for name, each in BATCHES.items()}
    steps = {name: each.size // each.batch_size for name, each in BATCHES.items()}
    publish.figure("batches", figures.batches(curves, steps))
    rows: list[list[str | int]] = [
        [
            name,
            f"{learnt(runs, each).numbers('rate')[0]:g}",
            tried(each),
            steps[name] * each.epochs,
            _test(runs, each),
        ]
        for name, each in BATCHES.items()
    ]
    header = ["images per step", "its rate", "tried", "steps", "test"]
    publish.table("batches_table", header, rows, caption="Equal passes, percent right")


def _test(runs: Runs, config: Learning) -> str:
    """Return the mean test accuracy of a contender in percent."""
    return formatted(100 * learnt(runs, config).numbers("test").mean(), ".1f")
