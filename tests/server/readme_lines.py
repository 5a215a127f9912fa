"""The README's lines about a server, run as they are printed, with the ports of a test's own server."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.server.running import Server, wait_for
from tests.tui.terminal.helpers import terminal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT: Final = Path(__file__).parent.parent.parent
SECTION: Final = (ROOT / "README.md").read_text().partition("## A server")[2].partition("\n## ")[0]
LINES: Final = re.findall(r"^    ((?:curl|echo|logtui) .*(?:\n      .*)*)", SECTION, re.MULTILINE)
NETCAT: Final = shlex.join([sys.executable, str(Path(__file__).parent / "netcat.py")])


def check_lines(server: Server, program: Sequence[str], env: Mapping[str, str]) -> None:
    """Run the lines one behind the other, and look at what they say.

    Args:
        server: A server without records.
        program: What is started in the place of logtui.
        env: Further variables of its environment.
    """
    send, line, search, alert, query, screen = LINES

    def run(line: str, *, may_find_nothing: bool = False) -> str:
        return _run(_here(line, server, program), server, env, may_find_nothing=may_find_nothing)

    assert json.loads(run(send)) == {"ingested": 1}
    run(line)
    wait_for(lambda: run(query, may_find_nothing=True).count("\n") == 2)
    found = json.loads(run(search))
    assert (found["total"], found["aggregations"]) == (1, {"by_level": {"error": 1}})
    assert json.loads(run(alert))["state"] == "OK"
    address = screen.split()[-1].replace("8080", str(server.port))
    home = server.folder.parent / "home"
    with terminal(home, "open", address, program=program, columns=120, lines=30, env=env) as shown:
        shown.until("Database timeout", within=60)
        shown.press("q")
        assert shown.exit_code() == 0


def _here(line: str, server: Server, program: Sequence[str]) -> str:
    """A line for a server of a test, and the programs that there are."""
    here = line.replace("localhost:8080", f"localhost:{server.port}")
    here = here.replace("localhost 5514", f"localhost {server.line_with('tcp')['tcp'].rpartition(':')[2]}")
    here = here.replace("curl ", "curl -sS --fail-with-body ").replace("logtui ", f"{shlex.join(program)} ")
    return here if shutil.which("nc") else here.replace("nc -N", NETCAT)


def _run(line: str, server: Server, env: Mapping[str, str], *, may_find_nothing: bool) -> str:
    """Run a line in the folder that the server's data folder is in."""
    command, folder = ["/bin/sh", "-c", line], server.folder.parent
    done = subprocess.run(command, cwd=folder, env={**os.environ, **env}, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0 or (may_find_nothing and done.returncode == 1), done.stderr
    return done.stdout.decode()
