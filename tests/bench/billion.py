"""A store of a billion records and a set of questions: `python -m tests.bench.billion --rows 1e9 --dir DIR`.

The records are those of twelve services over seven days, generated with a fixed seed straight into segments. A store
that is there already is only asked; one that is too small is filled up.
"""

from __future__ import annotations

import argparse
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.answer_order import Order
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.request import Request
from logtui.model.levels import LEVEL_DTYPE
from logtui.model.record import CORE_SCHEMA, TIME_DTYPE
from logtui.store import SEGMENT_ROWS, Store

if TYPE_CHECKING:
    from logtui.engine.search.dataset import Dataset

START: Final = datetime(2026, 11, 16, tzinfo=UTC)
SPAN: Final = timedelta(days=7)
SERVICES: Final = (
    "api auth cart catalog checkout inventory mailer orders payments search shipping web".split()  # noqa: SIM905
)
TEMPLATES: Final = (
    (300, "info", "request served path=/api/v1/items duration_ms={n}", ""),
    (150, "info", "cache hit for key item:{n}", ""),
    (100, "debug", "polling the delivery queue size={n}", ""),
    (100, "info", "user {n}", " logged in from web client"),
    (80, "info", "order {n}", " placed"),
    (70, "debug", "heartbeat ok", ""),
    (60, "info", "session {n}", " refreshed"),
    (50, "warn", "slow response from upstream took {n}", " ms"),
    (30, "warn", "retrying connection attempt={n}", ""),
    (25, "error", "database connection timeout after {n}", " ms"),
    (20, "error", "failed to process order {n}", ": payment declined"),
    (10, "warn", "queue depth {n}", " above watermark"),
    (5, "fatal", "worker {n}", " died unexpectedly"),
)
"""Weight, level, text before and behind a number."""

RARE: Final = "certificate of gateway expires tomorrow"
"""One record in ten million says this."""

QUESTIONS: Final = (
    ("text term", "count", "timeout"),
    ("level and service", "count", "level:error service:api"),
    ("boolean with NOT", "count", "(timeout OR declined) NOT service:payments level:>=error"),
    ("wildcard", "count", "conn*timeout"),
    ("rare term", "count", "gateway"),
    ("term that never occurs", "count", "segfault"),
    ("histogram by hour", "table", "* | histogram 1h"),
    ("count by level", "table", "* | stats count() by level"),
    ("count by service", "table", "* | stats count() by service"),
    ("top 10 services", "table", "level:error | top 10 service"),
    ("one hour by level", "table", "last:1h | stats count() by level"),
    ("newest 100, rare", "newest", "gateway"),
    ("newest 100, frequent", "newest", "timeout"),
    ("newest 100, slow", "newest", "duration_ms:>99990"),
    ("newest 100, id", "newest", '"item:77777"'),
)
"""Name, how it is asked, query."""

NEWEST: Final = 100


def records(first: int, count: int, total: int) -> pl.DataFrame:
    """The records `first` to `first + count` of `total`."""
    row = pl.int_range(first, first + count, dtype=pl.UInt64)
    step = int(SPAN / timedelta(microseconds=1)) * 1000 // total
    weights = [place for place, (weight, *_) in enumerate(TEMPLATES) for _ in range(weight)]
    tables = {
        "level": pl.Series([TEMPLATES[place][1] for place in weights], dtype=LEVEL_DTYPE),
        "before": pl.Series([TEMPLATES[place][2].removesuffix("{n}") for place in weights]),
        "behind": pl.Series([TEMPLATES[place][3] for place in weights]),
        "numbered": pl.Series([TEMPLATES[place][2].endswith("{n}") for place in weights]),
    }
    drawn = pl.select(
        time=(row.cast(pl.Int64) * step + int(START.timestamp()) * 1_000_000_000 + row.hash(1) % max(1, step)),
        choice=row.hash(2) % len(weights),
        number=(row.hash(3) % 100_000),
        service=row.hash(4) % len(SERVICES),
        rare=row.hash(5) % 10_000_000 == 0,
        row=row,
    )
    chosen = {name: table.gather(drawn["choice"]) for name, table in tables.items()}
    frame = drawn.select(
        "time", "number", "rare", "row", service=pl.Series(SERVICES).gather(drawn["service"]), **chosen
    )
    number = pl.when("numbered").then(pl.col("number").cast(pl.String)).otherwise(pl.lit(""))
    text = pl.concat_str("before", number, "behind")
    frame = frame.with_columns(
        timestamp=pl.col("time").cast(TIME_DTYPE),
        message=pl.when("rare").then(pl.lit(RARE)).otherwise(text),
        severity_text=pl.col("level").cast(pl.String).str.to_uppercase(),
    )
    stamp = pl.col("timestamp").dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
    raw = pl.concat_str(stamp, "severity_text", "service", "message", separator=" ")
    frame = frame.with_columns(raw=raw).with_columns(bytes=pl.col("raw").str.len_bytes().cast(pl.UInt64) + 1)
    core = {
        "order_time": pl.col("timestamp"),
        "source": pl.lit("generated"),
        "line": pl.col("row") + 1,
        "offset": pl.col("bytes").cum_sum() - pl.col("bytes"),
        "seq": pl.col("row"),
        "format": pl.lit("service"),
    }
    duration = pl.col("message").str.extract(r"duration_ms=(\d+)").alias("@duration_ms")
    known = {
        name: pl.col(name) if name in frame.columns else pl.lit(None, dtype) for name, dtype in CORE_SCHEMA.items()
    }
    return frame.select(**{**known, **core}, **{"@duration_ms": duration}).select(*CORE_SCHEMA, "@duration_ms")


def fill(folder: Path, total: int) -> None:
    """Generate what a store lacks."""
    started, printed = time.monotonic(), 0.0
    with Store(folder, writable=True) as store, ThreadPoolExecutor(1) as maker:
        have = sum(segment.facts.rows for segment in store.segments())
        starts = range(have, total, SEGMENT_ROWS)
        pending = [maker.submit(records, start, min(SEGMENT_ROWS, total - start), total) for start in starts[:2]]
        for place, start in enumerate(starts):
            segment = store.seal(pending.pop(0).result(), {})
            if place + 2 < len(starts):
                after = starts[place + 2]
                pending.append(maker.submit(records, after, min(SEGMENT_ROWS, total - after), total))
            store.outline(segment)
            if time.monotonic() - printed > 10:
                printed = time.monotonic()
                rate = (start - have) / (printed - started)
                print(f"{start:,} of {total:,} records, {rate:,.0f} a second", flush=True)


def ask(folder: Path) -> None:
    """Ask every question twice and print what the second time took."""
    with Store(folder) as store:
        rows = sum(segment.facts.rows for segment in store.segments())
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        each, segments = size / rows, len(store.segments())
        print(f"{rows:,} records, {size / 1e9:.2f} GB = {each:.1f} bytes a record, {segments} segments")
        dataset = dataset_of_store(store)
        print(f"{'question':24}{'first':>9}{'warm':>9}{'answer':>16}{'rows to look at':>16}{'bytes of these':>16}")
        for name, how, text in QUESTIONS:
            wanted = Request.of(text, now=START + SPAN)
            cost = dataset.explain(wanted).shares[0]
            times = []
            for _ in range(2):
                started = time.perf_counter()
                answer = _asked(dataset, how, wanted)
                times.append(time.perf_counter() - started)
            row = [f"{seconds * 1000:,.0f} ms" for seconds in times]
            print(f"{name:24}{row[0]:>9}{row[1]:>9}{answer:>16}{cost.looked_at:>16,}{cost.bytes:>16,}", flush=True)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _asked(dataset: Dataset, how: str, wanted: Request) -> str:
    match how:
        case "count":
            return f"{dataset.count(wanted).count:,}"
        case "table":
            return f"{sum(map(len, dataset.table(wanted)))} rows"
        case _:
            newest = replace(wanted, order=Order.NEWEST_FIRST, limit=NEWEST)
            return f"{sum(map(len, dataset.records(newest)))} records"


def main() -> None:
    """Fill the store and ask."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=10_000_000, help="records, such as 1e9")
    parser.add_argument("--dir", type=Path, required=True, help="where the store is")
    arguments = parser.parse_args()
    fill(arguments.dir, arguments.rows)
    ask(arguments.dir)


if __name__ == "__main__":
    main()
