"""When records arrive, only those that are new and needed are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.engine.live.snapshot import Chunk, Run, Snapshot
from logtui.engine.window.row_window import RowWindow
from logtui.tui.list.pages import Pages
from tests.tui.fakes import incident

if TYPE_CHECKING:
    import polars as pl
    import pytest


def window_of(final: pl.DataFrame, version: int) -> RowWindow:
    """All but the last record are final."""
    run = Run((Chunk(final.head(-1)),), final.tail(1))
    return RowWindow.of_all(Snapshot(version, (run,)))


def test_of_a_page_that_grows_only_the_new_rows_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    page = RowWindow.page

    def noted(self: RowWindow, start: int, length: int) -> pl.DataFrame:
        read.append(start)
        return page(self, start, length)

    monkeypatch.setattr(RowWindow, "page", noted)
    records, pages, whole = incident(200), Pages(), Pages()
    for version, count in enumerate((3, 4, 90, 91, 140, 200)):
        pages.switch(window_of(records.head(count), version))
        assert pages.row(count - 1) is not None
    assert read == [0, 2, 3, 89, 128, 139]
    whole.switch(window_of(records, 0))
    assert [pages.row(number) for number in range(200)] == [whole.row(number) for number in range(200)]


def test_rows_that_are_not_needed_are_not_read_again() -> None:
    records, pages = incident(100), Pages()
    pages.switch(window_of(records.head(50), 0))
    pages.prepare(0, 20)
    pages.switch(window_of(records, 1))
    pages.prepare(0, 20)
    assert pages.reads == 1
