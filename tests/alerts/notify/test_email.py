"""Mails: to a real server on loopback, encrypted, in threads."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from logtui.alerts.notify.base import RefusedError, UnavailableError
from logtui.alerts.notify.email import mail_of, send_email
from logtui.alerts.notify.settings import EmailSettings, NotifySettings
from logtui.alerts.notify.targets import Email
from tests.alerts.notify.deliveries import FIRING, RESOLVED, attempt, groups

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    import trustme
    from aiosmtpd.smtp import SMTP, Envelope, LoginPassword, Session

TARGET = Email(to=("ops@example.org", "dev@example.org"))


class Mailbox:
    """Keeps what arrives; `answers` are given to recipients and to data instead of `250`."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.partition("@")[0] in self.answers:
            return self.answers[address.partition("@")[0]]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return self.answers.get("data", "250 OK")

    @property
    def mails(self) -> list[EmailMessage]:
        contents = [envelope.content for envelope in self.envelopes]
        return [
            email.message_from_bytes(content, policy=email.policy.default)
            for content in contents
            if isinstance(content, bytes)
        ]


@contextmanager
def serving(mailbox: Mailbox, **options: Any) -> Iterator[NotifySettings]:  # noqa: ANN401 - of the controller
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, server_hostname="mail", **options)
    controller.start()
    try:
        yield NotifySettings(
            email=EmailSettings(host="127.0.0.1", port=port, security="none", sender="logtui <alerts@example.org>"),
            timeout=5.0,
        )
    finally:
        controller.stop()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def secured(settings: NotifySettings, ca_file: str = "", *, user: str = "", password: str = "") -> NotifySettings:
    changed = msgspec.structs.replace(settings.email, security="starttls", user=user, password=password)
    return msgspec.structs.replace(settings, email=changed, ca_file=ca_file)


def test_a_mail_has_facts_samples_top_values_and_the_command() -> None:
    settings = NotifySettings(email=EmailSettings(host="mail", sender="logtui <alerts@example.org>"))
    mail = mail_of(TARGET, attempt(TARGET, settings=settings))
    assert mail["From"] == "logtui <alerts@example.org>"
    assert mail["To"] == "ops@example.org, dev@example.org"
    assert mail["Subject"] == "[firing] payments fail (service=payments): 142, count > 100 in 5m"
    assert mail["Date"] == "Thu, 01 Jan 2026 00:00:00 +0000"
    assert mail["Message-ID"].endswith("@example.org>")
    assert mail.get_content() == (
        "[firing] payments fail (service=payments)\n"
        "value: 142\n"
        "condition: count > 100 in 5m\n"
        "severity: critical\n"
        "since: 2025-12-31T23:59:00Z\n"
        "at: 2026-01-01T00:00:00Z\n"
        "query: level:error\n"
        "host: web-1 (90), web-2 (52)\n"
        "  card refused <b>\n"
        "  time out & retry\n"
        "logtui open http://127.0.0.1:8080 -q 'level:error'\n"
    )


def test_a_mail_arrives_at_all_recipients_as_one() -> None:
    mailbox = Mailbox()
    with serving(mailbox) as settings:
        send_email(TARGET, attempt(TARGET, settings=settings))
    assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [["ops@example.org", "dev@example.org"]]
    assert mailbox.envelopes[0].mail_from == "alerts@example.org"


def test_a_resolve_answers_the_mail_of_its_firing() -> None:
    mailbox = Mailbox()
    with serving(mailbox) as settings:
        delivered = send_email(TARGET, attempt(TARGET, settings=settings))
        again = send_email(TARGET, attempt(TARGET, RESOLVED, settings=settings, receipts=delivered.receipts))
    firing, resolved = mailbox.mails
    assert delivered.receipts == again.receipts == {"e1": firing["Message-ID"]}
    assert resolved["In-Reply-To"] == resolved["References"] == firing["Message-ID"]
    assert resolved["Message-ID"] != firing["Message-ID"]
    assert "In-Reply-To" not in firing


def test_a_resolve_of_one_group_answers_the_mail_of_all() -> None:
    mailbox = Mailbox()
    with serving(mailbox) as settings:
        delivered = send_email(TARGET, attempt(TARGET, *groups(50), settings=settings))
        one = msgspec.structs.replace(RESOLVED, episode="e7")
        send_email(TARGET, attempt(TARGET, one, settings=settings, receipts=delivered.receipts))
    first, second = mailbox.mails
    assert first["Subject"] == "[firing] payments fail: 50 alerts"
    assert first.get_content().count(FIRING.command) == 50
    assert second["In-Reply-To"] == first["Message-ID"]


def test_attempts_have_the_same_message_id() -> None:
    settings = NotifySettings(email=EmailSettings(host="mail", sender="alerts@example.org"))
    found = {mail_of(TARGET, attempt(TARGET, settings=settings))["Message-ID"] for _ in range(3)}
    assert len(found) == 1


def test_a_line_break_in_a_name_makes_no_header() -> None:
    settings = NotifySettings(email=EmailSettings(host="mail", sender="alerts@example.org"))
    hostile = msgspec.structs.replace(FIRING, rule="x\r\nBcc: spy@example.org")
    mail = mail_of(TARGET, attempt(TARGET, hostile, settings=settings))
    assert "Bcc" not in mail
    assert mail["Subject"].startswith("[firing] x Bcc: spy@example.org")


def test_a_refused_recipient_is_a_warning_when_another_got_the_mail() -> None:
    mailbox = Mailbox(dev="550 no such user")
    with serving(mailbox) as settings:
        delivered = send_email(TARGET, attempt(TARGET, settings=settings))
    assert mailbox.envelopes[0].rcpt_tos == ["ops@example.org"]
    assert delivered.warning == "refused for dev@example.org: 550 no such user"


def test_recipients_that_are_all_refused_are_final() -> None:
    with (
        serving(Mailbox(dev="550 no such user", ops="550 no such user")) as settings,
        pytest.raises(RefusedError, match=r"ops@example\.org: 550 no such user"),
    ):
        send_email(TARGET, attempt(TARGET, settings=settings))


def test_recipients_that_are_put_off_are_tried_again() -> None:
    with (
        serving(Mailbox(dev="451 greylisted", ops="550 no such user")) as settings,
        pytest.raises(UnavailableError, match=r"dev@example\.org: 451 greylisted"),
    ):
        send_email(TARGET, attempt(TARGET, settings=settings))


@pytest.mark.parametrize(("answer", "problem"), [("452 disk full", UnavailableError), ("554 spam", RefusedError)])
def test_what_the_server_says_decides(answer: str, problem: type[Exception]) -> None:
    with serving(Mailbox(data=answer)) as settings, pytest.raises(problem, match=answer.replace(" ", ": ", 1)):
        send_email(TARGET, attempt(TARGET, settings=settings))


def test_a_server_that_is_down_may_come_back() -> None:
    with serving(Mailbox()) as settings:
        pass
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1: .*refused"):
        send_email(TARGET, attempt(TARGET, settings=settings))


def test_a_mail_goes_encrypted_and_logged_in(
    tls: ssl.SSLContext, ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[LoginPassword] = []

    def authenticate(*found: Any) -> AuthResult:  # noqa: ANN401 - server, session, envelope, mechanism, login
        given.append(found[-1])
        return AuthResult(success=True)

    monkeypatch.setenv("MAIL_PASSWORD", "s3cret")
    mailbox = Mailbox()
    with serving(
        mailbox, tls_context=tls, require_starttls=True, auth_required=True, authenticator=authenticate
    ) as settings:
        send_email(
            TARGET, attempt(TARGET, settings=secured(settings, ca_file, user="me", password="env:MAIL_PASSWORD"))
        )
    assert len(mailbox.envelopes) == 1
    assert (given[0].login, given[0].password) == (b"me", b"s3cret")


def test_a_wrong_password_is_final(tls: ssl.SSLContext, ca_file: str) -> None:
    def authenticate(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with (
        serving(Mailbox(), tls_context=tls, authenticator=authenticate, auth_required=True) as settings,
        pytest.raises(RefusedError, match="the mail server answered 535"),
    ):
        send_email(TARGET, attempt(TARGET, settings=secured(settings, ca_file, user="me", password="x")))


def test_a_password_that_is_not_ascii_is_final_and_not_quoted(tls: ssl.SSLContext, ca_file: str) -> None:
    with (
        serving(Mailbox(), tls_context=tls, authenticator=lambda *_: AuthResult(success=True)) as settings,
        pytest.raises(RefusedError, match="user or password is not ASCII"),
    ):
        send_email(TARGET, attempt(TARGET, settings=secured(settings, ca_file, user="me", password="zürich")))


def test_a_server_without_encryption_gets_no_mail() -> None:
    mailbox = Mailbox()
    with serving(mailbox) as settings, pytest.raises(RefusedError, match="STARTTLS"):
        send_email(TARGET, attempt(TARGET, settings=secured(settings)))
    assert mailbox.envelopes == []


def test_a_server_with_an_unknown_certificate_gets_no_mail(tls: ssl.SSLContext) -> None:
    mailbox = Mailbox()
    with (
        serving(mailbox, tls_context=tls) as settings,
        pytest.raises(UnavailableError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        send_email(TARGET, attempt(TARGET, settings=secured(settings)))
    assert mailbox.envelopes == []


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_each_kind_of_encryption_has_its_usual_port(security: str, port: int) -> None:
    settings = msgspec.convert({"host": "mail", "security": security}, EmailSettings)
    assert settings.address == ("mail", port)
    assert msgspec.structs.replace(settings, port=2525).address == ("mail", 2525)
