"""With a certificate, HTTP and TCP are encrypted; with an authority, TCP is for those whom it has signed."""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPSConnection, RemoteDisconnected
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trustme

from logtui.errors import AddressError, ConfigError
from logtui.server.address import Address
from logtui.server.settings import ServerSettings
from logtui.server.tls import tls_context
from tests.server.running import Server, record, stored, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

CERTIFICATES = Path(__file__).parent / "certificates"
"""Of `localhost` and 127.0.0.1, signed by itself, valid until 2126."""

CERTIFICATE, KEY = CERTIFICATES / "certificate.pem", CERTIFICATES / "key.pem"
TLS = ("--tls-cert", str(CERTIFICATE), "--tls-key", str(KEY))


def test_records_come_encrypted_over_http_and_tcp(tmp_path: Path) -> None:
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    with Server(tmp_path / "data", *TLS) as server:
        with closing(HTTPSConnection("localhost", server.port, context=trusting)) as http:
            http.request("POST", "/api/v1/logs", json.dumps([record(1)]), {"Authorization": f"Bearer {server.key}"})
            assert http.getresponse().status == 202
        address = ("127.0.0.1", int(server.line_with("tcp")["tcp"].rpartition(":")[2]))
        with (
            socket.create_connection(address) as plain,
            trusting.wrap_socket(plain, server_hostname="localhost") as messages,
        ):
            messages.sendall(json.dumps(record(2)).encode() + b"\n")
            wait_for(lambda: "record 2" in stored(server.folder))
        assert server.stop() == 0
    assert stored(server.folder) == ["record 1", "record 2"]


def test_plain_requests_are_not_answered(tmp_path: Path) -> None:
    with Server(tmp_path / "data", *TLS) as server, pytest.raises((RemoteDisconnected, ConnectionError)):
        server.request("GET", "/health")


def test_without_a_certificate_nothing_is_encrypted(tmp_path: Path) -> None:
    assert tls_context(ServerSettings(data=tmp_path)) is None


@pytest.mark.parametrize(
    ("certificate", "key", "message"),
    [
        (CERTIFICATES / "missing.pem", KEY, "No such file"),
        (CERTIFICATE, CERTIFICATE, "no certificate with its key"),
        (KEY, KEY, "no certificate with its key"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_named(certificate: Path, key: Path, message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=message) as raised:
        tls_context(ServerSettings(data=tmp_path, tls_cert=certificate, tls_key=key))
    assert str(certificate) in raised.value.message


def test_certificate_and_key_need_each_other() -> None:
    with pytest.raises(ConfigError, match="need each other"):
        ServerSettings(data=Path("/logs"), tls_cert=CERTIFICATE).check()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def asking(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that asks those who send over TCP for a certificate of the authority, and no network for anything."""
    folder = tmp_path_factory.mktemp("asking")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    options = (*TLS, "--tls-client-ca", str(folder / "authority.pem"), "--tcp", "0.0.0.0:0")
    with Server(folder / "data", *options) as server:
        yield server


@contextmanager
def connected(server: Server, client: trustme.LeafCert | None) -> Iterator[ssl.SSLSocket]:
    """A connection over TCP with the certificate of a client."""
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    if client:
        client.configure_cert(trusting)
    address = ("127.0.0.1", int(server.line_with("tcp")["tcp"].rpartition(":")[2]))
    with (
        socket.create_connection(address, timeout=10) as plain,
        trusting.wrap_socket(plain, server_hostname="localhost") as messages,
    ):
        yield messages


def test_a_client_whose_certificate_the_authority_has_signed_may_send(asking: Server, authority: trustme.CA) -> None:
    with connected(asking, authority.issue_cert("sender.example")) as messages:
        messages.sendall(b"signed\n")
        wait_for(lambda: "signed" in stored(asking.folder))


def was_refused(server: Server, client: trustme.LeafCert | None) -> bool:
    """Whether a client is refused, which TLS 1.3 tells behind the handshake: with an alert, or by the end."""
    try:
        with connected(server, client) as messages:
            messages.sendall(b"stranger\n")
            return messages.recv(1) == b""
    except (ssl.SSLError, ConnectionError):
        return True


@pytest.mark.parametrize("has_certificate", [True, False])
def test_other_clients_are_refused(asking: Server, authority: trustme.CA, *, has_certificate: bool) -> None:
    assert was_refused(asking, trustme.CA().issue_cert("sender.example") if has_certificate else None)
    text = f"behind a stranger, {has_certificate}"
    with connected(asking, authority.issue_cert("sender.example")) as messages:
        messages.sendall(text.encode() + b"\n")
        wait_for(lambda: text in stored(asking.folder))
    assert "stranger" not in stored(asking.folder)


def test_http_asks_for_keys_and_not_for_certificates(asking: Server) -> None:
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    with closing(HTTPSConnection("localhost", asking.port, context=trusting)) as http:
        http.request("POST", "/api/v1/logs", json.dumps([record(1)]), {"Authorization": f"Bearer {asking.key}"})
        assert http.getresponse().status == 202


def test_certificates_are_asked_for_by_a_server_that_has_one() -> None:
    with pytest.raises(ConfigError, match="needs --tls-cert"):
        ServerSettings(data=Path("/logs"), tls_client_ca=CERTIFICATE).check()


def test_certificates_say_who_may_send_over_tcp_and_not_over_udp() -> None:
    everywhere = Address("0.0.0.0", 5514)
    settings = ServerSettings(
        data=Path("/logs"), tls_cert=CERTIFICATE, tls_key=KEY, tls_client_ca=CERTIFICATE, tcp=everywhere
    )
    settings.check()
    with pytest.raises(AddressError, match="carry no key"):
        replace(settings, udp=everywhere).check()


@pytest.mark.parametrize(
    ("file", "message"), [(CERTIFICATES / "missing.pem", "No such file"), (KEY, "no certificate of an authority")]
)
def test_an_authority_that_cannot_be_used_is_named(file: Path, message: str) -> None:
    settings = ServerSettings(data=Path("/logs"), tls_cert=CERTIFICATE, tls_key=KEY, tls_client_ca=file)
    with pytest.raises(ConfigError, match=message) as raised:
        tls_context(settings)
    assert str(file) in raised.value.message
