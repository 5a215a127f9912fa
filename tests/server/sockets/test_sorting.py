"""Sorting: which messages are JSON records, which are texts, which are rejected."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.ingest.payloads import Kind, unpacked
from logtui.server.sockets.sorting import sort_messages

SYSLOG = b"<14>1 2024-01-15T10:00:00Z myhost api - - - Request processed"
GOOD = b'{"message":"a"}'


def test_objects_and_texts_become_one_batch_each() -> None:
    batches = sort_messages([SYSLOG, GOOD, b"plain", GOOD]).batches(7, "10.0.0.1")
    assert [(each.kind, each.count, each.arrival, each.peer) for each in batches] == [
        (Kind.JSON, 2, 7, "10.0.0.1"),
        (Kind.TEXT, 2, 7, "10.0.0.1"),
    ]
    assert batches[0].payload == GOOD + b"\n" + GOOD
    assert unpacked(batches[1].payload) == [SYSLOG, b"plain"]


def test_an_object_on_several_lines_is_one_record() -> None:
    found = sort_messages([b'{\n "message": "a"\n}', GOOD])
    assert found.objects.count == 2
    assert [json.loads(line)["message"] for line in found.objects.payload.split(b"\n")] == ["a", "a"]


def test_a_broken_object_is_rejected_by_itself() -> None:
    found = sort_messages([GOOD, b'{"message": ', GOOD, b'{"n": 1}'])
    assert found.objects.count == 2
    assert [(each.position, each.raw) for each in found.objects.rejections] == [(1, b'{"message": '), (3, b'{"n": 1}')]


def test_of_broken_objects_alone_each_has_its_own_reason() -> None:
    found = sort_messages([b'{"message": ', b"{x}"])
    assert found.count == 0
    assert [(each.position, each.raw) for each in found.objects.rejections] == [(0, b'{"message": '), (1, b"{x}")]
    assert found.objects.rejections[1].reason.startswith("expected JSON, but at byte 1")


def test_a_byte_order_mark_is_no_part_of_a_message() -> None:
    mark = b"\xef\xbb\xbf"
    found = sort_messages([mark + GOOD, mark + SYSLOG, mark + b"{x}"])
    assert (found.objects.payload, found.texts) == (GOOD, (SYSLOG,))
    assert [each.raw for each in found.objects.rejections] == [b"{x}"]


MESSAGES = st.one_of(
    st.sampled_from(
        [SYSLOG, GOOD, b"plain", b"{", b'{"message":"a"', b'{"message":\n"a"}', b'{"n":1}', b"{} {}", b"\xff"]
    ),
    st.binary(min_size=1, max_size=8).filter(lambda text: text.strip(b"\r\n\0 \t") != b""),
)


@given(st.lists(MESSAGES))
def test_every_message_is_a_record_or_rejected(messages: list[bytes]) -> None:
    found = sort_messages(messages)
    objects = [each for each in messages if each.startswith(b"{")]
    assert list(found.texts) == [each for each in messages if not each.startswith(b"{")]
    assert found.objects.count + len(found.objects.rejections) >= len(objects)
    assert sum(batch.count for batch in found.batches(0, "")) == found.count
