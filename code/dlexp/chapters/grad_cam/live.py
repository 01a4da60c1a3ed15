"""The live figure of the chapter on Grad-CAM: a digit of one's own, explained in the browser.

Chapter: book/grad_cam.md.
"""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from dlexp import data
from dlexp.chapters.grad_cam import browser_network, measure
from dlexp.draw.live import LiveFigure
from dlexp.lab.runs import load


def network() -> dict[str, Any]:
    """Return the published network as the browser's engine wants it.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If a record is not current.
    """
    record = load(measure.units())("export").only
    weights = browser_network.from_arrays(record.arrays)
    return browser_network.pack(record.numbers["input"], record.numbers["layers"], weights)


def digits() -> dict[str, Any]:
    """Return the digits to start from, and what Keras says to fault ten.

    Returns
    -------
    dict
        ``digits``: the first test images, then the surest errors, each with ``index``, ``label``,
        ``chosen``, ``error`` (whether it is one of the latter) and ``pixels``, bytes in base64.
        ``message``: Keras's words. ``typical``: for each class, scores of test images called so.

    Raises
    ------
    dlexp.lab.store.MissingResult
        If a record is not current.
    """
    runs, test = load(measure.units()), data.mnist().test
    record = runs("export").only
    chosen = record.arrays["logits"].argmax(axis=1)
    rows = [
        {
            "index": int(index),
            "label": int(test.labels[index]),
            "chosen": int(chosen[place]),
            "error": place >= record.config["num_first"],
            "pixels": base64.b64encode(np.rint(test.images[index] * 255).astype(np.uint8)).decode(),
        }
        for place, index in enumerate(record.arrays["indices"])
    ]
    typical = np.round(record.arrays["typical"].astype(float), 2).tolist()
    message = runs("gallery").only.numbers["added_output"]
    return {"digits": rows, "message": message, "typical": typical}


FIGURES: Mapping[str, LiveFigure] = {
    "digit": LiveFigure(("engine", "digit"), {"network": network, "digits": digits}),
}
