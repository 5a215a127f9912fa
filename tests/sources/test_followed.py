"""A followed file brings every line once, in order, through growth and every kind of rotation."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.sources import FollowedFile
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Callable

DEADLINE = 60.0
STEPS = st.lists(
    st.sampled_from(["write", "write_much", "rename", "copytruncate", "truncate", "recreate", "symlink", "half_line"]),
    min_size=1,
    max_size=8,
)


class Tail:
    """Reads a followed file in a thread and keeps what came."""

    def __init__(self, path: Path) -> None:
        self.received = b""
        self.source = FollowedFile(path)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        is_open = True
        while is_open:
            for block in self.source.blocks(64 * 1024):
                self.received += block
            is_open = self.source.next_generation()

    def wait(self, condition: Callable[[], bool]) -> bool:
        until = time.monotonic() + DEADLINE
        while not condition() and time.monotonic() < until:
            time.sleep(0.005)
        return condition()

    def close(self) -> None:
        self.source.close()
        self._thread.join(DEADLINE)


class Writer:
    """Writes numbered lines to a path and rotates it as programs do."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "app.log"
        self.written = b""
        self._folder = folder
        self._count = 0
        self._files = 0
        self.write(1)

    def write(self, lines: int, end: str = "\n") -> None:
        with self.path.open("ab") as file:
            for _ in range(lines):
                self._count += 1
                text = f"line {self._count}{end}".encode()
                file.write(text)
                self.written += text

    def step(self, name: str, tail: Tail) -> None:
        match name:
            case "write":
                self.write(2)
            case "write_much":
                self.write(10_000)
            case "half_line":
                self.write(1, end="")
            case "rename":
                self.path.rename(self._another())
                self.write(2)
            case "symlink":
                another = self._another()
                another.touch()
                draft = self._folder / "draft"
                draft.symlink_to(another)
                draft.replace(self.path)
                self.write(2)
            case "recreate":
                self._settle(tail)
                self.path.unlink()
                self.write(2)
            case "copytruncate":
                self._settle(tail)
                shutil.copy(self.path, self._another())
                os.truncate(self.path, 0)
                self.write(1)
            case "truncate":
                self._settle(tail)
                os.truncate(self.path, 0)

    def _another(self) -> Path:
        self._files += 1
        return self._folder / f"app.log.{self._files}"

    def _settle(self, tail: Tail) -> None:
        """What is in a file that is about to be cut is lost to any reader that has not read it yet."""
        assert tail.wait(lambda: tail.received == self.written)


@pytest.mark.slow
@settings(max_examples=examples(15), deadline=None)
@given(STEPS)
def test_every_byte_comes_once_and_in_order(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        writer = Writer(Path(folder))
        tail = Tail(writer.path)
        assert tail.wait(lambda: tail.source.caught_up)
        for step in steps:
            writer.step(step, tail)
            # Files that come and go faster than anybody looks are never seen.
            if step in ("rename", "symlink", "truncate", "copytruncate", "recreate"):
                assert tail.wait(lambda: tail.received == writer.written)
        writer.write(1)
        found = tail.wait(lambda: tail.received == writer.written)
        tail.close()
        assert tail.received == writer.written
        assert found


def test_growth_after_a_pause_comes_within_a_quarter_of_a_second(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    tail = Tail(writer.path)
    assert tail.wait(lambda: tail.received == writer.written)
    delays = []
    for _ in range(5):
        time.sleep(0.6)
        writer.write(1)
        started = time.monotonic()
        assert tail.wait(lambda: tail.received == writer.written)
        delays.append(time.monotonic() - started)
    tail.close()
    assert sorted(delays)[2] < 0.25  # a busy machine delays some


def test_a_trickle_comes_in_few_blocks(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"")
    source, found = FollowedFile(path), list[bytes]()
    thread = threading.Thread(target=lambda: found.extend(block for block in source.blocks(4_096) if block))
    thread.start()
    with path.open("ab", buffering=0) as file:
        for _ in range(20):
            time.sleep(0.1)
            file.write(b"line\n")
    time.sleep(0.7)
    source.close()
    thread.join()
    assert b"".join(found) == b"line\n" * 20
    assert len(found) <= 8


def test_a_file_that_vanishes_is_waited_for(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    tail = Tail(writer.path)
    assert tail.wait(lambda: tail.source.caught_up)
    writer.path.rename(tmp_path / "gone")
    time.sleep(0.3)
    writer.write(3)
    assert tail.wait(lambda: tail.received == writer.written)
    tail.close()


def test_a_file_that_is_cut_and_filled_beyond_where_it_was_read_begins_anew(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.write(3)
    tail = Tail(writer.path)
    assert tail.wait(lambda: tail.source.caught_up)
    again = "line 1\n" * 400  # the first line is the same as before
    writer.path.write_text(again)
    assert tail.wait(lambda: tail.received == writer.written + again.encode())
    tail.close()


def test_a_quiet_file_that_was_read_long_after_it_was_written_begins_anew_when_it_is_cut(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    os.utime(writer.path, (1, 1))
    tail = Tail(writer.path)
    assert tail.wait(lambda: tail.source.caught_up)
    other = b"LINE 1\n"
    assert len(other) == len(writer.written)
    writer.path.write_bytes(other)
    assert tail.wait(lambda: tail.received == writer.written + other)
    tail.close()


def test_the_rotated_file_is_recognised_and_no_other_that_begins_alike(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.write(400)
    tail = Tail(writer.path)
    assert tail.wait(lambda: tail.source.caught_up)
    rotated, alike, elsewhere = tmp_path / "app.log.1", tmp_path / "app.log.2", tmp_path / "other.log"
    writer.path.rename(rotated)
    first = writer.written
    writer.write(1)
    assert tail.wait(lambda: tail.received == writer.written)
    alike.write_bytes(first[:-2] + b"?\n")
    elsewhere.write_bytes(first)
    assert [path.name for path in (rotated, alike, elsewhere) if tail.source.was(path)] == ["app.log.1"]
    assert not tail.source.was(tmp_path / "app.log.3")
    tail.close()


@pytest.mark.parametrize(("silent_seconds", "rest_seconds"), [(1, 0.1), (50, 0.5), (3_600, 1.0)])
def test_a_file_is_looked_at_more_rarely_the_longer_it_has_been_silent(
    tmp_path: Path, silent_seconds: float, rest_seconds: float
) -> None:
    path = tmp_path / "a.log"
    path.write_text("")
    written = time.time() - silent_seconds
    os.utime(path, (written, written))
    source = FollowedFile(path)
    blocks = source.blocks(1_024)
    before = time.monotonic()
    assert [next(blocks), next(blocks)] == [b"", b""]  # looks at the file in between
    assert before + rest_seconds <= source.due <= time.monotonic() + rest_seconds + 0.05
    source.close()
