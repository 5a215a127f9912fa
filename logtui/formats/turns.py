"""How many years or days a time lies behind the ones before it, though an odd time stands between them.

A step back begins the next year (of times without one) or the next day (of clocks). A lone odd time steps as well, and
the times after it step back to where they were: a time that goes on where they were before the step is taken there.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from logtui.formats.anchor import DAY_NS, HOUR_NS

_CONFIRMED: Final = 16
"""So many times in a row without a step are no odd ones any more."""
_TRUSTED: Final = 2
"""So many in a row are worth going back to; a single one may be the only line of its day or year."""


class Steps(NamedTuple):
    """What steps between neighbours mean, in nanoseconds.

    Attributes:
        gap: A step by more than this, either way, may be an odd time's; a smaller one turns nothing.
        back: A step below this begins the next year or day ...
        stated_back: ... and below this if the time before states its own.
        forth: A step above this is a late record of the year or day before.
        near: A time that is behind another one by no more than this goes on with it.
    """

    gap: int
    back: int
    stated_back: int
    forth: int
    near: int

    def turn(self, step: int, *, is_stated: bool) -> int:
        """How many years or days later a time is than the one before it, by the step."""
        return (step < (self.stated_back if is_stated else self.back)) - (step > self.forth)


_MONTH_NS: Final = 31 * DAY_NS
YEARS: Final = Steps(gap=_MONTH_NS, back=-_MONTH_NS, stated_back=-_MONTH_NS, forth=365 * DAY_NS, near=DAY_NS)
"""Of times in one leap year: a step back by less than a month is a late record."""
CLOCKS: Final = Steps(
    gap=HOUR_NS, back=-HOUR_NS, stated_back=-12 * HOUR_NS, forth=DAY_NS - HOUR_NS // 6, near=HOUR_NS // 60
)
"""Of times of the day: a step back by up to an hour may be the change to winter time; behind a time with a date, whose
day is known, only a step over midnight begins the next one."""


class Track(NamedTuple):
    """Where the times of a source have come to.

    Attributes:
        turn: Year or day of the last time.
        last: That time within its year or day, in nanoseconds.
        run: How many times in a row up to it had no step between them.
        former: Year or day and time where the run before ended, while the last run may be of odd times.
        states: Whether the last time stated its year or day.
    """

    turn: int
    last: int
    run: int = 1
    former: tuple[int, int] | None = None
    states: bool = False

    @property
    def before_odd(self) -> tuple[int, int] | None:
        """Year or day and time to which the next time may go back, if the last ones are odd."""
        return self.former if self.run < _CONFIRMED else None

    def passed(self, last: int, count: int) -> Track:
        """The track after more times of the same run, the last of which is given."""
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
    """The track before the first time, which is to have a year or day."""
    return Track(turn, time, 0)
