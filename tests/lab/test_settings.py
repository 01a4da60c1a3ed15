"""Configurations as a reader meets them."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlexp import chapters
from dlexp.lab import settings


@dataclass(frozen=True, kw_only=True)
class Inner:
    rate: float = 0.5  # of descent


@dataclass(frozen=True, kw_only=True)
class Config:
    size: int = 3  # images
    even: bool = False  # whether it is even
    name: str = "plain"
    hidden: tuple[int, ...] = (64, 32)  # units
    pairs: tuple[tuple[int, int], ...] = ((1, 2),)
    found: int | None = None
    inner: Inner = field(default_factory=Inner)


def test_fields_have_their_comments_and_inner_ones_their_way():
    found = {each.name: (each.value, each.comment) for each in settings.fields(Config())}

    assert found["size"] == (3, "images")
    assert found["name"] == ("plain", "")
    assert found["inner.rate"] == (0.5, "of descent")


def test_fields_that_a_class_builds_on_are_explained_too():
    @dataclass(frozen=True, kw_only=True)
    class More(Config):
        more: int = 1  # of it

    found = {each.name: each.comment for each in settings.fields(More())}

    assert (found["more"], found["size"]) == ("of it", "images")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("size", "7", 7),
        ("even", "True", True),
        ("even", "false", False),
        ("name", "a b", "a b"),
        ("hidden", "5", (5,)),
        ("hidden", "(5, 6)", (5, 6)),
        ("hidden", "", ()),
        ("pairs", "((3, 4), (5, 6))", ((3, 4), (5, 6))),
        ("found", "8", 8),
        ("found", "None", None),
    ],
)
def test_a_text_becomes_a_value_of_its_kind(name, text, value):
    assert getattr(settings.changed(Config(), {name: text}), name) == value


def test_an_inner_field_is_changed_where_it_is():
    assert settings.changed(Config(), {"inner.rate": "2"}) == Config(inner=Inner(rate=2.0))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("size", "1.5", "`size` must be int, such as 3; got '1.5'"),
        ("even", "yes", "`even` must be bool, such as False; got 'yes'"),
        ("hidden", "a", "`hidden` must be one or more values with commas, such as 64,32; got 'a'"),
        ("sizes", "1", "got 'sizes', nearest to size"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(name, text, words):
    with pytest.raises(ValueError, match="must be") as refusal:
        settings.changed(Config(), {name: text})

    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


@given(st.integers() | st.floats(allow_nan=False) | st.lists(st.integers(), min_size=1).map(tuple))
def test_what_is_written_is_read_again(value):
    assert settings.parsed(settings.written(value), value, "x") == value


@pytest.mark.parametrize("slug", chapters.slugs())
def test_every_published_setting_is_read_as_it_is_written(slug):
    for unit in chapters.units(slug):
        for name, value, _ in settings.fields(unit.config):
            if not (isinstance(value, tuple) and value and isinstance(value[0], tuple | dict)):
                assert settings.parsed(settings.written(value), value, name) == value
