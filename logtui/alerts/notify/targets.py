"""Targets of notifications, as rules name them: `{"type": "slack", "channel": "#alerts"}`."""

from __future__ import annotations

import re
from typing import ClassVar, Final, TypeAlias

from logtui.alerts.conditions import nanoseconds
from logtui.alerts.notify.sensitive import Sensitive

_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")
_URL: Final = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"(env|file):.+")


class _Target(Sensitive, frozen=True, kw_only=True, omit_defaults=True):
    """Where notifications go."""


class Webhook(_Target, frozen=True, tag="webhook"):
    """An address that gets the JSON of Alertmanager's webhooks.

    Attributes:
        url: The address; it may be a reference to a secret.
        secret: The key of the signature, or a reference to it; empty for no signature.
    """

    secrets: ClassVar[tuple[str, ...]] = ("url", "secret")

    url: str
    secret: str = ""

    def __post_init__(self) -> None:
        _check_url(self.url)


class Slack(_Target, frozen=True, tag="slack"):
    """A channel of Slack, reached by the settings' token, or by the address of an incoming webhook.

    Attributes:
        channel: The channel, such as `#alerts`; not needed with `webhook_url`, which has its own.
        webhook_url: The incoming webhook's address, or a reference to it; empty for that of the settings.
    """

    secrets: ClassVar[tuple[str, ...]] = ("webhook_url",)

    channel: str = ""
    webhook_url: str = ""

    def __post_init__(self) -> None:
        if not self.channel and not self.webhook_url:
            raise ValueError("slack needs a `channel` or a `webhook_url`")
        if self.webhook_url:
            _check_url(self.webhook_url)


class PagerDuty(_Target, frozen=True, tag="pagerduty"):
    """A service of PagerDuty.

    Attributes:
        service_key: The integration key of the service, or a reference to it.
        routing_key: The same under its name in Events API v2.
    """

    secrets: ClassVar[tuple[str, ...]] = ("service_key", "routing_key")

    service_key: str = ""
    routing_key: str = ""

    def __post_init__(self) -> None:
        if bool(self.service_key) == bool(self.routing_key):
            raise ValueError("pagerduty needs one of `service_key` and `routing_key`")

    @property
    def key(self) -> str:
        """The key under either name."""
        return self.routing_key or self.service_key


class Email(_Target, frozen=True, tag="email"):
    """Mailboxes.

    Attributes:
        to: One address, or some.
    """

    to: str | tuple[str, ...]

    def __post_init__(self) -> None:
        wrong = [address for address in self.recipients if not _ADDRESS.fullmatch(address)]
        if wrong or not self.recipients:
            raise ValueError(f"`to` must be mail addresses, not {wrong[0]!r}" if wrong else "`to` names no address")

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses."""
        return (self.to,) if isinstance(self.to, str) else self.to


class Command(_Target, frozen=True, tag="command"):
    """A program that gets the messages as JSON on its standard input.

    Attributes:
        argv: The program and its arguments; no shell reads them.
        timeout: The time after which the program is killed.
    """

    secrets: ClassVar[tuple[str, ...]] = ("argv",)

    argv: tuple[str, ...]
    timeout: str = "30s"

    def __post_init__(self) -> None:
        if not self.argv or not self.argv[0]:
            raise ValueError("`argv` names no program")
        if nanoseconds(self.timeout) <= 0:
            raise ValueError(f"`timeout` must be more than nothing, not {self.timeout}")


Target: TypeAlias = Webhook | Slack | PagerDuty | Email | Command


def _check_url(url: str) -> None:
    if not _URL.fullmatch(url) and not _REFERENCE.fullmatch(url):
        raise ValueError("expected an address that begins with https:// or http://")
