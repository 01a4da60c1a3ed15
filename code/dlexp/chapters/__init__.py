"""The chapters of the book that measure something: one package per slug.

A chapter offers ``measure.units``, ``claims.claims``, ``live.FIGURES`` if it has live figures, and
``travels.units`` and ``travels.claims`` if some of its claims are asked again on other data; what
it draws and places, its page imports. Chapters do not import each other.
"""

import contextlib
import importlib
import pkgutil
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType

from dlexp.lab.blame import Broken, blaming
from dlexp.lab.claims import Claim
from dlexp.lab.drafts import until_waiting
from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.runs import load as load_runs
from dlexp.lab.units import HOME, Unit


def slugs() -> list[str]:
    """Return the names of all chapters that measure something, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)


BUDGET = 12.0
"""CPU-minutes that a chapter's records may cost, unless its ``measure.BUDGET`` says otherwise."""

TRAVELS_BUDGET = 15.0
"""CPU-minutes that all records on Fashion-MNIST may cost together."""


def budget(slug: str) -> float:
    """Return the CPU-minutes that all records of a chapter may cost, computed from nothing."""
    return float(getattr(module(slug, "measure"), "BUDGET", BUDGET))


def module(slug: str, part: str) -> ModuleType:
    """Return a module of a chapter, such as its ``measure``.

    Raises
    ------
    ValueError
        If there is no such chapter.
    ModuleNotFoundError
        If the chapter has no such module.
    dlexp.lab.blame.Broken
        If the module cannot be imported.
    """
    known = slugs()
    if slug not in known:
        raise ValueError(f"a chapter must be one of {', '.join(known)}; got {slug!r}")
    try:
        with watched(slug):
            return importlib.import_module(f"{__name__}.{slug}.{part}")
    except Broken as error:
        missing = error.__cause__
        if isinstance(missing, ModuleNotFoundError) and missing.name == f"{__name__}.{slug}.{part}":
            raise missing from None
        raise


def watched(slug: str) -> AbstractContextManager[None]:
    """Return a context in which a chapter that fails is named, with its file and line."""
    return blaming(slug, Path(__file__).parent / slug)


def units(slug: str) -> list[Unit]:
    """Return the units of one chapter, in its own order; those on other data come last.

    Raises
    ------
    dlexp.lab.blame.Broken
        If the chapter fails to list them, or lists something else.
    """
    listed = _listed(slug, "measure")
    if travels(slug):
        listed += _listed(slug, "travels")
    strange = [unit for unit in listed if not isinstance(unit, Unit) or unit.slug != slug]
    if strange or not listed:
        got = repr(strange[0]) if strange else "none"
        raise Broken(f"{_at(slug, 'measure')} units() must return units of the chapter; got {got}")
    places = [unit.place for unit in listed]
    for place in places:
        if places.count(place) > 1:
            raise Broken(f"{_at(slug, 'measure')} units must differ; got {place} twice")
    return listed


def _listed(slug: str, part: str) -> list[Unit]:
    offering = _offering(slug, part, "units")
    with watched(slug):
        return list(offering.units())


def travels(slug: str) -> bool:
    """Return whether some claims of a chapter are asked again on other data."""
    return (Path(__file__).parent / slug / "travels.py").is_file()


def _offering(slug: str, part: str, function: str) -> ModuleType:
    """Return a module of a chapter that has a function, or say that it has none."""
    with contextlib.suppress(ModuleNotFoundError):
        found = module(slug, part)
        if callable(getattr(found, function, None)):
            return found
    raise Broken(f"{_at(slug, part)} a chapter must define {function}()")


def _at(slug: str, part: str) -> str:
    return f"{slug}: code/{__name__.replace('.', '/')}/{slug}/{part}.py:"


def all_units(chosen: Iterable[str] | None = None) -> list[Unit]:
    """Return the units of some chapters, or of all."""
    return [unit for slug in (slugs() if chosen is None else chosen) for unit in units(slug)]


def claims(runs: Runs, part: str = "claims") -> list[Claim]:
    """Return the claims that the runs of a chapter settle.

    Parameters
    ----------
    runs : Runs
    part : str, optional
        The module that settles them: ``"travels"`` for runs on other data.

    Raises
    ------
    dlexp.lab.blame.Broken
        If the chapter fails to settle them, a claim is not of the chapter, two have one name, or
        one rests on other runs or seeds than it says, or leaves some out.
    """
    chapter = _offering(runs.slug, part, "claims")
    with watched(runs.slug):
        settled: list[Claim] = list(until_waiting(lambda: chapter.claims(runs)))
    for claim in settled:
        _check(claim, runs)
    names = {claim.id for claim in settled}
    if len(names) != len(settled):
        raise Broken(f"the names of claims must differ; got one twice in {runs.slug}")
    return settled


def _check(claim: object, runs: Runs) -> None:
    if type(claim) is not Claim:  # what follows the rule is a claim, and no lookalike of one
        raise Broken(f"{runs.slug}: claims() must yield claims; got {claim!r}")
    if claim.slug != runs.slug:
        raise Broken(f"a claim must be named {runs.slug}.<snake_case>; got {claim.id}")
    unknown = sorted(set(claim.units) - set(runs.names))
    if unknown:
        raise Broken(f"{claim.id} must rest on runs of {runs.slug}; got {', '.join(unknown)}")
    met = {record.seed for record in runs if record.name in claim.units}
    if set(claim.seeds) != met and (claim.units or claim.seeds) and not claim.exhaustive:
        listed = f"{list(claim.seeds)}, where its runs have {sorted(met)}"
        raise Broken(f"{claim.id}: seeds must be those of its runs; got {listed}")
    if claim.exhaustive and len(met) > 1:
        rule = "what differs from seed to seed is a sample, and never all there is"
        raise Broken(f"{claim.id}: {rule}; got `exhaustive` with seeds {sorted(met)}")
    _check_whole(claim, runs)


def _check_whole(claim: Claim, runs: Runs) -> None:
    """No claim leaves a seed out: which ones to take could be decided by what came out."""
    used = [record for record in runs if record.name in claim.units]
    measured = [_without_seed(record) for record in used]
    for record in runs:
        if record not in used and _without_seed(record) in measured:
            rule = "a claim must rest on all seeds of the runs that it names"
            raise Broken(f"{claim.id}: {rule}; got none of {record.name}")


def _without_seed(record: Record) -> tuple[str, dict[str, object]]:
    """Return what a run is of, the seed aside."""
    return record.name.partition("-")[0], record.settings


def settings(slug: str) -> dict[str, type]:
    """Return the classes of a chapter's configurations by name; they hold the published defaults.

    A field that has no default, because it varies from unit to unit, is no setting.
    """
    classes = {type(unit.config) for unit in units(slug)}
    return {kind.__name__: kind for kind in sorted(classes, key=lambda kind: kind.__name__)}


def setting(slug: str, path: str) -> object:
    """Return a setting of a chapter.

    Parameters
    ----------
    slug : str
    path : str
        ``"Rates.steps"``, a field of a configuration as it is published; or ``"claims.BAR"``,
        a constant of one of the chapter's modules.

    Raises
    ------
    ValueError
        If there is no such setting.

    Examples
    --------
    >>> setting("batch_norm", "Rates.batch_size")
    64
    """
    owner, _, name = path.partition(".")
    configs = settings(slug)
    try:
        holder = configs[owner] if owner in configs else module(slug, owner)
        return getattr(holder, name)
    except (ImportError, AttributeError):
        known = ", ".join(configs)
        raise ValueError(
            f"a setting must be a field of {known}, or module.CONSTANT of {slug}; got {path!r}"
        ) from None


def load(slug: str) -> Runs:
    """Return the published runs of a chapter, on MNIST.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If one of them has no current record.
    """
    listed = [unit for unit in units(slug) if unit.data == HOME]
    with watched(slug):
        return load_runs(listed)


def load_elsewhere(slug: str) -> Runs:
    """Return the runs of a chapter on Fashion-MNIST; none, if it has none.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If one of them has no current record.
    """
    listed = [unit for unit in units(slug) if unit.data != HOME] if travels(slug) else []
    with watched(slug):
        return load_runs(listed) if listed else Runs(slug, ())


def claims_elsewhere(runs: Runs) -> list[Claim]:
    """Return the claims that the runs of a chapter on Fashion-MNIST settle, by their names there.

    Raises
    ------
    dlexp.lab.blame.Broken
        As `claims`.
    """
    return claims(runs, "travels") if len(runs) else []
