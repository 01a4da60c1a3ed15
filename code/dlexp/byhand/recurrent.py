"""Recurrent layers and convolution over time, their gradients and their sizes, with NumPy alone.

Chapter: book/rnn_vs_cnn.md. This module gathers what its parts define: the weights
(`dlexp.byhand.recurrent_weights`), the layers forward (`recurrent_layers`) and backward through
time (`recurrent_gradients`, `recurrent_gru`), convolution over time (`conv1d`), masks and pooling
(`sequences`).
"""

from dlexp.byhand.arrays import (
    Floats,
)
from dlexp.byhand.conv1d import (
    ConvGradients,
    TimePadding,
    conv1d,
    conv1d_gradients,
    conv1d_parameters,
)
from dlexp.byhand.recurrent_gradients import (
    Gradients,
    lstm_gradients,
    simple_rnn_gradients,
)
from dlexp.byhand.recurrent_gru import gru_gradients
from dlexp.byhand.recurrent_layers import (
    LSTMStates,
    gru,
    lstm,
    simple_rnn,
)
from dlexp.byhand.recurrent_weights import (
    GATES,
    Kind,
    Weights,
    from_pytorch,
    recurrent_parameters,
)
from dlexp.byhand.sequences import (
    Mask,
    mask_of,
    pooled,
)

__all__ = [
    "GATES",
    "ConvGradients",
    "Floats",
    "Gradients",
    "Kind",
    "LSTMStates",
    "Mask",
    "TimePadding",
    "Weights",
    "conv1d",
    "conv1d_gradients",
    "conv1d_parameters",
    "from_pytorch",
    "gru",
    "gru_gradients",
    "lstm",
    "lstm_gradients",
    "mask_of",
    "pooled",
    "recurrent_parameters",
    "simple_rnn",
    "simple_rnn_gradients",
]
