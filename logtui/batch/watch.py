"""Watches inputs: counts files that are new, grown or renamed, and writes the reports again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import watchfiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from logtui.batch.discovery import Changed
    from logtui.batch.summarizer import Summarizer

LONGEST_SECONDS: Final = 5
"""How often to look at the inputs anyway: some file systems, such as network mounts, do not report changes."""

_DEBOUNCE_MILLISECONDS: Final = 400
_LONGEST_PAUSE: Final = 20.0
"""The longest pause after a count, seconds, however long the count took."""

_TURN_SECONDS: Final = 15.0
"""A large backlog is counted in turns of this length, so that files that change meanwhile come first in the next."""

_GLOB: Final = "*?["


def watch(
    summarizer: Summarizer,
    inputs: Sequence[str],
    *,
    count: Callable[[Sequence[Changed], float], bool],
    on_report: Callable[[dict[str, Any]], None],
) -> None:
    """Count files whenever they change, until `summarizer.stop` is set.

    Args:
        summarizer: Finds the changed files and writes the reports.
        inputs: The files, folders and globs that the summarizer was given.
        count: Counts files for a number of seconds at most; returns whether all were counted.
        on_report: Called with the summary each time the reports were written.
    """
    for _ in _moments(_folders(inputs), summarizer):
        is_done = False
        while not is_done and not summarizer.stop.is_set():
            began = time.monotonic()
            is_done = count(summarizer.changed(), _TURN_SECONDS)
            if summarizer.is_outdated:
                on_report(summarizer.report())
            # At most half of the time is spent on a folder that changes all the time.
            summarizer.stop.wait(min(time.monotonic() - began, _LONGEST_PAUSE) if is_done else 0)


def _moments(folders: Sequence[Path], summarizer: Summarizer) -> Iterator[None]:
    """Yield when the inputs are to be looked at: now, after each change, and every few seconds."""
    yield
    try:
        for _ in watchfiles.watch(
            *folders,
            watch_filter=None,
            debounce=_DEBOUNCE_MILLISECONDS,
            stop_event=summarizer.stop,
            rust_timeout=LONGEST_SECONDS * 1_000,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            yield
    except (OSError, RuntimeError):  # the system's limit of watches is reached, or the file system has none
        while not summarizer.stop.wait(LONGEST_SECONDS):
            yield


def _folders(inputs: Sequence[str]) -> list[Path]:
    """The folders to watch: for each input its own folder, or the nearest one above it that exists."""
    found = set()
    for given in inputs:
        fixed = next((index for index, letter in enumerate(given) if letter in _GLOB), len(given))
        path = Path(given if Path(given).exists() else given[:fixed]).absolute()
        found.add(next(each for each in (path, *path.parents) if each.is_dir()).resolve())
    return sorted(found)
