"""Delivers what waits in the store of alerts: one attempt for each, at the same time for different targets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import TYPE_CHECKING, Final

from logtui.alerts.notify.base import Dead, Entry, RetryAt
from logtui.alerts.notify.delivery import queue_of
from logtui.errors import line_of_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.alerts.keeping.base import AlertStore, Posting
    from logtui.alerts.notify.base import Outcome
    from logtui.alerts.notify.delivery import Deliverer

_MOST_AT_ONCE: Final = 8
_MOST_POSTINGS: Final = 5_000
_RETRY_NANOSECONDS: Final = 30 * 10**9


class Delivery:
    """Delivers postings. Those of one target go one after another; alerts that fire at once are one delivery.

    Args:
        store: Where the postings are.
        deliverer: Makes the attempts.
    """

    def __init__(self, store: AlertStore, deliverer: Deliverer) -> None:
        self._store = store
        self._deliverer = deliverer
        self._held: dict[str, int] = {}

    def deliver_due(self, now: int) -> int:
        """Try once to deliver each posting that is due, and note what became of it.

        Args:
            now: The present, epoch nanoseconds.

        Returns:
            How many postings were tried.
        """
        self._held = {queue: until for queue, until in self._held.items() if until > now}
        queues: dict[str, list[Posting]] = {}
        for posting in self._store.waiting(now, _MOST_POSTINGS):
            queues.setdefault(queue_of(posting.target), []).append(posting)
        free = {queue: postings for queue, postings in queues.items() if queue not in self._held}
        if not free:
            return 0
        with ThreadPoolExecutor(min(_MOST_AT_ONCE, len(free)), "logtui-delivery") as pool:
            list(pool.map(lambda queue: self._deliver_queue(queue, free[queue], now), free))
        return sum(map(len, free.values()))

    def _deliver_queue(self, queue: str, postings: Sequence[Posting], now: int) -> None:
        for together in _deliveries(postings):
            outcome = self._attempt(together, now)
            self._store.settle([posting.key for posting in together], outcome, now)
            if isinstance(outcome, RetryAt):
                self._held[queue] = outcome.at  # those behind it would fail too, and must not overtake it
                return

    def _attempt(self, postings: Sequence[Posting], now: int) -> Outcome:
        first = postings[0]
        messages = tuple(posting.message for posting in postings)
        entry = Entry(
            target=first.target,
            messages=messages,
            from_file=first.from_file,
            created=first.queued,
            attempts=first.attempts,
            receipts=self._store.receipts(first.target, [message.episode for message in messages]),
        )
        try:
            return self._deliverer.deliver(entry, now)
        except Exception as error:  # A fault of a notifier must not end all deliveries.
            line = f"{type(error).__name__}: {line_of_error(error)}"
            return Dead(line) if first.attempts else RetryAt(now + _RETRY_NANOSECONDS, line)


def _deliveries(postings: Sequence[Posting]) -> Iterator[list[Posting]]:
    """Postings that are delivered together: of one look at a rule, event and number of attempts, one behind the other.

    After a crash the same ones must be together again, whatever waits besides: the key of a delivery is made of theirs.
    """
    for _, alike in groupby(postings, key=lambda each: (each.rule_id, each.message.event, each.queued, each.attempts)):
        yield list(alike)
