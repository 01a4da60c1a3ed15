"""What the page on recurrent nets and convolutions shows: numbers, figures and tables."""

from __future__ import annotations

import numpy as np

from dlexp import data
from dlexp.chapters.rnn_vs_cnn import claims, figures, tasks
from dlexp.chapters.rnn_vs_cnn.counting import Counts
from dlexp.chapters.rnn_vs_cnn.laws import formula
from dlexp.chapters.rnn_vs_cnn.measure import Lengths
from dlexp.chapters.rnn_vs_cnn.seeing import stack_parameters
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.intervals import mean_interval
from dlexp.lab.recorded import recorded
from dlexp.lab.runs import Runs

PYTORCH_SHA256 = "4401dcdb458aad3ca13bf9665a1412df6efb8ea2d2ce038533a1c04196d44d08"

COUNTED_LAYERS = {
    "simple": "simple",
    "lstm": "LSTM",
    "gru_before": "GRU",
    "gru": "GRU, reset_after",
    "conv1d": "convolution",
}
SEEN = (4, 16, 64, 256, 1024, 4096)
"""Steps of the sequences that nets see in full."""

RECURRENT = {"simple": "simple", "lstm": "LSTM", "gru": "GRU"}
PICTURE_NETS = {
    "lstm": "LSTM",
    "places": "convolutions, each place",
    "mean": "convolutions, mean",
}
ORDERS: dict[tasks.Order, str] = {"natural": "natural order", "rows": "rows permuted"}
LENGTH_TESTS = Lengths.sizes[2]
"""Test sequences of several lengths."""

PADDED_NETS = {
    "lstm": "LSTM",
    "lstm_masked": "LSTM, mask",
    "mean": "convolutions",
    "mean_masked": "convolutions, masks",
}
MASKS = {  # net, mask
    "lstm": ("LSTM", "none"),
    "lstm_masked": ("LSTM", "in the layer"),
    "mean": ("two convolutions, mean", "none"),
    "mean_by_masking_layer": ("two convolutions, mean", "Keras's Masking"),
    "mean_masked_at_the_end": ("two convolutions, mean", "in the mean"),
    "mean_masked_at_each_layer": ("two convolutions, mean", "after each layer, and in the mean"),
    "causal_masked_at_the_end": ("two causal convolutions, mean", "in the mean"),
}


# --- The idea, and counting ---------------------------------------------------------------------


def wiring() -> None:
    """Show what each result is computed from, and an LSTM at one step."""
    publish.figure("rnn_wiring", figures.wirings())
    publish.figure("rnn_cell", figures.cell())


def conventions() -> None:
    """Set the gates and biases of two frameworks side by side."""
    rows = [
        ["LSTM", "input, forget, candidate, output", "input, forget, candidate, output"],
        ["GRU", "update, reset, candidate", "reset, update, candidate"],
        ["biases of simple layer and LSTM", "one", "two, which are added"],
        ["biases of GRU, reset_after", "two", "two; there is no other GRU"],
    ]
    caption = "Gates and biases as they lie in memory"
    publish.table("rnn_order", ["layer", "Keras", "PyTorch"], rows, caption=caption)


def counts(runs: Runs) -> None:
    """Count the parameters of five layers by formula, in Keras and in PyTorch."""
    sizes, in_keras = Counts(), runs("counts").only.numbers["by_length"]
    in_pytorch = recorded("recurrent", PYTORCH_SHA256)["parameters"]
    rows = [
        [
            name,
            formula(kind, sizes.features, sizes.width, taps=sizes.taps),
            in_keras[kind][0],
            in_pytorch.get(kind, "does not exist"),
        ]
        for kind, name in COUNTED_LAYERS.items()
    ]
    header = ["layer", "formula", "Keras", "PyTorch"]
    publish.table("rnn_counts", header, rows, caption="Parameters of five layers of one width")


def seeing() -> None:
    """Show how many parameters nets have whose last output sees a whole sequence."""
    sizes = Counts()
    steps, (features, width, taps) = SEEN, (sizes.features, sizes.width, sizes.taps)
    stacks = {
        doubling: [stack_parameters(n, features, width, taps, doubling=doubling) for n in steps]
        for doubling in (False, True)
    }
    recurrent = {kind: [formula(kind, features, width)] * len(steps) for kind in RECURRENT}
    lines = {
        "plain convolutions": stacks[False],
        "dilated convolutions": stacks[True],
        **{RECURRENT[kind]: counts for kind, counts in recurrent.items()},
        "dense, all steps": [width * (n * features + 1) for n in steps],
    }
    drawing = figures.lines(
        {"": {name: np.array([counts]) for name, counts in lines.items()}}, steps,
        x="steps of the sequence", y="parameters", what="Parameters", spec=",.0f",
    )  # fmt: skip
    publish.figure("rnn_seeing", drawing)
    publish.number("lstm_parameters", recurrent["lstm"][-1], ",d")
    publish.number("dilated_parameters", stacks[True][-1], ",d")


# --- The same digits, both ways -----------------------------------------------------------------


def forms() -> None:
    """Show a digit in the orders in which nets read it."""
    image = data.mnist().test.images[:1]
    orders = {word: tasks.by_rows(image, order, seed=0)[0] for order, word in ORDERS.items()}
    publish.figure("rnn_forms", figures.forms(orders))


def learning(runs: Runs) -> None:
    """Show how nets learn digits in two orders, how well they read them, and what they lose."""
    panels = {
        word: {
            name: runs("pictures", order=order).numbers(net, "validation")
            for net, name in PICTURE_NETS.items()
        }
        for order, word in ORDERS.items()
    }
    publish.figure("rnn_learning", figures.learning(panels))
    rows = [[name, *_losses(runs, net)] for net, name in PICTURE_NETS.items()]
    header = ["net", *ORDERS.values(), "points lost"]
    caption = (
        "Test accuracy of nets that read digits row by row; in brackets, the interval of a loss"
    )
    publish.table("rnn_losses", header, rows, caption=caption)


def _losses(runs: Runs, net: str) -> list[str]:
    """Return the mean accuracies of a net in both orders, and the points that it loses."""
    means = [formatted(claims.digits(runs, net, order).mean(), ".1%") for order in ORDERS]
    lost = 100 * claims.lost(runs, net)
    low, high = (formatted(end, ".1f") for end in mean_interval(lost))
    return [*means, f"{formatted(lost.mean(), '.1f')} ({low} to {high})"]


# --- Several lengths ----------------------------------------------------------------------------


def leaks(runs: Runs) -> None:
    """Show how often padding changes the outputs of a net."""
    laws = runs("laws")
    rows = [
        [net, mask, formatted(_share(laws, "leaks", name), ".0%")]
        for name, (net, mask) in MASKS.items()
    ]
    header = ["net", "mask", "outputs that changed"]
    publish.table("rnn_leaks", header, rows, caption="Random nets, with and without padding")


def padding(runs: Runs) -> None:
    """Show what padding costs nets with and without masks."""
    tests = {net: runs("lengths").numbers(net, "test") for net in PADDED_NETS}
    drawing = figures.lines(
        {"": {name: tests[net] for net, name in PADDED_NETS.items()}},
        runs("lengths").config["padded"],
        x="steps after padding", y="test accuracy", logarithmic=False,
        what="Test accuracy", spec=".1%",
    )  # fmt: skip
    publish.figure("rnn_padding", drawing)
    changed = runs("lengths").numbers("lstm", "changed")[:, -1]
    publish.number("changed_least", changed.min(), "d")
    publish.number("changed_most", changed.max(), "d")


def _share(laws: Runs, *path: str) -> float:
    """Return a count of cases, over all seeds, as a share of the cases that were drawn."""
    return float(laws.numbers(*path).sum() / (laws.config["cases"] * len(laws)))
