"""Opens a record in the user's editor, at its line in its file or as a temporary copy."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from textual.app import SuspendNotSupported

from logtui.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from logtui.tui.messages import Messages
    from logtui.tui.viewer import Viewer

_PLUS: Final = frozenset(
    {"vi", "vim", "nvim", "gvim", "view", "nano", "emacs", "emacsclient", "less", "micro", "kak", "joe", "ne"}
)
_GOTO: Final = frozenset({"code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"})
_COLON: Final = frozenset({"hx", "helix", "subl", "zed"})
_COMPARED: Final = 200
"""Number of characters compared to check that the record is still at its place in the file."""


class Copies:
    """Read-only temporary files with the raw texts of records."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None

    def of(self, record: pl.DataFrame) -> Path:
        """Write the raw text of a record to a new file.

        Args:
            record: A frame of one row.

        Returns:
            The path of the file.

        Raises:
            OSError: If the file cannot be written.
        """
        self._folder = self._folder or TemporaryDirectory(prefix="logtui-")
        folder = Path(self._folder.name)
        file = folder / f"record-{len(list(folder.iterdir())) + 1}.log"
        file.write_text(record["raw"][0] or "", "utf-8", errors="surrogateescape", newline="")
        file.chmod(0o400)
        return file

    def close(self) -> None:
        """Remove the files."""
        if self._folder is not None:
            self._folder.cleanup()


def open_record(viewer: Viewer, messages: Messages, copies: Copies) -> None:
    """Open the cursor's record in the user's editor, which uses the terminal until it ends."""
    record = viewer.record
    if not record.height:
        messages.say("there is no record to open", error=True)
        return
    try:
        editor = editor_in(os.environ)
        file, line = place_of(record) or (copies.of(record), 1)
        _run(viewer, messages, editor_command(editor, file, line))
    except ConfigError as error:
        messages.say(str(error), error=True)
    except OSError as error:
        messages.say(f"the record cannot be opened: {error.strerror}", error=True)


def _run(viewer: Viewer, messages: Messages, command: list[str]) -> None:
    try:
        with viewer.app.suspend():
            code = subprocess.run(command, check=False).returncode
    except SuspendNotSupported:
        messages.say("this terminal cannot be given to an editor", error=True)
        return
    viewer.app.refresh(layout=True)
    if code:
        messages.say(f"{Path(command[0]).name} ended with code {code}", error=True)


def editor_in(environment: Mapping[str, str]) -> list[str]:
    """Find the command of the user's editor.

    Args:
        environment: The environment variables.

    Returns:
        The program and its first arguments.

    Raises:
        ConfigError: If no editor is set, or its program does not exist.
    """
    for variable in ("VISUAL", "EDITOR"):
        text = environment.get(variable, "").strip()
        if not text:
            continue
        try:
            words = shlex.split(text)
        except ValueError as error:
            raise ConfigError(f"${variable}: {error}") from error
        if shutil.which(words[0], path=environment.get("PATH")) is None:
            raise ConfigError(f"${variable}: there is no program {words[0]!r}")
        return words
    raise ConfigError("no editor is set", hint="export EDITOR=vim, or the one that you use")


def editor_command(editor: list[str], file: Path, line: int) -> list[str]:
    """Make the command that opens a file at a line.

    Args:
        editor: The program and its first arguments.
        file: The file.
        line: The line, from 1; it is left out if the editor is unknown.

    Returns:
        The program and its arguments.
    """
    name = Path(editor[0]).name
    if name in _PLUS:
        return [*editor, f"+{line}", str(file)]
    if name in _GOTO:
        return [*editor, "--goto", f"{file}:{line}"]
    return [*editor, f"{file}:{line}" if name in _COLON else str(file)]


def place_of(record: pl.DataFrame) -> tuple[Path, int] | None:
    """Find the file and line of a record.

    Args:
        record: A frame of one row.

    Returns:
        The file's absolute path and the line, from 1; None if the record came from elsewhere, or something else stands
        at its place now, as in compressed and rotated files.
    """
    source, offset, line, raw = record.select("source", "offset", "line", "raw").row(0)
    file = Path(source or "").absolute()
    if not raw or not file.is_file():
        return None
    begin = raw[:_COMPARED]
    with file.open("rb") as stream:
        stream.seek(offset or 0)
        found = stream.read(4 * _COMPARED + 4)
    return (file, line or 1) if found.decode("utf-8", "replace").lstrip("\ufeff").startswith(begin) else None
