"""What the page computes of records by itself is what Keras computes."""

import importlib
import itertools
import re
from typing import Any

import numpy as np
import pytest

import placing
from dlexp import paths
from dlexp.byhand import shapes
from dlexp.byhand.layers import Convolution
from dlexp.chapters.grad_cam import corner, measure, nets, page
from dlexp.chapters.grad_cam.claims import networks
from dlexp.lab.runs import Runs, load


@pytest.fixture(scope="module")
def runs() -> Runs:
    return load(measure.units())


@pytest.fixture(scope="module")
def activations(runs: Runs) -> Any:
    return runs("gallery").only.arrays["first_activations"].astype(np.float64)


def test_the_head_in_numpy_is_that_of_keras(runs: Runs, activations: Any) -> None:
    net = nets.trained(networks(runs).records[0])

    expected = np.asarray(net.head(activations.astype(np.float32)))

    np.testing.assert_allclose(corner.head(runs, activations), expected, atol=1e-3)


def test_a_place_that_is_not_read_costs_nothing(runs: Runs, activations: Any) -> None:
    classes = corner.head(runs, activations).argmax(axis=1)

    lost = corner.falls(runs, activations, classes)

    assert (lost[:, 6] == 0).all()
    assert (lost[:, :, 6] == 0).all()
    assert lost[:, :6, :6].max() > 1


@pytest.mark.parametrize("filters", nets.FILTERS)
def test_the_layers_by_hand_have_the_parameters_of_keras(runs: Runs, filters: int) -> None:
    rows = shapes.walk(page.layers(filters), (*nets.SIZE, 1))

    counted = sum(row.parameters for row in rows)
    assert (networks(runs, filters).numbers("parameters") == counted).all()


def test_keras_answers_as_the_page_says(runs: Runs) -> None:
    """Fault ten: what is refused, what is missing, and the cut whose gradient is nothing."""
    answers = runs("gallery").only.numbers

    assert "no defined output" in answers["sequential_output"]
    assert "no defined output" in answers["added_output"]
    assert (answers["listed_gradient"], answers["added_gradient"]) == (True, False)
    assert (answers["mean_exists"], answers["tf_mean_exists"]) == (False, True)


def test_two_digits_take_a_quarter_of_the_filters_and_leave_a_row_out(runs: Runs) -> None:
    """As the page says; by the parameters, with half the hidden units."""
    twin = runs("twin", head="flatten")

    ours = [layer.filters for layer in page.layers() if isinstance(layer, Convolution)]
    assert [4 * count for count in twin.config["filters"]] == ours
    convolutions = sum(9 * a * b + b for a, b in itertools.pairwise([1, *twin.config["filters"]]))
    flat, hidden = (7 // 2) * (14 // 2) * twin.config["filters"][-1], 128 // 2
    dense = flat * hidden + hidden + hidden * 10 + 10
    assert (twin.numbers("parameters") == convolutions + dense).all()


CALL = re.compile(r"^(page|corner|faults|trials)\.(\w+)\((runs)?\)$", re.MULTILINE)
BLOCK = re.compile(r"^```\{glue(?::figure)?\} (\w+)$", re.MULTILINE)
BY_CELLS = {"grad_cam_steps"}
"""Published by a call that takes what a shown cell has computed."""


def test_the_pages_place_what_they_publish_and_each_its_own_blocks(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything: set[str] = set()
    for name in ("grad_cam", "grad_cam_tests"):
        items = placing.collected(monkeypatch)
        text = (paths.BOOK / f"{name}.md").read_text("utf-8")
        for module, function, argument in CALL.findall(text):
            shows = importlib.import_module(f"dlexp.chapters.grad_cam.{module}")
            getattr(shows, function)(*[runs] * bool(argument))
        assert set(BLOCK.findall(text)) <= {*items, *BY_CELLS}
        assert everything.isdisjoint(items)
        everything |= set(items)

    placed = set(placing.PLACE.findall(placing.chapter_text("grad_cam")))
    assert placed - BY_CELLS == everything
