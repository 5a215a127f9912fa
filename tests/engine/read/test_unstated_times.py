"""Times without a year or a date mean the same, however the file is read."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui import LogParser
from logtui.engine.read.batch import Provisional, Records, final_frames
from logtui.engine.read.checkpoint import Checkpoint
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.source_reader import SourceReader
from logtui.sources import FileSource, FollowedFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OVER_NEW_YEAR = [datetime(2024, 11, 3, tzinfo=UTC) + timedelta(hours=7) * step for step in range(340)]
OVER_MIDNIGHT = [datetime(2025, 2, 8, 1, tzinfo=UTC) + timedelta(minutes=17) * step for step in range(200)]


def syslog(times: list[datetime]) -> str:
    return "".join(f"{time:%b} {time.day:2} {time:%H:%M:%S} web cron[7]: tick\n" for time in times)


def clocks(times: list[datetime]) -> str:
    return "".join(f"{time:%H:%M:%S} INFO tick\n" for time in times)


FILES = {"syslog": (syslog, OVER_NEW_YEAR), "clocks": (clocks, OVER_MIDNIGHT)}


@pytest.fixture(params=FILES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def written(path: Path, text: str, last: datetime) -> Path:
    """The file with a text, as if written when its last line was."""
    path.write_text(text)
    os.utime(path, (last.timestamp(),) * 2)
    return path


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def times_of(frames: list[pl.DataFrame]) -> list[datetime]:
    return pl.concat([frame.select("timestamp") for frame in frames])["timestamp"].to_list()


@pytest.mark.parametrize("block_bytes", [61, 1000, 1_000_000])
def test_blocks_change_no_time(tmp_path: Path, pool: ThreadPoolExecutor, kind: str, block_bytes: int) -> None:
    text_of, times = FILES[kind]
    path = written(tmp_path / "a.log", text_of(times), times[-1])
    reader = SourceReader(FileSource(path), ReadOptions(block_bytes=block_bytes), pool)
    assert times_of(list(final_frames(reader.batches()))) == times


def test_the_library_gives_the_same_times(tmp_path: Path, kind: str) -> None:
    text_of, times = FILES[kind]
    path = written(tmp_path / "a.log", text_of(times), times[-1])
    assert [record.timestamp for record in LogParser.from_file(path)] == times


def test_a_checkpoint_carries_years_and_days_over(tmp_path: Path, pool: ThreadPoolExecutor, kind: str) -> None:
    text_of, times = FILES[kind]
    path = written(tmp_path / "a.log", text_of(times), times[-1])
    options = ReadOptions(block_bytes=1000)
    first = SourceReader(FileSource(path), options, pool, lookahead=0)
    frames, checkpoints = [], []
    for frame in final_frames(first.batches()):
        frames.append(frame)
        if first.checkpoint is not None:
            checkpoints.append((sum(map(len, frames)), first.checkpoint.packed()))
    for count, packed in checkpoints[:: max(1, len(checkpoints) // 5)]:
        again = SourceReader(FileSource(path), options, pool)
        again.resume(Checkpoint.unpacked(packed, again.fresh_clock))
        assert times_of(list(final_frames(again.batches()))) == times[count:]


def test_a_followed_file_goes_on_over_the_border_and_over_a_rotation(
    tmp_path: Path, pool: ThreadPoolExecutor, kind: str
) -> None:
    text_of, times = FILES[kind]
    half, most = len(times) // 4, len(times) * 9 // 10
    path = written(tmp_path / "a.log", text_of(times[:half]), times[half - 1])
    source = FollowedFile(path)
    reader = SourceReader(source, ReadOptions(), pool)
    frames: list[pl.DataFrame] = []
    steps = iter(["append", "rotate", "end"])
    for batch in reader.batches():
        if isinstance(batch, Records):
            frames.append(batch.frame)
            continue
        if sum(map(len, [*frames, batch.frame])) not in (half, most, len(times)):
            continue
        match next(steps):
            case "append":
                with path.open("a") as file:
                    file.write(text_of(times[half:most]))
            case "rotate":
                path.rename(tmp_path / "a.log.1")
                path.write_text(text_of(times[most:]))
            case "end":
                source.close()
    assert times_of(frames) == times


def test_what_is_appended_later_than_the_date_of_the_file_is_no_odd_time(
    tmp_path: Path, pool: ThreadPoolExecutor
) -> None:
    path = written(tmp_path / "a.log", "2020-01-01 10:00:00 INFO old\n", datetime(2020, 1, 1, 10, tzinfo=UTC))
    source = FollowedFile(path)
    frames: list[pl.DataFrame] = []
    for batch in SourceReader(source, ReadOptions(), pool).batches():
        match batch:
            case Records(frame):
                frames.append(frame)
            case Provisional(frame) if len(frame) and frame["message"][0] == "new":
                source.close()
            case Provisional(_) if path.stat().st_size < 40:
                with path.open("a") as file:
                    file.write("2025-01-01 10:00:00 INFO new\n")
    records = pl.concat(frames)
    assert records["order_time"].to_list() == records["timestamp"].to_list()


@pytest.mark.parametrize(
    ("modified", "year"), [("2024-03-01", 2024), ("2025-03-01", 2024), ("2027-06-01", 2024), ("2028-02-29", 2028)]
)
def test_29_february_is_in_the_latest_leap_year_before_the_date_of_the_file(
    tmp_path: Path, modified: str, year: int
) -> None:
    text = "Feb 28 23:59:59 web cron[7]: one\nFeb 29 10:00:00 web cron[7]: two\nMar  1 00:00:01 web cron[7]: three\n"
    text = text if modified != "2028-02-29" else "".join(text.splitlines(keepends=True)[:2])
    path = written(tmp_path / "a.log", text, datetime.fromisoformat(modified + "T12:00:00+00:00"))
    assert {record.timestamp.year for record in LogParser.from_file(path) if record.timestamp} == {year}


class Unglanced(FileSource):
    """A file of which no samples are taken."""

    def glances(self) -> Iterator[bytes]:
        """Refuse."""
        raise AssertionError("samples were asked for")


def test_the_file_is_not_searched_for_its_year_where_nobody_asks_for_times(
    tmp_path: Path, pool: ThreadPoolExecutor, kind: str
) -> None:
    text_of, times = FILES[kind]
    path = written(tmp_path / "a.log", text_of(times), times[-1])
    reader = SourceReader(Unglanced(path), ReadOptions(), pool)
    frames = list(final_frames(reader.batches(columns=("level", "service"))))
    assert sum(map(len, frames)) == len(times)
    with pytest.raises(AssertionError, match="samples"):
        list(SourceReader(Unglanced(path), ReadOptions(), pool).batches(columns=("timestamp",)))
