"""The times of a profile in equal buckets, without the few that are far from all others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from logtui.analysis.finding import span
from logtui.analysis.profile import STEPS, Place, Profile
from logtui.model.times import moment_of

_BUCKETS: Final = 300
_FEWEST: Final = 8
_OUTLIERS: Final = 0.001
_STRETCH: Final = 10
_SERVICES: Final = 50


@dataclass(frozen=True, slots=True)
class Timeline:
    """Counts in equal buckets.

    Attributes:
        start: The start of the first bucket, epoch nanoseconds.
        step: Nanoseconds of a bucket.
        buckets: How many there are.
        counts: `bucket`, `level`, `service`, `count` of a profile, inside the buckets.
        users: `bucket`, `user`, `count`, inside the buckets.
        outside: Records whose times are far from all others.
    """

    start: int
    step: int
    buckets: int
    counts: pl.DataFrame
    users: pl.DataFrame
    outside: int

    @classmethod
    def of(cls, profile: Profile) -> Timeline | None:
        """The timeline of a profile; buckets as fine as they can be without being too many. None without times."""
        if not profile.counts.height:
            return None
        low, high = _range(profile.counts)
        fitting = [step for step in STEPS if step >= profile.step and (high - low) // step < _BUCKETS]
        step = fitting[0] if fitting else STEPS[-1]
        start = low // step * step
        is_inside = pl.col("bucket").is_between(low, high)
        counts = profile.counts.filter(is_inside)
        outside = int(profile.counts["count"].sum()) - int(counts["count"].sum())
        return cls(start, step, (high - start) // step + 1, counts, profile.users.filter(is_inside), outside)

    def coarser(self) -> Timeline | None:
        """The same in wider buckets, in which a slow rise stands out; None where these would be too few."""
        wider = [step for step in STEPS if step > self.step and self.buckets * self.step // step >= _FEWEST]
        if not wider:
            return None
        start = self.start // wider[0] * wider[0]
        end = self.start + self.buckets * self.step
        return replace(self, start=start, step=wider[0], buckets=-(-(end - start) // wider[0]))

    def series(self, counts: pl.DataFrame, service: str | None) -> pl.Series:
        """Counts of all buckets, those without any as 0; of one service, or of all together."""
        summed = of(counts, service).group_by(at=self.place).agg(pl.col("count").sum())
        every = pl.DataFrame({"at": pl.int_range(self.buckets, eager=True)})
        joined = every.join(summed, on="at", how="left", maintain_order="left")
        return joined["count"].fill_null(0).cast(pl.Int64)

    def places(self, counts: pl.DataFrame, first: int, last: int) -> tuple[Place, ...]:
        """The first records of some buckets."""
        inside = counts.filter(self.place.is_between(first, last))
        return Place.of_all(inside.sort("bucket", "source", "line"))

    @property
    def is_alive(self) -> pl.Series:
        """Which buckets have any records."""
        return self.series(self.counts, None) > 0

    @property
    def place(self) -> pl.Expr:
        """The number of the bucket that `bucket` is in."""
        return (pl.col("bucket") - self.start) // self.step

    def moment(self, bucket: int) -> datetime:
        """When a bucket begins."""
        return moment_of(self.start + bucket * self.step)

    def length(self, buckets: float = 1) -> str:
        """How long some buckets are, as people say it."""
        return span(timedelta(microseconds=buckets * self.step / 1_000))


def of(counts: pl.DataFrame, service: str | None) -> pl.DataFrame:
    """The counts of one service; all of them for None."""
    return counts if service is None else counts.filter(pl.col("service") == service)


def services(counts: pl.DataFrame) -> list[str | None]:
    """None for all services together, then the busiest ones."""
    named = counts.filter(pl.col("service").is_not_null()).group_by("service").agg(pl.col("count").sum())
    ranked = named.sort("count", "service", descending=[True, False]).head(_SERVICES)["service"].to_list()
    return [None, *ranked]


def _range(counts: pl.DataFrame) -> tuple[int, int]:
    """The first and the last bucket; times that stretch the range tenfold although they are few are left out."""
    by_time = counts.group_by("bucket").agg(pl.col("count").sum()).sort("bucket")
    until, total = pl.col("count").cum_sum(), pl.col("count").sum()
    shares = by_time.select("bucket", until=until / total, before=(until - pl.col("count")) / total)
    inner = shares.filter((pl.col("until") >= _OUTLIERS) & (pl.col("before") <= 1 - _OUTLIERS))["bucket"]
    starts = by_time["bucket"]
    spread = inner[-1] - inner[0]
    if starts[-1] - starts[0] > _STRETCH * spread > 0:
        starts = starts.filter(starts.is_between(inner[0] - spread, inner[-1] + spread))
    return starts[0], starts[-1]
