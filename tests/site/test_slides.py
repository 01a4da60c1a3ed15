"""A page as slides: one for each figure and claim, in a file that needs no other."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from books import Book
from browsing import CHROMIUM, Visit
from built_sites import made
from dlexp.site import built, slides

CHAPTER = """<section><h1>1. Sizes</h1><figure><img src="a.svg" alt="A"><figcaption>First,
<a href="b.html">linked</a></figcaption></figure>
<section><h2>1.1. Why?</h2><p>Prose.</p>
<details class="claim"><summary><span class="claim-sentence">It is so.</span></summary>
<p class="claim-measure">2 points. <a href="reading.html">What it means</a></p><dl></dl></details>
<div class="solution"><figure><img src="a.svg" alt="B"></figure></div>
<h3>1.1.1. How?</h3><details class="claim"><summary>Nor so.</summary></details>
</section></section>"""


def deck(folder: Path) -> tuple[Path, BeautifulSoup]:
    site = made(folder, a=CHAPTER)
    (folder / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    file = folder / "out" / "a.html"
    assert slides.write(site, "a", file) == 4
    return file, BeautifulSoup(file.read_text("utf-8"), "html.parser")


def test_each_figure_and_claim_is_a_slide_below_the_heading_above_it(tmp_path: Path) -> None:
    _, made_slides = deck(tmp_path)
    titles = [each.get_text() for each in made_slides.select("h1, h2")]
    assert titles == ["1. Sizes", "1. Sizes", "1.1. Why?", "1.1.1. How?"]
    shown = [" ".join(each.get_text().split()) for each in made_slides.select(".shown")]
    assert shown == ["A book", "First, linked", "It is so. 2 points.", "Nor so."]
    assert made_slides.select("img")[0]["alt"] == "A"
    assert made_slides.select("a") == []


def test_slides_need_no_other_file(tiny: Book, tmp_path: Path) -> None:
    file = tmp_path / "tiny.html"
    assert slides.write(built.Site(tiny.html), "tiny", file) == 3
    made_slides = BeautifulSoup(file.read_text("utf-8"), "html.parser")
    addresses = [e.get(a) for a in ("src", "href") for e in made_slides.select(f"[{a}]")]
    assert len(addresses) == 1
    assert str(addresses[0]).startswith("data:image/svg+xml;base64,")
    assert "url(" not in str(made_slides.style)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_keys_turn_slides_and_nothing_is_inaccessible(browser: Browser, tmp_path: Path) -> None:
    file, _ = deck(tmp_path)
    context = browser.new_context(viewport={"width": 360, "height": 600})
    visit = Visit(context)
    visit.go(file.as_uri())
    at = "Math.round(document.documentElement.scrollTop / innerHeight)"
    places = []
    for key in ("ArrowRight", " ", "ArrowLeft", "End", "ArrowRight", "Home", "PageDown"):
        visit.page.keyboard.press(key)
        places.append(visit.page.evaluate(at))
    assert places == [1, 2, 1, 3, 3, 0, 1]
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 360
    assert visit.inaccessible() == []
    assert visit.complaints == []
    context.close()
