"""A chapter ``demo`` with records of its own, for the tests of claims on pages."""

from dataclasses import dataclass

from dlexp.lab.records import Record
from dlexp.lab.runs import Runs
from dlexp.lab.units import Unit

BOX = "```{{{verdict}}} {name}\nA is better & *faster* than B.\n```\n"
COUNTED = "```{counted}\ndemo.never\n: It never fails.\n```\n"
REGISTER = "```{claims-register}\n```\n"
ADDRESS = "claim-demo-better"


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings."""

    width: int = 4  # cells


def measure(_config, _seed):
    """Stands for a measure function; a page must never call it."""
    raise AssertionError("a page must never compute a unit")


UNITS = [Unit(measure=measure, config=Config(), seed=seed) for seed in range(3)]


def record(unit, value):
    made = {"seconds": 1.5, "processor": "Abacus", "python": "3.11", "versions": {"numpy": "2.4"}}
    key = f"{unit.seed}abcdef0123456789"
    return Record("demo", unit.name, key, {"width": 4}, unit.seed, {"value": value}, {}, made)


def runs(*values):
    """Return runs with these values."""
    pairs = zip(UNITS, values, strict=False)
    return Runs("demo", tuple(record(unit, value) for unit, value in pairs))


def better(found, name="better"):
    """Settle the claim that values lie above zero."""
    return found.above(name, "gain, points", found.numbers("value"))


def box(name="demo.better", verdict="supported"):
    """Return the source of a stated claim."""
    return BOX.format(name=name, verdict=verdict)


def page(*blocks, title="A page"):
    """Return the source of a page."""
    return "\n".join([f"# {title}\n", *blocks])
