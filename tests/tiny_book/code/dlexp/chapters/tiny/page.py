"""What the page of the tiny book places."""

from dlexp.draw import publish, style
from dlexp.draw.drawing import Drawing
from dlexp.lab.runs import Runs


def values(runs: Runs) -> None:
    """Show the values: a number, a figure, a table."""
    seen = runs("measure").numbers("value")
    publish.number("count", len(seen), "d")
    figure, axes = style.new()
    axes[0, 0].plot(seen)
    publish.figure("values", Drawing(figure, "A line through the values of the seeds."))
    rows = [[f"seed {seed}", f"{value:g}"] for seed, value in zip(runs.seeds, seen, strict=True)]
    publish.table("by_seed", ["seed", "value"], rows, caption="The value of each seed")
