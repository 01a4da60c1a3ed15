"""The figures on pooling and dropout: each draws, and has words from its own numbers."""

import numpy as np
import pytest

from dlexp.chapters.pooling_dropout import figures, figures_of_moves, moves, nets
from helpers import assert_drawn

EDGE = np.eye(4)
MAPS = {"edges": EDGE, "max": EDGE[:2, :2], "average": EDGE[:2, :2] / 2}
MASKED = {"rate 0.5": [2 * EDGE * [1, 0, 1, 0], EDGE]}
DIGITS = {"shift": {"0": EDGE, "4": EDGE}, "zoom": {"0.8": EDGE}}
FALLING = np.array([[0.9, 0.8, 0.5], [0.9, 0.7, 0.4]])
CURVES = {"shift": dict.fromkeys(figures.NETWORKS, FALLING)}
AMOUNTS = {"shift": (0, 2, 4)}
DISPLACED = {"max": {"shift": (np.array([0, 4.0]), np.array([[0, 0.5], [0, 0.7]]))}}
FACTORS = {"pooling": np.array([0.01, 0.02, 0.03]), "dropout": np.array([-0.01, -0.02, -0.03])}
EFFECTS = {"training": {"1,000 images": FACTORS, "10,000 images": FACTORS}}
EPOCHS = {"with dropout": dict.fromkeys(("reported", "train", "validation"), FALLING)}
GAINS = {500: np.array([0.01, 0.02]), 1000: np.array([0.0, 0.01])}
BY_RATE = {0.0: np.array([0.9, 0.9]), 0.5: np.array([0.8, 0.9])}
MASKS = {
    "accuracy": {
        "masks": np.array([[0.8, 0.9]]), "plain": [0.7], "scaled": [0.85], "ensemble": [0.95]
    }
}  # fmt: skip
BINS = {
    "count": np.array([9, 100]), "confidence": np.array([0.4, 0.9]), "accuracy": np.array([0, 0.8])
}  # fmt: skip
RELIABILITY = dict.fromkeys(figures.PREDICTIONS, BINS)
FIGURES = {
    "pooled": (
        lambda: figures.pooled(MAPS),
        "max: 2 by 2 cells, mean 0.50, largest 1.00",
    ),
    "masked": (
        lambda: figures.masked(EDGE, MASKED),
        "rate 0.5: the first mask keeps 50% of the inked cells, the mean is off by 0.00",
    ),
    "moves": (
        lambda: figures.moves(DIGITS),
        "shift: 0, 4; zoom: 0.8",
    ),
    "by move": (
        lambda: figures.by_move(CURVES, AMOUNTS),
        "shift 4: dense 45%, strided 45%",
    ),
    "displacement": (
        lambda: figures.displacement(DISPLACED),
        "max pooling, shift by 4.0: 60.0",
    ),
    "effects": (
        lambda: figures.effects(EFFECTS),
        "(pooling, dropout). training, 1,000 images: +2.0, -2.0; training, 10,000",
    ),
    "epochs": (
        lambda: figures.epochs(EPOCHS),
        "with dropout: reported 90.0% to 45.0%",
    ),
    "rates": (
        lambda: figures.rates(GAINS, BY_RATE, BY_RATE),
        "+1.50 with 500, +0.50 with 1,000 images",
    ),
    "masks": (
        lambda: figures.masks(MASKS, (1, 100)),
        "accuracy: 0.800 to 0.900; without dropout 0.700, dropout, one pass 0.850",
    ),
    "reliability": (
        lambda: figures.reliability(RELIABILITY),
        "ensemble: +0.125",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_and_its_words_come_from_its_numbers(name: str) -> None:
    draw, words = FIGURES[name]

    assert_drawn(draw(), words)


def test_every_network_and_every_kind_of_move_can_be_drawn() -> None:
    assert set(figures.NETWORKS) == set(nets.ARCHITECTURES)
    assert set(figures_of_moves.UNITS) == set(moves.MOVES)


def test_an_effect_stands_at_its_mean_and_its_bar_is_its_interval() -> None:
    figure = figures.effects(EFFECTS).figure

    marks = figure.axes[0].lines[0]
    np.testing.assert_allclose(marks.get_xdata(), [2, -2])
    assert figure.axes[0].collections


def test_a_bin_with_few_predictions_is_not_drawn() -> None:
    figure = figures.reliability({"plain": BINS}).figure

    assert len(figure.axes[0].lines[1].get_xdata()) == 1  # type: ignore[arg-type]
