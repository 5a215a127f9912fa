"""A tail sends records as they are stored."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from logtui.server.auth.file_keys import FileKeys
from logtui.server.auth.keys import KeyRing
from logtui.server.auth.scopes import Scope
from tests.server.running import Server, record, stored, wait_for
from tests.server.search.asking import put
from tests.server.search.following import Event, following

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "data", "--tails", "2") as running:
        yield running


def test_records_come_as_they_are_stored(empty: Server) -> None:
    with following(empty) as follower:
        put(empty, [record(1), record(2)], 2)
        first = follower.next()
        assert (first.name, first.id, first.data["id"], first.data["message"]) == ("message", 1, 1, "record 1")
        put(empty, [record(3)], 3)
        assert follower.messages(2) == ["record 2", "record 3"]


def test_a_filter_and_fields_choose_what_comes(empty: Server) -> None:
    with following(empty, query="level:error", fields="service") as follower:
        put(empty, [record(1), record(2, level="error", service="api"), record(3)], 3)
        assert follower.next() == Event("message", 2, {"id": 2, "service": "api"})


def test_a_tail_resumes_behind_the_last_event(empty: Server) -> None:
    put(empty, [record(number) for number in range(1, 6)], 5)
    with following(empty, last=2) as follower:
        assert follower.messages(3) == ["record 3", "record 4", "record 5"]
        put(empty, [record(6)], 6)
        assert follower.messages(1) == ["record 6"]


def test_a_tail_begins_with_what_is_stored_from_now_on(empty: Server) -> None:
    put(empty, [record(1)], 1)
    with following(empty) as follower:
        put(empty, [record(2)], 2)
        assert follower.next().id == 2


def test_a_reader_that_is_behind_is_told_what_it_missed(empty: Server) -> None:
    for start in range(0, 12_000, 1_000):
        assert empty.post([record(start + number) for number in range(1_000)]).status == 202
    wait_for(lambda: len(stored(empty.folder)) == 12_000)
    with following(empty, last=0) as follower:
        assert follower.next() == Event("missed", 2_000, {"count": 2_000})
        assert [follower.next().id for _ in range(10_000)] == [*range(2_001, 12_001)]


def test_a_slow_reader_holds_nobody_up(empty: Server) -> None:
    text = "x" * 2_000
    with following(empty) as slow, following(empty) as quick:
        for start in range(0, 24_000, 1_000):
            assert empty.post([record(start + number, padding=text) for number in range(1_000)]).status == 202
        seen = 0
        while seen < 24_000:
            event = quick.next()
            seen += event.data["count"] if event.name == "missed" else 1
        events = [slow.next()]
        while events[-1].id < 24_000:
            events.append(slow.next())
        missed = sum(event.data["count"] for event in events if event.name == "missed")
        assert missed + sum(event.name == "message" for event in events) == 24_000
        ids = [event.id for event in events if event.name == "message"]
        assert ids == sorted(set(ids))


def test_only_so_many_tails_run(empty: Server) -> None:
    with following(empty):
        with following(empty):
            answer = empty.request("GET", "/api/v1/tail")
            assert (answer.status, answer.headers["retry-after"]) == (429, "2")
        wait_for(lambda: _opens(empty))


def _opens(server: Server) -> bool:
    """Whether a tail can be opened, which the server knows once it has seen that another was closed."""
    try:
        with following(server):
            return True
    except AssertionError:
        return False


def test_a_tail_ends_when_its_key_is_revoked(empty: Server) -> None:
    ring = KeyRing(FileKeys(empty.folder))
    key = ring.create([Scope.READ], name="reader")
    with following(empty, key=key) as follower:
        ring.revoke("reader")
        assert follower.response.read() == b""
    ring.close()


def test_a_server_that_ends_does_not_wait_for_tails(empty: Server) -> None:
    with following(empty) as follower:
        began = time.monotonic()
        assert empty.stop() == 0
        assert time.monotonic() - began < 5
        assert follower.response.read() == b""


@pytest.mark.parametrize("number", ["x", "-1", str(2**64)])
def test_a_wrong_id_is_a_400(number: str, server: Server) -> None:
    answer = server.request("GET", "/api/v1/tail", headers={"Last-Event-ID": number})
    assert (answer.status, answer.json["detail"]) == (
        400,
        f"expected the id of an event in Last-Event-ID, got '{number}'",
    )


@pytest.mark.parametrize("query", ["*+|+stats+count()", "level:(", "*&fields=id", "*&timeout=5"])
def test_what_no_tail_can_answer_is_a_400(query: str, server: Server) -> None:
    assert server.request("GET", f"/api/v1/tail?query={query}").status == 400
