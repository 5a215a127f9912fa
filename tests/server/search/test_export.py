"""Exports send all records that match, in little memory."""

from __future__ import annotations

import io
import json
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl
import pytest

from logtui.engine.search.answer_order import Order
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.request import Request
from logtui.server.search.export import _pages
from logtui.store import Store
from tests.server.running import Answer, Server, stored, wait_for
from tests.server.search.conftest import day
from tests.store.records import START, frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY: Final = 300_000
MORE_BYTES: Final = 200 << 20
"""Less than the other two thirds of the records take in memory."""

DIFFERENT: Final = 3_000
"""Records that each have a field of its own: nine million cells."""

PROMPT: Final = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:0,muzzy_decay_ms:0"}
"""Lets Polars give memory back at once; else its peak depends on how busy the machine is."""


def export(server: Server, **parameters: object) -> Answer:
    return server.request("POST", "/api/v1/export", json.dumps(parameters))


def exported(server: Server, **parameters: object) -> bytes:
    answer = export(server, **parameters)
    assert answer.status == 200, answer.body
    return answer.body


def test_json_lines_are_the_logs_that_a_search_finds(server: Server) -> None:
    answer = export(server, query="timeout")
    assert answer.headers["content-disposition"] == 'attachment; filename="logs.jsonl"'
    assert answer.headers["content-type"] == "application/x-ndjson"
    logs = server.request("POST", "/api/v1/search", '{"query": "timeout"}').json["logs"]
    assert [json.loads(line) for line in answer.body.splitlines()] == [
        {name: value for name, value in log.items() if name != "id"} for log in logs
    ]


def test_csv_and_parquet_hold_the_same(server: Server) -> None:
    fields = ["timestamp", "service", "message", "duration_ms"]
    rows = pl.read_csv(exported(server, format="csv", fields=fields, order="oldest_first"), infer_schema=False)
    columns = pl.read_parquet(io.BytesIO(exported(server, format="parquet", fields=fields, order="oldest_first")))
    assert rows.columns == columns.columns == fields
    expected = [each["message"] for each in day()]
    assert sorted(rows["message"]) == sorted(columns["message"]) == sorted(expected)
    assert rows["message"].to_list() == columns["message"].to_list()
    assert columns["timestamp"].is_sorted()


def test_pipes_make_a_table(server: Server) -> None:
    assert exported(server, query="* | stats count() as n by service | sort -n", format="csv") == (
        b"service,n\r\napi,26\r\nweb,24\r\n"
    )
    assert len(exported(server, query="* | limit 3").splitlines()) == 3


@pytest.mark.parametrize(("kind", "body"), [("jsonl", b""), ("csv", b"level,none\r\n")])
def test_nothing_is_a_whole_file_too(kind: str, body: bytes, server: Server) -> None:
    assert exported(server, query="nothing_like_it", format=kind, fields=["level", "none"]) == body


@pytest.mark.parametrize(
    "parameters",
    [
        {"format": "xml"},
        {"limit": 5},
        {"order": "up"},
        {"query": "level:("},
        {"query": "* | stats count()", "fields": ["x"]},
    ],
)
def test_a_fault_is_a_400(parameters: dict[str, object], server: Server) -> None:
    answer = export(server, **parameters)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")


def test_an_export_that_has_no_time_is_no_file(server: Server) -> None:
    assert export(server, timeout=1e-6).status == 503


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with 300,000 records of half a kilobyte, which only answers: to store takes memory too."""
    folder = tmp_path_factory.mktemp("export") / "data"
    with Server(folder, "--max-records", str(MANY)) as running:
        for start in range(0, MANY, 50_000):
            lines = (
                f'{{"timestamp":"2026-01-15T10:{number * 7 % 60:02}:{number % 60:02}Z","level":"info",'
                f'"message":"record {number}","padding":"{number * 7919:0400}"}}'
                for number in range(start, start + 50_000)
            )
            assert running.post("\n".join(lines).encode()).status == 202
        wait_for(lambda: len(stored(folder, "seq")) == MANY, 100)
        assert running.stop() == 0
    with Server(folder, "--role", "front", "--searches", "1", "--search-queue", "0", env=PROMPT) as running:
        yield running


def peak_bytes(server: Server) -> int:
    """The most memory that a server has held since its peak was reset."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def reset_peak(server: Server) -> None:
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_a_large_export_takes_little_memory(kind: str, large: Server, tmp_path: Path) -> None:
    reset_peak(large)
    third = exported(large, query="record 1*", format=kind)
    before = peak_bytes(large)
    reset_peak(large)
    with closing(HTTPConnection("127.0.0.1", large.port, timeout=120)) as connection:
        connection.request("POST", "/api/v1/export", json.dumps({"format": kind}))
        size = _saved(connection.getresponse(), tmp_path / "file")
    assert _count(kind, tmp_path / "file") == MANY
    assert size > 1.2 * len(third)
    assert peak_bytes(large) - before < MORE_BYTES


def _saved(response: HTTPResponse, path: Path) -> int:
    with path.open("wb") as file:
        while chunk := response.read(1 << 20):
            file.write(chunk)
        return file.tell()


def _count(kind: str, path: Path) -> int:
    """How many different records a file holds."""
    frame = {
        "jsonl": lambda: pl.scan_ndjson(path),
        "csv": lambda: pl.scan_csv(path, infer_schema=False),
        "parquet": lambda: pl.scan_parquet(path),
    }[kind]()
    return int(frame.select(pl.col("message").n_unique()).collect().item())


def test_records_with_fields_of_their_own_are_read_in_small_pages(tmp_path: Path) -> None:
    times = [START + timedelta(seconds=number) for number in range(DIFFERENT)]
    nothing = pl.repeat(None, DIFFERENT, dtype=pl.String, eager=True)
    own = [nothing.clone().scatter(number, "x").alias(f"@own {number}") for number in range(DIFFERENT)]
    with Store(tmp_path, writable=True) as store:
        store.seal(
            frame_of([{"timestamp": time, "order_time": time, "raw": "x"} for time in times]).with_columns(own), {}
        )
    with Store(tmp_path) as store:
        pages = list(_pages(dataset_of_store(store), replace(Request.everything(), order=Order.OLDEST_FIRST)))
    assert [number for page in pages for number in page["seq"]] == [*range(DIFFERENT)]
    assert max(page.height * page.width for page in pages) <= 1 << 23


def test_an_export_ends_when_its_client_leaves(large: Server) -> None:
    connection = HTTPConnection("127.0.0.1", large.port, timeout=30)
    connection.request("POST", "/api/v1/export", "{}")
    response = connection.getresponse()
    assert response.read(1_000)
    assert large.request("GET", "/api/v1/search?limit=1").status == 429
    response.close()
    connection.close()
    wait_for(lambda: large.request("GET", "/api/v1/search?limit=1").status == 200, 5)


def test_an_export_whose_time_is_over_before_its_client_has_taken_it_breaks_off(large: Server) -> None:
    with closing(HTTPConnection("127.0.0.1", large.port, timeout=30)) as connection:
        connection.request("POST", "/api/v1/export", '{"timeout": 5}')
        response = connection.getresponse()
        assert response.status == 200
        time.sleep(5)
        with pytest.raises((IncompleteRead, ConnectionError)):
            response.read()
