"""Converts record frames to rows, which hold what the list shows of each record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.model.keys import KEY_COLUMNS, RecordKey, key_of
from logtui.model.record import STRUCTURED_FORMATS, field_columns
from logtui.tui.terminal.sanitize import first_line, harmless_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_SHOWN_FIELDS: Final = 12
"""Most fields that are shown behind a message."""

_FIELD_CHARACTERS: Final = 120
"""Most characters of a field's name or value."""

_TEXT_CHARACTERS: Final = 64_000
"""Most characters of a raw text that are read."""

_FIRST: Final = (*KEY_COLUMNS, "timestamp", "level", "format")


class Row(NamedTuple):
    """What the list shows of one record; all texts except `rest` are sanitized."""

    key: RecordKey
    time: datetime | None
    level: str | None
    origin: str
    message: str
    more_lines: int
    fields: tuple[tuple[str, str], ...]
    cells: tuple[str, ...] = ()
    """Values of the columns that the user has chosen."""

    rest: str = ""
    """The lines after the first one, as they were received."""

    is_match: bool = True
    """Whether the record matches the filter; if not, it is shown as context of a match."""


def rows_of(frame: pl.DataFrame, columns: Sequence[str] = (), matched: Sequence[bool] | None = None) -> list[Row]:
    """Convert the records of a page to rows.

    Args:
        frame: A record frame.
        columns: The columns of the frame that the list shows as columns.
        matched: Whether each record matches the filter; None if all do.

    Returns:
        One row per record.
    """
    names = field_columns(frame)
    lines = pl.col("raw").str.strip_chars_end("\r\n").str.count_matches("\n", literal=True).alias("lines")
    texts = ("service", "logger", "message", pl.col("raw").str.slice(0, _TEXT_CHARACTERS))
    cells = [
        (pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, pl.String)).alias(f"\0{name}")
        for name in columns
    ]
    records = frame.select(*_FIRST, *texts, lines, *cells, *names)
    kept = [True] * frame.height if matched is None else matched
    rows = zip(records.iter_rows(), kept, strict=True)
    return [_row(values, names, len(cells), is_match=is_match) for values, is_match in rows]


def _row(values: tuple[object, ...], names: list[str], cells: int, *, is_match: bool) -> Row:
    source, offset, seq, time, level, kind, service, logger, message, raw, lines, *others = values
    is_structured = kind in STRUCTURED_FORMATS
    shown = zip(names, others[cells:], strict=True) if is_structured else ()
    text = _text(message) or _text(raw) or ""
    whole = text if is_structured else (_text(raw) or "")
    more = text.rstrip("\r\n").count("\n") if is_structured else int(str(lines or 0))
    return Row(
        key=key_of(source, offset, seq),  # type: ignore[arg-type]
        time=time,  # type: ignore[arg-type]
        level=_text(level),
        origin=harmless_line(_text(service) or _text(logger) or ""),
        message=first_line(text),
        more_lines=more,
        fields=tuple(_field(name, value) for name, value in shown if value is not None)[:_SHOWN_FIELDS],
        cells=tuple(harmless_line(_text(value) or "", _FIELD_CHARACTERS) for value in others[:cells]),
        rest=whole.strip("\r\n").partition("\n")[2] if more else "",
        is_match=is_match,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _field(name: str, value: object) -> tuple[str, str]:
    return harmless_line(name[1:], _FIELD_CHARACTERS), harmless_line(str(value), _FIELD_CHARACTERS)
