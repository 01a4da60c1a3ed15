"""The text of a page as Markdown, made from its HTML, where every number and reference stands.

Jupyter, VS Code and Colab read it, and so does anyone who reads by machine. A claim is a quotation
that begins with its verdict, a formula is TeX again, and links lead out of the book or nowhere.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement
from markdownify import ATX, MarkdownConverter

LEFT_OUT = (
    "a.headerlink, svg, script, style, button, input, .dlx-try, .made-by, "
    "details.claim dl, details.claim .data-table, details.claim .claim-measure a"
)
"""What works on a page of the site alone, by its selector."""

Picture = Callable[[str], str]
"""What turns the address of a picture, as the page has it, into the one in the Markdown."""


class Converter(MarkdownConverter):
    """HTML of the book to Markdown; the names of the methods are the library's."""

    def __init__(self, picture: Picture) -> None:
        super().__init__(
            heading_style=ATX,
            bullets="-",
            code_language_callback=_language,
            table_infer_header=True,
        )
        self.picture = picture

    def convert_a(self, el: Tag, text: str, **_: object) -> str:
        """Keep a link that leads out of the book, and of others what they say."""
        address = str(el.get("href", ""))
        return f"[{text}]({address})" if address.startswith(("http://", "https://")) else text

    def convert_img(self, el: Tag, _text: str, **_: object) -> str:
        """Show a picture, with its words."""
        words = re.sub(r"[\[\]\s]+", " ", str(el.get("alt", "")))
        return f"![{words}]({self.picture(str(el['src']))})"

    def convert_span(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a formula in a line as TeX."""
        if "math" not in el.get_attribute_list("class"):
            return text
        tex = _tex(el).replace("|", r"\vert{}") if "td" in parent_tags else _tex(el)
        return f"${tex}$"

    def convert_div(self, el: Tag, text: str, **_: object) -> str:
        """Write a formula by itself as TeX, and a box as a quotation."""
        kinds = el.get_attribute_list("class")
        if "math" in kinds:
            number = el.select_one(".eqno")
            behind = rf" \qquad \text{{{number.get_text()}}}" if number else ""
            return f"\n\n$$\n{_tex(el)}{behind}\n$$\n\n"
        return _quoted(text) if "admonition" in kinds else f"\n\n{text.strip()}\n\n"

    def convert_details(self, el: Tag, text: str, **_: object) -> str:
        """Write a claim as a quotation; what unfolds on the page stands open."""
        return _quoted(text) if "claim" in el.get_attribute_list("class") else f"\n\n{text}\n\n"

    def convert_summary(self, _el: Tag, text: str, **_: object) -> str:
        """Put what can be seen of a folded text above the rest."""
        return f"\n\n{text.strip()}\n\n"

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Print the title of a box in bold."""
        bold = "admonition-title" in el.get_attribute_list("class")
        text = f"**{text.strip()}**" if bold else text.strip()
        return f" {text} " if "_inline" in parent_tags else f"\n\n{text}\n\n"

    def convert_label(self, _el: Tag, text: str, **_: object) -> str:
        """Print the name of a tab in bold above what it shows."""
        return f"\n\n**{text.strip()}**\n\n"

    def convert_caption(self, _el: Tag, text: str, **_: object) -> str:
        """Print the title of a table in italics above it."""
        return f"*{text.strip()}*\n\n"


def markdown(elements: Iterable[PageElement], picture: Picture) -> str:
    r"""Return elements of a page as Markdown.

    Parameters
    ----------
    elements : iterable of PageElement
        Neighbours on the page; they stay as they are.
    picture : callable
        Returns, for the address of a picture, the one to write.

    Examples
    --------
    >>> page = BeautifulSoup('<h2>Sizes</h2><p>It is <em>4</em>.</p>', "html.parser")
    >>> markdown(page.children, lambda address: address)
    '## Sizes\n\nIt is *4*.'
    """
    soup = BeautifulSoup("".join(map(str, elements)), "html.parser")
    for each in soup.select(LEFT_OUT):
        each.decompose()
    for bold in soup.select(".claim-verdict, .caption-number"):
        bold.name = "strong"
    text: str = Converter(picture).convert_soup(soup)
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _quoted(text: str) -> str:
    """Return a text as a quotation."""
    lines = re.sub(r"\n{3,}", "\n\n", text.strip()).splitlines()
    return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def _tex(element: Tag) -> str:
    """Return the TeX of a formula that KaTeX has typeset."""
    annotation = element.select_one("annotation")
    if annotation is None:
        raise ValueError(f"a formula must bring its TeX along; got {str(element)[:80]}")
    return annotation.get_text().strip()


def _language(pre: Tag) -> Any:
    """Return the language of a listing, from the element around it."""
    for above in pre.parents:
        for kind in above.get_attribute_list("class"):
            if kind and (found := re.fullmatch(r"highlight-(ipython3|python|text|sh|bash)", kind)):
                return {"ipython3": "python", "text": ""}.get(found[1], found[1])
    return ""
