"""Reads JSON records in large blocks, straight to columns; the few that need more are read like any other text."""

from __future__ import annotations

from typing import Final

import polars as pl

from logtui.engine.ingest.text_reader import read_in_two, read_texts, with_time_text
from logtui.formats.base import nothing_read
from logtui.formats.json_lines import JsonLines, SeenKeys
from logtui.formats.wrappings import WRAPPINGS

_LITERALS: Final = [text for each in WRAPPINGS for text in each.literals]


class FastJson:
    """Reads blocks of JSON records; the keys of one block are expected in the next. One thread may use it."""

    def __init__(self) -> None:
        self._objects = JsonLines(SeenKeys())

    def read(self, objects: pl.Series) -> pl.DataFrame:
        """Read a column of records.

        Args:
            objects: String, each a JSON object on one line; blocks of 32,768 or more cost least.

        Returns:
            What `read_texts` returns of the same texts.
        """
        reading = self._read_objects(objects)
        odd = _needs_more(reading)
        return read_in_two(objects, odd, read_texts, lambda _: reading.filter(~odd))

    def _read_objects(self, objects: pl.Series) -> pl.DataFrame:
        """The normalised reading of objects, without a format where that is not the whole story."""
        may_wrap = objects.str.contains_any(_LITERALS)
        plain = objects.set(may_wrap, None) if may_wrap.any() else objects
        reading = self._objects.read(plain) if plain.null_count() < len(plain) else nothing_read(len(plain))
        is_json = pl.when("read").then(pl.lit("json"))
        return with_time_text(reading.with_columns(format=is_json)).drop("stream", "partial")


def _needs_more(reading: pl.DataFrame) -> pl.Series:
    """Which records are not read yet, or have a message that is a record itself."""
    message = pl.col("message")
    is_object = message.str.starts_with("{") & message.str.ends_with("}")
    return reading.select(pl.col("format").is_null() | is_object.fill_null(value=False)).to_series()
