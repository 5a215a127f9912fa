"""What each step from a body to a sealed segment costs: `pytest -m bench -n 0 -s tests/bench/test_ingest.py`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TypeVar

import pytest

from logtui.engine.ingest.accept import Accepted, accept
from logtui.engine.ingest.decode import Decoder
from logtui.engine.ingest.payloads import Kind, packed
from logtui.store import Store
from logtui.store.journal import Batch, FileJournal
from logtui.store.journal.base import Frame
from tests.bench.mixes import MIXES, START

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

BODY: Final = 1_000
BODIES: Final = 65
ARRIVAL: Final = int(START.timestamp()) * 10**9
SYSLOG: Final = "<14>1 2026-11-16T00:00:{:02}Z web-{} api 77 - - request {} served in {} ms"
REPEATS: Final = 4

Answer = TypeVar("Answer")


def cheapest(name: str, records: int, call: Callable[[], Answer]) -> Answer:
    """Print the least CPU of several calls, in microseconds a record."""
    costs = []
    for _ in range(REPEATS):
        started = time.process_time()
        answer = call()
        costs.append(time.process_time() - started)
    print(f"\n{name:28} {min(costs) / records * 1e6:6.2f} us a record", end="")
    return answer


def batch_of(taken: Accepted) -> Batch:
    return Batch(kind=Kind.JSON, count=taken.count, arrival=ARRIVAL, payload=taken.payload, peer="10.0.0.1")


@pytest.mark.parametrize("name", list(MIXES))
def test_each_step_of_json(name: str, tmp_path: Path) -> None:
    bodies = [MIXES[name](first * BODY, BODY) for first in range(BODIES)]
    records = BODY * BODIES
    taken = cheapest(f"{name}: accept", records, lambda: [accept(body) for body in bodies])
    with FileJournal(tmp_path / "journal") as journal, Store(tmp_path / "store", writable=True) as store:
        for each in taken:
            journal.append(batch_of(each))
        frames = cheapest(f"{name}: read the journal", records, lambda: list(journal.read(0)))
        decoder = Decoder()
        found = cheapest(f"{name}: decode", records, lambda: decoder.decode(frames).records)
        segment = cheapest(f"{name}: seal", records, lambda: store.seal(found, {}))
        print(f"\n{name}: {segment.facts.size / len(found):.1f} bytes a record", end="")
    assert len(found) == sum(each.count for each in taken) > 0.99 * records


def test_decoding_syslog() -> None:
    count = BODY * BODIES
    texts = [SYSLOG.format(row % 60, row % 64, row, row % 5_000).encode() for row in range(count)]
    frame = Frame(kind=Kind.TEXT, count=count, arrival=ARRIVAL, payload=packed(texts), first_seq=1)
    found = cheapest("syslog: decode", count, lambda: Decoder().decode([frame]).records)
    assert found["format"].unique().to_list() == ["syslog5424"]
