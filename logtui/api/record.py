"""Records as library users see them: immutable, with the names and types of Python."""

from __future__ import annotations

import json
from math import isinf
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

from logtui.export.records import value_json
from logtui.model.names import CORE_ALIASES, CORE_NAMES, WELL_KNOWN_FIELDS
from logtui.model.severities import LOGGING_NAMES
from logtui.model.times import moment_of, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from logtui.formats.rows import Record as Row

    Default = TypeVar("Default")

_ATTRIBUTES: Final = tuple(name for name in CORE_NAMES if name not in ("order_time", "seq", "ingest_time"))
_SHOWN: Final = ("level", "pod_name", "message", "source", "line")
_MOST_SHOWN: Final = 60
_FIRSTS_OF_TYPED: Final = frozenset("-0123456789tf[{")


class Fields(dict[str, Any]):
    """The fields of a record by name; immutable, `dict(fields)` makes a copy that can be changed."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("the fields of a record cannot be changed; dict(record.fields) makes a dict that can")

    def __reduce__(self) -> tuple[type[Fields], tuple[dict[str, Any]]]:
        return type(self), (dict(self),)

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse


class Record:
    """One record of a log; immutable, and equal to a record with the same values.

    A name that is not an attribute is looked up in the fields, as in `record.tenant` or
    `record["company.a"]`.

    Args:
        row: The record as the reader has made it.
    """

    __slots__ = ("_fields", "_row")

    _fields: Fields
    _row: Row

    def __init__(self, row: Row) -> None:
        _set_row(self, row)

    @property
    def timestamp_ns(self) -> int | None:
        """The time of the record in nanoseconds since 1970, UTC; None if it has none."""
        return self._row.timestamp_ns

    @property
    def timestamp(self) -> datetime | None:
        """The time of the record in UTC, to the microsecond; None if it has none."""
        ns = self._row.timestamp_ns
        return None if ns is None else moment_of(ns)

    @property
    def level(self) -> str | None:
        """TRACE, DEBUG, INFO, WARNING, ERROR, CRITICAL, or None."""
        level = self._row.level
        return None if level is None else LOGGING_NAMES[level]

    @property
    def severity_text(self) -> str | None:
        """The level as the log spells it."""
        return self._row.severity_text

    @property
    def service(self) -> str | None:
        """The service that wrote the record."""
        return self._row.service

    @property
    def host(self) -> str | None:
        """The host that the service ran on."""
        return self._row.host

    @property
    def logger(self) -> str | None:
        """The logger's name, such as `app.main`."""
        return self._row.logger

    @property
    def component(self) -> str | None:
        """The logger's name, such as `app.main`."""
        return self._row.logger

    @property
    def pod_name(self) -> str | None:
        """The pod that wrote the record."""
        return self._row.field("pod")

    @property
    def namespace(self) -> str | None:
        """The namespace of the pod."""
        return self._row.field("namespace")

    @property
    def container(self) -> str | None:
        """The container that wrote the record."""
        return self._row.field("container")

    @property
    def message(self) -> str:
        """The message, without the header of the record."""
        return self._row.message

    @property
    def raw(self) -> str:
        """The lines of the record as they are in the source."""
        return self._row.raw

    @property
    def source(self) -> str:
        """The name of the source."""
        return self._row.source

    @property
    def line(self) -> int:
        """The number of the record's first line in the source, from 1."""
        return self._row.line

    @property
    def offset(self) -> int:
        """The byte offset of the record in the source."""
        return self._row.offset

    @property
    def bytes(self) -> int:
        """The size of the record in bytes, including line ends."""
        return self._row.bytes

    @property
    def format(self) -> str:
        """The name of the format that parsed the record; `plain` if none did."""
        return self._row.format

    @property
    def fields(self) -> Fields:
        """All other values by name, including the `key=value` pairs of the message, with the types of `to_json`."""
        return self._fields

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # texts, numbers, booleans, lists
        if name == "_fields":
            row = self._row
            _set_fields(self, Fields((key, typed(key, text, row.raw)) for key, text in row.fields.items()))
            return self._fields
        if name in CORE_NAMES or name[:1] == "_":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        try:
            return self._field(WELL_KNOWN_FIELDS.get(name, name))
        except KeyError:
            raise AttributeError(f"the record has no attribute and no field {name!r}; it has {self.keys()}") from None

    def __reduce__(self) -> tuple[type[Record], tuple[Row]]:
        return type(self), (self._row,)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a record cannot be changed: {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a record cannot be changed: {name!r}")

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  # texts, numbers, times
        """Return an attribute or a field.

        Args:
            name: The name or an alias of an attribute; or else the name of a field as it is in the log, such as
                `company.a` or `kubernetes.pod_name`. A leading `@` means the field, if an attribute has the same name.

        Raises:
            KeyError: If the record has no such field.
        """
        core = CORE_ALIASES.get(name, name)
        if core in _ATTRIBUTES:
            return getattr(self, core)
        field = name.removeprefix("@")
        return self._field(WELL_KNOWN_FIELDS.get(field, field))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Record) and self._values() == other._values())

    def __hash__(self) -> int:
        return hash((self.source, self.offset, self.raw))

    def get(self, name: str, default: Default | None = None) -> Any | Default | None:  # noqa: ANN401
        """Return an attribute or a field, as `record[name]` does, or a default.

        Args:
            name: The name of the attribute or field.
            default: The value to return if the record has no such field.
        """
        try:
            return self[name]
        except KeyError:
            return default

    def keys(self) -> list[str]:
        """List the names of the attributes, then of the fields; `@` precedes a field with the name of an attribute."""
        taken = {*_ATTRIBUTES, *CORE_ALIASES}
        return [*_ATTRIBUTES, *(f"@{name}" if name in taken else name for name in self._row.fields)]

    def __repr__(self) -> str:
        ns = self.timestamp_ns
        shown = [] if ns is None else [f"timestamp={rfc3339(ns)!r}"]
        for name in _SHOWN:
            value = getattr(self, name)
            if isinstance(value, str) and len(value) > _MOST_SHOWN:
                value = value[: _MOST_SHOWN - 1] + "…"
            if value is not None:
                shown.append(f"{name}={value!r}")
        return f"Record({', '.join(shown)})"

    def _field(self, name: str) -> Any:  # noqa: ANN401
        """Return one field with its type; converting all fields would cost more."""
        row = self._row
        return typed(name, row.fields[name], row.raw)

    def _values(self) -> tuple[object, ...]:
        return (self.timestamp_ns, *(getattr(self, name) for name in _ATTRIBUTES), self._row.fields)


_set_row: Final = Record.__dict__["_row"].__set__
_set_fields: Final = Record.__dict__["_fields"].__set__


def typed(name: str, text: str, raw: str) -> Any:  # noqa: ANN401  # a value of JSON
    """Convert the value of a field to the type that it has in the log.

    Args:
        name: The name of the field.
        text: The value as text.
        raw: The raw text of the record.

    Returns:
        The value as JSON parses it, or the text if it is a number that Python cannot parse.
    """
    if text[:1] not in _FIRSTS_OF_TYPED:
        return text
    try:
        value = json.loads(value_json(name, text, raw))
    except (ValueError, RecursionError):  # more digits than Python reads, deeper than it nests
        return text
    return text if isinstance(value, float) and isinf(value) else value
