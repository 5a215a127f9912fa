"""Findings, which are what is kept of records: counts for the summary, and the profile that anomalies are found in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from logtui.analysis import Profile
from logtui.batch.tally import Tally
from logtui.engine.summaries.anomaly_profile import profiled
from logtui.formats import heads_of
from logtui.formats.coverage import Covered, together
from logtui.model.record import CORE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PLAIN: Final = "plain"
_IS_LONE_TIME: Final = (
    pl.all_horizontal(pl.col("severity_text", "level", "service", "logger").is_null())
    & pl.col("timestamp").is_not_null()
    & (pl.col("message").str.strip_chars() == "")
)


@dataclass(frozen=True, slots=True)
class Findings:
    """Sums over records; the findings of two sets of records add up to those of both.

    Attributes:
        tally: The counts of a summary.
        profile: The sums in which anomalies are found.
        coverage: How well each format has read its records, by the format's name.
    """

    tally: Tally
    profile: Profile
    coverage: Mapping[str, Covered]

    @classmethod
    def of(cls, records: pl.DataFrame, coverage: Mapping[str, Covered]) -> Findings:
        """Sum up records.

        Args:
            records: A frame of `countable`.
            coverage: How well each format has read them, by its name.
        """
        return cls(Tally.of(records), Profile.of(records, time.time_ns()), coverage)

    @classmethod
    def none(cls) -> Findings:
        """The sums over no records."""
        return cls.of(countable(pl.DataFrame(schema=CORE_SCHEMA)), {})

    @classmethod
    def merged(cls, several: Sequence[Findings]) -> Findings:
        """The sums over all records together.

        Args:
            several: At least one.
        """
        if len(several) == 1:
            return several[0]
        return cls(
            Tally.merged([each.tally for each in several]),
            Profile.merged([each.profile for each in several]),
            together(each.coverage for each in several),
        )

    def packed(self) -> bytes:
        """Encode the sums."""
        return msgspec.msgpack.encode((self.tally.packed(), self.profile.packed(), self.coverage))

    @classmethod
    def unpacked(cls, data: bytes) -> Findings:
        """Decode what `packed` has made.

        Raises:
            msgspec.DecodeError: If the bytes are not packed findings.
        """
        tally, profile, coverage = msgspec.msgpack.decode(data, type=tuple[bytes, bytes, dict[str, Covered]])
        return cls(Tally.unpacked(tally), Profile.unpacked(profile), coverage)


def countable(records: pl.DataFrame) -> pl.DataFrame:
    """Reduce a record frame to the few columns that are counted, so that many rows can wait in memory.

    Args:
        records: A record frame.

    Returns:
        The columns of a profile, with the logger as service if there is none; and `malformed` (UInt32), the lines of
        each record that no format reads and that are neither part of a trace nor indented. A record that is only a time
        is malformed too, and its time is null, so that it does not count for any hour.
    """
    is_lone = records.select(_IS_LONE_TIME).to_series()
    columns = profiled(
        records.with_columns(
            service=pl.coalesce("service", "logger"), timestamp=records["timestamp"].set(is_lone, None)
        )
    )
    unread = ((records["format"] == _PLAIN) | is_lone).cast(pl.UInt32) + _unread_below(records["raw"])
    return columns.with_columns(malformed=unread)


def _unread_below(raws: pl.Series) -> pl.Series:
    """Count the lines below the first of each record that look like the beginning of another one; UInt32."""
    counts = pl.zeros(len(raws), dtype=pl.UInt32, eager=True)
    rows = raws.str.contains("\n", literal=True).arg_true()
    if not len(rows):
        return counts
    lines = pl.DataFrame({"row": rows, "line": raws.gather(rows).str.split("\n")}).explode("line")
    lines = lines.filter(pl.col("line").str.strip_chars() != "")
    heads = lines.with_columns(is_head=heads_of(lines["line"])).filter(~pl.col("row").is_first_distinct())
    found = heads.group_by("row").agg(pl.col("is_head").sum().cast(pl.UInt32))
    return counts.scatter(found["row"], found["is_head"])
