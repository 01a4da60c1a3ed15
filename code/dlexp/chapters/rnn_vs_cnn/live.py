"""The live figure of the chapter on sequences: what a longer one costs; formulas alone, no runs.

Chapter: book/rnn_vs_cnn.md.
"""

from collections.abc import Mapping

from dlexp.draw.live import LiveFigure

FIGURES: Mapping[str, LiveFigure] = {
    "sequence_length": LiveFigure(("charts", "sequence_length")),
}
