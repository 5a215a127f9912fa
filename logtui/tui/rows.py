"""Pages of records as plain tuples: what one line of the list shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.engine.window import RecordKey
from logtui.model.record import STRUCTURED_FORMATS, field_columns
from logtui.tui.harmless import first_line, harmless_line

if TYPE_CHECKING:
    from datetime import datetime

_SHOWN_FIELDS: Final = 12
_FIELD_CHARACTERS: Final = 120


class Row(NamedTuple):
    """One record as the list shows it; all texts are harmless."""

    key: RecordKey
    time: datetime | None
    level: str | None
    origin: str
    message: str
    more_lines: int
    fields: tuple[tuple[str, str], ...]


def rows_of(frame: pl.DataFrame) -> list[Row]:
    """The rows of a page.

    Args:
        frame: A record frame.

    Returns:
        One row per record.
    """
    names = field_columns(frame)
    first = ["source", "offset", "timestamp", "level", "format"]
    texts = ["service", "logger", "message"]
    lines = pl.col("raw").str.strip_chars_end("\r\n").str.count_matches("\n", literal=True).alias("lines")
    records = frame.select(*first, *texts, pl.col("raw").str.slice(0, 10_000), lines, *names)
    return [_row(values, names) for values in records.iter_rows()]


def _row(values: tuple[object, ...], names: list[str]) -> Row:
    source, offset, time, level, kind, service, logger, message, raw, lines, *fields = values
    shown = zip(names, fields, strict=True) if kind in STRUCTURED_FORMATS else ()
    return Row(
        key=RecordKey(_text(source), int(str(offset or 0))),
        time=time,  # type: ignore[arg-type]
        level=_text(level),
        origin=harmless_line(_text(service) or _text(logger) or ""),
        message=first_line(_text(message) or _text(raw) or ""),
        more_lines=int(str(lines or 0)) if kind not in STRUCTURED_FORMATS or "\n" in str(message) else 0,
        fields=tuple(_field(name, value) for name, value in shown if value is not None)[:_SHOWN_FIELDS],
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _field(name: str, value: object) -> tuple[str, str]:
    return harmless_line(name[1:], _FIELD_CHARACTERS), harmless_line(str(value), _FIELD_CHARACTERS)
