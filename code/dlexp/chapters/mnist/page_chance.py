"""What the page on measuring shows of chance: candidates, two sources, losses, and scales.

Chapter: book/mnist.md.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from dlexp.byhand.arrays import Floats
from dlexp.chapters.mnist import chance, figures, reports
from dlexp.chapters.mnist.claims import ASKED, FEW
from dlexp.chapters.mnist.readers import (
    FEWEST,
    MAIN,
    MOST,
    NEAREST,
    at_best_rate,
    at_chosen,
    best_accuracies,
    best_rates,
    chosen_pass,
    dropped,
    if_independent,
    if_shared,
    mean_sources,
    optimism,
    rivals,
    sources,
    watched,
)
from dlexp.chapters.mnist.scaling import LARGEST_PIXEL, SCALES
from dlexp.draw import publish
from dlexp.draw.table import formatted
from dlexp.lab.intervals import mean_interval
from dlexp.lab.runs import Runs

HIGH_RATE = 0.1
"""The learning rate of report C's first network."""

HALF_POINT = 0.005
"""Half of an interval that is narrow enough, as a share of the images."""


def candidates(runs: Runs) -> None:
    """Show what choosing the best of several networks adds, beside two formulas."""
    panels = {}
    for title, alike in (("one recipe", True), ("many learning rates", False)):
        competes = rivals(runs, alike=alike)
        counts = competes.config["counts"]
        panels[title] = {
            "measured": _by_count(optimism, competes),
            "independent": _by_count(if_independent, competes),
            "shared": _by_count(if_shared, competes),
        }
    publish.figure("best_of", figures.best_of(panels, counts))
    off = _last_ratio(panels["many learning rates"])
    publish.mean_with_interval("recipes_shared", off, ".2f")
    publish.number("one_gain", 100 * panels["one recipe"]["measured"][:, -1].mean(), ".1f")
    publish.number("one_guess", 100 * panels["one recipe"]["independent"][:, -1].mean(), ".1f")


def _last_ratio(group: Mapping[str, Floats]) -> Floats:
    """Return what was measured over what the second formula says, with the most networks."""
    return np.asarray(group["measured"][:, -1] / group["shared"][:, -1])


def _by_count(law: Callable[[Runs, int, int], Floats], competes: Runs) -> Floats:
    """Return a law at each number of networks, (seeds, counts)."""
    return np.stack([law(competes, FEW, count) for count in competes.config["counts"]], axis=1)


def two_sources(runs: Runs) -> None:
    """Show how far scores stray, and by which chance."""
    parts = mean_sources(runs)
    rows = []
    for images in (100, FEW, 1_000, ASKED, reports.IMAGES):
        whole = parts.of_score(images)
        widths = [
            np.sqrt(variance)
            for variance in (
                parts.networks,
                whole - parts.networks,
                whole,
                parts.of_difference(images, paired=False),
                parts.of_difference(images, paired=True),
            )
        ]
        rows.append([f"{images:,}", *(formatted(100 * width, ".2f") for width in widths)])
    header = ["images", "luck of the start", "luck of the images", "score", "apart", "paired"]
    alike = rivals(runs, alike=True)
    caption = (
        "One recipe, a thousand training images, ten passes: how far a score strays, and the "
        "difference of two networks, as standard deviations in points for given training images; "
        "computed from three variances, which tell of more images, too, than the "
        f"{alike.config['unseen']:,} new ones that there were (last row)"
    )
    publish.table("two_sources", header, rows, caption=caption)
    low, high = mean_interval([part.networks for part in sources(alike)])
    for end, variance in (("", parts.networks), ("_low", low), ("_high", high)):
        publish.number(f"seed_spread{end}", 100 * np.sqrt(variance), ".2f")
    publish.figure(
        "half_widths",
        figures.half_widths(parts, (100, 200, 500, 1_000, 2_000, 5_000, 10_000), (1, 5)),
    )
    publish.number("networks_for_half", networks_for(parts, HALF_POINT), "d")
    _alarms(alike, parts)
    discordant, wrong = (alike.numbers("apart", name) for name in ("discordant", "wrong"))
    share = float((discordant / (2 * wrong)).mean())
    publish.number("discordant_share", share, ".0%")
    _reports_apart(share)


def networks_for(parts: chance.Sources, half: float) -> int:
    """Return the networks of each recipe that make half an interval so small on shared images."""
    variance = parts.of_difference(reports.IMAGES, paired=True)  # with one of each
    return math.ceil(variance * (figures.Z / half) ** 2)


def _alarms(alike: Runs, parts: chance.Sources) -> None:
    """Count the pairs that McNemar's test calls different, and say how many one may expect."""
    config = alike.config
    shares = dict(zip(config["asked"], alike.numbers("alarms").T, strict=True))
    pairs = len(alike) * (config["networks"] // 2)
    publish.number("pairs", pairs, "d")
    publish.number("alarms", pairs * shares[ASKED].mean(), ".0f")
    publish.number("alarms_implied", _alarms_implied(parts, ASKED), ".0%")


def _alarms_implied(parts: chance.Sources, images: int) -> float:
    """Return how often McNemar's test sees two networks that differ by the spread of the starts."""
    luck = parts._replace(networks=0.0).of_difference(images, paired=True)
    stray = np.sqrt(luck / parts.of_difference(images, paired=True))
    return math.erfc(figures.Z * stray / math.sqrt(2))


def _reports_apart(share: float) -> None:
    """Say how far apart two reports' networks are, and what they would be by our share."""
    one, other = reports.A_LAST, reports.B_LAST
    difference = reports.apart(one, other)
    wrong = reports.apart(one, 1) + reports.apart(other, 1)
    publish.number("reports_apart", difference, "d")
    publish.number("reports_wrong", wrong, "d")
    # An odd number of images, as the difference is one.
    publish.number("reports_discordant", 2 * (share * wrong // 2) + 1, ".0f")
    most = max(d for d in range(difference, wrong, 2) if told(d, difference))
    publish.number("most_discordant", most, "d")


def told(discordant: int, difference: int) -> bool:
    """Whether McNemar's test tells a difference of so many images among so many discordant."""
    first = (discordant - difference) // 2
    return chance.sign_test(first, discordant - first) < chance.SIGNIFICANT


# --- Loss and accuracy --------------------------------------------------------------------------


def losses(runs: Runs) -> None:
    """Show loss and accuracy on unseen images, and how sure the network is."""
    watches = watched(runs)
    loss, accuracy = (watches.numbers("judges", what) for what in ("loss", "accuracy"))
    chosen = float((chosen_pass(watches, "loss") + 1).mean())
    publish.figure("loss_and_accuracy", figures.loss_and_accuracy(loss, accuracy, chosen))
    bins = {
        "lowest validation loss": _bins(watches, "chosen"),
        "last pass": _bins(watches, "last"),
    }
    publish.figure("reliability", figures.reliability(bins))
    sums = bins["lowest validation loss"]
    excess = (sums["confidence"].sum() - sums["right"].sum()) / sums["images"].sum()
    publish.number("chosen_excess", 100 * excess, ".1f")
    for name, title in (("chosen", "lowest validation loss"), ("last", "last pass")):
        wrong = bins[title]["images"] - bins[title]["right"]
        publish.number(f"sure_{name}", wrong[-1] / wrong.sum(), ".0%")
    _choices(runs)


def _choices(runs: Runs) -> None:
    """List what loss and accuracy do after the lowest validation loss, training by training."""
    listed = {f"{size:,}": watched(runs, size) for size in (FEWEST, MAIN, MOST, NEAREST)}
    rows = []
    for name, watches in {**listed, "dropout": dropped(runs)}.items():
        loss, accuracy = (watches.numbers("judges", what)[:, -1] for what in ("loss", "accuracy"))
        by_loss, by_accuracy = (
            at_chosen(watches, by, "judges", "accuracy") for by in ("loss", "accuracy")
        )
        times = (loss / at_chosen(watches, "loss", "judges", "loss")).mean()
        differences = (accuracy - by_loss, by_accuracy - by_loss)
        rows.append([name, formatted(times, ".2f"), *map(_give_or_take, differences)])
    header = ["images", "loss, times", "accuracy", "chosen by accuracy"]
    caption = (
        "On unseen images, from the pass of the lowest validation loss to the last: by what the "
        "loss is multiplied, and what is added to the accuracy, in points. Last: what is added "
        "where the pass is chosen by accuracy (± half of the interval over draws)"
    )
    publish.table("loss_choice", header, rows, caption=caption)


def _give_or_take(shares: Floats) -> str:
    """Return the mean over the draws in points, and half of its interval."""
    low, high = mean_interval(100 * shares)
    return f"{formatted((low + high) / 2, '+.2f')} ± {formatted((high - low) / 2, '.2f')}"


def _bins(watches: Runs, name: str) -> Mapping[str, Floats]:
    """Return the sums of each bin over all seeds."""
    return {
        what: watches.numbers("reliability", name, what).sum(axis=0)
        for what in ("images", "confidence", "right")
    }


# --- Scales of pixels ---------------------------------------------------------------------------


def scales(runs: Runs) -> None:
    """Show which learning rates work for which scale of the pixels."""
    titles = {"SGD": runs("scale", optimizer="sgd"), "Adam": runs("scale", optimizer="adam")}
    panels = {
        title: {name: tried.numbers(name, "accuracy") for name in SCALES}
        for title, tried in titles.items()
    }
    rates = titles["SGD"].config["rates"]
    publish.figure("rates", figures.rates(panels, rates))
    publish.number("tried_rates", len(rates), "d")
    rows = []
    for title, optimizer in (("SGD", "sgd"), ("Adam", "adam")):
        for name, (label, _) in figures.SCALES.items():
            best = best_rates(runs, optimizer, name)
            rates_told = " to ".join(dict.fromkeys(f"{r:.1g}" for r in (best.min(), best.max())))
            loss, share = (
                at_best_rate(runs, optimizer, name, what).mean()
                for what in ("last_loss", "accuracy")
            )
            rows.append([f"{title}, {label}", rates_told, f"{loss:.1g}", f"{share:.1%}"])
    header = ["optimiser, pixels", "best rates", "training loss", "accuracy"]
    caption = (
        "The best learning rates of each scale over the draws; there, the training loss of the "
        "last pass and the accuracy on the new images, which chose the rate"
    )
    publish.table("scales", header, rows, caption=caption)
    place = int(np.argmin(np.abs(np.array(rates) - HIGH_RATE)))
    raw = titles["SGD"]
    exploded = raw.numbers("raw", "first_loss")[:, place].mean()
    publish.number("dead_loss", float(f"{exploded:.2g}"), ",.0f")
    publish.number("dead_accuracy", raw.numbers("raw", "accuracy")[:, place].mean(), ".0%")
    publish.number("square_powers", 2 * math.log10(LARGEST_PIXEL), ".1f")
    _end_of_grid(runs, rates)
    lost = best_accuracies(runs, "adam", "divided") - best_accuracies(runs, "adam", "raw")
    publish.mean_with_interval("adam_lost", 100 * lost, ".1f")


def _end_of_grid(runs: Runs, rates: Sequence[float]) -> None:
    """Say how near the lowest rate is to what the square asks for, and what happens towards it."""
    common = float(np.median(best_rates(runs, "sgd", "divided")))
    publish.number("lowest_over", rates[0] * LARGEST_PIXEL**2 / common, ".1f")
    raw = runs("scale", optimizer="sgd").numbers("raw", "accuracy").mean(axis=0)
    publish.number("raw_best", raw.max(), ".0%")
    publish.number("raw_best_rate", rates[int(raw.argmax())], ".1g")
    publish.number("raw_lowest", raw[0], ".0%")
