"""Commands and calls measured side by side: seconds, peak memory, and their ratio to the first."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Run:
    """One finished command.

    Attributes:
        name: What ran.
        seconds: Wall time, the best of the runs.
        peak: Peak resident memory in MB.
        lines: Lines printed.
        cpu: CPU seconds of the run with the least.
    """

    name: str
    seconds: float
    peak: float
    lines: int
    cpu: float = 0.0


def run_once(command: list[str]) -> tuple[float, float, int, float]:
    """Seconds, peak MB, lines printed and CPU seconds of one command."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as output:
        lines = sum(block.count(b"\n") for block in iter(lambda: output.read(1 << 20), b""))
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return time.perf_counter() - started, usage.ru_maxrss / 1024, lines, usage.ru_utime + usage.ru_stime


def measure(name: str, command: list[str], repeats: int = 3) -> Run:
    """The best time and the highest peak of several runs."""
    runs = [run_once(command) for _ in range(repeats)]
    seconds, peaks, lines, cpu = zip(*runs, strict=True)
    return Run(name, min(seconds), max(peaks), lines[0], min(cpu))


def timed(name: str, call: Callable[[], object], repeats: int = 5) -> Run:
    """The best time of several calls in this process."""
    seconds, cpu = [], []
    for _ in range(repeats):
        started, used = time.perf_counter(), time.process_time()
        call()
        seconds.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    return Run(name, min(seconds), 0.0, 0, min(cpu))


def compare(title: str, runs: list[Run]) -> None:
    """Print a table; ratios are to the last run, the peer."""
    print(f"\n{title}")
    for run in runs:
        peak = f"{run.peak:6.0f} MB" if run.peak else " " * 9
        print(f"  {run.name:44}{run.seconds * 1000:10,.1f} ms {peak}  {runs[-1].seconds / run.seconds:8.2f} x")
