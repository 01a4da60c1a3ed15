"""Styles that print in light, as text; ``tests/browser/test_paper.py`` asks a browser."""

import re

from books import Book
from dlexp.site.paper import printed_in_light


def test_light_rules_hold_for_all_on_paper_and_dark_ones_for_none() -> None:
    style = 'html[data-theme="light"] p{c:d}a{b:c}p,html[data-theme=dark] b:not(.x,.y){e:f}'
    assert printed_in_light(style) == (
        '@media not print{html[data-theme="light"] p{c:d}}@media print{html[data-theme] p{c:d}}'
        "a{b:c}"
        "@media not print{p,html[data-theme=dark] b:not(.x,.y){e:f}}"
        "@media print{p,html[data-theme=none] b:not(.x,.y){e:f}}"
    )


def test_rules_in_comments_stay_comments() -> None:
    style = "/* a; [data-theme=dark] {b} */"
    assert printed_in_light(style) == style
    assert printed_in_light(style + "[data-theme=dark]{b:c}").startswith(f"{style}@media")


def test_every_style_of_the_site_is_printed_in_light(tiny: Book) -> None:
    styles = {
        file.name: file.read_text("utf-8")
        for file in (tiny.html / "_static").rglob("*.css")
        if file.parent.name != "interactive"
    }
    themed = {name for name, style in styles.items() if "data-theme" in style}
    on_screen = re.compile(r"@media not print\{[^{}]*\{[^{}]*\}\}")
    either = re.compile(r"data-theme=[\"']?(light|dark)")
    assert {"pydata-sphinx-theme.css", "sphinx-book-theme.css", "pygments.css"} <= themed
    assert [name for name in themed if either.search(on_screen.sub("", styles[name]))] == []
