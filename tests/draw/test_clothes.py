"""The figure of the second data set."""

import numpy as np

from dlexp.draw import clothes


def test_each_column_has_its_name_and_its_images() -> None:
    images = np.linspace(0, 1, 2 * 3 * 16).reshape(2, 3, 4, 4)

    drawing = clothes.classes(images, ["coat", "bag", "shirt"])

    axes = drawing.figure.axes
    assert [axis.get_title() for axis in axes] == ["coat", "bag", "shirt", "", "", ""]
    np.testing.assert_array_equal(axes[4].get_images()[0].get_array(), images[1, 1])
    assert drawing.alt == "Images of 3 classes, 2 of each: coat, bag, shirt."
