"""The figures on pooling and dropout: each draws, and has words from its own numbers."""

import numpy as np
import pytest

from dlexp.chapters.pooling_dropout import (
    figures,
    figures_of_moves,
    figures_of_training,
    moves,
    nets,
    readers,
)
from helpers import assert_drawn

EDGE = np.eye(4)
MAPS = {"edges": EDGE, "max": EDGE[:2, :2], "average": EDGE[:2, :2] / 2}
MASKED = {"rate 0.5": [2 * EDGE * [1, 0, 1, 0], EDGE]}
DIGITS = {"shift": {"0": EDGE, "4": EDGE}, "zoom": {"0.8": EDGE}}
FALLING = np.array([[0.9, 0.8, 0.5], [0.9, 0.7, 0.4]])
CURVES = {"shift": dict.fromkeys(figures_of_moves.NETWORKS, FALLING)}
CURED = dict.fromkeys(figures_of_moves.CURES, 1 - FALLING)
AMOUNTS = {"shift": (0, 2, 4)}
PLACES = np.moveaxis(np.array([[[0.9, 0.2], [0.6, 0.4]], [[0.1, 0.8], [0.4, 0.6]]]), 0, -1)
LEARNING = {"training": dict.fromkeys(figures_of_training.FACTORS, FALLING)}
BY_NAME = dict.fromkeys(figures_of_training.DENSE, FALLING)
MASKS = {
    "accuracy": {
        "masks": np.array([[0.8, 0.9]]), "plain": [0.7], "scaled": [0.85], "ensemble": [0.95]
    }
}  # fmt: skip
FIGURES = {
    "pooled": (
        lambda: figures.pooled(MAPS),
        "max: 2 by 2 cells, mean 0.50, largest 1.00",
    ),
    "windows": (
        lambda: figures.windows({"in place": (9, 9, 0, 0), "by one": (0, 9, 9, 0)}),
        "by one, 0 9 9 0: 9 9, 4.5 4.5, 0 9.",
    ),
    "masked": (
        lambda: figures.masked(EDGE, MASKED),
        "rate 0.5: the first mask keeps 50% of the inked cells, the mean is off by 0.00",
    ),
    "moves": (
        lambda: figures_of_moves.moves(DIGITS),
        "shift: 0, 4; zoom: 0.8",
    ),
    "by move": (
        lambda: figures_of_moves.by_move(CURVES, AMOUNTS),
        "shift 4: dense 45%, strided 45%",
    ),
    "cures": (
        lambda: figures_of_moves.cures(CURED, {"global_max": FALLING}, (0, 2, 4)),
        "in the frame: max pooling 55.0, blurred pooling 55.0",
    ),
    "fooled": (
        lambda: figures_of_moves.fooled({"max": PLACES}, 0),
        "A 0 at each place nearby. max pooling: wrong at 2 of 4 places",
    ),
    "learning": (
        lambda: figures_of_training.learning(LEARNING),
        "training: neither 90.0% to 45.0%",
    ),
    "memory": (
        lambda: figures_of_training.memory({"wrong": BY_NAME, "true": BY_NAME}),
        "wrong: without dropout 90% to 45%",
    ),
    "reliance": (
        lambda: figures_of_training.reliance({"pixels": BY_NAME}, {"pixels": (0, 0.1, 0.2)}),
        "pixels: without dropout 90% to 45%",
    ),
    "masks": (
        lambda: figures_of_training.masks(MASKS, (1, 100)),
        "accuracy: 0.800 to 0.900; one, without dropout 0.700, one, with dropout 0.850",
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_and_its_words_come_from_its_numbers(name: str) -> None:
    draw, words = FIGURES[name]

    assert_drawn(draw(), words)


def test_every_network_and_every_kind_of_move_can_be_drawn() -> None:
    assert set(figures_of_moves.NETWORKS) == set(nets.ARCHITECTURES)
    assert set(figures_of_moves.CURES) == {"max", *nets.REMEDIES} - {"global_average"}
    assert set(figures_of_moves.UNITS) == set(moves.MOVES)
    assert set(figures_of_training.DENSE) == set(readers.DENSE)
    assert set(figures_of_training.FACTORS) == set(readers.FACTORS)


def test_a_place_where_another_digit_is_likelier_is_crossed_out() -> None:
    figure = figures_of_moves.fooled({"max": PLACES}, 0).figure

    crosses = figure.axes[0].lines[0]
    places = zip(crosses.get_xdata(), crosses.get_ydata(), strict=True)  # type: ignore[arg-type]
    assert set(places) == {(int(c), int(r)) for r, c in np.argwhere(PLACES.argmax(axis=-1) == 1)}
