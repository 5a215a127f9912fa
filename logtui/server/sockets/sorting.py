"""Decides what messages are: JSON records, texts of any format, or nothing that can be taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from logtui.engine.ingest.accept import Accepted
from logtui.engine.ingest.each import accept_each
from logtui.engine.ingest.payloads import Kind, packed
from logtui.store.journal import Batch

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTHING: Final = Accepted(b"", 0)
_MARK: Final = b"\xef\xbb\xbf"
"""The byte order mark of UTF-8, which programs of Windows write before what they send."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """What messages of one peer are.

    Attributes:
        objects: The messages that begin like JSON objects.
        texts: The others.
    """

    objects: Accepted
    texts: tuple[bytes, ...]

    @property
    def count(self) -> int:
        """How many records there are."""
        return self.objects.count + len(self.texts)

    def batches(self, arrival: int, peer: str) -> list[Batch]:
        """The batches that go into the journal: one for each kind.

        Args:
            arrival: When the messages came, nanoseconds since 1970 in UTC.
            peer: Who sent them.
        """
        found = []
        if self.objects.count:
            found.append((Kind.JSON, self.objects.count, self.objects.payload))
        if self.texts:
            found.append((Kind.TEXT, len(self.texts), packed(self.texts)))
        return [
            Batch(kind=kind, count=count, arrival=arrival, payload=payload, peer=peer) for kind, count, payload in found
        ]


def sort_messages(messages: Sequence[bytes]) -> Sorted:
    """Sort messages; a broken JSON line is rejected, a plain line is a record.

    Args:
        messages: Messages of one peer, none of them blank. A byte order mark before one is no part of it.
    """
    messages = [message.removeprefix(_MARK) for message in messages]
    objects = [message for message in messages if message[:1] == b"{"]
    if not objects:
        return Sorted(_NOTHING, tuple(messages))
    texts = tuple(message for message in messages if message[:1] != b"{") if len(objects) < len(messages) else ()
    return Sorted(accept_each(objects), texts)
