"""Splunk's HTTP Event Collector: events of Docker, Vector, Fluent Bit and OpenTelemetry become records."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.server.ingest.splunk import HEALTHY, translate, translate_raw
from tests.server.ingest.reading import ARRIVAL, rows_of

TIME = datetime(2025, 10, 7, 16, 0, 0, 26_000, tzinfo=UTC)
DOCKER = b'{"event":{"line":"db down","source":"stdout","tag":"7f9c"},"time":"1759852800.026000","host":"web-1"}'
VECTOR = b'{"event":"level=error msg=\\"db down\\"","fields":{"pod":"p1"},"time":1759852800.026,"host":"web-1"}'
OTEL = (
    b'{"time":1759852800.026,"host":"web-1","source":"otel","sourcetype":"logs","index":"main",'
    b'"event":"ERROR:app:db down","fields":{"service.name":"checkout"}}'
)
FLUENT_BIT = b'{"time":1759852800.026,"event":{"message":"db down","level":"error"}}'


def test_a_line_is_read_as_what_it_is() -> None:
    (row,) = rows_of(translate(VECTOR))
    assert (row["timestamp"], row["level"], row["message"]) == (TIME, "error", "db down")
    assert (row["host"], row["@pod"]) == ("web-1", "p1")


def test_an_object_with_a_message_is_a_record_itself() -> None:
    (row,) = rows_of(translate(FLUENT_BIT))
    assert (row["timestamp"], row["level"], row["message"]) == (TIME, "error", "db down")


def test_an_object_without_a_message_is_kept_whole() -> None:
    (row,) = rows_of(translate(DOCKER))
    assert (row["timestamp"], row["host"]) == (TIME, "web-1")
    assert "db down" in row["raw"]
    assert "7f9c" in row["raw"]


def test_metadata_and_fields_are_fields() -> None:
    (row,) = rows_of(translate(OTEL))
    assert (row["service"], row["@index"], row["@source"], row["@sourcetype"]) == ("checkout", "main", "otel", "logs")


@pytest.mark.parametrize("between", [b"", b"\n", b"\r\n  "])
def test_events_stand_one_behind_the_other(between: bytes) -> None:
    translated = translate(between.join([OTEL, VECTOR, FLUENT_BIT]))
    assert (translated.accepted.count, translated.reply.status) == (3, 200)
    assert translated.reply.body == b'{"text":"Success","code":0}'


def test_an_event_without_a_time_has_its_arrival() -> None:
    (row,) = rows_of(translate(b'{"event":"a"}'))
    assert row["ingest_time"] == ARRIVAL


def test_what_is_no_event_is_rejected_and_the_others_are_taken() -> None:
    translated = translate(b'{"event":"a"}\n{"time":1}\n7\n{"event":""}\nbroken\n{"event":"b"}')
    assert [row["message"] for row in rows_of(translated)] == ["a", "b"]
    assert [each.position for each in translated.accepted.rejections] == [1, 2, 3, 4]
    assert translated.reply.status == 200


@pytest.mark.parametrize(("body", "code"), [(b"", 5), (b" \n", 5), (b"broken", 6), (b'{"time":1}', 6)])
def test_a_body_without_events_is_refused(body: bytes, code: int) -> None:
    reply = translate(body).reply
    assert (reply.status, json.loads(reply.body)["code"]) == (400, code)


def test_raw_lines_are_records() -> None:
    translated = translate_raw(b"ERROR:app.db:timed out\r\n\nplain\n", {"host": "web-1", "time": "1759852800.026"})
    assert [(row["timestamp"], row["host"], row["message"]) for row in rows_of(translated)] == [
        (TIME, "web-1", "timed out"),
        (TIME, "web-1", "plain"),
    ]
    assert translate_raw(b"\n", {}).reply.status == 400


def test_the_collector_says_that_it_is_healthy() -> None:
    assert HEALTHY.status == 200


@given(st.binary(max_size=40))
def test_no_bytes_make_it_fail(body: bytes) -> None:
    assert translate(body).reply.status in (200, 400)
    assert translate_raw(body, {}).reply.status in (200, 400)
