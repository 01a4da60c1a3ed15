"""A toy chapter that a test's own process imports, for the tests of the store."""

import itertools

import numpy as np

NUMBERS = {"mean": 0.5, "history": {"loss": [1.0, 0.25], "name": "toy"}, "count": 3, "none": None}


ARRAYS = {"weights": np.arange(6, dtype=np.float16).reshape(2, 3), "one": np.array(7)}


PROVENANCE = {"seconds": 1.5, "versions": {"numpy": np.__version__}}


FRESH_NAMES = (f"toy_{i}" for i in itertools.count())
