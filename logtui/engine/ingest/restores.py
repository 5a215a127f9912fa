"""Archives that are put back into a live store.

Whoever may write to the folder of the store notes the wish there, as a file; the one process that writes the store does
it, file by file, and goes on where it was cut off.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime  # noqa: TC003 - msgspec reads the annotation
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.engine.ingest.position import POSITION, position_of
from logtui.errors import DamagedArchiveError, StoreError
from logtui.store.archive import missing_files, restore_file
from logtui.store.disk import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from logtui.store import Store
    from logtui.store.archive import ArchivedFile

_WANTED: Final = ".wanted"
_REFUSED: Final = ".refused"


class Wish(msgspec.Struct, frozen=True):
    """What is to be restored.

    Attributes:
        archive: The absolute path of the archive.
        since: Leaves out the files of earlier days; None for none.
        until: Leaves out the files of the days from this moment on; None for none.
    """

    archive: str
    since: datetime | None = None
    until: datetime | None = None

    def missing(self, store: Store) -> tuple[ArchivedFile, ...]:
        """The files that are not in a store yet.

        Raises:
            StoreError: If it is no archive.
        """
        return missing_files(Path(self.archive), store, self.since, self.until)

    def grant(self, store: Store, *, is_new: bool = False) -> Iterator[int]:
        """Put the files into a store, one at each step; damaged ones hold up no others.

        Args:
            store: A store that this process writes.
            is_new: Whether no record has come to it yet, so that it may go on with the numbers of the archive.

        Yields:
            The records of a file that is in the store now.

        Raises:
            StoreError: If the archive is of another store, or the disk refuses, or, behind all other files, if some
                are damaged.
        """
        missing = self.missing(store)
        last = max((file.last_seq for file in missing), default=0)
        # Tails and alerts go on behind the largest `seq` that they have met: they would miss what comes to this store.
        if not is_new and last > position_of(store):
            raise StoreError(
                f"{self.archive}: has later records than this server has got",
                hint="restore it into a folder of its own",
            )
        state = {POSITION: str(last).encode()} if is_new else {}
        damaged: list[str] = []
        for file in missing:
            try:
                restore_file(Path(self.archive), store, file, state)
            except DamagedArchiveError as error:
                damaged.append(str(error))
            else:
                yield file.rows
        if damaged:
            raise StoreError(
                f"{len(damaged)} of {len(missing)} files are not restored, the others are: {'; '.join(damaged)}"
            )


class Restores:
    """The wishes that are noted for a store.

    Args:
        store: The folder of the store.
    """

    def __init__(self, store: Path) -> None:
        self._folder = store / "restores"

    def want(self, wish: Wish) -> str:
        """Note a wish; returns its name.

        Raises:
            StoreError: If it cannot be noted.
        """
        name = secrets.token_hex(8)
        self._write(name + _WANTED, msgspec.json.encode(wish))
        return name

    def wanted(self) -> list[str]:
        """The names of the wishes that are not granted yet."""
        return sorted(path.stem for path in self._folder.glob("*" + _WANTED))

    def is_done(self, name: str) -> bool:
        """Whether a wish is granted.

        Raises:
            StoreError: If it is refused; it is forgotten then.
        """
        if (self._folder / (name + _WANTED)).exists():  # the first to be looked at: a refusal is noted before it goes
            return False
        with suppress(FileNotFoundError):
            reason = (self._folder / (name + _REFUSED)).read_text()
            self.forget(name)
            raise StoreError(reason)
        return True

    def forget(self, name: str) -> None:
        """Take a wish back."""
        for kind in (_WANTED, _REFUSED):
            (self._folder / (name + kind)).unlink(missing_ok=True)

    def grant(self, store: Store, has_ended: Callable[[], bool]) -> None:
        """Do what is wanted; what cannot be done is refused with the reason.

        Args:
            store: The store, which this process writes.
            has_ended: Whether the rest is left for the next time; asked between two files.

        Raises:
            StoreError: If a wish can neither be granted nor refused.
        """
        for name in self.wanted():
            try:
                for _ in self._wish(name).grant(store):
                    if has_ended():
                        return
            except StoreError as error:
                self._write(name + _REFUSED, str(error).encode())
            (self._folder / (name + _WANTED)).unlink(missing_ok=True)

    def _wish(self, name: str) -> Wish:
        path = self._folder / (name + _WANTED)
        try:
            return msgspec.json.decode(path.read_bytes(), type=Wish)
        except (OSError, msgspec.MsgspecError) as error:
            raise StoreError(f"{path}: {error}") from error

    def _write(self, name: str, content: bytes) -> None:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with whole_file(self._folder / name) as target:
                target.write(content)
        except OSError as error:
            raise StoreError(f"{self._folder}: {error.strerror}") from error
