"""Each page says how it is cited: an entry for BibTeX, folded at its end.

What an entry says of the edition stands in ``CITATION.cff``; whether it is still being written, in
the first heading of ``CHANGELOG.md``. It names the day of the edition and that of the page's latest
results, and no commit: a copy of the book without its history must give the same bytes.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from html import escape
from typing import Any, NamedTuple

import yaml  # type: ignore[import-untyped,unused-ignore]
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from dlexp import paths
from dlexp.lab import drafts
from dlexp.site.addresses import absolute, address
from dlexp.site.evidence import evidence
from dlexp.site.stated import followed_chapters

FILE = paths.PROJECT / "CITATION.cff"
CHANGELOG = paths.PROJECT / "CHANGELOG.md"

OPEN = "Unreleased"
"""The heading there of the edition that is being written: the one that ``CITATION.cff`` names."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""As BibTeX knows them, in every language of a shell."""

NEEDED = ("title", "authors", "version", "date-released")
"""What an entry takes from that file."""

SAYS = """\
<p>The edition is that of <code>CITATION.cff</code> of the repository. Add <code>url</code>, if it
is missing, and <code>urldate</code>. <em>Results of</em> is the day of the newest record on this
page. If you built the site yourself from a clean checkout, <code>git rev-parse HEAD</code> names
its commit.</p>
"""


class Edition(NamedTuple):
    """What ``CITATION.cff`` says of the book."""

    title: str
    authors: tuple[str, ...]
    """As BibTeX wants them: a group in braces, a person with the family name first."""
    version: str
    released: date


@cache
def edition(text: str) -> Edition:
    """Return what a citation file says.

    Parameters
    ----------
    text : str
        In the Citation File Format, 1.2.

    Raises
    ------
    ValueError
        If it lacks something that an entry needs, or its date is none.

    Examples
    --------
    >>> made = edition('''{title: Nets, version: 1.0.0, date-released: 2026-01-31,
    ...     authors: [{name: A group}, {family-names: Rosenblatt, given-names: Frank}]}''')
    >>> made.authors, made.released.year
    (('{A group}', 'Rosenblatt, Frank'), 2026)
    """
    given = yaml.safe_load(text)
    missing = [name for name in NEEDED if not given.get(name)]
    if missing:
        raise ValueError(f"CITATION.cff must have {', '.join(NEEDED)}; got no {missing[0]}")
    released = given["date-released"]
    if not isinstance(released, date):
        raise ValueError(f"date-released of CITATION.cff must be a day; got {released!r}")
    authors = tuple(map(_author, given["authors"]))
    return Edition(given["title"], authors, str(given["version"]), released)


def _author(given: Mapping[str, str]) -> str:
    if "name" in given:
        return f"{{{given['name']}}}"
    return f"{given['family-names']}, {given['given-names']}"


def is_open(changelog: str) -> bool:
    r"""Return whether a changelog begins with an edition that is still being written.

    Examples
    --------
    >>> is_open("# Changes\n\n## Unreleased\n"), is_open("# Changes\n\n## 1.0.0\n")
    (True, False)
    """
    newest = re.search(r"^## (.+)$", changelog, re.MULTILINE)
    return newest is not None and newest[1].strip() == OPEN


def entry(
    book: Edition, slug: str, title: str, *, draft: bool = False, results: str = "", url: str = ""
) -> str:
    r"""Return an entry for BibTeX: of a page, or of the book where it has the book's title.

    Parameters
    ----------
    book : Edition
    slug, title : str
        Of the page.
    draft : bool
        Whether the edition is still being written, so that its number does not fix the text.
    results : str, optional
        The day of the page's latest results, ``"2026-01-31"``.
    url : str, optional
        Where the page is, if the site has an address.

    Examples
    --------
    >>> book = Edition("Nets", ("{A group}",), "1.0.0", date(2026, 1, 31))
    >>> print(entry(book, "batch_norm", "Means & variances", results="2026-01-30"))
    @incollection{nets-batch-norm,
      author    = {{A group}},
      title     = {{Means \& variances}},
      booktitle = {{Nets}},
      edition   = {1.0.0},
      year      = {2026},
      month     = jan,
      note      = {Edition of 2026-01-31, results of 2026-01-30}
    }
    """
    whole = title == book.title
    state = f"Draft of edition {book.version}," if draft else "Edition of"
    note = f"{state} {book.released}" + (f", results of {results}" if results else "")
    fields = {
        "author": f"{{{' and '.join(book.authors)}}}",
        "title": f"{{{{{_tex(title)}}}}}",
        **({} if whole else {"booktitle": f"{{{{{_tex(book.title)}}}}}"}),
        "edition": f"{{{book.version}}}",
        "year": f"{{{book.released.year}}}",
        "month": MONTHS[book.released.month - 1],
        "note": f"{{{note}}}",
        **({"url": f"{{{url}}}"} if url else {}),
    }
    lines = ",\n".join(f"  {name:<9} = {value}" for name, value in fields.items())
    names = [book.title] if whole else [book.title, slug]
    key = "-".join(re.sub(r"\W+|_", "-", name.lower()) for name in names)
    return f"@{'book' if whole else 'incollection'}{{{key},\n{lines}\n}}"


def _tex(text: str) -> str:
    r"""Return a text with the signs escaped that mean something else in TeX.

    Examples
    --------
    >>> print(_tex("5 % & more"))
    5 \% \& more
    """
    return re.sub(r"[&%$#_{}]", r"\\\g<0>", text)


def _latest(slugs: Iterable[str]) -> str:
    """Return the day of the latest record of some chapters, if they have one."""
    records = [record for slug in slugs for record in evidence(slug).records.values()]
    return max((record.provenance["date"][:10] for record in records), default="")


def offer(
    app: Sphinx,
    pagename: str,
    _templatename: str,
    context: dict[str, Any],
    doctree: nodes.Node | None,
) -> None:
    """Put the entry at the end of a page; not in a draft, which nobody should cite."""
    if doctree is None or drafts.are_shown():
        return
    book = edition(app.config.dlexp_citation)
    made = entry(
        book,
        address(pagename),
        book.title if pagename == app.config.root_doc else app.env.titles[pagename].astext(),
        draft=app.config.dlexp_edition_is_open,
        results=_latest(sorted(followed_chapters(app.env).get(pagename, ()))),
        url=absolute(app.config.html_baseurl, pagename),
    )
    context["body"] += (
        '<details class="cite">\n<summary>Cite this page</summary>\n'
        '<div class="cite-entry"><div class="highlight">'
        f"<pre>{escape(made, quote=False)}\n</pre></div></div>\n{SAYS}</details>\n"
    )


def read(_app: Sphinx, config: Config) -> None:
    """Read the files of the edition: when it is another, every page is read again."""
    try:
        config.dlexp_citation = FILE.read_text("utf-8")
        config.dlexp_edition_is_open = is_open(CHANGELOG.read_text("utf-8"))
        edition(config.dlexp_citation)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(str(error)) from error


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, after the notebooks (600), which need no entry."""
    app.add_config_value("dlexp_citation", "", "env")
    app.add_config_value("dlexp_edition_is_open", False, "env")
    app.connect("config-inited", read)
    app.connect("html-page-context", offer, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
