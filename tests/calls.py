"""Ask the scripts of the live figures, as they are published, what their functions give."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import rjsmin

import node
from dlexp import paths

SCRIPTS = paths.BOOK / "_interactive"
DRIVER = Path(__file__).parent / "interactive" / "run_calls.js"


def source(script: str) -> str:
    """Return a script as its authors wrote it."""
    return (SCRIPTS / f"{script}.js").read_text("utf-8")


def answers(
    calls: Sequence[Sequence[Any]], *scripts: str, sources: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return what each call gives, as {"value": ...} or {"error": message}.

    Parameters
    ----------
    calls : sequence of [name, arguments...]
        The name of a function on DLX, such as "shapes.walk".
    *scripts : str
        To load before, in this order.
    sources : mapping, optional
        What to take for a script instead of its file.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name in scripts:
            text = (sources or {}).get(name) or source(name)
            files.append(Path(folder, f"{name}.js"))
            files[-1].write_text(rjsmin.jsmin(text), "utf-8")
        asked = Path(folder, "calls.json")
        asked.write_text(json.dumps(calls), "utf-8")
        found: list[dict[str, Any]] = json.loads(node.run(DRIVER, asked, *files))
    return found


def values(calls: Sequence[Sequence[Any]], *scripts: str) -> list[Any]:
    """Return what calls give that must not fail."""
    return [answer["value"] for answer in answers(calls, *scripts)]
