"""Writes single records as json and text without Polars; the output equals that of the frame writers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from logtui.export.columns import FIELDS, RECORD_COLUMNS
from logtui.export.json_types import BARE, EXPONENT, in_quotes, is_json, without_quotes
from logtui.export.safe import CONTROL, ESCAPE_SEQUENCE, REPLACEMENT
from logtui.model.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import BinaryIO

    from logtui.model.row import Row

_is_bare: Final = re.compile(BARE, re.ASCII).fullmatch
_has_exponent: Final = re.compile(EXPONENT, re.ASCII).fullmatch
_ESCAPES: Final = re.compile(ESCAPE_SEQUENCE)
_CONTROLS: Final = re.compile(CONTROL)


def write_rows(rows: Iterable[Row], stream: BinaryIO, kind: str) -> int:
    """Write records as they come.

    Args:
        rows: The records.
        stream: Where the bytes go.
        kind: `json`, an array with one object per line; `text`, `time level service message` with further lines
            indented.

    Returns:
        The number of records.
    """
    output, count = _OUTPUTS[kind], 0
    for row in rows:
        before = output.between if count else output.head
        stream.write((before + output.text_of(row)).encode(errors="replace"))
        count += 1
    stream.write((output.tail if count else output.empty).encode())
    return count


@dataclass(frozen=True)
class _Output:
    """The texts that make up an output.

    Attributes:
        text_of: Formats one record, its line end included.
        head: The text before the first record.
        between: The text before each other record.
        tail: The text after the last record.
        empty: The whole output if there are no records.
    """

    text_of: Callable[[Row], str]
    head: str = ""
    between: str = ""
    tail: str = ""
    empty: str = ""


def _json_text(row: Row) -> str:
    return f'{_json(core_cells(row))[:-1]},"{FIELDS}":{fields_json(row)}}}\n'


def _plain_text(row: Row) -> str:
    parts = [f"{_time(row) or '-':<24}", f"{(row.level or '-').upper():<5}", row.service or "", row.message]
    return _printable(" ".join(part for part in parts if part).rstrip()).replace("\n", "\n    ") + "\n"


def core_cells(row: Row) -> dict[str, Any]:
    """The values of a record's columns by name, in their order."""
    return {"timestamp": _time(row)} | {name: getattr(row, name) for name in RECORD_COLUMNS[1:]}


def _time(row: Row) -> str | None:
    return None if row.timestamp_ns is None else rfc3339(row.timestamp_ns)


def fields_json(row: Row) -> str:
    """A record's fields as one JSON object."""
    return "{" + ",".join(f"{_json(name)}:{value_json(name, text, row.raw)}" for name, text in row.fields.items()) + "}"


def value_json(name: str, text: str, raw: str) -> str:
    """Format a field as JSON, with the type that its value has in the log.

    Args:
        name: The field's name.
        text: The field's value as text.
        raw: The raw record, which shows whether the value is a string there.
    """
    is_nested = text[:1] in ("[", "{") and is_json(text)
    if not (is_nested or _is_bare(text) or _has_exponent(text)):
        return _json(text)
    if re.search(without_quotes(name), raw):
        return text
    return _json(text) if _has_exponent(text) or re.search(in_quotes(name), raw) else text


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _printable(text: str) -> str:
    """The equivalent of `safe.printable` for one text."""
    return _CONTROLS.sub(REPLACEMENT, _ESCAPES.sub("", text).replace("\r\n", "\n"))


_OUTPUTS: Final = {
    "json": _Output(_json_text, head="[\n", between=",", tail="]\n", empty="[]\n"),
    "text": _Output(_plain_text),
}
