"""Grad-CAM by hand: a case on paper, its laws, Keras and PyTorch, and its errors."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlexp import paths
from dlexp.byhand import grad_cam

FLOAT32 = 1e-5  # of the largest value


def random(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def test_a_map_on_paper() -> None:
    np.testing.assert_array_equal(grad_cam.normalise(np.array([[[2.0, 0.0]]])), [[[1, 0]]])


@given(seed=st.integers(0, 2**32 - 1))
@settings(derandomize=True, max_examples=30)
def test_with_equal_slopes_at_all_places_the_two_maps_are_one(seed: int) -> None:
    """The law of global average pooling."""
    activations, gradients = random(seed, 2, 3, 5, 4, 6)
    equal = np.broadcast_to(gradients[:, :1, :1], activations.shape)

    first = grad_cam.class_activation_map(activations, grad_cam.channel_weights(equal))

    np.testing.assert_allclose(grad_cam.hires_map(activations, equal), first, atol=1e-12)


@given(seed=st.integers(0, 2**32 - 1))
@settings(derandomize=True, max_examples=30)
def test_a_place_without_slope_has_no_mark(seed: int) -> None:
    activations, gradients = random(seed, 2, 2, 4, 4, 3)
    gradients[:, 3] = 0

    np.testing.assert_array_equal(grad_cam.hires_map(activations, gradients)[:, 3], 0)


def test_products_add_up_to_the_change_of_a_linear_head() -> None:
    """A numeric check: what a head without bias loses when a place is blanked is its product."""
    kernel, activations = random(0, 5, 5, 4), random(1, 1, 5, 5, 4)
    lost = np.zeros((1, 5, 5))
    for row, column in np.ndindex(5, 5):
        blank = activations.copy()
        blank[:, row, column] = 0
        lost[0, row, column] = np.sum(activations * kernel) - np.sum(blank * kernel)

    found = grad_cam.hires_map(activations, kernel[np.newaxis])

    np.testing.assert_allclose(found, np.maximum(lost, 0), atol=1e-12)


def test_the_cure_agrees_with_recorded_pytorch_in_value_and_gradient() -> None:
    cases = json.loads((paths.DATA / "pytorch" / "hires.json").read_text())

    for case in cases:
        activations, slopes, upstream = (
            np.array(case[name]) for name in ("activations", "gradients", "upstream")
        )
        found = grad_cam.hires_map(activations, slopes)
        close(found, np.array(case["value"]))
        # The gradient of sum(upstream * map): upstream where the map is positive, times slopes.
        close((upstream * (found > 0))[..., np.newaxis] * slopes, np.array(case["gradient"]))
    assert len(cases) >= 3


@given(seed=st.integers(0, 2**32 - 1), batch=st.integers(2, 5))
@settings(derandomize=True, max_examples=30)
def test_a_map_depends_on_its_own_image_alone(seed: int, batch: int) -> None:
    """The law that the reports' code breaks: explain together, or one by one."""
    activations, gradients = random(seed, 2, batch, 7, 7, 4)

    together = grad_cam.grad_cam(activations, gradients, (28, 28))
    alone = [grad_cam.grad_cam(activations[[i]], gradients[[i]], (28, 28)) for i in range(batch)]

    np.testing.assert_allclose(together, np.concatenate(alone), atol=1e-12)


@given(seed=st.integers(0, 2**32 - 1), factor=st.floats(1e-6, 1e6))
@settings(derandomize=True, max_examples=30)
def test_the_scale_of_the_gradient_does_not_matter(seed: int, factor: float) -> None:
    activations, gradients = random(seed, 2, 3, 5, 5, 4)

    scaled = grad_cam.grad_cam(activations, factor * gradients, (9, 9))

    np.testing.assert_allclose(scaled, grad_cam.grad_cam(activations, gradients, (9, 9)), atol=1e-9)


@given(seed=st.integers(0, 2**32 - 1))
@settings(derandomize=True, max_examples=30)
def test_maps_lie_between_zero_and_one_and_follow_their_images(seed: int) -> None:
    activations, gradients = random(seed, 2, 4, 7, 7, 3)
    order = np.random.default_rng(seed).permutation(4)

    maps = grad_cam.grad_cam(activations, gradients, (28, 28))

    assert maps.min() >= 0
    assert maps.max() <= 1 + 1e-12
    np.testing.assert_allclose(
        grad_cam.grad_cam(activations[order], gradients[order], (28, 28)), maps[order], atol=1e-12
    )


def test_an_empty_map_stays_empty_and_finite() -> None:
    maps = grad_cam.grad_cam(np.ones((1, 7, 7, 2)), -np.ones((1, 7, 7, 2)), (28, 28))

    np.testing.assert_array_equal(maps, np.zeros((1, 28, 28)))


@given(height=st.integers(1, 9), width=st.integers(1, 9), seed=st.integers(0, 1000))
@settings(derandomize=True, max_examples=30)
def test_enlarging_keeps_constants_and_the_range(height: int, width: int, seed: int) -> None:
    maps = random(seed, 2, height, width)

    large = grad_cam.upsample(maps, (28, 28))

    assert large.min() >= maps.min() - 1e-12
    assert large.max() <= maps.max() + 1e-12
    np.testing.assert_allclose(grad_cam.upsample(np.ones_like(maps), (28, 28)), 1)


@pytest.mark.parametrize("shape", [(7, 7), (3, 5), (1, 4)])
def test_upsample_agrees_with_keras_in_value_and_gradient(shape: tuple[int, int]) -> None:
    import tensorflow as tf
    from keras import ops

    maps, upstream = random(0, 2, *shape), random(1, 2, 28, 28)
    inputs = tf.constant(maps[..., np.newaxis], tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        large = ops.image.resize(inputs, (28, 28), interpolation="bilinear", antialias=False)
        total = tf.reduce_sum(large[..., 0] * upstream.astype(np.float32))
    gradient = tape.gradient(total, inputs).numpy()[..., 0]

    close(grad_cam.upsample(maps, (28, 28)), large.numpy()[..., 0])
    close(upsample_gradient(upstream, shape), gradient)


def test_upsample_agrees_with_recorded_pytorch_in_value_and_gradient() -> None:
    cases = json.loads((paths.DATA / "pytorch" / "interpolate.json").read_text())

    for case in cases:
        maps, upstream = np.array(case["maps"]), np.array(case["upstream"])
        close(grad_cam.upsample(maps, tuple(case["size"])), np.array(case["value"]))
        close(upsample_gradient(upstream, maps.shape[1:]), np.array(case["gradient"]))
    assert len(cases) >= 3


def test_gradcam_agrees_with_keras_on_a_whole_small_network() -> None:
    """The same five steps in Keras alone, on a network with random weights."""
    import keras
    import tensorflow as tf
    from keras import layers

    keras.utils.set_random_seed(0)
    images = keras.Input((8, 8, 1))
    last = layers.Conv2D(3, 3, padding="same", activation="relu")(images)
    logits = layers.Dense(4)(layers.Flatten()(last))
    both = keras.Model(images, [last, logits])
    x = random(0, 5, 8, 8, 1).astype(np.float32)
    with tf.GradientTape() as tape:
        activations, scores = both(x)
        chosen = tf.reduce_max(scores, axis=1)
    gradients = tape.gradient(chosen, activations)
    weights = tf.reduce_mean(gradients, axis=(1, 2), keepdims=True)
    maps = tf.nn.relu(tf.reduce_sum(weights * activations, axis=3, keepdims=True))
    maps = tf.math.divide_no_nan(maps, tf.reduce_max(maps, axis=(1, 2), keepdims=True))
    expected = tf.image.resize(maps, (28, 28))[..., 0].numpy()

    close(grad_cam.grad_cam(activations.numpy(), gradients.numpy(), (28, 28)), expected)
    cure = tf.nn.relu(tf.reduce_sum(gradients * activations, axis=3)).numpy()
    close(grad_cam.hires_map(activations.numpy(), gradients.numpy()), cure)


def test_gradient_of_a_linear_head_is_its_weights() -> None:
    """A numeric gradient check of equation 1: a score linear in the activations."""
    kernel, activations = random(0, 7, 7, 4), random(1, 1, 7, 7, 4)
    numeric = np.zeros_like(activations)
    step = 1e-6
    for position in np.ndindex(*activations.shape):
        up, down = activations.copy(), activations.copy()
        up[position] += step
        down[position] -= step
        numeric[position] = (np.sum(up * kernel) - np.sum(down * kernel)) / (2 * step)

    weights = grad_cam.channel_weights(numeric)

    np.testing.assert_allclose(weights[0], kernel.mean(axis=(0, 1)), atol=1e-8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: grad_cam.channel_weights(np.ones((7, 7, 3))), r"`gradients` must have shape"),
        (
            lambda: grad_cam.class_activation_map(np.ones((2, 7, 7, 3)), np.ones((1, 3))),
            r"\(2, 3\); got \(1, 3\)",
        ),
        (
            lambda: grad_cam.hires_map(np.ones((1, 7, 7, 3)), np.ones((1, 7, 7, 2))),
            r"`gradients` must have shape \(1, 7, 7, 3\); got \(1, 7, 7, 2\)",
        ),
        (
            lambda: grad_cam.normalise(-np.ones((1, 2, 2))),
            r"`maps` must have no negative value; got -1",
        ),
        (
            lambda: grad_cam.normalise(np.ones((2, 2))),
            r"`maps` must have shape \(images, height, width\); got \(2, 2\)",
        ),
        (lambda: grad_cam.upsample(np.ones((1, 2, 2)), (0, 4)), "`size` must be an integer >= 1"),
        (lambda: grad_cam.upsample(np.ones((1, 2, 2)), (4, 4, 3)), "`size` must be an integer or"),
        (lambda: grad_cam.upsample(np.ones((2, 2)), (4, 4)), r"`maps` must have .*; got \(2, 2\)"),
        (
            lambda: grad_cam.grad_cam(np.ones((1, 7, 7, 3)), np.ones((1, 7, 7, 2)), (28, 28)),
            r"\(1, 7, 7, 3\); got \(1, 7, 7, 2\)",
        ),
    ],
)
def test_wrong_shapes_are_refused_with_the_rule_and_the_value(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()


def upsample_gradient(upstream: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return the gradient of sum(upstream * upsample(maps)): the map is linear, so transpose it."""
    units = np.eye(int(np.prod(shape))).reshape(-1, *shape)
    basis = grad_cam.upsample(units, upstream.shape[1:])  # (inputs, H, W)
    return np.einsum("nyx,byx->bn", basis, upstream).reshape(-1, *shape)


def close(actual: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(actual, expected, rtol=0, atol=FLOAT32 * np.abs(expected).max())
