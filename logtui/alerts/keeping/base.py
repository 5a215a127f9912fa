"""`AlertStore`: where rules, their states, their history and the notifications that wait are kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import msgspec

from logtui.alerts.notify.base import Message, Outcome  # noqa: TC001 - msgspec reads the annotation
from logtui.alerts.notify.targets import Target  # noqa: TC001 - msgspec reads the annotation
from logtui.alerts.rules import Rule  # noqa: TC001 - msgspec reads the annotation
from logtui.alerts.states import Group, Instance, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RuleOrigin: TypeAlias = Literal["api", "file"]


class HistoryEvent(StrEnum):
    """What the history of a rule holds."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    FIRING = "firing"
    RESOLVED = "resolved"
    NO_DATA = "no data"
    DATA_AGAIN = "data again"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    MUTED = "muted"
    UNMUTED = "unmuted"
    SKIPPED = "skipped"
    """Windows that were not evaluated, because the evaluation was down for too long."""

    LATE = "late"
    """Records that came too late for their windows."""

    DELIVERY_FAILED = "delivery failed"
    NOT_SENT = "not sent"
    """A notification that a mute or maintenance held back."""


class Mute(msgspec.Struct, frozen=True):
    """That nobody is told of a rule for some time.

    Attributes:
        until: When it ends, epoch nanoseconds; None for never.
        reason: Why.
        by: Who has muted it.
        at: When, epoch nanoseconds.
    """

    until: int | None
    reason: str = ""
    by: str = ""
    at: int = 0

    def holds(self, now: int) -> bool:
        """Whether it has not ended."""
        return self.until is None or now < self.until


class Acknowledgement(msgspec.Struct, frozen=True):
    """That somebody takes care of an alert, until it is resolved.

    Attributes:
        user: Who.
        at: When, epoch nanoseconds.
        since: When the alert began, epoch nanoseconds: a later alert of the same rule is not acknowledged.
    """

    user: str
    at: int
    since: int


class KeptRule(msgspec.Struct, frozen=True):
    """A rule that is kept.

    Attributes:
        id: Its name in URLs, such as `alert-123`.
        rule: The rule.
        origin: Whether it came by the API or from a file; those of files can only be changed there.
        version: Grows with each change of the rule, its deletion included.
        created: When it was made, epoch nanoseconds.
        evaluated: The end of the last window that was evaluated, epoch nanoseconds; None if there was none.
        late: Records that came too late to be counted.
        problem: Why the last evaluation failed; empty if it did not.
        mute: The mute, which may have ended; None if it is not muted.
        is_deleted: Whether it was deleted, but its alerts are not ended yet.
    """

    id: str
    rule: Rule
    origin: RuleOrigin = "api"
    version: int = 1
    created: int = 0
    evaluated: int | None = None
    late: int = 0
    problem: str = ""
    mute: Mute | None = None
    is_deleted: bool = False

    def knows_values_of(self, rule: Rule) -> bool:
        """Whether the values that this rule knows are of use to another one."""
        mine = self.rule
        own = mine.query, mine.condition.fields, mine.group_by, mine.step
        return own == (rule.query, rule.condition.fields, rule.group_by, rule.step)


class GroupState(msgspec.Struct, frozen=True):
    """The state of one group of a rule.

    Attributes:
        group: The group.
        instance: Its state.
        counted: What was counted, in short: the state of a rule that counts something else now is not its own any more.
        escalated: How many steps of the escalation are done in the present alert.
        told: The targets that were told of the present alert.
        is_acknowledgement_told: Whether the targets know that the present alert is acknowledged.
        acknowledgement: Of the present or a former alert; None if there is none. It is kept by
            `AlertStore.acknowledge` alone: in what `keep` is given it counts for nothing, since people may acknowledge
            while a rule is looked at.
    """

    group: Group
    instance: Instance
    counted: str = ""
    escalated: int = 0
    told: tuple[Target, ...] = ()
    is_acknowledgement_told: bool = False
    acknowledgement: Acknowledgement | None = None

    @property
    def is_firing(self) -> bool:
        """Whether the state is Alerting."""
        return self.instance.state is State.ALERTING

    @property
    def is_acknowledged(self) -> bool:
        """Whether the present alert is acknowledged."""
        known = self.acknowledgement
        return known is not None and self.is_firing and known.since == self.instance.since


class HistoryEntry(msgspec.Struct, frozen=True):
    """Something that happened to a rule.

    Attributes:
        time: When, epoch nanoseconds.
        rule_id: The rule.
        event: What.
        before: The state before.
        after: The state after.
        value: The observed value; None if there was none.
        group: The group.
        detail: More, such as who, why, or how many.
    """

    time: int
    rule_id: str
    event: HistoryEvent
    before: State | None = None
    after: State | None = None
    value: float | None = None
    group: Group = ()
    detail: str = ""


class Posting(msgspec.Struct, frozen=True):
    """A notification that is to be delivered to one target.

    Attributes:
        key: The key by which a receiver knows a repetition: the same for the same event and target, also after a crash;
            a posting whose key is known is kept once.
        rule_id: The rule.
        target: Where to.
        message: What is said.
        due: When to try, epoch nanoseconds.
        queued: When it was made, epoch nanoseconds: long after its event where windows are evaluated late.
        from_file: Whether the target is named in a file of the operator, not through the API.
        attempts: How often it was tried.
        error: Why the last try failed.
    """

    key: str
    rule_id: str
    target: Target
    message: Message
    due: int
    queued: int
    from_file: bool = False
    attempts: int = 0
    error: str = ""


class PostingState(StrEnum):
    """What became of a posting."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a rule has found, which is kept as a whole or not at all.

    Attributes:
        rule: The rule as it was when it was looked at; if it has changed since, nothing is kept.
        evaluated: The end of the last window, epoch nanoseconds.
        states: The groups whose state is new; the others stay as they are.
        gone: Groups that are forgotten.
        history: What happened.
        postings: Who is to be told.
        values: Values of the field of a rule for new values, with the step in which each was first seen.
        late: Records that came too late, in this look.
        problem: Why the evaluation failed; empty if it did not.
    """

    rule: KeptRule
    evaluated: int | None
    states: Sequence[GroupState] = ()
    gone: Sequence[Group] = ()
    history: Sequence[HistoryEntry] = ()
    postings: Sequence[Posting] = ()
    values: Mapping[str, int] | None = None
    late: int = 0
    problem: str = ""


class Lease(msgspec.Struct, frozen=True):
    """The right to evaluate, for some time.

    Attributes:
        holder: Who has it.
        number: Grows with each new holder; what was begun under an older number is refused.
    """

    holder: str
    number: int


class AlertStore(Protocol):
    """Where alerts are kept. Each method is one transaction; several processes may use the same store.

    Methods that people's requests lead to raise `UnknownAlertError` where no rule has the id, or it was deleted; the
    history of a deleted rule can still be read. All raise `AlertError` if the store cannot be reached or is busy.
    """

    def rules(self, *, deleted: bool = False) -> list[KeptRule]:
        """All rules, in the order of their making; those deleted but not ended too, if they are wanted."""

    def rule(self, rule_id: str) -> KeptRule:
        """The rule with an id."""

    def add(self, rule: Rule, now: int, *, origin: RuleOrigin = "api") -> KeptRule:
        """Keep a new rule, with an entry in the history.

        Raises:
            AlertConflictError: If another rule has its name.
        """

    def add_all(self, rules: Sequence[Rule], now: int, *, origin: RuleOrigin = "api") -> list[KeptRule]:
        """Keep new rules with different names in one transaction, with an entry in the history for each.

        Raises:
            AlertConflictError: If another rule has one of the names; none is kept then.
        """

    def replace(self, rule_id: str, rule: Rule, now: int) -> KeptRule:
        """Change a rule, with an entry in the history.

        The values that it knows are forgotten if the new rule looks at other values, or counts them in other steps.

        Raises:
            AlertConflictError: If another rule has its name.
        """

    def delete(self, rule_id: str, now: int) -> None:
        """Delete a rule; it stays among the deleted ones until the evaluation has ended its alerts."""

    def forget(self, rule: KeptRule, lease: Lease) -> None:
        """Let go of a deleted rule whose alerts have ended; its history and its postings stay.

        Raises:
            LeaseLostError: If another holder has taken the lease.
        """

    def mute(self, rule_id: str, mute: Mute) -> None:
        """Mute a rule, with an entry in the history."""

    def unmute(self, rule_id: str, now: int, by: str = "") -> None:
        """End a mute, with an entry in the history."""

    def acknowledge(self, rule_id: str, user: str, now: int, group: Group | None = None) -> int:
        """Acknowledge the firing alerts of a rule, or of one of its groups, with an entry in the history for each.

        Returns:
            How many alerts that were; those that the same user has acknowledged before are not counted again.

        Raises:
            AlertConflictError: If none of them fires.
        """

    def states(self, rule_id: str | None = None) -> dict[str, list[GroupState]]:
        """The states of the groups of one rule or of all, by the rule's id."""

    def history(
        self, rule_id: str | None = None, limit: int = 100, before: int | None = None
    ) -> list[tuple[int, HistoryEntry]]:
        """What happened, the newest first.

        Args:
            rule_id: The rule; None for all.
            limit: Most entries.
            before: Only entries with smaller numbers, for paging.

        Returns:
            The entries with their numbers.
        """

    def values(self, rule_id: str) -> dict[str, int]:
        """The values that a rule knows, also a deleted one, with the step in which each was first seen."""

    def keep(self, looks: Sequence[Look], lease: Lease) -> None:
        """Keep what looks have found, in one transaction.

        A look at a rule that has changed or was deleted since is left out.

        Raises:
            LeaseLostError: If another holder has taken the lease; nothing is kept.
        """

    def lease(self, holder: str, seconds: float) -> Lease | None:
        """Take the lease, or keep it for longer, by the clock of the store: those of its users may differ.

        Args:
            holder: Who wants it, such as a process; each has a name of its own.
            seconds: For how long; 0 ends it.

        Returns:
            The lease, with the number of the holder's last one if nobody has had it since; None if another has it.
        """

    def waiting(self, now: int, limit: int = 100) -> list[Posting]:
        """The postings that are due, the oldest first.

        One that waits for its next try holds back the later ones of its episode to the same target, so that nobody is
        told of the end before the beginning.
        """

    def settle(self, keys: Sequence[str], outcome: Outcome, now: int) -> None:
        """Note what became of a try to deliver some postings together, of all or of none.

        A dead one, and one that did not reach everybody, gets an entry in the history. One that is not waiting is left
        as it is.
        """

    def receipts(self, target: Target, episodes: Sequence[str]) -> dict[str, str]:
        """How a target's receiver names what it was sent, by episode: what `Delivered` has said."""

    def backlog(self) -> Mapping[PostingState, int]:
        """How many postings there are of each state; of those that do not wait, only the newest are kept."""

    def close(self) -> None:
        """Let go of the store."""
