"""What the page on recurrent nets and convolutions says of its nets and their trainings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dlexp import data
from dlexp.chapters.rnn_vs_cnn import nets, sizes
from dlexp.chapters.rnn_vs_cnn.clock import CLASSES, EACH, STACKED, TIMED, Clock, stack_of
from dlexp.chapters.rnn_vs_cnn.further import DEEPER, Further
from dlexp.chapters.rnn_vs_cnn.measure import CLASSES as DIGITS
from dlexp.chapters.rnn_vs_cnn.measure import PICTURE_NETS, Lengths, Pictures
from dlexp.chapters.rnn_vs_cnn.memory import FAR, LOWER, NEAR, RATES, Recalls
from dlexp.chapters.rnn_vs_cnn.tasks import SIDE
from dlexp.draw import publish
from dlexp.lab.runs import Runs

TABLES = {"time": "time", "digits": "digits", "memory": "memory", "lengths": "several lengths"}
"""What each table of nets is called, and for which tasks they are."""


class Net(NamedTuple):
    """A net of the chapter: what it is for, its kind, and the shape of what it reads."""

    task: str
    kind: str | nets.Stack
    shape: tuple[int, ...]
    classes: int
    budget: int
    answers: int = 1  # steps at which it answers


def all_nets() -> Iterator[Net]:
    """Yield every net that is trained or timed, each once; starts of the GRU are no nets."""
    for kind, _ in PICTURE_NETS.values():
        yield Net("digits", kind, (SIDE, SIDE), DIGITS, Pictures.budget)
    symbols = Recalls.symbols
    for kind in RATES:
        shape = (NEAR + 1, symbols)
        yield Net("memory", kind, shape, symbols, Recalls.budget)
    yield Net("memory", DEEPER, (FAR + 1, symbols), symbols, Further.budget)
    for kind in ("lstm", "pooled"):
        shape = (Lengths.longest, Lengths.symbols)
        yield Net("several lengths", kind, shape, Lengths.symbols, Lengths.budget)
    steps = max(Clock.lengths)
    for kind in TIMED:
        stack = stack_of(kind, steps) if kind in STACKED else "lstm"
        answers = steps if kind in EACH else 1
        yield Net("time", stack, (steps, Clock.features), CLASSES, Clock.budget, answers)


def what_was_run(runs: Runs) -> None:
    """Show the layers, sizes and costs of all nets, and how they were trained."""
    for name, tasks in TABLES.items():
        listed = [_row(net) for net in _of(tasks)]
        columns = ["layers", "input", "parameters", "multiplications"]
        caption = f"The nets for {tasks}; multiplications are those of one input"
        publish.table(f"rnn_nets_{name}", columns, listed, caption=caption)
    header = ["for", "to learn from", "to choose by", "test", "epochs", "per step", "rate", "seeds"]
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
    work = {kind: _work(net) for kind, net in zip(TIMED, _of("time"), strict=True)}
    for kind in ("lstm", "dilated", "strided"):
        publish.number(f"work_{kind}", work[kind] / 1e6, ".1f")


def _of(task: str) -> list[Net]:
    return [net for net in all_nets() if net.task.startswith(task)]


def _listed(rates: Iterable[float]) -> str:
    return ", ".join(f"{rate:g}" for rate in sorted(set(rates)))


def _seeds(runs: Runs) -> str:
    """Return how many seeds each configuration has, the fewest and the most."""
    counts = Counter(str(sorted(record.settings.items(), key=str)) for record in runs)
    return " to ".join(map(str, sorted({min(counts.values()), max(counts.values())})))


def _epochs(runs: Runs) -> str:
    of_distance = (runs("recalls", distance=far).config["epochs"] for far in (NEAR, FAR))
    return " and ".join(map(str, of_distance))


def _sized(net: Net) -> tuple[str | nets.Stack, tuple[int, ...], int, int]:
    width = sizes.nearest_width(net.kind, net.shape, net.classes, net.budget)
    return net.kind, net.shape, net.classes, width


def _work(net: Net) -> int:
    """Return the multiplications of one input; each further answer takes a dense layer again."""
    return sizes.multiplications(*_sized(net)) + (net.answers - 1) * net.classes * _sized(net)[3]


def _row(net: Net) -> list[str]:
    kind, shape, classes, width = _sized(net)
    layers = sizes.words(kind, width) + (", gates open" if kind == "lstm_open" else "")
    if net.task == "time":
        layers = layers.removesuffix(", last step")
        layers += ", last step" if net.answers == 1 else ", each step"
    return [
        layers,
        " × ".join(map(str, shape)),
        f"{sizes.parameters(kind, shape, classes, width):,}",
        f"{_work(net):,}",
    ]
