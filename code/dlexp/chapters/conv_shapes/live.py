"""The live figure of the chapter on shapes: a calculator of the sizes along a stack of layers.

Chapter: book/conv_shapes.md.
"""

from collections.abc import Mapping, Sequence

from dlexp.byhand.shapes import Convolution, Layer, Pooling, Shape
from dlexp.chapters.conv_shapes import nets
from dlexp.draw.live import LiveFigure


def stacks() -> list[tuple[str, str]]:
    """Return the networks that the calculator starts from: what they are called, and their `code`.

    Examples
    --------
    >>> stacks()[0]
    ('a pooling that drops cells', \
'28,1;conv,32,3,1,1,valid;pool,2,2,valid;conv,64,3,1,1,valid;pool,3,3,valid')
    """
    deep = nets.blocks(nets.DEPTHS[-1], "valid")
    return [
        ("a pooling that drops cells", code(nets.POOLED_BY_THREE, nets.DIGIT)),
        ("the reports' nine layers", code(nets.nine_layers(), nets.IMAGE)),
        ("a search's five blocks", code(deep, nets.DIGIT)),
    ]


def code(layers: Sequence[Layer], shape: Shape) -> str:
    """Write a stack as an address holds it: size and channels, then each layer.

    Parameters
    ----------
    layers : sequence of Convolution or Pooling
        Their padding is a word, or one number for both ends.
    shape : (int, int, int)
        Of a square image.

    Raises
    ------
    ValueError
        If another layer is among them.

    Examples
    --------
    >>> code([Convolution(filters=8, kernel=3, padding=1), Pooling(window=2)], (28, 28, 1))
    '28,1;conv,8,3,1,1,1;pool,2,2,valid'
    """
    parts: list[tuple[object, ...]] = [(shape[0], shape[2])]
    for layer in layers:
        match layer:
            case Convolution(filters=f, kernel=k, stride=s, dilation=d, padding=p):
                parts.append(("conv", f, k, s, d, p))
            case Pooling(window=k, stride=step, padding=p):
                parts.append(("pool", k, k if step is None else step, p))
            case _:
                raise ValueError(f"`layers` must be convolutions and poolings; got {layer}")
    return ";".join(",".join(map(str, part)) for part in parts)


FIGURES: Mapping[str, LiveFigure] = {
    "shapes": LiveFigure(("shapes", "calculator"), {"stacks": stacks}),
}
