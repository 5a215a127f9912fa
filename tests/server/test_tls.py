"""With a certificate, HTTP and TCP are encrypted."""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import closing
from http.client import HTTPSConnection, RemoteDisconnected
from pathlib import Path

import pytest

from logtui.errors import ConfigError
from logtui.server.settings import ServerSettings
from logtui.server.tls import tls_context
from tests.server.running import Server, record, stored, wait_for

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
