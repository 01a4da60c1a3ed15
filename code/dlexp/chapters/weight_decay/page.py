"""What the page on weight decay shows of its runs."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dlexp import data
from dlexp.byhand.dense import dense_parameters
from dlexp.chapters.weight_decay import figures, measure, readers
from dlexp.chapters.weight_decay.claims import GAP, HINTON, LAST, REPORTED, TENTH, claims
from dlexp.chapters.weight_decay.trainings import Training
from dlexp.draw import publish
from dlexp.draw.table import with_interval
from dlexp.lab.intervals import CONFIDENCE, one_more_interval, proportion_interval
from dlexp.lab.runs import Runs

CURVATURES, MINIMUM = np.array([0.5, 4.0]), np.array([1.0, 1.0])
"""Of the bowl that explains which weights shrink."""

PULLS = (0.0, 0.1, 0.5, 2.0, 10.0)

REPLICATES = 3
"""Trainings of each strength in report C."""

NAMES = {0.0: "0", 1e-5: "1e-5", 1e-4: "1e-4", 1e-3: "1e-3", 3e-3: "3e-3", 1e-2: "1e-2"}
"""How strengths are written."""


def pulled() -> None:
    """Show which weights a penalty shrinks."""
    publish.figure("pulled", figures.pulled(CURVATURES, MINIMUM, PULLS))


def reported() -> None:
    """Say what chance makes of the two accuracies that report C compares."""
    images = len(data.mnist().test.labels)
    for name, share in (("report", REPORTED), ("entry", HINTON)):
        low, high = proportion_interval(round(share * images), images)
        publish.number(f"{name}_low", 100 * low, ".2f")
        publish.number(f"{name}_high", 100 * high, ".2f")
    for name, share in (("between", REPORTED), ("last_between", LAST)):
        publish.number(name, round((HINTON - share) * images), "d")
    mean = (REPORTED + HINTON) / 2
    error = np.sqrt(2 * mean * (1 - mean) / images)
    publish.number("errors_apart", (HINTON - REPORTED) / error, ".2f")
    publish.number("too_small", np.sqrt((REPLICATES - 1) / REPLICATES), ".2f")


def what_was_run(runs: Runs) -> None:
    """Show the three experiments side by side."""
    told = [readers.recipe(runs), readers.swept(runs, measure.BASE.l2), readers.few(runs)]
    told.append(readers.adaptive(runs))
    configs = [each.config for each in told]
    falls = ["falling" if config.get("falls", True) else "constant" for config in configs]
    strengths = {*measure.STRENGTHS}, {0.0, *measure.DECAYS}, {0.0, *measure.ADAPTIVE.penalties}
    swept = [", ".join(NAMES[each] for each in sorted(group)) for group in strengths]
    rows = [
        ["hidden units", *(", ".join(map(str, config["hidden"])) for config in configs)],
        ["images", *(f"{config['size']:,}" for config in configs)],
        ["per step", *(config["batch_size"] for config in configs)],
        ["passes", *(config["passes"] for config in configs)],
        [
            "rate",
            *(f"{config['rate']:g}, {how}" for config, how in zip(configs, falls, strict=True)),
        ],
        ["L2", NAMES[measure.RECIPE.l2], *swept],
        [
            "instead of L2",
            "none",
            "none",
            f"dropout {_listed(measure.DROPOUTS)}",
            f"decay {_listed(measure.ADAPTIVE.decays)}",
        ],
        ["seeds", *(len(each.seeds) for each in told)],
    ]
    header = ["setting", "recipe", "all images", "few", "Adam"]
    caption = (
        "Four experiments, a column each; for what may explain the gap, the second was run "
        "again with one thing changed at a time"
    )
    publish.table("what_was_run", header, rows, caption=caption)
    publish.number("parameters", dense_parameters([784, *configs[0]["hidden"], 10]), ",d")


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def split(runs: Runs) -> None:
    """Show the two terms of the loss that report C's recipe reports."""
    trained = readers.recipe(runs)
    penalty = readers.penalty(trained)
    panels = {
        title: {"reported": values + penalty, "penalty": penalty, "data": values}
        for title, values in (
            ("training images", trained.numbers("training_loss")),
            ("validation images", trained.numbers("loss")),
        )
    }
    publish.figure("split", figures.split(panels))
    data_of_test = trained.numbers("last", "loss").mean()
    publish.number("test_data", data_of_test, ".3f")
    publish.number("test_reported", data_of_test + penalty[:, -1].mean(), ".3f")
    middle = penalty.shape[1] // 2 - 1
    fall = penalty[:, middle] - penalty[:, -1]
    validated = trained.numbers("loss")
    whole = fall + validated[:, middle] - validated[:, -1]
    publish.number("middle_pass", middle + 1, "d")
    publish.number("late_fall", whole.mean(), ".3f")
    publish.number("recipe_test", 100 * trained.numbers("last", "accuracy").mean(), ".2f")


def strengths(runs: Runs) -> None:
    """Show what the strength of the penalty does on all images."""
    tried = measure.STRENGTHS
    groups = {NAMES[l2]: readers.swept(runs, l2) for l2 in tried}
    read = {"test accuracy (%)": "accuracy", "test loss": "loss", "sum of squares": "squares"}
    panels = {
        title: {
            name: (100 if part == "accuracy" else 1) * each.numbers("last", part)
            for name, each in groups.items()
        }
        for title, part in read.items()
    }
    publish.figure("strengths", figures.strengths(panels, 100 * TENTH))
    accuracies = list(panels["test accuracy (%)"].values())
    publish.number("spread", accuracies[-2].std(ddof=1), ".2f")
    validated = [each.numbers("accuracy")[:, -1].mean() for each in groups.values()]
    publish.number("chosen_strength", tried[int(np.argmax(validated))], "g")
    tried_out = {"weak": tried[1], "base": measure.BASE.l2, "strong": tried[-1]}
    for name, l2 in tried_out.items():
        kept = readers.slope_free(replace(measure.BASE, l2=l2))
        publish.number(f"{name}_kept", 100 * kept, ".0f")
    _losses_and_squares(groups)


def _losses_and_squares(groups: dict[str, Runs]) -> None:
    """Say what no penalty and the strongest one end with, and what report C's saves."""
    for key, l2 in (("none", 0.0), ("strong", measure.STRENGTHS[-1])):
        end = groups[NAMES[l2]]
        publish.number(f"squares_{key}", end.numbers("last", "squares").mean(), ",.0f")
    none, held = (groups[NAMES[l2]].numbers("last", "loss") for l2 in (0.0, measure.BASE.l2))
    publish.number("loss_saved", 100 * (1 - held.mean() / none.mean()), ".1f")


def few(runs: Runs) -> None:
    """Show what the remedies do where images are few."""
    groups = remedies(runs)
    passes = measure.FEW.passes // measure.FEW.looks * np.arange(1, measure.FEW.looks + 1)
    shown = {name: groups[name] for name in ("none", *_compared())}
    panels = {
        "training loss": {name: each.numbers("training_loss") for name, each in shown.items()},
        "validation loss": {name: each.numbers("loss") for name, each in shown.items()},
        "accuracy (%)": {name: 100 * each.numbers("accuracy") for name, each in shown.items()},
    }
    publish.figure("few", figures.few(panels, passes.tolist()))
    rows = [_cells(name, each, "last") for name, each in groups.items()]
    rows.insert(1, _cells("early stopping", groups["none"], "chosen"))
    header = ["remedy", "test accuracy", "test loss"]
    caption = "Few images: accuracy in percent and cross-entropy, with intervals over seeds"
    publish.table("few_table", header, rows, caption=caption)
    kept = readers.slope_free(replace(measure.FEW, l2=readers.HELD))
    publish.number("few_kept", 100 * kept, ".0f")


def adam(runs: Runs) -> None:
    """Show what Adam makes of a penalty in its loss, and of a decay beside it."""
    trained, config = readers.adaptive(runs), measure.ADAPTIVE
    names = ["neither", *(f"L2 {NAMES[each]}" for each in config.penalties)]
    names += [f"decay {each:g}" for each in config.decays]
    penalised, decayed = readers.best_of_adam(trained)
    shown = {names[row]: row for row in (0, penalised, decayed)}
    panels = {
        title: {name: trained.numbers(part)[:, row] for name, row in shown.items()}
        for title, part in (("training loss", "training_loss"), ("validation loss", "loss"))
    }
    publish.figure("adam", figures.adam(panels))
    parts = [trained.numbers(f"last_{part}") for part in ("accuracy", "loss", "squares")]
    rows = [
        [
            name,
            with_interval(100 * parts[0][:, row], ".1f"),
            with_interval(parts[1][:, row], ".3f"),
            f"{parts[2][:, row].mean():.0f}",
        ]
        for row, name in enumerate(names)
    ]
    caption = f"Adam on {config.size:,} images, intervals over seeds; squares: of the weights"
    header = ["Adam with", "test accuracy", "test loss", "squares"]
    publish.table("adam_table", header, rows, caption=caption)
    decay = config.decays[decayed - 1 - len(config.penalties)]
    losses = trained.numbers("last_loss")
    for name, row in (("l2", penalised), ("decay", decayed)):
        publish.mean_with_interval(f"adam_{name}_gain", losses[:, 0] - losses[:, row], ".3f")
    publish.number("adam_penalty", config.penalties[penalised - 1], "g")
    publish.number("adam_decay", decay, "g")
    shared = {name: getattr(config, name) for name in ("size", "batch_size", "passes", "rate")}
    publish.number("adam_kept", 100 * readers.slope_free(Training(l2=decay, **shared)), ".0f")


def remedies(runs: Runs) -> dict[str, Runs]:
    """Return the trainings on few images by what the page calls them."""
    held = {f"penalty {NAMES[l2]}": readers.few(runs, l2=l2) for l2 in measure.DECAYS}
    dropped = {f"dropout {rate:g}": readers.few(runs, dropout=rate) for rate in measure.DROPOUTS}
    return {"none": readers.few(runs), **held, **dropped}


def factors(runs: Runs) -> None:
    """Show what one change at a time does to the accuracy."""
    changed = readers.changed(runs)
    gains = {
        readers.CHANGES[name]: 100 * readers.gain(runs, each) for name, each in changed.items()
    }
    smaller = readers.alike(runs, measure.SMALLER_BATCH)
    gains[f"{measure.SMALLER_BATCH.batch_size} images a step"] = 100 * readers.gain(runs, smaller)
    base = 100 * readers.base(runs).numbers("last", "accuracy")
    publish.figure("factors", figures.factors(gains, 100 * GAP, base - base.mean()))
    low, high = one_more_interval(base)
    publish.number("seed_low", low, ".2f")
    publish.number("seed_high", high, ".2f")
    settled = list(claims(runs))
    asked = len(settled)
    publish.number("questions", asked, "d")
    publish.number("marked", sum(not claim.holds_among(asked) for claim in settled), "d")
    publish.number("confidence", CONFIDENCE, ".0%")
    publish.number("smaller_kept", 100 * readers.slope_free(measure.SMALLER_BATCH), ".0f")
    publish.number("base_gap", 100 * HINTON - base.mean(), ".2f")
    _tanh(runs, changed["activation"])


def _tanh(runs: Runs, fast: Runs) -> None:
    """Say what becomes of tanh in its first pass, and at a lower rate."""
    first = fast.numbers("training_loss")[:, 0]
    publish.number("tanh_first_low", first.min(), ".1f")
    publish.number("tanh_first_high", first.max(), ".1f")
    publish.number("guessing", np.log(10), ".1f")
    slow = 100 * readers.alike(runs, measure.SLOWER_TANH).numbers("last", "accuracy")
    publish.mean_with_interval("slow_tanh", slow, ".2f")
    publish.number("fast_tanh", 100 * fast.numbers("last", "accuracy").mean(), ".2f")


def _compared() -> tuple[str, str]:
    return f"penalty {NAMES[readers.HELD]}", f"dropout {readers.DROPPED:g}"


def _cells(name: str, trained: Runs, when: str) -> list[str]:
    accuracy, loss = (trained.numbers(when, part) for part in ("accuracy", "loss"))
    return [name, with_interval(100 * accuracy, ".1f"), with_interval(loss, ".3f")]
