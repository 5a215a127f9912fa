"""What the routes of a server share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.engine.ingest.data_folder import DataFolder
from logtui.server.alerts.database import database_of
from logtui.server.auth.access import AccessPolicy
from logtui.server.auth.keys import key_ring_of
from logtui.server.auth.tokens import Tokens
from logtui.server.counts import Counts
from logtui.server.disk import Disk
from logtui.server.letter_box import LetterBox
from logtui.server.memory import BodyMemory
from logtui.server.queueing import intake_of
from logtui.server.search.search_queue import SearchQueue
from logtui.server.search.tails import Tails
from logtui.server.sockets.listeners import Listeners
from logtui.server.storing import searched_of
from logtui.server.worker_watch import WorkerWatch
from logtui.store.dead_letters import DeadLetters

if TYPE_CHECKING:
    from logtui.engine.ingest.intake import Intake
    from logtui.server.search.searched import Searched
    from logtui.server.settings import ServerSettings


class Front:
    """The receiving and answering half of a server; one process has it for each data folder, any number with a queue.

    Args:
        settings: What is set.

    Attributes:
        settings: What is set.
        folder: Where the parts of the live store are.
        intake: Where batches go.
        dead_letters: Records that were not taken.
        letter_box: Where requests put such records.
        keys: Who may do what.
        policy: Applies the keys to requests.
        alerts: Where alerts are kept.
        memory: Bounds what bodies take.
        disk: Whether the disk takes records.
        listeners: The sockets besides HTTP.
        worker: The worker as its statistics show it.
        records: What is stored.
        searches: Where searches run.
        tails: Those who are sent records as they are stored.
        counts: What is counted.

    Raises:
        StoreBusyError: If another process receives for this folder.
        StoreError: If the disk refuses.
        ConfigError: If the certificate, the key of tokens or the queue cannot be used.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self.settings: Final = settings
        self.folder: Final = DataFolder(settings.data)
        self.intake: Final[Intake] = intake_of(settings, self.folder)
        self.dead_letters: Final = DeadLetters(self.folder.dead_letters)
        self.letter_box: Final = LetterBox(self.dead_letters)
        self.keys: Final = key_ring_of(settings)
        self.policy: Final = AccessPolicy(
            self.keys,
            Tokens.of(settings),
            is_loopback=settings.http.is_loopback,
            insecure=settings.insecure,
            require_key=settings.require_key,
        )
        self.alerts: Final = database_of(settings)
        self.memory: Final = BodyMemory()
        self.disk: Final = Disk(settings.data, settings.min_free_bytes)
        self.listeners: Final = Listeners(settings, self.intake, self.letter_box)
        self.worker: Final = WorkerWatch(self.folder.statistics, lambda: self.intake.published)
        self.records: Final[Searched] = searched_of(settings, self.folder)
        self.searches: Final = SearchQueue(settings.searches, settings.search_queue)
        self.tails: Final = Tails(settings.tails)
        self.counts: Final = Counts(self.intake, self.dead_letters, self.listeners.counters, self.worker)

    def close(self) -> None:
        """Make durable what still waits, and let another process receive."""
        self.searches.close()
        self.records.close()
        self.intake.close()
        self.keys.close()
        self.alerts.close()
