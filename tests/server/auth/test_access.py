from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from logtui.server.auth.access import AccessPolicy
from logtui.server.auth.file_keys import FileKeys
from logtui.server.auth.keys import KeyRing
from logtui.server.auth.scopes import Scope
from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LOCAL = {"host": "localhost:8080"}
POLICIES = {
    "loopback": {"is_loopback": True},
    "insecure": {"is_loopback": True, "insecure": True},
    "require-key": {"is_loopback": True, "require_key": True},
    "network": {"is_loopback": False},
    "network, insecure": {"is_loopback": False, "insecure": True},
}
KEYLESS = {
    "loopback": (401, 200, 200, 401),
    "insecure": (200, 200, 200, 401),
    "require-key": (401, 401, 401, 401),
    "network": (401, 401, 401, 401),
    "network, insecure": (401, 401, 401, 401),
}
"""What a request without a key gets, for ingest, read, alerts, admin."""


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[KeyRing]:
    ring = KeyRing(FileKeys(tmp_path))
    yield ring
    ring.close()


def status(policy: AccessPolicy, headers: Mapping[str, str], scope: Scope) -> int:
    try:
        policy.caller_of(headers).require(scope)
    except ProblemError as problem:
        return int(problem.status)
    return 200


@pytest.mark.parametrize("name", POLICIES)
def test_what_needs_a_key(name: str, ring: KeyRing) -> None:
    policy = AccessPolicy(ring, None, **POLICIES[name])
    assert tuple(status(policy, LOCAL, scope) for scope in Scope) == KEYLESS[name]


@pytest.mark.parametrize("name", POLICIES)
def test_a_wrong_key_is_always_401_and_a_missing_scope_403(name: str, ring: KeyRing) -> None:
    policy = AccessPolicy(ring, None, **POLICIES[name])
    for scope in Scope:
        key = ring.create([scope])
        assert status(policy, LOCAL | {"x-api-key": "wrong"}, scope) == 401
        assert status(policy, LOCAL | {"authorization": "Digest x"}, scope) == 401
        assert status(policy, LOCAL | {"x-api-key": key}, scope) == 200
        assert {status(policy, LOCAL | {"x-api-key": key}, other) for other in Scope if other != scope} == {403}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"host": "127.0.0.1:8080"}, 200),
        ({"host": "[::1]:8080"}, 200),
        ({"host": "evil.example:8080"}, 403),
        ({}, 403),
        (LOCAL | {"origin": "http://localhost:8080"}, 200),
        (LOCAL | {"origin": "http://localhost:3000"}, 403),
        (LOCAL | {"origin": "https://evil.example"}, 403),
        (LOCAL | {"origin": "null"}, 403),
        (LOCAL | {"sec-fetch-site": "none"}, 200),
        (LOCAL | {"sec-fetch-site": "same-origin"}, 200),
        (LOCAL | {"sec-fetch-site": "same-site"}, 403),
        (LOCAL | {"sec-fetch-site": "cross-site"}, 403),
        ({"host": "[::1"}, 403),
    ],
    ids=str,
)
def test_a_web_page_does_not_reach_the_server_without_a_key(
    headers: dict[str, str], expected: int, ring: KeyRing
) -> None:
    policy = AccessPolicy(ring, is_loopback=True, insecure=True)
    assert status(policy, headers, Scope.READ) == expected
    assert status(policy, headers | {"x-api-key": ring.create([Scope.READ])}, Scope.READ) == 200


def test_a_key_is_found_wherever_clients_put_it(ring: KeyRing) -> None:
    policy = AccessPolicy(ring, is_loopback=False)
    key = ring.create([Scope.INGEST])
    pair = base64.b64encode(f"user:{key}".encode()).decode()
    for headers in (
        {"authorization": f"Bearer {key}"},
        {"authorization": f"bearer  {key}"},
        {"authorization": f"Basic {pair}"},
        {"authorization": f"ApiKey {pair}"},
        {"authorization": f"Splunk {key}"},
        {"x-api-key": key},
        {"dd-api-key": key},
        {"x-amz-firehose-access-key": key},
    ):
        assert status(policy, headers, Scope.INGEST) == 200, headers
    for wrong in ("Basic %%%", f"Basic {key}", "Basic ", "Bearer", key):
        assert status(policy, {"authorization": wrong}, Scope.INGEST) == 401, wrong


def test_the_tenant_is_limited_by_the_key(ring: KeyRing) -> None:
    policy = AccessPolicy(ring, is_loopback=False)
    keys = {
        "any": ring.create([Scope.INGEST]),
        "one": ring.create([Scope.INGEST], tenants=["a"]),
        "two": ring.create([Scope.INGEST], tenants=["a", "b"]),
    }

    def tenant(name: str, **headers: str) -> str | int:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        try:
            return policy.caller_of({"x-api-key": keys[name]}).tenant(named)
        except ProblemError as problem:
            return int(problem.status)

    assert [tenant(name) for name in keys] == ["", "a", 403]
    assert [tenant(name, x_tenant="b") for name in keys] == ["b", 403, "b"]
    assert [tenant(name, x_scope_orgid="a") for name in keys] == ["a", "a", "a"]


@pytest.mark.parametrize("scope", [Scope.READ, Scope.ALERTS])
def test_one_of_several_scopes_is_enough(ring: KeyRing, scope: Scope) -> None:
    policy = AccessPolicy(ring, is_loopback=True, require_key=True)
    policy.caller_of({**LOCAL, "x-api-key": ring.create([scope])}).require(Scope.READ, Scope.ALERTS)
    with pytest.raises(ProblemError, match="lacks the scope 'ingest'"):
        policy.caller_of({**LOCAL, "x-api-key": ring.create([scope])}).require(Scope.INGEST, Scope.ADMIN)
