"""What pages state is read from their sources: sentences, and the verdicts that they assume."""

from pathlib import Path

from dlexp.lab.statements import Statement, statements

A = """# A

```{supported} one
One sentence,
over two lines.
```

````{note}
:::{refuted} demo.two
Another.
:::
````

```{counted}
three
: Never *this*.
four
: Never that,
  either.
```
"""

B = """# B

````markdown
```{supported} shown
This is how to state something.
```
````

```{code-cell} ipython3
text = "```{supported} printed"
```

```python
x = 1
```

```{inconclusive} five
Perhaps.
```
"""


def test_statements_are_read_from_the_pages(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(A)
    (tmp_path / "b.md").write_text(B)

    assert statements(tmp_path) == {
        "a.one": Statement("One sentence, over two lines.", "supported"),
        "demo.two": Statement("Another.", "refuted"),
        "a.three": Statement("Never *this*.", "supported"),
        "a.four": Statement("Never that, either.", "supported"),
        "b.five": Statement("Perhaps.", "inconclusive"),
    }
