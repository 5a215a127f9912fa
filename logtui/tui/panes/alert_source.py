"""`AlertSource`: where the rules of the alerts pane come from, and what it shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from logtui.alerts.severity import SEVERITIES
from logtui.alerts.states import Group, Instance, State

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from logtui.alerts.rules import Rule


class AlertKey(NamedTuple):
    """Which rule or group a line is about.

    Attributes:
        source: The name of the source; empty for the rules of this screen.
        rule: What the source knows the rule by.
        group: The group; empty for a rule without groups.
    """

    source: str
    rule: str
    group: Group = ()


class Muted(NamedTuple):
    """That nobody is told of a rule.

    Attributes:
        until: When that ends, epoch nanoseconds; None for never.
        reason: Why; empty if that is not known.
    """

    until: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule or one of its groups, with its state.

    Attributes:
        key: Which it is.
        rule: The rule.
        instance: The state.
        recent: The values of the last windows that are known, oldest first.
        muted: The mute; None if it is not muted.
        acknowledged_by: Who takes care of it; None if nobody does, empty if it is not known who.
        note: What else is to be said of it; empty for nothing.
    """

    key: AlertKey
    rule: Rule
    instance: Instance
    recent: Sequence[float | None] = ()
    muted: Muted | None = None
    acknowledged_by: str | None = None
    note: str = ""

    @property
    def name(self) -> str:
        """The name of the rule, and the values of the group if there is one."""
        return " · ".join([self.rule.name, *(f"{field}={value}" for field, value in self.key.group)])

    @property
    def label(self) -> str:
        """The name, with the server that has the rule."""
        return f"{self.name} @ {self.key.source}" if self.key.source else self.name

    @property
    def is_firing(self) -> bool:
        """Whether the state is Alerting."""
        return self.instance.state is State.ALERTING

    @property
    def rank(self) -> tuple[int, int, str, AlertKey]:
        """Sort key: firing ones first, then those without data; within these the most severe first, then by name."""
        states = (State.ALERTING, State.NO_DATA, State.OK)
        return states.index(self.instance.state), SEVERITIES.index(self.rule.severity), self.rule.name, self.key


class Happening(NamedTuple):
    """Something that happened to a rule or group.

    Attributes:
        at: When, epoch nanoseconds.
        key: What it happened to.
        label: The label of that.
        text: What happened.
        is_firing: Whether it is that an alert began.
    """

    at: int
    key: AlertKey
    label: str
    text: str
    is_firing: bool


class AlertSource(Protocol):
    """Rules that are evaluated somewhere. Nothing here waits: what takes time goes on in threads."""

    @property
    def name(self) -> str:
        """The name of the source; empty for the rules of this screen."""

    @property
    def takes_reasons(self) -> bool:
        """Whether a mute has a reason."""

    @property
    def names(self) -> Collection[str]:
        """The names of its rules."""

    @property
    def alerts(self) -> Sequence[Alert]:
        """The rules and groups, in any order."""

    @property
    def happenings(self) -> Sequence[Happening]:
        """What happened, in any order."""

    @property
    def notices(self) -> Sequence[str]:
        """What keeps the alerts or the history from being whole, a line each."""

    @property
    def has_older(self) -> bool:
        """Whether there is an older history to fetch."""

    def look(self) -> bool:
        """Begin to look at the rules if it is time for that; returns whether anything is new since the last call."""

    def fetch_older(self) -> None:
        """Begin to fetch more of the history."""

    def mute(self, alert: Alert, duration: str | None, reason: str) -> None:
        """Mute a rule for a duration such as `1h`; None until it is unmuted."""

    def unmute(self, alert: Alert) -> None:
        """End the mute of a rule."""

    def acknowledge(self, alert: Alert, user: str) -> None:
        """Acknowledge what fires in the name of a user; the next alert of the rule is not acknowledged."""

    def add(self, rule: Rule) -> None:
        """Have one more rule evaluated from now on."""
