"""A profile: what anomalies are found in. Profiles of parts add up to that of the whole, in any order."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import polars as pl

from logtui.model.levels import LEVEL_DTYPE
from logtui.model.record import TIME_DTYPE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROFILED: Final[dict[str, pl.DataType]] = {
    "timestamp": TIME_DTYPE,
    "level": LEVEL_DTYPE,
    "severity_text": pl.String(),
    "service": pl.String(),
    "user": pl.String(),
    "source": pl.String(),
    "line": pl.UInt64(),
    "offset": pl.UInt64(),
    "bytes": pl.UInt64(),
    "pattern": pl.String(),
    "is_cut": pl.Boolean(),
}
"""The columns of records that a profile is made of."""

SECOND: Final = 1_000_000_000
STEPS: Final = (10 * SECOND, 60 * SECOND, 600 * SECOND, 3_600 * SECOND, 21_600 * SECOND, 86_400 * SECOND)
"""Widths of the buckets that are counted in, nanoseconds; the finest that does not take too many."""

LONG_BYTES: Final = 16_384
"""Records from here on are long."""

EARLIEST: Final = 946_684_800 * SECOND
"""2000-01-01: what is older was never set, as 1970 is."""

BACKWARD: Final = 5 * SECOND
"""Steps back in time of one source that are at least so long are odd; writers in parallel make shorter ones."""

_MOST_COUNTS: Final = 100_000
_MOST_USERS: Final = 20_000
_LIGHT: Final = 100
"""Where there are too many counts of users, those below this part of their bucket's are put together."""

_MOST_PATTERNS: Final = 20_000
_SAMPLES: Final = 3
_DAY: Final = 86_400 * SECOND
PLACE: Final = ("source", "line", "offset")
"""The columns that tell where a record is."""

_COUNTS: Final = ("bucket", "level", "service")
_USERS: Final = ("bucket", "user")
_WORDS: Final = ("severity_text", "level")


class Place(NamedTuple):
    """Where a record is.

    Attributes:
        source: Its source.
        line: The number of its first line there.
        offset: The byte that it begins at.
    """

    source: str
    line: int
    offset: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> tuple[Place, ...]:
        """The place that a row of a frame names; none if it names none."""
        found = tuple(row[name] for name in PLACE)
        return () if None in found else (cls(*found),)

    @classmethod
    def of_all(cls, frame: pl.DataFrame, most: int = 3) -> tuple[Place, ...]:
        """The places that the first few rows of a frame name."""
        return tuple(place for row in frame.head(most).iter_rows(named=True) for place in cls.of(row))


@dataclass(frozen=True, slots=True)
class Profile:
    """Sums over some records.

    Attributes:
        records: How many there are.
        step: Width of the buckets, nanoseconds.
        counts: `bucket` (its start, epoch nanoseconds), `level`, `service`, `count`, and the place of the first.
        users: `bucket`, `user` (null for many together that have few records each), `count`, and the place of the
            first.
        words: `severity_text`, `level`, `count`, and the place of the first.
        patterns: `pattern`, `is_cut`, `count`, `level` (the most severe), `first` and `last` (epoch nanoseconds), and
            the place of the first.
        odd: `kind`, `size`, `time` and the place of single records that are odd by themselves.
        spans: `time` and the place of the first and `end_line`, `end_time` of the last records of the stretches that
            were looked at, so that steps back between them are found too.
        odd_counts: Records by kind of oddity; `odd` holds some of them.
    """

    records: int
    step: int
    counts: pl.DataFrame
    users: pl.DataFrame
    words: pl.DataFrame
    patterns: pl.DataFrame
    odd: pl.DataFrame
    spans: pl.DataFrame
    odd_counts: pl.DataFrame

    @classmethod
    def of(cls, records: pl.DataFrame, now: int) -> Profile:
        """The profile of some records.

        Args:
            records: The columns of `PROFILED`, the records of a source in its order.
            now: Epoch nanoseconds when they were read; times more than a day later are odd.
        """
        time = pl.col("timestamp").cast(pl.Int64)
        frame = records.select(pl.col(name).cast(dtype) for name, dtype in PROFILED.items()).with_columns(time=time)
        if frame["source"].n_unique() > 1:
            frame = frame.sort("source", "line", maintain_order=True)
        is_sound = pl.col("time").is_between(EARLIEST, now + _DAY)
        dated = frame.filter(is_sound).with_columns(bucket=pl.col("time") // STEPS[0] * STEPS[0])
        odd = _odd(frame, now)
        return _bounded(
            records=frame.height,
            step=STEPS[0],
            counts=_counted(dated, _COUNTS),
            users=_counted(dated.filter(pl.col("user").is_not_null()), _USERS),
            words=_counted(frame.filter(pl.col("severity_text").is_not_null()), _WORDS),
            patterns=_patterns(frame.with_columns(time=pl.when(is_sound).then("time"))),
            odd=_sampled(odd),
            spans=_spans(frame.filter(is_sound)),
            odd_counts=odd.group_by("kind").agg(_NUMBER),
        )

    @classmethod
    def merged(cls, profiles: Sequence[Profile]) -> Profile:
        """The profile of all records together; the order of the profiles does not matter.

        Args:
            profiles: At least one.
        """
        step = max(profile.step for profile in profiles)
        coarse = [_coarser(profile, step) for profile in profiles]
        return _bounded(
            records=sum(profile.records for profile in profiles),
            step=step,
            counts=_added(pl.concat([counts for counts, _ in coarse]), _COUNTS),
            users=_added(pl.concat([users for _, users in coarse]), _USERS),
            words=_added(pl.concat([profile.words for profile in profiles]), _WORDS),
            patterns=_added_patterns(pl.concat([profile.patterns for profile in profiles])),
            odd=_sampled(pl.concat([profile.odd for profile in profiles])),
            spans=pl.concat([profile.spans for profile in profiles]),
            odd_counts=pl.concat([profile.odd_counts for profile in profiles]).group_by("kind").agg(_TOTAL),
        )

    def packed(self) -> bytes:
        """The profile as bytes."""
        frames = {name: ipc_of(getattr(self, name)) for name in _FRAMES}
        return msgspec.msgpack.encode((self.records, self.step, frames))

    @classmethod
    def unpacked(cls, data: bytes) -> Profile:
        """A profile out of bytes.

        Raises:
            msgspec.DecodeError: If the bytes are none.
        """
        records, step, frames = msgspec.msgpack.decode(data, type=tuple[int, int, dict[str, bytes]])
        return cls(records, step, **{name: frame_of(frames[name]) for name in _FRAMES})

    def odd_count(self, kind: str) -> int:
        """How many records are odd in a way."""
        return int(self.odd_counts.filter(kind=kind)["count"].sum())

    def odd_records(self, kind: str) -> pl.DataFrame:
        """The first few records that are odd in a way."""
        return self.odd.filter(kind=kind)


_FRAMES: Final = ("counts", "users", "words", "patterns", "odd", "spans", "odd_counts")


def ipc_of(frame: pl.DataFrame) -> bytes:
    """A frame as bytes (an Arrow IPC stream)."""
    target = io.BytesIO()
    frame.write_ipc_stream(target, compression="lz4")
    return target.getvalue()


def frame_of(data: bytes) -> pl.DataFrame:
    """A frame out of the bytes of `ipc_of`."""
    return pl.read_ipc_stream(io.BytesIO(data))


def _bounded(
    *,
    records: int,
    step: int,
    counts: pl.DataFrame,
    users: pl.DataFrame,
    words: pl.DataFrame,
    patterns: pl.DataFrame,
    odd: pl.DataFrame,
    spans: pl.DataFrame,
    odd_counts: pl.DataFrame,
) -> Profile:
    """A profile in coarser buckets, with fewer users and rare patterns, where there would be too many."""
    if users.height > _MOST_USERS:
        users = _heavy(users)
    while (counts.height > _MOST_COUNTS or users.height > _MOST_USERS) and step < STEPS[-1]:
        step = STEPS[STEPS.index(step) + 1]
        start = pl.col("bucket") // step * step
        counts = _added(counts.with_columns(bucket=start), _COUNTS)
        users = _heavy(_added(users.with_columns(bucket=start), _USERS))
    if patterns.height > _MOST_PATTERNS:
        ranked = patterns.sort(["level", "count", "pattern"], descending=[True, True, False], nulls_last=True)
        patterns = ranked.head(_MOST_PATTERNS)
    return Profile(records, step, counts, users, words, patterns, odd, spans, odd_counts)


def _heavy(users: pl.DataFrame) -> pl.DataFrame:
    """Counts of users in which those that matter little in their bucket are one."""
    is_light = pl.col("count") * _LIGHT < pl.col("count").sum().over("bucket")
    return _added(users.with_columns(user=pl.when(~is_light).then("user")), _USERS)


def _coarser(profile: Profile, step: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    start = pl.col("bucket") // step * step
    return profile.counts.with_columns(bucket=start), profile.users.with_columns(bucket=start)


_FIRST: Final = tuple(pl.col(name).first() for name in PLACE)
_TOTAL: Final = pl.col("count").sum()
_NUMBER: Final = pl.len().cast(pl.UInt64).alias("count")


def _counted(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Counts by some columns, each with its first record's place; the frame is in the order of places."""
    return frame.group_by(keys).agg(_NUMBER, *_FIRST)


def _added(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Counts with the same keys added up."""
    return frame.sort("source", "line").group_by(keys).agg(_TOTAL, *_FIRST)


def _patterns(frame: pl.DataFrame) -> pl.DataFrame:
    return (
        frame.filter(pl.col("pattern").is_not_null())
        .group_by("pattern")
        .agg(
            pl.col("is_cut").any(),
            _NUMBER,
            pl.col("level").to_physical().max(),
            *_FIRST,
            first=pl.col("time").min(),
            last=pl.col("time").max(),
        )
    )


def _added_patterns(frame: pl.DataFrame) -> pl.DataFrame:
    return (
        frame.sort("source", "line")
        .group_by("pattern")
        .agg(
            pl.col("is_cut").any(),
            _TOTAL,
            pl.col("level").max(),
            *_FIRST,
            first=pl.col("first").min(),
            last=pl.col("last").max(),
        )
    )


def _odd(frame: pl.DataFrame, now: int) -> pl.DataFrame:
    """Records that are odd by themselves or by the one before them in their source, as often as there are reasons."""
    time, size = pl.col("time"), pl.col("bytes").cast(pl.Int64)
    sound = frame.filter(time.is_between(EARLIEST, now + _DAY))
    step_back = time.shift(1).over("source") - time
    return pl.concat(
        [
            _found(frame, "never set", time < EARLIEST, time),
            _found(frame, "future", time > now + _DAY, time),
            _found(frame, "undated", time.is_null() & pl.col("severity_text").is_not_null(), size),
            _found(frame, "long", size >= LONG_BYTES, size),
            _found(sound, "backward", step_back >= BACKWARD, step_back),
        ]
    )


def _found(frame: pl.DataFrame, kind: str, condition: pl.Expr, size: pl.Expr) -> pl.DataFrame:
    wanted = frame.with_columns(size=size, is_odd=condition).filter("is_odd")
    return wanted.select(pl.lit(kind).alias("kind"), "size", "time", *PLACE)


def _sampled(odd: pl.DataFrame) -> pl.DataFrame:
    """The first few records of each kind and source."""
    ordered = odd.sort("kind", "source", "line", "size", nulls_last=True)
    return ordered.group_by("kind", "source", maintain_order=True).head(_SAMPLES).select(odd.columns)


def _spans(frame: pl.DataFrame) -> pl.DataFrame:
    ends = frame.filter(pl.col("time").is_not_null()).group_by("source")
    return ends.agg(
        pl.col("line").first(),
        pl.col("offset").first(),
        pl.col("time").first(),
        end_line=pl.col("line").last(),
        end_time=pl.col("time").last(),
    )
