"""Measure what recurrent layers and convolutions cost, remember and assume about a sequence.

Chapter: book/rnn_vs_cnn.md. Cost: about five minutes per seed on one core, in units of a minute or
less. Keras and TensorFlow are imported inside the functions that compute. PyTorch is optional:
what it gives was recorded by tests/parity/record_recurrent.py.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dlexp import data, paths
from dlexp.byhand import recurrent
from dlexp.chapters.rnn_vs_cnn import laws as sequence_laws
from dlexp.chapters.rnn_vs_cnn import sequences
from dlexp.lab import claims as claim
from dlexp.lab.claims import Claim
from dlexp.lab.results import Measurement, Record, Unit

if TYPE_CHECKING:
    import keras

    from dlexp import training

Floats = NDArray[np.floating]

SEEDS = (0, 1, 2, 3, 4)

_RECORDED_SHA256 = "4401dcdb458aad3ca13bf9665a1412df6efb8ea2d2ce038533a1c04196d44d08"


def pytorch() -> dict[str, Any]:
    """Return what PyTorch was recorded to give, once its checksum holds.

    Raises
    ------
    ValueError
        If the file is not the one that this module was written for.
    """
    content = (paths.DATA / "pytorch" / "recurrent.json").read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != _RECORDED_SHA256:
        raise ValueError(
            f"recurrent.json: SHA-256 must be {_RECORDED_SHA256[:12]}...; got {found[:12]}... "
            "(restore it with `git checkout data`)"
        )
    recorded: dict[str, Any] = json.loads(content)
    return recorded


# --- Laws: nothing is trained -------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Laws:
    """How much each seed compares with Keras.

    Attributes
    ----------
    cases : int
        Random layers, or sequences, per question.
    tolerance : float
        Largest difference that counts as rounding, as a share of the largest value.
    lengths : tuple of int
        Steps of the sequences for which parameters are counted.
    features, width, taps : int
        Of the layers whose parameters are counted by length.
    """

    cases: int = 20
    tolerance: float = 1e-4
    lengths: tuple[int, ...] = (5, 50, 500)
    features: int = 8
    width: int = 16
    taps: int = 3


def laws(config: Laws, seed: int) -> Measurement:
    """Hold hand-written layers, formulas and what they predict to Keras."""
    generator = np.random.default_rng(seed)
    cases, tolerance = config.cases, config.tolerance
    sizes = (config.features, config.width, config.taps)
    return Measurement(
        numbers={
            "agreement": sequence_laws.disagreements(generator, cases, tolerance),
            "miscounted": sequence_laws.miscounted(generator, cases),
            "by_length": sequence_laws.counts_by_length(config.lengths, *sizes),
            "shifts": sequence_laws.shifts(generator, cases),
            "fields": sequence_laws.misjudged_fields(generator, cases),
            "leaks": sequence_laws.leaks(generator, cases, tolerance),
        }
    )


# --- Time ---------------------------------------------------------------------------------------

TIMED = ("simple", "lstm", "gru", "pooled", "dilated")
WAYS = ("forward", "train")


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Nets of one size, timed in turn.

    Attributes
    ----------
    settings : tuple of (int, int)
        Sequences per batch, and steps per sequence.
    rounds : int
        How often each net gets its turn.
    seconds : float
        Processor time of one turn, at least.
    features : int
        Per step.
    budget : int
        Parameters of each net, within a twentieth.
    """

    settings: tuple[tuple[int, int], ...] = (
        *((1, steps) for steps in (16, 64, 256, 1024)),
        *((32, steps) for steps in (16, 64, 256, 1024)),
        (128, 256),
    )
    rounds: int = 3
    seconds: float = 0.015
    features: int = 16
    budget: int = 8_000


def clock(config: Clock, seed: int) -> Measurement:
    """Time calls of nets, forward and as steps of training, in processor time.

    The times are arrays: no two runs agree on them, and arrays are not compared by value.
    """
    import keras

    keras.utils.set_random_seed(seed)
    sizes = {kind: _width(kind, config) for kind in TIMED}
    models = {
        kind: sequences.build(kind, (None, config.features), 2, width)
        for kind, width in sizes.items()
    }
    arrays: dict[str, Floats] = {}
    for batch, steps in config.settings:
        calls = [
            _calls(model, batch, steps, config.features, way)
            for way in WAYS
            for model in models.values()
        ]
        for call in calls:
            call()  # traces it
        times = [[_seconds(call, config.seconds) for call in calls] for _ in range(config.rounds)]
        table = np.array(times).reshape(config.rounds, len(WAYS), len(TIMED))
        arrays |= {f"{way}_{batch}_{steps}": table[:, i] for i, way in enumerate(WAYS)}
    counts = {kind: int(model.count_params()) for kind, model in models.items()}
    return Measurement(numbers={"parameters": counts}, arrays=arrays)


def _width(kind: str, config: Clock) -> int:
    return sequences.width_for(kind, (1, config.features), 2, config.budget)


def _calls(
    model: keras.Model, batch: int, steps: int, features: int, way: str
) -> Callable[[], Any]:
    """Return what runs a net once: forward, or a step of gradient descent."""
    import keras
    import tensorflow as tf

    generator = np.random.default_rng(0)
    x = tf.constant(generator.normal(size=(batch, steps, features)).astype(np.float32))
    if way == "forward":
        infer = tf.function(lambda x: model(x, training=False))
        return lambda: infer(x).numpy()
    labels = tf.zeros(batch, tf.int64)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    variables = [variable.value for variable in model.trainable_variables]

    @tf.function  # type: ignore[untyped-decorator]
    def advance(x: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            value = loss(labels, model(x, training=True))
        for variable, gradient in zip(variables, tape.gradient(value, variables), strict=True):
            variable.assign_sub(1e-6 * gradient)
        return value

    return lambda: advance(x, labels).numpy()


def _seconds(call: Callable[[], Any], least: float) -> float:
    """Return the processor time of one call, from as many as fill a turn."""
    count, start = 0, time.process_time()
    while True:
        call()
        count += 1
        passed = time.process_time() - start
        if passed >= least:
            return passed / count


# --- The same task both ways --------------------------------------------------------------------

PICTURE_NETS: dict[str, tuple[str, sequences.Form]] = {
    "lstm_rows": ("lstm", "rows"),
    "gru_rows": ("gru", "rows"),
    "conv1d_rows": ("conv1d", "rows"),
    "lstm_blocks": ("lstm", "blocks"),
    "conv1d_blocks": ("conv1d", "blocks"),
    "conv2d": ("conv2d", "image"),
    "dense": ("dense", "image"),
}
"""Each net and the form in which it reads an image."""

ORDERS: tuple[sequences.Order, ...] = ("natural", "rows", "pixels")
CLASSES = 10


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Nets of one size that name digits.

    Attributes
    ----------
    order : str
        "natural"; or "rows" or "pixels" are permuted, in one way for all images.
    train_size, validation_size : int
        Images to learn from, and to choose the epoch by; the test images are read whole.
    epochs, batch_size : int
        Passes over the images, images per step.
    rate : float
        Of Adam, for all nets: in a trial, all six that were tried preferred it to a quarter of it.
    budget : int
        Parameters of each net, within a twentieth.
    """

    order: sequences.Order
    train_size: int = 5_000
    validation_size: int = 1_000
    epochs: int = 5
    batch_size: int = 64
    rate: float = 0.004
    budget: int = 20_000


def pictures(config: Pictures, seed: int) -> Measurement:
    """Train every net on the same digits in the same order, for the same number of steps."""
    digits = data.load("mnist").subset(config.train_size, seed=seed)
    few = digits.validation.take(np.arange(config.validation_size))
    digits = replace(digits, validation=few)
    numbers: dict[str, Any] = {}
    for name, (kind, form) in PICTURE_NETS.items():
        dataset = sequences.pictured(digits, form, config.order, seed=seed)
        shape = dataset.train.images.shape[1:]
        width = sequences.width_for(kind, shape, CLASSES, config.budget)
        numbers[name] = _trained(kind, dataset, width, config, seed) | {"width": width}
    return Measurement(numbers=numbers)


def _trained(
    kind: str, dataset: data.Dataset, width: int, config: Pictures, seed: int
) -> dict[str, Any]:
    """Return the accuracies of the weights that validation chose."""
    from dlexp import training

    shape = dataset.train.images.shape[1:]
    fitted = training.fit(
        lambda: sequences.build(kind, shape, CLASSES, width), dataset, _plan(config), seed=seed
    )
    return {
        "validation": fitted.history.accuracy["validation"],
        "test": _accuracy(fitted.model, dataset.test),
        "parameters": _counted(fitted.model, kind, shape, CLASSES, width),
    }


def _plan(config: Pictures | Recalls | Lengths) -> training.Plan:
    from dlexp import training

    return training.Plan(
        epochs=config.epochs, batch_size=config.batch_size, learning_rate=config.rate
    )


def _accuracy(model: keras.Model, part: data.Split) -> float:
    from dlexp import training

    return training.accuracy(training.predict(model, part.images), part.labels)


def _counted(
    model: keras.Model, kind: str, shape: tuple[int, ...], classes: int, width: int
) -> int:
    """Return the parameters of a net; raise if they are not those of the formula."""
    count = int(model.count_params())
    expected = sequences.parameters(kind, shape, classes, width)
    if count != expected:
        raise ValueError(f"parameters of {kind} must be {expected}, by formula; got {count}")
    return count


# --- Memory -------------------------------------------------------------------------------------

MEMORIES = ("simple", "lstm", "lstm_open", "dilated")


@dataclass(frozen=True, kw_only=True)
class Recalls:
    """A net that names, at the end of a sequence, its first symbol.

    Attributes
    ----------
    kind : str
        One of `MEMORIES`.
    distances : tuple of int
        Steps from the first symbol to the last.
    symbols : int
        Chance is right in one of so many cases.
    sizes : three int
        Sequences for training, validation and test.
    epochs, batch_size : int
        Passes over the sequences, sequences per step.
    rate : float
        Of Adam.
    budget : int
        Parameters, within a twentieth.
    profile : int
        The distance at which gradients are followed back.
    """

    kind: str
    distances: tuple[int, ...] = (7, 15, 31, 63)
    symbols: int = 8
    sizes: tuple[int, int, int] = (4_000, 500, 2_000)
    epochs: int = 6
    batch_size: int = 64
    rate: float = 0.005
    budget: int = 4_000
    profile: int = 31


def recalls(config: Recalls, seed: int) -> Measurement:
    """Train a net anew for each distance; follow its gradients back, before and after."""
    tests, arrays = [], {}
    shape = (1, config.symbols)
    width = sequences.width_for(config.kind, shape, config.symbols, config.budget)
    for distance in config.distances:
        task = sequences.recall(config.sizes, distance + 1, symbols=config.symbols, seed=seed)
        model, first = _fitted(config, task, width, seed)
        tests.append(_accuracy(model, task.test))
        if distance == config.profile and config.kind != "dilated":
            x = task.test.images[: config.batch_size]
            arrays["before"] = gradient_profile(config.kind, first, x)
            arrays["after"] = gradient_profile(config.kind, model.get_weights(), x)
    reach = {name: float(np.log10(p[0] / p[-1])) for name, p in arrays.items()}
    return Measurement(numbers={"test": tests, "width": width, "log10_reach": reach}, arrays=arrays)


def _fitted(
    config: Recalls, task: data.Dataset, width: int, seed: int
) -> tuple[keras.Model, list[Floats]]:
    """Return a trained net, and its first weights."""
    from dlexp import training

    first: list[Floats] = []

    def make() -> keras.Model:
        shape = task.train.images.shape[1:]
        model = sequences.build(config.kind, shape, task.num_classes, width)
        first[:] = model.get_weights()
        return model

    return training.fit(make, task, _plan(config), seed=seed).model, first


def gradient_profile(kind: str, weights: Sequence[Floats], x: Floats) -> Floats:
    """Return how much each step of the input moves the last state: the norm of the gradient.

    Parameters
    ----------
    kind : str
        "simple", "lstm" or "lstm_open".
    weights : sequence of arrays
        Of the net; the first three are those of its recurrent layer.
    x : array of shape (B, T, D)

    Returns
    -------
    array of shape (T,)
        Mean over the batch. The gradient that starts at the last state is random, the same for
        all nets of one width.
    """
    given = recurrent.Weights(*(w.astype(np.float64) for w in weights[:3]))
    upstream = np.zeros((*x.shape[:2], len(given.recurrent)))
    upstream[:, -1] = np.random.default_rng(0).normal(size=upstream[:, -1].shape)
    back = recurrent.simple_rnn_gradients if kind == "simple" else recurrent.lstm_gradients
    norms: Floats = np.linalg.norm(back(x, given, upstream).x, axis=2).mean(axis=0)
    return norms


# --- Several lengths ----------------------------------------------------------------------------

LENGTH_NETS: dict[str, tuple[str, sequences.Masked]] = {
    "lstm": ("lstm", "no"),
    "lstm_masked": ("lstm", "each"),
    "mean": ("pooled", "no"),
    "mean_masked": ("pooled", "each"),
}


@dataclass(frozen=True, kw_only=True)
class Lengths:
    """Nets that name the most frequent symbol of sequences of several lengths.

    Attributes
    ----------
    shortest, longest : int
        Steps.
    padded : tuple of int
        Steps to which the sequences are padded: the first while training, all for the test.
    symbols : int
    sizes : three int
        Sequences for training, validation and test.
    epochs, batch_size : int
    rate : float
        Of Adam.
    budget : int
        Parameters, within a twentieth.
    """

    shortest: int = 5
    longest: int = 50
    padded: tuple[int, ...] = (50, 100, 200)
    symbols: int = 4
    sizes: tuple[int, int, int] = (4_000, 500, 2_000)
    epochs: int = 8
    batch_size: int = 64
    rate: float = 0.003
    budget: int = 2_000


def lengths(config: Lengths, seed: int) -> Measurement:
    """Train nets with and without masks; test them on the same sequences, padded further."""
    tasks = [
        sequences.majority(
            config.sizes, steps, symbols=config.symbols,
            shortest=config.shortest, longest=config.longest, seed=seed,
        )
        for steps in config.padded
    ]  # fmt: skip
    return Measurement(
        numbers={
            name: _padded_further(kind, masked, tasks, config, seed)
            for name, (kind, masked) in LENGTH_NETS.items()
        }
    )


def _padded_further(
    kind: str, masked: sequences.Masked, tasks: Sequence[data.Dataset], config: Lengths, seed: int
) -> dict[str, Any]:
    """Return accuracies by padding, and how many answers are not those of the first padding."""
    from dlexp import training

    symbols = config.symbols
    width = sequences.width_for(kind, (1, symbols), symbols, config.budget)
    model = training.fit(
        lambda: sequences.reader(kind, symbols, symbols, width, masked=masked),
        tasks[0], _plan(config), seed=seed,
    ).model  # fmt: skip
    logits = [training.predict(model, task.test.images) for task in tasks]
    labels = tasks[0].test.labels
    changed = [int((each.argmax(1) != logits[0].argmax(1)).sum()) for each in logits]
    return {"test": [training.accuracy(each, labels) for each in logits], "changed": changed}


# --- What is published --------------------------------------------------------------------------


def units() -> list[Unit]:
    """Return every run of the chapter."""
    configs: list[tuple[Callable[..., Measurement], Any]] = [
        (laws, Laws()),
        *((pictures, Pictures(order=order)) for order in ORDERS),
        *((recalls, Recalls(kind=kind)) for kind in MEMORIES),
        (lengths, Lengths()),
        (clock, Clock()),
    ]
    return [
        Unit(measure=measure, config=config, seed=seed)
        for measure, config in configs
        for seed in SEEDS
    ]


# --- What is claimed ----------------------------------------------------------------------------
# The bars below were set after trials of one seed and before the first full run.

LEARNT = 0.9
"""Of test accuracy on symbols: a net above it has learnt to remember."""

FORGOTTEN = 0.2
"""Of test accuracy on symbols: a net below it remembers nothing; chance is right in an eighth."""

SAME = 0.01
"""Of accuracy: a difference that is called none."""


def of(records: Sequence[Record], measure: str, **settings: Any) -> list[Record]:
    """Return the records of one measure with these settings, in the order of the seeds."""
    return [
        record
        for record in records
        if record.name.startswith(f"{measure}-")
        and all(record.config[name] == value for name, value in settings.items())
    ]


def digits(records: Sequence[Record], net: str, order: str = "natural") -> Floats:
    """Return the test accuracies of a net on digits, one per seed."""
    found = of(records, "pictures", order=order)
    return np.array([record.numbers[net]["test"] for record in found])


def remembered(records: Sequence[Record], kind: str) -> Floats:
    """Return the test accuracies of a net that recalls, of shape (seeds, distances)."""
    return np.array([record.numbers["test"] for record in of(records, "recalls", kind=kind)])


def reach(records: Sequence[Record], kind: str, when: str) -> Floats:
    """Return, per seed, the common logarithm of the first step's gradient over the last one's."""
    found = of(records, "recalls", kind=kind)
    return np.array([record.numbers["log10_reach"][when] for record in found])


def seconds(records: Sequence[Record], way: str, batch: int, steps: int) -> Floats:
    """Return the median time of a call, of shape (seeds, nets), in seconds; nets as in `TIMED`."""
    arrays = [record.arrays[f"{way}_{batch}_{steps}"] for record in of(records, "clock")]
    return np.array([np.median(each, axis=0) for each in arrays])


def timed_steps(batch: int = 32) -> list[int]:
    """Return the lengths that were timed with a batch size."""
    return [steps for size, steps in Clock().settings if size == batch]


def slopes(records: Sequence[Record], way: str, batch: int, net: str) -> Floats:
    """Return, per seed, by which power of the length the time of a net grows.

    From a fourth of the longest length on; one means that twice the length takes twice the time.
    """
    lengths = timed_steps(batch)[-2:]
    first, last = (seconds(records, way, batch, n)[:, TIMED.index(net)] for n in lengths)
    found: Floats = np.log(last / first) / np.log(lengths[1] / lengths[0])
    return found


def slower(records: Sequence[Record], way: str, batch: int, steps: int, net: str) -> Floats:
    """Return, per seed, the time of a net as a multiple of that of two convolutions."""
    table = seconds(records, way, batch, steps)
    found: Floats = table[:, TIMED.index(net)] / table[:, TIMED.index("pooled")]
    return found


def batch_gain(records: Sequence[Record], net: str, steps: int) -> Floats:
    """Return, per seed, how many times as many sequences a second 32 at a time are, forward."""
    one, many = (seconds(records, "forward", size, steps) for size in (1, 32))
    found: Floats = (32 * one / many)[:, TIMED.index(net)]
    return found


def padding_costs(records: Sequence[Record], net: str) -> Floats:
    """Return, per seed, the accuracy lost when the sequences are padded as far as we tried."""
    tests = np.array([record.numbers[net]["test"] for record in of(records, "lengths")])
    found: Floats = tests[:, 0] - tests[:, -1]
    return found


def claims(records: Sequence[Record]) -> list[Claim]:
    """Settle what the chapter claims."""
    return [
        *_claims_on_laws(records),
        *_claims_on_time(records),
        *_claims_on_digits(records),
        *_claims_on_memory(records),
        *_claims_on_lengths(records),
    ]


def _names(records: Iterable[Record]) -> tuple[str, ...]:
    return tuple(record.name for record in records)


Law = tuple[str, str, int, int]
"""A sentence, its measure, counter-examples and cases, over all seeds."""


def _claims_on_laws(records: Sequence[Record]) -> list[Claim]:
    found = of(records, "laws")
    counted = _laws_of_layers(found) | _laws_of_shifts(found) | _laws_of_padding(found)
    return [
        claim.none_of(
            f"rnn_vs_cnn.{name}", sentence, measure, failures=failures, trials=trials,
            seeds=SEEDS, units=_names(found),
        )
        for name, (sentence, measure, failures, trials) in counted.items()
    ]  # fmt: skip


def _laws_of_layers(found: Sequence[Record]) -> dict[str, Law]:
    numbers = [record.numbers for record in found]
    drawn = Laws().cases * len(found)
    by_length = [n["by_length"][kind] for n in numbers for kind in sequence_laws.LAYERS]
    longer = [count != row[0] for row in by_length for count in row[1:]]
    return {
        "keras_agrees": (
            "Keras gives the values, the gradients and the parameters of the hand-written layers.",
            "random layers that differ, share",
            sum(n["agreement"] + n["miscounted"] for n in numbers), 2 * drawn,
        ),
        "length_adds_nothing": (
            "A longer sequence adds no parameter to a recurrent layer or a convolution.",
            "layers with another count than for the shortest sequence, share",
            sum(longer), len(longer),
        ),
        "field_is_arithmetic": (
            "The last step of stacked dilated convolutions sees as many steps as the arithmetic "
            "of receptive fields says.",
            "random stacks with another field, share", sum(n["fields"] for n in numbers), drawn,
        ),
    }  # fmt: skip


def _laws_of_shifts(found: Sequence[Record]) -> dict[str, Law]:
    drawn = Laws().cases * len(found)

    def broken(name: str) -> int:
        return sum(record.numbers["shifts"][name] for record in found)

    return {
        "shift_shifts": (
            "Away from the borders, a convolution of a shifted sequence is the shifted "
            "convolution, to the last bit.",
            "random convolutions with another output, share", broken("moved"), drawn,
        ),
        "shift_changes_nothing": (
            "The output of a convolution stays the same when its input is shifted.",
            "random convolutions with another output, share", broken("changed"), drawn,
        ),
        "pooling_ignores_shifts": (
            "The sum and the maximum over all steps stay the same when the input is shifted, away "
            "from the borders.",
            "random convolutions with another sum or maximum, share", broken("pooled"), drawn,
        ),
    }  # fmt: skip


def _laws_of_padding(found: Sequence[Record]) -> dict[str, Law]:
    drawn = Laws().cases * len(found)
    tight = ("lstm_masked", "mean_masked_at_each_layer", "causal_masked_at_the_end")

    def broken(name: str) -> int:
        return sum(record.numbers["leaks"][name] for record in found)

    return {
        "masks_do_not_leak": (
            "With a mask in an LSTM, after each convolution, or in the mean of causal "
            "convolutions, padding changes no answer.",
            "random nets and sequences whose answer changes, share",
            sum(map(broken, tight)), drawn * len(tight),
        ),
        "one_mask_is_enough": (
            "A mask in the mean is enough for two convolutions: padding changes no answer.",
            "random nets and sequences whose answer changes, share",
            broken("mean_masked_at_the_end"), drawn,
        ),
    }  # fmt: skip


def _claims_on_time(records: Sequence[Record]) -> list[Claim]:
    options: dict[str, Any] = {"seeds": SEEDS, "units": _names(of(records, "clock"))}
    ends = [slower(records, "train", 32, n, "lstm") for n in (timed_steps()[0], timed_steps()[-1])]
    least = min(n for size, n in Clock().settings if size == 128)
    return [
        claim.mean_within(
            "rnn_vs_cnn.lstm_time_is_linear",
            "The time of a training step of an LSTM grows in proportion to the length.",
            "power of the length by which time grows, batches of 32",
            slopes(records, "train", 32, "lstm"), low=0.8, high=1.2, **options,
        ),
        claim.mean_above(
            "rnn_vs_cnn.ratio_grows",
            "The longer the sequences, the more often a convolutional net trains in the time of "
            "an LSTM.",
            "ratio of the times at the longest length, divided by that at the shortest",
            ends[1] / ends[0], threshold=1.0, **options,
        ),
        claim.paired(
            "rnn_vs_cnn.batch_helps_lstm",
            "A batch of 32 buys an LSTM more than it buys convolutions.",
            "decimal logarithm of the gain in sequences per second, LSTM minus convolutions",
            np.log10(batch_gain(records, "lstm", 256)),
            np.log10(batch_gain(records, "pooled", 256)), **options,
        ),
        claim.mean_above(
            "rnn_vs_cnn.batch_is_not_enough",
            "Even in batches of 128, a training step of an LSTM takes longer than one of "
            "convolutions.",
            "time of a step, LSTM divided by convolutions",
            slower(records, "train", 128, least, "lstm"), threshold=1.0, **options,
        ),
    ]  # fmt: skip


def _claims_on_digits(records: Sequence[Record]) -> list[Claim]:
    cases: dict[str, tuple[str, tuple[str, str], tuple[str, str], float]] = {
        "lstm_beats_dense": (
            "On digits, an LSTM over rows is better than a dense net of the same size.",
            ("lstm_rows", "natural"), ("dense", "natural"), 0.0,
        ),
        "image_needs_neighbours": (
            "Permuted pixels cost the convolutions over the image more than a percentage point.",
            ("conv2d", "natural"), ("conv2d", "pixels"), SAME,
        ),
        "dense_wins_permuted": (
            "With permuted pixels, the dense net is better than the convolutions over the image.",
            ("dense", "pixels"), ("conv2d", "pixels"), 0.0,
        ),
        "rows_carry_order": (
            "Permuted rows cost the convolutions over rows more than a percentage point.",
            ("conv1d_rows", "natural"), ("conv1d_rows", "rows"), SAME,
        ),
        "lstm_needs_order": (
            "Permuted rows cost the LSTM over rows more than a percentage point.",
            ("lstm_rows", "natural"), ("lstm_rows", "rows"), SAME,
        ),
    }  # fmt: skip
    units = _names(of(records, "pictures"))
    found = [
        claim.paired(
            f"rnn_vs_cnn.{name}", sentence, "test accuracy, the first minus the second",
            digits(records, *better), digits(records, *worse),
            at_least=least, seeds=SEEDS, units=units,
        )
        for name, (sentence, better, worse, least) in cases.items()
    ]  # fmt: skip
    dense = digits(records, "dense") - digits(records, "dense", "pixels")
    same = claim.mean_within(
        "rnn_vs_cnn.dense_sees_no_order",
        "To permute the pixels makes less than a percentage point of difference to the dense net.",
        "test accuracy, natural minus permuted",
        dense, low=-SAME, high=SAME, seeds=SEEDS, units=units,
    )  # fmt: skip
    return [*found, same]


def _claims_on_memory(records: Sequence[Record]) -> list[Claim]:
    far, middle = Recalls(kind="lstm").distances[:-3:-1]
    tests = {kind: remembered(records, kind) for kind in MEMORIES}
    options: dict[str, Any] = {"seeds": SEEDS, "units": _names(of(records, "recalls"))}
    return [
        claim.paired(
            "rnn_vs_cnn.lstm_remembers_better",
            f"Over {middle} steps, an LSTM remembers better than a simple recurrent net.",
            "test accuracy, LSTM minus simple",
            tests["lstm"][:, -2], tests["simple"][:, -2], **options,
        ),
        claim.paired(
            "rnn_vs_cnn.open_gates_remember",
            f"Over {middle} steps, an LSTM remembers better with its forget gates open at the "
            "start.",
            "test accuracy, open minus Keras's default",
            tests["lstm_open"][:, -2], tests["lstm"][:, -2], **options,
        ),
        claim.mean_above(
            "rnn_vs_cnn.field_remembers",
            f"Over {middle} steps, which its receptive field covers, a stack of dilated "
            "convolutions remembers.",
            "test accuracy", tests["dilated"][:, -2], threshold=LEARNT, **options,
        ),
        claim.mean_below(
            "rnn_vs_cnn.field_ends",
            f"Over {far} steps, which its receptive field does not cover, the same stack "
            "remembers nothing.",
            "test accuracy", tests["dilated"][:, -1], threshold=FORGOTTEN, **options,
        ),
        *_claims_on_gradients(records),
    ]  # fmt: skip


def _claims_on_gradients(records: Sequence[Record]) -> list[Claim]:
    simple = reach(records, "simple", "before")
    cases = {
        "lstm_reaches_further": ("lstm", "Before training, the gradient of an LSTM"),
        "open_gates_reach_further": (
            "lstm_open",
            "With its forget gates open at the start, the gradient of an LSTM",
        ),
    }
    return [
        claim.paired(
            f"rnn_vs_cnn.{name}",
            f"{words} reaches further back than that of a simple recurrent net.",
            "decimal logarithm of the first step's gradient over the last one's, LSTM minus simple",
            reach(records, kind, "before"),
            simple,
            seeds=SEEDS,
            units=_names(of(records, "recalls")),
        )
        for name, (kind, words) in cases.items()
    ]


def _claims_on_lengths(records: Sequence[Record]) -> list[Claim]:
    found = of(records, "lengths")
    config = Lengths()
    options: dict[str, Any] = {"seeds": SEEDS, "units": _names(found)}
    words = {"lstm": "an LSTM", "mean": "convolutions and a mean"}
    costs = [
        claim.mean_above(
            f"rnn_vs_cnn.padding_costs_{net}",
            f"Without a mask, padding to {config.padded[-1]} steps instead of {config.padded[0]} "
            f"costs {name} more than a percentage point.",
            "test accuracy lost by more padding",
            padding_costs(records, net), threshold=SAME, **options,
        )
        for net, name in words.items()
    ]  # fmt: skip
    changed = [sum(r.numbers[f"{net}_masked"]["changed"]) for r in found for net in words]
    cases = len(words) * (len(config.padded) - 1) * config.sizes[2] * len(found)
    still = claim.none_of(
        "rnn_vs_cnn.masked_answers_stay",
        "With masks, the trained nets give every padded sequence the same answer, however far it "
        "is padded.",
        "answers that change, share",
        failures=sum(changed), trials=cases, **options,
    )  # fmt: skip
    return [*costs, still]
