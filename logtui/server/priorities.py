"""Which threads of a front come first when the cores are full: those that take records, not those that search."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import polars as pl

_TASKS: Final = Path("/proc/self/task")
_NICE: Final = 10
_SWITCH_SECONDS: Final = 0.0005
"""The interpreter's 5 ms are what the event loop waits for each search that computes in Python, at each turn."""


def put_searches_last() -> None:
    """Let the threads in which Polars works have only what other threads leave of the cores, where Linux can do so.

    They hold no lock of the interpreter, so the event loop never waits for one that does not get a core.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    if not _TASKS.is_dir():
        return
    _start_threads()
    own = (_TASKS / str(os.getpid()) / "comm").read_text()
    for task in _TASKS.iterdir():
        with suppress(OSError):  # a thread that has ended meanwhile
            if (task / "comm").read_text() != own:
                os.setpriority(os.PRIO_PROCESS, int(task.name), _NICE)


def _start_threads() -> None:
    """Let Polars start the threads in which it computes and reads files, which it does at the first use."""
    file = io.BytesIO()
    pl.DataFrame({"number": [1]}).write_parquet(file)
    file.seek(0)
    pl.scan_parquet(file).filter(pl.col("number") > 0).collect()
