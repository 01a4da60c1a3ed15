"""Words of the glossary are links where a page first uses them, unless it explains them itself."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup

WORDS = """# Words

```{glossary}
kernel
  A small grid.

stride of a kernel
  How far it moves.

gates
  What a cell lets through.

Adam
  A descent.

claim
  A sentence.
```
"""

TEACHES = """# Kernels

```{index} ! kernel, ! stride of a kernel
```

A kernel. Adam.
"""

USES = """# Uses of a kernel

Kernels, `gate`, $gate$, [a gate](other), a claim, adam, and the stride of a kernel.

Kernels again, *gate*, a gate, and **Adam**.

| gate |
|---|
| Adam |
"""

CONTINUES = "# More\n\n```{index} ! gates, ! Adam, ! claim\n```\n\nNo kernel.\n"

PAGES = {
    "index": "# Start\n\n[](words), [](a), [](b), [](a_more), [](other), [](book/api_x)\n",
    "words": WORDS,
    "a": TEACHES,
    "a_more": CONTINUES,
    "b": USES,
    "other": "# Other\n\nA *kernel* is this; kernels are many.\n",
    "book/api_x": "# The package\n\nA kernel.\n",
}


@pytest.fixture
def linked(build: Callable[..., Any]) -> Callable[[str], dict[str, str]]:
    """The links of a page to words, by their text."""
    names = ("addresses", "subjects", "glossary", "terms", "previews")
    built = build([f"dlexp.site.{name}" for name in names], **PAGES)
    assert built.warnings == []

    def read(page: str) -> dict[str, str]:
        found = BeautifulSoup(built.page(page), "html.parser").select("article a.term, body a.term")
        assert all(link["title"] and "previewed" in link["class"] for link in found)
        return {re.sub(r"\s+", " ", link.get_text()): str(link["href"]) for link in found}

    return read


def test_first_place_of_a_word_leads_to_its_definition(
    linked: Callable[[str], dict[str, str]],
) -> None:
    assert linked("b") == {
        "Kernels": "words.html#term-kernel",
        "stride of a kernel": "words.html#term-stride-of-a-kernel",
        "Adam": "words.html#term-Adam",  # a gate is explained where it stands in italics
    }
    assert linked("a") == linked("a_more") == {}  # the chapter teaches them all
    assert linked("other") == linked("words") == linked("api_x") == {}
