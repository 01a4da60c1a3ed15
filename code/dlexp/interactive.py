"""Networks for the reader's browser: quantised, described layer by layer, and packed.

Chapter: book/grad_cam.md, and every page with a live network. Keras comes in as models only.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
