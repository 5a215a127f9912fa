"""`Intake`: where those who receive records put them, whatever keeps the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.engine.ingest.admission import Admission
    from logtui.store.journal import Batch, Journal


TRIM_SECONDS: Final = 0.5
"""How often the journal lets go of what is stored."""


class Intake(Protocol):
    """The receiving half of a live store. Any thread may use it."""

    @property
    def journal(self) -> Journal:
        """Where the batches are kept until they are stored."""

    @property
    def admission(self) -> Admission:
        """What bounds the batches that wait."""

    @property
    def position(self) -> int:
        """The number of the last record that is known to be in the store."""

    @property
    def problem(self) -> str | None:
        """Why the journal takes no batches, as far as only the journal can tell; None if it takes them."""

    @property
    def published(self) -> Sequence[bytes]:
        """What each worker that is known by the journal alone says of itself."""

    def append(self, batch: Batch) -> int:
        """Keep a batch; see `Admission.append`."""

    async def append_async(self, batch: Batch) -> int:
        """Keep a batch; see `Admission.append`."""

    async def append_once(self, batch: Batch) -> bool:
        """Keep a batch, unless one of the same key has been kept.

        Args:
            batch: The batch; without a key it is always kept.

        Returns:
            Whether it was kept now.

        Raises:
            KeyReuseError: If other records have come under the same key.
            JournalError: See `Journal.append`.
        """

    def close(self) -> None:
        """Make durable what still waits."""
