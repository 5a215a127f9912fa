"""Finds where records begin among JSON objects over several lines, and splits lines that hold several objects."""

from __future__ import annotations

from typing import Final

import polars as pl

from logtui.formats.object_lines import (
    FREE,
    INDENTED_OBJECT,
    INSIDE,
    OPENS_ARRAY,
    OPENS_ARRAY_OF_PAGE,
    OPENS_ELEMENT,
    OPENS_OBJECT,
    PUNCTUATION,
    SEVERAL,
    apart,
)

_PIECES: Final = "\0pieces"


def with_objects_apart(lines: pl.DataFrame, unread: pl.Series) -> pl.DataFrame | None:
    """Split lines that hold several objects, or one behind a broken one.

    Args:
        lines: Physical lines: `text`, `line`, `offset`, `bytes`.
        unread: Boolean, which of them were not read as an object.

    Returns:
        The lines, with each piece of a line as a row with the line's number; None if no line was split.
    """
    texts = lines["text"].filter(unread)
    if not texts.str.contains(SEVERAL).any():
        return None
    rows = (unread & lines["text"].str.contains(SEVERAL)).arg_true()
    pieces = {row: parts for row in rows if (parts := apart(lines["text"][row]))}
    if not pieces:
        return None
    columns = [pl.Series(list(pieces), dtype=pl.UInt32), pl.Series(list(pieces.values()))]
    found = pl.DataFrame(dict(zip(("row", _PIECES), columns, strict=True)))
    joined = lines.with_row_index("row").join(found, on="row", how="left", maintain_order="left")
    several = joined.with_columns(pl.col(_PIECES).fill_null(pl.concat_list("text"))).explode(_PIECES)
    return _measured(several).select(lines.columns)


def _measured(parts: pl.DataFrame) -> pl.DataFrame:
    """Add offsets and bytes to the pieces of lines; the last piece of a line includes the line end."""
    size = pl.col(_PIECES).str.len_bytes().cast(pl.UInt64)
    before = pl.min_horizontal((size.cum_sum() - size).over("row"), pl.col("bytes"))
    behind = before.shift(-1).over("row").fill_null(pl.col("bytes"))
    return parts.with_columns(
        text=pl.col(_PIECES), offset=pl.col("offset") + before, bytes=(behind - before).cast(pl.UInt64)
    )


def with_object_borders(lines: pl.DataFrame) -> pl.DataFrame:
    """Correct `starts` for JSON objects over several lines: elements of an array start a record, inner objects do not.

    Args:
        lines: Consecutive lines with `text`, `stream`, `starts` and `message`; the first line of a stream begins a
            record.

    Returns:
        The lines with corrected `starts`; the messages of inner objects are null.
    """
    is_object = lines["text"].str.contains(INDENTED_OBJECT)
    if not is_object.any():
        return lines
    placed = lines.with_columns(indent=_indent()).with_columns(_region())
    is_element = is_object & (placed["indent"] == placed["region"])
    is_within = is_object & (placed["region"] != FREE) & ~is_element
    return lines.with_columns(
        starts=(pl.col("starts") | is_element) & ~is_within,
        message=pl.when(~is_within).then("message"),
    )


def _indent() -> pl.Expr:
    text = pl.col("text")
    return (text.str.len_bytes() - text.str.strip_chars_start(" \t").str.len_bytes()).cast(pl.Int64)


def _region() -> pl.Expr:
    """The region of each line, as `object_lines.region_of` finds it."""
    text = pl.col("text")
    above = text.shift(1).over("stream")
    is_outer = (pl.col("indent") == 0) & (text.str.strip_chars(PUNCTUATION) != "")
    is_below_bracket = above.str.contains(OPENS_ARRAY) | (
        above.str.contains(OPENS_ARRAY_OF_PAGE) & (text.shift(2).over("stream") == "{")
    )
    is_first = above.is_null() & text.str.contains(OPENS_ELEMENT)
    region = (
        pl.when(is_outer)
        .then(pl.when(text.str.contains(OPENS_OBJECT)).then(INSIDE).otherwise(FREE))
        .when(is_below_bracket.fill_null(value=False) | is_first)
        .then("indent")
        .cast(pl.Int64)
    )
    return region.forward_fill().over("stream").fill_null(FREE).alias("region")
