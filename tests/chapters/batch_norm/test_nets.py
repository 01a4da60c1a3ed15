"""The nets of the chapter on batch normalisation: what they have, and how parts are normalised."""

import numpy as np
import pytest

from dlexp.chapters.batch_norm import nets


def test_a_dense_hidden_layer_is_as_wide_as_the_page_says() -> None:
    hidden = nets.network("dense").layers[1]

    assert hidden.units == nets.WIDTH


def test_nets_have_what_they_are_asked_for() -> None:
    plain, normal = nets.network("dense"), nets.network("dense", nets.normal())
    bare = nets.network("conv", nets.normal(), bias=False)

    assert normal.count_params() - plain.count_params() == 3 * 4 * 64
    assert sum(layer.count_params() for layer in bare.layers if "conv" in layer.name) == 9 * (
        8 + 8 * 16 + 16 * 16
    )
    with pytest.raises(ValueError, match='`kind` must be "dense" or "conv"; got \'lstm\''):
        nets.network("lstm")


def test_scaled_weights_are_the_same_up_to_the_scale() -> None:
    weights = [np.ones((3, 2), np.float32), np.full(2, 7, np.float32)]

    small, large = (nets.scaled(weights, scale, 0) for scale in (1e-6, 1.0))

    np.testing.assert_allclose(small[0] * 1e6, large[0], rtol=1e-6)
    np.testing.assert_array_equal(small[1], weights[1])
