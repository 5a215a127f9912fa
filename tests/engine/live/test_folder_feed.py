"""A data folder on the screen, with a server on it and without."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.folder_intake import FolderIntake
from logtui.engine.ingest.live_store import LiveStore
from logtui.engine.ingest.payloads import Kind
from logtui.engine.live.session import Session
from logtui.engine.live.store_feed import folder_feeds
from logtui.engine.search.request import Request
from logtui.store.dead_letters import DeadLetter
from logtui.store.journal import Batch
from tests.server.running import record
from tests.tui.fakes import wait_for

if TYPE_CHECKING:
    from pathlib import Path


def batch(*numbers: int) -> Batch:
    payload = b"\n".join(json.dumps(record(number)).encode() for number in numbers)
    return Batch(kind=Kind.JSON, count=len(numbers), arrival=time.time_ns(), payload=payload)


def letter() -> DeadLetter:
    return DeadLetter(arrival=time.time_ns(), protocol="tcp", peer="", tenant="", position=0, reason="", raw=b"{")


def test_records_are_shown_within_a_second_of_their_arrival_and_dead_letters_counted(tmp_path: Path) -> None:
    with LiveStore(tmp_path) as store:
        session = Session(*folder_feeds([DataFolder(tmp_path).store], Request.of(""))).start()
        try:
            wait_for(lambda: session.snapshot.caught_up)
            store.intake.append(batch(1, 2))
            store.dead_letters.add([letter()])
            began = time.monotonic()
            wait_for(lambda: session.snapshot.rows == 2)
            assert time.monotonic() - began < 3, "a second and what a busy machine adds"
            wait_for(lambda: dict(session.snapshot.counts) == {"waiting": 0, "dead letters": 1})
        finally:
            session.close()


def test_without_a_server_what_is_still_in_the_journal_is_counted(tmp_path: Path) -> None:
    with LiveStore(tmp_path) as store:
        store.intake.append(batch(1, 2))
    intake = FolderIntake(DataFolder(tmp_path))
    intake.append(batch(3, 4, 5))
    intake.close()
    session = Session(*folder_feeds([DataFolder(tmp_path).store], Request.of(""))).start()
    try:
        wait_for(lambda: session.snapshot.rows == 2)
        wait_for(lambda: dict(session.snapshot.counts).get("waiting") == 3)
    finally:
        session.close()
