"""Reads records that are texts of any format, each by itself: no line continues another, no file lends its date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats import FORMATS, Cascade, normalise
from logtui.formats.patterns import matches
from logtui.formats.scoring import usual
from logtui.formats.wrappings import OBJECT_FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

_FORMATS: Final = tuple(usual(FORMATS))
_OBJECTS: Final = len(OBJECT_FORMATS)

CASCADE: Final = Cascade(_FORMATS, payload_formats=_FORMATS, leading=_OBJECTS, payload_leading=_OBJECTS)
"""All formats that may read a line of any source, those of objects first. No sample chooses among them, since any
record may come next."""

_PRIORITY: Final = r"^<\d{1,3}>"
_BEHIND_PRIORITY: Final = ("cef", "leef", "syslog5424", "access", "haproxy", "s3", "kernel", "syslog", "priority")
_SYSLOG: Final = Cascade(
    tuple(each for each in _FORMATS if each.name in _BEHIND_PRIORITY),
    payload_formats=_FORMATS,
    leading=len(_BEHIND_PRIORITY),
    payload_leading=_OBJECTS,
)
"""The formats that read a line behind a syslog priority; to look through all of them takes 14 us a record."""

_OF_LINES: Final = ("starts", "leads", "follows", "stream", "partial")
_ROW: Final = "\0row"


def read_texts(texts: pl.Series) -> pl.DataFrame:
    """Read a column of records.

    Args:
        texts: String, each a whole record, maybe of several lines.

    Returns:
        A normalised reading of the texts' height with the further columns `format` and `time_text`.
    """
    heads = texts.str.split_exact("\n", 1).struct.field("field_0")
    has_priority = matches(heads, _PRIORITY)
    reading = read_in_two(heads, has_priority, lambda lines: _read(_SYSLOG, lines), lambda lines: _read(CASCADE, lines))
    return reading.with_columns(pl.col("message") + texts.str.strip_prefix(heads))


def read_in_two(
    texts: pl.Series,
    which: pl.Series,
    read_those: Callable[[pl.Series], pl.DataFrame],
    read_others: Callable[[pl.Series], pl.DataFrame],
) -> pl.DataFrame:
    """Read some texts in one way and the others in another.

    Args:
        texts: String.
        which: Boolean, which of the texts are `those`.
        read_those: Reads these texts.
        read_others: Reads the others.

    Returns:
        The readings of all texts, in their order.
    """
    if which.all():
        return read_those(texts)
    if not which.any():
        return read_others(texts)
    rows = pl.int_range(len(texts), dtype=pl.UInt32, eager=True)
    those = read_those(texts.filter(which)).with_columns(rows.filter(which).alias(_ROW))
    others = read_others(texts.filter(~which)).with_columns(rows.filter(~which).alias(_ROW))
    return pl.concat([those, others], how="diagonal").sort(_ROW).drop(_ROW)


def _read(cascade: Cascade, lines: pl.Series) -> pl.DataFrame:
    return with_time_text(cascade.read(lines)).drop(_OF_LINES, strict=False)


def with_time_text(reading: pl.DataFrame) -> pl.DataFrame:
    """Normalise a reading, but keep the texts of its times.

    Args:
        reading: As `Cascade.read` returns it.

    Returns:
        The normalised reading with the column `time_text`.
    """
    if "time_text" not in reading.columns:
        return normalise(reading).with_columns(time_text=pl.lit(None, pl.String))
    return normalise(reading).with_columns(reading["time_text"])
