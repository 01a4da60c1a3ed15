"""What the reports say of their convolutional networks.

Chapter: book/convolutional_networks.md.
"""

C, D, A, B = 0.9935, 0.98, 0.9914, 0.9921
"""Accuracies on the test images, after the last pass; report D gives two digits."""

STATED = {"C": C, "D": D, "A": A, "B": B}

PASSES = {"C": 10, "D": 10, "A": 15, "B": 15}
"""Over all training images."""

LOGGED_C = (0.9817, 0.9862, 0.9890, 0.9894, 0.9908, 0.9909, 0.9912, 0.9921, 0.9926, 0.9935)
"""Report C's validation accuracy, which is that of the test images, pass by pass."""

GOAL = 0.99
"""What a small network should reach, in as little time as can be."""

PASSES_TO_GOAL = next(i for i, right in enumerate(LOGGED_C, start=1) if right >= GOAL)
"""Of report C's recipe."""

TRAINED = 60_000
"""Images of a pass of report C, which sets none aside for validation."""

TESTED = 10_000
"""Images of the test set."""


def wrong(report: str) -> int:
    """Return how many test images a report got wrong.

    Examples
    --------
    >>> wrong("A"), wrong("B"), wrong("C")
    (86, 79, 65)
    """
    return round((1 - STATED[report]) * TESTED)
