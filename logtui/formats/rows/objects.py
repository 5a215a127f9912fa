"""Row readers of JSON objects: JSON lines of any logger, and the envelopes of container log agents."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from logtui.formats.json_text import BEFORE_OBJECT, BEHIND_OBJECT
from logtui.formats.rows.flat import flattened, object_of
from logtui.formats.rows.layouts import Layouts
from logtui.formats.rows.naming import named
from logtui.formats.rows.patterns import add_payload
from logtui.formats.rules import DOCKER_PIECE
from logtui.formats.wrappings import line_of, text_of_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.formats.rows.reading import Reading
    from logtui.formats.wrappings import Wrapping

_FIRSTS: Final = frozenset((*BEFORE_OBJECT, "{"))
LAYOUTS: Final = Layouts()
"""Shared by all sources, because an agent writes the same layouts into all its files."""


def read_object(text: str) -> Reading | None:
    """Read a JSON object: well-known keys become core texts, all others fields.

    Args:
        text: A line, or a record of several lines.

    Returns:
        A reading; None if the text is not an object.
    """
    alike = LAYOUTS.read(text)
    if alike is not None and not alike[0].is_envelope and (reading := alike[0].reading(alike[1])):
        return reading
    fields = _fields_of(text)
    return None if fields is None else named(fields)


def envelope_reader(wrapping: Wrapping) -> Callable[[str], Reading | None]:
    """Make the reader of one kind of JSON envelopes.

    Args:
        wrapping: The kind of envelope.

    Returns:
        A function from a text to a reading with the inner line as payload and message; None if the text is no such
        envelope.
    """

    def read(text: str) -> Reading | None:
        alike = LAYOUTS.read(text)
        if alike is not None:
            plan, values = alike
            line = plan.line(values)
            if not plan.is_envelope or (line is not None and plan.wrapping is not wrapping):
                return None
            if line is not None and (reading := plan.reading(values)):
                return _with_payload(reading, line)
        fields = _fields_of(text)
        place = line_of(wrapping, fields) if fields else None
        if fields is None or place is None:
            return None
        line = fields[place.key]
        return _with_payload(named(fields, place.key), text_of_bytes(line) if wrapping.may_be_bytes else line)

    return read


def _with_payload(reading: Reading, line: str) -> Reading:
    if len(line) > DOCKER_PIECE // 4 and len(line.encode()) >= DOCKER_PIECE and not line.endswith("\n"):
        reading.core["partial"] = "P"
    add_payload(reading, line.rstrip("\r\n"))
    return reading


@lru_cache(maxsize=2)
def _fields_of(text: str) -> dict[str, str] | None:
    """The texts of an object by dotted path; None if the text is not an object. Do not change the cached result."""
    alike = LAYOUTS.read(text)
    if alike is not None and (fields := alike[0].fields(alike[1])) is not None:
        return fields
    found = _object_of_line(text) if text[:1] in _FIRSTS else None
    if found is None:
        return None
    LAYOUTS.learn(found)
    return flattened(found)


def _object_of_line(text: str) -> dict[str, Any] | None:
    """Decode the object of a line, which may be an element of an array over several lines, with its comma."""
    if text[0] != "{" or text[-1] != "}":
        text = text.lstrip(BEFORE_OBJECT).rstrip(BEHIND_OBJECT)
    return object_of(text) if text else None
