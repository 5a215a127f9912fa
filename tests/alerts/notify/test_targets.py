"""Targets as rules name them."""

from __future__ import annotations

import msgspec
import pytest

from logtui.alerts.notify.targets import Command, Email, PagerDuty, Slack, Target, Webhook


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"type": "slack", "channel": "#alerts"}', Slack(channel="#alerts")),
        ('{"type": "pagerduty", "service_key": "xxx"}', PagerDuty(service_key="xxx")),
        ('{"type": "pagerduty", "routing_key": "xxx"}', PagerDuty(routing_key="xxx")),
        ('{"type": "webhook", "url": "https://example.org/x"}', Webhook(url="https://example.org/x")),
        ('{"type": "webhook", "url": "env:HOOK", "secret": "s"}', Webhook(url="env:HOOK", secret="s")),
        ('{"type": "email", "to": "a@example.org"}', Email(to="a@example.org")),
        ('{"type": "email", "to": ["a@example.org", "b@example.org"]}', Email(to=("a@example.org", "b@example.org"))),
        ('{"type": "command", "argv": ["true"], "timeout": "5s"}', Command(argv=("true",), timeout="5s")),
    ],
)
def test_targets_are_read_and_written(text: str, expected: Target) -> None:
    found = msgspec.json.decode(text, type=Target)
    assert found == expected
    assert msgspec.json.decode(msgspec.json.encode(found)) == msgspec.json.decode(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"type": "pager", "key": "x"}', "Invalid value 'pager'"),
        ('{"type": "slack", "chanel": "#a"}', "chanel"),
        ('{"type": "slack"}', "`channel` or a `webhook_url`"),
        ('{"type": "slack", "webhook_url": "hooks.slack.com"}', "begins with https://"),
        ('{"type": "pagerduty"}', "one of `service_key` and `routing_key`"),
        ('{"type": "pagerduty", "service_key": "x", "routing_key": "y"}', "one of `service_key` and `routing_key`"),
        ('{"type": "webhook", "url": "ftp://example.org"}', "begins with https://"),
        ('{"type": "email", "to": "a"}', "mail addresses, not 'a'"),
        ('{"type": "email", "to": "a@b\\r\\nBcc: c@d"}', "mail addresses"),
        ('{"type": "email", "to": []}', "names no address"),
        ('{"type": "command", "argv": []}', "names no program"),
        ('{"type": "command", "argv": ["x"], "timeout": "0s"}', "more than nothing"),
    ],
)
def test_wrong_targets_are_refused_with_the_reason(text: str, problem: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=problem):
        msgspec.json.decode(text, type=Target)


@pytest.mark.parametrize(
    "target",
    [
        Webhook(url="https://example.org/zzz", secret="zzz"),
        Slack(webhook_url="https://hooks.slack.com/zzz"),
        PagerDuty(service_key="zzz"),
        PagerDuty(routing_key="zzz"),
        Command(argv=("notify", "--token=zzz")),
    ],
)
def test_a_target_prints_no_secret(target: Target) -> None:
    assert "zzz" not in repr(target)
    assert "zzz" not in f"{[target]}"
