"""Inverted dropout: what is dropped, what is scaled, and what inference leaves alone.

Chapter: book/pooling_dropout.md. ``rate`` is the share of the units that is dropped, as in Keras
and PyTorch; Srivastava et al. (2014) write p for the share that is kept.

References
----------
Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), Dropout: a simple way to
prevent neural networks from overfitting. They scale the weights for inference; scaling the kept
units in training instead is called *inverted*, and is what the frameworks do.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dlexp.byhand.arrays import Floats, require_floats, require_shared_mask
from dlexp.byhand.precision import keeps_precision
from dlexp.byhand.settings import require_instance, require_rate, require_sizes


def mask(rate: float, shape: Sequence[int], generator: np.random.Generator) -> NDArray[np.bool_]:
    """Draw which units are kept, each on its own.

    Parameters
    ----------
    rate : float
        Share of the units to drop, in [0, 1).
    shape : sequence of int
        Of the units: (B, ...) gives each example its own mask. An axis of length one shares the
        mask along it: (B, 1, 1, C) drops whole channels of images.
    generator : numpy.random.Generator
        Equal states give equal masks.

    Returns
    -------
    bool array of the given shape
        True where a unit is kept.

    Raises
    ------
    ValueError
        If ``rate`` is out of range.

    Examples
    --------
    >>> mask(0.5, (2, 4), np.random.default_rng(0))
    array([[ True, False, False, False],
           [ True,  True,  True,  True]])
    """
    require_rate(rate=rate)
    require_sizes(0, shape=shape)
    require_instance(np.random.Generator, "a NumPy generator", generator=generator)
    kept: NDArray[np.bool_] = generator.random(tuple(shape)) >= rate
    return kept


@keeps_precision
def forward(x: Floats, rate: float, kept: NDArray[np.bool_] | None = None) -> Floats:
    """Drop units in training and scale the kept ones by 1 / (1 - rate); else do nothing.

    Parameters
    ----------
    x : array of any shape
    rate : float
        Share of the units that is dropped, in [0, 1).
    kept : bool array, optional
        From `mask`; its axes are as long as those of ``x``, or one. Without it this is inference,
        and ``x`` is returned as it is.

    Returns
    -------
    array of the shape of ``x``
        Its mean over masks is ``x``, so that nothing is left to scale in inference.

    Raises
    ------
    ValueError
        If ``rate`` is out of range, or ``kept`` does not fit or is not of booleans.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0, 4.0])
    >>> forward(x, 0.75, np.array([True, False, False, True]))
    array([ 4.,  0.,  0., 16.])
    >>> forward(x, 0.75)
    array([1., 2., 3., 4.])
    """
    require_rate(rate=rate)
    require_floats(x=x)
    if kept is None:
        return x
    require_shared_mask("kept", kept, x.shape)
    scaled: Floats = np.where(kept, x / (1 - rate), 0)
    return scaled


@keeps_precision
def gradient(upstream: Floats, rate: float, kept: NDArray[np.bool_] | None = None) -> Floats:
    """Return the gradient of `forward` with respect to its input.

    Dropout multiplies each unit by a constant, so its gradient is dropout with the same mask.

    Parameters
    ----------
    upstream : array of the shape of the output
        Gradient with respect to the output.
    rate, kept
        As they were in `forward`.

    Returns
    -------
    array of the shape of ``upstream``

    Raises
    ------
    ValueError
        As in `forward`.

    Examples
    --------
    >>> gradient(np.ones(3), 0.5, np.array([True, False, True]))
    array([2., 0., 2.])
    """
    require_floats(upstream=upstream)
    return forward(upstream, rate, kept)
