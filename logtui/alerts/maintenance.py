"""Maintenance windows: when nobody is told of alerts, by a schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from logtui.alerts.conditions import nanoseconds, positive
from logtui.errors import LogtuiError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from croniter import croniter

_FIELDS = 5


class Maintenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A time of maintenance that comes again and again.

    Attributes:
        schedule: When it begins, in the five fields of cron, such as `0 2 * * 6`; UTC.
        duration: How long it lasts.
        reason: Why.
    """

    schedule: str
    duration: str
    reason: str = ""

    def __post_init__(self) -> None:
        positive("duration", self.duration)
        if len(self.schedule.split()) != _FIELDS or not _croniter().is_valid(self.schedule):
            raise ValueError(f"`schedule` has the five fields of cron, such as `0 2 * * 6`, not {self.schedule!r}")
        try:
            self.covers(0)
        except ValueError as error:
            raise ValueError(f"`schedule` {self.schedule!r} never comes: {error}") from error

    def covers(self, moment: int) -> bool:
        """Whether a moment, epoch nanoseconds, lies in the maintenance."""
        time = datetime.fromtimestamp(moment // 10**9, UTC)
        # The last beginning at or before the moment: `get_prev` looks strictly before.
        began: datetime = _croniter()(self.schedule, time + timedelta(seconds=1)).get_prev(datetime)
        return (time - began).total_seconds() * 1e9 < nanoseconds(self.duration)


def maintenance_at(windows: Iterable[Maintenance], moment: int) -> Maintenance | None:
    """The maintenance in which a moment, epoch nanoseconds, lies; None if it lies in none."""
    return next((each for each in windows if each.covers(moment)), None)


def _croniter() -> type[croniter]:
    try:
        import croniter as library  # a part of `logtui[server]`, and rules without maintenance do not need it
    except ImportError as error:
        raise LogtuiError("croniter is not installed", hint="pip install 'logtui[server]'") from error
    return library.croniter
