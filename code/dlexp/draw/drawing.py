"""A figure and its words, which come from one function so that they never disagree."""

import hashlib
import io
import re
from collections import Counter
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.text import Text

from dlexp.draw import style
from dlexp.draw.table import check_finite

SHORTEST_ALT, LONGEST_ALT = 10, 400
"""Characters of an alt text."""

_PICTURE = re.compile(
    r'<image (?P<pixels>xlink:href="data:[^"]*") id="(?P<id>\w+)" '
    r'(?P<size>width="\d+" height="\d+") (?P<place>transform="matrix[^"]*") '
    r'(?P<style>style="[^"]*")/>'
)
"""A picture whose pixels are in the file as they are, drawn at a place."""

_CLIP = re.compile(r'<clipPath id="(?P<id>\w+)">(?P<shape>.*?)</clipPath>', re.DOTALL)
"""What cuts off all that is drawn outside a panel."""


class Drawing(NamedTuple):
    """A figure with what it shows in words."""

    figure: Figure
    """What is drawn."""
    alt: str
    """The same numbers for those who cannot see it: one line of 10 to 400 characters."""


def svg(drawing: Drawing, *, source: str = "", note: str = "", name: str = "figure") -> str:
    """Return a drawing as SVG whose ``<title>`` is its alt text; the same drawing, the same bytes.

    Parameters
    ----------
    drawing : Drawing
    source : str, optional
        Where the code that made it is, as ``"module:function"``; kept in the file's metadata.
    note : str, optional
        What the page must say beside it; kept there, too.
    name : str
        What an error calls it; kept there, too.

    Raises
    ------
    ValueError
        If the words are too short, too long or have several lines, or the figure says ``nan`` or
        ``inf``.

    Examples
    --------
    >>> figure, _ = style.new()
    >>> "<title>Two empty axes.</title>" in svg(Drawing(figure, "Two empty axes."))
    True
    """
    words = drawing.alt.strip()
    if not SHORTEST_ALT <= len(words) <= LONGEST_ALT or len(words.splitlines()) != 1:
        raise ValueError(
            f"the alt text of {name} must be one line of {SHORTEST_ALT} to {LONGEST_ALT} "
            f"characters; got {len(words)}: {drawing.alt!r}"
        )
    for text in (words, *(each.get_text() for each in drawing.figure.findobj(Text))):
        check_finite(text, f"the words of {name}")
    stream = io.StringIO()
    with style.ours():
        # A date or a version in the file would change the page without changing the figure.
        metadata = {"Title": words, "Date": None, "Creator": None, "Format": None, "Type": None}
        metadata["Identifier"] = name
        if source:
            metadata["Source"] = source
        if note:
            metadata["Description"] = note
        drawing.figure.savefig(stream, format="svg", metadata=metadata)
    return each_picture_once(clips_by_shape(stream.getvalue()))


def clips_by_shape(image: str) -> str:
    """Return an SVG whose clips are named after the shapes that the file has.

    Matplotlib names a clip after its corners before they are rounded. Where the layout puts a panel
    differs in the sixteenth digit from one run to the next: the solver sorts by addresses.

    Examples
    --------
    >>> first, second = (f'<clipPath id="{name}"><rect/></clipPath>' for name in "pq")
    >>> clips_by_shape(first) == clips_by_shape(second)
    True
    """
    for clip in list(_CLIP.finditer(image)):
        name = f"p{hashlib.sha256(clip['shape'].encode()).hexdigest()[:10]}"
        for place in ('id="{}"', "url(#{})"):
            image = image.replace(place.format(clip["id"]), place.format(name))
    return image


def each_picture_once(image: str) -> str:
    """Return an SVG that keeps a picture once where it draws it several times.

    Examples
    --------
    >>> place = 'width="2" height="2" transform="matrix(1)" style=""/>'
    >>> twice = 2 * f'<image xlink:href="data:,A" id="a" {place}'
    >>> each_picture_once(twice).count("data:"), each_picture_once(twice).count("<use")
    (1, 2)
    """
    drawn = Counter(picture["id"] for picture in _PICTURE.finditer(image))
    kept: set[str] = set()

    def placed(picture: re.Match[str]) -> str:
        name = picture["id"]
        if drawn[name] == 1:
            return picture[0]
        use = f'<use xlink:href="#{name}" {picture["place"]}/>'
        if name in kept:
            return use
        kept.add(name)
        parts = " ".join(picture.group("pixels", "size", "style"))
        return f'<defs><image id="{name}" {parts}/></defs>{use}'

    return _PICTURE.sub(placed, image)
