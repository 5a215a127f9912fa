"""The README's lines about a server work as they are printed, with the ports of the test's own server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.server.running import Server, wait_for
from tests.tui.terminal.helpers import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parent.parent.parent
SECTION: Final = (ROOT / "README.md").read_text().partition("## A server")[2].partition("\n## ")[0]
LINES: Final = re.findall(r"^    ((?:curl|echo|logtui) .*(?:\n      .*)*)", SECTION, re.MULTILINE)
NETCAT: Final = f"{sys.executable} -m tests.server.netcat"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("readme") / "logs") as running:
        yield running


def run(line: str, server: Server, *, may_find_nothing: bool = False) -> str:
    """Run a line in the folder that the server's data folder is in."""
    here = line.replace("localhost:8080", f"localhost:{server.port}")
    here = here.replace("localhost 5514", f"localhost {server.line_with('tcp')['tcp'].rpartition(':')[2]}")
    here = here.replace("curl ", "curl -sS --fail-with-body ").replace("logtui ", f"{sys.executable} -m logtui ")
    if shutil.which("nc") is None:
        here = here.replace("nc -N", NETCAT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["/bin/sh", "-c", here], cwd=server.folder.parent, env=environment, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0 or (may_find_nothing and done.returncode == 1), done.stderr
    return done.stdout.decode()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_lines_of_the_readme_work_one_behind_the_other(server: Server) -> None:
    send, line, search, alert, query, screen = LINES
    assert json.loads(run(send, server)) == {"ingested": 1}
    run(line, server)
    wait_for(lambda: run(query, server, may_find_nothing=True).count("\n") == 2)
    found = json.loads(run(search, server))
    assert (found["total"], found["aggregations"]) == (1, {"by_level": {"error": 1}})
    assert json.loads(run(alert, server))["state"] == "OK"
    address = screen.split()[-1].replace("8080", str(server.port))
    with terminal(server.folder.parent / "home", "open", address, columns=120, lines=30) as shown:
        shown.until("Database timeout", within=60)
        shown.press("q")
        assert shown.exit_code() == 0
