"""The client against servers that refuse, fail and mislead, on loopback."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

import pytest

from logtui.engine.server_client import ServerClient
from logtui.errors import RemoteError

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer
    from werkzeug import Request, Response


def client(server: HTTPServer, api_key: str = "s3cret") -> ServerClient:
    return ServerClient(f"http://{server.host}:{server.port}/", api_key)


def test_the_key_and_the_body_are_sent(httpserver: HTTPServer) -> None:
    httpserver.expect_request(
        "/alerts", method="POST", json={"a": 1}, headers={"Authorization": "Bearer s3cret"}
    ).respond_with_json({"b": 2})
    assert client(httpserver).post("/alerts", {"a": 1}) == {"b": 2}


def test_without_a_key_none_is_sent(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/alerts").respond_with_json([])
    assert client(httpserver, "").get("/alerts") == []
    request: tuple[Request, Response] = httpserver.log[0]
    assert "Authorization" not in request[0].headers


@pytest.mark.parametrize(
    ("status", "hint"), [(401, "(set LOGTUI_API_KEY to a key of the server"), (403, "scope for this"), (404, "")]
)
def test_a_refusal_says_what_the_server_says(httpserver: HTTPServer, status: int, hint: str) -> None:
    httpserver.expect_request("/alerts").respond_with_json({"detail": "not like this"}, status)
    with pytest.raises(RemoteError, match=f"not like this.*{re.escape(hint)}"):
        client(httpserver).get("/alerts")


def test_a_refusal_without_a_reason_says_its_status(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/alerts").respond_with_data("<html>", 502)
    with pytest.raises(RemoteError, match="502 BAD GATEWAY"):
        client(httpserver).get("/alerts")


def test_the_key_does_not_follow_to_another_place(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/alerts").respond_with_data("", 302, {"Location": httpserver.url_for("/other")})
    with pytest.raises(RemoteError, match="302 FOUND"):
        client(httpserver).get("/alerts")
    assert len(httpserver.log) == 1


def test_an_answer_that_is_no_json_is_said(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/alerts").respond_with_data("<html>")
    with pytest.raises(RemoteError, match="the answer is no JSON"):
        client(httpserver).get("/alerts")


def test_a_server_that_is_not_there_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(RemoteError, match=r"Connection refused .*--server URL"):
        ServerClient(f"http://127.0.0.1:{port}", hint="--server URL names another server").get("/alerts")


@pytest.mark.parametrize("address", ["127.0.0.1:8080", "ftp://host", "http://", "file:///etc/passwd"])
def test_what_is_no_address_of_a_server_is_refused(address: str) -> None:
    with pytest.raises(RemoteError, match="expected the address of a server"):
        ServerClient(address)
