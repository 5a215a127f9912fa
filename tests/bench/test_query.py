"""The streaming query beside its peers: `pytest -m bench -n 0 -s tests/bench`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.bench.datasets import generate

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

SIZE = int(os.environ.get("LOGTUI_BENCH_BYTES", 350_000_000))
LOGTUI = [sys.executable, "-m", "logtui", "query"]


@dataclass(frozen=True)
class Run:
    """One finished command.

    Attributes:
        name: What ran.
        seconds: Wall time, the best of three.
        peak: Peak resident memory in MB.
        lines: Lines printed.
    """

    name: str
    seconds: float
    peak: float
    lines: int


def run_once(command: list[str]) -> tuple[float, float, int]:
    """Seconds, peak MB and lines printed of one command."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as output:
        lines = sum(block.count(b"\n") for block in iter(lambda: output.read(1 << 20), b""))
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return time.perf_counter() - started, usage.ru_maxrss / 1024, lines


def measure(name: str, command: list[str], repeats: int = 3) -> Run:
    """The best time and the highest peak of several runs."""
    runs = [run_once(command) for _ in range(repeats)]
    return Run(name, min(run[0] for run in runs), max(run[1] for run in runs), runs[0][2])


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
