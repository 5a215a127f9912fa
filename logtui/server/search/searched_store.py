"""The records of a live store, for those who search them."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from logtui.engine.ingest.position import position_of
from logtui.engine.search.datasets import dataset_of_runs, dataset_of_store
from logtui.store import Store
from logtui.store.store import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.part import Piece
    from logtui.engine.search.request import Request


class SearchedStore:
    """A store that may not exist yet; it is opened when it does, read-only, and kept.

    Args:
        folder: Its folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._store: Store | None = None
        self._dataset: Dataset = dataset_of_runs([])

    def dataset(self) -> Dataset:
        """The records that are stored now and later.

        Raises:
            StoreError: If the store cannot be opened.
        """
        with self._lock:
            if self._store is None and (self._folder / CATALOGUE).is_file():
                self._store = Store(self._folder)
                self._dataset = dataset_of_store(self._store)
            return self._dataset

    def position(self) -> int:
        """The `seq` up to which all records are stored; 0 if there are none."""
        self.dataset()
        return position_of(self._store) if self._store else 0

    def pieces_between(self, request: Request, after: int, upto: int) -> Iterable[Piece]:  # noqa: ARG002 -- known by their parts
        """The matches of all parts: those that were read are known, and not read again."""
        return self.dataset().pieces(request)

    def close(self) -> None:
        """Let go of the store."""
        if self._store:
            self._store.close()
