"""Files whose first and last lines lie outside of the times that are asked for are not read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from logtui.engine.read.options import ReadOptions
from logtui.engine.read.span import span_of
from logtui.engine.search.datasets import dataset_of_inputs
from logtui.engine.search.request import Request
from logtui.model.times import zone_named
from logtui.sources import FileSource

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2025, 7, 22, tzinfo=UTC)
HOUR = 3_600_000_000_000
LINES = 16_000


def write(
    path: Path, start: datetime, line: str = "{:%Y-%m-%dT%H:%M:%SZ} INFO OrderService user1 placed id={}"
) -> Path:
    lines = (line.format(start + timedelta(seconds=number // 8), number) for number in range(LINES))
    path.write_text("\n".join(lines) + "\n")
    return path


def ns(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000_000


def test_the_span_is_that_of_both_ends_and_an_hour_more(tmp_path: Path) -> None:
    source = FileSource(write(tmp_path / "app.log", START))
    end = START + timedelta(seconds=(LINES - 1) // 8)
    assert span_of(source, ReadOptions()) == (ns(START) - HOUR, ns(end) + HOUR)


def test_times_without_a_zone_are_in_that_of_the_source(tmp_path: Path) -> None:
    source = FileSource(
        write(tmp_path / "app.log", START, "{:%Y-%m-%d %H:%M:%S} ERROR [main] org.example.Store: id={}")
    )
    options = ReadOptions(zones=(("*", zone_named("Europe/Berlin")),))
    span = span_of(source, options)
    assert span is not None
    assert span[0] == ns(START - timedelta(hours=2)) - HOUR


@pytest.mark.parametrize(
    "line", ["{:%b %d %H:%M:%S} host app[1]: message number {}", "{:%H:%M:%S} INFO message number {}", "no time at all"]
)
def test_nothing_is_known_of_times_without_a_day_or_a_year(tmp_path: Path, line: str) -> None:
    assert span_of(FileSource(write(tmp_path / "app.log", START, f"{line} {'.' * 60}")), ReadOptions()) is None


def test_nothing_is_known_of_a_small_file(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("2025-07-22T12:34:56Z INFO OrderService user1 placed\n")
    assert span_of(FileSource(path), ReadOptions()) is None


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ('timestamp:>="2025-07-26T12:00:00Z"', 1),
        ('timestamp:<"2025-07-23T00:00:00Z"', 1),
        ("timestamp:[2025-07-24T00:00:00Z TO 2025-07-25T23:59:59Z]", 2),
        ("level:info", 5),
        ("NOT timestamp:[2025-07-24T00:00:00Z TO 2025-07-25T23:59:59Z]", 5),
    ],
)
def test_files_outside_of_the_times_are_left_out_and_counted(tmp_path: Path, query: str, kept: int) -> None:
    for day in range(5):
        write(tmp_path / f"{day}.log", START + timedelta(days=day, hours=12))
    dataset, _ = dataset_of_inputs([str(tmp_path)], ReadOptions(), None)
    expected = {1: 1, 2: 2, 5: 5}[kept] * LINES if "NOT" not in query else 3 * LINES
    assert dataset.count(Request.of(query)).count == expected
    notices = [text for text in dataset.intake().notices if "not read" in text]
    assert notices == ([f"{_NOT_READ} {5 - kept} files"] if kept < 5 else [])


_NOT_READ = "not read, as their first and last lines are outside of the times:"
