"""Compare the arithmetic of convolutions with what the frameworks really do.

Chapter: book/conv_shapes.md. Cost: about a minute on one core; nothing is trained.
TensorFlow is imported inside the functions that compute, so that keys and pages never pay for it.
PyTorch is optional: what it gives was recorded by tests/parity/record_conv.py.
"""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlexp import paths
from dlexp.byhand import conv, pooling, shapes
from dlexp.byhand.shapes import Convolution, Layer, Pooling, Row, Shape
from dlexp.lab import claims as claim
from dlexp.lab.claims import Claim
from dlexp.lab.results import Json, Measurement, Record, Unit

Floats = NDArray[np.floating]
SEEDS = (0, 1, 2, 3, 4)
Counts = tuple[int, int]
"""Counter-examples, and cases looked at."""

# --- The networks of the reports ----------------------------------------------------------------

IMAGE: Shape = (256, 256, 3)
"""What the reports' network of nine layers takes."""


def nine_layers(stride: int = 2) -> list[Layer]:
    """Return the network of nine layers, whose dilated convolutions have this stride."""
    layers: list[Layer] = []
    for plain, dilated, dilation in ((64, 32, 2), (128, 64, 4), (256, 128, 8)):
        layers += [
            Convolution(filters=plain, kernel=3, padding="same"),
            Convolution(filters=dilated, kernel=5, stride=stride, dilation=dilation),
            Pooling(window=2),
        ]
    return layers


REPORTED_FOR_PYTORCH = (256, 124, 62, 62, 24, 12, 12, -9, -4)
"""The sizes that both reports give for PyTorch."""

REPORTED_FOR_TENSORFLOW = (256, 248, 124, 124, 108, 54, 54, 22, 11)
"""The sizes that both reports give for TensorFlow, which is said to ignore the stride."""

REPORTED_PARAMETERS = (1_792, 51_232, 0, 36_992, 204_864, 0, 147_712, 819_328, 0)
"""The parameters that both reports give for each layer, in both tables."""

DIGIT: Shape = (28, 28, 1)
SEARCHED: dict[str, conv.Padding] = {"same": "same", "valid": "valid"}
"""The padding of the convolutions in the search spaces of the two reports."""

DEPTHS = (1, 2, 3, 4, 5)


def describe(layer: Layer) -> str:
    """Name a layer in a few words.

    Examples
    --------
    >>> describe(Convolution(filters=32, kernel=5, stride=2, dilation=4))
    'conv 5, 32 filters, stride 2, dilation 4'
    """
    match layer:
        case Pooling(window=window):
            return f"pool {window}"
        case Convolution():
            words = [f"conv {layer.kernel}, {layer.filters} filters"]
            words += [layer.padding] if layer.padding == "same" else []
            for name in ("stride", "dilation"):
                words += [f"{name} {getattr(layer, name)}"] if getattr(layer, name) > 1 else []
            return ", ".join(words)
        case _:
            return type(layer).__name__.lower()


def blocks(depth: int, padding: conv.Padding) -> list[Layer]:
    """Return so many blocks of a search space: a convolution of three, a pooling of two."""
    block: list[Layer] = [Convolution(filters=32, kernel=3, padding=padding), Pooling(window=2)]
    return [*block * depth]


POOLED_BY_THREE: list[Layer] = [
    Convolution(filters=32, kernel=3),
    Pooling(window=2),
    Convolution(filters=64, kernel=3),
    Pooling(window=3),
]
"""The convolutional part of a report's network; its last pooling takes a map of 11 x 11."""

_RECORDED_SHA256 = "822907647bc3edbd286767789b5045df1f2998899ffc72bfb043267da85e1be8"


def pytorch() -> dict[str, Any]:
    """Return what PyTorch was recorded to give, once its checksum holds.

    Raises
    ------
    ValueError
        If the file is not the one that this module was written for.
    """
    content = (paths.DATA / "pytorch" / "conv.json").read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != _RECORDED_SHA256:
        raise ValueError(
            f"conv.json: SHA-256 must be {_RECORDED_SHA256[:12]}...; got {found[:12]}... "
            "(restore it with `git checkout data`)"
        )
    recorded: dict[str, Any] = json.loads(content)
    return recorded


# --- Random settings against TensorFlow and Keras -----------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Config:
    """How much each seed compares.

    Attributes
    ----------
    sizes : int
        Random settings whose output sizes are compared.
    values : int
        Random settings whose values and gradients are compared.
    stacks : int
        Random stacks of layers whose receptive fields are measured.
    tolerance : float
        Largest difference that counts as rounding, as a share of the largest value.
    """

    sizes: int = 800
    values: int = 100
    stacks: int = 60
    tolerance: float = 1e-5


Pair = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A convolution, or a pooling if its dilation is left out: height and width for each."""

    size: Pair
    kernel: Pair
    stride: Pair
    dilation: Pair
    padding: str

    @property
    def mixed(self) -> bool:
        """Whether it has both a stride and a dilation."""
        return max(self.stride) > 1 and max(self.dilation) > 1


def draw(generator: np.random.Generator, largest: int) -> Setting:
    """Draw a setting; a third has no dilation, a third no stride, a third may have both."""
    size, kernel, stride, dilation = (
        (int(pair[0]), int(pair[1]))
        for pair in generator.integers([[1], [1], [1], [1]], [[largest + 1], [8], [5], [5]], (4, 2))
    )
    kind = int(generator.integers(3))
    return Setting(
        size=size,
        kernel=kernel,
        stride=(1, 1) if kind == 1 else stride,
        dilation=(1, 1) if kind == 0 else dilation,
        padding=str(generator.choice(["same", "valid"])),
    )


def compare(config: Config, seed: int) -> Measurement:
    """Compare sizes, values, gradients and receptive fields of random settings."""
    generator = np.random.default_rng(seed)
    settings = [draw(generator, 40) for _ in range(config.sizes)]
    return Measurement(
        numbers={
            "sizes": _compare_sizes(settings),
            "values": _compare_values(generator, config),
            "receptive_fields": _compare_receptive_fields(generator, config.stacks),
        }
    )


def _compare_sizes(settings: Sequence[Setting]) -> dict[str, Json]:
    """Count the settings on which two sides differ; to refuse is an answer, too."""
    by_hand = [_size_by_hand(setting) for setting in settings]
    pools = [_pool_by_hand(setting) for setting in settings]
    in_keras = [_size_in_keras(setting) for setting in settings]
    mixed = [setting.mixed for setting in settings]
    return {
        "settings": len(settings),
        "refused": by_hand.count(None),
        "tensorflow_differs": _differences(by_hand, map(_size_in_tensorflow, settings)),
        "mixed": sum(mixed),
        "not_mixed": len(mixed) - sum(mixed),
        "mixed_accepted_by_keras": sum(
            size is not None for size, both in zip(in_keras, mixed, strict=True) if both
        ),
        "keras_differs": sum(
            a != b for a, b, both in zip(by_hand, in_keras, mixed, strict=True) if not both
        ),
        **_count_ignored_strides(settings),
        "pools_refused": pools.count(None),
        "pools_differ": _differences(pools, map(_pool_in_keras, settings)),
    }


def _differences(a: Sequence[Pair | None], b: Iterator[Pair | None]) -> int:
    return sum(first != second for first, second in zip(a, b, strict=True))


def _size_by_hand(setting: Setting) -> Pair | None:
    directions = zip(setting.size, setting.kernel, setting.stride, setting.dilation, strict=True)
    try:
        rows, columns = (
            conv.output_size(n, k, stride=s, padding=_rule(setting.padding), dilation=d)
            for n, k, s, d in directions
        )
    except ValueError:
        return None
    return rows, columns


def _pool_by_hand(setting: Setting) -> Pair | None:
    x = np.zeros((1, *setting.size, 1))
    try:
        pooled = pooling.max_pool2d(
            x, setting.kernel, stride=setting.stride, padding=_rule(setting.padding)
        )
    except ValueError:
        return None
    return pooled.shape[1], pooled.shape[2]


def _rule(padding: str) -> conv.Padding:
    return "same" if padding == "same" else "valid"


def _count_ignored_strides(settings: Sequence[Setting]) -> dict[str, Json]:
    """Count the settings on which TensorFlow leaves a stride out beside a dilation."""
    telling = [s for s in settings if s.mixed and _size_by_hand(s) != _without_stride(s)]
    return {
        "stride_could_show": len(telling),
        "stride_ignored": sum(_size_in_tensorflow(s) == _without_stride(s) for s in telling),
    }


def _without_stride(setting: Setting) -> Pair | None:
    return _size_by_hand(replace(setting, stride=(1, 1)))


def _size_in_keras(setting: Setting) -> Pair | None:
    from keras import Input, layers

    try:
        layer = layers.Conv2D(
            1,
            setting.kernel,
            strides=setting.stride,
            dilation_rate=setting.dilation,
            padding=setting.padding,
        )
        shape = layer(Input((*setting.size, 1))).shape
    except ValueError:
        return None
    return shape[1], shape[2]


def _pool_in_keras(setting: Setting) -> Pair | None:
    from keras import Input, layers

    layer = layers.MaxPooling2D(setting.kernel, strides=setting.stride, padding=setting.padding)
    try:
        shape = layer(Input((*setting.size, 1))).shape
    except ValueError:
        return None
    return shape[1], shape[2]


def _size_in_tensorflow(setting: Setting) -> Pair | None:
    """Return what TensorFlow infers before it computes; while computing it may not refuse."""
    import tensorflow as tf

    x = tf.TensorSpec((1, *setting.size, 1))
    kernel = tf.TensorSpec((*setting.kernel, 1, 1))
    try:
        graph = tf.function(_in_tensorflow(setting)).get_concrete_function(x, kernel)
    except ValueError:
        return None
    return graph.output_shapes[1], graph.output_shapes[2]


def _in_tensorflow(setting: Setting) -> Callable[[Any, Any], Any]:
    import tensorflow as tf

    return lambda x, kernel: tf.nn.conv2d(
        x, kernel, setting.stride, setting.padding.upper(), dilations=setting.dilation
    )


def _compare_values(generator: np.random.Generator, config: Config) -> dict[str, Json]:
    """Return the largest difference in values and in each gradient, as shares of the largest."""
    found = [_value_errors(generator, _draw_safe(generator)) for _ in range(config.values)]
    worst = np.max(found, axis=0)
    return {
        "settings": len(found),
        "outside": int(np.sum(np.max(found, axis=1) > config.tolerance)),
        "worst": dict(zip(("value", "x", "kernel"), worst.tolist(), strict=True)),
    }


def _draw_safe(generator: np.random.Generator) -> Setting:
    """Draw a setting that fits and on whose gradient TensorFlow does not crash.

    TensorFlow 2.21 with oneDNN crashes on some input gradients of 1 x 1 kernels whose strides
    differ.
    """
    while True:
        setting = draw(generator, 12)
        crashes = setting.kernel == (1, 1) and len(set(setting.stride)) == 2
        if not crashes and _size_by_hand(setting) is not None:
            return setting


def _value_errors(generator: np.random.Generator, setting: Setting) -> list[float]:
    x = generator.normal(size=(2, *setting.size, 3))
    kernel = generator.normal(size=(*setting.kernel, 3, 4))
    options: dict[str, Any] = {
        "stride": setting.stride,
        "dilation": setting.dilation,
        "padding": setting.padding,
    }
    value = conv.conv2d(x, kernel, **options)
    upstream = generator.normal(size=value.shape)
    by_hand = conv.conv2d_gradients(x, kernel, upstream, **options)
    theirs = _value_and_gradients(_in_tensorflow(setting), x, kernel, upstream)
    pairs = zip((value, by_hand.x, by_hand.kernel), theirs, strict=True)
    return [_difference(ours, reference) for ours, reference in pairs]


def _difference(ours: Floats, reference: Floats) -> float:
    """Return the largest difference as a share of the largest value; all may be zero.

    They are where every tap of a dilated kernel lies in the padding.
    """
    return float(np.abs(ours - reference).max() / (np.abs(reference).max() or 1.0))


def _value_and_gradients(
    function: Callable[[Any, Any], Any], x: Floats, kernel: Floats, upstream: Floats
) -> list[Floats]:
    import tensorflow as tf

    tensors = [tf.constant(array, tf.float32) for array in (x, kernel)]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = function(*tensors)
    gradients = tape.gradient(value, tensors, tf.constant(upstream, tf.float32))
    return [tensor.numpy() for tensor in (value, *gradients)]


# --- Receptive fields ---------------------------------------------------------------------------


def _compare_receptive_fields(generator: np.random.Generator, count: int) -> dict[str, Json]:
    """Measure what one output sees, by gradients, and compare it with the formula."""
    stacks = [_draw_stack(generator) for _ in range(count)]
    formula = [shapes.receptive_field(stack) for stack in stacks]
    measured = [_seen(stack, field + 3) for stack, field in zip(stacks, formula, strict=True)]
    return {
        "stacks": count,
        "differ": int(np.sum(np.array(formula) != measured)),
        "largest": max(formula),
    }


def _draw_stack(generator: np.random.Generator) -> list[Convolution | Pooling]:
    """Draw one to four layers, none with both stride and dilation, which Keras refuses."""
    stack: list[Convolution | Pooling] = []
    for _ in range(generator.integers(1, 5)):
        kernel, step, dilates = (int(n) for n in generator.integers([1, 1, 0], [5, 3, 2]))
        if generator.integers(3) == 0:
            stack.append(Pooling(window=kernel, stride=step))
        else:
            stride, dilation = (1, step) if dilates else (step, 1)
            stack.append(Convolution(filters=1, kernel=kernel, stride=stride, dilation=dilation))
    return stack


def _seen(stack: Sequence[Convolution | Pooling], size: int) -> int:
    """Return how many rows lie between the first and the last that the first output depends on."""
    rows = np.flatnonzero(_sensitivity(stack, size, first_only=True).any(axis=1))
    return int(rows[-1] - rows[0] + 1)


def _sensitivity(stack: Sequence[Layer], size: int, *, first_only: bool = False) -> Floats:
    """Return the gradient of the outputs with respect to the image, (size, size), in Keras.

    All weights are one and poolings take means, so that nothing cancels and nothing is hidden.
    """
    import tensorflow as tf

    x = tf.ones((1, size, size, 1))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x
        for layer in stack:
            y = _keras_layer(layer)(y)
        outputs = y[:, 0, 0] if first_only else y
    gradient: Floats = tape.gradient(outputs, x).numpy()[0, :, :, 0]
    return gradient


def _keras_layer(layer: Layer) -> Any:
    """Return the layer of Keras, with weights of one; poolings take means."""
    from keras import layers

    match layer:
        case Convolution():
            return layers.Conv2D(
                layer.filters,
                layer.kernel,
                strides=layer.stride,
                padding=layer.padding,
                dilation_rate=layer.dilation,
                kernel_initializer="ones",
            )
        case Pooling():
            return layers.AveragePooling2D(
                layer.window, strides=layer.stride, padding=layer.padding
            )
        case _:
            raise TypeError(f"only convolutions and poolings are compared; got {layer}")


# --- Cases to look at ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Cases:
    """How far the cases go that are looked at one by one.

    Attributes
    ----------
    sizes, kernels, steps : int
        The padding of ``"same"`` is probed for every size, kernel, and stride or dilation from
        one up to these.
    """

    sizes: int = 12
    kernels: int = 6
    steps: int = 3


def examine(config: Cases, _seed: int) -> Measurement:
    """Walk the networks of the reports in the frameworks, and probe paddings; nothing is random."""
    seen = _sensitivity(POOLED_BY_THREE, DIGIT[0]) > 0
    covered = _sensitivity([Pooling(window=3)], 11) > 0
    return Measurement(
        numbers={
            "nine_layers": {
                "tensorflow": _walk_in_tensorflow(nine_layers()),
                "keras": _walk_in_keras(nine_layers(), IMAGE),
                "keras_stride_one": _walk_in_keras(nine_layers(stride=1), IMAGE),
            },
            "depths": {
                name: [_walk_in_keras(blocks(depth, padding), DIGIT)[-1] for depth in DEPTHS]
                for name, padding in SEARCHED.items()
            },
            "same": _probe_same(config),
            "misfits": {name: _in_child(code) for name, code in MISFITS.items()},
        },
        arrays={"seen": seen, "covered": covered},
    )


def _walk_in_tensorflow(stack: Sequence[Layer]) -> list[Json]:
    """Compute each layer on an image of zeros; stop with the reason where TensorFlow refuses."""
    import tensorflow as tf

    x = tf.zeros((1, *IMAGE))
    rows: list[Json] = []
    for layer in stack:
        try:
            x = _layer_in_tensorflow(layer, x)
        except tf.errors.InvalidArgumentError as error:
            return [*rows, {"reason": _reason(error)}]
        rows.append({"shape": x.shape[1:].as_list()})
    return rows


def _layer_in_tensorflow(layer: Layer, x: Any) -> Any:
    import tensorflow as tf

    if isinstance(layer, Pooling):
        return tf.nn.max_pool2d(x, layer.window, layer.window, "VALID")
    assert isinstance(layer, Convolution)
    kernel = tf.zeros((layer.kernel, layer.kernel, x.shape[-1], layer.filters))
    return tf.nn.conv2d(
        x, kernel, layer.stride, str(layer.padding).upper(), dilations=layer.dilation
    )


def _walk_in_keras(stack: Sequence[Layer], shape: Shape) -> list[Json]:
    """Build a network in Keras; stop with the reason where Keras refuses."""
    from keras import Input

    x = Input(shape)
    rows: list[Json] = []
    for layer in stack:
        try:
            built = _keras_layer(layer)
            x = built(x)
        except ValueError as error:
            return [*rows, {"reason": _reason(error)}]
        rows.append({"shape": list(x.shape[1:]), "parameters": built.count_params()})
    return rows


def _reason(error: Exception) -> str:
    """Return what an error says, without the framework's frame around it."""
    text = " ".join(str(error).split())
    for noise in ("\x1b[1m", "\x1b[0m"):
        text = text.replace(noise, "")
    text = text.rpartition("}}")[2].partition(" Arguments received")[0].partition(" [Op:")[0]
    return text.rpartition(".call(). ")[2].strip()


def _probe_same(config: Cases) -> dict[str, Json]:
    """Read the zeros that TensorFlow adds off its output, and compare them with the rule."""
    cases = [
        (n, k, s, d)
        for n, k, s, d in product(
            *(range(1, most + 1) for most in (config.sizes, config.kernels)),
            *(range(1, config.steps + 1) for _ in range(2)),
        )
        if 1 in (s, d) and conv.effective_kernel(k, d) <= n
    ]
    rule = [conv.split_padding(n, k, stride=s, padding="same", dilation=d) for n, k, s, d in cases]
    measured = [_measured_padding(*case) for case in cases]
    return {
        "cases": len(cases),
        "differ": sum(a != b for a, b in zip(rule, measured, strict=True)),
        "odd": sum(sum(sides) % 2 for sides in measured),
        "odd_before": sum(before > after for before, after in measured),
    }


def _measured_padding(n: int, k: int, s: int, d: int) -> Pair:
    """Return the zeros before and after, as TensorFlow adds them.

    The image counts 1, 2, ... n, and each filter has a single tap of one. So an output tells the
    cell that its tap was on: cell minus tap is where the window starts.
    """
    import tensorflow as tf

    x = tf.reshape(tf.range(1.0, n + 1), (1, n, 1, 1))
    kernel = tf.reshape(tf.eye(k), (k, 1, 1, k))
    y = tf.nn.conv2d(x, kernel, (s, 1), "SAME", dilations=(d, 1)).numpy()[0, :, 0, :]
    first, last = (_start(y[i], d) for i in (0, -1))
    # Where a stride steps over the last cells, the last window ends before the image does.
    return -first, max(last + conv.effective_kernel(k, d) - n, 0)


def _start(taps: Floats, dilation: int) -> int:
    """Return the index of the cell under a window's first tap; negative in the padding."""
    tap = int(np.flatnonzero(taps)[0])
    return int(taps[tap]) - 1 - tap * dilation


MISFITS = {
    "Keras, building a model": "layers.Conv2D(3, 5)(keras.Input((4, 4, 1)))",
    "TensorFlow, building a graph": "tf.function(tf.nn.conv2d)(image, kernel, 1, 'VALID')",
    "TensorFlow, computing at once": "tf.nn.conv2d(image, kernel, 1, 'VALID')",
    "Keras, mean pooling at once": "layers.AveragePooling2D(5, 1)(image)",
    "Keras, max pooling at once": "layers.MaxPooling2D(5, 1)(image)",
}
"""Ways to lay a window of five on an image of four; each runs in a process of its own."""

_CHILD = """
import keras, numpy, tensorflow as tf
from keras import layers
image, kernel = tf.ones((1, 4, 4, 1)), tf.ones((5, 5, 1, 3))
try:
    print(tuple({code}.shape))
except Exception as error:
    print(type(error).__name__)
"""


def _in_child(code: str) -> str:
    """Run code in a process that may die; return what it printed, or the signal that ended it."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD.format(code=code)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode > 0:
        raise RuntimeError(f"the attempt {code!r} must run; got {done.stderr.splitlines()[-1:]}")
    return signal.Signals(-done.returncode).name if done.returncode else done.stdout.strip()


# --- What is published --------------------------------------------------------------------------


def units() -> list[Unit]:
    """Return the runs of the chapter: one comparison per seed, and the cases."""
    compared = [Unit(measure=compare, config=Config(), seed=seed) for seed in SEEDS]
    return [*compared, Unit(measure=examine, config=Cases(), seed=0)]


# --- What is claimed ----------------------------------------------------------------------------


def nine_layers_differ(record: Record) -> Counts:
    """Return how many cells of the table differ from the walk by hand, and how many there are.

    A cell is one layer in one framework: its shape, or that the network ends there.
    """
    found, recorded = record.numbers["nine_layers"], pytorch()
    pairs = [
        (walk(), found["tensorflow"]),
        (walk(), recorded["nine_layers"]),
        (walk(stride=1), found["keras_stride_one"]),
        (walk(stride=1), recorded["nine_layers_stride_one"]),
    ]
    cells = [
        (row.shape, theirs.get("shape"))
        for by_hand, rows in pairs
        for row, theirs in zip(by_hand, rows, strict=True)
    ]
    return sum(_differs(*cell) for cell in cells), len(cells)


def _differs(ours: Shape | None, theirs: list[int] | None) -> bool:
    return ours != (None if theirs is None else tuple(theirs))


def reported_differ() -> Counts:
    """Return how many rows of the reports' table PyTorch contradicts, and how many there are."""
    sizes = [row["shape"][0] if "shape" in row else None for row in pytorch()["nine_layers"]]
    padded = sizes + [None] * (len(REPORTED_FOR_PYTORCH) - len(sizes))
    wrong = sum(a != b for a, b in zip(padded, REPORTED_FOR_PYTORCH, strict=True))
    return wrong, len(REPORTED_FOR_PYTORCH)


def depths_differ(record: Record) -> Counts:
    """Return on how many depths Keras and the walk by hand differ, and how many there are."""
    cells = [
        (shapes.walk(blocks(depth, padding), DIGIT)[-1].shape, built.get("shape"))
        for name, padding in SEARCHED.items()
        for depth, built in zip(DEPTHS, record.numbers["depths"][name], strict=True)
    ]
    return sum(_differs(*cell) for cell in cells), len(cells)


def paddings_differ(record: Record) -> Counts:
    """Return on how many settings the zeros of TensorFlow and of the rule differ, of how many."""
    return record.numbers["same"]["differ"], record.numbers["same"]["cases"]


def half_a_kernel_fails(kernels: Sequence[int], sizes: Sequence[int] = range(1, 41)) -> Counts:
    """Return on how many sizes padding by half a kernel fails to keep the size, of how many."""
    cases = list(product(sizes, kernels))
    kept = [conv.output_size(n, k, padding=(k - 1) // 2) == n for n, k in cases]
    return kept.count(False), len(kept)


def coverage_differs(record: Record) -> Counts:
    """Return on how many cells of a map of 11 x 11 coverage and gradient differ, of how many."""
    covered = pooling.coverage(11, 3)
    return int((covered != record.arrays["covered"]).sum()), covered.size


def walk(stride: int = 2) -> list[Row]:
    """Walk the network of nine layers by hand."""
    return shapes.walk(nine_layers(stride), IMAGE)


_ON_SETTINGS = {
    "sizes_agree": (
        "By hand and in TensorFlow, the same size comes out of a convolution, or both refuse.",
        "settings on which they differ, share of settings",
        ("sizes", "tensorflow_differs", "settings"),
    ),
    "keras_agrees": (
        "With a stride or a dilation alone, Keras gives the same size as by hand, or both refuse.",
        "settings on which they differ, share of settings",
        ("sizes", "keras_differs", "not_mixed"),
    ),
    "pools_agree": (
        "By hand and in Keras, the same size comes out of a pooling, or both refuse.",
        "settings on which they differ, share of settings",
        ("sizes", "pools_differ", "settings"),
    ),
    "keras_refuses_both": (
        "A Keras layer refuses a stride beside a dilation.",
        "settings that Keras accepts, share of those with both",
        ("sizes", "mixed_accepted_by_keras", "mixed"),
    ),
    "tensorflow_applies_both": (
        "TensorFlow's own function applies a stride beside a dilation; it never leaves the stride "
        "out.",
        "settings with the size of stride one, share of those where it would show",
        ("sizes", "stride_ignored", "stride_could_show"),
    ),
    "values_agree": (
        "Values and gradients by hand are those of TensorFlow, up to rounding.",
        "settings with a larger difference, share of settings",
        ("values", "outside", "settings"),
    ),
    "receptive_fields_agree": (
        "What one output depends on, measured by gradients, is what the formula says.",
        "stacks of layers on which they differ, share of stacks",
        ("receptive_fields", "differ", "stacks"),
    ),
}
"""By name: sentence, what is counted, and where the counter-examples and the cases stand."""

_ON_CASES = {
    "nine_layers_agree": (
        "By hand, in TensorFlow and in PyTorch, each layer of the reports' network gives the same "
        "size, and the network ends at the same layer.",
        "cells of the two tables that differ from the walk by hand, share of cells",
        nine_layers_differ,
    ),
    "reported_for_pytorch": (
        "The sizes that the reports give for PyTorch are those that PyTorch gives.",
        "rows that PyTorch contradicts, share of rows",
        lambda _: reported_differ(),
    ),
    "depths_agree": (
        "Keras builds exactly those depths of the reports' search spaces that the walk by hand "
        "allows.",
        "depths on which they differ, share of depths",
        depths_differ,
    ),
    "same_pads_by_the_rule": (
        "The zeros that TensorFlow adds for same padding are those of the rule, the odd one after "
        "the image.",
        "settings with other zeros, share of settings",
        paddings_differ,
    ),
    "half_a_kernel": (
        "At stride one, padding by half of an odd kernel, rounded down, keeps the size.",
        "sizes that change, share of sizes and kernels",
        lambda _: half_a_kernel_fails(kernels=range(1, 16, 2)),
    ),
    "pooling_drops_cells": (
        "The cells that a pooling does not cover have no effect on its output.",
        "cells on which coverage and gradient differ, share of cells",
        coverage_differs,
    ),
}
"""By name: sentence, what is counted, and the function that counts."""


def claims(records: Sequence[Record]) -> list[Claim]:
    """Settle what the chapter claims; each is a count of counter-examples."""
    return [*_claims_on_settings(records[:-1]), *_claims_on_cases(records[-1])]


def _claims_on_settings(records: Sequence[Record]) -> list[Claim]:
    """Add up the random settings over the seeds."""
    return [
        claim.none_of(
            f"conv_shapes.{name}",
            sentence,
            measure,
            failures=sum(record.numbers[part][failures] for record in records),
            trials=sum(record.numbers[part][trials] for record in records),
            seeds=SEEDS,
            units=tuple(record.name for record in records),
        )
        for name, (sentence, measure, (part, failures, trials)) in _ON_SETTINGS.items()
    ]


def _claims_on_cases(record: Record) -> list[Claim]:
    """Count cases that are all there are; nothing here is random, so there are no seeds."""
    counted = {name: count(record) for name, (_, _, count) in _ON_CASES.items()}
    return [
        claim.none_of(
            f"conv_shapes.{name}",
            sentence,
            measure,
            failures=counted[name][0],
            trials=counted[name][1],
            seeds=(),
            exhaustive=True,
            units=(record.name,),
        )
        for name, (sentence, measure, _) in _ON_CASES.items()
    ]
