"""The guard of requests: which addresses it admits, and where the connection goes."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from logtui.alerts.notify.base import RefusedError, UnavailableError
from logtui.alerts.notify.guard import Guard, GuardedTransport, origin
from logtui.alerts.notify.settings import NotifySettings

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let names in `.example` have these addresses; returns the hosts that are looked up."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, family: int = 0, type: int = 0) -> list[Any]:  # noqa: A002 - its name
        asked.append(host)
        if not host.endswith(".example"):
            return list(real(host, port, family, type))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr("logtui.alerts.notify.guard.socket.getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "168.63.129.16",
        "100.100.100.200",
        "0.0.0.0",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[fec0::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "2130706433",
        "0x7f000001",
        "127.1",
        "localhost",
    ],
)
def test_addresses_that_are_not_public_are_refused(host: str) -> None:
    with pytest.raises(RefusedError, match="--allow-webhook"):
        Guard().check(f"http://{host}/")


@pytest.mark.parametrize("host", ["1.1.1.1", "[2606:4700:4700::1111]", "[64:ff9b::101:101]"])
def test_public_addresses_are_admitted(host: str) -> None:
    Guard().check(f"http://{host}/")


def test_the_refusal_names_the_network_that_admits_the_address() -> None:
    with pytest.raises(RefusedError, match=r"10\.1\.2\.3, not a public .*--allow-webhook 10\.1\.2\.3/32"):
        Guard().check("http://10.1.2.3/")


def test_an_allowed_network_is_admitted_and_no_other() -> None:
    Guard(LOOPBACK).check("http://127.0.0.1/")
    Guard(LOOPBACK).check("http://[::ffff:127.0.0.1]/")
    with pytest.raises(RefusedError):
        Guard(LOOPBACK).check("http://10.0.0.1/")


def test_what_the_operator_named_is_admitted_with_its_port_only() -> None:
    guard = Guard(named=("127.0.0.1", 8080))
    guard.check("http://127.0.0.1:8080/")
    with pytest.raises(RefusedError):
        guard.check("http://127.0.0.1:8081/")


def test_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "1.1.1.1", "10.0.0.1")
    with pytest.raises(RefusedError, match=r"mixed\.example is 10\.0\.0\.1"):
        Guard().check("http://mixed.example/")


def test_a_name_that_cannot_be_resolved_may_be_resolved_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr("logtui.alerts.notify.guard.socket.getaddrinfo", fail)
    with pytest.raises(UnavailableError, match=r"no\.example: Temporary failure"):
        Guard().check("http://no.example/")


@pytest.mark.parametrize("url", ["ftp://example.org", "http://", "http://[::1", "file:///etc/passwd"])
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(RefusedError):
        origin(url)


def test_the_connection_goes_to_the_address_that_was_checked(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    asked = resolve_to(monkeypatch, "127.0.0.1")
    with httpx.Client(transport=GuardedTransport(Guard(LOOPBACK), NotifySettings().tls())) as client:
        answer = client.post(f"http://rebinding.example:{httpserver.port}/hook")
    assert answer.text == "ok"
    assert asked.count("rebinding.example") == 1
    assert httpserver.log[0][0].headers["Host"] == f"rebinding.example:{httpserver.port}"


def test_a_name_outside_ascii_is_looked_up_encoded(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    asked = resolve_to(monkeypatch, "127.0.0.1")
    with httpx.Client(transport=GuardedTransport(Guard(LOOPBACK), NotifySettings().tls())) as client:
        client.post(f"http://bücher.example:{httpserver.port}/hook")
    assert "xn--bcher-kva.example" in asked


def test_all_addresses_are_checked_also_those_that_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "10.0.0.1")
    with (
        httpx.Client(transport=GuardedTransport(Guard(), NotifySettings().tls())) as client,
        pytest.raises(RefusedError),
    ):
        client.post("http://many.example/")


def test_the_next_address_is_tried_when_one_refuses_connections(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    resolve_to(monkeypatch, "127.0.0.9", "127.0.0.1")
    with httpx.Client(transport=GuardedTransport(Guard(LOOPBACK), NotifySettings().tls())) as client:
        assert client.post(f"http://two.example:{httpserver.port}/hook", content=b"x").text == "ok"
    assert httpserver.log[0][0].get_data() == b"x"
