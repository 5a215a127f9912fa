"""Paths that nobody knows and methods that a path does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.server.running import Server


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_a_path_that_nobody_knows_is_404_by_any_method(shared: Server, method: str) -> None:
    answer = shared.request(method, "/api/v1/nowhere", b"{}", {"X-API-Key": shared.key})
    assert (answer.status, answer.json["detail"]) == (404, "nothing is at /api/v1/nowhere")


@pytest.mark.parametrize(
    ("path", "suggestion"),
    [
        ("/api/v1/logs/", "did you mean /api/v1/logs?"),
        ("/api/v1/log", "did you mean /api/v1/logs?"),
        ("/api/v1/serach", "did you mean /api/v1/search?"),
    ],
)
def test_a_path_that_is_nearly_right_is_404_with_the_right_one(shared: Server, path: str, suggestion: str) -> None:
    answer = shared.request("POST", path, b"[]", {"X-API-Key": shared.key})
    assert (answer.status, answer.json["suggestion"]) == (404, suggestion)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/v1/search", "GET, POST"),
        ("GET", "/api/v1/export", "POST"),
        ("PATCH", "/api/v1/alerts", "GET, POST"),
        ("OPTIONS", "/api/v1/alerts/alert-1", "DELETE, GET, PUT"),
        ("GET", "/loki/api/v1/push", "POST"),
    ],
)
def test_a_method_that_a_path_does_not_have_is_405_with_those_that_it_has(
    shared: Server, method: str, path: str, allowed: str
) -> None:
    answer = shared.request(method, path, b"", {"X-API-Key": shared.key})
    assert (answer.status, answer.headers["allow"]) == (405, allowed)
    assert answer.json["detail"] == f"{path} takes {allowed}, not {method}"


def test_a_head_of_a_known_path_is_405(shared: Server) -> None:
    assert shared.request("HEAD", "/health").status == 405
