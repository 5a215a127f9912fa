"""Searches blocks for the texts that a query requires before they are split, and reads the lines around these only.

A block of 4 MB without the text is searched in 6 ms, a tenth of what reading its lines costs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.formats.head_lane import Heads, are_apart

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from logtui.formats.head_lane import Block, HeadLane
    from logtui.formats.line_reader import LineReader
    from logtui.formats.object_lane import ObjectLane
    from logtui.formats.sieve import Sieve

_PLAIN: Final = re.compile(r"[A-Za-z0-9 _.:,;=@+-]{2,}")
"""Needles that stand in a text as they are: neither JSON nor quotes write these characters in another way, except by
the escape `_ESCAPE`."""

_ESCAPE: Final = b"\\u"
_OTHER_CASES: Final = ("\u212a".encode(), "\u017f".encode())
"""The characters beyond ASCII that are `k` and `s` in another case (Unicode's simple folding)."""

_BYTES_PER_HIT: Final = 16_384
"""Bytes of a block per line with a needle; where there are more, splitting the block costs less."""

_REACH: Final = 32
"""How many lines before and behind a line with a needle the borders of its record are sought in."""

_NO_RECORDS: Final = {
    "offset": pl.UInt64(),
    "timestamp": pl.Datetime("ns", "UTC"),
    "zoned": pl.Boolean(),
    "yearless": pl.Boolean(),
    "dateless": pl.Boolean(),
}


class _Span(NamedTuple):
    """Whole lines in a block: the bytes from `first` to before `last`."""

    first: int
    last: int


class NeedleLane:
    """Reads the blocks of a source by the texts that every wanted record holds.

    Args:
        reader: The reader of all columns.
        needles: The clause that is searched for, as `searchable` returns it.
        otherwise: Reads the blocks that hold many needles, and tells which lines are records by themselves.
        has_times: Whether the times of the wanted records are needed; those that lack a year or a day follow from the
            records before.
    """

    def __init__(
        self, reader: LineReader, needles: Sequence[bytes], otherwise: HeadLane | ObjectLane, *, has_times: bool
    ) -> None:
        self._reader = reader
        self._needles = (*needles, _ESCAPE)
        self._otherwise = otherwise
        self._has_times = has_times

    def read(self, block: Block) -> pl.DataFrame | Heads:
        """Read consecutive lines.

        Args:
            block: The lines.

        Returns:
            Heads without records whose `rest` are the records around needles and the last one; what the other lane
            returns if there are many, or if their borders are not near.
        """
        heads = self._heads_in(block) if block.data else None
        return self._otherwise.read(block.lines) if heads is None else heads

    def _heads_in(self, block: Block) -> Heads | None:
        hits = self._hits(block.data)
        if hits is None:
            return None
        first, last = _line_at(block.data, 0), _line_at(block.data, len(block.data) - 1)
        alone = self._alone(block, {each for line in (first, *hits, last) for each in _with_next(block.data, line)})
        wanted = {*hits, last} if first in alone else {first, *hits, last}
        spans = [self._record_around(block, line, alone) for line in sorted(wanted)]
        found = [span for span in spans if span is not None]
        if len(found) < len(spans):
            return None
        rest = self._reader.read(_lines_in(block, found))
        if are_apart(rest) or (self._has_times and _are_undated(rest)):
            return None
        return Heads(block, pl.DataFrame(schema=_NO_RECORDS), rest, first in alone, ends_alone=False, are_passed=True)

    def _alone(self, block: Block, lines: Collection[_Span]) -> set[_Span]:
        """Which of some lines are records by themselves."""
        ordered = sorted(lines)
        texts = pl.Series([block.data[line.first : line.last - block.end].decode() for line in ordered])
        return {ordered[row] for row in self._otherwise.are_alone(texts).arg_true()}

    def _record_around(self, block: Block, line: _Span, alone: Collection[_Span]) -> _Span | None:
        """From the record by itself at or before a line to before the one behind it; None if one is not near."""
        following = _with_next(block.data, line)[1:]
        if line in alone and all(each in alone for each in following):
            return line
        above, below = _lines_before(block.data, line.first), _lines_behind(block.data, line.last)
        alone = self._alone(block, {line, *above, *below})
        first = next((each.first for each in (line, *above) if each in alone), _if_reached(above, 0))
        last = next((each.first for each in below if each in alone), _if_reached(below, len(block.data)))
        return None if first is None or last is None else _Span(first, last)

    def _hits(self, data: bytes) -> list[_Span] | None:
        """The lines with a needle, in order; None if there are many."""
        if not data.isascii() and any(other in data for other in _OTHER_CASES):
            return None
        most, lowered, hits = len(data) // _BYTES_PER_HIT, data.lower(), set()
        for needle in self._needles:
            at = lowered.find(needle)
            while at >= 0:
                line = _line_at(data, at)
                hits.add(line)
                if len(hits) > most:
                    return None
                at = lowered.find(needle, line.last)
        return sorted(hits)


def searchable(sieve: Sieve) -> list[bytes]:
    """Choose the clause of a sieve by which bytes are searched.

    Args:
        sieve: The sieve.

    Returns:
        Needles in lower case, of which each wanted record holds one as it stands or with an escape; empty if no clause
        can be searched for in bytes.
    """
    clauses = [clause for clause in sieve.needles if all(map(_PLAIN.fullmatch, clause))]
    longest = max(clauses, key=lambda clause: min(map(len, clause)), default=())
    return [needle.lower().encode() for needle in longest]


def _are_undated(rest: pl.DataFrame) -> bool:
    return bool(rest["yearless"].any() or rest["dateless"].any())


def _line_at(data: bytes, at: int) -> _Span:
    """The line that holds a byte."""
    return _Span(data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at) + 1)


def _with_next(data: bytes, line: _Span) -> list[_Span]:
    """A line, and the next one if there is one."""
    return [line] if line.last == len(data) else [line, _line_at(data, line.last)]


def _lines_before(data: bytes, first: int) -> list[_Span]:
    """The lines before a place, the nearest first."""
    lines: list[_Span] = []
    while first > 0 and len(lines) < _REACH:
        lines.append(_line_at(data, first - 1))
        first = lines[-1].first
    return lines


def _lines_behind(data: bytes, last: int) -> list[_Span]:
    """The lines behind a place, the nearest first."""
    lines: list[_Span] = []
    while last < len(data) and len(lines) < _REACH:
        lines.append(_line_at(data, last))
        last = lines[-1].last
    return lines


def _if_reached(lines: Sequence[_Span], border: int) -> int | None:
    """The border of the block if it is not beyond reach."""
    return border if len(lines) < _REACH else None


def _lines_in(block: Block, spans: Sequence[_Span]) -> pl.DataFrame:
    """The physical lines of spans that are in order and may overlap: `text`, `line`, `offset`, `bytes`."""
    data, number, counted, done = block.data, block.line, 0, 0
    rows = []
    for span in spans:
        at = max(span.first, done)
        while at < span.last:
            number, counted = number + data.count(b"\n", counted, at), at
            end = data.find(b"\n", at) + 1
            rows.append((data[at : end - block.end].decode(), number, block.offset + at, end - at))
            at = end
        done = max(done, span.last)
    schema = {"text": pl.String, "line": pl.UInt64, "offset": pl.UInt64, "bytes": pl.UInt64}
    return pl.DataFrame(rows, schema=schema, orient="row")
