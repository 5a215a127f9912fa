"""Single records -> json, csv and text: what the writers of frames write, row by row and without Polars."""

from __future__ import annotations

import csv
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
        kind: `json`, an array with one object per line; `csv`, as RFC 4180 has it, with one JSON object of all fields;
            `text`, `time level service message` with further lines indented.

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
    """How records become a text.

    Attributes:
        text_of: One record, its line end included.
        head: What is before the first one.
        between: What is before each other one.
        tail: What is after the last one.
        empty: What there is if there are none.
    """

    text_of: Callable[[Row], str]
    head: str = ""
    between: str = ""
    tail: str = ""
    empty: str = ""


class _Returned:
    """A stream whose `write` returns the text: `csv.writer` gives it back for each row."""

    def write(self, text: str) -> str:
        return text


_csv_row: Final[Callable[[Iterable[Any]], str]] = csv.writer(_Returned()).writerow


def _csv_text(row: Row) -> str:
    return _csv_row((*_core(row).values(), _fields(row)))


def _json_text(row: Row) -> str:
    return f'{_json(_core(row))[:-1]},"{FIELDS}":{_fields(row)}}}\n'


def _plain_text(row: Row) -> str:
    parts = [f"{_time(row) or '-':<24}", f"{(row.level or '-').upper():<5}", row.service or "", row.message]
    return _printable(" ".join(part for part in parts if part).rstrip()).replace("\n", "\n    ") + "\n"


def _core(row: Row) -> dict[str, Any]:
    return {"timestamp": _time(row)} | {name: getattr(row, name) for name in RECORD_COLUMNS[1:]}


def _time(row: Row) -> str | None:
    return None if row.timestamp_ns is None else rfc3339(row.timestamp_ns)


def _fields(row: Row) -> str:
    return "{" + ",".join(f"{_json(name)}:{_value(name, text, row.raw)}" for name, text in row.fields.items()) + "}"


def _value(name: str, text: str, raw: str) -> str:
    """A field with the type that it has in the log."""
    is_nested = text[:1] in ("[", "{") and is_json(text)
    if not (is_nested or _is_bare(text) or _has_exponent(text)):
        return _json(text)
    if re.search(without_quotes(name), raw):
        return text
    return _json(text) if _has_exponent(text) or re.search(in_quotes(name), raw) else text


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _printable(text: str) -> str:
    """As `safe.printable`."""
    return _CONTROLS.sub(REPLACEMENT, _ESCAPES.sub("", text).replace("\r\n", "\n"))


_CSV_HEAD: Final = _csv_row((*RECORD_COLUMNS, FIELDS))
_OUTPUTS: Final = {
    "json": _Output(_json_text, head="[\n", between=",", tail="]\n", empty="[]\n"),
    "csv": _Output(_csv_text, head=_CSV_HEAD, empty=_CSV_HEAD),
    "text": _Output(_plain_text),
}
