"""The page of editions and errata: what the book said, what it says now, and why.

The directive ``{errata}`` places one of three tables. ``editions`` counts what the headings of
``CHANGELOG.md`` list; ``corrections`` and ``verdicts`` have what ``data/errata.json`` lists, whose
tests compare it with the changelog and with the claims. What the book says now comes from claims,
never from the file, and a claim that is named is linked::

    {"corrections": [{"page": "rnn_vs_cnn", "was": "...", "now": "... {effect}`rnn_vs_cnn.a:.1f`",
                      "why": "...", "claim": "rnn_vs_cnn.a", "verdict": "supported",
                      "changelog": "words of CHANGELOG.md that say so"}],
     "verdicts": [{"claim": "grad_cam.more_filters", "was": "inconclusive", "became": "supported"}]}
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from dlexp import chapters, paths
from dlexp.site import cite, claim_words
from dlexp.site.evidence import NoEvidence, NotComputed, find
from dlexp.site.roles import COMPUTED
from dlexp.site.stated import follow

CHANGELOG = cite.CHANGELOG
FILE = paths.DATA / "errata.json"

KINDS = ("Added", "Changed", "Removed")
"""Headings below that of an edition."""

GONE = "no longer asked"

QUOTED = "quoted-text"
"""The class of what an earlier text said: no run of today gives it, so it is not bold."""


def load() -> dict[str, list[dict[str, str]]]:
    """Return what the file lists, under ``"corrections"`` and ``"verdicts"``."""
    listed: dict[str, list[dict[str, str]]] = json.loads(FILE.read_text("utf-8"))
    return listed


def editions(changelog: str) -> Iterator[tuple[str, list[int]]]:
    r"""Yield the editions of a changelog, newest first, with how many entries each kind has.

    Examples
    --------
    >>> list(editions("# Changes\n\n## 1.0.0\n\n### Added\n\n- A.\n  - B.\n- C.\n"))
    [('1.0.0', [2, 0, 0])]
    """
    for part in re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]:
        kinds = dict(re.findall(r"^### (\w+)$(.*?)(?=^### |\Z)", part, re.MULTILINE | re.DOTALL))
        counts = [len(re.findall(r"^- ", kinds.get(kind, ""), re.MULTILINE)) for kind in KINDS]
        yield part.partition("\n")[0].strip(), counts


def verdict_now(identifier: str) -> str:
    """Return the verdict of a claim today, or that nobody asks it any more."""
    try:
        return str(find(identifier)[0].verdict.value)
    except NotComputed as error:
        return str(error)
    except NoEvidence:
        return GONE


class ErrataDirective(SphinxDirective):
    """Place a table of editions, corrections or verdicts that moved."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        tables = {
            "editions": self._editions,
            "corrections": self._corrections,
            "verdicts": self._verdicts,
        }
        [which] = self.arguments
        if which not in tables:
            raise self.error(f"a table must be one of {', '.join(tables)}; got {which!r}")
        for file in (CHANGELOG, FILE):
            self.env.note_dependency(str(file))
        made = tables[which]()
        self.set_source_info(made)
        return [made]

    def _editions(self) -> nodes.table:
        book = cite.edition(self.config.dlexp_citation)
        rows = []
        for name, counts in editions(CHANGELOG.read_text("utf-8")):
            title = f"{book.version}, {book.released}, still open" if name == cite.OPEN else name
            rows.append([[_said(title)], *([_said(str(count))] for count in counts)])
        return _table(["Edition", *(kind.lower() for kind in KINDS)], rows)

    def _corrections(self) -> nodes.table:
        listed = load()["corrections"]
        rows: list[list[Sequence[nodes.Node]]] = [
            [
                self.parse_text_to_nodes(f"[]({each['page']}.md)"),
                [_said(each["was"], QUOTED)],
                self.parse_text_to_nodes(f"{each['now']}{_bearing(each)}"),
                self.parse_text_to_nodes(each["why"]),
            ]
            for each in listed
        ]
        return _table(["Page", "It said", "It says now", "Why"], rows)

    def _verdicts(self) -> nodes.table:
        moved = load()["verdicts"]
        follow(self.env, {each["claim"].partition(".")[0] for each in moved} & {*chapters.slugs()})
        rows: list[list[Sequence[nodes.Node]]] = [
            [
                self._name(each["claim"]),
                *([_said(word, QUOTED)] for word in (each["was"], each["became"])),
                [_said(verdict_now(each["claim"]))],
            ]
            for each in moved
        ]
        return _table(["Claim", "It was", "It became", "It is today"], rows)

    def _name(self, identifier: str) -> Sequence[nodes.Node]:
        """Return the name of a claim, with a link to it if it is still asked."""
        name = f"`{identifier}`"
        asked = verdict_now(identifier) != GONE
        linked = f"[{name}](#{claim_words.anchor(identifier)})" if asked else name
        return self.parse_text_to_nodes(linked)


def _bearing(correction: Mapping[str, str]) -> str:
    """Return a link to the claim that bears what the book says now, if there is one."""
    claim = correction.get("claim")
    return f" ([the claim](#{claim_words.anchor(claim)}))" if claim else ""


def _said(text: str, *more: str) -> nodes.paragraph:
    """Return a text that comes from a file, so that its numbers are no typed ones."""
    return nodes.paragraph(text, "", nodes.inline(text, text, classes=[COMPUTED, *more]))


def _table(heads: Sequence[str], rows: Sequence[Sequence[Sequence[nodes.Node]]]) -> nodes.table:
    """Return a table whose cells are nodes."""
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in heads), cols=len(heads))
    top = [nodes.entry("", nodes.paragraph("", head)) for head in heads]
    group += nodes.thead("", nodes.row("", *top))
    group += nodes.tbody("", *(nodes.row("", *(nodes.entry("", *c) for c in row)) for row in rows))
    return nodes.table("", group, classes=["table", "colwidths-auto", "errata"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("errata", ErrataDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
