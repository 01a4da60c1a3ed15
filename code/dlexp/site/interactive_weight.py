"""What the live figures weigh, and what the book allows them to."""

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dlexp.draw.table import table_html
from dlexp.site import interactive_files as files

CODE = (40_000, 15_000)
"""Bytes that the scripts and the style of one page may have, as they lie there and compressed."""

DATUM = 400_000
"""Bytes that one piece of data may have, such as a network."""

WHOLE_PAGE = 1_000_000
"""Bytes that all the live figures of a page may load."""


@dataclass(frozen=True)
class Weight:
    """What something adds to a site, in bytes.

    Attributes
    ----------
    what : str
        In words.
    raw, compressed : int
        As it lies in the folder, and as a server sends it.
    limits : tuple of int
        What it may weigh, raw and compressed, as far as that is limited.
    """

    what: str
    raw: int
    compressed: int
    limits: tuple[int, ...]

    @property
    def fits(self) -> bool:
        """Whether it keeps its limits."""
        both = (self.raw, self.compressed)
        return all(weight <= limit for weight, limit in zip(both, self.limits, strict=False))


def _weight(what: str, parts: Iterable[bytes], *limits: int) -> Weight:
    pairs = [(len(part), len(gzip.compress(part, mtime=0))) for part in parts]
    return Weight(what, sum(raw for raw, _ in pairs), sum(small for _, small in pairs), limits)


def weights(pages: Mapping[str, Iterable[str]]) -> list[Weight]:
    """Return the weights of live figures, with the limits that the book has set itself.

    Parameters
    ----------
    pages : mapping of str to iterables of str
        The live figures of each page, by the page's name in words.

    Returns
    -------
    list of Weight
        Scripts and style of each page; each piece of data; each page with all that it loads.
    """
    shown = {page: list(names) for page, names in pages.items()}
    codes = {page: _codes(names) for page, names in shown.items()}
    rows = [_weight(f"{page}: scripts and style", code, *CODE) for page, code in codes.items()]
    for name in files.data_names(name for names in shown.values() for name in names):
        rows.append(_weight(f"data: {name}", [files.data_bytes(name)], DATUM))
    for page, names in shown.items():
        parts = [*codes[page], *map(files.data_bytes, files.data_names(names))]
        rows.append(_weight(f"{page}: all", parts, WHOLE_PAGE))
    return rows


def _codes(names: Iterable[str]) -> list[bytes]:
    """Return the scripts and the style of some figures, each once."""
    sources = {file for name in names for file in files.script_files(name)}
    return [files.published(file) for file in sorted(sources)]


def table(pages: Mapping[str, Iterable[str]]) -> str:
    """Return `weights` as a table in HTML."""
    rows: list[list[str | int]] = [
        [weight.what, weight.raw, weight.compressed, " / ".join(map("{:,}".format, weight.limits))]
        for weight in weights(pages)
    ]
    header = ["what", "bytes", "compressed", "limit"]
    return table_html(header, rows, caption="What the live figures weigh")
