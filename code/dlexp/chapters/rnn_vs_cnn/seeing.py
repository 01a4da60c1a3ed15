"""What it takes for stacked convolutions to see a whole sequence, and what a new step costs.

Chapter: book/rnn_vs_cnn.md. Formulas alone; `counting` and `laws` hold them to Keras.
"""

from dlexp.byhand import recurrent


def depth(length: int, taps: int, *, doubling: bool) -> int:
    """Return how many stacked convolutions it takes until an output sees so many steps.

    Parameters
    ----------
    length : int
        Steps, >= 1.
    taps : int
        Of each kernel, >= 2.
    doubling : bool
        Whether each layer has twice the dilation of the one before.

    Examples
    --------
    >>> [depth(32, 2, doubling=doubling) for doubling in (False, True)]
    [31, 5]
    """
    layers, seen, dilation = 0, 1, 1
    while seen < length or not layers:
        layers, seen = layers + 1, seen + (taps - 1) * dilation
        dilation *= 2 if doubling else 1
    return layers


def stack_parameters(length: int, features: int, width: int, taps: int, *, doubling: bool) -> int:
    """Return the parameters of the convolutions, of one width, that see so many steps.

    Examples
    --------
    >>> stack_parameters(3, 8, 16, 3, doubling=False)  # one layer
    400
    """
    above = depth(length, taps, doubling=doubling) - 1
    first = recurrent.conv1d_parameters(taps, features, width)
    return first + above * recurrent.conv1d_parameters(taps, width, width)


def step_costs(length: int, features: int, width: int, taps: int) -> dict[str, tuple[int, int]]:
    """Return what a new step of a running sequence costs each net that sees so many steps.

    Multiplications by weights, and numbers that must be kept from one step to the next. The
    convolutions are dilated and look back only; they compute all that their last output depends
    on, or keep what each layer will need again.

    Examples
    --------
    >>> step_costs(32, 8, 8, 2)["LSTM"]
    (512, 16)
    """
    layers = depth(length, taps, doubling=True)
    inputs = [features] + [width] * (layers - 1)
    each = [taps * into * width for into in inputs]
    kept = sum((taps - 1) * 2**layer * into for layer, into in enumerate(inputs))
    again = sum(cost * places for cost, places in zip(each, _places(layers, taps), strict=True))
    return {
        "simple": ((features + width) * width, width),
        "LSTM": (4 * (features + width) * width, 2 * width),
        "convolutions, computed again": (again, (1 + (taps - 1) * (2**layers - 1)) * features),
        "convolutions, kept": (sum(each), kept),
    }


def _places(layers: int, taps: int) -> list[int]:
    """Return at how many places each layer is needed for one last output.

    Layer by layer, the places of one output are spread by the dilations of all layers above.
    """
    seen = {0}
    counts = []
    for layer in reversed(range(layers)):
        counts.append(len(seen))
        seen = {place + tap * 2**layer for place in seen for tap in range(taps)}
    return counts[::-1]
