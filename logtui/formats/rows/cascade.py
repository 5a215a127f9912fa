"""Reads one line by the formats of its source: the main format first, then the others; payloads likewise."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from logtui.formats.object_lines import PUNCTUATION, bare_element
from logtui.formats.rows.continuation import is_part_of_trace, looks_continued, without_margin
from logtui.formats.rows.envelope import merged
from logtui.formats.rows.patterns import matcher, without_colours
from logtui.formats.rows.registry import ENVELOPE_ROWS, OBJECT_ROWS, row_format_named
from logtui.formats.rules import LINE_IN_SYSLOG, MAX_DEPTH, SYSLOG_FORMATS
from logtui.formats.traces import BEGINS_TRACE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.formats.rows.reading import Head, Reading, RowFormat

_OBJECTS: Final = (*ENVELOPE_ROWS, OBJECT_ROWS)
_IN_SYSLOG: Final = tuple(map(row_format_named, ("klog", "python", "logfmt")))


class RowCascade:
    """Reads the lines of one source by trying formats in turn.

    Args:
        formats: The formats in order of trial, without `plain`.
        main: The main format, the only one that may read indented lines; None if no format reads much.
        payload_formats: The formats of envelope payloads, the main one first.
        headed: Whether lines that no format reads continue the record above.
        margin: The number of blanks with which every line of the source begins.

    Attributes:
        headed_names: The names of the formats whose records begin with a header.
        over_lines: The readers of whole records of several lines, by the names of their formats.
        main_name: The name of the main format, None if there is none.
    """

    def __init__(
        self,
        formats: Sequence[RowFormat],
        main: RowFormat | None,
        payload_formats: Sequence[RowFormat],
        *,
        headed: bool,
        margin: int = 0,
    ) -> None:
        self._formats = list(formats)
        self._main = main
        self.main_name = None if main is None else main.name
        self._payload_formats = payload_formats
        self._headed = headed
        self._margin = margin
        self.over_lines = {each.name: each.read_whole for each in formats if each.read_whole}
        self.headed_names = frozenset(each.name for each in formats if each.headed)

    def read(self, text: str) -> tuple[Reading | None, bool]:
        """Read a physical line of the source.

        Returns:
            The reading, None if no format reads the line; and whether the line starts a record.
        """
        if "\x1b" in text:
            text = without_colours(text)
        text = bare_element(text)
        continued = looks_continued(without_margin(text, self._margin) if self._margin else text)
        bare = _read_in_turn(text, self._formats, self._main, continued=continued)
        if bare is None:
            alone = not continued or matcher(BEGINS_TRACE)(text) is not None
            return None, text.startswith('{"') if self._headed else alone and bool(text.strip(PUNCTUATION))
        reading = self._unwrapped(bare, 1)
        payload = reading.text("payload")
        return reading, payload is None or (
            bool(payload.strip(PUNCTUATION)) and (reading.payload_read or not looks_continued(payload))
        )

    def read_again(self, text: str) -> Reading | None:
        """Read a payload that was joined from several lines; None if no format reads it."""
        formats = self._payload_formats or _OBJECTS
        reading = _read_in_turn(text, formats, formats[0], continued=False)
        return None if reading is None else self._unwrapped(reading, 2)

    def read_object(self, text: str) -> Reading | None:
        """Read a record that is a JSON object over several lines; None if the text is not an object."""
        reading = _read_in_turn(text, _OBJECTS, None, continued=False)
        return None if reading is None else self._unwrapped(reading, 1)

    @cached_property
    def opens_envelopes(self) -> bool:
        """Whether lines are tried as envelopes first and the payloads have formats."""
        return self._formats[:1] == [ENVELOPE_ROWS[0]] and not self._margin and bool(self._payload_formats)

    def read_payload(self, text: str) -> Reading | None:
        """Read the inner line of an envelope; None if no format reads it."""
        formats = self._payload_formats
        inner = _read_in_turn(text, formats, formats[0], continued=looks_continued(text))
        return None if inner is None else self._unwrapped(inner, 2)

    @cached_property
    def read_payload_head(self) -> Callable[[str], Head | None]:
        """A function that reads nothing but the level and the message of an inner line.

        It gives None if only the whole reading can tell them.
        """
        return self._payload_formats[0].head_reader()

    def _unwrapped(self, reading: Reading, depth: int) -> Reading:
        """Merge a reading with the readings of the records in it, to a depth of `MAX_DEPTH`."""
        payload = reading.text("payload")
        text, formats = _inner_record(reading) if payload is None else (payload, self._payload_formats)
        if text is None or depth > MAX_DEPTH:
            return reading
        inner = _read_in_turn(text, formats, formats[0], continued=looks_continued(text))
        return reading if inner is None else merged(reading, self._unwrapped(inner, depth + 1))


def _inner_record(reading: Reading) -> tuple[str | None, Sequence[RowFormat]]:
    """The message of a reading if it may be a record of its own, and the formats that may read it."""
    message = reading.text("message")
    if message and message[0] == "{" and message[-1] == "}":
        return message, _OBJECTS
    if message and reading.format in SYSLOG_FORMATS and matcher(LINE_IN_SYSLOG)(message):
        return message, _IN_SYSLOG
    return None, ()


def _read_in_turn(
    text: str, formats: Sequence[RowFormat], main: RowFormat | None, *, continued: bool
) -> Reading | None:
    if is_part_of_trace(text):
        return None
    for candidate in formats:
        reading = None if continued and candidate is not main else candidate.read(text)
        if reading is not None:
            reading.format = candidate.name
            return reading
    return None
