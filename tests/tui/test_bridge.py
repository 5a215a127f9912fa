"""Jobs in threads and their outcomes."""

from __future__ import annotations

import threading
from itertools import count
from typing import TYPE_CHECKING

import pytest

from logtui.engine.read.batch import Records
from logtui.engine.search.request import Request
from logtui.errors import LogtuiError
from logtui.tui.bridge import Bridge
from tests.tui.fakes import FakeReader, incident, session_of, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from logtui.engine.read.batch import Batch


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    opened = Bridge(session_of(FakeReader([Records(incident(100))])))
    opened.start()
    yield opened
    opened.close()


def outcomes_of(bridge: Bridge, count: int) -> None:
    """Take outcomes as the screen does, until there were so many."""
    taken = []

    def enough() -> bool:
        for outcome in bridge.outcomes():
            taken.append(outcome)
            outcome.then(outcome.value)
        return len(taken) >= count

    wait_for(enough, "the outcomes")


def test_the_outcome_of_a_job_comes_to_who_asked(bridge: Bridge) -> None:
    results: list[object] = []
    bridge.run("sum", lambda _cancelled: 1 + 1, results.append)
    outcomes_of(bridge, 1)
    assert results == [2]


@pytest.mark.parametrize(("error", "told"), [(LogtuiError("no"), "no"), (ValueError("odd\nrest"), "ValueError: odd")])
def test_a_job_that_fails_tells_why(bridge: Bridge, error: Exception, told: str) -> None:
    results: list[object] = []

    def job(_cancelled: Callable[[], bool]) -> object:
        raise error

    bridge.run("failing", job, results.append)
    outcomes_of(bridge, 1)
    assert [str(result) for result in results] == [told]
    assert isinstance(results[0], LogtuiError)


def test_a_job_of_the_same_name_replaces_the_one_that_runs(bridge: Bridge) -> None:
    results: list[object] = []
    is_replaced = threading.Event()

    def first(cancelled: Callable[[], bool]) -> str:
        wait_for(cancelled, "the replacement")
        is_replaced.set()
        return "first"

    bridge.run("job", first, results.append)
    bridge.run("job", lambda _cancelled: "second", results.append)
    outcomes_of(bridge, 1)
    assert is_replaced.wait(5)
    assert results == ["second"]


def test_the_exact_window_is_that_of_the_present_filter(bridge: Bridge) -> None:
    wait_for(lambda: bridge.snapshot.done, "reading")
    bridge.filter(Request.of("level:error"))
    window = bridge.exact_window(lambda: False)
    assert window is not None
    assert window.count == 4


def test_nobody_waits_for_a_window_that_is_no_longer_wanted(bridge: Bridge) -> None:
    assert bridge.exact_window(lambda: True) is None


@pytest.fixture
def unfinished() -> Iterator[Bridge]:
    """A bridge of a reader that has handed out 100 records and says that more are to be read."""
    reader = _Unfinished([Records(incident(100))], endless=True)
    opened = Bridge(session_of(reader))
    opened.start()
    wait_for(lambda: opened.snapshot.rows == 100, "the first records")
    yield opened
    opened.close()


class _Unfinished(FakeReader):
    def batches(self) -> Iterator[Batch]:
        for batch in super().batches():
            yield batch
            wait_for(lambda: self.closed.is_set() or self._batches, "the rest")


def test_the_exact_window_waits_until_all_is_read(unfinished: Bridge) -> None:
    looks = count()
    assert unfinished.exact_window(lambda: next(looks) > 3) is None
    assert unfinished.snapshot.state == "reading"


def test_who_waits_is_told_that_the_filter_was_changed_in_between(unfinished: Bridge) -> None:
    def change() -> bool:
        unfinished.filter(Request.of("level:error"))
        return False

    with pytest.raises(LogtuiError, match="the filter was changed before all records were read"):
        unfinished.exact_window(change)
