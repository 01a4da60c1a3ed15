"""What the page on recurrent nets and convolutions says of its nets and their trainings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dlexp import data
from dlexp.chapters.rnn_vs_cnn import nets, sizes
from dlexp.chapters.rnn_vs_cnn.clock import CLASSES, EACH, READ, STACKED, TIMED, Clock, stack_of
from dlexp.chapters.rnn_vs_cnn.further import DEEPER, Further
from dlexp.chapters.rnn_vs_cnn.measure import CLASSES as DIGITS
from dlexp.chapters.rnn_vs_cnn.measure import PICTURE_NETS, Lengths, Pictures
from dlexp.chapters.rnn_vs_cnn.memory import FAR, LOWER, NEAR, RATES, Recalls
from dlexp.chapters.rnn_vs_cnn.tasks import SIDE
from dlexp.draw import publish
from dlexp.lab.runs import Runs

TABLES = {"time": "time", "digits": "digits", "memory": "memory", "lengths": "several lengths"}
"""What each table of nets is called, and for which tasks they are."""

COLUMNS = ["layers", "input", "parameters", "multiplications"]
"""What is told of a net; see `_row`."""


class Net(NamedTuple):
    """A net of the chapter: what it is for, its kind, and the shape of what it reads."""

    task: str
    kind: str | nets.Stack
    shape: tuple[int, ...]
    classes: int
    budget: int
    answers: int = 1  # steps at which it answers


def all_nets() -> Iterator[Net]:
    """Yield every net that is trained, or timed at the longest; other starts are no nets."""
    for kind, _ in PICTURE_NETS.values():
        yield Net("digits", kind, (SIDE, SIDE), DIGITS, Pictures.budget)
    symbols = Recalls.symbols
    for kind in RATES:
        if kind != "lstm_open":
            yield Net("memory", kind, (NEAR + 1, symbols), symbols, Recalls.budget)
    yield Net("memory", DEEPER, (FAR + 1, symbols), symbols, Further.budget)
    for kind in ("lstm", "pooled"):
        shape = (Lengths.longest, Lengths.symbols)
        yield Net("several lengths", kind, shape, Lengths.symbols, Lengths.budget)
    yield from timed(max(Clock.lengths)).values()


def timed(steps: int) -> dict[str, Net]:
    """Return the nets that are timed over so many steps, by their names in `TIMED`."""
    return {
        kind: Net(
            "time", stack_of(kind, steps) if kind in STACKED else "lstm", (steps, Clock.features),
            CLASSES, Clock.budget, steps if kind in EACH else 1,
        )
        for kind in TIMED
    }  # fmt: skip


def what_was_timed() -> None:
    """Show the nets that were timed, and what they cost."""
    read, trained = timed(max(Clock.lengths)), timed(Clock.steps)
    nets_timed = [*(read[kind] for kind in READ), *trained.values()]
    _list_nets("time", COLUMNS, [_row(net) for net in nets_timed])
    publish.number("work_each", _work(read["lstm"]) / 1e6, ".1f")


def _list_trained() -> None:
    """Show the layers and sizes of the nets that were trained, and their rates for digits."""
    rates = [f"{rate:g}" for _, rate in PICTURE_NETS.values()]
    digits = [[*_row(net), rate] for net, rate in zip(_of("digits"), rates, strict=True)]
    _list_nets("digits", [*COLUMNS, "rate"], digits)
    memory = [[layers, parameters] for layers, _, parameters, _ in map(_row, _of("memory"))]
    _list_nets("memory", ["layers", "parameters"], memory)
    _list_nets("lengths", COLUMNS, [_row(net) for net in _of("several lengths")])


def _list_nets(name: str, header: list[str], rows: list[list[str]]) -> None:
    """Show a table of `TABLES`."""
    note = "; multiplications are those of one input" if COLUMNS[-1] in header else ""
    caption = f"The nets for {TABLES[name]}{note}"
    publish.table(f"rnn_nets_{name}", header, rows, caption=caption)


def what_was_run(runs: Runs) -> None:
    """Show the nets that were trained, and how."""
    _list_trained()
    header = [
        "for", "to learn from", "to choose by", "test", "epochs", "sequences per batch", "rate",
        "seeds",
    ]  # fmt: skip
    digits = len(data.mnist().test)
    pictures, recalls, lengths = Pictures(order="natural"), Recalls, Lengths()
    rates = _listed([*RATES.values(), LOWER])
    table: list[list[str | int]] = [
        ["digits", pictures.train_size, pictures.validation_size, digits, f"{pictures.epochs}",
         pictures.batch_size, _listed(rate for _, rate in PICTURE_NETS.values())],
        ["memory", *recalls.sizes, _epochs(runs), recalls.batch_size, rates],
        ["several lengths", *lengths.sizes, f"{lengths.epochs}", lengths.batch_size,
         f"{lengths.rate:g}"],
    ]  # fmt: skip
    by_task = runs("pictures"), runs("recalls") + runs("gated", "furthers"), runs("lengths")
    seeds = [_seeds(those) for those in by_task]
    rows = [[*row, count] for row, count in zip(table, seeds, strict=True)]
    caption = "What was trained, always with Adam"
    publish.table("rnn_what_was_run", header, rows, caption=caption)


def _of(task: str) -> list[Net]:
    return [net for net in all_nets() if net.task.startswith(task)]


def _listed(rates: Iterable[float]) -> str:
    return ", ".join(f"{rate:g}" for rate in sorted(set(rates)))


def _seeds(runs: Runs) -> str:
    """Return how many seeds each configuration has, the fewest and the most."""
    counts = Counter(str(sorted(record.settings.items(), key=str)) for record in runs)
    return " to ".join(map(str, sorted({min(counts.values()), max(counts.values())})))


def _epochs(runs: Runs) -> str:
    near, far = (runs("recalls", distance=there).config["epochs"] for there in (NEAR, FAR))
    deeper = runs("furthers", kind="deeper").config["epochs"]
    return f"{near} over {NEAR} steps; {far} over {FAR}, {deeper} for convolutions"


def _sized(net: Net) -> tuple[str | nets.Stack, tuple[int, ...], int, int]:
    width = sizes.nearest_width(net.kind, net.shape, net.classes, net.budget)
    return net.kind, net.shape, net.classes, width


def _work(net: Net) -> int:
    """Return the multiplications of one input; each further answer takes a dense layer again."""
    return sizes.multiplications(*_sized(net)) + (net.answers - 1) * net.classes * _sized(net)[3]


def _row(net: Net) -> list[str]:
    kind, shape, classes, width = _sized(net)
    layers = sizes.words(kind, width)
    if net.task == "time":
        layers = layers.removesuffix(", last step")
        layers += ", last step" if net.answers == 1 else ", each step"
    return [
        layers,
        " × ".join(map(str, shape)),
        f"{sizes.parameters(kind, shape, classes, width):,}",
        f"{_work(net):,}",
    ]
