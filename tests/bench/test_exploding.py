"""Queries made to explode, in short."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from tests.bench.exploding import QUESTIONS, TIMEOUT, exploded
from tests.bench.load.generator import Plan
from tests.bench.load.watched import WatchedServer
from tests.bench.search import fill

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_each_costly_question_keeps_its_budget_and_the_server_lives(tmp_path: Path) -> None:
    fill(tmp_path / "data", 50_000)
    plan = Plan("http", "challenge", 2_000, 4.0, batch=200)
    with WatchedServer(tmp_path / "data") as server:
        for name, question in QUESTIONS.items():
            found = exploded(server, plan, question, clients=30)
            assert found.is_bounded, (name, found)
        with closing(HTTPConnection("127.0.0.1", server.port("http"), timeout=TIMEOUT * 10)) as connection:
            connection.request("POST", "/api/v1/search", json.dumps({"query": "level:error", "limit": 1}))
            assert json.loads(connection.getresponse().read())["total"] > 0
