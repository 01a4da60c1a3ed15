"""What pages state is read from their sources: sentences, and the verdicts that they assume."""

from pathlib import Path

import pytest

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

<!--
```{supported} commented
This is no longer said.
```
-->

    ```{supported} indented
    This is shown as it is written.
    ```

<pre>
```{supported} preformatted
So is this.
```
</pre>

- In a list, too:

  ```{supported} listed
  One more.
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
        "b.listed": Statement("One more.", "supported"),
        "b.five": Statement("Perhaps.", "inconclusive"),
    }


def test_pages_expect_one_verdict_of_a_claim(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("```{supported} one\nSo it is.\n```\n")
    (tmp_path / "b.md").write_text("```{supported} a.one\nSo it is.\n```\n")
    assert statements(tmp_path)["a.one"].expected == "supported"

    (tmp_path / "b.md").write_text("```{refuted} a.one\nSo it is.\n```\n")
    rule = r"one verdict of a\.one; got supported in a\.md, refuted in b\.md"
    with pytest.raises(ValueError, match=rule):
        statements(tmp_path)


def test_a_page_that_continues_a_chapter_states_its_claims(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("```{supported} one\nSo it is.\n```\n")
    (tmp_path / "a_more.md").write_text("```{refuted} two\nSo it is not.\n```\n")
    (tmp_path / "ab.md").write_text("```{refuted} three\nNor this.\n```\n")

    assert set(statements(tmp_path)) == {"a.one", "a.two", "ab.three"}
