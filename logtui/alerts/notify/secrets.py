"""Secrets of targets: references are resolved at delivery and may not come through the API; values are not printed."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from logtui.alerts.notify.base import RefusedError, UnavailableError
from logtui.alerts.notify.targets import Command, Email, Slack, Target, Webhook
from logtui.errors import ConfigError

if TYPE_CHECKING:
    from logtui.alerts.notify.settings import NotifySettings

HIDDEN: Final = "***"
"""What is printed instead of a secret."""

_REFERENCE: Final = re.compile(r"(?P<kind>env|file):(?P<place>.+)")
_ORIGIN: Final = re.compile(r"https?://(?:[^/@?#\s]*@)?(?P<host>[^/@?#\s]+)", re.IGNORECASE)

AnyTarget = TypeVar("AnyTarget", bound=Target)


def resolve_secret(text: str) -> str:
    """Look up a secret that is named by reference.

    Args:
        text: `env:NAME`, `file:PATH`, or the secret itself.

    Returns:
        The secret; that behind a reference without the white space around it.

    Raises:
        RefusedError: If the environment variable is not set.
        UnavailableError: If the file cannot be read now, as happens while it is being replaced.
    """
    match = _REFERENCE.fullmatch(text)
    if match is None:
        return text
    return _from_environment(match["place"]) if match["kind"] == "env" else _from_file(match["place"])


def redacted(target: AnyTarget) -> AnyTarget:
    """A target that can be printed: secrets are hidden, references and the host of an address are kept."""
    if isinstance(target, Command):
        return msgspec.structs.replace(target, argv=(target.argv[0], *(HIDDEN for _ in target.argv[1:])))
    hidden = {name: _hide(getattr(target, name)) for name in target.secrets}
    return msgspec.structs.replace(target, **hidden)


def check_from_api(target: Target) -> None:
    """Refuse a target that may only be named in files: a command, or a secret by reference.

    Raises:
        ConfigError: If the target is refused.
    """
    if isinstance(target, Command):
        raise ConfigError("a command can not be named through the API", hint="name it in a rules file")
    for name in target.secrets:
        match = _REFERENCE.fullmatch(getattr(target, name))
        if match:
            raise ConfigError(
                f"`{name}`: a secret by reference ({match['kind']}:) can not be named through the API",
                hint="name it in a rules file or in the settings",
            )


def missing_credentials(target: Target, settings: NotifySettings) -> str:
    """Say which credentials a target lacks.

    Returns:
        One line; empty if none are missing.
    """
    if isinstance(target, Slack) and not target.webhook_url:
        has_access = settings.slack.token or settings.slack.webhook_url
        return "" if has_access else f"slack {target.channel}: set `token` or `webhook_url` in [notify.slack]"
    if isinstance(target, Email) and not (settings.email.host and settings.email.sender):
        return "email: set `host` and `sender` in [notify.email]"
    return ""


def target_url(target: Webhook | Slack) -> str:
    """The address in a target with the reference resolved.

    Raises:
        RefusedError: If what the reference names is no address, or is not there.
        UnavailableError: If the file cannot be read now.
    """
    url = resolve_secret(target.url if isinstance(target, Webhook) else target.webhook_url)
    if not _ORIGIN.match(url):
        raise RefusedError("expected an address that begins with https:// or http:// behind the reference")
    return url


def _from_environment(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise RefusedError(f"the environment variable {name} is not set")
    return value


def _from_file(path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except OSError as error:
        raise UnavailableError(f"{path}: {error.strerror}") from error


def _hide(text: str) -> str:
    if not text or _REFERENCE.fullmatch(text):
        return text
    match = _ORIGIN.match(text)
    return f"{text.split(':', 1)[0]}://{match['host']}/{HIDDEN}" if match else HIDDEN
