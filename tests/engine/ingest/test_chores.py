"""Work that is repeated: a failure shows until it is done, and ends nothing."""

from __future__ import annotations

import threading

from logtui.engine.ingest.chores import Chores, begun
from tests.engine.ingest.batches import wait_until


def test_work_goes_on_after_a_failure_and_other_work_is_not_held_up() -> None:
    before, stop, failing, done = threading.active_count(), threading.Event(), threading.Event(), [0, 0]
    failing.set()

    def fail() -> None:
        done[0] += 1
        if failing.is_set():
            raise RuntimeError("\nno room\nat all")

    def succeed() -> None:
        done[1] += 1

    chores = Chores(stop, retry_seconds=0.01)
    chores.add("failing", fail, 0.01)
    chores.add("working", succeed, 0.01)
    chores.start()
    wait_until(lambda: done[0] > 2 and done[1] > 2)
    assert chores.problems == {"failing": "no room"}
    failing.clear()
    wait_until(lambda: chores.problems == {})
    stop.set()
    chores.join()
    assert threading.active_count() == before


def test_work_that_was_never_started_has_ended() -> None:
    chores = Chores(threading.Event())
    chores.add("work", lambda: None)
    chores.join()
    assert chores.problems == {}


def test_one_kind_of_work_is_begun_and_ended() -> None:
    before, done = threading.active_count(), [0]

    def work() -> None:
        done[0] += 1
        if done[0] == 1:
            raise OSError("gone")

    chores = begun("work", work, 0.01)
    wait_until(lambda: done[0] > 2)
    chores.close()
    assert threading.active_count() == before
    assert chores.problems == {}
