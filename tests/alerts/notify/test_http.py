"""Requests of the notifiers: answers, redirects, limits, certificates."""

from __future__ import annotations

import socket
import ssl
import threading
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from logtui.alerts.notify.base import RefusedError, UnavailableError
from logtui.alerts.notify.http import post, retry_after
from logtui.alerts.notify.settings import NotifySettings
from logtui.alerts.notify.targets import Webhook
from tests.alerts.notify.deliveries import NOW, SECOND, attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    import trustme


def send(url: str, settings: NotifySettings | None = None, *, is_named: bool = True) -> bytes:
    given = attempt(Webhook(url=url), settings=settings)
    return post(url, b"{}", given, headers={"Authorization": "Bearer t"}, is_named=is_named)


@pytest.fixture
def other() -> Iterator[HTTPServer]:
    with HTTPServer() as server:
        yield server


def test_the_answer_to_an_accepted_request_is_returned(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x", method="POST", data="{}").respond_with_data("ok", 202)
    assert send(httpserver.url_for("/x")) == b"ok"
    sent = httpserver.log[0][0].headers
    assert sent["Content-Type"] == "application/json"
    assert sent["User-Agent"].startswith("logtui/")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_answers_that_may_change_are_tried_again(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/x").respond_with_data("busy", status, {"Retry-After": "7"})
    with pytest.raises(UnavailableError, match=f"localhost answered {status}: busy") as caught:
        send(httpserver.url_for("/x"))
    assert caught.value.wait == 7


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413])
def test_answers_that_will_not_change_are_final(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/x").respond_with_data("no\nchannel", status)
    with pytest.raises(RefusedError, match=f"localhost answered {status}: no channel"):
        send(httpserver.url_for("/x"))


def test_a_redirect_that_keeps_the_body_is_followed_without_the_token(
    httpserver: HTTPServer, other: HTTPServer
) -> None:
    other.expect_request("/y", method="POST", data="{}").respond_with_data("moved")
    httpserver.expect_request("/x").respond_with_response(
        Response(status=307, headers={"Location": other.url_for("/y")})
    )
    settings = NotifySettings(allow_webhook=("127.0.0.0/8", "::1/128"))
    assert send(httpserver.url_for("/x"), settings) == b"moved"
    assert "Authorization" not in other.log[0][0].headers


def test_a_redirect_to_a_private_address_is_refused(httpserver: HTTPServer, other: HTTPServer) -> None:
    other.expect_request("/y").respond_with_data("secret")
    httpserver.expect_request("/x").respond_with_response(
        Response(status=308, headers={"Location": other.url_for("/y")})
    )
    with pytest.raises(RefusedError, match="--allow-webhook"):
        send(httpserver.url_for("/x"))
    assert other.log == []


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_loses_the_body_is_refused(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/x").respond_with_response(Response(status=status, headers={"Location": "/y"}))
    with pytest.raises(RefusedError, match="redirect that loses the message"):
        send(httpserver.url_for("/x"))
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("place", ["ftp://example.org/y", "file:///etc/passwd"])
def test_a_redirect_to_another_protocol_is_refused(httpserver: HTTPServer, place: str) -> None:
    httpserver.expect_request("/x").respond_with_response(Response(status=307, headers={"Location": place}))
    with pytest.raises(RefusedError, match="begins with https://"):
        send(httpserver.url_for("/x"))


@pytest.mark.parametrize("token", ["zz\nz", "zzé"])
def test_a_token_that_no_header_can_hold_is_not_quoted(httpserver: HTTPServer, token: str) -> None:
    given = attempt(Webhook(url="env:X"))
    with pytest.raises(RefusedError, match="the header Authorization has characters") as caught:
        post(httpserver.url_for("/x"), b"", given, headers={"Authorization": token}, is_named=True)
    assert "zz" not in str(caught.value)


def test_redirects_in_a_circle_end(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_response(Response(status=307, headers={"Location": "/x"}))
    with pytest.raises(RefusedError, match="more than 3 redirects"):
        send(httpserver.url_for("/x"))
    assert len(httpserver.log) == 4


def test_an_address_that_no_one_named_is_guarded(httpserver: HTTPServer) -> None:
    with pytest.raises(RefusedError, match="--allow-webhook"):
        send(httpserver.url_for("/x"), is_named=False)
    assert httpserver.log == []


def test_an_answer_is_read_up_to_64_kib(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/x").respond_with_data(b"x" * 1_000_000)
    assert len(send(httpserver.url_for("/x"))) == 65_536


def test_a_closed_port_may_open_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1: .*refused"):
        send(f"http://127.0.0.1:{port}/")


def test_a_receiver_that_says_nothing_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(UnavailableError, match="no answer in time"):
            send(url, NotifySettings(timeout=0.2))


def test_a_receiver_that_drips_is_left() -> None:
    over = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while not over.wait(0.05):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        try:
            with pytest.raises(UnavailableError, match="no answer in time"):
                send(f"http://127.0.0.1:{server.getsockname()[1]}/", NotifySettings(timeout=0.3))
        finally:
            over.set()
            thread.join()


@pytest.fixture
def tls_server(authority: trustme.CA) -> Iterator[HTTPServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with HTTPServer(host="localhost", ssl_context=context) as server:
        server.expect_request("/x").respond_with_data("ok")
        yield server


def test_a_certificate_of_a_trusted_authority_is_accepted(tls_server: HTTPServer, ca_file: str) -> None:
    assert send(tls_server.url_for("/x"), NotifySettings(ca_file=ca_file)) == b"ok"


def test_a_certificate_of_an_unknown_authority_is_refused(tls_server: HTTPServer) -> None:
    with pytest.raises(UnavailableError, match="CERTIFICATE_VERIFY_FAILED"):
        send(tls_server.url_for("/x"))


def test_a_certificate_for_another_name_is_refused(tls_server: HTTPServer, ca_file: str) -> None:
    with pytest.raises(UnavailableError, match="CERTIFICATE_VERIFY_FAILED"):
        send(f"https://127.0.0.1:{tls_server.port}/x", NotifySettings(ca_file=ca_file))


def test_a_redirect_out_of_encryption_is_refused(tls_server: HTTPServer, httpserver: HTTPServer, ca_file: str) -> None:
    moved = Response(status=307, headers={"Location": httpserver.url_for("/y")})
    tls_server.expect_request("/moved").respond_with_response(moved)
    with pytest.raises(RefusedError, match="redirects from https to http"):
        send(tls_server.url_for("/moved"), NotifySettings(ca_file=ca_file, allow_webhook=("127.0.0.0/8", "::1/128")))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("1.5", 1.5),
        (formatdate(NOW // SECOND + 90, usegmt=True), 90.0),
        (formatdate(NOW // SECOND - 90, usegmt=True), 0.0),
        ("", 0.0),
        ("-5", 0.0),
        ("soon", 0.0),
        ("nan", 0.0),
        ("99999999999999999999", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float) -> None:
    assert retry_after(text, NOW) == seconds
