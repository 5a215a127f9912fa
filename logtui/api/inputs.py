"""Makes sources of the inputs that library users give: paths, globs, file objects and iterables of lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from os import PathLike, fspath
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias

from logtui.errors import SourceError
from logtui.sources import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from logtui.sources import Source

Input: TypeAlias = "str | PathLike[str] | IO[bytes] | IO[str] | Iterable[str | PathLike[str]] | Iterable[bytes]"
"""A path, a folder, a glob, an open file, a list of paths, or lines."""

_PIECE_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """An input that can be read.

    Attributes:
        sources: Makes its sources, once for each reading.
        paths: The paths, folders and globs that it comes from; empty for what Python code has made.
    """

    sources: Callable[[], Iterator[Source]]
    paths: Sequence[str] = ()


class MissingFileError(SourceError, FileNotFoundError):
    """A path at which there is nothing."""


def sources_of(given: Any) -> Opened:  # noqa: ANN401  # an `Input`, which only type checkers have checked
    """Make the sources of an input readable.

    Args:
        given: The input; nothing is read from it yet.

    Returns:
        The input.

    Raises:
        SourceError: If a path is missing, unreadable or binary.
        TypeError: If the input is none of these.
    """
    if isinstance(given, (str, PathLike)):
        return _paths([fspath(given)])
    if isinstance(given, bytes) or not hasattr(given, "__iter__"):
        raise TypeError(f"expected a path, an open file or lines, got {given!r}")
    if hasattr(given, "read"):
        return _file(given)
    if isinstance(given, (list, tuple)) and not _are_lines(given):
        return _paths([fspath(each) for each in given])
    return lines_of(given)


def lines_of(lines: Iterable[str] | Iterable[bytes]) -> Opened:
    """Make some lines readable.

    Args:
        lines: The lines, with or without line ends; an iterator can be read once.

    Returns:
        The input.
    """
    given = _Given("<lines>", partial(map, _ended, lines), is_lasting=not isinstance(lines, Iterator))
    return Opened(given.sources, _path_of(lines))


def _paths(paths: Sequence[str]) -> Opened:
    if "" in paths:
        raise MissingFileError("expected a path, got ''")
    _found(paths)
    return Opened(partial(_found, paths), paths)


def _found(paths: Sequence[str]) -> Iterator[Source]:
    found = resolve(paths)
    faults = [problem for problem in found.problems if problem.reason != "empty"]
    if faults:
        kind = MissingFileError if all(fault.reason == "missing" for fault in faults) else SourceError
        raise kind("; ".join(fault.text for fault in faults))
    return iter(found.sources)


def _are_lines(given: Sequence[Any]) -> bool:
    """Whether texts are log lines and not paths: none of them leads to a file, and not all look like paths."""
    if not all(isinstance(each, (str, bytes)) for each in given):
        return False
    if any(isinstance(each, bytes) or "\n" in each or each[:1] == "{" for each in given):
        return True
    return any(" " in each for each in given) and not any(Path(each).exists() for each in given)


class _Once:
    """A source of bytes that Python code supplies; it can be read once."""

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
        """Join the pieces to blocks."""
        held = bytearray()
        for piece in self._pieces:
            held += piece
            while len(held) >= block_bytes:
                yield self._taken(held, block_bytes)
        if held:
            yield self._taken(held, len(held))

    def glances(self) -> Iterator[bytes]:
        """No samples: an iterator can be read only once."""
        return iter(())

    def close(self) -> None:
        """Do nothing: the caller owns the input."""

    def _taken(self, held: bytearray, count: int) -> bytes:
        block = bytes(held[:count])
        del held[:count]
        self._position += count
        return block


class _Given:
    """An input of bytes, which can be read again unless it is an iterator."""

    def __init__(self, name: str, pieces: Callable[[], Iterator[bytes]], *, is_lasting: bool) -> None:
        self._name = name
        self._pieces = pieces
        self._is_lasting = is_lasting
        self._was_read = False

    def sources(self) -> Iterator[Source]:
        """Yield the input as the only source; fails if it was read before and cannot be read again."""
        if self._was_read and not self._is_lasting:
            raise SourceError(
                f"{self._name} can be read only once", hint="give a path, a file that can be sought, or a list of lines"
            )
        self._was_read = True
        yield _Once(self._name, self._pieces())


def _file(file: Any) -> Opened:  # noqa: ANN401  # whatever has `read`
    """An open file, read from where it stands."""
    start = file.tell() if getattr(file, "seekable", lambda: False)() else None

    def pieces() -> Iterator[bytes]:
        if start is not None:
            file.seek(start)
        while piece := file.read(_PIECE_BYTES):
            yield piece.encode(errors="replace") if isinstance(piece, str) else piece

    given = _Given(str(getattr(file, "name", "<file>")), pieces, is_lasting=start is not None)
    return Opened(given.sources, _path_of(file))


def _path_of(given: object) -> list[str]:
    """The path of an open file; empty for anything else, such as a pipe, whose name is a number."""
    name = getattr(given, "name", None)
    return [name] if isinstance(name, str) else []


def _ended(line: str | bytes) -> bytes:
    data = line.encode(errors="replace") if isinstance(line, str) else line
    return data if data.endswith(b"\n") else data + b"\n"
