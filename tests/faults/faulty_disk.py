"""A disk whose calls go as ordered, and what is on it at the moment at which everything ends."""

from __future__ import annotations

import errno
import os
import shutil
from collections import deque
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from logtui.errors import StoreError
from logtui.store.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_CALLS: Final = ("fsync", "fdatasync", "rename")


class Trouble(StrEnum):
    """What becomes of a call."""

    NONE = "it is done"
    REFUSED = "it is refused"
    HALF = "a half of it is done, and it is refused"
    UNKNOWN = "it is done, and said to be refused"
    END = "the machine ends before it is done"
    END_AFTER = "the machine ends when it is done"


_DONE: Final = (Trouble.NONE, Trouble.UNKNOWN, Trouble.END_AFTER)


class FaultyDisk:
    """The folder of a server.

    Args:
        folder: The folder.
        image: A folder that does not exist.

    Attributes:
        has_ended: Whether the machine has ended; what was on the disk then is in the image.
    """

    def __init__(self, folder: Path, image: Path) -> None:
        self.has_ended = False
        self._folder = folder
        self._image = image
        self._troubles: deque[Trouble] = deque()

    @contextmanager
    def troubled(self, troubles: Iterable[Trouble]) -> Iterator[None]:
        """Let the next calls go as ordered; those after them go well, unless the machine has ended."""
        self._troubles.extend(troubles)
        with ExitStack() as parts:
            for name in _CALLS:
                parts.enter_context(patch.object(os, name, self._troubling(getattr(os, name))))
            parts.enter_context(patch.object(os, "writev", self._writing(os.writev)))
            parts.enter_context(patch.object(Catalogue, "_connected", self._transacting(Catalogue._connected)))
            yield
        self._troubles.clear()

    def end(self) -> None:
        """Keep what is on the disk now; nothing is done to it after."""
        if not self.has_ended:
            self.has_ended = True
            shutil.copytree(self._folder, self._image)

    def _troubling(self, call: Any) -> Any:  # noqa: ANN401
        def troubled(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
            trouble = self._next()
            done = call(*arguments, **named) if trouble in _DONE else None
            self._raise_for(trouble)
            return done

        return troubled

    def _writing(self, call: Any) -> Any:  # noqa: ANN401
        def troubled(file: int, parts: Sequence[bytes]) -> int:
            trouble = self._next()
            if trouble == Trouble.HALF:
                data = b"".join(parts)
                os.write(file, data[: len(data) // 2])
            written: int = call(file, parts) if trouble in _DONE else 0
            self._raise_for(trouble)
            return written

        return troubled

    def _transacting(self, connected: Any) -> Any:  # noqa: ANN401
        @contextmanager
        def troubled(catalogue: Catalogue) -> Iterator[object]:
            trouble = self._next()
            try:
                if trouble not in (*_DONE, Trouble.HALF):
                    self._raise_for(trouble)
                with connected(catalogue) as database:
                    yield database
                    if trouble == Trouble.HALF:
                        self._raise_for(trouble)
                self._raise_for(trouble)
            except OSError as error:
                raise StoreError(str(error)) from error

        return troubled

    def _next(self) -> Trouble:
        if self.has_ended:
            return Trouble.REFUSED
        return self._troubles.popleft() if self._troubles else Trouble.NONE

    def _raise_for(self, trouble: Trouble) -> None:
        if trouble in (Trouble.END, Trouble.END_AFTER):
            self.end()
        if trouble != Trouble.NONE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
