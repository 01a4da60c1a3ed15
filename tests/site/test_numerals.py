"""What a numeral is: of all kinds, and no name."""

import pytest

from dlexp.site.numerals import numerals


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("It reached 0.9914 in the end.", ["0.9914"]),
        ("It reached 99.14%, or 99 %.", ["99.14%", "99 %"]),
        ("With 241,546 weights and 1 792 more.", ["241,546", "1", "792"]),
        ("Within 5ms, 3 s, 10x faster, ×4.", ["5ms", "3", "10x", "4"]),
        ("Down by −0.5 or -0.5, up by +2, ±1.", ["−0.5", "-0.5", "+2", "±1"]),
        ("At 1e-3, 10^-3, 10⁻³, 2½, ½.", ["1e-3", "10^-3", "10⁻³", "2½", "½"]),
        ("At 12:30 on 2024-03-16.", ["12:30", "2024", "03", "16"]),
        ("3/4 of 28x28 and 28 × 28 images.", ["3/4", "28", "28", "28", "28"]),
        (".99 is a number", [".99"]),
        ("Filters 32-64-128, top-5, a 3-way split", ["32", "64", "128", "5", "3"]),
        ("In 1998 the 3rd, in the 1990s.", ["1998", "3rd", "1990s"]),
        ("It ends with 7.", ["7"]),
        ("Version 2.21.0 of it", ["2.21.0"]),
        ("ACCURACY-99.1 and SHA-2%", ["99.1", "2%"]),
        ("⑩, Ⅻ, accuracy⁹⁹, 九十九, x½", ["⑩", "Ⅻ", "⁹⁹", "九十九", "½"]),
        ("acc99.1", ["1"]),
    ],
)
def test_numerals_of_all_kinds_are_seen(prose, expected):
    assert numerals(prose) == expected


@pytest.mark.parametrize(
    "prose",
    [
        "Conv2D",
        "float32",
        "SHA-256",
        "CIFAR-10",
        "2D",
        "conv_3",
        "v1.2",
        "m²",
        "h₁",
        "https://a.b/12",
    ],
)
def test_names_are_no_numerals(prose):
    assert numerals(f"The {prose} here.") == []
