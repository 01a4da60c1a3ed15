"""Figures as files: each drawing with its numbers, one press below it."""

import csv

from bs4 import BeautifulSoup

from books import Book


def test_below_each_figure_are_its_code_its_numbers_and_its_drawing(tiny: Book) -> None:
    page = BeautifulSoup(tiny.page("tiny"), "html.parser")

    links = page.select("#fig-values .made-by a")

    assert [link.get_text() for link in links] == ["Code", "points drawn (CSV)", "SVG"]
    assert [link.get("download") for link in links] == [None, "tiny-values.csv", "tiny-values.svg"]
    drawing = (tiny.html / str(links[2]["href"])).read_text("utf-8")
    assert "<title>A line through the values of the seeds.</title>" in drawing
    numbers = (tiny.html / str(links[1]["href"])).read_text("utf-8").splitlines()
    assert [float(row["y"]) for row in csv.DictReader(numbers)] == [10, 11, 12]


def test_a_figure_that_no_function_made_has_files_too(tiny: Book) -> None:
    page = BeautifulSoup(tiny.page("first"), "html.parser")

    links = [str(link["href"]) for link in page.select("#fig-line .made-by a")]

    assert links[0] == "_images/first-line.csv"
    assert (tiny.html / links[0]).read_bytes() == b"x,y\r\n1,2\r\n2,4\r\n"


def test_a_picture_of_ones_own_has_none(tiny: Book) -> None:
    page = BeautifulSoup(tiny.page("live"), "html.parser")

    assert page.select("#fig-dot img")
    assert not page.select("#fig-dot .made-by")
