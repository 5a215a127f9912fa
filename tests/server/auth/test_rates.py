from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.errors import ConfigError
from logtui.server.auth.rates import RateLimits, parsed_rate
from logtui.server.problems import ProblemError
from tests.cli.helpers import logtui
from tests.server.running import Server, record

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_is_refused_beyond_its_rate_and_no_other_one() -> None:
    rates = RateLimits()
    for _ in range(3):
        rates.take("a", "3/hour")
    with pytest.raises(ProblemError, match="'a' may be used for 3/hour requests") as raised:
        rates.take("a", "3/hour")
    assert raised.value.status == 429
    assert 1 <= int((raised.value.headers or {})["Retry-After"]) <= 3_600
    rates.take("b", "3/hour")


def test_a_key_without_a_rate_is_never_refused() -> None:
    rates = RateLimits()
    for _ in range(1_000):
        rates.take("a", "")


@pytest.mark.parametrize("text", ["5", "0/second", "-1/second", "5/fortnight", "often", ""])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="expected a rate"):
        parsed_rate(text)


def test_a_server_answers_429_with_the_time_to_wait(shared: Server) -> None:
    made = logtui("keys", "create", "--data", shared.folder, "--scope", "ingest", "--name", "slow", "--rate", "2/hour")
    headers = {"Authorization": f"Bearer {made.stdout.decode().strip()}"}
    body = b'[{"timestamp": "2026-01-15T10:00:00Z", "message": "m"}]'
    answers = [shared.request("POST", "/api/v1/logs", body, headers) for _ in range(3)]
    assert [answer.status for answer in answers] == [202, 202, 429]
    assert int(answers[-1].headers["retry-after"]) > 2
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert shared.post([record()]).status == 202
    assert b"slow\tingest\t\t\t2/hour" in logtui("keys", "list", "--data", shared.folder).stdout


def test_a_wrong_rate_makes_no_key(tmp_path: Path) -> None:
    done = logtui("keys", "create", "--data", tmp_path, "--scope", "ingest", "--rate", "often")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"expected a rate, got 'often' (such as 1000/second" in done.stderr
    assert logtui("keys", "list", "--data", tmp_path).stdout == b""
