"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from logtui.errors import ExportError

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Container, Iterator


def refuse_input(target: pathlib.Path, inputs: Container[str]) -> None:
    """Refuse to replace a log by what was found in it.

    Args:
        target: The file to write.
        inputs: The real paths of the files that are read.

    Raises:
        ExportError: If it is one of them.
    """
    if target.is_file() and str(target.resolve()) in inputs:
        raise ExportError(
            f"cannot write {target}: it is one of the inputs", hint="name another file, or remove it first"
        )


def write_text(text: str, path: pathlib.Path) -> None:
    """Write a text to a file that appears complete or not at all.

    Args:
        text: The text.
        path: The file; an older one is replaced once the new one is complete.

    Raises:
        ExportError: If the file cannot be written.
    """
    with complete_or_absent(path) as stream:
        stream.write(text.encode(errors="replace"))


@contextmanager
def complete_or_absent(path: pathlib.Path) -> Iterator[BinaryIO]:
    """Open a file for writing that appears complete or not at all.

    Args:
        path: The file; an older one is replaced once the new one is complete.

    Yields:
        The stream to write to.

    Raises:
        ExportError: If the file cannot be written.
    """
    target = path.resolve()
    # A device, pipe or folder is opened as it is: a rename would replace it.
    is_special = target.exists() and not target.is_file()
    draft = target if is_special else target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as stream:
            yield stream
        if not is_special:
            draft.replace(target)
    except OSError as error:
        raise ExportError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        if not is_special:
            with suppress(OSError):
                draft.unlink()
