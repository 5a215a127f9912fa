"""Reads records that are texts of any format, each by itself: no line continues another, no file lends its date."""

from __future__ import annotations

from typing import Final

import polars as pl

from logtui.formats import FORMATS, Cascade, normalise
from logtui.formats.scoring import usual
from logtui.formats.wrappings import OBJECT_FORMATS

_FORMATS: Final = tuple(usual(FORMATS))
_OBJECTS: Final = len(OBJECT_FORMATS)

CASCADE: Final = Cascade(_FORMATS, payload_formats=_FORMATS, leading=_OBJECTS, payload_leading=_OBJECTS)
"""All formats that may read a line of any source, those of objects first. No sample chooses among them, since any
record may come next."""

_OF_LINES: Final = ("starts", "leads", "follows", "stream", "partial")


def read_texts(texts: pl.Series) -> pl.DataFrame:
    """Read a column of records.

    Args:
        texts: String, each a whole record, maybe of several lines.

    Returns:
        A normalised reading of the texts' height with the further columns `format` and `time_text`.
    """
    heads = texts.str.split_exact("\n", 1).struct.field("field_0")
    reading = with_time_text(CASCADE.read(heads))
    below = texts.str.strip_prefix(heads)
    return reading.with_columns(pl.col("message") + below).drop(_OF_LINES, strict=False)


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
