"""Feeds the lines of one source to the assembler; envelopes of a known layout take a fast path."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.formats.object_lines import apart
from logtui.formats.rows.continuation import is_linked, leads_on, looks_continued
from logtui.formats.rows.envelope import Envelope
from logtui.formats.rows.objects import LAYOUTS
from logtui.formats.rows.times import in_zone
from logtui.formats.rules import BLANKS, DOCKER_PIECE, STREAM_GAP
from logtui.formats.traces import FIRSTS_OF_CONTINUED, FIRSTS_OF_LEADS
from logtui.formats.wrappings import OBJECT_FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.formats.rows.cascade import RowCascade
    from logtui.formats.rows.layouts import Layout
    from logtui.formats.rows.reading import Reading
    from logtui.formats.rows.record import Line
    from logtui.formats.rows.records import RowAssembler, Stream
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

_MOST_TAKEN: Final = 2 * STREAM_GAP
"""Lines of a block that may be left out in vain; where there are more, the next block is read without leaving out."""

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
        self._sieve = sieve
        self._left = _LeftOut()
        self._may_hold = sieve.may_hold if sieve is not None and sieve.has_needles else None
        self._level_may_be = (
            None if sieve is None or sieve.has_level is None else lru_cache(maxsize=1024)(sieve.has_level)
        )

    def feed(self, lines: Sequence[Line]) -> None:
        """Read the next lines of the source."""
        sieve, left = self._sieve, self._left
        if sieve is not None and lines[0][1] > FIRST_LINES:
            left.is_on = left.pays and self._cascade.opens_envelopes
            left.is_clean = sieve.has_needles and not sieve.may_hold("\n".join([line[0] for line in lines]))
        place = 0
        while place < len(lines):
            place = self._take_envelopes(lines, place)
            if place < len(lines):
                self._catch_up()
                self._take(lines[place])
                place += 1
        self._assembler.hold_from(left.first(lines[-1][1]))

    def _take(self, line: Line) -> None:
        text = line[0]
        reading, starts = self._cascade.read(text)
        if self._sieve is not None:
            self._mind(line, reading)
        if text[:1] in _MAY_HOLD_SEVERAL and (reading is None or reading.format not in OBJECT_FORMATS):
            for piece in pieces_of(line):
                reading, starts = self._cascade.read(piece[0])
                self._assembler.feed(piece, reading, starts=starts)
        else:
            self._assembler.feed(line, reading, starts=starts)

    def _mind(self, line: Line, reading: Reading | None) -> None:
        """Note whether the next lines may continue a record because of this one, so that none may be left out."""
        said = None if reading is None else reading.text("payload")
        if (reading is not None and reading.text("partial")) or leads_on(line[0] if said is None else said):
            self._left.careful_until = line[1] + STREAM_GAP

    def _take_envelopes(self, lines: Sequence[Line], start: int) -> int:
        """Take envelopes by the fast path while it applies; returns the index of the first line not taken."""
        place = start
        while place < len(lines) and self._cascade.opens_envelopes:
            for layout in LAYOUTS.recent:
                end = (
                    self._take_or_leave(lines, place, layout)
                    if self._left.is_on
                    else self._take_by_layout(lines, place, layout, len(lines))
                )
                if end > place:
                    layout.reads += end - place
                    break
            else:
                return place
            place = end
        return place

    def _take_or_leave(self, lines: Sequence[Line], start: int, layout: Layout) -> int:
        """Leave out envelopes that cannot be wanted, and take the next; returns the index of the first line left."""
        left = self._left
        end = self._leave_out(lines, start, layout) if lines[start][1] > left.careful_until else start
        if end > start:
            left.add(layout, lines[max(start, end - STREAM_GAP) : end])
        return self._take_by_layout(lines, end, layout, min(end + 1, len(lines)))

    def _leave_out(self, lines: Sequence[Line], start: int, layout: Layout) -> int:
        """Leave out envelopes that surely start unwanted records; returns the index of the first other line.

        As in `_take_by_layout`, a function call per line would slow this down.
        """
        left, may_hold, level_may_be = self._left, self._may_hold, self._level_may_be
        is_clean, read_head = left.is_clean, self._cascade.read_payload_head
        decode, count, plans, has_numbers = layout.decode, layout.count, layout.plans, layout.has_numbers
        has_one_raw = layout.has_one_raw
        for place in range(start, len(lines)):
            text = lines[place][0]
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
            if len(payload) >= _MAX_PAYLOAD or "\x1b" in payload or plan.stream(values) is None:
                return place
            first = payload[:1]
            if first in FIRSTS_OF_LEADS and leads_on(payload):
                return place
            if level_may_be is None or (head := read_head(payload)) is None or level_may_be(head[0]):
                if may_hold is None or "}" in payload or (not is_clean and may_hold(text)):
                    return place
                if _is_doubtful(payload):
                    return place
        return len(lines)

    def _catch_up(self) -> None:
        """Note the last lines that were left out, since the next line may depend on the lines above it."""
        for layout, line in self._left.taken():
            self._note(layout, line)

    def _note(self, layout: Layout, line: Line) -> None:
        """Pass over a line that was left out, unless its stream has gone on."""
        assembler = self._assembler
        found = layout.read_again(line[0])
        if found is None:
            return
        plan, values = found
        stream = assembler.stream_named(plan.stream(values) or "", line[1])
        if stream.line > line[1]:
            return
        time = None if plan.time is None else assembler.times.read_plain(values[plan.time])
        if time is None:
            self._take(line)
            return
        ns = time[0] if time[1] else in_zone(time[0], assembler.zone)
        payload = (plan.line(values) or "").rstrip("\r\n")
        assembler.pass_over(stream, line, payload, (line, ns, plan, values, payload, self._cascade))

    def _take_by_layout(self, lines: Sequence[Line], start: int, layout: Layout, end: int) -> int:
        """Take envelopes of one layout that surely start a record; returns the index of the first line not taken.

        This stays one long loop, because a function call per line would slow down iterating over a file.
        """
        assembler, cascade, tally, has_sieve = self._assembler, self._cascade, self._tally, self._sieve is not None
        decode, count, plans, has_numbers = layout.decode, layout.count, layout.plans, layout.has_numbers
        has_one_raw = layout.has_one_raw
        streams, read_plain, zone = assembler.streams, assembler.times.read_plain, assembler.zone
        for place in range(start, end):
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
            if has_sieve and self._is_unwanted(line, payload, stream):
                assembler.pass_over(stream, line, payload, (line, ns, plan, values, payload, cascade))
                continue
            if "\x1b" in payload or _is_doubtful(payload):
                return place
            if stream.filled_above[:1] in FIRSTS_OF_LEADS and is_linked(payload, stream.above, stream.filled_above):
                return place
            assembler.start_envelope(stream, line, payload, Envelope(plan, values, payload, cascade), ns)
        return end

    def _is_unwanted(self, line: Line, payload: str, stream: Stream) -> bool:
        """Whether an envelope surely starts a record that is not wanted unless further lines belong to it."""
        if leads_on(payload):
            self._left.careful_until = line[1] + STREAM_GAP
        if line[1] <= FIRST_LINES or "\x1b" in payload:
            return False
        level_may_be, may_hold = self._level_may_be, self._may_hold
        if level_may_be is not None:
            head = self._cascade.read_payload_head(payload)
            if head is not None and not level_may_be(head[0]):
                return True
        if may_hold is None or "}" in payload or may_hold(line[0]):
            return False
        return not _is_doubtful(payload) and not is_linked(payload, stream.above, stream.filled_above)


class _LeftOut:
    """The last lines of a source that were left out, since they surely start records which are not wanted.

    Attributes:
        is_on: Whether lines are left out in this block.
        is_clean: Whether no line of this block holds the needles.
        careful_until: The number of the line up to which none is left out: a line above leads on to it.
    """

    def __init__(self) -> None:
        self.is_on = False
        self.is_clean = False
        self.careful_until = 0
        self._runs: list[tuple[Layout, Sequence[Line]]] = []
        self._taken = 0

    @property
    def pays(self) -> bool:
        """Whether at most half of a block of lines had to be taken after all since this was asked."""
        pays = self._taken <= _MOST_TAKEN
        self._taken = 0
        return pays

    def add(self, layout: Layout, lines: Sequence[Line]) -> None:
        """Add consecutive lines of one layout."""
        self._runs.append((layout, lines))

    def first(self, number: int) -> Line | None:
        """Forget the lines that are too far above a line to be continued behind it; the first of the others."""
        self._runs = [run for run in self._runs if number - run[1][-1][1] <= STREAM_GAP]
        return self._runs[0][1][0] if self._runs else None

    def taken(self) -> list[tuple[Layout, Line]]:
        """Take out the lines that the next line may depend on, in their order."""
        lines = [(layout, line) for layout, run in self._runs for line in run]
        self._runs = []
        self._taken += len(lines)
        return lines[-STREAM_GAP:]


def _is_doubtful(payload: str) -> bool:
    """Whether an inner line may continue the record above, or be marked as a piece of a longer one."""
    # Most lines lack both letters: finding one letter takes a tenth of the time that finding two takes.
    if ("P" in payload and " P" in payload) or ("+" in payload and ("O+" in payload or "E+" in payload)):
        return True
    return payload[:1] in _DOUBTFUL_FIRSTS and (payload.isspace() or not payload or looks_continued(payload))


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
