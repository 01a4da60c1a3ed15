"""What PyTorch was recorded to give; the recorders are in tests/parity."""

import hashlib
import json
from typing import Any

from dlexp import paths


def recorded(name: str, sha256: str) -> dict[str, Any]:
    """Return the values that PyTorch was recorded to give, once their checksum holds.

    Parameters
    ----------
    name : str
        Of the file in ``data/pytorch``, without ``.json``.
    sha256 : str
        Of its bytes, with the line ends that it has in git.

    Raises
    ------
    ValueError
        If the file is another one.
    """
    content = (paths.DATA / "pytorch" / f"{name}.json").read_bytes().replace(b"\r\n", b"\n")
    actual = hashlib.sha256(content).hexdigest()
    if actual != sha256:
        raise ValueError(
            f"{name}.json: SHA-256 must be {sha256[:12]}...; got {actual[:12]}... "
            "(restore it with `git checkout data`)"
        )
    values: dict[str, Any] = json.loads(content)
    return values
