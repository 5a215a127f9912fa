"""Deciding on objects one by one: no object is decided by its neighbours."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.ingest.each import accept_each

OBJECTS = st.sampled_from(
    [
        b'{"message":"a"}',
        b'{\n"message":"a"\n}',
        b'{"message":"a"} {"message":"b"}',
        b'{"a":[',
        b"]}",
        b'[{"message":"a"},',
        b'{"message":"a"}]',
        b'{"message":"',
        b'"}',
        b'{"n":1}',
        b"[]",
        b"7",
        b"plain",
        b"\xff",
    ]
)


@given(st.lists(OBJECTS, min_size=1, max_size=6))
def test_together_they_are_what_each_is_alone(objects: list[bytes]) -> None:
    found = accept_each(objects)
    alone = [accept_each([each]) for each in objects]
    assert found.count == sum(each.count for each in alone)
    assert found.payload == b"\n".join(each.payload for each in alone if each.count)
    assert [each.position for each in found.rejections] == [
        place for place, each in enumerate(alone) for _ in each.rejections
    ]


def test_the_payload_has_one_line_for_each_record() -> None:
    found = accept_each([b'{\n"message":"a"\n}', b'{"message":"b"} {"message":"c"}'])
    assert (found.count, found.payload.count(b"\n")) == (3, 2)


def test_what_is_no_object_is_rejected_and_never_read_as_an_array() -> None:
    found = accept_each([b"[]", b'[{"message":"a"},', b'{"message":"b"}]', b""])
    assert found.count + len(found.rejections) >= 4
    assert {each.position for each in found.rejections} == {0, 1, 2, 3}
    assert found.rejections[0].reason == "expected a JSON object, got '[]'"
