"""Batches for the tests of journals, and what is checked about all that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.store.journal import LOST, Batch, FileJournal, Frame

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def batch(text: str, count: int = 1) -> Batch:
    """A batch that can be recognised."""
    return Batch(kind=1, count=count, arrival=1_700_000_000_000_000_000, payload=text.encode(), peer="10.0.0.1")


def texts(frames: Iterable[Frame]) -> list[str]:
    return ["LOST" if frame.kind == LOST else frame.payload.decode() for frame in frames]


def written(folder: Path, *texts: str, **options: int) -> None:
    """A closed journal of batches with three records each."""
    with FileJournal(folder, **options) as journal:
        for text in texts:
            journal.append(batch(text, 3))


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.journal"))


def assert_without_gap(frames: list[Frame], first_seq: int, next_seq: int) -> None:
    """Each frame begins where the one before ends."""
    ends = [first_seq, *(frame.last_seq + 1 for frame in frames)]
    assert [*(frame.first_seq for frame in frames), next_seq] == ends
