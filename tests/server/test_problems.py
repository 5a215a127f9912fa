"""Errors are answered as problems, and as plain JSON to those who read nothing else."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from logtui.server.problems import ProblemError

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("accepts", "media_type"),
    [
        ("*/*", PROBLEM),
        ("text/html, */*;q=0.8", PROBLEM),
        ("application/json, application/problem+json", PROBLEM),
        ("text/event-stream", PROBLEM),
        ("", PROBLEM),
        ("application/json", "application/json"),
        ("application/vnd.elasticsearch+json; compatible-with=8", "application/json"),
    ],
)
def test_a_problem_has_a_type_that_the_client_reads(accepts: str, media_type: str) -> None:
    answer = ProblemError(HTTPStatus.TOO_MANY_REQUESTS, "send it again", reason="overload").response(accepts)
    assert (answer.status_code, answer.headers["content-type"]) == (429, media_type)
