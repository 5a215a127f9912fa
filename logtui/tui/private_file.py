"""Files that only the user may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_private(path: Path, data: bytes) -> None:
    """Write a file atomically, readable only by the user.

    Raises:
        OSError: If the file cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = path.with_suffix(".tmp")
    written.write_bytes(data)
    written.chmod(0o600)
    written.replace(path)
