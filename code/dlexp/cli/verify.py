"""``python -m dlexp verify``: compute records again, and compare them and their claims."""

import argparse
from collections.abc import Sequence

from dlexp import chapters
from dlexp.cli.arguments import chosen_slugs
from dlexp.cli.errors import DoesNotHold
from dlexp.cli.run import place
from dlexp.cli.words import counted
from dlexp.lab import verify as lab
from dlexp.lab.runs import Runs
from dlexp.lab.store import Store
from dlexp.lab.verify import Agreement, Check

_SHOWN = 5  # differences per unit


def verify(options: argparse.Namespace) -> None:
    """Compute units of the chosen chapters again, and print how they and their claims agree.

    Raises
    ------
    DoesNotHold
        If a unit is outside its band, or a claim does not hold.
    """
    slugs = chosen_slugs(options)
    units = chapters.all_units(slugs)
    store = Store()
    with place(options) as (executor, jobs):
        checks = lab.verify(
            units, sample=options.sample, seed=options.seed, store=store, jobs=jobs,
            executor=executor,
        )  # fmt: skip
    for check in checks:
        _print_check(check)
    computed = [check for check in checks if check.agreement is not Agreement.LEFT_OUT]
    broken = sum(_print_claims(slug, computed) for slug in slugs)
    outside = sum(check.agreement is Agreement.OUTSIDE for check in checks)
    if outside or broken:
        raise DoesNotHold(
            f"{outside} of {counted(len(computed), 'unit')} outside the band, "
            f"{counted(broken, 'claim')} not as published"
        )
    left_out = len(checks) - len(computed)
    print(f"{counted(len(computed), 'unit')} verified" + (f", {left_out} not" if left_out else ""))


def _print_check(check: Check) -> None:
    print(f"{check.unit.place}: {check.agreement}")
    for line in check.moved[:_SHOWN]:
        print(f"    {line}")
    if len(check.moved) > _SHOWN:
        print(f"    and {len(check.moved) - _SHOWN} more")
    for line in check.environment:
        print(f"    {line}")


def _print_claims(slug: str, checks: Sequence[Check]) -> int:
    """Print each claim that rests on a recomputed unit; return how many do not hold now."""
    own = [check for check in checks if check.unit.slug == slug]
    if not own:
        return 0
    fresh = {check.unit.name: check.fresh for check in own}
    published = chapters.load(slug)
    replaced = Runs(slug, tuple(fresh.get(record.name, record) for record in published))
    compared = lab.check_claims(
        chapters.claims(published), chapters.claims(replaced), [check.unit for check in own]
    )
    for check in compared:
        old, new = check.before, check.after
        moved = "" if new.effect == old.effect else f", {old.effect:.6g} -> {new.effect:.6g}"
        print(f"{old.id}: {'inside' if check.holds else 'OUTSIDE'}, {new.verdict}{moved}")
    return sum(not check.holds for check in compared)
