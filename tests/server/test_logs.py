"""The log of a server: JSON lines, and nothing that must not be read by others."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

WEBHOOK = """
import httpx
from logtui.server.logs import configure_logs, log

configure_logs()
with httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200))) as client:
    client.post("https://hooks.example/services/SECRET")
log.info("told")
"""

WATCHED = """
import pathlib, sys, threading, watchfiles
from logtui.server.logs import configure_logs, log

configure_logs()
changed = pathlib.Path(sys.argv[1]) / "changed"
timer = threading.Timer(0.5, changed.touch)
timer.start()
next(iter(watchfiles.watch(sys.argv[1], watch_filter=None)))
log.info("told")
"""


def said(program: str, *arguments: str) -> list[str]:
    """The messages of a program."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return [json.loads(line)["message"] for line in done.stderr.splitlines()]


def test_the_address_of_a_webhook_which_is_a_secret_is_not_in_it() -> None:
    assert said(WEBHOOK) == ["told"]


def test_a_log_in_the_folder_that_is_watched_does_not_feed_itself(tmp_path: Path) -> None:
    assert said(WATCHED, str(tmp_path)) == ["told"]
