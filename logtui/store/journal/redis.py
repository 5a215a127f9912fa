"""The journal as a stream in Redis: any number of processes append, and those that store the records trim."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar
from zlib import crc32

from redis.exceptions import OutOfMemoryError

from logtui.errors import JournalError, JournalFullError, KeyReuseError
from logtui.store.journal.base import lost_frame
from logtui.store.journal.committer import Appends, Committer, answer_to
from logtui.store.journal.frames import EncodedBatch, frame_of
from logtui.store.journal.redis_link import PASSING, connect, explained, place_of
from logtui.store.journal.redis_scripts import APPEND, OPEN, TRIM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from logtui.store.journal.base import Batch, Frame

RETRY_SECONDS: Final = 15.0
"""Redis has read an append-only file of a few GB again by then, and shippers still wait for their answer."""

_CAP_BYTES: Final = 1 << 30
"""Redis holds the journal in memory."""

_PREFIX: Final = "{logtui}:journal"
_STREAM: Final = _PREFIX
_STATE: Final = f"{_PREFIX}:state"
_SHARES: Final = f"{_PREFIX}:shares"
_PUBLISHED: Final = f"{_PREFIX}:published"
_PUBLISHED_SECONDS: Final = 60
_KEY: Final = f"{_PREFIX}:key:"
_KEY_SECONDS: Final = 3600
_WRITER_SECONDS: Final = 3600
_LATE: Final = 10**9
_FIRST_REST_SECONDS: Final = 0.05
_LAST_REST_SECONDS: Final = 1.0
_FIRST_PAGE: Final = 16
_LARGEST_PAGE: Final = 1_024
_PAGE_BYTES: Final = 8 << 20

T = TypeVar("T")


class _Append(NamedTuple):
    batch: EncodedBatch
    is_once: bool
    answer: Future[int]
    """The number of the first record; negative if the batch was known."""


class _Page(NamedTuple):
    last: int
    trimmed: int
    entries: list[tuple[bytes, dict[bytes, bytes]]]


class RedisJournal(Appends):
    """A `Journal` in Redis, for any number of processes at once; those of one store, which claims it, store and trim.

    Batches that come while others are on their way wait and go together (group commit). A group whose answer is lost
    goes again under the same number, by which Redis knows it: it lands once. After an error because of the connection a
    batch may have been kept.

    Args:
        url: The server and its database, such as `redis://HOST:6379/0`.
        cap_bytes: What the frames together may take.
        above: A record number; new records get numbers above it. With the position of whoever reads, a Redis that was
            emptied does not give the numbers of stored records to records that would then be passed over.
        retry_seconds: How long a Redis that cannot be reached is tried, for appends, and at the start.

    Attributes:
        place: Where it is, without a password.

    Raises:
        JournalError: If Redis cannot be reached, is set so that it may lose what it acknowledges, or holds records that
            have the numbers of records that are stored.
    """

    def __init__(
        self, url: str, *, cap_bytes: int = _CAP_BYTES, above: int = 0, retry_seconds: float = RETRY_SECONDS
    ) -> None:
        self.place: Final = place_of(url)
        self._cap_bytes = cap_bytes
        self._retry_seconds = retry_seconds
        with explained(self.place):
            self._redis = connect(url)
        self._append, self._trim = self._redis.register_script(APPEND), self._redis.register_script(TRIM)
        self._writer = f"{_PREFIX}:writer:{secrets.token_hex(8)}"
        self._groups = 0
        self._said = b""
        self._committer = Committer(self._commit, self.place)
        try:
            self._id = self._opened(above)
        except JournalError:
            self.close()
            raise

    async def append_once(self, batch: Batch) -> bool:
        """Keep a batch unless any process has kept one of the same key within the last hour.

        Args:
            batch: The batch; without a key it is always kept.

        Returns:
            Whether it was kept now.

        Raises:
            KeyReuseError: If other records have come under the same key.
            JournalError: See `append`.
        """
        return await answer_to(self._submit(batch, is_once=True)) > 0

    def read(self, after: int) -> Iterator[Frame]:
        """See `Journal.read`.

        Raises:
            JournalError: If Redis cannot be reached.
        """
        expected, count = after + 1, _FIRST_PAGE
        while True:
            page = self._page(expected, count)
            expected, size = max(expected, page.trimmed + 1), 0
            for name, fields in page.entries:
                last_seq, payload = _last_seq(name), fields[b"p"]
                frame = frame_of(fields[b"h"], payload, last_seq) or lost_frame(expected, last_seq + 1)
                if frame.first_seq > expected:
                    yield lost_frame(expected, frame.first_seq)
                yield frame
                expected, size = last_seq + 1, size + len(payload)
            if len(page.entries) < count:
                if expected <= page.last:
                    yield lost_frame(expected, page.last + 1)
                return
            count = min(_LARGEST_PAGE, max(1, count * _PAGE_BYTES // (size + 1)))

    def trim(self, upto: int) -> None:
        """See `Journal.trim`; exactly these records go.

        Raises:
            JournalError: If Redis cannot be reached.
        """
        answer = self._asked(lambda: self._trim([_STREAM, _STATE], [self._id, upto, upto + 1]))
        self._check_same(answer != b"other")

    @property
    def size(self) -> int:
        """What the frames take, in bytes."""
        total, freed = self._numbers("total", "freed")
        return total - freed

    @property
    def last(self) -> int:
        """Number of the newest record."""
        return self._numbers("last")[0]

    @property
    def trimmed(self) -> int:
        """Number of the newest record that has been trimmed; 0 if none was."""
        return self._numbers("trimmed")[0]

    @property
    def oldest(self) -> int | None:
        """Number of the first record that has not been trimmed; None if there is none."""
        last, trimmed = self._numbers("last", "trimmed")
        return trimmed + 1 if trimmed < last else None

    def claim(self, store: str) -> None:
        """Store and trim for a store; another one would miss what is trimmed.

        Args:
            store: A name of the store, the same whenever it is opened.

        Raises:
            JournalError: If another store has claimed the journal, or Redis cannot be reached.
        """

        def ask() -> object:
            self._redis.hsetnx(_STATE, "store", store)
            return self._redis.hget(_STATE, "store")

        if self._asked(ask) != store.encode():
            raise JournalError(
                f"the records in {self.place} go to another store",
                hint=f"use another database of Redis; if that store is gone: redis-cli HDEL {_STATE} store",
            )

    @property
    def name(self) -> str:
        """A name that no other journal has; one that was emptied and is begun again has another one."""
        return self._id

    @property
    def store(self) -> str | None:
        """The name of the store that has claimed the journal; None if none has."""
        found = self._asked(lambda: self._redis.hget(_STATE, "store"))
        return found.decode() if isinstance(found, bytes) else None

    def scripted(self, script: str) -> Callable[[Sequence[str | int]], list[bytes]]:
        """A script over this journal and its shares.

        Args:
            script: Its keys are the stream, the state and the shares, its first argument the name of the journal.

        Returns:
            Runs it with further arguments. A `JournalError` is raised if Redis cannot be reached, or the script answers
            that the journal is another one.
        """
        registered = self._redis.register_script(script)

        def run(arguments: Sequence[str | int]) -> list[bytes]:
            answer = self._asked(lambda: registered([_STREAM, _STATE, _SHARES], [self._id, *arguments]))
            self._check_same(answer != [b"other"])
            return list(answer)

        return run

    def publish(self, text: bytes) -> None:
        """Let those who append know something of one that stores, for a while, instead of what it has said before.

        Raises:
            JournalError: If Redis cannot be reached.
        """

        def ask() -> None:
            now = time.time()
            with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.zrem(_PUBLISHED, self._said)
                pipeline.zadd(_PUBLISHED, {text: now})
                pipeline.zremrangebyscore(_PUBLISHED, "-inf", now - _PUBLISHED_SECONDS)
                pipeline.expire(_PUBLISHED, _PUBLISHED_SECONDS)
                pipeline.execute()

        self._asked(ask)
        self._said = text

    @property
    def published(self) -> list[bytes]:
        """What each of those that store has published lately."""
        found = self._asked(lambda: self._redis.zrange(_PUBLISHED, 0, -1))
        return [text for text in found if isinstance(text, bytes)]

    def close(self) -> None:
        """Have kept what still waits, and disconnect; a second time changes nothing."""
        self._committer.close()
        self._redis.close()

    def _opened(self, above: int) -> str:
        """Begin the journal if it is new; its name."""
        script = self._redis.register_script(OPEN)
        with explained(self.place):
            answer = self._retried(lambda: script([_STREAM, _STATE], [secrets.token_hex(8), above]))
        name = str(answer.decode())
        if name.startswith("behind"):
            raise JournalError(
                f"the journal in {self.place} goes to record {name.split()[1]}, and the store has records to {above}",
                hint="it belongs to another store, or was emptied: use another database of Redis, or an empty folder",
            )
        return name

    def _submit(self, batch: Batch, *, is_once: bool = False) -> Future[int]:
        append = _Append(EncodedBatch(batch), is_once and bool(batch.key), Future())
        if append.batch.length > self._cap_bytes:
            raise JournalError(f"a batch of {append.batch.length} bytes is larger than the cap of the journal")
        self._committer.add(append)
        return append.answer

    def _commit(self, group: Sequence[_Append]) -> None:
        if not group:
            return
        self._groups += 1
        head: list[int | str] = [self._id, self._groups, self._cap_bytes, _WRITER_SECONDS, _KEY_SECONDS, _KEY]
        began = time.time_ns()

        def ask() -> bytes:
            late = time.time_ns() - began
            arguments: list[int | str | bytes] = [
                *head,
                *(each for append in group for each in _arguments(append, late)),
            ]
            answer: bytes = self._append([_STREAM, _STATE, self._writer], arguments)
            return answer

        try:
            answer = self._retried(ask).decode()
        except OutOfMemoryError:
            answer = " ".join(["full"] * len(group))
        self._check_same(answer != "other")
        for append, one in zip(group, answer.split(), strict=True):
            self._answer(append.answer, one)

    def _answer(self, future: Future[int], answer: str) -> None:
        if answer == "full":
            message = f"the journal in {self.place} has reached its cap of {self._cap_bytes:,} bytes, or Redis its own"
            future.set_exception(JournalFullError(message))
        elif answer == "reuse":
            future.set_exception(
                KeyReuseError("other records have come under this Idempotency-Key", hint="use a new key")
            )
        else:
            future.set_result(int(answer))

    def _page(self, first: int, count: int) -> _Page:
        def ask() -> list[Any]:
            with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.hmget(_STATE, ["id", "last", "trimmed"])
                pipeline.xrange(_STREAM, min=first, count=count)
                return list(pipeline.execute())

        (name, last, trimmed), entries = self._asked(ask)
        self._check_same(name == self._id.encode())
        return _Page(int(last or 0), int(trimmed or 0), entries)

    def _numbers(self, *names: str) -> list[int]:
        found = self._asked(lambda: self._redis.hmget(_STATE, ["id", *names]))
        self._check_same(found[0] == self._id.encode())
        return [int(number or 0) for number in found[1:]]

    def _asked(self, ask: Callable[[], T]) -> T:
        """An answer of Redis, asked for once."""
        with explained(self.place):
            return ask()

    def _retried(self, ask: Callable[[], T]) -> T:
        """An answer of Redis, asked for until it can be reached, or it has taken too long."""
        until, rest = time.monotonic() + self._retry_seconds, _FIRST_REST_SECONDS
        while True:
            try:
                return ask()
            except PASSING:
                if time.monotonic() + rest >= until:
                    raise
            time.sleep(rest)
            rest = min(2 * rest, _LAST_REST_SECONDS)

    def _check_same(self, is_same: bool) -> None:  # noqa: FBT001 -- what is checked
        if not is_same:
            message = f"the journal in {self.place} is not the one that was opened: it was emptied or exchanged"
            raise JournalError(message, hint="start logtui again")


def _arguments(append: _Append, late: int) -> tuple[int, int, str, int, bytes, bytes]:
    encoded = append.batch
    if late > _LATE:
        # As one that arrives now: alerts have looked at the time in which it waited.
        encoded = EncodedBatch(replace(encoded.batch, arrival=encoded.batch.arrival + late))
    batch = encoded.batch
    key = batch.key if append.is_once else ""
    return batch.count, encoded.length, key, crc32(batch.payload), *encoded.parts(0, b"")


def _last_seq(entry_id: bytes) -> int:
    return int(entry_id.partition(b"-")[0])
