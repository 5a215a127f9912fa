"""One large file: cold, while it is indexed, and with its index."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from typing import TYPE_CHECKING, Final

from tests.bench.budgets.budget import Budget
from tests.bench.budgets.start import LOGTUI, tiny_query
from tests.bench.datasets import generate
from tests.bench.runs import Run, measure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COUNT: Final = "* | stats count() by level"
LNAV_COUNT: Final = ";SELECT log_level, count(*) FROM all_logs GROUP BY log_level"
DUCKDB: Final = """
import duckdb, sys
lines = "read_csv(?, header=false, delim='\\x01', columns={'l': 'VARCHAR'})"
query = f"SELECT split_part(l, ' ', 2) AS level, count(*) FROM {lines} GROUP BY 1"
print(duckdb.execute(query, sys.argv[1:]).fetchall())
"""
INDEXING: Final = """
import pathlib, sys
from logtui.engine.index.file_index import FileIndex
from logtui.engine.read.options import ReadOptions
from logtui.store import Cache
FileIndex(pathlib.Path(sys.argv[1]), ReadOptions(), Cache(pathlib.Path(sys.argv[2]))).build()
"""
OPENING: Final = """
import pathlib, sys, time
from logtui.engine.live.file_feed import FileFeed
from logtui.engine.live.session import Session
from logtui.engine.read.options import ReadOptions
from logtui.engine.window.row_window import RowWindow
from logtui.sources import FollowedFile
from logtui.store import Cache
path, cache = map(pathlib.Path, sys.argv[1:])
session = Session(FileFeed(FollowedFile(path), ReadOptions(), Cache(cache))).start()
while not (session.snapshot.counted > session.snapshot.rows or session.snapshot.caught_up):
    time.sleep(0.01)
RowWindow.of_all(session.snapshot).histogram(120)
session.close()
"""
RARE: Final = "user4389"
QUESTIONS: Final = (
    COUNT,
    "* | stats count() by service",
    "level:error | stats count()",
    "level:error service:PaymentService | stats count()",
    f"{RARE} | stats count()",
    "level:(warn OR error) NOT service:OrderService | stats count()",
    "timeout level:error | stats count()",
    "* | top service",
    "* | histogram 1h",
    "level:error",
)
"""Questions by the command line; of the last one, 100 records are printed."""


def budgets(folder: Path, size: int) -> Iterator[Budget]:
    """Measure one file of the service shape.

    Args:
        folder: Where files may be written.
        size: Bytes of the file.
    """
    path = folder / "app.log"
    lines = generate(path, "service", size)
    about = f"{size / 1e6:.0f} MB, {lines / 1e6:.1f} M lines"
    tiny = tiny_query(folder, "--no-cache")
    count = measure("logtui", [*LOGTUI, "query", COUNT, str(path), "--no-cache"])
    yield from _beside(f"cold count by level, {about}", count, lnav(path, LNAV_COUNT), 1 / 2.5)
    yield from _beside("cold count by level", count, duckdb(path), 3.5)
    if program := shutil.which("rg"):
        found = measure("rg -ci, 3 times, and a tiny query", [program, "-ci", RARE, str(path)])
        bound = Run(found.name, 3 * found.seconds + tiny.seconds, 0, 0, 3 * found.cpu + tiny.cpu)
        rare = measure("logtui", [*LOGTUI, "query", f"{RARE} | stats count()", str(path), "--no-cache"])
        yield Budget("a rare word in the cold file", rare, bound, 1)
    yield from _index(folder, path, tiny_query(folder))


def _index(folder: Path, path: Path, tiny: Run) -> Iterator[Budget]:
    opened = measure("opening", [sys.executable, "-c", OPENING, str(path), str(folder / "overview")], repeats=1)
    yield from _beside("exact histogram and counts by level after opening", opened, lnav(path, ";SELECT 1"), 1.5)
    cache = folder / "cache"
    built = measure("index", [sys.executable, "-c", INDEXING, str(path), str(cache / "logtui")], repeats=1)
    size = sum(file.stat().st_size for file in cache.rglob("*") if file.is_file())
    share = f"{size / path.stat().st_size:.0%} of the text"
    yield from _beside(f"full index, {share}", built, lnav(path, ";SELECT 1"), 3.5)
    yield Budget("memory of the indexer", built, None, 500, "peak")
    for question in QUESTIONS:
        command = [*LOGTUI, "query", question, str(path), "--index", "--limit", "100"]
        yield Budget(f"with its index: `{question}`", measure("logtui", command), tiny, 1.3, "cpu")


def _beside(what: str, ours: Run, peer: Run | None, limit: float) -> Iterator[Budget]:
    if peer is not None:
        yield Budget(what, ours, peer, limit)


def lnav(path: Path, command: str) -> Run | None:
    """lnav without a screen; None if it is not installed."""
    program = shutil.which("lnav")
    return measure("lnav", [program, "-n", "-c", command, str(path)]) if program else None


def duckdb(path: Path) -> Run | None:
    """DuckDB over the lines of a file; None if it is not installed."""
    is_there = importlib.util.find_spec("duckdb") is not None
    return measure("DuckDB", [sys.executable, "-c", DUCKDB, str(path)]) if is_there else None
