"""What recurrent layers by hand are held to, forward."""

from typing import Any

import numpy as np

from dlexp.byhand.recurrent import LSTMStates, Weights, gru, lstm, simple_rnn
from dlexp.grading.checks import (
    Arguments,
    Check,
    Function,
    agreement,
    drawn,
    law,
    paper,
    refusal,
)


def knows_nothing_of_later_steps(function: Function, given: Arguments) -> tuple[Any, Any]:
    """The states of the first two steps are those of the first two steps alone."""
    short = {name: value[:, :2] if name == "x" else value for name, value in given.items()}
    return _shown(function(**short)), _shown(function(**given))[:, :2]


def masked_steps_are_not_there(function: Function, given: Arguments) -> tuple[Any, Any]:
    """The last state of a sequence with a masked step is that of the sequence without it."""
    mask = np.ones(given["x"].shape[:2], bool)
    mask[:, 1] = False
    without = {**given, "x": given["x"][:, mask[0]]}
    return _shown(function(**given, mask=mask))[:, -1], _shown(function(**without))[:, -1]


def _shown(states: Any) -> Any:
    """Return what a layer shows; an LSTM hands on its cell, too."""
    return states[0] if isinstance(states, tuple) else states


def _weights(gates: int, *biases: int) -> Weights:
    width = 2 * gates
    return Weights(drawn(1, 2, width), drawn(2, 2, width), drawn(3, *biases, width))


def _layer(function: Function, weights: Weights) -> list[Check]:
    """Return what every recurrent layer is held to."""
    given = {"x": drawn(0, 2, 3, 2), "weights": weights}
    return [
        law("a state knows nothing of later steps", knows_nothing_of_later_steps, **given),
        law(
            "masked steps are as if they were not there",
            masked_steps_are_not_there,
            **given,
        ),
        agreement("two sequences of three steps", function, **given),
        agreement("with the first step masked", function, **given,
                  mask=np.array([[False, True, True], [True, True, True]])),
        refusal("a sequence without a batch", function, **{**given, "x": drawn(0, 3, 2)}),
        refusal("a bias of another width", function,
                **{**given, "weights": weights._replace(bias=np.zeros(7))}),
        refusal("a mask of another length", function, **given, mask=np.ones((2, 4), bool)),
    ]  # fmt: skip


def _simple() -> Check:
    first = np.tanh(2 * 1 + 0.5)
    second = np.tanh(2 * -1 - first + 0.5)
    return paper(
        "tanh(2 * 1 + 0.5), then tanh(2 * -1 - that + 0.5)",
        np.array([[[first], [second]]]),
        x=np.array([[[1.0], [-1.0]]]),
        weights=Weights(np.array([[2.0]]), np.array([[-1.0]]), np.array([0.5])),
    )


def _lstm() -> Check:
    logits = np.log([1 / 3, 3.0, 1, 1])
    bias = np.array([logits[0], logits[1], np.arctanh(0.8), logits[3]])
    cells = np.array([[[0.25 * 0.8], [0.75 * 0.2 + 0.25 * 0.8]]])
    return paper(
        "weights of zero: gates of 1/4, 3/4 and 1/2, a candidate of 0.8",
        LSTMStates(0.5 * np.tanh(cells), cells),
        x=np.zeros((1, 2, 1)),
        weights=Weights(np.zeros((1, 4)), np.zeros((1, 4)), bias),
    )


def _gru(words: str, bias: Any, states: list[float], **options: Any) -> Check:
    state = np.array([[0.0, 0.0, 1.0]])
    return paper(
        words,
        np.array(states).reshape(1, 2, 1),
        x=np.zeros((1, 2, 1)),
        weights=Weights(np.zeros((1, 3)), state, np.array(bias)),
        **options,
    )


_BEFORE, _AFTER = np.tanh(1) / 2, np.tanh(1 + 0.5 * 2) / 2

SIMPLE_RNN: list[Check] = [_simple(), *_layer(simple_rnn, _weights(1))]
LSTM: list[Check] = [_lstm(), *_layer(lstm, _weights(4))]
GRU: list[Check] = [
    _gru(
        "gates of 1/2, reset after the multiplication",
        [[0.0, 0.0, 1.0], [0.0, 0.0, 2.0]],
        [_AFTER, _AFTER / 2 + np.tanh(1 + (_AFTER + 2) / 2) / 2],
    ),
    _gru(
        "gates of 1/2, reset before it",
        [0.0, 0.0, 1.0],
        [_BEFORE, _BEFORE / 2 + np.tanh(1 + _BEFORE / 2) / 2],
        reset_after=False,
    ),
    *_layer(gru, _weights(3, 2)),
]
