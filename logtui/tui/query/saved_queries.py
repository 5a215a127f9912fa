"""Filters that the user has saved under a name, for all inputs, and their list together with the history.

One JSON file in the user's state folder, readable by the user alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import platformdirs

from logtui.errors import StoreError
from logtui.tui.private_file import write_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_VERSION: Final = 1


class _File(msgspec.Struct, frozen=True):
    queries: dict[str, str] = {}
    version: int = _VERSION


class Entry(NamedTuple):
    """A filter that can be chosen: its text, and its name if it was saved."""

    text: str
    name: str = ""


class SavedQueries:
    """Loads and saves the file; every change reloads it first, because another logtui may have written it.

    Args:
        folder: Folder of the file; None for the user's state folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._path = (folder or platformdirs.user_state_path("logtui")) / "queries.json"

    def load(self) -> dict[str, str]:
        """Load the saved texts by name, in the order of saving.

        Raises:
            StoreError: If the file cannot be read, or is not a file of saved filters of this version.
        """
        try:
            file = msgspec.json.decode(self._path.read_bytes(), type=_File)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreError(f"{self._path}: {error.strerror}") from error
        except msgspec.DecodeError as error:
            raise StoreError(f"{self._path}: these are no saved filters: {error}") from error
        if file.version != _VERSION:
            raise StoreError(f"{self._path}: written by another version of logtui")
        return file.queries

    def put(self, name: str, text: str) -> None:
        """Save a text under a name, replacing the text that had this name.

        Raises:
            StoreError: If the file cannot be read or written.
        """
        others = self.load()
        others.pop(name, None)
        self._save({**others, name: text})

    def remove(self, name: str) -> None:
        """Remove a saved filter.

        Raises:
            StoreError: If the file cannot be read or written.
        """
        others = self.load()
        others.pop(name, None)
        self._save(others)

    def _save(self, queries: dict[str, str]) -> None:
        try:
            write_private(self._path, msgspec.json.encode(_File(queries)))
        except OSError as error:
            raise StoreError(f"{self._path}: {error.strerror}") from error


def entries(saved: dict[str, str], history: Sequence[str]) -> list[Entry]:
    """List the filters that the user can choose from.

    Args:
        saved: Saved texts by name, the newest last.
        history: Texts of applied filters, the newest last.

    Returns:
        The saved filters, then those of the history that are not saved, without duplicates; the newest of each first.
    """
    named = [Entry(text, name) for name, text in reversed(saved.items())]
    known = set(saved.values())
    return named + [Entry(text) for text in dict.fromkeys(reversed(history)) if text and text not in known]


def matching(choices: Iterable[Entry], typed: str) -> list[Entry]:
    """Select the entries whose name or text contains every typed word, in any case."""
    words = typed.casefold().split()
    return [entry for entry in choices if all(word in f"{entry.name} {entry.text}".casefold() for word in words)]
