"""Counts of records for a summary. The tallies of parts add up to that of the whole, in any order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from logtui.analysis.profile import frame_of, ipc_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_NAMES: Final = 1_000_000
"""Names that a tally keeps: users and services can be unbounded, memory is not."""

_SCHEMA: Final = {"kind": pl.String(), "name": pl.String(), "count": pl.UInt64()}


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of records.

    Attributes:
        records: How many there are.
        malformed: Lines that no format could read and that do not look like part of the record above.
        undated: Records without a time.
        size: Bytes of all records.
        names: `kind` (level, service, user or hour of the day), `name` and `count`; of more than a million names only
            the commonest million.
    """

    records: int
    malformed: int
    undated: int
    size: int
    names: pl.DataFrame

    @classmethod
    def of(cls, records: pl.DataFrame) -> Tally:
        """Count records.

        Args:
            records: A frame of `findings.countable`.
        """
        kinds = {
            "level": _level_word(),
            "service": pl.col("service"),
            "user": pl.col("user"),
            "hour": pl.col("timestamp").dt.strftime("%H"),
        }
        sums = records.select(
            malformed=pl.col("malformed").sum(),
            undated=pl.col("timestamp").is_null().sum(),
            size=pl.col("bytes").sum(),
        ).row(0)
        malformed, undated, size = sums
        names = pl.concat([_counted(records, kind, name) for kind, name in kinds.items()])
        return cls(records.height, int(malformed), int(undated), int(size), names)

    @classmethod
    def merged(cls, tallies: Sequence[Tally]) -> Tally:
        """Add tallies up."""
        names = pl.concat([pl.DataFrame(schema=_SCHEMA), *(tally.names for tally in tallies)])
        summed = names.group_by("kind", "name").agg(pl.col("count").sum())
        if summed.height > _MOST_NAMES:
            summed = summed.sort("count", "name", descending=[True, False]).head(_MOST_NAMES)
        return cls(
            sum(tally.records for tally in tallies),
            sum(tally.malformed for tally in tallies),
            sum(tally.undated for tally in tallies),
            sum(tally.size for tally in tallies),
            summed,
        )

    def counts(self, kind: str, most: int | None = None) -> dict[str, int]:
        """Counts of one kind by name, the commonest first, equal ones by name.

        Args:
            kind: level, service, user or hour.
            most: How many names at most, None for all.
        """
        wanted = self.names.filter(kind=kind).sort("count", "name", descending=[True, False])
        return dict((wanted if most is None else wanted.head(most)).select("name", "count").iter_rows())

    def packed(self) -> bytes:
        """Encode the tally."""
        return msgspec.msgpack.encode((self.records, self.malformed, self.undated, self.size, ipc_of(self.names)))

    @classmethod
    def unpacked(cls, data: bytes) -> Tally:
        """Decode what `packed` has made.

        Raises:
            msgspec.DecodeError: If the bytes are not a packed tally.
        """
        records, malformed, undated, size, names = msgspec.msgpack.decode(data, type=tuple[int, int, int, int, bytes])
        return cls(records, malformed, undated, size, frame_of(names))


def _level_word() -> pl.Expr:
    """The level as written, in upper case; the normalised level if a number, a single letter or nothing is written."""
    word = pl.col("severity_text").str.to_uppercase()
    meant = pl.col("level").cast(pl.String).str.to_uppercase()
    is_word = ~word.str.contains(r"^(?:.?|[0-9]+)$")
    return pl.coalesce(pl.when(is_word).then(word), meant, pl.when(word != "").then(word))


def _counted(records: pl.DataFrame, kind: str, name: pl.Expr) -> pl.DataFrame:
    counted = (
        records.select(name.alias("name")).drop_nulls().group_by("name").agg(pl.len().cast(pl.UInt64).alias("count"))
    )
    return counted.select(pl.lit(kind).alias("kind"), "name", "count")
