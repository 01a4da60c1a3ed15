"""Parameters of recurrent layers by formula, and the messages of counts and of the conversion."""

import pytest

from dlexp.byhand import recurrent
from parity import record_recurrent

KINDS = tuple(recurrent.GATES)


def test_counts_of_the_three_frameworks_side_by_side() -> None:
    count = recurrent.recurrent_parameters
    in_pytorch = record_recurrent.recorded()["parameters"]

    assert [count(kind, 8, 16) for kind in KINDS] == [400, 1600, 1200]
    assert [count(kind, 8, 16, biases=2) for kind in KINDS] == [416, 1664, 1248]
    assert [in_pytorch[kind] for kind in KINDS] == [416, 1664, 1248]
    assert recurrent.conv1d_parameters(3, 8, 16) == in_pytorch["conv1d"] == 400


def test_messages_of_counts_and_conversion() -> None:
    with pytest.raises(ValueError, match='`kind` must be "simple", "lstm" or "gru"; got \'rnn\''):
        recurrent.recurrent_parameters("rnn", 8, 16)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`units` must be an integer >= 1; got units=0"):
        recurrent.recurrent_parameters("gru", 8, 0)
    with pytest.raises(ValueError, match="`biases` must be 0, 1 or 2; got 3"):
        recurrent.recurrent_parameters("gru", 8, 16, biases=3)
    with pytest.raises(ValueError, match=r"`kernel` must be an integer >= 1; got kernel=1\.5"):
        recurrent.conv1d_parameters(1.5, 8, 16)  # type: ignore[arg-type]
    weights = record_recurrent.weights("lstm")
    with pytest.raises(ValueError, match=r"`weight_hh` must have shape \(6, 2\); got \(8, 2\)"):
        recurrent.from_pytorch(*weights, kind="gru")
