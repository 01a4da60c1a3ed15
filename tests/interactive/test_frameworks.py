"""What the calculator of shapes says that each framework refuses, the framework refuses."""

from typing import Any

import pytest

import calls
from parity import record_shapes

Layer = dict[str, Any]


def by_script(framework: str, layers: list[Layer]) -> list[int | None]:
    """Return the size that the browser gives, or None where it says that the framework refuses."""
    asked = [["shapes.refusal", framework, layer, layer["size"]] for layer in layers]
    sizes = [["shapes.walk", [layer], [layer["size"], layer["size"], 1]] for layer in layers]
    reasons = calls.values(asked, "shapes")
    rows = [value[0] for value in calls.values(sizes, "shapes")]
    return [None if reason else row["shape"][0] for reason, row in zip(reasons, rows, strict=True)]


def _in_keras(layer: Layer) -> int | None:
    from keras import Input, layers

    stride, padding = layer["stride"], layer["padding"]
    try:
        if layer["kind"] == "pool":
            built = layers.MaxPooling2D(layer["window"], strides=stride, padding=padding)
        else:
            built = layers.Conv2D(
                1,
                layer["kernel"],
                strides=stride,
                padding=padding,
                dilation_rate=layer["dilation"],
            )
        return int(built(Input((layer["size"], layer["size"], 1))).shape[1])
    except (ValueError, AttributeError):  # Keras asks a number for its lower case
        return None


def _in_tensorflow(layer: Layer) -> int | None:
    """Infer the size in a graph, where a kernel that does not fit is refused; then compute."""
    import tensorflow as tf

    size, padding = layer["size"], layer["padding"]
    sides = [[0, 0], [padding] * 2, [padding] * 2, [0, 0]]
    how = padding.upper() if isinstance(padding, str) else sides
    if layer["kind"] == "pool":

        def function(x: Any) -> Any:
            return tf.nn.max_pool2d(x, layer["window"], layer["stride"], how)
    else:
        kernel = tf.zeros((layer["kernel"], layer["kernel"], 1, 1))

        def function(x: Any) -> Any:
            return tf.nn.conv2d(x, kernel, layer["stride"], how, dilations=layer["dilation"])

    try:
        spec = tf.TensorSpec((1, size, size, 1))
        inferred = tf.function(function).get_concrete_function(spec).output_shapes[1]
        computed = function(tf.zeros((1, size, size, 1))).shape[1]
    except (ValueError, tf.errors.InvalidArgumentError):
        return None
    assert inferred == computed
    return int(computed)


@pytest.fixture(scope="module")
def recorded() -> list[Layer]:
    return record_shapes.recorded()


def test_the_recorded_layers_are_those_that_are_drawn(recorded: list[Layer]) -> None:
    drawn = [{k: v for k, v in layer.items() if k != "found"} for layer in recorded]
    assert drawn == record_shapes.layers()


@pytest.mark.parametrize("framework", ["PyTorch", "Keras", "tf.nn"])
def test_browser_and_framework_give_the_same_size_or_both_refuse(
    framework: str, recorded: list[Layer]
) -> None:
    ask = {"Keras": _in_keras, "tf.nn": _in_tensorflow}.get(framework, lambda layer: layer["found"])
    theirs = [ask(layer) for layer in recorded]
    ours = by_script(framework, recorded)
    wrong = [case for case in zip(recorded, ours, theirs, strict=True) if case[1] != case[2]]
    assert not wrong, wrong[:5]
    assert 40 < theirs.count(None) < len(theirs) - 40


def test_half_a_kernel_is_offered_where_pytorch_refuses_same() -> None:
    layer = {"kind": "conv", "filters": 1, "kernel": 3, "stride": 2, "dilation": 1}
    reason = calls.values(
        [["shapes.refusal", "PyTorch", layer | {"padding": "same"}, 28]], "shapes"
    )
    assert "padding=1, the size is 14 and the windows start 1 earlier" in reason[0]
