"""What the chapter on weight decay claims.

Sentences and bounds were set down after a pilot on one or two seeds, before any of the records
was looked at; that on the smaller batch was added later, before it was trained.
"""

from collections.abc import Iterator

from dlexp.chapters.weight_decay import measure, readers
from dlexp.chapters.weight_decay.readers import DROPPED, HELD
from dlexp.lab.claims import PERCENT, POINTS, Claim
from dlexp.lab.runs import Runs

REPORTED, HINTON = 0.983, 0.9847
"""What report C achieves at its best, and what it wants to explain."""

GAP = 0.0017
"""What lies between them."""

REPORTED_LOSS, PLAIN_LOSS = 0.1217, 0.0879
"""What report C sets side by side: a loss with its penalty, and one of a network without."""

LAST = 0.9819
"""The accuracy that report C's recipe ends with, on the test images."""

TENTH = 0.001
"""A tenth of a point: ten images of the test set."""

HALF = 0.005
"""Half a point; where images are few, everything varies more."""

MOST = 0.9
"""Share of a loss."""


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle what the chapter claims."""
    yield from _on_the_recipe(readers.recipe(runs))
    yield from _on_strengths(runs)
    yield from on_few_images(runs)
    yield from _on_adam(runs)
    yield from _on_factors(runs)


def _on_the_recipe(trained: Runs) -> Iterator[Claim]:
    penalty = readers.penalty(trained)[:, -1]
    data = trained.numbers("training_loss")[:, -1]
    yield trained.above(
        "mostly_penalty",
        "share of the penalty in the training loss of the last pass",
        penalty / (penalty + data),
        threshold=MOST,
        scale=PERCENT,
    )


def _on_strengths(runs: Runs) -> Iterator[Claim]:
    none = readers.swept(runs, 0.0)
    held, strong = (readers.swept(runs, l2) for l2 in (measure.BASE.l2, measure.STRENGTHS[-1]))
    yield (held + none).within(
        "same_accuracy",
        "test accuracy with report C's penalty less that without",
        held.numbers("last", "accuracy") - none.numbers("last", "accuracy"),
        low=-TENTH,
        high=TENTH,
        scale=POINTS,
    )
    yield (none + held).paired(
        "lower_loss",
        "cross-entropy on the test images without a penalty less that with report C's",
        none.numbers("last", "loss"),
        held.numbers("last", "loss"),
    )
    yield (none + strong).paired(
        "too_strong",
        "test accuracy without a penalty less that with the strongest",
        none.numbers("last", "accuracy"),
        strong.numbers("last", "accuracy"),
        at_least=TENTH,
        scale=POINTS,
    )


def on_few_images(runs: Runs) -> Iterator[Claim]:
    """Compare the penalty with none, with dropout and with stopping, on few images."""
    none, held = readers.few(runs), readers.few(runs, l2=HELD)
    dropped = readers.few(runs, dropout=DROPPED)
    yield (held + none).within(
        "same_accuracy_of_few",
        "test accuracy with the penalty less that without",
        held.numbers("last", "accuracy") - none.numbers("last", "accuracy"),
        low=-HALF,
        high=HALF,
        scale=POINTS,
    )
    yield (none + held).paired(
        "lower_loss_of_few",
        "cross-entropy on the test images without a penalty less that with it",
        none.numbers("last", "loss"),
        held.numbers("last", "loss"),
    )
    yield (none + held).paired(
        "beats_stopping",
        "cross-entropy on the test images where training stopped early less that with the penalty",
        none.numbers("chosen", "loss"),
        held.numbers("last", "loss"),
    )
    yield (dropped + held).paired(
        "dropout_ahead",
        "test accuracy with dropout less that with the penalty",
        dropped.numbers("last", "accuracy"),
        held.numbers("last", "accuracy"),
        scale=POINTS,
    )


def _on_adam(runs: Runs) -> Iterator[Claim]:
    trained = readers.adaptive(runs)
    penalised, decayed = readers.best_of_adam(trained)
    losses = trained.numbers("last_loss")
    yield trained.paired(
        "decoupled_ahead",
        "cross-entropy on the test images with L2 in Adam's loss less that with AdamW's decay",
        losses[:, penalised],
        losses[:, decayed],
    )


def _on_factors(runs: Runs) -> Iterator[Claim]:
    for setting, other in readers.changed(runs).items():
        if setting == readers.ONLY_DRAWN:
            continue
        yield (other + readers.base(runs)).within(
            f"small_change_{setting}",
            f"test accuracy with {readers.CHANGES[setting]}, less that of the base",
            readers.gain(runs, other),
            low=-GAP,
            high=GAP,
            scale=POINTS,
        )
    smaller = readers.alike(runs, measure.SMALLER_BATCH)
    yield (smaller + readers.base(runs)).within(
        "smaller_batch",
        "test accuracy with half as many images a step, less that of the base",
        readers.gain(runs, smaller),
        low=-GAP,
        high=GAP,
        scale=POINTS,
    )
