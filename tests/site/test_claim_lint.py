"""Numbers that are typed into the words of a claim are found; the book's claims have none."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from demo import box, page
from dlexp import chapters
from dlexp.site import claim, claim_lint
from dlexp.site.claim_lint import in_file, typed_numbers


@pytest.mark.parametrize("slug", chapters.slugs())
def test_nobody_typed_a_number_into_a_claim(slug: str) -> None:
    file = Path(chapters.__file__).parent / slug / "claims.py"

    assert file.is_file()
    assert in_file(file) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('runs.above("a", "accuracy, 16 images", x)', ["16"]),
        ('words = ("accuracy, "\n "99.1 % of them")', ["99.1 %"]),
        ('words = f"accuracy {net} minus 0.5"', ["0.5"]),
        ('words = f"rate {rate}, 10⁻³ of it"', ["10⁻³"]),
        ('words = f"accuracy of {0.99}"', ["0.99"]),
        ('never(exhaustive="all 9 layers")', ["9"]),
        ('"""A docstring of 3 words."""\ndef f():\n    """And 4 more."""', []),
        ('key, name = "0.001", "masks_100"', []),
        ('words = f"accuracy, {size} images"', []),
        ('words = "Conv2D layers in float32"', []),
        ('key = "0.99 anew"  # exempt 0.99: so the records name their entries', []),
        ('# exempt 0.9, 0.99: names of entries\nkeys = "0.9 anew", "0.99 anew"', []),
        ('key = "0.99 anew"  # exempt 0.9: another number', ["0.99"]),
        ('key = "0.99 anew"  # exempt 0.99:', ["0.99"]),
    ],
)
def test_a_numeral_in_words_must_be_computed_or_exempted(source: str, found: list[str]) -> None:
    assert [typed.numeral for typed in typed_numbers(source)] == found


@pytest.mark.usefixtures("chapter")
def test_a_number_that_was_typed_makes_the_build_red(build, monkeypatch, tmp_path) -> None:
    folder = tmp_path / "chapters" / "demo"
    folder.mkdir(parents=True)
    (folder / "claims.py").write_text('words = "accuracy, 99.1 % of them"\n')
    places = {"__file__": str(tmp_path / "chapters" / "__init__.py"), "slugs": chapters.slugs}
    monkeypatch.setattr(claim, "chapters", SimpleNamespace(**places, __name__="chapters"))
    monkeypatch.setattr(claim, "paths", SimpleNamespace(PROJECT=tmp_path))

    built = build("dlexp.site.claim", index=page(box()))

    [warning] = [line for line in built.warnings if "99.1" in line]
    assert "chapters/demo/claims.py:1: WARNING: a number in the words of a claim" in warning
    assert claim_lint.in_file(folder / "nosuch.py") == []
