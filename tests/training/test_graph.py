"""Training inside one graph: each fit starts afresh, and its steps are those of Adam."""

import keras
import numpy as np

from dlexp import data, training


def refit(batch_size: int = 25) -> training.Refit:
    def build() -> keras.Model:
        return keras.Sequential(
            [
                keras.layers.Input((28, 28, 1)),
                keras.layers.Flatten(),
                keras.layers.Dropout(0.3),
                keras.layers.Dense(10),
            ]
        )

    return training.Refit(build, data.load("mnist").subset(110).train, batch_size=batch_size)


def test_a_fit_does_not_depend_on_what_was_fitted_before() -> None:
    each, part = refit(), data.load("mnist").subset(110).train

    def weights(seed: int, rate: float) -> list[np.ndarray]:
        assert list(each.epochs(2, seed=seed, learning_rate=rate)) == [1, 2]
        return list(each.model.get_weights())

    first = weights(3, 0.01)
    other = weights(4, 0.03)
    again = weights(3, 0.01)

    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.allclose(first[0], other[0])
    assert each.hits(part).mean() > 0.5
    assert each.hits(part).shape == (110,)


def test_the_first_step_of_a_refit_is_as_long_as_adam_says() -> None:
    """Adam's first step is the learning rate, whatever the gradient; 110 images make one step."""
    each = refit(batch_size=110)
    keras.utils.set_random_seed(5)
    start = each._build().get_weights()[1]

    list(each.epochs(1, seed=5, learning_rate=0.02))

    moved = np.abs(each.model.get_weights()[1] - start)
    np.testing.assert_allclose(moved, 0.02, rtol=1e-2)
