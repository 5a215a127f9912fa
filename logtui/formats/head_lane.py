"""Reads only the columns that are asked for, of lines that are records by themselves and read by the main format.

Such lines are most of a log. Nothing about them depends on their neighbours, a payload or another format, so that one
pattern with few groups reads them, several times as fast as the cascade. All other lines are read in full; with a
sieve, so are the few lines that a query may match, and of the others only the times.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import polars as pl

from logtui.formats import normalised
from logtui.formats.base import PatternFormat, with_severity
from logtui.formats.cmtrace import NAME as CMTRACE
from logtui.formats.declaration import REST_OF_TEXT
from logtui.formats.normalised import TIMES
from logtui.formats.patterns import groups, groups_of, matches, opening, unnamed, with_groups
from logtui.formats.rules import SYSLOG_FORMATS
from logtui.formats.traces import ERROR_ALONE, PART_OF_TRACE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from logtui.formats.cascade import Cascade
    from logtui.formats.declaration import Declaration
    from logtui.formats.line_reader import LineReader
    from logtui.formats.sieve import Sieve

_END: Final = "_end"
"""The group behind a head: it takes part in each match, and needs a character if the message may not be empty."""

_APART: Final = rf"{PART_OF_TRACE}|^{ERROR_ALONE}|^[ \t]|^[,\[\x{{feff}}][ \t,\[\x{{feff}}]*\{{|^\{{"
"""Lines on which more decides than the main format: parts of traces, indented lines, and all that may begin an
object."""

_DIGIT_FIRST: Final = re.compile(r"\^\(\?P<\w+>\\d\{\d+\}[^|()]*\)")
"""A pattern of lines that begin with a digit, none of which `_APART` matches."""

_SAMPLE: Final = 256
"""Lines of a block by which the pattern for the block is chosen."""

_LEAST_ALONE: Final = 8
"""Lines of a block per line that is read in full; where there are fewer, the whole block is read in full."""

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


class Block(Protocol):
    """Whole lines of a source, which are split when they are asked for.

    Attributes:
        data: The lines as valid UTF-8 without NULs, every line of which has the same end. Empty if they must be split.
        line: Number of the first line of `data`.
        offset: Byte offset of the first line of `data`.
        end: Bytes of a line's end.
        lines: Physical lines: `text`, `line`, `offset`, `bytes`.
    """

    @property
    def data(self) -> bytes: ...  # noqa: D102
    @property
    def line(self) -> int: ...  # noqa: D102
    @property
    def offset(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def lines(self) -> pl.DataFrame: ...  # noqa: D102


class Heads(NamedTuple):
    """A block of lines, most of which are records by themselves: the next line is known to start another one.

    Attributes:
        block: Physical lines: `text`, `line`, `offset`, `bytes`, or what they are split from when they are needed.
        records: The records of such lines: the columns that were asked for, and those that cost nothing; with
            `timestamp` also `zoned`, `yearless` and `dateless`. Empty if they were not even split from the block.
        rest: The full reading of all other lines, each behind the line above it; None if there are none.
        begins_alone: Whether the first line is a record by itself, so that no record goes on behind the lines before.
        ends_alone: Whether the last line is one of `records`; it may still grow.
        are_passed: Whether a sieve has shown that nobody wants `records`; only their number and times matter.
    """

    block: pl.DataFrame | Block
    records: pl.DataFrame
    rest: pl.DataFrame | None
    begins_alone: bool
    ends_alone: bool
    are_passed: bool = False

    @property
    def lines(self) -> pl.DataFrame:
        """All lines of the block."""
        return self.block if isinstance(self.block, pl.DataFrame) else self.block.lines

    @classmethod
    def of(
        cls, lines: pl.DataFrame, records: pl.DataFrame, rest: pl.DataFrame | None, *, are_passed: bool = False
    ) -> Heads:
        """Heads of lines that were split; arguments as the attributes."""
        first, last = lines["offset"][0], lines["offset"][-1]
        begins_alone = bool(len(records) and records["offset"][0] == first)
        ends_alone = rest is None or bool(len(records) and records["offset"][-1] == last)
        return cls(lines, records, rest, begins_alone, ends_alone, are_passed)

    def last(self) -> Heads:
        """The last line, if it is one of `records`."""
        return Heads.of(self.lines.tail(1), self.records.tail(1), None, are_passed=self.are_passed)


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
        main: The main format of the source, as `simple_main` returns it.
        columns: The record columns that are asked for.
        sieve: What every wanted record meets; None if all records are wanted.
        otherwise: Reads the blocks that are not read by one pattern, or of which the sieve holds back much; by default
            `reader`.
    """

    def __init__(
        self,
        reader: LineReader,
        main: PatternFormat,
        columns: Collection[str],
        sieve: Sieve | None = None,
        otherwise: HeadLane | None = None,
    ) -> None:
        self._reader = reader
        self._sieve = sieve
        self._otherwise = otherwise or reader
        self._columns = [name for name in _GROUPS if name in columns and name not in TIMES]
        self._has_times = not TIMES.isdisjoint(columns)
        self._main = main
        self._heads = tuple(_heads_of(main.declaration, columns, _before_main(reader.cascade) or ()))

    def read(self, block: pl.DataFrame | Block) -> pl.DataFrame | Heads:
        """Read consecutive lines.

        Args:
            block: Physical lines: `text`, `line`, `offset`, `bytes`, or what they are split from.

        Returns:
            Heads; the lines with their full normalised reading, as `LineReader.read` returns them, if many of them are
            not read by one pattern of the main format, or may be wanted.
        """
        lines = block if isinstance(block, pl.DataFrame) else block.lines
        head = self._head_of(lines.gather_every(1 + len(lines) // _SAMPLE))
        heads = None if head is None else self._heads_in(lines, head, has_marks=_has_marks(block))
        return self._otherwise.read(lines) if heads is None else heads

    def are_alone(self, texts: pl.Series) -> pl.Series:
        """Whether lines begin a record whatever stands before them, and end the record before them.

        Args:
            texts: String.

        Returns:
            Boolean, same height.
        """
        alone = pl.repeat(False, len(texts), eager=True)
        for head in self._heads:
            found = groups(texts, head.pattern)
            is_read = found[_END if _END in found.columns else "message"].is_not_null() & self._main.passes(found)
            alone |= is_read & ~_may_be_others(texts, head.others)
        return alone

    def _head_of(self, sample: pl.DataFrame) -> _Head | None:
        """The first way in which most of some lines can be read; None if many of them may be wanted."""
        texts = sample["text"]
        head = next((each for each in self._heads if are_few(~matches(texts, each.pattern))), None)
        return None if head is None or self._wants_many(sample, head) else head

    def _wants_many(self, sample: pl.DataFrame, head: _Head) -> bool:
        """Whether many of some lines may be wanted, so that the block is read in full anyway."""
        if self._sieve is None:
            return False
        records = sample.rename({"text": "raw"})
        if self._sieve.heads:
            records = self._records(sample, groups(sample["text"], head.pattern))
        return not are_few(self._sieve.holding_heads(records))

    def _heads_in(self, lines: pl.DataFrame, head: _Head, *, has_marks: bool) -> Heads | None:
        odd = _may_be_others(lines["text"], head.others, has_marks=has_marks)
        if not are_few(odd):
            return None
        found = groups(lines["text"], head.pattern)
        odd |= found[_END if _END in found.columns else "message"].is_null() | ~self._main.passes(found)
        if not are_few(odd):
            return None
        odd |= odd.shift(-1, fill_value=False)
        alone = ~odd
        records = self._records(*((lines.filter(alone), found.filter(alone)) if odd.any() else (lines, found)))
        if self._sieve is not None:
            wanted = self._sieve.holding_heads(records)
            if not are_few(wanted):
                return None
            odd = odd.scatter(alone.arg_true().filter(wanted), True)
            records = records.filter(~wanted)
        rest = self._reader.read(lines.filter(odd)) if odd.any() else None
        if rest is not None and are_apart(rest):
            return None
        return Heads.of(lines, records, rest, are_passed=self._sieve is not None)

    def _records(self, lines: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
        severity = self._main.declaration.severity
        # Words that stand for no value are no levels either, so that they need not be looked for.
        is_plain_level = self._columns == ["level"] and not self._has_times and severity is None
        reading = found if is_plain_level else self._main.named(found)
        if severity is not None:
            reading = with_severity(reading, *severity)
        times = TIMES if self._has_times else ()
        columns = normalised.columns(reading, (*self._columns, *times), self._reader.orders)
        return lines.rename({"text": "raw"}).with_columns(*columns, format=pl.lit(self._main.name))


def simple_main(cascade: Cascade) -> PatternFormat | None:
    """The main format of a source, if patterns alone decide what it reads and what the formats before it; else None."""
    main = cascade.main
    before = _before_main(cascade)
    if not isinstance(main, PatternFormat) or before is None or main.name in SYSLOG_FORMATS:
        return None
    names = {name for pattern in main.patterns for name in groups_of(pattern)}
    is_simple = not (main.declaration.envelope or main.declaration.refinements or names & _PARTS_OF_OTHERS)
    return main if is_simple else None


def _before_main(cascade: Cascade) -> tuple[str, ...] | None:
    """The patterns of the formats that are tried before the main one; None if one of these has other means."""
    before = cascade.formats[: cascade.formats.index(cascade.main)] if cascade.main in cascade.formats else (None,)
    patterns = [each.patterns for each in before if isinstance(each, PatternFormat)]
    return tuple(chain.from_iterable(patterns)) if len(patterns) == len(before) else None


def _heads_of(declaration: Declaration, columns: Collection[str], before: tuple[str, ...]) -> Iterator[_Head]:
    """The ways in which a format reads a line, one for each of its patterns that ends in the message."""
    needed = _needed(declaration, columns)
    for place, pattern in enumerate(declaration.patterns):
        rest = REST_OF_TEXT.search(pattern)
        if rest is not None and pattern.startswith("^"):
            tail = f"(?P<{_END}>(?s:.))?" if "+" in rest.groups() else f"(?P<{_END}>)"
            whole = pattern if "message" in needed else pattern[: rest.start()] + tail
            others = (f"(?:{unnamed(opening(each))})" for each in (*before, *declaration.patterns[:place]))
            apart = () if _DIGIT_FIRST.match(pattern) else (_APART,)
            yield _Head(with_groups(whole, {*needed, _END}), "|".join((*apart, *others)))


def _needed(declaration: Declaration, columns: Collection[str]) -> set[str]:
    """The groups that the columns and the checks need."""
    needed = {group for column in columns for group in _GROUPS.get(column, ())}
    needed |= {group for group, _ in (*declaration.checks, *declaration.refuses)}
    if declaration.severity is not None and "level_text" in needed:
        needed.add(declaration.severity[0])
    return needed


def are_few(odd: pl.Series) -> bool:
    """Whether so few lines of a block are odd that reading them in full costs less than reading the whole block."""
    return int(odd.sum()) * _LEAST_ALONE <= len(odd)


def _has_marks(block: pl.DataFrame | Block) -> bool:
    """Whether a line may be coloured, or end like an object: searching bytes costs a tenth of searching lines."""
    data = b"" if isinstance(block, pl.DataFrame) else block.data
    return not data or b"\x1b" in data or b"}" in data


def _may_be_others(texts: pl.Series, others: str, *, has_marks: bool = True) -> pl.Series:
    """Whether each text may be read by more than one pattern: those that `others` matches, coloured ones, objects."""
    others_match = matches(texts, others) if others else pl.repeat(False, len(texts), eager=True)
    if not has_marks:
        return others_match
    return texts.str.ends_with("}") | texts.str.contains("\x1b", literal=True) | others_match


def are_apart(rest: pl.DataFrame) -> bool:
    """Whether read lines may go on behind heads: those of an envelope's stream, or of an entry with its end."""
    is_apart = (pl.col("stream") != "") | pl.col("partial").is_not_null() | (pl.col("format") == CMTRACE)
    return bool(rest.select(is_apart.any()).item())
