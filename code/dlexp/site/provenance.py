"""What the page on reproducibility shows of all records: what they cost, and what made them."""

from collections.abc import Iterable, Sequence

from dlexp import chapters
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.looks import CHOICE, CURVE, REPORT, images_for

FACTS = {
    "processor": "processor",
    "instructions": "vector instructions",
    "platform": "platform",
    "python": "Python",
    "threads": "threads per unit",
}
"""Entries of a record's provenance, in words."""


def all_runs() -> list[Runs]:
    """Return the published runs of every chapter."""
    return [chapters.load(slug) for slug in chapters.slugs()]


def costs(books: Sequence[Runs]) -> None:
    """Say how many units each chapter has, how long they took, and how long they may take."""
    rows: list[list[str | int]] = [
        [
            runs.slug,
            len(runs),
            formatted(minutes(runs), ".1f"),
            formatted(chapters.budget(runs.slug), ".0f"),
        ]
        for runs in books
    ]
    away = [chapters.load_elsewhere(runs.slug) for runs in books]
    units, spent = sum(map(len, away)), sum(map(minutes, away))
    allowed = formatted(chapters.TRAVELS_BUDGET, ".0f")
    rows.append(["on Fashion-MNIST", units, formatted(spent, ".1f"), allowed])
    header = ["chapter", "units", "CPU-minutes", "budget"]
    publish.table("costs", header, rows, caption="What each chapter's records cost, from nothing")
    publish.number("units", sum(map(len, books)) + units, "d")
    publish.number("minutes", sum(map(minutes, books)) + spent, ".0f")


def minutes(records: Iterable[Record]) -> float:
    """Return the time that processors spent on some records."""
    return float(sum(record.provenance["cpu_seconds"] for record in records)) / 60


def looks() -> None:
    """Say how many images a look takes, by what it is for and by the accuracy that is met."""
    shares = (0.98, 0.95, 0.9, 0.5)
    purposes = {
        "to choose by": CHOICE, "to report": REPORT, "a point of a steep curve": CURVE,
    }  # fmt: skip
    rows = [
        [purpose, f"±{width:g}", *(f"{images_for(width, share):,}" for share in shares)]
        for purpose, width in purposes.items()
    ]
    header = ["a look", "within", *(f"at {share:g}" for share in shares)]
    caption = "Images of a look, by the accuracy that it meets, in whole calls"
    publish.table("looks", header, rows, caption=caption)


def machine(books: Sequence[Runs]) -> None:
    """Say what the records were made on and with."""
    made = [record.provenance for runs in books for record in runs]
    versions = [provenance["versions"] for provenance in made]
    rows = [[words, _listed(p[name] for p in made)] for name, words in FACTS.items()]
    rows += [
        [name, _listed(noted[name] for noted in versions if name in noted)]
        for name in sorted({name for noted in versions for name in noted})
    ]
    caption = "The machine and the versions it had"
    publish.table("machine", ["what", "value"], rows, caption=caption)


def _listed(values: Iterable[object]) -> str:
    """Return different values in words, sorted."""
    return ", ".join(sorted({str(value) for value in values}))
