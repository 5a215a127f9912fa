"""The record of the row readers: its texts are taken from its reading when somebody asks for them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from logtui.formats.rows.pairs import add_message_fields
from logtui.model.names import CORE_ALIASES, CORE_NAMES, WELL_KNOWN_FIELDS
from logtui.model.severities import level_named
from logtui.model.times import moment_of, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logtui.formats.rows.reading import Reading

    Default = TypeVar("Default")
    Line = tuple[str, int, int, int]
    """A line's text, number from 1, offset and size in bytes, its end included."""

_LAZY_TEXTS: Final = ("service", "host", "logger")
_LEVEL: Final = ("level", "severity_text")
_ATTRIBUTES: Final = tuple(name for name in CORE_NAMES if name not in ("order_time", "seq"))
_SHOWN: Final = ("timestamp", "level", "pod_name", "message", "source", "line")
_MOST_SHOWN: Final = 60
_level_named: Final = lru_cache(maxsize=1024)(level_named)


class Record:
    """One record of a log.

    A name that is none of the attributes is looked for among the fields, as in `record.tenant` or
    `record["company.a"]`.

    Args:
        line: Its first line.
        source: The source's name.
        reading: What the line says.
        message_fields: Add the `key=value` pairs of the message as fields.

    Attributes:
        timestamp_ns: Nanoseconds since 1970, UTC; None if no time was read.
        level: One of the six levels, or None.
        severity_text: The level's own word.
        service: The service that wrote it.
        host: Where it ran.
        logger: The logger's name.
        message: What the record says, without its header.
        raw: Its lines as they stand in the source.
        source: As given.
        line: Number of its first line, from 1.
        offset: Where its first byte lies in the source.
        bytes: Bytes of its lines, line ends included.
        format: Name of the format that read it.
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

    @property
    def timestamp(self) -> datetime | None:
        """When it was written, UTC, to the microsecond; None if no time was read."""
        ns = self.timestamp_ns
        return None if ns is None else moment_of(ns)

    @property
    def pod_name(self) -> str | None:
        """The pod that wrote it."""
        return self.field("pod")

    @property
    def namespace(self) -> str | None:
        """The pod's namespace."""
        return self.field("namespace")

    @property
    def container(self) -> str | None:
        """The container that wrote it."""
        return self.field("container")

    @property
    def component(self) -> str | None:
        """The logger's name, such as `app.main`."""
        return self.logger

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # as typed above; all fields are texts
        if name in _LEVEL:
            self._read_level()
        elif name in _LAZY_TEXTS:
            setattr(self, name, self.reading.text(name))
        elif name == "message":
            said = self.reading.text("message")
            self.message = self.raw if said is None else said
        elif name == "format":
            self.format = self.reading.format or "plain"
        elif name == "fields":
            self._read_fields()
        elif name in Record.__slots__ or name in CORE_NAMES or name[:2] == "__":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        else:
            return self._field(name)
        return getattr(self, name)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  # texts, numbers, times
        """An attribute or a field.

        Args:
            name: An attribute's name or one of its aliases; else a field as it is written in the log, such as
                `company.a` or `kubernetes.pod_name`. A leading `@` asks for the field of that name.

        Raises:
            KeyError: If the record has no such field.
        """
        core = CORE_ALIASES.get(name, name)
        if core in _ATTRIBUTES:
            return getattr(self, core)
        field = name.removeprefix("@")
        return self.fields[WELL_KNOWN_FIELDS.get(field, field)]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def get(self, name: str, default: Default | None = None) -> Any | Default | None:  # noqa: ANN401
        """An attribute or a field, as by item access.

        Args:
            name: Its name.
            default: What to return if the record has no such field.
        """
        try:
            return self[name]
        except KeyError:
            return default

    def field(self, name: str) -> str | None:
        """A field; for one of the outermost format, such as the pod, the others need not be read.

        Args:
            name: Its well-known name, such as `pod`.

        Returns:
            The text; None if the record has no such field.
        """
        outer = self.reading.field(name)
        return self.fields.get(name) if outer is None else outer

    def keys(self) -> list[str]:
        """The names of the attributes, then of the fields; a field that is named as an attribute has an `@`."""
        taken = {*_ATTRIBUTES, *CORE_ALIASES}
        return [*_ATTRIBUTES, *(f"@{name}" if name in taken else name for name in self.fields)]

    def __repr__(self) -> str:
        shown = []
        for name in _SHOWN:
            value = getattr(self, name)
            if isinstance(value, datetime):
                value = rfc3339(self.timestamp_ns or 0)
            elif isinstance(value, str) and len(value) > _MOST_SHOWN:
                value = value[: _MOST_SHOWN - 1] + "…"
            if value is not None:
                shown.append(f"{name}={value!r}")
        return f"Record({', '.join(shown)})"

    def _read_level(self) -> None:
        word = self.reading.text("level_text")
        level = None if word is None else _level_named(word)
        if level is None:
            severity = self.reading.text("severity")
            level = None if severity is None else _level_named(severity)
            word = severity if word is None else word
        self.level = level
        self.severity_text = None if word is None else word.strip()

    def _read_fields(self) -> None:
        self.fields = self.reading.fields
        if self._message_fields:
            add_message_fields(self.fields, self.message)

    def _field(self, name: str) -> str:
        try:
            return self.fields[WELL_KNOWN_FIELDS.get(name, name)]
        except KeyError:
            raise AttributeError(f"the record has no attribute and no field {name!r}; it has {self.keys()}") from None
