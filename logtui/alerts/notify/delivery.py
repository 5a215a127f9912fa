"""Deliveries: one attempt at a time, in order for each target, repeated with growing pauses up to a limit."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.alerts.notify.base import Attempt, Dead, Delivered, RefusedError, RetryAt, UnavailableError, digest
from logtui.alerts.notify.command import send_command
from logtui.alerts.notify.email import send_email
from logtui.alerts.notify.pagerduty import send_pagerduty
from logtui.alerts.notify.secrets import missing_credentials
from logtui.alerts.notify.slack import send_slack
from logtui.alerts.notify.targets import Command, Email, PagerDuty, Slack, Target, Webhook
from logtui.alerts.notify.webhook import send_webhook

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.alerts.notify.base import Entry, Outcome
    from logtui.alerts.notify.settings import NotifySettings

_SECOND: Final = 1_000_000_000
_MOST_DOUBLINGS: Final = 32


@dataclass(frozen=True, slots=True)
class Limits:
    """How often and how long a delivery is tried.

    Attributes:
        attempts: The most attempts.
        age: The seconds after which no further attempt is made.
        first: The longest pause after the first failure, seconds; each further failure doubles it.
        longest: The longest pause, seconds.
    """

    attempts: int = 100
    age: float = 86_400.0
    first: float = 5.0
    longest: float = 900.0

    def pause(self, attempts: int, random: Random) -> float:
        """The pause before the next attempt, seconds: a random one in the upper half of its range.

        Args:
            attempts: The attempts that failed, this one not counted.
            random: The source of the jitter, which keeps deliveries that failed together from coming back together.
        """
        most = min(self.first * 2 ** min(attempts, _MOST_DOUBLINGS), self.longest)
        return random.uniform(most / 2, most)


class Deliverer:
    """Makes attempts to deliver entries.

    Args:
        settings: Credentials and servers.
        limits: How often and how long a delivery is tried.
        random: The source of jitter.
    """

    def __init__(self, settings: NotifySettings, limits: Limits | None = None, random: Random | None = None) -> None:
        self._settings = settings
        self._limits = limits or Limits()
        self._random = random or Random()

    def deliver(self, entry: Entry, now: int) -> Outcome:
        """Make one attempt; it blocks until the receiver has answered or its time is over.

        Args:
            entry: The entry.
            now: The present, epoch nanoseconds.
        """
        missing = missing_credentials(entry.target, self._settings)
        if missing:
            return Dead(missing)
        try:
            return _SENDERS[type(entry.target)](entry.target, Attempt(entry, self._settings, now))
        except RefusedError as error:
            return Dead(str(error))
        except UnavailableError as error:
            return self._later(entry, now, error)

    def _later(self, entry: Entry, now: int, error: UnavailableError) -> Outcome:
        end = entry.created + int(self._limits.age * _SECOND)
        failed = entry.attempts + 1
        if failed >= self._limits.attempts or now >= end:
            return Dead(f"gave up after {failed} attempts: {error}")
        pause = max(self._limits.pause(entry.attempts, self._random), error.wait)
        return RetryAt(min(now + int(pause * _SECOND), end), str(error))


def queue_of(target: Target) -> str:
    """The name of a target's queue; entries of one queue are delivered one after another."""
    return digest(msgspec.json.encode(target).decode())


_SENDERS: Final[dict[type[Target], Callable[[Any, Attempt], Delivered]]] = {
    Webhook: send_webhook,
    Slack: send_slack,
    PagerDuty: send_pagerduty,
    Email: send_email,
    Command: send_command,
}
