"""Run a program of a page, where nothing can be downloaded: ``python run_program.py FILE``."""

import runpy
import sys
from pathlib import Path

PROGRAM = Path(sys.argv[1])

if "keras.datasets" in PROGRAM.read_text("utf-8"):
    import keras

    from dlexp.mnist import pairs_of_mnist

    keras.datasets.mnist.load_data = lambda: tuple(
        (pair.images, pair.labels) for pair in map(pairs_of_mnist().get, ("train", "test"))
    )

runpy.run_path(str(PROGRAM), run_name="__main__")
