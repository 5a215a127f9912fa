"""Messages about alerts, and what becomes of an attempt to send them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from logtui.alerts.notify.targets import Target  # noqa: TC001 - msgspec reads the annotation
from logtui.alerts.severity import Severity  # noqa: TC001 - msgspec reads the annotation
from logtui.errors import LogtuiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.alerts.notify.settings import NotifySettings

Event: TypeAlias = Literal["firing", "resolved", "no data", "data again", "escalated", "acknowledged"]

ENDS: Final[frozenset[Event]] = frozenset({"resolved", "data again"})
"""The events that end an episode."""

SAMPLES: Final = 5
"""The most sample lines of a message."""

_MOST_LINE: Final = 4_096
_MOST_VALUE: Final = 200


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happened to an alert.

    Attributes:
        episode: The id of one firing, from its beginning to its end; receivers tell alerts apart by it.
        rule: The rule's name.
        rule_id: The rule's id.
        group: The values of the rule's `group_by` fields; empty if it has none.
        event: What happened.
        at: When it happened, epoch nanoseconds.
        started: When the episode began, epoch nanoseconds.
        value: The observed value; None if no records came at all.
        condition: The condition as text, such as `count > 100 in 5m`.
        severity: How bad it is.
        query: The query whose records are counted; empty for all records.
        samples: Matching lines, at most five.
        top: Of some fields, the most frequent values with their counts.
        command: The command that opens the records.
        idempotency_key: Equal in all attempts to send this message, different in all other messages.
    """

    episode: str
    rule: str
    rule_id: str
    group: dict[str, str] = {}
    event: Event
    at: int
    started: int
    value: float | None
    condition: str
    severity: Severity
    query: str = ""
    samples: tuple[str, ...] = ()
    top: dict[str, list[tuple[str, int]]] = {}
    command: str = ""
    idempotency_key: str

    def __post_init__(self) -> None:
        if len(self.samples) > SAMPLES:
            raise ValueError(f"a message has at most {SAMPLES} samples, not {len(self.samples)}")

    @property
    def is_end(self) -> bool:
        """Whether the message ends its episode."""
        return self.event in ENDS

    @property
    def title(self) -> str:
        """One line that says what happened to which alert."""
        return f"[{self.event}] {one_line(self.rule)}{self._labels}"

    @property
    def summary(self) -> str:
        """The title with the value against the condition."""
        value = "" if self.value is None else f"{number(self.value)}, "
        return f"{self.title}: {value}{self.condition}"

    @property
    def lines(self) -> list[str]:
        """The samples as lines of at most 4,096 characters."""
        return [cut(one_line(sample), _MOST_LINE) for sample in self.samples]

    @property
    def top_lines(self) -> list[str]:
        """The top values, a line for each field."""
        return [f"{field}: {counted(counts)}" for field, counts in self.top.items()]

    @property
    def _labels(self) -> str:
        labels = ", ".join(f"{one_line(name)}={one_line(value)}" for name, value in self.group.items())
        return f" ({labels})" if labels else ""


class Delivered(msgspec.Struct, frozen=True, tag=True):
    """The receiver has accepted the messages.

    Attributes:
        receipts: By episode, how the receiver names what it was sent: later messages of the episode refer to it.
        warning: What did not arrive nevertheless, such as a mail to one of two recipients; empty if all did.
    """

    receipts: dict[str, str] = {}
    warning: str = ""


class RetryAt(msgspec.Struct, frozen=True, tag=True):
    """The attempt failed; another is to be made.

    Attributes:
        at: The earliest time of the next attempt, epoch nanoseconds.
        reason: Why this one failed.
    """

    at: int
    reason: str


class Dead(msgspec.Struct, frozen=True, tag=True):
    """The messages cannot be delivered; no attempt is to follow.

    Attributes:
        reason: Why.
    """

    reason: str


Outcome: TypeAlias = Delivered | RetryAt | Dead


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Messages that are to be sent to a target together, with what is known of earlier attempts.

    Attributes:
        target: Where they go.
        messages: The messages, at least one; alerts that fire at once are one delivery.
        from_file: Whether the target is named in a file of the operator, not through the API.
        created: When the messages were queued, epoch nanoseconds.
        attempts: The attempts that failed.
        receipts: By episode, the target's receipt of the first delivery of that episode.
    """

    target: Target
    messages: tuple[Message, ...]
    from_file: bool
    created: int
    attempts: int = 0
    receipts: dict[str, str] = {}

    def __post_init__(self) -> None:
        if not self.messages:
            raise ValueError("a delivery needs a message")

    @property
    def thread(self) -> str:
        """The receipt that all messages have in common; empty if they have none, or different ones."""
        receipts = {self.receipts.get(message.episode, "") for message in self.messages}
        return receipts.pop() if len(receipts) == 1 else ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver an entry.

    Attributes:
        entry: The entry.
        settings: Credentials and servers.
        now: The present, epoch nanoseconds.
    """

    entry: Entry
    settings: NotifySettings
    now: int

    @property
    def messages(self) -> tuple[Message, ...]:
        """The entry's messages."""
        return self.entry.messages

    def delivered(self, receipt: str = "", warning: str = "") -> Delivered:
        """The outcome when the receiver has accepted everything.

        Args:
            receipt: How the receiver names what it was sent; empty if it does not.
            warning: What did not arrive nevertheless.
        """
        return Delivered({message.episode: receipt for message in self.messages} if receipt else {}, warning)


class RefusedError(LogtuiError):
    """A delivery that the same attempt would fail again."""


class UnavailableError(LogtuiError):
    """A delivery that may succeed later.

    Args:
        message: What was expected and what came.
        wait: The seconds that the receiver asks to wait.
    """

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


def delivery_key(messages: Sequence[Message]) -> str:
    """The idempotency key of messages that are sent together: equal in all attempts."""
    if len(messages) == 1:
        return messages[0].idempotency_key
    return digest("\n".join(message.idempotency_key for message in messages))


def heading(messages: Sequence[Message]) -> str:
    """One line over messages that are sent together."""
    first = messages[0]
    if len(messages) == 1:
        return first.summary
    rules = {message.rule for message in messages}
    named = one_line(first.rule) if len(rules) == 1 else f"{len(rules)} rules"
    return f"[{'/'.join(dict.fromkeys(message.event for message in messages))}] {named}: {len(messages)} alerts"


def digest(text: str) -> str:
    """A short name for a text: 32 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def counted(counts: Sequence[tuple[str, int]]) -> str:
    """Values with their counts on one line."""
    return ", ".join(f"{cut(one_line(value), _MOST_VALUE)} ({count})" for value, count in counts)


def number(value: float) -> str:
    """A value as people write it: `142`, `0.25`."""
    return str(int(value)) if value.is_integer() else f"{value:.4f}".rstrip("0")


def one_line(text: str) -> str:
    """A text without line breaks and control characters, which could forge a header or a line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def cut(text: str, size: int) -> str:
    """A text of at most `size` characters; an ellipsis marks what was cut off."""
    return text if len(text) <= size else f"{text[: size - 1]}…"
