"""What the page on recurrent nets and convolutions shows: numbers, figures and tables."""

from __future__ import annotations

import numpy as np

from dlexp import data
from dlexp.byhand.arrays import Floats
from dlexp.chapters.rnn_vs_cnn import claims, figures, nets, tasks
from dlexp.chapters.rnn_vs_cnn.claims import BATCH, BATCHED_STEPS, LARGEST_BATCH, TIMED_STEPS
from dlexp.chapters.rnn_vs_cnn.clock import TIMED
from dlexp.chapters.rnn_vs_cnn.laws import Laws, formula
from dlexp.draw import publish
from dlexp.draw.table import formatted
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
TIMED_NETS = {
    "simple": "simple",
    "lstm": "LSTM",
    "gru": "GRU",
    "pooled": "convolutions",
    "dilated": "dilated",
}
PICTURE_NETS = {
    "conv2d": "convolutions, image",
    "conv1d_rows": "convolutions, rows",
    "conv1d_blocks": "convolutions, blocks",
    "lstm_rows": "LSTM, rows",
    "gru_rows": "GRU, rows",
    "lstm_blocks": "LSTM, blocks",
    "dense": "dense",
}
ORDERS = {"natural": "natural", "rows": "rows permuted", "pixels": "pixels permuted"}
FADING_NETS = {"simple": "simple", "lstm": "LSTM", "lstm_open": "LSTM, gates open"}
MEMORY_NETS = FADING_NETS | {"dilated": "dilated convolutions"}
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
    """Show what each result is computed from."""
    publish.figure("rnn_wiring", figures.wirings())


def conventions() -> None:
    """Set the gates and biases of two frameworks side by side."""
    rows = [
        ["LSTM", "input, forget, candidate, output", "input, forget, candidate, output"],
        ["GRU", "update, reset, candidate", "reset, update, candidate"],
        ["biases per gate", "one", "two, which are added"],
        ["biases of GRU, reset_after", "two", "two; there is no other GRU"],
    ]
    caption = "Gates and biases as they lie in memory"
    publish.table("rnn_order", ["layer", "Keras", "PyTorch"], rows, caption=caption)


def counts(runs: Runs) -> None:
    """Count the parameters of five layers by formula, in Keras and in PyTorch."""
    laws, in_keras = Laws(), _by_length(runs)
    in_pytorch = recorded("recurrent", PYTORCH_SHA256)["parameters"]
    rows = [
        [
            name,
            formula(kind, laws.features, laws.width, taps=laws.taps),
            in_keras[kind][0],
            in_pytorch.get(kind, "does not exist"),
        ]
        for kind, name in COUNTED_LAYERS.items()
    ]
    header = ["layer", "formula", "Keras", "PyTorch"]
    publish.table("rnn_counts", header, rows, caption="Parameters of five layers of one width")


def lengths(runs: Runs) -> None:
    """Show how many parameters layers have for sequences of several lengths."""
    names = {
        "simple": "simple",
        "lstm": "LSTM",
        "gru": "GRU",
        "conv1d": "convolution",
        "dense": "dense, all steps",
    }
    in_keras = _by_length(runs)
    lines = {name: np.array([in_keras[kind]]) for kind, name in names.items()}
    drawing = figures.lines(
        {"": lines}, Laws().lengths,
        x="steps of the sequence", y="parameters", what="Parameters", spec=",.0f",
    )  # fmt: skip
    publish.figure("rnn_lengths", drawing)


def _by_length(runs: Runs) -> dict[str, list[int]]:
    """Return the parameters of each kind of layer by length; they are the same for all seeds."""
    by_length: dict[str, list[int]] = runs("laws").records[0].numbers["by_length"]
    return by_length


# --- Time ---------------------------------------------------------------------------------------


def times(runs: Runs) -> None:
    """Show how long calls take, by the length of the sequences."""
    panels = {
        "forward, one sequence": _multiples(runs, "forward", 1),
        "training step, batch": _multiples(runs, "train", BATCH),
    }
    drawing = figures.lines(
        panels, TIMED_STEPS, x="steps", y="time, multiples", what="Time in multiples"
    )
    publish.figure("rnn_times", drawing)
    for steps, word in ((claims.SHORTEST, "short"), (claims.LONGEST, "long")):
        ratios = claims.slower(runs, "train", BATCH, steps, "lstm")
        publish.number(f"ratio_{word}", ratios.mean(), ".1f")


def _multiples(runs: Runs, call: str, batch: int) -> dict[str, Floats]:
    """Return the times of each net as multiples of the fastest at the shortest length."""
    seconds = np.stack([claims.seconds(runs, call, batch, steps) for steps in TIMED_STEPS], axis=2)
    unit = seconds[:, :, 0].min(axis=1)
    multiples = seconds / unit[:, np.newaxis, np.newaxis]  # (seeds, nets, lengths)
    return {TIMED_NETS[kind]: multiples[:, i] for i, kind in enumerate(TIMED)}


def batches(runs: Runs) -> None:
    """Show what a batch gains, and what is left."""
    rows = []
    for kind, name in TIMED_NETS.items():
        gain = claims.batch_gain(runs, kind, BATCHED_STEPS)
        ratios = [
            claims.slower(runs, "train", batch, BATCHED_STEPS, kind).mean()
            for batch in (1, BATCH, LARGEST_BATCH)
        ]
        rows.append([name, formatted(gain.mean(), ".0f"), *(formatted(r, ".1f") for r in ratios)])
        if kind in ("simple", "dilated"):
            publish.number(f"{kind}_{LARGEST_BATCH}", ratios[-1], ".1f")
    header = ["net", "gain", "batch of 1", f"of {BATCH}", f"of {LARGEST_BATCH}"]
    caption = "What a batch gains, and what is left"
    publish.table("rnn_batches", header, rows, caption=caption)


# --- The same digits, both ways -----------------------------------------------------------------


def forms() -> None:
    """Show a digit in the forms and orders in which nets read it."""
    image = data.mnist().test.images[:1]
    images = {"image": image[0, :, :, 0], "blocks": tasks.arranged(image, "blocks")[0]}
    for order in ("rows", "pixels"):
        moved = tasks.reordered(image, order, seed=0)
        images[f"{order} permuted"] = moved[0, :, :, 0]
    publish.figure("rnn_forms", figures.forms(images))


def orders(runs: Runs) -> None:
    """Show how well nets read digits in three orders, and what they lose."""
    scores = {
        name: {word: claims.digits(runs, net, order) for order, word in ORDERS.items()}
        for net, name in PICTURE_NETS.items()
    }
    publish.figure("rnn_orders", figures.orders(scores))
    rows = [[name, *_losses(by_order)] for name, by_order in scores.items()]
    header = ["net", "natural", "rows", "pixels"]
    caption = "Test accuracy in the natural order, and points lost with rows or pixels permuted"
    publish.table("rnn_losses", header, rows, caption=caption)
    for order in ("natural", "pixels"):
        blocks = claims.digits(runs, "lstm_blocks", order)
        publish.number(f"blocks_{order}", blocks.mean(), ".1%")


def _losses(by_order: dict[str, Floats]) -> list[str]:
    """Return the mean accuracy in the natural order, and the points that the others lose."""
    natural, *permuted = by_order.values()
    losses = (formatted(100 * (natural - accuracies).mean(), "+.1f") for accuracies in permuted)
    return [formatted(natural.mean(), ".1%"), *losses]


# --- How far back -------------------------------------------------------------------------------


QUOTED = (
    *("simple_low", "simple_high", "simple_near_low"),
    *("lstm_low", "lstm_high", "lstm_near_high", "lstm_far_high"),
    *("lstm_open_low", "lstm_open_far_low", "lstm_open_far_high"),
)
"""Ends of the ranges over seeds that the page speaks of."""


def memory(runs: Runs) -> None:
    """Show over which distances nets remember a symbol."""
    recalls = runs("recalls")
    config = recalls.config
    lines = {name: recalls(kind=kind).numbers("test") for kind, name in MEMORY_NETS.items()}
    drawing = figures.lines(
        {"": lines}, config["distances"],
        x="steps since the first symbol", y="test accuracy", logarithmic=False,
        what="Test accuracy", spec=".0%",
    )  # fmt: skip
    publish.figure("rnn_memory", drawing)
    publish.number("seeds", len(recalls.seeds), "d")
    publish.number("field", nets.field(nets.STACKS["dilated"]), "d")
    publish.number("guessing", 1 / config["symbols"], ".1%")
    learnt = claims.remembered(recalls, "lstm", claims.MIDDLE) > claims.LEARNT
    publish.number("lstm_learnt", learnt.sum(), "d")
    distances = {"": claims.MIDDLE, "near_": claims.NEAR, "far_": claims.FAR}
    for kind in FADING_NETS:
        for word, distance in distances.items():
            tests = claims.remembered(recalls, kind, distance)
            ends = {f"{kind}_{word}low": tests.min(), f"{kind}_{word}high": tests.max()}
            for name in sorted(ends.keys() & set(QUOTED)):
                publish.number(name, ends[name], ".0%")


def profiles(runs: Runs) -> None:
    """Show how strongly each step moves the last state, before and after training."""
    panels = {}
    for when in ("before", "after"):
        norms = {
            name: runs("recalls", kind=kind).arrays(when) for kind, name in FADING_NETS.items()
        }
        panels[f"{when} training"] = {name: n / n[:, -1:] for name, n in norms.items()}
    publish.figure("rnn_profiles", figures.profiles(panels))
    for kind in ("simple", "lstm"):
        publish.number(f"reach_{kind}", -claims.reach(runs, kind, "before").mean(), ".1f")
        trained = claims.reach(runs, kind, "after")
        publish.number(f"after_{kind}", (trained > 0).sum(), "d")
    gate = 1 / (1 + np.exp(-1))
    publish.number("gate", gate, ".2f")
    publish.number("gate_far", gate ** runs("recalls").config["profile"], ".5f")


# --- Several lengths, and shifts ----------------------------------------------------------------


def leaks(runs: Runs) -> None:
    """Show how often padding changes the answer of a net."""
    laws = runs("laws")
    rows = [
        [net, mask, formatted(_share(laws, "leaks", name), ".0%")]
        for name, (net, mask) in MASKS.items()
    ]
    header = ["net", "mask", "answers that changed"]
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
    for net in ("lstm", "mean"):
        costs = claims.padding_costs(runs, net)
        publish.number(f"worst_{net}", 100 * costs.max(), ".1f")
    for net in ("mean", "mean_masked"):
        publish.number(f"left_{net}", tests[net][:, 0].mean(), ".1%")


def shifts(runs: Runs) -> None:
    """Say how often a shift changes a sum or a maximum with a stride, or at the border."""
    for name in ("strided", "border"):
        publish.number(f"shift_{name}", _share(runs("laws"), "shifts", name), ".0%")


def _share(laws: Runs, *path: str) -> float:
    """Return a count of cases, over all seeds, as a share of the cases that were drawn."""
    return float(laws.numbers(*path).sum() / (laws.config["cases"] * len(laws)))
