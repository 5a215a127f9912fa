"""What a server has archived is listed, searched and restored."""

from __future__ import annotations

import json
import shutil
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.live_store import LiveStore
from logtui.store import Retention, Store, expire
from logtui.store.archive import manifest_of
from tests.cli.helpers import logtui
from tests.engine.ingest.batches import ARRIVED, numbered, stored_numbers, wait_until

if TYPE_CHECKING:
    from pathlib import Path


def fill(data: Path, archive: Path | None = None, first: int = 0) -> None:
    """Store three records of each of three days; put them into an archive if one is given."""
    with LiveStore(data) as store:
        for day in range(3):
            store.intake.append(numbered(first + 3 * day, 3, ARRIVED + timedelta(days=day)))
    if archive:
        with Store(DataFolder(data).store, writable=True, by_day=True) as stored:
            expire(stored, Retention(size=0), time.time_ns(), archive)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    fill(tmp_path / "data", tmp_path / "archive")
    return tmp_path / "archive"


def stored(data: Path) -> list[int]:
    with Store(DataFolder(data).store) as store:
        return stored_numbers(store)


def test_its_files_are_listed(archive: Path) -> None:
    done = logtui("archive", "list", archive)
    lines = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert [(line[0], line[2]) for line in lines] == [(f"2026-11-{day}", "3") for day in (16, 17, 18)]
    assert b"9 records in 3 files" in done.stderr


def test_files_that_are_missing_or_cut_off_are_named_behind_the_list(archive: Path) -> None:
    first, second, third = (archive / file.file for file in manifest_of(archive).files)
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1])
    done = logtui("archive", "list", archive)
    assert (done.returncode, len(done.stdout.splitlines())) == (2, 3)
    assert [path.name.encode() in done.stderr for path in (first, second, third)] == [True, True, False]


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--no-cache", "--limit=100"])
def test_it_is_searched_like_a_data_folder_again_and_again(archive: Path, option: str) -> None:
    for _ in range(2):
        done = logtui("query", "message:/record [1-4]/", archive, "--output", "jsonl", option)
        assert done.returncode == 0, done.stderr
        found = [json.loads(line)["message"] for line in done.stdout.splitlines()]
        assert found == [f"record {number}" for number in range(1, 5)]


@pytest.mark.slow
def test_what_is_archived_later_is_found_too_and_an_archive_in_its_place_is_another(
    archive: Path, tmp_path: Path
) -> None:
    def count() -> int:
        return int(json.loads(logtui("query", "* | stats count()", archive, "--output", "jsonl").stdout)["count"])

    assert count() == 9
    fill(tmp_path / "data", archive, first=9)
    assert count() == 18
    other = tmp_path / "other"
    fill(tmp_path / "others", other)
    shutil.rmtree(archive)
    other.rename(archive)
    assert count() == 9


@pytest.mark.parametrize("option", ["--no-cache", "--limit=100"])
def test_a_damaged_file_holds_up_no_search_and_is_named(archive: Path, option: str) -> None:
    damaged = archive / manifest_of(archive).files[1].file
    damaged.write_bytes(b"PAR1")
    done = logtui("query", "*", archive, "--output", "jsonl", option)
    found = [json.loads(line)["message"] for line in done.stdout.splitlines()]
    assert (done.returncode, found) == (3, [f"record {number}" for number in (0, 1, 2, 6, 7, 8)])
    assert f"{damaged}: cannot read the archived records".encode() in done.stderr
    assert b"records left out: 3" in done.stderr


def test_a_folder_of_logs_with_a_manifest_is_a_folder_of_logs(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"level": "info", "message": "an asset"}\n')
    (tmp_path / "app.log").write_text("2026-01-15 10:00:01 INFO web served\n")
    done = logtui("query", "*", tmp_path, "--output", "jsonl")
    assert len(done.stdout.splitlines()) == 2


def test_without_a_server_it_is_restored_once_by_the_command(archive: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = logtui("restore", archive, "--data", data, "--since", "2026-11-17", "--until", "2026-11-17")
    assert (done.returncode, done.stdout) == (0, b"3 restored\n"), done.stderr
    assert stored(data) == [3, 4, 5]
    assert logtui("restore", archive, "--data", data).stdout == b"6 restored\n"
    assert logtui("restore", archive, "--data", data).stdout == b"0 restored\n"
    assert stored(data) == list(range(9))


def test_a_running_server_restores_it(archive: Path, tmp_path: Path) -> None:
    with LiveStore(tmp_path / "data") as store:
        assert logtui("restore", archive, "--data", tmp_path / "data").stdout == b"9 restored\n"
        store.intake.append(numbered(9))
        wait_until(lambda: not store.behind)
        assert stored(tmp_path / "data") == list(range(12))
        assert store.worker.problems == {}


def test_a_running_server_says_why_it_cannot_and_goes_on(archive: Path, tmp_path: Path) -> None:
    damaged = archive / manifest_of(archive).files[1].file
    damaged.write_bytes(b"PAR1")
    with LiveStore(tmp_path / "data") as store:
        done = logtui("restore", archive, "--data", tmp_path / "data")
        assert done.returncode == 2
        assert b"1 of 3 files are not restored" in done.stderr
        assert b"cannot read the archived records" in done.stderr
        assert store.worker.problems == {}
        assert stored(tmp_path / "data") == [0, 1, 2, 6, 7, 8]


def test_a_new_folder_goes_on_with_the_numbers_of_the_archive(archive: Path, tmp_path: Path) -> None:
    data = tmp_path / "new"
    assert logtui("restore", archive, "--data", data).stdout == b"9 restored\n"
    with LiveStore(data) as store:
        assert store.intake.append(numbered(9)) == 10
    assert stored(data) == list(range(12))


def test_records_that_a_server_would_take_for_new_ones_are_refused(archive: Path, tmp_path: Path) -> None:
    with LiveStore(tmp_path / "other") as store:
        store.intake.append(numbered(0, 1))
    done = logtui("restore", archive, "--data", tmp_path / "other")
    assert done.returncode == 2
    assert b"restore it into a folder of its own" in done.stderr


def test_without_a_server_a_damaged_file_holds_up_no_others(archive: Path, tmp_path: Path) -> None:
    (archive / manifest_of(archive).files[0].file).unlink()
    done = logtui("restore", archive, "--data", tmp_path / "new")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"1 of 3 files are not restored" in done.stderr
    assert stored(tmp_path / "new") == [3, 4, 5, 6, 7, 8]


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    assert b"no archive" in logtui("archive", "list", tmp_path).stderr
    assert b"no archive" in logtui("restore", tmp_path, "--data", tmp_path / "data").stderr
    assert not (tmp_path / "data").exists()
