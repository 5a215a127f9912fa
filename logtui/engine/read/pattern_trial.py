"""Tries a pattern on files, before the user makes it a format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from logtui.engine.read.custom_formats import checked_format
from logtui.errors import SourceError
from logtui.formats import normalise
from logtui.formats.base import PatternFormat
from logtui.lines import LineSplitter
from logtui.model.names import FIELD_PREFIX
from logtui.sources import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from logtui.sources import Source

_EXAMPLES: Final = 3
_LONGEST: Final = 200
_SHOWN: Final = ("timestamp", "level", "service", "host", "logger", "message")


class Trial(msgspec.Struct):
    """The lines of one file that a pattern reads and does not read.

    Attributes:
        file: The path.
        lines: Lines that are not blank.
        read: Lines that the pattern reads.
        captures: The values by column of the first three lines that it reads.
        unread: The first three lines that it does not read, shortened.
        problem: Why the file was not read to its end, or None.
    """

    file: str
    lines: int = 0
    read: int = 0
    captures: list[dict[str, str | None]] = []
    unread: list[str] = []
    problem: str | None = None


def try_pattern(inputs: Sequence[str], pattern: str, encoding: str | None = None) -> Iterator[Trial]:
    """Read each line of each file with a pattern.

    Args:
        inputs: Paths, folders, globs or `-`.
        pattern: A regular expression with named groups.
        encoding: The encoding of the files, as `codec_named` returns it; None for UTF-8 or UTF-16.

    Yields:
        One trial per file.

    Raises:
        PatternError: If the pattern does not compile.
    """
    log_format = PatternFormat(checked_format("pattern", pattern))
    found = resolve(list(inputs))
    for problem in found.problems:
        yield Trial(problem.name, problem=problem.text)
    for source in found.sources:
        yield _tried(source, log_format, encoding)


def _tried(source: Source, log_format: PatternFormat, encoding: str | None) -> Trial:
    trial = Trial(source.name, captures=[], unread=[])
    splitter = LineSplitter(encoding)
    try:
        for block in source.blocks(4 * 1024 * 1024):
            _add(trial, splitter.feed(block)["text"], log_format)
    except SourceError as error:
        trial.problem = error.message
    finally:
        source.close()
    _add(trial, splitter.finish()["text"], log_format)
    return trial


def _add(trial: Trial, texts: pl.Series, log_format: PatternFormat) -> None:
    texts = texts.filter(texts.str.strip_chars() != "")
    if not len(texts):
        return
    reading = log_format.read(texts)
    read = reading["read"]
    trial.lines += len(texts)
    trial.read += int(read.sum())
    first = normalise(reading.filter(read).head(_EXAMPLES - len(trial.captures)))
    trial.captures += [_captured(row) for row in first.iter_rows(named=True)]
    unread = texts.filter(~read).head(_EXAMPLES - len(trial.unread))
    trial.unread += unread.str.slice(0, _LONGEST).to_list()


def _captured(row: dict[str, object]) -> dict[str, str | None]:
    named = {name: row.get(name) for name in _SHOWN}
    fields = {name.removeprefix(FIELD_PREFIX): row[name] for name in row if name.startswith(FIELD_PREFIX)}
    return {name: None if value is None else str(value) for name, value in (named | fields).items()}
