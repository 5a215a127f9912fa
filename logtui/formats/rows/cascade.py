"""One line -> one reading: the main format first, the others on what it leaves, payloads by the same machinery."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from logtui.formats.rows.patterns import matcher, python_pattern
from logtui.formats.rows.registry import ENVELOPE_ROWS, OBJECT_ROWS
from logtui.formats.rules import BLANKS, ESCAPE, INNER_FIRST, MAX_DEPTH
from logtui.formats.traces import BEGINS_TRACE, CHAINS, CONTINUED, FIRSTS_OF_CONTINUED, PAIRS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.formats.rows.reading import Reading, RowFormat

_OBJECTS: Final = (ENVELOPE_ROWS, OBJECT_ROWS)
_PAYLOAD: Final = ("payload", "stream")
_FOUR_DIGITS: Final = re.compile("[0-9]{4}")
_ESCAPE: Final = python_pattern(ESCAPE)
_FIRSTS_OF_LEADS: Final = frozenset(" \tTtgU<")
"""The characters with which the upper line of a pair begins."""


class Traces:
    """Tells which lines continue the one above, line by line."""

    def __init__(self) -> None:
        self._above = ""
        self._filled_above = ""
        self._continued = matcher(CONTINUED)
        self._pairs = [(matcher(above), matcher(below)) for above, below in PAIRS]
        self._begins = matcher(BEGINS_TRACE)
        self._chains = matcher(CHAINS)
        self.begins = False

    def continues(self, text: str) -> bool:
        """Whether the next line looks like part of the record above; `begins`: it begins a trace of its own."""
        above, self._above = self._above, text
        self.begins = text[:1] == "T" and self._begins(text) is not None and not self._chains(self._filled_above)
        self._filled_above = text or self._filled_above
        if text[:1] in FIRSTS_OF_CONTINUED and self._continued(text) is not None:
            return True
        return above[:1] in _FIRSTS_OF_LEADS and any(
            leads(above) is not None and follows(text) is not None for leads, follows in self._pairs
        )


class RowCascade:
    """The formats of one source, in the order in which they read its lines.

    Args:
        formats: In order of trial; `plain` is not among them.
        main: The one that may read indented lines too, None if no format reads much.
        payload_formats: The formats of the payloads of envelopes, the main one first.
        headed: Whether lines that no format reads continue the record above.
    """

    def __init__(
        self,
        formats: Sequence[RowFormat],
        main: RowFormat | None,
        payload_formats: Sequence[RowFormat],
        *,
        headed: bool,
    ) -> None:
        self._formats = formats
        self._main = main
        self._payload_formats = payload_formats
        self._headed = headed
        self._lines = Traces()
        self._inner = Traces()
        self._depths = [Traces() for _ in range(MAX_DEPTH + 1)]

    def read(self, text: str) -> tuple[Reading | None, bool]:
        """Read the next line of the source.

        Args:
            text: A physical line.

        Returns:
            What the line says, None if no format reads it, and whether it starts a record.
        """
        if "\x1b" in text:
            text = _ESCAPE.sub("", text)
        continued = self._lines.continues(text)
        reading = _read_in_turn(text, self._formats, self._main, continued=continued)
        if reading is None:
            self._inner.continues("")
            alone = not continued or self._lines.begins
            return None, text.startswith('{"') if self._headed else alone and bool(text.strip(BLANKS))
        self._unwrap(reading, 1)
        payload = reading.core.get("payload")
        inner_continued = self._inner.continues(payload or "")
        return reading, payload is None or (
            bool(payload.strip(BLANKS)) and (reading.payload_read or not inner_continued)
        )

    def read_again(self, text: str) -> Reading | None:
        """Read a payload that was put together from several lines.

        Args:
            text: The payload.

        Returns:
            What it says, None if no format reads it.
        """
        formats = self._payload_formats or _OBJECTS
        reading = _read_in_turn(text, formats, formats[0], continued=False)
        if reading is not None:
            self._unwrap(reading, 2)
        return reading

    def _unwrap(self, reading: Reading, depth: int) -> None:
        payload = reading.core.get("payload")
        text = _object_text(reading) if payload is None else payload
        if text is None or depth > MAX_DEPTH:
            return
        formats = _OBJECTS if payload is None else self._payload_formats
        continued = self._depths[depth].continues(text)
        inner = _read_in_turn(text, formats, formats[0], continued=continued)
        if inner is not None:
            self._unwrap(inner, depth + 1)
            _merge(reading, inner)


def _object_text(reading: Reading) -> str | None:
    """A message that is a JSON object."""
    message = reading.core.get("message")
    return message if message and message[0] == "{" and message[-1] == "}" else None


def _read_in_turn(
    text: str, formats: Sequence[RowFormat], main: RowFormat | None, *, continued: bool
) -> Reading | None:
    for candidate in formats:
        if continued and candidate is not main:
            continue
        reading = candidate.read(text)
        if reading is not None:
            reading.format = candidate.name
            return reading
    return None


def _merge(outer: Reading, inner: Reading) -> None:
    """Put an envelope around the inner record: the inner one's own words, the envelope's metadata."""
    core = outer.core
    in_envelope = "payload" in core
    for name, value in inner.core.items():
        if in_envelope and name in _PAYLOAD:
            continue
        if name not in core or name in INNER_FIRST or (name == "time_text" and not _FOUR_DIGITS.search(core[name])):
            core[name] = value
    for name, value in inner.fields.items():
        outer.fields.setdefault(name, value)
    outer.payload_read = in_envelope or inner.payload_read
