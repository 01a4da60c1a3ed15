"""The built site as one document for paper: title page, contents, chapters, solutions at the end.

Names are made unique by the page that they come from, so that a link from page to page is one
inside the document. What leads to a page that is left out keeps its words alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from dlexp.site.built import Site, article

STYLE = Path(__file__).parent / "paper_assets" / "book.css"

NOT_ON_PAPER = (
    "script, style, template, dialog, form, button, input, select, a.headerlink, .made-by, "
    ".dlx-try, .dlx-live, .toctree-wrapper, details.claim dl, details.claim .data-table, "
    "details.claim svg, .claim-measure a, details.hide > summary, "
    "details.cite, .report-bearing details"
)
"""What works on the screen alone, or stands elsewhere in the book, too, by its selector."""

NAMING = ("id", "for", "aria-labelledby", "aria-describedby", "aria-controls", "headers")
"""The attributes that hold names of elements."""

EXTERNAL = ("http", "https", "mailto")

SHELL = """<!DOCTYPE html>
<html lang="en" data-theme="light">
<head><meta charset="utf-8"><title>{title}</title>{sheets}<style>{style}</style></head>
<body></body>
</html>"""

HEAD = '@page {name} {{ @top-left {{ content: "{title}" }} @top-right {{ content: "{book}" }} }}'
"""What stands above each printed page of a page of the site."""

TITLE_PAGE = """<section class="title-page"><p class="book-title">{title}</p><p>{by}</p>
<p class="about">This is the book on paper. Live figures, the code behind each figure, the
provenance of each claim and the pages about the package are on the site.</p></section>"""

SOLUTIONS = "solutions"
"""The name of the chapter that they make together."""


def document(site: Site, names: Sequence[str], *, whole: bool) -> BeautifulSoup:
    """Return pages as one document; its pictures and styles are files of the site.

    Parameters
    ----------
    site : Site
    names : sequence of str
        The pages, in their order.
    whole : bool
        Whether it is the book, which has a title page and a table of contents.
    """
    pages = [site.page(name) for name in names]
    articles = [chapter(site, name, page) for name, page in zip(names, pages, strict=True)]
    gathered = solutions(articles)
    every = [*articles, gathered] if gathered else articles
    title = site.title if whole else f"{heading(articles[0])} – {site.title}"
    addresses = [sheet.resolve().as_uri() for sheet in site.styles(pages)]
    sheets = "".join(f'<link rel="stylesheet" href="{each}">' for each in addresses)
    style = "\n".join([STYLE.read_text("utf-8"), *(_head(site, each) for each in every)])
    made = BeautifulSoup(
        SHELL.format(title=escape(title), sheets=sheets, style=style), "html.parser"
    )
    body = made.select("body")[0]
    if whole:
        parts = {entry.name: entry.part for entry in site.contents}
        for front in (_title_page(site), table_of_contents(every, parts)):
            body.append(front)
    body.extend(every)
    _drop_loose_links(made)
    return made


def chapter(site: Site, name: str, page: BeautifulSoup) -> Tag:
    """Return what a page says, as paper can show it, with names that no other page has."""
    found = article(page).extract()
    for each in found.select(NOT_ON_PAPER):
        each.decompose()
    for each in found.select("details, summary"):
        each.name = "div"
    for each in found.select("label.sd-tab-label"):
        each.name = "p"
    for picture in found.select("img[src]"):
        picture["src"] = site.file(str(picture["src"])).resolve().as_uri()
    for attribute in NAMING:
        for each in found.select(f"[{attribute}]"):
            words = " ".join(each.get_attribute_list(attribute)).split()
            each[attribute] = " ".join(f"{name}--{word}" for word in words)
    for link in found.select("a[href]"):
        link["href"] = inside(str(link["href"]), name)
    found["id"] = name
    found["style"] = f"page: {name}"
    return found


def inside(address: str, name: str) -> str:
    """Return where an address that stands on a page leads to in the document.

    Examples
    --------
    >>> inside("#why", "grad_cam"), inside("reports.html#a", "grad_cam")
    ('#grad_cam--why', '#reports--a')
    >>> inside("mnist.html", "index")
    '#mnist'
    >>> inside("https://example.org/a.html#b", "index")
    'https://example.org/a.html#b'
    """
    parts = urlsplit(address)
    if parts.scheme in EXTERNAL:
        return address
    page = parts.path.removesuffix(".html") or name
    return f"#{page}--{parts.fragment}" if parts.fragment else f"#{page}"


def solutions(articles: Iterable[Tag]) -> Tag | None:
    """Take the solutions out of articles, and return them as one.

    Each exercise leads to its own.
    """
    made = BeautifulSoup(
        f'<article class="bd-article" id="{SOLUTIONS}" style="page: {SOLUTIONS}">'
        "<section><h1>Solutions to the exercises</h1></section></article>",
        "html.parser",
    )
    for each in articles:
        if found := each.select(".solution"):
            section = made.new_tag("section", id=f"{SOLUTIONS}--{each['id']}")
            title = made.new_tag("h2")
            title.string = heading(each)
            section.append(title)
            for solution in found:
                _lead_to(each, solution)
                section.append(solution.extract())
            made.select("article > section")[0].append(section)
    return made.select_one("article:has(.solution)")


def _lead_to(page: Tag, solution: Tag) -> None:
    """Have the exercise of a solution end with a link to it."""
    title = solution.select_one(".admonition-title a[href]")
    target = str(title["href"]).removeprefix("#") if title else ""
    exercise = page.find(id=target) if target else None
    if isinstance(exercise, Tag):
        link = f'<p class="to-solution"><a href="#{escape(str(solution["id"]))}">Solution</a></p>'
        exercise.append(BeautifulSoup(link, "html.parser"))


def heading(part: Tag) -> str:
    """Return the first heading in a part of a page, with its number."""
    found = part.select_one("h1, h2")
    return " ".join(found.get_text().split()) if found else ""


def table_of_contents(articles: Iterable[Tag], parts: dict[str, str]) -> Tag:
    """Return the table of contents, with a place for the number of each printed page."""
    lines, before = [], ""
    for each in articles:
        name = str(each["id"])
        if (part := parts.get(name, before)) != before:
            lines.append(f'<p class="part">{escape(part)}</p>')
            before = part
        lines.append(_line("chapter", name, heading(each)))
        lines += [_line("section", str(s["id"]), heading(s)) for s in _sections(each)]
    title = '<p class="book-title">Contents</p>'
    made = f'<nav class="printed-contents">{title}<div>{"".join(lines)}</div></nav>'
    return BeautifulSoup(made, "html.parser").select("nav")[0]


def _sections(page: Tag) -> Iterator[Tag]:
    for section in page.select("article > section > section[id]"):
        if section.select_one(":scope > h2"):
            yield section


def _line(kind: str, target: str, words: str) -> str:
    return (
        f'<p class="{kind}"><a href="#{escape(target)}"><span>{escape(words)}</span>'
        '<span class="page-number">000</span></a></p>'
    )


def _title_page(site: Site) -> Tag:
    footer = site.index.select_one(".bd-footer-content")
    by = "<br>".join(escape(line) for line in footer.stripped_strings) if footer else ""
    made = TITLE_PAGE.format(title=escape(site.title), by=by)
    return BeautifulSoup(made, "html.parser").select("section")[0]


def _head(site: Site, page: Tag) -> str:
    return HEAD.format(name=page["id"], title=_quoted(heading(page)), book=_quoted(site.title))


def _quoted(text: str) -> str:
    """Return a text as it stands between quotation marks in a style sheet."""
    return text.replace("\\", "\\\\").replace('"', r"\"").replace("<", r"\3c ")


def _drop_loose_links(made: BeautifulSoup) -> None:
    """Leave the words of links that lead nowhere in the document."""
    names = {f"#{each['id']}" for each in made.select("[id]")}
    for link in made.select("a[href]"):
        address = str(link["href"])
        if address not in names and urlsplit(address).scheme not in EXTERNAL:
            link.unwrap()
