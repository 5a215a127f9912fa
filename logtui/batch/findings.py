"""What records come to: counts for the summary, and the profile that anomalies are found in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from logtui.analysis import Profile
from logtui.batch.tally import Tally
from logtui.engine.profiling import profiled
from logtui.model.record import CORE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN: Final = "plain"


@dataclass(frozen=True, slots=True)
class Findings:
    """Sums over some records.

    Attributes:
        tally: What a summary counts.
        profile: What anomalies are found in.
    """

    tally: Tally
    profile: Profile

    @classmethod
    def of(cls, records: pl.DataFrame) -> Findings:
        """Sum up records.

        Args:
            records: As `counted` makes them.
        """
        return cls(Tally.of(records), Profile.of(records, time.time_ns()))

    @classmethod
    def none(cls) -> Findings:
        """The sums over no records."""
        return cls.of(counted(pl.DataFrame(schema=CORE_SCHEMA)))

    @classmethod
    def merged(cls, several: Sequence[Findings]) -> Findings:
        """The sums over all records together.

        Args:
            several: At least one.
        """
        if len(several) == 1:
            return several[0]
        return cls(Tally.merged([each.tally for each in several]), Profile.merged([each.profile for each in several]))

    def packed(self) -> bytes:
        """The sums as bytes."""
        return msgspec.msgpack.encode((self.tally.packed(), self.profile.packed()))

    @classmethod
    def unpacked(cls, data: bytes) -> Findings:
        """Sums out of bytes.

        Raises:
            msgspec.DecodeError: If the bytes are none.
        """
        tally, profile = msgspec.msgpack.decode(data, type=tuple[bytes, bytes])
        return cls(Tally.unpacked(tally), Profile.unpacked(profile))


def counted(records: pl.DataFrame) -> pl.DataFrame:
    """What is summed up of a record frame: few columns, so that many rows can wait.

    A record without a service counts for its logger; one is malformed that no format could read.
    """
    service = pl.coalesce("service", "logger")
    columns = profiled(records.with_columns(service=service))
    return columns.hstack(records.select(is_malformed=pl.col("format").fill_null(_PLAIN) == _PLAIN))
