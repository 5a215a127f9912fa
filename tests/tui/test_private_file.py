"""Files for the user alone."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from logtui.tui.private_file import write_private

if TYPE_CHECKING:
    from pathlib import Path


def test_the_file_and_its_new_folder_are_for_the_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "views" / "one.json"
    write_private(path, b"first")
    write_private(path, b"second")
    assert path.read_bytes() == b"second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    write_private(path, b"first")
    path.with_suffix(".tmp").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_private(path, b"second")
    assert path.read_bytes() == b"first"
