"""Firehose: what CloudWatch, other services and applications deliver becomes records."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.server.ingest.firehose import translate
from tests.server.ingest.reading import rows_of

NOW = 1_759_852_801_000
TIME = datetime(2025, 10, 7, 16, 0, 0, 26_000, tzinfo=UTC)
SUBSCRIPTION = {
    "messageType": "DATA_MESSAGE",
    "owner": "123456789012",
    "logGroup": "/aws/lambda/api",
    "logStream": "2025/10/07/[$LATEST]7f9c",
    "subscriptionFilters": ["all"],
    "logEvents": [
        {"id": "3625", "timestamp": 1_759_852_800_026, "message": "ERROR:app.db:timed out"},
        {"id": "3626", "timestamp": 1_759_852_800_026, "message": '{"level":"warn","msg":"hi"}'},
    ],
}


def delivered(*data: bytes) -> bytes:
    records = [{"data": b64encode(each).decode()} for each in data]
    return json.dumps({"requestId": "ed4acda5", "timestamp": NOW - 5, "records": records}).encode()


def packed(content: Any) -> bytes:  # noqa: ANN401
    return gzip.compress(json.dumps(content).encode())


def test_events_of_cloudwatch_are_records() -> None:
    translated = translate(delivered(packed(SUBSCRIPTION)), NOW)
    first, second = rows_of(translated)
    assert (first["timestamp"], first["level"], first["logger"], first["message"]) == (
        TIME,
        "error",
        "app.db",
        "timed out",
    )
    assert (second["level"], second["message"], second["@eventId"]) == ("warn", "hi", "3626")
    assert (first["@logGroup"], first["@owner"]) == ("/aws/lambda/api", "123456789012")
    assert translated.reply.status == 200
    assert translated.reply.body == b'{"requestId":"ed4acda5","timestamp":1759852801000}'


def test_several_subscriptions_may_stand_in_one_record() -> None:
    text = json.dumps(SUBSCRIPTION).encode()
    assert translate(delivered(gzip.compress(text) * 2, text + text), NOW).accepted.count == 8


def test_a_control_message_is_no_record() -> None:
    translated = translate(delivered(packed({**SUBSCRIPTION, "messageType": "CONTROL_MESSAGE"})), NOW)
    assert (translated.accepted.count, translated.reply.status) == (0, 200)


def test_other_objects_and_lines_are_records() -> None:
    translated = translate(delivered(b'{"message":"a"}\n{"message":"b"}\n', b"plain\r\nINFO:app:ready\n"), NOW)
    assert [row["message"] for row in rows_of(translated)] == ["a", "b", "plain", "ready"]


def test_data_that_cannot_be_read_are_rejected_by_themselves() -> None:
    body = json.loads(delivered(b'{"message":"a"}{"n":1}', packed(SUBSCRIPTION)[:-20], b"b"))
    body["records"] += [{"data": "*"}, {}, {"data": "é"}]
    translated = translate(json.dumps(body).encode(), NOW)
    assert [row["message"] for row in rows_of(translated)] == ["a", "b"]
    assert [each.position for each in translated.accepted.rejections] == [1, 2, 4, 5, 6]
    assert translated.reply.status == 200


@pytest.mark.parametrize("body", [b"", b"[]", b'{"records":[]}', b"[" * 100_000])
def test_another_body_is_refused_with_a_reason(body: bytes) -> None:
    reply = translate(body, NOW).reply
    assert (reply.status, json.loads(reply.body)["timestamp"]) == (400, NOW)
    assert json.loads(reply.body)["errorMessage"].startswith("expected a delivery of Firehose, but ")


@pytest.mark.parametrize(
    "data", [[gzip.compress(b"x" * 2000)], [b"x" * 600, b"x" * 600], [gzip.compress(b"x" * 600) * 2]]
)
def test_data_that_unpack_to_too_much_are_refused(data: list[bytes]) -> None:
    reply = translate(delivered(*data), NOW, max_bytes=1000).reply
    assert (reply.status, json.loads(reply.body)["requestId"]) == (413, "ed4acda5")


def test_data_of_just_the_bound_are_taken() -> None:
    assert translate(delivered(gzip.compress(b"x" * 1000)), NOW, max_bytes=1000).reply.status == 200


@given(st.lists(st.binary(max_size=40)))
def test_no_data_make_it_fail(data: list[bytes]) -> None:
    assert translate(delivered(*data), NOW).reply.status == 200
    assert translate(b"".join(data), NOW).reply.status == 400
