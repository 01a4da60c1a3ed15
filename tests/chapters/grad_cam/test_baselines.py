"""Base rates of maps: what places see, and what chance and bare activations get."""

from typing import Any

import numpy as np
import pytest

from dlexp.chapters.grad_cam import baselines, measure
from dlexp.lab.records import Record
from small import only_small_mnist


@pytest.fixture(scope="module")
def found() -> Any:
    with only_small_mnist(400, 40):
        taught = measure.train(measure.Config(epochs=1, batch_size=32), 0)
        record = Record("grad_cam", "train-seed=0", "", {"filters": 128}, 0, {}, taught.arrays, {})
        tiny = baselines.Baseline(fractions=(0.1, 0.3), num_images=20)
        return baselines.baselines(tiny, 0, record).numbers


def test_a_place_is_as_active_as_on_a_white_image_where_it_sees_no_ink() -> None:
    """The margin is the receptive field's: ink beyond it changes nothing, at it it may."""
    from dlexp.chapters.grad_cam import nets

    net = nets.network(8)
    white = np.zeros((1, 28, 28, 1), np.float32)
    before = np.asarray(net.trunk(white))
    for pixel in range(28):
        image = white.copy()
        image[0, :, pixel] = 1
        unseen = baselines.unseeing(image)[0]
        after = np.asarray(net.trunk(image))
        np.testing.assert_array_equal(after[0][unseen], before[0][unseen])
        moved = np.abs(after - before)[0].max(axis=2) > 0
        assert moved.any(axis=0).sum() == (~unseen).any(axis=0).sum()


def test_ink_of_its_own_is_seen() -> None:
    image = np.zeros((1, 28, 28, 1))
    image[0, 9, 9] = 1

    empty, blind = baselines.inkless(image)[0], baselines.unseeing(image)[0]

    assert np.argwhere(~empty).tolist() == [[2, 2]]
    assert (
        ~blind
    ).sum() == 25  # the first five rows and columns: a place sees seven pixels beyond its own
    assert not (blind & ~empty).any()


def test_blanking_agrees_with_itself_and_never_lies_on_what_is_not_read(found: Any) -> None:
    assert found["maps"]["blanking"]["agrees"] == pytest.approx(1)
    assert found["maps"]["blanking"]["unread"] == pytest.approx(0, abs=1e-6)
    assert found["maps"]["hires_cam"]["unread"] == pytest.approx(0, abs=1e-6)
    assert found["maps"]["grad_cam"]["unread"] > 0


def test_a_slope_that_forgets_nothing_is_hires_cam_and_one_that_forgets_all_grad_cam(
    found: Any,
) -> None:
    for kept, method in (("both", "hires_cam"), ("neither", "grad_cam")):
        agrees = found["maps"][method]["agrees_read"]
        assert found["slopes"][kept] == pytest.approx(agrees, abs=1e-4)


def test_a_peak_is_counted_as_unread_where_nothing_reads_it_and_then_it_is_cheap() -> None:
    blanking = np.zeros((2, 7, 7))
    blanking[:, 2, 2] = 1
    there, beyond = blanking.copy(), np.zeros((2, 7, 7))
    beyond[0, 6, 3] = beyond[1, 0, 0] = 1
    maps = {"blanking": blanking, "grad_cam": beyond, "hires_cam": there, "activations": there}

    counted = baselines._peaks(maps)

    assert counted["grad_cam"] == {"unread": 0.5, "cheap": 1}
    assert counted["hires_cam"] == {"unread": 0, "cheap": 0}
    assert counted["place"] == pytest.approx({"unread": 13 / 49, "cheap": 48 / 49})


def test_activity_follows_ink_or_not(found: Any) -> None:
    assert set(found["on_ink"]) == {"none", *baselines.CONVOLUTIONS}
    assert all(-1 <= each <= 1 for each in found["on_ink"].values())


def test_shares_are_shares(found: Any) -> None:
    assert 0 < found["seeing"] <= 1
    assert 0.9 < found["tossed"]["mixed"] <= 1
    assert 0 < found["tossed"]["lost"] < 1
    assert 0.1 <= found["sure"]["median"] <= 1
    kept = found["activations"].values()
    assert all(0 <= share <= 1 for shares in kept for share in shares)
