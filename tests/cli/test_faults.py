"""What goes wrong in the program itself, and being interrupted, have exit codes of their own and no traceback."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.cli.helpers import PROGRAM

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = """
import sys
from logtui.cli import main, query

def broken(*_, **__):
    raise ZeroDivisionError("a fault\\nof two lines")

query.zone_named = broken
sys.argv = ["logtui", "query", "*", "-"]
main.run()
"""


def test_a_fault_of_the_program_is_two_lines_and_exit_code_70() -> None:
    done = subprocess.run([sys.executable, "-c", BROKEN], capture_output=True, timeout=60, check=False, input=b"")
    said = done.stderr.decode().splitlines()
    assert done.returncode == 70
    assert said[0] == "logtui: internal error: ZeroDivisionError: a fault of two lines"
    assert said[1].startswith("logtui: please report it, with broken in ")
    assert len(said) == 2
    assert done.stdout == b""


def test_an_interrupted_query_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "query", "*", "-", "--output", "jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b'{"msg":"first"}\n' * 10)
        process.stdin.flush()
        assert b"first" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in said
