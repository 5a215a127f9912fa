"""A server in processes of its own, and what they take while it runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.statistics import read_statistics
from tests.cli.helpers import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_START_SECONDS: Final = 30.0
_SAMPLE_SECONDS: Final = 0.25
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_ADDRESSES: Final = ("--http", "127.0.0.1:0", "--tcp", "127.0.0.1:0", "--udp", "none")


class Sample(NamedTuple):
    """What the processes took at a moment.

    Attributes:
        moment: When, on the clock of `time.monotonic`.
        memory: Resident bytes by role.
        lag: Durable records that were not stored yet.
    """

    moment: float
    memory: dict[str, int]
    lag: int


@dataclass
class WatchedServer:
    """`logtui serve` on a folder; its processes are sampled until it ends.

    Attributes:
        folder: Its data folder.
        samples: What its processes took, over time.
    """

    folder: Path
    samples: list[Sample] = field(default_factory=list)
    _log: dict[str, Any] = field(default_factory=dict)
    _pids: dict[str, int] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        command = [*PROGRAM, "serve", "--data", str(self.folder), *_ADDRESSES]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE)
        self._pids["supervisor"] = self._process.pid
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._read_log, self._sample)]
        self._threads[0].start()
        wait_for(lambda: {"http", "tcp"} <= self._log.keys() and self.stored is not None, _START_SECONDS)
        self._threads[1].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(_START_SECONDS)
        for thread in self._threads:
            thread.join()
        assert self._process.stderr
        self._process.stderr.close()

    def port(self, name: str) -> int:
        """The port for `http` or `tcp`."""
        return int(self._log[name].rpartition(":")[2])

    @property
    def key(self) -> str:
        """A key with which records can be sent."""
        return (self.folder / "first-key").read_text().strip()

    @property
    def stored(self) -> int | None:
        """Records in the store; None while no worker runs."""
        found = read_statistics(DataFolder(self.folder).statistics)
        return found.rows if found else None

    @property
    def cpu(self) -> dict[str, float]:
        """Seconds of CPU by role."""
        return {role: _cpu_of(pid) for role, pid in self._pids.items()}

    def _read_log(self) -> None:
        for line in self._lines():
            if line["message"] == "started":
                self._pids[line["role"]] = line["pid"]
            elif line["message"].startswith("listening"):
                self._log |= line
            elif line["level"] in ("error", "warning"):
                print(line)

    def _lines(self) -> Iterator[dict[str, Any]]:
        assert self._process.stderr
        for line in self._process.stderr:
            if line.startswith(b"{"):
                yield json.loads(line)

    def _sample(self) -> None:
        statistics = DataFolder(self.folder).statistics
        while not self._stop.wait(_SAMPLE_SECONDS):
            found = read_statistics(statistics)
            memory = {role: resident(pid) for role, pid in self._pids.items()}
            self.samples.append(Sample(time.monotonic(), memory, found.lag_records if found else 0))


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until a condition holds; whether it did in time."""
    until = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return holds


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident(pid: int) -> int:
    """Resident bytes; 0 once the process has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS:")), 0)
