"""`logtui query` asks the data folder of a server as it asks files."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.folder_intake import FolderIntake
from logtui.engine.ingest.live_store import LiveStore
from logtui.engine.ingest.payloads import Kind
from logtui.store.journal import Batch
from tests.cli.helpers import logtui

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = (
    {"timestamp": "2026-01-15T10:00:00Z", "level": "info", "message": "started", "service": "api"},
    {"timestamp": "2026-01-15T10:00:02Z", "level": "error", "message": "timeout", "service": "api", "shard": 7},
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    payload = b"\n".join(json.dumps(record).encode() for record in RECORDS)
    with LiveStore(tmp_path / "data") as store:
        store.intake.append(Batch(kind=Kind.JSON, count=2, arrival=time.time_ns(), payload=payload, peer="10.0.0.7"))
    return tmp_path / "data"


@pytest.mark.parametrize("place", [".", "store"])
def test_a_data_folder_is_queried(data: Path, place: str) -> None:
    done = logtui("query", "shard:7", data / place, "--output", "jsonl")
    assert done.returncode == 0, done.stderr
    (found,) = map(json.loads, done.stdout.splitlines())
    assert (found["message"], found["source"], found["fields"]) == ("timeout", "10.0.0.7", {"shard": 7})


def test_a_data_folder_and_a_file_are_one_timeline(data: Path, tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("2026-01-15 10:00:01 INFO web served\n")
    done = logtui("query", "*", tmp_path / "web.log", data, "--output", "jsonl")
    assert [json.loads(line)["message"] for line in done.stdout.splitlines()] == ["started", "web served", "timeout"]


def test_records_can_be_asked_while_the_store_is_written(data: Path) -> None:
    with LiveStore(data):
        done = logtui("query", "* | stats count() by level", data, "--output", "jsonl")
    found = {row["level"]: row["count"] for row in map(json.loads, done.stdout.splitlines())}
    assert found == {"info": 1, "error": 1}


def test_records_that_wait_in_the_journal_are_told_of(data: Path) -> None:
    intake = FolderIntake(DataFolder(data))
    intake.append(Batch(kind=Kind.JSON, count=1, arrival=time.time_ns(), payload=json.dumps(RECORDS[0]).encode()))
    intake.close()
    done = logtui("query", "service:api", data, "--output", "jsonl")
    assert len(done.stdout.splitlines()) == 2
    expected = f"logtui: {data}: records that wait in the journal for a server to store them: 1\n"
    assert done.stderr.decode() == expected
