"""The first rows of a large file against the first frame of an application that shows one word."""

from __future__ import annotations

import os
import statistics
import sys
from typing import TYPE_CHECKING

import pytest

from tests.bench.terminal import EMPTY_APPLICATION, seconds_to

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.bench

_RUNS = 5
_BYTES = 5 * 2**30
_LINE = b"2025-10-07T16:00:%02d.000Z INFO api.orders request served id=%012d took=12ms path=/orders/checkout\n"


def test_the_first_rows_of_five_gigabytes_come_as_soon_as_an_empty_screen(tmp_path: Path) -> None:
    empty, large = tmp_path / "empty.py", tmp_path / "large.log"
    empty.write_text(EMPTY_APPLICATION)
    _write(large)
    os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = str(tmp_path)
    frames, rows = [], []
    for _ in range(_RUNS):
        frames.append(seconds_to([sys.executable, str(empty)], b"the-first-frame"))
        rows.append(seconds_to([sys.executable, "-m", "logtui", "open", "--fresh", str(large)], b"id=000000000003"))
    frame, row = statistics.median(frames), statistics.median(rows)
    print(f"\nempty application {frame:.3f} s   first rows of 5 GB {row:.3f} s   ratio {row / frame:.2f}")
    assert row <= 1.5 * frame


def _write(path: Path) -> None:
    block = b"".join(_LINE % (number % 60, number) for number in range(100_000))
    with path.open("wb") as file:
        for _ in range(_BYTES // len(block) + 1):
            file.write(block)
