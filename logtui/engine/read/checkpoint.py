"""What reading a file has come to, so that another process can go on from there."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from logtui.formats.turns import Track  # noqa: TC001  # msgspec needs the type
from logtui.lines import Place

if TYPE_CHECKING:
    from logtui.formats import RecordAssembler, SourceClock


class _Kept(msgspec.Struct, frozen=True):
    """A checkpoint as it is written down."""

    line: int
    offset: int
    records: int
    carry: bytes
    year: int | None
    years: Track | None
    day: int | None
    days: Track | None
    last: int | None
    skipped: dict[str, int]
    invalid_lines: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a source's reader between two blocks.

    Attributes:
        place: Where the first line begins that has not been read.
        records: Records delivered so far.
        carry: Lines of records that may still grow, as the assembler holds them.
        clock: What the records' times leave to those that follow.
        skipped: Bytes that are part of no record so far, by reason.
        invalid_lines: Lines so far with bytes that are not valid.
    """

    place: Place
    records: int
    carry: pl.DataFrame | None
    clock: SourceClock
    skipped: dict[str, int]
    invalid_lines: int

    @classmethod
    def of(cls, place: Place, assembler: RecordAssembler, skipped: dict[str, int], invalid_lines: int) -> Checkpoint:
        """The checkpoint of an assembler that has taken the lines before a place."""
        return cls(place, assembler.records, assembler.carry, assembler.clock, skipped, invalid_lines)

    def packed(self) -> bytes:
        """The checkpoint as bytes."""
        carry = io.BytesIO()
        if self.carry is not None:
            self.carry.write_ipc(carry)
        clock = self.clock
        return msgspec.msgpack.encode(
            _Kept(
                self.place.line,
                self.place.offset,
                self.records,
                carry.getvalue(),
                clock.year,
                clock.years,
                clock.day,
                clock.days,
                clock.last,
                self.skipped,
                self.invalid_lines,
            )
        )

    @classmethod
    def unpacked(cls, data: bytes, clock: SourceClock) -> Checkpoint:
        """A checkpoint out of bytes.

        Args:
            data: As `packed` returned them.
            clock: The source's clock as it would be at the start.

        Returns:
            The checkpoint.

        Raises:
            msgspec.DecodeError: If the bytes are none.
        """
        kept = msgspec.msgpack.decode(data, type=_Kept)
        clock = replace(clock, year=kept.year, years=kept.years, day=kept.day, days=kept.days, last=kept.last)
        carry = pl.read_ipc(io.BytesIO(kept.carry)) if kept.carry else None
        return cls(Place(kept.line, kept.offset), kept.records, carry, clock, kept.skipped, kept.invalid_lines)
