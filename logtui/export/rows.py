"""Single records -> json, csv and text: what the writers of frames write, row by row and without Polars."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final, Protocol

from logtui.export.safe import CONTROL, ESCAPE_SEQUENCE, REPLACEMENT
from logtui.model.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

_BARE: Final = re.compile(r"true|false|-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,14})?", re.ASCII)
_MOST_DIGITS: Final = 15
_TEXTS: Final = ("level", "service", "host", "logger", "message", "source", "line", "format")
_COLUMNS: Final = ("timestamp", *_TEXTS, "fields")
_ESCAPES: Final = re.compile(ESCAPE_SEQUENCE)
_CONTROLS: Final = re.compile(CONTROL)


class Row(Protocol):
    """A record; its attributes are the core columns, its time is in nanoseconds since 1970, UTC."""

    @property
    def timestamp_ns(self) -> int | None: ...  # noqa: D102
    @property
    def level(self) -> str | None: ...  # noqa: D102
    @property
    def service(self) -> str | None: ...  # noqa: D102
    @property
    def message(self) -> str: ...  # noqa: D102
    @property
    def fields(self) -> Mapping[str, str]: ...  # noqa: D102


def write_json(rows: Iterable[Row], stream: BinaryIO) -> int:
    """Write an array with one object per line; `[]` if there are no records.

    Args:
        rows: The records.
        stream: Where the bytes go.

    Returns:
        The number of records.
    """
    count = 0
    for row in rows:
        stream.write((("," if count else "[\n") + _object(row) + "\n").encode(errors="replace"))
        count += 1
    stream.write(b"]\n" if count else b"[]\n")
    return count


def write_csv(rows: Iterable[Row], stream: BinaryIO) -> int:
    """Write one header, then one row per record, as RFC 4180 has it; the fields are a JSON object.

    Args:
        rows: The records.
        stream: Where the bytes go.

    Returns:
        The number of records.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    count = 0
    for row in rows:
        writer.writerow((_time(row), *(getattr(row, name) for name in _TEXTS), _fields(row)))
        count += 1
    text.detach()
    return count


def write_text(rows: Iterable[Row], stream: BinaryIO) -> int:
    """Write `time level service message` per record; further lines of a message are indented.

    Args:
        rows: The records.
        stream: Where the bytes go.

    Returns:
        The number of records.
    """
    count = 0
    for row in rows:
        parts = [f"{_time(row) or '-':<24}", f"{(row.level or '-').upper():<5}", row.service or "", row.message]
        line = " ".join(part for part in parts if part).rstrip()
        stream.write((_printable(line).replace("\n", "\n    ") + "\n").encode(errors="replace"))
        count += 1
    return count


def _object(row: Row) -> str:
    core: dict[str, Any] = {"timestamp": _time(row), **{name: getattr(row, name) for name in _TEXTS}}
    return f'{_json(core)[:-1]},"fields":{_fields(row)}}}'


def _fields(row: Row) -> str:
    return "{" + ",".join(f"{_json(name)}:{_value(text)}" for name, text in row.fields.items()) + "}"


def _value(text: str) -> str:
    # Longer numbers lose digits in readers that hold numbers as doubles, so they stay strings.
    is_bare = _BARE.fullmatch(text) and (text in ("true", "false") or sum(map(str.isdigit, text)) <= _MOST_DIGITS)
    return text if is_bare else _json(text)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _time(row: Row) -> str | None:
    return None if row.timestamp_ns is None else rfc3339(row.timestamp_ns)


def _printable(text: str) -> str:
    """Text without terminal escapes; other control characters but tab and line feed become U+FFFD."""
    return _CONTROLS.sub(REPLACEMENT, _ESCAPES.sub("", text).replace("\r\n", "\n"))
