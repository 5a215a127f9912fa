"""Alert rules: which records are counted, how often, and what happens when the condition holds."""

from __future__ import annotations

from math import gcd
from typing import Final, Literal, TypeAlias

import msgspec

from logtui.alerts.conditions import Condition, Percentage, length, named, nanoseconds, positive
from logtui.alerts.maintenance import Maintenance  # noqa: TC001 - msgspec reads the annotation
from logtui.alerts.notify.targets import Target  # noqa: TC001 - msgspec reads the annotation
from logtui.alerts.severity import Severity  # noqa: TC001 - msgspec reads the annotation

NoData: TypeAlias = Literal["no_data", "ok", "keep"]
TimeBasis: TypeAlias = Literal["event", "ingest"]

_MOST_STEPS: Final = 100_000


class Escalation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to tell of an alert that nobody has acknowledged.

    Attributes:
        after: How long after the firing, such as `15m`.
        notify: Where to.
    """

    after: str
    notify: tuple[Target, ...]

    def __post_init__(self) -> None:
        positive("after", self.after)


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An alert rule.

    Attributes:
        name: The rule's name, unique among the rules.
        condition: The value that is computed of a window, and when it fires the rule.
        query: The query for the records that count; empty for all.
        interval: How often a window is evaluated.
        consecutive: The number of evaluations in a row in which the condition must hold before the rule fires.
        cooldown: The least time between two notified firings.
        keep_firing_for: How long an alert stays after the value has passed the clear value.
        severity: How bad it is when the rule fires.
        no_data: What a window without any record does: `no_data` enters the state No Data, `ok` ends an alert, `keep`
            changes nothing.
        group_by: Fields; each combination of their values has a state of its own.
        allowed_lateness: How long a window waits for records that arrive late. Later ones do not count.
        time_basis: Whether records belong to windows by their own time or by the time of their arrival.
        notifications: Whom to tell.
        escalation: Whom else to tell if nobody acknowledges.
        maintenance: When nobody is told.
    """

    name: str
    condition: Condition
    query: str = ""
    interval: str = "30s"
    consecutive: int = 1
    cooldown: str = "0s"
    keep_firing_for: str = "0s"
    severity: Severity = "warning"
    no_data: NoData = "no_data"
    group_by: tuple[str, ...] = ()
    allowed_lateness: str = "15s"
    time_basis: TimeBasis = "event"
    notifications: tuple[Target, ...] = ()
    escalation: tuple[Escalation, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()

    def __post_init__(self) -> None:
        named("name", self.name)
        for field in self.group_by:
            named("group_by", field)
        if self.consecutive < 1:
            raise ValueError(f"`consecutive` must be at least 1, not {self.consecutive}")
        positive("interval", self.interval)
        if self.window_steps > _MOST_STEPS:
            window = self.condition.window
            raise ValueError(f"a `window` of {window} is too long for an `interval` of {self.interval}")
        for key in ("cooldown", "keep_firing_for", "allowed_lateness"):
            length(key, getattr(self, key))

    @property
    def step(self) -> int:
        """The width of the steps of time in which records are counted, nanoseconds; it divides window and interval."""
        return gcd(self.every, self.condition.span)

    @property
    def every(self) -> int:
        """The interval between two evaluations, nanoseconds."""
        return nanoseconds(self.interval)

    @property
    def window_steps(self) -> int:
        """The number of steps in a window."""
        return self.condition.span // self.step

    @property
    def interval_steps(self) -> int:
        """The number of steps between two evaluations."""
        return self.every // self.step

    @property
    def counted(self) -> str:
        """The query for the records that are counted; empty for all."""
        of = self.condition.of.strip() if isinstance(self.condition, Percentage) else ""
        return f"({of}) ({self.query})" if of and self.query.strip() else of or self.query

    @property
    def scope(self) -> str:
        """The query for the records without which there is no data; empty for all."""
        return self.condition.of if isinstance(self.condition, Percentage) else ""

    @property
    def wait(self) -> int:
        """The cooldown, nanoseconds."""
        return nanoseconds(self.cooldown)

    @property
    def lingering(self) -> int:
        """How long an alert stays after its value is clear, nanoseconds."""
        return nanoseconds(self.keep_firing_for)

    @property
    def lateness(self) -> int:
        """How long a window waits for late records, nanoseconds."""
        return nanoseconds(self.allowed_lateness)
