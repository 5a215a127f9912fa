from __future__ import annotations

import gzip
import json
import zlib
from http.client import HTTPConnection
from logging import makeLogRecord
from logging.handlers import HTTPHandler
from typing import TYPE_CHECKING, Any

import cramjam
import pytest
import zstandard

from logtui.store.dead_letters import DeadLetters
from tests.server.running import record, stored, wait_for

if TYPE_CHECKING:
    from tests.server.running import Server

ONE = json.dumps(record()).encode()
BODIES: dict[str, tuple[bytes, int]] = {
    "an array": (b" [" + ONE + b"," + ONE + b"]", 2),
    "an empty array": (b"[]", 0),
    "objects on lines": (ONE + b"\n" + ONE + b"\n", 2),
    "objects one behind the other": (ONE + ONE, 2),
    "one object": (ONE, 1),
    "epoch seconds with a fraction, as Fluent Bit sends": (b'[{"date": 1700000000.5, "log": "x"}]', 1),
    "a form of Python's HTTPHandler": (b"name=app&msg=hello+you&created=1700000000.5&levelname=INFO&exc_info=None", 1),
}
PACKERS: dict[str, Any] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstandard.compress,
    "snappy": lambda body: bytes(cramjam.snappy.compress_raw(body)),
    "identity": bytes,
    "gzip, zstd": lambda body: zstandard.compress(gzip.compress(body)),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("path", ["/api/v1/logs", "/ingest"])
def test_bodies_of_all_forms_are_taken(name: str, path: str, shared: Server) -> None:
    body, count = BODIES[name]
    answer = shared.post(body, path, Content_Type="application/x-www-form-urlencoded")
    assert (answer.status, answer.json) == (202, {"ingested": count})


@pytest.mark.parametrize("encoding", PACKERS)
def test_compressed_bodies_are_taken(encoding: str, shared: Server) -> None:
    packed = PACKERS[encoding](b"[" + ONE + b"]")
    assert shared.post(packed, Content_Encoding=encoding).json == {"ingested": 1}


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd", "snappy"])
def test_a_body_that_is_not_of_its_encoding_is_a_400(encoding: str, shared: Server) -> None:
    answer = shared.post(b"\xff\xfe no such thing", Content_Encoding=encoding)
    assert answer.status == 400
    assert answer.json["detail"].startswith(f"the body is not {encoding}")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd", "snappy"])
def test_a_bomb_is_a_413(encoding: str, shared: Server) -> None:
    answer = shared.post(PACKERS[encoding](bytes((64 << 20) + 1)), Content_Encoding=encoding)
    assert answer.status == 413
    assert answer.json["setting"] == "--max-body-bytes"


def test_an_unknown_encoding_is_a_415_that_names_the_known(shared: Server) -> None:
    answer = shared.post(b"x", Content_Encoding="br")
    assert answer.status == 415
    assert "gzip" in answer.json["detail"]


def test_more_than_1000_records_are_a_413_that_names_limit_and_setting(shared: Server) -> None:
    thousand = [record()] * 1_000
    assert shared.post(thousand).json == {"ingested": 1_000}
    answer = shared.post([*thousand, {"no": "message"}])
    assert (answer.status, answer.json["limit"], answer.json["setting"]) == (413, 1_000, "--max-records")
    assert "1,001" in answer.json["detail"]
    assert shared.post([*thousand, record()], "/ingest").json == {"ingested": 1_001}


def test_a_body_that_is_stated_too_long_is_refused_before_it_is_sent(shared: Server) -> None:
    headers = {"Content-Length": str(1 << 40), "X-API-Key": shared.key}
    assert shared.request("POST", "/ingest", b"", headers).status == 413


def test_wrong_json_is_a_400_with_position_and_suggestion(shared: Server) -> None:
    answer = shared.post(b'[{"a": 1}, {x}]')
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["position"] == 12
    assert "array" in answer.json["suggestion"]


@pytest.mark.parametrize("body", [b"", b"hello", b'"text"', b"\x00\x01", b"<xml a='1'/>"])
def test_what_is_no_record_is_a_400(body: bytes, shared: Server) -> None:
    assert shared.post(body).status == 400


def test_rejected_records_are_counted_explained_and_kept(shared: Server) -> None:
    letters = DeadLetters(shared.folder / "dead-letters.sqlite")
    before = letters.totals.letters
    answer = shared.post([{"message": "early"}, record(), {"timestamp": "2026-01-15T10:00:00Z", "message": 5}])
    assert answer.status == 202
    assert (answer.json["ingested"], answer.json["rejected"]) == (1, 2)
    assert [error["position"] for error in answer.json["errors"]] == [0, 2]
    assert "timestamp" in answer.json["errors"][0]["reason"]
    assert letters.totals.letters == before + 2
    kept = letters.page(limit=1_000)[-2].letter
    assert (kept.protocol, kept.peer, json.loads(kept.raw)) == ("http", "127.0.0.1", {"message": "early"})


@pytest.mark.parametrize("layout", ["[{},{},{}]", "{}\n{}\n{}", "{}{}{}"])
def test_a_record_that_is_nested_too_deep_is_a_dead_letter_and_the_others_are_taken(
    layout: str, shared: Server
) -> None:
    deep = '{"timestamp":1705312800,"message":"deep","a":' + "[" * 50_000 + "]" * 50_000 + "}"
    answer = shared.post(layout.format(json.dumps(record(1)), deep, json.dumps(record(2))).encode())
    assert (answer.status, answer.json["ingested"], answer.json["rejected"]) == (202, 2, 1)
    (error,) = answer.json["errors"]
    assert (error["position"], "nested too deep" in error["reason"]) == (1, True)
    letter = DeadLetters(shared.folder / "dead-letters.sqlite").newest("http")
    assert letter
    assert letter.raw == deep.encode()


def test_a_batch_of_only_bad_records_is_a_202(shared: Server) -> None:
    answer = shared.post([{"message": "no time"}] * 101)
    assert (answer.status, answer.json["ingested"], answer.json["rejected"]) == (202, 0, 101)
    assert len(answer.json["errors"]) == 100


@pytest.mark.parametrize("method", ["HEAD", "GET"])
@pytest.mark.parametrize("path", ["/api/v1/logs", "/ingest"])
def test_a_probe_of_a_shipper_is_a_200(method: str, path: str, shared: Server) -> None:
    assert shared.request(method, path, b"", {"X-API-Key": shared.key}).status == 200


def test_records_in_the_address_are_not_lost_silently(shared: Server) -> None:
    assert shared.request("GET", "/ingest?msg=hello", b"", {"X-API-Key": shared.key}).status == 405


def test_the_tenant_of_a_request_is_a_field(shared: Server) -> None:
    assert shared.post([record(tenant="forged", n="t1")], X_Scope_OrgID="acme").status == 202
    assert shared.post([record(n="t2")], X_Tenant="acme").status == 202
    wait_for(lambda: "acme" in stored(shared.folder, "@tenant"))
    assert "forged" not in stored(shared.folder, "@tenant")


class ClosingHandler(HTTPHandler):
    """The standard handler, which leaves its connections to be closed by the garbage collector."""

    def getConnection(self, host: str, secure: bool) -> HTTPConnection:  # noqa: ARG002, N802 - as the base class has it
        self.connection = HTTPConnection(host)
        return self.connection


def test_pythons_http_handler_delivers(shared: Server) -> None:
    handler = ClosingHandler(f"127.0.0.1:{shared.port}", "/ingest", "POST", credentials=("any", shared.key))
    handler.emit(makeLogRecord({"msg": "from a handler", "name": "shop", "levelname": "ERROR"}))
    handler.connection.close()
    wait_for(lambda: "from a handler" in stored(shared.folder))
    at = stored(shared.folder).index("from a handler")
    assert (stored(shared.folder, "level")[at], stored(shared.folder, "logger")[at]) == ("error", "shop")
