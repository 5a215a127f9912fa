"""The command lines of `logtui help api` run as they are printed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import logtui

if TYPE_CHECKING:
    from tests.server.running import Server

PAGE: Final = (Path(logtui.__file__).parent / "help" / "api.md").read_text()
COMMANDS: Final = [line.strip() for line in PAGE.splitlines() if line.startswith("    curl ")]


def test_the_page_has_commands() -> None:
    assert len(COMMANDS) >= 3


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_finds_something(command: str, server: Server) -> None:
    here = command.replace("localhost:8080", f"localhost:{server.port}").replace("curl ", "curl -sS --fail ", 1)
    result = subprocess.run(["/bin/sh", "-c", here], capture_output=True, check=True)
    answer = json.loads(result.stdout)
    assert answer["total"] > 0
    assert answer["logs"] or answer["rows"]
