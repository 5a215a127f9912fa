"""What every journal does, whatever keeps it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.errors import JournalError, JournalFullError
from logtui.store.journal import Batch, FileJournal, Frame, Journal
from logtui.store.journal.redis import RedisJournal
from tests.store.journal.batches import assert_without_gap, batch, texts

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.redis_server import RedisServer


class Opening(Protocol):
    """Opens the journal that is kept under a folder, again and again."""

    def __call__(self, folder: Path, *, cap_bytes: int = ...) -> AbstractContextManager[Journal]: ...


def open_files(folder: Path, *, cap_bytes: int = 1 << 20) -> FileJournal:
    """Segments are ended after a few frames, so that every case crosses their borders."""
    return FileJournal(folder, cap_bytes=cap_bytes, segment_bytes=256)


PLACES: Final = ["files", pytest.param("redis", marks=pytest.mark.system)]

BATCHES: Final = st.builds(
    Batch,
    kind=st.integers(1, 255),
    count=st.integers(1, 2**32 - 1),
    arrival=st.integers(-(2**63) + 1, 2**63 - 1),
    payload=st.binary(max_size=300),
    peer=st.text(max_size=20),
    tenant=st.text(max_size=20),
    key=st.text(max_size=20),
)


@pytest.fixture(params=PLACES, scope="session")
def opening(request: pytest.FixtureRequest) -> Opening:
    if request.param == "files":
        return open_files
    server: RedisServer = request.getfixturevalue("redis_server")

    def open_database(folder: Path, *, cap_bytes: int = 1 << 20) -> RedisJournal:
        return RedisJournal(server.url_for(folder), cap_bytes=cap_bytes)

    return open_database


def test_numbers_follow_each_other(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path) as journal:
        assert [journal.append(batch("", count)) for count in (10, 1, 5, 1)] == [1, 11, 12, 17]


def test_an_empty_journal_has_nothing_to_read(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path) as journal:
        assert list(journal.read(0)) == []
        assert journal.oldest is None
        journal.trim(100)


@given(batches=st.lists(BATCHES, max_size=12))
def test_what_is_read_is_what_was_appended_also_by_the_next_process(
    opening: Opening, batches: list[Batch], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    expected = []
    for half in (batches[::2], batches[1::2]):
        with opening(folder) as journal:
            for one in half:
                first_seq = journal.append(one)
                fields = {field: getattr(one, field) for field in Batch.__dataclass_fields__}
                expected.append(Frame(first_seq=first_seq, **fields))
            assert list(journal.read(0)) == expected
    with opening(folder) as journal:
        assert list(journal.read(0)) == expected


def test_reading_begins_with_the_frame_that_holds_the_next_record(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path) as journal:
        for text in "abcdefgh":
            journal.append(batch(text, 3))
        for after in range(25):
            assert "".join(texts(journal.read(after))) == "abcdefgh"[after // 3 :]


def test_reading_goes_on_where_it_ended(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path) as journal:
        after, found = 0, []
        for number in range(20):
            journal.append(batch(str(number), 2))
            for frame in journal.read(after):
                found.append(frame.payload.decode())
                after = frame.last_seq
        assert found == [str(number) for number in range(20)]


def test_threads_append_side_by_side(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path) as journal, ThreadPoolExecutor(8) as threads:
        firsts = list(threads.map(lambda number: journal.append(batch(str(number), 2)), range(200)))
        frames = list(journal.read(0))
    assert_without_gap(frames, 1, 401)
    assert {frame.first_seq: frame.payload.decode() for frame in frames} == dict(
        zip(firsts, map(str, range(200)), strict=True)
    )


async def test_coroutines_append_side_by_side(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path) as journal:
        firsts = await asyncio.gather(*(journal.append_async(batch(str(number))) for number in range(100)))
        assert {frame.first_seq: frame.payload.decode() for frame in journal.read(0)} == dict(
            zip(firsts, map(str, range(100)), strict=True)
        )


async def test_a_cancelled_coroutine_takes_nobody_with_it(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path) as journal:
        appends = [asyncio.ensure_future(journal.append_async(batch(str(number)))) for number in range(20)]
        await asyncio.sleep(0)
        for append in appends[::2]:
            append.cancel()
        results = await asyncio.gather(*appends, return_exceptions=True)
        frames = list(journal.read(0))
    kept = {frame.first_seq: frame.payload.decode() for frame in frames}
    assert [kept[first] for first in results[1::2] if isinstance(first, int)] == [str(n) for n in range(1, 20, 2)]
    assert_without_gap(frames, 1, len(frames) + 1)


def test_trimming_keeps_every_record_above(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path) as journal:
        for number in range(100):
            journal.append(batch(f"{number:03d}", 2))
        before = journal.size
        for upto in (0, 51, 120, 200):
            journal.trim(upto)
            assert texts(journal.read(upto)) == [f"{number:03d}" for number in range(upto // 2, 100)]
        assert journal.size < before / 10
        assert journal.oldest is None or journal.oldest > 100


def test_numbers_are_never_used_again(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path) as journal:
        journal.append(batch("", 100))
    with opening(tmp_path) as journal:
        journal.trim(100)
        assert journal.oldest is None
    with opening(tmp_path) as journal:
        assert journal.append(batch("")) == 101


def test_a_full_journal_refuses_until_it_is_trimmed(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path, cap_bytes=2000) as journal:
        kept = 0
        while journal.size < 1850:
            kept = journal.append(batch("x" * 100))
        with pytest.raises(JournalFullError, match="2,000 bytes"):
            journal.append(batch("x" * 200))
        assert journal.size <= 2000
        assert len(list(journal.read(0))) == kept
        journal.trim(kept)
        assert journal.append(batch("y")) == kept + 1
        assert texts(journal.read(kept)) == ["y"]


@pytest.mark.parametrize("sizes", [(100, 1800), (1800, 100), (1800, 1800), (900, 1000, 900)])
def test_no_sizes_of_batches_keep_a_consumed_journal_full(
    sizes: tuple[int, ...], opening: Opening, tmp_path: Path
) -> None:
    with opening(tmp_path, cap_bytes=2000) as journal:
        for size in sizes * 3:
            one = batch("x" * size)
            try:
                journal.append(one)
            except JournalFullError:
                journal.trim(2**60)
                journal.append(one)
        assert journal.size <= 2000


def test_a_batch_larger_than_the_cap_is_never_taken(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path, cap_bytes=2000) as journal:
        with pytest.raises(JournalError, match="larger than the cap") as caught:
            journal.append(batch("x" * 2000))
        assert not isinstance(caught.value, JournalFullError)
        assert journal.append(batch("x")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        Batch(kind=0, count=1, arrival=0, payload=b""),
        Batch(kind=256, count=1, arrival=0, payload=b""),
        Batch(kind=1, count=0, arrival=0, payload=b""),
        Batch(kind=1, count=2**32, arrival=0, payload=b""),
        Batch(kind=1, count=1, arrival=2**63, payload=b""),
        Batch(kind=1, count=1, arrival=0, payload=b"", peer="p" * 2**16),
        Batch(kind=1, count=1, arrival=0, payload=b"", tenant="\ud800"),
    ],
    ids=["kind 0", "kind 256", "no record", "count", "arrival", "peer", "tenant"],
)
def test_a_batch_out_of_range_is_the_callers_fault(wrong: Batch, opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path) as journal:
        with pytest.raises(ValueError, match=r"out of range|surrogates"):
            journal.append(wrong)
        assert journal.append(batch("right")) == 1


def test_a_closed_journal_takes_nothing(opening: Opening, tmp_path: Path) -> None:
    with opening(tmp_path) as journal:
        pass
    for _ in range(2):
        with pytest.raises(JournalError, match="closed"):
            journal.append(batch("late"))
