"""Where what is published shows: in a notebook below its cell, in the book where the page says.

This is known without Matplotlib, which a build of the book loads only where something is drawn.
"""

import os

IN_BOOK = "DLEXP_BOOK"
"""Set in the environment while the book is built: then nothing shows below its cell."""

NUMBERS = "numbers"
"""The name under which the metadata of a figure has the numbers that it shows, as CSV."""


def in_book() -> bool:
    """Return whether the book is being built."""
    return IN_BOOK in os.environ
