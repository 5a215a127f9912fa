"""Feeds the lines of one source to the assembler; envelopes of a known layout take a fast path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from logtui.formats.object_lines import apart
from logtui.formats.rows.continuation import is_linked, looks_continued
from logtui.formats.rows.envelope import Envelope
from logtui.formats.rows.objects import LAYOUTS
from logtui.formats.rows.times import in_zone
from logtui.formats.rules import BLANKS, DOCKER_PIECE
from logtui.formats.traces import FIRSTS_OF_CONTINUED, FIRSTS_OF_LEADS
from logtui.formats.wrappings import OBJECT_FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.formats.rows.cascade import RowCascade
    from logtui.formats.rows.layouts import Layout
    from logtui.formats.rows.record import Line
    from logtui.formats.rows.records import RowAssembler
    from logtui.formats.rows.sieve import RowSieve
    from logtui.formats.rows.tally import Tally

_DOUBTFUL_FIRSTS: Final = FIRSTS_OF_CONTINUED.union(BLANKS, ("",))
"""First characters of texts that may continue a record; the empty text may, too."""

_MAY_HOLD_SEVERAL: Final = frozenset("{[, \t")
"""First characters of lines that may hold several objects."""

_MAX_PAYLOAD: Final = DOCKER_PIECE // 4
"""Characters from which a payload may be a piece that Docker cut at 16 KiB of UTF-8, at most four bytes each.

Shorter pieces are marked with ` P`, `O+` or `E+` (see `formats.containers`)."""

FIRST_LINES: Final = 1000
"""So many lines of each source are read whether they are wanted or not, to know what fields its records have."""

_astuple: Final = msgspec.structs.astuple


class RowReader:
    """Reads the lines of one source.

    Args:
        cascade: Reads single lines.
        assembler: Joins the lines to records.
        tally: Counts envelopes; those that it counts become no records. None to make records of all.
        sieve: Tells which envelopes are not wanted; these become records only if further lines belong to them.
    """

    def __init__(
        self,
        cascade: RowCascade,
        assembler: RowAssembler,
        tally: Tally | None = None,
        sieve: RowSieve | None = None,
    ) -> None:
        self._cascade = cascade
        self._assembler = assembler
        self._tally = tally
        self._may_want = None if sieve is None else sieve.over(cascade)

    def feed(self, lines: Sequence[Line]) -> None:
        """Read the next lines of the source."""
        place = self._take_envelopes(lines, 0)
        while place < len(lines):
            self._take(lines[place])
            place = self._take_envelopes(lines, place + 1)

    def _take(self, line: Line) -> None:
        text = line[0]
        reading, starts = self._cascade.read(text)
        if text[:1] in _MAY_HOLD_SEVERAL and (reading is None or reading.format not in OBJECT_FORMATS):
            for piece in pieces_of(line):
                reading, starts = self._cascade.read(piece[0])
                self._assembler.feed(piece, reading, starts=starts)
        else:
            self._assembler.feed(line, reading, starts=starts)

    def _take_envelopes(self, lines: Sequence[Line], start: int) -> int:
        """Take envelopes by the fast path while it applies; returns the index of the first line not taken."""
        place = start
        while place < len(lines) and self._cascade.opens_envelopes:
            for layout in LAYOUTS.recent:
                end = self._take_by_layout(lines, place, layout)
                if end > place:
                    layout.reads += end - place
                    break
            else:
                return place
            place = end
        return place

    def _take_by_layout(self, lines: Sequence[Line], start: int, layout: Layout) -> int:
        """Take envelopes of one layout that surely start a record; returns the index of the first line not taken.

        This stays one long loop, because a function call per line would slow down iterating over a file.
        """
        assembler, cascade, tally, may_want = self._assembler, self._cascade, self._tally, self._may_want
        decode, count, plans, has_numbers = layout.decode, layout.count, layout.plans, layout.has_numbers
        has_one_raw = layout.has_one_raw
        streams, read_plain, zone = assembler.streams, assembler.times.read_plain, assembler.zone
        for place in range(start, len(lines)):
            line = lines[place]
            text = line[0]
            if text[:1] != "{":
                return place
            try:
                parts = _astuple(decode(text))
            except (msgspec.DecodeError, RecursionError):
                return place
            plan = plans.get(bytes(parts[count]) if has_one_raw else layout.raw_parts(parts))
            values = layout.texts_of(parts) if has_numbers else parts[:count]
            if plan is None or values is None or plan.time is None or plan.payload is None:
                return place
            payload = (plan.line(values) or "").rstrip("\r\n")
            time = read_plain(values[plan.time])
            name = plan.stream(values)
            stream = None if name is None else streams.get(name)
            if stream is None or stream.partial or time is None or len(payload) >= _MAX_PAYLOAD:
                return place
            ns = time[0] if time[1] else in_zone(time[0], zone)
            if tally is not None and tally.add_envelope(ns, plan, values, payload, cascade):
                assembler.pass_over(stream, line, payload)
                continue
            if "\x1b" in payload or " P" in payload or "O+" in payload or "E+" in payload:
                return place
            if payload[:1] in _DOUBTFUL_FIRSTS and (payload.isspace() or not payload or looks_continued(payload)):
                return place
            if stream.filled_above[:1] in FIRSTS_OF_LEADS and is_linked(payload, stream.above, stream.filled_above):
                return place
            if may_want is not None and line[1] > FIRST_LINES and not may_want(text, payload):
                assembler.pass_over(stream, line, payload, (line, ns, plan, values, payload, cascade))
                continue
            assembler.start_envelope(stream, line, payload, Envelope(plan, values, payload, cascade), ns)
        return len(lines)


def pieces_of(line: Line) -> Iterator[Line]:
    """Split a line that holds several JSON objects.

    Yields:
        One line per object, all with the number of the given line; the last includes its line end. Any other line is
        yielded as it is.
    """
    text, number, offset, left = line
    pieces = apart(text) or [text]
    for piece in pieces[:-1]:
        size = min(left, len(piece.encode()))
        yield piece, number, offset, size
        offset, left = offset + size, left - size
    yield pieces[-1], number, offset, left
