"""Running the program as somebody whom the modes of files bind, also where the tests run as root."""

from __future__ import annotations

import ctypes
import subprocess
from typing import TYPE_CHECKING, Final

from tests.cli.helpers import PROGRAM

if TYPE_CHECKING:
    from pathlib import Path

_DROP_FROM_BOUNDING_SET: Final = 24
_OVERRIDES: Final = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH of capabilities(7), by which root passes over modes."""

_libc: Final = ctypes.CDLL(None)


def bound_by_modes(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    command = [*PROGRAM, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, preexec_fn=_drop_overrides)


def _drop_overrides() -> None:
    for capability in _OVERRIDES:
        _libc.prctl(_DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)


def forbid_writing(folder: Path) -> None:
    """Let nobody write in a folder and below."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def allow_writing(folder: Path) -> None:
    """Undo `forbid_writing`."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
