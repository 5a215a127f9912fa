"""Programs that get the messages: what they read, how they fail, when they are killed."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import msgspec
import pytest

from logtui.alerts.notify.base import RefusedError, UnavailableError
from logtui.alerts.notify.command import send_command
from logtui.alerts.notify.targets import Command
from tests.alerts.notify.deliveries import FIRING, RESOLVED, attempt


def script(text: str, *arguments: str, timeout: str = "30s") -> Command:
    return Command(argv=(sys.executable, "-c", text, *arguments), timeout=timeout)


def test_a_program_reads_the_messages_as_json(tmp_path: Path) -> None:
    target = script("import sys; open(sys.argv[1], 'w').write(sys.stdin.read())", str(tmp_path / "got"))
    send_command(target, attempt(target, FIRING))
    got = json.loads((tmp_path / "got").read_text())
    assert got == {"idempotency_key": "k1", "messages": [json.loads(msgspec.json.encode(FIRING))]}


def test_arguments_are_not_read_by_a_shell(tmp_path: Path) -> None:
    target = script("import sys, pathlib; pathlib.Path('x').with_name(sys.argv[1])", f"$(touch {tmp_path}/pwned)")
    with pytest.raises(UnavailableError):
        send_command(target, attempt(target))
    assert not (tmp_path / "pwned").exists()


def test_a_program_that_fails_is_tried_again_and_quoted() -> None:
    target = script("import sys; sys.exit('no\\nnetwork')")
    with pytest.raises(UnavailableError, match="exited with 1: no network"):
        send_command(target, attempt(target))


def test_a_program_that_does_not_read_is_no_problem() -> None:
    target = script("pass")
    large = msgspec.structs.replace(FIRING, query="x" * 1_000_000)
    assert send_command(target, attempt(target, large, RESOLVED)).receipts == {}


def test_a_program_that_is_missing_is_final(tmp_path: Path) -> None:
    target = Command(argv=(f"{tmp_path}/nothing",))
    with pytest.raises(RefusedError, match="nothing: No such file"):
        send_command(target, attempt(target))


def test_a_program_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    text = (
        "import subprocess, sys, time;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "open(sys.argv[1], 'w').write(str(child.pid));"
        "time.sleep(60)"
    )
    target = script(text, str(tmp_path / "pid"), timeout="2s")
    with pytest.raises(UnavailableError, match="took longer than 2s"):
        send_command(target, attempt(target))
    child = Path("/proc") / (tmp_path / "pid").read_text() / "stat"
    end = time.monotonic() + 10
    while time.monotonic() < end and child.exists() and " Z " not in child.read_text():
        time.sleep(0.05)
    assert not child.exists() or " Z " in child.read_text()


def test_a_command_through_the_api_is_never_run(tmp_path: Path) -> None:
    target = Command(argv=("touch", f"{tmp_path}/ran"))
    with pytest.raises(RefusedError, match="can not be named through the API"):
        send_command(target, attempt(target, from_file=False))
    assert not (tmp_path / "ran").exists()
