"""Settings of the notifiers: credentials, servers, and the private addresses that webhooks may name."""

from __future__ import annotations

import ipaddress
import ssl
from typing import ClassVar, Final, Literal, TypeAlias

import msgspec

from logtui.alerts.notify.sensitive import Sensitive

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}


class SlackSettings(Sensitive, frozen=True):
    """Access to Slack.

    Attributes:
        token: The bot's token with the scope `chat:write`, or a reference to it.
        webhook_url: The address of an incoming webhook, or a reference to it; used if there is no token.
        api: The address of Slack's API.
    """

    secrets: ClassVar[tuple[str, ...]] = ("token", "webhook_url")

    token: str = ""
    webhook_url: str = ""
    api: str = "https://slack.com/api"


class PagerDutySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Access to PagerDuty.

    Attributes:
        url: The address of Events API v2; Europe has its own.
    """

    url: str = "https://events.pagerduty.com/v2/enqueue"


class EmailSettings(Sensitive, frozen=True):
    """Access to a mail server.

    Attributes:
        host: The server; empty for none.
        port: Its port; 0 for the usual one of `security`.
        security: `starttls` encrypts after greeting, `tls` from the start on, `none` not at all.
        sender: The address in From.
        user: The user's name; empty to send without logging in.
        password: The password, or a reference to it.
    """

    secrets: ClassVar[tuple[str, ...]] = ("password",)

    host: str = ""
    port: int = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = ""
    user: str = ""
    password: str = ""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return self.host, self.port or _PORTS[self.security]


class NotifySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the notifiers need to know beside a rule's targets.

    Attributes:
        slack: Access to Slack.
        pagerduty: Access to PagerDuty.
        email: Access to a mail server.
        allow_webhook: Networks (CIDR) that webhooks may name although they are not public.
        ca_file: A file of certificates (PEM) that are trusted beside the system's; empty for none.
        timeout: Seconds that a receiver may take.
    """

    slack: SlackSettings = SlackSettings()
    pagerduty: PagerDutySettings = PagerDutySettings()
    email: EmailSettings = EmailSettings()
    allow_webhook: tuple[str, ...] = ()
    ca_file: str = ""
    timeout: float = 10.0

    def __post_init__(self) -> None:
        for text in self.allow_webhook:
            ipaddress.ip_network(text)

    @property
    def allowed(self) -> tuple[Network, ...]:
        """The networks of `allow_webhook`."""
        return tuple(ipaddress.ip_network(text) for text in self.allow_webhook)

    def tls(self) -> ssl.SSLContext:
        """A context that verifies the other side's certificate and name."""
        context = ssl.create_default_context()
        if self.ca_file:
            context.load_verify_locations(self.ca_file)
        return context
