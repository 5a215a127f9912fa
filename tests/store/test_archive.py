"""An archive holds the records of a store, is searched as one, and comes back once."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from polars.testing import assert_frame_equal

from logtui.errors import StoreError
from logtui.store.archive import MANIFEST, Manifest, archive_segments, is_archive, manifest_of, opened_archive
from tests.examples import examples
from tests.store.records import ROWS, START, frame_of
from tests.store.restoring import restore
from tests.store.test_compaction import live_store, records_of, second
from tests.store.test_failing_writes import incompressible, largest_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.store import Store
    from logtui.store.segment import Segment


def archived(folder: Path, store: Store, segments: Sequence[Segment] | None = None) -> int:
    return archive_segments(folder, store.segments() if segments is None else segments, store.arrivals())


@settings(max_examples=examples(15), deadline=None)
@given(ROWS, ROWS)
def test_what_comes_out_of_an_archive_is_what_went_in(first: list[dict[str, Any]], then: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as name, live_store(Path(name) / "store") as store:
        folder = Path(name)
        store.seal(frame_of(first), {})
        store.seal(frame_of(then).with_columns(pl.col("seq") + len(first)), {})
        before = records_of(store.segments())
        assert archived(folder / "archive", store) == before.height
        with live_store(folder / "restored") as other:
            assert restore(folder / "archive", other) == before.height
            assert_frame_equal(records_of(other.segments()), before, check_column_order=False)


def test_files_are_of_a_day_and_the_manifest_describes_them(tmp_path: Path) -> None:
    with live_store(tmp_path / "store") as store:
        days = second(0).with_columns(pl.col("timestamp") + pl.duration(days=pl.int_range(3)))
        segment = store.seal(days, {}, arrived=77)
        archived(tmp_path / "archive", store)
    files = manifest_of(tmp_path / "archive").files
    assert [file.first_day for file in files] == ["2025-07-22", "2025-07-23", "2025-07-24"]
    assert [file.last_day for file in files] == [file.first_day for file in files]
    assert [(file.rows, file.first_seq, file.last_seq) for file in files] == [(1, 0, 0), (1, 1, 1), (1, 2, 2)]
    assert {(file.segment, file.arrived) for file in files} == {(segment.path.name, 77)}
    for file in files:
        path = tmp_path / "archive" / file.file
        assert path.stat().st_size == file.size
        assert pl.read_parquet(path)["timestamp"].dt.strftime("%Y-%m-%d").to_list() == [file.first_day]


def test_a_segment_is_archived_once(tmp_path: Path) -> None:
    with live_store(tmp_path / "store") as store:
        store.seal(second(0), {})
        assert archived(tmp_path / "archive", store) == 3
        store.seal(second(1), {})
        assert archived(tmp_path / "archive", store) == 3
        assert archived(tmp_path / "archive", store) == 0
    assert sum(file.rows for file in manifest_of(tmp_path / "archive").files) == 6


def test_an_archive_is_searched_as_a_store_that_follows_it(tmp_path: Path) -> None:
    with live_store(tmp_path / "store") as store:
        for number in (1, 0):
            store.seal(second(number), {})
            archived(tmp_path / "archive", store)
            with opened_archive(tmp_path / "archive", tmp_path / "copy").store as copy:
                assert_frame_equal(records_of(copy.segments()), records_of(store.segments()), check_column_order=False)
                assert None not in copy.outlines(copy.segments())


def test_a_restore_that_was_cut_off_goes_on_and_a_second_one_adds_nothing(tmp_path: Path) -> None:
    with live_store(tmp_path / "store") as store:
        for number in range(3):
            store.seal(second(number), {})
        archived(tmp_path / "archive", store)
    with live_store(tmp_path / "restored") as store:
        seal, calls = store.seal, iter(range(2))

        def failing(records: pl.DataFrame, state: dict[str, bytes]) -> Segment:
            if next(calls, None) is None:
                raise StoreError("disk full")
            return seal(records, state)

        with patch.object(store, "seal", failing), pytest.raises(StoreError, match="disk full"):
            restore(tmp_path / "archive", store)
        assert restore(tmp_path / "archive", store) == 3
        assert restore(tmp_path / "archive", store) == 0
        assert records_of(store.segments())["seq"].to_list() == list(range(9))


def test_a_full_disk_leaves_the_archive_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    with live_store(tmp_path / "store") as store:
        store.seal(second(0), {})
        archived(folder, store)
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        big = store.seal(incompressible(500), {})
        with largest_file(100_000), pytest.raises(StoreError, match="cannot archive"):
            archived(folder, store, [big])
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
        assert archived(folder, store, [big]) == 500


def test_records_of_a_day_long_ago_are_archived(tmp_path: Path) -> None:
    with live_store(tmp_path / "store") as store:
        old = START - timedelta(days=30_000)
        store.seal(second(0).with_columns(timestamp=pl.lit(old).cast(pl.Datetime("ns", "UTC"))), {})
        archived(tmp_path / "archive", store)
    assert [file.first_day for file in manifest_of(tmp_path / "archive").files] == [f"{old:%Y-%m-%d}"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [(b"PAR1", "cannot read the archived records"), (None, "cannot read the archived records")],
)
def test_a_damaged_file_is_one_clear_line(tmp_path: Path, damage: bytes | None, message: str) -> None:
    with live_store(tmp_path / "store") as store:
        store.seal(second(0), {})
        archived(tmp_path / "archive", store)
    path = tmp_path / "archive" / manifest_of(tmp_path / "archive").files[0].file
    path.unlink() if damage is None else path.write_bytes(damage)
    with live_store(tmp_path / "restored") as store, pytest.raises(StoreError, match=message) as caught:
        restore(tmp_path / "archive", store)
    assert "\n" not in str(caught.value)


def test_a_file_with_other_records_than_the_manifest_says_is_refused(tmp_path: Path) -> None:
    with live_store(tmp_path / "store") as store:
        store.seal(second(0), {})
        archived(tmp_path / "archive", store)
    path = tmp_path / "archive" / manifest_of(tmp_path / "archive").files[0].file
    pl.read_parquet(path).head(1).write_parquet(path)
    forget_checksums(tmp_path / "archive")
    with live_store(tmp_path / "restored") as store, pytest.raises(StoreError, match="has 1 records"):
        restore(tmp_path / "archive", store)


def test_a_file_without_the_columns_of_records_is_one_clear_line(tmp_path: Path) -> None:
    with live_store(tmp_path / "store") as store:
        store.seal(second(0), {})
        archived(tmp_path / "archive", store)
    path = tmp_path / "archive" / manifest_of(tmp_path / "archive").files[0].file
    pl.read_parquet(path, columns=["message"]).write_parquet(path)
    forget_checksums(tmp_path / "archive")
    with live_store(tmp_path / "restored") as store, pytest.raises(StoreError, match="cannot read") as caught:
        restore(tmp_path / "archive", store)
    assert "\n" not in str(caught.value)


def forget_checksums(folder: Path) -> None:
    """Make an archive one of the versions that noted none."""
    files = [msgspec.structs.replace(file, crc32=None) for file in manifest_of(folder).files]
    (folder / MANIFEST).write_bytes(msgspec.json.encode(Manifest(files=tuple(files))))


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_flipped_byte_is_noticed_before_the_file_is_read(tmp_path: Path, place: float) -> None:
    with live_store(tmp_path / "store") as store:
        for number in range(2):
            store.seal(second(number), {})
        archived(tmp_path / "archive", store)
    path = tmp_path / "archive" / manifest_of(tmp_path / "archive").files[0].file
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 0x20
    path.write_bytes(content)
    copy, damage = opened_archive(tmp_path / "archive", tmp_path / "copy")
    with copy:
        reason = "cannot read the archived records: the checksum is not that of the manifest"
        assert damage == (f"{path}: {reason}; records left out: 3",)
        assert records_of(copy.segments()).height == 3


def test_an_archive_without_checksums_is_read(tmp_path: Path) -> None:
    with live_store(tmp_path / "store") as store:
        store.seal(second(0), {})
        archived(tmp_path / "archive", store)
    forget_checksums(tmp_path / "archive")
    with live_store(tmp_path / "restored") as store:
        restore(tmp_path / "archive", store)
        assert records_of(store.segments()).height == 3


def test_damaged_files_hold_up_no_others_and_come_once_they_are_repaired(tmp_path: Path) -> None:
    with live_store(tmp_path / "store") as store:
        for number in range(3):
            store.seal(second(number), {})
        archived(tmp_path / "archive", store)
        path = tmp_path / "archive" / manifest_of(tmp_path / "archive").files[1].file
        whole = path.read_bytes()
        path.write_bytes(whole[:50])
        for _ in range(2):
            copy, (damage,) = opened_archive(tmp_path / "archive", tmp_path / "copy")
            assert f"{path}: cannot read the archived records" in damage
            assert damage.endswith("records left out: 3")
            assert records_of(copy.segments()).height == 6
            copy.close()
        path.write_bytes(whole)
        copy, no_damage = opened_archive(tmp_path / "archive", tmp_path / "copy")
        with copy:
            assert not no_damage
            assert_frame_equal(records_of(copy.segments()), records_of(store.segments()), check_column_order=False)


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (None, "no archive: No such file"),
        (b"{", "no manifest of an archive"),
        (b'{"version": 99, "files": []}', "newer logtui"),
    ],
)
def test_what_is_no_archive_is_one_clear_line(tmp_path: Path, manifest: bytes | None, message: str) -> None:
    if manifest is not None:
        (tmp_path / MANIFEST).write_bytes(manifest)
    assert is_archive(tmp_path) == (manifest is not None)
    with pytest.raises(StoreError, match=message) as caught:
        manifest_of(tmp_path)
    assert "\n" not in str(caught.value)
