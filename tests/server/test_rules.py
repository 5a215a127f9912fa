"""`serve --rules` as operators see it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.helpers import logtui
from tests.server.running import Server, wait_for

if TYPE_CHECKING:
    from pathlib import Path

RULE = "[[rules]]\nname = '{}'\ncondition = {{ type = 'count', threshold = 10 }}\n"
ALERTS = "/api/v1/alerts"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(RULE.format("a"))
    return path


def listed(server: Server) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(server.request("GET", ALERTS).body)
    return found


def names(server: Server) -> list[str]:
    return [each["name"] for each in listed(server)]


def test_rules_of_a_file_come_and_go_with_it_and_cannot_be_changed_by_the_api(rules: Path, tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--rules", str(rules)) as server:
        wait_for(lambda: names(server) == ["a"])
        (found,) = listed(server)
        assert found["origin"] == "file"
        place = f"{ALERTS}/{found['id']}"
        key = {"Authorization": f"Bearer {server.key}"}
        body = {"name": "a", "condition": {"type": "count", "threshold": 1}}
        assert server.request("PUT", place, json.dumps(body), key).status == 409
        assert server.request("DELETE", place, headers=key).status == 409
        assert server.request("POST", f"{place}/mute", "{}", key).status == 200
        rules.write_text(RULE.format("a") + RULE.format("b"))
        wait_for(lambda: names(server) == ["a", "b"])
        assert listed(server)[0]["muted"]
    with Server(tmp_path / "data") as server:
        wait_for(lambda: names(server) == [])


def test_a_mistake_in_the_file_keeps_the_rules_and_is_shown(rules: Path, tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--rules", str(rules)) as server:
        wait_for(lambda: names(server) == ["a"])
        wait_for(lambda: server.request("GET", "/ready").json == {"status": "ready"})
        rules.write_text("[[rules]]\nname = 'a'\n")
        wait_for(lambda: "alerts" in server.request("GET", "/ready").json)
        ready = server.request("GET", "/ready")
        assert ready.status == 200
        assert ready.json["alerts"] == [f"rules: {rules}: rule 1: object missing required field `condition`"]
        metrics = server.request("GET", "/metrics", headers={"Authorization": f"Bearer {server.key}"}).body.decode()
        assert 'worker_problem{work="rules"} 1.0' in metrics
        assert names(server) == ["a"]
        rules.write_text(RULE.format("c"))
        wait_for(lambda: names(server) == ["c"])
        wait_for(lambda: server.request("GET", "/ready").json == {"status": "ready"})
        assert server.stop() == 0
        said = [line for line in server.log if "problem" in line]
        assert [line["message"] for line in said] == ["the rules file is not used as it is now"]


@pytest.mark.parametrize("role", ["all", "separate"])
def test_a_mistake_is_told_before_the_server_starts(rules: Path, tmp_path: Path, role: str) -> None:
    rules.write_text("[[rules]]\nname = 'a'\n")
    done = logtui("serve", "--data", tmp_path / "data", "--rules", rules, "--role", role)
    assert done.returncode == 2
    assert done.stderr.decode().endswith("rules.toml: rule 1: object missing required field `condition`\n")
