"""The chapters of the book that measure something: one package per slug.

A chapter offers ``measure.units``, ``claims.claims``, and ``live.FIGURES`` if it has live figures;
what it draws and places, its page imports. Chapters do not import each other.
"""

import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType

from dlexp.lab.claims import Claim
from dlexp.lab.runs import Runs
from dlexp.lab.runs import load as load_runs
from dlexp.lab.units import Unit


def slugs() -> list[str]:
    """Return the names of all chapters that measure something, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)


def module(slug: str, part: str) -> ModuleType:
    """Return a module of a chapter, such as its ``measure``.

    Raises
    ------
    ValueError
        If there is no such chapter.
    """
    known = slugs()
    if slug not in known:
        raise ValueError(f"a chapter must be one of {', '.join(known)}; got {slug!r}")
    return importlib.import_module(f"{__name__}.{slug}.{part}")


def units(slug: str) -> list[Unit]:
    """Return the units of one chapter, in its own order."""
    listed: list[Unit] = module(slug, "measure").units()
    return listed


def all_units(chosen: Iterable[str] | None = None) -> list[Unit]:
    """Return the units of some chapters, or of all."""
    return [unit for slug in (slugs() if chosen is None else chosen) for unit in units(slug)]


def claims(runs: Runs) -> list[Claim]:
    """Return the claims that the runs of a chapter settle.

    Raises
    ------
    ValueError
        If a claim is not of the chapter, two have one name, or one rests on no run of it.
    """
    settled: list[Claim] = list(module(runs.slug, "claims").claims(runs))
    names = {claim.id for claim in settled}
    if len(names) != len(settled):
        raise ValueError(f"the names of claims must differ; got one twice in {runs.slug}")
    for claim in settled:
        _check(claim, runs)
    return settled


def _check(claim: Claim, runs: Runs) -> None:
    if claim.slug != runs.slug:
        raise ValueError(f"a claim must be named {runs.slug}.<snake_case>; got {claim.id}")
    unknown = sorted(set(claim.units) - set(runs.names))
    if unknown:
        raise ValueError(f"{claim.id} must rest on runs of {runs.slug}; got {', '.join(unknown)}")


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
    """Return the published runs of a chapter.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If one of them has no current record.
    """
    return load_runs(units(slug))
