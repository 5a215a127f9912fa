"""A server in the background of another program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from logtui.errors import LogtuiError
from logtui.server.background import LOG, BackgroundServer

if TYPE_CHECKING:
    from pathlib import Path

ANYWHERE = ["--http=127.0.0.1:0", "--tcp=none", "--udp=none", "--min-free-bytes=0"]


def test_it_answers_until_it_is_closed_and_its_log_is_in_its_folder(tmp_path: Path) -> None:
    with (
        BackgroundServer(tmp_path, [f"--data={tmp_path}", *ANYWHERE], drain_seconds=10) as server,
        urlopen(f"http://{server.address}/health", timeout=10) as answer,
    ):
        assert answer.status == 200
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://{server.address}/ready", timeout=10)
    messages = [json.loads(line)["message"] for line in (tmp_path / LOG).read_text().splitlines()]
    assert messages[-1] == "ended"


def test_one_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(LogtuiError, match="--insecure and --require-key contradict each other"):
        BackgroundServer(tmp_path, [f"--data={tmp_path}", "--insecure", "--require-key", *ANYWHERE], drain_seconds=10)
