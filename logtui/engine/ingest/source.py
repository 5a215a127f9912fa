"""`Source`: where a writer gets the frames that it stores together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Event

    from logtui.store.journal import Frame

POLL_SECONDS: Final = 0.05
"""The pause before a journal that had nothing new is asked again."""

QUIET_SECONDS: Final = 0.5
"""How long a source that has nothing waits before it says so: a problem that is over is known that soon."""


class Source(Protocol):
    """Gives frames to the one thread of a writer."""

    @property
    def complete_until(self) -> int:
        """What arrived before this moment is in the store, but for what was on its way; epoch nanoseconds."""

    def take(self, stop: Event) -> list[Frame]:
        """Wait for frames that are to be stored next, as one batch.

        Args:
            stop: Set from another thread: what is there at that moment is given, and nothing that comes later.

        Returns:
            Frames in order without a gap; none if there are none, at once if it was asked to stop before, else after
            `QUIET_SECONDS`.

        Raises:
            StoreError: If there is no telling at the moment, because the journal or the store cannot be reached.
        """

    def done(self, frames: Sequence[Frame]) -> None:
        """Note that frames are stored, or are dead letters.

        Args:
            frames: What `take` has given.

        Raises:
            StoreError: If it cannot be noted now; they may be given again then.
        """
