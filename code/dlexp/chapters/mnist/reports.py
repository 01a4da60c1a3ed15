"""What the four reports print about their own measurements, as the page quotes it.

Chapter: book/mnist.md.
"""

IMAGES = 10_000
"""Test images of MNIST, by which all four judge."""

A_LAST, A_BEST = 0.9914, 0.9928
"""Test accuracy of report A's network after its last pass, and after its best one."""

B_LAST, B_BEST = 0.9921, 0.9936
"""The same of report B's network, which has twice the filters in its last convolution."""

C_RUNNING, C_VALIDATED = 0.8649, 0.9273
"""Report C's first pass: training accuracy as shown, and accuracy on its validation part."""

A_SLICE = 10_000
"""Images that report A's validation part has, all of them training images."""


def apart(one: float, other: float) -> int:
    """Return how many test images lie between two accuracies.

    Examples
    --------
    >>> apart(A_LAST, B_LAST)
    7
    """
    return round(abs(one - other) * IMAGES)
