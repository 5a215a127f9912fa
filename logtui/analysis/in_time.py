"""Detectors of unusual counts over time: spikes, silences, floods, and messages that are new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.analysis.finding import Anomaly, Kind, duration_text, pattern_text
from logtui.analysis.profile import Place
from logtui.analysis.series import gaps, spikes
from logtui.analysis.timeline import of, services
from logtui.model.levels import LEVELS
from logtui.model.times import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logtui.analysis.profile import Profile
    from logtui.analysis.series import Spike
    from logtui.analysis.timeline import Timeline

_ERRORS: Final = ("error", "fatal")
_WARN: Final = LEVELS.index("warn")
_ERROR: Final = LEVELS.index("error")
_VOLUME_TIMES: Final = 5.0
_FLOOD_SHARE: Final = 0.5
_FLOOD_LEAST: Final = 50
_FLOOD_TIMES: Final = 10.0
_ALONE_TIMES: Final = 3.0
_FEWEST_OTHERS: Final = 5
_LEAST_BASELINE: Final = 3
_NEW_AFTER: Final = 0.2
_NEW_BAD: Final = 3
_NEW_OTHER: Final = 50
_NEW_SHARE: Final = 0.02
_MOST_NEW: Final = 10
_LEAST_RECORDS: Final = 1_000


def error_spikes(_profile: Profile, timeline: Timeline) -> Iterator[Anomaly]:
    """Find stretches with far more errors than before: of a service, or of all services if no single one explains it.

    Wider buckets are searched first, because a slow rise stands out in these only.
    """
    errors = timeline.counts.filter(pl.col("level").cast(pl.String).is_in(_ERRORS))
    accepted: list[Anomaly] = []
    for service in reversed(services(errors)):
        for scale in filter(None, (timeline.coarser(), timeline)):
            found = [
                _spike(scale, each, service, errors) for each in spikes(scale.series(errors, service), scale.is_alive)
            ]
            accepted += [each for each in found if not any(_overlap(each, known, service) for known in accepted)]
    yield from accepted


def volume_spikes(_profile: Profile, timeline: Timeline) -> Iterator[Anomaly]:
    """Find stretches with far more records than before."""
    for spike in spikes(timeline.series(timeline.counts, None), timeline.is_alive, _VOLUME_TIMES):
        yield _spike(timeline, spike, None, timeline.counts, is_volume=True)


def silences(_profile: Profile, timeline: Timeline) -> Iterator[Anomaly]:
    """Find stretches in which a service that otherwise writes steadily wrote nothing.

    A silence of all services is reported once, not again for each of them.
    """
    common: list[tuple[int, int]] = []
    for service in services(timeline.counts):
        series = timeline.series(timeline.counts, service)
        first = int((series > 0).arg_true()[0])
        for gap in gaps(series.slice(first)):
            begin, end = gap.first + first, gap.last + first + 1
            if service is None:
                common.append((begin, end))
            elif any(low <= end and begin <= high for low, high in common):
                continue
            yield _silence(timeline, begin, end, service, gap.usual)


def floods(_profile: Profile, timeline: Timeline) -> Iterator[Anomaly]:
    """Find users and services whose records outnumber those of all others.

    A flood of a service is left out while a user floods: the user explains it.
    """
    by_user = list(_floods(timeline, timeline.users, "user"))
    yield from by_user
    yield from _standing_flood(timeline, {each.concerns["user"] for each in by_user})
    for each in _floods(timeline, timeline.counts, "service"):
        if not any(_overlap(each, known, None) for known in by_user):
            yield each


def _floods(timeline: Timeline, found: pl.DataFrame, whose: str) -> Iterator[Anomaly]:
    name = pl.col(whose)
    counts = found.group_by(whose, at=timeline.place).agg(pl.col("count").sum())
    if timeline.buckets == 1:
        return  # without a second bucket there is nothing to compare with
    usually_together = counts.group_by("at").agg(pl.col("count").sum())["count"].median()
    count, together = pl.col("count"), pl.col("count").sum().over("at")
    usual = (count.sum().over(whose) - count) / max(1, timeline.buckets - 1)
    is_flood = (
        name.is_not_null()
        & (count >= _FLOOD_LEAST)
        & (count >= _FLOOD_SHARE * together)
        & ((together > count) | (count >= _ALONE_TIMES * pl.lit(usually_together)))
        & (count.sum() > count.sum().over(whose))
        & (count >= _FLOOD_TIMES * usual)
    )
    flooded = counts.with_columns(share=count / together, usual=usual, is_flood=is_flood).filter("is_flood")
    summed = flooded.group_by(whose).agg(
        count.sum(), pl.col("share").max(), pl.col("usual").min(), first=pl.col("at").min(), last=pl.col("at").max()
    )
    for who, total, share, usually, first, last in summed.sort(whose).iter_rows():
        start, end = timeline.moment(first), timeline.moment(last + 1)
        yield Anomaly(
            Kind.FLOOD,
            "warn",
            f"{whose} {who}: {total:,} records in {duration_text(end - start)}, {share:.0%} of those of all {whose}s",
            f"usual are {usually:,.1f} records per {timeline.length()} from this {whose}",
            start,
            end,
            {"count": total, "share": share, "usual": usually},
            {whose: who},
            places=timeline.places(found.filter(name == who), first, last),
        )


def _standing_flood(timeline: Timeline, reported: set[str]) -> Iterator[Anomaly]:
    """Find the user with most of the records of the whole timeline, unless a flood of that user is reported already."""
    ranked = timeline.users.group_by("user").agg(pl.col("count").sum()).sort("count", "user", descending=[True, False])
    if ranked.height <= _FEWEST_OTHERS:
        return
    (who, count), (_, second) = ranked.head(2).iter_rows()
    share = count / ranked["count"].sum()
    if who is None or who in reported or count < max(_FLOOD_LEAST, _FLOOD_TIMES * second) or share < _FLOOD_SHARE:
        return
    yield Anomaly(
        Kind.FLOOD,
        "warn",
        f"user {who}: {count:,} records, {share:.0%} of those of all users",
        f"none of {ranked.height - 1:,} others has more than {second:,}",
        timeline.moment(0),
        timeline.moment(timeline.buckets),
        {"count": count, "share": share, "usual": second},
        {"user": who},
        places=timeline.places(timeline.users.filter(pl.col("user") == who), 0, timeline.buckets - 1),
    )


def new_patterns(profile: Profile, timeline: Timeline) -> Iterator[Anomaly]:
    """Find patterns that first occur after a fifth of the timeline; of these the most severe and commonest ones."""
    if profile.records < _LEAST_RECORDS:
        return
    since = timeline.start + int(timeline.buckets * timeline.step * _NEW_AFTER)
    is_bad = pl.col("level") >= _WARN
    least = pl.when(is_bad).then(_NEW_BAD).otherwise(max(_NEW_OTHER, int(profile.records * _NEW_SHARE)))
    fresh = profile.patterns.filter((pl.col("first") > since) & (pl.col("count") >= least))
    ranked = fresh.sort(["level", "count", "pattern"], descending=[True, True, False], nulls_last=True)
    for row in ranked.head(_MOST_NEW).iter_rows(named=True):
        bad = (row["level"] or 0) >= _ERROR
        yield Anomaly(
            Kind.NEW_PATTERN,
            "error" if bad else "warn" if (row["level"] or 0) >= _WARN else "info",
            f"new: {pattern_text(row['pattern'])} ({row['count']:,} times)",
            f"no message like this in the first {duration_text(moment_of(row['first']) - timeline.moment(0))}",
            moment_of(row["first"]),
            moment_of(row["last"]),
            {"count": row["count"]},
            {"level": LEVELS[row["level"]]} if row["level"] is not None else {},
            (row["pattern"], row["is_cut"]),
            Place.of(row),
        )


def _overlap(one: Anomaly, other: Anomaly, service: str | None) -> bool:
    """Whether two anomalies overlap in time; if `service` is given, only an `other` of that service counts."""
    if service is not None and other.concerns.get("service") != service:
        return False
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return False
    return one.start < other.end and other.start < one.end


def _spike(
    timeline: Timeline, spike: Spike, service: str | None, counts: pl.DataFrame, *, is_volume: bool = False
) -> Anomaly:
    start, end = timeline.moment(spike.first), timeline.moment(spike.last + 1)
    what = "records" if is_volume else "errors"
    whose = f"{what} of {service}" if service else what
    return Anomaly(
        Kind.VOLUME_SPIKE if is_volume else Kind.ERROR_SPIKE,
        "warn" if is_volume else "error",
        f"{whose}: {spike.total:,} in {duration_text(end - start)}, usual are {spike.usual:,.0f}",
        f"the fullest {timeline.length()} hold {spike.peak:,}; more than six deviations above the median of the thirty "
        "spans before",
        start,
        end,
        {"count": spike.total, "usual": spike.usual, "peak": spike.peak},
        ({"service": service} if service else {}) | ({} if is_volume else {"level": "error"}),
        places=timeline.places(of(counts, service), spike.first, spike.last),
    )


def _silence(timeline: Timeline, begin: int, end: int, service: str | None, usual: float) -> Anomaly:
    who = service or "everything"
    start, stop = timeline.moment(begin), timeline.moment(end)
    is_last = end >= timeline.buckets
    return Anomaly(
        Kind.SILENCE,
        "error" if is_last else "warn",
        f"{who} went silent {duration_text(stop - start)} before the end"
        if is_last
        else f"{who} was silent for {duration_text(stop - start)}",
        f"otherwise there is a record at least every {timeline.length(usual)}",
        start,
        stop,
        {"seconds": (end - begin) * timeline.step / 1e9, "usual_seconds": usual * timeline.step / 1e9},
        {"service": service} if service else {},
        places=timeline.places(of(timeline.counts, service), begin - 1, begin - 1),
    )
