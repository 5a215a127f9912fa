"""`logtui summarize --watch` as users run it: files arrive in pieces, are renamed, and the process is killed."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.batch.service_logs import lines, reference
from tests.cli.helpers import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DEADLINE = 60.0


@contextmanager
def watching(data: Path, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [*PROGRAM, "summarize", str(data), "--output", str(output), "--watch"]
    with (output.parent / "told").open("ab") as told, subprocess.Popen(command, stderr=told) as process:
        try:
            yield process
        finally:
            process.kill()


def until(output: Path, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait for a summary; every one that can be read is complete."""
    end = time.monotonic() + DEADLINE
    summary: dict[str, Any] = {}
    while time.monotonic() < end:
        if (output / "summary.json").exists():
            summary = json.loads((output / "summary.json").read_text())
            if is_so(summary):
                return summary
        time.sleep(0.02)
    raise AssertionError(f"not so in {DEADLINE} s: {str(summary)[:2_000]}")


def part_of(summary: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    return {name: summary.get(name) for name in expected}


class Arrivals:
    """Files that come in pieces at random, some of which are renamed on their way."""

    def __init__(self, folder: Path, count: int, seed: int) -> None:
        self.texts = {number: "\n".join(lines(number, 20 + number % 90)) + "\n" for number in range(count)}
        self._chance = random.Random(seed)
        self._paths = {number: folder / f"service{number:03}.log" for number in range(count)}
        self._written = dict.fromkeys(range(count), 0)
        self._waiting = list(range(count))

    def step(self) -> bool:
        """Append a piece to a file, or rename one; false when all is written."""
        if not self._waiting:
            return False
        number = self._chance.choice(self._waiting[:12])
        begin, data = self._written[number], self.texts[number].encode()
        end = min(len(data), begin + self._chance.randrange(1, 2_500))
        with self._paths[number].open("ab") as file:
            file.write(data[begin:end])
        self._written[number] = end
        if end == len(data):
            self._waiting.remove(number)
        if self._chance.random() < 0.1:
            renamed = self._paths[number].with_name(f"moved-{number:03}.log")
            self._paths[number] = self._paths[number].rename(renamed)
        return True


@pytest.mark.slow
def test_two_hundred_files_that_arrive_in_pieces_are_counted_once_though_the_process_is_killed(tmp_path: Path) -> None:
    data, output = tmp_path / "data", tmp_path / "output"
    data.mkdir()
    arrivals = Arrivals(data, 200, seed=7)
    expected = reference(arrivals.texts.values())
    for kill_at in (60, 150, 300):
        with watching(data, output) as process:
            for step in range(kill_at):
                arrivals.step()
                if step == kill_at // 2:
                    until(output, lambda summary: summary["file_count"] > 0)
            process.send_signal(signal.SIGKILL)
            process.wait()
    with watching(data, output) as process:
        while arrivals.step():
            pass
        summary = until(output, lambda summary: part_of(summary, expected) == expected)
        assert summary["file_count"] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) == 0
    assert not [path for path in output.iterdir() if path.suffix == ".part"]


@pytest.mark.slow
def test_a_new_a_growing_and_a_renamed_file_show_at_once(tmp_path: Path) -> None:
    data, output = tmp_path / "data", tmp_path / "output"
    data.mkdir()
    with watching(data, output) as process:
        until(output, lambda summary: summary["records"] == 0)
        began = time.monotonic()
        (data / "a.log").write_text("2025-07-22T10:00:00Z INFO CartService user1 one\n")
        until(output, lambda summary: summary["records"] == 1)
        assert time.monotonic() - began < 30
        with (data / "a.log").open("a") as file:
            file.write("2025-07-22T10:00:01Z ERROR CartService user1 two\n")
        until(output, lambda summary: summary["log_levels"] == {"ERROR": 1, "INFO": 1})
        (data / "a.log").rename(data / "b.log")
        until(output, lambda summary: summary["files"][0]["path"] == str(data / "b.log"))
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE) == 0
    assert "watching" in (tmp_path / "told").read_text()


@pytest.mark.slow
def test_a_folder_that_comes_later_is_watched(tmp_path: Path) -> None:
    output = tmp_path / "output"
    with watching(tmp_path / "data", output):
        until(output, lambda summary: "No such file" in str(summary["problems"]))
        (tmp_path / "data" / "deep").mkdir(parents=True)
        (tmp_path / "data" / "deep" / "a.log").write_text("2025-07-22T10:00:00Z INFO CartService user1 one\n")
        assert until(output, lambda summary: summary["records"] == 1)["problems"] == []


def test_a_second_watcher_is_refused_with_one_line(tmp_path: Path) -> None:
    data, output = tmp_path / "data", tmp_path / "output"
    data.mkdir()
    with watching(data, output):
        until(output, lambda summary: summary["records"] == 0)
        command = [*PROGRAM, "summarize", str(data), "--output", str(output), "--watch"]
        second = subprocess.run(command, capture_output=True, timeout=DEADLINE, check=False)
    assert second.returncode == 2
    assert b"may be writing there" in second.stderr
    assert second.stderr.count(b"\n") == 1


def test_a_single_run_into_the_output_of_a_watcher_is_refused_with_one_line(tmp_path: Path) -> None:
    data, output = tmp_path / "data", tmp_path / "output"
    data.mkdir()
    command = [*PROGRAM, "summarize", str(data), "--output", str(output)]
    with watching(data, output):
        until(output, lambda summary: summary["records"] == 0)
        refused = subprocess.run(command, capture_output=True, timeout=DEADLINE, check=False)
    assert refused.returncode == 2
    assert b"in use" in refused.stderr
    assert refused.stderr.count(b"\n") == 1
    assert subprocess.run(command, capture_output=True, timeout=DEADLINE, check=False).returncode == 0
