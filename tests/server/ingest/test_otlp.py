"""OpenTelemetry's logs: both encodings become the same records, and each has the reply that the protocol asks for."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from logtui.server.ingest.otlp import refusal, translate
from tests.examples import examples
from tests.server.ingest.reading import ARRIVAL, rows_of

JSON = "application/json"
PROTOBUF = "application/x-protobuf"
NS = 1_759_852_800_026_000_000
TIME = datetime(2025, 10, 7, 16, 0, 0, 26_000, tzinfo=UTC)

REQUEST: dict[str, Any] = {
    "resourceLogs": [
        {
            "resource": {
                "attributes": [
                    {"key": "service.name", "value": {"stringValue": "checkout"}},
                    {"key": "k8s.pod.name", "value": {"stringValue": "checkout-7f9c"}},
                ]
            },
            "scopeLogs": [
                {
                    "scope": {"name": "app.main", "version": "1.2"},
                    "logRecords": [
                        {
                            "timeUnixNano": str(NS),
                            "observedTimeUnixNano": NS + 1000,
                            "severityNumber": 17,
                            "severityText": "ERROR",
                            "body": {"stringValue": "db down"},
                            "attributes": [
                                {"key": "http.status", "value": {"intValue": "503"}},
                                {"key": "ratio", "value": {"doubleValue": 0.5}},
                                {"key": "tags", "value": {"arrayValue": {"values": [{"stringValue": "a"}]}}},
                                {"key": "message", "value": {"stringValue": "not this"}},
                            ],
                            "traceId": "5B8EFFF798038103D269B633813FC60C",
                            "spanId": "eee19b7ec3c1b174",
                            "unknownKey": 1,
                        }
                    ],
                }
            ],
        }
    ]
}
"""After the example of the specification: numbers as texts and identifiers in either case are allowed."""


def record(**members: Any) -> bytes:  # noqa: ANN401
    return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": [members]}]}]}).encode()


def in_protobuf(request: dict[str, Any]) -> bytes:
    """The same request in Protocol Buffers."""
    message = ExportLogsServiceRequest()
    for logs in request["resourceLogs"]:
        made = message.resource_logs.add()
        made.resource.attributes.extend(pairs(logs["resource"]["attributes"]))
        for found in logs["scopeLogs"]:
            scope = made.scope_logs.add()
            scope.scope.name, scope.scope.version = found["scope"]["name"], found["scope"]["version"]
            for each in found["logRecords"]:
                scope.log_records.add(
                    time_unix_nano=int(each["timeUnixNano"]),
                    observed_time_unix_nano=each["observedTimeUnixNano"],
                    severity_number=each["severityNumber"],
                    severity_text=each["severityText"],
                    body=any_value(each["body"]),
                    attributes=pairs(each["attributes"]),
                    trace_id=bytes.fromhex(each["traceId"]),
                    span_id=bytes.fromhex(each["spanId"]),
                )
    return message.SerializeToString()


def pairs(found: list[dict[str, Any]]) -> list[KeyValue]:
    return [KeyValue(key=each["key"], value=any_value(each["value"])) for each in found]


def any_value(value: dict[str, Any]) -> AnyValue:
    made = AnyValue()
    for kind, content in value.items():
        match kind:
            case "arrayValue":
                made.array_value.values.extend(any_value(each) for each in content["values"])
            case "kvlistValue":
                made.kvlist_value.SetInParent()
                made.kvlist_value.values.extend(pairs(content["values"]))
            case "intValue":
                made.int_value = int(content)
            case "stringValue":
                made.string_value = content
            case "boolValue":
                made.bool_value = content
            case "doubleValue":
                made.double_value = content
    return made


def test_a_record_has_its_resource_scope_and_attributes() -> None:
    (row,) = rows_of(translate(json.dumps(REQUEST).encode(), JSON))
    assert (row["timestamp"], row["level"], row["severity_text"], row["message"]) == (TIME, "error", "ERROR", "db down")
    assert (row["service"], row["@pod"], row["logger"]) == ("checkout", "checkout-7f9c", "app.main")
    assert (row["@trace_id"], row["@span_id"]) == ("5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174")
    assert (row["@http.status"], row["@ratio"], row["@attributes.message"]) == ("503", "0.5", "not this")
    assert (row["@scope.version"], row["@observed_timestamp"]) == ("1.2", "2025-10-07T16:00:00.026001000Z")


def test_both_encodings_become_the_same_records() -> None:
    of_json = translate(json.dumps(REQUEST).encode(), JSON)
    assert of_json.accepted.count == 1
    assert translate(in_protobuf(REQUEST), PROTOBUF).accepted == of_json.accepted


VALUES = st.recursive(
    st.one_of(
        st.builds(lambda text: {"stringValue": text}, st.text(max_size=8)),
        st.builds(lambda flag: {"boolValue": flag}, st.booleans()),
        st.builds(lambda number: {"intValue": number}, st.integers(-(2**63), 2**63 - 1)),
        st.builds(lambda number: {"intValue": str(number)}, st.integers(-(2**63), 2**63 - 1)),
        st.builds(lambda number: {"doubleValue": number}, st.floats(allow_nan=False, allow_infinity=False)),
        st.just({}),
    ),
    lambda inner: st.one_of(
        st.builds(lambda values: {"arrayValue": {"values": values}}, st.lists(inner, max_size=3)),
        st.builds(
            lambda found: {"kvlistValue": {"values": [{"key": key, "value": value} for key, value in found.items()]}},
            st.dictionaries(st.sampled_from(["a", "a.b", "message", "level"]), inner, max_size=3),
        ),
    ),
    max_leaves=6,
)


ATTRIBUTES = st.dictionaries(st.sampled_from(["x", "level", "time", "msg", "service", "scope.name", "app"]), VALUES)


def varied(body: dict[str, Any], attributes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The request with another body and other attributes of its record."""
    request: dict[str, Any] = json.loads(json.dumps(REQUEST))
    found = request["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]
    found["body"] = body
    found["attributes"] = [{"key": key, "value": value} for key, value in attributes.items()]
    return request


@given(VALUES, ATTRIBUTES)
def test_any_value_is_the_same_in_both_encodings(body: dict[str, Any], attributes: dict[str, dict[str, Any]]) -> None:
    request = varied(body, attributes)
    of_json = translate(json.dumps(request).encode(), JSON).accepted
    assert of_json.count == 1
    assert translate(in_protobuf(request), PROTOBUF).accepted == of_json


@settings(max_examples=examples(25))
@given(ATTRIBUTES)
def test_attributes_never_outrank_what_a_record_states(attributes: dict[str, dict[str, Any]]) -> None:
    request = varied({"stringValue": "a"}, attributes)
    (row,) = rows_of(translate(json.dumps(request).encode(), JSON))
    assert (row["timestamp"], row["level"], row["service"], row["logger"]) == (TIME, "error", "checkout", "app.main")
    assert row["message"] == "a"


def test_bytes_and_numbers_that_json_lacks_become_texts() -> None:
    message = ExportLogsServiceRequest()
    made = message.resource_logs.add().scope_logs.add().log_records.add()
    made.attributes.add(key="data").value.bytes_value = b"\xff\x00"
    made.attributes.add(key="ratio").value.double_value = float("nan")
    made.body.string_value = "a"
    (row,) = rows_of(translate(message.SerializeToString(), PROTOBUF))
    assert (row["@data"], row["@ratio"]) == (b64encode(b"\xff\x00").decode(), "nan")


def test_a_line_without_a_severity_is_read_again() -> None:
    (row,) = rows_of(translate(record(body={"stringValue": "ERROR:app.db:timed out"}, timeUnixNano=NS), JSON))
    assert (row["timestamp"], row["level"], row["logger"], row["message"]) == (TIME, "error", "app.db", "timed out")


@pytest.mark.parametrize("stated", [{"observedTimeUnixNano": NS}, {"observedTimeUnixNano": NS, "timeUnixNano": "0"}])
def test_without_a_time_it_is_when_the_record_was_observed(stated: dict[str, Any]) -> None:
    (row,) = rows_of(translate(record(body={"stringValue": "a"}, **stated), JSON))
    assert row["timestamp"] == TIME
    assert "@observed_timestamp" not in row


def test_without_any_time_a_record_has_its_arrival() -> None:
    (row,) = rows_of(translate(record(severityNumber=9), JSON))
    assert (row["ingest_time"], row["level"], row["message"]) == (ARRIVAL, "info", "")


@pytest.mark.parametrize(
    ("body", "content_type", "answered"),
    [
        (b"{}", JSON, b"{}"),
        (b'{"resourceLogs":[]}', f"{JSON}; charset=utf-8", b"{}"),
        (b"", PROTOBUF, b""),
    ],
)
def test_an_empty_request_is_a_success(body: bytes, content_type: str, answered: bytes) -> None:
    translated = translate(body, content_type)
    assert (translated.accepted.count, translated.reply.status, translated.reply.body) == (0, 200, answered)
    assert translated.reply.content_type == content_type.partition(";")[0]


def test_a_record_that_is_none_is_told_and_the_others_are_taken() -> None:
    bad = {"body": {"intValue": "x"}}
    body = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "a"}}, bad, 7]}]}]}
    translated = translate(json.dumps(body).encode(), JSON)
    assert [row["message"] for row in rows_of(translated)] == ["a"]
    assert [(each.position, json.loads(each.raw)) for each in translated.accepted.rejections] == [(1, bad), (2, 7)]
    partial = json.loads(translated.reply.body)["partialSuccess"]
    assert (translated.reply.status, partial["rejectedLogRecords"]) == (200, "2")
    assert partial["errorMessage"].startswith("expected a log record of OpenTelemetry, but ")


@pytest.mark.parametrize("body", [b"[]", b'[{"message":"a"}]', b"{", b"", b"[" * 100_000])
def test_json_of_anything_else_is_refused_in_json(body: bytes) -> None:
    reply = translate(body, JSON).reply
    assert (reply.status, reply.content_type) == (400, JSON)
    assert json.loads(reply.body)["message"].startswith("expected an ExportLogsServiceRequest, but ")


def test_other_bytes_are_refused_in_protocol_buffers() -> None:
    reply = translate(b"\xff\xff", PROTOBUF).reply
    assert (reply.status, reply.content_type, reply.body[:1]) == (400, PROTOBUF, b"\x12")


def test_another_type_is_refused() -> None:
    assert translate(b"<14>a", "text/plain").reply.status == 415


@pytest.mark.parametrize("length", [3, 127, 128, 20_000])
def test_a_refusal_carries_its_message_in_the_encoding_of_the_request(length: int) -> None:
    message = "x" * length
    assert json.loads(refusal(429, JSON, message).body) == {"message": message}
    reply = refusal(503, PROTOBUF, message)
    # `AnyValue` has no field 2 of bytes; `KeyValue.key` is field 1, so its bytes differ from a status in the tag alone.
    assert KeyValue.FromString(b"\x0a" + reply.body[1:]).key == message
    assert (reply.status, reply.body[:1]) == (503, b"\x12")


@given(st.binary(max_size=60))
def test_no_bytes_make_it_fail(body: bytes) -> None:
    for content_type in (JSON, PROTOBUF):
        assert translate(body, content_type).reply.status in (200, 400)
