"""A server on the screen: every record once, in the order of time, those that come later too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.engine.live import store_feed
from logtui.engine.live.session import Session
from logtui.engine.live.spill import Spill
from logtui.engine.live.store_feed import StoreFeed, remote_feeds
from logtui.engine.search.datasets import dataset_of_server
from logtui.engine.search.request import Request
from logtui.errors import RemoteError
from tests.server.running import Server, record
from tests.server.search.asking import put
from tests.server.search.conftest import day
from tests.tui.fakes import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _pages_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_feed, "_FIRST_ROWS", 5)
    monkeypatch.setattr(store_feed, "_PAGE_ROWS", 7)
    monkeypatch.setattr(store_feed, "_POLL_SECONDS", 0.05)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "data") as running:
        put(running, day(), 50)
        yield running


def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}"


def shown(session: Session) -> pl.DataFrame:
    parts = [part.read() for run in session.snapshot.runs for part in run.parts]
    return pl.concat([pl.DataFrame(), *parts], how="diagonal_relaxed")


def test_all_records_are_shown_once_and_later_ones_follow(server: Server) -> None:
    session = Session(*remote_feeds([address(server)], Request.of(""))).start()
    try:
        wait_for(lambda: session.snapshot.caught_up)
        found = shown(session)
        assert found["seq"].n_unique() == len(found) == 50
        assert found["timestamp"].is_sorted()
        put(server, [record(1), record(2, timestamp="2020-01-01T00:00:00Z")], 52)
        wait_for(lambda: len(shown(session)) == 52)
        assert {"record 1", "record 2"} < set(shown(session)["message"][-7:])
        assert shown(session)["order_time"].is_sorted()
        put(server, [record(number) for number in range(20)], 72)
        wait_for(lambda: len(shown(session)) == 72)
        assert shown(session)["seq"].n_unique() == 72
        assert (session.snapshot.error, session.snapshot.notices) == (None, ())
    finally:
        session.close()


def test_a_late_record_stands_where_its_time_is_among_the_last_ones(server: Server) -> None:
    session = Session(*remote_feeds([address(server)], Request.of(""))).start()
    try:
        wait_for(lambda: session.snapshot.caught_up)
        before = shown(session)
        put(server, [record(1, timestamp=before["timestamp"][-3].isoformat())], 51)
        wait_for(lambda: len(shown(session)) == 51)
        assert shown(session)["message"].to_list()[-3] == "record 1"
        put(server, [record(2, timestamp=before["timestamp"][-2].isoformat())], 52)
        wait_for(lambda: len(shown(session)) == 52)
        found = shown(session)
        assert [found["message"][-2], found["message"][-4]] == ["record 2", "record 1"]
        assert found["timestamp"].is_sorted()
        assert found["order_time"].is_sorted()
    finally:
        session.close()


def test_the_first_records_of_an_empty_store_stand_in_the_order_of_their_times(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        session = Session(*remote_feeds([address(server)], Request.of(""))).start()
        try:
            wait_for(lambda: session.snapshot.caught_up)
            for number, minute in enumerate((30, 10, 20), 1):
                put(server, [record(minute, timestamp=f"2026-01-15T10:{minute}:00Z")], number)
                wait_for(lambda number=number: len(shown(session)) == number)  # type: ignore[misc]
            assert shown(session)["message"].to_list() == ["record 10", "record 20", "record 30"]
        finally:
            session.close()


def test_no_record_is_placed_before_the_recent_ones(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_feed, "_RECENT_ROWS", 2)
    session = Session(*remote_feeds([address(server)], Request.of(""))).start()
    try:
        wait_for(lambda: session.snapshot.caught_up)
        for number in range(10):
            put(server, [record(number, timestamp="2020-01-01T00:00:00Z")], 51 + number)
            wait_for(lambda number=number: len(shown(session)) == 51 + number)  # type: ignore[misc]
        assert shown(session)["order_time"].is_sorted()
        assert shown(session)["seq"].n_unique() == 60
    finally:
        session.close()


def test_a_query_limits_what_is_fetched_and_that_is_said(server: Server) -> None:
    session = Session(*remote_feeds([address(server)], Request.of("level:error"))).start()
    try:
        wait_for(lambda: session.snapshot.caught_up)
        assert set(shown(session)["level"]) == {"error"}
        assert len(shown(session)) == 12
        assert session.snapshot.notices == ("only what matches level:error is fetched",)
    finally:
        session.close()


def test_records_that_have_no_room_are_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_feed, "_RECENT_ROWS", 1)
    feed = StoreFeed(dataset_of_server(address(server)), Request.of(""), Spill(limit=1))
    session = Session(feed).start()
    try:
        wait_for(lambda: session.snapshot.caught_up)
        assert len(shown(session)) == 5
        assert "no room" in session.snapshot.notices[0]
        put(server, [record(1)], 51)
        wait_for(lambda: session.snapshot.dropped == 5)
        assert len(shown(session)) == 1
    finally:
        session.close()


def test_a_server_that_goes_away_is_told(server: Server) -> None:
    session = Session(*remote_feeds([address(server)], Request.of(""))).start()
    try:
        wait_for(lambda: session.snapshot.caught_up)
        server.kill()
        wait_for(lambda: any("cannot connect" in notice for notice in session.snapshot.notices))
        assert len(shown(session)) == 50
    finally:
        session.close()


def test_a_server_that_is_not_there_is_told_before_the_screen_opens() -> None:
    with pytest.raises(RemoteError, match="cannot connect"):
        remote_feeds(["http://127.0.0.1:1"], Request.of(""))
