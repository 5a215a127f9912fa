"""A live store under load: `python -m tests.bench.live --rate 100000 --seconds 600 [--mix reference]`.

Records are appended to the journal of a live store in this process, as a server does, at a steady rate; a second thread
asks it questions. What is printed: how many records came and were found, CPU seconds, lag, memory, and the time of the
questions. It ends with 1 if a record is missing, or is found twice.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from logtui.engine.ingest.accept import accept
from logtui.engine.ingest.live_store import LiveStore
from logtui.engine.ingest.payloads import Kind
from logtui.engine.search.answer_order import Order
from logtui.engine.search.request import Request
from logtui.model.allocation import ALLOCATION
from logtui.store.compaction import unmerged
from logtui.store.journal import Batch
from tests.bench.mixes import MIXES

_BODY: Final = 1_000
_MOST_BODIES: Final = 200
_QUESTIONS: Final = {
    "count of errors": "level:error | stats count()",
    "newest 100 of a service": "service:s* level:warn",
    "by level": "* | stats count() by level",
    "a word": "payment | stats count()",
}
_LARGEST_LAG: Final = 60.0


@dataclass
class Asked:
    """What the asking thread has measured: wall seconds and CPU seconds of its rounds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    """Load a live store and print what came of it.

    Args:
        arguments: The command line without the program's name.

    Returns:
        0 if every record is found exactly once.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.bench.live", description=__doc__)
    parser.add_argument("--rate", type=int, default=100_000, help="records a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--mix", choices=sorted(MIXES), default="challenge")
    parser.add_argument("--ask-every", type=float, default=10.0, help="seconds between two rounds of questions")
    chosen = parser.parse_args(arguments)
    bodies = _bodies(chosen.mix, chosen.rate)
    with tempfile.TemporaryDirectory() as folder, LiveStore(Path(folder)) as store:
        began, cpu = time.monotonic(), time.process_time()
        asked, stop = Asked(), threading.Event()
        asking = threading.Thread(target=_ask, args=(store, asked, stop, chosen.ask_every), daemon=True)
        asking.start()
        sent = _send(store, bodies, chosen.rate, chosen.seconds)
        took, used = time.monotonic() - began, time.process_time() - cpu
        behind = store.behind
        lag = _wait(store)
        stop.set()
        asking.join()
        # Before all numbers are compared, which takes more.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found = store.dataset.count(Request.everything()).count
        numbers = _distinct_numbers(store)
        _print(chosen, sent, took, used, behind, lag, peak, asked)
        print(f"  found {found:,} of {sent:,}, {numbers:,} different")
        print(f"  unmerged at the end {unmerged(store.storage.store)}")
    return 0 if found == numbers == sent else 1


def _bodies(mix: str, rate: int) -> list[tuple[bytes, int]]:
    """Bodies that have been accepted, enough of them for a second, which are then sent again and again."""
    made = MIXES[mix]
    accepted = [accept(made(at * _BODY, _BODY)) for at in range(min(_MOST_BODIES, rate // _BODY + 1))]
    return [(one.payload, one.count) for one in accepted]


def _send(store: LiveStore, bodies: list[tuple[bytes, int]], rate: int, seconds: float) -> int:
    sent = at = 0
    began = time.monotonic()
    while (now := time.monotonic() - began) < seconds:
        if sent > now * rate:
            time.sleep(0.001)
            continue
        payload, count = bodies[at % len(bodies)]
        store.intake.append(Batch(kind=Kind.JSON, count=count, arrival=time.time_ns(), payload=payload))
        sent, at = sent + count, at + 1
    return sent


def _ask(store: LiveStore, asked: Asked, stop: threading.Event, every: float) -> None:
    while not stop.wait(every):
        wall, cpu = time.monotonic(), time.thread_time()
        for text in _QUESTIONS.values():
            request = Request.of(text)
            if not request.condition.makes_table:
                request = Request(request.query, order=Order.NEWEST_FIRST, limit=100)
            for _ in store.dataset.table(request):
                pass
        asked.wall.append(time.monotonic() - wall)
        asked.cpu.append(time.thread_time() - cpu)


def _wait(store: LiveStore) -> float:
    """Seconds until everything that was appended is stored."""
    began = time.monotonic()
    while store.behind and time.monotonic() - began < _LARGEST_LAG:
        time.sleep(0.02)
    return time.monotonic() - began


def _distinct_numbers(store: LiveStore) -> int:
    frames = [frame["seq"] for frame in store.dataset.records(Request(Request.everything().query, columns=("seq",)))]
    return pl.concat(frames).n_unique() if frames else 0


def _print(
    chosen: argparse.Namespace, sent: int, took: float, used: float, behind: int, lag: float, peak: float, asked: Asked
) -> None:
    print(f"{chosen.mix} mix, {chosen.rate:,} records/s for {chosen.seconds:.0f} s")
    print(f"  sent {sent / took:,.0f}/s, {used / sent * 1e6:.1f} us CPU a record with sender and questions")
    print(f"  behind at the end {behind:,} records, stored {lag:.2f} s later; peak memory {peak:,.0f} MB")
    if asked.wall:
        a_minute = max(1, round(60 / chosen.ask_every))
        for name, seconds in (("wall", asked.wall), ("CPU of the thread that asks", asked.cpu)):
            second, last = seconds[a_minute : 2 * a_minute] or seconds, seconds[-a_minute:]
            times = [f"{1e3 * statistics.median(each):,.0f} ms" for each in (second, last)]
            print(f"  a round of {len(_QUESTIONS)} questions: second minute {times[0]}, last {times[1]} {name}")


if __name__ == "__main__":
    if not os.environ.keys() >= ALLOCATION.keys():  # the allocator reads them at the start of a process
        os.execve(sys.executable, [sys.executable, "-m", "tests.bench.live", *sys.argv[1:]], os.environ | ALLOCATION)
    sys.exit(main(sys.argv[1:]))
