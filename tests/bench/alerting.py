"""What alert rules cost: `python -m tests.bench.alerting [--rules 1000] [--rate 20000] [--seconds 60] [--history 0]`.

Records of the challenge mix are stored as fast as the machine can, as if they had come at a steady rate; in between the
rules are looked at every 10 seconds of that time, and only these looks are measured. What is printed: CPU seconds of a
look, and the share of a core that this is.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.alerts.conditions import Count, Percentage, Rate
from logtui.alerts.feed import Feed
from logtui.alerts.keeping.sql import SqlStore
from logtui.alerts.messages import Describer
from logtui.alerts.news import NewsOfParts
from logtui.alerts.rules import Rule
from logtui.alerts.ticking import Ticker
from logtui.engine.ingest.position import POSITION, position_of
from logtui.engine.search.datasets import dataset_of_store, parts_of_store
from logtui.store import Store
from tests.bench.decoding import decoded
from tests.bench.mixes import challenge_mix

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTERVAL: Final = 10
_SECOND: Final = 10**9
_MOST_HISTORY: Final = 10**7
_AREAS: Final = ("api*", "auth*", "billing*", "cart*", "search*")


def main(arguments: list[str]) -> int:
    """Store, look, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.alerting", description=__doc__)
    parser.add_argument("--rules", type=int, default=1_000)
    parser.add_argument("--rate", type=int, default=20_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--history", type=int, default=0, help="seconds of records before the first look")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        costs = list(_costs(Path(folder), chosen.rules, chosen.rate, chosen.seconds, chosen.history))
    first, *rest = [cost for cost in costs if cost > 0.1]  # the first windows are complete only later
    usual = statistics.median(rest)  # the first looks after the start catch up on the windows behind them
    print(f"{chosen.rules:,} rules, {chosen.rate:,} records/s, {chosen.history:,} s of history")
    print(f"first look {first:.2f} CPU-s, the others usually {usual:.2f} (at most {max(rest):.2f})")
    print(f"{usual / _INTERVAL:.1%} of a core at a look every {_INTERVAL} s")
    return 0


def _costs(folder: Path, rules: int, rate: int, seconds: int, history: int) -> Iterator[float]:
    """CPU seconds of each look."""
    began = time.time_ns() // _SECOND * _SECOND
    alerts = SqlStore(f"sqlite:///{folder / 'alerts.sqlite'}")
    for rule in _rules(rules):
        alerts.add(rule, began)
    with Store(folder / "store", writable=True, by_day=True) as store:
        feed = Feed(NewsOfParts(parts_of_store(store), lambda: position_of(store)))
        ticker = Ticker(alerts, feed, Describer(dataset_of_store(store), "http://logs").message, "bench")
        records = _records(rate)
        for second in range(-history, 0):
            _store(store, records, began, second)
        for second in range(seconds):
            _store(store, records, began, second)
            if second % _INTERVAL == _INTERVAL - 1:
                now = began + (second + 1) * _SECOND
                start = time.process_time()
                ticker.look(now, now)
                yield time.process_time() - start
    alerts.close()


def _rules(count: int) -> Iterator[Rule]:
    """Rules over a fifth as many queries."""
    conditions = (
        Count(1e9, window="5m"),
        Rate(1e9, window="1m"),
        Percentage(101, window="5m"),
        Count(1e9, window="1m"),
        Count(1e9, window="10m"),
    )
    for number in range(count):
        query = _query(number // len(conditions))
        yield Rule(f"rule {number}", conditions[number % len(conditions)], query=query, interval="10s")


def _query(number: int) -> str:
    kinds = ("level:error service:{}", "timeout service:{}", "duration_ms:>{}00", "message:*{}3* level:>=warn")
    area = _AREAS[number // len(kinds) % len(_AREAS)]
    return kinds[number % len(kinds)].format(area if number % len(kinds) < 2 else number // len(kinds))


def _records(rate: int) -> pl.DataFrame:
    """The records of a second, without their own times."""
    return decoded(challenge_mix(0, rate))


def _store(store: Store, records: pl.DataFrame, began: int, second: int) -> None:
    """Store records as the segment of a second, as a writer makes it."""
    number, first = pl.int_range(pl.len()), (second + _MOST_HISTORY) * len(records)
    time = (began + second * _SECOND + number * (_SECOND // len(records))).cast(pl.Datetime("ns", "UTC"))
    times = dict.fromkeys(("timestamp", "order_time", "ingest_time"), time)
    stored = records.with_columns(**times, seq=(first + number).cast(pl.Int64))
    store.seal(stored, {POSITION: str(first + len(records) - 1).encode()}, arrived=began + second * _SECOND)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
