"""``python -m dlexp try``: a reader's own variation of a measure beside the published one."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dlexp import chapters, paths
from dlexp.cli import plotting
from dlexp.cli.arguments import add_place
from dlexp.cli.errors import WrongUse
from dlexp.cli.run import place
from dlexp.cli.words import columns, counted
from dlexp.draw.table import formatted, with_interval
from dlexp.lab import variations
from dlexp.lab.intervals import FEWEST_SEEDS
from dlexp.lab.records import Record
from dlexp.lab.settings import Field, fields, not_one_of, written
from dlexp.lab.store import Store
from dlexp.lab.units import HOME, Unit
from dlexp.lab.variations import Variation

SHORT = 6
"""Of a list that is longer, the first and the last number are shown."""

MOST_ROWS = 60
"""Numbers that are shown; the records have all."""

DESCRIPTION = (
    "Compute a measure of a chapter with settings of your own, beside the published runs nearest "
    "to it. Without a measure, list what there is to try. Nothing in results/ is touched; what "
    "was computed is kept below _build/try, and a run that was stopped goes on there."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let the command take its options."""
    parser.description = DESCRIPTION
    parser.add_argument("slug", metavar="SLUG", help="a chapter")
    parser.add_argument("measure", nargs="?", metavar="MEASURE", help="by default, list them")
    parser.add_argument("settings", nargs="*", metavar="FIELD=VALUE", help="what to change")
    parser.add_argument(
        "--seeds", type=_seeds, default=(), metavar="0,1,2", help="by default the first three"
    )
    parser.add_argument(
        "--data", default=HOME, metavar="DATA", help="fashion_mnist, or a folder of IDX files"
    )
    parser.add_argument(
        "--plot", type=plotting.target, metavar="FILE", help="a figure of it: .svg, .png or .pdf"
    )
    add_place(parser)


def _seeds(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.strip().isdecimal() for part in parts) or len(set(parts)) < len(parts):
        raise argparse.ArgumentTypeError(f"must be different whole numbers, 0,1,2; got {text!r}")
    return tuple(map(int, parts))


def try_it(options: argparse.Namespace) -> None:
    """Compute a variation and print it beside what is published, or list what can be varied.

    Raises
    ------
    WrongUse
        If there is no such chapter, measure, field or folder, or a value does not fit.
    """
    if options.slug not in chapters.slugs():
        raise WrongUse(not_one_of("SLUG", options.slug, chapters.slugs()))
    units = chapters.units(options.slug)
    if options.measure is None and options.plot:
        raise WrongUse("--plot must have a measure to draw; got none")
    if options.measure is None:
        print(*_listing(units), sep="\n")
        return
    published = Store()
    own = variations.store(published.code)
    try:
        varied = variations.variation(
            units, options.measure, _texts(options), seeds=options.seeds,
            data=_data(options.data), code=published.code,
        )  # fmt: skip
        for unit in varied.own:
            own.identify(unit)
    except ValueError as error:
        raise WrongUse(str(error)) from None
    before = published.load(varied.published)
    variations.borrow(varied.own, published, own)
    after = _computed(options, varied, own)
    print(*_table(varied, before, after), sep="\n")
    if options.plot:
        _draw(options.plot, before, after)
    folder = own.file(varied.own[0]).parent
    print(f"stored in {folder.relative_to(paths.PROJECT).as_posix()}")


def _computed(options: argparse.Namespace, varied: Variation, own: Store) -> list[Record]:
    from dlexp.lab import driver  # tqdm and more, which a list can do without

    with place(options) as (executor, jobs):
        return driver.run(varied.own, jobs=jobs, executor=executor, store=own)


def _draw(file: Path, before: Sequence[Record], after: Sequence[Record]) -> None:
    """Draw both sides into a file."""
    from dlexp.draw.versus import numbers, versus  # Matplotlib, which a table can do without

    old, new = ([record.numbers for record in records] for records in (before, after))
    try:
        drawing = versus(numbers(old), numbers(new), ("published", "yours"))
    except ValueError as error:
        raise WrongUse(f"--plot: {error}") from None
    plotting.save(drawing, file)
    print(f"drawn in {file.as_posix()}")


def _texts(options: argparse.Namespace) -> dict[str, str]:
    """Return the fields that the command line sets."""
    pairs = [text.partition("=") for text in (options.measure, *options.settings)]
    if pairs[0][1]:
        raise ValueError(f"a measure must stand before {options.measure!r}")
    for name, sign, _ in pairs[1:]:
        if not sign:
            raise ValueError(f"what is to be changed must read FIELD=VALUE; got {name!r}")
    return {name: text for name, _, text in pairs[1:]}


def _data(name: str) -> str:
    """Return the name of a set of the book, or the path of a folder.

    Raises
    ------
    ValueError
        If there is no such folder.
    """
    from dlexp.lab.elsewhere import FASHION

    if name in (HOME, FASHION):
        return name
    from dlexp.folder import existing

    return str(existing(name))


# --- What there is to try -------------------------------------------------------------------------


def _listing(units: Sequence[Unit]) -> Iterator[str]:
    for name, groups in variations.by_measure(units).items():
        first = groups[0][0]
        words = (first.measure.__doc__ or "").strip().splitlines()
        yield f"{name}: {words[0]}" if words else f"{name}:"
        seeds = ",".join(str(unit.seed) for unit in groups[0])
        yield f"    {counted(len(groups), 'configuration')} published; seeds {seeds}"
        configs = [fields(group[0].config) for group in groups]
        rows = [[f"    {_setting(field)}", _told(field, configs)] for field in configs[0]]
        yield from columns(rows) if rows else ()
        yield ""


def _setting(field: Field) -> str:
    return f"{field.name}={written(field.value)}"


def _told(field: Field, configs: Sequence[Sequence[Field]]) -> str:
    """Return the comment of a field, and what else is published for it."""
    values = [each.value for config in configs for each in config if each.name == field.name]
    others = dict.fromkeys(written(value) for value in values if value != field.value)
    also = f"also published: {'; '.join(others)}" if others else ""
    return " | ".join(filter(None, (field.comment, also)))


# --- Side by side ---------------------------------------------------------------------------------


def _table(varied: Variation, before: Sequence[Record], after: Sequence[Record]) -> Iterator[str]:
    """Yield the lines of a table: what was set, and each number with its interval over seeds."""
    published, own = varied.published[0], varied.own[0]
    yield f"{published.slug} {published.measure.__name__}"
    pairs = zip(fields(published.config), fields(own.config), strict=True)
    for old, new in pairs:
        if old.value != new.value:
            yield f"    {old.name}: {written(old.value)} -> {written(new.value)}"
    if own.data != published.data:
        yield f"    data: {published.data} -> {own.data}"
    old_numbers, new_numbers = _by_path(before), _by_path(after)
    names = list(dict.fromkeys([*old_numbers, *new_numbers]))
    heads = [f"published, {_seeds_words(before)}", f"yours, {_seeds_words(after)}"]
    rows = [
        [name, _mean(old_numbers.get(name)), _mean(new_numbers.get(name))]
        for name in names[:MOST_ROWS]
    ]
    yield from columns([["number", *heads], *rows])
    if len(names) > MOST_ROWS:
        yield f"and {len(names) - MOST_ROWS} more numbers, which the records have"


def _seeds_words(records: Sequence[Record]) -> str:
    return counted(len(records), "seed")


def _by_path(records: Sequence[Record]) -> dict[str, list[Any]]:
    """Return what each path has in all records: those that all have."""
    found = [dict(shown(record.numbers)) for record in records]
    return {path: [each[path] for each in found] for path in found[0] if _in_all(path, found)}


def _in_all(path: str, found: Sequence[Mapping[str, Any]]) -> bool:
    return all(path in each for each in found)


def shown(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the single values in nested numbers with their paths; of a long list, the ends.

    Examples
    --------
    >>> [path for path, _ in shown({"loss": [0.1] * 20, "run": {"epochs": 2}})]
    ['loss[0]', 'loss[19]', 'run.epochs']
    """
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from shown(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        places = range(len(value)) if len(value) <= SHORT else (0, len(value) - 1)
        for i in places:
            yield from shown(value[i], f"{path}[{i}]")
    else:
        yield path, value


def _mean(values: Sequence[Any] | None) -> str:
    """Return the mean of numbers, with its interval if there are enough of them."""
    if values is None:
        return "(none)"
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
        return "; ".join(dict.fromkeys(map(str, values)))
    if len(values) < FEWEST_SEEDS:
        return formatted(float(np.mean(values)), ".4g")
    return with_interval(values, ".4g")
