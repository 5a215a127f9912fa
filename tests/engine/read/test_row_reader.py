"""Reading row by row needs little memory and no Polars."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from logtui.engine.read.batch import final_frames
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.reader import Reader
from logtui.engine.read.row_reader import read_rows
from logtui.errors import FormatError, SourceError

ROOT = Path(__file__).parents[3]
SIZE = 25_000_000
PROGRAM = """
import resource, sys
from pathlib import Path
from logtui.engine.read.row_reader import read_rows

records = sum(1 for record in read_rows(sys.argv[1]))
status = Path("/proc/self/status")  # ru_maxrss counts what the parent held before exec
peak = status.read_text().partition("VmHWM:")[2].split()[:1] if status.exists() else []
print(records, *(peak or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]), "polars" in sys.modules)
"""
ENVELOPE = (
    '{"time":"2025-10-07T16:%02d:%02d.%06dZ","stream":"stderr","log":"INFO:app.db:query done case_id=c%d ms=%d\\n",'
    '"kubernetes":{"pod_name":"api-%d","namespace_name":"prod","container_name":"api","host":"ip-10-0-0-8"}}\n'
)


def envelopes(size: int) -> str:
    lines = [ENVELOPE % (i // 60 % 60, i % 60, i, i, i % 900, i % 7) for i in range(20_000)]
    chunk = "".join(lines)
    return chunk * (size // len(chunk) + 1)


def test_a_large_file_is_read_in_little_memory_and_without_polars(tmp_path: Path) -> None:
    path = tmp_path / "cloudwatch.log"
    text = envelopes(SIZE)
    path.write_text(text)
    command = [sys.executable, "-c", PROGRAM, str(path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    records, peak, has_polars = result.stdout.split()
    assert int(records) == text.count("\n")
    assert has_polars == "False"
    assert int(peak) // (1024 if sys.platform == "darwin" else 1) < 75 * 1024


def test_a_record_has_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text(envelopes(1))
    record = next(iter(read_rows(path)))
    assert (record.level, record.logger, record.format) == ("info", "app.db", "kubernetes")
    assert record.message == "query done case_id=c0 ms=0"
    assert record.fields["pod"] == "api-0"
    assert record.fields["case_id"] == "c0"
    assert json.loads(record.raw)["stream"] == "stderr"


@pytest.mark.parametrize(
    ("text", "zone", "wanted"),
    [
        ("2025-07-22 12:00:00 INFO a", ZoneInfo("Europe/Berlin"), "2025-07-22T10:00:00+00:00"),
        ("2025-10-26 02:30:00 INFO fold", ZoneInfo("Europe/Berlin"), "2025-10-26T00:30:00+00:00"),
        ("2025-07-22 12:00:00Z INFO zoned", ZoneInfo("Europe/Berlin"), "2025-07-22T12:00:00+00:00"),
        ("2025-07-22 12:00:00 INFO a", timezone(timedelta(hours=2)), "2025-07-22T10:00:00+00:00"),
    ],
)
def test_times_without_a_zone_are_read_in_the_given_one(tmp_path: Path, text: str, zone: ZoneInfo, wanted: str) -> None:
    (tmp_path / "a.log").write_text(text)
    record = next(iter(read_rows(tmp_path / "a.log", zone=zone)))
    assert record.timestamp_ns == round(datetime.fromisoformat(wanted).timestamp()) * 10**9


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2025-03-30 02:30:00", "2025-03-30T01:30:00Z"),
        ("2025-10-26 02:30:00", "2025-10-26T00:30:00Z"),
        ("Mar 30 02:30:00", "2025-03-30T01:30:00Z"),
    ],
)
def test_a_time_that_the_zone_skips_is_shifted_and_of_two_the_first_is_taken(
    tmp_path: Path, wall: str, utc: str
) -> None:
    (tmp_path / "a.log").write_text(f"{wall} INFO near a change of the clock")
    written = datetime(2025, 11, 1, tzinfo=UTC).timestamp()
    os.utime(tmp_path / "a.log", (written, written))
    zone = ZoneInfo("Europe/Berlin")
    record = next(iter(read_rows(tmp_path / "a.log", zone=zone)))
    assert record.timestamp_ns == round(datetime.fromisoformat(utc).timestamp()) * 10**9
    reader = Reader([str(tmp_path / "a.log")], ReadOptions(zones=(("*", zone),)))
    frames = list(final_frames(reader.batches()))
    assert pl.concat(frames, how="diagonal")["timestamp"].dt.timestamp("ns").to_list() == [record.timestamp_ns]


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        list(read_rows(tmp_path / "missing.log"))
    (tmp_path / "a.log").write_text("a")
    with pytest.raises(FormatError):
        list(read_rows(tmp_path / "a.log", format="morse"))
