"""What a numeral in prose is, and what only looks like one."""

import re

GAP = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in a text for what is no prose: code, mathematics, a computed number, an address."""

_NUMERAL = re.compile(
    r"""
    (?<!\w) [+\-−±]?                                    # a sign that is no hyphen
    (?: \d{1,2}:\d{2}(?::\d{2})?(?!\d)                  # 12:30
      | \d{1,3}(?:[,'’\u2009\u202f\u00a0]\d{3})+(?:\.\d+)?(?!\d)   # 1,792.5
      | \d+(?:[./]\d+)*                                 # 28  0.99  3/4  2.21.0
      | \.\d+ )                                         # .99
    (?: [eE][+\-−]?\d+ | \^[+\-−]?\d+ | [⁺⁻]?[⁰¹²³⁴-⁹]+ )?        # 1e-3  10^-3  10⁻³
    ½?                                                  # 2½
    (?: \s?[%‰] | [^\W\d_]+ )?                          # 99 %  10x  5ms  3rd
    | ½+ | [⁰¹²³⁴-⁹]{2,}                                # ½  ⑩  Ⅻ  accuracy⁹⁹, but m² is a unit
    """,
    re.VERBOSE,
)
_ADDRESS = re.compile(r"(?:https?://|www\.|doi:)\S+")
_TIMES = re.compile(r"(?<=\d)[xX](?=\d)")
_NAME = re.compile(r"(?:[A-Z]{2,}-\d\w*|\bv\d+\.[\d.]+|(?<!\w)[1-4]D)$")  # SHA-256, v1.2, 2D
_HIGH_AND_LOW = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"


def numerals(text: str) -> list[str]:
    """Return the numerals in a line of prose, as they are written.

    Names are no numerals: those with a letter before the digit, with capitals and a hyphen, or
    of a number of dimensions.

    Examples
    --------
    >>> numerals("From 0.99 to 98 %, 1,792 weights, −0.5 points, 10⁻³, 12:30 and 3/4.")
    ['0.99', '98 %', '1,792', '−0.5', '10⁻³', '12:30', '3/4']
    >>> numerals("Conv2D, float32, CIFAR-10, SHA-256, 2D")
    []
    >>> numerals("28x28 images, 10x faster, 32-64-128, ACCURACY-99.1, ⑩")
    ['28', '28', '10x', '32', '64', '128', '99.1', '⑩']
    """
    text = _TIMES.sub("×", _ADDRESS.sub(GAP, text))
    return [
        text[match.start() : match.end()]
        for match in _NUMERAL.finditer("".join(map(_sign, text)))
        if not _NAME.search(text[: match.end()])
    ]


def _sign(character: str) -> str:
    """Return a character, or ``½`` for one that is a number by itself: a fraction, ⑩ or Ⅻ."""
    digit = character.isdecimal() or character in _HIGH_AND_LOW
    return "½" if character.isnumeric() and not digit else character
