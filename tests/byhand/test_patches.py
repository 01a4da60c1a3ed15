"""Windows and their fold: one is the adjoint of the other, and nothing is copied."""

import numpy as np
from hypothesis import given

import strategies
from dlexp.byhand import conv


@given(strategies.convolutions())
def test_fold_is_the_adjoint_of_windows(case: strategies.Convolution) -> None:
    """<windows(x), patches> = <x, fold(patches)> for all x and patches."""
    options = {name: case.options[name] for name in ("stride", "dilation")}
    seen = conv.windows(case.x, case.kernel.shape[:2], **options)
    patches = strategies.integers(0, *seen.shape)

    folded = conv.fold(patches, case.x.shape[1:3], **options)

    assert np.sum(seen * patches) == np.sum(case.x * folded)


def test_windows_copy_nothing() -> None:
    x = np.zeros((1, 8, 8, 2))

    seen = conv.windows(x, 3, stride=2, dilation=2)

    assert seen.shape == (1, 2, 2, 2, 3, 3)
    assert np.shares_memory(seen, x)
    assert not seen.flags.writeable
