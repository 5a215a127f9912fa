"""Each shipper's request is answered in its own protocol, and its records are found."""

from __future__ import annotations

import base64
import json

import cramjam
import pytest

from logtui.server.ingest.loki_messages import PushRequest
from tests.server.running import Server, stored, wait_for

TIME = "1736935200000000000"
LOKI = json.dumps({"streams": [{"stream": {"job": "web"}, "values": [[TIME, "from loki"]]}]}).encode()
OTLP = json.dumps(
    {
        "resourceLogs": [
            {"scopeLogs": [{"logRecords": [{"timeUnixNano": TIME, "body": {"stringValue": "from otlp"}}]}]},
        ]
    }
).encode()
BULK = b'{"create":{}}\n{"@timestamp":"2026-01-15T10:00:00Z","message":"from elastic"}\n'
SPLUNK = b'{"time":1736935200,"event":"from splunk"}'
FIREHOSE = json.dumps(
    {
        "requestId": "r1",
        "timestamp": 1,
        "records": [{"data": base64.b64encode(b'{"message":"from firehose","timestamp":1736935200}').decode()}],
    }
).encode()


def packed_push() -> bytes:
    """A push as Promtail sends it."""
    push = PushRequest()
    stream = push.streams.add()
    stream.labels = '{job="web"}'
    entry = stream.entries.add()
    entry.timestamp.seconds = int(TIME) // 10**9
    entry.line = "from promtail"
    return bytes(cramjam.snappy.compress_raw(push.SerializeToString()))


@pytest.mark.parametrize(
    ("path", "kind", "body", "status", "message"),
    [
        ("/loki/api/v1/push", "application/json", LOKI, 204, "from loki"),
        ("/loki/api/v1/push", "application/x-protobuf", packed_push(), 204, "from promtail"),
        ("/v1/logs", "application/json", OTLP, 200, "from otlp"),
        ("/_bulk", "application/x-ndjson", BULK, 200, "from elastic"),
        ("/logs-app/_bulk", "application/x-ndjson", BULK, 200, "from elastic"),
        ("/services/collector/event", "application/json", SPLUNK, 200, "from splunk"),
        ("/services/collector/raw?host=h1", "text/plain", b"from splunk raw\n", 200, "from splunk raw"),
        ("/firehose", "application/json", FIREHOSE, 200, "from firehose"),
    ],
)
def test_records_of_a_shipper_are_stored(
    shared: Server, path: str, kind: str, body: bytes, status: int, message: str
) -> None:
    answer = shared.post(body, path, Content_Type=kind)
    assert answer.status == status, answer.body
    wait_for(lambda: message in stored(shared.folder))


def test_documents_with_identifiers_that_come_again_are_stored_once(shared: Server) -> None:
    named = b'{"index":{"_index":"shop","_id":"%d"}}\n{"message":"named %d"}\n'
    first, second = (b"".join(named % (each, each) for each in part) for part in ((1, 2), (2, 3)))
    answers = [shared.post(body, "/_bulk", Content_Type="application/x-ndjson") for body in (first, first, second)]
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert answers[0].json == answers[1].json
    wait_for(lambda: "named 3" in stored(shared.folder))
    found = [message for message in stored(shared.folder) if message.startswith("named ")]
    assert sorted(found) == ["named 1", "named 2", "named 2", "named 3"]


def test_snappy_is_left_to_loki_where_the_header_names_it_too(shared: Server) -> None:
    answer = shared.post(
        packed_push(), "/loki/api/v1/push", Content_Type="application/x-protobuf", Content_Encoding="snappy"
    )
    assert answer.status == 204, answer.body


@pytest.mark.parametrize("path", ["/loki/api/v1/push", "/v1/logs", "/_bulk", "/services/collector", "/firehose"])
def test_a_body_that_is_none_of_the_protocol_is_refused_in_it(shared: Server, path: str) -> None:
    answer = shared.post(b"", path, Content_Type="application/json")
    assert answer.status == 400
    assert b"Traceback" not in answer.body


@pytest.mark.parametrize("path", ["/loki/api/v1/push", "/v1/logs", "/_bulk", "/services/collector", "/firehose"])
def test_a_shipper_without_a_key_is_refused(shared: Server, path: str) -> None:
    assert shared.request("POST", path, b"{}").status == 401


def test_clients_of_elasticsearch_get_what_they_ask_first(shared: Server) -> None:
    key = {"Authorization": f"Bearer {shared.key}"}
    root = shared.request("GET", "/", headers=key)
    assert root.status == 200
    assert root.json["tagline"] == "You Know, for Search"
    assert shared.request("GET", "/nowhere/at/all", headers=key).status == 404
    assert shared.request("GET", "/services/collector/health").json["code"] == 17
