"""The formats of a slow pipe are detected again only while its lines may tell more."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from logtui.engine.read import source_reader
from logtui.engine.read.batch import Provisional
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.source_reader import SourceReader
from logtui.formats import Detection, detect
from logtui.sources import stream
from logtui.sources.stream import StreamSource

if TYPE_CHECKING:
    import polars as pl
    import pytest

LINES = 40


def detections_of(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, SourceReader]:
    """How often formats are detected in a pipe that pauses behind each line, and its reader."""
    samples: list[int] = []

    def noted(sample: pl.Series, *given: Any, **more: Any) -> Detection:  # noqa: ANN401
        samples.append(len(sample))
        return detect(sample, *given, **more)

    monkeypatch.setattr(source_reader, "detect", noted)
    monkeypatch.setattr(stream, "QUIET_SECONDS", 0.01)
    monkeypatch.setattr(stream, "_GATHER_SECONDS", 0.0)
    ours, theirs = os.pipe()
    with ThreadPoolExecutor(1) as pool:
        reader, left = SourceReader(StreamSource("stdin", ours), ReadOptions(), pool), iter(lines)
        os.write(theirs, next(left).encode())
        for batch in reader.batches():
            if isinstance(batch, Provisional) and (line := next(left, "")):
                os.write(theirs, line.encode())
            elif isinstance(batch, Provisional):
                os.close(theirs)
    os.close(ours)
    return len(samples), reader


def test_lines_like_those_before_are_not_detected_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"2025-10-07T10:00:{second:02} INFO x\n" for second in range(LINES)]
    times, reader = detections_of(lines, monkeypatch)
    assert times < LINES / 2
    assert set(reader.format_records) == {"generic"}


def test_a_format_that_begins_behind_other_lines_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    banner = [f"welcome {number}\n" for number in range(LINES // 2)]
    logs = [f'{{"time": "2025-10-07T10:00:{second:02}Z", "level": "info", "msg": "x"}}\n' for second in range(LINES)]
    _, reader = detections_of(banner + logs, monkeypatch)
    assert reader.format_records["json"] >= LINES - 2
