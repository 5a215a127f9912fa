"""The tables of the query parser in the user's cache folder: made by the first query, loaded by the others."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import platformdirs

if TYPE_CHECKING:
    from pathlib import Path

_NAME: Final = "query-parser"


def prepare_parser(folder: Path | None = None) -> None:
    """Load the tables of the query parser; make and keep them if there are none, or they are of another version.

    Args:
        folder: Where they are kept, by default the user's cache folder.
    """
    from logtui.query.syntax import grammar  # Lark; --help must not pay

    path = (folder or platformdirs.user_cache_path("logtui")) / _NAME
    try:
        is_loaded = grammar.load_tables(path.read_bytes())
    except OSError:
        is_loaded = False
    if not is_loaded:
        with suppress(OSError):  # the parser is made all the same, 0.04 s later
            _write(path, grammar.tables())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = path.with_name(f"{_NAME}-{os.getpid()}")  # processes that start together write one each
    written.write_bytes(data)
    written.replace(path)
