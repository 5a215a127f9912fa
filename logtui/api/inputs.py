"""What a library user names -> sources: paths, globs, file objects and iterables of lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os import PathLike, fspath
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from logtui.errors import SourceError
from logtui.sources import resolve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from logtui.sources import Source

Input: TypeAlias = "str | PathLike[str] | IO[bytes] | IO[str] | Iterable[str | PathLike[str]] | Iterable[bytes]"
"""A path, a folder, a glob, an open file, a list of paths, or lines."""

_HARMLESS: Final = ("empty",)


class MissingFileError(SourceError, FileNotFoundError):
    """A path at which there is nothing."""


class Opened(Protocol):
    """Makes the sources anew for each reading."""

    def __call__(self) -> Iterator[Source]: ...  # noqa: D102


def sources_of(given: Any) -> Opened:  # noqa: ANN401  # an `Input`, which only type checkers have checked
    """What makes the sources of one input.

    Args:
        given: The input; nothing is read of it yet.

    Returns:
        From nothing to the sources, each time anew.

    Raises:
        SourceError: If a path is missing, unreadable or binary.
        TypeError: If the input is none of these.
    """
    if isinstance(given, (str, PathLike)):
        return _paths([fspath(given)])
    if isinstance(given, bytes) or not hasattr(given, "__iter__"):
        raise TypeError(f"expected a path, an open file or lines, got {given!r}")
    if hasattr(given, "read"):
        return _OpenFile(given).sources
    if isinstance(given, (list, tuple)) and not _are_lines(given):
        return _paths([fspath(each) for each in given])
    return lines_of(given)


def lines_of(lines: Iterable[str] | Iterable[bytes]) -> Opened:
    """What makes the source of some lines.

    Args:
        lines: The lines, with or without line ends; an iterator can be read once.

    Returns:
        From nothing to the source, each time anew.
    """
    return _Lines(lines).sources


def _paths(paths: Sequence[str]) -> Opened:
    if "" in paths:
        raise MissingFileError("expected a path, got ''")
    _found(paths)
    return lambda: iter(_found(paths))


def _found(paths: Sequence[str]) -> tuple[Source, ...]:
    found = resolve(paths)
    faults = [problem for problem in found.problems if problem.reason not in _HARMLESS]
    if faults:
        kind = MissingFileError if all(fault.reason == "missing" for fault in faults) else SourceError
        raise kind("; ".join(fault.text for fault in faults))
    return found.sources


def _are_lines(given: Sequence[Any]) -> bool:
    """Whether texts are log lines and not paths: none of them leads to a file, and not all look like paths."""
    if not all(isinstance(each, (str, bytes)) for each in given):
        return False
    if any(isinstance(each, bytes) or "\n" in each or each[:1] == "{" for each in given):
        return True
    return any(" " in each for each in given) and not any(Path(each).exists() for each in given)


class _Once:
    """A source that is no file: bytes that Python code gives."""

    size: int | None = None
    modified: datetime | None = None

    def __init__(self, name: str, pieces: Iterator[bytes]) -> None:
        self.name = name
        self._pieces = pieces
        self._position = 0

    def position(self) -> int:
        """Bytes consumed so far."""
        return self._position

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        """The pieces, put together to blocks."""
        held = bytearray()
        for piece in self._pieces:
            held += piece
            while len(held) >= block_bytes:
                yield self._taken(held, block_bytes)
        if held:
            yield self._taken(held, len(held))

    def close(self) -> None:
        """Nothing is open: what was given stays the caller's."""

    def _taken(self, held: bytearray, count: int) -> bytes:
        block = bytes(held[:count])
        del held[:count]
        self._position += count
        return block


class _OpenFile:
    """An open file, read from where it stands; again if it can be sought."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401  # whatever has `read`
        self._file = file
        self._name = str(getattr(file, "name", "<file>"))
        self._start = file.tell() if getattr(file, "seekable", lambda: False)() else None
        self._was_read = False

    def sources(self) -> Iterator[Source]:
        """The file as a source."""
        if self._start is not None:
            self._file.seek(self._start)
        elif self._was_read:
            raise _read_before(self._name)
        self._was_read = True
        yield _Once(self._name, self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        while piece := self._file.read(64 * 1024):
            yield piece.encode(errors="replace") if isinstance(piece, str) else piece


class _Lines:
    """Lines, again if they are no iterator."""

    def __init__(self, lines: Iterable[Any]) -> None:
        self._lines = lines
        self._was_read = False

    def sources(self) -> Iterator[Source]:
        """The lines as a source."""
        if self._was_read and isinstance(self._lines, Iterator):
            raise _read_before("<lines>")
        self._was_read = True
        yield _Once("<lines>", map(_ended, self._lines))


def _ended(line: str | bytes) -> bytes:
    data = line.encode(errors="replace") if isinstance(line, str) else line
    return data if data.endswith(b"\n") else data + b"\n"


def _read_before(name: str) -> SourceError:
    return SourceError(
        f"{name} can be read only once", hint="give a path, a file that can be sought, or a list of lines"
    )
