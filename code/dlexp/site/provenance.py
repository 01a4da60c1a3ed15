"""What the page on reproducibility shows of all records: what they cost, and what made them."""

from collections.abc import Iterable, Sequence

from dlexp import chapters
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs

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
    """Say how many units each chapter has, and how long they took."""
    rows: list[list[str | int]] = [[runs.slug, len(runs), _minutes(runs)] for runs in books]
    header = ["chapter", "units", "minutes on one core"]
    publish.table("costs", header, rows, caption="What each chapter's records cost")
    publish.number("units", sum(map(len, books)), "d")


def _minutes(records: Iterable[Record]) -> str:
    return formatted(sum(record.provenance["seconds"] for record in records) / 60, ".1f")


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
