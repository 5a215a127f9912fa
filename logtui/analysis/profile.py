"""Anomaly profile: pre-aggregated counts of records, in which anomalies are found.

Profiles of parts of the records merge, in any order, to the profile of all of them.
"""

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
"""The columns that `Profile.of` needs of the records, with their dtypes.

Beside core columns: `user`; `pattern`, the masked message; `is_cut`, whether the message is longer than the pattern.
"""

SECOND: Final = 1_000_000_000
STEPS: Final = (10 * SECOND, 60 * SECOND, 600 * SECOND, 3_600 * SECOND, 21_600 * SECOND, 86_400 * SECOND)
"""Widths that time buckets can have, nanoseconds; a profile takes the narrowest that keeps its frames small."""

LONG_BYTES: Final = 16_384
"""Records of at least this many bytes are long."""

EARLIEST: Final = 946_684_800 * SECOND
"""2000-01-01, epoch nanoseconds: an earlier time comes from a clock that was never set, which starts in 1970."""

BACKWARD: Final = 5 * SECOND
"""Least step back in time of a source that is odd, nanoseconds; parallel writers make shorter ones."""

_MAX_COUNTS: Final = 100_000
_MAX_USERS: Final = 20_000
_LIGHT: Final = 100
"""If users take too many rows, a user with under 1/100 of a bucket's records is merged with others like it."""

_MAX_PATTERNS: Final = 20_000
_EXAMPLES: Final = 3
"""Odd records kept as examples, per kind and source."""

_DAY: Final = 86_400 * SECOND
PLACE: Final = ("source", "line", "offset")
"""The columns that locate a record."""

_COUNT_KEYS: Final = ("bucket", "level", "service")
_USER_KEYS: Final = ("bucket", "user")
_WORD_KEYS: Final = ("severity_text", "level")


class Place(NamedTuple):
    """Where a record is.

    Attributes:
        source: The record's source.
        line: The number of its first line in the source, from 1.
        offset: The byte offset of that line.
    """

    source: str
    line: int
    offset: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> tuple[Place, ...]:
        """The place in a frame's row, as a tuple of one; empty if a part of it is null."""
        found = tuple(row[name] for name in PLACE)
        return () if None in found else (cls(*found),)

    @classmethod
    def of_all(cls, frame: pl.DataFrame, most: int = 3) -> tuple[Place, ...]:
        """The places in the first `most` rows of a frame."""
        return tuple(place for row in frame.head(most).iter_rows(named=True) for place in cls.of(row))


@dataclass(frozen=True, slots=True)
class Profile:
    """Pre-aggregated counts of records.

    In `counts`, `users`, `words` and `patterns`, a row counts the records with equal keys: `count` is their number, and
    `source`, `line`, `offset` are the place of the first of them.

    Attributes:
        records: The number of records.
        step: The width of a time bucket, nanoseconds.
        counts: Records by `bucket` (its start, epoch nanoseconds), `level` and `service`.
        users: Records by `bucket` and `user`; null stands for several users with few records each.
        words: Records by `severity_text`, the level as written, and the `level` it means.
        patterns: Records by `pattern`, with `is_cut`, the most severe `level`, and `first` and `last` times (epoch
            nanoseconds).
        odd: Examples of odd records: `kind`, `size`, `time` and place. `size` is what is odd: a time, bytes, or
            nanoseconds of a step back.
        spans: Of each source in each profiled part: `time` and place of the first record, `end_line` and `end_time` of
            the last. A step back between two parts is found with these.
        odd_counts: Odd records by `kind`, those without an example included.
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
        """Count records.

        Args:
            records: The columns of `PROFILED`; the records of each source are in the order of their lines.
            now: When the records were read, epoch nanoseconds; times more than a day later are odd.
        """
        time = pl.col("timestamp").cast(pl.Int64)
        frame = records.select(pl.col(name).cast(dtype) for name, dtype in PROFILED.items()).with_columns(time=time)
        if frame["source"].n_unique() > 1:
            frame = frame.sort("source", "line", maintain_order=True)
        is_sound = pl.col("time").is_between(EARLIEST, now + _DAY)
        dated = frame.filter(is_sound).with_columns(bucket=pl.col("time") // STEPS[0] * STEPS[0])
        odd = _odd_records(frame, now)
        return _bounded(
            records=frame.height,
            step=STEPS[0],
            counts=_count_by(dated, _COUNT_KEYS),
            users=_count_by(dated.filter(pl.col("user").is_not_null()), _USER_KEYS),
            words=_count_by(frame.filter(pl.col("severity_text").is_not_null()), _WORD_KEYS),
            patterns=_count_patterns(frame.with_columns(time=pl.when(is_sound).then("time"))),
            odd=_examples(odd),
            spans=_source_spans(frame.filter(is_sound)),
            odd_counts=odd.group_by("kind").agg(_ROW_COUNT),
        )

    @classmethod
    def merged(cls, profiles: Sequence[Profile]) -> Profile:
        """Add up profiles.

        Args:
            profiles: At least one, in any order.
        """
        step = max(profile.step for profile in profiles)
        coarse = [_coarser(profile, step) for profile in profiles]
        return _bounded(
            records=sum(profile.records for profile in profiles),
            step=step,
            counts=_sum_by(pl.concat([counts for counts, _ in coarse]), _COUNT_KEYS),
            users=_sum_by(pl.concat([users for _, users in coarse]), _USER_KEYS),
            words=_sum_by(pl.concat([profile.words for profile in profiles]), _WORD_KEYS),
            patterns=_sum_patterns(pl.concat([profile.patterns for profile in profiles])),
            odd=_examples(pl.concat([profile.odd for profile in profiles])),
            spans=pl.concat([profile.spans for profile in profiles]),
            odd_counts=pl.concat([profile.odd_counts for profile in profiles]).group_by("kind").agg(_COUNT_SUM),
        )

    def packed(self) -> bytes:
        """Encode the profile as bytes (MessagePack around Arrow IPC streams)."""
        frames = {name: ipc_of(getattr(self, name)) for name in _FRAMES}
        return msgspec.msgpack.encode((self.records, self.step, frames))

    @classmethod
    def unpacked(cls, data: bytes) -> Profile:
        """Decode a profile from the bytes of `packed`.

        Raises:
            msgspec.DecodeError: If the bytes hold no profile.
        """
        records, step, frames = msgspec.msgpack.decode(data, type=tuple[int, int, dict[str, bytes]])
        return cls(records, step, **{name: frame_of(frames[name]) for name in _FRAMES})

    def odd_count(self, kind: str) -> int:
        """The number of odd records of a kind."""
        return int(self.odd_counts.filter(kind=kind)["count"].sum())

    def odd_records(self, kind: str) -> pl.DataFrame:
        """Examples of odd records of a kind: the first few of each source."""
        return self.odd.filter(kind=kind)


_FRAMES: Final = ("counts", "users", "words", "patterns", "odd", "spans", "odd_counts")


def ipc_of(frame: pl.DataFrame) -> bytes:
    """Encode a frame as an Arrow IPC stream."""
    target = io.BytesIO()
    frame.write_ipc_stream(target, compression="lz4")
    return target.getvalue()


def frame_of(data: bytes) -> pl.DataFrame:
    """Decode a frame from the bytes of `ipc_of`."""
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
    """Make a profile of bounded size: in wider buckets, with fewer users and rare patterns, where rows are too many."""
    if users.height > _MAX_USERS:
        users = _with_light_users_merged(users)
    while (counts.height > _MAX_COUNTS or users.height > _MAX_USERS) and step < STEPS[-1]:
        step = STEPS[STEPS.index(step) + 1]
        start = pl.col("bucket") // step * step
        counts = _sum_by(counts.with_columns(bucket=start), _COUNT_KEYS)
        users = _with_light_users_merged(_sum_by(users.with_columns(bucket=start), _USER_KEYS))
    if patterns.height > _MAX_PATTERNS:
        ranked = patterns.sort(["level", "count", "pattern"], descending=[True, True, False], nulls_last=True)
        patterns = ranked.head(_MAX_PATTERNS)
    return Profile(records, step, counts, users, words, patterns, odd, spans, odd_counts)


def _with_light_users_merged(users: pl.DataFrame) -> pl.DataFrame:
    """Merge the users that have few records in a bucket into one without a name."""
    is_light = pl.col("count") * _LIGHT < pl.col("count").sum().over("bucket")
    return _sum_by(users.with_columns(user=pl.when(~is_light).then("user")), _USER_KEYS)


def _coarser(profile: Profile, step: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    start = pl.col("bucket") // step * step
    return profile.counts.with_columns(bucket=start), profile.users.with_columns(bucket=start)


_FIRST_PLACE: Final = tuple(pl.col(name).first() for name in PLACE)
_COUNT_SUM: Final = pl.col("count").sum()
_ROW_COUNT: Final = pl.len().cast(pl.UInt64).alias("count")


def _count_by(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Count records by `keys`, each count with the place of its first record; the frame is ordered by place."""
    return frame.group_by(keys).agg(_ROW_COUNT, *_FIRST_PLACE)


def _sum_by(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Add up counts with equal `keys`; the sum keeps the first place."""
    return frame.sort("source", "line").group_by(keys).agg(_COUNT_SUM, *_FIRST_PLACE)


def _count_patterns(frame: pl.DataFrame) -> pl.DataFrame:
    return (
        frame.filter(pl.col("pattern").is_not_null())
        .group_by("pattern")
        .agg(
            pl.col("is_cut").any(),
            _ROW_COUNT,
            pl.col("level").to_physical().max(),
            *_FIRST_PLACE,
            first=pl.col("time").min(),
            last=pl.col("time").max(),
        )
    )


def _sum_patterns(frame: pl.DataFrame) -> pl.DataFrame:
    return (
        frame.sort("source", "line")
        .group_by("pattern")
        .agg(
            pl.col("is_cut").any(),
            _COUNT_SUM,
            pl.col("level").max(),
            *_FIRST_PLACE,
            first=pl.col("first").min(),
            last=pl.col("last").max(),
        )
    )


def _odd_records(frame: pl.DataFrame, now: int) -> pl.DataFrame:
    """Find odd records; a record that is odd in several ways has a row for each.

    A step back compares with the record before in the same source; only plausible times take part in that.
    """
    time, size = pl.col("time"), pl.col("bytes").cast(pl.Int64)
    sound = frame.filter(time.is_between(EARLIEST, now + _DAY))
    step_back = time.shift(1).over("source") - time
    return pl.concat(
        [
            _odd_of_kind(frame, "never set", time < EARLIEST, time),
            _odd_of_kind(frame, "future", time > now + _DAY, time),
            _odd_of_kind(frame, "undated", time.is_null() & pl.col("severity_text").is_not_null(), size),
            _odd_of_kind(frame, "long", size >= LONG_BYTES, size),
            _odd_of_kind(sound, "backward", step_back >= BACKWARD, step_back),
        ]
    )


def _odd_of_kind(frame: pl.DataFrame, kind: str, condition: pl.Expr, size: pl.Expr) -> pl.DataFrame:
    wanted = frame.with_columns(size=size, is_odd=condition).filter("is_odd")
    return wanted.select(pl.lit(kind).alias("kind"), "size", "time", *PLACE)


def _examples(odd: pl.DataFrame) -> pl.DataFrame:
    """Keep the first few odd records of each kind and source."""
    ordered = odd.sort("kind", "source", "line", "size", nulls_last=True)
    return ordered.group_by("kind", "source", maintain_order=True).head(_EXAMPLES).select(odd.columns)


def _source_spans(frame: pl.DataFrame) -> pl.DataFrame:
    ends = frame.filter(pl.col("time").is_not_null()).group_by("source")
    return ends.agg(
        pl.col("line").first(),
        pl.col("offset").first(),
        pl.col("time").first(),
        end_line=pl.col("line").last(),
        end_time=pl.col("time").last(),
    )
