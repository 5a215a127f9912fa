"""A writer that is killed at any moment has kept every batch that it acknowledged, once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import pytest

from logtui.store.journal import FileJournal
from tests.store.journal.batches import assert_without_gap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WRITER: Final = """
import itertools, os, pathlib, sys, threading
from logtui.store.journal import Batch, FileJournal

journal = FileJournal(pathlib.Path(sys.argv[1]), segment_bytes=20_000)

def append(name):
    for number in itertools.count():
        text = f"{os.getpid()} {name} {number} "
        first = journal.append(Batch(kind=1, count=3, arrival=1, payload=text.encode() + b"x" * (number % 7 * 500)))
        os.write(1, f"{text}{first}\\n".encode())

for name in range(5):
    threading.Thread(target=append, args=(name,)).start()
append(5)
"""


def acknowledged(folder: Path, seconds: float) -> Iterator[tuple[str, int]]:
    """What a writer said to be durable before it was killed, some time after its first batch."""
    with subprocess.Popen([sys.executable, "-c", WRITER, folder], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.kill()
        for line in [first, *writer.stdout]:
            *text, first_seq = line.decode().split()
            yield " ".join(text), int(first_seq)


def check_rounds(folder: Path, rounds: int) -> None:
    chance = random.Random(23)
    expected: dict[str, int] = {}
    for _ in range(rounds):
        expected.update(acknowledged(folder, chance.uniform(0, 0.15)))
        with FileJournal(folder) as journal:
            frames = list(journal.read(0))
            assert journal.recovery.damages == []
        found = [(" ".join(frame.payload.decode().split()[:3]), frame.first_seq) for frame in frames]
        assert len(dict(found)) == len(found)
        assert expected.items() <= dict(found).items()
        assert_without_gap(frames, 1, frames[-1].last_seq + 1)
    assert len(expected) > 6 * rounds


def test_every_acknowledged_batch_is_found_once_after_kills(tmp_path: Path) -> None:
    check_rounds(tmp_path, 4)


@pytest.mark.slow
def test_every_acknowledged_batch_is_found_once_after_many_kills(tmp_path: Path) -> None:
    check_rounds(tmp_path, 40)
