"""The file in a data folder that says that its records go to ClickHouse, and how far they have come."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from logtui.errors import StoreError
from logtui.store.disk import sync_folder, whole_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class ClickHouseMark(msgspec.Struct, frozen=True):
    """What a data folder knows of the store of its records.

    Attributes:
        name: The name of its journal, by which the database knows it.
        position: All records up to this number are stored; None if somebody has named the journal by hand.
    """

    name: str
    position: int | None = None


def read_mark(file: Path) -> ClickHouseMark | None:
    """Read the mark of a data folder; None if it has none.

    Raises:
        StoreError: If it cannot be read, or is none.
    """
    try:
        return msgspec.json.decode(file.read_bytes(), type=ClickHouseMark)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"{file}: {error}") from error


def named_mark(file: Path, new_name: Callable[[], str]) -> ClickHouseMark:
    """Read the mark of a data folder; one without a position is made first if there is none.

    Args:
        file: The file; several processes may do this at once, and get the same name.
        new_name: Makes a name that no other journal has.

    Raises:
        StoreError: If the disk refuses.
    """
    if mark := read_mark(file):
        return mark
    made = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    try:
        write_mark(made, ClickHouseMark(new_name()))
        with suppress(FileExistsError):
            os.link(made, file)
        made.unlink()
        sync_folder(file.parent)
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}") from error
    return named_mark(file, new_name)


def write_mark(file: Path, mark: ClickHouseMark) -> None:
    """Write the mark of a data folder durably.

    Raises:
        OSError: If the disk refuses; the mark is as it was.
    """
    with whole_file(file) as target:
        target.write(msgspec.json.encode(mark))
