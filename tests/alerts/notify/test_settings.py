"""Settings of the notifiers, as a file holds them."""

from __future__ import annotations

import ipaddress
import ssl

import msgspec
import pytest

from logtui.alerts.notify.settings import NotifySettings

TEXT = """
allow_webhook = ["127.0.0.0/8", "fd00::/8"]
[slack]
token = "env:SLACK_TOKEN"
[pagerduty]
url = "https://events.eu.pagerduty.com/v2/enqueue"
[email]
host = "mail"
security = "tls"
sender = "alerts@example.org"
"""


def test_settings_are_read_from_toml() -> None:
    settings = msgspec.toml.decode(TEXT, type=NotifySettings)
    assert settings.allowed == (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("fd00::/8"))
    assert settings.slack.token == "env:SLACK_TOKEN"
    assert settings.email.address == ("mail", 465)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('allow_webhook = ["10.0.0.1/8"]', "has host bits set"),
        ('allow_webhook = ["home"]', "does not appear to be"),
        ("[slack]\ntokn = 'x'", "tokn"),
        ("[email]\nsecurity = 'ssl'", "ssl"),
    ],
)
def test_wrong_settings_are_refused(text: str, problem: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=problem):
        msgspec.toml.decode(text, type=NotifySettings)


def test_certificates_and_names_are_verified() -> None:
    context = NotifySettings().tls()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
