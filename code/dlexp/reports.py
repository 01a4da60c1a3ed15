"""What four students' reports ask and say, item by item, with this book's verdict and answer.

``data/reports.json`` has one object, an item under each key, in the order of the reports::

    "003-1.1b": {
     "question": "1.1",
     "says": "Pixels are normalised by multiplying them by 255.",
     "verdict": "wrong",
     "answer": "The text multiplies; its code divides, which is right.",
     "pages": ["mnist#loading-with-five-chances-to-go-wrong"]
    }

The key begins with the number of the document. ``pages`` are places of the book, one in
the item's chapter first. ``for``, ``against`` and ``beside`` name claims with the verdict that the
answer assumes of them: claims that speak for the statement, against it, or that bear on it without
saying so or the contrary.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from dlexp import paths

FILE = paths.DATA / "reports.json"

REPORTS = {"000": "A", "001": "B", "003": "C", "004": "D"}
"""The letter of each report, by the number of its document."""

VERDICTS = {
    "right": ("for", "beside"),
    "incomplete": ("for", "beside"),
    "misleading": ("for", "against", "beside"),
    "wrong": ("against", "beside"),
    "unsupported": ("for", "against", "beside"),
    "never answered": ("beside",),
}
"""The verdicts, and how a claim may speak where each of them stands."""

SPEAKS = ("for", "against", "beside")
"""How a claim may bear on a statement."""


@dataclass(frozen=True)
class Item:
    """A question or statement of a report.

    Attributes
    ----------
    key : str
        As in the file, such as ``"000-1.3.1a"``.
    question : str
        The report's own number.
    says : str
        The question or statement, in our words.
    verdict : str
        One of `VERDICTS`.
    answer : str
        Ours, in MyST.
    pages : tuple of str
        ``"slug#anchor"``: the sections that bear the answer.
    claims : mapping of str to mapping
        How they speak, one of `SPEAKS`, to the verdicts that are assumed of claims, by their ids.
    """

    key: str
    question: str
    says: str
    verdict: str
    answer: str
    pages: tuple[str, ...]
    claims: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def letters(self) -> str:
        """The reports that it is about.

        Examples
        --------
        >>> Item("003-1.1b", "1.1", "", "wrong", "", ()).letters
        'C'
        """
        return REPORTS.get(self.key.partition("-")[0], "".join(REPORTS.values()))

    @property
    def chapter(self) -> str:
        """The chapter that answers it, on its first page or one that continues it."""
        page = self.pages[0].partition("#")[0]
        return paths.chapter(page, {page, *_pages()})

    @property
    def anchor(self) -> str:
        """Where it stands on the page of the reports.

        Examples
        --------
        >>> Item("003-1.1b", "1.1", "", "wrong", "", ()).anchor
        'report-c-1-1b'
        """
        _, _, rest = self.key.partition("-")
        name = f"{self.letters}-{rest}" if rest else self.key
        return "report-" + name.lower().replace(".", "-")

    def assumed(self) -> Iterator[tuple[str, str, str]]:
        """Yield how each claim speaks, its id, and the verdict that is assumed of it."""
        for speaks, verdicts in self.claims.items():
            for identifier, verdict in verdicts.items():
                yield speaks, identifier, verdict


@cache
def _pages() -> frozenset[str]:
    """Return the names of the book's pages."""
    return frozenset(page.stem for page in paths.BOOK.glob("*.md"))


def load(file: Path = FILE) -> list[Item]:
    """Return the items in the order of the file.

    Raises
    ------
    ValueError
        If an item lacks a field, has one that nobody knows, or another verdict.
    """
    return [_item(key, given) for key, given in json.loads(file.read_text("utf-8")).items()]


def _item(key: str, given: dict[str, object]) -> Item:
    known = {"question", "says", "verdict", "answer", "pages"}
    fields = given.keys() - set(SPEAKS)
    if fields != known:
        raise ValueError(f"{key} must have {', '.join(sorted(known))}; got {sorted(fields)}")
    if given["verdict"] not in VERDICTS:
        raise ValueError(f"{key} must be {', '.join(VERDICTS)}; got {given['verdict']}")
    claims = {speaks: given[speaks] for speaks in SPEAKS if speaks in given}
    texts = {name: str(given[name]) for name in known - {"pages"}}
    pages = given["pages"]
    if not isinstance(pages, list) or not pages:
        raise ValueError(f"{key} must name a page that answers it; got {pages!r}")
    return Item(key=key, pages=tuple(pages), claims=claims, **texts)  # type: ignore[arg-type]


def contradictions(item: Item, verdicts: Mapping[str, str]) -> Iterator[str]:
    """Yield where the verdict of an item and those of its claims do not go together.

    A claim must exist, and have the verdict that the answer assumes. One that is inconclusive
    speaks neither for nor against. What is right or incomplete has no claim against it, what is
    wrong none for it, and what was never answered neither.

    Parameters
    ----------
    item : Item
    verdicts : mapping of str to str
        Of all claims, by their ids.

    Examples
    --------
    >>> claims = {"against": {"mnist.leak_grows": "supported"}}
    >>> item = Item("003-1.1b", "1.1", "", "right", "", (), claims)
    >>> list(contradictions(item, {"mnist.leak_grows": "supported"}))
    ['003-1.1b is right; mnist.leak_grows must not speak against it']
    """
    for speaks, identifier, assumed in item.assumed():
        actual = verdicts.get(identifier)
        if actual is None:
            yield f"{item.key} must name claims that there are; got {identifier}"
        elif actual != assumed:
            yield f"{item.key} takes {identifier} for {assumed}; got {actual}"
        if speaks not in VERDICTS[item.verdict]:
            yield f"{item.key} is {item.verdict}; {identifier} must not speak {speaks} it"
        if assumed == "inconclusive" and speaks != "beside":
            yield f"{identifier} is inconclusive and must stand beside {item.key}; got {speaks}"
