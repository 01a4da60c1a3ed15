"""The program of the fast network, as the page shows it: it runs, and is the recipe of the records.

In full it takes a minute, so it learns from few images here.
"""

import re
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest

from dlexp.chapters.convolutional_networks import contenders, nets, recipes
from dlexp.paths import BOOK

SIZE = 256
"""Training images."""


@pytest.fixture(scope="module")
def ran() -> dict[str, Any]:
    """Return what the program has defined when it ends."""
    page = (BOOK / "convolutional_networks.md").read_text("utf-8")
    [program] = re.findall(r"^```{code-block} python\n(import keras\n.*?)^```", page, re.M | re.S)
    pixels, answers = np.zeros((SIZE, 28, 28), np.uint8), np.arange(SIZE) % 10
    defined: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        pairs = ((pixels, answers), (pixels[:100], answers[:100]))
        patch.setattr(keras.datasets.mnist, "load_data", lambda: pairs)
        exec(compile(program, "program", "exec"), defined)
    return defined


def test_the_shown_network_is_that_of_the_records(ran: dict[str, Any]) -> None:
    theirs = nets.fast(contenders.FAST.layers, normalised=True, shift=0)

    def settings(model: keras.Model) -> list[tuple[type, dict[str, Any]]]:
        return [(type(x), {**x.get_config(), "name": "", "dtype": ""}) for x in model.layers]

    assert settings(ran["network"]) == settings(theirs)


def test_the_shown_rate_is_that_of_the_records(ran: dict[str, Any]) -> None:
    passes, size = ran["passes"], ran["size"]
    config = replace(contenders.FAST, images=passes * SIZE)
    theirs, steps = recipes._adam(config), range(ran["steps"] + 1)

    assert (passes, size) == (contenders.FAST_PASSES, contenders.FAST.batch_size)
    rates = [float(ran["rate"](step)) for step in steps]
    assert rates == pytest.approx([float(theirs._learning_rate(step)) for step in steps])
    assert max(rates) == pytest.approx(contenders.FAST.rate)
