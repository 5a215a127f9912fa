"""Sessions publish what a reader reads, merge small chunks, and always end."""

from __future__ import annotations

import gc
import tempfile
import threading
import time
from typing import TYPE_CHECKING

import polars as pl
from polars.testing import assert_frame_equal

from logtui.engine.live.feed import FeedState, ReaderFeed
from logtui.engine.live.session import Session
from logtui.engine.live.snapshot import CHUNK_ROWS, Chunk, append
from logtui.engine.live.spill import Spill
from logtui.engine.read.batch import Batch, Provisional, Records
from logtui.engine.search.part import read_all
from logtui.engine.window.row_window import RowWindow
from logtui.errors import SourceError
from tests.tui.fakes import FakeReader, incident, records, session_of, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest


def test_everything_that_is_read_is_published_in_order() -> None:
    frame = incident(500)
    session = session_of(FakeReader([Records(frame[at : at + 7]) for at in range(0, 500, 7)])).start()
    wait_for(lambda: session.snapshot.done)
    assert_frame_equal(pl.concat([part.read() for part in session.snapshot.parts]), frame)
    assert session.snapshot.rows == 500
    assert session.snapshot.state == "done"
    session.close()


def test_the_open_record_is_visible_and_replaced() -> None:
    reader = FakeReader([Records(incident(3)), Provisional(records([{"message": "half"}], first=3))], endless=True)
    session = session_of(reader).start()
    wait_for(lambda: session.snapshot.rows == 4)
    reader.push(Records(records([{"message": "half and half"}], first=3)))
    wait_for(lambda: not session.snapshot.provisional)
    assert session.snapshot.rows == 4
    session.close()


def test_the_last_records_of_several_sources_stand_where_their_times_are() -> None:
    first = records([{"message": "first", "source": "old.log"}])
    second, third = (records([{"message": name}], first=place) for place, name in ((1, "second"), (2, "third")))
    session = session_of(FakeReader([Records(second), Provisional(pl.concat([third, first]))], endless=True)).start()
    wait_for(lambda: session.snapshot.provisional == 2)
    window = RowWindow.of_all(session.snapshot)
    assert window.page(0, 3)["message"].to_list() == ["first", "second", "third"]
    session.close()


def test_a_held_back_record_stands_at_its_time_while_it_is_open_and_once_it_is_final() -> None:
    names = ("first", "held back", "second", "third", "last")
    first, held, *later = (
        records([{"message": name, "source": name}], first=place) for place, name in enumerate(names)
    )
    reader = FakeReader([Records(pl.concat([first, later[0]])), Provisional(held)], endless=True)
    session = session_of(reader).start()
    wait_for(lambda: session.snapshot.provisional == 1)
    assert shown(session) == ["first", "held back", "second"]
    reader.push(Records(later[1]))
    wait_for(lambda: session.snapshot.rows == 4)
    reader.push(Records(pl.concat([held, later[2]])))
    wait_for(lambda: session.snapshot.rows == 5 and not session.snapshot.provisional)
    assert shown(session) == list(names)
    assert session.snapshot.inserted == 1
    session.close()


def shown(session: Session) -> list[str]:
    window = RowWindow.of_all(session.snapshot)
    return list(window.page(0, window.count)["message"])


def test_records_of_one_source_leave_the_provisional_ones_of_another() -> None:
    half = [{"message": "half"}, {"message": "other half", "source": "b.log"}]
    reader = FakeReader([Provisional(records(half))], endless=True)
    session = session_of(reader).start()
    wait_for(lambda: session.snapshot.provisional == 2)
    reader.push(Records(records([{"message": "half and half"}])))
    wait_for(lambda: session.snapshot.provisional == 1)
    shown = pl.concat([part.read() for part in session.snapshot.parts])
    assert shown["message"].to_list() == ["half and half", "other half"]
    session.close()


def test_what_was_read_of_a_pipe_is_no_progress_that_is_published() -> None:
    assert FeedState(bytes_read=10).progress == FeedState(bytes_read=20).progress
    assert FeedState(bytes_read=10, bytes_total=90).progress != FeedState(bytes_read=20, bytes_total=90).progress


def test_publications_are_throttled() -> None:
    reader = FakeReader([Records(records([{}], first=number)) for number in range(2_000)])
    began = time.monotonic()
    session = session_of(reader).start()
    wait_for(lambda: session.snapshot.done)
    assert session.snapshot.version <= 3 + (time.monotonic() - began) * 15
    session.close()


def test_a_thousand_tiny_batches_end_in_few_chunks() -> None:
    chunks: tuple[Chunk, ...] = ()
    for number in range(1_000):
        chunks = append(chunks, records([{}], first=number))
    assert len(chunks) <= 12
    assert sum(chunk.rows for chunk in chunks) == 1_000


def test_large_chunks_are_compressed_and_read_back_alike() -> None:
    frame = pl.concat([incident(1_000)] * 40).sort("order_time")
    chunk = Chunk(frame)
    assert_frame_equal(chunk.read(), frame)
    assert_frame_equal(chunk.slice(39_990, 20), frame[39_990:])
    assert_frame_equal(
        read_all([chunk.around(pl.Series([5, 9_000, 39_999], dtype=pl.UInt32))])[0], frame[[5, 9_000, 39_999]]
    )
    assert len(append((chunk,), incident(CHUNK_ROWS))) == 2


def test_formats_and_unparsed_records_are_counted() -> None:
    session = session_of(FakeReader([Records(records([{"format": "json"}, {"format": "plain"}, {"format": "json"}]))]))
    session.start()
    wait_for(lambda: session.snapshot.done)
    assert session.snapshot.formats == {"json": 2, "plain": 1}
    assert session.snapshot.unparsed == 1
    session.close()


class _Failing(FakeReader):
    def batches(self) -> Iterator[Batch]:
        yield Records(incident(3))
        raise SourceError("disk gone")


def test_a_failing_reader_leaves_its_records_and_says_why() -> None:
    session = session_of(_Failing([])).start()
    wait_for(lambda: session.snapshot.done)
    assert (session.snapshot.rows, session.snapshot.error, session.snapshot.state) == (
        3,
        "disk gone",
        "failed",
    )
    session.close()


class _Stuck(FakeReader):
    def batches(self) -> Iterator[Batch]:
        yield Records(incident(3))
        threading.Event().wait(60)

    def close(self) -> None:
        threading.Event().wait(60)


def test_closing_does_not_wait_when_the_reader_hangs() -> None:
    session = session_of(_Stuck([])).start()
    wait_for(lambda: session.snapshot.rows == 3)
    began = time.monotonic()
    session.close()
    assert time.monotonic() - began < 20  # the reader would hang for 60


def test_an_endless_reader_is_live_and_ends_when_closed() -> None:
    reader = FakeReader([Records(incident(3))], endless=True)
    session = session_of(reader).start()
    wait_for(lambda: session.snapshot.state == "live")
    session.close()
    assert reader.closed.wait(1)


def test_notices_and_progress_are_told_without_records() -> None:
    reader = FakeReader([], endless=True)
    session = session_of(reader).start()
    reader.notices.append("missing.log: no such file")
    reader.progress.bytes_read = 250
    wait_for(lambda: session.snapshot.notices == ("missing.log: no such file",))
    wait_for(lambda: session.snapshot.fraction == 0.25)
    session.close()


def test_an_endless_input_makes_room_for_newer_records_and_counts_what_it_drops() -> None:
    frame = pl.concat([incident(1_000)] * 40).sort("order_time")
    once = int(Chunk(frame).bytes)
    reader = FakeReader([Records(frame)] * 6)
    session = Session(ReaderFeed(reader, Spill(limit=3 * once + 1))).start()
    wait_for(lambda: session.snapshot.done)
    snapshot = session.snapshot
    assert snapshot.dropped >= 2 * frame.height
    assert snapshot.rows + snapshot.dropped == 6 * frame.height
    session.close()


def test_spilled_chunks_read_back_alike_and_leave_no_file_behind() -> None:
    frame = pl.concat([incident(1_000)] * 40).sort("order_time")
    spill = Spill()
    chunk = Chunk(frame, spill)
    path = chunk.path
    assert path is not None
    assert_frame_equal(chunk.read(), frame)
    del chunk
    gc.collect()
    assert not path.exists()


def test_a_disk_that_refuses_leaves_records_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    frame = pl.concat([incident(1_000)] * 40).sort("order_time")
    assert_frame_equal(Chunk(frame, Spill(limit=10**9)).read(), frame)
