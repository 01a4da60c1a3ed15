"""The book's experiments: one module per slug, each with ``Config``, ``units`` and ``claims``."""

import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType

from dlexp.results import Unit


def slugs() -> list[str]:
    """Return the names of all experiments, sorted."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if not name.startswith("_"))


def module(slug: str) -> ModuleType:
    """Return the module of one experiment.

    Raises
    ------
    ValueError
        If there is no such experiment.
    """
    known = slugs()
    if slug not in known:
        raise ValueError(f"an experiment must be one of {', '.join(known)}; received {slug!r}")
    return importlib.import_module(f"{__name__}.{slug}")


def units(slug: str) -> list[Unit]:
    """Return the units of one experiment, in its own order.

    After those of its claims come those that only its live figures show, if it has ``live_units``.
    """
    found = module(slug)
    shown: list[Unit] = found.live_units() if hasattr(found, "live_units") else []
    return [*found.units(), *shown]


def all_units(slugs: Iterable[str] | None = None) -> list[Unit]:
    """Return the units of some experiments, or of all."""
    chosen = globals()["slugs"]() if slugs is None else slugs
    return [unit for slug in chosen for unit in units(slug)]
