"""What the tiny book claims."""

from collections.abc import Iterator

from dlexp.lab.claims import Claim
from dlexp.lab.runs import Runs


def claims(runs: Runs) -> Iterator[Claim]:
    """Settle one sentence, and count a case that never fails."""
    values = runs("measure").numbers("value")
    yield runs("measure").above("above_zero", "mean value", values)
    yield runs("measure").never(
        "never_nine", "values that are nine, share", failures=sum(values == 9), trials=len(values)
    )
