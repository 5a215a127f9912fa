"""Watching inputs: what is new, grown or renamed is counted, and the reports are replaced."""

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
"""How long a change can stay unseen where the file system does not tell of changes."""

_DEBOUNCE_MILLISECONDS: Final = 400
_LONGEST_PAUSE: Final = 20.0
_TURN_SECONDS: Final = 15.0
"""Large backlogs are counted in turns, after each of which what has come meanwhile goes first."""

_GLOB: Final = "*?["


def watch(
    summarizer: Summarizer,
    inputs: Sequence[str],
    *,
    count: Callable[[Sequence[Changed], float], bool],
    told: Callable[[dict[str, Any]], None],
) -> None:
    """Count what changes until the summarizer is told to stop.

    Args:
        summarizer: Does the counting.
        inputs: Files, folders and globs, as it has them.
        count: Has the summarizer count files for some seconds at most.
        told: Is called with the summary after each time that the reports were written.
    """
    for _ in _moments(_folders(inputs), summarizer):
        is_done = False
        while not is_done and not summarizer.stop.is_set():
            began = time.monotonic()
            is_done = count(summarizer.changed(), _TURN_SECONDS)
            if summarizer.is_outdated:
                told(summarizer.report())
            # Half of the time at most is spent on a folder that never rests.
            summarizer.stop.wait(min(time.monotonic() - began, _LONGEST_PAUSE) if is_done else 0)


def _moments(folders: Sequence[Path], summarizer: Summarizer) -> Iterator[None]:
    """When to look: now, after each change, and every few seconds."""
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
    except (OSError, RuntimeError):  # too many watches, or a file system that has none
        while not summarizer.stop.wait(LONGEST_SECONDS):
            yield


def _folders(inputs: Sequence[str]) -> list[Path]:
    """The folders whose changes may concern the inputs: themselves, or the nearest that exist."""
    found = set()
    for given in inputs:
        fixed = next((index for index, letter in enumerate(given) if letter in _GLOB), len(given))
        path = Path(given if Path(given).exists() else given[:fixed]).absolute()
        found.add(next(each for each in (path, *path.parents) if each.is_dir()).resolve())
    return sorted(found)
