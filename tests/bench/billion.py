"""A store of a billion records and a set of questions: `python -m tests.bench.billion --rows 1e9 --dir DIR`.

The first hours are generated and stored as a server stores them; the others are copies of them. Then `logtui serve` is
started on the folder, and every question is asked twice over HTTP. A folder that holds records is only asked.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.position import POSITION
from logtui.store import Store
from tests.bench.copies import copy_segments
from tests.bench.decoding import decoded
from tests.bench.mixes import MIXES, START
from tests.bench.search import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

STEP: Final = 600
"""Microseconds between two records: a billion in a week."""

HOURS: Final = 3
ORIGINALS: Final = HOURS * 3_600 * 1_000_000 // STEP
"""The hours that are generated, and their records: 18 million."""

_BLOCK: Final = 65_536
_SEGMENT: Final = 4 * _BLOCK
"""Records of a segment: what merging makes of 48 MB."""

_PRINTED_SECONDS: Final = 10
_TIMEOUT: Final = "60s"
_HOUR: Final = {"type": "histogram", "field": "timestamp", "interval": "1h"}
_SERVICES: Final = {"field": "service", "size": 10}
_P99: Final = {"type": "terms", "field": "service", "aggregations": {"d": {"type": "stats", "field": "duration_ms"}}}

FILTERS: Final = {
    "text term": "timeout",
    "level and service": "level:error service:api",
    "boolean with NOT": "(timeout OR declined) NOT service:payments level:>=error",
    "wildcard": "message:conn*timeout*",
    "rare word": "gateway",
    "a word that never occurs": "segfault",
    "an id that never occurs": "user_id:u999999",
    "an id": "user_id:u77777",
    "duration_ms:>29990": "duration_ms:>29990",
}
"""Counted, and their newest 100 read."""

AGGREGATIONS: Final[dict[str, dict[str, Any]]] = {
    "histogram by hour": _HOUR,
    "count by level": {"field": "level"},
    "count by service": _SERVICES,
    "top 10 users": {"field": "user_id", "size": 10},
    "p99(duration_ms) by service": _P99,
}


def main(arguments: list[str]) -> int:
    """Fill the store and ask."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.billion", description=__doc__.split("\n", maxsplit=1)[0]
    )
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=10_000_000, help="records, such as 1e9")
    parser.add_argument("--mix", choices=sorted(MIXES), default="billion")
    parser.add_argument("--dir", type=Path, required=True, help="the data folder of the server")
    chosen = parser.parse_args(arguments)
    folder = DataFolder(chosen.dir)
    if not folder.holds_records:
        began = time.monotonic()
        fill(folder.store, chosen.rows, chosen.mix)
        print(f"filled in {(time.monotonic() - began) / 60:.1f} minutes")
    size = sum(path.stat().st_size for path in folder.store.rglob("*") if path.is_file())
    print(f"{folder.position:,} records, {size / 1e9:.2f} GB = {size / folder.position:.1f} bytes a record")
    with Server(chosen.dir) as server:
        ask(server.port)
        print(f"peak memory of the front {server.peak_bytes / 1e6:,.0f} MB")
    return 0


def fill(folder: Path, total: int, mix: str) -> None:
    """Store records until there are so many, or a few more."""
    originals = min(total, ORIGINALS)
    with Store(folder, writable=True, by_day=True, rebuilds_raw=True) as store:
        for first in range(0, originals, _SEGMENT):
            made = records(first, min(_SEGMENT, originals - first), mix)
            segment = store.seal(made, {POSITION: str(made["seq"].max()).encode()})
            store.outline(segment)
    copies, printed = math.ceil(total / originals) - 1, 0.0
    for count in copy_segments(folder, copies, HOURS):
        if time.monotonic() - printed > _PRINTED_SECONDS:
            printed = time.monotonic()
            print(f"{count:,} of {total:,} records", flush=True)


def records(first: int, count: int, mix: str = "billion") -> pl.DataFrame:
    """Decode records as a server does.

    Args:
        first: Number of the first record of the mix; its `seq` is one more.
        count: How many.
        mix: One of `MIXES`.

    Returns:
        A record frame, without what no server may take.
    """
    parts = []
    for start in range(first, first + count, _BLOCK):
        height = min(_BLOCK, first + count - start)
        arrival = int(START.timestamp() * 10**9) + (start + height) * STEP * 1_000
        parts.append(decoded(MIXES[mix](start, height, STEP), first_seq=1 + start, arrival=arrival))
    return pl.concat(parts, how="diagonal")


def ask(port: int) -> None:
    """Ask every question twice and print how long it took."""
    print(f"{'question':40}{'first ms':>10}{'warm ms':>10}{'total':>16}{'':>4}")
    with closing(HTTPConnection("127.0.0.1", port, timeout=600)) as connection:
        for name, question in _questions():
            (first, _), (warm, answer) = (_answered(connection, question) for _ in range(2))
            said = f"{answer['total']:>16,} {answer['total_relation']}{' PARTIAL' if answer['partial'] else ''}"
            print(f"{name:40}{1e3 * first:>10,.0f}{1e3 * warm:>10,.0f}{said}", flush=True)


def _questions() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, text in FILTERS.items():
        yield f"count: {name}", {"query": text, "limit": 1}
        yield f"newest 100: {name}", {"query": text, "limit": 100}
    for name, aggregation in AGGREGATIONS.items():
        yield name, {"query": "*", "limit": 1, "aggregations": {"a": aggregation}}
    last = {"from": "2026-11-16T01:00:00Z", "to": "2026-11-16T01:59:59Z"}
    yield "one hour by level", {"query": "*", "limit": 1, "aggregations": {"a": {"field": "level"}}, **last}


def _answered(connection: HTTPConnection, question: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    began = time.monotonic()
    connection.request("POST", "/api/v1/search", json.dumps({"timeout": _TIMEOUT, **question}))
    answer = json.loads(connection.getresponse().read())
    return time.monotonic() - began, answer


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
