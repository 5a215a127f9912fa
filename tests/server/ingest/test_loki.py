"""Loki's push: what Promtail, Alloy, Vector and Fluent Bit send becomes records."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.server.ingest.loki import read_labels, translate
from logtui.server.ingest.loki_messages import PushRequest
from tests.server.ingest.reading import ARRIVAL, rows_of

NS = 1_759_852_800_026_000_001
TIME = datetime(2025, 10, 7, 16, 0, 0, 26_000, tzinfo=UTC)


def pushed(*entries: tuple[int, str, dict[str, str]], labels: str = '{app="api"}') -> bytes:
    push = PushRequest()
    stream = push.streams.add(labels=labels)
    for ns, line, metadata in entries:
        entry = stream.entries.add(line=line)
        entry.timestamp.seconds, entry.timestamp.nanos = divmod(ns, 10**9)
        for name, value in metadata.items():
            entry.metadata.add(name=name, value=value)
    return bytes(cramjam.snappy.compress_raw(push.SerializeToString()))


def as_json(*values: object, stream: dict[str, str] | None = None) -> bytes:
    return json.dumps({"streams": [{"stream": stream or {"app": "api"}, "values": list(values)}]}).encode()


def varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + varint(number >> 7)


def part(number: int, content: bytes) -> bytes:
    """A field of bytes, as Protocol Buffers encode it."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def test_the_numbers_of_fields_are_those_of_loki() -> None:
    stamp = b"\x08" + varint(NS // 10**9) + b"\x10" + varint(NS % 10**9)
    pair = part(1, b"trace_id") + part(2, b"abc")
    entry = part(1, stamp) + part(2, b"line") + part(3, pair)
    push = part(1, part(1, b'{app="api"}') + part(2, entry) + b"\x18\x07")
    assert push == PushRequest.FromString(push).SerializeToString()
    (row,) = rows_of(translate(bytes(cramjam.snappy.compress_raw(push)), "application/x-protobuf"))
    assert (row["timestamp"], row["message"], row["service"], row["@trace_id"]) == (TIME, "line", "api", "abc")


@pytest.mark.parametrize("content_type", ["application/x-protobuf", ""])
def test_an_entry_is_read_as_the_line_that_it_is(content_type: str) -> None:
    translated = translate(pushed((NS, 'level=error msg="db down" user=bob', {"pod": "p1"})), content_type)
    (row,) = rows_of(translated)
    assert (row["timestamp"], row["level"], row["message"]) == (TIME, "error", "db down")
    assert (row["service"], row["@user"], row["@pod"]) == ("api", "bob", "p1")
    assert (translated.reply.status, translated.reply.body) == (204, b"")


def test_json_means_the_same() -> None:
    entries = [(NS, "INFO:app.main:ready", {}), (NS + 1, '{"level":"warn","msg":"hi"}', {"trace_id": "abc"})]
    values = [[str(ns), line, metadata] if metadata else [str(ns), line] for ns, line, metadata in entries]
    of_json = translate(as_json(*values), "application/json; charset=utf-8")
    assert of_json.accepted == translate(pushed(*entries), "").accepted
    assert [(row["level"], row["message"]) for row in rows_of(of_json)] == [("info", "ready"), ("warn", "hi")]


def test_an_entry_without_a_time_has_its_arrival() -> None:
    (row,) = rows_of(translate(as_json(["0", "a line"]), "application/json"))
    assert (row["message"], row["ingest_time"]) == ("a line", ARRIVAL)


def test_labels_that_sound_like_the_record_stay_fields() -> None:
    (row,) = rows_of(
        translate(as_json([str(NS), "hi"], stream={"msg": "m", "time": "t", "@message": "x"}), "application/json")
    )
    assert (row["timestamp"], row["message"]) == (TIME, "hi")
    assert (row["@labels.msg"], row["@labels.time"], row["@labels.@message"]) == ("m", "t", "x")


def test_an_entry_that_is_none_is_rejected_by_itself() -> None:
    translated = translate(as_json([str(NS), "a"], ["x", "b"], [str(NS)], 7, [NS, "c"]), "application/json")
    assert [row["message"] for row in rows_of(translated)] == ["a", "c"]
    assert [(each.position, each.raw) for each in translated.accepted.rejections] == [
        (1, b'["x", "b"]'),
        (2, f'["{NS}"]'.encode()),
        (3, b"7"),
    ]
    assert translated.reply.status == 204


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"no snappy", "application/x-protobuf", 400),
        (bytes(cramjam.snappy.compress_raw(b"\xff\xff")), "application/x-protobuf", 400),
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[]", "application/json", 400),
        (pushed((NS, "x" * 2000, {})), "", 413),
    ],
)
def test_a_body_that_is_no_push_is_refused_with_the_reason(body: bytes, content_type: str, status: int) -> None:
    translated = translate(body, content_type, max_bytes=1000)
    assert (translated.reply.status, translated.accepted.count) == (status, 0)
    assert translated.reply.body.startswith(b"expected a push request of Loki, but ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", {}),
        ('{a="b"}', {"a": "b"}),
        ('{ a = "b" , c="d,}\\"e", }', {"a": "b", "c": 'd,}"e'}),
        ('{path="C:\\\\temp\\n", u="\\u00e9\\x41\\ud800"}', {"path": "C:\\temp\n", "u": "\u00e9A\ufffd"}),
        ('{service.name="x"}', {"service.name": "x"}),
        ("a=b", {"labels": "a=b"}),
        ('{a="b"', {"labels": '{a="b"'}),
        ('{a="b" c="d"}', {"labels": '{a="b" c="d"}'}),
    ],
)
def test_labels_are_read_as_prometheus_writes_them(text: str, expected: dict[str, str]) -> None:
    assert read_labels(text) == expected


NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True)


@given(st.dictionaries(NAMES, st.text(max_size=10)))
def test_labels_come_back_as_they_were_written(labels: dict[str, str]) -> None:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
    pairs = [f'{name}="{"".join(escapes.get(each, each) for each in text)}"' for name, text in labels.items()]
    assert read_labels("{" + ", ".join(pairs) + "}") == labels


@given(st.binary(max_size=60))
def test_no_bytes_make_it_fail(body: bytes) -> None:
    for content_type in ("application/json", ""):
        assert translate(body, content_type).reply.status in (204, 400, 413)
    assert translate(bytes(cramjam.snappy.compress_raw(body)), "").reply.status in (204, 400)
