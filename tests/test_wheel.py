"""The wheel in an empty environment, away from the checkout, does what the README says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.readme_lines import ROOT, check_lines
from tests.server.running import Server, wait_for
from tests.tui.terminal.helpers import terminal

if TYPE_CHECKING:
    from pathlib import Path

RULE: dict[str, Any] = {
    "name": "payments fail",
    "query": "service:payments level:error",
    "condition": {"type": "count", "threshold": 2, "window": "10s"},
    "interval": "1s",
    "allowed_lateness": "0s",
}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def python(folder: Path, *arguments: str | Path) -> None:
    """Run the interpreter of an environment."""
    done = subprocess.run([folder / "bin" / "python", *arguments], capture_output=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT],
        check=True,
        timeout=100,
    )
    (built,) = tmp_path.glob("*.whl")
    return built


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty environment, which sees nothing of the checkout."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=60)
    return folder


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_wheel_opens_the_demo_and_serves_takes_finds_and_alerts(wheel: Path, environment: Path) -> None:
    program = [str(environment / "bin" / "logtui")]
    python(environment, "-m", "pip", "install", "--quiet", wheel)
    with terminal(environment / "home", "demo", program=program, columns=120, lines=40) as shown:
        shown.until("12,9", within=120)
        shown.press("q")
        assert shown.exit_code() == 0
    python(environment, "-m", "pip", "install", "--quiet", f"{wheel}[server]")
    with Server(environment.parent / "logs", "--role", "separate", program=program) as server:
        check_lines(server, program, {})
        check_an_alert_fires(server)
        assert server.stop() == 0


def check_an_alert_fires(server: Server) -> None:
    made = server.request("POST", "/api/v1/alerts", json.dumps(RULE)).json["id"]
    now = datetime.now(UTC).isoformat()
    failed = {"timestamp": now, "level": "error", "service": "payments", "message": "refused"}
    assert server.post([failed] * 3).status == 202
    wait_for(lambda: server.request("GET", f"/api/v1/alerts/{made}").json["state"] == "Alerting")
