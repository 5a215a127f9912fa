"""Whatever happens to a server that keeps its journal and its store on its own disk: all is stored exactly once."""

from __future__ import annotations

import shutil
import tempfile
import threading
from contextlib import ExitStack, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.embedded_storage import EmbeddedStorage
from logtui.engine.ingest.gatherer import Gatherer
from logtui.engine.ingest.writer import Writer
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.request import Request
from logtui.errors import JournalError, StoreError
from logtui.store import tiers
from logtui.store.compaction import compact_once
from logtui.store.dead_letters import DeadLetters
from logtui.store.journal import FileJournal, FileJournalReader
from tests.engine.ingest.batches import numbered
from tests.examples import several
from tests.faults.faulty_disk import FaultyDisk, Trouble

_DAY: Final = 86_400 * 10**9
_STOPPED: Final = threading.Event()
_STOPPED.set()

troubles = st.builds(
    lambda well, then: [Trouble.NONE] * well + then, st.integers(0, 12), st.lists(st.sampled_from(Trouble), max_size=2)
)


class SchedulesOfOne(RuleBasedStateMachine):
    """A front and a worker, the journal and the store of one folder."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="schedule-"))
        self.parts = ExitStack()
        self.parts.enter_context(patch.object(tiers, "FAN_IN", 3))
        self.lives = count()
        self.numbers = count()
        self.acknowledged: set[int] = set()
        self.place = self.folder / f"life-{next(self.lives)}"
        self._begin()

    @rule(size=st.integers(1, 4), days=st.sampled_from([0, 0, -1, 1]), troubles=troubles)
    def append(self, size: int, days: int, troubles: list[Trouble]) -> None:
        first = next(self.numbers) * 10
        batch = numbered(first, size)
        with self.disk.troubled(troubles), suppress(JournalError):
            self.journal.append(replace(batch, arrival=batch.arrival + days * _DAY))
            if not self.disk.has_ended:
                self.acknowledged |= set(range(first, first + size))
        self._begin_again_if_ended()

    @rule(troubles=troubles)
    def store(self, troubles: list[Trouble]) -> None:
        with self.disk.troubled(troubles):
            self.writer.run(_STOPPED, threading.Event())
        self._begin_again_if_ended()

    @rule(troubles=troubles)
    def merge(self, troubles: list[Trouble]) -> None:
        with self.disk.troubled(troubles), suppress(StoreError, OSError):
            compact_once(self.storage.store)
        self._begin_again_if_ended()

    @rule(troubles=troubles)
    def trim(self, troubles: list[Trouble]) -> None:
        with self.disk.troubled(troubles), suppress(JournalError, StoreError):
            self.journal.trim(self.data.position)
        self._begin_again_if_ended()

    @rule()
    def end(self) -> None:
        self.disk.end()
        self._begin_again_if_ended()

    @rule()
    def restart(self) -> None:
        self.life.close()
        self._begin()

    @invariant()
    def what_is_stored_is_all_up_to_the_position_once(self) -> None:
        frames = dataset_of_store(self.storage.store).records(Request.everything())
        rows = sorted(row for frame in frames for row in frame.select("seq", "message").rows())
        assert [seq for seq, _ in rows] == list(range(1, self.storage.position + 1))
        self.stored = [int(message.removeprefix("record ")) for _, message in rows]
        assert len(self.stored) == len(set(self.stored))
        assert self.stored == sorted(self.stored)

    def teardown(self) -> None:
        try:
            self.store([])
            self.what_is_stored_is_all_up_to_the_position_once()
            assert self.storage.position == self.journal.last
            assert self.acknowledged <= set(self.stored)
            assert self.writer.written.buried == self.writer.written.lost == 0
        finally:
            self.life.close()
            self.parts.close()
            shutil.rmtree(self.folder)

    def _begin_again_if_ended(self) -> None:
        if not self.disk.has_ended:
            return
        with suppress(JournalError, StoreError, OSError):
            self.life.close()
        self.place = self.image
        self._begin()

    def _begin(self) -> None:
        self.image = self.folder / f"life-{next(self.lives)}"
        self.data = DataFolder(self.place)
        self.disk = FaultyDisk(self.place, self.image)
        with ExitStack() as parts:
            self.journal = parts.enter_context(
                FileJournal(self.data.journal, segment_bytes=1_000, above=self.data.position)
            )
            self.storage = EmbeddedStorage(self.data.store)
            parts.callback(self.storage.close)
            source = Gatherer(FileJournalReader(self.data.journal), self.storage)
            self.writer = Writer(source, self.storage, DeadLetters(self.data.dead_letters))
            self.life = parts.pop_all()


def run(number: int) -> None:
    run_state_machine_as_test(
        SchedulesOfOne,
        settings=settings(
            max_examples=number, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_hundreds_of_schedules_of_one_server_keep_the_promises() -> None:
    run(several(500, 15))
