"""``--plot FILE``: a figure for whoever asked for one, in the form that the file's name says."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Matplotlib, which all other commands can do without
    from dlexp.draw.drawing import Drawing

ENDINGS = (".svg", ".png", ".pdf")

METADATA = {".png": {"Software": None}, ".pdf": {"CreationDate": None, "Creator": None}}
"""What would tell the day from the figure: left out, so that the same numbers give the same bytes.
"""

DOTS = 150
"""Of a PNG, per inch."""


def target(text: str) -> Path:
    """Return the file to draw into, before anything is computed for it.

    Raises
    ------
    argparse.ArgumentTypeError
        If its name has another ending, or its folder is not there.
    """
    file = Path(text)
    if file.suffix.lower() not in ENDINGS:
        listed = ", ".join(ENDINGS)
        raise argparse.ArgumentTypeError(f"must end in one of {listed}; got {text!r}")
    if not file.parent.is_dir():
        raise argparse.ArgumentTypeError(f"must lie in a folder that is there; got {text!r}")
    if file.is_dir():
        raise argparse.ArgumentTypeError(f"must be a file; got the folder {text!r}")
    return file


def save(drawing: "Drawing", file: Path) -> None:
    """Write a drawing."""
    from dlexp.draw import drawing as drawings
    from dlexp.draw import style

    kind = file.suffix.lower()
    if kind == ".svg":
        file.write_text(drawings.svg(drawing, name=file.stem), "utf-8")
        return
    with style.ours():
        drawing.figure.savefig(file, format=kind[1:], dpi=DOTS, metadata=METADATA[kind])
