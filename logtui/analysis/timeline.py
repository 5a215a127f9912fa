"""A profile's counts in equal time buckets, without the few records whose times are far from all others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from logtui.analysis.finding import duration_text
from logtui.analysis.profile import STEPS, Place, Profile
from logtui.model.times import moment_of

_MAX_BUCKETS: Final = 300
_MIN_BUCKETS: Final = 8
_OUTLIERS: Final = 0.001
_STRETCH: Final = 10
_SERVICES: Final = 50


@dataclass(frozen=True, slots=True)
class Timeline:
    """Counts in equal buckets.

    Attributes:
        start: The start of the first bucket, epoch nanoseconds.
        step: The width of a bucket, nanoseconds.
        buckets: The number of buckets.
        counts: The rows of `Profile.counts` whose times are inside the buckets.
        users: The rows of `Profile.users` whose times are inside the buckets.
        outside: The number of records whose times are outside the buckets, because they are far from all others.
    """

    start: int
    step: int
    buckets: int
    counts: pl.DataFrame
    users: pl.DataFrame
    outside: int

    @classmethod
    def of(cls, profile: Profile) -> Timeline | None:
        """Make the timeline of a profile, in the finest buckets of which 300 are enough; None without times."""
        if not profile.counts.height:
            return None
        low, high = _range(profile.counts)
        fitting = [step for step in STEPS if step >= profile.step and (high - low) // step < _MAX_BUCKETS]
        step = fitting[0] if fitting else STEPS[-1]
        start = low // step * step
        is_inside = pl.col("bucket").is_between(low, high)
        counts = profile.counts.filter(is_inside)
        outside = int(profile.counts["count"].sum()) - int(counts["count"].sum())
        return cls(start, step, (high - start) // step + 1, counts, profile.users.filter(is_inside), outside)

    def coarser(self) -> Timeline | None:
        """The same timeline in wider buckets, in which a slow rise stands out; None if these were fewer than 8."""
        wider = [step for step in STEPS if step > self.step and self.buckets * self.step // step >= _MIN_BUCKETS]
        if not wider:
            return None
        start = self.start // wider[0] * wider[0]
        end = self.start + self.buckets * self.step
        return replace(self, start=start, step=wider[0], buckets=-(-(end - start) // wider[0]))

    def series(self, counts: pl.DataFrame, service: str | None) -> pl.Series:
        """The counts of one service, or of all for None: one Int64 per bucket, 0 where there is none."""
        summed = of(counts, service).group_by(at=self.place).agg(pl.col("count").sum())
        every = pl.DataFrame({"at": pl.int_range(self.buckets, eager=True)})
        joined = every.join(summed, on="at", how="left", maintain_order="left")
        return joined["count"].fill_null(0).cast(pl.Int64)

    def places(self, counts: pl.DataFrame, first: int, last: int) -> tuple[Place, ...]:
        """The places of the first records of the buckets from `first` to `last`."""
        inside = counts.filter(self.place.is_between(first, last))
        return Place.of_all(inside.sort("bucket", "source", "line"))

    @property
    def is_alive(self) -> pl.Series:
        """Which buckets have any records, one Boolean per bucket."""
        return self.series(self.counts, None) > 0

    @property
    def place(self) -> pl.Expr:
        """The number of the timeline's bucket that holds the profile's finer `bucket`."""
        return (pl.col("bucket") - self.start) // self.step

    def moment(self, bucket: int) -> datetime:
        """When a bucket begins."""
        return moment_of(self.start + bucket * self.step)

    def length(self, buckets: float = 1) -> str:
        """The length of this many buckets as text, such as `5 min`."""
        return duration_text(timedelta(microseconds=buckets * self.step / 1_000))


def of(counts: pl.DataFrame, service: str | None) -> pl.DataFrame:
    """The counts of one service; those of all services for None."""
    return counts if service is None else counts.filter(pl.col("service") == service)


def services(counts: pl.DataFrame) -> list[str | None]:
    """None, which stands for all services together, then the names of the 50 busiest ones."""
    named = counts.filter(pl.col("service").is_not_null()).group_by("service").agg(pl.col("count").sum())
    ranked = named.sort("count", "service", descending=[True, False]).head(_SERVICES)["service"].to_list()
    return [None, *ranked]


def _range(counts: pl.DataFrame) -> tuple[int, int]:
    """The first and the last bucket of the timeline.

    Where the outer 0.1 % of the records at both ends make the range over ten times as long, the far ones are cut off.
    """
    by_time = counts.group_by("bucket").agg(pl.col("count").sum()).sort("bucket")
    until, total = pl.col("count").cum_sum(), pl.col("count").sum()
    shares = by_time.select("bucket", until=until / total, before=(until - pl.col("count")) / total)
    inner = shares.filter((pl.col("until") >= _OUTLIERS) & (pl.col("before") <= 1 - _OUTLIERS))["bucket"]
    starts = by_time["bucket"]
    spread = inner[-1] - inner[0]
    if starts[-1] - starts[0] > _STRETCH * spread > 0:
        starts = starts.filter(starts.is_between(inner[0] - spread, inner[-1] + spread))
    return starts[0], starts[-1]
