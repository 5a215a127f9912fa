"""How soon the program answers: a small file, and the first rows on the screen."""

from __future__ import annotations

import os
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.bench.budgets.budget import Budget
from tests.bench.runs import Run, measure
from tests.bench.terminal import EMPTY_APPLICATION, seconds_to

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGTUI: Final = [sys.executable, "-m", "logtui"]
SAMPLES: Final = Path(__file__).parents[3] / "sample_data"
TINY: Final = "\n".join(f"2025-10-07T16:00:0{second}Z INFO OrderService user1 x placed" for second in range(3))


def tiny_query(folder: Path, *more: str) -> Run:
    """Query a file of three lines."""
    path = folder / "tiny.log"
    path.write_text(TINY + "\n")
    return measure("tiny query", [*LOGTUI, "query", "x", str(path), *more], repeats=7)


def budgets(folder: Path) -> Iterator[Budget]:
    """Measure the start of commands and of the screen."""
    polars = measure("import polars", [sys.executable, "-c", "import polars"], repeats=7)
    yield Budget("query of a tiny file", tiny_query(folder), polars, 2.5, "cpu")
    empty = folder / "empty.py"
    empty.write_text(EMPTY_APPLICATION)
    os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = str(folder)
    frame = _painted("empty Textual app", [sys.executable, str(empty)], b"the-first-frame")
    rows = _painted("sample_data", [*LOGTUI, "open", "--fresh", str(SAMPLES)], b":01.000")
    yield Budget("first rows of sample_data", rows, frame, 1.5)


def _painted(name: str, command: list[str], text: bytes) -> Run:
    return Run(name, statistics.median(seconds_to(command, text) for _ in range(5)), 0.0, 0)
