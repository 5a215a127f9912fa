"""What a server needs, as a table of the manual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.server.capacity import (
    LARGE,
    NODE_CORES,
    NODE_DISK_BYTES,
    NODE_MEMORY_BYTES,
    SMALL,
    Capacity,
    Mix,
    capacity,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_NODE: Final = f"{NODE_CORES} processors, {NODE_MEMORY_BYTES >> 30} GiB and {NODE_DISK_BYTES / 1e12:.0f} TB"
_ROWS: Final[dict[str, Callable[[Mix, Capacity], str]]] = {
    "a record as JSON": lambda mix, _: f"{mix.sent_bytes:.0f} bytes",
    "a record on the disk": lambda mix, _: f"{mix.stored_bytes:.0f} bytes",
    "disk": lambda _, needed: _size(needed.disk_bytes),
    "processors": lambda _, needed: f"{needed.cores:.1f}",
    "memory": lambda _, needed: f"{needed.nodes * NODE_MEMORY_BYTES >> 30} GiB",
    f"servers of {_NODE}": lambda _, needed: f"{needed.nodes:,}",
}


def capacity_table(rate: float, days: float) -> str:
    """What small and large records need, as Markdown.

    Args:
        rate: Records a second.
        days: How many days of them are kept.
    """
    needed = [(mix, capacity(mix, rate, days)) for mix in (SMALL, LARGE)]
    titles = (f"{rate:,.0f} records a second, {days:g} days", *(mix.name for mix, _ in needed))
    rows = [(name, *(text(*each) for each in needed)) for name, text in _ROWS.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in (titles, ("---", "---:", "---:"), *rows))


def _size(size: float) -> str:
    return f"{size / 1e12:,.1f} TB" if size >= 1e12 else f"{size / 1e9:,.0f} GB"
