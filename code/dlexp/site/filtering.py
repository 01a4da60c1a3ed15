"""What filters long lists of lines: the register of claims, and the items of the reports."""

import rjsmin

from dlexp import paths

SCRIPT = paths.BOOK / "_interactive" / "claims.js"
"""Short enough to stand in each page that uses it."""


def script() -> str:
    """Return the script that shows the controls of a list, and hides lines; minified."""
    text: str = rjsmin.jsmin(SCRIPT.read_text("utf-8"))
    return text
