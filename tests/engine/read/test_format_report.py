"""A report accounts for every byte of a file and says what was not read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from logtui.engine.read.format_report import FileReport, inspect
from logtui.engine.read.options import ReadOptions

if TYPE_CHECKING:
    from pathlib import Path

LINES = [f"2025-07-22T12:00:{second:02}Z INFO AuthService user1 login\n" for second in range(40)]


def report_of(path: Path, content: bytes, options: ReadOptions | None = None) -> FileReport:
    path.write_bytes(content)
    (report,) = inspect([str(path)], options or ReadOptions())
    assert report.record_bytes + report.skipped_bytes == report.file_bytes
    assert sum(report.skipped_by_reason.values()) == report.skipped_bytes
    return report


def test_a_sound_file_is_all_records(tmp_path: Path) -> None:
    content = "".join(LINES).encode()
    report = report_of(tmp_path / "app.log", content)
    assert (report.records, report.plain_records, report.file_bytes) == (40, 0, len(content))
    assert report.format is not None
    assert next(iter(report.scores)) == report.format
    assert report.scores[report.format] == 1.0
    assert (report.sampled, report.reason, report.problem, report.unread, report.never) == (40, None, None, (), ())


def test_bytes_of_no_record_are_told_by_reason(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + "".join(LINES).encode() + bytes(50) + LINES[0].encode()
    report = report_of(tmp_path / "app.log", content)
    assert report.skipped_by_reason == {"byte_order_mark": 3, "nul_bytes": 50}
    assert report.records == 41


def test_lines_that_no_format_reads_and_invalid_ones_are_shown(tmp_path: Path) -> None:
    broken = ["", "neither time nor level\n", *LINES]
    report = report_of(tmp_path / "app.log", "".join(broken).encode() + b"2025-07-22T12:01:00Z INFO Auth caf\xe9\n")
    assert report.unread == ("neither time nor level",)
    assert (report.plain_records, report.invalid_lines) == (1, 1)
    assert report.gaps.plain.count == 1
    assert report.gaps.plain.examples[0].line == 1


def test_a_file_of_plain_text_misses_nothing(tmp_path: Path) -> None:
    report = report_of(tmp_path / "notes", b"one\ntwo\n")
    assert (report.format, report.never, bool(report.gaps)) == ("plain", (), False)


def test_what_no_record_has_is_said_of_the_main_format(tmp_path: Path) -> None:
    report = report_of(tmp_path / "app.jsonl", b'{"message": "a", "n": 1}\n' * 5)
    assert (report.format, report.never) == ("json", ("time", "level"))


@pytest.mark.parametrize(
    ("content", "reason", "skipped"),
    [(b"", "empty", {}), (b"\x7fELF" + bytes(100), "binary", {"binary": 104})],
)
def test_a_file_that_is_not_read_is_one_line(
    tmp_path: Path, content: bytes, reason: str, skipped: dict[str, int]
) -> None:
    report = report_of(tmp_path / "app", content)
    assert (report.reason, report.format, report.skipped_by_reason) == (reason, None, skipped)
    assert report.problem is not None
    assert report.problem.startswith(str(tmp_path / "app"))


def test_a_damaged_archive_is_reported_with_what_it_holds(tmp_path: Path) -> None:
    import gzip

    whole = gzip.compress("".join(LINES).encode())
    report = report_of(tmp_path / "app.gz", whole[:-8])
    assert (report.reason, report.records) == ("damaged", 40)
    assert report.problem is not None
    assert "damaged" in report.problem


def test_reports_come_in_order_and_are_lines_of_json(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("".join(LINES))
    (tmp_path / "b.log").write_text("".join(LINES[:5]))
    inputs = [str(tmp_path / name) for name in ("a.log", "none", "b.log")]
    reports = list(inspect(inputs, ReadOptions(explain=True)))
    assert sorted(report.file for report in reports) == sorted(inputs)
    assert [report.records for report in reports if report.format] == [40, 5]
    assert len(reports[1].scores) > 1
    for report in reports:
        line = report.to_json()
        assert line.endswith(b"\n")
        told = json.loads(line)
        assert (told["file"], told["records"], told["reason"]) == (report.file, report.records, report.reason)
