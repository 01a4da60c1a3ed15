"""The PDF of a tiny book: pages, text, links and bookmarks; and pictures that are packed."""

import shutil
from pathlib import Path

import pikepdf
import pytest

from books import Book
from browsing import CHROMIUM
from dlexp.cli import main, taking
from dlexp.site import built, pdf, printed


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_tiny_book_on_paper(tiny: Book, tmp_path: Path) -> None:
    site = built.Site(tiny.html)
    names = [entry.name for entry in site.contents]
    document = printed.document(site, names, whole=True)
    file = tmp_path / "made" / "book.pdf"
    count = pdf.write(document, file)

    arrivals = pdf.arrivals(file)
    assert sorted(names, key=lambda name: arrivals[name]) == names
    numbers = [place.get_text() for place in document.select(".chapter .page-number")]
    assert numbers == [str(arrivals[name]) for name in names]
    with pikepdf.open(file) as opened:
        assert len(opened.pages) == count >= len(names) + 2
        sizes = {tuple(round(float(each) / 72 * 25.4) for each in p.mediabox) for p in opened.pages}
        assert sizes == {(0, 0, 210, 297)}
        assert all("/Font" in page.resources for page in opened.pages)
        with opened.open_outline() as outline:
            titles = {item.title for item in outline.root}
        assert {"A tiny book", "1. How to read a claim"} <= titles
        assert opened.Root.MarkInfo.Marked
        words = [
            each.get("/Alt") for each in opened.objects if isinstance(each, pikepdf.Dictionary)
        ]
        assert any("A line that rises from left to right." in str(each) for each in words)
        opened.save(tmp_path / "plain.pdf", compress_streams=False)
    assert str(tiny.folder).encode() not in (tmp_path / "plain.pdf").read_bytes()


def test_bookmarks_have_the_spaces_of_headings(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    with pikepdf.new() as opened:
        opened.add_blank_page()
        with opened.open_outline() as outline:
            above = pikepdf.OutlineItem("2. One longtitle", 0)
            above.children.append(pikepdf.OutlineItem("Asit is", 0))
            outline.root.append(above)
        opened.save(file)
    pdf.pack(file, ["2. One long title", "As\nit is"])
    with pikepdf.open(file) as opened, opened.open_outline() as outline:
        [above] = outline.root
        assert (above.title, above.children[0].title) == ("2. One long title", "As it is")


def picture(opened: pikepdf.Pdf, data: bytes) -> pikepdf.Object:
    made = pikepdf.Stream(opened, data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
    made.Width, made.Height, made.BitsPerComponent = 64, 64, 8
    made.ColorSpace = pikepdf.Name.DeviceRGB
    return opened.make_indirect(made)


def test_pictures_are_kept_once_and_lose_nothing(tmp_path: Path) -> None:
    data = bytes((x * y + c) % 256 for y in range(64) for x in range(64) for c in range(3))
    file = tmp_path / "a.pdf"
    with pikepdf.new() as opened:
        for _ in range(2):
            page = opened.add_blank_page()
            page.obj.Resources = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary(A=picture(opened, data))
            )
        opened.save(file, compress_streams=True)

    before = file.stat().st_size
    assert pdf.pack(file) == 2
    assert file.stat().st_size < before / 2
    with pikepdf.open(file) as opened:
        first, second = (page.resources.XObject.A for page in opened.pages)
        assert first.objgen == second.objgen
        assert first.read_bytes() == data


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    return line


def test_what_is_missing_is_said_in_one_line(
    tiny: Book,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(taking, "SITE", tmp_path)
    monkeypatch.setattr(pdf, "chromium", lambda: "chromium")
    for command in (("pdf",), ("slides", "tiny")):
        assert "must be built first, by `make book`" in complaint(capsys, *command)
    monkeypatch.setattr(taking, "SITE", tiny.html)
    for name in ("pdf", "slides"):
        assert "tiny" in complaint(capsys, name, "tinny")
    monkeypatch.undo()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert "needs one of the programs chromium" in complaint(capsys, "pdf")
