"""A data folder that may only be read is queried, and its dead letters are listed."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.live_store import LiveStore
from logtui.engine.ingest.payloads import Kind
from logtui.store.dead_letters import DeadLetter, DeadLetters
from logtui.store.journal import Batch
from tests.cli.helpers import printed_records
from tests.cli.unprivileged import allow_writing, bound_by_modes, forbid_writing
from tests.engine.ingest.batches import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORD = {"timestamp": "2026-01-15T10:00:00Z", "level": "info", "message": "started", "service": "api"}


def append(store: LiveStore) -> None:
    batch = Batch(kind=Kind.JSON, count=1, arrival=time.time_ns(), payload=json.dumps(RECORD).encode(), peer="10.0.0.7")
    store.intake.append(batch)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    data = tmp_path / "data"
    with LiveStore(data) as store:
        append(store)
    letter = DeadLetter(arrival=0, protocol="http", peer="10.0.0.7", tenant="", position=0, reason="no time", raw=b"{}")
    DeadLetters(DataFolder(data).dead_letters).add([letter], now=0)
    forbid_writing(data)
    yield data
    allow_writing(data)


def test_it_is_queried_with_a_lease_of_which_nothing_is_said(data: Path) -> None:
    done = bound_by_modes("query", "service:api", data, "--output", "jsonl")
    assert ([record["message"] for record in printed_records(done)], done.stderr) == (["started"], b"")


def test_without_a_lease_that_is_said_and_it_is_queried_all_the_same(data: Path) -> None:
    allow_writing(data)
    (DataFolder(data).store / "leases.lock").unlink()
    forbid_writing(data)
    done = bound_by_modes("query", "service:api", data, "--output", "jsonl")
    assert [record["message"] for record in printed_records(done)] == ["started"]
    assert [b"read without a lease" in line for line in done.stderr.splitlines()] == [True]
    for segment in (DataFolder(data).store / "segments").iterdir():
        segment.parent.chmod(0o755)
        segment.unlink()
    done = bound_by_modes("query", "service:api", data)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"a segment was removed before it was read, ask again" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes where modes forbid it")
def test_a_server_may_write_it_meanwhile(data: Path) -> None:
    allow_writing(data)
    with LiveStore(data) as store:
        for path in (data, DataFolder(data).store):
            path.chmod(0o555)
        append(store)
        wait_until(lambda: store.behind == 0)
        done = bound_by_modes("query", "* | stats count()", data, "--output", "jsonl")
        allow_writing(data)
    assert json.loads(done.stdout) == {"count": 2}, done.stderr


def test_its_dead_letters_are_listed_and_not_dropped(data: Path) -> None:
    done = bound_by_modes("dlq", "list", "--data", data)
    assert (done.returncode, b"no time" in done.stdout) == (0, True)
    done = bound_by_modes("dlq", "drop", "--all", "--data", data)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"readonly" in done.stderr


@pytest.mark.parametrize("given", ["logs", "logs/closed", "logs/closed/b.log", "logs/closed/*.log"])
def test_a_folder_of_logs_that_may_not_be_read_is_named(tmp_path: Path, given: str) -> None:
    closed = tmp_path / "logs" / "closed"
    closed.mkdir(parents=True)
    for path in (closed / "b.log", closed.parent / "a.log"):
        path.write_text("2026-01-15 10:00:00 INFO api started\n")
    closed.chmod(0)
    done = bound_by_modes("query", "*", tmp_path / given)
    closed.chmod(0o700)
    assert (done.returncode, b"started" in done.stdout) == (3, given == "logs")
    assert b"cannot read: Permission denied" in done.stderr
