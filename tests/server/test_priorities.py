"""When the cores are full, searches wait for what takes records."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM: Final = """
import os
from pathlib import Path

import polars as pl
from logtui.server.priorities import put_searches_last

put_searches_last()
pl.scan_parquet(Path("segment.parquet")).filter(pl.col("number") > 3).collect()
for task in Path("/proc/self/task").iterdir():
    print(int(task.name) == os.getpid(), (task / "comm").read_text().strip(), os.getpriority(0, int(task.name)))
"""


def test_the_threads_of_polars_come_last_and_the_others_first(tmp_path: Path) -> None:
    pl.DataFrame({"number": range(100_000)}).write_parquet(tmp_path / "segment.parquet")
    command = [sys.executable, "-c", _PROGRAM]
    lines = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()
    tasks = [line.split() for line in lines]
    assert [nice for is_main, _, nice in tasks if is_main == "True"] == ["0"]
    computing = {nice for _, name, nice in tasks if name.startswith(("polars-0", "polars-1", "async-executor"))}
    assert computing == {"10"}
