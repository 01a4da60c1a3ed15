"""What a live figure is: a printed figure that answers to the reader where scripts run.

A chapter names its own in a module ``live``, as ``FIGURES``; ``dlexp.site.interactive`` shows them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class LiveFigure:
    """What a live figure loads.

    Attributes
    ----------
    scripts : tuple of str
        Names of scripts in ``book/_interactive``, without ``.js``, in the order in which they load.
    data : mapping of str to callable
        For each name that the scripts ask for, a function at the top of a module that returns,
        from records, what JSON has.
    """

    scripts: tuple[str, ...]
    data: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
