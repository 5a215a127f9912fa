"""Resolves paths, folders, globs and `-` to sources, with one clear line for each input that cannot be read."""

from __future__ import annotations

import glob
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from logtui.errors import SourceError
from logtui.sources.base import SAMPLE_BYTES, Source, name_of
from logtui.sources.binary import binary_kind
from logtui.sources.compressed import CompressedSource, compression_of
from logtui.sources.file import FileSource
from logtui.sources.followed import FollowedFile
from logtui.sources.stream import StreamSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GLOB_CHARACTERS: Final = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Problem:
    """An input that is not read.

    Attributes:
        name: The path as text.
        reason: `missing`, `unreadable`, `binary` or `empty`.
        text: The message for the user, one line.
        size: Bytes that are skipped with the input.
    """

    name: str
    reason: str
    text: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Resolved:
    """The sources of a list of inputs, in the order given, and the inputs that are not read."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]


def resolve(inputs: Sequence[str], *, force: bool = False, stdin: int = 0, follow: bool = False) -> Resolved:
    """Find the sources that a user named.

    Args:
        inputs: Paths, folders (read recursively, without hidden entries and pipes), globs, or `-`.
        force: Read binary files as well.
        stdin: The descriptor that `-` stands for.
        follow: Follow plain files: go on with what is appended to them.

    Returns:
        The sources, each file once, and a problem for each input that cannot be read.
    """
    found: dict[str, Source | Problem] = {"-": _stream("stdin", stdin)} if "-" in inputs else {}
    for key, path in paths_of(inputs).items():
        is_stray = stat.S_ISFIFO(_mode(path) or 0) and any(Path(given) in path.parents for given in inputs)
        found[key] = _stray(path) if is_stray else _open(path, force=force, follow=follow)
    return Resolved(
        tuple(item for item in found.values() if not isinstance(item, Problem)),
        tuple(item for item in found.values() if isinstance(item, Problem)),
    )


def paths_of(inputs: Sequence[str]) -> dict[str, Path]:
    """Find the paths that a user named, without opening them.

    Args:
        inputs: As in `resolve`.

    Returns:
        Paths by their real paths, so that each file is there once; a path that does not exist stands under itself.
    """
    found: dict[str, Path] = {}
    for given in inputs:
        for path in _expand(given) if given != "-" else ():
            found.setdefault(str(path) if _mode(path) is None else os.path.realpath(path), path)
    return found


def _expand(given: str) -> Iterator[Path]:
    path = Path(given)
    if _is_folder(path):
        yield from _files_below(path)
    elif _mode(path) is None and _GLOB_CHARACTERS & set(given):
        matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
        for match in matches or [given]:
            yield from _files_below(Path(match)) if _is_folder(Path(match)) else [Path(match)]
    else:
        yield path


def _mode(path: Path) -> int | None:
    """The mode of what a path leads to; None if there is nothing, or nothing that may be seen."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return None


def _is_folder(path: Path) -> bool:
    return stat.S_ISDIR(_mode(path) or 0)


def _files_below(folder: Path) -> Iterator[Path]:
    """The files in a folder and below, and the folders that cannot be listed."""
    refused: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(files) if not name.startswith("."))
    yield from (Path(error.filename) for error in refused)


def _stray(path: Path) -> Problem:
    """A pipe in a folder: often nobody writes to it any more, and who reads it takes its bytes from other readers."""
    name = name_of(path)
    return Problem(name, "unreadable", f"{name}: skipped, it is a pipe; named itself it is read")


def _open(path: Path, *, force: bool, follow: bool) -> Source | Problem:
    name = name_of(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
            # Without O_NONBLOCK, opening a pipe lasts until somebody writes to it.
            return _stream(name, os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        if stat.S_ISDIR(mode):
            os.scandir(path).close()  # says why the folder could not be listed
        if not stat.S_ISREG(mode):
            return Problem(name, "unreadable", f"{name}: expected a file, a folder or a pipe")
        with path.open("rb") as file:
            head = _head(iter(lambda: file.read(SAMPLE_BYTES), b""))
    except FileNotFoundError:
        return Problem(name, "missing", f"{name}: no such file")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Problem(name, "unreadable", f"{name}: cannot read: {reason}")
    if not head:
        return Problem(name, "empty", f"{name}: file is empty")
    return _source_for(path, head, force=force, follow=follow)


def _stream(name: str, descriptor: int) -> Source | Problem:
    """Open a pipe, a terminal or /dev/null; refuse other devices, because some give bytes without end."""
    try:
        status, nothing = os.fstat(descriptor), os.stat(os.devnull)  # noqa: PTH116 - as os.fstat
    except OSError as error:
        return Problem(name, "unreadable", f"{name}: cannot read: {error.strerror}")
    is_device = stat.S_ISCHR(status.st_mode) and status.st_rdev != nothing.st_rdev
    if not is_device or os.isatty(descriptor):
        return StreamSource(name, descriptor)
    return Problem(name, "unreadable", f"{name}: expected a file, a folder or a pipe, and this is a device")


def _head(blocks: Iterator[bytes]) -> bytes:
    """The first block that is not all NULs; the last block if all are."""
    head = b""
    for block in blocks:
        head = block
        if block.count(0) < len(block):
            break
    return head


def _source_for(path: Path, head: bytes, *, force: bool, follow: bool) -> Source | Problem:
    source: Source = FollowedFile(path) if follow else FileSource(path)
    try:
        if compression_of(head):
            source = CompressedSource(path)
            head = _head(CompressedSource(path).blocks(SAMPLE_BYTES))
    except SourceError as error:
        return Problem(source.name, "unreadable", error.message, source.size or 0)
    if not head:
        return Problem(source.name, "empty", f"{source.name}: compressed file is empty", 0)
    kind = None if force else binary_kind(head)
    if kind:
        text = f"{source.name}: skipped, it is {kind}; --force reads it as text"
        return Problem(source.name, "binary", text, source.size or 0)
    return source
