"""Finds the lines that continue the record above: frames and causes of stack traces, closing brackets, indented text.

Some lines do so because of the line above them in their stream. As that line may be in another block, each line gets
bits for the pairs of `LINKS` whose upper or lower line it may be, and `RecordAssembler` combines the bits later.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from logtui.formats.patterns import matches
from logtui.formats.traces import BEGINS_TRACE, BELOW_HEAD, CONTINUED, LINKS, OVER_BLANKS, PART_OF_TRACE

_LEADS: Final = tuple(above for above, _ in LINKS)
_FOLLOWS: Final = (*(below for _, below in LINKS), BELOW_HEAD)
_HEAD: Final = 1 << len(LINKS)
_ANY_LEAD: Final = "|".join(_LEADS)
_NEAREST: Final = (1 << len(LINKS) - OVER_BLANKS) - 1
_OVER_BLANKS: Final = _HEAD - 1 - _NEAREST


def looks_continued(texts: pl.Series, margin: int = 0) -> pl.Series:
    """Whether a line looks like part of the record above, whatever the format.

    Args:
        texts: String.
        margin: Blanks before the source's records.

    Returns:
        Boolean, same length: indented or closing lines, the frames and causes of traces.
    """
    return matches(without_margin(texts, margin), CONTINUED)


def without_margin(texts: pl.Series, margin: int) -> pl.Series:
    """The lines without the blanks that are before all of them.

    Args:
        texts: String.
        margin: How many.

    Returns:
        String, same length.
    """
    return texts.str.replace(rf"^[ \t]{{0,{margin}}}", "") if margin else texts


def begins_trace(texts: pl.Series) -> pl.Series:
    """Whether a line begins a trace that may stand alone.

    Args:
        texts: String.

    Returns:
        Boolean, same length.
    """
    return matches(texts, BEGINS_TRACE)


def parts_of_traces(texts: pl.Series) -> pl.Series:
    """Whether a line is surely part of a stack trace, so that no format reads it even if it holds a time or level.

    Args:
        texts: String.

    Returns:
        Boolean, same length.
    """
    return matches(texts, PART_OF_TRACE)


def with_links(lines: pl.DataFrame, texts: pl.Series, unread: pl.Series, heads: pl.Series) -> pl.DataFrame:
    """Add the bits of the pairs of `LINKS` that lines may form with their neighbours.

    Args:
        lines: Consecutive lines with `starts`, and with `stream` if there are several.
        texts: String, the lines without their envelopes.
        unread: Boolean, whether no format reads the line; a line that is read does not continue the record above.
        heads: Boolean, whether the line is the head of a record that other lines may follow.

    Returns:
        The lines with `leads`, bits of the pairs whose upper line each may be (null for a blank line), and `follows`,
        bits of the pairs whose lower line it may be. To save time, `follows` is computed only below a line that has
        `leads`, or if the line above is not known.
    """
    leads = _bits(texts, matches(texts, _ANY_LEAD), _LEADS)
    stream = pl.col("stream").fill_null("") if "stream" in lines.columns else pl.lit("")
    above = pl.col("leads").forward_fill().shift(1).over(stream)
    leads += heads.cast(pl.UInt8) * _HEAD
    lines = lines.with_columns(leads=leads.set(texts == "", None))
    waiting = lines.select(pl.col("starts") & (above.is_null() | (above > 0))).to_series() & unread
    return lines.with_columns(follows=_bits(texts, waiting, _FOLLOWS))


def linked(lines: pl.DataFrame) -> pl.Series:
    """Whether a line continues the record above because it forms a pair of `LINKS` with the line above it.

    Args:
        lines: Consecutive lines with `stream`, `leads` and `follows`.

    Returns:
        Boolean, same length.
    """
    if not lines["follows"].max() or not lines["leads"].max():
        return pl.repeat(False, len(lines), eager=True)
    nearest = pl.col("leads").shift(1).over("stream").fill_null(0) & (_NEAREST | _HEAD)
    filled = pl.col("leads").forward_fill().shift(1).over("stream").fill_null(0) & _OVER_BLANKS
    return lines.select(((nearest | filled) & pl.col("follows")) > 0).to_series()


def heads_of(texts: pl.Series) -> pl.Series:
    """Which lines may start a record.

    Args:
        texts: Consecutive lines, none of them empty.

    Returns:
        Boolean, same length.
    """
    starts = ~looks_continued(texts)
    lines = pl.DataFrame({"stream": pl.repeat("", len(texts), eager=True), "starts": starts})
    lines = with_links(lines, texts, starts, pl.repeat(False, len(texts), eager=True))
    return starts & ~linked(lines)


def _bits(texts: pl.Series, wanted: pl.Series, patterns: tuple[str, ...]) -> pl.Series:
    """Set bit N where pattern N matches a wanted text; 0 for the others."""
    bits = pl.zeros(len(texts), dtype=pl.UInt8, eager=True)
    rows = wanted.arg_true()
    if not len(rows):
        return bits
    some = texts.gather(rows)
    found = bits.gather(rows)
    for place, pattern in enumerate(patterns):
        found += matches(some, pattern).cast(pl.UInt8) * (1 << place)
    return bits.scatter(rows, found)
