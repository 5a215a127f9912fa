"""Folders: many small files, and a span of time that few files hold."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tests.bench.budgets.budget import Budget
from tests.bench.budgets.start import LOGTUI
from tests.bench.runs import Run, run_once
from tests.bench.terminal import seconds_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES: Final = 5_000
FILE_BYTES: Final = 10_000
START: Final = datetime(2025, 7, 22, tzinfo=UTC)
DAYS: Final = 100
_COUNTED: Final = """
import sys
from logtui.cli.main import app
try:
    app()
except SystemExit:
    pass
print(next(line.split()[1] for line in open("/proc/self/io") if line.startswith("rchar")), file=sys.stderr)
"""


def budgets(folder: Path, size: int) -> Iterator[Budget]:
    """Measure 5,000 small files, and 100 files of a day each of which one is asked for.

    Args:
        folder: Where files may be written.
        size: Bytes of all files of a day each.
    """
    small = folder / "small"
    small.mkdir()
    for number in range(FILES):
        _write(small / f"{number}.log", START + timedelta(minutes=number), FILE_BYTES)
    os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = str(folder)
    seconds = seconds_to([*LOGTUI, "open", "--fresh", str(small)], b"Order placed")
    yield Budget(f"first rows of {FILES:,} files of 10 KB", Run("logtui", seconds, 0, 0), None, 3.0)
    days = folder / "days"
    days.mkdir()
    for day in range(DAYS):
        _write(days / f"{day}.log", START + timedelta(days=day), size // DAYS)
    since = START + timedelta(days=DAYS - 1)
    command = [sys.executable, "-c", _COUNTED, "query", "* | stats count()", str(days), "--since", since.isoformat()]
    read = _bytes_read([*command, "--no-cache"]) - _bytes_read([*command[:3], "--version"])
    ends = DAYS * 200_000
    yield Budget(
        f"MB read for 1 % of {size / 1e6:.0f} MB, of which 20 MB are the ends of files",
        Run("logtui", 0, read / 1e6, 0),
        None,
        1.2 * (size / DAYS + ends) / 1e6,
        "peak",
    )


def _bytes_read(command: list[str]) -> int:
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    saved = os.dup(2)
    os.dup2(writing, 2)
    run_once(command)
    os.dup2(saved, 2)
    os.close(writing)
    with os.fdopen(reading) as errors:
        return int(errors.read().split()[-1])


def _write(path: Path, start: datetime, size: int) -> None:
    line = f"{start:%Y-%m-%dT%H:%M:%SZ} INFO OrderService user1 Order placed id="
    path.write_text("".join(f"{line}{number}\n" for number in range(size // (len(line) + 4))))
    os.utime(path, (start.timestamp() + 3600,) * 2)
