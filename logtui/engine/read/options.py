"""The options of reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from fnmatch import fnmatch
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logtui.formats.declaration import Declaration


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How sources are read.

    Attributes:
        format: Name of the format that reads the sources; None detects it.
        zones: Pairs of a glob and a zone, for times that state no zone; the first glob that matches the source's name
            or the last part of it decides, else UTC.
        year: Year of the first time in the source, if times state no year; None derives it from the source's date.
        block_bytes: Size of a block at most; small blocks save memory, large ones save time.
        force: Read binary files as text.
        close_when_quiet: Treat a pipe's last record as final after a quiet moment, though it might have more lines.
        encoding: The encoding of the sources, as `codec_named` returns it; None for UTF-8 or UTF-16.
        message_fields: Add the `key=value` pairs of messages as fields.
        explain: Score all formats on the first lines, even if one reads them all.
        own_formats: The user's own formats; they are tried first.
    """

    format: str | None = None
    zones: tuple[tuple[str, tzinfo], ...] = ()
    year: int | None = None
    block_bytes: int = 4 * 1024 * 1024
    force: bool = False
    close_when_quiet: bool = False
    encoding: str | None = None
    message_fields: bool = False
    explain: bool = False
    own_formats: tuple[Declaration, ...] = ()

    def zone_of(self, source: str) -> tzinfo:
        """The zone for times of a source that state no zone."""
        names = (source, PurePath(source).name)
        return next((zone for glob, zone in self.zones if any(fnmatch(name, glob) for name in names)), UTC)
