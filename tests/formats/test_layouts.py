"""What is remembered of earlier objects changes no reading."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from logtui.formats.rows.flat import flattened, object_of
from logtui.formats.rows.naming import named
from logtui.formats.rows.objects import envelope_reader, read_object
from logtui.formats.rows.patterns import add_payload
from logtui.formats.wrappings import KUBERNETES, line_of

if TYPE_CHECKING:
    from logtui.formats.rows.reading import Reading

Said: TypeAlias = tuple[dict[str, str], dict[str, str]] | None

READ_ENVELOPE = envelope_reader(KUBERNETES)
KEYS = st.sampled_from(
    [
        *(
            "time",
            "timestamp",
            "ts",
            "date",
            "log",
            "message",
            "msg",
            "stream",
            "level",
            "severity",
            "levelno",
            "status",
        ),
        *("method", "s", "c", "ctx", "logger", "host", "a", "pod_name", "kubernetes.pod_name", "kubernetes", "docker"),
        *("created_at", "reqId", "remoteAddr"),
    ]
)
SCALARS = st.sampled_from(
    [
        "2025-10-07T16:00:00Z",
        "2025-10-07",
        "INFO:app:up\n",
        "",
        "x",
        '{"a":1}',
        "{",
        "é",
        40,
        500,
        1753187696123,
        2**60,
        1.5,
        2.0,
        1e300,
        True,
        None,
    ]
)
INNER = st.dictionaries(st.sampled_from(["pod_name", "host", "labels", "time", "a.b"]), SCALARS, max_size=3)
VALUES = st.one_of(SCALARS, SCALARS, INNER, st.lists(SCALARS, max_size=2))
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=5)


@st.composite
def families(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Objects that share their keys, and often the kinds of their values."""
    first = draw(OBJECTS)
    others = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(first, VALUES)), max_size=6))
    mixed = [{key: draw(st.sampled_from([value, other[key]])) for key, value in first.items()} for other in others]
    return [first, first, *mixed]


def said(reading: Reading | None) -> Said:
    return None if reading is None else (reading.core, reading.fields)


def alone(text: str) -> tuple[Said, Said]:
    """What the two readers say of an object without any memory."""
    fields = flattened(object_of(text) or {})
    place = line_of(KUBERNETES, fields)
    envelope = None if place is None else named(fields, place.key)
    if envelope is not None and place is not None:
        add_payload(envelope, fields[place.key].rstrip("\r\n"))
    return said(envelope), said(named(fields))


@given(st.lists(families(), min_size=1, max_size=3))
def test_an_object_says_the_same_whatever_was_read_before(many: list[list[dict[str, Any]]]) -> None:
    for objects in (*many, *many):
        for found in objects:
            text = json.dumps(found, ensure_ascii=False)
            assert (said(READ_ENVELOPE(text)), said(read_object(text))) == alone(text)


def test_inner_objects_that_never_come_again_are_not_remembered_for_ever() -> None:
    for number in range(3000):
        text = json.dumps({"level": "info", "message": "m", "at": {"n": number}})
        reading = read_object(text)
        assert reading is not None
        assert reading.fields == {"at.n": str(number)}
