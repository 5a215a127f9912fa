"""Structures with secrets."""

from __future__ import annotations

from logtui.alerts.notify.settings import EmailSettings, NotifySettings, SlackSettings


def test_settings_print_no_secret() -> None:
    settings = NotifySettings(
        slack=SlackSettings(token="zzz", webhook_url="https://hooks.slack.com/zzz"),
        email=EmailSettings(host="mail", password="zzz"),
    )
    assert "zzz" not in repr(settings)
    assert "host='mail'" in repr(settings)
