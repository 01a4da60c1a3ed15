"""The search of a built site, asked without a browser."""

import json
from pathlib import Path

import node

DRIVER = Path(__file__).parent / "site" / "run_search.js"


def hits(site: Path, queries: list[str], folder: Path) -> list[list[str]]:
    """Return the addresses that each query finds, the best first.

    Parameters
    ----------
    site : Path
        Where the pages are.
    queries : list of str
    folder : Path
        Where the queries may be written.
    """
    file = folder / "queries.json"
    file.write_text(json.dumps(queries), "utf-8")
    return [addresses[::-1] for addresses in json.loads(node.run(DRIVER, site, file))]
