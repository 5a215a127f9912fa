"""The streaming query beside its peers: `pytest -m bench -n 0 -s tests/bench`."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.bench.datasets import generate
from tests.bench.runs import Run, measure

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

SIZE = int(os.environ.get("LOGTUI_BENCH_BYTES", 350_000_000))
LOGTUI = [sys.executable, "-m", "logtui", "query"]


def show(title: str, size: int, runs: list[Run]) -> None:
    print(f"\n{title}")
    for run in runs:
        ratio = run.seconds / runs[0].seconds
        print(
            f"  {run.name:28s} {run.seconds:7.2f} s {size / run.seconds / 1e6:7.0f} MB/s {run.peak:6.0f} MB "
            f"{run.lines:9,} lines  x{ratio:.2f}"
        )


@pytest.mark.parametrize("shape", ["service", "cloudwatch", "json"])
def test_errors_of_a_large_file(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "app.log"
    generate(path, shape, SIZE)
    size = path.stat().st_size
    runs = [measure("logtui query level:error", [*LOGTUI, "level:error", str(path), "--output", "jsonl"])]
    if lnav := shutil.which("lnav"):
        runs.append(measure("lnav filter-in ERROR", [lnav, "-n", "-c", ":filter-in (?i)error", str(path)], repeats=1))
    if rg := shutil.which("rg"):
        runs.append(measure("rg -i error", [rg, "-i", "error", str(path)]))
    show(f"{shape}, {size / 1e6:.0f} MB", size, runs)
    assert runs[0].lines > 0


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for size in (SIZE // 8, SIZE):
        path = tmp_path / f"{size}.log"
        generate(path, "service", size)
        run = measure(f"{size / 1e6:.0f} MB", [*LOGTUI, "level:error", str(path), "--output", "jsonl"], repeats=1)
        peaks.append(run.peak)
        path.unlink()
    print(f"\npeak memory {peaks[0]:.0f} MB -> {peaks[1]:.0f} MB for eight times the file")
    assert peaks[1] < 1.5 * peaks[0] + 50
