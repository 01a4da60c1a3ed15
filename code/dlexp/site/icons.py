"""The icons that pages show, and no others: the theme brings two thousand of them to each page.

When the pages are written, the theme's style loses the rules of the icons that neither a page nor a
script names, and each icon font loses the glyphs that no style asks for. Its licence, the SIL OFL
1.1, reserves the font's name for what was not changed: so what is left has a name of its own.
"""

import hashlib
import io
import logging
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import pydata_sphinx_theme
from sphinx.application import Sphinx

from dlexp.site import complete

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
"""Where the theme's style and fonts lie as it brings them."""

STYLE = "styles/pydata-sphinx-theme.css"
"""The style that has the rules of the icons, below ``_static``."""

FONTS = "vendor/fontawesome/webfonts"
"""The folder of the icon fonts, below ``_static``."""

FAMILY = "Icons of this book"
"""What a font with fewer glyphs is called."""

LICENCE = {
    13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
    14: "https://openfontlicense.org",
}
"""What a font says of its licence, by the numbers of the entries; the theme's fonts say nothing."""

_NAME = re.compile(r"\bfa-[a-z0-9-]+")
_RULE = re.compile(r'(?P<selectors>(?:\.fa-[\w-]+:before,?)+)\{content:"(?P<sign>[^"]*)"\}')
_ESCAPE = re.compile(r"\\(?:(?P<code>[0-9a-fA-F]{1,6}) ?|(?P<sign>.))")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SOURCE = re.compile(
    r'src:url\([^)]*/(?P<font>[\w-]+)\.woff2\) format\("woff2"\),'
    r'url\([^)]*\.ttf\) format\("truetype"\)'
)
_LINK = re.compile(rf"({re.escape(STYLE)})(?:\?(?:digest|v)=\w+)?")


def names(text: str) -> set[str]:
    """Return the icons that a page or a script names.

    Examples
    --------
    >>> sorted(names('<i class="fa-solid fa-bars"></i>'))
    ['fa-bars', 'fa-solid']
    """
    return set(_NAME.findall(text))


def pruned(style: str, named: Collection[str]) -> str:
    """Return a style without the rules of the icons that are not named.

    Raises
    ------
    ValueError
        If it has no such rule: it is then another version of the theme.

    Examples
    --------
    >>> pruned('.fa-x:before,.fa-y:before{content:"*"}.fa-z:before{content:"+"}', {"fa-y"})
    '.fa-x:before,.fa-y:before{content:"*"}'
    """
    if not _RULE.search(style):
        raise ValueError(f"{STYLE} must have a rule for each icon; got none")
    return _RULE.sub(lambda rule: rule[0] if names(rule["selectors"]) & set(named) else "", style)


def signs(style: str) -> set[str]:
    r"""Return the signs that a style asks of an icon font: those of its rules, and private ones.

    Examples
    --------
    >>> sorted(signs(r'.fa-plus:before{content:"\+"}.next::after{content:"\f105"}'))
    ['+', '\uf105']
    """
    of_rules = (sign for rule in _RULE.finditer(style) for sign in _unescaped(rule["sign"]))
    return {*of_rules, *_PRIVATE.findall(_unescaped(style))}


def _unescaped(style: str) -> str:
    return _ESCAPE.sub(lambda e: chr(int(e["code"], 16)) if e["code"] else e["sign"], style)


def cut_down(font: Path, wanted: Iterable[str]) -> bytes:
    """Return a font with the glyphs of some signs alone, as WOFF, under a name of its own."""
    from fontTools import subset, ttLib  # a third of a second, and most builds cut nothing

    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it reports each table
    options = subset.Options(name_IDs=["*"], flavor="woff", notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(wanted)))
    stream = io.BytesIO()
    with ttLib.TTFont(font, recalcTimestamp=False) as glyphs:
        cutter.subset(glyphs)
        _rename(glyphs)
        glyphs.flavor = "woff"
        glyphs.save(stream)
    return stream.getvalue()


def _rename(font: Any) -> None:
    """Call a font by `FAMILY` wherever it says its name, and have it say its licence."""
    entries = font["name"]
    style = entries.getDebugName(17) or entries.getDebugName(2)
    whole = {1: FAMILY, 3: f"{FAMILY} {style}", 4: f"{FAMILY} {style}", 16: FAMILY}
    whole[6] = re.sub(r"\W", "-", whole[4])
    for place in {(entry.platformID, entry.platEncID, entry.langID) for entry in entries.names}:
        for number, words in {**whole, **LICENCE}.items():
            entries.setName(words, number, *place)


def write(site: Path) -> None:
    """Replace the theme's style and fonts by what the pages of a site and their scripts use."""
    static = site / "_static"
    # No page loads it: see `dlexp.site.tidy`.
    for unused in static.glob("scripts/fontawesome.js*"):
        unused.unlink()
    files = (file for file in site.rglob("*.html") if static not in file.parents)
    pages = {file: file.read_text("utf-8") for file in files}
    scripts = (file.read_text("utf-8") for file in sorted(static.rglob("*.js")))
    named = {name for text in (*pages.values(), *scripts) for name in names(text)}
    style = pruned((THEME / STYLE).read_text("utf-8"), named)
    others = (f.read_text("utf-8") for f in static.rglob("*.css") if f != static / STYLE)
    wanted = {sign for text in (style, *others) for sign in signs(text)}
    style = _with_fonts(style, static, wanted)
    (static / STYLE).write_text(style, "utf-8")
    digest = hashlib.sha256(style.encode()).hexdigest()[:8]
    for file, before in pages.items():
        after = _LINK.sub(rf"\1?v={digest}", before)
        if after != before:
            file.write_text(after, "utf-8")


def _with_fonts(style: str, static: Path, wanted: set[str]) -> str:
    """Write the fonts that a style names, cut down, and return it with their addresses."""
    for file in (static / FONTS).glob("*"):
        file.unlink()

    def replaced(source: re.Match[str]) -> str:
        content = cut_down(THEME / FONTS / f"{source['font']}.ttf", wanted)
        (static / FONTS / f"{source['font']}.woff").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()[:8]
        return f'src:url(../{FONTS}/{source["font"]}.woff?v={digest}) format("woff")'

    return _SOURCE.sub(replaced, style)


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Cut down what was copied, unless the site of the last good build stands."""
    site = Path(app.outdir)
    if exception is None and app.builder.format == "html" and not complete.stands(site):
        write(site)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to Sphinx, after pages are tidy and before their addresses are followed."""
    app.connect("build-finished", finish, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
