"""What the functions of this package ask of the arrays that they are given."""

import numpy as np


def require_floats(**arrays: object) -> None:
    """Raise a ValueError that names an array which is none, or whose numbers are not floats.

    Whole numbers of few bits would overflow in silence: eight sums of 200 are 64 in ``uint8``.

    Examples
    --------
    >>> require_floats(x=np.zeros(3))
    >>> require_floats(kernel=np.full(8, 200, np.uint8))
    Traceback (most recent call last):
        ...
    ValueError: `kernel` must be a NumPy array of floats; got an array of uint8
    >>> require_floats(bias=[0.5])
    Traceback (most recent call last):
        ...
    ValueError: `bias` must be a NumPy array of floats; got list
    """
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            got = type(array).__name__
        elif not np.issubdtype(array.dtype, np.floating):
            got = f"an array of {array.dtype}"
        else:
            continue
        raise ValueError(f"`{name}` must be a NumPy array of floats; got {got}")
