"""Inputs that grow while they are shown: pipes, followed files, rotation, floods."""

from __future__ import annotations

import os
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.tui.terminal.helpers import Terminal, terminal

if TYPE_CHECKING:
    from pathlib import Path

PER_SECOND, SECONDS = 50_000, 4
PAINTS_PER_SECOND, BYTES_PER_SECOND = 15, 200_000
ANSWER = 10.0


def line(text: str) -> str:
    return f"2025-10-07 16:00:00 INFO {text}\n"


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(line(text))


def test_rows_appear_as_a_pipe_brings_them_and_keys_come_from_the_terminal(tmp_path: Path) -> None:
    reads, writes = os.pipe()
    with terminal(tmp_path, "open", "-", stdin=reads) as shown:
        os.close(reads)
        for number in range(3):
            os.write(writes, line(f"piped {number}").encode())
            shown.until(f"piped {number}")
            shown.until(f" {number + 1} records")
        shown.press("j")
        shown.until("row 2")
        shown.press("q")
        assert shown.exit_code(5) == 0
        assert shown.is_cooked
    os.close(writes)


def test_all_lines_appear_through_growth_rotation_and_cutting(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    append(log, "first")
    with terminal(tmp_path, "open", log, "--follow") as shown:
        shown.until(lambda: "first" in shown.text and "following" in shown.status)
        append(log, "grown")
        shown.until("grown")
        log.rename(tmp_path / "app.log.1")
        append(tmp_path / "app.log.1", "late")
        append(log, "renamed")
        shown.until(lambda: "late" in shown.text and "renamed" in shown.text)
        (tmp_path / "app.log.2").write_text(log.read_text())
        os.truncate(log, 0)
        append(log, "cut")
        shown.until("cut")
        words = ("first", "grown", "late", "renamed", "cut")
        assert [text.split()[-1] for text in shown.lines if "INFO" in text] == list(words)
        shown.until("5 records")


class Flood(threading.Thread):
    """Appends numbered lines to a file, so many each second, for some seconds."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self.written = 0
        self._log = log

    def run(self) -> None:
        began = time.monotonic()
        with self._log.open("a") as file:
            while self.written < PER_SECOND * SECONDS:
                due = int((time.monotonic() - began) * PER_SECOND)
                file.write("".join(line(f"n={number}") for number in range(self.written, due)))
                file.flush()
                self.written = due
                time.sleep(0.02)


def newest(shown: Terminal) -> int:
    return max((int(word[2:]) for word in shown.text.split() if word.startswith("n=")), default=-1)


def shows(shown: Terminal, wanted: int) -> bool:
    return newest(shown) >= wanted


@pytest.mark.slow
def test_a_followed_flood_is_shown_and_painted_moderately(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    append(log, "first")
    with terminal(tmp_path, "open", log, "--follow") as shown:
        shown.until("following")
        paints, size, began = shown.paints, len(shown.raw), time.monotonic()
        flood = Flood(log)
        flood.start()
        while flood.is_alive():
            shown.until(partial(shows, shown, flood.written - 1), within=ANSWER)
        passed = time.monotonic() - began
        assert shown.paints - paints <= PAINTS_PER_SECOND * (passed + 1)
        assert len(shown.raw) - size < BYTES_PER_SECOND * (passed + 1)
        shown.until(lambda: newest(shown) == flood.written - 1 and f"{flood.written + 1:,} records" in shown.status)


@pytest.mark.slow
def test_keys_are_answered_during_a_flood(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    append(log, "first")
    with terminal(tmp_path, "open", log, "--follow") as shown:
        shown.until("following")
        flood = Flood(log)
        flood.start()
        shown.until(partial(shows, shown, 1_000))
        shown.press("k")
        shown.until("paused", within=ANSWER)
        shown.press("?")
        shown.until("logtui keys", within=ANSWER)
        shown.press("escape")
        shown.until(lambda: "logtui keys" not in shown.text, within=ANSWER)
        shown.press("G")
        shown.until("following", within=ANSWER)
        flood.join()
        shown.until(partial(shows, shown, flood.written - 1))
        shown.press("q")
        assert shown.exit_code() == 0
