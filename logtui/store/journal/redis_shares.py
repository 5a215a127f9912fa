"""The shares by which several workers store the records of one journal in Redis."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

from logtui.store.journal.share_scripts import DONE, HOLD, TAKE
from logtui.store.seq_range import SeqRange

if TYPE_CHECKING:
    from logtui.store.journal.redis import RedisJournal

_MOST_ROWS: Final = 65_536
_MOST_BYTES: Final = 64 * 1024 * 1024
_CUT_MS: Final = 600
"""Shares that are not full are cut so far apart, whoever takes them: each is at least a part in the database."""

_HOLD_MS: Final = 5_000
HOLD_SECONDS: Final = 1.0
"""The pause between two times that a worker says that it lives."""


class Progress(NamedTuple):
    """How far the workers of a journal have come together.

    Attributes:
        stored: All records up to this number are stored.
        arrived: When the newest of them arrived, epoch nanoseconds; 0 if that is not known.
        last: Number of the newest record of the journal.
        share: What is to be stored by the one who asked; None if there is nothing.
    """

    stored: int
    arrived: int
    last: int
    share: SeqRange | None = None


class RedisShares:
    """What one worker does of the work; any thread may call any method.

    Args:
        journal: The journal.

    All methods raise `JournalError` if Redis cannot be reached, or the journal was exchanged.
    """

    def __init__(self, journal: RedisJournal) -> None:
        self._worker = secrets.token_hex(8)
        self._take, self._done, self._hold = (journal.scripted(script) for script in (TAKE, DONE, HOLD))

    def take(self, *, at_once: bool = False) -> Progress:
        """Take a share, for some seconds: the one that this worker has, one that another has left, or a new one.

        Args:
            at_once: Whether a small one is wanted, too, soon after the last one.
        """
        pace = 0 if at_once else _CUT_MS
        return _progress(self._take([self._worker, _HOLD_MS, pace, _MOST_ROWS, _MOST_BYTES]))

    def hold(self) -> Progress:
        """Keep for some more seconds the share that was taken; to be called each second."""
        return _progress(self._hold([self._worker, _HOLD_MS]))

    def done(self, share: SeqRange, arrived: int) -> Progress:
        """Say that the records of a share are stored; nothing if another worker has taken it over.

        Args:
            share: What `take` has given.
            arrived: When its newest record arrived, epoch nanoseconds.
        """
        return _progress(self._done([self._worker, share.first_seq, arrived]))

    def leave(self) -> None:
        """Let another worker take the share at once."""
        self._hold([self._worker, 0])


def _progress(answer: list[bytes]) -> Progress:
    stored, arrived, last, *share = map(int, answer)
    return Progress(stored, arrived, last, SeqRange(*share) if share else None)
