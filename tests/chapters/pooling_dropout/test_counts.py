"""What pooling saves, counted by hand."""

from dlexp.chapters.pooling_dropout import counts


def test_the_first_dense_layer_of_the_report_has_a_quarter_of_the_parameters() -> None:
    with_pooling, without = (
        [row["parameters"] for row in counts.counted_by_hand("one convolution", pooled=pooled)]
        for pooled in (True, False)
    )

    assert (with_pooling[3], without[2]) == (2_408_544, 9_633_888)
    assert with_pooling == [1_280, 0, 0, 2_408_544, 24_832, 49_344, 6_176, 330]
