"""The index beside its peers: `pytest -m bench -n 0 -s tests/bench/test_index.py`.

LOGTUI_BENCH_BYTES sets the size of the files, 350 MB by default; peers that are not installed are left out.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import random
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.engine.index.file_index import FileIndex
from logtui.engine.live.file_feed import FileFeed
from logtui.engine.live.session import Session
from logtui.engine.live.snapshot import Run as Records
from logtui.engine.live.snapshot import Snapshot
from logtui.engine.read.options import ReadOptions
from logtui.engine.search.datasets import dataset_of_store, parts_of_store
from logtui.engine.search.request import Request
from logtui.engine.window.row_window import RowWindow
from logtui.model.record import TIME_DTYPE
from logtui.sources import FollowedFile
from logtui.store import SEGMENT_ROWS, Cache, Store
from tests.bench.billion import records
from tests.bench.datasets import generate
from tests.bench.runs import Run, compare, measure, timed

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

SIZE = int(os.environ.get("LOGTUI_BENCH_BYTES", 350_000_000))
PAGE_ROWS = int(float(os.environ.get("LOGTUI_BENCH_ROWS", 10_000_000)))
LOGTUI = [sys.executable, "-m", "logtui", "query"]
COUNT_BY_LEVEL = "* | stats count() by level"
LNAV_COUNT = ";SELECT log_level, count(*) FROM all_logs GROUP BY log_level"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("service") / "app.log"
    generate(path, "service", SIZE)
    return path


@pytest.fixture(scope="module")
def index(service: Path) -> FileIndex:
    index = FileIndex(service, ReadOptions(), Cache(service.parent / "cache", limit=10**11))
    index.build()
    return index


def lnav(path: Path, *commands: str) -> list[Run]:
    """lnav without a screen, if it is installed."""
    program = shutil.which("lnav")
    arguments = [part for command in commands for part in ("-c", command)]
    return [measure(f"lnav {commands[-1][:30]}", [program, "-n", *arguments, str(path)])] if program else []


def test_counting_a_cold_file(service: Path) -> None:
    ours = measure("logtui query, no index", [*LOGTUI, COUNT_BY_LEVEL, str(service), "--no-cache"])
    compare(f"count by level, {SIZE / 1e6:.0f} MB of text, cold", [ours, *lnav(service, LNAV_COUNT)])


@pytest.mark.parametrize("shape", ["service", "json"])
def test_building_an_index(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "app.log"
    generate(path, shape, SIZE)
    code = (
        "import sys, pathlib; from logtui.engine.index.file_index import FileIndex; from logtui.store import Cache; "
        "from logtui.engine.read.options import ReadOptions; "
        "FileIndex(pathlib.Path(sys.argv[1]), ReadOptions(), Cache(pathlib.Path(sys.argv[2]))).build()"
    )
    cache = tmp_path / "cache"
    ours = measure("logtui index, outlines of texts included", [sys.executable, "-c", code, str(path), str(cache)], 1)
    size = sum(file.stat().st_size for file in cache.rglob("*") if file.is_file())
    peers = lnav(path, ";SELECT 1") if shape == "service" else []
    if shape == "json":
        target = tmp_path / "peer.parquet"
        peers = [
            timed(
                "polars scan_ndjson to parquet",
                lambda: pl.scan_ndjson(path, infer_schema_length=None).sink_parquet(target),
                1,
            )
        ]
    compare(f"index of {SIZE / 1e6:.0f} MB of {shape}, {size / path.stat().st_size:.0%} of the file", [ours, *peers])
    assert size < path.stat().st_size


def test_asking_an_index(service: Path, index: FileIndex) -> None:
    dataset = dataset_of_store(index.store)
    counting, term, user = (Request.of(text) for text in (COUNT_BY_LEVEL, "timeout", "user4389"))
    compare(
        "count by level on the index",
        [timed("logtui", lambda: list(dataset.table(counting))), *lnav(service, LNAV_COUNT)],
    )
    if importlib.util.find_spec("duckdb"):
        query = "SELECT regexp_extract(l, '^[^ ]+ ([A-Z]+)', 1) AS level, count(*) FROM read_csv(?, header=false, "
        query += "delim='\x01', columns={'l': 'VARCHAR'}) GROUP BY level"
        duckdb = importlib.import_module("duckdb")
        peer = timed("DuckDB over the file", lambda: duckdb.execute(query, [str(service)]).fetchall(), 1)
        compare("count by level on the index", [timed("logtui", lambda: list(dataset.table(counting))), peer])
    if program := shutil.which("rg"):
        for name, wanted, text in (("a word", term, "timeout"), ("an identifier", user, "user4389")):
            expected = int(subprocess.run([program, "-ci", text, str(service)], capture_output=True, check=True).stdout)
            assert dataset.count(wanted).count in (expected, expected - 1)  # the last record is behind the index
            ours = timed(f"logtui, {name}", lambda wanted=wanted: dataset.count(wanted))  # type: ignore[misc]
            compare(f"substring count, {name}", [ours, measure("rg -ci", [program, "-ci", text, str(service)])])


def test_opening_again(service: Path, index: FileIndex) -> None:
    def open_again() -> float:
        session = Session(FileFeed(FollowedFile(service), ReadOptions(), index.cache))
        started = time.perf_counter()
        session.start()
        while not session.snapshot.caught_up:
            time.sleep(0.001)
        snapshot = session.snapshot
        RowWindow.of(snapshot, Request.everything()).histogram(120)
        seconds = time.perf_counter() - started
        session.close()
        return seconds

    seconds = min(open_again() for _ in range(3))
    print(f"\nopening again, to the whole histogram: {seconds * 1000:.0f} ms")


def one_file(frame: pl.DataFrame, file: int, files: int) -> pl.DataFrame:  # noqa: ARG001 - one of several shapes
    return frame


def same_time(frame: pl.DataFrame, file: int, files: int) -> pl.DataFrame:  # noqa: ARG001
    moment = pl.lit(datetime(2026, 11, 16, tzinfo=UTC), TIME_DTYPE)
    return frame.with_columns(timestamp=moment, order_time=moment)


def no_time(frame: pl.DataFrame, file: int, files: int) -> pl.DataFrame:
    return same_time(frame, file, files).with_columns(timestamp=pl.lit(None, TIME_DTYPE))


def shuffled(frame: pl.DataFrame, file: int, files: int) -> pl.DataFrame:  # noqa: ARG001
    jitter = pl.duration(seconds=(pl.col("seq").hash(file) % 100_000).cast(pl.Int64) - timedelta(days=1).seconds)
    return frame.with_columns(timestamp=pl.col("timestamp") + jitter).with_columns(
        order_time=pl.col("timestamp").cum_max()
    )


VIEWS: dict[str, tuple[int, Callable[[pl.DataFrame, int, int], pl.DataFrame], str | None]] = {
    "one file": (1, one_file, None),
    "20 files merged": (20, one_file, None),
    "all times identical": (20, same_time, None),
    "no times": (20, no_time, None),
    "shuffled times": (20, shuffled, None),
    "filtered to 1 %": (20, one_file, "level:>=warn service:api"),
}


@pytest.mark.parametrize("view", VIEWS)
def test_random_pages(tmp_path: Path, view: str) -> None:
    files, shape, query = VIEWS[view]
    each = PAGE_ROWS // files
    for file in range(files):
        with Store(tmp_path / str(file), writable=True, source=f"{file}.log") as store:
            for start in range(0, each, SEGMENT_ROWS):
                frame = records(start, min(SEGMENT_ROWS, each - start))
                store.seal(shape(frame, file, files).with_columns(source=pl.lit(f"{file}.log")), {})
    code = f"from tests.bench.test_index import show_pages; show_pages({str(tmp_path)!r}, {files}, {query!r}, {view!r})"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": os.getcwd()})  # noqa: PTH109


def show_pages(folder: str, files: int, query: str | None, view: str) -> None:
    """Look at 50 random pages of a view, in a process of its own, and print times and memory."""
    runs = []
    for file in range(files):
        store = Store(Path(folder, str(file)), source=f"{file}.log")
        runs.append(Records(parts_of_store(store)()))
    snapshot = Snapshot(runs=tuple(runs))
    started = time.perf_counter()
    window = RowWindow.of(snapshot, Request.of(query or ""))
    ready = time.perf_counter() - started
    rng, seconds = random.Random(7), []
    for _ in range(50):
        row = rng.randrange(max(1, window.count - 60))
        started = time.perf_counter()
        assert window.page(row, 60).height == 60
        seconds.append(time.perf_counter() - started)
    seconds.sort()
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    print(
        f"\n{view:22}{window.count:>12,} rows  ready {ready:6.2f} s  page {seconds[25] * 1000:6.1f} ms median "
        f"{seconds[-1] * 1000:6.1f} ms worst  {peak:5.0f} MB",
        flush=True,
    )
