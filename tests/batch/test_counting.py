"""A file that grows is counted once: whatever the pieces, the result is that of the whole file."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logtui.batch import Ledger, Summarizer
from logtui.engine.read.options import ReadOptions
from logtui.errors import StoreError
from tests.batch.service_logs import lines

if TYPE_CHECKING:
    from pathlib import Path

# Longer than what a format is told by, so that reading goes on from a checkpoint.
TEXT = "\n".join(lines(3, 2_500)) + "\n"
FRAMES = "Traceback (most recent call last):\n" + '  File "a.py", line 1\n' * 40 + "ValueError: no\n"
WITH_TRACES = "\n".join(line + "\n" + FRAMES if number % 40 == 0 else line for number, line in enumerate(lines(4, 900)))


def summarised(data: Path, ledger: Path | None = None) -> dict[str, Any]:
    """Count what has changed, as a process that starts anew does, and give what does not depend on when it ran."""
    known = Ledger(ledger)
    summarizer = Summarizer([str(data)], data.parent / "out", known, ReadOptions(), workers=2)
    summarizer.count(summarizer.changed())
    summary = summarizer.report()
    known.close()
    return {key: value for key, value in summary.items() if key not in ("elapsed_seconds", "peak_memory_mb", "files")}


def fresh(tmp_path: Path) -> Path:
    """An empty folder of its own for each example."""
    path = tmp_path / str(len(list(tmp_path.iterdir()))) / "data"
    path.mkdir(parents=True)
    return path


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT, id="lines"),
        pytest.param(WITH_TRACES, id="traces"),
        pytest.param(TEXT.replace("\n", "\r\n"), id="carriage returns", marks=pytest.mark.slow),
        pytest.param("plain words\n" * 9_000, id="no format", marks=pytest.mark.slow),
    ],
)
@given(cuts=st.lists(st.integers(0, len(WITH_TRACES)), max_size=3))
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pieces_count_as_the_whole(tmp_path: Path, text: str, cuts: list[int]) -> None:
    data = fresh(tmp_path)
    ledger = data.parent / "ledger"
    written = text.encode()
    begin = 0
    for end in [*sorted(min(cut, len(written)) for cut in cuts), len(written)]:
        with (data / "a.log").open("ab") as file:
            file.write(written[begin:end])
        found = summarised(data, ledger)
        begin = end
    assert found == summarised(data)


def test_what_was_counted_is_not_counted_again(tmp_path: Path) -> None:
    data, ledger = fresh(tmp_path), tmp_path / "ledger"
    (data / "a.log").write_text(TEXT)
    assert summarised(data, ledger) == summarised(data, ledger) == summarised(data)


def test_renamed_files_keep_their_counts_under_the_new_name(tmp_path: Path) -> None:
    data, ledger = fresh(tmp_path), tmp_path / "ledger"
    (data / "a.log").write_text(TEXT)
    before = summarised(data, ledger)
    (data / "a.log").rename(data / "a.log.1")
    known = Ledger(ledger)
    summarizer = Summarizer([str(data)], tmp_path, known, ReadOptions())
    summarizer.is_outdated = False
    assert summarizer.changed() == []
    assert summarizer.is_outdated
    assert [file["path"] for file in summarizer.report()["files"]] == [str(data / "a.log.1")]
    known.close()
    assert summarised(data, ledger) == before


def test_a_file_that_began_anew_adds_to_what_was_there(tmp_path: Path) -> None:
    data, ledger = fresh(tmp_path), tmp_path / "ledger"
    (data / "a.log").write_text(TEXT)
    first = summarised(data, ledger)["records"]
    os.truncate(data / "a.log", 0)
    (data / "a.log").write_text("\n".join(lines(9, 40)))
    second = summarised(data)["records"]
    assert summarised(data, ledger)["records"] == first + second


def test_a_file_that_is_gone_stays_counted(tmp_path: Path) -> None:
    data, ledger = fresh(tmp_path), tmp_path / "ledger"
    (data / "a.log").write_text(TEXT)
    before = summarised(data, ledger)
    (data / "a.log").unlink()
    assert summarised(data, ledger) == before


def test_rotation_by_rename_and_compression_counts_each_record_once(tmp_path: Path) -> None:
    data, ledger = fresh(tmp_path), tmp_path / "ledger"
    current, rotated, packed = data / "a.log", data / "a.log.1", data / "a.log.1.gz"
    current.write_text(TEXT)
    once = summarised(data, ledger)
    current.rename(rotated)
    packed.write_bytes(gzip.compress(TEXT.encode()))  # while the compressor works, both are there
    assert summarised(data, ledger) == once
    status = rotated.stat()
    os.utime(packed, ns=(status.st_atime_ns, status.st_mtime_ns // 10**9 * 10**9))
    rotated.unlink()
    assert summarised(data, ledger) == once
    assert summarised(data, ledger) == once


def test_a_compressed_file_that_is_touched_is_counted_once(tmp_path: Path) -> None:
    data, ledger = fresh(tmp_path), tmp_path / "ledger"
    current, packed = data / "a.log", data / "a.log.gz"
    current.write_text(TEXT)
    once = summarised(data, ledger)
    packed.write_bytes(gzip.compress(TEXT.encode()))
    os.utime(packed, ns=(current.stat().st_atime_ns, current.stat().st_mtime_ns))
    current.unlink()
    assert summarised(data, ledger) == once
    os.utime(packed, ns=(1, 1))
    assert summarised(data, ledger) == once


def test_two_names_of_one_file_are_one_file(tmp_path: Path) -> None:
    data = fresh(tmp_path)
    (data / "a.log").write_text(TEXT)
    alone = summarised(data)
    (data / "b.log").hardlink_to(data / "a.log")
    (data / "c.log").symlink_to(data / "a.log")
    assert summarised(data) == alone


@pytest.mark.slow
def test_counting_that_is_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    data, ledger = fresh(tmp_path), tmp_path / "ledger"
    (data / "a.log").write_text(TEXT * 40)
    known = Ledger(ledger)
    summarizer = Summarizer([str(data)], tmp_path, known, ReadOptions())
    summarizer.on_read = lambda size: summarizer.stop.set() if size > 2**16 else None
    summarizer.count(summarizer.changed())
    reached = [entry.fingerprint.read for entry in known.entries()]
    known.close()
    assert 0 < reached[0] < len(TEXT * 40)
    assert summarised(data, ledger) == summarised(data)


@pytest.mark.slow
def test_counting_in_turns_reaches_the_end(tmp_path: Path) -> None:
    data, ledger = fresh(tmp_path), tmp_path / "ledger"
    (data / "a.log").write_text(TEXT * 12)
    (data / "b.log.gz").write_bytes(gzip.compress((TEXT * 2).encode()))
    known = Ledger(ledger)
    summarizer = Summarizer([str(data)], tmp_path, known, ReadOptions())
    turns = 1
    while not summarizer.count(summarizer.changed(), seconds=0.05):
        turns += 1
    known.close()
    assert turns > 1
    assert summarised(data, ledger) == summarised(data)


def test_one_ledger_has_one_writer(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "ledger")
    with pytest.raises(StoreError, match="locked") as caught:
        Ledger(tmp_path / "ledger")
    assert "summarize --watch" in str(caught.value.hint)
    first.close()
    Ledger(tmp_path / "ledger").close()


def test_a_ledger_that_is_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ledger").write_text("this is no database, and it is long enough to be seen as none " * 100)
    with pytest.raises(StoreError, match="not a database"):
        Ledger(tmp_path / "ledger")
