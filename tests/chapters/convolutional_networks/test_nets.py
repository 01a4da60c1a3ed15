"""The networks of the chapter: what they cost, and that they are what they are called."""

import numpy as np
import pytest

from dlexp.byhand import shapes
from dlexp.chapters.convolutional_networks import contenders, nets, page_recipes, readers, reports
from dlexp.chapters.convolutional_networks.learning import built
from dlexp.chapters.convolutional_networks.shifting import ShiftTogether


@pytest.mark.parametrize("report", nets.REPORTED)
def test_the_networks_of_the_reports_have_their_parameters(report: str) -> None:
    counted = shapes.walk(readers.layers_of_report(report), nets.IMAGE)

    assert nets.reported(report).count_params() == page_recipes.PARAMETERS[report]
    assert sum(row.parameters for row in counted) == page_recipes.PARAMETERS[report]


@pytest.mark.parametrize("kind", [kind for kind in contenders.KINDS if kind != "local"])
def test_layers_are_counted_as_keras_builds_them(kind: str) -> None:
    config = contenders.KINDS[kind]
    rows = shapes.walk(readers.layers_of(config), nets.IMAGE)

    assert sum(row.parameters for row in rows) == built(config).count_params()


def test_contenders_are_equal_where_they_are_said_to_be() -> None:
    conv, local, wide, narrow = contenders.KINDS.values()
    work = [readers.multiplications(each) for each in (conv, local, wide)]

    assert max(work) < 1.01 * min(work)
    assert built(narrow).count_params() == pytest.approx(built(conv).count_params(), rel=0.05)
    assert built(local).count_params() == pytest.approx(9 * built(conv).count_params(), rel=0.05)


def test_kernels_have_nearly_equal_parameters() -> None:
    counts = [built(config).count_params() for config in contenders.KERNELS.values()]

    assert max(counts) < 1.06 * min(counts)


def test_fields_are_equal() -> None:
    assert len({readers.field(config) for config in contenders.FIELDS.values()}) == 1


def test_images_are_shifted_together_and_in_training_alone() -> None:
    layer, images = ShiftTogether(2), np.zeros((3, 9, 9, 1), np.float32)
    images[:, 4, 4] = 1

    assert np.array_equal(layer(images), images)
    found = [np.argwhere(np.asarray(layer(images, training=True))[..., 0]) for _ in range(30)]
    places = {tuple(each[0, 1:].tolist()) for each in found}
    assert all(len({tuple(row[1:]) for row in each.tolist()}) == 1 for each in found)
    assert len(places) > 5
    assert all(2 <= row <= 6 and 2 <= column <= 6 for row, column in places)


def test_the_log_of_report_c_reaches_the_goal_where_it_is_said_to() -> None:
    before, at = reports.LOGGED_C[reports.PASSES_TO_GOAL - 2 : reports.PASSES_TO_GOAL]

    assert before < reports.GOAL <= at
    assert reports.LOGGED_C[-1] == reports.C
