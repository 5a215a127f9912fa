"""Checkpoints: the state of a reader in the middle of a file, from which another process can continue."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from logtui.formats.turns import Track  # msgspec needs the type
from logtui.lines import Place

if TYPE_CHECKING:
    from logtui.formats import RecordAssembler, SourceClock


class _Kept(msgspec.Struct, frozen=True):
    """The encoded form of a checkpoint."""

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
        place: The beginning of the first line that has not been read.
        records: Records yielded so far.
        carry: The lines of records that may still grow, as the assembler holds them.
        clock: The state from which the times of later records are completed, such as the year so far.
        skipped: Bytes so far that are part of no record, by reason.
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
        """Make the checkpoint of an assembler that has been fed all lines before a place."""
        return cls(place, assembler.records, assembler.carry, assembler.clock, skipped, invalid_lines)

    def packed(self) -> bytes:
        """Encode the checkpoint."""
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
        """Decode what `packed` has made.

        Args:
            data: The bytes.
            clock: The source's clock before its first record, which gives the zone and the date of the file.

        Returns:
            The checkpoint.

        Raises:
            msgspec.DecodeError: If the bytes are not a checkpoint.
        """
        kept = msgspec.msgpack.decode(data, type=_Kept)
        clock = replace(clock, year=kept.year, years=kept.years, day=kept.day, days=kept.days, last=kept.last)
        carry = pl.read_ipc(io.BytesIO(kept.carry)) if kept.carry else None
        return cls(Place(kept.line, kept.offset), kept.records, carry, clock, kept.skipped, kept.invalid_lines)
