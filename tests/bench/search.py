"""Searches while records arrive: `python -m tests.bench.search [--records N] [--rate N] [--clients N] [--seconds S]`.

A store is filled with the records of the reference mix, and merged as a server does when it has time. Then a server
takes further records at a steady rate, while clients ask it a set of questions over HTTP, one after another. What is
printed: the time of each question (median and 95 of 100), how many answers were partial or inexact, and refusals.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import polars as pl

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.position import POSITION
from logtui.store import Store
from logtui.store.compaction import compact_once
from tests.bench.decoding import decoded
from tests.bench.mixes import as_array, challenge_mix, reference_mix

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK: Final = 65_536
_SECOND: Final = 10**9
_BATCH: Final = 1_000
_HOUR: Final = {"type": "histogram", "field": "timestamp", "interval": "1h"}

QUESTIONS: Final[dict[str, dict[str, Any]]] = {
    "text": {"query": "timeout"},
    "level and service": {"query": "level:error service:auth*"},
    "boolean": {"query": "(retry OR timeout) AND NOT level:info"},
    "wildcard": {"query": "message:*queue*"},
    "numeric": {"query": "duration_ms:>29900"},
    "rare": {"query": "user_id:u77777"},
    "unseen": {"query": "trace_id:00000000-0000-0000-0000-000000000000"},
    "histogram": {"query": "*", "limit": 1, "aggregations": {"by_hour": _HOUR}},
    "counts": {"query": "*", "limit": 1, "aggregations": {"l": {"field": "level"}, "s": {"field": "service"}}},
    "top 10 users": {"query": "level:error", "limit": 1, "aggregations": {"u": {"field": "user_id", "size": 10}}},
}


def main(arguments: list[str]) -> int:
    """Fill, ask, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--rate", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--dir", type=Path, help="a data folder that is filled once and used again")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        data = chosen.dir or Path(temporary)
        if not (data / "store").exists():
            fill(data, chosen.records)
        with Server(data) as server:
            times = _asked(server, chosen.rate, chosen.clients, chosen.seconds)
    _print(times)
    return 0


def fill(data: Path, count: int) -> None:
    """Store records of the last 24 hours."""
    folder, began = DataFolder(data), time.monotonic()
    blocks = [decoded(reference_mix(block * _BLOCK, _BLOCK)) for block in range(8)]
    start, step = time.time_ns() - 86_400 * _SECOND, 86_400 * _SECOND // count
    with Store(folder.store, writable=True, by_day=True) as store:
        for first in range(0, count, _BLOCK):
            records = blocks[first // _BLOCK % len(blocks)]
            number = pl.int_range(first, first + len(records))
            moment = (start + number * step).cast(pl.Datetime("ns", "UTC"))
            times = dict.fromkeys(("timestamp", "order_time", "ingest_time"), moment)
            last = first + len(records)
            stored = records.with_columns(**times, seq=(number + 1).cast(pl.Int64))
            store.seal(stored, {POSITION: str(last).encode()}, arrived=start + last * step)
        while compact_once(store):
            pass
    print(f"{count:,} records stored and merged in {time.monotonic() - began:.0f} s")


class Server:
    """`logtui serve` on a data folder."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-m", "logtui", "serve", "--data", str(data), "--insecure"]
        sockets = ["--http", "127.0.0.1:0", "--tcp", "none", "--udp", "none"]
        self._process = subprocess.Popen([*command, *sockets], stderr=subprocess.PIPE, text=True)
        assert self._process.stderr
        lines = (json.loads(line) for line in self._process.stderr)
        self._pids: dict[str, int] = {}
        self.port = int(next(line["http"] for line in self._known(lines) if "http" in line).rpartition(":")[2])
        threading.Thread(target=lambda: list(self._known(lines)), daemon=True).start()

    def _known(self, lines: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for line in lines:
            if line["message"] == "started":
                self._pids[line["role"]] = line["pid"]
            yield line

    @property
    def peak_bytes(self) -> int:
        """Most memory that the front, which searches, has held so far."""
        lines = Path(f"/proc/{self._pids['front']}/status").read_text(encoding="utf-8").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def _asked(server: Server, rate: int, clients: int, seconds: float) -> dict[str, list[tuple[float, bool]]]:
    """The seconds of each answer and whether it was complete, by question."""
    stop, times = threading.Event(), defaultdict[str, list[tuple[float, bool]]](list)
    with ThreadPoolExecutor(clients + 1) as pool:
        pool.submit(_send, server.port, rate, stop)
        for client in range(clients):
            pool.submit(_ask, server.port, client, stop, times)
        time.sleep(seconds)
        stop.set()
    return times


def _send(port: int, rate: int, stop: threading.Event) -> None:
    """Send records of the present at a steady rate."""
    bodies = [as_array(challenge_mix(number * _BATCH, _BATCH)) for number in range(20)]
    began, sent = time.monotonic(), 0
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        while not stop.is_set():
            connection.request("POST", "/api/v1/logs", bodies[sent % len(bodies)])
            connection.getresponse().read()
            sent += 1
            stop.wait(max(0.0, began + sent * _BATCH / rate - time.monotonic()))
    print(f"{sent * _BATCH / (time.monotonic() - began):,.0f} records/s were taken")


def _ask(port: int, client: int, stop: threading.Event, times: dict[str, list[tuple[float, bool]]]) -> None:
    names = list(QUESTIONS)
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for turn in range(client, 10**9):
            if stop.is_set():
                return
            name, began = names[turn % len(names)], time.monotonic()
            connection.request("POST", "/api/v1/search", json.dumps(QUESTIONS[name]))
            answer = connection.getresponse()
            found = json.loads(answer.read())
            is_complete = answer.status == 200 and not found["partial"] and found["total_relation"] == "eq"
            times[name].append((time.monotonic() - began, is_complete))


def _print(times: dict[str, list[tuple[float, bool]]]) -> None:
    print(f"{'question':<20}{'answers':>8}{'median ms':>11}{'p95 ms':>9}{'incomplete':>12}")
    every: list[tuple[float, bool]] = []
    for name, found in [*times.items(), ("all", every)]:
        every.extend(found if name != "all" else ())
        seconds = sorted(one for one, _ in found)
        p95 = seconds[int(0.95 * (len(seconds) - 1))]
        incomplete = sum(not complete for _, complete in found)
        median = statistics.median(seconds)
        print(f"{name:<20}{len(found):>8}{1e3 * median:>11.0f}{1e3 * p95:>9.0f}{incomplete:>12}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
