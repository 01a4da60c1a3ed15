"""How long a call takes: seconds of the processor, from as many calls as fill a turn."""

import time
from collections.abc import Callable


def seconds(call: Callable[[], object], least: float) -> float:
    """Return what one call takes.

    Parameters
    ----------
    call : function
    least : float
        Seconds that a turn takes at least: the call is repeated until they have passed.

    Returns
    -------
    float
        Seconds of the processor, a call.

    Examples
    --------
    >>> 0 < seconds(lambda: sum(range(1000)), 0.001) < 0.001
    True
    """
    count, start = 0, time.process_time()
    while True:
        call()
        count += 1
        passed = time.process_time() - start
        if passed >= least:
            return passed / count
