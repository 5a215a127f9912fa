"""Secrets: looked up at delivery, hidden in print, and not by reference through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.alerts.notify.base import RefusedError, UnavailableError
from logtui.alerts.notify.secrets import (
    check_from_api,
    missing_credentials,
    redacted,
    resolve_secret,
    target_url,
)
from logtui.alerts.notify.settings import EmailSettings, NotifySettings, SlackSettings
from logtui.alerts.notify.targets import Command, Email, PagerDuty, Slack, Target, Webhook
from logtui.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_plain_secret_is_itself() -> None:
    assert resolve_secret("xyz") == "xyz"


def test_a_secret_in_the_environment_is_looked_up_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_KEY", "one")
    assert resolve_secret("env:HOOK_KEY") == "one"
    monkeypatch.setenv("HOOK_KEY", "two")
    assert resolve_secret("env:HOOK_KEY") == "two"


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(RefusedError, match="variable NO_SUCH_KEY is not set"):
        resolve_secret("env:NO_SUCH_KEY")


def test_a_secret_in_a_file_has_no_line_break(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("xyz\n")
    assert resolve_secret(f"file:{path}") == "xyz"


def test_a_file_that_is_missing_may_come_back(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="key: No such file"):
        resolve_secret(f"file:{tmp_path}/key")


def test_an_address_by_reference_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "hunter2")
    with pytest.raises(RefusedError) as caught:
        target_url(Webhook(url="env:HOOK"))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (
            Webhook(url="https://me:pw@example.org:8443/zzz?key=zzz", secret="zzz"),
            Webhook(url="https://example.org:8443/***", secret="***"),
        ),
        (Webhook(url="env:HOOK", secret="file:/run/key"), Webhook(url="env:HOOK", secret="file:/run/key")),
        (Slack(channel="#a"), Slack(channel="#a")),
        (Slack(webhook_url="https://hooks.slack.com/T/B/zzz"), Slack(webhook_url="https://hooks.slack.com/***")),
        (PagerDuty(service_key="zzz"), PagerDuty(service_key="***")),
        (PagerDuty(routing_key="zzz"), PagerDuty(routing_key="***")),
        (Email(to="a@example.org"), Email(to="a@example.org")),
        (Command(argv=("notify", "--key", "zzz")), Command(argv=("notify", "***", "***"))),
    ],
)
def test_a_redacted_target_hides_secrets_and_keeps_the_rest(target: Target, expected: Target) -> None:
    assert redacted(target) == expected


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        (Command(argv=("true",)), "a command can not be named through the API"),
        (Webhook(url="env:HOOK"), r"`url`: a secret by reference \(env:\)"),
        (Webhook(url="https://example.org", secret="file:/etc/shadow"), r"`secret`: a secret by reference \(file:\)"),
        (Slack(webhook_url="env:HOOK"), "`webhook_url`"),
        (PagerDuty(service_key="env:AWS_SECRET_ACCESS_KEY"), "`service_key`"),
        (PagerDuty(routing_key="file:/etc/passwd"), "`routing_key`"),
    ],
)
def test_the_api_may_not_name_commands_and_references(target: Target, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        check_from_api(target)


@pytest.mark.parametrize(
    "target",
    [
        Slack(channel="#alerts"),
        PagerDuty(service_key="xxx"),
        Webhook(url="https://example.org", secret="x"),
        Email(to="a@example.org"),
    ],
)
def test_the_api_may_name_everything_else(target: Target) -> None:
    check_from_api(target)


def test_a_channel_needs_a_token_or_a_webhook_in_the_settings() -> None:
    target = Slack(channel="#alerts")
    assert "slack #alerts: set `token` or `webhook_url`" in missing_credentials(target, NotifySettings())
    assert missing_credentials(target, NotifySettings(slack=SlackSettings(token="t"))) == ""
    assert missing_credentials(Slack(webhook_url="https://hooks.slack.com/x"), NotifySettings()) == ""


def test_a_mail_needs_a_server_and_a_sender() -> None:
    target = Email(to="a@example.org")
    assert "`host` and `sender`" in missing_credentials(target, NotifySettings(email=EmailSettings(host="mail")))
    settings = NotifySettings(email=EmailSettings(host="mail", sender="l@example.org"))
    assert missing_credentials(target, settings) == ""
