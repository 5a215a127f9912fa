"""Paths, folders, globs and `-` -> sources, and one clear line for each that is none."""

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
    """An input that holds nothing to read.

    Attributes:
        name: The path as users know it.
        reason: `missing`, `unreadable`, `binary` or `empty`.
        text: One line for the user.
        size: Bytes that are skipped because of it.
    """

    name: str
    reason: str
    text: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a list of inputs holds: sources in the order given, and the inputs that are none."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]


def resolve(inputs: Sequence[str], *, force: bool = False, stdin: int = 0, follow: bool = False) -> Resolved:
    """Find the sources that a user named.

    Args:
        inputs: Paths, folders (read recursively, hidden entries left out), globs, or `-`.
        force: Read binary files as well.
        stdin: The descriptor that `-` stands for.
        follow: Go on with what is appended to plain files.

    Returns:
        The sources, each file once, and a problem for each input that cannot be read.
    """
    found: dict[str, Source | Problem] = {"-": _stream("stdin", stdin)} if "-" in inputs else {}
    for key, path in paths_of(inputs).items():
        found[key] = _open(path, force=force, follow=follow)
    return Resolved(
        tuple(item for item in found.values() if not isinstance(item, Problem)),
        tuple(item for item in found.values() if isinstance(item, Problem)),
    )


def paths_of(inputs: Sequence[str]) -> dict[str, Path]:
    """The paths that a user named, without looking into them.

    Args:
        inputs: As `resolve` takes them.

    Returns:
        Paths by what they really are, so that each file is there once; those that do not exist as they were given.
    """
    found: dict[str, Path] = {}
    for given in inputs:
        for path in _expand(given) if given != "-" else ():
            found.setdefault(os.path.realpath(path) if path.exists() else str(path), path)
    return found


def _expand(given: str) -> Iterator[Path]:
    path = Path(given)
    if path.is_dir():
        yield from _files_below(path)
    elif not path.exists() and _GLOB_CHARACTERS & set(given):
        matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
        for match in matches or [given]:
            yield from _files_below(Path(match)) if Path(match).is_dir() else [Path(match)]
    else:
        yield path


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(files) if not name.startswith("."))


def _open(path: Path, *, force: bool, follow: bool) -> Source | Problem:
    name = name_of(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
            return _stream(name, os.open(path, os.O_RDONLY))
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
    """A pipe or a terminal; a device that gives bytes without end is none."""
    try:
        status, nothing = os.fstat(descriptor), os.stat(os.devnull)  # noqa: PTH116 - as os.fstat
    except OSError as error:
        return Problem(name, "unreadable", f"{name}: cannot read: {error.strerror}")
    is_device = stat.S_ISCHR(status.st_mode) and status.st_rdev != nothing.st_rdev
    if not is_device or os.isatty(descriptor):
        return StreamSource(name, descriptor)
    return Problem(name, "unreadable", f"{name}: expected a file, a folder or a pipe, and this is a device")


def _head(blocks: Iterator[bytes]) -> bytes:
    """The first block that holds more than NULs; NULs if there is none."""
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
