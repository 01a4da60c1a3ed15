"""How many images a look takes: as many as the width that is wanted, and no more.

Looking costs more than training in most experiments of the book. An accuracy that is measured on
images drawn at random strays from the true one as a share of heads strays from a half.
"""

import math

LOOK = 500
"""Images per call of a network; divides the parts of MNIST, so that one graph is traced."""

Z = 1.959964
"""Standard deviations on each side that hold 95 % of a normal distribution."""

CHOICE = 0.015
"""Half-width that is enough to choose by: a moment, a learning rate, a configuration."""

REPORT = 0.01
"""Half-width that is enough to report by: the spread between seeds is seldom less."""

CURVE = 0.02
"""Half-width that is enough for a point of a curve that falls by tenths."""


def images_for(half_width: float, share: float) -> int:
    """Return the images that tell an accuracy to within a half-width in 95 of 100 cases.

    Parameters
    ----------
    half_width : float
        What may be missing to the accuracy over endlessly many images, in (0, 1).
    share : float
        The accuracy, about, in [0, 1]. The nearer to a half, the more images it takes.

    Returns
    -------
    int
        ``share * (1 - share) * (Z / half_width)**2``, rounded up to whole calls of ``LOOK``
        images.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference: the
    normal approximation that he improves on for shares near 0 and 1, where a look is cheap.

    Examples
    --------
    >>> images_for(0.02, share=0.5)  # 2,401, in whole calls
    2500
    >>> images_for(0.02, share=0.9)  # 865
    1000
    """
    if not 0 < half_width < 1:
        raise ValueError(f"`half_width` must be in (0, 1); got {half_width}")
    if not 0 <= share <= 1:
        raise ValueError(f"`share` must be in [0, 1]; got {share}")
    needed = share * (1 - share) * (Z / half_width) ** 2
    return max(1, math.ceil(needed / LOOK)) * LOOK
