"""How far an embedded store has come in its journal, as its state says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from logtui.store import Store

POSITION: Final = "journal position"
"""The key of the store's state under which the number of the last record is noted that is in the store."""

LOST: Final = "lost in the journal"
"""The key under which is noted how many records that were to be in the store have been damaged in the journal."""


def position_of(store: Store) -> int:
    """The number of the last record of the journal that is in a store, 0 if none is."""
    return int(store.state(POSITION) or 0)


def lost_of(store: Store) -> int:
    """How many records that were to be in a store have been damaged in the journal, ever."""
    return int(store.state(LOST) or 0)
