"""The record of the row readers; its texts are taken from its reading when they are asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from logtui.formats.rows.pairs import add_message_fields
from logtui.model.severities import level_named

if TYPE_CHECKING:
    from logtui.formats.rows.reading import Reading

    Line = tuple[str, int, int, int]
    """A line's text, number from 1, offset and size in bytes, its end included."""

_LAZY_TEXTS: Final = ("service", "host", "logger")
_IN_HEAD: Final = ("level", "severity_text", "message")


@lru_cache(maxsize=1024)
def _level_of(word: str) -> tuple[str | None, str]:
    """The level that a word names, and the word without the blanks around it."""
    return level_named(word), word.strip()


class Record:
    """One record of a log.

    Args:
        line: The record's first line.
        source: The source's name.
        reading: The reading of that line.
        message_fields: Add the `key=value` pairs of the message as fields.

    Attributes:
        timestamp_ns: The time, epoch nanoseconds; None if no time was read.
        level: One of the six levels, or None.
        severity_text: The level as written.
        service: The service that wrote the record.
        host: The host on which the service ran.
        logger: The logger's name.
        message: The message, without the record's header.
        raw: The record's lines as they are in the source.
        source: As given.
        line: The number of the first line, from 1.
        offset: The byte offset of the first line in the source.
        bytes: Bytes of the record's lines, line ends included.
        format: The name of the format that read the record, `plain` if none did.
        fields: All other texts by name, the `key=value` pairs of the message among them.
        reading: As given.
    """

    __slots__ = (
        "_message_fields",
        "bytes",
        "fields",
        "format",
        "host",
        "level",
        "line",
        "logger",
        "message",
        "offset",
        "raw",
        "reading",
        "service",
        "severity_text",
        "source",
        "timestamp_ns",
    )

    timestamp_ns: int | None
    level: str | None
    severity_text: str | None
    service: str | None
    host: str | None
    logger: str | None
    message: str
    raw: str
    source: str
    line: int
    offset: int
    bytes: int
    format: str
    fields: dict[str, str]
    reading: Reading

    def __init__(self, line: Line, source: str, reading: Reading, *, message_fields: bool) -> None:
        self.raw, self.line, self.offset, self.bytes = line
        self.source = source
        self.reading = reading
        self.timestamp_ns = None
        self._message_fields = message_fields

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # as typed above
        if name in _IN_HEAD:
            if not self._read_head():
                self._read_message() if name == "message" else self._read_level()
        elif name in _LAZY_TEXTS:
            setattr(self, name, self.reading.text(name))
        elif name == "format":
            self.format = self.reading.format or "plain"
        elif name == "fields":
            self._read_fields()
        else:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(self, name)

    def field(self, name: str) -> str | None:
        """A field; one of the outermost format, such as the pod, is found without reading the payload.

        Args:
            name: Its well-known name, such as `pod`.

        Returns:
            The text; None if the record has no such field.
        """
        outer = self.reading.field(name)
        return self.fields.get(name) if outer is None else outer

    def read_anew(self, reading: Reading) -> None:
        """Replace the reading by that of all lines, which also tells level and message.

        Args:
            reading: The reading.
        """
        self.reading = reading
        self._read_level()
        self._read_message()

    def _read_head(self) -> bool:
        """Read level and message together where the reading tells both at once; whether it does."""
        head = self.reading.head()
        if head is None:
            return False
        level, text = _level_of(head[0])
        if level is None:
            return False
        self.level, self.severity_text, self.message = level, text, head[1]
        return True

    def _read_level(self) -> None:
        word = self.reading.text("level_text")
        level, text = (None, None) if word is None else _level_of(word)
        if level is None and (severity := self.reading.text("severity")) is not None:
            level, stripped = _level_of(severity)
            text = stripped if text is None else text
        self.level, self.severity_text = level, text

    def _read_message(self) -> None:
        said = self.reading.text("message")
        self.message = self.raw if said is None else said

    def _read_fields(self) -> None:
        self.fields = self.reading.fields
        if self._message_fields:
            add_message_fields(self.fields, self.message)
