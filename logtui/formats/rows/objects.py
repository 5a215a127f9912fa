"""JSON objects of one text each: JSON lines of any logger, and the envelopes of container log agents."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from logtui.formats.rows.flat import flattened, object_of
from logtui.formats.rows.layouts import LINE_KEYS, Layouts, inner_key
from logtui.formats.rows.naming import named
from logtui.formats.rows.patterns import add_payload
from logtui.formats.rules import DOCKER_PIECE

if TYPE_CHECKING:
    from logtui.formats.rows.reading import Reading

_FIRSTS: Final = frozenset("\ufeff{")
LAYOUTS: Final = Layouts()
"""The layouts that all sources share: those of one agent look alike in all its files."""


def read_object(text: str) -> Reading | None:
    """Read a JSON object: the loggers' usual keys become core texts, all others fields.

    Args:
        text: A line, or a record of several lines.

    Returns:
        A reading, None if the text is no object.
    """
    alike = LAYOUTS.read(text)
    if alike is not None and not alike[0].is_envelope and (reading := alike[0].reading(alike[1])):
        return reading
    fields = _fields_of(text)
    return None if fields is None else named(fields)


def read_envelope(text: str) -> Reading | None:
    """Read a JSON object with an inner line and the container's metadata.

    Args:
        text: A line.

    Returns:
        A reading with the inner line as payload and message, None if the text is no envelope.
    """
    alike = LAYOUTS.read(text)
    if alike is not None:
        sorting, values = alike
        if not sorting.is_envelope:
            return None
        if sorting.payload is not None and (reading := sorting.reading(values)):
            return _with_payload(reading, values[sorting.payload])
    fields = _fields_of(text)
    key = inner_key(fields) if fields else None
    if fields is None or key is None:
        return None
    return _with_payload(named(fields, LINE_KEYS), fields[key])


def _with_payload(reading: Reading, line: str) -> Reading:
    if len(line) > DOCKER_PIECE // 4 and len(line.encode()) >= DOCKER_PIECE and not line.endswith("\n"):
        reading.core["partial"] = "P"
    add_payload(reading, line.rstrip("\r\n"))
    return reading


@lru_cache(maxsize=2)
def _fields_of(text: str) -> dict[str, str] | None:
    """The texts of an object by dotted path, None if the text is no object; shared, not to be changed."""
    alike = LAYOUTS.read(text)
    if alike is not None and (fields := alike[0].fields(alike[1])) is not None:
        return fields
    found = object_of(text) if text[:1] in _FIRSTS else None
    if found is None:
        return None
    LAYOUTS.learn(found)
    return flattened(found)
