"""Running the program as users do: in a process of its own."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from tests.cli.forked import run_forked

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

PROGRAM = [sys.executable, "-m", "logtui"]


def logtui(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end."""
    return run_forked([*map(str, arguments)], stdin)


def printed_records(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    """The JSON lines on stdout."""
    return [json.loads(line) for line in done.stdout.splitlines()]
