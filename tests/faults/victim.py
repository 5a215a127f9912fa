"""The process that is killed: `python -m tests.faults.victim FOLDER FIRST [STEP CALLS]`.

It fills a live store with records from the number FIRST on, and prints each acknowledged batch as `FIRST COUNT`. With
a step it kills itself in the call of that number of it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from logtui.store import Store
from logtui.store.catalogue import Catalogue
from logtui.store.journal.mark import MarkFile
from tests.faults.load import Load, hasty, opened

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS: Final[dict[str, tuple[object, str]]] = {
    "a batch is synced": (os, "fdatasync"),
    "the mark is written": (MarkFile, "write"),
    "a file is forced": (os, "fsync"),
    "a file is renamed": (Path, "rename"),
    "a file is removed": (Path, "unlink"),
    "segments are published": (Catalogue, "publish"),
    "segments are merged": (Store, "merge"),
    "replaced segments are forgotten": (Catalogue, "forget"),
}

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def main(folder: str, first: str, step: str = "", calls: str = "") -> None:
    """Fill the store until somebody kills this process."""
    with hasty(), opened(Path(folder)) as store:
        if step:
            owner, name = STEPS[step]
            setattr(owner, name, fatal(getattr(owner, name), int(calls)))
        with Load(int(first), said=_say).on(store):
            threading.Event().wait()


def fatal(call: Callable[Given, Answer], calls: int) -> Callable[Given, Answer]:
    """A call that is done so many times, and then kills the process: before it, or after it if the number is odd."""
    number = count(1)

    def counted(*given: Given.args, **named: Given.kwargs) -> Answer:
        is_last = next(number) == calls
        if is_last and calls % 2 == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = call(*given, **named)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return counted


def _say(numbers: range) -> None:
    os.write(1, f"{numbers.start} {len(numbers)}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
