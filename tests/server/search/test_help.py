"""The command lines of `logtui help api` run as they are printed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

import logtui

if TYPE_CHECKING:
    from tests.server.running import Server

PAGE: Final = (Path(logtui.__file__).parent / "help" / "api.md").read_text()
LISTS: Final = ("logs", "rows", "fields", "values", "patterns", "hints", "paths")
COMMANDS: Final = [line.strip() for line in PAGE.splitlines() if line.startswith("    curl ")]


def test_the_page_has_commands() -> None:
    assert len(COMMANDS) >= 3


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_finds_something(command: str, server: Server) -> None:
    here = command.replace("localhost:8080", f"localhost:{server.port}").replace("curl ", "curl -sS --fail ", 1)
    # A tail does not end by itself: `exec` lets the signal reach curl.
    with subprocess.Popen(["/bin/sh", "-c", f"exec {here}"], stdout=subprocess.PIPE) as process:
        assert process.stdout
        if "/tail" in command:
            assert any(json.loads(line[6:]).get("message") for line in process.stdout if line.startswith(b"data: "))
            process.terminate()
            return
        answers = [json.loads(line) for line in process.stdout]
    assert process.returncode == 0
    assert answers
    assert all(found_in(answer) for answer in answers)


def found_in(answer: dict[str, Any]) -> bool:
    """Whether an answer holds something that was looked for."""
    return bool(answer.get("message") or any(answer.get(name) for name in LISTS))
