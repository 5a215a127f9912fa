"""`logtui` on a disk that stalls: `python -m tests.faults.stalling ARGUMENTS`.

While the file that `FLAG` names exists, every sync of this process waits, as on a disk that does not answer.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from logtui.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable

FLAG: Final = "STALLED"
"""The variable of the environment with the path of the file."""


def stalling(sync: Callable[[int], None], flag: Path) -> Callable[[int], None]:
    """A sync that waits while a file exists."""

    def called(descriptor: int) -> None:
        while flag.exists():
            time.sleep(0.02)
        sync(descriptor)

    return called


if __name__ == "__main__":
    for name in ("fsync", "fdatasync"):
        setattr(os, name, stalling(getattr(os, name), Path(os.environ[FLAG])))
    run()
