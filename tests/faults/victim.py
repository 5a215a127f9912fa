"""The process that is killed: `python -m tests.faults.victim FOLDER FIRST [STEP WHEN CALLS]`.

It fills a live store with records from the number FIRST on, and prints each acknowledged batch as `FIRST COUNT`. With
a step it kills itself before or after the call of that number of it.
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
    "publishing": (Catalogue, "publish"),
    "syncing a batch": (os, "fdatasync"),
    "marking": (MarkFile, "write"),
    "merging": (Store, "merge"),
    "removing": (Path, "unlink"),
    "forcing a file": (os, "fsync"),
    "renaming": (Path, "rename"),
    "forgetting": (Catalogue, "forget"),
}
MOMENTS: Final = ("after", "before")

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def main(folder: str, first: str, step: str = "", when: str = "", calls: str = "") -> None:
    """Fill the store until somebody kills this process."""
    with hasty(), opened(Path(folder)) as store:
        if step:
            owner, name = STEPS[step]
            setattr(owner, name, fatal(getattr(owner, name), when, int(calls)))
        with Load(int(first), said=_say).on(store):
            threading.Event().wait()


def fatal(call: Callable[Given, Answer], when: str, calls: int) -> Callable[Given, Answer]:
    """A call that kills the process before or after it is done for the time of that number."""
    number = count(1)

    def counted(*given: Given.args, **named: Given.kwargs) -> Answer:
        is_last = next(number) == calls
        if is_last and when == "before":
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
