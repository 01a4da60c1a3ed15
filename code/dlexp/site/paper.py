"""The book is printed in light, whatever the theme on the screen: the ink of the dark one is pale.

The theme and the colours of code have two sets of rules, one for each value of an attribute of the
page. On paper the light set is made to hold for both.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx

from dlexp.site import interactive_files

_RULE = re.compile(
    r"(?s:/\*.*?\*/)"  # a comment, which may look like a rule
    r"|(?:^|(?<=[{};/]))(?P<selector>[^{};]*\[data-theme=[^{}]*)(?P<body>\{[^{}]*\})"
)
_SCREEN = "@media not print"
_LIGHT = re.compile(r"\[data-theme=[\"']?light[\"']?\]")
_DARK = re.compile(r"\[data-theme=[\"']?dark[\"']?\]")


def printed_in_light(style: str) -> str:
    """Return a style whose light rules hold for all on paper, and whose dark ones for none.

    Examples
    --------
    >>> printed_in_light("[data-theme=dark] p{top:0}")
    '@media not print{[data-theme=dark] p{top:0}}@media print{[data-theme=none] p{top:0}}'
    >>> printed_in_light("p{top:0}")
    'p{top:0}'
    """
    return _RULE.sub(lambda rule: _twice(rule) if rule["body"] else rule[0], style)


def _twice(rule: re.Match[str]) -> str:
    """Return a rule for the screen and for paper, of one weight: the order still decides."""
    paper = _DARK.sub("[data-theme=none]", _LIGHT.sub("[data-theme]", rule["selector"]))
    return f"{_SCREEN}{{{rule[0]}}}@media print{{{paper}{rule['body']}}}"


def print_in_light(app: Sphinx, exception: Exception | None) -> None:
    """Have the styles of the site printed in light; live figures have no place on paper."""
    if exception is not None or app.builder.format != "html":
        return
    for file in Path(app.outdir, "_static").rglob("*.css"):
        style = file.read_text("utf-8")
        if file.parent.name != interactive_files.TARGET and _SCREEN not in style:
            file.write_text(printed_in_light(style), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, behind the theme, which writes the colours of code at the very end."""
    app.connect("build-finished", print_in_light, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
