"""batches as they were received -> frames on disk, acknowledged once they are durable, and read again in order."""

from logtui.store.journal.base import LOST, Batch, Frame, Journal, ReadableJournal
from logtui.store.journal.file import FileJournal
from logtui.store.journal.reader import FileJournalReader
from logtui.store.journal.recovery import Damage, Recovery

__all__ = [
    "LOST",
    "Batch",
    "Damage",
    "FileJournal",
    "FileJournalReader",
    "Frame",
    "Journal",
    "ReadableJournal",
    "Recovery",
]
