"""The printed book as a PDF: Chromium lays it out, and what it wastes is packed again.

It is printed twice, because no style sheet can ask on which page a link arrives: the first print
says so, and the second has the numbers in its table of contents.
"""

import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import pikepdf
from bs4 import BeautifulSoup
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from dlexp.site.built import Unusable

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

Known = dict[tuple[object, ...], pikepdf.Object]
"""The first picture of those that look alike, by what they look like."""

MODES = {"/DeviceRGB": ("RGB", 3), "/DeviceGray": ("L", 1)}
"""What Pillow calls the colours of a picture, and how many numbers each takes."""


def chromium() -> str:
    """Return the program that prints.

    Raises
    ------
    Unusable
        If it is not installed.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise Unusable(f"a PDF needs one of the programs {', '.join(NAMES)}; got none")
    return found


def write(document: BeautifulSoup, file: Path) -> int:
    """Print a document, and return how many pages it has.

    Parameters
    ----------
    document : BeautifulSoup
        As `dlexp.site.printed.document` returns it; the numbers of its pages are filled in.
    file : Path
        Where the PDF goes; what was there before stays if this fails.
    """
    with tempfile.TemporaryDirectory() as folder, _opened(chromium()) as page:
        source, printed = Path(folder, "book.html"), Path(folder, "book.pdf")
        if places := document.select(".page-number"):
            _print(page, document, source, printed, tagged=False)
            numbers = arrivals(printed)
            for place in places:
                link = place.find_parent("a")
                place.string = str(numbers[str(link["href"]).removeprefix("#")]) if link else ""
        _print(page, document, source, printed, tagged=True)
        headings = [each.get_text() for each in document.select("h1, h2, h3, h4, h5, h6")]
        pages = pack(printed, headings)
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(printed, file)
    return pages


@contextmanager
def _opened(program: str) -> Iterator[Page]:
    """Start Chromium, without scripts and without a network."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser.new_context(java_script_enabled=False, offline=True).new_page()
        browser.close()


def _print(
    page: Page, document: BeautifulSoup, source: Path, printed: Path, *, tagged: bool
) -> None:
    source.write_text(str(document), "utf-8")
    page.goto(source.as_uri(), timeout=0)
    page.pdf(
        path=printed,
        prefer_css_page_size=True,
        print_background=True,
        tagged=tagged,  # for screen readers: figures with their words, headings, tables
        outline=tagged,
    )


def arrivals(printed: Path) -> dict[str, int]:
    """Return, for each name that a link of a PDF leads to, the number of its page, from 1."""
    with pikepdf.open(printed) as pdf:
        places = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        targets = pdf.Root.get("/Dests", pikepdf.Dictionary())
        return {
            unquote(name.removeprefix("/")): places[target[0].objgen]
            for name, target in targets.items()
        }


def pack(printed: Path, headings: Iterable[str] = ()) -> int:
    """Make a PDF smaller, and lose nothing of it; return how many pages it has.

    Its bookmarks get the headings as they are written.

    Chromium writes a picture as often as it is shown, compresses it as if it were text, and its
    thousands of tags not at all.
    """
    with pikepdf.open(printed, allow_overwriting_input=True) as pdf:
        known: Known = {}
        for pictures in _all_pictures(pdf):
            for name, picture in list(pictures.items()):
                if picture.get("/Subtype") == "/Image":
                    pictures[name] = _once(picture, known)
        with pdf.open_outline() as outline:
            mend(outline.root, {_letters(each): " ".join(each.split()) for each in headings})
        pdf.save(printed, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return len(pdf.pages)


def mend(bookmarks: Iterable[pikepdf.OutlineItem], headings: Mapping[str, str]) -> None:
    """Put back the spaces that Chromium loses where a heading goes on in the next line.

    Parameters
    ----------
    bookmarks : iterable of OutlineItem
        They, and those below them, are changed.
    headings : mapping
        The headings of the document by their letters, without spaces.
    """
    for bookmark in bookmarks:
        bookmark.title = headings.get(_letters(bookmark.title), bookmark.title)
        mend(bookmark.children, headings)


def _letters(text: str) -> str:
    return "".join(text.split())


def _all_pictures(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield the pictures by name that a page, or a drawing in one, refers to."""
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            for holder in (each, each.get("/Resources", pikepdf.Dictionary())):
                if isinstance(holder, pikepdf.Dictionary) and "/XObject" in holder:
                    yield holder["/XObject"]


def _once(picture: pikepdf.Object, known: Known) -> pikepdf.Object:
    """Return the first picture that looks like this one."""
    if "/SMask" in picture:
        picture.SMask = _once(picture.SMask, known)
    about = tuple(str(picture.get(key)) for key in ("/Width", "/Height", "/ColorSpace"))
    mask = picture.SMask.objgen if "/SMask" in picture else None
    key = (*about, mask, picture.read_raw_bytes())
    if key not in known:
        _compress(picture)
        known[key] = picture
    return known[key]


def _compress(picture: pikepdf.Object) -> None:
    """Compress a picture by the difference of neighbours, as PNG does."""
    kind = MODES.get(str(picture.ColorSpace))
    if kind is None or picture.get("/Filter") != "/FlateDecode" or "/DecodeParms" in picture:
        return
    mode, colours = kind
    size = (int(picture.Width), int(picture.Height))
    made = io.BytesIO()
    Image.frombytes(mode, size, picture.read_bytes()).save(made, "PNG", optimize=True)
    data = b"".join(_chunks(made.getvalue()))
    if len(data) < len(picture.read_raw_bytes()):
        parameters = pikepdf.Dictionary(
            Predictor=15, Colors=colours, BitsPerComponent=8, Columns=size[0]
        )
        picture.write(data, filter=pikepdf.Name.FlateDecode, decode_parms=parameters)


def _chunks(png: bytes) -> Iterator[bytes]:
    """Yield what a PNG has of its picture; before each part stand its length and its kind."""
    at = 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            yield png[at + 8 : at + 8 + length]
        at += 12 + length
