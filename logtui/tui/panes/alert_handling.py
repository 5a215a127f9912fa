"""What the user has muted and acknowledged. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logtui.alerts.evaluation import Evaluation


@dataclass(slots=True)
class AlertHandling:
    """Mutes of rules, and acknowledgements of alerts.

    Attributes:
        muted: Names of the muted rules.
        muted_until: By name of a muted rule, when the mute ends, epoch nanoseconds; a rule that is not here stays muted
            until the user ends it.
        acknowledged: By label of a rule or group, when the acknowledged alert fired, epoch nanoseconds.
        acknowledged_by: By label, who has acknowledged.
    """

    muted: set[str] = field(default_factory=set)
    muted_until: dict[str, int] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    acknowledged_by: dict[str, str] = field(default_factory=dict)

    def mute(self, name: str, until: int | None) -> None:
        """Mute a rule until a time, epoch nanoseconds; None for no end."""
        self.unmute(name)
        self.muted.add(name)
        if until is not None:
            self.muted_until[name] = until

    def unmute(self, name: str) -> None:
        """End the mute of a rule."""
        self.muted.discard(name)
        self.muted_until.pop(name, None)

    def expire(self, now: int) -> list[str]:
        """End the mutes whose time is over.

        Args:
            now: The present, epoch nanoseconds.

        Returns:
            The names of the rules that were muted.
        """
        over = sorted(name for name, until in self.muted_until.items() if until <= now)
        for name in over:
            self.unmute(name)
        return over

    def acknowledge(self, alert: Evaluation, user: str) -> None:
        """Acknowledge a firing alert; the next alert of the same rule and group is not acknowledged."""
        assert alert.instance.fired is not None
        self.acknowledged[alert.label] = alert.instance.fired
        self.acknowledged_by[alert.label] = user

    def is_acknowledged(self, alert: Evaluation) -> bool:
        """Whether the present alert of a rule or group has been acknowledged."""
        fired = self.acknowledged.get(alert.label)
        return alert.is_firing and fired is not None and fired == alert.instance.fired
