"""Where chance plays a part in the book's claims, and where it does not."""

from itertools import product

import pytest

from dlexp import chapters
from dlexp.byhand import conv
from dlexp.chapters.conv_shapes.cases import Cases
from dlexp.chapters.keras_tuner.speed_up import Crowd
from dlexp.chapters.pooling_dropout.counts import REPORTED, reported
from dlexp.chapters.rnn_vs_cnn.counting import Counts
from dlexp.lab.blame import Broken
from dlexp.lab.claims import Claim, mean_within
from dlexp.lab.runs import Runs


@pytest.fixture(scope="module")
def settled() -> dict[str, Claim]:
    books = (chapters.claims(chapters.load(slug)) for slug in chapters.slugs())
    return {claim.id: claim for claims in books for claim in claims}


def small_settings() -> int:
    """Return how many settings of a same padding `Cases` has, a stride or a dilation alone."""
    config = Cases()
    sizes, kernels, steps = config.sizes, config.kernels, config.steps
    every = product(*(range(1, most + 1) for most in (sizes, kernels, steps, steps)))
    return sum(1 in (s, d) and conv.effective_kernel(k, d) <= n for n, k, s, d in every)


def kept_sizes() -> int:
    """Return how many settings of its same padding PyTorch was asked about."""
    every = product(range(1, 13), range(1, 7), range(1, 4))
    return sum(conv.effective_kernel(k, d) <= n for n, k, d in every)


def test_what_is_counted_whole_is_counted_whole(settled: dict[str, Claim]) -> None:
    """The number of all cases, worked out once more; a sample has no place in this list."""
    layers = sum(len(reported(name, pooled=each)) for name in REPORTED for each in (True, False))
    whole = {
        "conv_shapes.networks_agree": 2 * (8 + 9) + 2 * 5,  # one ends at the eighth of nine
        "conv_shapes.same_pads_by_the_rule": small_settings(),
        "conv_shapes.reported_for_pytorch": 9,
        "conv_shapes.torch_pads_alike": kept_sizes(),
        "pooling_dropout.counts_agree": 2 * layers,
        "rnn_vs_cnn.length_adds_nothing": 5 * (len(Counts().lengths) - 1),  # five kinds of layers
        "rnn_vs_cnn.stacks_by_the_formula": 2 * len(Counts().seen),  # plain and dilated
        "keras_tuner.workers_agree": 2 * Crowd().repeats,  # all but the first of 2n + 1
    }

    counted = {name: claim.counts[1] for name, claim in settled.items() if claim.exhaustive}
    assert counted == whole


def test_everything_else_met_with_chance_three_times(settled: dict[str, Claim]) -> None:
    few = [name for name, claim in settled.items() if not claim.exhaustive and len(claim.seeds) < 3]

    assert few == []


def test_only_arithmetic_and_recorded_values_rest_on_no_run(settled: dict[str, Claim]) -> None:
    bare = {name: claim.beside for name, claim in settled.items() if not claim.units}

    assert list(bare) == ["conv_shapes.reported_for_pytorch", "conv_shapes.torch_pads_alike"]
    assert all(beside.startswith("PyTorch ") for beside in bare.values())


def _three_alone(runs: Runs) -> Claim:
    return Runs(runs.slug, runs.records[:3]).above("some", "gain", [1.0, 2.0, 3.0])


def _three_named(runs: Runs) -> Claim:
    return mean_within(
        f"{runs.slug}.some", "gain", values=[1.0, 2.0, 3.0], low=0, high=None,
        seeds=runs.seeds[:3], units=runs.names,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (_three_alone, "must rest on all seeds of the runs that it names; got none of scales-seed"),
        (_three_named, r"seeds must be those of its runs; got \[0, 1, 2\], where its runs have"),
    ],
)
def test_no_claim_leaves_a_seed_out(monkeypatch, chosen, message) -> None:
    runs = chapters.load("batch_norm")("scales")
    module = chapters.module("batch_norm", "claims")
    monkeypatch.setattr(module, "claims", lambda _: [chosen(runs)])

    with pytest.raises(Broken, match=message):
        chapters.claims(runs)
