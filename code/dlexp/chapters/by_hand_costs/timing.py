"""Calls that take turns at the clock, what they hold in memory, and whether they agree.

Chapter: book/by_hand_costs.md.
"""

import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from dlexp import clock
from dlexp.byhand.arrays import Floats

Call: TypeAlias = Callable[[], Any]
"""Computes everything anew and returns an array, or a sequence of them."""


@dataclass(frozen=True, kw_only=True)
class Contest:
    """One function, asked of several.

    Attributes
    ----------
    by_hand : callable
    framework : callable
    size : int
        Bytes of what comes in.
    loops : callable, optional
        The same in plain loops, on the first of ``parts`` equal parts: images or sequences.
    parts : int
    """

    by_hand: Call
    framework: Call
    size: int
    loops: Call | None = None
    parts: int = 1

    calls: tuple[Call, ...] = field(init=False)

    def __post_init__(self) -> None:
        both = (self.by_hand, self.framework)
        object.__setattr__(self, "calls", both + ((self.loops,) if self.loops else ()))


def turns(contest: Contest, rounds: int, seconds: float) -> Floats:
    """Return what each call takes, in seconds of the processor, turn by turn: (rounds, calls).

    The calls take turns, so that what else the machine does meets all of them. Loops, which are
    asked for a part alone, count as often as there are parts.
    """
    scale = (1, 1, contest.parts)[: len(contest.calls)]
    for call in contest.calls[:2]:
        call()  # a framework builds its graph now
    times = [[clock.seconds(call, seconds) for call in contest.calls] for _ in range(rounds)]
    return np.array(times) * scale


def peak(call: Call) -> int:
    """Return the most bytes that NumPy and Python held at once for a call, its inputs left out."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def differing(contest: Contest, tolerance: float) -> int:
    """Return how many of the others give another result than by hand, loops on their part."""
    by_hand = _arrays(contest.by_hand())
    count = sum(_differ(by_hand, _arrays(contest.framework()), tolerance))
    if contest.loops:
        first = [array[: len(array) // contest.parts] for array in by_hand]
        count += sum(_differ(first, _arrays(contest.loops()), tolerance))
    return count


def _arrays(result: Any) -> list[Floats]:
    several = isinstance(result, tuple)
    return [np.asarray(array) for array in (result if several else (result,))]


def _differ(ours: Sequence[Floats], others: Sequence[Floats], tolerance: float) -> tuple[bool]:
    """Return whether any array is another one, up to a share of its largest value."""
    agree = len(ours) == len(others) and all(
        one.shape == other.shape and np.abs(one - other).max() <= tolerance * np.abs(one).max()
        for one, other in zip(ours, others, strict=True)
    )
    return (not agree,)


def measured(
    contests: Mapping[str, Contest], rounds: int, seconds: float, tolerance: float
) -> tuple[dict[str, int], dict[str, Floats]]:
    """Return how many calls differ, and the times and the memory by hand, function by function.

    Memory is in multiples of what comes in.
    """
    differ = {name: differing(each, tolerance) for name, each in contests.items()}
    arrays: dict[str, Floats] = {}
    for name, contest in contests.items():
        arrays[name] = turns(contest, rounds, seconds)
        arrays[f"{name}_memory"] = np.array(peak(contest.by_hand) / contest.size)
    return differ, arrays
