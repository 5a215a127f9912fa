"""Counts the turns of the year, or of the day, along times that state no year, or no date.

A step back begins the next year (of times without a year) or the next day (of times of day). A single odd time steps as
well, and the times after it step back to where they were. Therefore a time that continues the times before a step
belongs to their year or day.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from logtui.formats.anchor import DAY_NS, HOUR_NS

_CONFIRMED: Final = 16
"""Times in a row without a step from which they are not odd times."""
_TRUSTED: Final = 2
"""Times in a row from which later times may go back to them; a single one may be the only line of its day or year."""


class Steps(NamedTuple):
    """Limits of the steps between neighbouring times, nanoseconds.

    Attributes:
        gap: A larger step, forward or back, may be that of an odd time; a smaller one never begins a year or day.
        back: A step below this (negative) value begins the next year or day.
        stated_back: The value of `back` after a time that states its year or date.
        forth: A step above this value is a late record of the year or day before.
        near: A time continues another if it is later by at most this.
    """

    gap: int
    back: int
    stated_back: int
    forth: int
    near: int

    def turn(self, step: int, *, is_stated: bool) -> int:
        """The change of the year or day that a step means: 1, 0 or -1."""
        return (step < (self.stated_back if is_stated else self.back)) - (step > self.forth)


_MONTH_NS: Final = 31 * DAY_NS
YEARS: Final = Steps(gap=_MONTH_NS, back=-_MONTH_NS, stated_back=-_MONTH_NS, forth=365 * DAY_NS, near=DAY_NS)
"""Limits for times without a year, all in one leap year: a step back by less than a month is a late record."""
CLOCKS: Final = Steps(
    gap=HOUR_NS, back=-HOUR_NS, stated_back=-12 * HOUR_NS, forth=DAY_NS - HOUR_NS // 6, near=HOUR_NS // 60
)
"""Limits for times of day: a step back by up to an hour may be the change to winter time. After a time with a date,
whose day is known, only a step over midnight begins the next day."""


class Track(NamedTuple):
    """The year or day that the times of a source have reached.

    Attributes:
        turn: The year or day of the last time.
        last: The last time within its year or day, nanoseconds.
        run: The number of times up to the last one without a step between them.
        former: The year or day and the time at the end of the run before, to which later times may go back.
        states: Whether the last time stated its year or day.
    """

    turn: int
    last: int
    run: int = 1
    former: tuple[int, int] | None = None
    states: bool = False

    @property
    def before_odd(self) -> tuple[int, int] | None:
        """The year or day and the time to which the next time may go back if the last run is odd; None if it is not."""
        return self.former if self.run < _CONFIRMED else None

    def passed(self, last: int, count: int) -> Track:
        """The track after `count` more times of the same run, of which `last` is the last one."""
        return Track(self.turn, last, self.run + count, self.former) if count else self

    def then(self, time: int, steps: Steps) -> Track:
        """The track after one more time, which does not state its year or day."""
        step = time - self.last
        if abs(step) <= steps.gap:
            return self.passed(time, 1)
        former = self.before_odd
        if former is not None and 0 <= time - former[1] <= steps.near:
            return Track(former[0], time, _TRUSTED)
        kept = (self.turn, self.last) if self.run >= _TRUSTED else former
        return Track(self.turn + steps.turn(step, is_stated=self.states), time, former=kept)


def stated(turn: int, last: int) -> Track:
    """The track at a time that states its year or day."""
    return Track(turn, last, _TRUSTED, states=True)


def started(turn: int, time: int) -> Track:
    """The track before the first time, if that is in the given year or day."""
    return Track(turn, time, 0)
