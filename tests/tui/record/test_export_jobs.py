"""Jobs that write files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.engine.read.batch import Records
from logtui.engine.search.request import Request
from logtui.export.masking import Masker
from logtui.tui.bridge import Bridge
from logtui.tui.list.marks import mark_of
from logtui.tui.record.export_jobs import marked_job, report_job, shown_job, table_job
from logtui.tui.record.reporting import ReportContext
from tests.tui.fakes import FakeReader, incident, session_of, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def wanted() -> bool:
    return False


def no_longer_wanted() -> bool:
    return True


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    opened = Bridge(session_of(FakeReader([Records(incident(100))])))
    opened.start()
    wait_for(lambda: opened.snapshot.done, "reading")
    opened.filter(Request.of("level:error"))
    yield opened
    opened.close()


def test_the_shown_records_are_written(bridge: Bridge, tmp_path: Path) -> None:
    path = tmp_path / "shown.jsonl"
    assert shown_job(bridge, path, "jsonl", None)(wanted) == 4
    assert {json.loads(line)["level"] for line in path.read_text().splitlines()} == {"error"}


def test_a_marked_record_is_written_though_the_filter_hides_it(bridge: Bridge, tmp_path: Path) -> None:
    window = bridge.exact_window(wanted)
    assert window is not None
    path = tmp_path / "marked.jsonl"
    assert marked_job(window, path, "jsonl", [mark_of(incident(100)[3])], None)(wanted) == 1
    assert json.loads(path.read_text())["message"] == "request 3 served"


def test_a_report_tells_of_the_filter_and_counts_the_marks(bridge: Bridge, tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    context = ReportContext(["app.log"], "level:error", [mark_of(incident(100)[3])])
    assert report_job(bridge, path, context, None)(wanted) == 1
    assert "- Records: 4 of 100" in path.read_text()


def test_what_is_no_longer_wanted_is_not_written(bridge: Bridge, tmp_path: Path) -> None:
    shown_job(bridge, tmp_path / "shown.csv", "csv", None)(no_longer_wanted)
    report_job(bridge, tmp_path / "report.md", ReportContext([], "", []), None)(no_longer_wanted)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("kind", "line"), [("markdown", "| password=[masked:secret] |"), ("csv", "[masked:secret]")])
def test_a_table_is_written_without_its_secrets(tmp_path: Path, kind: str, line: str) -> None:
    path = tmp_path / "table"
    table = pl.DataFrame({"value": ["password=hunter2", "harmless"]})
    assert table_job(table, path, kind, Masker())(wanted) == 2
    assert line in path.read_text()
    assert "hunter2" not in path.read_text()
