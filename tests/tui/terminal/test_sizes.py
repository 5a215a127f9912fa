"""What fits: every size of the terminal shows rows and status, and nothing needs colours."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.tui.terminal.helpers import Terminal, terminal

if TYPE_CHECKING:
    from pathlib import Path

COLOURS = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:[34][0-8]|9[0-7]|10[0-7])[0-9;]*m")
ROW = re.compile("[ ▌][0-9:]{8} (?:INFO|ERROR) ")


def write(log: Path) -> Path:
    levels = ("INFO", "ERROR")
    log.write_text(
        "".join(f"2025-10-07 16:00:{n % 60:02d} {levels[n % 25 == 24]} request {n} of many\n" for n in range(300))
    )
    return log


def rows(shown: Terminal) -> list[str]:
    return [line for line in shown.lines if ROW.match(line)]


def is_fitted(shown: Terminal, least: int) -> bool:
    hints = shown.lines[-1].split()[-4:]
    return shown.status.endswith("live  UTC ") and hints == ["?", "help", "q", "quit"] and len(rows(shown)) >= least


@pytest.mark.slow
def test_every_size_shows_rows_and_the_whole_status(tmp_path: Path) -> None:
    with terminal(tmp_path, "open", write(tmp_path / "app.log"), columns=160, lines=45) as shown:
        shown.until("300 records")
        for columns, lines, least in ((250, 70, 60), (80, 24, 15), (40, 10, 7), (20, 5, 2), (160, 45, 35)):
            shown.resize(columns, lines)
            shown.until(partial(is_fitted, shown, least))
            assert shown.lines[0].startswith(" filter ›")
        shown.press("j")
        shown.until("row 2")
        assert shown.process.poll() is None


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), pytest.param(250, 70, marks=pytest.mark.slow)])
def test_nothing_is_cut_off(tmp_path: Path, columns: int, lines: int) -> None:
    with terminal(tmp_path, "open", write(tmp_path / "app.log"), columns=columns, lines=lines) as shown:
        shown.until("300 records")
        assert " ".join(shown.status.split()) == "generic 300 records row 1 live UTC"
        assert "…" not in shown.lines[-1]
        shown.press(":", "level:error", "enter")
        shown.until("12/300")
        assert shown.lines[0].rstrip() == " filter › level:error"
        assert len(rows(shown)) == 12
        shown.press("?")
        shown.until("logtui keys")
        shown.until("Move")
        shown.press(*" " * 24)
        shown.until("Suspend")
        shown.press("escape")
        shown.until("12/300")


def test_without_colours_none_are_written_and_the_cursor_is_seen(tmp_path: Path) -> None:
    with terminal(tmp_path, "open", write(tmp_path / "app.log"), env={"NO_COLOR": "1"}) as shown:
        shown.until("300 records")
        shown.press("j")
        shown.until("row 2")
        first = next(number for number, line in enumerate(shown.lines) if "request 0" in line)
        shown.until(
            lambda: [shown.display.buffer[first + below][20].reverse for below in range(3)] == [False, True, False]
        )
        assert not COLOURS.search(shown.raw)
    with terminal(tmp_path, "open", tmp_path / "app.log") as shown:
        shown.until("300 records")
        assert COLOURS.search(shown.raw)
