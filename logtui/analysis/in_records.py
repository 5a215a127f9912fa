"""Detectors of unusual single records: rare messages and levels, implausible times, very long records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.analysis.finding import Anomaly, Kind, pattern_text
from logtui.analysis.profile import BACKWARD, EARLIEST, LONG_BYTES, PLACE, Place
from logtui.model.levels import LEVELS
from logtui.model.times import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from logtui.analysis.finding import Severity
    from logtui.analysis.profile import Profile
    from logtui.analysis.timeline import Timeline

_ERROR: Final = LEVELS.index("error")
_RARE_COUNT: Final = 2
_RARE_SHOWN: Final = 5
_MIN_RECORDS: Final = 1_000
_RARE_LEVEL_SHARE: Final = 0.0001
_RARE_LEVEL_COUNT: Final = 3
_LONG_COUNT: Final = 20
_LONG_SHARE: Final = 0.001
_RANKING: Final = ("level", "first", "pattern")


def rare_patterns(profile: Profile) -> Iterator[Anomaly]:
    """Find errors whose pattern occurs once or twice among at least 1,000 records."""
    if profile.records < _MIN_RECORDS:
        return
    rare = profile.patterns.filter((pl.col("count") <= _RARE_COUNT) & (pl.col("level") >= _ERROR))
    more = f"; {rare.height:,} such messages in all" if rare.height > _RARE_SHOWN else ""
    shown = rare.sort(_RANKING, descending=[True, False, False]).head(_RARE_SHOWN)
    for row in shown.iter_rows(named=True):
        level = LEVELS[row["level"]]
        yield Anomaly(
            Kind.RARE_PATTERN,
            "info",
            f"only {row['count']} of {profile.records:,}: {pattern_text(row['pattern'])}",
            f"a message of level {level} that hardly ever occurs{more}",
            _when(row["first"]),
            _when(row["last"]),
            {"count": row["count"], "records": profile.records},
            {"level": level},
            (row["pattern"], row["is_cut"]),
            Place.of(row),
        )


def unknown_levels(profile: Profile) -> Iterator[Anomaly]:
    """Find words in the place of a level that are no known level."""
    unknown = profile.words.filter(pl.col("level").is_null())
    for row in _in_upper_case(unknown).iter_rows(named=True):
        yield Anomaly(
            Kind.UNKNOWN_LEVEL,
            "info",
            f"unknown level {row['severity_text']}: {_records(row['count'])}",
            "no level is written like this",
            numbers={"count": row["count"]},
            concerns={"severity_text": row["severity_text"]},
            places=Place.of(row),
        )


def _in_upper_case(words: pl.DataFrame) -> pl.DataFrame:
    """Add up the counts of words that differ only in case; each keeps the place of its first record."""
    upper = words.sort("source", "line").with_columns(pl.col("severity_text").str.to_uppercase())
    places = pl.all().exclude("severity_text", "count").first()
    return upper.group_by("severity_text", maintain_order=True).agg(pl.col("count").sum(), places)


def rare_levels(profile: Profile) -> Iterator[Anomaly]:
    """Find records of level fatal, where at most 3 records or 0.01 % have it."""
    most = max(_RARE_LEVEL_COUNT, profile.records * _RARE_LEVEL_SHARE)
    rare = profile.words.filter((pl.col("level") == "fatal") & (pl.col("count") <= most))
    for row in rare.iter_rows(named=True) if profile.records >= _MIN_RECORDS else ():
        yield Anomaly(
            Kind.RARE_LEVEL,
            "error",
            f"level {row['severity_text']}: {row['count']:,} of {_records(profile.records)}",
            "the most severe level, and a rare one",
            numbers={"count": row["count"], "records": profile.records},
            concerns={"severity_text": row["severity_text"]},
            places=Place.of(row),
        )


def times_never_set(profile: Profile) -> Iterator[Anomaly]:
    """Find times before the year 2000: a clock that was never set starts in 1970."""
    yield from _odd_times(
        profile, "never set", "before the year 2000", "a clock that was never set, or a number misread"
    )


def times_to_come(profile: Profile) -> Iterator[Anomaly]:
    """Find times more than a day after the records were profiled."""
    yield from _odd_times(profile, "future", "more than a day ahead", "a wrong clock, zone or year")


def times_unreadable(profile: Profile) -> Iterator[Anomaly]:
    """Find records with a level but without a readable time, where at least as many records have a time."""
    count = profile.odd_count("undated")
    if 0 < count <= profile.counts["count"].sum():
        title = f"{_records(count)} with a level and no time that can be read"
        why = "a time that cannot be, such as month 13, a damaged one, or none where others have one"
        yield _odd(Kind.ODD_TIMESTAMP, title, why, count, profile.odd_records("undated"), "warn")


def times_far_off(_profile: Profile, timeline: Timeline) -> Iterator[Anomaly]:
    """Report the records that a timeline leaves out because their times are far from all others."""
    if timeline.outside:
        title = f"{_records(timeline.outside)} with a time far from all others"
        why = (
            f"nearly all records are of {timeline.length(timeline.buckets)} from {timeline.moment(0):%Y-%m-%d %H:%M} on"
        )
        yield Anomaly(Kind.ODD_TIMESTAMP, "info", title, why, numbers={"count": timeline.outside})


def steps_back(profile: Profile) -> Iterator[Anomaly]:
    """Find where the times of a source step back by 5 s or more.

    The profile lists steps inside its stretches of records; a step from one stretch to the next is found here.
    """
    spans = profile.spans.sort("source", "line")
    size = (pl.col("end_time").shift(1) - pl.col("time")).over("source")
    borders = spans.with_columns(size=size).filter(pl.col("size") >= BACKWARD).select("size", "time", *PLACE)
    count = profile.odd_count("backward") + borders.height
    if count:
        inside = profile.odd_records("backward").select(borders.columns)
        first = pl.concat([inside, borders]).sort("source", "line")
        title = f"sources step back in time by 5 s or more: {count:,} time{'s' * (count > 1)}"
        why = "records are not in the order of their times: several writers, a changed clock, or files put together"
        yield _odd(Kind.ODD_TIMESTAMP, title, why, count, first)


def long_lines(profile: Profile) -> Iterator[Anomaly]:
    """Find very long records, where at most 20 records or 0.1 % are so long."""
    count = profile.odd_count("long")
    if 0 < count <= max(_LONG_COUNT, profile.records * _LONG_SHARE):
        title = f"{_records(count)} of {LONG_BYTES // 1_024} KiB or more"
        yield _odd(Kind.LONG_LINE, title, "payloads or dumps among short records", count, profile.odd_records("long"))


def _odd_times(profile: Profile, kind: str, what: str, why: str) -> Iterator[Anomaly]:
    count = profile.odd_count(kind)
    if count:
        title = f"{_records(count)} with a time {what}"
        yield _odd(Kind.ODD_TIMESTAMP, title, why, count, profile.odd_records(kind), "warn")


def _odd(kind: Kind, title: str, why: str, count: int, sample: pl.DataFrame, severity: Severity = "info") -> Anomaly:
    when = _when(sample["time"][0])
    return Anomaly(kind, severity, title, why, when, when, {"count": count}, places=Place.of_all(sample))


def _when(time: int | None) -> datetime | None:
    return None if time is None or time < EARLIEST else moment_of(time)


def _records(count: int) -> str:
    return f"{count:,} record{'s' * (count != 1)}"
