"""Mails: the later messages of an episode answer the first, so that mail programs show them as one thread."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from logtui.alerts.notify.base import (
    RefusedError,
    UnavailableError,
    cut,
    delivery_key,
    digest,
    heading,
    number,
    one_line,
)
from logtui.alerts.notify.secrets import resolve_secret
from logtui.model.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from logtui.alerts.notify.base import Attempt, Delivered, Message
    from logtui.alerts.notify.settings import NotifySettings
    from logtui.alerts.notify.targets import Email

_SECOND: Final = 1_000_000_000
_MOST_SUBJECT: Final = 200


def send_email(target: Email, attempt: Attempt) -> Delivered:
    """Send messages as one mail to all recipients of a target.

    Raises:
        RefusedError: If the attempt would fail again.
        UnavailableError: If it may succeed later.
    """
    mail = mail_of(target, attempt)
    try:
        with _connected(attempt.settings) as server:
            refused = server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        raise _all_refused(error.recipients) from error
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, error.smtp_error) from error
    except UnicodeError as error:
        raise RefusedError(f"{attempt.settings.email.host}: user or password is not ASCII") from error
    except smtplib.SMTPNotSupportedError as error:
        raise RefusedError(f"{attempt.settings.email.host}: {error}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise UnavailableError(f"{attempt.settings.email.host}: {one_line(str(error))}") from error
    return attempt.delivered(attempt.entry.thread or str(mail["Message-ID"]), _refused_text(refused))


def mail_of(target: Email, attempt: Attempt) -> EmailMessage:
    """The mail of an attempt; its Message-ID is the same in all attempts."""
    sender, thread = attempt.settings.email.sender, attempt.entry.thread
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = ", ".join(target.recipients)
    mail["Subject"] = cut(heading(attempt.messages), _MOST_SUBJECT)
    mail["Date"] = format_datetime(datetime.fromtimestamp(attempt.now // _SECOND, UTC))
    mail["Message-ID"] = f"<{digest(delivery_key(attempt.messages))}@{sender.rpartition('@')[2].rstrip('>')}>"
    mail["Auto-Submitted"] = "auto-generated"
    if thread:
        mail["In-Reply-To"] = mail["References"] = thread
    mail.set_content(_text(attempt.messages))
    return mail


def _text(messages: Sequence[Message]) -> str:
    return "\n\n".join("\n".join(_lines(message)) for message in messages) + "\n"


def _lines(message: Message) -> list[str]:
    facts = {
        "value": "no data" if message.value is None else number(message.value),
        "condition": message.condition,
        "severity": message.severity,
        "since": rfc3339(message.started),
        "at": rfc3339(message.at),
        "query": message.query,
    }
    lines = [message.title, *(f"{name}: {text}" for name, text in facts.items() if text), *message.top_lines]
    lines += [f"  {line}" for line in message.lines]
    return [*lines, *([message.command] if message.command else [])]


def _connected(settings: NotifySettings) -> smtplib.SMTP:
    """A connection that is encrypted as the settings ask, and logged in."""
    email = settings.email
    host, port = email.address
    password = resolve_secret(email.password)
    if email.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=settings.timeout, context=settings.tls())
    else:
        server = smtplib.SMTP(host, port, timeout=settings.timeout)
    try:
        if email.security == "starttls":
            server.starttls(context=settings.tls())
        if email.user:
            server.login(email.user, password)
    except BaseException:
        server.close()
        raise
    return server


def _all_refused(recipients: Mapping[str, tuple[int, bytes]]) -> RefusedError | UnavailableError:
    codes = [code for code, _ in recipients.values()]
    text = _refused_text(recipients)
    return UnavailableError(text) if any(code < 500 for code in codes) else RefusedError(text)


def _answered(code: int, text: bytes | str) -> RefusedError | UnavailableError:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    reason = f"the mail server answered {code}: {one_line(said)}"
    return RefusedError(reason) if code >= 500 else UnavailableError(reason)


def _refused_text(recipients: Mapping[str, tuple[int, bytes]]) -> str:
    found = (f"{name}: {code} {one_line(text.decode('utf-8', 'replace'))}" for name, (code, text) in recipients.items())
    return f"refused for {'; '.join(found)}" if recipients else ""
