"""Follows the end of the list while records arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logtui.tui.list.log_list import LogList
    from logtui.tui.messages import Messages
    from logtui.tui.viewer import Viewer


def toggle_following(viewer: Viewer, messages: Messages, log_list: LogList) -> None:
    """Start or stop following the end."""
    log_list.follow(on=not log_list.following)
    messages.say("following the end" if log_list.following else "not following")
    viewer.show_status()


def go_to_end(viewer: Viewer, log_list: LogList) -> None:
    """Go to the last record, and follow the end if more records may arrive."""
    log_list.follow(on=not (viewer.window.snapshot.done and viewer.window.exact))
    log_list.go(log_list.pages.count - 1)
    viewer.show_status()
