"""A page as slides: each of its figures and claims, below the heading that stands above it.

The deck is one file that needs no other: pictures are inside, and formulas are MathML, which
browsers set without a style or a font of ours. It can be scrolled, and so needs no script.
"""

import mimetypes
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from pathlib import Path

from bs4 import Tag

from dlexp.site.built import Site, article

ASSETS = Path(__file__).parent / "slides_assets"

SHOWN = "figure:has(img), details.claim"
"""What stands on slides of its own, as a selector."""

LEFT_OUT = (
    "script, style, button, input, a.headerlink, .katex-html, annotation, .legend, .solution, "
    "details.claim dl, details.claim .data-table, .claim-measure a"
)
"""What no slide shows."""

DECK = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><main>{slides}</main><script>{script}</script></body></html>
"""

SLIDE = """<section aria-label="Slide {number} of {count}"><{level}>{title}</{level}>
<div class="shown">{shown}</div><footer>{foot} · {number} / {count}</footer></section>
"""


def write(site: Site, name: str, file: Path) -> int:
    """Write the slides of a page, and return how many there are.

    Raises
    ------
    Unusable
        If there is no such page.
    """
    said = article(site.page(name))
    for each in said.select(LEFT_OUT):
        each.decompose()
    title = _words(said.select_one("h1"))
    slides = [(title, f'<p class="book">{escape(site.title)}</p>'), *_slides(site, said)]
    text = "".join(
        SLIDE.format(
            level="h1" if number == 1 else "h2",
            title=escape(heading),
            shown=shown,
            foot=escape(title),
            number=number,
            count=len(slides),
        )
        for number, (heading, shown) in enumerate(slides, start=1)
    )
    style, script = ((ASSETS / name).read_text("utf-8") for name in ("slides.css", "slides.js"))
    file.parent.mkdir(parents=True, exist_ok=True)
    made = DECK.format(title=escape(title), style=style, slides=text, script=script)
    file.write_text(made, "utf-8")
    return len(slides)


def _slides(site: Site, said: Tag) -> Iterator[tuple[str, str]]:
    """Yield the title of each slide and what it shows, in the order of the page."""
    for each in said.select(SHOWN):
        above = each.find_previous(["h1", "h2", "h3", "h4"])
        for link in each.select("a"):
            link.unwrap()
        for picture in each.select("img[src]"):
            picture["src"] = inside(site.file(str(picture["src"])))
        for unfolded in [each, *each.select("summary")]:
            unfolded.name = unfolded.name if unfolded.name == "figure" else "div"
        yield _words(above), str(each)


def inside(picture: Path) -> str:
    """Return a picture as an address that holds it."""
    kind, _ = mimetypes.guess_type(picture.name)
    return f"data:{kind};base64,{b64encode(picture.read_bytes()).decode()}"


def _words(found: object) -> str:
    return " ".join(found.get_text().split()) if isinstance(found, Tag) else ""
