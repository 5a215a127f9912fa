"""A server answers what its store answers; what goes wrong is told in one line with its address."""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.engine.read.options import ReadOptions
from logtui.engine.search.answer_order import Order
from logtui.engine.search.cursor import Cursor
from logtui.engine.search.datasets import dataset_of_inputs, dataset_of_server
from logtui.engine.search.request import Request
from logtui.errors import QueryError, RemoteError
from tests.server.running import Server
from tests.server.search.asking import put
from tests.server.search.conftest import day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from logtui.engine.search.dataset import Dataset

HOUR = 3_600_000_000_000
QUERIES = ("*", "level:error timeout", "duration_ms:>1000 service:web", "user.id:u3", "nothing-like-this")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("remote") / "data") as running:
        put(running, day(), 50)
        yield running


@pytest.fixture
def remote(server: Server) -> Dataset:
    return dataset_of_server(f"http://127.0.0.1:{server.port}/")


@pytest.fixture
def stored(server: Server) -> Dataset:
    return dataset_of_inputs([str(server.folder)], ReadOptions())[0]


def joined(frames: Iterator[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(), *frames], how="diagonal_relaxed")


@pytest.mark.parametrize("query", QUERIES)
def test_it_answers_as_its_store_does(query: str, remote: Dataset, stored: Dataset) -> None:
    request = Request.of(query)
    assert joined(remote.records(request)).equals(joined(stored.records(request)))
    assert remote.count(request) == stored.count(request)
    assert remote.histogram(request, HOUR).frame.equals(stored.histogram(request, HOUR).frame)
    assert remote.histogram(request, HOUR).buckets == stored.histogram(request, HOUR).buckets
    assert remote.facets(request) == stored.facets(request)
    assert remote.facets(request, ["level"]) == stored.facets(request, ["level"])
    assert remote.explain(request).reads == stored.explain(request).reads
    assert remote.explain(request).shares[0].looked_at == stored.explain(request).shares[0].looked_at


def test_it_knows_its_newest_time_and_first_day(remote: Dataset, stored: Dataset) -> None:
    assert remote.newest() == stored.newest()
    assert remote.first_day() == stored.first_day()
    request = Request.of("last:1h@end level:fatal")
    assert remote.anchored(request).newest == stored.newest()
    assert remote.count(remote.anchored(request)).count == 2


def test_it_suggests_what_the_store_suggests(remote: Dataset, stored: Dataset) -> None:
    request = Request.of("level:error service:nowhere")
    assert remote.suggest(request).found
    assert remote.suggest(request) == stored.suggest(request)


def test_the_server_applies_pipes_and_tells_how_many_records_matched(remote: Dataset, stored: Dataset) -> None:
    request = Request.of("nothing-like-this | stats count()")
    answer = remote.table(request)
    assert joined(answer).equals(joined(stored.table(request)))
    assert answer.matched == 0
    assert joined(remote.table(Request.of("* | stats avg(duration_ms) by level | limit 2"))).height == 2


@pytest.mark.parametrize("order", [Order.NEWEST_FIRST, Order.OLDEST_FIRST])
def test_pages_by_cursors_hold_every_record_once(order: Order, remote: Dataset) -> None:
    request, seen = replace(Request.everything(), order=order, limit=7), list[int]()
    while len(page := joined(remote.records(request))):
        seen += page["seq"].to_list()
        request = replace(request, after=Cursor.of(page))
    assert len(seen) == 50
    assert sorted(seen) == sorted(set(seen))


def test_only_the_columns_that_are_asked_for_come(remote: Dataset) -> None:
    found = joined(remote.records(replace(Request.everything(), columns=("message",))))
    assert "message" in found.columns
    assert "raw" not in found.columns


def test_servers_and_files_are_one_dataset(server: Server, tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("2024-01-15T00:30:00Z ERROR from a file\n")
    address = f"http://127.0.0.1:{server.port}"
    both, _ = dataset_of_inputs([address, str(tmp_path / "app.log"), address], ReadOptions())
    assert both.count(Request.of("level:error")).count == 25
    found = joined(both.records(replace(Request.of("level:error"), limit=3)))
    assert found["message"].to_list() == ["Database Timeout 0", "Database Timeout 0", "from a file"]
    newest = joined(both.records(replace(Request.everything(), order=Order.NEWEST_FIRST, limit=2)))
    assert newest["message"].to_list() == ["the next day", "the next day"]
    levels = joined(both.table(Request.of("* | stats count() by level")))
    assert dict(levels.iter_rows())["error"] == 25
    histogram = both.histogram(Request.of("level:error"), HOUR)
    assert (histogram.records, histogram.frame["count"].max()) == (25, 3)


def test_an_error_in_the_query_is_that_of_the_store(remote: Dataset, stored: Dataset) -> None:
    request = Request.of("level:error line:>3s")
    with pytest.raises(QueryError) as expected:
        list(stored.records(request))
    with pytest.raises(QueryError) as caught:
        list(remote.records(request))
    assert caught.value.with_caret() == expected.value.with_caret()
    assert (caught.value.start, caught.value.end) == (expected.value.start, expected.value.end)


def test_a_server_that_is_not_there_is_told_and_tried_again(unused: int) -> None:
    remote = dataset_of_server(f"http://127.0.0.1:{unused}")
    with pytest.raises(RemoteError, match=rf"http://127.0.0.1:{unused}: cannot connect.*logtui serve"):
        remote.count(Request.everything())
    assert list(remote.records(Request.everything())) == []
    assert remote.intake().has_failed
    assert "cannot connect" in remote.intake().notices[0]
    assert remote.sample().is_empty()


def test_a_refused_key_names_where_keys_are_taken_from(server: Server) -> None:
    remote = dataset_of_server(f"http://127.0.0.1:{server.port}", "not-a-key")
    with pytest.raises(RemoteError, match="LOGTUI_API_KEY"):
        remote.newest()


@pytest.mark.parametrize("body", [b"HTTP/1.1 404 Not Found\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"])
def test_something_else_than_a_logtui_server_is_told(body: bytes) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        threading.Thread(target=_answer_once, args=(listener, body), daemon=True).start()
        remote = dataset_of_server(f"http://127.0.0.1:{listener.getsockname()[1]}")
        with pytest.raises(RemoteError, match=r"no logtui server|broke off"):
            remote.count(Request.everything())


def test_without_httpx_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(RemoteError, match=r"pip install 'logtui\[remote\]'"):
        dataset_of_server("http://localhost:8080")


def test_an_address_without_a_host_is_told() -> None:
    with pytest.raises(RemoteError, match="http://"):
        dataset_of_server("http://[::1").newest()


@pytest.fixture
def unused() -> int:
    """A port on which nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port


def _answer_once(listener: socket.socket, body: bytes) -> None:
    connection, _ = listener.accept()
    with closing(connection):
        connection.recv(65_536)
        connection.sendall(body)
