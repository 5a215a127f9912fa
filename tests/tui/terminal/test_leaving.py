"""Coming and going: the terminal is given back as it was, whatever ends the program."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
from pathlib import Path

import pytest

from tests.tui.terminal.helpers import PROGRAM, SHELL, Terminal, terminal

LINES = [f"2025-10-07 16:{number // 60:02d}:{number % 60:02d} INFO request {number} served" for number in range(300)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text("\n".join(LINES) + "\n")
    return path


def is_given_back(shown: Terminal) -> bool:
    return shown.is_cooked and not shown.leftovers and not shown.text.strip()


def without_histogram(shown: Terminal) -> list[str]:
    return [shown.lines[0], *shown.lines[5:]]


def test_a_file_is_shown_and_q_gives_the_terminal_back(log: Path, tmp_path: Path) -> None:
    with terminal(tmp_path, "open", log) as shown:
        shown.until(lambda: "300 records" in shown.status and "request 5 served" in shown.text)
        assert shown.status.split()[0] == "generic"
        assert not shown.is_cooked
        shown.press("q")
        assert shown.exit_code() == 0
        assert is_given_back(shown)


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MOMENTS = ("opening", "\x1b[?1000h", "\x1b[?2004h", "\x1b[?2026h", "300 records")
ENDS = [
    pytest.param(
        moment,
        number,
        marks=[] if number == signal.SIGTERM or moment == "300 records" else [pytest.mark.slow],
        id=f"{moment}-{number.name}",
    )
    for moment in MOMENTS
    for number in SIGNALS
]


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "number"), ENDS)
def test_signals_that_end_the_program_give_the_terminal_back(
    log: Path, tmp_path: Path, moment: str, number: signal.Signals
) -> None:
    with terminal(tmp_path, "open", log) as shown:
        shown.until_written(moment)
        shown.process.send_signal(number)
        assert shown.exit_code() == 128 + number
        assert is_given_back(shown)


def test_the_place_is_kept_when_the_window_is_closed(log: Path, tmp_path: Path) -> None:
    with terminal(tmp_path, "open", log) as shown:
        shown.until("300 records")
        shown.press("j", "j")
        shown.until("row 3")
        shown.hang_up()
        assert shown.exit_code() == 128 + signal.SIGHUP
    with terminal(tmp_path, "open", log) as shown:
        shown.until("row 3")


WITHOUT_CONTROL = (
    "import fcntl, os, signal, sys, termios; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
    "fcntl.ioctl(2, termios.TIOCNOTTY); signal.signal(signal.SIGHUP, signal.SIG_DFL);"
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
"""Gives the terminal up as the controlling one, so that its end is signalled to nobody, and becomes the program."""


def test_a_program_whose_terminal_goes_without_a_signal_ends_too(log: Path, tmp_path: Path) -> None:
    with terminal(tmp_path, "open", log, program=(PROGRAM[0], "-c", WITHOUT_CONTROL, *PROGRAM)) as shown:
        shown.until("300 records")
        shown.hang_up()
        assert shown.exit_code() == 128 + signal.SIGHUP


def cpu_seconds(process: int) -> float:
    """What a running process has used, which does not depend on how busy the machine is."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cpu_seconds_of_ended() -> float:
    times = os.times()
    return times.children_user + times.children_system


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="CPU time of a process is read from /proc")
def test_quitting_does_not_wait_for_the_indexer_of_a_large_file(tmp_path: Path) -> None:
    log = tmp_path / "large.log"
    log.write_text(("\n".join(LINES) + "\n") * (60_000_000 // (45 * len(LINES))))
    before = cpu_seconds_of_ended()
    with terminal(tmp_path, "open", log) as shown:
        shown.until("reading ")
        shown.until(lambda: (tmp_path / "cache").exists())
        shown.press("q")
        used = cpu_seconds(shown.process.pid)
        assert shown.exit_code() == 0
        shown.until(shown.is_alone)
        assert is_given_back(shown)
    assert cpu_seconds_of_ended() - before - used < 1


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs a shell with job control")
def test_a_suspended_job_comes_back_with_its_whole_screen(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with terminal(tmp_path, program=SHELL, env={"PS1": "READY "}) as shown:
        shown.until("READY")
        shown.press(f"cat {pipe} | {shlex.join(PROGRAM)} open -", "enter")
        with pipe.open("w") as writer:
            writer.write("\n".join(LINES[:10]) + "\n")
            writer.flush()
            shown.until("10 records")
            before = without_histogram(shown)
            shown.press("ctrl+z")
            shown.until("Stopped")
            assert not shown.leftovers
            assert "10 records" not in shown.text
            shown.press("fg", "enter")
            shown.until(lambda: without_histogram(shown) == before)
            writer.write(LINES[10] + "\n")
            writer.flush()
            shown.until("11 records")
            shown.press("q")
            shown.until(lambda: not shown.leftovers)
        shown.until(lambda: shown.text.count("READY") == 3)


def is_moved_by(key: str, shown: Terminal) -> bool:
    shown.press(key)
    return "row 1 " not in shown.text


def test_a_program_that_others_stop_and_continue_goes_on(log: Path, tmp_path: Path) -> None:
    with terminal(tmp_path, "open", log) as shown:
        shown.until("300 records")
        before = without_histogram(shown)
        shown.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, shown.process.pid, os.WSTOPPED | os.WNOWAIT)
        painted = shown.paints
        shown.process.send_signal(signal.SIGCONT)
        shown.until(lambda: shown.paints > painted and without_histogram(shown) == before)
        # Setting the terminal up again drops keys that came before, so the first one may be lost.
        shown.until(lambda: is_moved_by("j", shown))
        shown.press("q")
        assert shown.exit_code() == 0
        assert is_given_back(shown)
