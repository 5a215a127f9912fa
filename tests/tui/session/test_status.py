"""The status line tells what is known of inputs that have been read only in part."""

from __future__ import annotations

import pytest

from logtui.engine.live.snapshot import Chunk, Run, Snapshot
from logtui.engine.search.overview import OverviewCounter
from logtui.engine.search.request import Request
from logtui.engine.window.row_window import RowWindow
from logtui.tui.session.status import ListState, status_text
from tests.tui.fakes import incident


def status(query: str, read: int, phase: str = "index") -> str:
    """The status line when some of 300 records have been read, and all have been counted."""
    frame, counter = incident(300), OverviewCounter()
    counter.add(frame)
    run = Run((Chunk(frame[:read]),), overview=counter.overview())
    snapshot = Snapshot(runs=(run,), bytes_read=read, bytes_total=300, phase=phase)
    window = RowWindow.of(snapshot, Request.of(query))
    return status_text(window, ListState(filtered=bool(query)), 120, {}).plain


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "300 records"),
        ("level:error", "12/300"),
        ("level:info service:api", "120/300"),
        ("refused", "at least 4/300 (33%)"),
    ],
)
def test_counts_are_those_of_all_records_where_an_overview_tells(query: str, told: str) -> None:
    assert f"  {told}  " in status(query, 100)


def test_the_pass_over_the_file_is_named() -> None:
    assert " overview 33% " in status("", 100, "overview")
    assert " index 33% " in status("", 100)
