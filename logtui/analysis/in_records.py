"""What is unusual about single records: rare messages and levels, odd times, long ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.analysis.finding import Anomaly, Kind, said
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
_RARE: Final = 2
_RARE_SHOWN: Final = 5
_LEAST_RECORDS: Final = 1_000
_RARE_LEVEL: Final = 0.0001
_FEW: Final = 3
_FEW_LONG: Final = 20
_LONG_SHARE: Final = 0.001
_RANKED: Final = ("level", "first", "pattern")


def rare_patterns(profile: Profile) -> Iterator[Anomaly]:
    """Errors that occur once or twice among very many records."""
    if profile.records < _LEAST_RECORDS:
        return
    rare = profile.patterns.filter((pl.col("count") <= _RARE) & (pl.col("level") >= _ERROR))
    more = f"; {rare.height:,} such messages in all" if rare.height > _RARE_SHOWN else ""
    shown = rare.sort(_RANKED, descending=[True, False, False]).head(_RARE_SHOWN)
    for row in shown.iter_rows(named=True):
        level = LEVELS[row["level"]]
        yield Anomaly(
            Kind.RARE_PATTERN,
            "info",
            f"only {row['count']} of {profile.records:,}: {said(row['pattern'])}",
            f"a message of level {level} that hardly ever occurs{more}",
            _when(row["first"]),
            _when(row["last"]),
            {"count": row["count"], "records": profile.records},
            {"level": level},
            (row["pattern"], row["is_cut"]),
            Place.of(row),
        )


def unknown_levels(profile: Profile) -> Iterator[Anomaly]:
    """Level words that mean no level."""
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
    """Words that differ only in case as one, with the place of the first."""
    upper = words.sort("source", "line").with_columns(pl.col("severity_text").str.to_uppercase())
    places = pl.all().exclude("severity_text", "count").first()
    return upper.group_by("severity_text", maintain_order=True).agg(pl.col("count").sum(), places)


def rare_levels(profile: Profile) -> Iterator[Anomaly]:
    """The most severe level where it is rare."""
    most = max(_FEW, profile.records * _RARE_LEVEL)
    rare = profile.words.filter((pl.col("level") == "fatal") & (pl.col("count") <= most))
    for row in rare.iter_rows(named=True) if profile.records >= _LEAST_RECORDS else ():
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
    """Times before the year 2000, as 1970 is."""
    yield from _odd_times(
        profile, "never set", "before the year 2000", "a clock that was never set, or a number misread"
    )


def times_to_come(profile: Profile) -> Iterator[Anomaly]:
    """Times more than a day after the reading."""
    yield from _odd_times(profile, "future", "more than a day ahead", "a wrong clock, zone or year")


def times_unreadable(profile: Profile) -> Iterator[Anomaly]:
    """Records that have a level and no time that can be read, where most have one."""
    count = profile.odd_count("undated")
    if 0 < count <= profile.counts["count"].sum():
        title = f"{_records(count)} with a level and no time that can be read"
        why = "a time that cannot be, such as month 13, a damaged one, or none where others have one"
        yield _odd(Kind.ODD_TIMESTAMP, title, why, count, profile.odd_records("undated"), "warn")


def times_far_off(_profile: Profile, timeline: Timeline) -> Iterator[Anomaly]:
    """Times far from all others."""
    if timeline.outside:
        title = f"{_records(timeline.outside)} with a time far from all others"
        why = (
            f"nearly all records are of {timeline.length(timeline.buckets)} from {timeline.moment(0):%Y-%m-%d %H:%M} on"
        )
        yield Anomaly(Kind.ODD_TIMESTAMP, "info", title, why, numbers={"count": timeline.outside})


def steps_back(profile: Profile) -> Iterator[Anomaly]:
    """Steps back in time of a source: inside the stretches that were profiled, and between them."""
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
    """Very long records, where they are few."""
    count = profile.odd_count("long")
    if 0 < count <= max(_FEW_LONG, profile.records * _LONG_SHARE):
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
