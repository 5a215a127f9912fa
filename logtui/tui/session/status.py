"""Composes the text of the status line. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Final

from rich.text import Text

from logtui.formats.coverage import Gaps
from logtui.tui.terminal.sanitize import harmless_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.style import Style

    from logtui.engine.window.row_window import RowWindow

_FORMATS_SHOWN: Final = 2
_BEHIND: Final = 2**20
"""Least number of unread bytes of a live input that the status line reports."""

_LEAST_NAME: Final = 8
"""Cells below which the name of an alert says too little to be shown."""

_COLOURS: Final = {"failed": "bad", "live": "good", "reading": "good"}


@dataclass(frozen=True, slots=True)
class ListState:
    """The state of the list, as far as the status line shows it.

    Args:
        cursor: The row of the cursor.
        following: Whether the list follows the end.
        unseen: The number of rows that arrived since following was paused.
        filtered: Whether a filter is applied.
        warnings: The number of notices that are not about the input.
        firing: The labels of the firing alerts, the newest first.
        zone: The time zone of the list.
        rate: Records that arrive per second.
        waiting: What the cursor is to go to once it has been read, in words; empty for nothing.
        clears: The key that clears the filter, if the filter was restored from the last session; else empty.
    """

    cursor: int = 0
    following: bool = False
    unseen: int = 0
    filtered: bool = False
    warnings: int = 0
    firing: Sequence[str] = ()
    zone: tzinfo = UTC
    rate: float = 0.0
    waiting: str = ""
    clears: str = ""


def status_text(window: RowWindow, state: ListState, width: int, styles: Mapping[str, Style]) -> Text:
    """Compose the status line.

    Args:
        window: The window that the list shows.
        state: The state of the list.
        width: Width of the line in cells.
        styles: Styles named `good`, `warn`, `bad`.

    Returns:
        One line of at most `width` cells.
    """
    snapshot = window.snapshot
    left = Text(" ").append(_formats(window), "bold").append("  ").append(_counts(window, state))
    if state.clears:
        left.append(f" by the last filter, {state.clears} clears it", styles.get("warn"))
    for name, count, style in (
        ("unparsed", snapshot.unparsed, "warn"),
        ("dropped", snapshot.dropped, "bad"),
        *((harmless_line(name), count, "warn") for name, count in snapshot.counts),
        ("notices", len(snapshot.notices) + state.warnings, "warn"),
        ("alerts", len(state.firing), "bad"),
    ):
        if count:
            left.append("  ").append(f"{name} {count:,}", styles.get(style))
    right = Text().append_text(_activity(window, state, styles)).append_text(_lag(window, state, styles))
    right.append(f"  {state.zone} ")
    room = width - left.cell_len - right.cell_len - 1
    gaps = _gaps(window, room)
    if state.firing and len(gaps) > room:
        gaps = ""  # cut off they say nothing, and the name of the alert says much
    row = f"row {state.cursor + 1:,}  " if window.count else ""
    if left.cell_len + len(gaps) + right.cell_len + len(row) + 2 <= width:
        right = Text(row).append_text(right)
    left.append_text(_newest(state, width - left.cell_len - len(gaps) - right.cell_len - 2, styles))
    left.append(gaps, styles.get("warn"))
    left.truncate(max(0, width - right.cell_len - 1), overflow="ellipsis", pad=True)
    return left.append(" ").append_text(right)


def _formats(window: RowWindow) -> str:
    names = [harmless_line(name) for name in window.snapshot.formats]
    if not names:
        return "no format yet"
    more = len(names) - _FORMATS_SHOWN
    return "+".join(names[:_FORMATS_SHOWN]) + (f" +{more}" if more > 0 else "")


def _gaps(window: RowWindow, room: int) -> str:
    """Count the records without level, without time or loosely read; if room is short, only the first of these."""
    gaps = sum(window.snapshot.gaps.values(), Gaps())
    counted = {"no level": gaps.without_level, "no time": gaps.without_time, "loosely read": gaps.loosely_read}
    words = [f"  {name} {gap.count:,}" for name, gap in counted.items() if gap.count]
    whole = "".join(words)
    return whole if len(whole) <= room else f"{words[0]} +{len(words) - 1} more" if words[1:] else whole


def _newest(state: ListState, room: int, styles: Mapping[str, Style]) -> Text:
    """Name the alert that fired last, behind the number of alerts, in the room that everything else leaves."""
    if not state.firing or room < _LEAST_NAME:
        return Text()
    name = Text(f": {harmless_line(state.firing[0])}", styles.get("bad") or "")
    name.truncate(room, overflow="ellipsis")
    return name


def _counts(window: RowWindow, state: ListState) -> str:
    total, counts = f"{window.snapshot.counted:,}", window.core.counts
    if not state.filtered:
        return f"{total} records"
    if counts.is_exact:
        return f"{counts.total:,}/{total}"
    return f"at least {counts.total:,}/{total} ({window.evaluated:.0%})"


def _lag(window: RowWindow, state: ListState, styles: Mapping[str, Style]) -> Text:
    """Show the rate of arriving records and the backlog of unread bytes of a live input, if they are worth showing."""
    snapshot = window.snapshot
    text = Text(f"  {state.rate:,.0f}/s" if snapshot.state == "live" and state.rate >= 1 else "")
    behind = (snapshot.bytes_total or 0) - snapshot.bytes_read
    if snapshot.state == "live" and behind >= _BEHIND:
        text.append(f"  behind {behind / 2**20:,.0f} MB", styles.get("bad"))
    return text


def _activity(window: RowWindow, state: ListState, styles: Mapping[str, Style]) -> Text:
    snapshot = window.snapshot
    waiting = state.waiting or ("the end" if state.following and snapshot.state in ("reading", "done") else "")
    if waiting:
        progress = _progress(window) if snapshot.state != "done" else f"filtering {window.evaluated:.0%}"
        return Text(f"waiting for {waiting} · {progress}", styles.get("warn") or "")
    if state.following:
        return Text("following", styles.get("good") or "")
    if state.unseen and snapshot.state != "done":
        return Text(f"paused +{state.unseen:,} new", styles.get("warn") or "")
    return Text(_progress(window), styles.get(_COLOURS.get(snapshot.state, "")) or "")


def _progress(window: RowWindow) -> str:
    snapshot = window.snapshot
    is_known = snapshot.state == "reading" and snapshot.fraction is not None
    return f"{snapshot.phase} {snapshot.fraction:.0%}" if is_known else snapshot.state
