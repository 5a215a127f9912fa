"""Reads only the columns that are asked for, of blocks in which each line is a record that the main format reads.

Such blocks are most of a log. Nothing in them depends on a neighbouring line, a payload or another format, so that one
pattern with few groups reads them, several times as fast as the cascade. All other blocks are read in full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.formats.base import PatternFormat, with_severity
from logtui.formats.declaration import REST_OF_TEXT
from logtui.formats.normalised import normalise
from logtui.formats.patterns import groups, groups_of, matches, opening, unnamed, with_groups
from logtui.formats.rules import SYSLOG_FORMATS
from logtui.formats.traces import ERROR_ALONE, PART_OF_TRACE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from logtui.formats.cascade import Cascade
    from logtui.formats.declaration import Declaration
    from logtui.formats.line_reader import LineReader

_END: Final = "_end"
"""The group behind a head: it takes part in each match, and needs a character if the message may not be empty."""

_APART: Final = rf"{PART_OF_TRACE}|^{ERROR_ALONE}|^[ \t,\[\x{{feff}}]*\{{"
"""Lines on which more decides than the main format: parts of traces, and all that may begin an object."""

_GROUPS: Final = {
    "timestamp": ("time_text",),
    "order_time": ("time_text",),
    "level": ("level_text", "severity"),
    "severity_text": ("level_text", "severity"),
    "service": ("service",),
    "host": ("host",),
    "logger": ("logger",),
    "message": ("message",),
}
"""The groups of a pattern that a column is made of; all other columns are known without reading a line."""

_PARTS_OF_OTHERS: Final = frozenset({"payload", "partial"})
_TIMES: Final = frozenset({"timestamp", "order_time"})


class Heads(NamedTuple):
    """A block of lines, each of which is a record as far as it is known.

    Attributes:
        lines: Physical lines: `text`, `line`, `offset`, `bytes`.
        records: The columns of the records that were asked for, and those that cost nothing; with `timestamp` also
            `zoned`, `yearless` and `dateless`. Same height.
    """

    lines: pl.DataFrame
    records: pl.DataFrame

    def last(self) -> Heads:
        """The last line, whose record may still grow."""
        return Heads(self.lines.tail(1), self.records.tail(1))

    def without_last(self) -> pl.DataFrame:
        """The records of all lines but the last."""
        return self.records.head(-1)


class _Head(NamedTuple):
    """A way in which the main format reads a line.

    Attributes:
        pattern: The pattern, with the groups that are needed and `_END`, or with the message.
        others: A pattern of the lines that another way, or more than the main format, may read.
    """

    pattern: str
    others: str


class HeadLane:
    """Reads some columns of the blocks of one source.

    Args:
        reader: The reader of all columns.
        columns: The record columns that are asked for.
    """

    def __init__(self, reader: LineReader, columns: Collection[str]) -> None:
        self._reader = reader
        self._main = _simple_main(reader.cascade)
        self._columns = [name for name in _GROUPS if name in columns and name not in _TIMES]
        self._has_times = not _TIMES.isdisjoint(columns)
        self._heads = tuple(_heads_of(self._main.declaration, columns)) if self._main else ()

    def read(self, lines: pl.DataFrame) -> pl.DataFrame | Heads:
        """Read consecutive lines.

        Args:
            lines: Physical lines: `text`, `line`, `offset`, `bytes`.

        Returns:
            Heads, or the lines with their full normalised reading, as `LineReader.read` returns them.
        """
        reading = self._reading(lines["text"])
        return self._reader.read(lines) if reading is None else Heads(lines, self._records(lines, reading))

    def _reading(self, texts: pl.Series) -> pl.DataFrame | None:
        """The needed groups; None if not every text is surely a record that one pattern of the main format reads."""
        head = next((each for each in self._heads if matches(texts.head(1), each.pattern).any()), None)
        if self._main is None or head is None or _may_be_others(texts, head.others):
            return None
        found = groups(texts, head.pattern)
        is_read = found[_END if _END in found.columns else "message"].null_count() == 0
        return self._main.named(found) if is_read and self._main.passes(found).all() else None

    def _records(self, lines: pl.DataFrame, reading: pl.DataFrame) -> pl.DataFrame:
        assert self._main is not None
        if self._main.declaration.severity is not None:
            reading = with_severity(reading, *self._main.declaration.severity)
        read = normalise(reading, self._reader.orders)
        times = ("timestamp", "zoned") if self._has_times else ()
        columns = read.select(*self._columns, *times, "yearless", "dateless").get_columns()
        return lines.rename({"text": "raw"}).hstack(columns).with_columns(format=pl.lit(self._main.name))


def _simple_main(cascade: Cascade) -> PatternFormat | None:
    """The main format, if its patterns alone decide what it reads, before any other format."""
    main = cascade.main
    if not isinstance(main, PatternFormat) or main is not cascade.formats[0] or main.name in SYSLOG_FORMATS:
        return None
    names = {name for pattern in main.patterns for name in groups_of(pattern)}
    is_simple = not (main.declaration.envelope or main.declaration.refinements or names & _PARTS_OF_OTHERS)
    return main if is_simple else None


def _heads_of(declaration: Declaration, columns: Collection[str]) -> Iterator[_Head]:
    needed = {group for column in columns for group in _GROUPS.get(column, ())}
    needed |= {group for group, _ in (*declaration.checks, *declaration.refuses)}
    if declaration.severity is not None and "level_text" in needed:
        needed.add(declaration.severity[0])
    for place, pattern in enumerate(declaration.patterns):
        rest = REST_OF_TEXT.search(pattern)
        if rest is not None and pattern.startswith("^"):
            tail = f"(?P<{_END}>(?s:.))?" if "+" in rest.groups() else f"(?P<{_END}>)"
            whole = pattern if "message" in needed else pattern[: rest.start()] + tail
            before = [f"(?:{unnamed(opening(each))})" for each in declaration.patterns[:place]]
            yield _Head(with_groups(whole, {*needed, _END}), "|".join((_APART, *before)))


def _may_be_others(texts: pl.Series, others: str) -> bool:
    """Whether any text may be read by more than one pattern: one that `others` matches, coloured ones, objects."""
    return bool(
        texts.str.ends_with("}").any() or texts.str.contains("\x1b", literal=True).any() or matches(texts, others).any()
    )
