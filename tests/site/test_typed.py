"""Numbers that are typed into code and shown as if they were computed."""

from pathlib import Path

import pytest

from dlexp import paths
from dlexp.site.typed import findings

CHAPTERS = sorted((paths.PROJECT / "code" / "dlexp").rglob("*.py"))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("publish.number('lit', 0.991, '.1%')", "0.991"),
        ("publish.number('lit', value=0.991, spec='.1%')", "0.991"),
        ("number('lit', -(99 / 100), '.1%')", "-(99 / 100)"),
        ("publish.mean_with_interval('lit', [0.98, 0.99], '.1%')", "[0.98, 0.99]"),
        ("publish.mean_with_interval('lit', values=[0.98, 0.99], spec='.1%')", "[0.98, 0.99]"),
        ("publish.number('lit', float('0.991'), '.1%')", "float('0.991')"),
        ("best = 0.991\npublish.number('lit', 100 * best, '.1f')", "100 * best"),
        ("glue('s', '99.2 %')", "99.2 %"),
        ("glue('s', 0.992)", "0.992"),
        ("publish.table('t', ['a'], [['net', '0.994']], caption='words')", "0.994"),
        ("publish.table('t', ['a', 'of 99 %'], rows, caption='words')", "99 %"),
        ("publish.table('t', header, rows, caption='It reached 0.99')", "0.99"),
        ("display(Markdown('**99.1 %**'))", "99.1 %"),
        ("axes.set_title('0.996')", "0.996"),
        ("title = 'It reached 0.996'\naxes.set_title(title)", "0.996"),
        ("axes.set_xlabel(f'{name}: 0.996')", "0.996"),
        ("Drawing(figure, 'A line that ends at 0.996.')", "0.996"),
    ],
)
def test_typed_number_is_found(cell: str, shown: str) -> None:
    [finding] = findings(cell)
    assert shown in finding


@pytest.mark.parametrize(
    "cell",
    [
        "publish.number('best', max(runs), '.1%')",
        "publish.number('seeds', len(SEEDS), 'd')",
        "publish.mean_with_interval('lead', 100 * np.subtract(ours, theirs), '.1f')",
        "publish.number('rate', config.rate, 'g')",
        "best = runs.mean()\npublish.number('best', 100 * best, '.1f')",
        "best = 0\nbest = max(runs)\npublish.number('best', best, '.1f')",
        "total = 0\nfor run in runs:\n    total += run\npublish.number('total', total, 'd')",
        "publish.table('t', ['a'], [[f'{best:.2f}', '{:.1%}'.format(worst)]], caption='words')",
        "publish.table('t', ['a'], [[formatted(best, '.2f')]], caption='words')",
        "axes.set_title(f'{best:.2f} of all')",
        "glue('word', 'better')",
        "print(28, 0.5)",
        "x = [0.1, 0.2]\naxes.plot(x, linewidth=0.5)",
    ],
)
def test_what_is_computed_or_shown_as_code_is_left_alone(cell: str) -> None:
    assert list(findings(cell)) == []


@pytest.mark.parametrize("file", CHAPTERS, ids=lambda file: file.stem)
def test_no_number_is_published_that_the_package_types(file: Path) -> None:
    """Its texts are another matter: captions say what a figure is of."""
    assert [each for each in findings(file.read_text("utf-8")) if " in " not in each] == []
