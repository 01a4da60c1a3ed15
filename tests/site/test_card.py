"""What a page says of itself to search engines and messengers, with an address and without."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from sphinx.config import Config
from sphinx.errors import ConfigError

from books import Book
from demo import page
from dlexp.site import addressed, card
from site_address import BASE

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>A dot & more.</title>'
    '<circle r="4"/></svg>'
).replace(" & ", " &amp; ")
FIRST = page(
    "It is $x$.\n",
    "Means are <5 & small.\nThey stay so, whatever anybody adds to the sum of them.",
    "\n![A dot & more](dot.svg)\n\n```{toctree}\nother\n```\n",
)  # fmt: skip


def metas(html: str) -> dict[str, str]:
    """Return what the head of a page says, by name."""
    found = BeautifulSoup(html, "html.parser").find_all("meta", content=True)
    named = {str(each.get("name") or each.get("property")): str(each["content"]) for each in found}
    return {name: said for name, said in named.items() if name == "description" or "og:" in name}


@pytest.fixture
def built(build: Any, tmp_path: Path) -> Any:
    """A book of two pages whose site has an address."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "dot.svg").write_text(SVG)
    return build(
        ["site_address", "dlexp.site.card"], index=FIRST, other=page("Words.", title="R² & B")
    )


def test_a_long_sentence_is_cut_between_words() -> None:
    said = card.summary("word " * 99 + "end.")

    assert len(said) <= card.LONGEST + 2
    assert said.endswith("word …")


def test_a_page_is_described_by_its_first_words_and_not_by_a_formula(built: Any) -> None:
    said = metas(built.page("index"))["description"]

    assert said == "Means are <5 & small. They stay so, whatever anybody adds to the sum of them."
    assert metas(built.page("other"))["description"] == "Words."
    assert metas(built.page("genindex"))["description"].startswith("Index: ")


def test_a_card_has_what_messengers_ask_for(built: Any) -> None:
    said = metas(built.page("index"))
    picture = built.out / "_images" / "card-index.png"

    assert said["og:url"] == BASE
    assert said["og:description"] == said["description"]
    assert said["og:image"] == f"{BASE}_images/card-index.png"
    assert said["og:image:alt"] == "A dot & more"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert metas(built.page("other"))["og:title"] == "R² & B"
    assert "og:image" not in metas(built.page("other"))


def test_robots_find_each_page_once_at_its_own_address(built: Any) -> None:
    listed = [loc.text for loc in ElementTree.parse(built.out / "sitemap.xml").iter() if loc.text]
    canonical = BeautifulSoup(built.page("other"), "html.parser").find("link", rel="canonical")

    assert [each for each in listed if each.strip()] == [BASE, f"{BASE}other.html"]
    assert canonical["href"] == f"{BASE}other.html"  # type: ignore[index]
    assert addressed.read(str(canonical)).loads == []


def test_without_an_address_nothing_names_one(tiny: Book) -> None:
    assert not (tiny.html / "sitemap.xml").exists()
    for name in ("index", "first", "api", "genindex", "search", "_modules/index"):
        soup = BeautifulSoup(tiny.page(name), "html.parser")
        assert soup.find("link", rel="canonical") is None
        assert list(metas(str(soup))) == ["description"], name
        assert len(soup.find_all("meta", attrs={"name": "description"})) == 1


def test_what_is_no_address_is_refused() -> None:
    config = Config({}, {"html_baseurl": "example.org"})
    config.add("html_baseurl", "", "html", ())

    with pytest.raises(ConfigError, match=r"must begin with https://.*; got 'example\.org'"):
        card.check(None, config)  # type: ignore[arg-type]
