"""What a log or the name of a file could do to a terminal, it does not."""

from __future__ import annotations

import os
import pty
import subprocess
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from logtui.cli.main import app
from tests.cli.helpers import PROGRAM, logtui

if TYPE_CHECKING:
    from pathlib import Path

ODD = "a\x1b[31mb\x9b2J\nc\x07.log"
LINE = b"2025-01-01 00:00:00 INFO \x1b[31mred\x07\n"


def on_terminal(*arguments: str | Path) -> bytes:
    """What a command shows on a terminal."""
    shown, terminal = pty.openpty()
    done = subprocess.run([*PROGRAM, *map(str, arguments)], stdout=terminal, stderr=terminal, timeout=60, check=False)
    assert done.returncode == 0
    os.close(terminal)
    with os.fdopen(shown, "rb") as screen:
        return screen.read1()


def test_raw_records_are_harmless_on_a_terminal_and_unchanged_in_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(LINE)
    assert logtui("query", "*", tmp_path / "a.log", "--output", "raw").stdout == LINE
    assert on_terminal("query", "*", tmp_path / "a.log", "--output", "raw") == (
        "2025-01-01 00:00:00 INFO red\ufffd\r\n".encode()
    )


@pytest.mark.parametrize(
    "content",
    [LINE, b"", b"\x7fELF" + bytes(99), b"\x1f\x8bdamaged", b"caf\xe9\n"],
    ids=["text", "empty", "binary", "damaged", "Latin-1"],
)
def test_names_of_files_are_harmless_wherever_they_are_printed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ODD
    path.write_bytes(content)
    summarize = ("summarize", path, tmp_path / "missing\x1b[1m", "--output", tmp_path / "out")
    for command in (("detect", path), ("query", "*", path), summarize, ("query", "*", f"{path}.not")):
        shown = CliRunner().invoke(app, [str(word) for word in command], catch_exceptions=False).output
        assert not {"\x1b", "\x07", "\x9b"} & set(shown)
        assert "\nc" not in shown


def test_names_of_columns_are_harmless_in_the_head_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"x\x1b[31my": 1}\n')
    done = logtui("query", "*", path, "--output", "table", "--fields", "x\x1b[31my")
    assert done.stdout.decode().split("\n")[0].strip() == "xy"
