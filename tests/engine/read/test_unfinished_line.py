"""A line at the end of a followed file that has no line end yet is shown once the file rests, and once in the end."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.engine.read import source_reader
from logtui.engine.read.batch import Provisional, Records
from logtui.engine.read.reader import Reader
from logtui.sources import FollowedFile, Resolved, followed
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from logtui.engine.read.batch import Batch

LOG = (
    "2025-10-07 10:00:00 INFO started\n"
    "2025-10-07 10:00:01 ERROR größer\n"
    "Traceback (most recent call last):\n"
    "  File x\n"
    "2025-10-07 10:00:02 WARN no line end"
).encode()

CUTS = st.sets(st.integers(1, len(LOG) - 1), max_size=4).map(sorted)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followed, "_POLL_SECONDS", 0.0)
    monkeypatch.setattr(followed, "_GATHER_SECONDS", 0.0)


def opened(path: Path) -> Reader:
    return Reader(Resolved((FollowedFile(path),), ()))


class Shown:
    """What a view of the batches shows: final records, then those that may still grow."""

    def __init__(self, batches: Iterator[Batch]) -> None:
        self._batches = batches
        self._final: list[pl.DataFrame] = []
        self._open: pl.DataFrame | None = None

    def until_quiet(self) -> list[tuple[str, int]]:
        before = None
        for batch in self._batches:
            match batch:
                case Records(frame):
                    self._final.append(frame)
                case Provisional(frame):
                    self._open = frame
                    if frame is before:
                        break
                    before = frame
        frames = [*self._final, *([] if self._open is None else [self._open])]
        return [row for frame in frames for row in frame.select("raw", "offset").iter_rows()]


def shown_of(path: Path) -> list[tuple[str, int]]:
    return Shown(opened(path).batches()).until_quiet()


@settings(max_examples=examples(25), deadline=None)
@given(CUTS)
def test_what_is_shown_does_not_depend_on_how_the_bytes_came(cuts: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_reader, "_UNFINISHED_SECONDS", 0.0)
        grown, whole = Path(folder, "grown.log"), Path(folder, "whole.log")
        grown.write_bytes(b"")
        shown = Shown(opened(grown).batches())
        for start, stop in zip([0, *cuts], [*cuts, len(LOG)], strict=True):
            with grown.open("ab") as file:
                file.write(LOG[start:stop])
            rows = shown.until_quiet()
            whole.write_bytes(LOG[:stop])
            assert rows == shown_of(whole)
            assert "".join(raw for raw, _ in rows).count("started") == (b"started" in LOG[:stop])


def test_a_line_without_an_end_waits_until_the_file_rests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(LOG)
    monkeypatch.setattr(source_reader, "_UNFINISHED_SECONDS", 3_600.0)
    shown = Shown(opened(path).batches())
    assert [raw.endswith("no line end") for raw, _ in shown.until_quiet()] == [False, False]
    monkeypatch.setattr(source_reader, "_UNFINISHED_SECONDS", 0.0)
    assert [raw.endswith("no line end") for raw, _ in shown.until_quiet()] == [False, False, True]
    with path.open("ab") as file:
        file.write(b" after all\n2025-10-07 10:00:03 INFO next\n")
    rows = shown.until_quiet()
    assert len(rows) == 4
    assert rows[2][0].endswith("no line end after all")
