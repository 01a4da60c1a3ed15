"""A check of a function: what it is called with, and two things that must be the same.

A check knows nothing of how a function is written: it compares what comes out. The tests of
`dlexp.byhand` run the same checks on the book's own functions.
"""

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dlexp.grading.comparing import FLOAT64, call, difference

Floats: TypeAlias = NDArray[np.floating]
Function: TypeAlias = Callable[..., Any]
Arguments: TypeAlias = Mapping[str, Any]
Law: TypeAlias = Callable[[Function, Arguments], tuple[Any, Any]]
"""What a function must obey: from it and its arguments, what came out and what must."""

Kind: TypeAlias = Literal["paper", "law", "agreement", "differences", "messages"]

KINDS: dict[Kind, str] = {
    "paper": "a case on paper",
    "law": "a law",
    "agreement": "the book's own values",
    "differences": "a numeric gradient",
    "messages": "error messages",
}
"""The five kinds. The book's own values are held to Keras and PyTorch by its tests."""

BY_DIFFERENCES = 1e-5
"""As `FLOAT64`, of gradients by differences of a function that is curved."""


class Problem(NamedTuple):
    """Where a check fails: at which call, what should have come out, and what did."""

    call: tuple[str, ...]
    expected: str
    got: str


@dataclass(frozen=True)
class Check:
    """A property of one function, in words, and how it is seen.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    words : str
        What must hold.
    arguments : mapping of str to object
        What the function is called with, by name; each call gets copies.
    law : callable
        Returns what came out and what must.
    tolerance : float
        See `FLOAT64`.
    """

    kind: Kind
    words: str
    arguments: Arguments
    law: Law
    tolerance: float = FLOAT64

    def problem(self, function: Function) -> Problem | None:
        """Return what is wrong with a function, if anything is.

        What the function raises is raised, but for what a check of messages waits for.
        """
        got, expected = self.law(_on_copies(function), copy.deepcopy(dict(self.arguments)))
        apart = difference(got, expected, self.tolerance)
        return Problem(call(self.arguments), *apart) if apart else None


def _on_copies(function: Function) -> Function:
    """Return a function that cannot change what it is given."""

    def safe(**arguments: Any) -> Any:
        return function(**copy.deepcopy(arguments))

    return safe


# --- The five kinds -----------------------------------------------------------------------------


def paper(words: str, expected: Any, **arguments: Any) -> Check:
    """Return a check against what was computed on paper."""
    return Check("paper", words, arguments, lambda function, given: (function(**given), expected))


def law(words: str, holds: Law, **arguments: Any) -> Check:
    """Return a check of a law at some arguments."""
    return Check("law", words, arguments, holds)


def agreement(words: str, ours: Function, **arguments: Any) -> Check:
    """Return a check against a function of the book's."""
    return Check(
        "agreement",
        words,
        arguments,
        lambda function, given: (function(**given), ours(**given)),
    )


def differences(
    words: str, forward: Function, *, by: tuple[str, ...], step: float = 1e-4, **arguments: Any
) -> Check:
    """Return a check of gradients against differences of a function of the book's.

    Parameters
    ----------
    words : str
    forward : callable
        Takes the arguments by name, without ``upstream``.
    by : tuple of str
        The arguments that the gradients are with respect to, in their order.
    step : float
        Half of how far two values lie apart.
    **arguments : object
        With ``upstream``, if the value is no single number.
    """

    def compared(function: Function, given: Arguments) -> tuple[Any, Any]:
        rest = {name: value for name, value in given.items() if name != "upstream"}
        upstream = given.get("upstream", np.ones(()))
        slopes = {
            name: numeric_gradient(
                lambda value, name=name: forward(**{**rest, name: value}),
                rest[name],
                upstream,
                step=step,
            )
            for name in by
        }
        got = function(**given)
        if len(by) == 1:
            return got, slopes[by[0]]
        return (got[: len(by)] if isinstance(got, tuple | list) else got), slopes

    return Check("differences", words, arguments, compared, BY_DIFFERENCES)


def numeric_gradient(function: Function, at: Floats, upstream: Floats, *, step: float) -> Floats:
    """Return the gradient of sum(upstream * function(at)) by central differences.

    For a function that is linear as far as ``step`` reaches, it is exact but for rounding.

    Examples
    --------
    >>> numeric_gradient(lambda x: x**2, np.array([3.0]), np.ones(1), step=0.5)
    array([6.])
    """
    gradient = np.zeros_like(at)
    for position in np.ndindex(at.shape):
        moved = np.zeros_like(at)
        moved[position] = step
        change = function(at + moved) - function(at - moved)
        gradient[position] = np.sum(upstream * change) / (2 * step)
    return gradient


def refusal(words: str, ours: Function, **arguments: Any) -> Check:
    """Return a check that arguments are refused as the book's function refuses them.

    The sentence is free: a ``ValueError`` must name the same argument, and what was received.
    """

    def compared(function: Function, given: Arguments) -> tuple[str, str]:
        message = _refused(ours, given)
        _, name, _ = message.split("`", 2)
        received = message.rpartition("; got ")[2].rpartition("=")[2]
        expected = f"a ValueError that names {name} and what it got, {received}"
        try:
            function(**given)
        except ValueError as error:
            named = re.search(rf"\b{re.escape(name)}\b", str(error))
            fits = named and received in str(error)
            return (expected if fits else f"ValueError: {error}"), expected
        except Exception as error:
            return f"{type(error).__name__}: {error}", expected
        return "no error", expected

    return Check("messages", words, arguments, compared)


def _refused(function: Function, arguments: Arguments) -> str:
    try:
        function(**arguments)
    except ValueError as error:
        return str(error)
    raise AssertionError(f"the book's own function must refuse {list(call(arguments))}")


def drawn(seed: int, *shape: int) -> Floats:
    """Return quarters from -2 to 2: sums of them are exact, and quick to read.

    Examples
    --------
    >>> drawn(0, 3)
    array([1.5, 0.5, 0. ])
    """
    return np.random.default_rng(seed).integers(-8, 9, shape) / 4
