"""Tables of a query's pipes."""

from __future__ import annotations

from logtui.engine.read.batch import Records
from logtui.engine.search.request import Request
from logtui.engine.window.row_window import RowWindow
from logtui.tui.query.tabulating import table_text
from tests.tui.fakes import FakeReader, incident, session_of, wait_for


def window() -> RowWindow:
    session = session_of(FakeReader([Records(incident(100))]))
    session.start()
    wait_for(lambda: session.snapshot.done, "reading")
    session.close()
    return RowWindow.of_all(session.snapshot)


def test_the_pipes_make_a_table_of_all_records_of_the_window() -> None:
    lines = table_text(Request.of("* | stats count() by level"), window(), 60).splitlines()
    cells = {tuple(line.replace("│", " ").split()) for line in lines}
    assert {("info", "88"), ("warn", "8"), ("error", "4")} <= cells


def test_no_window_makes_no_table() -> None:
    assert table_text(Request.of("* | stats count() by level"), None, 60) == ""
